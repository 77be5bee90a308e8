//! Messages that are sent at a moment.

use crate::{
    backups,
    person::Person,
    restore::restore,
    socket::names,
    world::{World, soon},
};
use hearth_server::{
    clock::{self, Timestamp},
    directory::ScheduledState,
    error::Code,
    ids::UserId,
};
use serde_json::{Value, json};
use std::time::Duration;

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    (world, ann, bob, den)
}

fn in_millis(millis: u64) -> Value {
    json!(clock::now().plus(Duration::from_millis(millis)))
}

fn at(channel: &str, body: &str, millis: u64) -> Value {
    json!({"channelId": channel, "body": body, "sendAt": in_millis(millis)})
}

/// A message for tomorrow.
pub(crate) fn far(channel: &str, body: &str) -> Value {
    at(channel, body, 24 * 3_600 * 1_000)
}

fn path(scheduled: &Value) -> String {
    format!("/scheduled/{}", scheduled["id"].as_str().unwrap())
}

async fn bodies(person: &Person, channel: &str) -> Vec<Value> {
    let page = person.get(&format!("/channels/{channel}/messages")).await.is(200);
    page["data"].as_array().unwrap().iter().map(|message| message["body"].clone()).collect()
}

async fn list(person: &Person) -> Value {
    person.get("/scheduled").await.is(200)
}

#[tokio::test]
async fn a_message_is_sent_at_its_moment_though_its_author_is_away() {
    let (_world, ann, bob, den) = team().await;
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    let later = bob.post("/scheduled", &far(&den, "tomorrow")).await.is(201);
    let first = bob.post("/scheduled", &at(&den, "in a moment", 600)).await.is(201);
    assert_eq!((&first["state"], &first["version"], &first["root"]), (&json!("waiting"), &json!(1), &Value::Null));
    assert_eq!(list(&bob).await, json!([first, later]), "the first to be sent first");
    assert_eq!(list(&ann).await, json!([]), "nobody else learns of it");
    assert_eq!(bob.bootstrap().await["scheduled"], json!([first, later]));
    assert_eq!(to_bob.expect("scheduled.updated").await["data"], json!({"scheduled": later}));
    assert_eq!(to_bob.expect("scheduled.updated").await["data"], json!({"scheduled": first}));

    let heard = soon("the message", to_ann.events_until_said("in a moment")).await;
    assert_eq!(names(&heard), [""; 0], "nothing tells of it before");
    let moment: Timestamp = serde_json::from_value(first["sendAt"].clone()).unwrap();
    assert!(clock::now() >= moment, "not before");
    let sent = soon("the end of the schedule", to_bob.until("scheduled.sent")).await;
    assert_eq!(sent["data"]["id"], first["id"]);
    assert_eq!(bodies(&ann, &den).await, ["in a moment"]);
    assert_eq!(list(&bob).await, json!([later]));
}

#[tokio::test]
async fn what_came_due_while_the_server_was_off_is_sent_once() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    ann.post("/scheduled", &at(&general, "while it was off", 400)).await.is(201);
    ann.post("/scheduled", &far(&general, "tomorrow")).await.is(201);
    world.stop().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    soon("the message", async {
        while bodies(&ann, &general).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    for _ in 0..2 {
        world.restart().await;
        let ann = world.login("ann").await;
        ann.say(&general, "awake").await;
    }
    let ann = world.login("ann").await;
    assert_eq!(bodies(&ann, &general).await, ["while it was off", "awake", "awake"]);
    assert_eq!(list(&ann).await[0]["body"], "tomorrow");
}

#[tokio::test]
async fn it_can_be_changed_sent_now_and_thrown_away() {
    let (_world, ann, bob, den) = team().await;
    let one = bob.post("/scheduled", &far(&den, "frist draft")).await.is(201);
    let changed = bob.patch(&path(&one), &json!({"body": "first draft"})).await.is(200);
    assert_eq!(
        (&changed["body"], &changed["sendAt"], &changed["version"]),
        (&json!("first draft"), &one["sendAt"], &json!(2))
    );
    let moment = in_millis(3_600_000);
    assert_eq!(bob.patch(&path(&one), &json!({"sendAt": moment})).await.is(200)["sendAt"], moment);
    let sent = bob.post(&format!("{}/send", path(&one)), &json!({})).await.is(200);
    assert_eq!((&sent["body"], &sent["channelId"]), (&json!("first draft"), &json!(den)));
    bob.post(&format!("{}/send", path(&one)), &json!({})).await.refused(404, "not_found");
    assert_eq!(bodies(&ann, &den).await, ["first draft"], "once");

    let two = bob.post("/scheduled", &far(&den, "never")).await.is(201);
    ann.patch(&path(&two), &json!({"body": "ann's"})).await.refused(404, "not_found");
    ann.post(&format!("{}/send", path(&two)), &json!({})).await.refused(404, "not_found");
    ann.delete(&path(&two)).await.is(204);
    assert_eq!(list(&bob).await, json!([two]), "nobody else changes it");
    let mut to_bob = bob.socket().await;
    bob.delete(&path(&two)).await.is(204);
    bob.delete(&path(&two)).await.is(204);
    assert_eq!(to_bob.expect("scheduled.removed").await["data"], json!({"id": two["id"]}));
    assert_eq!(list(&bob).await, json!([]));
}

#[tokio::test]
async fn a_reply_is_sent_where_it_belongs() {
    let (_world, ann, bob, den) = team().await;
    ann.say(&den, "Who waters the plants?").await;
    let mut wish = at(&den, "I do", 300);
    wish["root"] = json!(1);
    wish["alsoToChannel"] = json!(true);
    let mut to_ann = ann.socket().await;
    bob.post("/scheduled", &wish).await.is(201);
    soon("the copy", to_ann.events_until_said("I do")).await;
    let thread = ann.get(&format!("/channels/{den}/messages/1/thread")).await.is(200);
    assert_eq!(thread["root"]["thread"]["replies"], 1);
    wish["root"] = json!(7);
    wish["sendAt"] = in_millis(60_000);
    bob.post("/scheduled", &wish).await.refused(404, "not_found");
}

#[tokio::test]
async fn who_left_the_conversation_keeps_what_was_not_sent_and_is_told_why() {
    let (_world, ann, bob, den) = team().await;
    let mut to_bob = bob.socket().await;
    let one = bob.post("/scheduled", &at(&den, "too late", 600)).await.is(201);
    ann.remove(&den, &bob).await;
    let failed = soon("the failure", async {
        loop {
            let told = to_bob.until("scheduled.updated").await["data"]["scheduled"].clone();
            if told["state"] == "failed" {
                return told;
            }
        }
    })
    .await;
    assert_eq!((&failed["id"], &failed["body"]), (&one["id"], &json!("too late")));
    assert_eq!(failed["problem"], "not_found");
    assert_eq!(list(&bob).await, json!([failed]));
    assert_eq!(bodies(&ann, &den).await, [""; 0]);
    bob.post(&format!("{}/send", path(&one)), &json!({})).await.refused(404, "not_found");
    bob.patch(&path(&one), &json!({"sendAt": in_millis(60_000)})).await.refused(404, "not_found");

    ann.add(&den, &bob).await;
    let again = bob.patch(&path(&one), &json!({"sendAt": in_millis(300)})).await.is(200);
    assert_eq!((&again["state"], &again["problem"]), (&json!("waiting"), &Value::Null));
    soon("the message", to_bob.until("scheduled.sent")).await;
    assert_eq!(bodies(&ann, &den).await, ["too late"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let (world, ann, bob, den) = team().await;
    let guest = world.join(&ann, "Gil", "guest").await;
    let year = 367 * 24 * 3_600 * 1_000;
    for wish in [
        at(&den, "", 60_000),
        at(&den, " \n ", 60_000),
        at(&den, &"x".repeat(16_001), 60_000),
        at(&den, "past", 0),
        at(&den, "far", year),
        json!({"channelId": den, "body": "when"}),
        json!({"channelId": den, "body": "when", "sendAt": "tomorrow"}),
    ] {
        bob.post("/scheduled", &wish).await.refused(400, "validation");
    }
    let one = bob.post("/scheduled", &far(&den, "fine")).await.is(201);
    for patch in [json!({"body": ""}), json!({"sendAt": in_millis(0)}), json!({"sendAt": in_millis(year)})] {
        bob.patch(&path(&one), &patch).await.refused(400, "validation");
    }
    guest.post("/scheduled", &far(&den, "hello")).await.refused(404, "not_found");
    let general = ann.general().await;
    ann.patch(&format!("/channels/{den}"), &json!({"archived": true})).await.is(200);
    bob.post("/scheduled", &far(&den, "hello")).await.refused(409, "channel_archived");
    for _ in 1..100 {
        bob.post("/scheduled", &far(&general, "again")).await.is(201);
    }
    bob.post("/scheduled", &far(&general, "one too many")).await.refused(400, "validation");
    ann.post("/scheduled", &far(&general, "the most is each person's own")).await.is(201);
}

#[tokio::test]
async fn who_leaves_the_team_says_nothing_more() {
    let (world, ann, bob, den) = team().await;
    bob.post("/scheduled", &at(&den, "from the grave", 500)).await.is(201);
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    let person: UserId = bob.id.parse().unwrap();
    soon("the failure", async {
        loop {
            let kept = world.app().journal.directory().planned().of(person)[0].clone();
            if kept.state == ScheduledState::Failed {
                assert_eq!((kept.body.as_str(), kept.problem), ("from the grave", Some(Code::Forbidden)));
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    ann.say(&den, "the end").await;
    assert_eq!(bodies(&ann, &den).await, ["the end"]);
}

#[tokio::test]
async fn who_is_suspended_keeps_what_was_not_sent_and_is_told_why() {
    let (world, ann, bob, den) = team().await;
    let one = bob.post("/scheduled", &at(&den, "from outside", 1_000)).await.is(201);
    bob.post("/scheduled", &far(&den, "tomorrow")).await.is(201);
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    ann.delete(&format!("/users/{}/suspension", bob.id)).await.is(200);
    let bob = world.login("bob").await;
    let failed = soon("the failure", async {
        loop {
            let kept = list(&bob).await;
            if kept[0]["state"] == "failed" {
                return kept;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!((&failed[0]["id"], &failed[0]["problem"]), (&one["id"], &json!("suspended")));
    assert_eq!((&failed[1]["body"], &failed[1]["state"]), (&json!("tomorrow"), &json!("waiting")));
    assert_eq!(bodies(&ann, &den).await, [""; 0]);
    bob.post(&format!("{}/send", path(&one)), &json!({})).await.is(200);
    assert_eq!(bodies(&ann, &den).await, ["from outside"]);
}

#[tokio::test]
async fn after_a_restore_what_may_have_been_sent_since_waits_for_its_author() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    ann.post("/scheduled", &at(&general, "in a while", 3_000)).await.is(201);
    let tomorrow = ann.post("/scheduled", &far(&general, "tomorrow")).await.is(201);
    let (_folder, file) = backups::file(&ann).await;
    world.stop().await;
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let data = elsewhere.path().join("data");
    restore(&file, &data).await.unwrap();
    world.config.data = Some(data);
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    let held = list(&ann).await;
    assert_eq!((&held[0]["body"], &held[0]["state"]), (&json!("in a while"), &json!("held")));
    assert_eq!(held[1], tomorrow);
    assert_eq!(bodies(&ann, &general).await, [""; 0]);
    ann.post(&format!("{}/send", path(&held[0])), &json!({})).await.is(200);
    assert_eq!(bodies(&ann, &general).await, ["in a while"]);
}
