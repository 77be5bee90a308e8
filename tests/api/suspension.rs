//! People who are kept out for a while.

use crate::world::{PASSWORD, World};
use serde_json::json;

#[tokio::test]
async fn who_is_suspended_is_out_at_once_and_back_when_resumed() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    bob.say(&general, "mine to keep").await;
    let token = bob.post("/tokens", &json!({"name": "Script", "scopes": ["read"]})).await.is(201);
    let script = bob.with_token(token["token"].as_str().unwrap());
    let mut socket = bob.socket().await;

    let path = format!("/users/{}/suspension", bob.id);
    let account = ann.put(&path, &json!({})).await.is(200);
    assert!(account["suspendedAt"].is_string(), "{account}");
    assert_eq!(ann.put(&path, &json!({})).await.is(200), account, "twice is once");
    socket.closed().await;
    bob.get("/users/me").await.refused(401, "invalid_token");
    script.get("/users/me").await.refused(401, "invalid_token");
    let refresh = json!({"refreshToken": bob.refresh_token});
    world.stranger().post("/auth/refresh", &refresh).await.refused(401, "invalid_token");

    let login = |password: &str| json!({"email": "bob", "password": password});
    world.stranger().post("/auth/login", &login("wrong")).await.refused(401, "invalid_credentials");
    let refused = world.stranger().post("/auth/login", &login(PASSWORD)).await.refused(403, "suspended");
    assert_eq!(refused["error"], "This account is suspended. Ask an admin of the team");
    let said = ann.get(&format!("/channels/{general}/messages")).await.is(200);
    assert_eq!(said["data"][0]["body"], "mine to keep");
    let listed = ann.get("/users?q=bob").await;
    assert_eq!(listed.json()["data"][0]["suspendedAt"], account["suspendedAt"]);

    let account = ann.delete(&path).await.is(200);
    assert!(account["suspendedAt"].is_null(), "{account}");
    bob.get("/users/me").await.refused(401, "invalid_token");
    world.login("bob").await.get("/users/me").await.is(200);
    script.get("/users/me").await.is(200);
}

#[tokio::test]
async fn nobody_is_suspended_by_themselves_nor_the_last_owner_by_anyone() {
    let (world, ann) = World::new().await;
    let amy = world.join(&ann, "Amy", "admin").await;
    let own = |id: &str| format!("/users/{id}/suspension");
    ann.put(&own(&ann.id), &json!({})).await.refused(400, "validation");
    amy.put(&own(&amy.id), &json!({})).await.refused(403, "forbidden");
    amy.put(&own(&ann.id), &json!({})).await.refused(403, "forbidden");
    ann.make(&amy, "owner").await;
    let amy = world.login("amy").await;
    amy.put(&own(&ann.id), &json!({})).await.is(200);
    // The only owner who can sign in stays one.
    amy.patch(&format!("/users/{}", amy.id), &json!({"role": "member"})).await.refused(409, "last_owner");
    // One who is suspended is not the last, and may be removed.
    amy.delete(&format!("/users/{}", ann.id)).await.is(200);
    amy.put(&own("0192d3a5-0000-7000-8000-000000000000"), &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_suspension_outlasts_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    world.restart().await;
    let login = json!({"email": "bob", "password": PASSWORD});
    world.stranger().post("/auth/login", &login).await.refused(403, "suspended");
    ann.get("/users/me").await.is(200);
}
