//! The tasks that were made of messages. A message shows which they are; what they are like is asked of them.

use super::{messages, messages::MessageView, turns::Turn};
use crate::{
    accounts::Actor,
    app::App,
    database::{key, row_id},
    error::AppError,
    ids::{ChannelId, ProjectId},
    journal::{Audience, Draft},
};
use serde::Serialize;
use serde_json::json;
use surrealdb::types::{Object, RecordId, SurrealValue, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// How many tasks can be made of one message.
const MOST: usize = 50;

/// Those of the messages numbered `from` to `to`, for a query that reads these messages as well.
pub(super) const MADE: &str = "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number, tasks FROM message_task:[$channel, $from]..=[$channel, $to]";
/// Those of the messages at these places.
pub(super) const MADE_AT: &str = "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number, tasks FROM $made";

/// A task that was made of a message. Whether the reader may know more of it is for its project to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeTask {
    pub project_id: ProjectId,
    pub number: u32,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TaskRow {
    project: Uuid,
    number: i64,
}

/// The tasks made of one message.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub(super) struct MadeRow {
    channel: Uuid,
    number: i64,
    tasks: Vec<TaskRow>,
}

impl MadeRow {
    /// Of which message they were made, and which they are.
    pub(super) fn parts(self) -> ((ChannelId, u32), Vec<MadeTask>) {
        let small = |number: i64| u32::try_from(number).unwrap_or_default();
        let tasks = self
            .tasks
            .into_iter()
            .map(|row| MadeTask { project_id: ProjectId(row.project), number: small(row.number) })
            .collect();
        ((ChannelId(self.channel), small(self.number)), tasks)
    }
}

fn place(channel: ChannelId, number: u32) -> RecordId {
    row_id("message_task", vec![key(channel.0), key(i64::from(number))])
}

pub(super) fn places(places: &[(ChannelId, u32)]) -> Vec<RecordId> {
    places.iter().map(|(channel, number)| place(*channel, *number)).collect()
}

/// A message of which a task is being made. It stays as it is until the change is on disk.
pub(crate) struct Source {
    message: MessageView,
    _turn: Turn,
}

/// A message that the actor may read, to make a task of.
///
/// # Errors
/// `not_found` also when it was deleted; `validation` when too many were made of it.
pub(crate) async fn source(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<Source, AppError> {
    let turn = app.turns.take([(channel, number)]).await;
    let message = messages::get(app, actor, channel, number).await?;
    if message.deleted_at.is_some() {
        return Err(AppError::not_found("Message"));
    }
    if message.tasks.len() >= MOST {
        return Err(AppError::field("source", format!("has had {MOST} tasks made of it")));
    }
    Ok(Source { message, _turn: turn })
}

impl Source {
    /// What it says.
    pub(crate) fn body(&self) -> &str {
        &self.message.body
    }

    /// Notes that a task is made of the message, and tells those who are told of the message.
    ///
    /// # Errors
    /// `not_found` when the actor may not know of it any more.
    pub(crate) fn note(
        &self,
        draft: &mut Draft<'_>,
        actor: &Actor,
        project: ProjectId,
        number: u32,
    ) -> Result<(), AppError> {
        let channel = messages::visible(draft.directory, actor, self.message.channel_id)?.id;
        let mut tasks = self.message.tasks.clone();
        tasks.push(MadeTask { project_id: project, number });
        let rows: Vec<_> =
            tasks.iter().map(|task| TaskRow { project: task.project_id.0, number: i64::from(task.number) }).collect();
        let mut row = Object::new();
        row.insert("tasks", rows.into_value());
        draft.put(place(channel, self.message.number), Value::Object(row));
        let data = json!({ "channelId": channel, "number": self.message.number, "tasks": tasks });
        draft.event(Audience::of(draft.directory, channel), "message.linked", Some(channel), &data, None)
    }
}
