//! Backups: the whole team in one file, made while the hub runs, and put back from it.
//!
//! A backup is a zip archive with the rows of every table as lines of JSON, all as they were at one
//! moment, the bytes of the files that they name, and a manifest with counts and hashes. It does not depend on the engine, the computer or
//! the operating system. It holds no sign-ins, no signing keys and no settings of the computer
//! (`hearth.toml`); it does hold everything that was said and the hashes of passwords, so it is
//! readable by this user only, and downloading it is for those who may manage backups.

pub mod api;
mod archive;
mod bytes;
mod lines;
mod make;
mod manifest;
mod restore;
mod store;
mod swap;

pub use make::{BackupError, Made, Target, back_up};
pub use manifest::{FileList, Manifest, Table};
pub use restore::{Progress, RestoreError, Restored, Step, inspect, restore};
pub use swap::settle;

use super::audit::{self, Act, By};
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    error::{AppError, Code},
    ids::BackupId,
    permission::{Action, Relation},
};
use archive::Archive;
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use utoipa::ToSchema;

/// The backup that is being made, and the last one that could not be.
#[derive(Default, Debug)]
pub struct Backups(Mutex<State>);

#[derive(Default, Debug)]
struct State {
    running: Option<Running>,
    failed: Option<Failed>,
}

#[derive(Clone, Debug)]
struct Running {
    id: BackupId,
    started_at: Timestamp,
    rows: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
struct Failed {
    id: BackupId,
    started_at: Timestamp,
    code: Code,
}

impl Backups {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    /// Why it failed: `disk_full`, or `internal`, of which the log says more.
    pub failure: Option<Code>,
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

/// A backup in the folder.
struct Found {
    path: PathBuf,
    bytes: u64,
    manifest: Manifest,
}

impl Found {
    fn view(&self) -> BackupView {
        let Manifest { id, made_at, ref team, ref hearth, .. } = self.manifest;
        let contents = ContentsView {
            file_name: self.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            bytes: self.bytes,
            team: team.clone(),
            people: self.manifest.rows_of("person"),
            channels: self.manifest.rows_of("channel"),
            messages: self.manifest.rows_of("message"),
            hearth: hearth.clone(),
        };
        let rows = self.manifest.rows();
        BackupView { id, state: BackupState::Ready, made_at, rows, contents: Some(contents), failure: None }
    }
}

/// Removes what an earlier process left behind.
pub(crate) fn tidy(app: &App) {
    if let Some(folder) = app.config.backup_folder() {
        make::tidy(&folder, app.journal.directory().hub);
    }
}

/// Every backup of this hub in its folder, the newest first, and before them the one that is being
/// made or could not be.
///
/// # Errors
/// `forbidden`.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<BackupView>, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    let (running, failed) = {
        let state = app.backups.state();
        (state.running.clone(), state.failed.clone())
    };
    let mut views: Vec<_> = found(app).await?.iter().map(Found::view).collect();
    views.sort_by_key(|view| std::cmp::Reverse((view.made_at, view.id)));
    if let Some(Failed { id, started_at, code }) = failed {
        let rest = BackupView {
            id,
            state: BackupState::Failed,
            made_at: started_at,
            rows: 0,
            contents: None,
            failure: Some(code),
        };
        views.insert(0, rest);
    }
    if let Some(running) = running {
        views.insert(0, running.view());
    }
    Ok(views)
}

impl Running {
    fn view(&self) -> BackupView {
        BackupView {
            id: self.id,
            state: BackupState::Running,
            made_at: self.started_at,
            rows: self.rows.load(Ordering::Relaxed),
            contents: None,
            failure: None,
        }
    }
}

/// Begins a backup. It is made while the hub goes on; [`list`] says how far it is.
///
/// # Errors
/// `forbidden`; `not_set_up`; `busy` while another one is being made.
pub async fn start(app: &Arc<App>, actor: &Actor) -> Result<BackupView, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let folder = app.config.backup_folder().ok_or_else(|| AppError::not_found("Folder for backups"))?;
    let running = {
        let mut state = app.backups.state();
        if state.running.is_some() {
            return Err(AppError::later(Code::Busy, Duration::from_secs(5)));
        }
        let running = Running { id: BackupId::generate(), started_at: clock::now(), rows: Arc::default() };
        *state = State { running: Some(running.clone()), failed: None };
        running
    };
    let view = running.view();
    tracing::info!(backup.id = %running.id, user.id = %actor.user, "a backup was begun");
    let (job, actor) = (Arc::clone(app), actor.clone());
    app.tasks.spawn(async move {
        audit::tell(&job, Act::BackupStarted, By::from(&actor), None, String::new()).await;
        // The bytes of a file that is removed meanwhile are still to be copied.
        let _held = job.blobs.hold();
        let (files, target) = (job.blobs.root(), Target::Folder(folder));
        let making = make::make(&job.database, files, target, running.id, make::Pace::Gentle, &running.rows);
        let made = tokio::select! {
            made = making => made,
            // Stopped with the hub; its file is removed at the next start.
            () = job.shutdown.cancelled() => return,
        };
        let failed = match &made {
            Ok(Made { manifest, .. }) => {
                tracing::info!(backup.id = %running.id, rows = manifest.rows(), "a backup was made");
                None
            }
            Err(error) => {
                tracing::error!(backup.id = %running.id, error = format!("{error:#}"), "a backup was not made");
                let code = if matches!(error, BackupError::DiskFull) { Code::DiskFull } else { Code::Internal };
                Some(Failed { id: running.id, started_at: running.started_at, code })
            }
        };
        let act = if failed.is_some() { Act::BackupFailed } else { Act::BackupMade };
        *job.backups.state() = State { running: None, failed };
        audit::tell(&job, act, By::stranger(""), None, String::new()).await;
    });
    Ok(view)
}

/// The file of a backup, and its length.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn file(app: &App, actor: &Actor, id: BackupId) -> Result<(PathBuf, u64), AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    let found = find(app, id).await?;
    let name = found.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    audit::tell(app, Act::BackupDownloaded, By::from(actor), None, name).await;
    tracing::info!(backup.id = %id, user.id = %actor.user, "a backup was downloaded");
    Ok((found.path, found.bytes))
}

/// Removes a backup for good.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn remove(app: &App, actor: &Actor, id: BackupId) -> Result<(), AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    if app.backups.state().failed.take_if(|failed| failed.id == id).is_some() {
        return Ok(());
    }
    let found = find(app, id).await?;
    tokio::fs::remove_file(&found.path).await.map_err(AppError::internal)?;
    let name = found.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    audit::tell(app, Act::BackupRemoved, By::from(actor), None, name).await;
    tracing::info!(backup.id = %id, user.id = %actor.user, "a backup was removed");
    Ok(())
}

/// How it stands with backups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    /// When the newest one was made.
    pub(super) last_at: Option<Timestamp>,
    /// The last try failed.
    pub(super) failed: bool,
}

/// How it stands with the backups of this hub.
pub(super) async fn last(app: &App) -> Result<Last, AppError> {
    let failed = app.backups.state().failed.is_some();
    let last_at = found(app).await?.iter().map(|backup| backup.manifest.made_at).max();
    Ok(Last { last_at, failed })
}

async fn find(app: &App, id: BackupId) -> Result<Found, AppError> {
    let mut found = found(app).await?.into_iter();
    found.find(|backup| backup.manifest.id == id).ok_or_else(|| AppError::not_found("Backup"))
}

/// The backups of this hub that are in the folder. A file that cannot be read is not one.
async fn found(app: &App) -> Result<Vec<Found>, AppError> {
    let Some(folder) = app.config.backup_folder() else { return Ok(Vec::new()) };
    let hub = app.journal.directory().hub;
    let look = move || -> Vec<Found> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let paths = entries.flatten().map(|entry| entry.path());
        paths.filter_map(|path| look_at(&path)).filter(|found| found.manifest.hub == hub).collect()
    };
    tokio::task::spawn_blocking(look).await.map_err(AppError::internal)
}

fn look_at(path: &Path) -> Option<Found> {
    if !path.file_name()?.to_str()?.ends_with(make::ENDING) {
        return None;
    }
    match Archive::open(path) {
        Ok(archive) => {
            let bytes = path.metadata().ok()?.len();
            Some(Found { path: path.to_owned(), bytes, manifest: archive.manifest })
        }
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "a backup cannot be read");
            None
        }
    }
}
