//! What an import remembers: what the people, conversations and messages of the other chat are here. So the same archive
//! brought once more, or a later one of the same team, brings what is new and nothing twice.

use super::slack::Known;
use crate::{
    database::{Database, key, row_id},
    ids::{ChannelId, UserId},
    journal::{Draft, Write},
};
use std::collections::HashMap;
use surrealdb::types::{Object, SurrealValue, Value};
use uuid::Uuid;

const IMPORTED: &str = "INSERT INTO imported $rows ON DUPLICATE KEY UPDATE to = $input.to, number = $input.number, done = $input.done RETURN NONE";
/// Everything of one kind; ids begin with letters, and all of them stand before the last sign.
const KIND: &str = "SELECT record::id(id)[2] AS name, to, done FROM imported:[$chat, $kind, '']..=[$chat, $kind, '~']";
const MESSAGES: &str = "SELECT record::id(id)[3] AS name, to, number FROM imported:[$chat, 'message', $room, $from]..=[$chat, 'message', $room, $to]";

/// The chat that something came from.
const SLACK: &str = "slack";

fn put(draft: &mut Draft<'_>, parts: &[&str], to: Uuid, number: Option<u32>, done: Option<bool>) {
    let mut row = Object::new();
    let names = std::iter::once(SLACK).chain(parts.iter().copied());
    row.insert("id", row_id("imported", names.map(|part| key(part.to_owned())).collect()));
    row.insert("to", to);
    if let Some(number) = number {
        row.insert("number", i64::from(number));
    }
    if let Some(done) = done {
        row.insert("done", done);
    }
    draft.write(Write::Row { sql: IMPORTED, key: parts.join(" "), row: Value::Object(row) });
}

/// Notes who somebody is here.
pub(super) fn put_person(draft: &mut Draft<'_>, id: &str, user: UserId) {
    put(draft, &["person", id], user.0, None, None);
}

/// Notes which conversation one is here, and whether all of it was brought.
pub(super) fn put_room(draft: &mut Draft<'_>, id: &str, known: Known) {
    put(draft, &["room", id], known.channel.0, None, Some(known.done));
}

/// Notes where a message is.
pub(super) fn put_message(draft: &mut Draft<'_>, room: &str, id: &str, (channel, number): (ChannelId, u32)) {
    put(draft, &["message", room, id], channel.0, Some(number), None);
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    name: String,
    to: Uuid,
    done: Option<bool>,
}

async fn all(database: &Database, kind: &str) -> anyhow::Result<Vec<Row>> {
    let handle = database.handle();
    let query = handle.query(KIND).bind(("chat", SLACK)).bind(("kind", kind.to_owned()));
    Ok(query.await?.take(0)?)
}

/// The people who were brought.
pub(super) async fn people(database: &Database) -> anyhow::Result<HashMap<String, UserId>> {
    Ok(all(database, "person").await?.into_iter().map(|row| (row.name, UserId(row.to))).collect())
}

/// The conversations that were brought.
pub(super) async fn rooms(database: &Database) -> anyhow::Result<HashMap<String, Known>> {
    let known = |row: Row| (row.name, Known { channel: ChannelId(row.to), done: row.done == Some(true) });
    Ok(all(database, "room").await?.into_iter().map(known).collect())
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct MessageRow {
    name: String,
    to: Uuid,
    number: i64,
}

/// The messages of a conversation that were brought, of those from one key to another.
pub(super) async fn messages(
    database: &Database,
    room: &str,
    (from, to): (&str, &str),
) -> anyhow::Result<HashMap<String, (ChannelId, u32)>> {
    let rows: Vec<MessageRow> = database
        .handle()
        .query(MESSAGES)
        .bind(("chat", SLACK))
        .bind(("room", room.to_owned()))
        .bind(("from", from.to_owned()))
        .bind(("to", format!("{to}~")))
        .await?
        .take(0)?;
    let place = |row: MessageRow| (row.name, (ChannelId(row.to), u32::try_from(row.number).unwrap_or_default()));
    Ok(rows.into_iter().map(place).collect())
}
