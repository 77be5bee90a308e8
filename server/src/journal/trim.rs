//! Letting go of events that nobody will ask for again.

use super::writer::{TALLY, tally_row};
use crate::{
    clock::Timestamp,
    database::{Database, key, row_id},
};
use std::time::Duration;
use surrealdb::types::{Array, Value};

/// Events younger than this stay.
pub const KEEP_TIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// The newest events stay, this many, however old.
pub const KEEP_ROWS: i64 = 100_000;
/// A reader that is further behind than this holds nothing up: it will find that the log has gone on without it.
pub const FURTHEST_READER: i64 = 10 * KEEP_ROWS;
/// How many rows go at a time, so that nobody waits long behind it.
const STEP: i64 = 1_000;

/// Removes events from `floor` on as far as nobody needs them, and returns the new floor.
///
/// The floor is written in the transaction that removes the rows, so a stop in between leaves no
/// hole that a start would stumble on.
pub(super) async fn trim(database: &Database, mut floor: i64, newest: i64, now: Timestamp) -> anyhow::Result<i64> {
    let handle = database.handle();
    let slowest: Option<i64> =
        handle.query("RETURN math::min((SELECT VALUE position FROM reader))").await?.take(0).unwrap_or(None);
    let last = last(newest, slowest);
    while floor < last {
        let to = (floor + STEP).min(last);
        let at: Option<i64> =
            handle.query("RETURN $id.at").bind(("id", row_id("event", vec![key(to)]))).await?.take(0)?;
        if at.is_none_or(|at| now.since(Timestamp::from_millis(at)) < KEEP_TIME) {
            break;
        }
        handle
            .query(format!("BEGIN; DELETE event:[$from]..=[$to] RETURN NONE; {TALLY}; COMMIT;"))
            .bind(("from", floor + 1))
            .bind(("to", to))
            .bind(("rows", Value::Array(Array::from(vec![tally_row(key("floor"), to, 0)]))))
            .await?
            .check()?;
        floor = to;
    }
    Ok(floor)
}

/// The last event that may go, as far as its age allows it: those that are kept for clients stay, and those that a reader has
/// not read, unless it is hopelessly behind.
fn last(newest: i64, slowest: Option<i64>) -> i64 {
    (newest - KEEP_ROWS).min(slowest.unwrap_or(i64::MAX).max(newest - FURTHEST_READER))
}

#[cfg(test)]
mod tests {
    use super::{FURTHEST_READER, KEEP_ROWS, last};

    #[test]
    fn a_reader_holds_the_log_up_and_not_for_ever() {
        let newest = 5 * FURTHEST_READER;
        assert_eq!(last(newest, None), newest - KEEP_ROWS);
        assert_eq!(last(newest, Some(newest)), newest - KEEP_ROWS);
        assert_eq!(last(newest, Some(newest - 2 * KEEP_ROWS)), newest - 2 * KEEP_ROWS);
        assert_eq!(last(newest, Some(7)), newest - FURTHEST_READER);
    }
}
