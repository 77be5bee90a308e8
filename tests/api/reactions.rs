//! Reacting to messages.

use crate::{
    answer::{Answer, shape},
    person::Person,
    socket::names,
    world::World,
};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    ann.say(&general, "Shall we?").await;
    (world, ann, bob, general)
}

fn place(channel: &str, number: u32, emoji: &str) -> String {
    format!("/channels/{channel}/messages/{number}/reactions/{emoji}")
}

async fn react(person: &Person, channel: &str, emoji: &str) -> Answer {
    person.put(&place(channel, 1, emoji), &json!({})).await
}

async fn take_back(person: &Person, channel: &str, emoji: &str) -> Answer {
    person.delete(&place(channel, 1, emoji)).await
}

/// Emoji and how many reacted with each.
fn counts(view: &Value) -> Vec<(String, usize)> {
    let kinds = view["reactions"].as_array().unwrap().iter();
    kinds.map(|kind| (kind["emoji"].as_str().unwrap().to_owned(), kind["userIds"].as_array().unwrap().len())).collect()
}

async fn first(person: &Person, channel: &str) -> Value {
    person.get(&format!("/channels/{channel}/messages/1")).await.is(200)
}

#[tokio::test]
async fn a_reaction_reaches_everyone_with_all_that_there_are() {
    let (_world, ann, bob, general) = team().await;
    let mut to_ann = ann.socket().await;
    assert_snapshot!(shape(&react(&bob, &general, "👍").await.is(200)), @r#"
    {
      "channelId": "[id]",
      "number": 1,
      "reactions": [
        {
          "emoji": "👍",
          "userIds": [
            "[id]"
          ]
        }
      ],
      "reactionsVersion": 1
    }
    "#);
    let event = to_ann.expect("reaction.added").await;
    assert_eq!(event["channelId"], general);
    assert_eq!((&event["data"]["emoji"], &event["data"]["userId"]), (&json!("👍"), &json!(bob.id)));
    let both = react(&ann, &general, "👍").await.is(200);
    let event = to_ann.expect("reaction.added").await;
    assert_eq!(event["data"]["reactions"], both["reactions"]);
    assert_eq!(both["reactions"], json!([{"emoji": "👍", "userIds": [bob.id, ann.id]}]), "in the order of reacting");
    let message = first(&bob, &general).await;
    assert_eq!((&message["reactions"], &message["reactionsVersion"]), (&both["reactions"], &json!(2)));
    assert_eq!(message["version"], 1, "what it says has not changed");

    take_back(&bob, &general, "👍").await.is(200);
    let event = to_ann.expect("reaction.removed").await;
    assert_eq!(event["data"]["reactions"], json!([{"emoji": "👍", "userIds": [ann.id]}]));
    assert_eq!(event["data"]["userId"], json!(bob.id));
    take_back(&ann, &general, "👍").await.is(200);
    assert_eq!(to_ann.expect("reaction.removed").await["data"]["reactions"], json!([]));
    assert_eq!(react(&ann, &general, "🎉").await.is(200)["reactionsVersion"], 5, "the count of changes goes on");
}

#[tokio::test]
async fn doing_it_again_changes_nothing_and_tells_nobody() {
    let (_world, ann, bob, general) = team().await;
    let mut to_ann = ann.socket().await;
    let once = react(&bob, &general, "🎉").await.is(200);
    assert_eq!(react(&bob, &general, "🎉").await.is(200), once);
    let none = take_back(&bob, &general, "🎉").await.is(200);
    assert_eq!(take_back(&bob, &general, "🎉").await.is(200), none);
    assert_eq!(take_back(&bob, &general, "🦀").await.is(200), none);
    ann.say(&general, "the end").await;
    assert_eq!(names(&to_ann.events_until_said("the end").await), ["reaction.added", "reaction.removed"]);
}

#[tokio::test]
async fn only_emoji_are_reactions_and_every_way_of_writing_one_is_the_same() {
    let (_world, ann, bob, general) = team().await;
    for nonsense in ["x", "thumbsup", ":+1:", "1", "👍👍", "👍x", "%E2%98", "🏽🏽", &"👍".repeat(2_000)] {
        let answer = react(&bob, &general, nonsense).await;
        assert!(matches!(answer.status, 400 | 404 | 414 | 431), "{nonsense:.20} {}", answer.text);
        answer.problem();
    }
    for heart in ["❤", "❤\u{fe0f}"] {
        assert_eq!(counts(&react(&bob, &general, heart).await.is(200)), [("❤\u{fe0f}".to_owned(), 1)]);
    }
    let toned = react(&ann, &general, "👩🏽\u{200d}🚀").await.is(200);
    assert_eq!(counts(&toned)[1].0, "👩🏽\u{200d}🚀", "with its skin tone");
    react(&ann, &general, "🇯🇵").await.is(200);
    react(&ann, &general, "3\u{fe0f}\u{20e3}").await.is(200);
    assert_eq!(counts(&first(&ann, &general).await).len(), 4);
}

#[tokio::test]
async fn a_message_has_at_most_twenty_kinds() {
    let (_world, ann, bob, general) = team().await;
    let kinds: Vec<_> = "🐶🐱🐭🐹🐰🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤🦆".chars().map(String::from).collect();
    for emoji in &kinds {
        react(&ann, &general, emoji).await.is(200);
    }
    let refusal = react(&bob, &general, "🎉").await.refused(400, "validation");
    assert_eq!(refusal["errors"][0]["field"], "emoji");
    react(&bob, &general, "🦆").await.is(200);
    take_back(&ann, &general, "🐶").await.is(200);
    let full = react(&bob, &general, "🎉").await.is(200);
    assert_eq!(counts(&full).last().unwrap(), &("🎉".to_owned(), 1));
    assert_eq!(counts(&full).first().unwrap().0, "🐱");
}

#[tokio::test]
async fn nobody_reacts_to_what_is_deleted_archived_or_not_there() {
    let (world, ann, bob, general) = team().await;
    react(&bob, &general, "👍").await.is(200);
    for number in [0, 2, u32::MAX] {
        bob.put(&place(&general, number, "👍"), &json!({})).await.refused(404, "not_found");
    }
    let nowhere = place("018f0000-0000-7000-8000-000000000000", 1, "👍");
    bob.put(&nowhere, &json!({})).await.refused(404, "not_found");
    let mut to_bob = bob.socket().await;
    let tombstone = ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    assert_eq!((&tombstone["reactions"], &tombstone["reactionsVersion"]), (&json!([]), &json!(0)));
    assert_eq!(to_bob.expect("message.deleted").await["data"]["message"], tombstone);
    assert_eq!(first(&bob, &general).await, tombstone, "the reactions went with it");
    react(&bob, &general, "👍").await.refused(404, "not_found");
    take_back(&bob, &general, "👍").await.refused(404, "not_found");

    let gil = world.join(&ann, "Gil", "guest").await;
    let zoo = ann.channel("zoo", "public", &[&gil]).await;
    ann.say(&zoo, "hello").await;
    react(&gil, &zoo, "👋").await.is(200);
    react(&bob, &zoo, "👋").await.refused(403, "forbidden");
    ann.patch(&format!("/channels/{zoo}"), &json!({"archived": true})).await.is(200);
    react(&ann, &zoo, "👋").await.refused(409, "channel_archived");
    take_back(&gil, &zoo, "👋").await.refused(409, "channel_archived");
    assert_eq!(counts(&first(&bob, &zoo).await), [("👋".to_owned(), 1)]);
}

#[tokio::test]
async fn many_who_react_at_once_all_count_and_edits_meanwhile_keep_them() {
    let (world, ann) = World::new().await;
    let general = ann.general().await;
    ann.say(&general, "Who comes?").await;
    let mut people = vec![ann.clone()];
    for number in 0..11 {
        people.push(world.join(&ann, &format!("Person{number}"), "member").await);
    }
    let mut to_ann = ann.socket().await;
    let (path, edits) = (format!("/channels/{general}/messages/1"), 6);
    let editing = async {
        for number in 0..edits {
            ann.patch(&path, &json!({"body": format!("Who comes at {number}?")})).await.is(200);
        }
    };
    let reacting = join_all(people.iter().map(async |person| {
        react(person, &general, "🙋").await.is(200);
        react(person, &general, "👀").await.is(200);
        take_back(person, &general, "👀").await.is(200);
    }));
    tokio::join!(editing, reacting);
    ann.say(&general, "the end").await;
    let (mut version, mut changes) = (1, 0);
    for event in to_ann.events_until_said("the end").await {
        let data = &event["data"];
        if event["name"] == "message.updated" {
            version += 1;
            assert_eq!(data["message"]["version"], version);
            assert_eq!(data["message"]["reactionsVersion"], changes, "an edit shows the reactions of its moment");
        } else {
            changes += 1;
            assert_eq!(data["reactionsVersion"], changes, "{data}");
        }
    }
    assert_eq!((version, changes), (1 + edits, 36));
    let message = first(&ann, &general).await;
    assert_eq!(counts(&message), [("🙋".to_owned(), 12)]);
    assert_eq!((&message["version"], &message["reactionsVersion"]), (&json!(version), &json!(changes)));
}

#[tokio::test]
async fn a_page_brings_the_reactions_of_its_messages_and_they_outlive_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    for number in 1..=30 {
        ann.say(&general, &format!("message {number}")).await;
    }
    for (number, emoji) in [(1, "🥇"), (12, "👍"), (13, "🎉"), (30, "🏁")] {
        ann.put(&place(&general, number, emoji), &json!({})).await.is(200);
    }
    ann.delete(&format!("/channels/{general}/messages/13")).await.is(200);
    for restarted in [false, true] {
        if restarted {
            world.restart().await;
        }
        for (query, expected) in [
            ("limit=100", vec![(1, "🥇"), (12, "👍"), (30, "🏁")]),
            ("after=1&limit=11", vec![(12, "👍")]),
            ("before=12", vec![(1, "🥇")]),
            ("after=12&limit=10", vec![]),
        ] {
            let page = ann.get(&format!("/channels/{general}/messages?{query}")).await.json();
            let messages = page["data"].as_array().unwrap().iter();
            let found: Vec<_> = messages
                .filter(|message| message["reactions"] != json!([]))
                .map(|message| {
                    (message["number"].as_u64().unwrap(), message["reactions"][0]["emoji"].as_str().unwrap())
                })
                .collect();
            assert_eq!(found, expected, "{query}");
        }
    }
}
