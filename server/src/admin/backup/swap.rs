//! Putting a restored database in the place of the one that is there, so that a stop at any moment
//! leaves the one or the other, whole.
//!
//! The restored database is made complete in a directory of its own. Then one small file is
//! written, and with it the restore is decided: whoever opens the data directory next, this process
//! or a later one, does what is left to do. Until that file is there nothing has happened.

use crate::{
    clock::Timestamp,
    database::take_back,
    disk::{sync_directory, write_private},
    files::FOLDER,
    ids::BackupId,
};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use utoipa::ToSchema;

/// The database that is in use.
const IN_USE: &str = "database";
/// Everything that is put in place, the database first.
const PARTS: [&str; 2] = [IN_USE, FOLDER];
/// The directory in which a restore makes its database.
const MAKING: &str = "restoring";
/// How long a directory may go on filling while it is removed.
const STILL_FILLING: Duration = Duration::from_secs(5);
/// The file that decides.
const DECISION: &str = "restore.json";

#[derive(Serialize, Deserialize)]
struct Decision {
    /// The name under which the database that was in use is kept. That of its files has the same ending.
    keep: String,
    /// What is put in place, where a running hub prepared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    staged: Option<Staged>,
}

/// A restore that a running hub prepared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StagedRestore)]
pub struct Staged {
    /// The backup.
    pub id: BackupId,
    /// The name of the team in it.
    pub team: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the restore was prepared.
    pub staged_at: Timestamp,
}

/// The restore that is decided and has not happened yet.
pub(super) fn staged(data: &Path) -> Option<Staged> {
    serde_json::from_slice::<Decision>(&std::fs::read(data.join(DECISION)).ok()?).ok()?.staged
}

/// Takes the decision back, so that the database in use stays.
pub(super) fn revoke(data: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(data.join(DECISION)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("restore.json cannot be removed"),
        _ => Ok(sync_directory(data)?),
    }
}

/// What follows the name of a part that is kept.
fn ending(moment: &str, number: u32) -> String {
    if number == 1 { format!("-before-restore-{moment}") } else { format!("-before-restore-{moment}-{number}") }
}

/// Where the files go that belong to a database in this place.
pub(crate) fn beside(database: &Path) -> PathBuf {
    database.with_file_name(FOLDER)
}

/// Where a restore makes its database; empty now.
pub(crate) fn making(data: &Path) -> anyhow::Result<PathBuf> {
    remove(&data.join(MAKING))?;
    std::fs::create_dir(data.join(MAKING))?;
    Ok(data.join(MAKING).join(IN_USE))
}

/// Throws away what a restore has made so far.
pub(crate) fn abandon(data: &Path) -> anyhow::Result<()> {
    remove(&data.join(MAKING))
}

/// Decides for the restored database. Returns where the one that was in use is kept, if there was
/// one.
pub(super) fn decide(data: &Path, moment: &str, staged: Option<Staged>) -> anyhow::Result<Option<PathBuf>> {
    let mut number = 1;
    while PARTS.iter().any(|part| data.join(format!("{part}{}", ending(moment, number))).exists()) {
        number += 1;
    }
    let keep = format!("{IN_USE}{}", ending(moment, number));
    sync_directory(&data.join(MAKING))?;
    let kept = data.join(IN_USE).exists().then(|| data.join(&keep));
    write_private(&data.join(DECISION), &serde_json::to_vec(&Decision { keep, staged })?)?;
    sync_directory(data)?;
    Ok(kept)
}

/// Ends what was decided, and throws away what was not. To be called whenever a data directory is
/// taken, before its database is opened.
///
/// # Errors
/// When the disk refuses, or somebody else changed the directory in the middle of a restore.
pub fn settle(data: &Path) -> anyhow::Result<()> {
    // A database from before an upgrade belongs in the place of the one that was there, not of a restored one.
    take_back(data)?;
    let decision = match std::fs::read(data.join(DECISION)) {
        Ok(text) => serde_json::from_slice::<Decision>(&text).context("restore.json does not fit")?,
        Err(error) if error.kind() == ErrorKind::NotFound => return abandon(data),
        Err(error) => return Err(error).context("restore.json cannot be read"),
    };
    let ending = decision.keep.strip_prefix(IN_USE).context("restore.json does not fit")?;
    for part in PARTS {
        let (in_use, made) = (data.join(part), data.join(MAKING).join(part));
        if made.exists() {
            if in_use.exists() {
                let kept = data.join(format!("{part}{ending}"));
                std::fs::rename(&in_use, kept).with_context(|| format!("{part} cannot be put aside"))?;
                sync_directory(data)?;
            }
            std::fs::rename(&made, &in_use).with_context(|| format!("{part} cannot be put in place"))?;
            sync_directory(data)?;
        }
    }
    let in_use = data.join(IN_USE);
    anyhow::ensure!(in_use.exists(), "a restore was interrupted and its database is gone; restore again");
    std::fs::remove_file(data.join(DECISION)).context("restore.json cannot be removed")?;
    sync_directory(data)?;
    tracing::info!("the restored database is in place");
    abandon(data)
}

/// Removes a directory whole. A database that was released a moment ago may still put away a last file
/// in it, so a directory that fills again while it is emptied is emptied again.
pub(super) fn remove(directory: &Path) -> anyhow::Result<()> {
    let given_up = Instant::now() + STILL_FILLING;
    loop {
        match std::fs::remove_dir_all(directory) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound && !directory.exists() => return Ok(()),
            Err(error)
                if matches!(error.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::NotFound)
                    && Instant::now() < given_up =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be removed", directory.display()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{decide, making, settle};
    use std::path::Path;

    fn put(data: &Path, place: &str, text: &str) {
        std::fs::create_dir_all(data.join(place)).unwrap();
        std::fs::write(data.join(place).join("rows"), text).unwrap();
    }

    fn rows(data: &Path, place: &str) -> Option<String> {
        std::fs::read_to_string(data.join(place).join("rows")).ok()
    }

    fn names(data: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A data directory in which a restore has been decided.
    fn decided() -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        put(data.path(), "database", "old");
        put(data.path(), "files", "old bytes");
        let made = making(data.path()).unwrap();
        put(&made, "", "new");
        put(&super::beside(&made), "", "new bytes");
        assert_eq!(decide(data.path(), "then", None).unwrap(), Some(data.path().join("database-before-restore-then")));
        data
    }

    #[test]
    fn before_the_decision_a_stop_leaves_the_old_database_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        put(data.path(), "database", "old");
        let made = making(data.path()).unwrap();
        put(&made, "", "half of the new");
        settle(data.path()).unwrap();
        assert_eq!(names(data.path()), ["database"]);
        assert_eq!(rows(data.path(), "database").unwrap(), "old");
    }

    #[test]
    fn after_the_decision_a_stop_at_any_step_leaves_the_new_database_and_the_old_beside_it() {
        // Each step is what `settle` does next; a stop lets the next one begin after any of them.
        let steps: [fn(&Path); 6] = [
            |_| {},
            |data| std::fs::rename(data.join("database"), data.join("database-before-restore-then")).unwrap(),
            |data| std::fs::rename(data.join("restoring/database"), data.join("database")).unwrap(),
            |data| std::fs::rename(data.join("files"), data.join("files-before-restore-then")).unwrap(),
            |data| std::fs::rename(data.join("restoring/files"), data.join("files")).unwrap(),
            |data| std::fs::remove_file(data.join("restore.json")).unwrap(),
        ];
        for stopped_after in 0..steps.len() {
            let data = decided();
            for step in &steps[..=stopped_after] {
                step(data.path());
            }
            settle(data.path()).unwrap();
            settle(data.path()).unwrap();
            let there = ["database", "database-before-restore-then", "files", "files-before-restore-then"];
            assert_eq!(names(data.path()), there, "{stopped_after}");
            assert_eq!(rows(data.path(), "files").unwrap(), "new bytes");
            assert_eq!(rows(data.path(), "files-before-restore-then").unwrap(), "old bytes");
            assert_eq!(rows(data.path(), "database").unwrap(), "new");
            assert_eq!(rows(data.path(), "database-before-restore-then").unwrap(), "old");
        }
    }

    #[test]
    fn an_empty_data_directory_gets_the_database_and_two_restores_keep_two() {
        let data = tempfile::tempdir().unwrap();
        put(&making(data.path()).unwrap(), "", "first");
        assert_eq!(decide(data.path(), "then", None).unwrap(), None);
        settle(data.path()).unwrap();
        for text in ["second", "third"] {
            put(&making(data.path()).unwrap(), "", text);
            decide(data.path(), "then", None).unwrap();
            settle(data.path()).unwrap();
        }
        assert_eq!(rows(data.path(), "database").unwrap(), "third");
        assert_eq!(rows(data.path(), "database-before-restore-then").unwrap(), "first");
        assert_eq!(rows(data.path(), "database-before-restore-then-2").unwrap(), "second");
    }

    #[test]
    fn a_decision_without_any_database_is_told_and_not_taken_for_an_empty_hub() {
        let data = decided();
        std::fs::remove_dir_all(data.path().join("restoring")).unwrap();
        std::fs::remove_dir_all(data.path().join("database")).unwrap();
        assert!(settle(data.path()).is_err());
    }
}
