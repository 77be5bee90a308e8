//! The rows of tasks, as far as boards and lists show them.

use super::{
    days::{put_days, put_recurring},
    place, small,
};
use crate::{
    admin::overview,
    clock::Timestamp,
    database::{Database, key, record, row_id},
    directory::{Counted, Fact, Project},
    ids::{ChannelId, ProjectId, TaskId, UserId},
    journal::{Draft, TALLY, Write},
    tasks::{
        recurring::{self, Again, Recurrence},
        view::{Day, Priority, TaskSource, TaskView},
    },
};
use std::collections::BTreeSet;
use surrealdb::types::{Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const CARD: &str = "INSERT INTO task $rows ON DUPLICATE KEY UPDATE task = $input.task, title = $input.title, status = $input.status, rank = $input.rank, priority = $input.priority, assignees = $input.assignees, labels = $input.labels, start = $input.start, due = $input.due, estimate = $input.estimate, parent = $input.parent, part_of = $input.part_of, checks_done = $input.checks_done, checks = $input.checks, comments = $input.comments, described = $input.described, updated_at = $input.updated_at, closed_at = $input.closed_at, deleted_at = $input.deleted_at, version = $input.version, last_comment = $input.last_comment, last_act = $input.last_act, watching = $input.watching, muted = $input.muted, recurrence = $input.recurrence RETURN NONE";
const RANK: &str = "INSERT INTO task $rows ON DUPLICATE KEY UPDATE rank = $input.rank RETURN NONE";
const PLACE: &str = "INSERT INTO task_place $rows RETURN NONE";
const ASSIGN: &str = "INSERT IGNORE INTO assigned $rows RETURN NONE";
const BIN: &str = "INSERT IGNORE INTO task_bin $rows RETURN NONE";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SourceRow {
    channel: Uuid,
    number: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct RecurrenceRow {
    rule: String,
    again: String,
    time_zone: String,
    user: Uuid,
}

/// By what the parts of a task are found.
fn part_of(project: ProjectId, parent: u32) -> String {
    format!("{project}.{parent}")
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct CardRow {
    id: RecordId,
    task: Uuid,
    title: String,
    status: i64,
    rank: String,
    priority: i64,
    assignees: Vec<Uuid>,
    labels: Vec<i64>,
    start: Option<String>,
    due: Option<String>,
    estimate: Option<i64>,
    parent: Option<i64>,
    part_of: Option<String>,
    checks_done: i64,
    checks: i64,
    comments: i64,
    described: bool,
    source: Option<SourceRow>,
    created_by: Uuid,
    created_at: i64,
    updated_at: i64,
    closed_at: Option<i64>,
    deleted_at: Option<i64>,
    version: i64,
    last_comment: i64,
    last_act: i64,
    watching: Option<Vec<Uuid>>,
    muted: Option<Vec<Uuid>>,
    recurrence: Option<RecurrenceRow>,
}

/// Nothing is kept of nobody.
fn some(people: &BTreeSet<UserId>) -> Option<Vec<Uuid>> {
    (!people.is_empty()).then(|| people.iter().map(|user| user.0).collect())
}

impl CardRow {
    fn of(card: &TaskView) -> Self {
        Self {
            id: place("task", card.project_id, card.number),
            task: card.id.0,
            title: card.title.clone(),
            status: i64::from(card.status_id),
            rank: card.rank.clone(),
            priority: card.priority.number(),
            assignees: card.assignee_ids.iter().map(|user| user.0).collect(),
            labels: card.label_ids.iter().copied().map(i64::from).collect(),
            start: card.start.clone().map(|day| day.0),
            due: card.due.clone().map(|day| day.0),
            estimate: card.estimate.map(i64::from),
            parent: card.parent.map(i64::from),
            part_of: card.parent.map(|parent| part_of(card.project_id, parent)),
            checks_done: i64::from(card.checks_done),
            checks: i64::from(card.checks),
            comments: i64::from(card.comments),
            described: card.described,
            source: card
                .source
                .map(|source| SourceRow { channel: source.channel_id.0, number: i64::from(source.number) }),
            created_by: card.created_by.0,
            created_at: card.created_at.millis(),
            updated_at: card.updated_at.millis(),
            closed_at: card.closed_at.map(Timestamp::millis),
            deleted_at: card.deleted_at.map(Timestamp::millis),
            version: i64::from(card.version),
            last_comment: i64::from(card.last_comment),
            last_act: i64::from(card.last_act),
            watching: some(&card.watchers),
            muted: some(&card.muted),
            recurrence: card.recurrence.as_ref().map(|recurrence| RecurrenceRow {
                rule: recurrence.rule.clone(),
                again: recurrence.again.word().to_owned(),
                time_zone: recurrence.time_zone.clone(),
                user: recurrence.user.0,
            }),
        }
    }

    fn view(self, project: &Named, number: u32) -> TaskView {
        let moment = Timestamp::from_millis;
        TaskView {
            id: TaskId(self.task),
            project_id: project.id,
            number,
            key: format!("{}-{number}", project.key),
            title: self.title,
            status_id: small(self.status),
            rank: self.rank,
            priority: Priority::numbered(self.priority),
            assignee_ids: self.assignees.into_iter().map(UserId).collect(),
            label_ids: self.labels.into_iter().map(small).collect(),
            start: self.start.map(Day),
            due: self.due.map(Day),
            estimate: self.estimate.map(small),
            parent: self.parent.map(small),
            checks_done: small(self.checks_done),
            checks: small(self.checks),
            comments: small(self.comments),
            described: self.described,
            source: self
                .source
                .map(|source| TaskSource { channel_id: ChannelId(source.channel), number: small(source.number) }),
            created_by: UserId(self.created_by),
            created_at: moment(self.created_at),
            updated_at: moment(self.updated_at),
            closed_at: self.closed_at.map(moment),
            deleted_at: self.deleted_at.map(moment),
            version: small(self.version),
            last_comment: small(self.last_comment),
            last_act: small(self.last_act),
            watchers: self.watching.into_iter().flatten().map(UserId).collect(),
            muted: self.muted.into_iter().flatten().map(UserId).collect(),
            recurrence: self.recurrence.map(|row| Recurrence {
                rule: row.rule,
                again: Again::of(&row.again),
                time_zone: row.time_zone,
                user: UserId(row.user),
            }),
        }
    }
}

/// What of a project is needed to name its tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::tasks) struct Named {
    pub(in crate::tasks) id: ProjectId,
    pub(in crate::tasks) key: String,
    pub(in crate::tasks) last_number: u32,
}

impl Named {
    pub(in crate::tasks) fn of(project: &Project) -> Self {
        Self { id: project.id, key: project.key.clone(), last_number: project.last_number }
    }
}

/// Writes a new task and the project's counter.
pub(in crate::tasks) fn insert_new(draft: &mut Draft<'_>, card: &TaskView, open: bool) {
    let mut row = Object::new();
    row.insert("id", record("task_place", card.id.0));
    row.insert("project", card.project_id.0);
    row.insert("number", i64::from(card.number));
    draft.write(Write::Row { sql: PLACE, key: card.id.to_string(), row: Value::Object(row) });
    let mut row = Object::new();
    row.insert("id", row_id("tally", vec![key("project".to_owned()), key(card.project_id.0)]));
    row.insert("number", i64::from(card.number));
    row.insert("at", card.created_at.millis());
    draft.write(Write::Row { sql: TALLY, key: format!("project{}", card.project_id), row: Value::Object(row) });
    overview::count(draft, Counted::Tasks, card.created_at);
    draft.fact(Fact::TaskCreated(card.project_id, card.number));
    put_card(draft, None, card, (false, open));
}

/// Writes a task over what it was, and whose open tasks it is among. `open` says whether there was and is something
/// to do in its status.
pub(in crate::tasks) fn put_card(
    draft: &mut Draft<'_>,
    before: Option<&TaskView>,
    card: &TaskView,
    (was_open, is_open): (bool, bool),
) {
    let name = format!("{}{}", card.project_id, card.number);
    draft.write(Write::Row { sql: CARD, key: name.clone(), row: CardRow::of(card).into_value() });
    let holders = |card: Option<&TaskView>, open: bool| -> BTreeSet<UserId> {
        card.filter(|card| open && card.deleted_at.is_none()).map(|card| card.assignee_ids.clone()).unwrap_or_default()
    };
    let (had, has) = (holders(before, was_open), holders(Some(card), is_open));
    for user in has.difference(&had) {
        let mut row = Object::new();
        row.insert("id", assigned(*user, card));
        draft.write(Write::Row { sql: ASSIGN, key: format!("{user}{name}"), row: Value::Object(row) });
    }
    for user in had.difference(&has) {
        draft.delete(assigned(*user, card));
    }
    put_days(draft, before.filter(|_| was_open), card, is_open);
    put_recurring(draft, card, (before.and_then(recurring::next_day), recurring::next_day(card)));
    let bin =
        |at: Timestamp| row_id("task_bin", vec![key(at.millis()), key(card.project_id.0), key(i64::from(card.number))]);
    match (before.and_then(|before| before.deleted_at), card.deleted_at) {
        (None, Some(at)) => {
            let mut row = Object::new();
            row.insert("id", bin(at));
            draft.write(Write::Row { sql: BIN, key: name, row: Value::Object(row) });
        }
        (Some(at), None) => draft.delete(bin(at)),
        _ => {}
    }
}

fn assigned(user: UserId, card: &TaskView) -> RecordId {
    row_id("assigned", vec![key(user.0), key(card.project_id.0), key(i64::from(card.number))])
}

/// Writes the ranks of tasks whose column was numbered anew.
pub(in crate::tasks) fn put_ranks(draft: &mut Draft<'_>, project: ProjectId, ranks: &[(u32, String)]) {
    for (number, rank) in ranks {
        let mut row = Object::new();
        row.insert("id", place("task", project, *number));
        row.insert("rank", rank.clone());
        draft.write(Write::Row { sql: RANK, key: format!("{project}{number}"), row: Value::Object(row) });
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct RankRow {
    number: i64,
    status: i64,
    rank: String,
}

/// Number, status and rank of every task of a project that is not deleted.
pub(in crate::tasks) async fn ranks(
    database: &Database,
    project: ProjectId,
) -> Result<Vec<(u32, u32, String)>, surrealdb::Error> {
    let rows: Vec<RankRow> = database
        .handle()
        .query("SELECT record::id(id)[1] AS number, status, rank FROM task:[$project, 1]..=[$project, 4294967295] WHERE deleted_at = NONE")
        .bind(("project", project.0))
        .await?
        .take(0)?;
    Ok(rows.into_iter().map(|row| (small(row.number), small(row.status), row.rank)).collect())
}

fn views(rows: Vec<CardRow>, projects: &[Named]) -> Vec<TaskView> {
    let view = |row: CardRow| {
        let surrealdb::types::RecordIdKey::Array(parts) = &row.id.key else { return None };
        let mut parts = parts.iter();
        let (Some(Value::Uuid(project)), Some(number)) = (parts.next(), parts.next()) else { return None };
        let (project, number) = (**project, i64::from_value(number.clone()).ok()?);
        let project = projects.iter().find(|named| named.id.0 == project)?;
        Some(row.view(project, small(number)))
    };
    rows.into_iter().filter_map(view).collect()
}

/// The parts of a task, by number; deleted ones are among them.
pub(in crate::tasks) async fn parts_of(
    database: &Database,
    project: &Named,
    parent: u32,
) -> Result<Vec<TaskView>, surrealdb::Error> {
    let rows: Vec<CardRow> = database
        .handle()
        .query("SELECT * FROM task WHERE part_of = $whole")
        .bind(("whole", part_of(project.id, parent)))
        .await?
        .take(0)?;
    let mut found = views(rows, std::slice::from_ref(project));
    found.sort_by_key(|task| task.number);
    Ok(found)
}

/// Every task of a project, by number; deleted ones are among them.
pub(in crate::tasks) async fn of_project(
    database: &Database,
    project: &Named,
) -> Result<Vec<TaskView>, surrealdb::Error> {
    let rows: Vec<CardRow> = database
        .handle()
        .query("SELECT * FROM task:[$project, 1]..=[$project, $to]")
        .bind(("project", project.id.0))
        .bind(("to", i64::from(project.last_number)))
        .await?
        .take(0)?;
    Ok(views(rows, std::slice::from_ref(project)))
}

/// The tasks with these numbers, of these projects, as far as there are such.
pub(in crate::tasks) async fn at(
    database: &Database,
    projects: &[Named],
    places: &[(ProjectId, u32)],
) -> Result<Vec<TaskView>, surrealdb::Error> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<RecordId> = places.iter().map(|(project, number)| place("task", *project, *number)).collect();
    let rows: Vec<CardRow> = database.handle().query("SELECT * FROM $ids").bind(("ids", ids)).await?.take(0)?;
    Ok(views(rows, projects))
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PlaceRow {
    project: Uuid,
    number: i64,
}

/// The task with this id.
pub(in crate::tasks) async fn number_of(
    database: &Database,
    task: TaskId,
) -> Result<Option<(ProjectId, u32)>, surrealdb::Error> {
    let row: Option<PlaceRow> = database
        .handle()
        .query("SELECT project, number FROM ONLY $id")
        .bind(("id", record("task_place", task.0)))
        .await?
        .take(0)?;
    Ok(row.map(|row| (ProjectId(row.project), small(row.number))))
}

/// The open tasks of somebody.
pub(in crate::tasks) async fn mine(
    database: &Database,
    user: UserId,
) -> Result<Vec<(ProjectId, u32)>, surrealdb::Error> {
    let rows: Vec<PlaceRow> = database
        .handle()
        .query("SELECT record::id(id)[1] AS project, record::id(id)[2] AS number FROM assigned:[$user, $least, 0]..=[$user, $most, 4294967295]")
        .bind(("user", user.0))
        .bind(("least", Uuid::nil()))
        .bind(("most", Uuid::max()))
        .await?
        .take(0)?;
    Ok(rows.into_iter().map(|row| (ProjectId(row.project), small(row.number))).collect())
}

/// Some of the tasks that were deleted before this moment.
pub(in crate::tasks) async fn deleted_before(
    database: &Database,
    moment: Timestamp,
) -> Result<Vec<(ProjectId, u32)>, surrealdb::Error> {
    let rows: Vec<PlaceRow> = database
        .handle()
        .query("SELECT record::id(id)[1] AS project, record::id(id)[2] AS number FROM task_bin:[0]..=[$moment]")
        .bind(("moment", moment.millis()))
        .await?
        .take(0)?;
    Ok(rows.into_iter().map(|row| (ProjectId(row.project), small(row.number))).collect())
}

/// Removes a deleted task with all that hangs on it. Its number is not given again.
pub(in crate::tasks) fn remove_for_good(draft: &mut Draft<'_>, card: &TaskView) {
    let (project, number) = (card.project_id, i64::from(card.number));
    draft.delete(place("task", project, card.number));
    draft.delete(place("task_text", project, card.number));
    draft.delete(record("task_place", card.id.0));
    if let Some(at) = card.deleted_at {
        draft.delete(row_id("task_bin", vec![key(at.millis()), key(project.0), key(number)]));
    }
    for sql in [
        "DELETE task_comment:[$project, $number, 0]..=[$project, $number, 4294967295] RETURN NONE",
        "DELETE task_act:[$project, $number, 0]..=[$project, $number, 4294967295] RETURN NONE",
    ] {
        let bindings = vec![("project", project.0.into_value()), ("number", number.into_value())];
        draft.write(Write::Statement { sql, bindings });
    }
}
