//! The routes of moving in.

use super::{ImportView, upload};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Path, Query},
    },
    ids::ImportId,
};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of moving in.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_imports))
        .routes(routes!(delete_import))
        .routes(routes!(check_import))
        .routes(routes!(run_import))
        .routes(routes!(stop_import))
        .routes(routes!(download_import_report))
        .merge(super::out::api::routes())
        .merge(
            OpenApiRouter::new()
                .routes(routes!(upload_import))
                // Bounded by the room on the disk instead, as it arrives.
                .layer(DefaultBodyLimit::disable()),
        )
}

/// Whether a request brings an archive, which may take long.
#[must_use]
pub(crate) fn brings_an_archive(method: &axum::http::Method, path: &str) -> bool {
    *method == axum::http::Method::POST && path == "/api/v1/admin/imports/upload"
}

/// Every archive of another chat, the newest first
#[utoipa::path(get, path = "/admin/imports", tag = "imports", responses(
    (status = 200, body = Data<Vec<ImportView>>), (status = 403, body = Problem)))]
async fn list_imports(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<ImportView>>, AppError> {
    super::list(&app, &actor).await.map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// What the file is called, at most 200 characters.
    #[serde(default)]
    name: Option<String>,
}

/// Bring an export of Slack
///
/// The body is the zip file. It is read and counted at once, which the list tells of; nothing is brought by that.
#[utoipa::path(post, path = "/admin/imports/upload", tag = "imports", params(UploadQuery), request_body(content = Vec<u8>, content_type = "application/zip"), responses(
    (status = 201, body = Data<ImportView>), (status = 403, body = Problem), (status = 422, body = Problem),
    (status = 507, body = Problem)))]
async fn upload_import(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let import = upload::bring(&app, &actor, (query.name, length), body).await?;
    Ok(created(&format!("/api/v1/admin/imports/{}", import.id), Data::of(import)))
}

/// Begin to read an archive again
///
/// It is counted what is in it and what cannot be brought; nothing changes.
#[utoipa::path(post, path = "/admin/imports/{importId}/check", tag = "imports", params(("importId" = ImportId, Path)), responses(
    (status = 200, body = Data<ImportView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn check_import(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ImportId>,
) -> Result<Data<ImportView>, AppError> {
    super::check(&app, &actor, id).await.map(Data::of)
}

/// Begin to bring what is in an archive, or go on with it
///
/// It is done while the hub goes on; the list says how far it is. What an earlier import brought is not brought again.
#[utoipa::path(post, path = "/admin/imports/{importId}/run", tag = "imports", params(("importId" = ImportId, Path)), responses(
    (status = 200, body = Data<ImportView>), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 507, body = Problem)))]
async fn run_import(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ImportId>,
) -> Result<Data<ImportView>, AppError> {
    super::run(&app, &actor, id).await.map(Data::of)
}

/// End what is being done with an archive
///
/// It ends after the portion in hand. What was brought stays, and bringing can go on later.
#[utoipa::path(post, path = "/admin/imports/{importId}/stop", tag = "imports", params(("importId" = ImportId, Path)), responses(
    (status = 200, body = Data<ImportView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn stop_import(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ImportId>,
) -> Result<Data<ImportView>, AppError> {
    super::stop(&app, &actor, id).await.map(Data::of)
}

/// What of an archive could not be brought, as a table
#[utoipa::path(get, path = "/admin/imports/{importId}/report", tag = "imports", params(("importId" = ImportId, Path)), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn download_import_report(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ImportId>,
) -> Result<Response, AppError> {
    let table = super::report(&app, &actor, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"import-report.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, table).into_response())
}

/// Remove an archive; what was brought stays
#[utoipa::path(delete, path = "/admin/imports/{importId}", tag = "imports", params(("importId" = ImportId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_import(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ImportId>,
) -> Result<StatusCode, AppError> {
    super::remove(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
