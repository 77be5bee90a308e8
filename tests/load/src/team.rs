//! A team to put load on: its owner, people with tokens that do not expire, and a channel they are all in.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Client;
use crate::socket::Socket;

const PASSWORD: &str = "kettle-lantern-harbour-42";

/// How many people register at the same time: each costs the server a password hash.
const REGISTERING: usize = 4;

pub(crate) struct Team {
    pub(crate) owner: Person,
    pub(crate) people: Vec<Person>,
    /// The channel that everyone is in.
    pub(crate) channel: String,
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignedIn {
    user: Identified,
    access_token: String,
}

#[derive(Deserialize)]
struct Identified {
    id: String,
}

#[derive(Deserialize)]
struct NewToken {
    token: String,
}

impl Team {
    /// Sets the server up and lets anyone register.
    pub(crate) async fn found(address: SocketAddr) -> Result<Self> {
        let mut client = Client::new(address);
        let setup =
            json!({"team": "Load", "name": "Olga Owner", "username": "olga", "password": PASSWORD, "session": "token"});
        let answer = client.call(Method::POST, "/api/v1/setup", Some(&setup)).await?;
        let owner = person(address, answer.json("setup")?, &["read", "write", "admin"]).await?;
        let mut client = owner.client(address);
        let open = json!({"registration": "open"});
        let _: Value = client.send(Method::PATCH, "/api/v1/admin/settings", &open).await?;
        let channel = new_channel(&mut client, "load").await?;
        Ok(Self { owner, people: Vec::new(), channel })
    }

    /// Makes sure that there are this many people besides the owner, each in the channel.
    pub(crate) async fn grow(&mut self, address: SocketAddr, count: usize) -> Result<()> {
        let channel = &self.channel;
        let joined = stream::iter(self.people.len()..count)
            .map(|index| async move {
                let person = register(address, index).await?;
                join(&person, address, channel).await?;
                anyhow::Ok(person)
            })
            .buffered(REGISTERING);
        let joined: Vec<Person> = joined.try_collect().await?;
        self.people.extend(joined);
        Ok(())
    }
}

impl Person {
    pub(crate) fn client(&self, address: SocketAddr) -> Client {
        Client::with_token(address, &self.token)
    }

    pub(crate) async fn socket(&self, address: SocketAddr) -> Result<Socket> {
        Socket::open(address, &self.token).await
    }
}

/// Makes a public channel that only its maker is in.
pub(crate) async fn new_channel(client: &mut Client, name: &str) -> Result<String> {
    let channel = json!({"name": name, "kind": "public"});
    let channel: Identified = client.send(Method::POST, "/api/v1/channels", &channel).await?;
    Ok(channel.id)
}

/// Joins a public channel.
pub(crate) async fn join(person: &Person, address: SocketAddr, channel: &str) -> Result<()> {
    let path = format!("/api/v1/channels/{channel}/members/me");
    let _: Value = person.client(address).send(Method::PUT, &path, &json!({})).await?;
    Ok(())
}

async fn register(address: SocketAddr, index: usize) -> Result<Person> {
    let account = json!({
        "name": format!("Person {index}"),
        "username": format!("person{index}"),
        "email": format!("person{index}@example.org"),
        "password": PASSWORD,
        "session": "token",
    });
    let answer = Client::new(address).call(Method::POST, "/api/v1/auth/register", Some(&account)).await?;
    person(address, answer.json("register")?, &["read", "write"]).await
}

/// The access token of a sign-in ends after minutes; a token of its own lasts as long as the data.
async fn person(address: SocketAddr, signed_in: SignedIn, scopes: &[&str]) -> Result<Person> {
    let mut client = Client::with_token(address, &signed_in.access_token);
    let wanted = json!({"name": "load", "scopes": scopes});
    let created: NewToken = client.send(Method::POST, "/api/v1/tokens", &wanted).await.context("making a token")?;
    Ok(Person { id: signed_in.user.id, token: created.token })
}
