//! What people say about themselves.

use crate::{answer::shape, person::Person, world::World};
use image::{DynamicImage, GenericImageView, ImageFormat};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Cursor;

#[tokio::test]
async fn a_profile_is_changed_field_by_field() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let mut socket = ann.socket().await;
    let mut own = bob.socket().await;
    let body = json!({"name": "Bob Lee", "username": "Bob.Lee", "title": "Builder", "statusText": "On site", "statusEmoji": "🏗️", "timeZone": "Europe/Vienna"});
    let account = bob.patch("/users/me", &body).await.is(200);
    assert_snapshot!(shape(&account), @r#"
    {
      "avatar": null,
      "bot": false,
      "createdAt": "[time]",
      "deletedAt": null,
      "email": "bob@example.org",
      "id": "[id]",
      "name": "Bob Lee",
      "role": "member",
      "statusEmoji": "🏗️",
      "statusText": "On site",
      "statusUntil": null,
      "suspendedAt": null,
      "timeZone": "Europe/Vienna",
      "title": "Builder",
      "username": "bob.lee",
      "version": 2
    }
    "#);
    assert_eq!(account["version"], 2);

    let mut public = account.clone();
    for own in ["email", "suspendedAt"] {
        public.as_object_mut().unwrap().remove(own);
    }
    assert_eq!(socket.expect("user.updated").await["data"]["user"], public);
    assert_eq!(own.expect("user.updated").await["data"]["user"], public);
    assert_eq!(own.expect("account.updated").await["data"]["account"], account);

    let account = bob.put("/users/me", &json!({"timeZone": null, "email": null, "statusText": ""})).await.is(200);
    assert_eq!(
        (&account["timeZone"], &account["email"], &account["statusText"]),
        (&Value::Null, &Value::Null, &json!(""))
    );
    assert_eq!(account["name"], "Bob Lee");
    assert_eq!(bob.get("/users/me").await.is(200), account);
    assert_eq!(socket.expect("user.updated").await["data"]["user"]["timeZone"], Value::Null);

    assert_eq!(bob.patch("/users/me", &json!({"name": "Bob Lee"})).await.is(200), account, "nothing changed");
    world.login("bob.lee").await;
}

#[tokio::test]
async fn bad_values_of_a_profile_are_named_and_change_nothing() {
    let (_world, ann) = World::new().await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!(7)),
        ("name", json!("a\0b")),
        ("name", json!("a\u{202e}b")),
        ("name", json!("x".repeat(81))),
        ("username", json!("x")),
        ("username", json!("everyone")),
        ("username", json!("ann lee")),
        ("email", json!("ann")),
        ("email", json!({"$ne": 1})),
        ("title", json!("x".repeat(81))),
        ("statusText", json!("x".repeat(101))),
        ("statusEmoji", json!("x".repeat(13))),
        ("timeZone", json!("Europe/Vienna'; DROP")),
        ("timeZone", json!("")),
        ("role", json!("king")),
        ("avatar", json!("abc")),
        ("deletedAt", json!(null)),
        ("id", json!("x")),
    ] {
        let mut body = json!({"title": "Never"});
        body[field] = value;
        let problem = ann.patch("/users/me", &body).await.refused(400, "validation");
        assert!(problem["detail"].as_str().unwrap().contains(field), "{field}: {problem}");
    }
    assert_eq!(ann.get("/users/me").await.is(200), ann.account);
}

#[tokio::test]
async fn names_that_are_taken_stay_with_who_has_them() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    bob.patch("/users/me", &json!({"username": "ann"})).await.refused(409, "username_taken");
    bob.patch("/users/me", &json!({"email": "ANN@example.org"})).await.refused(409, "email_taken");
    assert_eq!(bob.get("/users/me").await.is(200), bob.account);
    ann.patch("/users/me", &json!({"username": "annie", "email": null})).await.is(200);
    bob.patch("/users/me", &json!({"username": "ann", "email": "ann@example.org"})).await.is(200);
}

#[tokio::test]
async fn an_admin_may_change_the_profile_of_those_below() {
    let (world, ann) = World::new().await;
    let cy = world.join(&ann, "Cy", "admin").await;
    let bob = world.join(&ann, "Bob", "member").await;
    let title = json!({"title": "Painter"});
    assert_eq!(cy.patch(&format!("/users/{}", bob.id), &title).await.is(200)["title"], "Painter");
    cy.patch(&format!("/users/{}", ann.id), &title).await.refused(403, "forbidden");
    bob.put(&format!("/users/{}", cy.id), &title).await.refused(403, "forbidden");
    cy.patch("/users/018f0000-0000-7000-8000-000000000000", &title).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_change_of_an_older_version_is_refused_with_the_present_one() {
    let (_world, ann) = World::new().await;
    let change = |version: &'static str, title: &'static str| {
        let request =
            ann.request(Method::PATCH, "/users/me").header("if-match", version).json(&json!({"title": title}));
        ann.send(request)
    };
    let second = change("\"1\"", "Builder").await.is(200);
    let problem = change("\"1\"", "Painter").await.refused(412, "version_mismatch");
    assert_eq!(problem["current"], second);
    change("2", "Painter").await.is(200);
    change("*", "Baker").await.is(200);
    change("W/\"4\"", "Cook").await.is(200);
    for nonsense in ["x", "\"-1\"", "99999999999", ""] {
        let problem = change(nonsense, "Never").await.refused(400, "validation");
        assert_eq!(problem["errors"][0]["field"], "If-Match");
    }
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn set_avatar(person: &Person, bytes: Vec<u8>) -> crate::answer::Answer {
    person.send(person.request(Method::PUT, "/users/me/avatar").header("content-type", "image/png").body(bytes)).await
}

#[tokio::test]
async fn a_picture_becomes_a_square_that_every_member_can_see() {
    let (world, ann) = World::new().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let mut socket = gil.socket().await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let account = set_avatar(&ann, picture(300, 120, format)).await.is(200);
        let hash = account["avatar"].as_str().unwrap();
        let path = format!("/users/{}/avatar/{hash}", ann.id);
        let request = gil.request(Method::GET, &path);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "image/png");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let image = image::load_from_memory(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(image.dimensions(), (256, 256));
        world.stranger().get(&path).await.refused(401, "no_token");
    }
    assert!(socket.expect("user.updated").await["data"]["user"]["avatar"].is_string());

    let before = ann.get("/users/me").await.is(200)["avatar"].as_str().unwrap().to_owned();
    let account = ann.delete("/users/me/avatar").await.is(200);
    assert_eq!(account["avatar"], Value::Null);
    assert_eq!(ann.delete("/users/me/avatar").await.is(200), account);
    gil.get(&format!("/users/{}/avatar/{before}", ann.id)).await.refused(404, "not_found");
}

#[tokio::test]
async fn what_is_not_a_picture_or_lies_about_itself_is_refused() {
    let (_world, ann) = World::new().await;
    let mut huge = picture(1, 1, ImageFormat::Png);
    huge[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    let mut cut = picture(300, 300, ImageFormat::Jpeg);
    cut.truncate(200);
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for bytes in [Vec::new(), b"hello".to_vec(), script, huge, cut] {
        let problem = set_avatar(&ann, bytes).await.refused(400, "validation");
        assert_eq!(problem["errors"][0]["field"], "image");
    }
    set_avatar(&ann, vec![0; (5 << 20) + 1]).await.refused(413, "payload_too_large");
    assert_eq!(ann.get("/users/me").await.is(200), ann.account);
}

#[tokio::test]
async fn a_picture_survives_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let account = set_avatar(&ann, picture(64, 64, ImageFormat::Png)).await.is(200);
    world.restart().await;
    assert_eq!(ann.get("/users/me").await.is(200), account);
    let path = format!("/users/{}/avatar/{}", ann.id, account["avatar"].as_str().unwrap());
    assert_eq!(ann.get(&path).await.status, 200);
}
