//! Sign-ins: refreshing, seeing, and ending them.

use crate::{
    answer::shape,
    person::{Person, id},
    world::{PASSWORD, World},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn refresh(world: &World, token: &str) -> crate::answer::Answer {
    world.stranger().post("/auth/refresh", &json!({"refreshToken": token})).await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_refresh_token_is_good_for_one_new_pair() {
    let (world, ann) = World::new().await;
    let answer = refresh(&world, &ann.refresh_token).await;
    let pair = answer.is(200);
    assert_snapshot!(shape(&pair), @r#"
    {
      "accessToken": "[token]",
      "refreshToken": "[token]",
      "success": true
    }
    "#);
    assert_eq!(answer.header("cache-control"), "no-store");
    world.stranger().with_token(text(&pair["accessToken"])).get("/users/me").await.is(200);
    assert_ne!(pair["refreshToken"], ann.refresh_token);
    let next = refresh(&world, text(&pair["refreshToken"])).await.is(200);
    assert_ne!(next["refreshToken"], pair["refreshToken"]);
}

#[tokio::test]
async fn a_client_whose_answer_got_lost_gets_the_same_successor_again() {
    let (world, ann) = World::new().await;
    let first = refresh(&world, &ann.refresh_token).await.is(200);
    let again = refresh(&world, &ann.refresh_token).await.is(200);
    assert_eq!(first["refreshToken"], again["refreshToken"]);
    refresh(&world, text(&again["refreshToken"])).await.is(200);
}

#[tokio::test]
async fn a_refresh_token_used_again_later_ends_the_session_and_its_sockets() {
    let (world, ann) = World::new().await;
    let other = world.login("ann").await;
    let mut socket = ann.socket().await;
    let second = refresh(&world, &ann.refresh_token).await.is(200);
    let third = refresh(&world, text(&second["refreshToken"])).await.is(200);

    refresh(&world, &ann.refresh_token).await.refused(401, "invalid_token");
    assert_eq!(socket.closed().await, 4001);
    refresh(&world, text(&third["refreshToken"])).await.refused(401, "invalid_token");
    for token in [ann.token(), text(&third["accessToken"])] {
        world.stranger().with_token(token).get("/users/me").await.refused(401, "invalid_token");
    }
    other.get("/users/me").await.is(200);
}

#[tokio::test]
async fn the_grace_of_ten_seconds_ends() {
    let (mut world, ann) = World::on_disk().await;
    let second = refresh(&world, &ann.refresh_token).await.is(200);
    // The clock cannot be moved, so the moment of the rotation is.
    let sql = "UPDATE session SET rotated_at = rotated_at - 11000";
    world.app().database.handle().query(sql).await.unwrap().check().unwrap();
    world.restart().await;
    refresh(&world, &ann.refresh_token).await.refused(401, "invalid_token");
    refresh(&world, text(&second["refreshToken"])).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn many_refreshes_at_once_agree_on_the_successor() {
    let (world, ann) = World::new().await;
    let answers = futures_util::future::join_all((0..12).map(|_| refresh(&world, &ann.refresh_token))).await;
    let mut successors: Vec<_> = answers.iter().map(|answer| answer.is(200)["refreshToken"].to_string()).collect();
    successors.dedup();
    assert_eq!(successors.len(), 1);
    ann.get("/users/me").await.is(200);
}

#[tokio::test]
async fn only_refresh_tokens_refresh() {
    let (world, ann) = World::new().await;
    for token in ["", "nonsense", ann.token(), "hearth_x"] {
        refresh(&world, token).await.refused(401, "invalid_token");
    }
    ann.get("/users/me").await.is(200);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_closes_its_sockets_within_a_second() {
    let (world, ann) = World::new().await;
    let (client, browser) = (world.login("ann").await, world.browser("ann").await);
    let mut stays = ann.socket().await;
    for person in [client, browser] {
        let mut socket = person.socket().await;
        let started = std::time::Instant::now();
        person.post("/auth/logout", &json!({})).await.is(204);
        assert_eq!(socket.closed().await, 4001);
        assert!(started.elapsed().as_millis() < 1_000);
        person.get("/users/me").await.refused(401, "invalid_token");
        person.post("/auth/logout", &json!({})).await.refused(401, "invalid_token");
    }
    let general = ann.general().await;
    ann.say(&general, "still here").await;
    stays.expect("message.created").await;
}

#[tokio::test]
async fn signing_out_in_a_browser_takes_the_cookie_away() {
    let (world, _ann) = World::new().await;
    let browser = world.browser("ann").await;
    let answer = browser.post("/auth/logout", &json!({})).await;
    answer.is(204);
    assert!(answer.header("set-cookie").contains("=; ") && answer.header("set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn people_see_where_they_are_signed_in_and_can_end_it() {
    let (world, ann) = World::new().await;
    let browser = world.browser("ann").await;
    let bob = world.join(&ann, "Bob", "member").await;

    let sessions = browser.get("/sessions").await.is(200);
    assert_snapshot!(shape(&sessions), @r#"
    [
      {
        "address": "127.0.0.1",
        "createdAt": "[time]",
        "current": true,
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
    ]
    "#);

    let foreign = id(&bob.get("/sessions").await.is(200)[0]);
    ann.delete(&format!("/sessions/{foreign}")).await.refused(404, "not_found");

    let mut socket = ann.socket().await;
    let first = sessions.as_array().unwrap().iter().find(|session| session["kind"] == "client").unwrap();
    browser.delete(&format!("/sessions/{}", id(first))).await.is(204);
    assert_eq!(socket.closed().await, 4001);
    ann.get("/users/me").await.refused(401, "invalid_token");
    browser.delete(&format!("/sessions/{}", id(first))).await.refused(404, "not_found");
    bob.get("/users/me").await.is(200);
}

#[tokio::test]
async fn every_other_device_can_be_signed_out_at_once() {
    let (world, ann) = World::new().await;
    let (second, browser) = (world.login("ann").await, world.browser("ann").await);
    let mut socket = second.socket().await;
    ann.delete("/sessions").await.is(204);
    assert_eq!(socket.closed().await, 4001);
    for ended in [second, browser] {
        ended.get("/users/me").await.refused(401, "invalid_token");
    }
    assert_eq!(ann.get("/sessions").await.is(200).as_array().unwrap().len(), 1);
}

async fn change_password(person: &Person, current: &str, new: &str) -> crate::answer::Answer {
    person.put("/users/me/password", &json!({"currentPassword": current, "newPassword": new})).await
}

#[tokio::test]
async fn a_new_password_ends_the_other_sign_ins_and_keeps_this_one() {
    let (world, ann) = World::new().await;
    let (second, browser) = (world.login("ann").await, world.browser("ann").await);
    let mut socket = second.socket().await;
    change_password(&browser, PASSWORD, "another long password").await.is(204);
    assert_eq!(socket.closed().await, 4001);
    for ended in [&ann, &second] {
        ended.get("/users/me").await.refused(401, "invalid_token");
    }
    browser.get("/users/me").await.is(200);
    let login = |password: &str| json!({"email": "ann", "password": password});
    world.stranger().post("/auth/login", &login(PASSWORD)).await.refused(401, "invalid_credentials");
    world.stranger().post("/auth/login", &login("another long password")).await.is(200);
}

#[tokio::test]
async fn a_password_change_needs_the_current_one_and_a_good_new_one() {
    let (world, ann) = World::new().await;
    let second = world.login("ann").await;
    change_password(&ann, "wrong password", "another long password").await.refused(400, "wrong_password");
    let problem = change_password(&ann, PASSWORD, "short").await.refused(400, "validation");
    assert_eq!(problem["errors"][0]["field"], "newPassword");
    change_password(&ann, PASSWORD, "password1").await.refused(400, "validation");
    second.get("/users/me").await.is(200);
    world.login("ann").await;
}

#[tokio::test]
async fn a_session_that_expired_is_over() {
    let (mut world, _ann) = World::on_disk().await;
    let browser = world.browser("ann").await;
    let sql = "UPDATE session SET expires_at = 1000 WHERE kind = 'browser'";
    world.app().database.handle().query(sql).await.unwrap().check().unwrap();
    world.restart().await;
    browser.get("/users/me").await.refused(401, "invalid_token");
    assert_eq!(browser.connect().await.closed().await, 4001);
}
