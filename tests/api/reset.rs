//! A new password by a link that an admin hands over.

use crate::{
    answer::shape,
    person::Person,
    world::{PASSWORD, World},
};
use insta::assert_snapshot;
use serde_json::json;

/// The path below the API of a reset link's code.
async fn link(admin: &Person, person: &Person) -> String {
    let made = admin.post(&format!("/users/{}/reset-link", person.id), &json!({})).await.is(201);
    made["url"].as_str().unwrap().replace("/reset/", "/auth/reset/")
}

#[tokio::test]
async fn a_reset_link_gives_a_new_password_once_and_ends_every_sign_in() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let browser = world.browser("bob").await;
    let mut socket = browser.socket().await;
    let answer = ann.post(&format!("/users/{}/reset-link", bob.id), &json!({})).await;
    assert_snapshot!(shape(&answer.is(201)), @r#"
    {
      "expiresAt": "[time]",
      "url": "[url]"
    }
    "#);
    let url = answer.is(201)["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("/reset/") && url.len() == 23, "{url}");

    let path = url.replace("/reset/", "/auth/reset/");
    let stranger = world.stranger();
    assert_eq!(stranger.get(&path).await.is(200), json!({"name": "Bob", "username": "bob"}));
    stranger.post(&path, &json!({"password": "short"})).await.refused(400, "validation");
    browser.get("/users/me").await.is(200);

    stranger.post(&path, &json!({"password": "a brand new password"})).await.is(204);
    assert_eq!(socket.closed().await, 4001);
    for ended in [&bob, &browser] {
        ended.get("/users/me").await.refused(401, "invalid_token");
    }
    stranger.get(&path).await.refused(404, "not_found");
    stranger.post(&path, &json!({"password": "yet another password"})).await.refused(404, "not_found");
    let login = |password: &str| json!({"email": "bob", "password": password});
    stranger.post("/auth/login", &login(PASSWORD)).await.refused(401, "invalid_credentials");
    stranger.post("/auth/login", &login("a brand new password")).await.is(200);
}

#[tokio::test]
async fn a_newer_link_makes_the_older_one_useless() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let (older, newer) = (link(&ann, &bob).await, link(&ann, &bob).await);
    world.stranger().get(&older).await.refused(404, "not_found");
    world.stranger().get(&newer).await.is(200);
}

#[tokio::test]
async fn two_who_use_a_link_at_once_do_not_both_set_the_password() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let path = link(&ann, &bob).await;
    let (one, two) = (world.stranger(), world.stranger());
    let (one_body, two_body) = (json!({"password": "the first password"}), json!({"password": "the second password"}));
    let (one, two) = tokio::join!(one.post(&path, &one_body), two.post(&path, &two_body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
}

#[tokio::test]
async fn a_link_for_someone_who_left_does_not_work() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let path = link(&ann, &bob).await;
    ann.delete(&format!("/users/{}", bob.id)).await.is(200);
    world.stranger().get(&path).await.refused(404, "not_found");
    world.stranger().post(&path, &json!({"password": "a brand new password"})).await.refused(404, "not_found");
    ann.post(&format!("/users/{}/reset-link", bob.id), &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_link_survives_a_restart_and_ends_after_a_day() {
    let (mut world, ann) = World::on_disk().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let path = link(&ann, &bob).await;
    world.restart().await;
    world.stranger().get(&path).await.is(200);
    let sql = "UPDATE reset SET expires_at = 1000";
    world.app().database.handle().query(sql).await.unwrap().check().unwrap();
    world.restart().await;
    world.stranger().get(&path).await.refused(404, "not_found");
}
