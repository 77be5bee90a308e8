//! What the app remembers of this person on this computer; nothing of it is the team's.

use crate::{IDENTIFIER, teams::Team};
use hearth_server::ids::{HubId, UserId};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The file's content. A new field needs a default, so that older files are still read.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Choices {
    pub(crate) notifications_paused: bool,
    pub(crate) keep_awake: bool,
    /// It was said once that closing the window does not end the hub.
    pub(crate) told_of_background: bool,
    /// Teams on other computers, the one opened last first.
    pub(crate) teams: Vec<Team>,
    /// Who was signed in last, for each hub that ran here.
    pub(crate) people: BTreeMap<HubId, UserId>,
}

/// The choices, and the file that keeps them.
#[derive(Debug)]
pub(crate) struct Preferences {
    file: Option<PathBuf>,
    choices: Mutex<Choices>,
}

impl Preferences {
    /// Reads the file. One that cannot be read is as good as none: nothing in it is worth not
    /// starting for.
    pub(crate) fn open() -> Self {
        Self::of(directory().map(|directory| directory.join("desktop.json")))
    }

    fn of(file: Option<PathBuf>) -> Self {
        let choices = file
            .as_deref()
            .and_then(|file| std::fs::read(file).ok())
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self { file, choices: Mutex::new(choices) }
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&Choices) -> T) -> T {
        look(&self.choices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the choices and writes the file.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Choices)) {
        let mut choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut choices);
        if let Some(file) = &self.file
            && let Err(error) = write(file, &choices)
        {
            tracing::warn!(%error, "the preferences were not written");
        }
    }
}

/// Beside the old file first, so that a power cut leaves one of the two.
fn write(file: &Path, choices: &Choices) -> anyhow::Result<()> {
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let new = file.with_extension("new");
    std::fs::write(&new, serde_json::to_vec_pretty(choices)?)?;
    Ok(std::fs::rename(new, file)?)
}

/// Where this app's configuration lies; `None` for a user without a home.
pub(crate) fn directory() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|places| places.config_dir().join(IDENTIFIER))
}

#[cfg(test)]
mod tests {
    use super::Preferences;

    #[test]
    fn choices_outlive_the_process_and_a_spoilt_file_is_as_good_as_none() {
        let directory = tempfile::tempdir().unwrap();
        let file = Some(directory.path().join("new/desktop.json"));
        Preferences::of(file.clone()).change(|choices| choices.keep_awake = true);
        assert!(Preferences::of(file.clone()).read(|choices| choices.keep_awake));
        std::fs::write(file.as_ref().unwrap(), "{").unwrap();
        assert!(!Preferences::of(file).read(|choices| choices.keep_awake));
    }
}
