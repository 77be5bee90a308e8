//! What is being done with backups beside making one: reading one, a drill, preparing a restore. One at a time.

use super::{Progress, State};
use crate::{
    app::App,
    error::{AppError, Code},
    ids::BackupId,
};
use serde::Serialize;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use utoipa::ToSchema;

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = BackupWorkKind)]
pub enum Kind {
    /// A backup is read wholly.
    Check,
    /// The newest backup is restored for practice.
    Drill,
    /// A restore is prepared.
    Restore,
}

/// It, and how far it is.
#[derive(Clone, Debug)]
pub(super) struct Work {
    kind: Kind,
    backup: Option<BackupId>,
    pub(super) done: Arc<AtomicU64>,
    pub(super) total: Arc<AtomicU64>,
}

/// What is being done now, and how far it is in rows of its step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = BackupWork)]
pub struct WorkView {
    pub kind: Kind,
    pub backup: Option<BackupId>,
    pub done: u64,
    pub total: u64,
}

impl Work {
    pub(super) fn view(&self) -> WorkView {
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        WorkView { kind: self.kind, backup: self.backup, done, total }
    }

    pub(super) fn is_about(&self, id: BackupId) -> bool {
        self.backup == Some(id)
    }

    /// Takes the progress of a restore.
    pub(super) fn tell(&self) -> impl Fn(Progress) + Send + Sync + 'static {
        let (told_done, told_total) = (Arc::clone(&self.done), Arc::clone(&self.total));
        move |Progress { done, total, .. }| {
            told_done.store(done, Ordering::Relaxed);
            told_total.store(total, Ordering::Relaxed);
        }
    }
}

/// As long as this lives, nothing else begins.
#[derive(Debug)]
pub(super) struct Busy {
    app: Arc<App>,
    pub(super) work: Work,
}

impl Busy {
    /// # Errors
    /// `busy`.
    pub(super) fn begin(app: &Arc<App>, kind: Kind, backup: Option<BackupId>) -> Result<Self, AppError> {
        let State { work, .. } = &mut *app.backups.state();
        if work.is_some() {
            return Err(AppError::later(Code::Busy, Duration::from_secs(5)));
        }
        let begun = Work { kind, backup, done: Arc::default(), total: Arc::default() };
        *work = Some(begun.clone());
        Ok(Self { app: Arc::clone(app), work: begun })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.app.backups.state().work = None;
    }
}
