//! How the hub is, at one look.

use crate::{
    backups::made,
    board::{project, task},
    world::{World, soon},
};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn the_overview_counts_people_sockets_messages_tasks_and_bytes() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    ann.put(&format!("/users/{}/suspension", cy.id), &json!({})).await.is(200);
    let general = ann.general().await;
    for body in ["one", "two", "three"] {
        bob.say(&general, body).await;
    }
    project(&ann, "OPS", true, &[&bob]).await;
    for title in ["Door", "Window"] {
        task(&bob, "OPS", title).await;
    }
    let (_first, _second) = (ann.socket().await, ann.socket().await);
    let now = ann.get("/admin/overview").await.is(200);
    assert_eq!(now["people"], json!({"online": 1, "total": 3, "suspended": 1, "sockets": 2}));
    let days = now["days"].as_array().unwrap();
    assert_eq!(days.len(), 30);
    // Midnight may pass meanwhile.
    let lately =
        |days: &[serde_json::Value], of: &str| days[28..].iter().map(|day| day[of].as_u64().unwrap()).sum::<u64>();
    assert_eq!((lately(days, "messages"), lately(days, "tasks")), (3, 2));
    assert!(days[..28].iter().all(|day| day["messages"] == 0 && day["tasks"] == 0), "{now}");
    assert!(now["storage"]["database"].as_u64().unwrap() > 0, "{now}");
    assert!(now["process"]["memory"].as_u64().unwrap() > 1 << 20, "{now}");
    assert!(now["journal"]["position"].as_i64().unwrap() > 3, "{now}");
    assert_eq!(now["version"], env!("CARGO_PKG_VERSION"));

    world.restart().await;
    ann.say(&general, "four").await;
    task(&ann, "OPS", "Roof").await;
    let now = ann.get("/admin/overview").await.is(200);
    let days = now["days"].as_array().unwrap();
    assert_eq!((lately(days, "messages"), lately(days, "tasks")), (4, 3), "the counts go on after a restart");
    soon("the index to read every event", async {
        while ann.get("/admin/overview").await.is(200)["journal"]["searchBehind"] != 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_missing_backup_is_warned_of_until_there_is_one() {
    let (_world, ann) = World::with_backups().await;
    let warns = async || ann.get("/admin/overview").await.is(200)["warnings"].clone();
    assert_eq!(warns().await, json!(["backup_missing"]));
    made(&ann).await;
    assert_eq!(warns().await, json!([]));
    let now = ann.get("/admin/overview").await.is(200);
    assert!(now["lastBackupAt"].is_string(), "{now}");
}
