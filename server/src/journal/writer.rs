//! The one task that writes. It drains whatever queued up while the last batch was being written;
//! that is the next batch, so nobody waits for a timer and a busy hub makes large batches.

use super::{
    Batch, Clock, Start,
    draft::{Draft, Write},
    event::{Audience, Event},
    replay,
};
use crate::{
    database::{Database, Failure, key, retrying, row_id},
    directory::{Directory, Fact},
    error::{AppError, Code},
};
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};
use surrealdb::types::{Array, Object, SurrealValue, Value};
use tokio::sync::{mpsc, oneshot};

/// The most changes that go into one transaction.
const LARGEST_BATCH: usize = 512;

/// A row of `tally`: a counter that goes on from its last value after a restart.
pub(crate) const TALLY: &str =
    "INSERT INTO tally $rows ON DUPLICATE KEY UPDATE number = $input.number, at = $input.at RETURN NONE";
const EVENT: &str = "INSERT INTO event $rows RETURN NONE";

/// A change that waits for the writer, whatever its answer is.
pub(super) trait Pending: Send {
    fn prepare(&mut self, draft: &mut Draft<'_>) -> Result<(), AppError>;
    fn answer(self: Box<Self>, outcome: Result<(), AppError>);
}

/// A change with its answer.
pub(super) struct Change<T, F> {
    prepare: F,
    value: Option<T>,
    answer: oneshot::Sender<Result<T, AppError>>,
}

impl<T, F> Change<T, F> {
    pub(super) fn new(prepare: F, answer: oneshot::Sender<Result<T, AppError>>) -> Self {
        Self { prepare, value: None, answer }
    }
}

impl<T, F> Pending for Change<T, F>
where
    T: Send,
    F: FnMut(&mut Draft<'_>) -> Result<T, AppError> + Send,
{
    fn prepare(&mut self, draft: &mut Draft<'_>) -> Result<(), AppError> {
        self.value = Some((self.prepare)(draft)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), AppError>) {
        let Self { value, answer, .. } = *self;
        let outcome =
            outcome.and_then(|()| value.ok_or_else(|| AppError::internal("a change was committed unprepared")));
        // The caller may have gone away; the change stands all the same.
        let _ = answer.send(outcome);
    }
}

/// What a batch of prepared changes amounts to.
#[derive(Default)]
struct Prepared {
    changes: Vec<Box<dyn Pending>>,
    writes: Vec<Write>,
    facts: Vec<Fact>,
    events: Vec<Arc<Event>>,
}

/// The writer task's state.
pub(crate) struct Writer {
    database: Arc<Database>,
    published: Arc<RwLock<Directory>>,
    /// The team as it will be when the batch in the making is committed.
    ahead: Directory,
    position: Arc<AtomicI64>,
    clock: Clock,
    batch: i64,
    waiting: mpsc::Receiver<Box<dyn Pending>>,
    publish: mpsc::Sender<Batch>,
}

impl Writer {
    pub(super) fn new(
        database: Arc<Database>,
        published: Arc<RwLock<Directory>>,
        (position, clock): (Arc<AtomicI64>, Clock),
        start: &Start,
        waiting: mpsc::Receiver<Box<dyn Pending>>,
        publish: mpsc::Sender<Batch>,
    ) -> Self {
        let ahead = published.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        Self { database, published, ahead, position, clock, batch: start.batch, waiting, publish }
    }

    /// Writes until every handle of the journal is gone and the queue is empty.
    pub(crate) async fn run(mut self) {
        let mut queued = Vec::with_capacity(LARGEST_BATCH);
        while self.waiting.recv_many(&mut queued, LARGEST_BATCH).await > 0 {
            let prepared = self.prepare(queued.drain(..));
            self.commit(prepared).await;
        }
    }

    /// Prepares changes in order. One that is refused is answered at once and leaves no trace.
    fn prepare(&mut self, queued: impl Iterator<Item = Box<dyn Pending>>) -> Prepared {
        let mut prepared = Prepared::default();
        let now = self.clock.now();
        let mut next = self.position.load(Ordering::Acquire) + 1;
        for mut change in queued {
            let mut draft = Draft::new(&self.ahead, now, next);
            let outcome = catch_unwind(AssertUnwindSafe(|| change.prepare(&mut draft)))
                .unwrap_or_else(|_| Err(AppError::internal("a change panicked")));
            let Draft { writes, facts, events, .. } = draft;
            if let Err(refusal) = outcome {
                change.answer(Err(refusal));
                continue;
            }
            for fact in &facts {
                self.ahead.apply(fact);
            }
            for (audience, body) in events {
                prepared.events.push(Arc::new(Event { position: next, at: now, audience, body }));
                next += 1;
            }
            prepared.writes.extend(writes);
            prepared.facts.extend(facts);
            prepared.changes.push(change);
        }
        prepared
    }

    /// Writes a batch. If the database refuses it, its changes are tried one by one, so that only
    /// the one at fault hears of it.
    async fn commit(&mut self, prepared: Prepared) {
        let Err((failure, mut changes)) = self.try_commit(prepared).await else { return };
        if changes.len() == 1 {
            changes.drain(..).for_each(|change| change.answer(Err(refusal(&failure))));
        }
        for change in changes {
            let alone = self.prepare(std::iter::once(change));
            if let Err((failure, changes)) = self.try_commit(alone).await {
                changes.into_iter().for_each(|change| change.answer(Err(refusal(&failure))));
            }
        }
    }

    /// Writes a batch and publishes it, or gives its changes back with nothing done.
    async fn try_commit(&mut self, prepared: Prepared) -> Result<(), (Failure, Vec<Box<dyn Pending>>)> {
        let Prepared { changes, writes, facts, events } = prepared;
        if changes.is_empty() {
            return Ok(());
        }
        if let Err(failure) = self.store(&writes, &events).await {
            self.ahead = self.published.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
            return Err((failure, changes));
        }
        self.publish(changes, &facts, events).await;
        Ok(())
    }

    /// One transaction, one sync. After a failure whose outcome is unknown the batch's last event, or the number of
    /// batches without events, tells whether it is on disk.
    async fn store(&mut self, writes: &[Write], events: &[Arc<Event>]) -> Result<(), Failure> {
        if writes.is_empty() && events.is_empty() {
            return Ok(());
        }
        let mark = events.last().map_or(Mark::Number(self.batch + 1), |last| Mark::Event(last));
        let (sql, bindings) = statements(writes, events, mark);
        let (handle, sql, bindings) = (&self.database.handle(), &sql, &bindings);
        let written = retrying(|| async move {
            let mut query = handle.query(sql.as_str());
            for (name, value) in bindings {
                query = query.bind((name.clone(), value.clone()));
            }
            first_error(query.await?)
        })
        .await;
        if let Err(failure) = written {
            let is_written = match mark {
                Mark::Event(last) => replay::holds(&self.database, last).await,
                Mark::Number(batch) => replay::batch_number(&self.database).await.map(|newest| newest == batch),
            };
            if !is_written.unwrap_or(false) {
                if let Failure::Other(cause) = &failure {
                    tracing::error!(error = %cause, events = events.len(), "a batch was not written");
                }
                return Err(failure);
            }
            tracing::warn!(?failure, "a batch was written although its commit failed");
        }
        if let Mark::Number(batch) = mark {
            self.batch = batch;
        }
        Ok(())
    }

    async fn publish(&mut self, changes: Vec<Box<dyn Pending>>, facts: &[Fact], events: Vec<Arc<Event>>) {
        {
            let mut directory = self.published.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            for fact in facts {
                directory.apply(fact);
            }
            if let Some(last) = events.last() {
                self.position.store(last.position, Ordering::Release);
            }
        }
        for change in changes {
            change.answer(Ok(()));
        }
        if !events.is_empty() {
            // Nobody reads any more only while the process is stopping.
            let _ = self.publish.send(events.into()).await;
        }
    }
}

/// The error of the statement at fault. The others of its transaction only say that it failed.
fn first_error(mut response: surrealdb::IndexedResults) -> Result<(), surrealdb::Error> {
    let mut errors: Vec<_> = response.take_errors().into_iter().collect();
    errors.sort_by_key(|(index, _)| *index);
    let cause = errors.iter().position(|(_, error)| {
        !error.query_details().is_some_and(|details| matches!(details, surrealdb::types::QueryError::NotExecuted))
    });
    if errors.is_empty() { Ok(()) } else { Err(errors.swap_remove(cause.unwrap_or(0)).1) }
}

/// What the caller of a change hears when the database refused it.
fn refusal(failure: &Failure) -> AppError {
    match failure {
        Failure::DiskFull => AppError::new(Code::DiskFull),
        Failure::Taken(_) => AppError::new(Code::Conflict),
        Failure::Stale => AppError::new(Code::VersionMismatch),
        Failure::Conflict => AppError::later(Code::Busy, std::time::Duration::from_secs(1)),
        Failure::Other(_) => AppError::new(Code::Internal),
    }
}

/// By what a batch is known on disk.
#[derive(Clone, Copy)]
enum Mark<'a> {
    /// This event is its last.
    Event(&'a Event),
    /// It has no events and counts as this one of those.
    Number(i64),
}

/// The text and bindings of one batch.
fn statements(writes: &[Write], events: &[Arc<Event>], mark: Mark<'_>) -> (String, Vec<(String, Value)>) {
    let mut groups: Vec<(&'static str, Vec<Value>)> = Vec::new();
    let mut places: HashMap<(&'static str, &str), (usize, usize)> = HashMap::new();
    for write in writes {
        let Write::Row { sql, key, row } = write else { continue };
        if let Some((group, index)) = places.get(&(*sql, key.as_str())) {
            groups[*group].1[*index] = row.clone();
            continue;
        }
        let group = groups.iter().position(|(known, _)| known == sql).unwrap_or_else(|| {
            groups.push((sql, Vec::new()));
            groups.len() - 1
        });
        groups[group].1.push(row.clone());
        places.insert((sql, key), (group, groups[group].1.len() - 1));
    }
    let events = events.iter().map(|event| event_row(event)).collect::<Vec<_>>();
    if !events.is_empty() {
        groups.push((EVENT, events));
    }
    if let Mark::Number(batch) = mark {
        let tally = groups.iter().position(|(sql, _)| *sql == TALLY).unwrap_or_else(|| {
            groups.push((TALLY, Vec::new()));
            groups.len() - 1
        });
        groups[tally].1.push(tally_row(key("batch"), batch, 0));
    }

    let mut text = String::from("BEGIN;");
    let mut bindings = Vec::new();
    for (number, (sql, rows)) in groups.into_iter().enumerate() {
        text.push_str(&sql.replace("$rows", &format!("$rows{number}")));
        text.push(';');
        bindings.push((format!("rows{number}"), Value::Array(Array::from(rows))));
    }
    let mut number = 0;
    for write in writes {
        let Write::Statement { sql, bindings: own } = write else { continue };
        text.push_str(&sql.replace('$', &format!("$s{number}_")));
        text.push(';');
        bindings.extend(own.iter().map(|(name, value)| (format!("s{number}_{name}"), value.clone())));
        number += 1;
    }
    text.push_str("COMMIT;");
    (text, bindings)
}

/// A counter's row.
pub(crate) fn tally_row(name: Value, number: i64, at: i64) -> Value {
    let mut row = Object::new();
    row.insert("id", row_id("tally", vec![name]));
    row.insert("number", number);
    row.insert("at", at);
    Value::Object(row)
}

fn event_row(event: &Event) -> Value {
    let (scope, channel, user) = match event.audience {
        Audience::Everyone => ("everyone", None, None),
        Audience::Admins => ("admins", None, None),
        Audience::Viewers(channel) => ("viewers", Some(channel.0), None),
        Audience::Members(channel) => ("members", Some(channel.0), None),
        Audience::ViewersAnd(channel, user) => ("viewers", Some(channel.0), Some(user.0)),
        Audience::Person(user) => ("person", None, Some(user.0)),
        // Of each kind of audience the scope says what its id names.
        Audience::Project(project) => ("project", Some(project.0), None),
    };
    let mut row = Object::new();
    row.insert("id", row_id("event", vec![key(event.position)]));
    row.insert("at", event.at.millis());
    row.insert("scope", scope.to_owned());
    if let Some(channel) = channel {
        row.insert("channel", channel);
    }
    if let Some(user) = user {
        row.insert("user", user);
    }
    row.insert("body", event.body.clone().into_value());
    Value::Object(row)
}
