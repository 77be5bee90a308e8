//! Sending, editing and deleting messages.

use crate::{
    answer::{Answer, shape},
    person::Person,
    world::World,
};
use futures_util::future::join_all;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    (world, ann, bob, general)
}

async fn send(person: &Person, channel: &str, body: &str, key: &str) -> Answer {
    let body = json!({"body": body, "clientKey": key});
    person.post(&format!("/channels/{channel}/messages"), &body).await
}

#[tokio::test]
async fn a_message_reaches_everyone_in_the_channel_the_sender_included() {
    let (_world, ann, bob, general) = team().await;
    let (mut to_ann, mut to_bob) = (ann.socket().await, bob.socket().await);
    let answer = send(&ann, &general, "Hello *you*\n\u{200f}שלום 👋", "key-1").await;
    let message = answer.is(201);
    assert_snapshot!(shape(&message), @r#"
    {
      "alias": null,
      "authorId": "[id]",
      "bare": false,
      "body": "Hello *you*\n‏שלום 👋",
      "channelId": "[id]",
      "clientKey": "key-1",
      "createdAt": "[time]",
      "deletedAt": null,
      "editedAt": null,
      "files": [],
      "mentions": {
        "everyone": false,
        "here": false,
        "people": []
      },
      "number": 1,
      "poll": null,
      "reactions": [],
      "reactionsVersion": 0,
      "tasks": [],
      "thread": null,
      "twin": null,
      "version": 1
    }
    "#);
    assert_eq!(answer.header("location"), format!("/api/v1/channels/{general}/messages/1"));
    for socket in [&mut to_ann, &mut to_bob] {
        let event = socket.expect("message.created").await;
        assert_eq!((&event["channelId"], &event["clientKey"]), (&json!(general), &json!("key-1")));
        assert_eq!(event["data"], json!({"message": message}));
    }
    assert_eq!(bob.get(&format!("/channels/{general}/messages/1")).await.is(200), message);
}

#[tokio::test]
async fn numbers_count_up_without_holes_whoever_sends() {
    let (_world, ann, bob, general) = team().await;
    let zoo = ann.channel("zoo", "public", &[&bob]).await;
    let sends = (0..60).map(|number| {
        let (person, channel) =
            (if number % 2 == 0 { &ann } else { &bob }, if number % 3 == 0 { &zoo } else { &general });
        async move { person.say(channel, &format!("message {number}")).await }
    });
    let sent = join_all(sends).await;
    for (channel, count) in [(&general, 40), (&zoo, 20)] {
        let mut numbers: Vec<_> = sent
            .iter()
            .filter(|sent| sent["channelId"] == **channel)
            .map(|sent| sent["number"].as_u64().unwrap())
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_retried_send_finds_its_first_message() {
    let (_world, ann, bob, general) = team().await;
    let first = send(&ann, &general, "once", "key-1").await.is(201);
    let again = send(&ann, &general, "once, they say", "key-1").await;
    assert_eq!(again.is(200), first);
    assert_eq!(send(&bob, &general, "mine", "key-1").await.is(201)["number"], 2, "a key is its author's own");
    let zoo = ann.channel("zoo", "public", &[]).await;
    let problem = send(&ann, &zoo, "elsewhere", "key-1").await.refused(400, "validation");
    assert_eq!(problem["errors"][0]["field"], "clientKey");
    ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    assert!(send(&ann, &general, "once", "key-1").await.is(200)["deletedAt"].is_string());
    ann.say(&general, "the next").await;
    assert_eq!(ann.get(&format!("/channels/{general}/messages")).await.is(200)["data"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn sends_with_one_key_at_once_make_one_message_and_do_not_hold_up_the_others() {
    let (_world, ann, bob, general) = team().await;
    let doubled = (0..20).map(|_| send(&ann, &general, "once", "key-1"));
    let keys: Vec<_> = (0..20).map(|number| format!("other-{number}")).collect();
    let others = keys.iter().map(|key| send(&bob, &general, key, key));
    let (doubled, others) = tokio::join!(join_all(doubled), join_all(others));
    assert_eq!(doubled.iter().filter(|answer| answer.status == 201).count(), 1);
    let message = doubled[0].json()["data"].take();
    assert!(doubled.iter().all(|answer| answer.json()["data"] == message), "{doubled:?}");
    others.iter().for_each(|answer| drop(answer.is(201)));
    let history = ann.get(&format!("/channels/{general}/messages")).await.is(200)["data"].take();
    let numbers: Vec<_> =
        history.as_array().unwrap().iter().map(|message| message["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=21).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_send_that_is_retried_after_a_restart_is_still_known() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let first = send(&ann, &general, "once", "key-1").await.is(201);
    world.restart().await;
    assert_eq!(send(&ann, &general, "once", "key-1").await.is(200), first);
    world.restart().await;
    let again = join_all((0..8).map(|_| send(&ann, &general, "once", "key-1"))).await;
    again.iter().for_each(|answer| assert_eq!(answer.is(200), first));
    assert_eq!(ann.say(&general, "two").await["number"], 2);
}

#[tokio::test]
async fn a_message_that_does_not_fit_is_refused() {
    let (_world, ann, _bob, general) = team().await;
    let path = format!("/channels/{general}/messages");
    for (field, value) in [
        ("body", json!("")),
        ("body", json!(" \n\t ")),
        ("body", json!("a\0b")),
        ("body", json!("x".repeat(16_001))),
        ("body", json!(["x"])),
        ("body", Value::Null),
        ("clientKey", json!("")),
        ("clientKey", json!("x".repeat(65))),
        ("clientKey", json!("ключ")),
        ("number", json!(7)),
    ] {
        let mut body = json!({"body": "fits"});
        body[field] = value;
        let problem = ann.post(&path, &body).await.refused(400, "validation");
        assert!(problem["detail"].as_str().unwrap().contains(field), "{field}: {problem}");
    }
    assert_eq!(ann.get(&path).await.is(200)["data"], json!([]));
    let longest = "😀".repeat(16_000);
    assert_eq!(ann.say(&general, &longest).await["body"], longest);
}

#[tokio::test]
async fn an_edit_keeps_what_was_said_before() {
    let (_world, ann, bob, general) = team().await;
    ann.say(&general, "frist").await;
    let path = format!("/channels/{general}/messages/1");
    let mut socket = bob.socket().await;
    let second = ann.patch(&path, &json!({"body": "first"})).await.is(200);
    assert_eq!((&second["version"], &second["body"]), (&json!(2), &json!("first")));
    assert!(second["editedAt"].is_string());
    assert_eq!(socket.expect("message.updated").await["data"], json!({"message": second}));
    assert_eq!(ann.patch(&path, &json!({"body": "first"})).await.is(200), second, "nothing changed");
    let third = ann.patch(&path, &json!({"body": "First!"})).await.is(200);
    assert_eq!(bob.get(&path).await.is(200), third);
    let revisions = bob.get(&format!("{path}/revisions")).await.is(200);
    assert_snapshot!(shape(&revisions), @r#"
    [
      {
        "body": "frist",
        "editedAt": "[time]",
        "editorId": "[id]",
        "version": 1
      },
      {
        "body": "first",
        "editedAt": "[time]",
        "editorId": "[id]",
        "version": 2
      }
    ]
    "#);
    bob.patch(&path, &json!({"body": "mine"})).await.refused(403, "forbidden");
    ann.patch(&format!("/channels/{general}/messages/2"), &json!({"body": "x"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_edit_of_an_older_version_is_refused_with_the_present_one() {
    let (_world, ann, _bob, general) = team().await;
    ann.say(&general, "one").await;
    let path = format!("/channels/{general}/messages/1");
    let second = ann.patch(&path, &json!({"body": "two"})).await.is(200);
    for method in [Method::PATCH, Method::DELETE] {
        let request = ann.request(method.clone(), &path).header("if-match", "\"1\"");
        let request = if method == Method::PATCH { request.json(&json!({"body": "three"})) } else { request };
        let problem = ann.send(request).await.refused(412, "version_mismatch");
        assert_eq!(problem["current"], second);
    }
    let edits = (0..10).map(|number| {
        let request = ann.request(Method::PATCH, &path).header("if-match", "\"2\"");
        ann.send(request.json(&json!({"body": format!("edit {number}")})))
    });
    let answers = join_all(edits).await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(done.len(), 1);
    for answer in refused {
        assert_eq!(answer.refused(412, "version_mismatch")["current"], done[0].is(200));
    }
}

#[tokio::test]
async fn a_deleted_message_leaves_a_tombstone_and_none_of_its_words() {
    let (_world, ann, bob, general) = team().await;
    bob.say(&general, "a secret").await;
    bob.say(&general, "the next").await;
    let path = format!("/channels/{general}/messages/1");
    bob.patch(&path, &json!({"body": "a big secret"})).await.is(200);
    let mut socket = bob.socket().await;
    let gone = bob.delete(&path).await.is(200);
    assert_snapshot!(shape(&gone), @r#"
    {
      "alias": null,
      "authorId": "[id]",
      "bare": false,
      "body": "",
      "channelId": "[id]",
      "clientKey": null,
      "createdAt": "[time]",
      "deletedAt": "[time]",
      "editedAt": "[time]",
      "files": [],
      "mentions": {
        "everyone": false,
        "here": false,
        "people": []
      },
      "number": 1,
      "poll": null,
      "reactions": [],
      "reactionsVersion": 0,
      "tasks": [],
      "thread": null,
      "twin": null,
      "version": 3
    }
    "#);
    assert_eq!(socket.expect("message.deleted").await["data"], json!({"message": gone}));
    assert_eq!(bob.delete(&path).await.is(200), gone, "deleting again changes nothing");
    assert_eq!(ann.get(&path).await.is(200), gone);
    assert_eq!(ann.get(&format!("{path}/revisions")).await.is(200), json!([]));
    let problem = bob.patch(&path, &json!({"body": "back"})).await.refused(404, "not_found");
    assert_eq!(problem["error"], "Message not found");
    let history = ann.get(&format!("/channels/{general}/messages")).await;
    assert!(!history.text.contains("secret"), "{}", history.text);
    assert_eq!(history.is(200)["data"][1]["body"], "the next");
    bob.delete(&format!("/channels/{general}/messages/3")).await.refused(404, "not_found");
}

#[tokio::test]
async fn managers_and_admins_take_back_what_others_said_in_public() {
    let (world, ann, bob, _general) = team().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let zoo = bob.channel("zoo", "public", &[&ann]).await;
    for _ in 0..3 {
        ann.say(&zoo, "rude").await;
    }
    bob.delete(&format!("/channels/{zoo}/messages/1")).await.is(200);
    cy.delete(&format!("/channels/{zoo}/messages/2")).await.is(200);
    let dee = world.join(&ann, "Dee", "member").await;
    dee.enter(&zoo).await;
    dee.delete(&format!("/channels/{zoo}/messages/3")).await.refused(403, "forbidden");
    let den = bob.channel("den", "private", &[&cy]).await;
    bob.say(&den, "ours").await;
    cy.delete(&format!("/channels/{den}/messages/1")).await.refused(403, "forbidden");
}

#[tokio::test]
async fn scripts_are_kept_as_the_text_they_are() {
    let (_world, ann, _bob, general) = team().await;
    let text = "<script>alert(1)</script> '; REMOVE TABLE message; -- $rows {{x}}";
    assert_eq!(ann.say(&general, text).await["body"], text);
    let answer = ann.get(&format!("/channels/{general}/messages")).await;
    assert_eq!(answer.is(200)["data"][0]["body"], text);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}
