//! Messages that somebody saved for later.

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
    format!("/channels/{channel}/messages/{number}/saved")
}

/// What a person saved, by the number of the message.
async fn list(person: &Person) -> Vec<Value> {
    let mut saved = person.get("/saved?limit=100").await.is(200)["data"].as_array().unwrap().clone();
    saved.sort_by_key(|one| (one["message"].is_null(), one["number"].as_u64()));
    saved
}

#[tokio::test]
async fn what_one_saves_is_there_on_all_of_ones_devices_and_nobody_elses() {
    let (_world, ann, bob, general) = team().await;
    let (mut other_device, mut to_ann) = (bob.socket().await, ann.socket().await);
    let saved = bob.put(&place(&general, 2), &json!({})).await.is(200);
    assert_eq!((&saved["channelId"], &saved["number"]), (&json!(general), &json!(2)));
    assert_eq!(bob.put(&place(&general, 2), &json!({})).await.is(200), saved, "it is saved already");
    assert_eq!(other_device.expect("saved.added").await["data"], json!({"saved": saved}));
    bob.put(&place(&general, 1), &json!({})).await.is(200);
    other_device.expect("saved.added").await;
    assert_eq!(bob.bootstrap().await["saved"].as_array().unwrap().len(), 2);
    assert_eq!(ann.bootstrap().await["saved"], json!([]));
    let bodies: Vec<_> = list(&bob).await.iter().map(|one| one["message"]["body"].clone()).collect();
    assert_eq!(bodies, ["one", "two"]);
    assert!(list(&ann).await.is_empty());

    bob.delete(&place(&general, 2)).await.is(204);
    bob.delete(&place(&general, 2)).await.is(204);
    let event = other_device.expect("saved.removed").await;
    assert_eq!(event["data"], json!({"channelId": general, "number": 2}));
    ann.say(&general, "the end").await;
    assert_eq!(names(&other_device.events_until_said("the end").await), [""; 0]);
    assert_eq!(names(&to_ann.events_until_said("the end").await), [""; 0], "nobody else learns of it");
}

#[tokio::test]
async fn what_was_deleted_or_closed_to_the_person_stays_in_the_list_without_its_words() {
    let (_world, ann, bob, general) = team().await;
    let den = ann.channel("den", "private", &[&bob]).await;
    ann.say(&den, "between us").await;
    bob.put(&place(&den, 1), &json!({})).await.is(200);
    bob.put(&place(&general, 1), &json!({})).await.is(200);
    bob.put(&place(&general, 2), &json!({})).await.is(200);
    ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    ann.remove(&den, &bob).await;
    let saved = list(&bob).await;
    assert_eq!(saved.len(), 3);
    assert_eq!((&saved[0]["message"]["body"], saved[0]["message"]["deletedAt"].is_string()), (&json!(""), true));
    assert_eq!(saved[1]["message"]["body"], "two");
    assert_eq!((&saved[2]["channelId"], &saved[2]["message"]), (&json!(den), &Value::Null));
    bob.put(&place(&den, 1), &json!({})).await.refused(404, "not_found");
    bob.delete(&place(&den, 1)).await.is(204);
    assert_eq!(list(&bob).await.len(), 2);
    for number in [0, 9] {
        bob.put(&place(&general, number), &json!({})).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_person_saves_at_most_five_hundred_and_reads_them_in_pages() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    for number in 1..=501 {
        ann.say(&general, &format!("message {number}")).await;
    }
    for number in 1..=500 {
        ann.put(&place(&general, number), &json!({})).await.is(200);
    }
    ann.put(&place(&general, 501), &json!({})).await.refused(400, "validation");
    world.restart().await;
    ann.put(&place(&general, 501), &json!({})).await.refused(400, "validation");
    let page = ann.get("/saved?page=2&limit=50").await.is(200);
    assert_eq!(page["pagination"], json!({"page": 2, "limit": 50, "total": 500, "pages": 10}));
    assert_eq!(page["data"][0]["message"]["body"], "message 450", "the last one saved first");
    ann.get("/saved?limit=101").await.refused(400, "validation");
}
