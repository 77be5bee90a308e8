//! `hearth backup` and `hearth restore` as programs, and killed in the middle.

use crate::{backups, person::Person, world::World};
use hearth_server::admin::backup;
use rand::RngExt;
use serde_json::{Value, json};
use std::{
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

const ROUNDS: u32 = 8;

fn hearth(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> (bool, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// A team with something to say, what a program of ann's can see of it, and that program.
async fn team() -> (World, Person) {
    let (world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let path = format!("/channels/{general}/messages");
    for part in 0..20 {
        let bodies =
            (0..25).map(|number| json!({"body": format!("message {part} {number} {}", "and so on ".repeat(20))}));
        for answer in futures_util::future::join_all(bodies.map(|body| ann.post_owned(&path, body))).await {
            answer.is(201);
        }
    }
    let token = ann.post("/tokens", &json!({"name": "Program", "scopes": ["read", "write", "admin"]})).await.is(201);
    let client = ann.with_token(token["token"].as_str().unwrap());
    let program = Person::signed_in(&client, json!({"accessToken": token["token"], "user": ann.account}));
    (world, program)
}

async fn seen(program: &Person) -> Vec<Value> {
    let general = program.general().await;
    let mut bootstrap = program.bootstrap().await;
    bootstrap["cursor"].take();
    let page = |query: &str| format!("/channels/{general}/messages?limit=100&{query}");
    vec![
        bootstrap,
        program.get(&page("before=4294967295")).await.json(),
        program.get(&page("after=0")).await.json(),
        program.get(&page("around=250")).await.json(),
    ]
}

#[tokio::test]
async fn a_restore_killed_at_any_moment_leaves_the_old_team_or_the_new_one_whole() {
    let (mut world, program) = team().await;
    let data = world.config.data.clone().unwrap();
    let restored = seen(&program).await;
    let (_folder, file) = backups::file(&program).await;
    let general = program.general().await;
    program.say(&general, "not in the backup").await;
    let mut present = seen(&program).await;
    world.stop().await;

    let start = Instant::now();
    let (done, told) = said(&hearth(&["restore", &file.display().to_string()], &data).output().unwrap());
    assert!(done && told.contains("Northlight is restored as it was on"), "{told}");
    assert!(told.contains("is kept in"), "{told}");
    let whole = start.elapsed();
    world.start().await.unwrap();
    assert_eq!(seen(&program).await, restored);

    let (mut before, mut after) = (0, 0);
    for round in 0..ROUNDS {
        if round > 0 || seen(&program).await == restored {
            program.say(&general, &format!("round {round}, not in the backup")).await;
            present = seen(&program).await;
        }
        world.stop().await;
        let mut restoring = hearth(&["restore", &file.display().to_string()], &data).spawn().unwrap();
        // The later half of the rounds is aimed at the end, where the databases change places.
        let latest = whole.mul_f64(if round % 2 == 0 { 0.9 } else { 1.1 });
        let earliest = whole.mul_f64(if round % 2 == 0 { 0.0 } else { 0.8 });
        let moment = rand::rng().random_range(earliest.as_micros()..latest.as_micros());
        std::thread::sleep(Duration::from_micros(u64::try_from(moment).unwrap()));
        // It may have ended already.
        let _ = restoring.kill();
        restoring.wait().unwrap();
        world.start().await.unwrap();
        let now = seen(&program).await;
        if now == present {
            before += 1;
        } else {
            assert!(now == restored, "round {round}: neither the old team nor the new one");
            after += 1;
        }
        assert!(!data.join("restoring").exists() && !data.join("restore.json").exists(), "round {round}");
    }
    assert_eq!(before + after, ROUNDS);
}

#[tokio::test]
async fn a_backup_killed_at_any_moment_leaves_no_file_that_passes_for_one() {
    let (mut world, program) = team().await;
    let data = world.config.data.clone().unwrap();
    let to = data.join("backups");
    world.stop().await;
    let start = Instant::now();
    let (done, told) = said(&hearth(&["backup"], &data).output().unwrap());
    assert!(done && told.contains("Northlight is backed up: 1 people, 1 channels, 500 messages."), "{told}");
    let whole = start.elapsed();
    for _ in 0..ROUNDS {
        let mut making = hearth(&["backup"], &data).spawn().unwrap();
        let moment = rand::rng().random_range(0..whole.as_micros());
        std::thread::sleep(Duration::from_micros(u64::try_from(moment).unwrap()));
        let _ = making.kill();
        making.wait().unwrap();
    }
    world.start().await.unwrap();
    let listed = program.get("/admin/backups").await.is(200).as_array().unwrap().len();
    let mut there = 0;
    for entry in std::fs::read_dir(&to).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.to_string_lossy().ends_with(".hearth.zip"), "{path:?} stayed behind");
        assert_eq!(backup::inspect(&path).await.unwrap().rows_of("message"), 500);
        there += 1;
    }
    assert_eq!(listed, there);
}

#[tokio::test]
async fn the_commands_say_what_is_in_the_way() {
    let (world, program) = team().await;
    let data = world.config.data.clone().unwrap();
    let (_folder, file) = backups::file(&program).await;
    for arguments in [vec!["backup"], vec!["restore", file.to_str().unwrap()]] {
        let (done, told) = said(&hearth(&arguments, &data).output().unwrap());
        assert!(!done && told.contains("is in use by another Hearth (process"), "{told}");
    }
    let empty = tempfile::tempdir().unwrap();
    let (done, told) = said(&hearth(&["backup"], empty.path()).output().unwrap());
    assert!(!done && told.contains("there is no team here yet"), "{told}");
    let (done, told) = said(&hearth(&["restore", "Cargo.toml"], empty.path()).output().unwrap());
    assert!(!done && told.contains("is not a backup of Hearth"), "{told}");
}
