//! One's own two-factor sign-in.

use crate::{
    accounts::{
        Actor, Entrant,
        two_factor::{self, SetupView, TwoFactorView},
    },
    app::App,
    error::{AppError, Problem},
    http::{answer::Data, extract::Json},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// How it stands with one's own two-factor sign-in
#[utoipa::path(get, path = "/users/me/two-factor", tag = "sign-in", responses(
    (status = 200, body = Data<TwoFactorView>), (status = 401, body = Problem)))]
pub async fn get_two_factor(
    State(app): State<Arc<App>>,
    Entrant(actor): Entrant,
) -> Result<Data<TwoFactorView>, AppError> {
    two_factor::look(&app, &actor).map(Data::of)
}

/// Begin to set up two-factor sign-in
///
/// The answer has a new secret for an app that makes codes. It counts once its first code was given.
#[utoipa::path(post, path = "/users/me/two-factor/setup", tag = "sign-in", responses(
    (status = 200, body = Data<SetupView>), (status = 403, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn set_up_two_factor(State(app): State<Arc<App>>, Entrant(actor): Entrant) -> Result<Response, AppError> {
    let begun = two_factor::set_up(&app, &actor)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Data::of(begun)).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    /// What the app shows.
    code: String,
}

/// Recovery codes; the only time that they are shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Ten, each good for one sign-in in the place of a code.
    recovery_codes: Vec<String>,
}

fn shown(recovery_codes: Vec<String>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Data::of(RecoveryCodes { recovery_codes })).into_response()
}

/// Switch two-factor sign-in on with the first code
#[utoipa::path(put, path = "/users/me/two-factor", tag = "sign-in", request_body = CodeBody, responses(
    (status = 200, body = Data<RecoveryCodes>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn confirm_two_factor(
    State(app): State<Arc<App>>,
    Entrant(actor): Entrant,
    Json(body): Json<CodeBody>,
) -> Result<Response, AppError> {
    two_factor::confirm(&app, &actor, &body.code).await.map(shown)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPasswordBody {
    /// One's own, once more.
    password: String,
}

/// Switch two-factor sign-in off
#[utoipa::path(post, path = "/users/me/two-factor/off", tag = "sign-in", request_body = OwnPasswordBody, responses(
    (status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
pub async fn disable_two_factor(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<OwnPasswordBody>,
) -> Result<StatusCode, AppError> {
    two_factor::switch_off(&app, &actor, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make the recovery codes anew
///
/// Those before are void.
#[utoipa::path(post, path = "/users/me/two-factor/recovery-codes", tag = "sign-in", request_body = OwnPasswordBody, responses(
    (status = 200, body = Data<RecoveryCodes>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn renew_recovery_codes(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<OwnPasswordBody>,
) -> Result<Response, AppError> {
    two_factor::renew_codes(&app, &actor, body.password).await.map(shown)
}
