//! An archive that arrives.

use super::{
    begin, blocking,
    shelf::{self, ImportState, ImportView, MOST, Record},
    slack::{self, ArchiveError},
};
use crate::{
    accounts::Actor,
    admin::{
        audit::{self, Act, By},
        overview::Gauge,
    },
    app::App,
    clock,
    disk::sync_directory,
    error::{AppError, Code},
    files::create_private,
    ids::ImportId,
    permission::{Action, Relation},
    validate,
};
use axum::body::Body;
use futures_util::StreamExt;
use std::{io::ErrorKind, path::PathBuf, sync::Arc, time::Duration};
use tokio::{fs::File, io::AsyncWriteExt};

/// How long a client may be silent in the middle of an archive.
const SILENCE: Duration = Duration::from_secs(30);
/// After how many bytes it is asked again whether the disk has room.
const STRETCH: u64 = 64 << 20;

/// A file that is gone when this is, unless it was moved.
struct Arriving(PathBuf);

impl Drop for Arriving {
    fn drop(&mut self) {
        // It is not there after a success.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What a client hears of a file that is no export.
fn refused(error: ArchiveError) -> AppError {
    match error {
        ArchiveError::Foreign => AppError::new(Code::ImportForeign),
        ArchiveError::Damaged(_) => AppError::new(Code::ImportDamaged),
        ArchiveError::Io(error) => not_written(error),
    }
}

fn not_written(error: std::io::Error) -> AppError {
    if error.kind() == ErrorKind::StorageFull { AppError::new(Code::DiskFull) } else { AppError::internal(error) }
}

/// Takes an archive as it arrives, and begins to read it. Nothing is brought by that.
///
/// # Errors
/// `forbidden`; `import_foreign`, `import_damaged`; `disk_full`; `busy` when the client fell silent; `validation` when
/// too many are kept.
pub(super) async fn bring(
    app: &Arc<App>,
    actor: &Actor,
    (name, length): (Option<String>, Option<u64>),
    body: Body,
) -> Result<ImportView, AppError> {
    actor.require(Action::ImportTeam, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let name =
        validate::line(name.as_deref().unwrap_or_default(), 0, 200).map_err(|why| AppError::field("name", why))?;
    let name = if name.is_empty() { "slack-export.zip".to_owned() } else { name };
    let id = ImportId::generate();
    let folder = shelf::folder(app);
    let arriving = Arriving(shelf::arriving(&folder, id));
    let (path, place) = (arriving.0.clone(), folder.clone());
    let made = blocking(move || {
        std::fs::create_dir_all(&place)?;
        if shelf::all(&place).len() >= MOST { Ok(None) } else { create_private(&path).map(Some) }
    });
    let Some(file) = made.await? else {
        return Err(AppError::field("", format!("{MOST} archives are kept already; remove one")));
    };
    let bytes = receive(app, File::from_std(file), length, body).await?;
    let record = Record {
        id,
        name,
        bytes,
        uploaded_at: clock::now(),
        uploaded_by: actor.user,
        state: ImportState::Unread,
        plan: None,
        made: None,
        failure: None,
        ended_at: None,
    };
    let kept = record.clone();
    let looked = tokio::task::spawn_blocking(move || -> Result<(), AppError> {
        slack::inspect(&arriving.0).map_err(refused)?;
        std::fs::rename(&arriving.0, shelf::archive(&folder, id)).map_err(not_written)?;
        shelf::write(&folder, &kept).map_err(not_written)?;
        sync_directory(&folder).map_err(not_written)
    });
    looked.await.map_err(AppError::internal)??;
    audit::tell(app, Act::ImportUploaded, By::from(actor), None, record.name.clone()).await;
    tracing::info!(import.id = %id, user.id = %actor.user, bytes, "an archive was uploaded");
    // While another one is read, somebody has to ask for it later.
    match begin(app, actor, record.clone(), slack::Mode::Look) {
        Err(_) => Ok(shelf::view(record, None)),
        begun => begun,
    }
}

/// Writes what arrives as long as the disk has room, and says how much it was.
///
/// # Errors
/// `disk_full`; `busy` when the client fell silent; `validation` when it broke off.
async fn receive(app: &Arc<App>, mut file: File, length: Option<u64>, body: Body) -> Result<u64, AppError> {
    let room = |more: u64| match Gauge::free(&app.config) {
        Some(free) if free < more.saturating_add(app.config.reserve) => Err(AppError::new(Code::DiskFull)),
        _ => Ok(()),
    };
    room(length.unwrap_or_default())?;
    let mut pieces = body.into_data_stream();
    let (mut since, mut bytes) = (0, 0);
    loop {
        let next = tokio::time::timeout(SILENCE, pieces.next()).await;
        let Some(piece) = next.map_err(|_| AppError::later(Code::Busy, Duration::from_secs(1)))? else { break };
        let piece = piece.map_err(|_| AppError::field("body", "could not be read"))?;
        since += piece.len() as u64;
        bytes += piece.len() as u64;
        if since > STRETCH {
            since = 0;
            room(0)?;
        }
        file.write_all(&piece).await.map_err(not_written)?;
    }
    file.flush().await.map_err(not_written)?;
    file.sync_all().await.map_err(not_written)?;
    Ok(bytes)
}

/// Removes what was arriving when the process ended.
pub(crate) fn tidy(app: &App) {
    shelf::tidy(&shelf::folder(app));
    super::out::tidy(app);
}
