//! What people began to write and did not send.

use crate::{person::Person, socket::names, world::World};
use hearth_server::clock::{self, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    (world, ann, bob, den)
}

/// So many milliseconds ago.
fn ago(millis: i64) -> Value {
    json!(Timestamp::from_millis(clock::now().millis() - millis))
}

pub(crate) fn begun(channel: &str, body: &str, edited_at: &Value) -> Value {
    json!({"channelId": channel, "root": null, "body": body, "editedAt": edited_at})
}

/// Written just now.
pub(crate) fn fresh(channel: &str, body: &str) -> Value {
    begun(channel, body, &json!(clock::now()))
}

async fn keep(person: &Person, draft: &Value) -> Value {
    person.put("/drafts", draft).await.is(200)
}

async fn list(person: &Person) -> Value {
    person.get("/drafts").await.is(200)
}

#[tokio::test]
async fn what_one_begins_is_on_all_of_ones_devices_and_nobody_elses() {
    let (_world, ann, bob, den) = team().await;
    ann.say(&den, "Who waters the plants?").await;
    let (mut phone, mut to_ann) = (bob.socket().await, ann.socket().await);
    let first = begun(&den, "  I think that", &ago(5_000));
    assert_eq!(keep(&bob, &first).await, first, "as it was written");
    assert_eq!(phone.expect("draft.updated").await["data"], json!({"draft": first}));
    assert_eq!(list(&bob).await, json!([first]));
    assert_eq!(bob.bootstrap().await["drafts"], json!([first]));

    let mut reply = begun(&den, "I do", &ago(1_000));
    reply["root"] = json!(1);
    assert_eq!(keep(&bob, &reply).await, reply);
    assert_eq!(list(&bob).await, json!([reply, first]), "the last changed first");
    reply["root"] = json!(7);
    bob.put("/drafts", &reply).await.refused(404, "not_found");

    assert_eq!(list(&ann).await, json!([]));
    assert_eq!(ann.bootstrap().await["drafts"], json!([]));
    ann.say(&den, "the end").await;
    assert_eq!(names(&to_ann.events_until_said("the end").await), [""; 0], "nobody else learns of it");
}

#[tokio::test]
async fn the_newest_word_counts_whatever_comes_first() {
    let (_world, ann, bob, den) = team().await;
    let mut phone = bob.socket().await;
    let newer = keep(&bob, &begun(&den, "written on the train", &ago(2_000))).await;
    phone.expect("draft.updated").await;
    let older = begun(&den, "written before that, and offline", &ago(9_000));
    assert_eq!(keep(&bob, &older).await, newer, "the answer is what is kept");
    let empty = begun(&den, " \n", &ago(1_000));
    assert_eq!(keep(&bob, &empty).await["body"], "");
    assert_eq!(phone.expect("draft.updated").await["data"]["draft"]["body"], "");
    assert_eq!(list(&bob).await, json!([]));
    assert_eq!(keep(&bob, &older).await["body"], "", "what was sent does not come back");
    assert_eq!(bob.bootstrap().await["drafts"], json!([begun(&den, "", &empty["editedAt"])]));

    let before = clock::now();
    let ahead =
        keep(&bob, &begun(&den, "from a clock that is ahead", &json!(before.plus(Duration::from_secs(900))))).await;
    let kept: Timestamp = serde_json::from_value(ahead["editedAt"].clone()).unwrap();
    assert!(kept >= before && kept <= clock::now(), "a moment to come counts as now");
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(keep(&bob, &fresh(&den, "and can be changed")).await["body"], "and can be changed");
    phone.expect("draft.updated").await;
    phone.expect("draft.updated").await;
    keep(&bob, &fresh(&ann.general().await, "")).await;
    ann.say(&den, "the end").await;
    assert_eq!(names(&phone.events_until_said("the end").await), [""; 0], "nothing was begun there");
}

#[tokio::test]
async fn what_was_begun_survives_a_restart_and_goes_with_its_author() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let kept = keep(&ann, &fresh(&general, "half a thou")).await;
    keep(&bob, &fresh(&general, "bob's")).await;
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    world.restart().await;
    let ann = world.login("ann").await;
    assert_eq!(list(&ann).await, json!([kept]));
    let person = bob.id.parse().unwrap();
    assert!(world.app().journal.directory().drafts_of(person).is_empty());
}

#[tokio::test]
async fn one_begins_only_where_one_may_write_and_can_always_throw_away() {
    let (world, ann, bob, den) = team().await;
    let guest = world.join(&ann, "Gil", "guest").await;
    guest.put("/drafts", &fresh(&den, "hello")).await.refused(404, "not_found");
    keep(&bob, &begun(&den, "hello", &ago(5_000))).await;
    ann.patch(&format!("/channels/{den}"), &json!({"archived": true})).await.is(200);
    bob.put("/drafts", &begun(&den, "hello all", &ago(4_000))).await.refused(409, "channel_archived");
    ann.patch(&format!("/channels/{den}"), &json!({"archived": false})).await.is(200);
    ann.remove(&den, &bob).await;
    bob.put("/drafts", &begun(&den, "hello all", &ago(4_000))).await.refused(404, "not_found");
    assert_eq!(list(&bob).await[0]["body"], "hello", "what was written stays its author's");
    keep(&bob, &begun(&den, "", &ago(3_000))).await;
    assert_eq!(list(&bob).await, json!([]));
}

#[tokio::test]
async fn drafts_are_bounded() {
    let (_world, ann, bob, den) = team().await;
    let general = ann.general().await;
    for wish in [
        fresh(&den, &"x".repeat(16_001)),
        fresh(&den, "a\u{0}b"),
        json!({"channelId": den, "body": "when"}),
        begun(&den, "when", &json!("soon")),
    ] {
        bob.put("/drafts", &wish).await.refused(400, "validation");
    }
    for number in 1..=101 {
        ann.say(&den, &format!("message {number}")).await;
    }
    let reply = |number: u32, body: &str| {
        let mut draft = fresh(&den, body);
        draft["root"] = json!(number);
        draft
    };
    for number in 1..=100 {
        keep(&bob, &reply(number, "begun")).await;
    }
    bob.put("/drafts", &reply(101, "one too many")).await.refused(400, "validation");
    keep(&ann, &reply(101, "the most is each person's own")).await;
    // Each emptied one leaves its place behind, but only so many of them.
    for number in 1..=100 {
        keep(&bob, &reply(number, "")).await;
    }
    for number in 1..=12 {
        keep(&bob, &reply(number, &"x".repeat(16_000))).await;
    }
    bob.put("/drafts", &reply(13, &"x".repeat(16_000))).await.refused(400, "validation");
    let mut short = reply(101, "short");
    short["editedAt"] = ago(500);
    keep(&bob, &short).await;
    keep(&bob, &reply(101, "")).await;
    keep(&bob, &fresh(&general, "here")).await;
    let all = bob.bootstrap().await["drafts"].as_array().unwrap().clone();
    assert_eq!(all.iter().filter(|draft| draft["body"] == "").count(), 89);
    assert_eq!(list(&bob).await.as_array().unwrap().len(), 13);
}
