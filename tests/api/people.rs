//! The people of the team: finding them, their roles, and leaving.

use crate::{
    answer::shape,
    person::Person,
    world::{PASSWORD, World},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn names(people: &Value) -> Vec<&str> {
    people.as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn people_are_listed_in_pages() {
    let (world, ann) = World::new().await;
    for name in ["Cy", "bob", "Dee"] {
        world.join(&ann, name, "member").await;
    }
    let answer = ann.get("/users?page=1&limit=2").await;
    assert_snapshot!(shape(&answer.is(200)), @r#"
    {
      "data": [
        {
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
        {
          "avatar": null,
          "bot": false,
          "createdAt": "[time]",
          "deletedAt": null,
          "email": "bob@example.org",
          "id": "[id]",
          "name": "bob",
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
      ],
      "pagination": {
        "limit": 2,
        "page": 1,
        "pages": 2,
        "total": 4
      },
      "success": true
    }
    "#);
    let list = |query: &'static str| {
        let ann = ann.clone();
        async move { ann.get(&format!("/users?{query}")).await.is(200)["data"].take() }
    };
    assert_eq!(names(&list("page=2&limit=2").await), ["Cy", "Dee"]);
    assert_eq!(names(&list("page=3&limit=2").await), [""; 0]);
    assert_eq!(names(&list("sort=-name").await), ["Dee", "Cy", "bob", "Ann"]);
    assert_eq!(names(&list("sort=createdAt").await), ["Ann", "Cy", "bob", "Dee"]);
    assert_eq!(names(&list("q=D").await), ["Dee"]);
    for wrong in ["page=0", "limit=0", "limit=101", "sort=password", "page=x", "limit=-1"] {
        ann.get(&format!("/users?{wrong}")).await.refused(400, "validation");
    }
}

#[tokio::test]
async fn strangers_see_people_only_where_the_directory_is_public_and_then_little() {
    let (world, ann) = World::new().await;
    let stranger = world.stranger();
    stranger.get("/users").await.refused(401, "no_token");
    ann.patch("/admin/settings", &json!({"directory": "public"})).await.is(200);
    assert_snapshot!(shape(&stranger.get("/users").await.is(200)), @r#"
    {
      "data": [
        {
          "avatar": null,
          "createdAt": "[time]",
          "id": "[id]",
          "name": "Ann",
          "title": "",
          "username": "ann"
        }
      ],
      "pagination": {
        "limit": 20,
        "page": 1,
        "pages": 1,
        "total": 1
      },
      "success": true
    }
    "#);
    stranger.get(&format!("/users/{}", ann.id)).await.refused(401, "no_token");
    stranger.with_token("nonsense").get("/users").await.refused(401, "invalid_token");
}

#[tokio::test]
async fn guests_see_no_addresses_but_their_own() {
    let (world, ann) = World::new().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let people = gil.get("/users").await.is(200);
    let addresses: Vec<_> = people["data"].as_array().unwrap().iter().map(|person| &person["email"]).collect();
    assert_eq!(addresses, [&Value::Null, &json!("gil@example.org")]);
    assert_eq!(gil.get(&format!("/users/{}", ann.id)).await.is(200)["email"], Value::Null);
    assert_eq!(gil.get("/users/me").await.is(200)["email"], "gil@example.org");
    let events = {
        let mut socket = gil.socket().await;
        ann.patch("/users/me", &json!({"title": "Boss"})).await.is(200);
        socket.expect("user.updated").await
    };
    assert!(!events.to_string().contains("ann@example.org"), "{events}");
}

#[tokio::test]
async fn one_person_is_found_by_id_and_oneself_as_me() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    assert_eq!(bob.get(&format!("/users/{}", ann.id)).await.is(200), ann.account);
    assert_eq!(bob.get("/users/me").await.is(200), bob.account);
    for unknown in ["018f0000-0000-7000-8000-000000000000", "bob", "%00", "..%2Fme"] {
        let problem = ann.get(&format!("/users/{unknown}")).await.refused(404, "not_found");
        assert_eq!(problem["error"], "User not found");
    }
}

#[tokio::test]
async fn roles_are_given_by_those_who_have_more_power() {
    let (world, ann) = World::new().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    let role = |person: &Person, role: &str| (format!("/users/{}", person.id), json!({"role": role}));

    let (path, body) = role(&bob, "admin");
    assert_eq!(cy.patch(&path, &body).await.is(200)["role"], "admin");
    let (path, body) = role(&bob, "member");
    cy.patch(&path, &body).await.refused(403, "forbidden");
    assert_eq!(ann.patch(&path, &body).await.is(200)["role"], "member");
    let (path, body) = role(&bob, "owner");
    cy.patch(&path, &body).await.refused(403, "forbidden");
    bob.patch(&path, &body).await.refused(403, "forbidden");
    let (path, body) = role(&ann, "member");
    cy.patch(&path, &body).await.refused(403, "forbidden");
    let (path, body) = role(&bob, "emperor");
    ann.patch(&path, &body).await.refused(400, "validation");
    assert_eq!(ann.get(&format!("/users/{}", bob.id)).await.is(200)["role"], "member");
}

#[tokio::test]
async fn the_last_owner_cannot_stop_being_one() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    ann.patch("/users/me", &json!({"role": "admin"})).await.refused(409, "last_owner");
    ann.delete("/users/me").await.refused(409, "last_owner");

    ann.make(&bob, "owner").await;
    ann.patch("/users/me", &json!({"role": "member"})).await.is(200);
    bob.delete("/users/me").await.refused(409, "last_owner");
    ann.patch("/users/me", &json!({"role": "owner"})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn two_owners_who_step_down_at_once_leave_one() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    ann.make(&bob, "owner").await;
    let body = json!({"role": "member"});
    let (one, two) = tokio::join!(ann.patch("/users/me", &body), bob.patch("/users/me", &body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn whoever_leaves_the_team_leaves_their_messages_as_a_former_member() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    bob.say(&general, "I was here").await;
    let direct = bob.direct(&[&ann]).await;
    bob.say(&direct, "Only you know").await;
    let mut socket = ann.socket().await;
    let mut own = bob.socket().await;

    let answer = ann.delete(&format!("/users/{}", bob.id)).await;
    assert_eq!(answer.json(), json!({"success": true, "message": "User deleted successfully"}));
    assert_eq!(answer.status, 200);

    assert!(matches!(own.closed().await, 4001 | 4003));
    bob.get("/users/me").await.refused(401, "invalid_token");
    let login = json!({"email": "bob", "password": PASSWORD});
    world.stranger().post("/auth/login", &login).await.refused(401, "invalid_credentials");

    let left = socket.expect("member.left").await;
    assert_eq!(left["data"], json!({"channelId": general, "userId": bob.id}));
    let gone = socket.expect("user.deleted").await;
    assert!(gone["data"]["user"]["deletedAt"].is_string());
    let bootstrap = ann.bootstrap().await;
    let former = bootstrap["users"].as_array().unwrap().iter().find(|user| user["id"] == bob.id).unwrap();
    assert_eq!(*former, gone["data"]["user"]);
    assert_eq!(former["name"], "Bob");
    for (channel, text) in [(&general, "I was here"), (&direct, "Only you know")] {
        let message = ann.get(&format!("/channels/{channel}/messages/1")).await.is(200);
        assert_eq!((&message["authorId"], &message["body"]), (&json!(bob.id), &json!(text)));
    }
    ann.get(&format!("/users/{}", bob.id)).await.refused(404, "not_found");
    ann.delete(&format!("/users/{}", bob.id)).await.refused(404, "not_found");
    assert_eq!(names(&ann.get("/users").await.is(200)["data"]), ["Ann"]);

    let again = world.join(&ann, "Bob", "member").await;
    assert_eq!((&again.account["username"], &again.account["email"]), (&json!("bob"), &json!("bob@example.org")));
    assert_ne!(again.id, bob.id);
}

#[tokio::test]
async fn members_cannot_take_anybody_out_of_the_team() {
    let (world, ann) = World::new().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    for (actor, target) in [(&bob, &cy), (&bob, &bob), (&cy, &ann), (&cy, &cy)] {
        let problem = actor.delete(&format!("/users/{}", target.id)).await.refused(403, "forbidden");
        assert_eq!(problem["error"], "Insufficient permissions.");
    }
    cy.delete(&format!("/users/{}", bob.id)).await.is(200);
}

#[tokio::test]
async fn settings_are_seen_and_changed_by_admins_and_told_to_everyone() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let mut socket = bob.socket().await;
    assert_snapshot!(shape(&ann.get("/admin/settings").await.is(200)), @r#"
    {
      "directory": "members",
      "linkPreviews": "off",
      "name": "Northlight",
      "passwordRule": "uncommon",
      "readReceipts": false,
      "registration": "invite",
      "sessionIdleDays": 90,
      "sessionMostDays": null,
      "twoFactor": "optional"
    }
    "#);
    bob.get("/admin/settings").await.refused(403, "forbidden");
    bob.patch("/admin/settings", &json!({"name": "Bob's"})).await.refused(403, "forbidden");
    for (field, value) in
        [("name", json!("")), ("registration", json!("maybe")), ("directory", json!(true)), ("port", json!(1))]
    {
        let mut body = json!({});
        body[field] = value;
        ann.patch("/admin/settings", &body).await.refused(400, "validation");
    }
    let settings = ann.patch("/admin/settings", &json!({"name": "Southlight", "registration": "open"})).await.is(200);
    assert_eq!(settings, ann.get("/admin/settings").await.is(200));
    let told = socket.expect("hub.updated").await["data"]["hub"].take();
    assert_eq!(told, world.stranger().get("/hub").await.is(200));
    assert_eq!((&told["name"], &told["registration"]), (&json!("Southlight"), &json!("open")));
}
