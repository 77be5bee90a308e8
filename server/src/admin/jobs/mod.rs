//! What the hub does by itself now and then so that nothing grows for ever, one thing after the other. Admins see when
//! each was done and what came of it, and can have it done now.
//!
//! What has a time of its own (backups, scheduled messages) is not among them.

pub mod api;

use crate::{
    accounts::{self, Actor},
    admin::audit,
    app::App,
    clock::{self, Timestamp},
    database,
    error::AppError,
    files,
    permission::{Action, Relation},
    tasks,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};
use tokio::sync::Mutex as Turn;
use utoipa::ToSchema;

/// How often it is looked what is due.
const TICK: Duration = Duration::from_secs(60);

/// Something that is done now and then.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Old events leave the journal.
    TrimJournal,
    /// Sign-ins and reset links that expired are forgotten.
    ForgetSignIns,
    /// The oldest entries leave the audit log.
    TrimAudit,
    /// Uploads that were given up, files that no message took, and bytes that nobody refers to are removed.
    TidyFiles,
    /// The copy of the database from before an upgrade goes after a week.
    RemoveUpgradeCopy,
    /// Tasks that were deleted more than 30 days ago are removed for good.
    RemoveDeletedTasks,
}

impl Job {
    pub const ALL: [Self; 6] = [
        Self::TrimJournal,
        Self::ForgetSignIns,
        Self::TrimAudit,
        Self::TidyFiles,
        Self::RemoveUpgradeCopy,
        Self::RemoveDeletedTasks,
    ];

    /// How often it is done.
    fn every(self) -> Duration {
        match self {
            Self::RemoveDeletedTasks => Duration::from_secs(6 * 3600),
            _ => Duration::from_secs(600),
        }
    }

    /// Does it; says how many things were removed, where that is known.
    async fn work(self, app: &Arc<App>, now: Timestamp) -> anyhow::Result<Option<u64>> {
        let failed = |error: AppError| anyhow::anyhow!("{}", error.sentence());
        let count = |number: usize| u64::try_from(number).ok();
        match self {
            Self::TrimJournal => app.journal.trim().await.map(|_| None),
            Self::ForgetSignIns => accounts::forget_expired(app).await.map(count).map_err(failed),
            Self::TrimAudit => {
                let audited = app.journal.directory().audited;
                audit::trim(&app.database, audited).await.map(|()| None)
            }
            Self::TidyFiles => files::tidy(app, now).await.map(count).map_err(failed),
            Self::RemoveUpgradeCopy => {
                if let Some(data) = app.config.data.clone() {
                    tokio::task::spawn_blocking(move || database::tidy(&data, SystemTime::now())).await?;
                }
                Ok(None)
            }
            Self::RemoveDeletedTasks => tasks::sweep(app, now).await.map(count).map_err(failed),
        }
    }
}

/// What came of doing it.
#[derive(Clone, Copy, Debug)]
struct Outcome {
    at: Timestamp,
    took: Duration,
    removed: Option<u64>,
    failed: bool,
}

/// What was done since the start.
#[derive(Debug, Default)]
pub struct Jobs {
    last: Mutex<BTreeMap<Job, Outcome>>,
    /// Only one is done at a time.
    turn: Turn<()>,
}

/// A job, as admins see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobView {
    pub job: Job,
    /// How often it is done, in seconds.
    pub every_seconds: u64,
    /// When it was done last since the hub was started.
    pub last_at: Option<Timestamp>,
    /// How long that took, in milliseconds.
    pub took_ms: Option<u64>,
    /// How many things it removed, where that is counted.
    pub removed: Option<u64>,
    /// Whether it could not be done; the log says why.
    pub failed: bool,
    /// When it is done next.
    pub next_at: Timestamp,
}

impl Jobs {
    fn last(&self, job: Job) -> Option<Outcome> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).get(&job).copied()
    }

    fn view(&self, app: &App, job: Job) -> JobView {
        let last = self.last(job);
        JobView {
            job,
            every_seconds: job.every().as_secs(),
            last_at: last.map(|last| last.at),
            took_ms: last.and_then(|last| u64::try_from(last.took.as_millis()).ok()),
            removed: last.and_then(|last| last.removed),
            failed: last.is_some_and(|last| last.failed),
            next_at: last.map_or(app.gauge.started_at, |last| last.at).plus(job.every()),
        }
    }
}

/// Does what is due until the hub stops.
pub(crate) async fn keep_going(app: Arc<App>) {
    let mut tick = tokio::time::interval_at((Instant::now() + TICK).into(), TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = app.shutdown.cancelled() => return,
        }
        app.limits.forget_idle();
        let now = clock::now();
        for job in Job::ALL {
            if app.jobs.view(&app, job).next_at <= now && !app.shutdown.is_cancelled() {
                run(&app, job).await;
            }
        }
    }
}

async fn run(app: &Arc<App>, job: Job) {
    let _turn = app.jobs.turn.lock().await;
    let (at, started) = (clock::now(), Instant::now());
    let outcome = job.work(app, at).await;
    if let Err(error) = &outcome {
        tracing::warn!(?job, %error, "what is done now and then could not be done");
    }
    let failed = outcome.is_err();
    let outcome = Outcome { at, took: started.elapsed(), removed: outcome.ok().flatten(), failed };
    app.jobs.last.lock().unwrap_or_else(PoisonError::into_inner).insert(job, outcome);
}

/// Every job.
///
/// # Errors
/// `forbidden`.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<JobView>, AppError> {
    actor.require(Action::ViewOverview, Relation::NONE)?;
    Ok(Job::ALL.map(|job| app.jobs.view(app, job)).into())
}

/// Does one now; it goes on when nobody waits for it any more.
///
/// # Errors
/// `forbidden`.
pub async fn run_now(app: &Arc<App>, actor: &Actor, job: Job) -> Result<JobView, AppError> {
    actor.require(Action::ManageSettings, Relation::NONE)?;
    let working = Arc::clone(app);
    app.tasks.spawn(async move { run(&working, job).await }).await.map_err(AppError::internal)?;
    Ok(app.jobs.view(app, job))
}
