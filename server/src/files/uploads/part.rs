//! The two files of an upload: its bytes so far, and what is known of it.

use crate::{
    clock::Timestamp,
    disk::write_private,
    ids::{FileId, UserId},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// How the name of what is known ends.
pub(super) const INFO: &str = "json";
const DATA: &str = "part";
/// How the name of the bytes ends while they become a file.
pub(super) const WHOLE: &str = "whole";

/// What is known of an upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Info {
    pub(super) owner: UserId,
    pub(super) name: String,
    pub(super) length: u64,
    /// How many bytes are on the disk. There may be more in the file.
    pub(super) offset: u64,
    pub(super) expires_at: Timestamp,
}

impl Info {
    pub(super) fn read(folder: &Path, id: FileId) -> io::Result<Self> {
        let text = fs::read(info_path(folder, id))?;
        serde_json::from_slice(&text).map_err(io::Error::from)
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, folder: &Path, id: FileId) -> io::Result<()> {
        write_private(&info_path(folder, id), &serde_json::to_vec(self)?)
    }
}

fn info_path(folder: &Path, id: FileId) -> PathBuf {
    folder.join(format!("{id}.{INFO}"))
}

pub(super) fn data_path(folder: &Path, id: FileId) -> PathBuf {
    folder.join(format!("{id}.{DATA}"))
}

/// Makes a file that only this user may read.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut how = OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    how.open(path)
}

/// Cuts the bytes off that come after what counts.
pub(super) fn cut(path: &Path, offset: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    if file.metadata()?.len() < offset {
        return Err(io::Error::new(ErrorKind::UnexpectedEof, "some of it is missing"));
    }
    file.set_len(offset)
}

/// Removes all of it.
pub(super) fn remove(folder: &Path, id: FileId) -> io::Result<()> {
    let data = data_path(folder, id);
    for path in [info_path(folder, id), data.with_extension(WHOLE), data] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
