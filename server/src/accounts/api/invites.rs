//! Invitations.

use crate::{
    accounts::{
        Actor,
        invites::{self, NewInvite},
    },
    app::App,
    clock::Timestamp,
    directory::InviteView,
    error::{AppError, Problem},
    http::{
        Peer,
        answer::{Data, created},
        extract::{Json, Path},
    },
    ids::InviteId,
    permission::Role,
};
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What the holder of an invitation is told before they join.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinView {
    team: String,
    role: Role,
    /// The name of who made the invitation.
    invited_by: String,
    expires_at: Option<Timestamp>,
}

/// Look at an invitation
#[utoipa::path(get, path = "/join/{code}", tag = "invitations", params(("code" = String, Path)), responses(
    (status = 200, body = Data<JoinView>), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn get_join(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(code): Path<String>,
) -> Result<Data<JoinView>, AppError> {
    let invites::Invitation { team, role, invited_by, expires_at } = invites::look_up(&app, &code, peer)?;
    Ok(Data::of(JoinView { team, role, invited_by, expires_at }))
}

/// Every invitation
#[utoipa::path(get, path = "/invites", tag = "invitations", responses((status = 200, body = Data<Vec<InviteView>>), (status = 403, body = Problem)))]
pub async fn list_invites(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<InviteView>>, AppError> {
    invites::list(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InviteBody {
    /// `member` when absent; at most the inviting person's own.
    #[serde(default = "member")]
    role: Role,
    /// How many people can join by it, 1 to 10,000; any number when absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10_000)]
    max_uses: Option<u32>,
    /// A week when absent, a year at most.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 8784)]
    expires_in_hours: Option<u32>,
    /// A note to tell invitations apart, at most 80 characters.
    #[serde(default)]
    label: String,
}

fn member() -> Role {
    Role::Member
}

/// Make an invitation
#[utoipa::path(post, path = "/invites", tag = "invitations", request_body = InviteBody, responses(
    (status = 201, body = Data<InviteView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub async fn create_invite(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<InviteBody>,
) -> Result<Response, AppError> {
    let InviteBody { role, max_uses, expires_in_hours, label } = body;
    let invite = invites::create(&app, &actor, NewInvite { role, max_uses, expires_in_hours, label }).await?;
    Ok(created(&format!("/api/v1/invites/{}", invite.id), Data::of(invite)))
}

/// Revoke an invitation
#[utoipa::path(delete, path = "/invites/{id}", tag = "invitations", params(("id" = InviteId, Path)), responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_invite(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<InviteId>,
) -> Result<StatusCode, AppError> {
    invites::revoke(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
