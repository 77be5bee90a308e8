//! Filters that are kept under a name.

use crate::{
    accounts::Actor,
    app::App,
    directory::{KeptFilter, ProjectView},
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{IfMatch, Json, Path},
    },
    ids::{FilterId, ProjectId},
    tasks::{
        filters::{self, FilterPatch, FilterWish, NewFilter},
        projects,
    },
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The filters of tasks that one keeps
#[utoipa::path(get, path = "/users/me/filters", tag = "tasks", responses(
    (status = 200, body = Data<Vec<KeptFilter>>), (status = 401, body = Problem)))]
pub async fn list_filters(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<KeptFilter>>, AppError> {
    filters::mine(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterBody {
    project_id: ProjectId,
    /// 1 to 60 characters.
    name: String,
    /// How the project's address goes on, at most 600 characters: `list?assignee=me`.
    path: String,
}

/// Keep a filter of tasks
///
/// Gives all that one keeps; the new one is the last.
#[utoipa::path(post, path = "/users/me/filters", tag = "tasks", request_body = FilterBody, responses(
    (status = 201, body = Data<Vec<KeptFilter>>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn create_filter(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<FilterBody>,
) -> Result<Response, AppError> {
    let FilterBody { project_id: project, name, path } = body;
    let (id, kept) = filters::keep(&app, &actor, NewFilter { project, name, path }).await?;
    Ok(created(&format!("/api/v1/users/me/filters/{id}"), Data::of(kept)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterChange {
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    path: Option<String>,
}

/// Rename a filter that one keeps, or have it ask for something else
#[utoipa::path(patch, path = "/users/me/filters/{filterId}", tag = "tasks", params(("filterId" = FilterId, Path)), request_body = FilterChange, responses(
    (status = 200, body = Data<Vec<KeptFilter>>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn update_filter(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(filter): Path<FilterId>,
    Json(body): Json<FilterChange>,
) -> Result<Data<Vec<KeptFilter>>, AppError> {
    let FilterChange { name, path } = body;
    filters::change(&app, &actor, filter, FilterPatch { name, path }).await.map(Data::of)
}

/// Keep a filter no longer
#[utoipa::path(delete, path = "/users/me/filters/{filterId}", tag = "tasks", params(("filterId" = FilterId, Path)), responses(
    (status = 200, body = Data<Vec<KeptFilter>>), (status = 404, body = Problem)))]
pub async fn delete_filter(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(filter): Path<FilterId>,
) -> Result<Data<Vec<KeptFilter>>, AppError> {
    filters::forget(&app, &actor, filter).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SharedFilterBody {
    /// Of one that there is; a new one has none.
    #[serde(default)]
    #[schema(nullable = false)]
    id: Option<u32>,
    /// 1 to 60 characters; no other one of the project has it.
    name: String,
    /// How the project's address goes on, at most 600 characters: `list?assignee=me`.
    path: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SharedFiltersBody {
    /// At most 50, in their order.
    filters: Vec<SharedFilterBody>,
}

/// Set the filters that a project shares
#[utoipa::path(put, path = "/projects/{project}/filters", tag = "projects", request_body = SharedFiltersBody,
    params(("project" = String, Path, description = "An id or a key"), ("If-Match" = Option<String>, Header, description = "The expected version of the project")),
    responses((status = 200, body = Data<ProjectView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn set_filters(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    version: IfMatch,
    Json(body): Json<SharedFiltersBody>,
) -> Result<Data<ProjectView>, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    let wish = |SharedFilterBody { id, name, path }| FilterWish { id, name, path };
    let wishes = body.filters.into_iter().map(wish).collect();
    filters::share(&app, &actor, project, wishes, version).await.map(Data::of)
}
