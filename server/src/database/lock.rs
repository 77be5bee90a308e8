//! One process per data directory, held by a lock of the operating system.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

/// Why the data directory could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("{directory} is in use by another Hearth ({holder})")]
    Held {
        directory: PathBuf,
        /// What the other process wrote about itself.
        holder: String,
    },
    #[error("{directory} cannot be used: {cause}")]
    Io { directory: PathBuf, cause: std::io::Error },
}

/// The lock; the directory is free again when this is dropped or the process ends, however it does.
#[derive(Debug)]
pub struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// Takes the directory, making it if it is not there.
    ///
    /// # Errors
    /// [`LockError::Held`] when another process has it.
    pub fn take(directory: &Path) -> Result<Self, LockError> {
        let io = |cause| LockError::Io { directory: directory.to_owned(), cause };
        std::fs::create_dir_all(directory).map_err(io)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(directory.join("lock"))
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Where the lock also forbids reading (Windows), who holds it stays unknown.
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.trim().is_empty() { "unknown process" } else { holder.trim() };
                return Err(LockError::Held { directory: directory.to_owned(), holder: holder.to_owned() });
            }
            Err(TryLockError::Error(cause)) => return Err(io(cause)),
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        writeln!(file, "process {}", std::process::id()).map_err(io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::{DirectoryLock, LockError};

    #[test]
    fn the_second_taker_is_told_who_has_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let first = DirectoryLock::take(directory.path()).unwrap();
        let second = DirectoryLock::take(directory.path());
        let Err(LockError::Held { holder, .. }) = second else { panic!("taken twice") };
        assert_eq!(holder, format!("process {}", std::process::id()));
        drop(first);
        DirectoryLock::take(directory.path()).unwrap();
    }
}
