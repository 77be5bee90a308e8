//! Files in one piece, and what there is of them.

use super::may_upload;
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Code, Problem},
    files::{
        Category, FileView,
        download::{self, As},
        list::{self, Entry, Filter},
        receive, tidy,
    },
    http::{
        answer::{Data, created},
        extract::{Path, Query},
    },
    ids::{ChannelId, FileId},
    validate,
};
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ListQuery {
    /// Only those in this channel.
    #[serde(default)]
    channel_id: Option<ChannelId>,
    /// A part of the name, in any case.
    #[serde(default)]
    q: Option<String>,
    /// Only of this kind.
    #[serde(default)]
    category: Option<Category>,
    /// Where the page before this one ended.
    #[serde(default)]
    after: Option<i64>,
    /// 1 to 100.
    #[serde(default = "fifty")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: usize,
}

fn fifty() -> usize {
    50
}

/// Where a page of files ends.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilePosition {
    /// For the next page. There can be a next page after one without files.
    after: Option<String>,
    has_after: bool,
}

/// A page of files, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilePage {
    /// Always true.
    success: bool,
    data: Vec<Entry>,
    pagination: FilePosition,
}

/// Files in messages that one may read
///
/// The newest first, of one channel or of all.
#[utoipa::path(get, path = "/files", tag = "files", params(ListQuery), responses(
    (status = 200, body = FilePage), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn list_files(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    if !(1..=100).contains(&query.limit) {
        return Err(AppError::field("limit", "is not between 1 and 100"));
    }
    let name = validate::line(&query.q.unwrap_or_default(), 0, 100).map_err(|message| AppError::field("q", message))?;
    let filter = Filter { channel: query.channel_id, name, category: query.category };
    let (data, after) = list::list(&app, &actor, &filter, query.after, query.limit).await?;
    let pagination = FilePosition { after: after.map(|place| place.to_string()), has_after: after.is_some() };
    Ok(axum::Json(FilePage { success: true, data, pagination }).into_response())
}

/// A file as a form sends it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
pub struct FileForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a file in one piece
///
/// A form with one part `file`. The file is seen by its uploader only until a message is sent with it, and removed
/// when none is within a week. Larger files, and those sent over a bad connection, are better uploaded by the tus
/// protocol at `/api/v1/uploads`.
#[utoipa::path(post, path = "/files", tag = "files", request_body(content = FileForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = Data<FileView>), (status = 400, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 507, body = Problem)))]
pub async fn create_file(
    State(app): State<Arc<App>>,
    actor: Actor,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, AppError> {
    may_upload(&actor)?;
    let form = form.map_err(|_| AppError::new(Code::UnsupportedMediaType))?;
    let file = receive::receive(&app, &actor, form).await?;
    Ok(created(&format!("/api/v1/files/{}", file.id), Data::of(file)))
}

/// What is known of a file
#[utoipa::path(get, path = "/files/{id}", tag = "files", params(("id" = FileId, Path)), responses(
    (status = 200, body = Data<FileView>), (status = 404, body = Problem)))]
pub async fn get_file(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<FileId>,
) -> Result<Data<FileView>, AppError> {
    download::view(&app, &actor, id).await.map(Data::of)
}

/// Remove a file that is in no message
///
/// A file in a message goes with its message.
#[utoipa::path(delete, path = "/files/{id}", tag = "files", params(("id" = FileId, Path)), responses(
    (status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete_file(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<FileId>,
) -> Result<StatusCode, AppError> {
    may_upload(&actor)?;
    tidy::discard(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ContentQuery {
    /// `true` to have it saved and not shown.
    #[serde(default)]
    download: bool,
}

/// A file's bytes
///
/// Takes `Range`, `If-Range` and `If-None-Match`. Only pictures, sound and film are ever shown by a browser; anything
/// else is an attachment.
#[utoipa::path(get, path = "/files/{id}/content", tag = "files", params(("id" = FileId, Path), ContentQuery), responses(
    (status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 206, content_type = "application/octet-stream", body = Vec<u8>),
    (status = 304), (status = 404, body = Problem)))]
pub async fn get_file_content(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<FileId>,
    Query(query): Query<ContentQuery>,
    asked: HeaderMap,
) -> Result<Response, AppError> {
    let how = if query.download { As::Attachment } else { As::Itself };
    download::content(&app, &actor, id, how, &asked).await
}

/// A picture, small
///
/// Turned as the camera was held and without metadata; at most 720 pixels on a side.
#[utoipa::path(get, path = "/files/{id}/thumbnail", tag = "files", params(("id" = FileId, Path)), responses(
    (status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 304), (status = 404, body = Problem)))]
pub async fn get_file_thumbnail(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<FileId>,
    asked: HeaderMap,
) -> Result<Response, AppError> {
    download::thumbnail(&app, &actor, id, &asked).await
}
