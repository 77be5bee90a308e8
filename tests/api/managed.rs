//! People as admins manage them: when they were here, their devices and tokens, and ending those.

use crate::{
    answer::shape,
    person::{Person, id},
    world::{PASSWORD, World},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn details(admin: &Person, person: &Person) -> Value {
    admin.get(&format!("/admin/people/{}", person.id)).await.is(200)
}

/// The user names that a query gives.
async fn found(admin: &Person, query: &str) -> Vec<String> {
    let page = admin.get(&format!("/admin/people?limit=100{query}")).await.json();
    page["data"].as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn admins_see_where_everyone_is_signed_in_and_with_which_tokens() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    world.browser("bob").await;
    bob.post("/tokens", &json!({"name": "Door sensor", "scopes": ["read"]})).await.is(201);
    assert_snapshot!(shape(&details(&ann, &bob).await), @r#"
    {
      "person": {
        "avatar": null,
        "bot": false,
        "createdAt": "[time]",
        "deletedAt": null,
        "email": "bob@example.org",
        "id": "[id]",
        "lastSeenAt": "[time]",
        "name": "Bob",
        "role": "member",
        "statusEmoji": "",
        "statusText": "",
        "statusUntil": null,
        "suspendedAt": null,
        "timeZone": null,
        "title": "",
        "twoFactor": false,
        "username": "bob",
        "version": 1
      },
      "sessions": [
        {
          "address": "127.0.0.1",
          "createdAt": "[time]",
          "current": false,
          "expiresAt": "[time]",
          "id": "[id]",
          "kind": "browser",
          "lastSeenAt": "[time]",
          "name": "hearth-tests"
        },
        {
          "address": "127.0.0.1",
          "createdAt": "[time]",
          "current": false,
          "expiresAt": "[time]",
          "id": "[id]",
          "kind": "client",
          "lastSeenAt": "[time]",
          "name": "hearth-tests"
        }
      ],
      "tokens": [
        {
          "createdAt": "[time]",
          "expiresAt": null,
          "id": "[id]",
          "lastSeenAt": "[time]",
          "name": "Door sensor",
          "scopes": [
            "read"
          ]
        }
      ]
    }
    "#);
    let own = details(&ann, &ann).await;
    assert_eq!(own["sessions"][0]["current"], true);
    for path in ["/admin/people", &format!("/admin/people/{}", bob.id), "/admin/tokens", "/admin/security"] {
        bob.get(path).await.refused(403, "forbidden");
    }
    ann.get(&format!("/admin/people/{}", uuid::Uuid::now_v7())).await.refused(404, "not_found");
    let tokens = ann.get("/admin/tokens").await.is(200);
    assert_eq!((&tokens[0]["name"], &tokens[0]["userId"]), (&json!("Door sensor"), &json!(bob.id)));
}

#[tokio::test]
async fn a_device_is_signed_out_and_its_socket_closes_within_a_second() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let browser = world.browser("bob").await;
    let mut socket = browser.socket().await;
    let mut stays = bob.socket().await;
    let session = id(&details(&ann, &bob).await["sessions"][0]);
    let path = format!("/admin/people/{}/sessions/{session}", bob.id);
    let started = std::time::Instant::now();
    ann.delete(&path).await.is(204);
    assert_eq!(socket.closed().await, 4001);
    assert!(started.elapsed().as_millis() < 1_000);
    browser.get("/users/me").await.refused(401, "invalid_token");
    ann.delete(&path).await.refused(404, "not_found");
    ann.say(&ann.general().await, "still here").await;
    stays.until("message.created").await;

    let token = bob.post("/tokens", &json!({"name": "Script", "scopes": ["read"]})).await.is(201);
    let script = bob.with_token(token["token"].as_str().unwrap());
    let mut socket = script.socket().await;
    // A session of somebody else is not there.
    ann.delete(&format!("/admin/people/{}/sessions/{}", ann.id, id(&token))).await.refused(404, "not_found");
    ann.delete(&format!("/admin/people/{}/sessions/{}", bob.id, id(&token))).await.is(204);
    assert_eq!(socket.closed().await, 4001);
    let log = ann.get(&format!("/admin/audit?person={}", bob.id)).await.is(200);
    let acts: Vec<_> = log["entries"].as_array().unwrap().iter().map(|one| (&one["act"], &one["target"])).collect();
    assert_eq!(acts[0], (&json!("token_revoked"), &json!(bob.id)));
    assert_eq!(acts[2], (&json!("session_ended"), &json!(bob.id)));
}

#[tokio::test]
async fn somebody_is_signed_out_everywhere_and_their_programs_go_on() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let browser = world.browser("bob").await;
    let token = bob.post("/tokens", &json!({"name": "Script", "scopes": ["read"]})).await.is(201);
    let mut sockets = [bob.socket().await, browser.socket().await];
    let path = format!("/admin/people/{}/sessions", bob.id);
    ann.delete(&path).await.is(204);
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, 4001);
    }
    ann.delete(&path).await.is(204);
    bob.with_token(token["token"].as_str().unwrap()).get("/users/me").await.is(200);
    // Of one's own the one that asks stays.
    ann.delete(&format!("/admin/people/{}/sessions", ann.id)).await.is(204);
    ann.get("/users/me").await.is(200);
}

#[tokio::test]
async fn nobody_signs_out_those_who_outrank_them() {
    let (world, ann) = World::new().await;
    let amy = world.join(&ann, "Amy", "admin").await;
    let eve = world.join(&ann, "Eve", "admin").await;
    for above in [&ann, &eve] {
        let session = id(&details(&amy, above).await["sessions"][0]);
        let path = format!("/admin/people/{}/sessions", above.id);
        amy.delete(&path).await.refused(403, "forbidden");
        amy.delete(&format!("{path}/{session}")).await.refused(403, "forbidden");
        above.get("/users/me").await.is(200);
    }
    let bot = id(&ann.post("/bots", &json!({"name": "Sensor"})).await.is(201));
    let made = ann.post(&format!("/bots/{bot}/tokens"), &json!({"name": "x", "scopes": ["read"]})).await.is(201);
    amy.delete(&format!("/admin/people/{bot}/sessions/{}", id(&made))).await.is(204);
}

#[tokio::test]
async fn when_somebody_was_last_here_outlasts_their_sign_in_and_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let seen = details(&ann, &bob).await["person"]["lastSeenAt"].clone();
    assert!(seen.is_string());
    bob.post("/tokens", &json!({"name": "Script", "scopes": ["read"]})).await.is(201);
    bob.post("/auth/logout", &json!({})).await.is(204);
    world.restart().await;
    assert_eq!(details(&ann, &bob).await["person"]["lastSeenAt"], seen);
    let login = json!({"email": "bob", "password": PASSWORD});
    world.stranger().post("/auth/login", &login).await.is(200);
    assert!(details(&ann, &bob).await["person"]["lastSeenAt"].as_str() > seen.as_str());
}

#[tokio::test]
async fn people_are_found_by_what_holds_of_them_and_sorted() {
    let (world, ann) = World::new().await;
    let amy = world.join(&ann, "Amy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    ann.post("/bots", &json!({"name": "Sensor"})).await.is(201);
    ann.post("/admin/people", &json!({"csv": "Cy,cy@example.org,guest"})).await.is(200);
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    assert_eq!(found(&ann, "").await, ["amy", "ann", "bob", "cy"]);
    assert_eq!(found(&ann, "&q=EXAMPLE.org").await, ["amy", "ann", "bob", "cy"]);
    assert_eq!(found(&ann, "&q=cy@").await, ["cy"]);
    assert_eq!(found(&ann, "&role=admin").await, ["amy"]);
    assert_eq!(found(&ann, "&standing=suspended").await, ["bob"]);
    assert_eq!(found(&ann, "&standing=active&sort=-role").await, ["ann", "amy", "cy"]);
    assert_eq!(found(&ann, "&standing=never").await, ["cy"]);
    assert_eq!(found(&ann, "&sort=-createdAt").await, ["cy", "bob", "amy", "ann"]);
    assert_eq!(found(&ann, "&sort=lastSeenAt").await[0], "cy");
    world.login("amy").await;
    assert_eq!(found(&ann, "&sort=-lastSeenAt").await[0], "amy");
    assert_eq!(found(&amy, "&standing=withoutTwoFactor").await.len(), 4);
    for query in ["sort=age", "standing=odd", "role=king", "limit=101"] {
        ann.get(&format!("/admin/people?{query}")).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn admins_are_told_at_once_of_what_others_do_not_see() {
    let (world, ann) = World::new().await;
    let amy = world.join(&ann, "Amy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    let cy = world.join(&ann, "Cy", "member").await;
    let (mut admin, mut member) = (amy.socket().await, cy.socket().await);
    ann.put(&format!("/users/{}/suspension", bob.id), &json!({})).await.is(200);
    let told = admin.until("person.updated").await;
    assert!(told["data"]["account"]["suspendedAt"].is_string(), "{told}");
    assert_eq!(told["data"]["account"]["email"], "bob@example.org");
    ann.say(&ann.general().await, "the end").await;
    let seen = member.events_until_said("the end").await;
    assert!(seen.iter().all(|event| event["name"] == "user.updated"), "{seen:?}");
    assert!(!format!("{seen:?}").contains("example.org"));
    // A new title is nothing that only admins see.
    ann.patch(&format!("/users/{}", cy.id), &json!({"title": "Builder"})).await.is(200);
    ann.say(&ann.general().await, "the end").await;
    let seen = admin.events_until_said("the end").await;
    assert!(seen.iter().all(|event| event["name"] != "person.updated"), "{seen:?}");
}

#[tokio::test]
async fn the_page_on_security_says_who_was_refused_and_what_is_configured() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    for _ in 0..3 {
        let guess = json!({"email": "bob", "password": "not this one"});
        world.stranger().post("/auth/login", &guess).await.refused(401, "invalid_credentials");
    }
    let security = ann.get("/admin/security").await.is(200);
    assert_snapshot!(shape(&security), @r#"
    {
      "allowedHosts": {
        "source": "default",
        "value": []
      },
      "attempts": [
        {
          "address": "127.0.0.1",
          "codeFailed": 0,
          "failed": 3,
          "firstAt": "[time]",
          "lastAt": "[time]",
          "limited": 0,
          "suspended": 0,
          "userId": "[id]"
        }
      ],
      "messageLimit": {
        "source": "default",
        "value": 0
      },
      "people": 2,
      "registerLimit": {
        "source": "default",
        "value": 0
      },
      "signInLimit": {
        "source": "default",
        "value": 0
      },
      "trustedProxies": {
        "source": "default",
        "value": []
      },
      "withTwoFactor": 0
    }
    "#);
    assert_eq!(security["attempts"][0]["userId"], json!(bob.id));
}

#[tokio::test]
async fn sign_ins_last_as_long_as_the_team_decides() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let browser = world.browser("bob").await;
    let token = bob.post("/tokens", &json!({"name": "Script", "scopes": ["read"]})).await.is(201);
    for days in [json!({"sessionIdleDays": 0}), json!({"sessionIdleDays": 367}), json!({"sessionMostDays": 0})] {
        ann.patch("/admin/settings", &days).await.refused(400, "validation");
    }
    // Eight days without use, a month after it began; ann signs in again.
    let sql = "UPDATE session SET last_seen_at -= 691200000, created_at -= 2592000000";
    world.app().database.handle().query(sql).await.unwrap().check().unwrap();
    world.restart().await;
    let ann = world.login("ann").await;
    ann.patch("/admin/settings", &json!({"sessionIdleDays": 9})).await.is(200);
    bob.get("/users/me").await.is(200);
    ann.patch("/admin/settings", &json!({"sessionIdleDays": 7})).await.is(200);
    browser.get("/users/me").await.refused(401, "invalid_token");
    ann.patch("/admin/settings", &json!({"sessionIdleDays": 90, "sessionMostDays": 29})).await.is(200);
    browser.get("/users/me").await.refused(401, "invalid_token");
    let settings = ann.patch("/admin/settings", &json!({"sessionMostDays": 31})).await.is(200);
    assert_eq!((&settings["sessionIdleDays"], &settings["sessionMostDays"]), (&json!(90), &json!(31)));
    browser.get("/users/me").await.is(200);
    ann.patch("/admin/settings", &json!({"sessionIdleDays": 1, "sessionMostDays": 1})).await.is(200);
    browser.get("/users/me").await.refused(401, "invalid_token");
    bob.with_token(token["token"].as_str().unwrap()).get("/users/me").await.is(200);
    ann.patch("/admin/settings", &json!({"sessionMostDays": null})).await.is(200);
}
