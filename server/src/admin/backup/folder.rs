//! The folders that backups are in.
//!
//! A folder that somebody chose gets a small file that marks it. Where that is missing the folder is not the one that was
//! chosen: of a stick that is not plugged in, often an empty folder stays on the computer's own disk, and backups put
//! there would be no protection.

use super::kept::Flaw;
use crate::{app::App, config::Config, ids::HubId};
use serde::Serialize;
use std::{
    io::{ErrorKind, Write},
    path::{Component, Path, PathBuf},
};
use utoipa::ToSchema;

/// The folder of the data directory for backups that were brought from elsewhere.
const BROUGHT: &str = "uploaded-backups";

/// Whether backups can be put into their folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FolderState {
    Ready,
    /// It is not there, or not the one that was chosen.
    Missing,
}

/// The folder that a hub has without anybody's choice.
fn usual(config: &Config) -> Option<PathBuf> {
    config.backup_folder()
}

/// Where backups are put; `None` for a hub that keeps nothing.
pub(super) fn of(app: &App) -> Option<PathBuf> {
    match app.backups.kept.get().plan.folder {
        Some(chosen) if app.config.backups.is_none() => Some(chosen),
        _ => usual(&app.config),
    }
}

/// Every folder in which there can be backups of this hub.
pub(super) fn all(app: &App) -> Vec<PathBuf> {
    let mut all: Vec<_> = of(app).into_iter().collect();
    all.extend(usual(&app.config).filter(|usual| !all.contains(usual)));
    all
}

/// The folder for backups that were brought from elsewhere.
pub(super) fn brought(app: &App) -> Option<PathBuf> {
    Some(match &app.config.data {
        Some(data) => data.join(BROUGHT),
        None => usual(&app.config)?.join(BROUGHT),
    })
}

fn mark(folder: &Path, hub: HubId) -> PathBuf {
    folder.join(format!(".hearth-{hub}"))
}

/// Whether the folder that was chosen is the one that is there now. The usual one is made when it is needed.
pub(super) fn state(app: &App) -> FolderState {
    let (Some(folder), hub) = (of(app), app.journal.directory().hub) else { return FolderState::Ready };
    let chosen = app.config.backups.is_none() && app.backups.kept.get().plan.folder.is_some();
    if !chosen || mark(&folder, hub).exists() { FolderState::Ready } else { FolderState::Missing }
}

/// Makes sure that backups can be put there.
pub(super) fn ready(app: &App) -> Result<PathBuf, Flaw> {
    let folder = of(app).ok_or(Flaw::FolderMissing)?;
    if state(app) == FolderState::Missing {
        return Err(Flaw::FolderMissing);
    }
    std::fs::create_dir_all(&folder).map_err(|error| flaw_of(&error))?;
    probe(&folder).map_err(|error| flaw_of(&error))?;
    Ok(folder)
}

/// What it means that the operating system does not take a file.
pub(super) fn flaw_of(error: &std::io::Error) -> Flaw {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Flaw::DiskFull,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Flaw::FolderRefused,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Flaw::FolderMissing,
        _ => Flaw::Internal,
    }
}

fn probe(folder: &Path) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".hearth-probe-").tempfile_in(folder)?;
    file.write_all(b"probe")
}

/// Takes a folder that somebody chose: makes it if it is not there, and marks it.
///
/// # Errors
/// What is wrong with it, to be read after the field's name.
pub(super) fn choose(data: Option<&Path>, hub: HubId, text: &str) -> Result<PathBuf, &'static str> {
    let folder = PathBuf::from(text);
    if text.len() > 1_000 || text.chars().any(char::is_control) {
        return Err("is too long or has characters that no folder has");
    }
    if !folder.is_absolute() {
        return Err("is not the whole path of a folder");
    }
    if folder.components().any(|part| part == Component::ParentDir) {
        return Err("goes up in the middle of the path");
    }
    // Asked before anything is made, of as much of the path as is there.
    let refused = "is inside Hearth's own data";
    if within(data, &folder) {
        return Err(refused);
    }
    std::fs::create_dir_all(&folder).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "is not a folder",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "cannot be made: Hearth may not write there",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "cannot be made: that disk is full",
        _ => "cannot be made",
    })?;
    probe(&folder).map_err(|error| match flaw_of(&error) {
        Flaw::DiskFull => "is on a disk that is full",
        _ => "is a folder that Hearth may not write into",
    })?;
    std::fs::write(mark(&folder, hub), b"Hearth puts backups into this folder.\n")
        .map_err(|_| "is a folder that Hearth may not write into")?;
    Ok(folder)
}

/// Whether a folder is in the data directory, beside the folder for backups there.
fn within(data: Option<&Path>, folder: &Path) -> bool {
    let real = |path: &Path| {
        let there = path.ancestors().find(|part| part.exists()).unwrap_or(path);
        let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
        there.canonicalize().unwrap_or_else(|_| there.to_owned()).join(rest)
    };
    let Some(data) = data.map(real) else { return false };
    let folder = real(folder);
    folder.starts_with(&data) && !folder.starts_with(data.join("backups"))
}

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::ids::HubId;

    #[test]
    fn a_folder_is_taken_where_it_can_hold_backups_and_is_none_of_the_hubs_own() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        std::fs::create_dir_all(data.join("database")).unwrap();
        std::fs::write(place.path().join("file"), "").unwrap();
        let hub = HubId::generate();
        let taken = |text: &str| choose(Some(&data), hub, text).map(drop);
        let at = |name: &str| place.path().join(name).to_string_lossy().into_owned();
        assert_eq!(taken(&at("stick/hearth")), Ok(()));
        assert!(place.path().join(format!("stick/hearth/.hearth-{hub}")).exists());
        assert_eq!(taken(&at("data/backups")), Ok(()));
        for inside in ["data", "data/database", "data/database/new", "data/files/x", "data/./database"] {
            assert_eq!(taken(&at(inside)), Err("is inside Hearth's own data"), "{inside}");
        }
        assert!(!data.join("files").exists() && !data.join("database/new").exists());
        assert_eq!(taken("backups"), Err("is not the whole path of a folder"));
        assert_eq!(taken(&at("stick/../data/database")), Err("goes up in the middle of the path"));
        assert_eq!(taken(&at("file")), Err("is not a folder"));
        assert_eq!(taken(&at("file/inner")), Err("is not a folder"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(data.join("database"), place.path().join("link")).unwrap();
            assert_eq!(taken(&at("link")), Err("is inside Hearth's own data"));
        }
    }
}
