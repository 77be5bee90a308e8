//! How sockets end, and with which code.

use crate::{
    person::{Person, Proof},
    socket::{Socket, refusal, upgrade},
    world::World,
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

#[tokio::test]
async fn who_says_nothing_or_not_who_they_are_is_sent_away() {
    let (world, _ann) = World::new().await;
    let mut silent = world.stranger().connect().await;
    let mut unsigned = world.stranger().connect().await;
    unsigned.send(&json!({"type": "hello", "protocol": 1})).await;
    assert_eq!(unsigned.closed().await, 4001);
    let mut forged = world.stranger().connect().await;
    forged.send(&json!({"type": "hello", "protocol": 1, "token": "hearth_nonsense"})).await;
    assert_eq!(forged.closed().await, 4001);
    assert_eq!(silent.closed().await, 4001, "after five seconds");
}

#[tokio::test]
async fn a_browser_whose_session_ended_is_told_by_a_code_that_it_can_read() {
    let (_world, ann) = World::new().await;
    let cookie = {
        let (world, _) = World::new().await;
        world.browser("ann").await.proof.clone()
    };
    let Proof::Cookie(cookie) = cookie else { panic!("no cookie") };
    // The name of this hub's cookie with another one's value.
    let own = ann.bootstrap().await["hub"]["id"].as_str().unwrap().replace('-', "");
    let stale = format!("hearth_{}={}", &own[20..], cookie.split_once('=').unwrap().1);
    let mut socket = Socket::open(upgrade(&ann.host(), &Proof::Cookie(stale))).await;
    socket.send(&json!({"type": "hello", "protocol": 1})).await;
    assert_eq!(socket.closed().await, 4001);
}

#[tokio::test]
async fn a_client_of_another_protocol_is_told_to_update() {
    let (_world, ann) = World::new().await;
    for version in [0, 2, 4_000_000_000_u32] {
        let mut socket = ann.connect().await;
        socket.send(&json!({"type": "hello", "protocol": version})).await;
        assert_eq!(socket.closed().await, 4009);
    }
}

#[tokio::test]
async fn who_breaks_the_protocol_is_closed_and_nobody_else_is() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    let mut fine = ann.socket().await;
    for frame in [
        "",
        "nonsense",
        "[]",
        "{}",
        r#"{"type":"shout"}"#,
        r#"{"type":"typing"}"#,
        r#"{"type":"typing","channelId":{"$ne":1}}"#,
        r#"{"type":"presence","state":"offline"}"#,
        r#"{"type":"hello","protocol":"1"}"#,
        r#"{"type":"hello","protocol":-1}"#,
        r#"{"type":"hello","protocol":1,"cursor":7}"#,
        &format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)),
    ] {
        let mut socket = ann.socket().await;
        socket.send_text(frame).await;
        assert_eq!(socket.closed().await, 1008, "{frame:.60}");
    }
    let mut socket = ann.socket().await;
    socket.send_binary(b"\0\xff").await;
    assert_eq!(socket.closed().await, 1008);
    let mut first = ann.connect().await;
    first.send(&json!({"type": "ping"})).await;
    assert_eq!(first.closed().await, 1008, "hello comes first");
    ann.say(&general, "hello").await;
    fine.expect("message.created").await;
}

#[tokio::test]
async fn who_talks_without_end_is_closed() {
    let (_world, ann) = World::new().await;
    let mut socket = ann.socket().await;
    for _ in 0..300 {
        socket.send(&json!({"type": "ping"})).await;
        loop {
            match socket.read().await {
                Ok(frame) if frame["type"] == "pong" => break,
                Ok(_) => {}
                Err(code) => return assert_eq!(code, 1008),
            }
        }
    }
    panic!("it was listened to all the time");
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_a_socket_with_a_persons_cookie() {
    let (world, _ann) = World::new().await;
    let browser = world.browser("ann").await;
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "http://localhost:1",
        "file://",
        "http://127.0.0.1.evil.example",
    ] {
        let mut request = upgrade(&browser.host(), &browser.proof);
        request.headers_mut().insert("origin", origin.parse().unwrap());
        assert_eq!(refusal(request).await, 403, "{origin}");
    }
    let mut request = upgrade(&browser.host(), &browser.proof);
    request.headers_mut().remove("origin");
    assert_eq!(refusal(request).await, 403, "a browser always says where it is");
    let mut request = upgrade(&browser.host(), &browser.proof);
    request.headers_mut().insert("host", "evil.example".parse().unwrap());
    assert_eq!(refusal(request).await, 403, "a name that was bent to this address");
    browser.socket().await;
}

#[tokio::test]
async fn a_plain_request_to_the_sockets_address_is_refused_politely() {
    let (_world, ann) = World::new().await;
    ann.get("/realtime").await.refused(400, "validation");
    ann.post("/realtime", &json!({})).await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_stopping_server_says_that_it_will_be_back() {
    let (mut world, ann) = World::on_disk().await;
    let mut signed_in = [ann.socket().await, world.browser("ann").await.socket().await];
    let mut before_hello = world.stranger().connect().await;
    let cursor = ann.cursor().await;
    let started = std::time::Instant::now();
    world.stop().await;
    assert!(started.elapsed().as_secs() < 5);
    for socket in &mut signed_in {
        assert_eq!(socket.closed().await, 1012);
    }
    assert_eq!(before_hello.closed().await, 1012);
    world.start().await.unwrap();
    assert_eq!(ann.resume(&cursor).await.1, "replayed");
}

async fn say_many(person: &Person, channel: &str, count: usize, text: &str) {
    let sends = stream::iter(0..count).map(|_| person.say(channel, text));
    assert_eq!(sends.buffer_unordered(32).count().await, count);
}

fn numbers(events: &[Value]) -> Vec<u64> {
    events.iter().filter_map(|event| event["data"]["message"]["number"].as_u64()).collect()
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_and_loses_nothing_when_it_comes_back() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut slow = bob.socket().await;
    let mut quick = ann.socket().await;
    let watching = tokio::spawn(async move { quick.events_until_said("the end").await });

    let long = "x".repeat(12_000);
    let started = std::time::Instant::now();
    say_many(&ann, &general, 3_000, &long).await;
    ann.say(&general, "the end").await;
    assert_eq!(numbers(&watching.await.unwrap()), (1..=3_000).collect::<Vec<_>>(), "nobody waits for the slow one");
    assert!(started.elapsed().as_secs() < 60);

    let (code, mut seen) = slow.closed_after().await;
    assert_eq!(code, 4008);
    assert!(seen.len() < 3_000, "it was closed before the end");
    let (mut again, resume) = bob.resume(&slow.cursor).await;
    assert_eq!(resume, "replayed");
    seen.extend(again.events_until_said("the end").await);
    assert_eq!(numbers(&seen), (1..=3_000).collect::<Vec<_>>());
}
