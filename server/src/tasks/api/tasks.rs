//! Single tasks.

use crate::{
    accounts::Actor,
    app::App,
    clock,
    directory::Scope,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{IfMatch, Json, Path, Query, nullable},
    },
    ids::UserId,
    tasks::{
        NewTask, TaskName, TaskPatch, create, edit, list, moves, projects,
        recurring::{self, Preview, RecurrenceWish},
        tree::{self, Parts},
        view::{Day, Description, Priority, TaskDetail, TaskSource, TaskView},
    },
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskBody {
    /// 1 to 200 characters. With a `source` it may be left out: then it is the message's first line.
    #[serde(default)]
    #[schema(nullable = false)]
    title: Option<String>,
    /// Markdown, at most 32,000 characters.
    #[serde(default)]
    description: String,
    /// The first active one when absent.
    #[serde(default)]
    #[schema(nullable = false)]
    status: Option<u32>,
    #[serde(default)]
    priority: Priority,
    #[serde(default)]
    #[schema(value_type = Vec<UserId>)]
    assignee_ids: BTreeSet<UserId>,
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    label_ids: BTreeSet<u32>,
    #[serde(default)]
    start: Option<Day>,
    #[serde(default)]
    due: Option<Day>,
    /// 0 to 9,999.
    #[serde(default)]
    estimate: Option<u32>,
    /// The number of the task that it is a part of.
    #[serde(default)]
    parent: Option<u32>,
    /// The message that it is made of.
    #[serde(default)]
    source: Option<TaskSource>,
    /// By what it comes again; without a `due` it is due on the first day that the rule says.
    #[serde(default)]
    recurrence: Option<RecurrenceWish>,
}

/// Make a task, also of a message
#[utoipa::path(post, path = "/projects/{project}/tasks", tag = "tasks", request_body = TaskBody,
    params(("project" = String, Path, description = "An id or a key")), responses(
    (status = 201, body = Data<TaskView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn create_task(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    Json(body): Json<TaskBody>,
) -> Result<Response, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    let new = NewTask {
        title: body.title,
        description: body.description,
        status: body.status,
        priority: body.priority,
        assignees: body.assignee_ids,
        labels: body.label_ids,
        start: body.start,
        due: body.due,
        estimate: body.estimate,
        parent: body.parent,
        source: body.source,
        recurrence: body.recurrence,
    };
    let task = create::create(&app, &actor, project, new).await?;
    Ok(created(&format!("/api/v1/tasks/{}", task.id), Data::of(task)))
}

/// One task with its description, checklist, relations and parts
#[utoipa::path(get, path = "/tasks/{task}", tag = "tasks", params(("task" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<TaskDetail>), (status = 404, body = Problem)))]
pub async fn get_task(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
) -> Result<Data<TaskDetail>, AppError> {
    list::get(&app, &actor, &TaskName::parse(&task)?).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskPatchBody {
    #[serde(default)]
    #[schema(nullable = false)]
    title: Option<String>,
    /// It stands first in that column.
    #[serde(default)]
    #[schema(nullable = false)]
    status: Option<u32>,
    #[serde(default)]
    #[schema(nullable = false)]
    priority: Option<Priority>,
    #[serde(default, deserialize_with = "nullable")]
    start: Option<Option<Day>>,
    #[serde(default, deserialize_with = "nullable")]
    due: Option<Option<Day>>,
    #[serde(default, deserialize_with = "nullable")]
    estimate: Option<Option<u32>>,
    #[serde(default, deserialize_with = "nullable")]
    parent: Option<Option<u32>>,
    #[serde(default)]
    #[schema(value_type = Vec<UserId>)]
    add_assignee_ids: BTreeSet<UserId>,
    #[serde(default)]
    #[schema(value_type = Vec<UserId>)]
    remove_assignee_ids: BTreeSet<UserId>,
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    add_label_ids: BTreeSet<u32>,
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    remove_label_ids: BTreeSet<u32>,
    /// By what it comes again; `null` ends it.
    #[serde(default, deserialize_with = "nullable")]
    recurrence: Option<Option<RecurrenceWish>>,
}

/// Change fields of a task
///
/// Of each field the last writer's word stands; people and labels are added and removed one by one.
#[utoipa::path(patch, path = "/tasks/{task}", tag = "tasks", request_body = TaskPatchBody, params(("task" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<TaskView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn update_task(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Json(body): Json<TaskPatchBody>,
) -> Result<Data<TaskView>, AppError> {
    let patch = TaskPatch {
        title: body.title,
        status: body.status,
        priority: body.priority,
        start: body.start,
        due: body.due,
        estimate: body.estimate,
        parent: body.parent,
        add_assignees: body.add_assignee_ids,
        remove_assignees: body.remove_assignee_ids,
        add_labels: body.add_label_ids,
        remove_labels: body.remove_label_ids,
        recurrence: body.recurrence,
    };
    edit::update(&app, &actor, &TaskName::parse(&task)?, patch).await.map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteQuery {
    /// `true` to delete its parts as well, and theirs. Otherwise they stay, and are parts of it again when it is taken back.
    #[serde(default)]
    parts: bool,
}

/// Delete a task; for 30 days it can be taken back
#[utoipa::path(delete, path = "/tasks/{task}", tag = "tasks", params(("task" = String, Path, description = "An id or a key"), DeleteQuery),
    responses((status = 200, body = Data<TaskView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete_task(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Query(query): Query<DeleteQuery>,
) -> Result<Data<TaskView>, AppError> {
    let parts = if query.parts { Parts::Together } else { Parts::Apart };
    edit::delete(&app, &actor, &TaskName::parse(&task)?, parts).await.map(Data::of)
}

/// Take a deleted task back, with the parts that were deleted with it
#[utoipa::path(post, path = "/tasks/{task}/restore", tag = "tasks", params(("task" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<TaskView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn restore_task(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
) -> Result<Data<TaskView>, AppError> {
    edit::restore(&app, &actor, &TaskName::parse(&task)?).await.map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecurrenceQuery {
    /// A rule such as `FREQ=WEEKLY;BYDAY=MO`.
    rule: String,
    /// The day of the first one; the next that the rule says when absent.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    due: Option<Day>,
}

/// What a rule by which tasks come again means: the days that follow
#[utoipa::path(get, path = "/recurrence", tag = "tasks", params(RecurrenceQuery), responses(
    (status = 200, body = Data<Preview>), (status = 400, body = Problem)))]
pub async fn preview_recurrence(actor: Actor, Query(query): Query<RecurrenceQuery>) -> Result<Data<Preview>, AppError> {
    actor.require_scope(Scope::Read)?;
    recurring::preview(&query.rule, query.due, clock::now()).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DescriptionBody {
    /// Markdown, at most 32,000 characters.
    description: String,
}

/// Write a task's description
///
/// With the `descriptionVersion` that it is based on in `If-Match`, a stale one is refused and the present one told.
#[utoipa::path(put, path = "/tasks/{task}/description", tag = "tasks", request_body = DescriptionBody,
    params(("task" = String, Path, description = "An id or a key"), ("If-Match" = Option<String>, Header, description = "The expected version of the description")),
    responses((status = 200, body = Data<Description>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn describe_task(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    version: IfMatch,
    Json(body): Json<DescriptionBody>,
) -> Result<Data<Description>, AppError> {
    edit::describe(&app, &actor, &TaskName::parse(&task)?, &body.description, version).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveBody {
    /// The column.
    status: u32,
    /// The id, key or number of the task that it is to stand after.
    #[serde(default)]
    #[schema(nullable = false)]
    after: Option<String>,
    /// The id, key or number of the task that it is to stand before.
    #[serde(default)]
    #[schema(nullable = false)]
    before: Option<String>,
    /// Whether its parts that are still open go there as well, and theirs; then each stands first.
    #[serde(default)]
    with_parts: bool,
}

/// Move a task on the board
///
/// A neighbour that is gone is passed over; without any it stands last.
#[utoipa::path(post, path = "/tasks/{task}/move", tag = "tasks", request_body = MoveBody, params(("task" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<TaskView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn move_task(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Json(body): Json<MoveBody>,
) -> Result<Data<TaskView>, AppError> {
    let MoveBody { status, after, before, with_parts } = body;
    let task = TaskName::parse(&task)?;
    if with_parts {
        return tree::relocate(&app, &actor, &task, status).await.map(Data::of);
    }
    moves::relocate(&app, &actor, &task, status, (after, before)).await.map(Data::of)
}
