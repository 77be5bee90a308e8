//! A team that moves out: everything in one file that other programs can read, and that makes an equal hub.
//!
//! An owner has it made under Admin → Export while people go on, or `hearth export` makes it of a hub that does not run.
//! `hearth import` makes a team of it in an empty data directory ([`take`]). `assets/export.md` says field by field what
//! is in it ([`kinds`]).

pub mod api;
mod form;
mod kinds;
mod make;
mod manifest;
mod take;

pub use manifest::{Manifest, Part};
pub use take::{TakeError, take};

use crate::{
    accounts::Actor,
    admin::{
        audit::{self, Act, By},
        backup,
    },
    app::App,
    clock::{self, Timestamp},
    database::{Database, DirectoryLock, Place},
    disk::{sync_directory, write_private},
    error::{AppError, Code},
    files::{FOLDER, create_private},
    http::host_label,
    ids::ExportId,
    permission::{Action, Relation},
};
use anyhow::Context;
use make::Pace;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use utoipa::ToSchema;

/// The folder of the data directory.
const EXPORTS: &str = "exports";
const ARCHIVE: &str = "zip";
const RECORD: &str = "json";
/// How the name of one ends that is being made.
const MAKING: &str = "part";
/// How many are kept.
const MOST: usize = 5;

/// The export that is being made, or could not be.
#[derive(Default, Debug)]
pub struct Exports(Mutex<State>);

#[derive(Default, Debug)]
struct State {
    running: Option<Running>,
    failed: Option<Flaw>,
}

#[derive(Clone, Debug)]
struct Running {
    id: ExportId,
    started_at: Timestamp,
    lines: Arc<AtomicU64>,
}

/// Why an export was not made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportFlaw)]
pub enum Flaw {
    DiskFull,
    Internal,
}

/// An export that is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Export)]
pub struct ExportView {
    pub id: ExportId,
    /// The moment that it shows.
    pub made_at: Timestamp,
    pub bytes: u64,
    pub people: u64,
    pub channels: u64,
    pub messages: u64,
    pub tasks: u64,
    pub files: u64,
}

/// How it stands with exports.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Exports)]
pub struct ExportsView {
    /// The newest first.
    pub exports: Vec<ExportView>,
    /// How many lines were written of the one that is being made.
    pub running: Option<u64>,
    /// Why the last one was not made.
    pub failed: Option<Flaw>,
}

impl Exports {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of a hub in memory it goes with its files.
fn folder(app: &App) -> PathBuf {
    app.blobs.root().with_file_name(EXPORTS)
}

fn path(folder: &Path, id: ExportId, ending: &str) -> PathBuf {
    folder.join(format!("{id}.{ending}"))
}

/// Every export that can be read, the newest first.
fn all(folder: &Path) -> Vec<ExportView> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let records = names.filter(|path| path.extension().is_some_and(|ending| ending == RECORD));
    let mut found: Vec<ExportView> =
        records.filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok()).collect();
    found.sort_by_key(|export| std::cmp::Reverse((export.made_at, export.id)));
    found
}

async fn found(app: &App) -> Result<Vec<ExportView>, AppError> {
    let folder = folder(app);
    super::blocking(move || Ok(all(&folder))).await
}

/// The exports that are there, and the one that is being made.
///
/// # Errors
/// `forbidden` for everyone but owners.
pub async fn list(app: &App, actor: &Actor) -> Result<ExportsView, AppError> {
    actor.require(Action::ExportTeam, Relation::NONE)?;
    let exports = found(app).await?;
    let state = app.exports.state();
    let running = state.running.as_ref().map(|running| running.lines.load(Ordering::Relaxed));
    Ok(ExportsView { exports, running, failed: state.failed })
}

/// Begins an export. It is made while the hub goes on; [`list`] says how far it is.
///
/// # Errors
/// `forbidden` for everyone but owners; `busy` while another one is made.
pub async fn start(app: &Arc<App>, actor: &Actor) -> Result<ExportsView, AppError> {
    actor.require(Action::ExportTeam, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let running = Running { id: ExportId::generate(), started_at: clock::now(), lines: Arc::default() };
    {
        let mut state = app.exports.state();
        if state.running.is_some() {
            return Err(AppError::later(Code::Busy, Duration::from_secs(5)));
        }
        *state = State { running: Some(running.clone()), failed: None };
    }
    tracing::info!(export.id = %running.id, user.id = %actor.user, "an export was begun");
    let (job, by) = (Arc::clone(app), actor.clone());
    app.tasks.spawn(async move {
        audit::tell(&job, Act::ExportStarted, By::from(&by), None, String::new()).await;
        let made = tokio::select! {
            made = carry_out(&job, &running) => made,
            // What there is of it is removed at the next start.
            () = job.shutdown.cancelled() => return,
        };
        let (act, detail, failed) = match made {
            Ok(export) => (Act::ExportMade, format!("{} messages", export.messages), None),
            Err(error) => {
                tracing::error!(export.id = %running.id, error = format!("{error:#}"), "an export was not made");
                let full = error.chain().any(|cause| {
                    let io = cause.downcast_ref::<std::io::Error>();
                    io.is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull)
                });
                (Act::ExportFailed, String::new(), Some(if full { Flaw::DiskFull } else { Flaw::Internal }))
            }
        };
        *job.exports.state() = State { running: None, failed };
        audit::tell(&job, act, By::from(&by), None, detail).await;
    });
    list(app, actor).await
}

/// Makes an export whose turn it is, and removes the oldest when there are too many.
async fn carry_out(app: &Arc<App>, running: &Running) -> anyhow::Result<ExportView> {
    // The bytes of a file that is removed meanwhile are still to be copied.
    let _held = app.blobs.hold();
    let (folder, id) = (folder(app), running.id);
    let making = path(&folder, id, MAKING);
    fs::create_dir_all(&folder)?;
    let file = create_private(&making)?;
    let made = make::make(&app.database, app.blobs.root(), file, Pace::Gentle, &running.lines).await;
    if made.is_err() {
        let _ = fs::remove_file(&making);
    }
    let manifest = made?;
    let view = view(id, &manifest, fs::metadata(&making)?.len());
    fs::rename(&making, path(&folder, id, ARCHIVE))?;
    write_private(&path(&folder, id, RECORD), &serde_json::to_vec(&view)?)?;
    sync_directory(&folder)?;
    for old in all(&folder).into_iter().skip(MOST) {
        forget(&folder, old.id)?;
    }
    let took = clock::now().since(running.started_at).as_millis();
    tracing::info!(export.id = %id, lines = manifest.lines(), duration_ms = took, "an export was made");
    Ok(view)
}

fn view(id: ExportId, manifest: &Manifest, bytes: u64) -> ExportView {
    ExportView {
        id,
        made_at: manifest.made_at,
        bytes,
        people: manifest.lines_of("people"),
        channels: manifest.lines_of("channels"),
        messages: manifest.lines_of("messages"),
        tasks: manifest.lines_of("tasks"),
        files: manifest.lines_of("files"),
    }
}

fn forget(folder: &Path, id: ExportId) -> std::io::Result<()> {
    for ending in [ARCHIVE, RECORD] {
        match fs::remove_file(path(folder, id, ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The file of an export, its length, and what it is called.
///
/// # Errors
/// `forbidden` for everyone but owners; `not_found`.
pub async fn file(app: &App, actor: &Actor, id: ExportId) -> Result<(PathBuf, u64, String), AppError> {
    actor.require(Action::ExportTeam, Relation::NONE)?;
    let export = found(app).await?.into_iter().find(|export| export.id == id);
    let export = export.ok_or_else(|| AppError::not_found("Export"))?;
    let team = app.journal.directory().settings()?.name.clone();
    let day = export.made_at.to_string();
    let name = format!("{}-{}.export.zip", host_label(&team), day.get(..10).unwrap_or_default());
    audit::tell(app, Act::ExportDownloaded, By::from(actor), None, name.clone()).await;
    tracing::info!(export.id = %id, user.id = %actor.user, "an export was downloaded");
    Ok((path(&folder(app), id, ARCHIVE), export.bytes, name))
}

/// Removes an export.
///
/// # Errors
/// `forbidden` for everyone but owners; `not_found`.
pub async fn remove(app: &App, actor: &Actor, id: ExportId) -> Result<(), AppError> {
    actor.require(Action::ExportTeam, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    if !found(app).await?.iter().any(|export| export.id == id) {
        return Err(AppError::not_found("Export"));
    }
    let folder = folder(app);
    super::blocking(move || forget(&folder, id)).await?;
    audit::tell(app, Act::ExportRemoved, By::from(actor), None, String::new()).await;
    Ok(())
}

/// Removes what an export left behind that was stopped with the process.
pub(crate) fn tidy(app: &App) {
    let names = fs::read_dir(folder(app)).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in names.filter(|path| path.extension().is_some_and(|ending| ending == MAKING)) {
        let _ = fs::remove_file(path);
    }
}

/// Makes an export of a hub that does not run. What was in `file` before is replaced.
///
/// # Errors
/// When there is no team, it is running, or the disk refuses.
pub async fn export(data: &Path, file: &Path) -> anyhow::Result<Manifest> {
    anyhow::ensure!(data.join("database").exists(), "there is no team in {}", data.display());
    let _lock = DirectoryLock::take(data)?;
    backup::settle(data)?;
    let making = file.with_extension(MAKING);
    let mut how = OpenOptions::new();
    how.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    let made = how.open(&making).with_context(|| making.display().to_string())?;
    let database = Database::open(Place::Disk(&data.join("database"))).await?;
    let exported = make::make(&database, &data.join(FOLDER), made, Pace::Full, &Arc::default()).await;
    database.close().await?;
    if exported.is_err() {
        let _ = fs::remove_file(&making);
    }
    let manifest = exported?;
    fs::rename(&making, file)?;
    Ok(manifest)
}
