//! The page that lets the person at this computer in. Not part of the API: only the program that
//! made the link knows it.

use super::auth::set_session_cookie;
use crate::{
    accounts::{
        entry,
        sessions::{Device, Proof},
    },
    app::App,
    http::{Peer, extract::Path},
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use std::sync::Arc;

/// Sets the session cookie and goes on to the app; to the sign-in page, where the link does not
/// work.
pub(crate) async fn enter(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    device: Device,
    Path(code): Path<String>,
) -> Response {
    let entered = entry::enter(&app, &code, peer, device).await;
    let mut response = Redirect::to(if entered.is_ok() { "/chat" } else { "/sign-in" }).into_response();
    if let Ok(welcome) = entered
        && let Proof::Cookie(secret) = welcome.proof
    {
        set_session_cookie(&mut response, &app, secret);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
