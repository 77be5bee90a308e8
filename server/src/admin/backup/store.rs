//! Which rows a backup holds.

use crate::{
    database::{Database, Wanted},
    ids::HubId,
};

/// Tables that are not in a backup: the schema's own, which a restore makes anew, and the links
/// with which somebody could choose a new password. What waits to be told to programs, and how far
/// they were told, is of its moment: a restore must not tell them again.
const LEFT_OUT: &[&str] = &["migration", "reset", "delivery", "reader"];
/// Tables of which only some rows are in a backup. The sign-ins of browsers and API clients stay
/// out: a device that was signed out since must not be signed in again by a restore, and a backup
/// that falls into the wrong hands opens nothing. API tokens are kept for the programs that use
/// them.
const ONLY: &[(&str, &str)] = &[("session", "kind = 'token'")];

/// Whether a table is in no backup.
pub(super) fn left_out(table: &str) -> bool {
    LEFT_OUT.contains(&table)
}

/// What a backup reads of these tables.
pub(super) fn wanted(tables: Vec<String>) -> Vec<Wanted> {
    tables
        .into_iter()
        .filter(|table| !left_out(table))
        .map(|table| {
            let only = ONLY.iter().find(|(limited, _)| *limited == table).map(|(_, condition)| *condition);
            Wanted { table, only }
        })
        .collect()
}

/// Whose database it is; `None` where none was started.
pub(super) async fn hub(database: &Database) -> Result<Option<HubId>, surrealdb::Error> {
    let hub: Option<uuid::Uuid> = database.handle().query("RETURN log:this.hub").await?.take(0)?;
    Ok(hub.map(HubId))
}
