//! The rows by which the hub finds what of tasks has a day.

use super::small;
use crate::{
    database::{Database, key, row_id},
    ids::ProjectId,
    journal::{Draft, Write},
    tasks::view::{Day, TaskView},
};
use surrealdb::types::{Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const RECURRING: &str = "INSERT IGNORE INTO recurring $rows RETURN NONE";
const REMINDER: &str = "INSERT INTO task_due $rows ON DUPLICATE KEY UPDATE soon = $input.soon RETURN NONE";

fn day_row(table: &str, day: &Day, card: &TaskView) -> RecordId {
    row_id(table, vec![key(day.0.clone()), key(card.project_id.0), key(i64::from(card.number))])
}

/// Writes on which day the hub makes the next of a task, where that changed.
pub(in crate::tasks) fn put_recurring(draft: &mut Draft<'_>, card: &TaskView, (was, is): (Option<Day>, Option<Day>)) {
    if was == is {
        return;
    }
    if let Some(day) = was {
        draft.delete(day_row("recurring", &day, card));
    }
    if let Some(day) = is {
        let mut row = Object::new();
        row.insert("id", day_row("recurring", &day, card));
        draft.write(Write::Row {
            sql: RECURRING,
            key: format!("{}{}{}", day.0, card.project_id, card.number),
            row: Value::Object(row),
        });
    }
}

/// Writes that something of a task's due day is still to be told, and whether it was told already that it is near.
pub(in crate::tasks) fn put_reminder(draft: &mut Draft<'_>, card: &TaskView, due: &Day, soon: bool) {
    let mut row = Object::new();
    row.insert("id", day_row("task_due", due, card));
    row.insert("soon", soon);
    let name = format!("{}{}{}", due.0, card.project_id, card.number);
    draft.write(Write::Row { sql: REMINDER, key: name, row: Value::Object(row) });
}

/// There is nothing more to be told of it.
pub(in crate::tasks) fn delete_reminder(draft: &mut Draft<'_>, card: &TaskView, due: &Day) {
    draft.delete(day_row("task_due", due, card));
}

/// Keeps for an open task that something of its due day is to be told. Whoever sets a day that is near knows that it is.
pub(super) fn put_days(draft: &mut Draft<'_>, before: Option<&TaskView>, card: &TaskView, open: bool) {
    let due = |card: &TaskView| card.due.clone().filter(|_| card.deleted_at.is_none());
    let (was, is) = (before.and_then(due), Some(card).filter(|_| open).and_then(due));
    if was == is {
        return;
    }
    if let Some(due) = was {
        delete_reminder(draft, card, &due);
    }
    let today = chrono::DateTime::from_timestamp_millis(draft.now.millis()).unwrap_or_default().date_naive();
    let day = |days: i64| Day((today + chrono::Duration::days(days)).format("%Y-%m-%d").to_string());
    if let Some(due) = is.filter(|due| *due >= day(0)) {
        put_reminder(draft, card, &due, due <= day(1));
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PlaceRow {
    project: Uuid,
    number: i64,
}

/// The tasks of which the next one is to be made by this day.
pub(in crate::tasks) async fn recurring_until(
    database: &Database,
    day: &Day,
) -> Result<Vec<(ProjectId, u32)>, surrealdb::Error> {
    let rows: Vec<PlaceRow> = database
        .handle()
        .query("SELECT record::id(id)[1] AS project, record::id(id)[2] AS number FROM recurring:['']..=[$day, $most]")
        .bind(("day", day.0.clone()))
        .bind(("most", Uuid::max()))
        .await?
        .take(0)?;
    Ok(rows.into_iter().map(|row| (ProjectId(row.project), small(row.number))).collect())
}

/// A task of whose due day something is to be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::tasks) struct Reminder {
    pub(in crate::tasks) due: Day,
    pub(in crate::tasks) project: ProjectId,
    pub(in crate::tasks) number: u32,
    /// It was told that the day is near.
    pub(in crate::tasks) soon: bool,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ReminderRow {
    due: String,
    project: Uuid,
    number: i64,
    soon: bool,
}

/// The open tasks that are due by this day and of which something is still to be told.
pub(in crate::tasks) async fn reminders_until(
    database: &Database,
    day: &Day,
) -> Result<Vec<Reminder>, surrealdb::Error> {
    let rows: Vec<ReminderRow> = database
        .handle()
        .query("SELECT record::id(id)[0] AS due, record::id(id)[1] AS project, record::id(id)[2] AS number, soon FROM task_due:['']..=[$day, $most]")
        .bind(("day", day.0.clone()))
        .bind(("most", Uuid::max()))
        .await?
        .take(0)?;
    let reminder = |row: ReminderRow| {
        let (project, number, soon) = (ProjectId(row.project), small(row.number), row.soon);
        Reminder { due: Day(row.due), project, number, soon }
    };
    Ok(rows.into_iter().map(reminder).collect())
}
