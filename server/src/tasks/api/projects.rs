//! Projects, who is in them, and their statuses and labels.

use crate::{
    accounts::Actor,
    app::App,
    directory::{ProjectRole, ProjectView, StatusGroup},
    error::{AppError, Problem},
    http::{
        answer::{Data, PageQuery, Paged, created},
        extract::{IfMatch, Json, Path, Query, nullable},
    },
    ids::UserId,
    tasks::{
        columns::{self, LabelWish, StatusWish},
        members,
        projects::{self, NewProject, ProjectPatch},
    },
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The projects that one may know of
#[utoipa::path(get, path = "/projects", tag = "projects", params(PageQuery), responses(
    (status = 200, body = Paged<ProjectView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_projects(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(page): Query<PageQuery>,
) -> Result<Paged<ProjectView>, AppError> {
    actor.require_scope(crate::directory::Scope::Read)?;
    let found = projects::list(&app.journal.directory(), &actor);
    Paged::of(found, page)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectBody {
    /// 2 to 8 letters and digits, beginning with a letter; it never changes.
    key: String,
    /// 1 to 80 characters.
    name: String,
    /// An emoji.
    #[serde(default)]
    icon: String,
    /// 0 to 11.
    #[serde(default)]
    hue: u8,
    /// Whether everyone but guests can find and read it.
    #[serde(default = "yes")]
    public: bool,
    /// Who else takes part from the start.
    #[serde(default)]
    member_ids: Vec<UserId>,
}

fn yes() -> bool {
    true
}

/// Make a project
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = ProjectBody, responses(
    (status = 201, body = Data<ProjectView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn create_project(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<ProjectBody>,
) -> Result<Response, AppError> {
    let ProjectBody { key, name, icon, hue, public, member_ids: members } = body;
    let project = projects::create(&app, &actor, NewProject { key, name, icon, hue, public, members }).await?;
    Ok(created(&format!("/api/v1/projects/{}", project.id), Data::of(project)))
}

/// One project
#[utoipa::path(get, path = "/projects/{project}", tag = "projects", params(("project" = String, Path, description = "An id or a key")),
    responses((status = 200, body = Data<ProjectView>), (status = 404, body = Problem)))]
pub async fn get_project(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
) -> Result<Data<ProjectView>, AppError> {
    projects::find(&app, &actor, &project).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectPatchBody {
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    icon: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    hue: Option<u8>,
    /// Somebody of the project, or null.
    #[serde(default, deserialize_with = "nullable")]
    lead_id: Option<Option<UserId>>,
    #[serde(default)]
    #[schema(nullable = false)]
    public: Option<bool>,
    #[serde(default)]
    #[schema(nullable = false)]
    archived: Option<bool>,
}

/// Change a project, archive it or take it back
#[utoipa::path(patch, path = "/projects/{project}", tag = "projects", request_body = ProjectPatchBody,
    params(("project" = String, Path, description = "An id or a key"), ("If-Match" = Option<String>, Header, description = "The expected version")),
    responses((status = 200, body = Data<ProjectView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub async fn update_project(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    version: IfMatch,
    Json(body): Json<ProjectPatchBody>,
) -> Result<Data<ProjectView>, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    let ProjectPatchBody { name, icon, hue, lead_id: lead, public, archived } = body;
    let patch = ProjectPatch { name, icon, hue, lead, public, archived };
    projects::update(&app, &actor, project, patch, version).await.map(Data::of)
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectMemberBody {
    /// `member` when absent.
    #[serde(default)]
    #[schema(nullable = false)]
    role: Option<ProjectRole>,
}

/// A person's id, or `me`.
pub(super) fn user_id(text: &str, actor: &Actor) -> Result<UserId, AppError> {
    if text == "me" { Ok(actor.user) } else { text.parse().map_err(|_| AppError::not_found("User")) }
}

/// Put a person into a project or give them another role there, or join a public one
#[utoipa::path(put, path = "/projects/{project}/members/{userId}", tag = "projects", request_body = ProjectMemberBody,
    params(("project" = String, Path, description = "An id or a key"), ("userId" = String, Path, description = "An id, or `me`")),
    responses((status = 200, body = Data<ProjectView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn set_project_member(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((project, user)): Path<(String, String)>,
    Json(body): Json<ProjectMemberBody>,
) -> Result<Data<ProjectView>, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    let user = user_id(&user, &actor)?;
    members::set(&app, &actor, project, user, body.role.unwrap_or(ProjectRole::Member)).await.map(Data::of)
}

/// Take a person out of a project, or leave it
#[utoipa::path(delete, path = "/projects/{project}/members/{userId}", tag = "projects",
    params(("project" = String, Path, description = "An id or a key"), ("userId" = String, Path, description = "An id, or `me`")),
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn remove_project_member(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((project, user)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    let user = user_id(&user, &actor)?;
    members::remove(&app, &actor, project, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatusBody {
    /// Of one that there is; a new one has none.
    #[serde(default)]
    #[schema(nullable = false)]
    id: Option<u32>,
    /// 1 to 40 characters.
    name: String,
    /// That of one that there is stays.
    group: StatusGroup,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatusesBody {
    /// 1 to 30, in the order of the columns.
    statuses: Vec<StatusBody>,
}

/// Set the statuses of a project: order, names, new ones
///
/// One that is not among them goes, if no task is in it.
#[utoipa::path(put, path = "/projects/{project}/statuses", tag = "projects", request_body = StatusesBody,
    params(("project" = String, Path, description = "An id or a key"), ("If-Match" = Option<String>, Header, description = "The expected version of the project")),
    responses((status = 200, body = Data<ProjectView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn set_statuses(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    version: IfMatch,
    Json(body): Json<StatusesBody>,
) -> Result<Data<ProjectView>, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    let wish = |StatusBody { id, name, group }| StatusWish { id, name, group };
    let wishes = body.statuses.into_iter().map(wish).collect();
    columns::set_statuses(&app, &actor, project, wishes, version).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelBody {
    /// Of one that there is; a new one has none.
    #[serde(default)]
    #[schema(nullable = false)]
    id: Option<u32>,
    /// One word of 1 to 40 characters.
    name: String,
    /// 0 to 11.
    #[serde(default)]
    hue: u8,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelsBody {
    /// At most 200.
    labels: Vec<LabelBody>,
}

/// Set the labels of a project
///
/// One that is not among them is taken off all tasks as well.
#[utoipa::path(put, path = "/projects/{project}/labels", tag = "projects", request_body = LabelsBody,
    params(("project" = String, Path, description = "An id or a key"), ("If-Match" = Option<String>, Header, description = "The expected version of the project")),
    responses((status = 200, body = Data<ProjectView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn set_labels(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    version: IfMatch,
    Json(body): Json<LabelsBody>,
) -> Result<Data<ProjectView>, AppError> {
    let project = projects::find(&app, &actor, &project)?.id;
    let wish = |LabelBody { id, name, hue }| LabelWish { id, name, hue };
    let wishes = body.labels.into_iter().map(wish).collect();
    columns::set_labels(&app, &actor, project, wishes, version).await.map(Data::of)
}
