//! The Socket.IO door, spoken to by long polling as a client speaks that knows nothing else. The published client
//! is among the tests in browsers.

use crate::{
    answer::Answer,
    person::{Client, Person, Proof},
    world::{World, soon},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::VecDeque, time::Instant};

const DOOR: &str = "//socket.io/?EIO=4&transport=polling";

/// A connection by long polling.
pub(crate) struct Polling {
    client: Client,
    path: String,
    heard: VecDeque<String>,
    asked: u32,
}

impl Polling {
    /// A connection that has not said who it is.
    pub(crate) async fn open(client: &Client) -> Self {
        let client = client.unsigned();
        let answer = client.get(DOOR).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let opened: Value = serde_json::from_str(answer.text.strip_prefix('0').unwrap()).unwrap();
        let path = format!("{DOOR}&sid={}", opened["sid"].as_str().unwrap());
        Self { client, path, heard: VecDeque::new(), asked: 0 }
    }

    /// A connection that was let in.
    pub(crate) async fn of(person: &Client) -> Self {
        let Proof::Bearer(token) = &person.proof else { panic!("only a token opens this door") };
        let mut polling = Self::open(person).await;
        assert_eq!(polling.says_hello(token).await.chars().next(), Some('0'));
        polling
    }

    /// What a handshake with this token is answered.
    pub(crate) async fn says_hello(&mut self, token: &str) -> String {
        self.send(&format!("40{}", json!({ "token": token }))).await;
        self.next().await
    }

    async fn send(&self, packet: &str) -> Answer {
        let request = self.client.request(Method::POST, &self.path).body(packet.to_owned());
        self.client.send(request).await
    }

    /// The next packet that is not a ping, without its kind.
    async fn next(&mut self) -> String {
        loop {
            if let Some(packet) = self.heard.pop_front() {
                match packet.strip_prefix('4') {
                    Some(packet) => return packet.to_owned(),
                    None if packet == "2" => assert_eq!(self.send("3").await.status, 200),
                    None => {}
                }
                continue;
            }
            let answer = self.client.get(&self.path).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            self.heard.extend(answer.text.split('\u{1e}').map(str::to_owned));
        }
    }

    /// What an event is acknowledged with.
    pub(crate) async fn ask(&mut self, event: &str, content: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        assert_eq!(self.send(&format!("42{id}{}", json!([event, content]))).await.status, 200);
        loop {
            if let Some(answer) = self.next().await.strip_prefix(&format!("3{id}")) {
                return serde_json::from_str::<Value>(answer).unwrap()[0].take();
            }
        }
    }

    /// What the next event of this name carries.
    async fn event(&mut self, name: &str) -> Value {
        loop {
            if let Some(event) = self.next().await.strip_prefix('2') {
                let mut event: Value = serde_json::from_str(event).unwrap();
                if event[0] == name {
                    return event[1].take();
                }
            }
        }
    }
}

/// The answer to a notification from one person to another, as the API would give it.
pub(crate) async fn try_to_notify(actor: &Person, target: &Person) -> Answer {
    let done =
        Polling::of(actor).await.ask("notification:send", &json!({"userId": target.id, "notification": 1})).await;
    let refused = done["success"] == json!(false);
    let status = if refused { done["status"].as_u64().unwrap().try_into().unwrap() } else { 200 };
    // The rest of a problem document is of HTTP.
    let mut answer = actor.get(if refused { "/nowhere" } else { "/users/me" }).await;
    let instance = answer.json()["instance"].clone();
    let mut document = done;
    document["instance"] = instance;
    answer.status = status;
    answer.text = document.to_string();
    answer
}

#[tokio::test]
async fn what_is_said_by_this_door_and_over_http_comes_to_both() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut watches = ann.socket().await;
    let mut door = Polling::of(&bob).await;
    assert_eq!(door.ask("chat:join", &json!(general)).await, json!({"success": true}));
    let said = door.ask("chat:message", &json!({"roomId": general, "message": "by the door"})).await;
    assert_eq!(said, json!({"success": true, "id": format!("{general}/1")}));
    let event = watches.until("message.created").await;
    assert_eq!(event["data"]["message"]["body"], "by the door");
    ann.say(&general, "over HTTP").await;
    loop {
        let message = door.event("chat:message").await;
        if message["message"] == "over HTTP" {
            assert_eq!(message["sender"], json!({"id": ann.id, "name": "Ann"}));
            break;
        }
    }
    let present = ann.socket().await.frame("presence").await;
    assert!(present["users"].to_string().contains(&bob.id), "{present}");
}

#[tokio::test]
async fn a_read_only_token_listens_and_says_nothing() {
    let (_world, ann) = World::new().await;
    let general = ann.general().await;
    let made = ann.post("/tokens", &json!({"name": "Ear", "scopes": ["read"]})).await.is(201);
    let mut door = Polling::of(&ann.with_token(made["token"].as_str().unwrap())).await;
    assert_eq!(door.ask("chat:join", &json!(general)).await["success"], true);
    for (event, content) in [
        ("chat:message", json!({"roomId": general, "message": "x"})),
        ("notification:send", json!({"userId": ann.id, "notification": "x"})),
    ] {
        assert_eq!(door.ask(event, &content).await["code"], "forbidden", "{event}");
    }
    ann.say(&general, "heard").await;
    assert_eq!(door.event("chat:message").await["message"], "heard");
}

#[tokio::test]
async fn foreign_hosts_and_pages_are_refused_before_anything_else() {
    let (world, _ann) = World::new().await;
    let stranger = world.stranger();
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let request = stranger.request(Method::GET, DOOR).header("origin", origin);
        stranger.send(request).await.refused(403, "origin_refused");
    }
    let request = stranger.request(Method::GET, DOOR).header("host", "evil.example");
    stranger.send(request).await.refused(403, "host_refused");
    for (query, status) in [("", 400), ("?EIO=3&transport=polling", 400), ("?EIO=4&transport=polling&sid=x", 400)] {
        assert_eq!(stranger.get(&format!("//socket.io/{query}")).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_gone_after_five_seconds() {
    let (world, ann) = World::new().await;
    let silent = Polling::open(&world.stranger()).await;
    let mut wrong = Polling::open(&world.stranger()).await;
    assert!(wrong.says_hello("hearth_nonsense").await.contains("Authentication failed"));
    let gone = async { while silent.client.get(&silent.path).await.status == 200 {} };
    soon("a connection that says nothing to end", gone).await;
    let mut other = Polling::open(&world.stranger()).await;
    assert!(other.says_hello(ann.token()).await.starts_with('0'));
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_nobody_up_and_is_closed() {
    let (world, ann) = World::new().await;
    let bob = world.join(&ann, "Bob", "member").await;
    let general = ann.general().await;
    let mut slow = Polling::of(&bob).await;
    assert_eq!(slow.ask("chat:join", &json!(general)).await["success"], true);
    let mut quick = ann.socket().await;
    let watching = tokio::spawn(async move { quick.events_until_said("the end").await.len() });
    let long = "x".repeat(2_000);
    for _ in 0..1_300 {
        ann.say(&general, &long).await;
    }
    ann.say(&general, "the end").await;
    assert_eq!(watching.await.unwrap(), 1_300, "nobody waits for the slow one");
    // Bob is not here any more once the queue that nobody empties was full.
    let mut watches = ann.socket().await;
    loop {
        let present = watches.frame("presence").await;
        let mut users = present["users"].as_array().unwrap().iter();
        let state = users.find(|user| user["userId"] == json!(bob.id)).map(|user| user["state"].clone());
        if state == Some(json!("offline")) || (state.is_none() && present["full"] == json!(true)) {
            break;
        }
    }
}

#[tokio::test]
async fn a_hub_that_stops_does_not_wait_for_polls() {
    let (mut world, ann) = World::on_disk().await;
    let door = Polling::of(&ann).await;
    let unsigned = Polling::open(&world.stranger()).await;
    let polls = [door, unsigned].map(|polling| {
        tokio::spawn(async move {
            // The first answers bring what was waiting.
            while polling.client.get(&polling.path).await.status == 200 {}
        })
    });
    let began = Instant::now();
    world.stop().await;
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    polls.iter().for_each(tokio::task::JoinHandle::abort);
}
