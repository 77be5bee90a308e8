//! Reading a whole database as it was at one moment, and filling an empty one.

use super::{Database, Failure};
use futures_util::StreamExt;
use std::collections::BTreeMap;
use surrealdb::{
    method::StreamItem,
    types::{Array, Value},
};
use tokio::sync::mpsc;

/// How many rows are handed on at a time.
const HANDFUL: usize = 128;

/// A table to read, and which of its rows; all, without a condition.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub table: String,
    /// What follows `WHERE`.
    pub only: Option<&'static str>,
}

/// Some rows of one table.
#[derive(Debug)]
pub struct Handful {
    /// The table's place in what was wanted.
    pub table: usize,
    pub rows: Vec<Value>,
}

/// Why a database was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("the database could not be read: {0}")]
    Database(#[from] surrealdb::Error),
    /// Whoever took the rows went away.
    #[error("nobody takes the rows any more")]
    Unwanted,
    #[error("the database gave a row of another table, {0}")]
    Stray(String),
}

impl Database {
    /// The tables that are defined, sorted by name.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn tables(&self) -> Result<Vec<String>, surrealdb::Error> {
        let mut tables: Vec<String> =
            self.handle().query("RETURN object::keys((INFO FOR DB).tables)").await?.take(0)?;
        tables.sort();
        Ok(tables)
    }

    /// Reads these tables, one after the other and each in the order of its keys, as all of them
    /// were at one moment; what is written meanwhile is not seen. No more than a few handfuls are
    /// in memory at once: a slow taker slows the reading.
    ///
    /// # Errors
    /// [`CopyError`]; the rows that were handed on before it then mean nothing.
    pub async fn read_all(&self, wanted: &[Wanted], rows: mpsc::Sender<Handful>) -> Result<(), CopyError> {
        // One transaction has one snapshot. Its text is read statement by statement as rows arrive.
        let mut text = String::from("BEGIN;");
        for Wanted { table, only } in wanted {
            text.extend(["SELECT * FROM ", &quoted(table)]);
            if let Some(condition) = only {
                text.extend([" WHERE ", condition]);
            }
            text.push(';');
        }
        text.push_str("COMMIT;");
        let places: BTreeMap<&str, usize> =
            wanted.iter().enumerate().map(|(place, wanted)| (wanted.table.as_str(), place)).collect();
        let mut items = self.handle().query(text).stream_items()?;
        let mut handful = Handful { table: 0, rows: Vec::with_capacity(HANDFUL) };
        while let Some(item) = items.next().await {
            let value = match item? {
                StreamItem::Row { value, .. } => value,
                StreamItem::StatementEnd { result, .. } => {
                    result?;
                    continue;
                }
            };
            let Some(table) = table_of(&value) else { continue };
            let place = *places.get(table).ok_or_else(|| CopyError::Stray(table.to_owned()))?;
            if place != handful.table || handful.rows.len() == HANDFUL {
                let next = Handful { table: place, rows: Vec::with_capacity(HANDFUL) };
                let full = std::mem::replace(&mut handful, next);
                rows.send(full).await.map_err(|_| CopyError::Unwanted)?;
            }
            handful.rows.push(value);
        }
        rows.send(handful).await.map_err(|_| CopyError::Unwanted)
    }

    /// Adds rows to a table, all or none. Each has its key in `id`.
    ///
    /// # Errors
    /// When one is there already or does not fit the schema, or the disk is full.
    pub async fn insert(&self, table: &str, rows: Vec<Value>) -> Result<(), Failure> {
        self.handle()
            .query(format!("INSERT INTO {} $rows RETURN NONE", quoted(table)))
            .bind(("rows", Value::Array(Array::from(rows))))
            .await
            .and_then(surrealdb::IndexedResults::check)
            .map(drop)
            .map_err(|error| Failure::of(&error))
    }
}

/// A table's name as an identifier, whatever is in it.
fn quoted(table: &str) -> String {
    format!("`{}`", table.replace('\\', "\\\\").replace('`', "\\`"))
}

/// The table that a row is of; `None` for what is not a row.
fn table_of(value: &Value) -> Option<&str> {
    let Value::Object(row) = value else { return None };
    let Some(Value::RecordId(id)) = row.get("id") else { return None };
    Some(id.table.as_str())
}
