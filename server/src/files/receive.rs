//! A file that arrives in one piece, as a form sends it. It goes to the disk as it comes.

use super::{FileView, intake, uploads::create_private};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Code},
    ids::FileId,
};
use axum::extract::{
    Multipart,
    multipart::{Field, MultipartError},
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{fs::File, io::AsyncWriteExt};

/// How long a client may be silent in the middle of a file.
const SILENCE: Duration = Duration::from_secs(30);

/// Takes the file out of a form.
///
/// # Errors
/// `validation` without a part `file`; `payload_too_large`, `quota_exceeded`, `disk_full`.
pub(super) async fn receive(app: &Arc<App>, actor: &Actor, mut form: Multipart) -> Result<FileView, AppError> {
    app.limits.changes.take(&actor.user)?;
    intake::check_room(app, &app.journal.directory(), actor.user, 0)?;
    while let Some(mut field) = in_time(form.next_field()).await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let id = FileId::generate();
        let arriving = Arriving(app.blobs.uploads().join(format!("{id}.arriving")));
        write(app, actor, &mut field, &arriving.0).await?;
        return intake::finish(app, actor, id, &name, arriving.0.clone()).await;
    }
    Err(AppError::field("file", "is missing"))
}

async fn write(app: &Arc<App>, actor: &Actor, field: &mut Field<'_>, path: &std::path::Path) -> Result<(), AppError> {
    let made = path.to_owned();
    let file = intake::blocking(move || create_private(&made)).await?;
    let mut file = File::from_std(file);
    let mut size = 0;
    while let Some(piece) = in_time(field.chunk()).await? {
        size += piece.len() as u64;
        intake::check_size(app, &app.journal.directory(), actor.user, size)?;
        file.write_all(&piece).await.map_err(intake::refused)?;
    }
    file.flush().await.map_err(intake::refused)?;
    file.sync_all().await.map_err(intake::refused)
}

async fn in_time<T>(part: impl Future<Output = Result<T, MultipartError>>) -> Result<T, AppError> {
    let part = tokio::time::timeout(SILENCE, part).await;
    part.map_err(|_| AppError::later(Code::Busy, Duration::from_secs(1)))?
        .map_err(|_| AppError::field("file", "could not be read"))
}

/// A file that is gone when this is, unless it was moved.
struct Arriving(PathBuf);

impl Drop for Arriving {
    fn drop(&mut self) {
        // It is not there after a success.
        let _ = std::fs::remove_file(&self.0);
    }
}
