//! Bringing a backup from elsewhere, and having the hub restored from one when it starts the next time.

use super::{
    BackupView, Busy, Kind, RestoreError, Staged,
    archive::Archive,
    check, folder,
    kept::Flaw,
    list::{Found, find},
    make::{self, Pace},
    plan::{self, PlanView},
    restore, swap,
};
use crate::{
    accounts::Actor,
    admin::{
        audit::{self, Act, By},
        overview::Gauge,
    },
    app::App,
    clock,
    disk::sync_directory,
    error::{AppError, Code},
    files::create_private,
    ids::BackupId,
    permission::{Action, Relation},
};
use axum::body::Body;
use futures_util::StreamExt;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{fs::File, io::AsyncWriteExt};

/// How long a client may be silent in the middle of a backup.
const SILENCE: Duration = Duration::from_secs(30);
/// After how many bytes it is asked again whether the disk has room.
const STRETCH: u64 = 64 << 20;

/// What a client hears of a backup that is none, or none for this version.
fn refused(error: &RestoreError) -> AppError {
    match error {
        RestoreError::DiskFull => AppError::new(Code::DiskFull),
        RestoreError::Newer { .. } => AppError::new(Code::BackupNewer),
        RestoreError::Foreign => AppError::new(Code::BackupForeign),
        RestoreError::Damaged(_) => AppError::new(Code::BackupDamaged),
        other => AppError::internal(format!("{other:#}")),
    }
}

/// A file that is gone when this is, unless it was moved.
struct Arriving(PathBuf);

impl Drop for Arriving {
    fn drop(&mut self) {
        // It is not there after a success.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Takes a backup as it arrives. It is in the list afterwards; nothing is restored yet.
///
/// # Errors
/// `forbidden`; `backup_foreign`, `backup_damaged`, `backup_newer`; `disk_full`; `busy` when the client fell silent.
pub(super) async fn bring(
    app: &Arc<App>,
    actor: &Actor,
    length: Option<u64>,
    body: Body,
) -> Result<BackupView, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let folder = folder::brought(app).ok_or_else(|| AppError::not_found("Folder for backups"))?;
    let hub = app.journal.directory().hub;
    let arriving = Arriving(folder.join(format!("{}{hub}-{}.part", make::MAKING, BackupId::generate())));
    let (path, place) = (arriving.0.clone(), folder.clone());
    let made = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&place)?;
        create_private(&path)
    });
    let file = made.await.map_err(AppError::internal)?.map_err(not_written)?;
    receive(app, File::from_std(file), length, body).await?;
    let kept = tokio::task::spawn_blocking(move || -> Result<Found, AppError> {
        let manifest = Archive::open(&arriving.0).map_err(|error| refused(&error))?.manifest;
        let bytes = arriving.0.metadata().map_err(AppError::internal)?.len();
        let path = make::free_name(&folder, &manifest);
        std::fs::rename(&arriving.0, &path).map_err(AppError::internal)?;
        sync_directory(&folder).map_err(AppError::internal)?;
        Ok(Found { path, bytes, manifest, brought: true })
    });
    let found = kept.await.map_err(AppError::internal)??;
    // What a backup with this id was found to be says nothing of this file.
    app.backups.kept.note(|kept| {
        kept.checks.remove(&found.manifest.id);
    });
    audit::tell(app, Act::BackupUploaded, By::from(actor), None, found.name()).await;
    tracing::info!(backup.id = %found.manifest.id, user.id = %actor.user, "a backup was uploaded");
    Ok(found.view(None))
}

fn not_written(error: std::io::Error) -> AppError {
    if folder::flaw_of(&error) == Flaw::DiskFull { AppError::new(Code::DiskFull) } else { AppError::internal(error) }
}

async fn receive(app: &Arc<App>, mut file: File, length: Option<u64>, body: Body) -> Result<(), AppError> {
    let room = |more: u64| match Gauge::free(&app.config) {
        Some(free) if free < more.saturating_add(app.config.reserve) => Err(AppError::new(Code::DiskFull)),
        _ => Ok(()),
    };
    room(length.unwrap_or_default())?;
    let mut pieces = body.into_data_stream();
    let mut since = 0;
    loop {
        let next = tokio::time::timeout(SILENCE, pieces.next()).await;
        let Some(piece) = next.map_err(|_| AppError::later(Code::Busy, Duration::from_secs(1)))? else { break };
        let piece = piece.map_err(|_| AppError::field("body", "could not be read"))?;
        since += piece.len() as u64;
        if since > STRETCH {
            since = 0;
            room(0)?;
        }
        file.write_all(&piece).await.map_err(not_written)?;
    }
    file.flush().await.map_err(not_written)?;
    file.sync_all().await.map_err(not_written)
}

/// Begins to prepare a restore: the backup is made into a database of its own beside the one in use, read again and
/// compared. It takes that one's place when Hearth starts the next time. `team` is the name of the team in the backup,
/// typed by a person who means it.
///
/// # Errors
/// `forbidden` for everyone but owners; `not_found`, `validation`; `disk_full`; `busy`.
pub(super) async fn stage(app: &Arc<App>, actor: &Actor, id: BackupId, team: &str) -> Result<PlanView, AppError> {
    actor.require(Action::RestoreBackup, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let data = app.config.data.clone().ok_or_else(|| AppError::not_found("Data directory"))?;
    let backup = find(app, id).await?;
    if team.trim() != backup.manifest.team.trim() {
        return Err(AppError::field("team", "is not the name of the team in this backup"));
    }
    if !check::has_room(app, &backup) {
        return Err(AppError::new(Code::DiskFull));
    }
    let busy = Busy::begin(app, Kind::Restore, Some(id))?;
    tracing::info!(backup.id = %id, user.id = %actor.user, "a restore is prepared");
    let (job, by) = (Arc::clone(app), actor.clone());
    app.tasks.spawn(async move {
        let failure = tokio::select! {
            prepared = prepare(&data, &backup, &busy) => prepared.err(),
            // What there is of it is removed at the next start.
            () = job.shutdown.cancelled() => return,
        };
        let act = if failure.is_some() { Act::RestoreFailed } else { Act::RestorePrepared };
        if let Some(error) = &failure {
            tracing::error!(backup.id = %id, error = format!("{error:#}"), "a restore could not be prepared");
            let outcome = super::Outcome { at: clock::now(), failure: Some(check::flaw(error)) };
            job.backups.kept.note(|kept| {
                kept.checks.insert(id, outcome);
            });
        }
        drop(busy);
        audit::tell(&job, act, By::from(&by), None, backup.name()).await;
    });
    plan::get(app, actor).await
}

async fn prepare(data: &std::path::Path, backup: &Found, busy: &Busy) -> Result<(), RestoreError> {
    let at = data.to_owned();
    let making = restore::blocking(move || {
        swap::revoke(&at)?;
        Ok(swap::making(&at)?)
    })
    .await?;
    if let Err(error) = restore::rehearse(&backup.path, &making, Pace::Gentle, busy.work.tell()).await {
        let at = data.to_owned();
        // What stays of it is thrown away at the next start.
        let _ = restore::blocking(move || Ok(swap::abandon(&at)?)).await;
        return Err(error);
    }
    let manifest = &backup.manifest;
    let staged =
        Staged { id: manifest.id, team: manifest.team.clone(), made_at: manifest.made_at, staged_at: clock::now() };
    let at = data.to_owned();
    restore::blocking(move || {
        swap::decide(&at, &restore::stamp(clock::now()), Some(staged))?;
        Ok(())
    })
    .await
}

/// Has the hub stay as it is when it starts the next time.
///
/// # Errors
/// `forbidden` for everyone but owners; `busy` while it is still being prepared.
pub(super) async fn cancel(app: &Arc<App>, actor: &Actor) -> Result<PlanView, AppError> {
    actor.require(Action::RestoreBackup, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let Some(data) = app.config.data.clone() else { return plan::get(app, actor).await };
    let busy = Busy::begin(app, Kind::Restore, None)?;
    let revoke = move || -> anyhow::Result<bool> {
        let there = swap::staged(&data).is_some();
        swap::revoke(&data)?;
        swap::abandon(&data)?;
        Ok(there)
    };
    let there = tokio::task::spawn_blocking(revoke).await.map_err(AppError::internal)?.map_err(AppError::internal)?;
    drop(busy);
    if there {
        audit::tell(app, Act::RestoreCancelled, By::from(actor), None, String::new()).await;
    }
    plan::get(app, actor).await
}
