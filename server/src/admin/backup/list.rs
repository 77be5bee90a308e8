//! The backups that are there.

use super::{
    Running,
    archive::Archive,
    due::There,
    folder,
    kept::{Flaw, Outcome},
    make,
    manifest::{Cause, Manifest},
};
use crate::{app::App, clock::Timestamp, error::AppError, ids::BackupId};
use serde::Serialize;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, atomic::Ordering},
    time::SystemTime,
};
use utoipa::ToSchema;

/// How far a backup is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BackupState {
    Running,
    Ready,
    /// It could not be made; kept until the next one is.
    Failed,
}

/// A backup as those see it who manage them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Backup)]
pub struct BackupView {
    pub id: BackupId,
    pub state: BackupState,
    /// The moment that it shows.
    pub made_at: Timestamp,
    /// How many rows it has, or has so far.
    pub rows: u64,
    /// What is in it, once it is ready.
    pub contents: Option<ContentsView>,
    /// Why it could not be made.
    pub failure: Option<Flaw>,
    /// The hub made it by itself.
    pub scheduled: bool,
    /// It was brought from elsewhere, so it can be of another team.
    pub uploaded: bool,
    /// What came of reading it wholly, the last time.
    pub check: Option<Outcome>,
}

/// What is in a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BackupContents)]
pub struct ContentsView {
    pub file_name: String,
    /// The file's length.
    pub bytes: u64,
    /// The team's name at that moment.
    pub team: String,
    /// People, those who left included.
    pub people: u64,
    /// Channels and direct conversations.
    pub channels: u64,
    /// Messages, deleted ones included.
    pub messages: u64,
    /// The version of Hearth that made it.
    pub hearth: String,
}

/// A backup in a folder.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) manifest: Manifest,
    /// It was brought from elsewhere.
    pub(super) brought: bool,
}

impl Found {
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    pub(super) fn there(&self, check: Option<&Outcome>) -> There {
        There {
            id: self.manifest.id,
            made_at: self.manifest.made_at,
            scheduled: self.manifest.cause == Cause::Schedule,
            sound: check.map(|check| check.failure.is_none()),
        }
    }

    pub(super) fn view(&self, check: Option<&Outcome>) -> BackupView {
        let Manifest { id, made_at, ref team, ref hearth, .. } = self.manifest;
        let contents = ContentsView {
            file_name: self.name(),
            bytes: self.bytes,
            team: team.clone(),
            people: self.manifest.rows_of("person"),
            channels: self.manifest.rows_of("channel"),
            messages: self.manifest.rows_of("message"),
            hearth: hearth.clone(),
        };
        BackupView {
            rows: self.manifest.rows(),
            contents: Some(contents),
            scheduled: self.manifest.cause == Cause::Schedule,
            uploaded: self.brought,
            check: check.copied(),
            ..BackupView::unmade(id, BackupState::Ready, made_at)
        }
    }
}

impl BackupView {
    /// One of which there is no file.
    pub(super) fn unmade(id: BackupId, state: BackupState, made_at: Timestamp) -> Self {
        Self {
            id,
            state,
            made_at,
            rows: 0,
            contents: None,
            failure: None,
            scheduled: false,
            uploaded: false,
            check: None,
        }
    }
}

impl Running {
    pub(super) fn view(&self) -> BackupView {
        BackupView {
            rows: self.rows.load(Ordering::Relaxed),
            scheduled: self.cause == Cause::Schedule,
            ..BackupView::unmade(self.id, BackupState::Running, self.started_at)
        }
    }
}

/// What was in files when they were last looked into, so that a list does not open every one of them again.
#[derive(Default, Debug)]
pub(super) struct Seen(Mutex<HashMap<PathBuf, Looked>>);

#[derive(Clone, Debug)]
struct Looked {
    bytes: u64,
    changed: SystemTime,
    /// `None` for a file that is no backup.
    manifest: Option<Manifest>,
}

pub(super) async fn find(app: &App, id: BackupId) -> Result<Found, AppError> {
    let mut found = found(app).await?.into_iter();
    found.find(|backup| backup.manifest.id == id).ok_or_else(|| AppError::not_found("Backup"))
}

/// The backups of this hub that are in its folders, and all that were brought from elsewhere. A file that cannot be
/// read is not one.
pub(super) async fn found(app: &App) -> Result<Vec<Found>, AppError> {
    let hub = app.journal.directory().hub;
    let (folders, brought) = (folder::all(app), folder::brought(app));
    let seen = app.backups.seen.known();
    let look = move || {
        let mut seen = seen;
        let (mut all, mut now) = (Vec::<Found>::new(), HashMap::new());
        let places = folders.iter().map(|folder| (folder, false)).chain(brought.iter().map(|folder| (folder, true)));
        for (folder, brought) in places {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for path in entries.flatten().map(|entry| entry.path()) {
                let Some(looked) = look_at(&path, seen.remove(&path)) else { continue };
                let there =
                    |found: &Found| found.manifest.id == looked.manifest.as_ref().map_or(found.manifest.id, |it| it.id);
                let twice = looked.manifest.is_some() && all.iter().any(there);
                if let Some(manifest) = looked.manifest.clone().filter(|manifest| brought || manifest.hub == hub)
                    && !twice
                {
                    all.push(Found { path: path.clone(), bytes: looked.bytes, manifest, brought });
                }
                now.insert(path, looked);
            }
        }
        (all, now)
    };
    let (all, now) = tokio::task::spawn_blocking(look).await.map_err(AppError::internal)?;
    app.backups.seen.remember(now);
    Ok(all)
}

impl Seen {
    fn known(&self) -> HashMap<PathBuf, Looked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, now: HashMap<PathBuf, Looked>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

fn look_at(path: &Path, before: Option<Looked>) -> Option<Looked> {
    if !path.file_name()?.to_str()?.ends_with(make::ENDING) {
        return None;
    }
    let found = path.metadata().ok()?;
    let (bytes, changed) = (found.len(), found.modified().unwrap_or(SystemTime::UNIX_EPOCH));
    if let Some(before) = before.filter(|before| (before.bytes, before.changed) == (bytes, changed)) {
        return Some(before);
    }
    let manifest = match Archive::open(path) {
        Ok(archive) => Some(archive.manifest),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "a backup cannot be read");
            None
        }
    };
    Some(Looked { bytes, changed, manifest })
}
