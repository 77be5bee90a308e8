//! What a hub keeps about the computer that it runs on: its port and the number of its name. Kept
//! in a file beside the database, because neither belongs to the team's data: a backup that is
//! restored on another computer finds its own.

use crate::disk;
use serde::{Deserialize, Serialize};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The file in the data directory.
const FILE: &str = "network.json";

/// What is kept.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The port that the hub had last.
    pub port: Option<u16>,
    /// The number in its name on the network, and the host name that it belongs to.
    pub number: Option<(String, u32)>,
}

/// The file and what is in it.
#[derive(Debug)]
pub struct Remembered {
    path: Option<PathBuf>,
    kept: Mutex<Kept>,
}

impl Remembered {
    /// Reads the file of a data directory. One that cannot be read counts as empty: everything in
    /// it is found out again.
    #[must_use]
    pub fn read(data: Option<&Path>) -> Self {
        let path = data.map(|data| data.join(FILE));
        let kept = path.as_deref().and_then(|path| std::fs::read(path).ok());
        let kept = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { path, kept: Mutex::new(kept) }
    }

    /// What is kept now.
    pub fn get(&self) -> Kept {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes it. Only the process that has the data directory may call this.
    pub fn change(&self, change: impl FnOnce(&mut Kept)) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let before = kept.clone();
        change(&mut kept);
        let (Some(path), true) = (&self.path, *kept != before) else { return };
        let written = serde_json::to_vec(&*kept)
            .map_err(std::io::Error::other)
            .and_then(|bytes| disk::write_private(path, &bytes));
        if let Err(error) = written {
            tracing::warn!(%error, "the port and name of this hub were not written down");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Remembered;

    #[test]
    fn what_is_remembered_is_there_the_next_time_and_a_broken_file_is_no_hindrance() {
        let directory = tempfile::tempdir().unwrap();
        let remembered = Remembered::read(Some(directory.path()));
        assert_eq!(remembered.get().port, None);
        remembered.change(|kept| kept.port = Some(4_330));
        assert_eq!(Remembered::read(Some(directory.path())).get().port, Some(4_330));
        std::fs::write(directory.path().join("network.json"), "{").unwrap();
        assert_eq!(Remembered::read(Some(directory.path())).get().port, None);
    }
}
