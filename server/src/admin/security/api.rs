//! The routes of the page on security.

use super::{OwnedToken, Security};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::answer::Data,
};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of the page on security.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_security)).routes(routes!(list_all_tokens))
}

/// What the configuration decides, and who was refused lately
#[utoipa::path(get, path = "/admin/security", tag = "security", responses(
    (status = 200, body = Data<Security>), (status = 403, body = Problem)))]
async fn get_security(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Security>, AppError> {
    super::look(&app, &actor).await.map(Data::of)
}

/// The API tokens of everyone
///
/// One is revoked at `/admin/people/{userId}/sessions/{id}`.
#[utoipa::path(get, path = "/admin/tokens", tag = "security", responses(
    (status = 200, body = Data<Vec<OwnedToken>>), (status = 403, body = Problem)))]
async fn list_all_tokens(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<OwnedToken>>, AppError> {
    super::tokens(&app, &actor).map(Data::of)
}
