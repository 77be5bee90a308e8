//! Messages that are pinned for everybody.

use crate::{person::Person, socket::names, world::World};
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    for body in ["one", "two", "three"] {
        ann.say(&general, body).await;
    }
    (world, ann, bob, general)
}

fn place(channel: &str, number: u32) -> String {
    format!("/channels/{channel}/messages/{number}/pin")
}

/// What the pinned messages say, the last one pinned first.
async fn pinned(person: &Person, channel: &str) -> Vec<String> {
    let list = person.get(&format!("/channels/{channel}/pins")).await.is(200);
    list.as_array().unwrap().iter().map(|pin| pin["message"]["body"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_pin_is_part_of_the_channel_that_everybody_sees() {
    let (_world, ann, bob, general) = team().await;
    let mut to_ann = ann.socket().await;
    let before = ann.get(&format!("/channels/{general}")).await.is(200);
    assert_eq!(before["pinned"], json!([]));
    let channel = bob.put(&place(&general, 2), &json!({})).await.is(200);
    assert_eq!(channel["pinned"], json!([2]));
    assert_eq!(channel["version"].as_u64().unwrap(), before["version"].as_u64().unwrap() + 1);
    let event = to_ann.expect("message.pinned").await;
    assert_eq!(event["data"], json!({"channel": channel, "number": 2, "userId": bob.id}));
    assert_eq!(bob.put(&place(&general, 2), &json!({})).await.is(200), channel, "it is pinned already");

    ann.put(&place(&general, 1), &json!({})).await.is(200);
    to_ann.expect("message.pinned").await;
    assert_eq!(pinned(&bob, &general).await, ["one", "two"]);
    let list = bob.get(&format!("/channels/{general}/pins")).await.is(200);
    assert_eq!((&list[1]["pinnedBy"], &list[0]["pinnedBy"]), (&json!(bob.id), &json!(ann.id)));
    let whole = ann.get(&format!("/channels/{general}/messages/2")).await.is(200);
    assert_eq!(list[1]["message"], whole);

    let channel = ann.delete(&place(&general, 2)).await.is(200);
    assert_eq!(channel["pinned"], json!([1]));
    assert_eq!(to_ann.expect("message.unpinned").await["data"]["channel"], channel);
    assert_eq!(ann.delete(&place(&general, 2)).await.is(200), channel, "it is gone already");
    ann.say(&general, "the end").await;
    assert_eq!(names(&to_ann.events_until_said("the end").await), [""; 0]);
}

#[tokio::test]
async fn the_list_shows_the_messages_as_they_now_are() {
    let (_world, ann, bob, general) = team().await;
    for number in [1, 3] {
        ann.put(&place(&general, number), &json!({})).await.is(200);
    }
    ann.patch(&format!("/channels/{general}/messages/3"), &json!({"body": "three, changed"})).await.is(200);
    bob.put(&format!("/channels/{general}/messages/1/reactions/👍"), &json!({})).await.is(200);
    let list = bob.get(&format!("/channels/{general}/pins")).await.is(200);
    let found = |number: u64| {
        let pins = list.as_array().unwrap().iter();
        pins.map(|pin| &pin["message"]).find(|message| message["number"] == number).unwrap()
    };
    assert_eq!(found(3)["body"], "three, changed");
    assert_eq!(found(1)["reactions"], json!([{"emoji": "👍", "userIds": [bob.id]}]));
}

#[tokio::test]
async fn a_deleted_message_loses_its_pin() {
    let (_world, ann, bob, general) = team().await;
    for number in [1, 2] {
        ann.put(&place(&general, number), &json!({})).await.is(200);
    }
    let mut to_bob = bob.socket().await;
    ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    to_bob.expect("message.deleted").await;
    assert_eq!(to_bob.expect("message.unpinned").await["data"]["channel"]["pinned"], json!([2]));
    assert_eq!(pinned(&bob, &general).await, ["two"]);
    ann.put(&place(&general, 1), &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn there_are_at_most_a_hundred_and_none_new_in_an_archive() {
    let (world, ann, bob, general) = team().await;
    for number in 4..=101 {
        ann.say(&general, &format!("message {number}")).await;
    }
    for number in 1..=100 {
        ann.put(&place(&general, number), &json!({})).await.is(200);
    }
    ann.put(&place(&general, 101), &json!({})).await.refused(400, "validation");
    ann.put(&place(&general, 100), &json!({})).await.is(200);
    assert_eq!(pinned(&bob, &general).await.len(), 100);
    ann.delete(&place(&general, 1)).await.is(200);
    ann.put(&place(&general, 101), &json!({})).await.is(200);
    for number in [0, 102] {
        ann.put(&place(&general, number), &json!({})).await.refused(404, "not_found");
    }

    let gil = world.join(&ann, "Gil", "guest").await;
    let zoo = ann.channel("zoo", "public", &[&bob, &gil]).await;
    ann.say(&zoo, "hello").await;
    gil.put(&place(&zoo, 1), &json!({})).await.refused(403, "forbidden");
    ann.put(&place(&zoo, 1), &json!({})).await.is(200);
    assert_eq!(pinned(&gil, &zoo).await, ["hello"]);
    ann.patch(&format!("/channels/{zoo}"), &json!({"archived": true})).await.is(200);
    bob.delete(&place(&zoo, 1)).await.refused(409, "channel_archived");
    assert_eq!(pinned(&bob, &zoo).await, ["hello"]);
}

#[tokio::test]
async fn pins_outlive_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    ann.say(&general, "kept").await;
    let channel: Value = ann.put(&place(&general, 1), &json!({})).await.is(200);
    world.restart().await;
    assert_eq!(ann.get(&format!("/channels/{general}")).await.is(200), channel);
    assert_eq!(pinned(&ann, &general).await, ["kept"]);
}
