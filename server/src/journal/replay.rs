//! Reading the log again: at start, and for clients that were away.

use super::{
    Journal, Start,
    event::{Audience, Cursor, Event},
};
use crate::{
    clock::Timestamp,
    database::{Database, key, row_id},
    ids::{ChannelId, HubId, ProjectId, UserId},
};
use rand::Rng;
use std::sync::atomic::Ordering;
use surrealdb::types::SurrealValue;

/// The most events that are replayed to one client; one that is further back loads afresh.
const FURTHEST: i64 = 5_000;
/// How many rows are read at a time.
const PAGE: i64 = 1_000;

/// What a client that comes back has missed.
#[derive(Debug)]
pub enum Missed {
    /// These events, in order, and the cursor after the last. Whether the client may see each is
    /// still to be asked.
    Events(Vec<Event>, Cursor),
    /// Too much, or the cursor is of another log: the client has to load afresh.
    TooMuch,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct EventRow {
    position: i64,
    at: i64,
    scope: String,
    channel: Option<uuid::Uuid>,
    user: Option<uuid::Uuid>,
    body: String,
}

impl EventRow {
    fn event(self) -> Option<Event> {
        let audience = match (self.scope.as_str(), self.channel, self.user) {
            ("everyone", _, _) => Audience::Everyone,
            ("admins", _, _) => Audience::Admins,
            ("viewers", Some(channel), None) => Audience::Viewers(ChannelId(channel)),
            ("viewers", Some(channel), Some(user)) => Audience::ViewersAnd(ChannelId(channel), UserId(user)),
            ("members", Some(channel), _) => Audience::Members(ChannelId(channel)),
            ("person", _, Some(user)) => Audience::Person(UserId(user)),
            ("project", Some(project), _) => Audience::Project(ProjectId(project)),
            _ => return None,
        };
        let at = Timestamp::from_millis(self.at);
        Some(Event { position: self.position, at, audience, body: self.body })
    }
}

impl Journal {
    /// What happened after `cursor`, up to the newest published event.
    ///
    /// `oldest` is the position that this reader's view goes back to at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn missed(&self, cursor: &Cursor, oldest: i64) -> Result<Missed, surrealdb::Error> {
        let newest = self.position.load(Ordering::Acquire);
        let floor = self.floor.load(Ordering::Acquire).max(oldest);
        let known = cursor.epoch == self.epoch && cursor.position <= newest;
        if !known || cursor.position < floor || newest - cursor.position > FURTHEST {
            return Ok(Missed::TooMuch);
        }
        let mut events = Vec::with_capacity(usize::try_from(newest - cursor.position).unwrap_or(0));
        let mut from = cursor.position + 1;
        while from <= newest {
            let to = newest.min(from + PAGE - 1);
            events.extend(self.events(from, to).await?);
            from = to + 1;
        }
        Ok(Missed::Events(events, Cursor::new(&self.epoch, newest)))
    }

    /// The next events after `cursor`, a thousand at most, and the cursor after them: for readers inside this process
    /// that keep a position of their own. `None` when the log cannot be read on from there.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn after(&self, cursor: &Cursor) -> Result<Option<(Vec<Event>, Cursor)>, surrealdb::Error> {
        let newest = self.position.load(Ordering::Acquire);
        if cursor.epoch != self.epoch || cursor.position > newest {
            return Ok(None);
        }
        let to = newest.min(cursor.position + PAGE);
        let events = if to > cursor.position { self.events(cursor.position + 1, to).await? } else { Vec::new() };
        // Asked last: what was trimmed while it was read may not be among them.
        if cursor.position < self.floor.load(Ordering::Acquire) {
            return Ok(None);
        }
        Ok(Some((events, Cursor::new(&self.epoch, to))))
    }

    async fn events(&self, from: i64, to: i64) -> Result<Vec<Event>, surrealdb::Error> {
        let rows: Vec<EventRow> = self
            .database
            .handle()
            .query("SELECT record::id(id)[0] AS position, at, scope, channel, user, body FROM event:[$from]..=[$to]")
            .bind(("from", from))
            .bind(("to", to))
            .await?
            .take(0)?;
        Ok(rows.into_iter().filter_map(EventRow::event).collect())
    }

    /// The name of this log, which is part of every cursor.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Log {
    hub: uuid::Uuid,
    epoch: String,
}

/// Whether this very event is on disk.
pub(super) async fn holds(database: &Database, event: &Event) -> Result<bool, surrealdb::Error> {
    let held: Option<bool> = database
        .handle()
        .query("RETURN $id.body = $body")
        .bind(("id", row_id("event", vec![key(event.position)])))
        .bind(("body", event.body.clone()))
        .await?
        .take(0)?;
    Ok(held.unwrap_or(false))
}

/// How many batches without events are on disk.
pub(super) async fn batch_number(database: &Database) -> Result<i64, surrealdb::Error> {
    tally(database, "batch").await
}

/// A counter of the log itself; 0 when it was never written.
async fn tally(database: &Database, name: &str) -> Result<i64, surrealdb::Error> {
    let number: Option<i64> = database
        .handle()
        .query("RETURN $id.number")
        .bind(("id", row_id("tally", vec![key(name.to_owned())])))
        .await?
        .take(0)?;
    Ok(number.unwrap_or(0))
}

/// Finds out where the log stands; a new log gets its name.
///
/// # Errors
/// When the database fails.
pub(crate) async fn start(database: &Database) -> Result<(HubId, Start), surrealdb::Error> {
    let handle = database.handle();
    let log: Option<Log> = handle.query("SELECT hub, epoch FROM ONLY log:this").await?.take(0)?;
    let log = if let Some(log) = log {
        log
    } else {
        let log = Log { hub: HubId::generate().0, epoch: new_epoch() };
        handle
            .query("CREATE log:this SET hub = $hub, epoch = $epoch RETURN NONE")
            .bind(("hub", log.hub))
            .bind(("epoch", log.epoch.clone()))
            .await?
            .check()?;
        log
    };
    let batch = tally(database, "batch").await?;
    let floor = tally(database, "floor").await?;
    let position = newest(database, floor).await?;
    Ok((HubId(log.hub), Start { epoch: log.epoch, position, floor, batch }))
}

/// Gives the log another name: what its cursors meant until now, they do not mean any more, and
/// whoever has one loads afresh.
///
/// # Errors
/// When the database fails.
pub(crate) async fn rename(database: &Database) -> Result<(), surrealdb::Error> {
    database
        .handle()
        .query("UPDATE log:this SET epoch = $epoch RETURN NONE")
        .bind(("epoch", new_epoch()))
        .await?
        .check()
        .map(drop)
}

/// A name that no other log has.
fn new_epoch() -> String {
    let mut random = [0_u8; 6];
    rand::rng().fill_bytes(&mut random);
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The newest event's position. Positions have no holes, so doubling steps and then halving find
/// it with a few point reads however long the log is.
async fn newest(database: &Database, floor: i64) -> Result<i64, surrealdb::Error> {
    let exists = async |position: i64| -> Result<bool, surrealdb::Error> {
        let found: Option<bool> = database
            .handle()
            .query("RETURN record::exists($id)")
            .bind(("id", row_id("event", vec![key(position)])))
            .await?
            .take(0)?;
        Ok(found.unwrap_or(false))
    };
    let mut low = floor;
    let mut step = 1;
    while exists(low + step).await? {
        low += step;
        step *= 2;
    }
    let mut high = low + step;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if exists(middle).await? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
