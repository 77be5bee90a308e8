//! API tokens and what their scopes allow.

use crate::{
    answer::shape,
    person::{Client, Person, id},
    world::World,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn token(person: &Person, scopes: Value) -> Client {
    let made = person.post("/tokens", &json!({"name": "Door sensor", "scopes": scopes})).await.is(201);
    person.with_token(made["token"].as_str().unwrap())
}

#[tokio::test]
async fn a_token_is_shown_once_and_listed_without_its_secret() {
    let (_world, ann) = World::new().await;
    let answer = ann.post("/tokens", &json!({"name": "Door sensor", "scopes": ["write", "read"]})).await;
    let made = answer.is(201);
    assert_snapshot!(shape(&made), @r#"
    {
      "createdAt": "[time]",
      "expiresAt": null,
      "id": "[id]",
      "lastSeenAt": "[time]",
      "name": "Door sensor",
      "scopes": [
        "read",
        "write"
      ],
      "token": "[token]"
    }
    "#);
    assert!(made["token"].as_str().unwrap().starts_with("hearth_"));
    assert_eq!(answer.header("location"), format!("/api/v1/tokens/{}", id(&made)));
    let mut listed = made.clone();
    listed.as_object_mut().unwrap().remove("token");
    assert_eq!(ann.get("/tokens").await.is(200), json!([listed]));
    assert_eq!(ann.get("/sessions").await.is(200).as_array().unwrap().len(), 1, "a token is not a device");
}

#[tokio::test]
async fn a_token_may_do_what_its_scopes_say() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    let said = json!({"body": "The door is open"});
    let messages = format!("/channels/{general}/messages");

    let read = token(&ann, json!(["read"])).await;
    read.get(&messages).await.is(200);
    read.get("/bootstrap").await.is(200);
    read.post(&messages, &said).await.refused(403, "forbidden");
    read.get("/admin/settings").await.refused(403, "forbidden");
    read.post("/tokens", &json!({"name": "More", "scopes": ["read"]})).await.refused(403, "forbidden");
    read.socket().await;

    let write = token(&ann, json!(["write"])).await;
    write.get(&messages).await.is(200);
    write.post(&messages, &said).await.is(201);
    write.get("/admin/settings").await.refused(403, "forbidden");
    write.get("/invites").await.refused(403, "forbidden");
    write.post("/tokens", &json!({"name": "More", "scopes": ["admin"]})).await.refused(403, "forbidden");

    let admin = token(&ann, json!(["admin"])).await;
    admin.post(&messages, &said).await.is(201);
    admin.get("/admin/settings").await.is(200);
}

#[tokio::test]
async fn only_admins_get_tokens_with_the_admin_scope() {
    let (world, ann) = World::new().await;
    for role in ["guest", "member"] {
        let bob = world.join(&ann, &format!("Bob{role}"), role).await;
        let body = json!({"name": "Power", "scopes": ["read", "admin"]});
        bob.post("/tokens", &body).await.refused(403, "forbidden");
        token(&bob, json!(["write"])).await.get("/users/me").await.is(200);
    }
}

#[tokio::test]
async fn an_admin_token_is_worth_no_more_than_its_person() {
    let (world, ann) = World::new().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let power = token(&cy, json!(["admin"])).await;
    power.get("/admin/settings").await.is(200);
    ann.make(&cy, "member").await;
    power.get("/admin/settings").await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_revoked_token_is_over_and_so_are_its_sockets() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let sensor = token(&ann, json!(["read"])).await;
    let mut socket = sensor.socket().await;
    let made = id(&ann.get("/tokens").await.is(200)[0]);
    bob.delete(&format!("/tokens/{made}")).await.refused(404, "not_found");
    ann.delete(&format!("/tokens/{made}")).await.is(204);
    assert_eq!(socket.closed().await, 4001);
    sensor.get("/users/me").await.refused(401, "invalid_token");
    ann.delete(&format!("/tokens/{made}")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_token_outlives_signing_out_elsewhere_but_not_its_person() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let sensor = token(&bob, json!(["read"])).await;
    bob.delete("/sessions").await.is(204);
    bob.post("/auth/logout", &json!({})).await.is(204);
    sensor.get("/users/me").await.is(200);
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    sensor.get("/users/me").await.refused(401, "invalid_token");
}

#[tokio::test]
async fn a_token_that_does_not_fit_is_refused() {
    let (_world, ann) = World::new().await;
    for body in [
        json!({"name": "", "scopes": ["read"]}),
        json!({"name": "x", "scopes": []}),
        json!({"name": "x", "scopes": ["everything"]}),
        json!({"name": "x"}),
        json!({"name": "x", "scopes": ["read"], "expiresAt": "2020-01-01T00:00:00.000Z"}),
        json!({"name": "x", "scopes": ["read"], "expiresAt": "tomorrow"}),
    ] {
        ann.post("/tokens", &body).await.refused(400, "validation");
    }
    assert_eq!(ann.get("/tokens").await.is(200), json!([]));
    let body = json!({"name": "x", "scopes": ["read"], "expiresAt": "2999-01-01T00:00:00Z"});
    let made = ann.post("/tokens", &body).await.is(201);
    assert_eq!(made["expiresAt"], "2999-01-01T00:00:00.000Z");
}
