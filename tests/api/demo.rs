//! The made-up team, and the link that lets in whoever sits at the computer.

use crate::{
    answer::Answer,
    person::{Person, Proof},
    world::{World, deep},
};
use hearth_server::{accounts, config::Config, demo};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use tokio_util::sync::CancellationToken;

/// A server with the demo team, and its owner by a link.
async fn filled(config: Config) -> (World, Person) {
    let world = World::with(config).await;
    let link = world
        .within(async |app| {
            let owner = demo::fill(&app).await.unwrap();
            accounts::entry_path(&app, owner)
        })
        .await;
    let answer = world.stranger().get(&format!("/{link}")).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/chat"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let set = answer.header("set-cookie").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/"), "{set}");
    let cookie = answer.cookie().unwrap();
    let mut maya = world.stranger();
    maya.proof = Proof::Cookie(cookie.clone());
    let account = maya.get("/users/me").await.is(200);
    let maya = Person::by_cookie(&world.stranger(), json!({"user": account}), cookie);
    refused(&world.stranger().get(&format!("/{link}")).await);
    (world, maya)
}

/// A link that does not work leads to the sign-in page and gives nothing.
fn refused(answer: &Answer) {
    assert_eq!((answer.status, answer.header("location")), (303, "/sign-in"));
    assert_eq!(answer.cookie(), None);
}

#[tokio::test]
async fn the_demo_team_has_talked_for_days_in_many_scripts() {
    let (_world, maya) = filled(Config::in_memory()).await;
    let bootstrap = maya.bootstrap().await;
    assert_eq!(bootstrap["hub"]["name"], "Harbour Workshop");
    assert_eq!(bootstrap["me"]["role"], "owner");
    assert_eq!(bootstrap["users"].as_array().unwrap().len(), 12);
    assert_eq!(maya.get("/sessions").await.is(200).as_array().unwrap().len(), 1, "nobody else stays signed in");
    let unread: u64 =
        bootstrap["memberships"].as_array().unwrap().iter().map(|one| one["unread"].as_u64().unwrap()).sum();
    assert_eq!(unread, 19);

    assert_eq!(bootstrap["saved"].as_array().unwrap().len(), 3);
    let pinned: usize =
        bootstrap["channels"].as_array().unwrap().iter().map(|one| one["pinned"].as_array().unwrap().len()).sum();
    assert_eq!(pinned, 8);

    let (mut said, mut authors, mut days) = (String::new(), BTreeSet::new(), BTreeSet::new());
    let mut reacted = 0;
    let now = chrono::Utc::now();
    for channel in bootstrap["channels"].as_array().unwrap() {
        let path = format!("/channels/{}/messages?limit=100", channel["id"].as_str().unwrap());
        let messages = maya.get(&path).await.json()["data"].as_array().unwrap().clone();
        let mut last = None;
        for message in messages {
            let at: chrono::DateTime<chrono::Utc> = message["createdAt"].as_str().unwrap().parse().unwrap();
            assert!(at < now && last.is_none_or(|last| at >= last), "{message}");
            last = Some(at);
            days.insert(at.date_naive());
            authors.insert(message["authorId"].to_string());
            said.push_str(message["body"].as_str().unwrap());
            reacted += message["reactions"].as_array().unwrap().len();
        }
    }
    assert_eq!(reacted, 41);
    assert!(days.len() >= 8 && authors.len() == 12, "{days:?} {}", authors.len());
    for part in
        ["```python", "| station | who |", "1. the heron", "> **Open day", "おはよう", "الميزانية", "Договорено", "面"]
    {
        assert!(said.contains(part), "{part}");
    }
    let longest =
        bootstrap["users"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().chars().count());
    assert!(longest.max().unwrap() > 60);
}

#[tokio::test]
async fn the_demo_team_goes_on_like_any_other() {
    let (_world, maya) = filled(Config::in_memory()).await;
    let cursor = maya.cursor().await;
    let general = maya.general().await;
    let last = maya.membership(&general).await["lastNumber"].as_u64();
    let message = maya.say(&general, "Hello from today").await;
    assert!(last.is_none_or(|last| message["number"] == last + 1));
    let age =
        chrono::Utc::now() - message["createdAt"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!(age.num_seconds().abs() < 60, "the journal's clock still stands at the story's end");
    let (mut socket, resume) = maya.resume(&cursor).await;
    assert_eq!(resume, "replayed");
    assert_eq!(socket.events_until_said("Hello from today").await.len(), 0);
    let taken: Value =
        maya.post("/channels", &json!({"name": "open-day", "kind": "public"})).await.refused(409, "channel_name_taken");
    assert_eq!(taken["status"], 409);
}

#[tokio::test]
async fn the_link_works_from_this_computer_only_and_not_with_another_code() {
    let config = Config { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Config::in_memory() };
    let world = World::with(config).await;
    let ann = world.set_up().await;
    let link = {
        let user = world.app().journal.directory().people.keys().next().copied().unwrap();
        accounts::entry_path(world.app(), user)
    };
    let stranger = world.stranger();
    refused(
        &stranger
            .send(stranger.request(Method::GET, &format!("/{link}")).header("x-forwarded-for", "192.168.1.9"))
            .await,
    );
    refused(&stranger.get("//enter/another").await);
    refused(&stranger.get(&format!("/{link}x")).await);
    assert_eq!(stranger.get(&format!("/{link}")).await.header("location"), "/chat");
    refused(&stranger.get(&format!("/{link}")).await);
    assert_eq!(stranger.post(&format!("/{link}"), &json!({})).await.status, 405);
    assert_eq!(ann.get("/sessions").await.is(200).as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_demo_is_kept_in_its_directory_made_anew_when_it_is_half_and_never_over_a_team() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config { data: Some(directory.path().join("demo")), ..Config::in_memory() };
    let run = |config: Config| {
        deep(async move {
            let (app, owner) = demo::start(config, CancellationToken::new()).await?;
            let channels = app.journal.directory().channels.len();
            hearth_server::stop(&app).await?;
            anyhow::Ok((owner, channels))
        })
    };
    let first = run(config.clone()).await.unwrap();
    assert_eq!(run(config.clone()).await.unwrap(), first, "it is the same team the second time");
    std::fs::write(directory.path().join("demo/demo"), "half").unwrap();
    let anew = run(config.clone()).await.unwrap();
    assert_ne!(anew.0, first.0);
    assert_eq!(anew.1, first.1);

    let (mut world, ann) = World::on_disk().await;
    world.stop().await;
    let refused = run(world.config.clone()).await.unwrap_err().to_string();
    assert!(refused.contains("has a team of its own"), "{refused}");
    world.start().await.unwrap();
    ann.get("/users/me").await.is(200);
    let _app = Arc::clone(world.app());
}
