//! Registering, signing in and out, refreshing, and resetting a password.

use crate::{
    accounts::{
        Entrant, resets,
        sessions::{self, Device, Proof, Transport},
        sign_in::{self, Newcomer, Welcome},
    },
    app::App,
    directory::AccountView,
    error::{AppError, Problem},
    http::{
        Peer,
        answer::{Data, created},
        extract::{Json, Path},
    },
};
use axum::{
    Extension,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use cookie::{Cookie, SameSite};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// How a client wants to be remembered.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionForm {
    /// A session cookie, for browsers; the answer holds no tokens.
    Cookie,
    /// An access and a refresh token.
    #[default]
    Token,
}

impl From<SessionForm> for Transport {
    fn from(form: SessionForm) -> Self {
        match form {
            SessionForm::Cookie => Self::Cookie,
            SessionForm::Token => Self::Tokens,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let name = agent.chars().filter(|letter| !letter.is_control()).take(200).collect();
        let address = parts.extensions.get::<Peer>().map(|peer| peer.0.to_string()).unwrap_or_default();
        Ok(Self { name, address })
    }
}

/// Someone who wants to join.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterBody {
    /// 1 to 80 characters.
    name: String,
    /// Made from the name when absent.
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    email: Option<String>,
    /// 8 characters or more, and not a common one.
    password: String,
    /// The code of an invitation.
    #[serde(default)]
    invite: Option<String>,
    #[serde(default)]
    session: SessionForm,
}

/// Someone who is signed in now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Always true.
    success: bool,
    message: String,
    user: AccountView,
    /// Good for 15 minutes; absent where a cookie was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    access_token: Option<String>,
    /// Good for one use; absent where a cookie was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refresh_token: Option<String>,
}

/// The answer that makes a client signed in: tokens in the body, or a cookie.
pub(super) fn signed_in(app: &App, welcome: Welcome, message: &str) -> Response {
    let (access_token, refresh_token, cookie) = match welcome.proof {
        Proof::Tokens { access, refresh } => (Some(access), Some(refresh), None),
        Proof::Cookie(secret) => (None, None, Some(secret)),
    };
    let body =
        SignedIn { success: true, message: message.to_owned(), user: welcome.account, access_token, refresh_token };
    let mut response = axum::Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(secret) = cookie {
        set_session_cookie(&mut response, app, secret);
    }
    response
}

/// Makes the browser that gets this answer signed in.
pub(super) fn set_session_cookie(response: &mut Response, app: &App, secret: String) {
    // The server ends a session by itself; 400 days is the most that browsers keep a cookie.
    set_cookie(response, app, secret, cookie::time::Duration::days(400));
}

fn set_cookie(response: &mut Response, app: &App, value: String, age: cookie::time::Duration) {
    let cookie = Cookie::build((app.cookie_name(), value))
        .http_only(true)
        .same_site(SameSite::Strict)
        .path("/")
        .max_age(age)
        .build();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Join the team
#[utoipa::path(post, path = "/auth/register", tag = "sign-in", request_body = RegisterBody, responses(
    (status = 201, body = SignedIn), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn register(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    device: Device,
    Json(body): Json<RegisterBody>,
) -> Result<Response, AppError> {
    let newcomer = Newcomer { name: body.name, username: body.username, email: body.email, password: body.password };
    let welcome = sign_in::register(&app, newcomer, body.invite, peer, (body.session.into(), device)).await?;
    let place = format!("/api/v1/users/{}", welcome.account.user.id);
    Ok(created(&place, signed_in(&app, welcome, "Registration successful")))
}

/// Someone who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginBody {
    /// The e-mail address, or the user name.
    email: String,
    password: String,
    /// Of those who have two-factor sign-in: what their app shows, or a recovery code. Without it they are refused with
    /// the code `code_needed`.
    #[serde(default)]
    #[schema(nullable = false)]
    code: Option<String>,
    #[serde(default)]
    session: SessionForm,
}

/// Sign in
///
/// Where `code` is missing and needed, the refusal has a `ticket` with which `/auth/login/code` goes on.
#[utoipa::path(post, path = "/auth/login", tag = "sign-in", request_body = LoginBody, responses(
    (status = 200, body = SignedIn), (status = 400, body = Problem), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn login(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    device: Device,
    Json(body): Json<LoginBody>,
) -> Result<Response, AppError> {
    let entry = (body.session.into(), device);
    let welcome = sign_in::log_in(&app, &body.email, body.password, body.code, peer, entry).await?;
    Ok(signed_in(&app, welcome, "Login successful"))
}

/// The second step of a sign-in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginCodeBody {
    /// From the refusal of the first step; good for five minutes.
    ticket: String,
    /// What the app shows, or a recovery code.
    code: String,
    #[serde(default)]
    session: SessionForm,
}

/// Go on with a sign-in that needs a code
#[utoipa::path(post, path = "/auth/login/code", tag = "sign-in", request_body = LoginCodeBody, responses(
    (status = 200, body = SignedIn), (status = 400, body = Problem), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn finish_login(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    device: Device,
    Json(body): Json<LoginCodeBody>,
) -> Result<Response, AppError> {
    let entry = (body.session.into(), device);
    let welcome = sign_in::finish_log_in(&app, &body.ticket, body.code, peer, entry).await?;
    Ok(signed_in(&app, welcome, "Login successful"))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshBody {
    refresh_token: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refreshed {
    /// Always true.
    success: bool,
    access_token: String,
    refresh_token: String,
}

/// Exchange a refresh token for a new pair
///
/// The old one dies. Using it again ends the session, but within 10 seconds the immediate
/// predecessor gives the same successor.
#[utoipa::path(post, path = "/auth/refresh", tag = "sign-in", request_body = RefreshBody, responses(
    (status = 200, body = Refreshed), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn refresh_session(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Json(body): Json<RefreshBody>,
) -> Result<Response, AppError> {
    let (access_token, refresh_token) = sessions::refresh(&app, &body.refresh_token, peer).await?;
    let body = Refreshed { success: true, access_token, refresh_token };
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response())
}

/// Sign out
///
/// This session ends and its sockets close.
#[utoipa::path(post, path = "/auth/logout", tag = "sign-in", responses((status = 204), (status = 401, body = Problem)))]
pub async fn logout(
    State(app): State<Arc<App>>,
    Entrant(actor): Entrant,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    sign_in::log_out(&app, &actor).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if crate::accounts::session_cookie(&headers, &app.cookie_name()).is_some() {
        set_cookie(&mut response, &app, String::new(), cookie::time::Duration::ZERO);
    }
    Ok(response)
}

/// Whose password a reset link is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetView {
    name: String,
    username: String,
}

/// Look at a reset link
#[utoipa::path(get, path = "/auth/reset/{code}", tag = "sign-in", params(("code" = String, Path)), responses(
    (status = 200, body = Data<ResetView>), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn get_reset(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(code): Path<String>,
) -> Result<Data<ResetView>, AppError> {
    let person = resets::find(&app, &code, peer)?;
    Ok(Data::of(ResetView { name: person.name, username: person.username }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetBody {
    password: String,
}

/// Choose a new password by a reset link
///
/// The link is used up and every sign-in of the person ends.
#[utoipa::path(post, path = "/auth/reset/{code}", tag = "sign-in", params(("code" = String, Path)), request_body = ResetBody, responses(
    (status = 204), (status = 400, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn complete_reset(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(code): Path<String>,
    Json(body): Json<ResetBody>,
) -> Result<StatusCode, AppError> {
    resets::complete(&app, &code, &body.password, peer).await?;
    Ok(StatusCode::NO_CONTENT)
}
