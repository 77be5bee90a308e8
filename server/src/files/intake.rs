//! From bytes that have arrived to a file: hashed, looked at, put in their place, and written down.

use super::{FileHash, FileView, MOST_LOOSE, kind, names, store, thumbnails};
use crate::{
    accounts::Actor,
    app::App,
    directory::{Directory, StoredFile},
    error::{AppError, Code},
    ids::{FileId, UserId},
};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What some bytes turned out to be.
pub(super) struct Found {
    pub(super) hash: FileHash,
    pub(super) size: u64,
    pub(super) kind: String,
}

/// Whether a file of a person's may be this large.
///
/// # Errors
/// `payload_too_large`, `quota_exceeded`.
pub(super) fn check_size(app: &App, directory: &Directory, person: UserId, size: u64) -> Result<(), AppError> {
    let limits = app.config.files;
    if limits.largest > 0 && size > limits.largest {
        return Err(AppError::new(Code::PayloadTooLarge));
    }
    let taken = directory.files.bytes_of(person);
    if limits.per_person > 0 && taken.saturating_add(size) > limits.per_person {
        return Err(AppError::new(Code::QuotaExceeded));
    }
    Ok(())
}

/// Whether a person may have another file of this size.
///
/// # Errors
/// As [`check_size`].
pub(super) fn check_room(app: &App, directory: &Directory, person: UserId, size: u64) -> Result<(), AppError> {
    check_size(app, directory, person, size)?;
    let waiting = directory.files.all_loose().filter(|file| file.owner == person).count();
    if waiting >= MOST_LOOSE {
        return Err(AppError::new(Code::QuotaExceeded));
    }
    Ok(())
}

/// Makes a file of bytes that are whole, written and synced at this path. They are moved away from there; where that
/// fails, they stay.
///
/// # Errors
/// `quota_exceeded`, `disk_full`, `invalid_token` when the actor's session ended meanwhile.
pub(super) async fn finish(
    app: &Arc<App>,
    actor: &Actor,
    id: FileId,
    name: &str,
    path: PathBuf,
) -> Result<FileView, AppError> {
    let name = names::safe(name);
    let (looked_at, called) = (path.clone(), name.clone());
    let found = blocking(move || look(&looked_at, &called)).await?;
    // Before anything is moved, so that what is refused does not go through the store.
    check_room(app, &app.journal.directory(), actor.user, found.size)?;
    let (blobs, hash) = (Arc::clone(&app.blobs), found.hash);
    let pin = blocking(move || blobs.keep(&path, hash)).await?;
    let picture = thumbnails::of_new(app, hash, &found.kind).await;
    let view = FileView {
        id,
        name,
        size: found.size,
        kind: found.kind,
        width: picture.map(|(width, _)| width),
        height: picture.map(|(_, height)| height),
        has_thumbnail: picture.is_some(),
    };
    let written = commit(app, actor, view, hash).await;
    drop(pin);
    if written.is_err() {
        super::collect(app, vec![hash]).await;
    }
    written
}

async fn commit(app: &Arc<App>, actor: &Actor, view: FileView, hash: FileHash) -> Result<FileView, AppError> {
    let (actor, hub) = (actor.clone(), Arc::clone(app));
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            check_room(&hub, draft.directory, actor.user, view.size)?;
            let file = StoredFile { view: view.clone(), owner: actor.user, hash, created_at: draft.now, loose: true };
            store::insert(draft, file);
            Ok(view.clone())
        })
        .await
}

/// Reads a file once: what it is, and its hash.
pub(super) fn look(path: &Path, name: &str) -> io::Result<Found> {
    let mut file = File::open(path)?;
    let mut beginning = Vec::with_capacity(kind::LOOKED_AT);
    Read::by_ref(&mut file).take(kind::LOOKED_AT as u64).read_to_end(&mut beginning)?;
    let mut hash = Sha256::new();
    hash.update(&beginning);
    let mut size = beginning.len() as u64;
    let mut piece = vec![0; 256 << 10];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            break;
        }
        hash.update(&piece[..length]);
        size += length as u64;
    }
    let whole = size == beginning.len() as u64;
    Ok(Found { hash: FileHash(hash.finalize().into()), size, kind: kind::of(name, &beginning, whole) })
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?.map_err(refused)
}

/// What it means that the disk refused.
pub(super) fn refused(error: io::Error) -> AppError {
    if error.kind() == ErrorKind::StorageFull || error.kind() == ErrorKind::QuotaExceeded {
        AppError::new(Code::DiskFull)
    } else {
        AppError::internal(error)
    }
}
