//! Bots: programs that act in the team.

use crate::{
    answer::shape,
    files::picture,
    person::{Client, Person, id},
    world::{PASSWORD, World},
};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

/// A new bot, and a client that acts as it.
async fn bot(admin: &Person, body: &Value) -> (String, Client) {
    let bot = id(&admin.post("/bots", body).await.is(201));
    let path = format!("/bots/{bot}/tokens");
    let made = admin.post(&path, &json!({"name": "Build", "scopes": ["write"]})).await.is(201);
    (bot, admin.with_token(made["token"].as_str().unwrap()))
}

#[tokio::test]
async fn a_bot_is_made_told_of_and_listed_with_its_tokens() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let mut told = bob.socket().await;
    let answer = ann.post("/bots", &json!({"name": "Build Robot"})).await;
    let made = answer.is(201);
    assert_snapshot!(shape(&made), @r#"
    {
      "avatar": null,
      "bot": true,
      "channels": 0,
      "createdAt": "[time]",
      "deletedAt": null,
      "email": null,
      "id": "[id]",
      "name": "Build Robot",
      "role": "guest",
      "statusEmoji": "",
      "statusText": "",
      "statusUntil": null,
      "suspendedAt": null,
      "timeZone": null,
      "title": "",
      "tokens": [],
      "username": "build.robot",
      "version": 1
    }
    "#);
    let event = told.until("user.created").await["data"].clone();
    assert_eq!((&event["user"]["id"], &event["user"]["bot"]), (&made["id"], &json!(true)));
    let path = format!("/bots/{}/tokens", id(&made));
    let token = ann.post(&path, &json!({"name": "Build", "scopes": ["read", "write"]})).await;
    let mut token = token.is(201);
    assert!(token.as_object_mut().unwrap().remove("token").unwrap().as_str().unwrap().starts_with("hearth_"));
    let listed = ann.get("/bots").await.is(200);
    assert_eq!(listed[0]["tokens"], json!([token]));
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let names = |answer: Value| -> Vec<String> {
        let users = answer["data"].as_array().unwrap();
        users.iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(ann.get("/users").await.json()), ["Ann", "Bob", "Build Robot"]);
    assert_eq!(names(ann.get("/users?bots=false").await.json()), ["Ann", "Bob"]);
    assert_eq!(names(ann.get("/users?bots=true").await.json()), ["Build Robot"]);
    ann.get("/users?bots=some").await.refused(400, "validation");
}

#[tokio::test]
async fn a_bot_speaks_where_it_was_added_and_nowhere_else() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let (robot, client) = bot(&ann, &json!({"name": "Robot"})).await;
    let said = json!({"body": "The build is green"});
    client.post(&format!("/channels/{general}/messages"), &said).await.refused(404, "not_found");
    let builds = ann.channel("builds", "private", &[&bob]).await;
    ann.put(&format!("/channels/{builds}/members/{robot}"), &json!({})).await.is(200);
    client.post(&format!("/channels/{builds}/messages"), &said).await.is(201);
    let messages = bob.get(&format!("/channels/{builds}/messages")).await.is(200);
    assert_eq!(messages["data"][0]["authorId"], json!(robot));
    assert_eq!(ann.get("/bots").await.is(200)[0]["channels"], 1);
    let mut socket = client.socket().await;
    bob.say(&builds, "Thanks").await;
    assert_eq!(socket.until("message.created").await["data"]["message"]["body"], "Thanks");
}

#[tokio::test]
async fn a_bot_has_no_password_no_power_and_no_tokens_but_those_that_admins_make() {
    let (world, ann) = World::new().await;
    let (robot, client) = bot(&ann, &json!({"name": "Robot", "username": "robot", "role": "member"})).await;
    for password in ["", PASSWORD] {
        let login = json!({"email": "robot", "password": password});
        world.stranger().post("/auth/login", &login).await.refused(401, "invalid_credentials");
    }
    let new = json!({"currentPassword": "", "newPassword": "correct horse battery"});
    client.put("/users/me/password", &new).await.refused(400, "wrong_password");
    ann.post(&format!("/users/{robot}/reset-link"), &json!({})).await.refused(400, "validation");
    client.post("/tokens", &json!({"name": "More", "scopes": ["read"]})).await.refused(403, "forbidden");
    client.get("/bots").await.refused(403, "forbidden");
    client.patch("/users/me", &json!({"email": "robot@example.org"})).await.refused(400, "validation");
    for role in ["admin", "owner"] {
        ann.patch(&format!("/users/{robot}"), &json!({"role": role})).await.refused(400, "validation");
        ann.post("/bots", &json!({"name": "Chief", "role": role})).await.refused(400, "validation");
    }
    ann.patch(&format!("/users/{robot}"), &json!({"role": "guest", "title": "Builds"})).await.is(200);
    ann.post(&format!("/bots/{robot}/tokens"), &json!({"name": "x", "scopes": ["admin"]}))
        .await
        .refused(400, "validation");
    ann.post("/bots", &json!({"name": "Other", "username": "robot"})).await.refused(409, "username_taken");
    ann.post("/bots", &json!({"name": " "})).await.refused(400, "validation");
    let person = format!("/bots/{}", ann.id);
    ann.post(&format!("{person}/tokens"), &json!({"name": "x", "scopes": ["read"]})).await.refused(404, "not_found");
    let image = ann.request(Method::PUT, &format!("{person}/avatar")).body(picture(9, 9));
    ann.send(image).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_revoked_or_removed_acts_no_more() {
    let (_world, ann) = World::new().await;
    let (robot, client) = bot(&ann, &json!({"name": "Robot"})).await;
    let mut socket = client.socket().await;
    let token = id(&ann.get("/bots").await.is(200)[0]["tokens"][0]);
    let path = format!("/bots/{robot}/tokens/{token}");
    ann.delete(&path).await.is(204);
    assert_eq!(socket.closed().await, 4001);
    client.get("/users/me").await.refused(401, "invalid_token");
    ann.delete(&path).await.refused(404, "not_found");
    // A token of somebody else is none of the bot's.
    let own = id(&ann.post("/tokens", &json!({"name": "Mine", "scopes": ["read"]})).await.is(201));
    ann.delete(&format!("/bots/{robot}/tokens/{own}")).await.refused(404, "not_found");

    let again = ann.post(&format!("/bots/{robot}/tokens"), &json!({"name": "Two", "scopes": ["read"]})).await.is(201);
    let client = ann.with_token(again["token"].as_str().unwrap());
    client.get("/users/me").await.is(200);
    ann.delete(&format!("/users/{robot}")).await.is(200);
    client.get("/users/me").await.refused(401, "invalid_token");
    assert_eq!(ann.get("/bots").await.is(200), json!([]));
    ann.post(&format!("/bots/{robot}/tokens"), &json!({"name": "x", "scopes": ["read"]}))
        .await
        .refused(404, "not_found");
    let log = ann.get("/admin/audit?limit=100").await.is(200);
    let told = log["entries"].as_array().unwrap().iter().filter(|entry| entry["target"] == json!(robot));
    let told: Vec<_> = told.map(|entry| entry["act"].as_str().unwrap()).collect();
    assert_eq!(told, ["person_removed", "bot_token_created", "bot_token_revoked", "bot_token_created", "bot_created"]);
}

#[tokio::test]
async fn a_bot_gets_a_picture_and_outlasts_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let (robot, client) = bot(&ann, &json!({"name": "Robot"})).await;
    let image = ann.request(Method::PUT, &format!("/bots/{robot}/avatar")).body(picture(20, 9));
    let account = ann.send(image).await.is(200);
    assert!(account["avatar"].is_string(), "{account}");
    world.restart().await;
    let me = client.get("/users/me").await.is(200);
    assert_eq!((&me["bot"], &me["avatar"]), (&json!(true), &account["avatar"]));
    assert!(ann.delete(&format!("/bots/{robot}/avatar")).await.is(200)["avatar"].is_null());
}
