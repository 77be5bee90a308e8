//! Writing the next part of an upload.

use super::{Standing, State, Upload, find, make_file};
use crate::{
    accounts::Actor,
    app::App,
    clock,
    error::{AppError, Code},
    files::{UPLOAD_FOR, intake},
    ids::FileId,
};
use axum::body::Body;
use futures_util::StreamExt;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::{io::SeekFrom, sync::Arc, time::Duration};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncSeekExt, AsyncWriteExt},
};
use tokio_util::sync::CancellationToken;

/// How much is written before it is synced, so that an interruption costs no more than this.
const STRIDE: u64 = 8 << 20;
/// How long a client may be silent in the middle of a part.
const SILENCE: Duration = Duration::from_secs(30);

/// A part of an upload, as a client sends it.
pub(in crate::files) struct Part {
    /// Where it begins.
    pub(in crate::files) offset: u64,
    pub(in crate::files) checksum: Option<Checksum>,
    pub(in crate::files) body: Body,
}

/// What a part's bytes have to hash to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::files) enum Checksum {
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

/// The hash of what has been written so far.
enum Hashing {
    Nothing,
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hashing {
    fn of(checksum: Option<&Checksum>) -> Self {
        match checksum {
            None => Self::Nothing,
            Some(Checksum::Sha1(_)) => Self::Sha1(sha1::Digest::new()),
            Some(Checksum::Sha256(_)) => Self::Sha256(Sha256::new()),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Nothing => {}
            Self::Sha1(hash) => sha1::Digest::update(hash, bytes),
            Self::Sha256(hash) => hash.update(bytes),
        }
    }

    fn fits(self, checksum: Option<&Checksum>) -> bool {
        match (self, checksum) {
            (Self::Sha1(hash), Some(Checksum::Sha1(wanted))) => sha1::Digest::finalize(hash).as_slice() == wanted,
            (Self::Sha256(hash), Some(Checksum::Sha256(wanted))) => hash.finalize().as_slice() == wanted,
            _ => checksum.is_none(),
        }
    }
}

/// Adds a part, and makes a file of the upload when it was the last.
///
/// # Errors
/// `not_found`; `upload_offset` when it does not begin where the upload stands; `payload_too_large` for more than was
/// announced; `checksum_mismatch`; `busy` when a newer request took over; `disk_full`.
pub(in crate::files) async fn append(
    app: &Arc<App>,
    actor: &Actor,
    id: FileId,
    part: Part,
) -> Result<Standing, AppError> {
    let upload = find(app, actor, id).ok_or_else(|| AppError::not_found("Upload"))?;
    let stop = upload.interrupt();
    // In a task of its own: when the connection is lost, what has arrived is still to be kept.
    let (hub, actor) = (Arc::clone(app), actor.clone());
    let writing = app.tasks.spawn(async move {
        let mut state = upload.state.lock().await;
        if state.gone {
            return Err(AppError::not_found("Upload"));
        }
        write(&hub, &upload, &mut state, part, &stop).await?;
        let standing = upload.standing(&state);
        if state.offset < upload.length {
            return Ok(standing);
        }
        make_file(&hub, &actor, &upload, &mut state).await?;
        Ok(Standing { expires_at: None, ..standing })
    });
    writing.await.map_err(AppError::internal)?
}

async fn write(
    app: &App,
    upload: &Upload,
    state: &mut State,
    part: Part,
    stop: &CancellationToken,
) -> Result<(), AppError> {
    if part.offset != state.offset {
        return Err(AppError::new(Code::UploadOffset));
    }
    let start = state.offset;
    let mut file = OpenOptions::new().write(true).open(&upload.path).await.map_err(intake::refused)?;
    // What an interrupted part left after the last sync does not count.
    file.set_len(start).await.map_err(intake::refused)?;
    file.seek(SeekFrom::Start(start)).await.map_err(intake::refused)?;
    let outcome = take(app, upload, state, part, (&mut file, stop)).await;
    if outcome.as_ref().is_err_and(|refusal| refusal.code == Code::ChecksumMismatch) {
        state.offset = start;
        file.set_len(start).await.map_err(intake::refused)?;
    }
    let flushed = file.flush().await;
    outcome?;
    flushed.map_err(intake::refused)
}

async fn take(
    app: &App,
    upload: &Upload,
    state: &mut State,
    Part { checksum, body, .. }: Part,
    (file, stop): (&mut File, &CancellationToken),
) -> Result<(), AppError> {
    let mut hash = Hashing::of(checksum.as_ref());
    let mut pieces = body.into_data_stream();
    let mut written = state.offset;
    let ended = loop {
        let piece = tokio::select! {
            // What has arrived counts, whoever waits to take over.
            biased;
            piece = pieces.next() => piece,
            () = tokio::time::sleep(SILENCE) => break Err(AppError::later(Code::Busy, Duration::from_secs(1))),
            () = stop.cancelled() => break Err(AppError::later(Code::Busy, Duration::from_secs(1))),
            () = app.shutdown.cancelled() => break Err(AppError::later(Code::Busy, Duration::from_secs(5))),
        };
        let piece = match piece {
            None => break Ok(()),
            Some(Ok(piece)) => piece,
            Some(Err(_)) => break Err(AppError::field("body", "was cut off")),
        };
        if written + piece.len() as u64 > upload.length {
            break Err(AppError::new(Code::PayloadTooLarge));
        }
        if let Err(error) = file.write_all(&piece).await {
            break Err(intake::refused(error));
        }
        hash.add(&piece);
        written += piece.len() as u64;
        if checksum.is_none() && written - state.offset >= STRIDE {
            sync(app, upload, state, file, written).await?;
        }
    };
    // A part with a checksum counts whole or not at all; of another, what has arrived counts.
    if checksum.is_some() {
        ended?;
        if !hash.fits(checksum.as_ref()) {
            return Err(AppError::new(Code::ChecksumMismatch));
        }
        return sync(app, upload, state, file, written).await;
    }
    sync(app, upload, state, file, written).await?;
    ended
}

/// Makes what was written count.
async fn sync(app: &App, upload: &Upload, state: &mut State, file: &mut File, written: u64) -> Result<(), AppError> {
    file.flush().await.map_err(intake::refused)?;
    file.sync_data().await.map_err(intake::refused)?;
    state.offset = written;
    state.expires_at = clock::now().plus(UPLOAD_FOR);
    let (info, folder, id) = (upload.info(state), app.blobs.uploads(), upload.id);
    intake::blocking(move || info.write(&folder, id)).await
}
