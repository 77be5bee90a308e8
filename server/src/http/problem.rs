//! Gives every request an id, and every failure its place in the problem document.

use crate::{app::App, error::AppError};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::{sync::Arc, time::Instant};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What stands behind these is a secret, and is not logged.
const SECRET_PLACES: [&str; 5] =
    ["/api/v1/hooks/", "/api/v1/commands/answers/", "/api/v1/feeds/", "/api/v1/unsubscribe/", "/unsubscribe/"];

/// Takes the caller's `X-Request-Id` if it is a UUID, or makes one; logs the request; writes the id
/// into the answer, and into its problem document when it is one.
pub async fn problems(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| Uuid::try_parse_ascii(value.as_bytes()).ok())
        .unwrap_or_else(Uuid::now_v7);
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path();
    // Whoever knows the rest of it can speak, read, or end something.
    let secret = SECRET_PLACES.into_iter().find(|place| path.starts_with(place));
    let path = secret.map_or_else(|| path.to_owned(), |place| format!("{place}…"));
    let span = tracing::info_span!("request", request.id = %id);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Some(failure) = response.extensions_mut().remove::<AppError>() {
        let body = failure.document(Some(id)).to_string();
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status().as_u16();
    let took = started.elapsed();
    app.answers.count(status, took);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::debug!(%method, path, status, duration_ms, "answered"));
    response
}
