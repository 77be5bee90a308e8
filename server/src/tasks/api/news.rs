//! What one is told of tasks.

use crate::{
    accounts::Actor,
    app::App,
    directory::{ProjectLevelView, TaskLevel},
    error::{AppError, Problem},
    http::{
        answer::Data,
        extract::{Json, Path},
    },
    tasks::{
        TaskName, change,
        news::{self, Read},
        projects,
        watch::{self, Watch},
    },
};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// How one stands to what is told of a task.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchBody {
    watch: Watch,
}

/// Watch a task, watch it no more, or hear nothing of it
///
/// Whoever makes a task, is assigned to it or comments on it watches it by that.
#[utoipa::path(put, path = "/tasks/{task}/watch", tag = "tasks", request_body = WatchBody, params(("task" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<WatchBody>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn set_watch(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(task): Path<String>,
    Json(body): Json<WatchBody>,
) -> Result<Data<WatchBody>, AppError> {
    let watch = watch::set(&app, &actor, &TaskName::parse(&task)?, body.watch).await?;
    Ok(Data::of(WatchBody { watch }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectLevelBody {
    /// `null` for what is usual: what becomes of the tasks that one watches.
    #[serde(default)]
    level: Option<TaskLevel>,
}

/// Set of which tasks of a project one wants to be told
#[utoipa::path(put, path = "/projects/{project}/notifications", tag = "tasks", request_body = ProjectLevelBody, params(("project" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<ProjectLevelView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn set_project_level(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    Json(body): Json<ProjectLevelBody>,
) -> Result<Data<ProjectLevelView>, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    news::set_level(&app, &actor, project, body.level).await.map(Data::of)
}

/// What was read: what one was told of a task, or else everything up to a place of the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadNewsBody {
    /// The id or key of a task.
    #[serde(default)]
    #[schema(nullable = false)]
    task: Option<String>,
    /// A place of the list of mentions and news.
    #[serde(default)]
    #[schema(nullable = false)]
    up_to: Option<u32>,
}

/// Note that one has read what one was told of tasks
#[utoipa::path(put, path = "/news/read", tag = "tasks", request_body = ReadNewsBody,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn read_news(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<ReadNewsBody>,
) -> Result<StatusCode, AppError> {
    let what = match body.task {
        Some(task) => {
            let (project, number) = change::find(&app, &actor, &TaskName::parse(&task)?).await?;
            Read::OfTask(project.id, number)
        }
        None => Read::UpTo(body.up_to.unwrap_or(u32::MAX)),
    };
    news::read(&app, &actor, what).await?;
    Ok(StatusCode::NO_CONTENT)
}
