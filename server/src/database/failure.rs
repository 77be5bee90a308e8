//! What a failed query means for Hearth, told from what the database says.

use rand::RngExt;
use std::time::Duration;

/// Why a write failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another transaction touched the same rows; trying again helps.
    Conflict,
    /// A row with this unique key is already there; holds the index's name or the table's.
    Taken(String),
    /// The row is not what the writer of the change saw; thrown by the change's own statement.
    Stale,
    /// The disk has no room.
    DiskFull,
    /// Anything else; the text is for the log.
    Other(String),
}

impl Failure {
    /// Reads the database's error. A unique violation is untyped there: the index's name is only
    /// in the message, which is why every index has a name of its own.
    #[must_use]
    pub fn of(error: &surrealdb::Error) -> Self {
        let text = error.to_string();
        if error
            .query_details()
            .is_some_and(|details| matches!(details, surrealdb::types::QueryError::TransactionConflict))
        {
            return Self::Conflict;
        }
        Self::of_text(text)
    }

    fn of_text(text: String) -> Self {
        if let Some(rest) = text.split("Database index `").nth(1) {
            return Self::Taken(rest.split('`').next().unwrap_or_default().to_owned());
        }
        if let Some(rest) = text.split("Database record `").nth(1)
            && text.contains("already exists")
        {
            return Self::Taken(rest.split(':').next().unwrap_or_default().to_owned());
        }
        if text.ends_with("An error occurred: stale") {
            return Self::Stale;
        }
        let lower = text.to_lowercase();
        if lower.contains("no space left") || lower.contains("disk full") || lower.contains("space limit") {
            return Self::DiskFull;
        }
        if lower.contains("conflict") && lower.contains("retr") {
            return Self::Conflict;
        }
        Self::Other(text)
    }
}

/// Runs `attempt` until it succeeds, at most five times, waiting a little longer after each
/// conflict. Any other failure is returned at once.
///
/// # Errors
/// The last failure.
pub async fn retrying<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, surrealdb::Error>> + Send,
{
    let mut tries = 0_u32;
    loop {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => {
                let failure = Failure::of(&error);
                tries += 1;
                if failure != Failure::Conflict || tries == 5 {
                    return Err(failure);
                }
                let wait = rand::rng().random_range(1..=(2_u64 << tries));
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn a_unique_violation_is_known_by_the_name_of_its_index() {
        let text = "Database index `person_email` already contains ['x'], with record `person:1`";
        assert_eq!(Failure::of_text(text.into()), Failure::Taken("person_email".into()));
    }

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let text = "IO error: No space left on device: While appending to file";
        assert_eq!(Failure::of_text(text.into()), Failure::DiskFull);
        assert!(matches!(Failure::of_text("Parse error".into()), Failure::Other(_)));
    }
}
