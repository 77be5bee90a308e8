//! Polls: messages that ask.

use crate::{
    person::Person,
    socket::names,
    threads::thread_of,
    world::{World, soon},
};
use hearth_server::clock;
use serde_json::{Value, json};
use std::time::Duration;

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    (world, ann, bob, den)
}

fn lunch() -> Value {
    json!({"body": "What for lunch?", "poll": {"options": ["Soup", "Bread", "Nothing"]}})
}

fn with(more: &Value) -> Value {
    let mut asked = lunch();
    for (name, value) in more.as_object().unwrap() {
        asked["poll"][name] = value.clone();
    }
    asked
}

fn messages(channel: &str) -> String {
    format!("/channels/{channel}/messages")
}

fn poll(channel: &str, number: u32) -> String {
    format!("/channels/{channel}/messages/{number}/poll")
}

async fn vote(person: &Person, channel: &str, choices: &[u32]) -> Value {
    person.put(&format!("{}/vote", poll(channel, 1)), &json!({"choices": choices})).await.is(200)
}

/// How often each option was chosen.
fn votes(poll: &Value) -> Vec<u64> {
    poll["options"].as_array().unwrap().iter().map(|option| option["votes"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_poll_is_a_message_whose_answers_everybody_sees_live() {
    let (_world, ann, bob, den) = team().await;
    let asked = ann.post(&messages(&den), &lunch()).await.is(201);
    assert_eq!(asked["body"], "What for lunch?");
    let expected = json!({
        "options": [
            {"text": "Soup", "votes": 0, "userIds": []},
            {"text": "Bread", "votes": 0, "userIds": []},
            {"text": "Nothing", "votes": 0, "userIds": []},
        ],
        "several": false, "anonymous": false, "voters": 0, "closesAt": null, "closedAt": null, "version": 1,
    });
    assert_eq!(asked["poll"], expected);
    let mut to_ann = ann.socket().await;
    let answer = vote(&bob, &den, &[1]).await;
    assert_eq!(answer["choices"], json!([1]));
    assert_eq!(answer["poll"]["options"][1], json!({"text": "Bread", "votes": 1, "userIds": [bob.id]}));
    let told = to_ann.expect("poll.updated").await;
    assert_eq!(told["data"], json!({"channelId": den, "number": 1, "poll": answer["poll"]}));

    vote(&ann, &den, &[1]).await;
    let changed = vote(&bob, &den, &[0]).await;
    assert_eq!((votes(&changed["poll"]), &changed["poll"]["voters"]), (vec![1, 1, 0], &json!(2)));
    assert_eq!(vote(&bob, &den, &[0]).await, changed, "it is chosen already");
    let taken_back = vote(&bob, &den, &[]).await;
    assert_eq!((votes(&taken_back["poll"]), &taken_back["choices"]), (vec![0, 1, 0], &json!([])));
    let fresh = bob.get(&messages(&den)).await.is(200)["data"][0].clone();
    assert_eq!((&fresh["poll"], &fresh["version"]), (&taken_back["poll"], &json!(1)));
    assert_eq!(ann.get(&poll(&den, 1)).await.is(200), json!({"poll": taken_back["poll"], "choices": [1]}));
    soon("the index", async {
        while !ann.get("/search?q=lunch").await.text.contains(&den) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn several_may_be_chosen_where_the_poll_allows_it() {
    let (_world, ann, bob, den) = team().await;
    ann.post(&messages(&den), &with(&json!({"several": true}))).await.is(201);
    let answer = vote(&bob, &den, &[2, 0, 2]).await;
    assert_eq!((&answer["choices"], votes(&answer["poll"])), (&json!([0, 2]), vec![1, 0, 1]));
    assert_eq!(answer["poll"]["voters"], 1);
    let path = format!("{}/vote", poll(&den, 1));
    bob.put(&path, &json!({"choices": [3]})).await.refused(400, "validation");
    ann.post(&messages(&den), &lunch()).await.is(201);
    let path = format!("{}/vote", poll(&den, 2));
    bob.put(&path, &json!({"choices": [0, 1]})).await.refused(400, "validation");
}

#[tokio::test]
async fn who_voted_in_an_anonymous_poll_is_told_to_nobody_and_forgotten_when_it_closes() {
    let (world, ann, bob, den) = team().await;
    ann.post(&messages(&den), &with(&json!({"anonymous": true}))).await.is(201);
    let (mut to_ann, mut to_bob, mut other) = (ann.socket().await, bob.socket().await, bob.socket().await);
    let answer = vote(&bob, &den, &[2]).await;
    assert_eq!((&answer["choices"], votes(&answer["poll"])), (&json!([2]), vec![0, 0, 1]));
    assert_eq!(answer["poll"]["options"][2]["userIds"], json!([]));
    assert!(!to_ann.expect("poll.updated").await.to_string().contains(&bob.id));
    to_bob.expect("poll.updated").await;
    other.expect("poll.updated").await;
    let mine = json!({"channelId": den, "number": 1, "choices": [2]});
    assert_eq!(other.expect("poll.answered").await["data"], mine, "on their own devices");
    assert_eq!(bob.get(&poll(&den, 1)).await.is(200)["choices"], json!([2]));
    assert_eq!(ann.get(&poll(&den, 1)).await.is(200)["choices"], json!([]));
    for path in [messages(&den), poll(&den, 1), format!("/channels/{den}/export")] {
        let shown = ann.get(&path).await;
        assert!(!shown.text.contains(&format!("[\"{}\"]", bob.id)), "{}", shown.text);
    }

    ann.say(&den, "enough").await;
    assert_eq!(names(&to_ann.events_until_said("enough").await), [""; 0]);
    let closed = ann.post(&format!("{}/close", poll(&den, 1)), &json!({})).await.is(200);
    assert_eq!((votes(&closed["poll"]), &closed["poll"]["voters"]), (vec![0, 0, 1], &json!(1)));
    assert_eq!(bob.get(&poll(&den, 1)).await.is(200)["choices"], json!([]));
    let kept: Vec<surrealdb::types::Value> =
        world.app().database.handle().query("SELECT votes FROM poll").await.unwrap().take(0).unwrap();
    assert!(!format!("{kept:?}").contains(&bob.id), "{kept:?}");
}

#[tokio::test]
async fn its_author_and_the_channels_managers_close_it_for_good() {
    let (world, ann, bob, den) = team().await;
    let tom = world.join(&ann, "Tom", "member").await;
    ann.add(&den, &tom).await;
    bob.post(&messages(&den), &lunch()).await.is(201);
    vote(&tom, &den, &[0]).await;
    let path = format!("{}/close", poll(&den, 1));
    tom.post(&path, &json!({})).await.refused(403, "forbidden");
    let closed = bob.post(&path, &json!({})).await.is(200);
    assert!(closed["poll"]["closedAt"].is_string());
    assert_eq!(ann.post(&path, &json!({})).await.is(200)["poll"], closed["poll"], "it is closed already");
    tom.put(&format!("{}/vote", poll(&den, 1)), &json!({"choices": [1]})).await.refused(409, "poll_closed");
    bob.post(&messages(&den), &lunch()).await.is(201);
    ann.post(&format!("{}/close", poll(&den, 2)), &json!({})).await.is(200);
}

#[tokio::test]
async fn it_closes_by_itself_also_when_that_moment_passed_while_the_server_was_off() {
    let (mut world, ann) = World::on_disk().await;
    let den = ann.channel("den", "private", &[]).await;
    let soon_over = |millis| with(&json!({"closesAt": clock::now().plus(Duration::from_millis(millis))}));
    let mut to_ann = ann.socket().await;
    ann.post(&messages(&den), &soon_over(400)).await.is(201);
    let told = soon("the end", to_ann.until("poll.updated")).await;
    assert!(told["data"]["poll"]["closedAt"].is_string());
    ann.put(&format!("{}/vote", poll(&den, 1)), &json!({"choices": [1]})).await.refused(409, "poll_closed");

    ann.post(&messages(&den), &soon_over(400)).await.is(201);
    ann.post(&messages(&den), &soon_over(600_000)).await.is(201);
    world.stop().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    let closed = |number| {
        let (ann, den) = (ann.clone(), den.clone());
        async move { ann.get(&poll(&den, number)).await.is(200)["poll"]["closedAt"].is_string() }
    };
    soon("the end", async {
        while !closed(2).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(!closed(3).await);
    ann.delete(&format!("{}/3", messages(&den))).await.is(200);
    assert_eq!(world.app().journal.directory().closings().next_after(clock::now()), None);
}

#[tokio::test]
async fn it_goes_with_its_message_and_its_question_stays_as_it_was_asked() {
    let (_world, ann, bob, den) = team().await;
    ann.post(&messages(&den), &lunch()).await.is(201);
    vote(&bob, &den, &[1]).await;
    let message = format!("{}/1", messages(&den));
    ann.patch(&message, &json!({"body": "What for dinner?"})).await.refused(400, "validation");
    bob.patch(&message, &json!({"body": "What for dinner?"})).await.refused(403, "forbidden");
    let mut to_bob = bob.socket().await;
    ann.delete(&message).await.is(200);
    assert_eq!(to_bob.expect("message.deleted").await["data"]["message"]["poll"], Value::Null);
    assert_eq!(bob.get(&message).await.is(200)["poll"], Value::Null);
    bob.get(&poll(&den, 1)).await.refused(404, "not_found");
    bob.put(&format!("{}/vote", poll(&den, 1)), &json!({"choices": [1]})).await.refused(404, "not_found");
    ann.say(&den, "no question").await;
    bob.get(&poll(&den, 2)).await.refused(404, "not_found");
    bob.put(&format!("{}/vote", poll(&den, 2)), &json!({"choices": [1]})).await.refused(404, "not_found");
}

#[tokio::test]
async fn it_is_asked_in_threads_and_between_two_as_well() {
    let (_world, ann, bob, den) = team().await;
    ann.say(&den, "About lunch").await;
    let replies = format!("{}/1/replies", messages(&den));
    let mut both = lunch();
    both["alsoToChannel"] = json!(true);
    bob.post(&replies, &both).await.refused(400, "validation");
    let asked = bob.post(&replies, &lunch()).await.is(201);
    let thread = thread_of(&asked);
    let mut to_bob = bob.socket().await;
    assert_eq!(votes(&vote(&ann, &thread, &[0]).await["poll"]), [1, 0, 0]);
    assert_eq!(to_bob.expect("poll.updated").await["data"]["channelId"], json!(thread));

    let direct = ann.direct(&[&bob]).await;
    ann.post(&messages(&direct), &lunch()).await.is(201);
    assert_eq!(votes(&vote(&bob, &direct, &[2]).await["poll"]), [0, 0, 1]);
}

#[tokio::test]
async fn guests_vote_where_they_are_and_nobody_votes_where_they_are_not() {
    let (world, ann, bob, den) = team().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let eve = world.join(&ann, "Eve", "member").await;
    ann.post(&messages(&den), &lunch()).await.is(201);
    let path = format!("{}/vote", poll(&den, 1));
    for outside in [&gil, &eve] {
        outside.put(&path, &json!({"choices": [0]})).await.refused(404, "not_found");
        outside.get(&poll(&den, 1)).await.refused(404, "not_found");
    }
    ann.add(&den, &gil).await;
    assert_eq!(votes(&vote(&gil, &den, &[0]).await["poll"]), [1, 0, 0]);
    let open = ann.channel("open", "public", &[]).await;
    ann.post(&messages(&open), &lunch()).await.is(201);
    bob.put(&format!("{}/vote", poll(&open, 1)), &json!({"choices": [0]})).await.refused(403, "forbidden");
    ann.patch(&format!("/channels/{den}"), &json!({"archived": true})).await.is(200);
    gil.put(&path, &json!({"choices": [1]})).await.refused(409, "channel_archived");
}

#[tokio::test]
async fn a_hundred_votes_at_once_are_counted_exactly() {
    let (world, ann, _bob, den) = team().await;
    ann.post(&messages(&den), &with(&json!({"several": true}))).await.is(201);
    let mut people = vec![ann.clone()];
    for number in 0..9 {
        let person = world.join(&ann, &format!("Person{number}"), "member").await;
        ann.add(&den, &person).await;
        people.push(person);
    }
    let den = &den;
    let rounds = people.iter().map(|person| async move {
        for choices in [vec![0], vec![1, 2], vec![], vec![0, 2]] {
            vote(person, den, &choices).await;
        }
    });
    futures_util::future::join_all(rounds).await;
    let end = ann.get(&poll(den, 1)).await.is(200)["poll"].clone();
    assert_eq!((votes(&end), &end["voters"]), (vec![10, 0, 10], &json!(10)));
    assert_eq!(end["version"], 41, "each change is one");
}

#[tokio::test]
async fn a_send_that_is_retried_asks_once() {
    let (_world, ann, _bob, den) = team().await;
    let mut asked = lunch();
    asked["clientKey"] = json!("once");
    let first = ann.post(&messages(&den), &asked).await.is(201);
    assert_eq!(ann.post(&messages(&den), &asked).await.is(200), first);
}

#[tokio::test]
async fn the_export_for_people_has_the_options_and_their_votes() {
    let (_world, ann, bob, den) = team().await;
    ann.post(&messages(&den), &lunch()).await.is(201);
    vote(&bob, &den, &[1]).await;
    let text = ann.get(&format!("/channels/{den}/export?format=text")).await.text;
    assert!(text.contains("  What for lunch?\n  - Soup (0)\n  - Bread (1)\n  - Nothing (0)\n"), "{text}");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let (_world, ann, _bob, den) = team().await;
    let many: Vec<_> = (0..21).map(|number| format!("option {number}")).collect();
    let poll = |more: Value| with(&more);
    let mut no_question = lunch();
    no_question["body"] = json!("");
    let mut long_question = lunch();
    long_question["body"] = json!("x".repeat(1_001));
    for wrong in [
        no_question,
        long_question,
        poll(json!({"options": []})),
        poll(json!({"options": ["Alone"]})),
        poll(json!({"options": many})),
        poll(json!({"options": ["Soup", "  "]})),
        poll(json!({"options": ["Soup", " soup "]})),
        poll(json!({"options": ["Soup", "x".repeat(201)]})),
        poll(json!({"options": "Soup"})),
        poll(json!({"closesAt": clock::now()})),
        poll(json!({"closesAt": clock::now().plus(Duration::from_secs(367 * 24 * 3_600))})),
        poll(json!({"colour": "red"})),
    ] {
        ann.post(&messages(&den), &wrong).await.refused(400, "validation");
    }
    ann.post(&messages(&den), &poll(json!({"options": (0..20).map(|n| n.to_string()).collect::<Vec<_>>()})))
        .await
        .is(201);
}
