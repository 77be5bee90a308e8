//! Backups that the hub makes by itself: when, where, how many stay, and whether they could be restored.

use crate::{
    answer::shape,
    backups::{self, made},
    person::{Person, id},
    world::{World, soon},
};
use hearth_server::{
    admin::backup,
    clock::{self, Timestamp},
};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Does what is due at this moment.
async fn tick(world: &World, at: Timestamp) {
    world.within(move |app| async move { backup::tick(&app, at).await }).await;
}

/// The plan, once nothing is being done any more.
pub(crate) async fn settled(actor: &Person) -> Value {
    soon("the work to end", async {
        loop {
            let plan = actor.get("/admin/backup-plan").await.is(200);
            if plan["work"].is_null() {
                return plan;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
}

async fn list(actor: &Person) -> Vec<Value> {
    actor.get("/admin/backups").await.is(200).as_array().unwrap().clone()
}

async fn overview(actor: &Person) -> Value {
    actor.get("/admin/overview").await.is(200)
}

/// Alters a byte of the rows of a backup.
pub(crate) fn spoiled(mut bytes: Vec<u8>) -> Vec<u8> {
    let name = b"tables/event.jsonl";
    let place = bytes.windows(name.len()).position(|window| window == name).unwrap() + name.len() + 100;
    bytes[place] ^= 0x55;
    bytes
}

#[tokio::test]
async fn a_new_hub_makes_a_backup_every_night_and_the_plan_can_be_changed() {
    let (mut world, ann) = World::on_disk().await;
    tick(&world, clock::now()).await;
    let mut plan = ann.get("/admin/backup-plan").await.is(200);
    let folder = plan["folder"].take();
    assert_eq!(folder, world.config.data.clone().unwrap().join("backups").to_str().unwrap());
    assert_snapshot!(shape(&plan), @r#"
    {
      "at": 210,
      "byHand": null,
      "daily": 7,
      "drill": null,
      "folder": null,
      "folderChosen": false,
      "folderFixed": false,
      "folderState": "ready",
      "last": null,
      "nextAt": "[time]",
      "on": true,
      "staged": null,
      "weekly": 4,
      "work": null
    }
    "#);
    let change = json!({"at": 1380, "daily": 3, "weekly": 0, "byHand": 5});
    let plan = ann.patch("/admin/backup-plan", &change).await.is(200);
    assert_eq!(
        (&plan["at"], &plan["daily"], &plan["weekly"], &plan["byHand"]),
        (&json!(1380), &json!(3), &json!(0), &json!(5))
    );
    world.restart().await;
    let plan = ann.patch("/admin/backup-plan", &json!({"byHand": null, "on": false})).await.is(200);
    assert_eq!((&plan["at"], &plan["byHand"], &plan["nextAt"]), (&json!(1380), &Value::Null, &Value::Null));
    tick(&world, clock::now().plus(3 * DAY)).await;
    assert_eq!(list(&ann).await, Vec::<Value>::new(), "it is off");
    for (field, wrong) in [
        ("at", json!(1440)),
        ("daily", json!(0)),
        ("daily", json!(400)),
        ("byHand", json!(0)),
        ("folder", json!("here")),
    ] {
        ann.patch("/admin/backup-plan", &json!({field: wrong})).await.refused(400, "validation");
    }
    ann.patch("/admin/backup-plan", &json!({"dayly": 3})).await.refused(400, "validation");
    let log = ann.get("/admin/audit?act=backup_plan_changed").await.json();
    assert_eq!(log["data"]["entries"][1]["detail"], "at, daily, weekly, byHand");
}

#[tokio::test]
async fn a_folder_that_the_configuration_says_is_not_chosen_here() {
    let (_world, ann) = World::with_backups().await;
    assert_eq!(ann.get("/admin/backup-plan").await.is(200)["folderFixed"], true);
    let folder = tempfile::tempdir().unwrap();
    let change = json!({"folder": folder.path()});
    ann.patch("/admin/backup-plan", &change).await.refused(409, "fixed_by_configuration");
}

#[tokio::test]
async fn the_backup_of_the_day_is_made_read_again_restored_for_practice_and_caught_up() {
    let (mut world, ann) = World::on_disk().await;
    ann.say(&ann.general().await, "to be kept").await;
    let by_hand = made(&ann).await;
    let now = clock::now();
    tick(&world, now).await;
    assert_eq!(list(&ann).await.len(), 1, "nothing is due in the first moment");
    assert_eq!(overview(&ann).await["lastVerifiedAt"], Value::Null);
    tick(&world, now.plus(DAY)).await;
    let all = list(&ann).await;
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0]["scheduled"], &all[0]["check"]["failure"]), (&json!(true), &Value::Null));
    assert!(all[0]["check"]["at"].is_string(), "it was read again: {}", all[0]);
    let plan = settled(&ann).await;
    assert_eq!(plan["last"]["failure"], Value::Null);
    assert_eq!(
        (&plan["drill"]["backup"], &plan["drill"]["failure"], &plan["drill"]["skipped"]),
        (&all[0]["id"], &Value::Null, &Value::Null)
    );
    assert!(!world.config.data.clone().unwrap().join("drill").exists(), "the copy stayed");
    let seen = overview(&ann).await;
    assert_eq!((&seen["lastVerifiedAt"], &seen["warnings"]), (&all[0]["madeAt"], &json!([])));
    tick(&world, now.plus(DAY + Duration::from_secs(60))).await;
    assert_eq!(list(&ann).await.len(), 2, "one a day");

    // The computer was off for three days: one is made for all of them. Of one day the last stays, and what was made by hand.
    world.restart().await;
    tick(&world, now.plus(4 * DAY)).await;
    let later = list(&ann).await;
    assert_eq!(later.len(), 2, "{later:?}");
    assert_eq!((id(&later[1]), later[0]["id"] != all[0]["id"]), (id(&by_hand), true));
    assert_eq!(settled(&ann).await["drill"]["backup"], all[0]["id"], "a drill is done once a week");
    tick(&world, now.plus(8 * DAY)).await;
    assert_eq!(settled(&ann).await["drill"]["backup"], list(&ann).await[0]["id"]);
    let removed = ann.get("/admin/audit?act=backup_removed").await.json();
    assert_eq!(
        (removed["data"]["entries"].as_array().unwrap().len(), &removed["data"]["entries"][0]["actor"]),
        (2, &Value::Null)
    );
}

#[tokio::test]
async fn a_folder_that_is_gone_is_told_and_nothing_is_put_in_its_place() {
    let (world, ann) = World::on_disk().await;
    let place = tempfile::tempdir().unwrap();
    let stick = place.path().join("stick");
    let plan = ann.patch("/admin/backup-plan", &json!({"folder": stick})).await.is(200);
    assert_eq!((&plan["folder"], &plan["folderState"]), (&json!(stick), &json!("ready")));
    made(&ann).await;
    let there = |folder: &Path| {
        std::fs::read_dir(folder)
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|it| it == "zip"))
            .count()
    };
    assert_eq!(there(&stick), 1);

    // Unplugged: the folder that the stick was mounted on stays behind, empty.
    std::fs::rename(&stick, place.path().join("away")).unwrap();
    std::fs::create_dir(&stick).unwrap();
    let now = clock::now();
    tick(&world, now).await;
    tick(&world, now.plus(DAY)).await;
    let plan = ann.get("/admin/backup-plan").await.is(200);
    assert_eq!((&plan["folderState"], &plan["last"]["failure"]), (&json!("missing"), &json!("folder_missing")));
    assert_eq!(overview(&ann).await["warnings"], json!(["backup_folder_missing"]));
    assert_eq!(there(&stick), 0);

    // Plugged in again.
    std::fs::remove_dir(&stick).unwrap();
    std::fs::rename(place.path().join("away"), &stick).unwrap();
    tick(&world, now.plus(2 * DAY)).await;
    assert_eq!(overview(&ann).await["warnings"], json!([]));
    assert_eq!(there(&stick), 2);
    let back = ann.patch("/admin/backup-plan", &json!({"folder": null})).await.is(200);
    assert_eq!((&back["folderChosen"], &back["folderState"]), (&json!(false), &json!("ready")));
}

#[tokio::test]
async fn a_damaged_backup_is_found_when_it_is_read_and_in_a_drill() {
    let (world, ann) = World::on_disk().await;
    for number in 0..40 {
        ann.say(&ann.general().await, &format!("to be kept {number}")).await;
    }
    let backup = made(&ann).await;
    let check = format!("/admin/backups/{}/check", id(&backup));
    assert_eq!(ann.post(&check, &json!({})).await.is(200)["kind"], "check");
    settled(&ann).await;
    assert_eq!(list(&ann).await[0]["check"]["failure"], Value::Null);
    assert_eq!(overview(&ann).await["lastVerifiedAt"], backup["madeAt"]);

    let path =
        world.config.data.clone().unwrap().join("backups").join(backup["contents"]["fileName"].as_str().unwrap());
    std::fs::write(&path, spoiled(std::fs::read(&path).unwrap())).unwrap();
    ann.post(&check, &json!({})).await.is(200);
    settled(&ann).await;
    assert_eq!(list(&ann).await[0]["check"]["failure"], "damaged");
    let seen = overview(&ann).await;
    assert_eq!((&seen["warnings"], &seen["lastVerifiedAt"]), (&json!(["backup_damaged"]), &Value::Null));
    ann.post("/admin/backup-plan/drill", &json!({})).await.is(200);
    assert_eq!(settled(&ann).await["drill"]["failure"], "damaged");
    ann.post(&format!("/admin/backups/{}/check", uuid::Uuid::now_v7()), &json!({})).await.refused(404, "not_found");

    // A good one makes everything well again.
    let next = made(&ann).await;
    ann.post("/admin/backup-plan/drill", &json!({})).await.is(200);
    let drill = settled(&ann).await["drill"].clone();
    assert_eq!((&drill["backup"], &drill["failure"]), (&next["id"], &Value::Null));
    assert_eq!(overview(&ann).await["lastVerifiedAt"], next["madeAt"]);
}

#[tokio::test]
async fn a_drill_without_a_backup_says_so() {
    let (_world, ann) = World::on_disk().await;
    ann.post("/admin/backup-plan/drill", &json!({})).await.is(200);
    assert_eq!(settled(&ann).await["drill"]["skipped"], "no_backup");
}

#[tokio::test]
async fn the_plan_and_its_folder_do_not_travel_in_a_backup() {
    let (world, ann) = World::on_disk().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("a-place-of-this-computer");
    ann.patch("/admin/backup-plan", &json!({"folder": folder, "daily": 2})).await.is(200);
    assert!(world.config.data.clone().unwrap().join("backups.json").exists());
    let backup = made(&ann).await;
    for (name, bytes) in backups::files(&backups::downloaded(&ann, &backup).await) {
        assert!(!String::from_utf8_lossy(&bytes).contains("a-place-of-this-computer"), "{name}");
    }
}
