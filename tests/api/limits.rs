//! How often one person or one address may do something.

use crate::{
    answer::Answer,
    person::Client,
    world::{PASSWORD, World},
};
use hearth_server::config::{Config, LimitConfig};
use reqwest::Method;
use serde_json::{Value, json};

fn limited(sign_in: u32, register: u32, messages: u32) -> Config {
    Config { limits: LimitConfig { sign_in, register, messages }, ..Config::in_memory() }
}

fn login(name: &str) -> Value {
    json!({"email": name, "password": "wrong password"})
}

fn assert_limited(answer: &Answer) {
    answer.refused(429, "rate_limited");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(answer.header("ratelimit-remaining"), "0");
}

#[tokio::test]
async fn guessing_the_password_of_one_account_is_slowed_down_and_others_still_get_in() {
    let world = World::with(limited(3, 0, 0)).await;
    let ann = world.set_up().await;
    world.join(&ann, "Bob", "member").await;
    let stranger = world.stranger();
    for name in ["ann", " ANN ", "Ann"] {
        stranger.post("/auth/login", &login(name)).await.refused(401, "invalid_credentials");
    }
    assert_limited(&stranger.post("/auth/login", &login("ann")).await);
    let right = json!({"email": "ann", "password": PASSWORD});
    assert_limited(&stranger.post("/auth/login", &right).await);
    world.login("bob").await;
    ann.get("/users/me").await.is(200);
}

#[tokio::test]
async fn twenty_people_behind_one_address_still_get_in() {
    let world = World::with(limited(10, 30, 0)).await;
    let ann = world.set_up().await;
    let invite = ann.post("/invites", &json!({})).await.is(201);
    for number in 0..20 {
        world.register(&format!("Bob{number}"), &invite["code"]).await.is(201);
    }
    for number in 0..20 {
        world.login(&format!("bob{number}")).await;
    }
}

#[tokio::test]
async fn guessing_links_is_slowed_down_by_address() {
    let world = World::with(limited(0, 5, 0)).await;
    world.set_up().await;
    let stranger = world.stranger();
    // The first run counted as one.
    for path in ["/join/a", "/auth/reset/a", "/join/b", "/auth/reset/b"] {
        stranger.get(path).await.refused(404, "not_found");
    }
    assert_limited(&stranger.get("/join/c").await);
    assert_limited(&stranger.get("/auth/reset/c").await);
}

#[tokio::test]
async fn nobody_floods_a_channel_and_a_retried_message_does_not_count() {
    let world = World::with(limited(0, 0, 5)).await;
    let ann = world.set_up().await;
    let path = format!("/channels/{}/messages", ann.general().await);
    for number in 0..5 {
        let body = json!({"body": "hello", "clientKey": format!("key-{number}")});
        ann.post(&path, &body).await.is(201);
        ann.post(&path, &body).await.is(200);
    }
    assert_limited(&ann.post(&path, &json!({"body": "one too many"})).await);
    assert_eq!(ann.get(&path).await.is(200)["data"].as_array().unwrap().len(), 5);
}

/// The status of a look at an invitation that reached the server by this `X-Forwarded-For`.
async fn looked_up_from(client: &Client, forwarded: &str) -> u16 {
    let request = client.request(Method::GET, "/join/nonsense").header("x-forwarded-for", forwarded);
    client.send(request).await.status
}

#[tokio::test]
async fn whom_a_request_is_for_is_believed_only_from_a_configured_proxy() {
    let direct = World::with(limited(0, 3, 0)).await;
    direct.set_up().await;
    let stranger = direct.stranger();
    let mut statuses = Vec::new();
    for number in 0..4 {
        statuses.push(looked_up_from(&stranger, &format!("192.168.1.{number}")).await);
    }
    // The first run counted as one.
    assert_eq!(statuses, [404, 404, 429, 429], "the header of a client that is no proxy does not count");

    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    let proxied = World::with(Config { trusted_proxies, ..limited(0, 3, 0) }).await;
    proxied.set_up().await;
    let stranger = proxied.stranger();
    for number in 0..10 {
        assert_eq!(looked_up_from(&stranger, &format!("192.168.1.{number}")).await, 404);
    }
    let mut statuses = Vec::new();
    for number in 0..4 {
        // What a client writes in front of what the proxies wrote is worth nothing.
        let forwarded = format!("1.2.3.{number}, nonsense, 192.168.7.7, 10.0.0.{number}");
        statuses.push(looked_up_from(&stranger, &forwarded).await);
    }
    assert_eq!(statuses, [404, 404, 404, 429]);
    assert_eq!(looked_up_from(&stranger, "").await, 404);
}
