//! The tus protocol 1.0 (tus.io): creation, creation with upload, checksum, expiration, termination.

use super::may_upload;
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    error::{AppError, Code, Problem},
    files::uploads::{self, Checksum, Part, Standing},
    http::extract::Path,
    ids::FileId,
};
use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::sync::Arc;

const VERSION: &str = "1.0.0";
const PART: &str = "application/offset+octet-stream";
const ABILITIES: &str = "creation,creation-with-upload,checksum,expiration,termination";
const ALGORITHMS: &str = "sha1,sha256";
/// The longest metadata that is read.
const LONGEST_METADATA: usize = 8 << 10;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// Says on every answer which version is spoken.
pub(super) async fn spoken(request: Request, next: Next) -> Response {
    let options = *request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    if !options {
        response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    }
    response
}

/// What a client hears that does not speak this version.
fn other_version(headers: &HeaderMap) -> Option<Response> {
    if headers.get(RESUMABLE).is_some_and(|version| version == VERSION) {
        return None;
    }
    let mut response = AppError::field("Tus-Resumable", "is not 1.0.0").into_response();
    *response.status_mut() = StatusCode::PRECONDITION_FAILED;
    response.headers_mut().insert(TUS_VERSION, HeaderValue::from_static(VERSION));
    Some(response)
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, AppError> {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.ok_or_else(|| AppError::field(name.as_str(), "is not a number"))
}

/// The file's name in the metadata of an upload; nothing where there is none.
fn file_name(headers: &HeaderMap) -> Result<String, AppError> {
    let wrong = || AppError::field("Upload-Metadata", "cannot be read");
    let Some(metadata) = headers.get(UPLOAD_METADATA) else { return Ok(String::new()) };
    let metadata = metadata.to_str().map_err(|_| wrong())?;
    if metadata.len() > LONGEST_METADATA {
        return Err(wrong());
    }
    for pair in metadata.split(',') {
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        if matches!(key, "filename" | "name") {
            let bytes = STANDARD.decode(value.trim()).map_err(|_| wrong())?;
            return String::from_utf8(bytes).map_err(|_| wrong());
        }
    }
    Ok(String::new())
}

fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, AppError> {
    let wrong = |message| AppError::field("Upload-Checksum", message);
    let Some(header) = headers.get(UPLOAD_CHECKSUM) else { return Ok(None) };
    let text = header.to_str().map_err(|_| wrong("cannot be read"))?;
    let (algorithm, sum) = text.split_once(' ').ok_or_else(|| wrong("cannot be read"))?;
    let sum = STANDARD.decode(sum.trim()).map_err(|_| wrong("cannot be read"))?;
    match algorithm {
        "sha1" => Ok(Some(Checksum::Sha1(sum))),
        "sha256" => Ok(Some(Checksum::Sha256(sum))),
        _ => Err(wrong("is made in a way that is not known here")),
    }
}

fn is_part(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == PART)
}

/// An answer without a body that says where an upload stands.
fn stands(status: StatusCode, standing: Standing) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, standing.offset.into());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(expires) = standing.expires_at.and_then(|at| HeaderValue::from_str(&http_date(at)).ok()) {
        headers.insert(UPLOAD_EXPIRES, expires);
    }
    response
}

/// A moment as HTTP writes it (RFC 9110).
fn http_date(at: Timestamp) -> String {
    let moment = chrono::DateTime::from_timestamp_millis(at.millis()).unwrap_or_default();
    moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Begin an upload that can be resumed
///
/// By the tus protocol 1.0, which any tus client speaks: `Upload-Length` and the file's name in `Upload-Metadata`. The
/// upload's id is the file's once all of it has arrived; `HEAD` on it says how far it is, `OPTIONS` what is supported.
/// An upload that nothing is added to for a day is given up.
#[utoipa::path(post, path = "/uploads", tag = "files",
    params(("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Length" = u64, Header), ("Upload-Metadata" = Option<String>, Header)),
    responses((status = 201), (status = 400, body = Problem), (status = 412, body = Problem), (status = 413, body = Problem),
    (status = 507, body = Problem)))]
pub async fn create_upload(State(app): State<Arc<App>>, actor: Actor, request: Request) -> Result<Response, AppError> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    may_upload(&actor)?;
    if headers.contains_key("upload-defer-length") {
        return Err(AppError::field("Upload-Length", "is missing"));
    }
    let length = number(&headers, &UPLOAD_LENGTH)?;
    let (name, checksum) = (file_name(&headers)?, checksum(&headers)?);
    let id = uploads::create(&app, &actor, &name, length).await?;
    let mut standing = Standing { offset: 0, length, expires_at: None };
    if is_part(&headers) && !body.is_end_stream() && length > 0 {
        let part = Part { offset: 0, checksum, body };
        // What did not arrive can be sent again: the upload is there.
        standing = match uploads::append(&app, &actor, id, part).await {
            Ok(standing) => standing,
            Err(_) => uploads::standing(&app, &actor, id).await?,
        };
    }
    let mut response = stands(StatusCode::CREATED, standing);
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/uploads/{id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Go on with an upload
///
/// `Upload-Offset` says where the part begins; the upload has to stand there.
#[utoipa::path(patch, path = "/uploads/{id}", tag = "files",
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    params(("id" = FileId, Path), ("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Offset" = u64, Header),
    ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256` and the hash of this part in Base64")),
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 412, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 460, body = Problem),
    (status = 507, body = Problem)))]
pub async fn append_upload(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<FileId>,
    request: Request,
) -> Result<Response, AppError> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    may_upload(&actor)?;
    if !is_part(&headers) {
        return Err(AppError::new(Code::UnsupportedMediaType));
    }
    let part = Part { offset: number(&headers, &UPLOAD_OFFSET)?, checksum: checksum(&headers)?, body };
    let standing = uploads::append(&app, &actor, id, part).await?;
    Ok(stands(StatusCode::NO_CONTENT, standing))
}

/// Give an upload up
///
/// Or remove the file that it became, as long as that is in no message.
#[utoipa::path(delete, path = "/uploads/{id}", tag = "files", params(("id" = FileId, Path)), responses(
    (status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete_upload(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<FileId>,
) -> Result<StatusCode, AppError> {
    may_upload(&actor)?;
    uploads::terminate(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far an upload is.
pub(super) async fn standing(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<FileId>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    let standing = uploads::standing(&app, &actor, id).await?;
    let mut response = stands(StatusCode::OK, standing);
    response.headers_mut().insert(UPLOAD_LENGTH, standing.length.into());
    Ok(response)
}

/// What of the protocol is supported.
pub(super) async fn abilities(State(app): State<Arc<App>>) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(TUS_VERSION, HeaderValue::from_static(VERSION));
    headers.insert(EXTENSION, HeaderValue::from_static(ABILITIES));
    headers.insert(CHECKSUM_ALGORITHM, HeaderValue::from_static(ALGORITHMS));
    if app.config.files.largest > 0 {
        headers.insert(MAX_SIZE, app.config.files.largest.into());
    }
    response
}
