//! What one change writes down while it is being prepared.

use super::event::{self, Audience};
use crate::{
    clock::Timestamp,
    directory::{Directory, Fact},
    error::AppError,
    ids::ChannelId,
};
use serde::Serialize;
use surrealdb::types::{RecordId, SurrealValue, Value};

/// One write to the database.
#[derive(Clone, Debug)]
pub enum Write {
    /// A row of a table that many changes write to. All rows of one `sql` in a batch go into one
    /// statement, which names them `$rows`; of rows with the same key the last one counts.
    Row { sql: &'static str, key: String, row: Value },
    /// Any other statement, with its bindings. Runs after the rows, in the order of the changes.
    Statement { sql: &'static str, bindings: Vec<(&'static str, Value)> },
}

/// A change in the making.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The team as it will be when everything before this change is committed.
    pub directory: &'a Directory,
    /// The moment of the change.
    pub now: Timestamp,
    pub(super) next_position: i64,
    pub(super) writes: Vec<Write>,
    pub(super) facts: Vec<Fact>,
    pub(super) events: Vec<(Audience, String)>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(directory: &'a Directory, now: Timestamp, next_position: i64) -> Self {
        Self { directory, now, next_position, writes: Vec::new(), facts: Vec::new(), events: Vec::new() }
    }

    /// The position that the next event of this change will get.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.next_position + i64::try_from(self.events.len()).unwrap_or(i64::MAX)
    }

    /// Writes to the database.
    pub fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    /// Writes a whole row, whether or not it was there.
    pub fn put(&mut self, id: RecordId, row: impl SurrealValue) {
        let bindings = vec![("id", id.into_value()), ("row", row.into_value())];
        self.write(Write::Statement { sql: "UPSERT $id CONTENT $row RETURN NONE", bindings });
    }

    /// Removes a row.
    pub fn delete(&mut self, id: RecordId) {
        let bindings = vec![("id", id.into_value())];
        self.write(Write::Statement { sql: "DELETE $id RETURN NONE", bindings });
    }

    /// Changes the directory once this is committed.
    pub fn fact(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// What this change itself made true so far, the newest first.
    pub fn facts_so_far(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter().rev()
    }

    /// Tells clients and readers, once this is committed.
    ///
    /// # Errors
    /// `internal`, should the data not be representable in JSON.
    pub fn event(
        &mut self,
        audience: Audience,
        name: &str,
        channel: Option<ChannelId>,
        data: &impl Serialize,
        client_key: Option<&str>,
    ) -> Result<(), AppError> {
        let body = event::body(name, channel, data, client_key).map_err(AppError::internal)?;
        self.events.push((audience, body));
        Ok(())
    }
}
