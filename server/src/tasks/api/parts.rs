//! What hangs on a task: checklist, relations, comments, history.

use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path, Query},
    },
    tasks::{
        TaskName,
        checklist::{self, CheckPatch},
        comments,
        relations::{self, Wish},
        view::{ActView, Check, CommentView, RelationKind},
    },
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckBody {
    /// 1 to 300 characters.
    text: String,
}

/// Add a point to a task's checklist
#[utoipa::path(post, path = "/tasks/{task}/checklist", tag = "tasks", request_body = CheckBody, params(("task" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<Vec<Check>>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn add_check(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Json(body): Json<CheckBody>,
) -> Result<Data<Vec<Check>>, AppError> {
    checklist::add(&app, &actor, &TaskName::parse(&task)?, &body.text).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckPatchBody {
    #[serde(default)]
    #[schema(nullable = false)]
    text: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    done: Option<bool>,
}

/// Tick a point of a checklist, or change what it says
#[utoipa::path(patch, path = "/tasks/{task}/checklist/{check}", tag = "tasks", request_body = CheckPatchBody,
    params(("task" = String, Path, description = "An id or a key"), ("check" = u32, Path)),
    responses((status = 200, body = Data<Vec<Check>>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn update_check(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((task, check)): Path<(String, u32)>,
    Json(body): Json<CheckPatchBody>,
) -> Result<Data<Vec<Check>>, AppError> {
    let CheckPatchBody { text, done } = body;
    checklist::update(&app, &actor, &TaskName::parse(&task)?, check, CheckPatch { text, done }).await.map(Data::of)
}

/// Take a point off a checklist
#[utoipa::path(delete, path = "/tasks/{task}/checklist/{check}", tag = "tasks",
    params(("task" = String, Path, description = "An id or a key"), ("check" = u32, Path)),
    responses((status = 200, body = Data<Vec<Check>>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn remove_check(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((task, check)): Path<(String, u32)>,
) -> Result<Data<Vec<Check>>, AppError> {
    checklist::remove(&app, &actor, &TaskName::parse(&task)?, check).await.map(Data::of)
}

async fn relate(
    app: &App,
    actor: &Actor,
    (task, kind, other): (String, String, String),
    wish: Wish,
) -> Result<StatusCode, AppError> {
    let kind = RelationKind::of(&kind).ok_or_else(|| AppError::not_found("Relation"))?;
    relations::set(app, actor, (&TaskName::parse(&task)?, &TaskName::parse(&other)?), kind, wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say how a task stands to another; the other says so as well
#[utoipa::path(put, path = "/tasks/{task}/relations/{kind}/{other}", tag = "tasks",
    params(("task" = String, Path, description = "An id or a key"), ("kind" = RelationKind, Path), ("other" = String, Path, description = "An id or a key")),
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn add_relation(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(names): Path<(String, String, String)>,
) -> Result<StatusCode, AppError> {
    relate(&app, &actor, names, Wish::There).await
}

/// Take back how a task stands to another
#[utoipa::path(delete, path = "/tasks/{task}/relations/{kind}/{other}", tag = "tasks",
    params(("task" = String, Path, description = "An id or a key"), ("kind" = RelationKind, Path), ("other" = String, Path, description = "An id or a key")),
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn remove_relation(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(names): Path<(String, String, String)>,
) -> Result<StatusCode, AppError> {
    relate(&app, &actor, names, Wish::Gone).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BeforeQuery {
    /// Only those with a lower number.
    #[serde(default)]
    before: Option<u32>,
}

/// Part of something that is numbered, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Part<T> {
    entries: Vec<T>,
    /// Whether there are older ones.
    has_before: bool,
}

/// What was said about a task, the newest 200 before a number
#[utoipa::path(get, path = "/tasks/{task}/comments", tag = "tasks", params(("task" = String, Path, description = "An id or a key"), BeforeQuery),
    responses((status = 200, body = Data<Part<CommentView>>), (status = 404, body = Problem)))]
pub async fn list_comments(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Query(query): Query<BeforeQuery>,
) -> Result<Data<Part<CommentView>>, AppError> {
    let (entries, has_before) = comments::list(&app, &actor, &TaskName::parse(&task)?, query.before).await?;
    Ok(Data::of(Part { entries, has_before }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommentBody {
    /// Markdown, 1 to 16,000 characters.
    body: String,
}

/// Say something about a task
#[utoipa::path(post, path = "/tasks/{task}/comments", tag = "tasks", request_body = CommentBody, params(("task" = String, Path, description = "An id or a key")),
    responses((status = 201, body = Data<CommentView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn create_comment(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Json(body): Json<CommentBody>,
) -> Result<Response, AppError> {
    let name = TaskName::parse(&task)?;
    let comment = comments::add(&app, &actor, &name, &body.body).await?;
    Ok(created(&format!("/api/v1/tasks/{task}/comments"), Data::of(comment)))
}

/// Change what one said about a task
#[utoipa::path(patch, path = "/tasks/{task}/comments/{number}", tag = "tasks", request_body = CommentBody,
    params(("task" = String, Path, description = "An id or a key"), ("number" = u32, Path)),
    responses((status = 200, body = Data<CommentView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn update_comment(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((task, number)): Path<(String, u32)>,
    Json(body): Json<CommentBody>,
) -> Result<Data<CommentView>, AppError> {
    comments::rewrite(&app, &actor, &TaskName::parse(&task)?, number, Some(&body.body)).await.map(Data::of)
}

/// Take back what was said about a task
#[utoipa::path(delete, path = "/tasks/{task}/comments/{number}", tag = "tasks",
    params(("task" = String, Path, description = "An id or a key"), ("number" = u32, Path)),
    responses((status = 200, body = Data<CommentView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete_comment(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((task, number)): Path<(String, u32)>,
) -> Result<Data<CommentView>, AppError> {
    comments::rewrite(&app, &actor, &TaskName::parse(&task)?, number, None).await.map(Data::of)
}

/// What became of a task, the newest 200 entries before a number
#[utoipa::path(get, path = "/tasks/{task}/activity", tag = "tasks", params(("task" = String, Path, description = "An id or a key"), BeforeQuery),
    responses((status = 200, body = Data<Part<ActView>>), (status = 404, body = Problem)))]
pub async fn list_activity(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Query(query): Query<BeforeQuery>,
) -> Result<Data<Part<ActView>>, AppError> {
    let (entries, has_before) = comments::history(&app, &actor, &TaskName::parse(&task)?, query.before).await?;
    Ok(Data::of(Part { entries, has_before }))
}
