//! The live side of the protocol: hello, order, typing, presence.

use crate::{
    answer::shape,
    person::{Person, Proof},
    socket::{Socket, names, refusal, upgrade},
    world::World,
};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn team() -> (World, Person, Person, Person) {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let gil = world.join(&ann, "Gil", "guest").await;
    (world, ann, bob, gil)
}

/// The presence frames until this person is in this state.
async fn until_present(socket: &mut Socket, person: &Person, state: &str) {
    loop {
        let frame = socket.frame("presence").await;
        let told =
            frame["users"].as_array().unwrap().iter().any(|user| user["userId"] == person.id && user["state"] == state);
        if told {
            return;
        }
    }
}

#[tokio::test]
async fn hello_is_answered_with_ready_and_who_is_here() {
    let (_world, ann, bob, _gil) = team().await;
    let _bob = bob.socket().await;
    let mut socket = ann.connect().await;
    let ready = socket.hello(None).await;
    assert_snapshot!(shape(&ready), @r#"
    {
      "cursor": "[cursor]",
      "diskFull": false,
      "pingMs": 25000,
      "resume": "reset",
      "type": "ready",
      "user": {
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
    }
    "#);
    let presence = socket.next().await;
    assert_eq!((&presence["type"], &presence["full"]), (&json!("presence"), &json!(true)));
    let mut here: Vec<_> =
        presence["users"].as_array().unwrap().iter().map(|user| user["userId"].as_str().unwrap()).collect();
    here.sort_unstable();
    assert_eq!(here, [ann.id.as_str(), bob.id.as_str()]);
}

#[tokio::test]
async fn a_client_signs_in_by_header_cookie_or_first_frame() {
    let (world, ann, _bob, _gil) = team().await;
    ann.socket().await;
    world.browser("ann").await.socket().await;
    let mut socket = world.stranger().connect().await;
    socket.send(&json!({"type": "hello", "protocol": 1, "token": ann.token()})).await;
    assert_eq!(socket.frame("ready").await["user"]["id"], ann.id);
    let mut foreign = upgrade(&ann.host(), &Proof::Nothing);
    foreign.headers_mut().insert("origin", "https://intranet.example".parse().unwrap());
    let mut socket = Socket::open(foreign).await;
    socket.send(&json!({"type": "hello", "protocol": 1, "token": ann.token()})).await;
    socket.frame("ready").await;
    assert_eq!(refusal(upgrade(&ann.host(), &Proof::Bearer("nonsense".into()))).await, 401);
}

#[tokio::test]
async fn everyone_sees_the_same_events_in_the_same_order() {
    let (_world, ann, bob, gil) = team().await;
    let zoo = ann.channel("zoo", "public", &[&bob, &gil]).await;
    let mut sockets = [ann.socket().await, ann.socket().await, bob.socket().await, gil.socket().await];
    let people = [&ann, &bob, &gil];
    let sends = (0..90).map(|number| {
        let (person, zoo) = (people[number % 3], &zoo);
        async move {
            let said = person.say(zoo, &format!("message {number}")).await;
            if number % 9 == 0 {
                let path = format!("/channels/{zoo}/messages/{}", said["number"]);
                person.patch(&path, &json!({"body": format!("edited {number}")})).await.is(200);
            }
        }
    });
    join_all(sends).await;
    ann.say(&zoo, "the end").await;
    let mut told = Vec::new();
    for socket in &mut sockets {
        told.push(socket.events_until_said("the end").await);
    }
    assert_eq!(told[0].len(), 100);
    assert!(told.iter().all(|events| *events == told[0]));
    let created: Vec<_> = told[0].iter().filter(|event| event["name"] == "message.created").collect();
    let numbers: Vec<_> = created.iter().map(|event| event["data"]["message"]["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=90).collect::<Vec<_>>());
    let mut cursors: Vec<_> = told[0].iter().map(|event| event["cursor"].as_str().unwrap()).collect();
    cursors.sort_unstable();
    cursors.dedup();
    assert_eq!(cursors.len(), 100, "each event has a cursor of its own");
}

#[tokio::test]
async fn who_is_out_of_a_channel_hears_nothing_more_of_it() {
    let (_world, ann, bob, gil) = team().await;
    let den = ann.channel("den", "private", &[&bob, &gil]).await;
    let general = ann.general().await;
    let (mut to_bob, mut to_gil) = (bob.socket().await, gil.socket().await);
    ann.say(&den, "all of us").await;
    // Who may have an event is asked when it is delivered, so bob has to have this before he goes.
    assert!(to_bob.events_until_said("all of us").await.is_empty());
    ann.remove(&den, &bob).await;
    let path = format!("/channels/{den}/messages/1");
    ann.say(&den, "without bob").await;
    ann.patch(&path, &json!({"body": "edited without bob"})).await.is(200);
    ann.patch(&format!("/channels/{den}"), &json!({"topic": "Not for bob"})).await.is(200);
    ann.delete(&path).await.is(200);
    ann.say(&den, "bye gil").await;
    let heard = to_gil.events_until_said("bye gil").await;
    assert_eq!(
        names(&heard),
        ["message.created", "member.left", "message.created", "message.updated", "channel.updated", "message.deleted"]
    );
    ann.remove(&den, &gil).await;
    ann.say(&den, "alone").await;
    ann.say(&general, "the end").await;
    assert_eq!(names(&to_bob.events_until_said("the end").await), ["member.left"]);

    ann.add(&den, &gil).await;
    ann.say(&den, "gil is back").await;
    let told = to_gil.events_until_said("gil is back").await;
    assert_eq!(names(&told), ["member.left", "member.joined"]);
    assert!(!Value::from(told).to_string().contains("alone"));
}

#[tokio::test]
async fn typing_is_told_to_the_others_in_the_channel() {
    let (_world, ann, bob, gil) = team().await;
    let general = ann.general().await;
    let (mut to_ann, mut to_bob, mut to_gil) = (ann.socket().await, bob.socket().await, gil.socket().await);
    to_ann.send(&json!({"type": "typing", "channelId": general})).await;
    let typing = to_bob.frame("typing").await;
    assert_eq!(typing, json!({"type": "typing", "channelId": general, "userId": ann.id}));

    // Somebody outside who says they type is not believed, and nobody hears of a foreign channel.
    to_gil.send(&json!({"type": "typing", "channelId": general})).await;
    to_gil.send(&json!({"type": "ping"})).await;
    to_gil.frame("pong").await;
    ann.say(&general, "typed").await;
    loop {
        let frame = to_bob.next().await;
        assert_ne!(frame["type"], "typing");
        if frame["name"] == "message.created" {
            break;
        }
    }
    ann.patch("/users/me", &json!({"title": "Done"})).await.is(200);
    for socket in [&mut to_gil, &mut to_ann] {
        loop {
            let frame = socket.next().await;
            assert_ne!(frame["type"], "typing", "neither to oneself nor to an outsider");
            if frame["name"] == "user.updated" {
                break;
            }
        }
    }
}

#[tokio::test]
async fn presence_follows_the_most_present_of_a_persons_clients() {
    let (_world, ann, bob, _gil) = team().await;
    let mut to_ann = ann.socket().await;
    let mut laptop = bob.socket().await;
    until_present(&mut to_ann, &bob, "active").await;
    laptop.send(&json!({"type": "presence", "state": "away"})).await;
    until_present(&mut to_ann, &bob, "away").await;
    let phone = bob.socket().await;
    until_present(&mut to_ann, &bob, "active").await;
    phone.vanish();
    until_present(&mut to_ann, &bob, "away").await;
    laptop.vanish();
    until_present(&mut to_ann, &bob, "offline").await;

    let mut hidden = bob.connect().await;
    hidden.send(&json!({"type": "hello", "protocol": 1, "visible": false})).await;
    hidden.frame("ready").await;
    until_present(&mut to_ann, &bob, "away").await;
}

#[tokio::test]
async fn a_ping_is_answered_with_the_newest_cursor() {
    let (_world, ann, _bob, _gil) = team().await;
    let general = ann.general().await;
    let mut socket = ann.socket().await;
    ann.say(&general, "hello").await;
    let cursor = socket.expect("message.created").await["cursor"].take();
    socket.send(&json!({"type": "ping"})).await;
    assert_eq!(socket.frame("pong").await, json!({"type": "pong", "cursor": cursor}));
}

#[tokio::test]
async fn a_hello_with_a_cursor_of_nonsense_starts_afresh() {
    let (_world, ann, _bob, _gil) = team().await;
    for nonsense in ["", "0", "nonsense", "☃", &"x".repeat(10_000)] {
        let mut socket = ann.connect().await;
        assert_eq!(socket.hello(Some(nonsense)).await["resume"], "reset", "{nonsense:.20}");
    }
}
