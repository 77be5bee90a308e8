//! Bringing the bytes of files that are in the archive.

use super::{
    Failure, Job, Mode, Report,
    archive::{Archive, Unread},
    said::Enclosed,
};
use crate::{
    error::{AppError, Code},
    files::{self, Arrived},
    moving::problems::Kind,
};
use std::{
    io::{BufWriter, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// Reads files out of the archive, beside the thread that reads messages.
pub(super) struct Files {
    job: Job,
    report: Report,
    /// Opened for the first file.
    archive: Arc<Mutex<Option<Archive>>>,
}

impl Files {
    pub(super) fn new(job: &Job, report: Report) -> Self {
        Self { job: job.clone(), report, archive: Arc::default() }
    }

    /// Takes a file in, and says how many bytes it has; when only looking, what the archive claims. `None` for one that
    /// cannot be brought, which is noted.
    pub(super) async fn take(
        &mut self,
        place: &str,
        file: &Enclosed,
    ) -> Result<Option<(u64, Option<Arc<Arrived>>)>, Failure> {
        let largest = match self.job.app.config.files.largest {
            0 => u64::MAX,
            largest => largest,
        };
        if file.bytes > largest {
            self.report.with().note(Kind::FileTooLarge, place, &file.name);
            return Ok(None);
        }
        if self.job.mode == Mode::Look {
            return Ok(Some((file.bytes, None)));
        }
        let (archive, from, index) = (Arc::clone(&self.archive), self.job.path.clone(), file.index);
        let to = files::arriving(&self.job.app.blobs);
        let path = to.clone();
        let copied = tokio::task::spawn_blocking(move || -> Result<Result<u64, Unread>, Failure> {
            let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
            let archive = match &mut *archive {
                Some(archive) => archive,
                none => none.insert(Archive::open(&from)?),
            };
            let made = files::create_private(&path).map_err(anyhow::Error::from)?;
            let mut made = BufWriter::new(made);
            let copied = archive.copy(index, largest, &mut made);
            let synced = made.flush().and_then(|()| made.get_ref().sync_all()).map_err(Unread::Disk);
            Ok(copied.and_then(|bytes| synced.map(|()| bytes)))
        });
        let copied = copied.await.map_err(anyhow::Error::from)??;
        let noted = match copied {
            Ok(bytes) => {
                let taken = files::take_in(&self.job.app, &file.name, &to).await;
                remove(&to);
                return Ok(Some((bytes, Some(Arc::new(taken?)))));
            }
            Err(Unread::TooLarge) => Kind::FileTooLarge,
            Err(Unread::Damaged) => Kind::FileUnreadable,
            Err(Unread::Disk(error)) => {
                remove(&to);
                let full = error.kind() == std::io::ErrorKind::StorageFull;
                return Err(if full { AppError::new(Code::DiskFull) } else { AppError::internal(error) }.into());
            }
        };
        remove(&to);
        self.report.with().note(noted, place, &file.name);
        Ok(None)
    }
}

fn remove(path: &std::path::Path) {
    // It was moved where it was taken.
    let _ = std::fs::remove_file(path);
}
