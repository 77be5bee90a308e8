//! What a hub keeps about its backups on this computer: when they are made and where, and what came of the last ones.
//! In a file beside the database, because a folder belongs to a computer: a backup that is restored elsewhere brings
//! neither its own nor the results of checks along.

use crate::{clock::Timestamp, disk, ids::BackupId};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use utoipa::ToSchema;

/// The file in the data directory.
const FILE: &str = "backups.json";

/// When backups are made by themselves, how many stay and where they are put.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Plan {
    pub(super) on: bool,
    /// The minute of the day, by the computer's clock.
    pub(super) at: u16,
    /// Of how many days the last one stays.
    pub(super) daily: u16,
    /// Of how many weeks the last one stays.
    pub(super) weekly: u16,
    /// How many of those stay that somebody made; all, without a number.
    pub(super) by_hand: Option<u16>,
    /// The folder that was chosen.
    pub(super) folder: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { on: true, at: 3 * 60 + 30, daily: 7, weekly: 4, by_hand: None, folder: None }
    }
}

/// Why something about backups went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    DiskFull,
    /// The folder is not there: a disk or stick is not plugged in, or it was removed.
    FolderMissing,
    /// The operating system does not let the hub write into the folder.
    FolderRefused,
    /// The backup is not what it says: it was cut off or altered, or the disk lost something of it.
    Damaged,
    /// A newer version of Hearth made it.
    Newer,
    /// Anything else, of which the log says more.
    Internal,
}

/// What came of something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BackupOutcome)]
pub struct Outcome {
    pub at: Timestamp,
    /// Why it went wrong; absent when it went well.
    pub failure: Option<Flaw>,
}

/// Why no drill was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// The disk has not enough room for the copy.
    NoRoom,
    /// There is no backup to restore.
    NoBackup,
}

/// A restore of the newest backup for practice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drill {
    pub at: Timestamp,
    /// The backup; absent when there was none.
    pub backup: Option<BackupId>,
    /// When that backup was made.
    pub made_at: Option<Timestamp>,
    pub skipped: Option<Skipped>,
    pub failure: Option<Flaw>,
}

impl Drill {
    pub(super) fn passed(&self) -> bool {
        self.skipped.is_none() && self.failure.is_none()
    }
}

/// What is kept.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Kept {
    pub(super) plan: Plan,
    /// Since when backups are due.
    pub(super) since: Option<Timestamp>,
    /// The last one that was made by itself, or was to be.
    pub(super) last: Option<Outcome>,
    /// What came of reading backups.
    pub(super) checks: BTreeMap<BackupId, Outcome>,
    /// The last drill, or the last that was to be.
    pub(super) drill: Option<Drill>,
}

/// The file and what is in it.
#[derive(Default, Debug)]
pub(super) struct File {
    path: Option<PathBuf>,
    kept: Mutex<Kept>,
}

impl File {
    /// Reads the file of a data directory. One that cannot be read counts as empty.
    pub(super) fn read(data: Option<&Path>) -> Self {
        let path = data.map(|data| data.join(FILE));
        let bytes = path.as_deref().and_then(|path| std::fs::read(path).ok());
        let kept = bytes.and_then(|bytes| match serde_json::from_slice(&bytes) {
            Ok(kept) => Some(kept),
            Err(error) => {
                tracing::warn!(%error, "what was set for backups cannot be read; they are made as in a new hub");
                None
            }
        });
        Self { path, kept: Mutex::new(kept.unwrap_or_default()) }
    }

    pub(super) fn get(&self) -> Kept {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes it, on the disk first.
    ///
    /// # Errors
    /// When the disk refuses; nothing has changed then.
    pub(super) fn change(&self, change: impl FnOnce(&mut Kept)) -> std::io::Result<()> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = kept.clone();
        change(&mut next);
        if next == *kept {
            return Ok(());
        }
        if let Some(path) = &self.path {
            disk::write_private(path, &serde_json::to_vec_pretty(&next).map_err(std::io::Error::other)?)?;
        }
        *kept = next;
        Ok(())
    }

    /// As [`File::change`], for results that nobody waits for: in memory at least.
    pub(super) fn note(&self, change: impl Fn(&mut Kept)) {
        if let Err(error) = self.change(&change) {
            tracing::warn!(%error, "the result of a backup was not written down");
            change(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::File;

    #[test]
    fn what_was_set_is_there_the_next_time_and_a_new_hub_makes_backups() {
        let directory = tempfile::tempdir().unwrap();
        let file = File::read(Some(directory.path()));
        assert!(file.get().plan.on);
        file.change(|kept| kept.plan.daily = 3).unwrap();
        let again = File::read(Some(directory.path())).get().plan;
        assert_eq!((again.daily, again.weekly), (3, 4));
        std::fs::write(directory.path().join("backups.json"), "{").unwrap();
        assert_eq!(File::read(Some(directory.path())).get().plan.daily, 7);
        std::fs::write(directory.path().join("backups.json"), r#"{"plan":{"on":false}}"#).unwrap();
        assert!(!File::read(Some(directory.path())).get().plan.on);
    }
}
