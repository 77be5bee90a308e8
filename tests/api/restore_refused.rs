//! Files that are not backups, not whole, not of this version, or made to do harm.

use crate::{
    backups::{self, files},
    person::Person,
    restore::restore,
    world::World,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
    path::Path,
};
use zip::{ZipWriter, write::SimpleFileOptions};

type Files = BTreeMap<String, Vec<u8>>;

/// An archive with these files in it.
fn archive(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn manifest(files: &Files) -> Value {
    serde_json::from_slice(&files["manifest.json"]).unwrap()
}

/// The archive with its manifest changed.
fn relisted(files: &Files, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut files = files.clone();
    let mut list = manifest(&files);
    change(&mut list);
    files.insert("manifest.json".to_owned(), serde_json::to_vec(&list).unwrap());
    archive(&files)
}

/// The archive with a table changed, and a manifest that says so.
fn retold(files: &Files, table: &str, change: impl FnOnce(&str) -> String) -> Vec<u8> {
    let mut files = files.clone();
    let name = format!("tables/{table}.jsonl");
    let lines = change(std::str::from_utf8(&files[&name]).unwrap());
    let mut list = manifest(&files);
    let entry = list["tables"].as_array_mut().unwrap().iter_mut().find(|entry| entry["name"] == table).unwrap();
    entry["rows"] = lines.lines().count().into();
    entry["bytes"] = lines.len().into();
    entry["sha256"] = Sha256::digest(&lines).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
    files.insert(name, lines.into_bytes());
    files.insert("manifest.json".to_owned(), serde_json::to_vec(&list).unwrap());
    archive(&files)
}

fn with(files: &Files, name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut files = files.clone();
    files.insert(name.to_owned(), bytes.to_vec());
    archive(&files)
}

fn without(files: &Files, name: &str) -> Vec<u8> {
    let mut files = files.clone();
    files.remove(name).unwrap();
    archive(&files)
}

/// A team, stopped, and what a backup of it has in it.
async fn stopped() -> (World, Person, Vec<u8>) {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    for number in 0..30 {
        ann.say(&general, &format!("message {number}")).await;
    }
    let backup = backups::made(&ann).await;
    let file = backups::downloaded(&ann, &backup).await;
    ann.say(&general, "after the backup").await;
    world.stop().await;
    (world, ann, file)
}

/// The place of a byte in the middle of the rows of messages.
fn in_the_rows(whole: &[u8]) -> usize {
    let mut zip = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
    let file = zip.by_name("tables/message.jsonl").unwrap();
    usize::try_from(file.data_start().unwrap() + file.compressed_size() / 2).unwrap()
}

fn names(data: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_that_is_no_whole_backup_is_refused_and_nothing_changes() {
    let (mut world, ann, whole) = stopped().await;
    let data = world.config.data.clone().unwrap();
    let files = files(&whole);
    let before = names(&data);
    let foreign = "is not a backup of Hearth";
    let damaged = "is damaged";
    let newer = "made by a newer version of Hearth";
    let mut flipped = whole.clone();
    flipped[in_the_rows(&whole)] ^= 0x55;
    let megabytes = vec![b' '; 64 << 20];
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), foreign),
        ("text", b"Dear diary".to_vec(), foreign),
        ("another zip", archive(&[("a.txt".to_owned(), b"a".to_vec())].into()), foreign),
        ("another list", with(&files, "manifest.json", b"{\"name\":\"extension\"}"), foreign),
        ("another format", relisted(&files, |list| list["format"] = "backup".into()), foreign),
        ("no list", without(&files, "manifest.json"), foreign),
        ("an altered schema", relisted(&files, |list| list["schema"][0]["checksum"] = "x".into()), foreign),
        ("one byte short", whole[..whole.len() - 1].to_vec(), damaged),
        ("half", whole[..whole.len() / 2].to_vec(), damaged),
        ("a few bytes", whole[..10].to_vec(), damaged),
        ("a flipped byte", flipped, damaged),
        (
            "a changed row",
            with(&files, "tables/message.jsonl", &{
                let mut lines = files["tables/message.jsonl"].clone();
                let place = lines.windows(9).position(|part| part == b"message 3").unwrap();
                lines[place + 8] = b'4';
                lines
            }),
            damaged,
        ),
        ("a missing table", without(&files, "tables/message.jsonl"), damaged),
        ("a file more", with(&files, "tables/extra.jsonl", b""), damaged),
        ("a path out of the archive", with(&files, "../../evil", b"x"), damaged),
        ("a table that is a path", relisted(&files, |list| list["tables"][0]["name"] = "../../evil".into()), damaged),
        ("a table twice", relisted(&files, |list| list["tables"][1] = list["tables"][0].clone()), damaged),
        ("a table of the schema", relisted(&files, |list| list["tables"][0]["name"] = "migration".into()), damaged),
        (
            "a schema with a hole",
            relisted(&files, |list| {
                list["schema"].as_array_mut().unwrap().remove(0);
            }),
            damaged,
        ),
        ("a list that is nonsense", relisted(&files, |list| list["tables"] = 7.into()), damaged),
        ("more than can be", relisted(&files, |list| list["tables"][0]["bytes"] = (1_u64 << 50).into()), damaged),
        ("much more than it says", with(&files, "tables/message.jsonl", &megabytes), damaged),
        (
            "a row twice",
            retold(&files, "message", |lines| format!("{lines}{}\n", lines.lines().next().unwrap())),
            damaged,
        ),
        (
            "a row that does not fit",
            retold(&files, "person", |lines| lines.replace("\"role\":\"owner\"", "\"role\":7")),
            damaged,
        ),
        ("a row that is none", retold(&files, "person", |lines| format!("{lines}{{}}\n")), damaged),
        (
            "no owner",
            retold(&files, "person", |lines| lines.replace("\"role\":\"owner\"", "\"role\":\"member\"")),
            damaged,
        ),
        ("another hub", relisted(&files, |list| list["hub"] = json!(uuid::Uuid::now_v7())), damaged),
        ("a newer form", relisted(&files, |list| list["version"] = 2.into()), newer),
        (
            "a newer schema",
            relisted(&files, |list| {
                list["schema"].as_array_mut().unwrap().push(json!({"number": 99, "checksum": "x"}));
            }),
            newer,
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.zip");
    for (case, bytes, told) in cases {
        std::fs::write(&path, bytes).unwrap();
        let refusal = restore(&path, &data).await.expect_err(case).to_string();
        assert!(refusal.contains(told), "{case}: {refusal}");
        assert_eq!(names(&data), before, "{case}");
    }
    let nowhere = restore(&folder.path().join("nowhere.zip"), &data).await.unwrap_err().to_string();
    assert!(nowhere.contains("nowhere.zip cannot be read"), "{nowhere}");
    assert!(!data.parent().unwrap().join("evil").exists() && !folder.path().join("evil").exists());

    // The team is untouched; and the whole file is still good.
    world.start().await.unwrap();
    let general = ann.general().await;
    assert_eq!(ann.get(&format!("/channels/{general}/messages/31")).await.is(200)["body"], "after the backup");
    let refusal = restore(&path, &data).await.unwrap_err().to_string();
    assert!(refusal.contains("newer"), "the file is looked at first: {refusal}");
    std::fs::write(&path, &whole).unwrap();
    let refusal = restore(&path, &data).await.unwrap_err().to_string();
    assert!(refusal.contains("is in use by another Hearth") && refusal.contains("stop it first"), "{refusal}");
    world.stop().await;
    restore(&path, &data).await.unwrap();
    world.start().await.unwrap();
    let ann = world.login("ann").await;
    ann.get(&format!("/channels/{general}/messages/30")).await.is(200);
    ann.get(&format!("/channels/{general}/messages/31")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_list_of_files_that_never_ends_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.zip");
    let many: Files = (0..1_200).map(|number| (format!("{number}"), Vec::new())).collect();
    std::fs::write(&path, archive(&many)).unwrap();
    let refusal = restore(&path, &folder.path().join("data")).await.unwrap_err().to_string();
    assert!(refusal.contains("too many files"), "{refusal}");
}
