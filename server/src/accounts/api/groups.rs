//! Groups of people that a message can name.

use crate::{
    accounts::{
        Actor,
        groups::{self, GroupPatch, NewGroup},
    },
    app::App,
    directory::Group,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{IfMatch, Json, Path},
    },
    ids::{GroupId, UserId},
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Every group
#[utoipa::path(get, path = "/groups", tag = "people", responses((status = 200, body = Data<Vec<Group>>), (status = 401, body = Problem)))]
pub async fn list_groups(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<Group>>, AppError> {
    groups::list(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupBody {
    /// The word after the `@`, as of a user name; nobody has it.
    handle: String,
    /// 1 to 80 characters.
    name: String,
    /// At most 200.
    #[serde(default)]
    member_ids: Vec<UserId>,
}

/// Make a group
///
/// A message that says its word names everybody in it.
#[utoipa::path(post, path = "/groups", tag = "people", request_body = GroupBody, responses(
    (status = 201, body = Data<Group>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn create_group(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<GroupBody>,
) -> Result<Response, AppError> {
    let GroupBody { handle, name, member_ids: members } = body;
    let group = groups::create(&app, &actor, NewGroup { handle, name, members }).await?;
    Ok(created(&format!("/api/v1/groups/{}", group.id), Data::of(group)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupChange {
    #[serde(default)]
    #[schema(nullable = false)]
    handle: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    /// All who are in it from now on.
    #[serde(default)]
    #[schema(nullable = false)]
    member_ids: Option<Vec<UserId>>,
}

/// Change a group
#[utoipa::path(patch, path = "/groups/{groupId}", tag = "people", request_body = GroupChange,
    params(("groupId" = GroupId, Path), ("If-Match" = Option<String>, Header, description = "The expected version")),
    responses((status = 200, body = Data<Group>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub async fn update_group(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<GroupId>,
    version: IfMatch,
    Json(body): Json<GroupChange>,
) -> Result<Data<Group>, AppError> {
    let GroupChange { handle, name, member_ids: members } = body;
    groups::update(&app, &actor, id, GroupPatch { handle, name, members }, version).await.map(Data::of)
}

/// Take a group away
///
/// Messages that named it stay as they are.
#[utoipa::path(delete, path = "/groups/{groupId}", tag = "people", params(("groupId" = GroupId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_group(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<GroupId>,
) -> Result<StatusCode, AppError> {
    groups::remove(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
