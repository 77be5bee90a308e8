//! What people want to be told, and when.

use crate::{
    person::Person,
    socket::names,
    world::{World, soon},
};
use hearth_server::{
    attention::{self, Notice},
    clock::{self, Timestamp},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc::UnboundedReceiver;

async fn team() -> (World, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    (world, ann, bob)
}

async fn set(person: &Person, patch: Value) -> Value {
    person.patch("/users/me/notifications", &patch).await.is(200)
}

fn from_now(time: Duration) -> Timestamp {
    clock::now().plus(time)
}

#[tokio::test]
async fn what_one_wants_is_kept_on_all_of_ones_devices_and_told_to_nobody_else() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let (mut to_bob, mut to_ann) = (bob.socket().await, ann.socket().await);
    let usual = bob.get("/users/me/notifications").await.is(200);
    assert_eq!((&usual["level"], &usual["quiet"], &usual["sound"]), (&json!("mentions"), &json!(false), &json!(true)));
    let patch = json!({
        "level": "everything", "sound": false, "quiet": true, "quietDays": ["friday", "monday", "friday"],
        "quietFrom": 1290, "quietTo": 0, "timeZone": "Europe/Vienna",
    });
    let mut wanted = patch.clone();
    wanted["quietDays"] = json!(["monday", "friday"]);
    wanted["snoozedUntil"] = Value::Null;
    (wanted["digest"], wanted["digestHour"]) = (json!("hourly"), json!(8));
    wanted["showRead"] = json!(true);
    assert_eq!(set(&bob, patch.clone()).await, wanted);
    assert_eq!(to_bob.expect("preferences.updated").await["data"], json!({"preferences": wanted}));
    assert_eq!(set(&bob, patch).await, wanted, "the same again changes nothing");
    let until = from_now(Duration::from_secs(3_600));
    wanted["snoozedUntil"] = json!(until);
    assert_eq!(set(&bob, json!({"snoozedUntil": until})).await, wanted);
    to_bob.expect("preferences.updated").await;
    ann.say(&general, "the end").await;
    assert_eq!(names(&to_bob.events_until_said("the end").await), [""; 0]);
    assert_eq!(names(&to_ann.events_until_said("the end").await), [""; 0]);
    assert_eq!(ann.bootstrap().await["preferences"], usual, "everybody has their own");
    world.restart().await;
    let bob = world.login("bob").await;
    assert_eq!(bob.bootstrap().await["preferences"], wanted);
    assert_eq!(set(&bob, json!({"snoozedUntil": null})).await["snoozedUntil"], Value::Null);
}

#[tokio::test]
async fn wishes_that_make_no_sense_are_refused() {
    let (_world, ann, _bob) = team().await;
    let before = ann.get("/users/me/notifications").await.is(200);
    let past = from_now(Duration::ZERO);
    let far = from_now(Duration::from_secs(32 * 24 * 3_600));
    for patch in [
        json!({"level": "some"}),
        json!({"level": null, "sound": "yes"}),
        json!({"quietFrom": 1_440}),
        json!({"quietTo": -1}),
        json!({"quietDays": ["someday"]}),
        json!({"timeZone": "Europe/Atlantis"}),
        json!({"timeZone": ""}),
        json!({"snoozedUntil": past}),
        json!({"snoozedUntil": far}),
        json!({"snoozedUntil": "tomorrow"}),
        json!({"volume": 11}),
    ] {
        ann.patch("/users/me/notifications", &patch).await.refused(400, "validation");
    }
    assert_eq!(ann.get("/users/me/notifications").await.is(200), before);
}

#[tokio::test]
async fn a_channel_without_a_level_of_its_own_goes_by_what_one_usually_wants() {
    let (_world, ann, bob) = team().await;
    let general = ann.general().await;
    let path = format!("/channels/{general}/notifications");
    assert_eq!(bob.membership(&general).await["level"], Value::Null);
    let own = bob.put(&path, &json!({"level": "mentions", "muted": false})).await.is(200);
    assert_eq!(own["level"], "mentions", "chosen for it alone");
    let back = bob.put(&path, &json!({"level": null, "muted": false})).await.is(200);
    assert_eq!(back["level"], Value::Null);
    assert_eq!(bob.membership(&general).await["level"], Value::Null);
}

/// What the desktop app tells bob, from now on.
async fn told(world: &World, ann: &Person, bob: &Person, direct: &str) -> UnboundedReceiver<String> {
    let user = bob.id.parse().unwrap();
    let (tell, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let show = move |notice: Notice| drop(tell.send(format!("{}: {}", notice.title, notice.text)));
    tokio::spawn(attention::notices(Arc::clone(world.app()), move || Some(user), show));
    // What is said before it listens is not heard.
    loop {
        ann.say(direct, "probe").await;
        if tokio::time::timeout(Duration::from_millis(500), heard.recv()).await.is_ok() {
            break;
        }
    }
    heard
}

async fn next(heard: &mut UnboundedReceiver<String>) -> String {
    loop {
        let notice = soon("a notice", heard.recv()).await.unwrap();
        if !notice.ends_with("probe") {
            return notice;
        }
    }
}

#[tokio::test]
async fn the_desktop_app_tells_what_is_wanted_and_nothing_in_quiet_hours() {
    let (world, ann, bob) = team().await;
    let general = ann.general().await;
    let direct = ann.direct(&[&bob]).await;
    let mut heard = told(&world, &ann, &bob, &direct).await;
    // It asks what is wanted when it tells: what was said before a change is awaited first.
    ann.say(&general, "to nobody").await;
    ann.say(&general, "to you, @bob").await;
    assert_eq!(next(&mut heard).await, "Ann in #general: to you, @bob");
    set(&bob, json!({"level": "everything"})).await;
    ann.say(&general, "to all who want it").await;
    assert_eq!(next(&mut heard).await, "Ann in #general: to all who want it");
    set(&bob, json!({"level": "nothing"})).await;
    ann.say(&general, "not even you, @bob").await;
    ann.say(&direct, "between us").await;
    assert_eq!(next(&mut heard).await, "Ann: between us");
    set(&bob, json!({"snoozedUntil": from_now(Duration::from_secs(600))})).await;
    ann.say(&direct, "while you sleep").await;
    set(&bob, json!({"snoozedUntil": null, "quiet": true, "quietFrom": 0, "quietTo": 0})).await;
    ann.say(&direct, "in quiet hours").await;
    let more = tokio::time::timeout(Duration::from_secs(1), heard.recv()).await;
    assert!(more.is_err(), "{more:?} was told in quiet hours");
}
