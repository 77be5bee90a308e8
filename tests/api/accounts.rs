//! The account contract that existing clients rely on: registering and signing in.

use crate::{
    answer::shape,
    world::{PASSWORD, World},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn open_registration() -> (World, crate::person::Person) {
    let (world, ann) = World::new().await;
    ann.patch("/admin/settings", &json!({"registration": "open"})).await.is(200);
    (world, ann)
}

fn bob() -> Value {
    json!({"name": "Bob", "email": "bob@example.org", "password": PASSWORD})
}

#[tokio::test]
async fn registering_gives_a_person_and_tokens() {
    let (world, _ann) = open_registration().await;
    let answer = world.stranger().post("/auth/register", &bob()).await;
    assert_snapshot!(shape(&answer.is(201)), @r#"
    {
      "accessToken": "[token]",
      "message": "Registration successful",
      "refreshToken": "[token]",
      "success": true,
      "user": {
        "avatar": null,
        "bot": false,
        "createdAt": "[time]",
        "deletedAt": null,
        "email": "bob@example.org",
        "id": "[id]",
        "name": "Bob",
        "role": "member",
        "statusEmoji": "",
        "statusText": "",
        "statusUntil": null,
        "suspendedAt": null,
        "timeZone": null,
        "title": "",
        "username": "bob",
        "version": 1
      }
    }
    "#);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.cookie(), None);
    let place = answer.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    let bob = world.stranger().with_token(answer.json()["accessToken"].as_str().unwrap());
    assert_eq!(bob.get(&place).await.is(200), answer.json()["user"]);
}

#[tokio::test]
async fn registering_in_a_browser_gives_a_cookie_and_no_tokens() {
    let (world, _ann) = open_registration().await;
    let mut body = bob();
    body["session"] = "cookie".into();
    let answer = world.stranger().post("/auth/register", &body).await;
    let welcome = answer.is(201);
    assert!(welcome.get("accessToken").is_none() && welcome.get("refreshToken").is_none(), "{welcome}");
    let cookie = answer.header("set-cookie");
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("hearth_") && pair.split_once('=').unwrap().1.len() >= 43, "{pair}");
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/; Max-Age=34560000");
    let hub = world.stranger().get("/hub").await.is(200)["id"].as_str().unwrap().replace('-', "");
    assert!(pair.starts_with(&format!("hearth_{}=", &hub[20..])), "the cookie is named after the hub");
}

#[tokio::test]
async fn registration_follows_the_policy() {
    let (world, ann) = World::new().await;
    let stranger = world.stranger();
    let invite = ann.post("/invites", &json!({})).await.is(201);
    let mut invited = bob();
    invited["invite"] = invite["code"].clone();

    stranger.post("/auth/register", &bob()).await.refused(403, "registration_closed");
    let mut unknown = bob();
    unknown["invite"] = "abcdefghjkmnpqrs".into();
    stranger.post("/auth/register", &unknown).await.refused(403, "invite_invalid");

    ann.patch("/admin/settings", &json!({"registration": "closed"})).await.is(200);
    assert_eq!(stranger.get("/hub").await.is(200)["registration"], "closed");
    stranger.post("/auth/register", &bob()).await.refused(403, "registration_closed");
    stranger.post("/auth/register", &invited).await.refused(403, "registration_closed");

    ann.patch("/admin/settings", &json!({"registration": "invite"})).await.is(200);
    assert_eq!(stranger.post("/auth/register", &invited).await.is(201)["user"]["role"], "member");
}

#[tokio::test]
async fn a_bad_address_or_password_is_refused_with_every_fault_at_once() {
    let (world, _ann) = open_registration().await;
    let body = json!({"name": " ", "email": "bob@", "username": "-", "password": "short"});
    let answer = world.stranger().post("/auth/register", &body).await;
    let problem = answer.refused(400, "validation");
    assert!(problem["error"].as_str().unwrap().starts_with("Validation failed"));
    assert_snapshot!(shape(&problem), @r#"
    {
      "code": "validation",
      "detail": "name is empty; username is shorter than 2 characters; email is not a valid address; password is shorter than 8 characters",
      "error": "Validation failed: name is empty; username is shorter than 2 characters; email is not a valid address; password is shorter than 8 characters",
      "errors": [
        {
          "field": "name",
          "message": "is empty"
        },
        {
          "field": "username",
          "message": "is shorter than 2 characters"
        },
        {
          "field": "email",
          "message": "is not a valid address"
        },
        {
          "field": "password",
          "message": "is shorter than 8 characters"
        }
      ],
      "instance": "[id]",
      "status": 400,
      "success": false,
      "title": "Validation failed",
      "type": "urn:hearth:problem:validation"
    }
    "#);
    for password in ["password1", "PASSWORD1", "seven77", "nul\0nul\0nul"] {
        let mut body = bob();
        body["password"] = password.into();
        let problem = world.stranger().post("/auth/register", &body).await.refused(400, "validation");
        assert_eq!(problem["errors"][0]["field"], "password", "{password}");
    }
}

#[tokio::test]
async fn the_password_rule_can_be_relaxed_to_length() {
    let (world, ann) = open_registration().await;
    ann.patch("/admin/settings", &json!({"passwordRule": "length"})).await.is(200);
    let mut body = bob();
    body["password"] = "password1".into();
    world.stranger().post("/auth/register", &body).await.is(201);
}

#[tokio::test]
async fn what_is_taken_stays_taken_in_any_case_of_letters() {
    let (world, _ann) = open_registration().await;
    let stranger = world.stranger();
    stranger.post("/auth/register", &bob()).await.is(201);
    let other = json!({"name": "Rob", "email": "BOB@example.org", "password": PASSWORD});
    let problem = stranger.post("/auth/register", &other).await.refused(409, "email_taken");
    assert!(problem["error"].as_str().unwrap().contains("already exists"), "{problem}");
    let other = json!({"name": "Rob", "username": "Bob", "password": PASSWORD});
    stranger.post("/auth/register", &other).await.refused(409, "username_taken");
}

#[tokio::test]
async fn a_user_name_is_made_from_the_name_where_none_is_given() {
    let (world, _ann) = open_registration().await;
    let mut made = Vec::new();
    for name in ["Zoë Lee", "Zoë Lee", "雪", "Channel"] {
        let body = json!({"name": name, "password": PASSWORD});
        let user = world.stranger().post("/auth/register", &body).await.is(201)["user"].take();
        assert_eq!(user["email"], Value::Null, "an address is not needed");
        made.push(user["username"].as_str().unwrap().to_owned());
    }
    assert_eq!(made, ["zoe.lee", "zoe.lee2", "user", "userchannel"]);
}

#[tokio::test]
async fn signing_in_takes_the_address_or_the_user_name() {
    let (world, ann) = World::new().await;
    for login in ["ann@example.org", "ANN@example.org", "ann", " Ann "] {
        let body = json!({"email": login, "password": PASSWORD});
        let answer = world.stranger().post("/auth/login", &body).await;
        let welcome = answer.is(200);
        assert_eq!(welcome["message"], "Login successful");
        assert_eq!(welcome["user"], ann.get("/users/me").await.is(200));
        assert!(welcome["accessToken"].is_string() && welcome["refreshToken"].is_string());
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_refused_sign_in_does_not_tell_whether_there_is_such_an_account() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    let attempts = [("ann", "wrong password"), ("nobody", "wrong password"), ("bob", PASSWORD), ("", ""), ("ann", "")];
    let mut texts = Vec::new();
    for (login, password) in attempts {
        let answer = world.stranger().post("/auth/login", &json!({"email": login, "password": password})).await;
        let mut problem = answer.refused(401, "invalid_credentials");
        assert_eq!(problem["error"], "Invalid credentials");
        problem["instance"].take();
        texts.push(problem);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_told_so_in_fixed_words() {
    let (world, ann) = World::new().await;
    let problem = world.stranger().get("/users/me").await.refused(401, "no_token");
    assert_eq!(problem["error"], "Access denied. No token provided.");
    for token in ["nonsense", "hearth_nonsense", "a.b.c", &ann.refresh_token, &ann.token()[..ann.token().len() - 2]] {
        let problem = world.stranger().with_token(token).get("/users/me").await.refused(401, "invalid_token");
        assert_eq!(problem["error"], "Invalid token.");
    }
    let basic =
        world.stranger().request(reqwest::Method::GET, "/users/me").header("authorization", "Basic YW5uOmFubg==");
    world.stranger().send(basic).await.refused(401, "invalid_token");
    let unknown = world.stranger().get("/users/me/unknown").await.refused(404, "not_found");
    assert_eq!(unknown["error"], "Not found");
}

#[tokio::test]
async fn a_token_that_somebody_else_signed_is_refused() {
    let (world, ann) = World::new().await;
    let (other, _) = World::new().await;
    other.stranger().with_token(ann.token()).get("/users/me").await.refused(401, "invalid_token");
    let claims = ann.token().split('.').nth(1).unwrap();
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{claims}.");
    world.stranger().with_token(&unsigned).get("/users/me").await.refused(401, "invalid_token");
}
