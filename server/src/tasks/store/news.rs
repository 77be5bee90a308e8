//! The rows of what people are told of tasks.

use super::small;
use crate::{
    clock::Timestamp,
    database::{Database, all, key, row_id},
    directory::{Directory, Fact, NewsKind, TaskLevel, Told},
    ids::{ProjectId, UserId},
    journal::{Draft, Write},
};
use surrealdb::types::{Object, SurrealValue, Value};
use uuid::Uuid;

const NEWS: &str = "INSERT INTO news $rows ON DUPLICATE KEY UPDATE by = $input.by, comment = $input.comment, words = $input.words, at = $input.at RETURN NONE";
const UNREAD: &str = "INSERT INTO news_unread $rows ON DUPLICATE KEY UPDATE by = $input.by, comment = $input.comment, at = $input.at RETURN NONE";
const LEVEL: &str = "INSERT INTO task_level $rows ON DUPLICATE KEY UPDATE level = $input.level RETURN NONE";

/// Something of a task on somebody's list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::tasks) struct Listed {
    pub(in crate::tasks) told: Told,
    /// The name that the status had.
    pub(in crate::tasks) words: Option<String>,
}

fn row(user: UserId, table: &str, told: &Told) -> Object {
    let mut row = Object::new();
    row.insert("id", row_id(table, vec![key(user.0), key(i64::from(told.place))]));
    row.insert("kind", told.kind.word());
    row.insert("project", told.project_id.0);
    row.insert("number", i64::from(told.number));
    row.insert("by", told.by_id.map(|by| by.0));
    row.insert("comment", told.comment.map(i64::from));
    row.insert("at", told.at.millis());
    row
}

/// Puts something of a task on somebody's list, new or in the place of what it said before.
pub(in crate::tasks) fn put_news(draft: &mut Draft<'_>, user: UserId, told: Told, words: Option<String>) {
    let name = format!("{user}{}", told.place);
    let mut listed = row(user, "news", &told);
    listed.insert("words", words);
    draft.write(Write::Row { sql: NEWS, key: name.clone(), row: Value::Object(listed) });
    draft.write(Write::Row { sql: UNREAD, key: name, row: Value::Object(row(user, "news_unread", &told)) });
    draft.fact(Fact::News(user, told));
}

/// Notes that somebody has read what stands at this place.
pub(in crate::tasks) fn read_news(draft: &mut Draft<'_>, user: UserId, place: u32) {
    draft.delete(row_id("news_unread", vec![key(user.0), key(i64::from(place))]));
    draft.fact(Fact::NewsRead(user, place));
}

/// Writes of which tasks of a project somebody wants to be told.
pub(in crate::tasks) fn put_level(draft: &mut Draft<'_>, user: UserId, project: ProjectId, level: Option<TaskLevel>) {
    let id = row_id("task_level", vec![key(user.0), key(project.0)]);
    match level {
        Some(level) => {
            let mut row = Object::new();
            row.insert("id", id);
            row.insert("level", level.word());
            draft.write(Write::Row { sql: LEVEL, key: format!("{user}{project}"), row: Value::Object(row) });
        }
        None => draft.delete(id),
    }
    draft.fact(Fact::TaskLevel(user, project, level));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct NewsRow {
    place: i64,
    kind: String,
    project: Uuid,
    number: i64,
    by: Option<Uuid>,
    comment: Option<i64>,
    words: Option<String>,
    at: i64,
}

impl NewsRow {
    fn listed(self) -> Option<Listed> {
        let told = Told {
            place: small(self.place),
            kind: NewsKind::of(&self.kind)?,
            project_id: ProjectId(self.project),
            number: small(self.number),
            by_id: self.by.map(UserId),
            comment: self.comment.map(small),
            at: Timestamp::from_millis(self.at),
        };
        Some(Listed { told, words: self.words })
    }
}

/// What of tasks stands at these places of somebody's list, both included.
pub(in crate::tasks) async fn news(
    database: &Database,
    user: UserId,
    (from, to): (u32, u32),
) -> Result<Vec<Listed>, surrealdb::Error> {
    let rows: Vec<NewsRow> = database
        .handle()
        .query("SELECT record::id(id)[1] AS place, kind, project, number, by, comment, words, at FROM news:[$user, $from]..=[$user, $to]")
        .bind(("user", user.0))
        .bind(("from", i64::from(from)))
        .bind(("to", i64::from(to)))
        .await?
        .take(0)?;
    Ok(rows.into_iter().filter_map(NewsRow::listed).collect())
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Unread {
    user: Uuid,
    place: i64,
    kind: String,
    project: Uuid,
    number: i64,
    by: Option<Uuid>,
    comment: Option<i64>,
    at: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct LevelRow {
    user: Uuid,
    project: Uuid,
    level: String,
}

/// Reads what is unread of it, and of which projects people want to be told what.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let sql = "SELECT record::id(id)[0] AS user, record::id(id)[1] AS place, kind, project, number, by, comment, at FROM news_unread";
    for row in all::<Unread>(database, sql).await? {
        let (user, place) = (UserId(row.user), row.place);
        let (kind, project, number, by, comment, at) = (row.kind, row.project, row.number, row.by, row.comment, row.at);
        let row = NewsRow { place, kind, project, number, by, comment, words: None, at };
        if let Some(Listed { told, .. }) = row.listed() {
            directory.apply(&Fact::News(user, told));
        }
    }
    let sql = "SELECT record::id(id)[0] AS user, record::id(id)[1] AS project, level FROM task_level";
    for row in all::<LevelRow>(database, sql).await? {
        directory.apply(&Fact::TaskLevel(UserId(row.user), ProjectId(row.project), TaskLevel::of(&row.level)));
    }
    Ok(())
}
