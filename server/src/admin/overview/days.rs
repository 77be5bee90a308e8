//! How many messages were sent and tasks made on each day: counted as they are, because counting
//! rows would take longer the more there are.

use super::DayCounts;
use crate::{
    clock::{self, Timestamp},
    database::{Database, key},
    directory::{Counted, Directory, Fact},
    journal::{Draft, TALLY, Write, tally_row},
};
use chrono::Days;
use surrealdb::types::SurrealValue;

/// How many days are shown.
const SHOWN: u64 = 30;

/// The first part of the names of a counter. The names sort as the days do.
fn prefix(counted: Counted) -> &'static str {
    match counted {
        Counted::Messages => "day ",
        Counted::Tasks => "day of tasks ",
    }
}

/// Counts a message or a task, once in a change.
pub(crate) fn count(draft: &mut Draft<'_>, counted: Counted, at: Timestamp) {
    let day = clock::day(at);
    let name = format!("{}{day}", prefix(counted));
    let number = draft.directory.days.get(&(counted, day)).copied().unwrap_or_default().saturating_add(1);
    let row = tally_row(key(name.clone()), i64::from(number), at.millis());
    draft.write(Write::Row { sql: TALLY, key: name, row });
    draft.fact(Fact::DayCounted(counted, day, number));
}

/// The last days, today at the end.
pub(super) fn last(directory: &Directory, now: Timestamp) -> Vec<DayCounts> {
    let today = clock::day(now);
    (0..SHOWN)
        .rev()
        .filter_map(|back| today.checked_sub_days(Days::new(back)))
        .map(|day| {
            let number = |counted| directory.days.get(&(counted, day)).copied().unwrap_or_default();
            DayCounts { day: day.to_string(), messages: number(Counted::Messages), tasks: number(Counted::Tasks) }
        })
        .collect()
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    day: String,
    number: i64,
}

/// Reads the days that can still be shown.
pub(crate) async fn load(database: &Database, directory: &mut Directory, now: Timestamp) -> anyhow::Result<()> {
    let today = clock::day(now);
    let first = today.checked_sub_days(Days::new(SHOWN)).unwrap_or(today);
    let last = today.checked_add_days(Days::new(1)).unwrap_or(today);
    for counted in [Counted::Messages, Counted::Tasks] {
        let prefix = prefix(counted);
        let rows: Vec<Row> = database
            .handle()
            .query("SELECT record::id(id)[0] AS day, number FROM tally:[$from]..=[$to]")
            .bind(("from", format!("{prefix}{first}")))
            .bind(("to", format!("{prefix}{last}")))
            .await?
            .take(0)?;
        for row in rows {
            let Some(Ok(day)) = row.day.strip_prefix(prefix).map(str::parse) else { continue };
            directory.apply(&Fact::DayCounted(counted, day, u32::try_from(row.number).unwrap_or_default()));
        }
    }
    Ok(())
}
