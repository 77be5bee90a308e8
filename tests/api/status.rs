//! A status that is cleared by itself.

use crate::{
    person::Person,
    world::{World, soon},
};
use hearth_server::clock;
use serde_json::{Value, json};
use std::time::Duration;

fn in_millis(millis: u64) -> Value {
    json!(clock::now().plus(Duration::from_millis(millis)))
}

async fn set(person: &Person, text: &str, until: Value) -> Value {
    person.patch("/users/me", &json!({"statusText": text, "statusEmoji": "🎧", "statusUntil": until})).await.is(200)
}

#[tokio::test]
async fn it_is_cleared_at_its_moment_on_every_screen() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    let until = in_millis(500);
    assert_eq!(set(&bob, "In a meeting", until.clone()).await["statusUntil"], until);
    assert_eq!(to_ann.expect("user.updated").await["data"]["user"]["statusUntil"], until);
    let cleared = soon("the end", to_ann.until("user.updated")).await["data"]["user"].clone();
    assert_eq!(
        (&cleared["statusText"], &cleared["statusEmoji"], &cleared["statusUntil"]),
        (&json!(""), &json!(""), &Value::Null)
    );
    assert!(json!(clock::now()).as_str() >= until.as_str(), "not before");
    soon("the end", to_bob.until("account.updated")).await;
    let account = soon("the end", to_bob.until("account.updated")).await["data"]["account"].clone();
    assert_eq!((&account["statusText"], &account["version"]), (&json!(""), &cleared["version"]));
    assert_eq!(bob.get("/users/me").await.is(200), account);
}

#[tokio::test]
async fn another_status_does_not_end_with_the_one_before() {
    let (_world, ann) = World::new().await;
    set(&ann, "In a meeting", in_millis(600_000)).await;
    let title = ann.patch("/users/me", &json!({"title": "Builder"})).await.is(200);
    assert!(title["statusUntil"].is_string(), "something else leaves it");
    let other = ann.patch("/users/me", &json!({"statusText": "At lunch"})).await.is(200);
    assert_eq!(other["statusUntil"], Value::Null);
    let timed = ann.patch("/users/me", &json!({"statusUntil": in_millis(600_000)})).await.is(200);
    assert!(timed["statusUntil"].is_string());
    let stays = ann.patch("/users/me", &json!({"statusUntil": null})).await.is(200);
    assert_eq!((&stays["statusText"], &stays["statusUntil"]), (&json!("At lunch"), &Value::Null));
    let none = json!({"statusText": "", "statusEmoji": "", "statusUntil": in_millis(600_000)});
    assert_eq!(ann.patch("/users/me", &none).await.is(200)["statusUntil"], Value::Null, "nothing ends");
    for until in [in_millis(0), in_millis(367 * 24 * 3_600_000), json!("tonight")] {
        ann.patch("/users/me", &json!({"statusText": "x", "statusUntil": until})).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn one_that_ended_while_the_server_was_off_is_cleared_when_it_starts() {
    let (mut world, ann) = World::on_disk().await;
    set(&ann, "In a meeting", in_millis(300)).await;
    world.stop().await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    soon("the end", async {
        while ann.get("/users/me").await.is(200)["statusText"] != "" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}
