//! Reading requests strictly: what does not fit is refused with a problem document that names the
//! field, and nothing is guessed.

use crate::error::{AppError, Code};
use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderMap, header, request::Parts},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// The largest JSON body. A message of 16,000 characters fits, however it is escaped.
pub const LARGEST_BODY: usize = 256 << 10;
/// A body up to here is read to its end before it is refused: closing a connection with unread data
/// resets it, and the client would not see the answer.
pub const READ_AT_MOST: usize = 2 << 20;

/// A JSON body of at most [`LARGEST_BODY`].
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self, AppError> {
        if !is_json(request.headers()) {
            return Err(AppError::new(Code::UnsupportedMediaType));
        }
        let too_large = || AppError::new(Code::PayloadTooLarge);
        let bytes = to_bytes(request.into_body(), READ_AT_MOST).await.map_err(|_| too_large())?;
        if bytes.len() > LARGEST_BODY {
            return Err(too_large());
        }
        // The derived readers would take an array for an object, field by field.
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|first| *first == b'[') {
            return Err(AppError::field("", "the body is not an object"));
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let cause = error.into_inner();
            if cause.is_data() {
                let text = cause.to_string();
                let text = text.split(" at line ").next().unwrap_or_default().to_owned();
                let field = if path == "." { String::new() } else { path };
                AppError::field(field, text)
            } else if serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok() {
                // The JSON is sound, so it is the field that has something of another kind.
                AppError::field(path, "has a value of the wrong type")
            } else {
                AppError::new(Code::InvalidJson)
            }
        })?;
        reader.end().map_err(|_| AppError::new(Code::InvalidJson))?;
        Ok(Self(value))
    }
}

/// What a body that could not be read means.
#[must_use]
pub fn body_refused(refused: &BytesRejection) -> AppError {
    if refused.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        AppError::new(Code::PayloadTooLarge)
    } else {
        AppError::field("body", "could not be read")
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The variable parts of the path. One that does not parse cannot name anything.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|path| Self(path.0))
            .map_err(|_| AppError::new(Code::NotFound))
    }
}

/// The query of the address.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        axum::extract::Query::<T>::from_request_parts(parts, state).await.map(|query| Self(query.0)).map_err(
            |refused| {
                let text = refused.body_text();
                let text = text.rsplit("query string: ").next().unwrap_or_default().to_owned();
                AppError::field("query", text)
            },
        )
    }
}

/// The version that a conditional write expects, from `If-Match: "7"`; `None` without the header.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub Option<u32>);

impl IfMatch {
    /// Goes on only when the thing still has the expected version.
    ///
    /// # Errors
    /// `version_mismatch`, with the thing as it is now.
    pub fn check<T: serde::Serialize>(self, version: u32, current: impl FnOnce() -> T) -> Result<(), AppError> {
        if self.0.is_none_or(|expected| expected == version) { Ok(()) } else { Err(AppError::stale(&current())) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let Some(header) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = header.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        text.trim_start_matches("W/")
            .trim_matches('"')
            .parse()
            .map(|version| Self(Some(version)))
            .map_err(|_| AppError::field("If-Match", "is not a version"))
    }
}

/// For fields of a `PATCH` where `null` (remove it) differs from absent (leave it).
///
/// # Errors
/// When the value is there and does not fit.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
