//! What stays on the disk, and whose disk it is.

use crate::{bad_input::Scene, person::Person, world::World};
use hearth_server::{
    config::Config,
    database::{Database, Place},
    listener::Listener,
};
use serde_json::{Value, json};
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// Everything that these people see, and what they do not get to see.
async fn seen(people: &[&Person], channels: &[&String]) -> Vec<Value> {
    let mut all = Vec::new();
    let mut paths: Vec<_> = [
        "/bootstrap",
        "/users?limit=100",
        "/channels?limit=100",
        "/sessions",
        "/tokens",
        "/invites",
        "/admin/settings",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    for channel in channels {
        paths.push(format!("/channels/{channel}/messages"));
        paths.push(format!("/channels/{channel}/messages/1/revisions"));
    }
    for person in people {
        for path in &paths {
            let answer = person.get(path).await;
            all.push(if answer.status == 200 { answer.json() } else { json!(answer.status) });
        }
    }
    all
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let browser = world.browser("bob").await;
    let den = bob.channel("den", "private", &[&gil, &cy]).await;
    let direct = ann.direct(&[&bob]).await;
    let general = ann.general().await;
    for number in 0..8 {
        ann.say(&general, &format!("message {number}")).await;
        gil.say(&den, "hello").await;
        bob.say(&direct, "psst").await;
    }
    ann.patch(&format!("/channels/{general}/messages/1"), &json!({"body": "edited"})).await.is(200);
    ann.patch(&format!("/channels/{general}/messages/1"), &json!({"body": "edited twice"})).await.is(200);
    ann.delete(&format!("/channels/{general}/messages/3")).await.is(200);
    bob.put(&format!("/channels/{general}/read"), &json!({"number": 2})).await.is(200);
    bob.patch(&format!("/channels/{den}"), &json!({"topic": "Ours", "archived": true})).await.is(200);
    bob.patch("/users/me", &json!({"title": "Builder", "statusEmoji": "🏗️", "timeZone": "Asia/Tokyo"})).await.is(200);
    ann.patch("/admin/settings", &json!({"name": "Southlight", "registration": "open", "directory": "public"}))
        .await
        .is(200);
    ann.post("/tokens", &json!({"name": "Sensor", "scopes": ["read", "write"], "expiresAt": "2999-01-01T00:00:00Z"}))
        .await
        .is(201);
    ann.post("/invites", &json!({"role": "guest", "label": "Open day", "maxUses": 7})).await.is(201);
    ann.delete(&format!("/users/{}", cy.id)).await.is(200);

    let (people, channels) = ([&ann, &bob, &gil, &browser], [&general, &den, &direct]);
    let before = seen(&people, &channels).await;
    for _ in 0..2 {
        world.restart().await;
        for (before, after) in before.iter().zip(seen(&people, &channels).await) {
            assert_eq!(after, *before);
        }
    }
    assert_eq!(ann.say(&general, "and on").await["number"], 9);
    assert_eq!(bob.say(&direct, "and on").await["number"], 9);
}

async fn refused(config: Config) -> String {
    match hearth_server::start(config, CancellationToken::new()).await {
        Err(refusal) => format!("{refusal:#}"),
        Ok(_) => panic!("it started"),
    }
}

#[tokio::test]
async fn a_second_process_is_told_who_has_the_data_directory() {
    let (world, ann) = World::on_disk().await;
    let directory = world.config.data.clone().unwrap();
    let told = Box::pin(refused(world.config.clone())).await;
    assert_eq!(told, format!("{} is in use by another Hearth (process {})", directory.display(), std::process::id()));
    ann.get("/users/me").await.is(200);
}

#[test]
fn the_directory_is_free_once_the_hub_has_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config { data: Some(directory.path().to_owned()), ..Config::in_memory() };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(8 << 20)
        .enable_all()
        .build()
        .unwrap();
    let rounds = runtime.spawn(async move {
        for _ in 0..3 {
            let shutdown = CancellationToken::new();
            let listener = Listener::bind(Some("127.0.0.1:0".parse().unwrap()), 0).await.unwrap();
            let app = hearth_server::start(config.clone(), shutdown.clone()).await.expect("the directory is free");
            shutdown.cancel();
            hearth_server::run(&app, listener).await.unwrap();
        }
    });
    runtime.block_on(rounds).unwrap();
}

async fn open(directory: &Path) -> Database {
    std::fs::create_dir_all(directory).unwrap();
    Database::open(Place::Disk(&directory.join("database"))).await.unwrap()
}

/// Runs this on the database of a hub that is stopped, as another program could.
fn tamper(directory: &Path, sql: &'static str) {
    let directory = directory.to_owned();
    let work = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_stack_size(8 << 20)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let database = open(&directory).await;
            database.handle().query(sql).await.unwrap().check().unwrap();
            database.close().await.unwrap();
        });
    });
    work.unwrap().join().unwrap();
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused_politely_and_left_alone() {
    let (mut world, ann) = World::on_disk().await;
    let directory = world.config.data.clone().unwrap();
    let before = ann.bootstrap().await;
    world.stop().await;
    tamper(&directory, "CREATE migration:99 SET number = 99, name = 'future', checksum = 'x'");
    let told = format!("{:#}", world.start().await.unwrap_err());
    let known = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count();
    let newer = format!("written by a newer version of Hearth (schema 99, this version knows {known})");
    assert!(told.contains(&newer), "{told}");
    assert!(told.contains("nothing was changed"), "{told}");
    tamper(&directory, "DELETE migration:99");
    world.start().await.unwrap();
    assert_eq!(ann.bootstrap().await, before);
}

#[tokio::test]
async fn a_database_that_is_not_hearths_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    tamper(directory.path(), "DEFINE TABLE invoice SCHEMALESS; CREATE invoice:1 SET total = 7");
    let letter = directory.path().join("files/uploads/letter.txt");
    std::fs::create_dir_all(letter.parent().unwrap()).unwrap();
    std::fs::write(&letter, "Dear all").unwrap();
    let mut world = World::empty().await;
    world.stop().await;
    world.config.data = Some(directory.path().to_owned());
    let told = format!("{:#}", world.start().await.unwrap_err());
    assert!(told.contains("does not belong to Hearth"), "{told}");
    assert!(letter.exists() && !directory.path().join("keys.json").exists());
    tamper(
        directory.path(),
        "IF invoice:1.total != 7 { THROW 'the row is gone' }; IF array::len(object::keys((INFO FOR DB).tables)) != 1 { THROW 'tables were added' }",
    );
}

#[tokio::test]
async fn a_schema_whose_past_was_altered_is_refused() {
    let (mut world, _ann) = World::on_disk().await;
    let directory = world.config.data.clone().unwrap();
    world.stop().await;
    tamper(&directory, "UPDATE migration SET checksum = 'x' WHERE number = 2");
    let told = format!("{:#}", world.start().await.unwrap_err());
    assert!(told.contains("schema step 2 differs"), "{told}");
}

#[tokio::test]
async fn keys_that_are_nonsense_are_told_and_not_replaced() {
    let (mut world, _ann) = World::on_disk().await;
    let path = world.config.data.clone().unwrap().join("keys.json");
    world.stop().await;
    std::fs::write(&path, "[]").unwrap();
    let told = format!("{:#}", world.start().await.unwrap_err());
    assert!(told.contains("keys.json"), "{told}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "[]");
}

#[tokio::test]
async fn what_was_refused_is_not_on_the_disk_either() {
    let mut scene = Scene::on_disk().await;
    let before = scene.everything().await;
    for body in [
        json!({"name": "general", "kind": "public"}),
        json!({"name": "a b", "kind": "public"}),
        json!({"name": "x", "kind": "public", "memberIds": [uuid::Uuid::now_v7()]}),
    ] {
        let answer = scene.ann.post("/channels", &body).await;
        crate::bad_input::assert_refused(&answer, "a channel");
    }
    scene.world.restart().await;
    assert_eq!(scene.everything().await, before);
}

/// What is in a data directory, without what a start writes anew.
fn standing(data: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("database") || name == "upgrading.json");
    names.sort();
    names
}

#[tokio::test]
async fn an_upgrade_that_fails_leaves_the_data_as_it_was_and_one_that_goes_well_keeps_a_copy() {
    let (mut world, ann) = World::on_disk().await;
    let data = world.config.data.clone().unwrap();
    let general = ann.general().await;
    for number in 0..20 {
        ann.say(&general, &format!("said before {number}")).await;
    }
    let before = seen(&[&ann], &[&general]).await;
    assert_eq!(standing(&data), ["database"], "a new hub copies nothing");
    world.stop().await;

    // The first of the steps goes well, so a database of two versions would be left without a copy.
    world.config.further_steps =
        &[(900, "good", "DEFINE TABLE new_one SCHEMAFULL; DELETE message"), (901, "bad", "THROW 'no such luck'")];
    for _ in 0..2 {
        let refusal = format!("{:#}", world.start().await.unwrap_err());
        assert!(refusal.contains("no such luck"), "{refusal}");
    }
    world.config.further_steps = &[];
    world.start().await.unwrap();
    assert_eq!(seen(&[&ann], &[&general]).await, before);
    assert_eq!(standing(&data), ["database"], "the version that wrote it copies nothing");
    world.stop().await;

    // Another version wrote it, as far as anybody knows.
    std::fs::remove_file(data.join("written-by.json")).unwrap();
    world.start().await.unwrap();
    assert_eq!(standing(&data), ["database", "database-before-upgrade"]);
    assert_eq!(seen(&[&ann], &[&general]).await, before);
    ann.say(&general, "said after").await;
    world.stop().await;

    // It was ended in the middle of the upgrade: the copy is put back, and the upgrade is done again.
    std::fs::write(data.join("upgrading.json"), r#"{"to":{"schema":1,"engine":"x"},"tries":1}"#).unwrap();
    std::fs::remove_file(data.join("written-by.json")).unwrap();
    world.start().await.unwrap();
    assert_eq!(seen(&[&ann], &[&general]).await, before, "the copy is a whole database");
    assert_eq!(ann.say(&general, "and on").await["number"], 21);
}

#[tokio::test]
async fn a_full_disk_stops_writing_with_a_clear_answer_and_it_goes_on_by_itself() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    ann.say(&general, "said before").await;
    let mut socket = ann.socket().await;
    let free = async |world: &World, bytes: u64| {
        world
            .within(move |app| async move {
                app.room.keep_free(bytes);
                hearth_server::room::look(&app, hearth_server::clock::now()).await;
            })
            .await;
    };
    // More than any disk has.
    free(&world, u64::MAX / 2).await;
    let mut told = async |full: bool| {
        crate::world::soon("the news of the disk", async {
            loop {
                let frame = socket.next().await;
                if frame["type"] == "disk" {
                    assert_eq!(frame["full"], full);
                    return;
                }
            }
        })
        .await;
    };
    told(true).await;
    let path = format!("/channels/{general}/messages");
    ann.post(&path, &json!({"body": "too much"})).await.refused(507, "disk_full");
    ann.post("/projects", &json!({"key": "OPS", "name": "Operations"})).await.refused(507, "disk_full");
    ann.post("/admin/backups", &json!({})).await.refused(507, "disk_full");
    // Reading, signing in, and what makes room go on.
    assert_eq!(ann.get(&path).await.is(200)["data"][0]["body"], "said before");
    world.login("ann").await;
    ann.put(&format!("/channels/{general}/read"), &json!({"number": 1})).await.is(200);
    ann.delete(&format!("{path}/1")).await.is(200);
    let ready = ann.connect().await.hello(None).await;
    assert_eq!(ready["diskFull"], true, "who connects now is told at once");

    free(&world, 0).await;
    told(false).await;
    ann.post(&path, &json!({"body": "and on"})).await.is(201);
    world.restart().await;
    assert_eq!(ann.get(&path).await.is(200)["data"].as_array().unwrap().len(), 2);
}
