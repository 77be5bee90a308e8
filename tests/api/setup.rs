//! The first run.

use crate::{
    answer::shape,
    person::Person,
    world::{PASSWORD, World},
};
use futures_util::future::join_all;
use hearth_server::config::Config;
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

fn setup() -> Value {
    json!({"team": "Northlight", "name": "Ann", "password": PASSWORD})
}

/// A server on a disk behind a proxy on this computer.
async fn behind_a_proxy() -> World {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    World::empty_on_disk(Config { trusted_proxies, ..Config::in_memory() }).await
}

#[tokio::test]
async fn the_first_run_makes_the_owner_and_signs_them_in() {
    let world = World::empty().await;
    let stranger = world.stranger();
    assert_eq!(stranger.get("/setup").await.is(200)["needed"], true);
    assert_eq!(stranger.get("/hub").await.is(200)["name"], "");

    let body = json!({"team": " Northlight ", "name": "Ann", "email": "Ann@Example.org", "password": PASSWORD});
    let answer = stranger.post("/setup", &body).await;
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
        "email": "ann@example.org",
        "id": "[id]",
        "name": "Ann",
        "role": "owner",
        "statusEmoji": "",
        "statusText": "",
        "statusUntil": null,
        "suspendedAt": null,
        "timeZone": null,
        "title": "",
        "username": "ann",
        "version": 1
      }
    }
    "#);
    assert_eq!(stranger.get("/setup").await.is(200)["needed"], false);
    assert_eq!(stranger.get("/hub").await.is(200)["name"], "Northlight");

    let ann = Person::signed_in(&stranger, answer.is(201));
    assert_eq!(answer.header("location"), format!("/api/v1/users/{}", ann.id));
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "what a new team looks like is as long as it is")]
async fn the_first_run_makes_the_team_and_general() {
    let (_world, ann) = World::new().await;
    assert_snapshot!(shape(&ann.bootstrap().await), @r#"
    {
      "alerts": [],
      "channels": [
        {
          "archivedAt": null,
          "createdAt": "[time]",
          "createdBy": "[id]",
          "id": "[id]",
          "kind": "public",
          "members": [
            {
              "role": "manager",
              "userId": "[id]"
            }
          ],
          "name": "general",
          "pinned": [],
          "topic": "Everyone is here",
          "version": 1
        }
      ],
      "cursor": "[cursor]",
      "drafts": [],
      "filters": [],
      "groups": [],
      "hub": {
        "id": "[id]",
        "linkPreviews": "off",
        "name": "Northlight",
        "readReceipts": false,
        "registration": "invite",
        "version": "[version]"
      },
      "me": {
        "avatar": null,
        "bot": false,
        "createdAt": "[time]",
        "deletedAt": null,
        "email": "ann@example.org",
        "id": "[id]",
        "name": "Ann",
        "role": "owner",
        "statusEmoji": "",
        "statusText": "",
        "statusUntil": null,
        "suspendedAt": null,
        "timeZone": null,
        "title": "",
        "username": "ann",
        "version": 1
      },
      "memberships": [
        {
          "channelId": "[id]",
          "joinedAt": "[time]",
          "lastMessageAt": null,
          "lastNumber": 0,
          "level": null,
          "mentions": 0,
          "muted": false,
          "readNumber": 0,
          "role": "manager",
          "thread": null,
          "unread": 0
        }
      ],
      "news": [],
      "preferences": {
        "digest": "hourly",
        "digestHour": 8,
        "level": "mentions",
        "quiet": false,
        "quietDays": [
          "monday",
          "tuesday",
          "wednesday",
          "thursday",
          "friday",
          "saturday",
          "sunday"
        ],
        "quietFrom": 1320,
        "quietTo": 420,
        "showRead": true,
        "snoozedUntil": null,
        "sound": true,
        "timeZone": "UTC"
      },
      "projectLevels": [],
      "projects": [],
      "reminders": [],
      "saved": [],
      "scheduled": [],
      "sections": {
        "favourites": [],
        "named": []
      },
      "users": [
        {
          "avatar": null,
          "bot": false,
          "createdAt": "[time]",
          "deletedAt": null,
          "id": "[id]",
          "name": "Ann",
          "role": "owner",
          "statusEmoji": "",
          "statusText": "",
          "statusUntil": null,
          "timeZone": null,
          "title": "",
          "username": "ann",
          "version": 1
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn after_the_first_run_there_is_no_second_one() {
    let (world, _ann) = World::new().await;
    world.stranger().post("/setup", &setup()).await.refused(409, "already_set_up");
    assert_eq!(world.stranger().get("/hub").await.is(200)["name"], "Northlight");
}

#[tokio::test]
async fn a_first_run_that_does_not_fit_leaves_the_hub_untouched() {
    let world = World::empty().await;
    let stranger = world.stranger();
    for (field, value) in [
        ("team", json!("")),
        ("team", json!("x".repeat(61))),
        ("name", json!("a\u{202e}b")),
        ("email", json!("ann@")),
        ("username", json!("a b")),
        ("password", json!("short")),
        ("password", json!("password1")),
    ] {
        let mut body = setup();
        body[field] = value;
        let problem = stranger.post("/setup", &body).await.refused(400, "validation");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    assert_eq!(stranger.get("/setup").await.is(200)["needed"], true);
    stranger.post("/setup", &setup()).await.is(201);
}

#[tokio::test]
async fn fifty_first_runs_at_once_make_exactly_one_owner() {
    let world = World::empty().await;
    let bodies = (0..50).map(
        |number| json!({"team": format!("Team {number}"), "name": format!("Owner {number}"), "password": PASSWORD}),
    );
    let stranger = world.stranger();
    let answers = join_all(bodies.map(|body| {
        let stranger = stranger.clone();
        async move { stranger.post("/setup", &body).await }
    }))
    .await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.refused(409, "already_set_up");
    }
    let ann = Person::signed_in(&stranger, made[0].is(201));
    let bootstrap = ann.bootstrap().await;
    assert_eq!(bootstrap["users"].as_array().unwrap().len(), 1);
    assert_eq!(bootstrap["channels"].as_array().unwrap().len(), 1);
    assert_eq!(bootstrap["hub"]["name"].as_str().unwrap().replace("Team", "Owner"), ann.account["name"]);
}

#[tokio::test]
async fn from_another_computer_the_first_run_needs_the_token_of_the_data_directory() {
    let world = behind_a_proxy().await;
    let stranger = world.stranger();
    let from_afar = |body: Option<Value>| {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let request = stranger.request(method, "/setup").header("x-forwarded-for", "192.168.1.9");
        let request = if let Some(body) = body { request.json(&body) } else { request };
        stranger.send(request)
    };
    assert_eq!(from_afar(None).await.is(200)["tokenRequired"], true);
    assert_eq!(stranger.get("/setup").await.is(200)["tokenRequired"], false);
    from_afar(Some(setup())).await.refused(403, "setup_token_invalid");

    let path = world.directory.as_ref().unwrap().path().join("setup-token");
    let token = std::fs::read_to_string(&path).unwrap();
    let with = |token: &str| {
        let mut body = setup();
        body["token"] = token.into();
        body
    };
    from_afar(Some(with("abcdefghjkmnpqrs"))).await.refused(403, "setup_token_invalid");
    from_afar(Some(with(&token[..8]))).await.refused(403, "setup_token_invalid");
    from_afar(Some(with(&token))).await.is(201);
    assert!(!path.exists(), "the token is of no more use");
    from_afar(Some(with(&token))).await.refused(409, "already_set_up");
    assert_eq!(from_afar(None).await.is(200)["tokenRequired"], false);
}

#[cfg(unix)]
#[tokio::test]
async fn the_secrets_of_a_data_directory_are_for_its_owner_only_and_survive_a_restart() {
    use std::os::unix::fs::PermissionsExt;
    let mut world = behind_a_proxy().await;
    let directory = world.directory.as_ref().unwrap().path().to_owned();
    let read = |name: &str| std::fs::read_to_string(directory.join(name)).unwrap();
    for name in ["setup-token", "keys.json"] {
        let mode = std::fs::metadata(directory.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let (token, keys) = (read("setup-token"), read("keys.json"));
    world.restart().await;
    assert_eq!((read("setup-token"), read("keys.json")), (token, keys));
}

#[tokio::test]
async fn before_the_first_run_nothing_else_works() {
    let world = World::empty().await;
    let stranger = world.stranger();
    let register = json!({"name": "Bob", "password": PASSWORD});
    stranger.post("/auth/register", &register).await.refused(409, "not_set_up");
    let login = json!({"email": "ann", "password": PASSWORD});
    stranger.post("/auth/login", &login).await.refused(401, "invalid_credentials");
    stranger.get("/bootstrap").await.refused(401, "no_token");
    stranger.get("/join/abcdefghjkmnpqrs").await.refused(404, "not_found");
    assert_eq!(stranger.get("/health").await.json()["status"], "ok");
}
