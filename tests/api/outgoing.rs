//! Outgoing webhooks: what programs are told, and who may let them be told.

use crate::{
    answer::shape,
    person::{Person, id},
    receiver::{Receiver, Says, until, with_programs_here},
    world::World,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

pub(crate) async fn team() -> (World, Person) {
    let world = World::with(with_programs_here()).await;
    let ann = world.set_up().await;
    (world, ann)
}

/// A webhook that hears messages of a channel.
pub(crate) async fn webhook(person: &Person, receiver: &Receiver, channel: &str) -> Value {
    let body = json!({"name": "Builds", "url": receiver.url(), "topics": ["message.created"], "channelIds": [channel]});
    person.post("/outgoing", &body).await.is(201)
}

pub(crate) async fn deliveries(person: &Person, webhook: &str) -> Vec<Value> {
    let answer = person.get(&format!("/outgoing/{webhook}/deliveries")).await.is(200);
    answer["deliveries"].as_array().unwrap().clone()
}

/// The newest delivery, once it is as wanted.
pub(crate) async fn newest(person: &Person, webhook: &str, state: &str) -> Value {
    until(&format!("a delivery that is {state}"), async || {
        let newest = deliveries(person, webhook).await.into_iter().next()?;
        (newest["state"] == state && newest["tries"] != 0).then_some(newest)
    })
    .await
}

#[tokio::test]
async fn what_is_said_is_told_and_signed() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let den = ann.channel("den", "private", &[&bob]).await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &den).await;
    assert_snapshot!(shape(&made), @r#"
    {
      "answers": false,
      "botId": "[id]",
      "channelIds": [
        "[id]"
      ],
      "createdAt": "[time]",
      "createdBy": "[id]",
      "everywhere": false,
      "failingSince": null,
      "formerUntil": null,
      "id": "[id]",
      "mayChange": true,
      "name": "Builds",
      "on": true,
      "projectIds": [],
      "secret": "[secret]",
      "stopped": null,
      "topics": [
        "message.created"
      ],
      "url": "[url]",
      "waiting": 0,
      "words": []
    }
    "#);
    let secret = made["secret"].as_str().unwrap();
    receiver.says([Says::Text(200, "text/plain", "thank you".to_owned())]);
    let message = bob.say(&den, "The roof leaks").await;
    let came = receiver.next().await;
    assert!(came.is_signed_with(secret), "{:?}", came.headers);
    assert!(!came.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    assert_eq!(came.header("content-type"), "application/json");
    let told = came.json();
    assert_eq!(told["type"], "message.created");
    assert_eq!(told["data"]["message"], message);
    assert_eq!(told["data"]["channel"], json!({"id": den, "name": "den", "kind": "private"}));
    assert_eq!(told["data"]["author"]["name"], "Bob");
    let delivery = newest(&ann, &id(&made), "delivered").await;
    assert_eq!((&delivery["status"], &delivery["answer"]), (&json!(200), &json!("thank you")));
    assert_eq!(format!("msg_{}", delivery["id"].as_str().unwrap().replace('-', "")), came.header("webhook-id"));
    // The secret is shown once, and everybody sees who listens.
    let listed = ann.get("/outgoing").await.is(200);
    assert!(listed[0].get("secret").is_none() && listed[0]["url"] == receiver.url(), "{listed}");
    let members = bob.get(&format!("/channels/{den}")).await.is(200)["members"].to_string();
    assert!(members.contains(made["botId"].as_str().unwrap()), "{members}");
}

#[tokio::test]
async fn a_program_hears_what_was_chosen_and_nothing_else() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (general, den) = (ann.general().await, ann.channel("den", "private", &[&bob]).await);
    let direct = ann.direct(&[&bob]).await;
    let mut receiver = Receiver::new().await;
    let body = json!({
        "name": "All", "url": receiver.url(), "everywhere": true,
        "topics": ["message.created", "message.deleted", "reaction.added", "task.created", "task.updated", "user.created"],
    });
    ann.post("/outgoing", &body).await.is(201);
    ann.say(&den, "not for programs").await;
    ann.say(&direct, "nor this").await;
    ann.say(&general, "hello").await;
    ann.patch(&format!("/channels/{general}/messages/1"), &json!({"body": "hello!"})).await.is(200);
    bob.put(&format!("/channels/{general}/messages/1/reactions/👍"), &json!({})).await.is(200);
    bob.reply(&general, 1, "in the thread").await;
    let also = json!({"body": "in both", "alsoToChannel": true});
    bob.post(&format!("/channels/{general}/messages/1/replies"), &also).await.is(201);
    ann.post("/projects", &json!({"key": "OPS", "name": "Operations", "public": true})).await.is(201);
    ann.post("/projects/OPS/tasks", &json!({"title": "Door"})).await.is(201);
    ann.patch("/tasks/OPS-1", &json!({"title": "The door"})).await.is(200);
    ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    world.join(&ann, "Cy", "member").await;
    let mut told = Vec::new();
    loop {
        let came = receiver.next().await.json();
        let data = &came["data"];
        let what = [&data["message"]["body"], &data["emoji"], &data["task"]["title"], &data["user"]["name"]];
        let what = what.iter().find_map(|value| value.as_str()).unwrap_or_default().to_owned();
        let kind = came["type"].as_str().unwrap().to_owned();
        told.push(format!("{kind} {what}"));
        if kind == "user.created" {
            break;
        }
    }
    assert_eq!(
        told,
        [
            "message.created hello",
            "reaction.added 👍",
            "message.created in the thread",
            "message.created in both",
            "task.created Door",
            "task.updated The door",
            "message.deleted ",
            "user.created Cy"
        ]
    );
}

#[tokio::test]
async fn with_words_only_what_begins_with_one_is_told() {
    let (_world, ann) = team().await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    let path = format!("/outgoing/{}", id(&made));
    let changed = ann.patch(&path, &json!({"words": ["Deploy", "build"]})).await.is(200);
    assert_eq!(changed["words"], json!(["build", "deploy"]));
    for body in ["hello", "deployed", "please deploy", "DEPLOY the site"] {
        ann.say(&general, body).await;
    }
    let told = receiver.next().await.json();
    assert_eq!((&told["data"]["message"]["body"], &told["trigger"]), (&json!("DEPLOY the site"), &json!("deploy")));
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn what_the_receiver_answers_is_said_where_it_was_asked() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    ann.patch(&format!("/outgoing/{}", id(&made)), &json!({"answers": true})).await.is(200);
    let mut socket = bob.socket().await;
    receiver.says([Says::json(&json!({"text": "*pong*", "username": "Echo"})), Says::json(&json!({"text": "again"}))]);
    bob.say(&general, "ping").await;
    receiver.next().await;
    assert_eq!(socket.until("message.created").await["data"]["message"]["body"], "ping");
    let said = socket.until("message.created").await["data"]["message"].clone();
    assert_eq!((&said["body"], &said["authorId"]), (&json!("**pong**"), &made["botId"]));
    assert_eq!(said["alias"]["name"], "Echo");
    // In a thread, it is said in the thread; and what a program says is told to none.
    let reply = bob.reply(&general, 1, "ping").await;
    let told = receiver.next().await.json();
    assert_eq!(told["data"]["message"]["body"], "ping");
    let said = until("the answer in the thread", async || {
        let page = bob.get(&format!("/channels/{}/messages", reply["channelId"].as_str().unwrap())).await.is(200);
        page["data"].as_array().unwrap().iter().find(|message| message["number"] == 2).cloned()
    })
    .await;
    assert_eq!((&said["body"], &said["authorId"]), (&json!("again"), &made["botId"]));
    bob.say(&general, "the end").await;
    assert_eq!(receiver.next().await.json()["data"]["message"]["body"], "the end");
}

#[tokio::test]
async fn whoever_manages_what_is_heard_lets_programs_hear() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    let dan = world.join(&ann, "Dan", "admin").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let den = bob.channel("den", "private", &[&cy]).await;
    let receiver = Receiver::new().await;
    let wish = |more: Value| {
        let mut body = json!({"name": "x", "url": receiver.url(), "topics": ["message.created"]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let here = wish(json!({"channelIds": [den]}));
    cy.post("/outgoing", &here).await.refused(403, "forbidden");
    dan.post("/outgoing", &here).await.refused(404, "not_found");
    gil.post("/outgoing", &here).await.refused(404, "not_found");
    bob.post("/outgoing", &wish(json!({"everywhere": true}))).await.refused(403, "forbidden");
    bob.post("/outgoing", &wish(json!({}))).await.refused(400, "validation");
    gil.post("/outgoing", &wish(json!({}))).await.refused(403, "forbidden");
    let direct = bob.direct(&[&cy]).await;
    bob.post("/outgoing", &wish(json!({"channelIds": [direct]}))).await.refused(403, "forbidden");
    let made = bob.post("/outgoing", &here).await.is(201);
    let path = format!("/outgoing/{}", id(&made));
    // An admin who is not there sees that it is, and may take it away, but not turn it elsewhere.
    let seen = dan.get("/outgoing").await.is(200);
    assert_eq!(
        (&seen[0]["mayChange"], &seen[0]["url"]),
        (&json!(false), &json!(format!("http://{}", receiver.address())))
    );
    for (who, status, code) in [(&dan, 403, "forbidden"), (&cy, 404, "not_found"), (&gil, 404, "not_found")] {
        who.patch(&path, &json!({"url": "http://10.0.0.1/"})).await.refused(status, code);
        who.get(&format!("{path}/deliveries")).await.refused(status, code);
        for act in ["rotate", "test"] {
            who.post(&format!("{path}/{act}"), &json!({})).await.refused(status, code);
        }
    }
    cy.delete(&path).await.refused(404, "not_found");
    assert_eq!(cy.get("/outgoing").await.is(200), json!([]));
    cy.get(&format!("/outgoing?channelId={den}")).await.refused(403, "forbidden");
    assert_eq!(bob.get(&format!("/outgoing?channelId={den}")).await.is(200).as_array().unwrap().len(), 1);
    // What a member chose is not of the local network, and so not of this computer either.
    let tested = bob.post(&format!("{path}/test"), &json!({})).await.is(200);
    assert_eq!((&tested["state"], &tested["fault"]), (&json!("failed"), &json!("refused")));
    dan.delete(&path).await.is(204);
    bob.get(&format!("{path}/deliveries")).await.refused(404, "not_found");
    assert!(bob.user(&made["botId"]).await["deletedAt"].is_string(), "its bot goes with it");
}

#[tokio::test]
async fn this_computer_is_asked_only_where_its_owner_allows_it_and_the_hub_never() {
    let (world, ann) = World::new().await;
    let general = ann.general().await;
    let receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    let refused = async |person: &Person, made: &Value| {
        let tested = person.post(&format!("/outgoing/{}/test", id(made)), &json!({})).await.is(200);
        assert_eq!((&tested["fault"], &tested["status"]), (&json!("refused"), &Value::Null), "{tested}");
    };
    refused(&ann, &made).await;
    for own in
        ["http://localhost:9/", "http://[::1]:9/", "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0:9/"]
    {
        ann.patch(&format!("/outgoing/{}", id(&made)), &json!({"url": own})).await.is(200);
        refused(&ann, &made).await;
    }
    drop(world);
    let (world, ann) = team().await;
    let made = webhook(&ann, &receiver, &ann.general().await).await;
    let hub = format!("http://{}/api/v1/health", world.stranger().host());
    ann.patch(&format!("/outgoing/{}", id(&made)), &json!({"url": hub})).await.is(200);
    refused(&ann, &made).await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let (_world, ann) = team().await;
    let general = ann.general().await;
    let good = json!({"name": "x", "url": "http://10.0.0.1/", "topics": ["message.created"], "channelIds": [general]});
    for (field, value) in [
        ("name", json!("")),
        ("url", json!("ftp://10.0.0.1/")),
        ("url", json!("http://ann:secret@10.0.0.1/")),
        ("url", json!(format!("http://10.0.0.1/{}", "x".repeat(2_000)))),
        ("topics", json!([])),
        ("topics", json!(["message.read"])),
        ("words", json!(vec!["a"; 21])),
        ("words", json!(["x".repeat(41)])),
        ("channelIds", json!([])),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let problem = ann.post("/outgoing", &body).await.refused(400, "validation");
        assert!(problem["errors"][0]["field"].as_str().unwrap().starts_with(field), "{problem}");
    }
    ann.post("/outgoing", &good).await.is(201);
}

#[tokio::test]
async fn with_another_secret_both_are_good_for_a_while() {
    let (_world, ann) = team().await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = webhook(&ann, &receiver, &general).await;
    let next = ann.post(&format!("/outgoing/{}/rotate", id(&made)), &json!({})).await.is(200);
    assert!(next["formerUntil"].is_string() && next["secret"] != made["secret"], "{next}");
    let tested = ann.post(&format!("/outgoing/{}/test", id(&made)), &json!({})).await.is(200);
    assert_eq!((&tested["state"], &tested["status"]), (&json!("delivered"), &json!(200)));
    let came = receiver.next().await;
    assert_eq!(came.json()["type"], "test");
    for secret in [&made["secret"], &next["secret"]] {
        assert!(came.is_signed_with(secret.as_str().unwrap()));
    }
}
