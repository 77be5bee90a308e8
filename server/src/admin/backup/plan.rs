//! When backups are made by themselves and where they go, as those see it and set it who manage them.

use super::{
    Drill, FolderState, Outcome, Staged, WorkView, due, folder,
    kept::{Kept, Plan},
    swap,
};
use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
    error::{AppError, Code},
    permission::{Action, Relation},
    validate::Checks,
};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A day has this many minutes.
const DAY: u16 = 24 * 60;
/// The most backups of one kind that a plan keeps.
const MOST: u16 = 366;

/// When backups are made, how many stay and where they are put; and how it stands with them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BackupPlan)]
pub struct PlanView {
    /// Whether the hub makes a backup every day by itself.
    pub on: bool,
    /// The minute of the day, by the clock of the hub's computer.
    pub at: u16,
    /// Of how many days the last one stays.
    pub daily: u16,
    /// Of how many weeks the last one stays.
    pub weekly: u16,
    /// How many of those stay that somebody made; null for all.
    pub by_hand: Option<u16>,
    /// Where backups are put; null for a hub that keeps nothing.
    pub folder: Option<String>,
    /// Whether somebody chose that folder here.
    pub folder_chosen: bool,
    /// Whether the configuration says the folder, so that it cannot be chosen here.
    pub folder_fixed: bool,
    pub folder_state: FolderState,
    /// When the next one is made; null when none is.
    pub next_at: Option<Timestamp>,
    /// What came of the last one that was made by itself.
    pub last: Option<Outcome>,
    /// The last drill: the newest backup restored into a scratch place and compared. There is one every week.
    pub drill: Option<Drill>,
    /// What is being done beside making a backup.
    pub work: Option<WorkView>,
    /// The restore that happens when Hearth starts the next time.
    pub staged: Option<Staged>,
}

/// What is to change.
#[derive(Clone, Default, Debug)]
pub struct PlanPatch {
    pub on: Option<bool>,
    pub at: Option<u16>,
    pub daily: Option<u16>,
    pub weekly: Option<u16>,
    pub by_hand: Option<Option<u16>>,
    /// `None` within is the usual folder.
    pub folder: Option<Option<String>>,
}

impl PlanPatch {
    fn check(&self) -> Result<(), AppError> {
        let mut checks = Checks::default();
        if self.at.is_some_and(|minute| minute >= DAY) {
            checks.take::<()>("at", Err(format!("is not a minute of the day, 0 to {}", DAY - 1)));
        }
        for (field, number) in [("daily", self.daily), ("weekly", self.weekly), ("byHand", self.by_hand.flatten())] {
            if number.is_some_and(|number| number > MOST) {
                checks.take::<()>(field, Err(format!("is more than {MOST}")));
            }
        }
        if self.by_hand == Some(Some(0)) || self.daily == Some(0) {
            checks.take::<()>(if self.daily == Some(0) { "daily" } else { "byHand" }, Err("is zero".to_owned()));
        }
        checks.finish()
    }

    fn apply(&self, plan: &mut Plan) {
        plan.on = self.on.unwrap_or(plan.on);
        plan.at = self.at.unwrap_or(plan.at);
        plan.daily = self.daily.unwrap_or(plan.daily);
        plan.weekly = self.weekly.unwrap_or(plan.weekly);
        plan.by_hand = self.by_hand.unwrap_or(plan.by_hand);
    }
}

/// When the next backup is made by itself.
pub(super) fn next(app: &App, kept: &Kept, now: Timestamp) -> Option<Timestamp> {
    folder::of(app)?;
    let last = kept.last.map(|last| last.at).or(kept.since)?;
    kept.plan.on.then(|| due::next(last, now, kept.plan.at))
}

/// How backups are made.
///
/// # Errors
/// `forbidden`.
pub async fn get(app: &Arc<App>, actor: &Actor) -> Result<PlanView, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    let hub = Arc::clone(app);
    let look = move || (folder::state(&hub), hub.config.data.as_deref().and_then(swap::staged));
    let (folder_state, staged) = tokio::task::spawn_blocking(look).await.map_err(AppError::internal)?;
    let kept = app.backups.kept.get();
    let next_at = next(app, &kept, clock::now());
    let Plan { on, at, daily, weekly, by_hand, folder } = kept.plan;
    Ok(PlanView {
        on,
        at,
        daily,
        weekly,
        by_hand,
        folder: folder::of(app).map(|folder| folder.to_string_lossy().into_owned()),
        folder_chosen: folder.is_some(),
        folder_fixed: app.config.backups.is_some(),
        folder_state,
        next_at,
        last: kept.last,
        drill: kept.drill,
        work: app.backups.state().work.as_ref().map(super::Work::view),
        staged,
    })
}

/// Changes how backups are made.
///
/// # Errors
/// `forbidden`, `validation`, `rate_limited`; `fixed_by_configuration` where that says the folder; `disk_full`.
pub async fn update(app: &Arc<App>, actor: &Actor, patch: PlanPatch) -> Result<PlanView, AppError> {
    actor.require(Action::ManageBackups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    patch.check()?;
    if patch.folder.is_some() && app.config.backups.is_some() {
        return Err(AppError::new(Code::FixedByConfiguration));
    }
    let (hub, asked) = (Arc::clone(app), patch.clone());
    let change = move || -> Result<Vec<&'static str>, AppError> {
        let chosen = match &asked.folder {
            Some(Some(folder)) => {
                let id = hub.journal.directory().hub;
                let taken = folder::choose(hub.config.data.as_deref(), id, folder.trim());
                Some(Some(taken.map_err(|wrong| AppError::field("folder", wrong))?))
            }
            Some(None) => Some(None),
            None => None,
        };
        let before = hub.backups.kept.get().plan;
        let changed = hub.backups.kept.change(|kept| {
            asked.apply(&mut kept.plan);
            if let Some(chosen) = chosen {
                kept.plan.folder = chosen;
            }
        });
        changed.map_err(|error| match folder::flaw_of(&error) {
            super::Flaw::DiskFull => AppError::new(Code::DiskFull),
            _ => AppError::internal(error),
        })?;
        Ok(differences(&before, &hub.backups.kept.get().plan))
    };
    let changed = tokio::task::spawn_blocking(change).await.map_err(AppError::internal)??;
    if !changed.is_empty() {
        audit::tell(app, Act::BackupPlanChanged, By::from(actor), None, changed.join(", ")).await;
    }
    get(app, actor).await
}

fn differences(before: &Plan, after: &Plan) -> Vec<&'static str> {
    [
        ("on", before.on != after.on),
        ("at", before.at != after.at),
        ("daily", before.daily != after.daily),
        ("weekly", before.weekly != after.weekly),
        ("byHand", before.by_hand != after.by_hand),
        ("folder", before.folder != after.folder),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
