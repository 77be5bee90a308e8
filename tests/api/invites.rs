//! Invitations.

use crate::{
    answer::shape,
    person::{Person, id},
    world::World,
};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn invite(ann: &Person, body: Value) -> Value {
    ann.post("/invites", &body).await.is(201)
}

fn join_path(invite: &Value) -> String {
    format!("/join/{}", invite["code"].as_str().unwrap())
}

#[tokio::test]
async fn an_invitation_says_who_invites_and_admits_with_its_role() {
    let (world, ann) = World::new().await;
    let body = json!({"role": "guest", "maxUses": 2, "expiresInHours": 24, "label": "Open day"});
    let answer = ann.post("/invites", &body).await;
    let made = answer.is(201);
    assert_snapshot!(shape(&made), @r#"
    {
      "backed": true,
      "code": "[code]",
      "createdAt": "[time]",
      "createdBy": "[id]",
      "expiresAt": "[time]",
      "id": "[id]",
      "label": "Open day",
      "maxUses": 2,
      "revokedAt": null,
      "role": "guest",
      "url": "[url]",
      "uses": 0
    }
    "#);
    assert_eq!(made["url"], join_path(&made));
    assert_eq!(answer.header("location"), format!("/api/v1/invites/{}", id(&made)));
    let joining = world.stranger().get(&join_path(&made)).await.is(200);
    assert_snapshot!(shape(&joining), @r#"
    {
      "expiresAt": "[time]",
      "invitedBy": "Ann",
      "role": "guest",
      "team": "Northlight"
    }
    "#);

    let gil = world.register("Gil", &made["code"]).await.is(201);
    assert_eq!(gil["user"]["role"], "guest");
    let listed = ann.get("/invites").await.is(200);
    assert_eq!((&listed[0]["uses"], &listed[0]["id"]), (&json!(1), &made["id"]));
}

#[tokio::test]
async fn an_invitation_for_n_admits_n() {
    let (world, ann) = World::new().await;
    let made = invite(&ann, json!({"maxUses": 2})).await;
    world.register("Bob", &made["code"]).await.is(201);
    world.register("Cy", &made["code"]).await.is(201);
    world.register("Dee", &made["code"]).await.refused(403, "invite_invalid");
    world.stranger().get(&join_path(&made)).await.refused(404, "not_found");
    assert_eq!(ann.bootstrap().await["users"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn twenty_who_use_an_invitation_for_one_at_once_are_one() {
    let (world, ann) = World::new().await;
    let made = invite(&ann, json!({"maxUses": 1})).await;
    let names: Vec<_> = (0..20).map(|number| format!("Bob{number}")).collect();
    let answers = join_all(names.iter().map(|name| world.register(name, &made["code"]))).await;
    let (admitted, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(admitted.len(), 1);
    for answer in refused {
        answer.refused(403, "invite_invalid");
    }
    let bootstrap = ann.bootstrap().await;
    assert_eq!(bootstrap["users"].as_array().unwrap().len(), 2);
    assert_eq!(bootstrap["channels"][0]["members"].as_array().unwrap().len(), 2);
    assert_eq!(ann.get("/invites").await.is(200)[0]["uses"], 1);
}

#[tokio::test]
async fn a_failed_registration_does_not_use_an_invitation_up() {
    let (world, ann) = World::new().await;
    let made = invite(&ann, json!({"maxUses": 1})).await;
    world.register("Ann", &made["code"]).await.refused(409, "email_taken");
    world.register("Bob", &made["code"]).await.is(201);
}

#[tokio::test]
async fn a_revoked_invitation_admits_nobody() {
    let (world, ann) = World::new().await;
    let made = invite(&ann, json!({})).await;
    assert_eq!((&made["role"], &made["maxUses"]), (&json!("member"), &Value::Null));
    let path = format!("/invites/{}", id(&made));
    ann.delete(&path).await.is(204);
    ann.delete(&path).await.is(204);
    world.register("Bob", &made["code"]).await.refused(403, "invite_invalid");
    world.stranger().get(&join_path(&made)).await.refused(404, "not_found");
    assert!(ann.get("/invites").await.is(200)[0]["revokedAt"].is_string());
    ann.delete("/invites/018f0000-0000-7000-8000-000000000000").await.refused(404, "not_found");
}

#[tokio::test]
async fn an_invitation_expires() {
    let (mut world, ann) = World::on_disk().await;
    let made = invite(&ann, json!({"expiresInHours": 1})).await;
    world.stranger().get(&join_path(&made)).await.is(200);
    let sql = "UPDATE invite SET expires_at = 1000";
    world.app().database.handle().query(sql).await.unwrap().check().unwrap();
    world.restart().await;
    world.register("Bob", &made["code"]).await.refused(403, "invite_invalid");
    world.stranger().get(&join_path(&made)).await.refused(404, "not_found");
}

#[tokio::test]
async fn nobody_invites_someone_with_more_power_than_their_own() {
    let (world, ann) = World::new().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    cy.post("/invites", &json!({"role": "admin"})).await.is(201);
    for admin in [&ann, &cy] {
        let problem = admin.post("/invites", &json!({"role": "owner"})).await.refused(400, "validation");
        assert_eq!(problem["errors"][0]["field"], "role");
    }
    let problem = bob.post("/invites", &json!({})).await.refused(403, "forbidden");
    assert_eq!(problem["error"], "Insufficient permissions.");
    bob.get("/invites").await.refused(403, "forbidden");
    let made = id(&ann.get("/invites").await.is(200)[0]);
    bob.delete(&format!("/invites/{made}")).await.refused(403, "forbidden");
}

#[tokio::test]
async fn an_invitation_that_does_not_fit_is_refused() {
    let (_world, ann) = World::new().await;
    for (field, value) in [
        ("maxUses", json!(0)),
        ("maxUses", json!(10_001)),
        ("maxUses", json!(-1)),
        ("maxUses", json!(1.5)),
        ("expiresInHours", json!(0)),
        ("expiresInHours", json!(8_785)),
        ("label", json!("x".repeat(81))),
        ("role", json!("king")),
        ("uses", json!(7)),
    ] {
        let mut body = json!({});
        body[field] = value;
        let problem = ann.post("/invites", &body).await.refused(400, "validation");
        assert!(problem["detail"].as_str().unwrap().contains(field), "{problem}");
    }
    assert_eq!(ann.get("/invites").await.is(200), json!([]));
}

#[tokio::test]
async fn newcomers_stand_in_general_and_guests_in_nothing() {
    let (world, ann) = World::new().await;
    let mut socket = ann.socket().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let joined = socket.until("user.created").await;
    assert_eq!((&joined["data"]["user"]["id"], &joined["data"]["user"]["email"]), (&json!(bob.id), &Value::Null));
    let entered = socket.expect("member.joined").await;
    assert_eq!(entered["data"]["member"], json!({"userId": bob.id, "role": "member"}));
    assert_eq!(bob.bootstrap().await["memberships"].as_array().unwrap().len(), 1);

    let gil = world.join(&ann, "Gil", "guest").await;
    let bootstrap = gil.bootstrap().await;
    assert_eq!((&bootstrap["channels"], &bootstrap["memberships"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn an_invitation_is_worth_no_more_than_who_made_it() {
    let (world, ann) = World::new().await;
    let amy = world.join(&ann, "Amy", "admin").await;
    let made = invite(&amy, json!({"role": "admin"})).await;
    let backed = async || {
        let list = ann.get("/invites").await.is(200);
        let found = list.as_array().unwrap().iter().find(|one| one["id"] == made["id"]).cloned().unwrap();
        let works = world.stranger().get(&join_path(&made)).await.status == 200;
        assert_eq!(found["backed"], works, "{found}");
        works
    };
    assert!(backed().await);
    let suspension = format!("/users/{}/suspension", amy.id);
    ann.put(&suspension, &json!({})).await.is(200);
    assert!(!backed().await);
    world.register("Bob", &made["code"]).await.refused(403, "invite_invalid");
    ann.delete(&suspension).await.is(200);
    assert!(backed().await);
    ann.make(&amy, "member").await;
    assert!(!backed().await);
    ann.make(&amy, "admin").await;
    world.register("Bob", &made["code"]).await.is(201);
    ann.delete(&format!("/users/{}", amy.id)).await.is(200);
    assert!(!backed().await);
}
