//! The WebSocket's door.

use super::socket;
use crate::{
    accounts::{Entrant, session_cookie},
    app::App,
    error::{AppError, Code},
    http::{check_origin, host_of},
};
use axum::{
    extract::{FromRequestParts, Request, State, WebSocketUpgrade},
    http::header,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// The longest frame that a client may send, in bytes.
const LONGEST_FRAME: usize = 16 << 10;

/// Live events
///
/// A WebSocket with JSON text frames; see the realtime protocol. Signed in by cookie (from this
/// hub's own pages only), by `Authorization`, or by a token in the first frame.
///
/// # Errors
/// `host_refused` and `origin_refused` for a page of another site, `unauthorized`, and `validation` for a plain request.
#[utoipa::path(get, path = "/realtime", tag = "realtime", responses((status = 101, description = "Switching to WebSocket")))]
pub async fn realtime(State(app): State<Arc<App>>, request: Request) -> Result<Response, AppError> {
    let (mut parts, _) = request.into_parts();
    let by_header = parts.headers.contains_key(header::AUTHORIZATION);
    let by_cookie = !by_header && session_cookie(&parts.headers, &app.cookie_name()).is_some();
    if by_cookie {
        let host = host_of(&parts.headers, &parts.uri).ok_or_else(|| AppError::new(Code::HostRefused))?;
        check_origin(&parts.headers, &host, true)?;
    }
    let session = if by_header || by_cookie {
        match Entrant::from_request_parts(&mut parts, &app).await {
            // Who has something to set up first is told so by the socket.
            Ok(Entrant(actor)) => Some(actor.session),
            // A browser cannot read the answer to a refused upgrade; it gets a close code instead.
            Err(_) if by_cookie => None,
            Err(failure) => return Err(failure),
        }
    } else {
        None
    };
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &app)
        .await
        .map_err(|_| AppError::field("", "this address speaks WebSocket only"))?;
    let tasks = app.tasks.clone();
    Ok(upgrade
        .read_buffer_size(4 << 10)
        .write_buffer_size(4 << 10)
        .max_write_buffer_size(4 << 20)
        .max_message_size(LONGEST_FRAME)
        .max_frame_size(LONGEST_FRAME)
        .on_upgrade(move |socket| tasks.track_future(socket::serve(app, socket, session)))
        .into_response())
}
