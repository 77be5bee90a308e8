//! A backup brought from elsewhere, and a restore that happens at the next start.

use crate::{
    backup_plan::{settled, spoiled},
    backups::{downloaded, made},
    person::{Person, id},
    world::{PATIENCE, World},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn bring(actor: &Person, bytes: Vec<u8>) -> crate::answer::Answer {
    let request = actor.request(Method::POST, "/admin/backups/upload").header("content-type", "application/zip");
    actor.send(request.body(bytes).timeout(PATIENCE)).await
}

/// The bytes of a backup of another team, "Northlight" with one message.
async fn of_another_team() -> Vec<u8> {
    let (_world, mia) = World::with_backups().await;
    mia.say(&mia.general().await, "said in the other team").await;
    let backup = made(&mia).await;
    downloaded(&mia, &backup).await
}

fn kept(world: &World) -> usize {
    let names = std::fs::read_dir(world.config.data.as_ref().unwrap()).unwrap();
    names
        .filter(|name| name.as_ref().unwrap().file_name().to_string_lossy().starts_with("database-before-restore"))
        .count()
}

#[tokio::test]
async fn a_backup_of_another_computer_is_uploaded_prepared_and_in_place_after_the_next_start() {
    let (mut world, ann) = World::on_disk().await;
    ann.patch("/admin/settings", &json!({"name": "Southlight"})).await.is(200);
    ann.say(&ann.general().await, "said here").await;
    let before = ann.bootstrap().await["hub"].clone();
    let brought = bring(&ann, of_another_team().await).await.is(201);
    assert_eq!((&brought["uploaded"], &brought["contents"]["team"]), (&json!(true), &json!("Northlight")));
    assert_eq!(ann.get("/admin/backups").await.is(200)[0]["id"], brought["id"]);
    // It says nothing of how it stands with this hub's own.
    assert_eq!(ann.get("/admin/overview").await.is(200)["lastBackupAt"], Value::Null);

    let path = format!("/admin/backups/{}/restore", id(&brought));
    let refused = ann.put(&path, &json!({"team": "Southlight"})).await;
    refused.refused(400, "validation");
    ann.put(&path, &json!({"team": "Northlight"})).await.is(200);
    let staged = settled(&ann).await["staged"].clone();
    assert_eq!((&staged["id"], &staged["team"]), (&brought["id"], &json!("Northlight")));
    // Nothing has changed yet, and people go on.
    ann.say(&ann.general().await, "said after it was prepared").await;
    assert_eq!(ann.bootstrap().await["hub"], before);
    assert_eq!(kept(&world), 0);

    world.restart().await;
    ann.get("/bootstrap").await.refused(401, "invalid_token");
    assert_eq!(kept(&world), 1);
    let mia = world.login("ann").await;
    assert_eq!(mia.bootstrap().await["hub"]["name"], "Northlight");
    let messages = mia.get(&format!("/channels/{}/messages", mia.general().await)).await.is(200);
    assert_eq!(messages["data"][0]["body"], "said in the other team");
    assert_eq!(settled(&mia).await["staged"], Value::Null);
    // Once is enough.
    world.restart().await;
    assert_eq!((mia.bootstrap().await["hub"]["name"].clone(), kept(&world)), (json!("Northlight"), 1));
}

#[tokio::test]
async fn a_prepared_restore_is_called_off() {
    let (mut world, ann) = World::on_disk().await;
    let backup = made(&ann).await;
    ann.say(&ann.general().await, "said after the backup").await;
    ann.put(&format!("/admin/backups/{}/restore", id(&backup)), &json!({"team": "Northlight"})).await.is(200);
    assert_eq!(settled(&ann).await["staged"]["id"], backup["id"]);
    assert_eq!(ann.delete("/admin/restore").await.is(200)["staged"], Value::Null);
    assert!(!world.config.data.clone().unwrap().join("restoring").exists());
    world.restart().await;
    let messages = ann.get(&format!("/channels/{}/messages", ann.general().await)).await.json();
    assert_eq!(messages["data"][0]["body"], "said after the backup");
    assert_eq!(kept(&world), 0);
}

#[tokio::test]
async fn only_owners_restore_and_the_log_says_who_did() {
    let (world, ann) = World::on_disk().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let backup = made(&cy).await;
    let path = format!("/admin/backups/{}/restore", id(&backup));
    cy.put(&path, &json!({"team": "Northlight"})).await.refused(403, "forbidden");
    cy.delete("/admin/restore").await.refused(403, "forbidden");
    let missing = format!("/admin/backups/{}/restore", uuid::Uuid::now_v7());
    ann.put(&missing, &json!({"team": "Northlight"})).await.refused(404, "not_found");
    ann.put(&path, &json!({})).await.refused(400, "validation");
    ann.put(&path, &json!({"team": "Northlight"})).await.is(200);
    settled(&ann).await;
    ann.delete("/admin/restore").await.is(200);
    crate::world::soon("the log", async {
        loop {
            let log = ann.get("/admin/audit").await.json();
            let acts: Vec<_> =
                log["data"]["entries"].as_array().unwrap().iter().map(|entry| entry["act"].clone()).collect();
            if acts.contains(&json!("restore_prepared")) && acts.contains(&json!("restore_cancelled")) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_and_leaves_nothing_behind() {
    let (world, ann) = World::on_disk().await;
    let whole = of_another_team().await;
    bring(&ann, b"a letter".to_vec()).await.refused(422, "backup_foreign");
    bring(&ann, Vec::new()).await.refused(422, "backup_foreign");
    bring(&ann, whole[..whole.len() / 2].to_vec()).await.refused(422, "backup_damaged");
    let folder = world.config.data.clone().unwrap().join("uploaded-backups");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    assert_eq!(ann.get("/admin/backups").await.is(200), json!([]));

    // One whose rows were altered opens, and fails when it is read.
    let brought = bring(&ann, spoiled(whole)).await.is(201);
    ann.put(&format!("/admin/backups/{}/restore", id(&brought)), &json!({"team": "Northlight"})).await.is(200);
    assert_eq!(settled(&ann).await["staged"], Value::Null);
    assert_eq!(ann.get("/admin/backups").await.is(200)[0]["check"]["failure"], "damaged");
    assert!(!world.config.data.clone().unwrap().join("restoring").exists());
    ann.delete(&format!("/admin/backups/{}", id(&brought))).await.is(204);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
