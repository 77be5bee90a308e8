//! Coming back: what was missed is replayed, or the client is told to load afresh.

use crate::{
    person::{Client, Person},
    socket::names,
    world::World,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, String) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    (world, ann, bob, general)
}

async fn say_many(person: &Person, channel: &str, count: usize, text: &str) {
    let sends = stream::iter(0..count).map(|_| person.say(channel, text));
    assert_eq!(sends.buffer_unordered(64).count().await, count);
}

/// What resuming replays up to the message that says `end`.
async fn replayed(client: &Client, cursor: &str, end: &str) -> Vec<Value> {
    let (mut socket, resume) = client.resume(cursor).await;
    assert_eq!(resume, "replayed");
    socket.events_until_said(end).await
}

#[tokio::test]
async fn what_was_missed_is_replayed_as_it_would_have_been_live() {
    let (_world, ann, bob, general) = team().await;
    let mut live = bob.socket().await;
    let mut away = bob.socket().await;
    ann.say(&general, "before").await;
    away.expect("message.created").await;
    let cursor = away.cursor.clone();
    away.vanish();

    ann.say(&general, "one").await;
    ann.patch(&format!("/channels/{general}/messages/2"), &json!({"body": "won"})).await.is(200);
    ann.channel("zoo", "public", &[]).await;
    ann.patch("/users/me", &json!({"title": "Boss"})).await.is(200);
    bob.put(&format!("/channels/{general}/read"), &json!({"number": 1})).await.is(200);
    ann.delete(&format!("/channels/{general}/messages/1")).await.is(200);
    ann.say(&general, "the end").await;

    live.expect("message.created").await;
    let live = live.events_until_said("the end").await;
    assert_eq!(replayed(&bob, &cursor, "the end").await, live);
    assert_eq!(
        names(&live),
        [
            "message.created",
            "message.updated",
            "channel.created",
            "member.joined",
            "user.updated",
            "read.updated",
            "message.deleted"
        ]
    );
    let last = live.last().unwrap()["cursor"].as_str().unwrap();
    assert_eq!(replayed(&bob, last, "the end").await, [json!(null); 0]);
}

#[tokio::test]
async fn events_go_on_live_after_a_replay_without_a_gap_or_a_double() {
    let (_world, ann, bob, general) = team().await;
    let cursor = bob.cursor().await;
    let busy = async {
        for number in 0..150 {
            ann.say(&general, &format!("message {number}")).await;
        }
        ann.say(&general, "the end").await;
    };
    let resuming = async {
        let mut told = Vec::new();
        for _ in 0..5 {
            let (socket, resume) = bob.resume(&cursor).await;
            assert_eq!(resume, "replayed");
            told.push(socket);
        }
        let mut seen = Vec::new();
        for mut socket in told {
            seen.push(socket.events_until_said("the end").await);
        }
        seen
    };
    let ((), seen) = tokio::join!(busy, resuming);
    for events in seen {
        let numbers: Vec<_> = events.iter().map(|event| event["data"]["message"]["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=150).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_cursor_holds_across_a_restart() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let mut socket = ann.socket().await;
    ann.say(&general, "before").await;
    socket.expect("message.created").await;
    let cursor = socket.cursor.clone();
    ann.say(&general, "missed").await;
    assert_eq!(socket.expect("message.created").await["data"]["message"]["body"], "missed");
    world.restart().await;
    ann.say(&general, "after").await;
    ann.say(&general, "the end").await;
    let events = replayed(&ann, &cursor, "the end").await;
    let said: Vec<_> = events.iter().map(|event| event["data"]["message"]["body"].as_str().unwrap()).collect();
    assert_eq!(said, ["missed", "after"]);
}

#[tokio::test]
async fn a_cursor_of_another_hub_or_of_the_future_starts_afresh() {
    let (_world, ann, bob, general) = team().await;
    let (other, zed) = World::new().await;
    let foreign = zed.cursor().await;
    assert_eq!(bob.resume(&foreign).await.1, "reset");
    assert_eq!(bob.resume(&bob.cursor().await).await.1, "replayed");
    let known = String::from_utf8(URL_SAFE_NO_PAD.decode(bob.cursor().await).unwrap()).unwrap();
    let future = format!("{}.999999", known.split_once('.').unwrap().0);
    assert_eq!(bob.resume(&URL_SAFE_NO_PAD.encode(future)).await.1, "reset");
    say_many(&ann, &general, 3, "hello").await;
    assert_eq!(other.login("ann").await.resume(&ann.cursor().await).await.1, "reset");
}

#[tokio::test]
async fn three_thousand_missed_events_are_replayed_and_more_than_five_thousand_are_not() {
    let (_world, ann, bob, general) = team().await;
    let cursor = bob.cursor().await;
    say_many(&ann, &general, 2_999, "hello").await;
    ann.say(&general, "the end").await;
    assert_eq!(replayed(&bob, &cursor, "the end").await.len(), 2_999);
    say_many(&ann, &general, 2_000, "hello again").await;
    assert_eq!(bob.resume(&cursor).await.1, "replayed");
    ann.say(&general, "one too many").await;
    let (socket, resume) = bob.resume(&cursor).await;
    assert_eq!(resume, "reset");
    assert_eq!(socket.cursor, bob.cursor().await);
}

#[tokio::test]
async fn replay_shows_what_the_person_may_see_now_not_what_they_could_then() {
    let (world, ann, bob, general) = team().await;
    let gil = world.join(&ann, "Gil", "guest").await;
    let den = ann.channel("den", "private", &[&bob, &gil]).await;
    ann.add(&general, &gil).await;
    let (bobs, gils) = (bob.cursor().await, gil.cursor().await);
    ann.say(&den, "for bob then").await;
    ann.say(&general, "for gil then").await;
    ann.remove(&den, &bob).await;
    ann.remove(&general, &gil).await;
    ann.channel("zoo", "public", &[]).await;
    ann.say(&den, "not for bob").await;
    ann.say(&general, "bob's end").await;
    ann.say(&den, "gil's end").await;

    let events = replayed(&bob, &bobs, "bob's end").await;
    assert_eq!(names(&events), ["message.created", "member.left", "member.left", "channel.created", "member.joined"]);
    assert!(
        !Value::from(events).to_string().contains("bob then"),
        "an ex-member gets none of it, not even from before"
    );
    let events = replayed(&gil, &gils, "gil's end").await;
    assert_eq!(names(&events), ["message.created", "member.left", "member.left", "message.created"]);
    let text = Value::from(events).to_string();
    assert!(!text.contains("gil then") && !text.contains("zoo"), "{text}");
}

#[tokio::test]
async fn a_second_hello_on_the_same_socket_goes_on_from_its_cursor() {
    let (_world, ann, bob, general) = team().await;
    let mut socket = bob.connect().await;
    let first = socket.hello(None).await;
    assert_eq!(first["resume"], "reset");
    let cursor = bob.cursor().await;
    ann.say(&general, "between").await;
    let second = socket.hello(Some(&cursor)).await;
    assert_eq!(second["resume"], "replayed");
    assert_eq!(socket.expect("message.created").await["data"]["message"]["body"], "between");
    ann.say(&general, "after").await;
    assert_eq!(socket.expect("message.created").await["data"]["message"]["body"], "after");

    socket.hello(Some(&cursor)).await;
    for said in ["between", "after"] {
        assert_eq!(socket.expect("message.created").await["data"]["message"]["body"], said);
    }
    ann.say(&general, "the end").await;
    assert_eq!(socket.events_until_said("the end").await, [json!(null); 0]);
}

#[tokio::test]
async fn after_a_change_of_role_everything_is_loaded_afresh_whatever_was_seen_last() {
    let (_world, ann, bob, general) = team().await;
    ann.channel("zoo", "public", &[]).await;
    for round in 0..12 {
        let role = if round % 2 == 0 { "guest" } else { "member" };
        let mut socket = bob.socket().await;
        ann.say(&general, "before").await;
        socket.expect("message.created").await;
        ann.make(&bob, role).await;
        let (code, events) = socket.closed_after().await;
        assert_eq!(code, 4003);
        let (_, resume) = bob.resume(&socket.cursor).await;
        assert_eq!(resume, "reset", "round {round}, after seeing {:?}", names(&events));
        let seen = bob.bootstrap().await["channels"].as_array().unwrap().len();
        assert_eq!(seen, if role == "guest" { 1 } else { 2 });
        assert_eq!(bob.resume(&bob.cursor().await).await.1, "replayed", "afresh once, not for ever");
    }
}
