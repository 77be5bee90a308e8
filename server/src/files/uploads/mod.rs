//! Uploads that are under way: begun, gone on with after whatever interrupted them, ended or given up.
//!
//! The part that is there and what is known of it are two files in the data directory. An upload stands where the
//! last sync to disk left it, so a client never goes on from bytes that a power cut took. Only one request writes at
//! a time; a newer one ends the older, because that is what a client does whose connection has died unnoticed.

mod append;
mod part;

pub(super) use append::{Checksum, Part, append};
use part::Info;
pub(crate) use part::create_private;

use super::{Blobs, MOST_UPLOADS, UPLOAD_FOR, intake, store};
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    error::{AppError, Code},
    ids::{FileId, UserId},
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// Every upload that is under way.
#[derive(Default, Debug)]
pub struct Uploads(Mutex<HashMap<FileId, Arc<Upload>>>);

/// One of them.
#[derive(Debug)]
pub(super) struct Upload {
    id: FileId,
    owner: UserId,
    name: String,
    /// How long the file will be.
    length: u64,
    path: PathBuf,
    /// Whoever holds it may write.
    state: tokio::sync::Mutex<State>,
    /// Ends whoever writes now.
    writer: Mutex<CancellationToken>,
}

#[derive(Debug)]
struct State {
    /// How much is there, and on the disk.
    offset: u64,
    expires_at: Timestamp,
    gone: bool,
}

/// How far an upload is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Standing {
    pub(super) offset: u64,
    pub(super) length: u64,
    /// When it is given up; `None` once it is a file.
    pub(super) expires_at: Option<Timestamp>,
}

impl Uploads {
    /// What an earlier process left under way. What cannot be gone on with is removed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(blobs: &Blobs) -> std::io::Result<Self> {
        let folder = &blobs.uploads();
        let mut found = HashMap::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let named = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            let upload = named.filter(|_| path.extension().is_some_and(|ending| ending == part::INFO));
            let Some(id) = upload else { continue };
            if let Some(upload) = Upload::read(folder, id) {
                found.insert(id, Arc::new(upload));
            }
        }
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            if !stem.is_some_and(|id: FileId| found.contains_key(&id)) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(Self(Mutex::new(found)))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<FileId, Arc<Upload>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many a person has, and how many bytes they will be.
    fn of(&self, person: UserId) -> (usize, u64) {
        let all = self.all();
        let theirs = all.values().filter(|upload| upload.owner == person);
        theirs.fold((0, 0), |(count, bytes), upload| (count + 1, bytes + upload.length))
    }
}

impl Upload {
    fn read(folder: &Path, id: FileId) -> Option<Self> {
        let info = Info::read(folder, id).ok()?;
        let path = part::data_path(folder, id);
        part::cut(&path, info.offset).ok()?;
        Some(Self::new(id, info, path))
    }

    fn new(id: FileId, info: Info, path: PathBuf) -> Self {
        let Info { owner, name, length, offset, expires_at } = info;
        let state = tokio::sync::Mutex::new(State { offset, expires_at, gone: false });
        Self { id, owner, name, length, path, state, writer: Mutex::default() }
    }

    fn info(&self, state: &State) -> Info {
        let State { offset, expires_at, .. } = *state;
        Info { owner: self.owner, name: self.name.clone(), length: self.length, offset, expires_at }
    }

    fn standing(&self, state: &State) -> Standing {
        Standing { offset: state.offset, length: self.length, expires_at: Some(state.expires_at) }
    }

    /// Ends whoever writes, and gives what ends the next one.
    fn interrupt(&self) -> CancellationToken {
        let next = CancellationToken::new();
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *writer, next.clone()).cancel();
        next
    }
}

/// Begins an upload of a file of this name and length.
///
/// # Errors
/// `payload_too_large`, `quota_exceeded`, `rate_limited`, `disk_full`.
pub(super) async fn create(app: &Arc<App>, actor: &Actor, name: &str, length: u64) -> Result<FileId, AppError> {
    app.limits.changes.take(&actor.user)?;
    let (count, bytes) = app.uploads.of(actor.user);
    if count >= MOST_UPLOADS {
        return Err(AppError::new(Code::QuotaExceeded));
    }
    intake::check_room(app, &app.journal.directory(), actor.user, length)?;
    if bytes > 0 {
        let most = app.config.files.per_person;
        let taken = app.journal.directory().files.bytes_of(actor.user).saturating_add(bytes);
        if most > 0 && taken.saturating_add(length) > most {
            return Err(AppError::new(Code::QuotaExceeded));
        }
    }
    let id = FileId::generate();
    let expires_at = clock::now().plus(UPLOAD_FOR);
    let info = Info { owner: actor.user, name: super::names::safe(name), length, offset: 0, expires_at };
    let folder = app.blobs.uploads();
    let upload = intake::blocking(move || {
        let path = part::data_path(&folder, id);
        create_private(&path)?.sync_all()?;
        info.write(&folder, id)?;
        Ok(Upload::new(id, info, path))
    })
    .await?;
    app.uploads.all().insert(id, Arc::new(upload));
    if length == 0 {
        settle(app, actor, id).await?;
    }
    Ok(id)
}

fn find(app: &App, actor: &Actor, id: FileId) -> Option<Arc<Upload>> {
    app.uploads.all().get(&id).filter(|upload| upload.owner == actor.user).cloned()
}

/// How far an upload is. Ends whoever writes to it: the client that asks means to go on itself.
///
/// # Errors
/// `not_found` when there is none, or it is somebody else's; what [`intake::finish`] says.
pub(super) async fn standing(app: &Arc<App>, actor: &Actor, id: FileId) -> Result<Standing, AppError> {
    let Some(upload) = find(app, actor, id) else { return finished(app, actor, id).await };
    upload.interrupt();
    let (length, state) = (upload.length, upload.state.lock().await);
    let (standing, gone) = (upload.standing(&state), state.gone);
    drop(state);
    if gone {
        return finished(app, actor, id).await;
    }
    if standing.offset < length {
        return Ok(standing);
    }
    // All of it is there, but it did not become a file.
    settle(app, actor, id).await
}

/// How far the upload was of what is a file now.
async fn finished(app: &App, actor: &Actor, id: FileId) -> Result<Standing, AppError> {
    let file = store::find(&app.database, id).await.map_err(AppError::internal)?;
    let file = file.filter(|file| file.owner == actor.user).ok_or_else(|| AppError::not_found("Upload"))?;
    Ok(Standing { offset: file.view.size, length: file.view.size, expires_at: None })
}

/// Makes an upload that is all there a file.
async fn settle(app: &Arc<App>, actor: &Actor, id: FileId) -> Result<Standing, AppError> {
    let Some(upload) = find(app, actor, id) else { return finished(app, actor, id).await };
    let mut state = upload.state.lock().await;
    if !state.gone && state.offset == upload.length {
        make_file(app, actor, &upload, &mut state).await?;
    }
    drop(state);
    finished(app, actor, id).await
}

/// Makes a file of it. Whoever calls this holds its state.
async fn make_file(app: &Arc<App>, actor: &Actor, upload: &Upload, state: &mut State) -> Result<(), AppError> {
    // A link to the bytes goes through the store; should it fail, they are still here for the next try.
    let (from, link) = (upload.path.clone(), upload.path.with_extension(part::WHOLE));
    let whole = link.clone();
    intake::blocking(move || {
        match std::fs::remove_file(&link) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::hard_link(&from, &link).or_else(|_| std::fs::copy(&from, &link).map(drop))?;
        std::fs::File::open(&link)?.sync_all()
    })
    .await?;
    intake::finish(app, actor, upload.id, &upload.name, whole).await?;
    forget(app, upload, state).await;
    Ok(())
}

/// Removes what is left of an upload.
async fn forget(app: &Arc<App>, upload: &Upload, state: &mut State) {
    state.gone = true;
    app.uploads.all().remove(&upload.id);
    let (folder, id) = (app.blobs.uploads(), upload.id);
    let removed = intake::blocking(move || part::remove(&folder, id)).await;
    if let Err(error) = removed {
        tracing::warn!(%error, file.id = %id, "an upload left something behind");
    }
}

/// Gives an upload up; a file that it became and that is in no message is removed.
///
/// # Errors
/// `not_found`; `conflict` when the file is in a message.
pub(super) async fn terminate(app: &Arc<App>, actor: &Actor, id: FileId) -> Result<(), AppError> {
    let Some(upload) = find(app, actor, id) else { return super::tidy::discard(app, actor, id).await };
    upload.interrupt();
    let mut state = upload.state.lock().await;
    if state.gone {
        drop(state);
        return super::tidy::discard(app, actor, id).await;
    }
    forget(app, &upload, &mut state).await;
    Ok(())
}

/// Gives up those whose time is over.
pub(super) async fn expire(app: &Arc<App>, now: Timestamp) {
    let all: Vec<_> = app.uploads.all().values().cloned().collect();
    for upload in all {
        // One that is being written to is not over.
        let Ok(mut state) = upload.state.try_lock() else { continue };
        if !state.gone && state.expires_at <= now {
            forget(app, &upload, &mut state).await;
        }
    }
}
