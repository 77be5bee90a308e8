//! Files that come with messages from elsewhere: nobody uploads them, and they are in their messages from the beginning.

use super::{
    Blobs, FileHash, FileView, Place,
    blobs::Pin,
    intake::{blocking, look},
    names, store, thumbnails,
};
use crate::{
    app::App,
    clock::Timestamp,
    directory::StoredFile,
    error::AppError,
    ids::{FileId, UserId},
    journal::Draft,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The place of a file from elsewhere among all files, by the moment of its message: after those that were sent here,
/// the newest first.
const BROUGHT: i64 = 1 << 62;
/// How far the places of two moments are apart.
const APART: i64 = 32;

/// Bytes that are in the store and stay there while this lives, and what they are.
#[derive(Debug)]
pub(crate) struct Arrived {
    name: String,
    size: u64,
    kind: String,
    hash: FileHash,
    picture: Option<(u32, u32)>,
    _pin: Pin,
}

/// Where bytes can be written that [`take_in`] is to take.
pub(crate) fn arriving(blobs: &Blobs) -> PathBuf {
    blobs.uploads().join(format!("{}.arriving", FileId::generate()))
}

/// Takes bytes that are whole, written and synced at this path, which they are moved away from.
///
/// # Errors
/// `disk_full`, `internal`.
pub(crate) async fn take_in(app: &Arc<App>, name: &str, path: &Path) -> Result<Arrived, AppError> {
    let name = names::safe(name);
    let (from, called, blobs) = (path.to_owned(), name.clone(), Arc::clone(&app.blobs));
    let (found, pin) = blocking(move || {
        let found = look(&from, &called)?;
        let pin = blobs.keep(&from, found.hash)?;
        Ok((found, pin))
    })
    .await?;
    let picture = thumbnails::of_new(app, found.hash, &found.kind).await;
    Ok(Arrived { name, size: found.size, kind: found.kind, hash: found.hash, picture, _pin: pin })
}

/// Puts files into a message of this author that was sent at this moment, in microseconds since 1970.
pub(crate) fn put_in(
    draft: &mut Draft<'_>,
    files: &[Arc<Arrived>],
    owner: UserId,
    message: Place,
    micros: i64,
) -> Vec<FileView> {
    let first = BROUGHT - micros.saturating_mul(APART);
    let mut views = Vec::with_capacity(files.len());
    for (place, file) in (first..).zip(files) {
        let view = FileView {
            id: FileId::generate(),
            name: file.name.clone(),
            size: file.size,
            kind: file.kind.clone(),
            width: file.picture.map(|(width, _)| width),
            height: file.picture.map(|(_, height)| height),
            has_thumbnail: file.picture.is_some(),
        };
        let created_at = Timestamp::from_millis(micros / 1_000);
        let stored = StoredFile { view: view.clone(), owner, hash: file.hash, created_at, loose: false };
        store::insert_attached(draft, stored, message, place);
        views.push(view);
    }
    views
}
