//! A team that moves out as one file, and becomes an equal hub of it.

use crate::{
    files::{self, picture, send, uploaded},
    person::{Person, id},
    slack_export,
    world::{PATIENCE, World, deep, soon},
};
use hearth_server::{config::Config, moving::out};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
    time::Duration,
};
use tempfile::TempDir;

/// An export that was made, as its bytes.
async fn exported(actor: &Person) -> Vec<u8> {
    actor.post("/admin/exports", &json!({})).await.is(200);
    let made = soon("the export", async {
        loop {
            let now = actor.get("/admin/exports").await.is(200);
            assert_eq!(now["failed"], Value::Null);
            if now["running"].is_null() {
                return now["exports"][0].clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let path = format!("/admin/exports/{}/file", id(&made));
    let response = actor.request(Method::GET, &path).timeout(PATIENCE).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-disposition"].to_str().unwrap().contains("northlight-2"));
    response.bytes().await.unwrap().to_vec()
}

/// The files of an archive by name.
fn entries(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut entries = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        entries.insert(entry.name().unwrap().into_owned(), bytes);
    }
    entries
}

fn lines(entries: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<Value> {
    let text = String::from_utf8(entries[&format!("{name}.jsonl")].clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A team with something of every kind.
async fn full() -> (World, Person, Person) {
    let (world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let eve = world.join(&ann, "Eve", "member").await;
    let general = ann.general().await;
    for word in ["one", "two @bob", "three"] {
        ann.say(&general, word).await;
    }
    bob.reply(&general, 1, "a reply").await;
    bob.post(&format!("/channels/{general}/messages/2/replies"), &json!({"body": "twice", "alsoToChannel": true}))
        .await
        .is(201);
    bob.put(&format!("/channels/{general}/messages/1/reactions/👍"), &json!({})).await.is(200);
    ann.patch(&format!("/channels/{general}/messages/1"), &json!({"body": "one, edited"})).await.is(200);
    ann.delete(&format!("/channels/{general}/messages/3")).await.is(200);
    ann.put(&format!("/channels/{general}/messages/1/pin"), &json!({})).await.is(200);
    bob.put(&format!("/channels/{general}/messages/1/saved"), &json!({})).await.is(200);
    bob.put(&format!("/channels/{general}/messages/2/unread"), &json!({})).await.is(200);
    ann.channel("den", "private", &[&eve]).await;
    let direct = ann.direct(&[&bob]).await;
    let file = uploaded(&ann, "photo.png", &picture(30, 20)).await;
    send(&ann, &direct, "look", &[&file]).await;
    uploaded(&ann, "loose.txt", b"not sent").await;
    ann.post("/groups", &json!({"handle": "design", "name": "Design", "memberIds": [bob.id]})).await.is(201);
    ann.post("/users/me/sections", &json!({"name": "Work"})).await.is(201);
    ann.put("/users/me/alerts", &json!({"words": ["roof"]})).await;
    ann.put("/drafts", &crate::drafts::fresh(&general, "begun")).await.is(200);
    ann.post("/scheduled", &crate::scheduled::far(&general, "later")).await.is(201);
    ann.post("/projects", &json!({"key": "OPS", "name": "Operations", "memberIds": [bob.id]})).await.is(201);
    for title in ["Door", "Window", "Roof"] {
        ann.post("/projects/OPS/tasks", &json!({"title": title, "assigneeIds": [bob.id], "description": "**how**"}))
            .await
            .is(201);
    }
    ann.post("/tasks/OPS-1/checklist", &json!({"text": "Measure"})).await.is(200);
    bob.post("/tasks/OPS-1/comments", &json!({"body": "hello"})).await.is(201);
    ann.delete("/tasks/OPS-3").await;
    ann.delete(&format!("/users/{}", eve.id)).await.is(200);
    crate::moving::brought(&ann, slack_export::whole()).await;
    (world, ann, bob)
}

/// A hub that was made of an export, in a data directory of its own.
async fn imported(archive: &[u8]) -> (World, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("team.export.zip");
    std::fs::write(&file, archive).unwrap();
    let home = data.path().join("hub");
    let into = home.clone();
    deep(async move { out::take(&file, &into, |_, _| {}).await }).await.unwrap();
    let world = World::with(Config { data: Some(home), ..Config::in_memory() }).await;
    (world, data)
}

#[tokio::test]
async fn an_export_makes_an_equal_hub() {
    let (_world, ann, bob) = full().await;
    let first = exported(&ann).await;
    let before = entries(&first);
    let (mut other, _data) = imported(&first).await;

    // An owner comes in by a link, and finds everything.
    let (code, owner) =
        other.within(|app| async move { hearth_server::accounts::reset_for_owner(&app).await }).await.unwrap();
    assert_eq!(owner.name, "Ann");
    let password = json!({"password": crate::world::PASSWORD});
    other.stranger().post(&format!("/auth/reset/{code}"), &password).await.is(204);
    let mia = other.login("ann").await;
    assert_eq!(mia.id, ann.id);
    other
        .stranger()
        .post("/auth/login", &json!({"email": "bob", "password": crate::world::PASSWORD}))
        .await
        .refused(401, "invalid_credentials");
    let (was, is) = (ann.bootstrap().await, mia.bootstrap().await);
    for part in [
        "users",
        "groups",
        "channels",
        "memberships",
        "saved",
        "alerts",
        "preferences",
        "sections",
        "projects",
        "scheduled",
        "drafts",
    ] {
        assert_eq!(was[part], is[part], "{part}");
    }
    for channel in was["channels"].as_array().unwrap() {
        let path = format!("/channels/{}/messages?limit=100", id(channel));
        let (was, is) = (ann.get(&path).await.json(), mia.get(&path).await.json());
        assert_eq!(was["data"], is["data"], "{}", channel["name"]);
        for message in was["data"].as_array().unwrap().iter().filter(|message| !message["thread"].is_null()) {
            let path = format!("/channels/{}/messages", message["thread"]["id"].as_str().unwrap());
            assert_eq!(ann.get(&path).await.json()["data"], mia.get(&path).await.json()["data"]);
        }
        let pins = format!("/channels/{}/pins", id(channel));
        assert_eq!(ann.get(&pins).await.json(), mia.get(&pins).await.json());
    }
    for path in [
        "/projects/OPS/tasks?limit=100",
        "/tasks/OPS-1",
        "/tasks/OPS-1/comments",
        "/tasks/OPS-1/activity",
        "/files?limit=50",
        "/mentions",
    ] {
        assert_eq!(ann.get(path).await.json(), mia.get(path).await.json(), "{path}");
    }
    let photo = ann.get("/files?limit=50").await.json()["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["file"]["name"] == "photo.png")
        .unwrap()["file"]
        .clone();
    let content = format!("/files/{}/content", id(&photo));
    assert_eq!(files::bytes(&ann, &content, 200).await, files::bytes(&mia, &content, 200).await);

    // What is said next goes on where it was, and an export of the other hub has the same.
    let again = entries(&exported(&mia).await);
    for (name, bytes) in &before {
        let same = match name.as_str() {
            "manifest.json" => continue,
            // She has been at it in the other hub.
            "people.jsonl" | "reads.jsonl" => {
                lines(&before, name.trim_end_matches(".jsonl")).len()
                    == lines(&again, name.trim_end_matches(".jsonl")).len()
            }
            _ => again.get(name) == Some(bytes),
        };
        assert!(same, "{name}\n{}\n{}", String::from_utf8_lossy(bytes), String::from_utf8_lossy(&again[name]));
    }
    assert_eq!(before.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    let general = mia.general().await;
    let number = mia.say(&general, "said in the other hub").await["number"].as_u64().unwrap();
    assert_eq!(number, was["memberships"].as_array().unwrap().iter().find(|one| one["channelId"] == general.as_str()).unwrap()["lastNumber"].as_u64().unwrap() + 1);
    assert_eq!(mia.post("/projects/OPS/tasks", &json!({"title": "Next"})).await.is(201)["number"], 4);
    other.restart().await;
    assert_eq!(mia.membership(&general).await["lastNumber"], number);
    drop(bob);
}

#[tokio::test]
async fn an_export_has_no_secrets_and_the_names_of_the_api() {
    let (_world, ann, _bob) = full().await;
    ann.post("/tokens", &json!({"name": "x", "scopes": ["read"]})).await.is(201);
    let found = entries(&exported(&ann).await);
    let all: Vec<u8> =
        found.iter().filter(|(name, _)| !name.starts_with("files/")).flat_map(|(_, bytes)| bytes.clone()).collect();
    let all = String::from_utf8_lossy(&all);
    for secret in ["argon2", "password_hash", "hearth_", "\"secret\":", "code\":"] {
        assert!(!all.contains(secret), "{secret}");
    }
    let manifest: Value = serde_json::from_slice(&found["manifest.json"]).unwrap();
    assert_eq!((&manifest["format"], &manifest["team"]), (&json!("hearth-export"), &json!("Northlight")));
    let messages = lines(&found, "messages");
    let first = messages.iter().find(|message| message["body"] == "one, edited").unwrap();
    assert!(first["channelId"].is_string() && first["createdAt"].as_str().unwrap().ends_with('Z'), "{first}");
    let people = manifest["parts"].as_array().unwrap().iter().find(|part| part["name"] == "people").unwrap();
    assert_eq!(people["lines"], lines(&found, "people").len());
    assert!(lines(&found, "channels").iter().any(|channel| channel["kind"] == "private"));
}

#[tokio::test]
async fn what_is_no_whole_export_makes_no_team() {
    let (_world, ann) = World::on_disk().await;
    ann.say(&ann.general().await, "hello").await;
    let whole = exported(&ann).await;
    let altered = |name: &str, with: Option<&[u8]>| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (known, bytes) in entries(&whole) {
            let bytes = if known == name { with.map(<[u8]>::to_vec) } else { Some(bytes) };
            if let Some(bytes) = bytes {
                zip.start_file(known, zip::write::SimpleFileOptions::default()).unwrap();
                zip.write_all(&bytes).unwrap();
            }
        }
        zip.finish().unwrap().into_inner()
    };
    let newer = br#"{"format":"hearth-export","version":99,"hearth":"9.9.9"}"#;
    for (bytes, why) in [
        (b"a letter".to_vec(), "not an export"),
        (whole[..whole.len() / 2].to_vec(), "not an export"),
        (altered("manifest.json", None), "not an export"),
        (altered("manifest.json", Some(newer)), "newer version"),
        (altered("messages.jsonl", None), "messages.jsonl is missing"),
        (altered("messages.jsonl", Some(b"{}\n")), "messages.jsonl, line 1"),
        (altered("people.jsonl", Some(b"")), "people.jsonl has 0 lines and not 1"),
    ] {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("x.zip");
        std::fs::write(&file, bytes).unwrap();
        let home = data.path().join("hub");
        let into = home.clone();
        let refused = deep(async move { out::take(&file, &into, |_, _| {}).await }).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{why}: {refused}");
        assert!(!home.join("database").exists(), "{why}");
    }
    // There is a team already.
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("x.zip");
    std::fs::write(&file, &whole).unwrap();
    let (first, into) = (file.clone(), data.path().join("hub"));
    let home = into.clone();
    deep(async move { out::take(&first, &home, |_, _| {}).await }).await.unwrap();
    let refused = deep(async move { out::take(&file, &into, |_, _| {}).await }).await.unwrap_err();
    assert!(refused.to_string().contains("there is a team"), "{refused}");
}

#[tokio::test]
async fn only_owners_export_and_the_log_says_who_did() {
    let (world, ann) = World::on_disk().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    cy.post("/admin/exports", &json!({})).await.refused(403, "forbidden");
    cy.get("/admin/exports").await.refused(403, "forbidden");
    exported(&ann).await;
    let export = ann.get("/admin/exports").await.is(200)["exports"][0].clone();
    let path = format!("/admin/exports/{}", id(&export));
    cy.get(&format!("{path}/file")).await.refused(403, "forbidden");
    cy.delete(&path).await.refused(403, "forbidden");
    ann.delete(&path).await.is(204);
    ann.delete(&path).await.refused(404, "not_found");
    assert_eq!(std::fs::read_dir(world.config.data.clone().unwrap().join("exports")).unwrap().count(), 0);
    soon("the log", async {
        loop {
            let log = ann.get("/admin/audit").await.is(200);
            let acts: Vec<_> = log["entries"].as_array().unwrap().iter().map(|entry| entry["act"].clone()).collect();
            if ["export_started", "export_made", "export_downloaded", "export_removed"]
                .iter()
                .all(|act| acts.contains(&json!(act)))
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}
