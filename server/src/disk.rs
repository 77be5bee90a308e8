//! Small files of the data directory.

use std::{fs::OpenOptions, io::Write, path::Path};

/// Writes a file that only this user may read, whole or not at all.
///
/// # Errors
/// When the disk refuses.
pub fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)
}

/// Makes sure that names which were added to a directory or changed in it are on the disk.
///
/// # Errors
/// When the disk refuses.
pub fn sync_directory(directory: &Path) -> std::io::Result<()> {
    // Elsewhere a directory cannot be opened, and its names are written through.
    if cfg!(unix) { std::fs::File::open(directory)?.sync_all() } else { Ok(()) }
}
