//! Between Hearth's own types and the database's record ids.

use crate::database::Database;
use surrealdb::types::{Array, RecordId, RecordIdKey, SurrealValue, Value};
use uuid::Uuid;

/// One part of a compound record key.
pub fn key(part: impl SurrealValue) -> Value {
    part.into_value()
}

/// The record id `table:[parts…]`.
#[must_use]
pub fn row_id(table: &str, parts: Vec<Value>) -> RecordId {
    RecordId::new(table, RecordIdKey::Array(Array::from(parts)))
}

/// The record id `table:uuid`.
#[must_use]
pub fn record(table: &str, id: Uuid) -> RecordId {
    RecordId::new(table, RecordIdKey::Uuid(id.into()))
}

/// A row of a table whose key is a UUID.
#[derive(Debug, SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub struct Keyed<T: SurrealValue> {
    pub key: Uuid,
    pub row: T,
}

/// Every row that a query of a small table gives.
///
/// # Errors
/// When the database fails or a row does not have the expected shape.
pub async fn all<T: SurrealValue>(database: &Database, sql: &'static str) -> anyhow::Result<Vec<T>> {
    let value: Value = database.handle().query(sql).await?.take(0)?;
    Vec::<T>::from_value(value).map_err(|error| anyhow::anyhow!("{sql}: {error}"))
}
