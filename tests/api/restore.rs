//! Putting a team back from a backup.

use crate::{
    backups,
    person::{Client, Person},
    world::{World, deep},
};
use hearth_server::{
    admin::backup::{self, Progress, RestoreError, Restored, Step, Target},
    config::Config,
};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

/// Restores into this directory.
pub(crate) async fn restore(file: &Path, data: &Path) -> Result<Restored, RestoreError> {
    let (file, data) = (file.to_owned(), data.to_owned());
    deep(async move { backup::restore(&file, &data, |_| {}).await }).await
}

/// A server that begins with nobody in this directory.
async fn server(data: &Path) -> World {
    World::with(Config { data: Some(data.to_owned()), ..Config::in_memory() }).await
}

/// What a program with an API token of ann's sees of the team: everything that stays when everyone
/// signs in again.
async fn seen(program: &Client, channels: &[String]) -> Vec<Value> {
    let mut all = Vec::new();
    let mut bootstrap = program.bootstrap().await;
    bootstrap["cursor"].take();
    all.push(bootstrap);
    for path in ["/users?limit=100", "/channels?limit=100", "/tokens", "/invites", "/admin/settings"] {
        all.push(program.get(path).await.is(200));
    }
    for channel in channels {
        let last = program.get(&format!("/channels/{channel}")).await;
        all.push(last.json());
        for path in ["messages", "messages?after=0", "members", "messages/1/revisions"] {
            all.push(program.get(&format!("/channels/{channel}/{path}")).await.json());
        }
    }
    all
}

/// A team in which something of every kind has happened, and a program of ann's.
struct Lively {
    world: World,
    ann: Person,
    bob: Person,
    program: Client,
    channels: Vec<String>,
}

async fn lively() -> Lively {
    let (world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let den = bob.channel("den", "private", &[&ann, &gil, &cy]).await;
    let direct = ann.direct(&[&bob]).await;
    let general = ann.general().await;
    for number in 0..12 {
        ann.say(&general, &format!("message {number} \u{2603} 東京 مرحبا\n```\ncode\n```")).await;
        gil.say(&den, "hello").await;
        bob.say(&direct, "psst").await;
    }
    ann.patch(&format!("/channels/{general}/messages/1"), &json!({"body": "edited"})).await.is(200);
    ann.patch(&format!("/channels/{general}/messages/1"), &json!({"body": "edited twice"})).await.is(200);
    ann.delete(&format!("/channels/{general}/messages/3")).await.is(200);
    bob.put(&format!("/channels/{general}/read"), &json!({"number": 2})).await.is(200);
    bob.patch(&format!("/channels/{den}"), &json!({"topic": "Ours", "archived": true})).await.is(200);
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 30).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let picture = ann
        .request(reqwest::Method::PUT, "/users/me/avatar")
        .header(reqwest::header::CONTENT_TYPE, "image/png")
        .body(png.into_inner());
    ann.send(picture).await.is(200);
    ann.patch("/admin/settings", &json!({"name": "Southlight", "directory": "public"})).await.is(200);
    ann.post("/invites", &json!({"role": "guest", "label": "Open day", "maxUses": 7})).await.is(201);
    ann.delete(&format!("/users/{}", cy.id)).await.is(200);
    let token = ann.post("/tokens", &json!({"name": "Sensor", "scopes": ["read", "write", "admin"]})).await.is(201);
    let program = ann.with_token(token["token"].as_str().unwrap());
    Lively { world, ann, bob, program, channels: vec![general, den, direct] }
}

#[tokio::test]
async fn a_restored_team_is_the_same_wherever_it_is_looked_at() {
    let Lively { mut world, ann, program, channels, .. } = lively().await;
    let before = seen(&program, &channels).await;
    let (_folder, file) = backups::file(&ann).await;
    let picture = before[0]["me"]["avatar"].as_str().unwrap().to_owned();
    let path = format!("/users/{}/avatar/{picture}", ann.id);
    let pixels = program.get(&path).await.text;
    world.stop().await;

    let elsewhere = tempfile::tempdir().unwrap();
    let restored = restore(&file, &elsewhere.path().join("deep/data")).await.unwrap();
    assert_eq!((restored.manifest.team.as_str(), restored.kept), ("Southlight", None));
    world.config.data = Some(elsewhere.path().join("deep/data"));
    world.start().await.unwrap();
    for (before, after) in before.iter().zip(seen(&program, &channels).await) {
        assert_eq!(after, *before);
    }
    assert_eq!(program.get(&path).await.text, pixels);
    // It goes on from there, and passwords are the ones that were.
    let again = world.login("bob").await;
    assert_eq!(again.say(&channels[0], "and on").await["number"], 13);
    assert_eq!(world.login("ann").await.say(&channels[2], "and on").await["number"], 13);
    world.restart().await;
    assert_eq!(again.get(&format!("/channels/{}/messages/13", channels[0])).await.is(200)["body"], "and on");
}

#[tokio::test]
async fn after_a_restore_nobody_is_signed_in_and_a_cursor_of_the_lost_future_means_nothing() {
    let Lively { mut world, ann, bob, program, channels } = lively().await;
    let browser = world.browser("bob").await;
    let (_folder, file) = backups::file(&ann).await;
    let at_the_backup = program.cursor().await;
    ann.say(&channels[0], "in a future that is given up").await;
    let later = program.cursor().await;
    let data = world.config.data.clone().unwrap();
    world.stop().await;
    let kept = restore(&file, &data).await.unwrap().kept.unwrap();
    assert!(kept.join("CURRENT").exists() && kept.parent() == Some(data.as_path()), "{kept:?}");
    world.start().await.unwrap();

    for signed_out in [&ann, &bob, &browser] {
        signed_out.get("/users/me").await.refused(401, "invalid_token");
    }
    let body = json!({"refreshToken": bob.refresh_token});
    world.stranger().post("/auth/refresh", &body).await.refused(401, "invalid_token");
    // Something else now has the number and the position of what was given up.
    let ann = world.login("ann").await;
    assert_eq!(ann.say(&channels[0], "in the new future").await["number"], 13);
    for cursor in [&at_the_backup, &later] {
        let (_socket, resume) = program.resume(cursor).await;
        assert_eq!(resume, "reset");
    }
    let fresh = program.cursor().await;
    ann.say(&channels[0], "followed").await;
    assert_eq!(program.resume(&fresh).await.1, "replayed");

    // What was kept is the whole team that was there.
    world.stop().await;
    std::fs::rename(data.join("database"), data.join("restored")).unwrap();
    std::fs::rename(&kept, data.join("database")).unwrap();
    world.start().await.unwrap();
    let message = bob.get(&format!("/channels/{}/messages/13", channels[0])).await.is(200);
    assert_eq!(message["body"], "in a future that is given up");
}

#[tokio::test]
async fn a_stopped_hub_is_backed_up_from_its_directory_and_a_restore_says_how_far_it_is() {
    let Lively { mut world, program, channels, .. } = lively().await;
    let data = world.config.data.clone().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let before = seen(&program, &channels).await;
    let (from, to) = (data.clone(), Target::Folder(folder.path().to_owned()));
    let refused = deep(async move { backup::back_up(&from, to).await }).await.unwrap_err().to_string();
    assert!(refused.contains("is in use by another Hearth"), "{refused}");
    world.stop().await;
    let (from, to) = (data.clone(), Target::File(folder.path().join("mine.zip")));
    let made = deep(async move { backup::back_up(&from, to).await }).await.unwrap();
    assert_eq!(made.path, folder.path().join("mine.zip"));

    let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let (listening, file) = (Arc::clone(&told), made.path.clone());
    let into = folder.path().join("data");
    let at = into.clone();
    deep(async move { backup::restore(&file, &at, move |progress| listening.lock().unwrap().push(progress)).await })
        .await
        .unwrap();
    let told = told.lock().unwrap().clone();
    for step in [Step::Loading, Step::Checking, Step::Finishing] {
        let of_step: Vec<_> = told.iter().filter(|progress| progress.step == step).collect();
        assert!(of_step.is_sorted_by_key(|progress| progress.done), "{step:?}");
        assert_eq!(of_step.last().unwrap().done, made.manifest.rows(), "{step:?}");
    }
    // The copy of the copy is the same, row for row.
    let again = Target::File(folder.path().join("again.zip"));
    let at = into.clone();
    let second = deep(async move { backup::back_up(&at, again).await }).await.unwrap();
    let but_the_log =
        |tables: &[backup::Table]| tables.iter().filter(|table| table.name != "log").cloned().collect::<Vec<_>>();
    assert_eq!(but_the_log(&second.manifest.tables), but_the_log(&made.manifest.tables));
    world.config.data = Some(into);
    world.start().await.unwrap();
    assert_eq!(seen(&program, &channels).await, before);
    let log = program.get("/admin/audit?act=backup_made").await.is(200);
    assert_eq!((&log["entries"][0]["detail"], &log["entries"][0]["actor"]), (&json!("again.zip"), &Value::Null));
}

#[tokio::test]
async fn there_is_nothing_to_back_up_before_there_is_a_team() {
    let empty = tempfile::tempdir().unwrap();
    for data in [empty.path().to_owned(), empty.path().join("nowhere")] {
        let to = Target::File(empty.path().join("x.zip"));
        let refused = deep(async move { backup::back_up(&data, to).await }).await.unwrap_err().to_string();
        assert!(refused.contains("no team here yet"), "{refused}");
    }
    let mut world = server(empty.path()).await;
    world.stop().await;
    let (data, to) = (empty.path().to_owned(), Target::File(empty.path().join("x.zip")));
    let refused = deep(async move { backup::back_up(&data, to).await }).await.unwrap_err().to_string();
    assert!(refused.contains("no team here yet"), "{refused}");
    assert!(!empty.path().join("x.zip").exists());
}
