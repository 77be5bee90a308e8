//! One's own sign-ins and API tokens.

use crate::{
    accounts::{
        Actor,
        sessions::{self, Device},
        tokens::{self, NewToken},
    },
    app::App,
    clock::Timestamp,
    directory::{Scope, SessionView, TokenView},
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path},
    },
    ids::SessionId,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Where one is signed in
#[utoipa::path(get, path = "/sessions", tag = "sign-in", responses((status = 200, body = Data<Vec<SessionView>>), (status = 401, body = Problem)))]
pub async fn list_sessions(State(app): State<Arc<App>>, actor: Actor) -> Data<Vec<SessionView>> {
    Data::of(sessions::list(&app.journal.directory(), &actor))
}

/// Sign out one device
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sign-in", params(("id" = SessionId, Path)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete_session(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, AppError> {
    sessions::end(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out every other device
#[utoipa::path(delete, path = "/sessions", tag = "sign-in", responses((status = 204), (status = 401, body = Problem)))]
pub async fn delete_other_sessions(State(app): State<Arc<App>>, actor: Actor) -> Result<StatusCode, AppError> {
    sessions::end_others(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own API tokens
#[utoipa::path(get, path = "/tokens", tag = "sign-in", responses((status = 200, body = Data<Vec<TokenView>>), (status = 401, body = Problem)))]
pub async fn list_tokens(State(app): State<Arc<App>>, actor: Actor) -> Data<Vec<TokenView>> {
    Data::of(tokens::list(&app.journal.directory(), &actor))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenBody {
    /// What it is for, 1 to 80 characters.
    name: String,
    /// A wider scope includes the narrower ones; `admin` is for admins.
    scopes: Vec<Scope>,
    /// Never, when absent.
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

impl From<TokenBody> for NewToken {
    fn from(body: TokenBody) -> Self {
        Self { name: body.name, scopes: body.scopes.into_iter().collect(), expires_at: body.expires_at }
    }
}

/// A new API token; the only time that its secret is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedToken {
    #[serde(flatten)]
    pub(super) details: TokenView,
    /// For the `Authorization: Bearer` header.
    pub(super) token: String,
}

/// Make an API token
#[utoipa::path(post, path = "/tokens", tag = "sign-in", request_body = TokenBody, responses(
    (status = 201, body = Data<CreatedToken>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub async fn create_token(
    State(app): State<Arc<App>>,
    actor: Actor,
    device: Device,
    Json(body): Json<TokenBody>,
) -> Result<Response, AppError> {
    let (details, token) = tokens::create(&app, &actor, body.into(), device.address).await?;
    Ok(created(&format!("/api/v1/tokens/{}", details.id), Data::of(CreatedToken { details, token })))
}

/// Revoke an API token
#[utoipa::path(delete, path = "/tokens/{id}", tag = "sign-in", params(("id" = SessionId, Path)), responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete_token(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, AppError> {
    sessions::end(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
