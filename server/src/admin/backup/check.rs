//! Reading backups to see whether they could be restored: each from its first byte to its last, and once a week the
//! newest by restoring it into a scratch place.

use super::{
    archive::Archive,
    bytes,
    kept::{Drill, Flaw, Outcome, Skipped},
    list::{Found, found},
    make::Pace,
    restore::{self, RestoreError},
    swap,
    work::Work,
};
use crate::{admin::overview::Gauge, app::App, clock};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};
use tokio_util::sync::CancellationToken;

/// Where a drill restores to.
const SCRATCH: &str = "drill";
/// A database takes about as many bytes as its rows have as text; while it is made, twice that.
const GROWTH: u64 = 2;
/// What has to be free beside the copy, so that the hub can go on.
const SPARE: u64 = 1 << 30;

/// What a restore that failed says about the backup.
pub(super) fn flaw(error: &RestoreError) -> Flaw {
    match error {
        RestoreError::Foreign | RestoreError::Damaged(_) => Flaw::Damaged,
        RestoreError::Newer { .. } => Flaw::Newer,
        RestoreError::Read { .. } => Flaw::FolderMissing,
        RestoreError::DiskFull => Flaw::DiskFull,
        RestoreError::InUse(_) | RestoreError::Other(_) => Flaw::Internal,
    }
}

/// Reads all of a backup: its rows and the bytes of its files, counted and hashed.
fn read_all(path: &Path, work: &Work, stop: &CancellationToken) -> Result<(), RestoreError> {
    let going = || if stop.is_cancelled() { Err(anyhow::anyhow!("the hub stops").into()) } else { Ok(()) };
    let mut archive = Archive::open(path)?;
    work.total.store(archive.manifest.rows(), Ordering::Relaxed);
    for place in 0..archive.manifest.tables.len() {
        let mut since = std::time::Instant::now();
        archive.read(place, |handful| {
            work.done.fetch_add(handful.rows.len() as u64, Ordering::Relaxed);
            Pace::Gentle.rest(since.elapsed());
            since = std::time::Instant::now();
            going()
        })?;
    }
    match archive.manifest.files.clone() {
        Some(files) => bytes::check(&mut archive.zip, &files, |took| Pace::Gentle.rest(took), going),
        None => Ok(()),
    }
}

/// Reads a backup wholly and keeps what came of it.
pub(super) async fn check(app: &Arc<App>, backup: &Found, work: &Work) -> Option<Flaw> {
    let (path, work, stop) = (backup.path.clone(), work.clone(), app.shutdown.clone());
    let read = tokio::task::spawn_blocking(move || read_all(&path, &work, &stop)).await;
    if app.shutdown.is_cancelled() {
        return None;
    }
    let failure = match read {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::error!(backup.id = %backup.manifest.id, error = format!("{error:#}"), "a backup is not sound");
            Some(flaw(&error))
        }
        Err(error) => {
            tracing::error!(%error, "a backup was not read");
            Some(Flaw::Internal)
        }
    };
    let outcome = Outcome { at: clock::now(), failure };
    app.backups.kept.note(|kept| {
        kept.checks.insert(backup.manifest.id, outcome);
    });
    failure
}

/// Whether the disk has room for a copy of what is in a backup.
pub(super) fn has_room(app: &App, backup: &Found) -> bool {
    let manifest = &backup.manifest;
    let rows: u64 = manifest.tables.iter().map(|table| table.bytes).sum();
    let files = manifest.files.as_ref().map_or(0, |files| files.bytes);
    let needed = rows.saturating_mul(GROWTH).saturating_add(files).saturating_add(SPARE.min(app.config.reserve));
    Gauge::free(&app.config).is_none_or(|free| free >= needed)
}

/// Where drills of this hub restore to.
fn scratch(app: &App) -> Option<PathBuf> {
    app.config.data.as_ref().map(|data| data.join(SCRATCH))
}

/// Removes what a drill left behind that was stopped by the end of the process.
pub(super) fn tidy(app: &App) {
    if let Some(scratch) = scratch(app) {
        let _ = std::fs::remove_dir_all(scratch);
    }
}

/// Restores the newest backup into a scratch place, compares it and throws it away.
pub(super) async fn drill(app: &Arc<App>, work: &Work) -> Option<Drill> {
    let newest = found(app).await.ok()?.into_iter().filter(|backup| !backup.brought);
    let newest = newest.max_by_key(|backup| backup.manifest.made_at);
    let at = clock::now();
    let none = Drill { at, backup: None, made_at: None, skipped: Some(Skipped::NoBackup), failure: None };
    let drill = match newest {
        None => none,
        Some(backup) => {
            let manifest = &backup.manifest;
            let of = Drill { backup: Some(manifest.id), made_at: Some(manifest.made_at), skipped: None, ..none };
            if has_room(app, &backup) {
                let tried = tokio::select! {
                    tried = rehearse(app, &backup, work) => tried,
                    () = app.shutdown.cancelled() => return None,
                };
                let failure = tried.err().map(|error| {
                    tracing::error!(backup.id = %manifest.id, error = format!("{error:#}"), "a drill failed");
                    flaw(&error)
                });
                Drill { failure, ..of }
            } else {
                tracing::warn!("the disk has no room for a drill");
                Drill { skipped: Some(Skipped::NoRoom), ..of }
            }
        }
    };
    app.backups.kept.note(|kept| kept.drill = Some(drill));
    Some(drill)
}

async fn rehearse(app: &Arc<App>, backup: &Found, work: &Work) -> Result<(), RestoreError> {
    // A hub in memory has no disk of its own to do it on.
    let temporary;
    let scratch = if let Some(scratch) = scratch(app) {
        scratch
    } else {
        temporary = tempfile::tempdir().map_err(anyhow::Error::from)?;
        temporary.path().join(SCRATCH)
    };
    let path = scratch.clone();
    let prepared = tokio::task::spawn_blocking(move || {
        swap::remove(&path)?;
        Ok::<_, anyhow::Error>(std::fs::create_dir_all(&path)?)
    });
    prepared.await.map_err(anyhow::Error::from)??;
    let tell = work.tell();
    let made = restore::rehearse(&backup.path, &scratch.join("database"), Pace::Gentle, tell).await;
    let removed = tokio::task::spawn_blocking(move || swap::remove(&scratch)).await;
    made?;
    removed.map_err(anyhow::Error::from)??;
    Ok(())
}
