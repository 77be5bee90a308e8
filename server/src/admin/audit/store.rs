//! The rows of the audit log.

use super::{Act, Entry, KEEP};
use crate::{
    clock::Timestamp,
    database::{Database, key, row_id},
    directory::{Directory, Fact},
    ids::UserId,
    journal::{Draft, TALLY, Write, tally_row},
};
use surrealdb::types::{Object, SurrealValue, Value};
use uuid::Uuid;

const AUDIT: &str = "INSERT INTO audit $rows RETURN NONE";
const RANGE: &str = "SELECT record::id(id)[0] AS number, at, act, actor, target, address, detail, times, last_at FROM audit:[$from]..=[$to]";
/// The name of the counter.
const COUNTER: &str = "audit";

pub(super) fn put(draft: &mut Draft<'_>, entry: &Entry) {
    let number = i64::from(entry.number);
    let id = row_id("audit", vec![key(number)]);
    let mut row = Object::new();
    row.insert("at", entry.at.millis());
    row.insert("act", word(entry.act));
    if let Some(actor) = entry.actor {
        row.insert("actor", actor.0);
    }
    if let Some(target) = entry.target {
        row.insert("target", target.0);
    }
    row.insert("address", entry.address.clone());
    row.insert("detail", entry.detail.clone());
    if entry.times > 1 {
        row.insert("times", i64::from(entry.times));
        row.insert("last_at", entry.last_at.millis());
        // It is there already, and is written again whole.
        draft.put(id, Value::Object(row));
        return;
    }
    row.insert("id", id);
    draft.write(Write::Row { sql: AUDIT, key: number.to_string(), row: Value::Object(row) });
    let tally = tally_row(key(COUNTER.to_owned()), number, entry.at.millis());
    draft.write(Write::Row { sql: TALLY, key: COUNTER.to_owned(), row: tally });
    draft.fact(Fact::Audited(entry.number));
}

/// An act as it is stored.
pub(super) fn word(act: Act) -> String {
    serde_json::to_value(act).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    number: i64,
    at: i64,
    act: String,
    actor: Option<Uuid>,
    target: Option<Uuid>,
    address: String,
    detail: String,
    times: Option<i64>,
    last_at: Option<i64>,
}

/// The entries from one number to another, both included, in their order.
pub(super) async fn range(database: &Database, from: u32, to: u32) -> anyhow::Result<Vec<Entry>> {
    let handle = database.handle();
    let query = handle.query(RANGE).bind(("from", i64::from(from))).bind(("to", i64::from(to)));
    let rows: Vec<Row> = query.await?.take(0)?;
    rows.into_iter()
        .map(|row| {
            Ok(Entry {
                number: u32::try_from(row.number)?,
                at: Timestamp::from_millis(row.at),
                act: serde_json::from_value(serde_json::Value::String(row.act))?,
                actor: row.actor.map(UserId),
                target: row.target.map(UserId),
                address: row.address,
                detail: row.detail,
                times: row.times.map_or(1, |times| u32::try_from(times).unwrap_or(u32::MAX)),
                last_at: Timestamp::from_millis(row.last_at.unwrap_or(row.at)),
            })
        })
        .collect()
}

/// Adds an entry to a database that no hub has open.
///
/// # Errors
/// When the database does not take it.
pub(crate) async fn write_offline(database: &Database, act: Act, at: Timestamp, detail: &str) -> anyhow::Result<()> {
    let counter = row_id("tally", vec![key(COUNTER.to_owned())]);
    let newest: Option<i64> = database.handle().query("RETURN $id.number").bind(("id", counter)).await?.take(0)?;
    let number = newest.unwrap_or_default() + 1;
    let mut row = Object::new();
    row.insert("id", row_id("audit", vec![key(number)]));
    row.insert("at", at.millis());
    row.insert("act", word(act));
    row.insert("address", String::new());
    row.insert("detail", detail.to_owned());
    let sql = format!("BEGIN; {AUDIT}; {}; COMMIT;", TALLY.replace("$rows", "$tally"));
    let handle = database.handle();
    let query = handle.query(sql).bind(("rows", vec![Value::Object(row)]));
    let tally = tally_row(key(COUNTER.to_owned()), number, at.millis());
    query.bind(("tally", vec![tally])).await?.check()?;
    Ok(())
}

/// Reads how many entries there ever were.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let id = row_id("tally", vec![key(COUNTER.to_owned())]);
    let number: Option<i64> = database.handle().query("RETURN $id.number").bind(("id", id)).await?.take(0)?;
    directory.apply(&Fact::Audited(u32::try_from(number.unwrap_or_default())?));
    Ok(())
}

/// Removes the entries that are too old to be kept.
///
/// # Errors
/// When the database fails; what was not removed stays for the next time.
pub(crate) async fn trim(database: &Database, newest: u32) -> anyhow::Result<()> {
    let to = newest.saturating_sub(KEEP);
    if to == 0 {
        return Ok(());
    }
    database.handle().query("DELETE audit:[1]..=[$to] RETURN NONE").bind(("to", i64::from(to))).await?.check()?;
    Ok(())
}
