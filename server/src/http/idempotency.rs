//! `Idempotency-Key`: a write that is repeated with the same key gets the first one's answer.
//!
//! Answers are kept in memory for a day, within a bound. Messages do not rely on this: their
//! `clientKey` is kept with them for ever.

use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Code},
    files,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderName, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;
use uuid::Uuid;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The most of a request or an answer that is read for this; larger ones pass through unkept.
const LARGEST: usize = 1 << 20;

#[derive(Clone, Debug)]
struct Answer {
    fingerprint: [u8; 32],
    status: StatusCode,
    headers: Vec<(HeaderName, axum::http::HeaderValue)>,
    body: Bytes,
}

/// The answers that were given.
#[derive(Debug)]
pub struct Idempotency(Cache<(crate::ids::UserId, Uuid), Arc<Mutex<Option<Answer>>>>);

impl Default for Idempotency {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(2_000).time_to_live(Duration::from_secs(24 * 3600)).build())
    }
}

/// Gives the stored answer to a repeated write. A second one that comes while the first is under
/// way waits for it.
pub async fn idempotent(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let unsafe_method = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let Some(header) = request.headers().get(HEADER).filter(|_| unsafe_method) else {
        return next.run(request).await;
    };
    let Ok(key) = Uuid::try_parse_ascii(header.as_bytes()) else {
        return AppError::field("Idempotency-Key", "is not a UUID").into_response();
    };
    // Files are too large to be kept; the same bytes twice are stored once, and an upload is resumed.
    if files::api::brings_a_file(request.method(), request.uri().path()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(actor) = Actor::from_request_parts(&mut parts, &app).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return AppError::new(Code::PayloadTooLarge).into_response();
    };
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.to_string());
    hash.update([0]);
    hash.update(&body);
    let fingerprint = hash.finalize().into();

    let slot = app.idempotency.0.get_with((actor.user, key), Arc::default);
    let mut slot = slot.lock().await;
    if let Some(answer) = &*slot {
        return if answer.fingerprint == fingerprint {
            again(answer)
        } else {
            AppError::new(Code::IdempotencyMismatch).into_response()
        };
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    // A refusal changed nothing, so that trying it again is harmless.
    if !response.status().is_success() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return AppError::internal("an answer was too large to keep").into_response();
    };
    let kept = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];
    *slot = Some(Answer {
        fingerprint,
        status: parts.status,
        headers: kept.into_iter().filter_map(|name| Some((name.clone(), parts.headers.get(&name)?.clone()))).collect(),
        body: body.clone(),
    });
    Response::from_parts(parts, Body::from(body))
}

fn again(answer: &Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() = answer.status;
    response.headers_mut().extend(answer.headers.iter().cloned());
    response
}
