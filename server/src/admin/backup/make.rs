//! Making a backup while the hub goes on.
//!
//! The rows of one moment stream from the database to a thread that writes them; only a few hundred
//! are in memory at once. The file has another name until it is whole and on the disk.

use super::{
    archive,
    lines::LineError,
    manifest::{Cause, FORMAT, FileList, Manifest, Table, VERSION},
    restore::stamp,
    store,
};
use crate::{
    admin::audit::{self, Act},
    clock,
    database::{CopyError, Database, DirectoryLock, LockError, Place, applied_steps, newest_schema},
    disk,
    files::FOLDER,
    http::host_label,
    ids::{BackupId, HubId},
};
use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// What the name of every backup ends with.
pub(super) const ENDING: &str = ".hearth.zip";
/// What the name of a backup in the making begins with, before the hub's id.
pub(super) const MAKING: &str = "making-";

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("there is no team here yet, so there is nothing to back up")]
    NoTeam,
    #[error("the disk is full")]
    DiskFull,
    #[error("{0}; a hub that runs makes its backups itself, under Admin")]
    InUse(LockError),
    #[error("the backup could not be written: {0:#}")]
    Other(#[from] anyhow::Error),
}

impl From<LineError> for BackupError {
    fn from(error: LineError) -> Self {
        match error {
            LineError::Io(cause) => cause.into(),
            other => Self::Other(other.into()),
        }
    }
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::StorageFull { Self::DiskFull } else { Self::Other(error.into()) }
    }
}

impl From<CopyError> for BackupError {
    fn from(error: CopyError) -> Self {
        Self::Other(error.into())
    }
}

impl From<surrealdb::Error> for BackupError {
    fn from(error: surrealdb::Error) -> Self {
        Self::Other(error.into())
    }
}

/// Where a backup is put.
#[derive(Clone, Debug)]
pub enum Target {
    /// Under a name of its own in this folder.
    Folder(PathBuf),
    /// Exactly here. What was here before is replaced.
    File(PathBuf),
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub path: PathBuf,
    pub manifest: Manifest,
}

/// Which backup is made, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct What {
    pub(super) id: BackupId,
    pub(super) cause: Cause,
}

/// How fast a backup may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pace {
    /// Nobody waits for anything else.
    Full,
    /// People are talking: after every handful of rows it rests twice as long as that took.
    Gentle,
}

impl Pace {
    pub(super) fn rest(self, took: Duration) {
        if self == Self::Gentle {
            std::thread::sleep(took * 2);
        }
    }
}

/// Makes a backup of a hub that does not run.
///
/// # Errors
/// [`BackupError`].
pub async fn back_up(data: &Path, target: Target) -> Result<Made, BackupError> {
    if !data.join("database").exists() && !data.join("restore.json").exists() {
        return Err(BackupError::NoTeam);
    }
    let _lock = DirectoryLock::take(data).map_err(|error| match error {
        LockError::Held { .. } => BackupError::InUse(error),
        LockError::Io { .. } => BackupError::Other(error.into()),
    })?;
    super::settle(data)?;
    let database = Database::open(Place::Disk(&data.join("database"))).await?;
    let what = What { id: BackupId::generate(), cause: Cause::Hand };
    let made = make(&database, &data.join(FOLDER), target, what, Pace::Full, &Arc::default()).await;
    if let Ok(made) = &made
        && let Err(error) = note_made(&database, &made.path).await
    {
        tracing::warn!(%error, "a backup could not be written to the audit log");
    }
    database.close().await?;
    made
}

/// Notes a backup from the command line in the audit log, if the data is of this version: no other is written to here.
async fn note_made(database: &Database, path: &Path) -> anyhow::Result<()> {
    let newest = applied_steps(database).await?.last().map(|step| step.number);
    if newest != Some(newest_schema()) {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    audit::write_offline(database, Act::BackupMade, clock::now(), &name).await
}

/// Makes a backup of an open database, and of the bytes in `files` that its rows name. None of them may be removed
/// meanwhile. `written` counts the rows as they are written.
///
/// # Errors
/// [`BackupError`]; no file stays behind then.
pub(super) async fn make(
    database: &Database,
    files: &Path,
    target: Target,
    What { id, cause }: What,
    pace: Pace,
    written: &Arc<AtomicU64>,
) -> Result<Made, BackupError> {
    let hub = store::hub(database).await?.ok_or(BackupError::NoTeam)?;
    let (folder, asked) = match target {
        Target::Folder(folder) => (folder, None),
        Target::File(path) => (path.parent().unwrap_or(Path::new("")).to_owned(), Some(path)),
    };
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let temporary = Temporary(folder.join(format!("{MAKING}{hub}-{id}.part")));
    let wanted = store::wanted(database.tables().await?);
    let schema = applied_steps(database).await?;
    let made_at = clock::now();

    let (handfuls, mut taken) = mpsc::channel(2);
    let names: Vec<_> = wanted.iter().map(|wanted| wanted.table.clone()).collect();
    let (path, written) = (temporary.0.clone(), Arc::clone(written));
    let writing = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut lines = archive::create(&path, names)?;
        let mut since = Instant::now();
        while let Some(handful) = taken.blocking_recv() {
            lines.add(&handful)?;
            written.fetch_add(handful.rows.len() as u64, Ordering::Relaxed);
            // The reading waits too: no more than a few handfuls are ahead of this.
            pace.rest(since.elapsed());
            since = Instant::now();
        }
        Ok::<_, BackupError>(lines)
    });
    let read = database.read_all(&wanted, handfuls).await;
    let lines = writing.await.map_err(anyhow::Error::from)??;
    read?;
    let (Some(team), Some(found)) = (lines.team.clone(), lines.hub) else { return Err(BackupError::NoTeam) };
    let files = files.to_owned();
    let manifest = move |tables: Vec<Table>, files: Option<FileList>| Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        id,
        hub: found,
        team,
        made_at,
        cause,
        hearth: env!("CARGO_PKG_VERSION").to_owned(),
        schema,
        tables,
        files,
    };
    tokio::task::spawn_blocking(move || {
        let manifest = archive::finish(lines, &files, |worked| pace.rest(worked), manifest)?;
        let path = asked.unwrap_or_else(|| free_name(&folder, &manifest));
        std::fs::rename(&temporary.0, &path)?;
        disk::sync_directory(&folder)?;
        Ok(Made { path, manifest })
    })
    .await
    .map_err(anyhow::Error::from)?
}

/// A name that says which team and when, and that nothing has yet.
pub(super) fn free_name(folder: &Path, manifest: &Manifest) -> PathBuf {
    let name = format!("{}-{}", host_label(&manifest.team), stamp(manifest.made_at));
    let mut path = folder.join(format!("{name}{ENDING}"));
    let mut number = 1;
    while path.exists() {
        number += 1;
        path = folder.join(format!("{name}-{number}{ENDING}"));
    }
    path
}

/// A file that is gone when this is, unless it was renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is not there after a success.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Removes what a backup left behind that was stopped by the end of the process.
pub(super) fn tidy(folder: &Path, hub: HubId) {
    let begins = format!("{MAKING}{hub}-");
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(&begins)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
