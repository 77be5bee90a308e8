//! The schema as a list of numbered steps, each run once and never changed afterwards.

use crate::database::Database;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use surrealdb::types::SurrealValue;

/// A step: number, name, text.
pub type StepText = (i64, &'static str, &'static str);

/// Every step in order.
const STEPS: &[StepText] = &[
    (1, "journal", include_str!("../../migrations/0001_journal.surql")),
    (2, "accounts", include_str!("../../migrations/0002_accounts.surql")),
    (3, "chat", include_str!("../../migrations/0003_chat.surql")),
    (4, "network", include_str!("../../migrations/0004_network.surql")),
    (5, "reactions", include_str!("../../migrations/0005_reactions.surql")),
    (6, "files", include_str!("../../migrations/0006_files.surql")),
    (7, "threads", include_str!("../../migrations/0007_threads.surql")),
    (8, "sections", include_str!("../../migrations/0008_sections.surql")),
    (9, "groups", include_str!("../../migrations/0009_groups.surql")),
    (10, "tasks", include_str!("../../migrations/0010_tasks.surql")),
    (11, "notifications", include_str!("../../migrations/0011_notifications.surql")),
    (12, "audit", include_str!("../../migrations/0012_audit.surql")),
    (13, "extend", include_str!("../../migrations/0013_extend.surql")),
    (14, "later", include_str!("../../migrations/0014_later.surql")),
    (15, "reminders_and_polls", include_str!("../../migrations/0015_reminders_and_polls.surql")),
    (16, "outgoing", include_str!("../../migrations/0016_outgoing.surql")),
    (17, "mail", include_str!("../../migrations/0017_mail.surql")),
    (18, "security", include_str!("../../migrations/0018_security.surql")),
    (19, "plan", include_str!("../../migrations/0019_plan.surql")),
    (20, "filters", include_str!("../../migrations/0020_filters.surql")),
    (21, "imported", include_str!("../../migrations/0021_imported.surql")),
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

/// A step that a database has had.
#[derive(Clone, PartialEq, Eq, Debug, SurrealValue, Serialize, Deserialize)]
#[surreal(crate = "surrealdb::types")]
pub struct Applied {
    pub number: i64,
    /// Of the step's text.
    pub checksum: String,
}

/// The number of the newest step.
#[must_use]
pub fn newest_schema() -> i64 {
    STEPS.last().map_or(0, |step| step.0)
}

/// Whether the steps that data has had are steps of this version, and no more than it knows.
///
/// # Errors
/// [`MigrationError::Newer`], [`MigrationError::Foreign`].
pub fn check_steps(applied: &[Applied]) -> Result<(), MigrationError> {
    let known = newest_schema();
    let found = applied.iter().map(|step| step.number).max().unwrap_or(0);
    if found > known {
        return Err(MigrationError::Newer { found, known });
    }
    for done in applied {
        let step = STEPS.iter().find(|(number, ..)| *number == done.number);
        if step.is_none_or(|(_, _, text)| checksum_of(text) != done.checksum) {
            return Err(MigrationError::Foreign { step: done.number });
        }
    }
    Ok(())
}

/// Whether these are the first steps of all there are, none left out.
#[must_use]
pub fn are_the_first(applied: &[Applied]) -> bool {
    applied.iter().map(|step| step.number).eq(STEPS.iter().map(|step| step.0).take(applied.len()))
}

fn checksum_of(text: &str) -> String {
    hex(&Sha256::digest(text.replace("\r\n", "\n")))
}

/// The steps that this database has had, in order.
///
/// # Errors
/// When the database cannot be asked, or never had one.
pub async fn applied_steps(database: &Database) -> Result<Vec<Applied>, surrealdb::Error> {
    let mut applied: Vec<Applied> = database.handle().query("SELECT number, checksum FROM migration").await?.take(0)?;
    applied.sort_by_key(|step| step.number);
    Ok(applied)
}

/// Runs the steps that this database has not had.
///
/// # Errors
/// [`MigrationError`]; each step is one transaction, so a failed one leaves nothing behind.
pub async fn migrate(database: &Database) -> Result<(), MigrationError> {
    migrate_to(database, newest_schema()).await
}

/// As [`migrate`], but no further than the step of this number.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_to(database: &Database, last: i64) -> Result<(), MigrationError> {
    let handle = database.handle();
    let tables: Vec<String> = handle.query("RETURN object::keys((INFO FOR DB).tables)").await?.take(0)?;
    if !tables.is_empty() && !tables.iter().any(|table| table == "migration") {
        return Err(MigrationError::Foreign { step: 0 });
    }
    handle
        .query("DEFINE TABLE IF NOT EXISTS migration SCHEMAFULL; DEFINE FIELD IF NOT EXISTS number ON migration TYPE int; DEFINE FIELD IF NOT EXISTS name ON migration TYPE string; DEFINE FIELD IF NOT EXISTS checksum ON migration TYPE string")
        .await?
        .check()?;
    let applied = applied_steps(database).await?;
    check_steps(&applied)?;
    let missing = |number: i64| number <= last && applied.iter().all(|done| done.number != number);
    for step in STEPS.iter().filter(|(number, ..)| missing(*number)) {
        apply(database, *step).await?;
    }
    Ok(())
}

/// Runs steps that come after those of this version: for tests of what happens when one fails.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_further(database: &Database, steps: &[StepText]) -> Result<(), MigrationError> {
    for step in steps {
        apply(database, *step).await?;
    }
    Ok(())
}

async fn apply(database: &Database, (number, name, text): StepText) -> Result<(), MigrationError> {
    tracing::info!(step = number, name, "bringing the schema up to date");
    database
        .handle()
        .query(format!(
            "BEGIN; {text}; CREATE type::record('migration', $number) SET number = $number, name = $name, checksum = $checksum RETURN NONE; COMMIT;"
        ))
        .bind(("number", number))
        .bind(("name", name.to_owned()))
        .bind(("checksum", checksum_of(text)))
        .await?
        .check()?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{migrate, migrate_to};
    use crate::database::{Database, Place};
    use uuid::Uuid;

    #[tokio::test]
    async fn files_sent_before_there_were_threads_are_listed_under_their_channel() {
        let database = Database::open(Place::Memory).await.unwrap();
        migrate_to(&database, 6).await.unwrap();
        let (channel, loose) = (Uuid::now_v7(), Uuid::now_v7());
        let row = "SET owner = $owner, name = 'plan.pdf', hash = 'ab', size = 3, kind = 'application/pdf', thumbnail = false, created_at = 1";
        database
            .handle()
            .query(format!("CREATE type::record('file', $sent) {row}, channel = $channel, number = 4, place = -9"))
            .query(format!("CREATE type::record('file', $loose) {row}"))
            .bind(("owner", Uuid::now_v7()))
            .bind(("sent", Uuid::now_v7()))
            .bind(("loose", loose))
            .bind(("channel", channel))
            .await
            .unwrap()
            .check()
            .unwrap();

        migrate(&database).await.unwrap();
        let homes: Vec<Uuid> =
            database.handle().query("SELECT VALUE home FROM file WHERE home != NONE").await.unwrap().take(0).unwrap();
        assert_eq!(homes, [channel]);
        let listed: Vec<i64> = database
            .handle()
            .query("SELECT VALUE place FROM file WHERE home = $channel AND place > -100 ORDER BY place ASC LIMIT 5")
            .bind(("channel", channel))
            .await
            .unwrap()
            .take(0)
            .unwrap();
        assert_eq!(listed, [-9]);
    }

    #[tokio::test]
    async fn a_level_that_nobody_chose_gives_way_to_what_the_person_usually_wants() {
        let database = Database::open(Place::Memory).await.unwrap();
        migrate_to(&database, 10).await.unwrap();
        for (id, level) in [("a", Some("mentions")), ("b", Some("everything")), ("c", None)] {
            database
                .handle()
                .query("CREATE type::record('member', $id) SET channel = $some, user = $some, role = 'member', joined_at = 1, level = $level")
                .bind(("id", id))
                .bind(("some", Uuid::now_v7()))
                .bind(("level", level))
                .await
                .unwrap()
                .check()
                .unwrap();
        }

        migrate(&database).await.unwrap();
        let chosen: Vec<String> = database
            .handle()
            .query("SELECT VALUE record::id(id) FROM member WHERE level != NONE")
            .await
            .unwrap()
            .take(0)
            .unwrap();
        assert_eq!(chosen, ["b"]);
    }
}
