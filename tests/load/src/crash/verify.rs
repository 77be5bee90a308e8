//! Comparing what the server holds with what it promised.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::ledger::{Channel, Entry, Ledger};
use crate::client::Client;
use crate::team::Person;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    number: u64,
    author_id: String,
    body: String,
    client_key: Option<String>,
    deleted_at: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Message>,
    pagination: Pagination,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    has_after: bool,
}

#[derive(Deserialize)]
struct Bootstrap {
    memberships: Vec<Membership>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    channel_id: String,
    read_number: u64,
    last_number: u64,
    unread: u64,
}

/// Reads each channel after the given number to its end, and single messages before it that were changed.
pub(super) async fn history(people: &[Person], address: SocketAddr, ledger: &Ledger, from: &[u64]) -> Result<()> {
    let mut client = people.last().context("there is a reader")?.client(address);
    for (index, from) in from.iter().enumerate() {
        channel(&mut client, people, ledger, index, *from).await.with_context(|| format!("channel {index}"))?;
    }
    Ok(())
}

async fn channel(client: &mut Client, people: &[Person], ledger: &Ledger, index: usize, from: u64) -> Result<()> {
    let path = format!("/api/v1/channels/{}/messages", ledger.pages().channels[index].id);
    let mut number = from;
    loop {
        let page: Page =
            client.get_raw(&format!("{path}?after={number}&limit=100")).await?.json("a page of history")?;
        for message in &page.data {
            number += 1;
            ensure!(message.number == number, "message {} stands where {number} is due", message.number);
            compare(people, &ledger.pages().channels[index], message)?;
        }
        if !page.pagination.has_after {
            break;
        }
        ensure!(!page.data.is_empty(), "an empty page after {number} says that there is more");
    }
    let last = ledger.pages().channels[index].last();
    ensure!(number == last, "the history ends at {number}, promised was {last}");

    let touched = std::mem::take(&mut ledger.pages().channels[index].touched);
    for number in touched.into_iter().filter(|number| *number <= from) {
        let message: Message = client.get(&format!("{path}/{number}")).await?;
        compare(people, &ledger.pages().channels[index], &message)?;
    }
    Ok(())
}

fn compare(people: &[Person], channel: &Channel, message: &Message) -> Result<()> {
    let number = message.number;
    let Some(Entry { key, author, body, deleted }) = channel.messages.get(&number) else {
        anyhow::bail!("message {number} ({}) was never acknowledged: sent twice?", message.body);
    };
    ensure!(message.author_id == people[*author].id, "message {number} has another author");
    ensure!(message.client_key.as_ref().is_none_or(|given| given == key), "message {number} has another key");
    ensure!(message.deleted_at.is_some() == *deleted, "message {number}: deleted should be {deleted}");
    let due = if *deleted { "" } else { body };
    ensure!(message.body == due, "message {number} says\n  {}\nbut was acknowledged as\n  {due}", message.body);
    Ok(())
}

/// A person's read marks and unread counts, against arithmetic on the ledger.
pub(super) async fn unread(people: &[Person], person: usize, address: SocketAddr, ledger: &Ledger) -> Result<()> {
    let bootstrap: Bootstrap = people[person].client(address).get("/api/v1/bootstrap").await?;
    for channel in &ledger.pages().channels {
        let mine = bootstrap.memberships.iter().find(|membership| membership.channel_id == channel.id);
        let mine = mine.with_context(|| format!("person {person} lost the channel {}", channel.id))?;
        let read = channel.read[person];
        let after = channel.messages.range(read + 1..);
        let unread = after.filter(|(_, entry)| !entry.deleted && entry.author != person).count() as u64;
        let due = (channel.last(), read, unread);
        let held = (mine.last_number, mine.read_number, mine.unread);
        ensure!(held == due, "person {person}: (last, read, unread) is {held:?}, should be {due:?}");
    }
    Ok(())
}
