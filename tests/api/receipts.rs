//! Who has read a message.

use crate::{person::Person, threads::thread_of, world::World};
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let eve = world.join(&ann, "Eve", "member").await;
    let den = ann.channel("den", "private", &[&bob, &eve]).await;
    (world, ann, bob, eve, den)
}

async fn allow(ann: &Person) {
    assert_eq!(ann.patch("/admin/settings", &json!({"readReceipts": true})).await.is(200)["readReceipts"], true);
}

async fn read(person: &Person, channel: &str, number: u32) {
    person.put(&format!("/channels/{channel}/read"), &json!({"number": number})).await.is(200);
}

fn path(channel: &str, number: u32) -> String {
    format!("/channels/{channel}/messages/{number}/readers")
}

async fn readers(person: &Person, channel: &str, number: u32) -> Value {
    person.get(&path(channel, number)).await.is(200)
}

#[tokio::test]
async fn it_is_not_told_unless_the_team_wants_it() {
    let (_world, ann, bob, _eve, den) = team().await;
    ann.say(&den, "hello").await;
    assert_eq!(ann.bootstrap().await["hub"]["readReceipts"], false);
    ann.get(&path(&den, 1)).await.refused(403, "forbidden");
    let mut to_bob = bob.socket().await;
    allow(&ann).await;
    assert_eq!(to_bob.expect("hub.updated").await["data"]["hub"]["readReceipts"], true);
    assert_eq!(readers(&ann, &den, 1).await, json!({"userIds": [], "of": 2}));
}

#[tokio::test]
async fn it_follows_from_how_far_each_has_read() {
    let (world, ann, bob, eve, den) = team().await;
    allow(&ann).await;
    ann.say(&den, "one").await;
    ann.say(&den, "two").await;
    read(&bob, &den, 1).await;
    assert_eq!(readers(&ann, &den, 1).await, json!({"userIds": [bob.id], "of": 2}));
    assert_eq!(readers(&ann, &den, 2).await["userIds"], json!([]));
    read(&eve, &den, 2).await;
    assert_eq!(readers(&ann, &den, 2).await["userIds"], json!([eve.id]));
    assert_eq!(readers(&bob, &den, 2).await["userIds"], json!([eve.id]), "without who asks and who wrote it");
    eve.put(&format!("/channels/{den}/messages/2/unread"), &json!({})).await.is(200);
    assert_eq!(readers(&ann, &den, 2).await["userIds"], json!([]));

    let tom = world.join(&ann, "Tom", "member").await;
    ann.add(&den, &tom).await;
    assert_eq!(readers(&ann, &den, 1).await, json!({"userIds": [bob.id, eve.id], "of": 2}), "who came later did not");
    let direct = ann.direct(&[&bob]).await;
    ann.say(&direct, "between us").await;
    assert_eq!(readers(&ann, &direct, 1).await, json!({"userIds": [], "of": 1}));
    read(&bob, &direct, 1).await;
    assert_eq!(readers(&ann, &direct, 1).await["userIds"], json!([bob.id]));
    let thread = thread_of(&bob.reply(&den, 1, "a reply").await);
    read(&ann, &thread, 1).await;
    assert_eq!(readers(&bob, &thread, 1).await["userIds"], json!([ann.id]));
}

#[tokio::test]
async fn who_does_not_want_to_be_shown_is_not() {
    let (_world, ann, bob, eve, den) = team().await;
    allow(&ann).await;
    ann.say(&den, "one").await;
    read(&bob, &den, 1).await;
    read(&eve, &den, 1).await;
    let shown = bob.patch("/users/me/notifications", &json!({"showRead": false})).await.is(200);
    assert_eq!(shown["showRead"], false);
    assert_eq!(readers(&ann, &den, 1).await, json!({"userIds": [eve.id], "of": 1}));
    bob.patch("/users/me/notifications", &json!({"showRead": true})).await.is(200);
    assert_eq!(readers(&ann, &den, 1).await["of"], 2);
}

#[tokio::test]
async fn who_is_not_in_the_conversation_is_not_told() {
    let (world, ann, _bob, _eve, den) = team().await;
    allow(&ann).await;
    let tom = world.join(&ann, "Tom", "member").await;
    ann.say(&den, "one").await;
    tom.get(&path(&den, 1)).await.refused(404, "not_found");
    let open = ann.channel("open", "public", &[]).await;
    ann.say(&open, "one").await;
    tom.get(&path(&open, 1)).await.refused(403, "forbidden");
    ann.get(&path(&open, 2)).await.refused(404, "not_found");
    ann.delete(&format!("/channels/{open}/messages/1")).await.is(200);
    ann.get(&path(&open, 1)).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_wish_survives_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    allow(&ann).await;
    ann.patch("/users/me/notifications", &json!({"showRead": false})).await.is(200);
    world.restart().await;
    let ann = world.login("ann").await;
    let bootstrap = ann.bootstrap().await;
    assert_eq!(
        (&bootstrap["hub"]["readReceipts"], &bootstrap["preferences"]["showRead"]),
        (&json!(true), &json!(false))
    );
}
