//! The routes of backups.

use super::BackupView;
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::Path,
        pieces,
    },
    ids::BackupId,
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tokio::fs::File;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of backups.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_backups, create_backup))
        .routes(routes!(delete_backup))
        .routes(routes!(download_backup))
}

/// Every backup, the newest first
#[utoipa::path(get, path = "/admin/backups", tag = "backups", responses(
    (status = 200, body = Data<Vec<BackupView>>), (status = 403, body = Problem)))]
async fn list_backups(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<BackupView>>, AppError> {
    super::list(&app, &actor).await.map(Data::of)
}

/// Begin a backup
///
/// It is made while the hub goes on; the list says how far it is.
#[utoipa::path(post, path = "/admin/backups", tag = "backups", responses(
    (status = 201, body = Data<BackupView>), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 429, body = Problem), (status = 503, body = Problem)))]
async fn create_backup(State(app): State<Arc<App>>, actor: Actor) -> Result<Response, AppError> {
    let backup = super::start(&app, &actor).await?;
    Ok(created(&format!("/api/v1/admin/backups/{}", backup.id), Data::of(backup)))
}

/// Remove a backup for good
#[utoipa::path(delete, path = "/admin/backups/{id}", tag = "backups", params(("id" = BackupId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_backup(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<BackupId>,
) -> Result<StatusCode, AppError> {
    super::remove(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Download a backup
#[utoipa::path(get, path = "/admin/backups/{id}/file", tag = "backups", params(("id" = BackupId, Path)), responses(
    (status = 200, content_type = "application/zip", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn download_backup(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<BackupId>,
) -> Result<Response, AppError> {
    let (path, bytes) = super::file(&app, &actor, id).await?;
    let file = File::open(&path).await.map_err(|_| AppError::not_found("Backup"))?;
    Ok((headers(&path, bytes), Body::from_stream(pieces(file, bytes))).into_response())
}

fn headers(path: &std::path::Path, bytes: u64) -> [(HeaderName, String); 4] {
    // The name is made of a host label, digits and hyphens, or the file was put there by hand.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name: String =
        name.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(*letter)).collect();
    [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}
