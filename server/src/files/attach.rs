//! Files and the messages that they are in.

use super::{
    FileHash, FileView, MOST_IN_MESSAGE,
    store::{self, FileRow},
};
use crate::{
    accounts::Actor,
    app::App,
    error::AppError,
    ids::{ChannelId, FileId},
    journal::Draft,
};
use std::collections::BTreeSet;

/// How far the places of two events are apart; a message with all its files fits in between.
const APART: i64 = 32;
const _: () = assert!(MOST_IN_MESSAGE < 32);

/// Bounds the files that a message is to have.
///
/// # Errors
/// What is wrong with them, to read on after the field's name.
pub(crate) fn check_ids(files: &[FileId]) -> Result<(), String> {
    if files.len() > MOST_IN_MESSAGE {
        return Err(format!("has more than {MOST_IN_MESSAGE} files"));
    }
    if files.iter().collect::<BTreeSet<_>>().len() != files.len() {
        return Err("has a file twice".to_owned());
    }
    Ok(())
}

/// A message that is being written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) conversation: ChannelId,
    pub(crate) number: u32,
    /// Among whose files it is listed: the conversation, and for a thread, that of its root.
    pub(crate) home: ChannelId,
}

/// Puts files into a message that is being written.
///
/// # Errors
/// `not_found` for a file that is not the actor's, or is in a message already.
pub(crate) fn attach(
    draft: &mut Draft<'_>,
    actor: &Actor,
    files: &[FileId],
    message: Place,
) -> Result<Vec<FileView>, AppError> {
    let mut views = Vec::with_capacity(files.len());
    for id in files {
        let file = draft.directory.files.loose(*id).filter(|file| file.owner == actor.user);
        views.push(file.ok_or_else(|| AppError::not_found("File"))?.view.clone());
    }
    let first = -draft.position().saturating_mul(APART);
    for (place, id) in (first..).zip(files) {
        store::attach(draft, *id, message, place);
    }
    Ok(views)
}

/// The files of a message that may be taken back, as they are stored.
#[derive(Clone, Default, Debug)]
pub(crate) struct Attached(Vec<FileRow>);

/// Reads the files of a message. They stay the same as long as the message is there.
///
/// # Errors
/// `internal`.
pub(crate) async fn attached(app: &App, files: &[FileView]) -> Result<Attached, AppError> {
    let mut rows = Vec::with_capacity(files.len());
    for file in files {
        rows.extend(store::find(&app.database, file.id).await.map_err(AppError::internal)?);
    }
    Ok(Attached(rows))
}

/// Removes the files of a message that is being taken back.
pub(crate) fn release(draft: &mut Draft<'_>, files: &Attached) {
    for file in &files.0 {
        store::delete(draft, file.view.id, file.owner, file.view.size, file.hash);
    }
}

impl Attached {
    /// The bytes that may be needed no more.
    pub(crate) fn hashes(&self) -> Vec<FileHash> {
        self.0.iter().map(|file| file.hash).collect()
    }
}
