//! Backups: the whole team in one file, made while the hub runs, and put back from it.
//!
//! A backup is a zip archive with the rows of every table as lines of JSON, all as they were at one
//! moment, the bytes of the files that they name, and a manifest with counts and hashes. It does not depend on the engine, the computer or
//! the operating system. It holds no sign-ins, no signing keys and no settings of the computer
//! (`hearth.toml`, `backups.json`); it does hold everything that was said and the hashes of passwords, so it is
//! readable by this user only, and downloading it is for those who may manage backups.
//!
//! One is made every night ([`schedule`]), read again from its first byte to its last, and once a week restored into a
//! scratch place ([`check`]). Those that are no longer needed go ([`due`]).

pub mod api;
mod archive;
mod bytes;
mod check;
mod due;
mod folder;
mod kept;
mod lines;
mod list;
mod make;
mod manifest;
mod plan;
mod restore;
mod schedule;
mod staged;
mod store;
mod swap;
mod work;

pub use folder::FolderState;
pub use kept::{Drill, Flaw, Outcome, Skipped};
pub use list::{BackupState, BackupView, ContentsView};
pub use make::{BackupError, Made, Target, back_up};
pub use manifest::{Cause, FileList, Manifest, Table};
pub use plan::{PlanPatch, PlanView};
pub use restore::{Progress, RestoreError, Restored, Step, inspect, restore};
pub(crate) use schedule::keep_going;
pub use schedule::tick;
pub use swap::{Staged, settle};
pub(crate) use swap::{abandon, beside, making};
pub use work::{Kind, WorkView};

use super::audit::{self, Act, By};
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    error::{AppError, Code},
    ids::BackupId,
    permission::{Action, Relation},
};
use list::{find, found};
use make::{Pace, What};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
    time::Duration,
};
use work::{Busy, Work};

/// What is being done about backups, and what is kept about them.
#[derive(Default, Debug)]
pub struct Backups {
    state: Mutex<State>,
    kept: kept::File,
    seen: list::Seen,
}

#[derive(Default, Debug)]
struct State {
    running: Option<Running>,
    failed: Option<Failed>,
    work: Option<Work>,
}

#[derive(Clone, Debug)]
struct Running {
    id: BackupId,
    cause: Cause,
    started_at: Timestamp,
    rows: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
struct Failed {
    id: BackupId,
    cause: Cause,
    started_at: Timestamp,
    why: Flaw,
}

impl Backups {
    /// Reads what this computer keeps about backups.
    #[must_use]
    pub fn open(data: Option<&Path>) -> Self {
        Self { kept: kept::File::read(data), ..Self::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decides for the database that was made in [`making`]; the next [`settle`] puts it in place.
///
/// # Errors
/// When the disk refuses.
pub(crate) fn decide(data: &Path) -> anyhow::Result<()> {
    swap::decide(data, &restore::stamp(clock::now()), None).map(drop)
}

/// Loads a team as a start would, and looks whether the bytes of its files are in `root`.
///
/// # Errors
/// When the team could not start.
pub(crate) async fn try_start(database: &crate::database::Database, root: PathBuf) -> anyhow::Result<()> {
    Ok(restore::could_start(database, root).await?)
}

/// Removes what an earlier process left behind.
pub(crate) fn tidy(app: &App) {
    let hub = app.journal.directory().hub;
    for folder in folder::all(app).into_iter().chain(folder::brought(app)) {
        make::tidy(&folder, hub);
    }
    check::tidy(app);
}

/// Every backup of this hub in its folders, the newest first, and before them the one that is being
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
    let checks = app.backups.kept.get().checks;
    let mut views: Vec<_> =
        found(app).await?.iter().map(|backup| backup.view(checks.get(&backup.manifest.id))).collect();
    views.sort_by_key(|view| std::cmp::Reverse((view.made_at, view.id)));
    if let Some(Failed { id, cause, started_at, why }) = failed {
        let unmade = BackupView::unmade(id, BackupState::Failed, started_at);
        views.insert(0, BackupView { failure: Some(why), scheduled: cause == Cause::Schedule, ..unmade });
    }
    if let Some(running) = running {
        views.insert(0, running.view());
    }
    Ok(views)
}

/// Begins a backup. It is made while the hub goes on; [`list`] says how far it is.
///
/// # Errors
/// `forbidden`; `not_set_up`; `busy` while another one is being made.
pub async fn start(app: &Arc<App>, actor: &Actor) -> Result<BackupView, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let running = begin(app, Cause::Hand)?;
    let view = running.view();
    tracing::info!(backup.id = %running.id, user.id = %actor.user, "a backup was begun");
    let (job, actor) = (Arc::clone(app), actor.clone());
    app.tasks.spawn(async move {
        audit::tell(&job, Act::BackupStarted, By::from(&actor), None, String::new()).await;
        carry_out(&job, &running).await;
    });
    Ok(view)
}

/// Takes the turn to make a backup.
fn begin(app: &App, cause: Cause) -> Result<Running, AppError> {
    if folder::of(app).is_none() {
        return Err(AppError::not_found("Folder for backups"));
    }
    let mut state = app.backups.state();
    if state.running.is_some() {
        return Err(AppError::later(Code::Busy, Duration::from_secs(5)));
    }
    let running = Running { id: BackupId::generate(), cause, started_at: clock::now(), rows: Arc::default() };
    state.running = Some(running.clone());
    state.failed = None;
    Ok(running)
}

/// Makes a backup whose turn it is; says why there is none. `None` when the hub stops in the middle.
async fn carry_out(app: &Arc<App>, running: &Running) -> Option<Result<Made, Flaw>> {
    let Running { id, cause, started_at, ref rows } = *running;
    // The bytes of a file that is removed meanwhile are still to be copied.
    let _held = app.blobs.hold();
    let hub = Arc::clone(app);
    let ready = tokio::task::spawn_blocking(move || folder::ready(&hub)).await.unwrap_or(Err(Flaw::Internal));
    let made = match ready {
        Err(why) => {
            tracing::error!(backup.id = %id, ?why, "a backup cannot be put into its folder");
            Err(why)
        }
        Ok(folder) => {
            let (files, target) = (app.blobs.root(), Target::Folder(folder));
            let making = make::make(&app.database, files, target, What { id, cause }, Pace::Gentle, rows);
            let made = tokio::select! {
                made = making => made,
                // Stopped with the hub; its file is removed at the next start.
                () = app.shutdown.cancelled() => return None,
            };
            made.map_err(|error| {
                tracing::error!(backup.id = %id, error = format!("{error:#}"), "a backup was not made");
                if matches!(error, BackupError::DiskFull) { Flaw::DiskFull } else { Flaw::Internal }
            })
        }
    };
    let failed = match &made {
        Ok(Made { manifest, .. }) => {
            tracing::info!(backup.id = %id, rows = manifest.rows(), "a backup was made");
            None
        }
        Err(why) => Some(Failed { id, cause, started_at, why: *why }),
    };
    let act = if failed.is_some() { Act::BackupFailed } else { Act::BackupMade };
    {
        let mut state = app.backups.state();
        state.running = None;
        state.failed = failed;
    }
    audit::tell(app, act, By::stranger(""), None, String::new()).await;
    Some(made)
}

/// The file of a backup, and its length.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn file(app: &App, actor: &Actor, id: BackupId) -> Result<(PathBuf, u64), AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    let found = find(app, id).await?;
    audit::tell(app, Act::BackupDownloaded, By::from(actor), None, found.name()).await;
    tracing::info!(backup.id = %id, user.id = %actor.user, "a backup was downloaded");
    Ok((found.path, found.bytes))
}

/// Removes a backup for good.
///
/// # Errors
/// `forbidden`, `not_found`; `busy` while it is read.
pub async fn remove(app: &App, actor: &Actor, id: BackupId) -> Result<(), AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    {
        let mut state = app.backups.state();
        if state.failed.take_if(|failed| failed.id == id).is_some() {
            return Ok(());
        }
        if state.work.as_ref().is_some_and(|work| work.is_about(id)) {
            return Err(AppError::later(Code::Busy, Duration::from_secs(5)));
        }
    }
    let found = find(app, id).await?;
    tokio::fs::remove_file(&found.path).await.map_err(AppError::internal)?;
    app.backups.kept.note(|kept| {
        kept.checks.remove(&id);
    });
    audit::tell(app, Act::BackupRemoved, By::from(actor), None, found.name()).await;
    tracing::info!(backup.id = %id, user.id = %actor.user, "a backup was removed");
    Ok(())
}

/// Begins to read a backup from its first byte to its last. The list says what came of it.
///
/// # Errors
/// `forbidden`, `not_found`; `busy` while another one is read.
pub async fn check(app: &Arc<App>, actor: &Actor, id: BackupId) -> Result<WorkView, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let backup = find(app, id).await?;
    let busy = Busy::begin(app, Kind::Check, Some(id))?;
    let view = busy.work.view();
    let job = Arc::clone(app);
    app.tasks.spawn(async move {
        check::check(&job, &backup, &busy.work).await;
        drop(busy);
    });
    Ok(view)
}

/// Begins to restore the newest backup into a scratch place. The plan says what came of it.
///
/// # Errors
/// `forbidden`; `busy` while another one is read.
pub fn drill(app: &Arc<App>, actor: &Actor) -> Result<WorkView, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let busy = Busy::begin(app, Kind::Drill, None)?;
    let view = busy.work.view();
    let job = Arc::clone(app);
    app.tasks.spawn(async move {
        check::drill(&job, &busy.work).await;
        drop(busy);
    });
    Ok(view)
}

/// How it stands with backups.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Last {
    /// When the newest one was made.
    pub(super) made_at: Option<Timestamp>,
    /// When the newest of those was made that were read wholly and found right, or restored in a drill.
    pub(super) verified_at: Option<Timestamp>,
    /// Why the last try failed.
    pub(super) failed: Option<Flaw>,
    /// The newest one was read, and is damaged.
    pub(super) damaged: bool,
    /// The last drill failed.
    pub(super) drill_failed: bool,
    /// How long all of them are together.
    pub(super) bytes: u64,
}

/// How it stands with the backups of this hub.
pub(super) async fn last(app: &App) -> Result<Last, AppError> {
    let kept = app.backups.kept.get();
    let found = found(app).await?;
    let own = || found.iter().filter(|backup| !backup.brought);
    let newest = own().max_by_key(|backup| backup.manifest.made_at);
    let sound = own().filter(|backup| {
        let checked = kept.checks.get(&backup.manifest.id).map(|check| check.failure.is_none());
        let drilled = kept.drill.filter(|drill| drill.passed() && drill.backup == Some(backup.manifest.id));
        checked.unwrap_or(drilled.is_some())
    });
    let last_at = newest.map(|backup| backup.manifest.made_at);
    let by_hand = app.backups.state().failed.as_ref().map(|failed| failed.why);
    let by_itself = kept.last.filter(|last| last_at.is_none_or(|at| at < last.at)).and_then(|last| last.failure);
    Ok(Last {
        made_at: last_at,
        verified_at: sound.map(|backup| backup.manifest.made_at).max(),
        failed: by_hand.or(by_itself),
        damaged: newest
            .and_then(|newest| kept.checks.get(&newest.manifest.id))
            .is_some_and(|check| check.failure.is_some()),
        drill_failed: kept.drill.is_some_and(|drill| drill.failure.is_some()),
        bytes: found.iter().map(|backup| backup.bytes).sum(),
    })
}
