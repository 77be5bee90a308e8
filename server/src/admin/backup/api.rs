//! The routes of backups.

use super::{BackupView, PlanPatch, PlanView, WorkView, plan, staged};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path, nullable},
        pieces,
    },
    ids::BackupId,
};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use tokio::fs::File;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of backups.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_backups, create_backup))
        .routes(routes!(delete_backup))
        .routes(routes!(download_backup))
        .routes(routes!(check_backup))
        .routes(routes!(stage_restore))
        .routes(routes!(cancel_restore))
        .routes(routes!(get_backup_plan, update_backup_plan))
        .routes(routes!(drill_backups))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(upload_backup))
                // Bounded by the room on the disk instead, as it arrives.
                .layer(DefaultBodyLimit::disable()),
        )
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

/// Whether a request brings a backup, which may take long.
#[must_use]
pub(crate) fn brings_a_backup(method: &axum::http::Method, path: &str) -> bool {
    *method == axum::http::Method::POST && path == "/api/v1/admin/backups/upload"
}

/// Bring a backup from elsewhere
///
/// The body is the file. Nothing is restored by it; the backup is in the list afterwards, marked as uploaded, and can be of
/// another team.
#[utoipa::path(post, path = "/admin/backups/upload", tag = "backups", request_body(content = Vec<u8>, content_type = "application/zip"), responses(
    (status = 201, body = Data<BackupView>), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem), (status = 507, body = Problem)))]
async fn upload_backup(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let backup = staged::bring(&app, &actor, length, body).await?;
    Ok(created(&format!("/api/v1/admin/backups/{}", backup.id), Data::of(backup)))
}

/// Begin to read a backup wholly
///
/// Its rows and the bytes of its files are counted and hashed; the list says what came of it.
#[utoipa::path(post, path = "/admin/backups/{id}/check", tag = "backups", params(("id" = BackupId, Path)), responses(
    (status = 200, body = Data<WorkView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn check_backup(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<BackupId>,
) -> Result<Data<WorkView>, AppError> {
    super::check(&app, &actor, id).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RestoreRequest {
    /// The name of the team in the backup, typed by an owner who means it.
    team: String,
}

/// Prepare a restore
///
/// For owners. The backup is made into a database beside the one in use, read again and compared; the plan says how far
/// that is. When Hearth starts the next time it takes the place of the one in use, which is kept, and everyone signs in
/// again.
#[utoipa::path(put, path = "/admin/backups/{id}/restore", tag = "backups", params(("id" = BackupId, Path)), request_body = RestoreRequest, responses(
    (status = 200, body = Data<PlanView>), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 507, body = Problem)))]
async fn stage_restore(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<BackupId>,
    Json(request): Json<RestoreRequest>,
) -> Result<Data<PlanView>, AppError> {
    staged::stage(&app, &actor, id, &request.team).await.map(Data::of)
}

/// Do not restore when Hearth starts the next time
#[utoipa::path(delete, path = "/admin/restore", tag = "backups", responses(
    (status = 200, body = Data<PlanView>), (status = 403, body = Problem)))]
async fn cancel_restore(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<PlanView>, AppError> {
    staged::cancel(&app, &actor).await.map(Data::of)
}

/// When backups are made, and how it stands with them
#[utoipa::path(get, path = "/admin/backup-plan", tag = "backups", responses(
    (status = 200, body = Data<PlanView>), (status = 403, body = Problem)))]
async fn get_backup_plan(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<PlanView>, AppError> {
    plan::get(&app, &actor).await.map(Data::of)
}

/// What is to change; absent fields stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PlanRequest {
    on: Option<bool>,
    /// The minute of the day, by the clock of the hub's computer; 0 to 1439.
    at: Option<u16>,
    /// Of how many days the last backup stays; 1 to 366.
    daily: Option<u16>,
    /// Of how many weeks the last backup stays; 0 to 366.
    weekly: Option<u16>,
    /// How many of those stay that somebody made, 1 to 366; null for all.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u16>)]
    by_hand: Option<Option<u16>>,
    /// The whole path of a folder of the hub's computer, which is made if it is not there; null for the usual one.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    folder: Option<Option<String>>,
}

/// Change when backups are made, how many stay and where they are put
#[utoipa::path(patch, path = "/admin/backup-plan", tag = "backups", request_body = PlanRequest, responses(
    (status = 200, body = Data<PlanView>), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 409, body = Problem), (status = 507, body = Problem)))]
async fn update_backup_plan(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(request): Json<PlanRequest>,
) -> Result<Data<PlanView>, AppError> {
    let PlanRequest { on, at, daily, weekly, by_hand, folder } = request;
    plan::update(&app, &actor, PlanPatch { on, at, daily, weekly, by_hand, folder }).await.map(Data::of)
}

/// Begin a drill
///
/// The newest backup is restored into a scratch place, compared, and the copy is thrown away; the plan says what came of it.
#[utoipa::path(post, path = "/admin/backup-plan/drill", tag = "backups", responses(
    (status = 200, body = Data<WorkView>), (status = 403, body = Problem)))]
async fn drill_backups(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<WorkView>, AppError> {
    super::drill(&app, &actor).map(Data::of)
}
