//! A team that moves in from another chat, and out as one file ([`out`]).
//!
//! An admin uploads the archive; it is read and counted first, and nothing changes by that. Then it is brought while
//! people go on, in portions through the journal, and what could not be brought is in a table that can be kept. The
//! archive stays in the data directory until somebody removes it, so that an import can go on after the hub was stopped.

pub mod api;
pub mod out;
mod problems;
mod shelf;
pub mod slack;
mod store;
mod upload;

pub use out::Exports;
pub use problems::{Counted, Kind};
pub use shelf::{ImportState, ImportView};

use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    clock,
    error::{AppError, Code},
    ids::ImportId,
    permission::{Action, Relation},
};
use shelf::{Flaw, Record};
use slack::{Failure, Job, Mode, Progress};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;
pub(crate) use upload::tidy;

/// What is being imported.
#[derive(Default, Debug)]
pub struct Imports(Mutex<Option<Running>>);

#[derive(Clone, Debug)]
struct Running {
    id: ImportId,
    mode: Mode,
    progress: Arc<Progress>,
    stop: CancellationToken,
}

impl Imports {
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As long as this lives, nothing else is imported.
struct Turn {
    app: Arc<App>,
    running: Running,
}

impl Turn {
    fn take(app: &Arc<App>, id: ImportId, mode: Mode) -> Result<Self, AppError> {
        let mut now = app.imports.running();
        if now.is_some() {
            return Err(AppError::later(Code::Busy, Duration::from_secs(5)));
        }
        let running = Running { id, mode, progress: Arc::default(), stop: app.shutdown.child_token() };
        *now = Some(running.clone());
        Ok(Self { app: Arc::clone(app), running })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.app.imports.running() = None;
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, AppError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?;
    done.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull => AppError::new(Code::DiskFull),
        std::io::ErrorKind::NotFound => AppError::not_found("Import"),
        _ => AppError::internal(error),
    })
}

async fn record(app: &App, id: ImportId) -> Result<Record, AppError> {
    let folder = shelf::folder(app);
    blocking(move || shelf::read(&folder, id)).await
}

async fn keep(app: &App, record: Record) -> Result<(), AppError> {
    let folder = shelf::folder(app);
    blocking(move || shelf::write(&folder, &record)).await
}

fn view(app: &App, record: Record) -> ImportView {
    let running = app.imports.running().clone().filter(|running| running.id == record.id);
    shelf::view(record, running.map(|running| (running.mode, running.progress)))
}

/// Every archive that was brought, the newest first.
///
/// # Errors
/// `forbidden`.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<ImportView>, AppError> {
    actor.require(Action::ImportTeam, Relation::NONE)?;
    let folder = shelf::folder(app);
    let records = blocking(move || Ok(shelf::all(&folder))).await?;
    Ok(records.into_iter().map(|record| view(app, record)).collect())
}

/// Begins to read an archive and to count what is in it. Nothing changes by it.
///
/// # Errors
/// `forbidden`, `not_found`; `busy` while another import is under way.
pub async fn check(app: &Arc<App>, actor: &Actor, id: ImportId) -> Result<ImportView, AppError> {
    actor.require(Action::ImportTeam, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let record = record(app, id).await?;
    begin(app, actor, record, Mode::Look)
}

/// Begins to bring an archive, or goes on with it.
///
/// # Errors
/// `forbidden`, `not_found`, `not_set_up`; `busy` while another import is under way.
pub async fn run(app: &Arc<App>, actor: &Actor, id: ImportId) -> Result<ImportView, AppError> {
    actor.require(Action::ImportTeam, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let record = record(app, id).await?;
    begin(app, actor, record, Mode::Gently)
}

fn begin(app: &Arc<App>, actor: &Actor, record: Record, mode: Mode) -> Result<ImportView, AppError> {
    let turn = Turn::take(app, record.id, mode)?;
    let view = shelf::view(record.clone(), Some((mode, Arc::clone(&turn.running.progress))));
    let (job, actor) = (Arc::clone(app), actor.clone());
    tracing::info!(import.id = %record.id, user.id = %actor.user, ?mode, "an import was begun");
    app.tasks.spawn(async move {
        if mode == Mode::Gently {
            audit::tell(&job, Act::ImportStarted, By::from(&actor), None, record.name.clone()).await;
        }
        carry_out(&job, &actor, record, &turn.running).await;
        drop(turn);
    });
    Ok(view)
}

async fn carry_out(app: &Arc<App>, actor: &Actor, mut record: Record, running: &Running) {
    let Running { id, mode, .. } = *running;
    let job = Job {
        app: Arc::clone(app),
        path: shelf::archive(&shelf::folder(app), id),
        mode,
        progress: Arc::clone(&running.progress),
        stop: running.stop.clone(),
    };
    let outcome = Box::pin(slack::go(&job)).await;
    record.ended_at = Some(clock::now());
    record.failure = None;
    let (act, detail) = match outcome {
        Ok(outcome) => {
            let (folder, report) = (shelf::folder(app), outcome.report);
            if let Err(error) = blocking(move || shelf::write_report(&folder, id, &report)).await {
                tracing::warn!(%error, import.id = %id, "the report of an import was not written");
            }
            record.state = match (mode, outcome.stopped) {
                (Mode::Look, true) => ImportState::Unread,
                (Mode::Look, false) => ImportState::Ready,
                (_, true) => ImportState::Stopped,
                (_, false) => ImportState::Done,
            };
            let counts = outcome.tally.counts;
            let made = format!("{}: {} messages", record.name, counts.messages + counts.replies);
            let act = if outcome.stopped { Act::ImportStopped } else { Act::ImportFinished };
            if mode == Mode::Look {
                record.plan = Some(outcome.tally);
            } else {
                record.made = Some(outcome.tally);
            }
            (act, made)
        }
        Err(failure) => {
            let failure = told(&failure);
            record.state = if mode == Mode::Look { ImportState::Unread } else { ImportState::Stopped };
            record.failure = Some(failure);
            (Act::ImportFailed, record.name.clone())
        }
    };
    tracing::info!(import.id = %id, state = ?record.state, failure = ?record.failure, "an import ended");
    if let Err(error) = keep(app, record).await {
        tracing::warn!(%error, import.id = %id, "what came of an import was not written down");
    }
    if mode != Mode::Look {
        audit::tell(app, act, By::from(actor), None, detail).await;
    }
}

/// What people are told of a failure; the log has the rest.
fn told(failure: &Failure) -> Flaw {
    match failure {
        Failure::Archive(slack::ArchiveError::Foreign) => Flaw::Foreign,
        Failure::Archive(slack::ArchiveError::Damaged(_)) => Flaw::Damaged,
        Failure::App(error) if error.code == Code::DiskFull => Flaw::DiskFull,
        Failure::App(error) if error.code == Code::Busy => Flaw::Busy,
        other => {
            tracing::error!(error = %other, "an import failed");
            Flaw::Internal
        }
    }
}

/// Ends what is being done with an archive. What was brought until then stays.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn stop(app: &App, actor: &Actor, id: ImportId) -> Result<ImportView, AppError> {
    actor.require(Action::ImportTeam, Relation::NONE)?;
    let record = record(app, id).await?;
    if let Some(running) = &*app.imports.running()
        && running.id == id
    {
        running.stop.cancel();
    }
    Ok(view(app, record))
}

/// The table of what could not be brought.
///
/// # Errors
/// `forbidden`, `not_found` before the archive was read.
pub async fn report(app: &App, actor: &Actor, id: ImportId) -> Result<Vec<u8>, AppError> {
    actor.require(Action::ImportTeam, Relation::NONE)?;
    let folder = shelf::folder(app);
    blocking(move || std::fs::read(shelf::report(&folder, id))).await
}

/// Removes an archive and its report. What was brought stays.
///
/// # Errors
/// `forbidden`, `not_found`; `busy` while it is read.
pub async fn remove(app: &App, actor: &Actor, id: ImportId) -> Result<(), AppError> {
    actor.require(Action::ImportTeam, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let record = record(app, id).await?;
    if app.imports.running().as_ref().is_some_and(|running| running.id == id) {
        return Err(AppError::later(Code::Busy, Duration::from_secs(5)));
    }
    let folder = shelf::folder(app);
    blocking(move || shelf::remove(&folder, id)).await?;
    audit::tell(app, Act::ImportRemoved, By::from(actor), None, record.name).await;
    Ok(())
}

/// Brings an archive into a hub that does not run, or only counts what is in it.
///
/// # Errors
/// [`Failure`].
pub async fn import_slack(
    app: &Arc<App>,
    path: PathBuf,
    mode: Mode,
    progress: Arc<Progress>,
) -> Result<slack::Outcome, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let job = Job { app: Arc::clone(app), path, mode, progress, stop: app.shutdown.child_token() };
    if mode == Mode::Look {
        return Box::pin(slack::go(&job)).await;
    }
    audit::tell(app, Act::ImportStarted, By::stranger(""), None, name.clone()).await;
    let outcome = Box::pin(slack::go(&job)).await;
    let act = match &outcome {
        Ok(outcome) if outcome.stopped => Act::ImportStopped,
        Ok(_) => Act::ImportFinished,
        Err(_) => Act::ImportFailed,
    };
    audit::tell(app, act, By::stranger(""), None, name).await;
    outcome
}
