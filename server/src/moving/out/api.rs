//! The routes of moving out.

use super::ExportsView;
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{answer::Data, extract::Path, pieces},
    ids::ExportId,
};
use axum::{
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tokio::fs::File;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of moving out.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_exports, create_export))
        .routes(routes!(delete_export))
        .routes(routes!(download_export))
}

/// Exports of the whole team, the newest first
///
/// For owners.
#[utoipa::path(get, path = "/admin/exports", tag = "exports", responses(
    (status = 200, body = Data<ExportsView>), (status = 403, body = Problem)))]
async fn list_exports(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<ExportsView>, AppError> {
    super::list(&app, &actor).await.map(Data::of)
}

/// Begin an export of the whole team
///
/// For owners; what was said in private is in it. It is made while the hub goes on; the list says how far it is.
#[utoipa::path(post, path = "/admin/exports", tag = "exports", responses(
    (status = 200, body = Data<ExportsView>), (status = 403, body = Problem), (status = 429, body = Problem)))]
async fn create_export(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<ExportsView>, AppError> {
    super::start(&app, &actor).await.map(Data::of)
}

/// Download an export
#[utoipa::path(get, path = "/admin/exports/{exportId}/file", tag = "exports", params(("exportId" = ExportId, Path)), responses(
    (status = 200, content_type = "application/zip", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn download_export(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ExportId>,
) -> Result<Response, AppError> {
    let (path, bytes, name) = super::file(&app, &actor, id).await?;
    let file = File::open(&path).await.map_err(|_| AppError::not_found("Export"))?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        // The name is made of a host label, digits and hyphens.
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces(file, bytes))).into_response())
}

/// Remove an export
#[utoipa::path(delete, path = "/admin/exports/{exportId}", tag = "exports", params(("exportId" = ExportId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_export(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ExportId>,
) -> Result<StatusCode, AppError> {
    super::remove(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
