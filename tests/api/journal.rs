//! The journal seen from outside: order, batches, and who hears of a failure.

use crate::{person::Person, world::World};
use futures_util::future::join_all;
use serde_json::{Value, json};

#[tokio::test]
async fn a_change_that_the_database_refuses_does_not_fail_its_neighbours() {
    let (world, ann) = World::new().await;
    let (general, zoo) = (ann.general().await, ann.channel("zoo", "public", &[]).await);
    // A row that should not be there: the first message of zoo cannot be written.
    world
        .app()
        .database
        .handle()
        .query("CREATE message:[$channel, 1] SET author = $channel, body = '', created_at = 1, version = 1")
        .bind(("channel", uuid::Uuid::parse_str(&zoo).unwrap()))
        .await
        .unwrap()
        .check()
        .unwrap();
    let mut socket = ann.socket().await;
    let path = |number: usize| format!("/channels/{}/messages", if number.is_multiple_of(5) { &zoo } else { &general });
    let sends = (0..50).map(|number| {
        let (ann, path) = (ann.clone(), path(number));
        async move { ann.post(&path, &json!({"body": "hello"})).await }
    });
    let answers = join_all(sends).await;
    for (number, answer) in answers.iter().enumerate() {
        if number.is_multiple_of(5) {
            assert!((400..500).contains(&answer.status), "{}", answer.text);
            answer.problem();
        } else {
            answer.is(201);
        }
    }
    ann.say(&general, "the end").await;
    let told = socket.events_until_said("the end").await;
    let numbers: Vec<_> = told.iter().map(|event| event["data"]["message"]["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>(), "nothing of the refused ones was told");
    assert_eq!(ann.membership(&zoo).await["lastNumber"], 0);
}

async fn edit(person: &Person, path: &str, number: usize) -> Value {
    person.patch(path, &json!({"body": format!("edit {number}")})).await.is(200)
}

#[tokio::test]
async fn edits_of_one_message_at_once_all_happen_one_after_the_other() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    ann.say(&general, "the first").await;
    let path = format!("/channels/{general}/messages/1");
    let mut socket = ann.socket().await;
    let edits = join_all((0..6).map(|number| edit(&ann, &path, number)));
    let says = join_all((0..30).map(|_| ann.say(&general, "meanwhile")));
    let (edited, _) = tokio::join!(edits, says);
    let mut versions: Vec<_> = edited.iter().map(|message| message["version"].as_u64().unwrap()).collect();
    versions.sort_unstable();
    assert_eq!(versions, [2, 3, 4, 5, 6, 7]);
    let revisions = ann.get(&format!("{path}/revisions")).await.is(200);
    assert_eq!(revisions.as_array().unwrap().len(), 6);
    ann.say(&general, "the end").await;
    let told = socket.events_until_said("the end").await;
    let updated: Vec<_> = told.iter().filter(|event| event["name"] == "message.updated").collect();
    let versions: Vec<_> = updated.iter().map(|event| event["data"]["message"]["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn what_a_retired_person_still_has_under_way_is_decided_in_order() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let path = format!("/channels/{general}/messages");
    let says = join_all((0..20).map(|number| {
        let body = json!({"body": format!("message {number}")});
        let (bob, path) = (bob.clone(), path.clone());
        async move { bob.post(&path, &body).await }
    }));
    let target = format!("/users/{}", bob.id);
    let (answers, removed) = tokio::join!(says, ann.delete(&target));
    removed.is(200);
    let accepted = answers.iter().filter(|answer| answer.status == 201).count();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(401, "invalid_token");
    }
    assert_eq!(ann.membership(&general).await["lastNumber"], accepted);
    assert_eq!(ann.get(&path).await.is(200)["data"].as_array().unwrap().len(), accepted);
}
