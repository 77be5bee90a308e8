//! How somebody sorts their side bar.

use crate::{person::Person, socket::names, world::World};
use serde_json::{Value, json};

const MINE: &str = "/users/me/sections";

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    (world, ann, bob, general)
}

async fn put(person: &Person, channel: &str, section: &str) -> Value {
    person.put(&format!("/channels/{channel}/section"), &json!({"section": section})).await.is(200)
}

/// Makes a section and gives its id.
async fn make(person: &Person, name: &str) -> String {
    let sections = person.post(MINE, &json!({"name": name})).await.is(201);
    sections["named"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_conversation_stands_in_one_section_on_all_of_ones_devices_and_nobody_elses() {
    let (_world, ann, bob, general) = team().await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let (mut other_device, mut to_ann) = (bob.socket().await, ann.socket().await);
    let body = json!({"name": "Work", "channelId": den});
    let made = bob.post(MINE, &body).await;
    let work = made.is(201)["named"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/api/v1{MINE}/{work}"));
    let expected = json!({"favourites": [], "named": [{"id": work, "name": "Work", "channels": [den]}]});
    assert_eq!(other_device.expect("sections.updated").await["data"], json!({"sections": expected}));
    assert_eq!(bob.get(MINE).await.is(200), expected);

    put(&bob, &general, "favourites").await;
    let now = put(&bob, &den, "favourites").await;
    let expected = json!({"favourites": [general, den], "named": [{"id": work, "name": "Work", "channels": []}]});
    assert_eq!(now, expected);
    assert_eq!(bob.bootstrap().await["sections"], expected);
    let now = put(&bob, &general, &work).await;
    assert_eq!((&now["favourites"], &now["named"][0]["channels"]), (&json!([den]), &json!([general])));
    put(&bob, &general, "none").await;
    let now = put(&bob, &den, "none").await;
    assert_eq!(now, json!({"favourites": [], "named": [{"id": work, "name": "Work", "channels": []}]}));

    assert_eq!(ann.bootstrap().await["sections"], json!({"favourites": [], "named": []}));
    ann.say(&general, "the end").await;
    assert_eq!(names(&to_ann.events_until_said("the end").await), [""; 0], "nobody else learns of it");
    put(&bob, &den, "none").await;
    ann.say(&general, "really").await;
    let told = other_device.events_until_said("really").await;
    assert_eq!(
        names(&told).iter().filter(|name| **name == "sections.updated").count(),
        5,
        "nothing changed the last time"
    );
}

#[tokio::test]
async fn sections_are_named_moved_and_taken_away() {
    let (_world, _ann, bob, general) = team().await;
    let (one, two, three) = (make(&bob, "One").await, make(&bob, "Two").await, make(&bob, "Three").await);
    let order = |sections: Value| -> Vec<String> {
        let named = sections["named"].as_array().unwrap().clone();
        named.iter().map(|section| section["name"].as_str().unwrap().to_owned()).collect()
    };
    let change = |id: &str, body: Value| {
        let path = format!("{MINE}/{id}");
        let bob = &bob;
        async move { bob.patch(&path, &body).await }
    };
    assert_eq!(order(change(&three, json!({"place": 0})).await.is(200)), ["Three", "One", "Two"]);
    assert_eq!(order(change(&three, json!({"place": 99})).await.is(200)), ["One", "Two", "Three"]);
    assert_eq!(order(change(&two, json!({"name": " Second ", "place": 2})).await.is(200)), ["One", "Three", "Second"]);
    change(&two, json!({"name": "ONE"})).await.refused(400, "validation");
    assert_eq!(order(change(&one, json!({"name": "ONE"})).await.is(200)), ["ONE", "Three", "Second"]);
    for name in ["", "  ", "a\nb", &"x".repeat(41)] {
        change(&one, json!({"name": name})).await.refused(400, "validation");
        bob.post(MINE, &json!({"name": name})).await.refused(400, "validation");
    }
    change(&one, json!({"place": -1})).await.refused(400, "validation");

    put(&bob, &general, &two).await;
    assert_eq!(order(bob.delete(&format!("{MINE}/{two}")).await.is(200)), ["ONE", "Three"]);
    bob.delete(&format!("{MINE}/{two}")).await.refused(404, "not_found");
    change(&two, json!({"name": "Again"})).await.refused(404, "not_found");
    bob.put(&format!("/channels/{general}/section"), &json!({"section": two})).await.refused(404, "not_found");
    bob.put(&format!("/channels/{general}/section"), &json!({"section": "attic"})).await.refused(400, "validation");
    for number in 0..28 {
        make(&bob, &format!("Section {number}")).await;
    }
    bob.post(MINE, &json!({"name": "One too many"})).await.refused(400, "validation");
}

#[tokio::test]
async fn what_one_may_not_see_cannot_be_sorted_and_what_one_left_is_forgotten() {
    let (world, ann, bob, general) = team().await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let attic = ann.channel("attic", "private", &[]).await;
    let open = ann.channel("open", "public", &[]).await;
    bob.put(&format!("/channels/{attic}/section"), &json!({"section": "favourites"})).await.refused(404, "not_found");
    bob.put(&format!("/channels/{open}/section"), &json!({"section": "favourites"})).await.refused(403, "forbidden");
    let body = json!({"name": "Attic", "channelId": attic});
    bob.post(MINE, &body).await.refused(404, "not_found");
    assert_eq!(bob.get(MINE).await.is(200), json!({"favourites": [], "named": []}));
    put(&bob, &den, "favourites").await;
    ann.remove(&den, &bob).await;
    assert_eq!(put(&bob, &general, "favourites").await["favourites"], json!([general]));
    let stranger = world.stranger();
    stranger.get(MINE).await.refused(401, "no_token");
}

#[tokio::test]
async fn sections_outlive_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let work = make(&ann, "Work").await;
    put(&ann, &general, &work).await;
    let direct = ann.post("/direct", &json!({"userIds": []})).await.json()["data"]["id"].as_str().unwrap().to_owned();
    let before = put(&ann, &direct, "favourites").await;
    world.restart().await;
    assert_eq!(ann.get(MINE).await.is(200), before);
}
