//! Sending messages: as fast as a number of senders can, each waiting for its answer before the next.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use futures_util::future::try_join_all;
use hyper::Method;
use serde_json::json;

use super::row::{Latencies, latencies};
use crate::client::Client;
use crate::team::Person;

/// When senders stop.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Time(Duration),
    /// Each sender stops after this many.
    Count(u64),
}

/// A sentence or two, as people write.
const BODY: &str = "The stands are cut and sanded; two of the brackets came in short, so I am re-doing those tonight.";

/// A word that every message has.
pub(crate) const COMMON: &str = "brackets";
/// How many words there are that only some have. Every one is said in the first some thousand messages.
pub(crate) const RARE: u64 = 300;

/// One of the words that only some messages have.
pub(crate) fn rare(which: u64) -> String {
    let letter = |value: u64| char::from(b'a' + u8::try_from(value % 26).unwrap_or_default());
    format!("zq{}{}x", letter(which / 26), letter(which))
}

/// What the next message says: the same, and a word that few have.
fn body() -> String {
    format!("{BODY} {}", rare(fastrand::u64(..RARE)))
}

/// All senders at once, each a person on a connection of their own. Gives the time of every answer.
pub(crate) async fn closed_loop(
    address: SocketAddr,
    people: &[Person],
    channel: &str,
    until: Until,
) -> Result<Latencies> {
    let senders = people.iter().map(|person| sender(person.client(address), channel, until));
    let mut all = latencies();
    for one in try_join_all(senders).await? {
        all.add(one)?;
    }
    Ok(all)
}

/// Exactly this many messages, shared among the people.
pub(crate) async fn send_many(address: SocketAddr, people: &[Person], channel: &str, count: u64) -> Result<()> {
    let each = count / people.len() as u64;
    closed_loop(address, people, channel, Until::Count(each)).await?;
    let rest = count - each * people.len() as u64;
    closed_loop(address, &people[..1], channel, Until::Count(rest)).await?;
    Ok(())
}

async fn sender(mut client: Client, channel: &str, until: Until) -> Result<Latencies> {
    let path = format!("/api/v1/channels/{channel}/messages");
    let mut latencies = latencies();
    let start = Instant::now();
    let goes_on = |sent: u64| match until {
        Until::Time(time) => start.elapsed() < time,
        Until::Count(count) => sent < count,
    };
    while goes_on(latencies.len()) {
        let message = json!({"body": body(), "clientKey": key()});
        let before = Instant::now();
        let answer = client.call(Method::POST, &path, Some(&message)).await?;
        latencies.saturating_record(u64::try_from(before.elapsed().as_micros())?);
        if answer.status != 201 {
            bail!("sending a message answered {answer}");
        }
    }
    Ok(latencies)
}

fn key() -> String {
    format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..))
}
