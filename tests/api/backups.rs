//! Backups that are made while the hub runs.

use crate::{
    answer::{Answer, shape},
    person::{Person, id},
    world::{PATIENCE, World, soon},
};
use futures_util::future::join_all;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    path::PathBuf,
    time::Duration,
};

/// The list, once this backup is ready in it.
pub(crate) async fn ready(actor: &Person, backup: &str) -> Answer {
    soon("the backup", async {
        loop {
            let list = actor.get("/admin/backups").await;
            let data = list.json()["data"].clone();
            let found = data.as_array().unwrap().iter().find(|one| one["id"] == backup).cloned().unwrap_or_default();
            match found["state"].as_str() {
                Some("running") => tokio::time::sleep(Duration::from_millis(10)).await,
                Some("ready") => return list,
                _ => panic!("{}", list.text),
            }
        }
    })
    .await
}

/// Makes a backup and gives it as the list has it.
pub(crate) async fn made(actor: &Person) -> Value {
    let begun = actor.post("/admin/backups", &json!({})).await;
    let backup = id(&begun.is(201));
    assert_eq!(begun.header("location"), format!("/api/v1/admin/backups/{backup}"));
    let list = ready(actor, &backup).await.is(200);
    list.as_array().unwrap().iter().find(|one| one["id"] == *backup).cloned().unwrap()
}

/// The bytes of a backup's file.
pub(crate) async fn downloaded(actor: &Person, backup: &Value) -> Vec<u8> {
    let path = format!("/admin/backups/{}/file", id(backup));
    let response = actor.request(Method::GET, &path).timeout(PATIENCE).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().to_vec()
}

/// A backup that was downloaded into a folder of its own.
pub(crate) async fn file(actor: &Person) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.zip");
    let backup = made(actor).await;
    std::fs::write(&path, downloaded(actor, &backup).await).unwrap();
    (folder, path)
}

/// Every file of an archive, by name.
pub(crate) fn files(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut file = archive.by_index(place).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (String::from_utf8_lossy(file.name_raw()).into_owned(), bytes)
        })
        .collect()
}

/// The rows of a table in an archive: keys and fields.
pub(crate) fn rows(files: &BTreeMap<String, Vec<u8>>, table: &str) -> Vec<(Value, Value)> {
    let lines = String::from_utf8(files[&format!("tables/{table}.jsonl")].clone()).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_backup_is_made_listed_downloaded_and_removed() {
    let (world, ann) = World::on_disk().await;
    assert_eq!(ann.get("/admin/backups").await.is(200), json!([]));
    ann.say(&ann.general().await, "to be kept").await;
    let backup = made(&ann).await;
    let mut told = backup.clone();
    let name = told["contents"]["fileName"].take().as_str().unwrap().to_owned();
    assert!(name.starts_with("northlight-2") && name.ends_with(".hearth.zip"), "{name}");
    let bytes = told["contents"]["bytes"].take().as_u64().unwrap();
    told["rows"].take();
    assert_snapshot!(shape(&told), @r#"
    {
      "check": null,
      "contents": {
        "bytes": null,
        "channels": 1,
        "fileName": null,
        "hearth": "0.1.0",
        "messages": 1,
        "people": 1,
        "team": "Northlight"
      },
      "failure": null,
      "id": "[id]",
      "madeAt": "[time]",
      "rows": null,
      "scheduled": false,
      "state": "ready",
      "uploaded": false
    }
    "#);
    let path = format!("/admin/backups/{}", id(&backup));
    let answer = ann.get(&format!("{path}/file")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{name}\""));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-length"), bytes.to_string());
    let file = downloaded(&ann, &backup).await;
    assert_eq!(file.len() as u64, bytes);
    assert_eq!(rows(&files(&file), "message")[0].1["body"], "to be kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let kept = world.config.data.clone().unwrap().join("backups").join(&name);
        assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600, "others could read it");
    }
    let second = made(&ann).await;
    let list = ann.get("/admin/backups").await.is(200);
    assert_eq!(list.as_array().unwrap().iter().map(id).collect::<Vec<_>>(), [id(&second), id(&backup)]);
    ann.delete(&path).await.is(204);
    ann.delete(&path).await.refused(404, "not_found");
    ann.get(&format!("{path}/file")).await.refused(404, "not_found");
    assert_eq!(ann.get("/admin/backups").await.is(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_backup_shows_one_moment_while_people_go_on_talking() {
    let (world, ann) = World::with_backups().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let mut channels = vec![ann.general().await];
    for name in ["one", "two", "three"] {
        channels.push(ann.channel(name, "public", &[&bob]).await);
    }
    let talk = |person: Person, channel: String| async move {
        for number in 0..120 {
            let body = json!({"body": format!("number {number}"), "clientKey": format!("{channel}-{number}")});
            person.post(&format!("/channels/{channel}/messages"), &body).await.is(201);
        }
    };
    let talking = tokio::spawn(join_all(channels.iter().enumerate().map(|(place, channel)| {
        let person = if place % 2 == 0 { ann.clone() } else { bob.clone() };
        talk(person, channel.clone())
    })));
    let mut messages = Vec::new();
    while !talking.is_finished() {
        let backup = made(&ann).await;
        let files = files(&downloaded(&ann, &backup).await);
        check_one_moment(&files);
        messages.push(rows(&files, "message").len());
    }
    talking.await.unwrap();
    assert!(messages.iter().any(|count| (1..480).contains(count)), "no backup was made in the middle: {messages:?}");
    assert_eq!(made(&ann).await["contents"]["messages"], 480);
}

/// Counters, messages, keys and events of an archive are those of one moment.
fn check_one_moment(files: &BTreeMap<String, Vec<u8>>) {
    let mut numbers: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (key, _) in rows(files, "message") {
        numbers.entry(key[0].to_string()).or_default().push(key[1].as_u64().unwrap());
    }
    let tallies: BTreeMap<_, _> = rows(files, "tally")
        .into_iter()
        .map(|(key, row)| (key[0].to_string(), row["number"].as_u64().unwrap()))
        .collect();
    for (channel, numbers) in &numbers {
        assert!(numbers.iter().copied().eq(1..=tallies[channel]), "{channel} has holes or more than it counts");
    }
    let said = numbers.values().map(Vec::len).sum::<usize>();
    assert_eq!(rows(files, "sent").len(), said);
    let events = rows(files, "event");
    assert!(events.iter().map(|(key, _)| key[0].as_u64().unwrap()).eq(1..=events.len() as u64));
    let told = events.iter().filter(|(_, row)| row["body"].as_str().unwrap().contains("\"message.created\"")).count();
    assert_eq!(told, said);
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    for table in manifest["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        assert_eq!(table["rows"], rows(files, name).len(), "{name}");
    }
}

#[tokio::test]
async fn a_backup_opens_nothing_it_has_no_sign_ins_no_links_and_no_keys() {
    let (world, ann) = World::with_backups().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let _browser = world.browser("bob").await;
    let token = ann.post("/tokens", &json!({"name": "Sensor", "scopes": ["read"]})).await.is(201);
    let link = ann.post(&format!("/users/{}/reset-link", bob.id), &json!({})).await.is(201);
    let backup = made(&ann).await;
    let files = files(&downloaded(&ann, &backup).await);
    let sessions = rows(&files, "session");
    assert_eq!(sessions.len(), 1);
    assert_eq!((&sessions[0].1["kind"], &sessions[0].1["name"]), (&json!("token"), &json!("Sensor")));
    assert!(!files.contains_key("tables/reset.jsonl"));
    let code = link["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let secrets = [token["token"].as_str().unwrap().to_owned(), code, bob.refresh_token.clone()];
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(secrets.iter().all(|secret| !text.contains(secret.as_str())), "{name}");
    }
}

#[tokio::test]
async fn a_token_without_the_admin_scope_does_not_reach_backups() {
    let (_world, ann) = World::with_backups().await;
    let token = ann.post("/tokens", &json!({"name": "Script", "scopes": ["read", "write"]})).await.is(201);
    let script = ann.with_token(token["token"].as_str().unwrap());
    script.get("/admin/backups").await.refused(403, "forbidden");
    script.post("/admin/backups", &json!({})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_says_so_and_goes_away() {
    let (mut world, ann) = World::on_disk().await;
    let data = world.config.data.clone().unwrap();
    // A file where the folder should be.
    std::fs::write(data.join("backups"), "").unwrap();
    let begun = id(&ann.post("/admin/backups", &json!({})).await.is(201));
    let list = soon("the failure", async {
        loop {
            let list = ann.get("/admin/backups").await.is(200);
            if list[0]["state"] == "failed" {
                return list;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    assert_eq!((&list[0]["id"], &list[0]["failure"]), (&json!(begun), &json!("folder_missing")));
    ann.delete(&format!("/admin/backups/{begun}")).await.is(204);
    assert_eq!(ann.get("/admin/backups").await.is(200), json!([]));
    std::fs::remove_file(data.join("backups")).unwrap();
    made(&ann).await;
    // What a process leaves behind that ends in the middle, and what others keep there.
    let hub = ann.bootstrap().await["hub"]["id"].as_str().unwrap().to_owned();
    let folder = data.join("backups");
    for name in [&format!("making-{hub}-x.part"), "making-another-x.part", "notes.hearth.zip"] {
        std::fs::write(folder.join(name), "half").unwrap();
    }
    world.restart().await;
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[0], "making-another-x.part");
    assert_eq!(ann.get("/admin/backups").await.is(200).as_array().unwrap().len(), 1);
}
