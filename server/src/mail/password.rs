//! The password for the mail server, in a file of its own.

use crate::{disk, error::AppError};
use anyhow::Context;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The file's name in the data directory.
const FILE: &str = "mail-password";

/// What is kept; a hub in memory forgets it.
pub(super) struct Password {
    path: Option<PathBuf>,
    kept: Mutex<Option<String>>,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password").finish_non_exhaustive()
    }
}

impl Password {
    /// Reads it.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub(super) fn open(data: Option<&Path>) -> anyhow::Result<Self> {
        let path = data.map(|data| data.join(FILE));
        let kept = match path.as_deref().map(std::fs::read_to_string) {
            Some(Ok(password)) => Some(password),
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).context("the password for the mail server cannot be read");
            }
            _ => None,
        };
        Ok(Self { path, kept: Mutex::new(kept) })
    }

    pub(super) fn get(&self) -> Option<String> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps another one, or none.
    ///
    /// # Errors
    /// `internal` when the disk refuses.
    pub(super) async fn set(&self, password: Option<String>) -> Result<(), AppError> {
        if let Some(path) = self.path.clone() {
            let written = password.clone();
            let write = move || match written {
                Some(password) => disk::write_private(&path, password.as_bytes()),
                None => match std::fs::remove_file(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                },
            };
            tokio::task::spawn_blocking(write).await.map_err(AppError::internal)?.map_err(AppError::internal)?;
        }
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = password;
        Ok(())
    }
}
