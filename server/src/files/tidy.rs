//! Removing files that nobody needs.

use super::{Blobs, FileHash, LOOSE_FOR, store, uploads};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    error::{AppError, Code},
    ids::FileId,
};
use std::sync::Arc;

/// How many rows are removed with one change.
const HANDFUL: usize = 500;

/// Removes those of these bytes to which no row refers any more.
pub(crate) async fn collect(app: &Arc<App>, hashes: Vec<FileHash>) {
    if !hashes.is_empty() {
        sweep(app, move |_| hashes).await;
    }
}

/// Removes those of these bytes to which no row refers, on a thread that may wait for the disk.
async fn sweep(app: &Arc<App>, these: impl FnOnce(&Blobs) -> Vec<FileHash> + Send + 'static) {
    let hub = Arc::clone(app);
    let swept = tokio::task::spawn_blocking(move || {
        // Asked while nobody can begin to need them.
        hub.blobs.remove_unreferenced(&these(&hub.blobs), |hash| hub.journal.directory().files.refers_to(hash));
    });
    if let Err(error) = swept.await {
        tracing::warn!(%error, "files that nobody needs were not removed");
    }
}

/// Removes a file that is in no message.
///
/// # Errors
/// `not_found` when it is not there or somebody else's; `conflict` when it is in a message.
pub(super) async fn discard(app: &Arc<App>, actor: &Actor, id: FileId) -> Result<(), AppError> {
    let file = store::find(&app.database, id).await.map_err(AppError::internal)?;
    let file = file.filter(|file| file.owner == actor.user).ok_or_else(|| AppError::not_found("File"))?;
    let actor = actor.clone();
    let hash = file.hash;
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            if draft.directory.files.loose(id).is_none_or(|loose| loose.owner != actor.user) {
                return Err(AppError::new(Code::Conflict));
            }
            store::delete(draft, id, file.owner, file.view.size, file.hash);
            Ok(())
        })
        .await?;
    collect(app, vec![hash]).await;
    Ok(())
}

/// Gives up uploads whose time is over, removes files that no message took, and bytes to which no row refers. Says how
/// many files those were.
///
/// # Errors
/// As the journal.
pub async fn tidy(app: &Arc<App>, now: Timestamp) -> Result<usize, AppError> {
    uploads::expire(app, now).await;
    let removed = app
        .journal
        .commit(move |draft| {
            let over: Vec<_> = draft
                .directory
                .files
                .all_loose()
                .filter(|file| now.since(file.created_at) > LOOSE_FOR)
                .take(HANDFUL)
                .cloned()
                .collect();
            for file in &over {
                store::delete(draft, file.view.id, file.owner, file.view.size, file.hash);
            }
            Ok(over.len())
        })
        .await?;
    if removed > 0 {
        tracing::info!(files = removed, "files that no message took were removed");
    }
    sweep(app, |blobs| blobs.all().into_iter().collect()).await;
    Ok(removed)
}
