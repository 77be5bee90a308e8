//! Someone at a client: what they ask, and who they are.

use crate::{answer::Answer, socket::Socket, world::Place};
use reqwest::{
    Method, RequestBuilder,
    header::{AUTHORIZATION, COOKIE, ORIGIN},
};
use serde_json::{Value, json};
use std::ops::Deref;

/// How a client proves who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Nothing,
    Bearer(String),
    /// `name=value`
    Cookie(String),
}

/// A program that asks the server.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    place: Place,
    http: reqwest::Client,
    pub(crate) proof: Proof,
}

impl Client {
    pub(crate) fn stranger(place: Place, http: reqwest::Client) -> Self {
        Self { place, http, proof: Proof::Nothing }
    }

    /// The same client with an access or API token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { proof: Proof::Bearer(token.to_owned()), ..self.clone() }
    }

    /// The same client without a proof.
    pub(crate) fn unsigned(&self) -> Self {
        Self { proof: Proof::Nothing, ..self.clone() }
    }

    /// `127.0.0.1:port`
    pub(crate) fn host(&self) -> String {
        self.place.get().to_string()
    }

    /// A request to a path below `/api/v1`, or to a whole path that begins with `//`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let host = self.host();
        let path = path
            .strip_prefix('/')
            .filter(|rest| rest.starts_with('/'))
            .map_or_else(|| format!("/api/v1{path}"), str::to_owned);
        let request = self.http.request(method, format!("http://{host}{path}"));
        match &self.proof {
            Proof::Nothing => request,
            Proof::Bearer(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            Proof::Cookie(cookie) => request.header(COOKIE, cookie).header(ORIGIN, format!("http://{host}")),
        }
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.send_built(request.build().unwrap()).await
    }

    /// Sends a request whose headers were written by hand.
    pub(crate) async fn send_built(&self, request: reqwest::Request) -> Answer {
        let asked = format!("{} {:.200}", request.method(), request.url().path());
        let response = match self.http.execute(request).await {
            Ok(response) => response,
            Err(error) => panic!("{asked} got no answer: {error:?}"),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), asked }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// As [`Client::post`], for many at once.
    pub(crate) async fn post_owned(&self, path: &str, body: Value) -> Answer {
        self.post(path, &body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A connected socket that has not said hello.
    pub(crate) async fn connect(&self) -> Socket {
        Socket::connect(&self.host(), &self.proof).await
    }

    /// A socket that has said hello and heard that it is to load afresh.
    pub(crate) async fn socket(&self) -> Socket {
        let mut socket = self.connect().await;
        let ready = socket.hello(None).await;
        assert_eq!(ready["resume"], "reset", "without a cursor there is nothing to go on from");
        socket
    }

    /// A socket that goes on from this cursor, and whether it could.
    pub(crate) async fn resume(&self, cursor: &str) -> (Socket, String) {
        let mut socket = self.connect().await;
        let ready = socket.hello(Some(cursor)).await;
        let resume = ready["resume"].as_str().unwrap().to_owned();
        (socket, resume)
    }

    /// What a client loads when it starts.
    pub(crate) async fn bootstrap(&self) -> Value {
        self.get("/bootstrap").await.is(200)
    }

    /// The cursor of now.
    pub(crate) async fn cursor(&self) -> String {
        self.bootstrap().await["cursor"].as_str().unwrap().to_owned()
    }
}

/// Someone who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    client: Client,
    pub(crate) id: String,
    pub(crate) account: Value,
    /// Empty where a cookie was asked for.
    pub(crate) refresh_token: String,
}

impl Deref for Person {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Person {
    /// Who an answer of registering or signing in is about.
    pub(crate) fn signed_in(stranger: &Client, answer: Value) -> Self {
        let proof = Proof::Bearer(answer["accessToken"].as_str().unwrap().to_owned());
        Self::new(stranger, answer, proof)
    }

    pub(crate) fn by_cookie(stranger: &Client, answer: Value, cookie: String) -> Self {
        Self::new(stranger, answer, Proof::Cookie(cookie))
    }

    fn new(stranger: &Client, mut answer: Value, proof: Proof) -> Self {
        let account = answer["user"].take();
        Self {
            client: Client { proof, ..stranger.clone() },
            id: account["id"].as_str().unwrap().to_owned(),
            refresh_token: answer["refreshToken"].as_str().unwrap_or_default().to_owned(),
            account,
        }
    }

    /// The access token, or nothing for a browser.
    pub(crate) fn token(&self) -> &str {
        match &self.proof {
            Proof::Bearer(token) => token,
            _ => "",
        }
    }

    /// Makes a channel with these others in it, and gives its id.
    pub(crate) async fn channel(&self, name: &str, kind: &str, others: &[&Person]) -> String {
        let others: Vec<_> = others.iter().map(|other| &other.id).collect();
        let body = json!({"name": name, "kind": kind, "memberIds": others});
        id(&self.post("/channels", &body).await.is(201))
    }

    /// #general
    pub(crate) async fn general(&self) -> String {
        id(&self.get("/channels?q=general").await.json()["data"][0])
    }

    /// The direct conversation with these people.
    pub(crate) async fn direct(&self, others: &[&Person]) -> String {
        let others: Vec<_> = others.iter().map(|other| &other.id).collect();
        let answer = self.post("/direct", &json!({"userIds": others})).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
        id(&answer.json()["data"])
    }

    /// Says something and gives the message.
    /// Somebody as the team sees them, also once they are gone.
    pub(crate) async fn user(&self, id: &Value) -> Value {
        let bootstrap = self.bootstrap().await;
        bootstrap["users"].as_array().unwrap().iter().find(|user| user["id"] == *id).unwrap().clone()
    }

    pub(crate) async fn say(&self, channel: &str, body: &str) -> Value {
        self.post(&format!("/channels/{channel}/messages"), &json!({"body": body})).await.is(201)
    }

    /// Replies to a message and gives the reply.
    pub(crate) async fn reply(&self, channel: &str, number: u32, body: &str) -> Value {
        self.post(&format!("/channels/{channel}/messages/{number}/replies"), &json!({"body": body})).await.is(201)
    }

    /// Puts somebody into a channel.
    pub(crate) async fn add(&self, channel: &str, other: &Person) {
        self.put(&format!("/channels/{channel}/members/{}", other.id), &json!({})).await.is(200);
    }

    /// Takes somebody out of a channel.
    pub(crate) async fn remove(&self, channel: &str, other: &Person) {
        self.delete(&format!("/channels/{channel}/members/{}", other.id)).await.is(204);
    }

    /// Joins a public channel.
    pub(crate) async fn enter(&self, channel: &str) {
        self.put(&format!("/channels/{channel}/members/me"), &json!({})).await.is(200);
    }

    /// Leaves a channel.
    pub(crate) async fn leave(&self, channel: &str) {
        self.delete(&format!("/channels/{channel}/members/me")).await.is(204);
    }

    /// Gives somebody another role in the team.
    pub(crate) async fn make(&self, other: &Person, role: &str) {
        self.patch(&format!("/users/{}", other.id), &json!({"role": role})).await.is(200);
    }

    /// This person's own place in a channel, as a fresh load shows it; null outside.
    pub(crate) async fn membership(&self, channel: &str) -> Value {
        let bootstrap = self.bootstrap().await;
        let found = bootstrap["memberships"].as_array().unwrap().iter().find(|one| one["channelId"] == channel);
        found.cloned().unwrap_or_default()
    }
}

/// The id of what was answered.
pub(crate) fn id(entity: &Value) -> String {
    entity["id"].as_str().unwrap_or_else(|| panic!("no id in {entity}")).to_owned()
}
