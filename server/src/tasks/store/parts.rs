//! The rows of what hangs on a task: its text, comments and history.

use super::{place, small};
use crate::{
    clock::Timestamp,
    database::{Database, key, row_id},
    ids::{ProjectId, UserId},
    journal::{Draft, Write},
    tasks::view::{ActView, Check, CommentView, Related, RelationKind, Text},
};
use std::collections::BTreeMap;
use surrealdb::types::{Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const COMMENT: &str = "INSERT INTO task_comment $rows ON DUPLICATE KEY UPDATE body = $input.body, mentions = $input.mentions, edited_at = $input.edited_at, deleted_at = $input.deleted_at RETURN NONE";
const ACT: &str = "INSERT INTO task_act $rows RETURN NONE";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct CheckRow {
    id: i64,
    text: String,
    done: bool,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct RelatedRow {
    kind: String,
    project: Uuid,
    number: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TextRow {
    description: String,
    version: i64,
    checklist: Vec<CheckRow>,
    next_check: i64,
    relations: Vec<RelatedRow>,
}

/// Writes what only a task's own page shows.
pub(in crate::tasks) fn put_text(draft: &mut Draft<'_>, project: ProjectId, number: u32, text: &Text) {
    let row = TextRow {
        description: text.description.clone(),
        version: i64::from(text.description_version),
        checklist: text
            .checklist
            .iter()
            .map(|check| CheckRow { id: i64::from(check.id), text: check.text.clone(), done: check.done })
            .collect(),
        next_check: i64::from(text.next_check),
        relations: text
            .relations
            .iter()
            .map(|related| RelatedRow {
                kind: related.kind.word().to_owned(),
                project: related.project.0,
                number: i64::from(related.number),
            })
            .collect(),
    };
    draft.put(place("task_text", project, number), row);
}

/// What only a task's own page shows; nothing where nothing was ever written.
pub(in crate::tasks) async fn text(
    database: &Database,
    project: ProjectId,
    number: u32,
) -> Result<Text, surrealdb::Error> {
    let row: Option<TextRow> = database
        .handle()
        .query("SELECT description, version, checklist, next_check, relations FROM ONLY $id")
        .bind(("id", place("task_text", project, number)))
        .await?
        .take(0)?;
    Ok(row.map_or_else(Text::default, |row| Text {
        description: row.description,
        description_version: small(row.version),
        checklist: row
            .checklist
            .into_iter()
            .map(|check| Check { id: small(check.id), text: check.text, done: check.done })
            .collect(),
        next_check: small(row.next_check),
        relations: row
            .relations
            .into_iter()
            .filter_map(|related| {
                let kind = RelationKind::of(&related.kind)?;
                Some(Related { kind, project: ProjectId(related.project), number: small(related.number) })
            })
            .collect(),
    }))
}

/// Writes a comment, new or changed.
pub(in crate::tasks) fn put_comment(draft: &mut Draft<'_>, project: ProjectId, number: u32, comment: &CommentView) {
    let mut row = Object::new();
    let parts = vec![key(project.0), key(i64::from(number)), key(i64::from(comment.number))];
    row.insert("id", row_id("task_comment", parts));
    row.insert("author", comment.author_id.0);
    row.insert("body", comment.body.clone());
    row.insert("mentions", comment.mentions.iter().map(|user| user.0).collect::<Vec<_>>());
    row.insert("created_at", comment.created_at.millis());
    row.insert("edited_at", comment.edited_at.map(Timestamp::millis));
    row.insert("deleted_at", comment.deleted_at.map(Timestamp::millis));
    draft.write(Write::Row {
        sql: COMMENT,
        key: format!("{project}{number}.{}", comment.number),
        row: Value::Object(row),
    });
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct CommentRow {
    project: Uuid,
    task: i64,
    number: i64,
    author: Uuid,
    body: String,
    mentions: Vec<Uuid>,
    created_at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl CommentRow {
    fn view(self) -> CommentView {
        let moment = Timestamp::from_millis;
        CommentView {
            number: small(self.number),
            author_id: UserId(self.author),
            body: self.body,
            mentions: self.mentions.into_iter().map(UserId).collect(),
            created_at: moment(self.created_at),
            edited_at: self.edited_at.map(moment),
            deleted_at: self.deleted_at.map(moment),
        }
    }
}

/// The comments with these numbers, both included.
pub(in crate::tasks) async fn comments(
    database: &Database,
    (project, task): (ProjectId, u32),
    (from, to): (u32, u32),
) -> Result<Vec<CommentView>, surrealdb::Error> {
    let rows: Vec<CommentRow> = database
        .handle()
        .query("SELECT record::id(id)[0] AS project, record::id(id)[1] AS task, record::id(id)[2] AS number, author, body, mentions, created_at, edited_at, deleted_at FROM task_comment:[$project, $task, $from]..=[$project, $task, $to]")
        .bind(("project", project.0))
        .bind(("task", i64::from(task)))
        .bind(("from", i64::from(from)))
        .bind(("to", i64::from(to)))
        .await?
        .take(0)?;
    Ok(rows.into_iter().map(CommentRow::view).collect())
}

/// The comments with these projects, tasks and numbers, as far as there are such.
pub(in crate::tasks) async fn comments_at(
    database: &Database,
    places: &[(ProjectId, u32, u32)],
) -> Result<BTreeMap<(ProjectId, u32, u32), CommentView>, surrealdb::Error> {
    if places.is_empty() {
        return Ok(BTreeMap::new());
    }
    let id = |(project, task, number): &(ProjectId, u32, u32)| {
        row_id("task_comment", vec![key(project.0), key(i64::from(*task)), key(i64::from(*number))])
    };
    let ids: Vec<RecordId> = places.iter().map(id).collect();
    let sql = "SELECT record::id(id)[0] AS project, record::id(id)[1] AS task, record::id(id)[2] AS number, author, body, mentions, created_at, edited_at, deleted_at FROM $ids";
    let rows: Vec<CommentRow> = database.handle().query(sql).bind(("ids", ids)).await?.take(0)?;
    let with_key = |row: CommentRow| ((ProjectId(row.project), small(row.task), small(row.number)), row.view());
    Ok(rows.into_iter().map(with_key).collect())
}

/// Writes an entry of a task's history.
pub(in crate::tasks) fn put_act(draft: &mut Draft<'_>, project: ProjectId, number: u32, act: &ActView) {
    let mut row = Object::new();
    let parts = vec![key(project.0), key(i64::from(number)), key(i64::from(act.number))];
    row.insert("id", row_id("task_act", parts));
    row.insert("at", act.at.millis());
    row.insert("user", act.user_id.0);
    row.insert("field", act.field.clone());
    row.insert("was", act.from.clone());
    row.insert("is", act.to.clone());
    draft.write(Write::Row { sql: ACT, key: format!("{project}{number}.{}", act.number), row: Value::Object(row) });
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ActRow {
    number: i64,
    at: i64,
    user: Uuid,
    field: String,
    was: Option<String>,
    is: Option<String>,
}

/// The entries of a task's history with these numbers, both included.
pub(in crate::tasks) async fn acts(
    database: &Database,
    (project, task): (ProjectId, u32),
    (from, to): (u32, u32),
) -> Result<Vec<ActView>, surrealdb::Error> {
    let rows: Vec<ActRow> = database
        .handle()
        .query("SELECT record::id(id)[2] AS number, at, user, field, was, is FROM task_act:[$project, $task, $from]..=[$project, $task, $to]")
        .bind(("project", project.0))
        .bind(("task", i64::from(task)))
        .bind(("from", i64::from(from)))
        .bind(("to", i64::from(to)))
        .await?
        .take(0)?;
    Ok(rows
        .into_iter()
        .map(|row| ActView {
            number: small(row.number),
            at: Timestamp::from_millis(row.at),
            user_id: UserId(row.user),
            field: row.field,
            from: row.was,
            to: row.is,
        })
        .collect())
}
