//! `Idempotency-Key`: a write that is repeated gets the first one's answer.

use crate::{answer::Answer, person::Person, world::World};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn post(person: &Person, path: &str, key: &str, body: &Value) -> Answer {
    let request = person.request(Method::POST, path).header("idempotency-key", key).json(body);
    person.send(request).await
}

fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[tokio::test]
async fn a_repeated_write_gets_the_stored_answer_and_happens_once() {
    let (_world, ann) = World::new().await;
    let (key, body) = (key(), json!({"name": "zoo", "kind": "public"}));
    let first = post(&ann, "/channels", &key, &body).await;
    let again = post(&ann, "/channels", &key.to_uppercase(), &body).await;
    assert_eq!(first.is(201), again.is(201));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(again.header("content-type"), "application/json");
    assert_eq!(ann.get("/channels").await.is(200)["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_same_key_for_something_else_is_refused() {
    let (_world, ann) = World::new().await;
    let key = key();
    post(&ann, "/channels", &key, &json!({"name": "zoo", "kind": "public"})).await.is(201);
    let other = json!({"name": "zoo2", "kind": "public"});
    post(&ann, "/channels", &key, &other).await.refused(422, "idempotency_mismatch");
    post(&ann, "/direct", &key, &json!({"userIds": []})).await.refused(422, "idempotency_mismatch");
    let general = ann.general().await;
    let path = format!("/channels/{general}/messages");
    post(&ann, &path, &key, &json!({"body": "hello"})).await.refused(422, "idempotency_mismatch");
    assert_eq!(ann.get(&path).await.is(200)["data"], json!([]));
}

#[tokio::test]
async fn a_key_is_its_persons_own() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (key, path) = (key(), format!("/channels/{}/messages", ann.general().await));
    let body = json!({"body": "hello"});
    assert_eq!(post(&ann, &path, &key, &body).await.is(201)["number"], 1);
    assert_eq!(post(&bob, &path, &key, &body).await.is(201)["number"], 2);
    assert_eq!(post(&ann, &path, &key, &body).await.is(201)["number"], 1);
}

#[tokio::test]
async fn repeats_at_once_wait_for_the_first() {
    let (_world, ann) = World::new().await;
    let (key, path) = (key(), format!("/channels/{}/messages", ann.general().await));
    let body = json!({"body": "hello"});
    let answers = join_all((0..20).map(|_| post(&ann, &path, &key, &body))).await;
    for answer in &answers {
        assert_eq!(answer.is(201), answers[0].is(201));
    }
    assert_eq!(ann.get(&path).await.is(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeated_refusal_is_a_whole_problem_again() {
    let (_world, ann) = World::new().await;
    let key = key();
    let body = json!({"name": "two words", "kind": "public"});
    for _ in 0..2 {
        post(&ann, "/channels", &key, &body).await.refused(400, "validation");
    }
    let taken = json!({"name": "general", "kind": "public"});
    let key = self::key();
    for _ in 0..2 {
        post(&ann, "/channels", &key, &taken).await.refused(409, "channel_name_taken");
    }
}

#[tokio::test]
async fn a_key_without_a_person_or_that_is_none_does_not_help() {
    let (world, ann) = World::new().await;
    let path = format!("/channels/{}/messages", ann.general().await);
    let request = world.stranger().request(Method::POST, &path).header("idempotency-key", key());
    ann.send(request.json(&json!({"body": "hello"}))).await.refused(401, "no_token");
    let problem = post(&ann, &path, "again", &json!({"body": "hello"})).await.refused(400, "validation");
    assert_eq!(problem["errors"][0]["field"], "Idempotency-Key");
    let reading = ann.request(Method::GET, &path).header("idempotency-key", "again");
    ann.send(reading).await.is(200);
}
