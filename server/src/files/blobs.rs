//! The bytes of files, each kept once under its SHA-256.
//!
//! Bytes are written under another name, synced, and renamed; so what stands under a hash is always whole. They are
//! removed when no row refers to them, unless somebody is about to write a row that does (a pin) or a backup is
//! being made of rows that did (a hold).

use super::{FOLDER, FileHash};
use crate::disk::sync_directory;
use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tempfile::TempDir;

const BLOBS: &str = "blobs";
const THUMBNAILS: &str = "thumbnails";
const UPLOADS: &str = "uploads";

/// Where the bytes are kept.
#[derive(Debug)]
pub struct Blobs {
    root: PathBuf,
    state: Mutex<State>,
    /// A hub in memory keeps its files in a folder that goes with it.
    _temporary: Option<TempDir>,
}

#[derive(Default, Debug)]
struct State {
    pinned: HashMap<FileHash, usize>,
    holds: usize,
}

/// Bytes that stay as long as this lives.
#[derive(Debug)]
pub(super) struct Pin {
    blobs: Arc<Blobs>,
    hash: FileHash,
}

/// As long as this lives nothing is removed.
#[derive(Debug)]
pub struct Held(Arc<Blobs>);

impl Blobs {
    /// The files of this data directory; of a hub in memory, a new folder.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(data: Option<&Path>) -> io::Result<Self> {
        let temporary = if data.is_none() { Some(tempfile::Builder::new().prefix("hearth-").tempdir()?) } else { None };
        let place = data.or(temporary.as_ref().map(TempDir::path)).unwrap_or(Path::new("."));
        let root = place.join(FOLDER);
        make_folders(&root)?;
        Ok(Self { root, state: Mutex::default(), _temporary: temporary })
    }

    /// The folder of all of it.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where uploads are written until they are whole.
    pub(super) fn uploads(&self) -> PathBuf {
        self.root.join(UPLOADS)
    }

    pub(super) fn path(&self, hash: FileHash) -> PathBuf {
        blob_path(&self.root, hash)
    }

    pub(super) fn thumbnail_path(&self, hash: FileHash) -> PathBuf {
        place(&self.root.join(THUMBNAILS), hash)
    }

    /// Puts a synced file under its hash. It is gone from where it was.
    pub(super) fn keep(self: &Arc<Self>, file: &Path, hash: FileHash) -> io::Result<Pin> {
        *self.state().pinned.entry(hash).or_default() += 1;
        let pin = Pin { blobs: Arc::clone(self), hash };
        let path = self.path(hash);
        if path.exists() {
            fs::remove_file(file)?;
        } else {
            put(file, &path)?;
        }
        Ok(pin)
    }

    /// Writes a thumbnail. It can be made again, so it is not synced.
    pub(super) fn keep_thumbnail(&self, hash: FileHash, bytes: &[u8]) -> io::Result<()> {
        let path = self.thumbnail_path(hash);
        let temporary = self.uploads().join(format!("{}.thumbnail", uuid::Uuid::now_v7()));
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        fs::write(&temporary, bytes)?;
        fs::rename(&temporary, &path)
    }

    /// Keeps everything where it is, for a reader of many.
    #[must_use]
    pub fn hold(self: &Arc<Self>) -> Held {
        self.state().holds += 1;
        Held(Arc::clone(self))
    }

    /// Removes those of these that nobody refers to. Blocks.
    pub(super) fn remove_unreferenced(&self, hashes: &[FileHash], referenced: impl Fn(FileHash) -> bool) {
        // Nobody can pin one of them in the middle of this.
        let state = self.state();
        if state.holds > 0 {
            return;
        }
        for hash in hashes {
            if state.pinned.contains_key(hash) || referenced(*hash) {
                continue;
            }
            for path in [self.path(*hash), self.thumbnail_path(*hash)] {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        tracing::warn!(%error, path = %path.display(), "a file that nobody needs was not removed");
                    }
                    _ => {}
                }
            }
        }
    }

    /// Everything that is kept. Blocks.
    pub(super) fn all(&self) -> HashSet<FileHash> {
        let names = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
        names(self.root.join(BLOBS))
            .chain(names(self.root.join(THUMBNAILS)))
            .flat_map(|folder| names(folder.path()))
            .filter_map(|file| file.file_name().to_str()?.parse().ok())
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut state = self.blobs.state();
        if let Some(pins) = state.pinned.get_mut(&self.hash) {
            *pins -= 1;
            if *pins == 0 {
                state.pinned.remove(&self.hash);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.state().holds -= 1;
    }
}

/// Makes the folders of a place for files.
///
/// # Errors
/// When the disk refuses.
pub(crate) fn make_folders(root: &Path) -> io::Result<()> {
    for folder in [BLOBS, THUMBNAILS, UPLOADS] {
        fs::create_dir_all(root.join(folder))?;
    }
    #[cfg(unix)]
    fs::set_permissions(root, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Where the bytes with this hash are in a place for files.
#[must_use]
pub(crate) fn blob_path(root: &Path, hash: FileHash) -> PathBuf {
    place(&root.join(BLOBS), hash)
}

fn place(folder: &Path, hash: FileHash) -> PathBuf {
    let name = hash.to_string();
    folder.join(&name[..2]).join(name)
}

/// Renames a synced file to where it stays, and makes sure of its name.
fn put(file: &Path, path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let fresh = !folder.exists();
    fs::create_dir_all(folder)?;
    fs::rename(file, path)?;
    sync_directory(folder)?;
    if fresh { sync_directory(folder.parent().unwrap_or(folder)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{Blobs, FileHash};
    use std::sync::Arc;

    const HASH: FileHash = FileHash([7; 32]);

    fn kept(blobs: &Blobs) -> bool {
        blobs.path(HASH).exists()
    }

    fn write(blobs: &Blobs) -> std::path::PathBuf {
        let path = blobs.uploads().join("new");
        std::fs::write(&path, "bytes").unwrap();
        path
    }

    #[test]
    fn bytes_stay_while_somebody_refers_to_them_or_is_about_to() {
        let blobs = Arc::new(Blobs::open(None).unwrap());
        let pin = blobs.keep(&write(&blobs), HASH).unwrap();
        let again = blobs.keep(&write(&blobs), HASH).unwrap();
        drop(again);
        blobs.remove_unreferenced(&[HASH], |_| false);
        assert!(kept(&blobs), "the first pin holds");
        drop(pin);
        blobs.remove_unreferenced(&[HASH], |_| true);
        assert!(kept(&blobs), "a row refers to it");
        let held = blobs.hold();
        blobs.remove_unreferenced(&[HASH], |_| false);
        assert!(kept(&blobs), "a backup is being made");
        drop(held);
        assert_eq!(blobs.all().len(), 1);
        blobs.remove_unreferenced(&[HASH], |_| false);
        assert!(!kept(&blobs));
    }
}
