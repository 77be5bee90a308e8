//! Commands of the composer that programs answer.

use crate::{
    outgoing::team,
    person::{Person, id},
    receiver::{Receiver, Says, until},
};
use serde_json::{Value, json};

async fn command(person: &Person, receiver: &Receiver) -> Value {
    let body = json!({"name": "/Deploy", "url": receiver.url(), "hint": "[environment]", "description": "Puts it out"});
    person.post("/commands", &body).await.is(201)
}

async fn run(person: &Person, channel: &str, text: &str) -> Value {
    let body = json!({"command": "deploy", "text": text});
    person.post(&format!("/channels/{channel}/commands"), &body).await.is(200)
}

#[tokio::test]
async fn the_program_is_asked_as_slack_asks_and_answers_the_asker_alone() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    let made = command(&ann, &receiver).await;
    let listed = bob.get("/commands").await.is(200);
    assert_eq!(
        (&listed[0]["name"], &listed[0]["hint"], &listed[0]["url"]),
        (&json!("deploy"), &json!("[environment]"), &Value::Null)
    );
    assert_eq!(ann.get("/commands").await.is(200)[0]["url"], receiver.url());
    receiver.says([Says::json(&json!({"text": "*on* it"}))]);
    let outcome = run(&bob, &general, "site & more").await;
    assert_eq!(outcome, json!({"outcome": "whispered", "text": "**on** it"}));
    let came = receiver.next().await;
    assert!(came.is_signed_with(made["secret"].as_str().unwrap()));
    for (field, value) in [
        ("command", "/deploy"),
        ("text", "site & more"),
        ("user_id", bob.id.as_str()),
        ("user_name", "bob"),
        ("channel_id", general.as_str()),
        ("channel_name", "general"),
        ("team_domain", "northlight"),
    ] {
        assert_eq!(came.field(field), value, "{field}");
    }
    assert_eq!(ann.membership(&general).await["lastNumber"], 0, "nobody else hears of it");
}

#[tokio::test]
async fn what_is_for_all_is_said_by_the_bot_wherever_the_asker_may_speak() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let receiver = Receiver::new().await;
    let made = command(&ann, &receiver).await;
    let public = json!({"response_type": "in_channel", "text": "Out"});
    for channel in [ann.channel("den", "private", &[&bob]).await, bob.direct(&[&ann]).await] {
        receiver.says([Says::json(&public)]);
        assert_eq!(run(&bob, &channel, "").await, json!({"outcome": "said", "number": 1}));
        let message = ann.get(&format!("/channels/{channel}/messages/1")).await.is(200);
        assert_eq!((&message["body"], &message["authorId"]), (&json!("Out"), &made["botId"]));
        assert_eq!(ann.membership(&channel).await["unread"], 1);
    }
    let other = ann.channel("other", "private", &[]).await;
    let body = json!({"command": "deploy", "text": ""});
    bob.post(&format!("/channels/{other}/commands"), &body).await.refused(404, "not_found");
    let open = ann.channel("open", "public", &[]).await;
    bob.post(&format!("/channels/{open}/commands"), &body).await.refused(403, "forbidden");
    let unknown = json!({"command": "nothing", "text": ""});
    ann.post(&format!("/channels/{open}/commands"), &unknown).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_program_may_answer_later_a_few_times() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut receiver = Receiver::new().await;
    command(&ann, &receiver).await;
    let mut socket = bob.socket().await;
    assert_eq!(run(&bob, &general, "").await, json!({"outcome": "taken"}));
    let later = receiver.next().await.field("response_url");
    let path = later.split("/api/v1").nth(1).unwrap().to_owned();
    let program = world.stranger();
    assert_eq!(program.post(&path, &json!({"text": "half way"})).await.text, "ok");
    let whispered = socket.frame("whisper").await;
    assert_eq!(
        (&whispered["channelId"], &whispered["command"], &whispered["text"]),
        (&json!(general), &json!("deploy"), &json!("half way"))
    );
    program.post(&path, &json!({})).await.refused(400, "invalid_json");
    for _ in 0..4 {
        let done = json!({"response_type": "in_channel", "text": "done"});
        assert_eq!(program.post(&path, &done).await.text, "ok");
    }
    assert_eq!(socket.until("message.created").await["data"]["message"]["body"], "done");
    program.post(&path, &json!({"text": "too much"})).await.refused(404, "not_found");
    program.post("/commands/answers/unknown", &json!({"text": "x"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_program_that_does_not_answer_is_said_to_be_so() {
    let (_world, ann) = team().await;
    let general = ann.general().await;
    let receiver = Receiver::new().await;
    command(&ann, &receiver).await;
    receiver.says([Says::status(500), Says::Nothing]);
    assert_eq!(run(&ann, &general, "").await, json!({"outcome": "failed", "status": 500, "fault": null}));
    assert_eq!(run(&ann, &general, "").await, json!({"outcome": "failed", "status": null, "fault": "too_slow"}));
    receiver.end().await;
    assert_eq!(run(&ann, &general, "").await, json!({"outcome": "failed", "status": null, "fault": "no_connection"}));
}

#[tokio::test]
async fn admins_name_commands_and_nobody_else() {
    let (world, ann) = team().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let receiver = Receiver::new().await;
    let made = command(&ann, &receiver).await;
    let path = format!("/commands/{}", id(&made));
    let body = json!({"name": "other", "url": receiver.url()});
    bob.post("/commands", &body).await.refused(403, "forbidden");
    bob.patch(&path, &json!({"hint": "x"})).await.refused(403, "forbidden");
    bob.delete(&path).await.refused(403, "forbidden");
    bob.post(&format!("{path}/rotate"), &json!({})).await.refused(403, "forbidden");
    for name in ["deploy", "me", "de ploy", "2x", ""] {
        ann.post("/commands", &json!({"name": name, "url": receiver.url()})).await.refused(400, "validation");
    }
    let changed = ann.patch(&path, &json!({"name": "ship", "hint": ""})).await.is(200);
    assert_eq!((&changed["name"], &changed["hint"]), (&json!("ship"), &json!("")));
    assert_eq!(ann.user(&made["botId"]).await["name"], "ship");
    assert_ne!(ann.post(&format!("{path}/rotate"), &json!({})).await.is(200)["secret"], made["secret"]);
    ann.delete(&path).await.is(204);
    assert_eq!(bob.get("/commands").await.is(200), json!([]));
    until("the bot to be gone", async || ann.user(&made["botId"]).await["deletedAt"].is_string().then_some(())).await;
}
