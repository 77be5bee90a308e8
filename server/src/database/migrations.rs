//! The schema as a list of numbered steps, each run once and never changed afterwards.

use crate::database::Database;
use sha2::{Digest, Sha256};
use surrealdb::types::SurrealValue;

/// Every step in order: number, name, text.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "journal", include_str!("../../migrations/0001_journal.surql")),
    (2, "accounts", include_str!("../../migrations/0002_accounts.surql")),
    (3, "chat", include_str!("../../migrations/0003_chat.surql")),
    (4, "network", include_str!("../../migrations/0004_network.surql")),
];

/// Why a data directory cannot be brought to this version's schema.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A newer Hearth wrote it.
    #[error(
        "this data was written by a newer version of Hearth (schema {found}, this version knows {known}); install that version or newer, nothing was changed"
    )]
    Newer { found: i64, known: i64 },
    /// It is a database, but not Hearth's, or one whose past was altered.
    #[error("this data does not belong to Hearth or was altered (schema step {step} differs); nothing was changed")]
    Foreign { step: i64 },
    #[error("the schema could not be brought up to date: {0}")]
    Database(#[from] surrealdb::Error),
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Applied {
    number: i64,
    checksum: String,
}

/// Runs the steps that this database has not had.
///
/// # Errors
/// [`MigrationError`]; each step is one transaction, so a failed one leaves nothing behind.
pub async fn migrate(database: &Database) -> Result<(), MigrationError> {
    let handle = database.handle();
    let tables: Vec<String> = handle.query("RETURN object::keys((INFO FOR DB).tables)").await?.take(0)?;
    if !tables.is_empty() && !tables.iter().any(|table| table == "migration") {
        return Err(MigrationError::Foreign { step: 0 });
    }
    handle
        .query("DEFINE TABLE IF NOT EXISTS migration SCHEMAFULL; DEFINE FIELD IF NOT EXISTS number ON migration TYPE int; DEFINE FIELD IF NOT EXISTS name ON migration TYPE string; DEFINE FIELD IF NOT EXISTS checksum ON migration TYPE string")
        .await?
        .check()?;
    let mut applied: Vec<Applied> = handle.query("SELECT number, checksum FROM migration").await?.take(0)?;
    applied.sort_by_key(|step| step.number);
    let known = STEPS.last().map_or(0, |step| step.0);
    if let Some(newest) = applied.last()
        && newest.number > known
    {
        return Err(MigrationError::Newer { found: newest.number, known });
    }
    for (number, name, text) in STEPS {
        let checksum = hex(&Sha256::digest(text.replace("\r\n", "\n")));
        if let Some(done) = applied.iter().find(|done| done.number == *number) {
            if done.checksum != checksum {
                return Err(MigrationError::Foreign { step: *number });
            }
            continue;
        }
        tracing::info!(step = number, name, "bringing the schema up to date");
        handle
            .query(format!(
                "BEGIN; {text}; CREATE type::record('migration', $number) SET number = $number, name = $name, checksum = $checksum RETURN NONE; COMMIT;"
            ))
            .bind(("number", *number))
            .bind(("name", (*name).to_owned()))
            .bind(("checksum", checksum))
            .await?
            .check()?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
