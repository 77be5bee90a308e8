//! The rows of outgoing webhooks, and of what was told by them.

use super::{Attempted, Delivery, DeliveryState};
use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, key, record, row_id},
    directory::{Directory, Fact, Key, Outgoing, Stopped, Topic},
    ids::{ChannelId, DeliveryId, OutgoingId, ProjectId, UserId},
    journal::{Draft, Write},
    outside::Fault,
};
use surrealdb::types::{Array, Bytes, Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const FIELDS: &str = "record::id(id)[1] AS id, topic, at, state, tries, next, tried_at, status, took, answer, fault";
const FORGET: &str = "DELETE delivery:[$hook, $least]..=[$hook, $most] RETURN NONE";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct OutgoingRow {
    bot: Uuid,
    url: String,
    near: bool,
    secret: Bytes,
    former: Option<Bytes>,
    former_until: Option<i64>,
    topics: Vec<String>,
    everywhere: bool,
    channels: Vec<Uuid>,
    projects: Vec<Uuid>,
    words: Vec<String>,
    answers: bool,
    active: bool,
    stopped: Option<String>,
    failing_since: Option<i64>,
    failures: i64,
    since: i64,
    created_by: Uuid,
    created_at: i64,
}

pub(super) fn put(draft: &mut Draft<'_>, outgoing: Outgoing) {
    let stopped = outgoing.stopped.map(|stopped| match stopped {
        Stopped::Gone => "gone".to_owned(),
        Stopped::Failing => "failing".to_owned(),
    });
    let row = OutgoingRow {
        bot: outgoing.bot.0,
        url: outgoing.url.clone(),
        near: outgoing.near,
        secret: outgoing.key.0.clone().into(),
        former: outgoing.former.as_ref().map(|(key, _)| key.0.clone().into()),
        former_until: outgoing.former.as_ref().map(|(_, until)| until.millis()),
        topics: outgoing.topics.iter().map(|topic| topic.word()).collect(),
        everywhere: outgoing.everywhere,
        channels: outgoing.channels.iter().map(|channel| channel.0).collect(),
        projects: outgoing.projects.iter().map(|project| project.0).collect(),
        words: outgoing.words.clone(),
        answers: outgoing.answers,
        active: outgoing.on,
        stopped,
        failing_since: outgoing.failing_since.map(Timestamp::millis),
        failures: i64::from(outgoing.failures),
        since: outgoing.since,
        created_by: outgoing.created_by.0,
        created_at: outgoing.created_at.millis(),
    };
    draft.put(record("outgoing", outgoing.id.0), row);
    draft.fact(Fact::Outgoing(outgoing));
}

/// Removes a webhook with everything that was told by it.
pub(super) fn delete(draft: &mut Draft<'_>, id: OutgoingId) {
    draft.delete(record("outgoing", id.0));
    let bindings =
        vec![("hook", id.0.into_value()), ("least", Uuid::nil().into_value()), ("most", Uuid::max().into_value())];
    draft.write(Write::Statement { sql: FORGET, bindings });
    draft.fact(Fact::OutgoingGone(id));
}

/// Reads the webhooks into the directory.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let rows = all::<Keyed<OutgoingRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM outgoing").await?;
    for Keyed { key, row } in rows {
        let former = row.former.map(|former| Key(former.into_inner().to_vec()));
        directory.apply(&Fact::Outgoing(Outgoing {
            id: OutgoingId(key),
            bot: UserId(row.bot),
            url: row.url,
            near: row.near,
            key: Key(row.secret.into_inner().to_vec()),
            former: former.zip(row.former_until.map(Timestamp::from_millis)),
            topics: row.topics.iter().filter_map(|topic| Topic::named(topic)).collect(),
            everywhere: row.everywhere,
            channels: row.channels.into_iter().map(ChannelId).collect(),
            projects: row.projects.into_iter().map(ProjectId).collect(),
            words: row.words,
            answers: row.answers,
            on: row.active,
            stopped: row.stopped.map(|word| if word == "gone" { Stopped::Gone } else { Stopped::Failing }),
            failing_since: row.failing_since.map(Timestamp::from_millis),
            failures: u32::try_from(row.failures).unwrap_or_default(),
            since: row.since,
            created_by: UserId(row.created_by),
            created_at: Timestamp::from_millis(row.created_at),
        }));
    }
    Ok(())
}

fn reader() -> RecordId {
    RecordId::new("reader", "outgoing")
}

/// Lets the log be kept from here on.
pub(super) fn begin_reading(draft: &mut Draft<'_>, position: i64) {
    let mut row = Object::new();
    row.insert("position", position);
    draft.put(reader(), Value::Object(row));
}

/// Lets the log go.
pub(super) fn end_reading(draft: &mut Draft<'_>) {
    draft.delete(reader());
}

/// How far the log has been read; `None` where nobody reads it.
pub(super) async fn position(database: &Database) -> Result<Option<i64>, surrealdb::Error> {
    database.handle().query("RETURN $id.position").bind(("id", reader())).await?.take(0)
}

/// Something to be told.
#[derive(Debug)]
pub(super) struct News {
    pub outgoing: OutgoingId,
    pub id: DeliveryId,
    pub topic: String,
    pub at: Timestamp,
    pub body: String,
    /// When it is tried; `None` for what the caller tries itself.
    pub next: Option<Timestamp>,
}

fn place(outgoing: OutgoingId, id: DeliveryId) -> RecordId {
    row_id("delivery", vec![key(outgoing.0), key(id.0)])
}

fn news_row(news: &News) -> Value {
    let mut row = Object::new();
    row.insert("id", place(news.outgoing, news.id));
    row.insert("topic", news.topic.clone());
    row.insert("at", news.at.millis());
    row.insert("body", news.body.clone());
    row.insert("state", DeliveryState::Waiting.word().to_owned());
    row.insert("tries", 0_i64);
    if let Some(next) = news.next {
        row.insert("next", next.millis());
    }
    Value::Object(row)
}

/// Writes down what is to be told, and with it how far the log has been read: neither is there without the other.
pub(super) async fn keep(database: &Database, news: &[News], position: i64) -> Result<(), surrealdb::Error> {
    let rows = Value::Array(Array::from(news.iter().map(news_row).collect::<Vec<_>>()));
    database
        .handle()
        .query(
            "BEGIN; INSERT INTO delivery $rows RETURN NONE; UPDATE $id SET position = $position RETURN NONE; COMMIT;",
        )
        .bind(("rows", rows))
        .bind(("id", reader()))
        .bind(("position", position))
        .await?
        .check()
        .map(drop)
}

/// Writes down something to be told that no event of the log is about.
pub(super) async fn keep_one(database: &Database, news: &News) -> Result<(), surrealdb::Error> {
    let rows = Value::Array(Array::from(vec![news_row(news)]));
    database.handle().query("INSERT INTO delivery $rows RETURN NONE").bind(("rows", rows)).await?.check().map(drop)
}

/// Lets the log be kept from here on, where it was not known how far it has been read.
pub(super) async fn begin_anew(database: &Database, position: i64) -> Result<(), surrealdb::Error> {
    database
        .handle()
        .query("UPSERT $id SET position = $position RETURN NONE")
        .bind(("id", reader()))
        .bind(("position", position))
        .await?
        .check()
        .map(drop)
}

/// Writes down how far the log has been read, as long as it is read.
pub(super) async fn move_on(database: &Database, position: i64) -> Result<(), surrealdb::Error> {
    database
        .handle()
        .query("UPDATE $id SET position = $position RETURN NONE")
        .bind(("id", reader()))
        .bind(("position", position))
        .await?
        .check()
        .map(drop)
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct DeliveryRow {
    id: Uuid,
    topic: String,
    at: i64,
    state: String,
    tries: i64,
    next: Option<i64>,
    tried_at: Option<i64>,
    status: Option<i64>,
    took: Option<i64>,
    answer: Option<String>,
    fault: Option<String>,
}

impl DeliveryRow {
    fn delivery(self) -> Delivery {
        let status = self.status.and_then(|status| u16::try_from(status).ok());
        Delivery {
            id: DeliveryId(self.id),
            topic: self.topic,
            created_at: Timestamp::from_millis(self.at),
            state: DeliveryState::named(&self.state),
            tries: u32::try_from(self.tries).unwrap_or_default(),
            next_at: self.next.map(Timestamp::from_millis),
            tried_at: self.tried_at.map(Timestamp::from_millis),
            status,
            took_ms: self.took.and_then(|took| u32::try_from(took).ok()),
            answer: self.answer,
            fault: self.fault.as_deref().and_then(Fault::named),
        }
    }
}

/// Everything that is known of what was told by a webhook, the oldest first. There are never more than a few thousand.
pub(super) async fn deliveries(database: &Database, outgoing: OutgoingId) -> Result<Vec<Delivery>, surrealdb::Error> {
    let rows: Vec<DeliveryRow> = database
        .handle()
        .query(format!("SELECT {FIELDS} FROM delivery:[$hook, $least]..=[$hook, $most]"))
        .bind(("hook", outgoing.0))
        .bind(("least", Uuid::nil()))
        .bind(("most", Uuid::max()))
        .await?
        .take(0)?;
    Ok(rows.into_iter().map(DeliveryRow::delivery).collect())
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Whole {
    body: String,
    tries: i64,
    state: String,
    topic: String,
}

/// What is to be sent, how often that was tried, and how it stands with it.
#[derive(Debug)]
pub(super) struct Kept {
    pub body: String,
    pub tries: u32,
    pub state: DeliveryState,
    pub topic: String,
}

pub(super) async fn kept(
    database: &Database,
    outgoing: OutgoingId,
    id: DeliveryId,
) -> Result<Option<Kept>, surrealdb::Error> {
    let found: Option<Whole> = database
        .handle()
        .query("SELECT body, tries, state, topic FROM ONLY $id")
        .bind(("id", place(outgoing, id)))
        .await?
        .take(0)?;
    Ok(found.map(|row| Kept {
        body: row.body,
        tries: u32::try_from(row.tries).unwrap_or_default(),
        state: DeliveryState::named(&row.state),
        topic: row.topic,
    }))
}

/// One delivery without its body.
pub(super) async fn delivery(
    database: &Database,
    outgoing: OutgoingId,
    id: DeliveryId,
) -> Result<Option<Delivery>, surrealdb::Error> {
    let found: Option<DeliveryRow> = database
        .handle()
        .query(format!("SELECT {FIELDS} FROM ONLY $id"))
        .bind(("id", place(outgoing, id)))
        .await?
        .take(0)?;
    Ok(found.map(DeliveryRow::delivery))
}

/// Writes down what came of a try.
pub(super) async fn note(
    database: &Database,
    (outgoing, id): (OutgoingId, DeliveryId),
    tries: u32,
    state: (DeliveryState, Option<Timestamp>),
    attempted: &Attempted,
) -> Result<(), surrealdb::Error> {
    database
        .handle()
        .query("UPDATE $id SET state = $state, tries = $tries, next = $next, tried_at = $tried_at, status = $status, took = $took, answer = $answer, fault = $fault RETURN NONE")
        .bind(("id", place(outgoing, id)))
        .bind(("state", state.0.word().to_owned()))
        .bind(("tries", i64::from(tries)))
        .bind(("next", state.1.map(Timestamp::millis)))
        .bind(("tried_at", attempted.at.millis()))
        .bind(("status", attempted.status.map(i64::from)))
        .bind(("took", i64::from(attempted.took_ms)))
        .bind(("answer", attempted.answer.clone()))
        .bind(("fault", attempted.fault.map(Fault::word)))
        .await?
        .check()
        .map(drop)
}

/// Gives up what waited to be told by a webhook when `last` would have been made: what is told once it is on again is
/// younger.
pub(super) async fn give_up(
    database: &Database,
    outgoing: OutgoingId,
    last: DeliveryId,
) -> Result<(), surrealdb::Error> {
    database
        .handle()
        .query("UPDATE delivery:[$hook, $least]..=[$hook, $most] SET state = 'failed', next = NONE, fault = fault ?? $fault WHERE state = 'waiting' RETURN NONE")
        .bind(("hook", outgoing.0))
        .bind(("least", Uuid::nil()))
        .bind(("most", last.0))
        .bind(("fault", Fault::GivenUp.word()))
        .await?
        .check()
        .map(drop)
}

/// Removes deliveries.
pub(super) async fn forget(
    database: &Database,
    outgoing: OutgoingId,
    ids: &[DeliveryId],
) -> Result<(), surrealdb::Error> {
    let ids: Vec<_> = ids.iter().map(|id| place(outgoing, *id)).collect();
    database.handle().query("DELETE $ids RETURN NONE").bind(("ids", ids)).await?.check().map(drop)
}
