//! Making a data directory out of a backup.
//!
//! The rows go into a new database beside the one that is there. That is then read again and
//! compared with the backup, table by table, and looked at as a start would, before anything is put
//! in its place (see [`swap`]).
//!
//! The bytes of files go into a folder of their own beside it, each checked against its hash.
//!
//! What a restore changes: scheduled messages whose moment has passed wait for their authors, because they may
//! have been sent since the backup; the log gets a new name, because events with the same positions will now
//! be others, so every client loads afresh. Nobody is signed in any more; API tokens, invitations
//! and passwords are as they were.

use super::{
    archive::Archive,
    lines::{LineError, Lines, Nowhere},
    make::Pace,
    manifest::Manifest,
    store, swap,
};
use crate::{
    accounts, chat,
    clock::{self, Timestamp},
    commands,
    database::{
        CopyError, Database, DirectoryLock, Failure, Handful, LockError, Place, Writer, migrate, migrate_to,
        note_writer,
    },
    directory::Directory,
    disk, files, hooks, journal, mail, notifications, outgoing, tasks,
};
use serde::Serialize;
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};
use tokio::sync::mpsc;

/// Why a backup was not restored. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A file, but not a backup; or of data that is not Hearth's.
    #[error("this file is not a backup of Hearth")]
    Foreign,
    /// Cut off, altered, or never a whole backup.
    #[error("this backup is damaged: {0}; nothing was changed")]
    Damaged(String),
    #[error(
        "this backup was made by a newer version of Hearth ({hearth}); install that version or newer, nothing was changed"
    )]
    Newer { hearth: String },
    #[error("{path} cannot be read: {cause}", path = path.display())]
    Read { path: PathBuf, cause: std::io::Error },
    /// Another process has the data directory.
    #[error("{0}; stop it first")]
    InUse(LockError),
    #[error("the disk is full; nothing was changed")]
    DiskFull,
    /// Anything else.
    #[error("the backup could not be restored: {0:#}")]
    Other(#[from] anyhow::Error),
}

/// What a restore is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Rows are read from the backup.
    Loading,
    /// The rows that were written are compared with the backup.
    Checking,
    /// The database is put in its place.
    Finishing,
}

/// How far a restore is, in rows of its step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    pub step: Step,
    pub done: u64,
    pub total: u64,
}

/// What was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the backup says about itself.
    pub manifest: Manifest,
    /// Where the database that was there before is kept.
    pub kept: Option<PathBuf>,
}

/// What a backup says about itself, without reading more of it than that.
///
/// # Errors
/// [`RestoreError`], when it cannot be one that this version restores.
pub async fn inspect(file: &Path) -> Result<Manifest, RestoreError> {
    let file = file.to_owned();
    blocking(move || Archive::open(&file).map(|archive| archive.manifest)).await
}

/// Makes `data` the data directory of the team in this backup. Whatever team was there before is
/// kept beside it. `progress` is called often, from any thread, and has to be quick.
///
/// Needs a runtime whose threads have room for the database's deep recursion (8 MiB).
///
/// # Errors
/// [`RestoreError`]; the data directory is then as it was.
pub async fn restore(
    file: &Path,
    data: &Path,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Restored, RestoreError> {
    let progress = Arc::new(progress);
    let path = file.to_owned();
    let archive = blocking(move || Archive::open(&path)).await?;
    let manifest = archive.manifest.clone();
    let _lock = DirectoryLock::take(data).map_err(|error| match error {
        LockError::Held { .. } => RestoreError::InUse(error),
        LockError::Io { .. } => RestoreError::Other(error.into()),
    })?;
    let at = data.to_owned();
    let making = blocking(move || {
        swap::settle(&at)?;
        Ok(swap::making(&at)?)
    })
    .await?;
    let told = Arc::clone(&progress);
    if let Err(error) = make(archive, file, &making, Pace::Full, &told).await {
        let at = data.to_owned();
        // What stays of it is thrown away when the directory is taken the next time.
        let _ = blocking(move || Ok(swap::abandon(&at)?)).await;
        return Err(error);
    }
    progress(Progress { step: Step::Finishing, done: manifest.rows(), total: manifest.rows() });
    let at = data.to_owned();
    let kept = blocking(move || {
        let kept = swap::decide(&at, &stamp(clock::now()), None)?;
        swap::settle(&at)?;
        note_writer(&at, &Writer::this())?;
        Ok(kept)
    })
    .await?;
    Ok(Restored { manifest, kept })
}

/// Does everything that a restore does short of putting it in place: makes the database of a backup in an empty place
/// whose directory is there, and reads it again.
pub(super) async fn rehearse(
    file: &Path,
    place: &Path,
    speed: Pace,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<(), RestoreError> {
    let path = file.to_owned();
    let archive = blocking(move || Archive::open(&path)).await?;
    make(archive, file, place, speed, &Arc::new(progress)).await
}

/// Makes the database of a backup in an empty place.
async fn make(
    archive: Archive,
    file: &Path,
    place: &Path,
    speed: Pace,
    progress: &Arc<impl Fn(Progress) + Send + Sync + 'static>,
) -> Result<(), RestoreError> {
    let manifest = archive.manifest.clone();
    let database = Database::open(Place::Disk(place)).await?;
    let made = async {
        migrate_to(&database, manifest.schema_number()).await.map_err(anyhow::Error::from)?;
        load(&database, archive, speed, progress).await?;
        compare(&database, &manifest, speed, progress).await?;
        // From here on it is changed as a start would change it, and its log gets a new name.
        migrate(&database).await.map_err(anyhow::Error::from)?;
        journal::rename(&database).await.map_err(anyhow::Error::from)?;
        chat::hold_back(&database, clock::now()).await.map_err(anyhow::Error::from)?;
        let root = swap::beside(place);
        let (path, into) = (file.to_owned(), root.clone());
        blocking(move || {
            disk_folders(&into)?;
            Archive::open(&path)?.read_files(&into)
        })
        .await?;
        try_start(&database, &manifest, root).await
    }
    .await;
    let released = database.close().await;
    made?;
    released?;
    let place = place.to_owned();
    blocking(move || Ok(disk::sync_directory(&place).map_err(anyhow::Error::from)?)).await
}

/// Writes every row of the backup.
async fn load(
    database: &Database,
    mut archive: Archive,
    speed: Pace,
    progress: &Arc<impl Fn(Progress) + Send + Sync + 'static>,
) -> Result<(), RestoreError> {
    let names: Vec<_> = archive.manifest.tables.iter().map(|table| table.name.clone()).collect();
    let known = database.tables().await.map_err(anyhow::Error::from)?;
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        return Err(RestoreError::Damaged(format!("its schema has no table {unknown}")));
    }
    let total = archive.manifest.rows();
    let (handfuls, mut taken) = mpsc::channel::<Handful>(2);
    let reading = tokio::task::spawn_blocking(move || {
        for place in 0..archive.manifest.tables.len() {
            archive.read(place, |handful| {
                let unwanted = |_| RestoreError::Other(anyhow::anyhow!("the rows are not taken any more"));
                handfuls.blocking_send(handful).map_err(unwanted)
            })?;
        }
        Ok::<_, RestoreError>(())
    });
    let mut done = 0;
    while let Some(Handful { table, rows }) = taken.recv().await {
        done += rows.len() as u64;
        let since = Instant::now();
        database.insert(&names[table], rows).await.map_err(refused)?;
        if speed == Pace::Gentle {
            tokio::time::sleep(since.elapsed() * 2).await;
        }
        progress(Progress { step: Step::Loading, done, total });
    }
    reading.await.map_err(anyhow::Error::from)?
}

/// What a row means that the database did not take.
fn refused(failure: Failure) -> RestoreError {
    match failure {
        Failure::DiskFull => RestoreError::DiskFull,
        Failure::Taken(table) => RestoreError::Damaged(format!("it has a row of {table} twice")),
        Failure::Other(cause) => RestoreError::Damaged(format!("a row does not fit ({cause:.200})")),
        other => RestoreError::Other(anyhow::anyhow!("{other:?}")),
    }
}

/// Reads what was written and compares it with the backup.
async fn compare(
    database: &Database,
    manifest: &Manifest,
    speed: Pace,
    progress: &Arc<impl Fn(Progress) + Send + Sync + 'static>,
) -> Result<(), RestoreError> {
    let names: Vec<_> = manifest.tables.iter().map(|table| table.name.clone()).collect();
    let (handfuls, mut taken) = mpsc::channel::<Handful>(4);
    let (total, told, tables) = (manifest.rows(), Arc::clone(progress), names.clone());
    let counting = tokio::task::spawn_blocking(move || {
        let mut lines = Lines::new(tables, Nowhere);
        let mut done = 0;
        let mut since = Instant::now();
        while let Some(handful) = taken.blocking_recv() {
            done += handful.rows.len() as u64;
            lines.add(&handful)?;
            speed.rest(since.elapsed());
            since = Instant::now();
            told(Progress { step: Step::Checking, done, total });
        }
        Ok::<_, LineError>(lines.finish()?.0)
    });
    let read = database.read_all(&store::wanted(names), handfuls).await;
    let counted = counting.await.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?;
    read.map_err(|error: CopyError| anyhow::Error::from(error))?;
    match counted.iter().zip(&manifest.tables).find(|(found, wanted)| found != wanted) {
        Some((found, _)) => Err(RestoreError::Other(anyhow::anyhow!("{} was not written as it was read", found.name))),
        None => Ok(()),
    }
}

fn disk_folders(root: &Path) -> Result<(), RestoreError> {
    Ok(files::make_folders(root).map_err(anyhow::Error::from)?)
}

/// Loads the restored team as a start would, so that one that could not start, or that lacks files, is not put in place.
async fn try_start(database: &Database, manifest: &Manifest, root: PathBuf) -> Result<(), RestoreError> {
    let (hub, _) = journal::start(database).await.map_err(anyhow::Error::from)?;
    if hub != manifest.hub {
        return Err(RestoreError::Damaged("it is of another hub than it says".to_owned()));
    }
    could_start(database, root).await
}

/// Loads a team as a start would, and looks whether the bytes of its files are in `root`.
pub(super) async fn could_start(database: &Database, root: PathBuf) -> Result<(), RestoreError> {
    let damaged = |what: &str| RestoreError::Damaged(what.to_owned());
    let (hub, _) = journal::start(database).await.map_err(anyhow::Error::from)?;
    let mut directory = Directory::new(hub);
    accounts::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    chat::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    hooks::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    outgoing::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    commands::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    tasks::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    notifications::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    mail::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    files::load(database, &mut directory).await.map_err(|error| RestoreError::Damaged(format!("{error:#}")))?;
    let named: Vec<_> = directory.files.all_hashes().collect();
    let all = blocking(move || Ok(named.into_iter().all(|hash| files::blob_path(&root, hash).exists()))).await?;
    if !all {
        return Err(damaged("it lacks bytes of its files"));
    }
    if directory.settings.is_none() || directory.owners() == 0 {
        return Err(damaged("its team has no owner"));
    }
    Ok(())
}

/// A moment as part of a file's name.
pub(super) fn stamp(moment: Timestamp) -> String {
    let text = moment.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    let time: String = time.chars().filter(char::is_ascii_digit).take(6).collect();
    format!("{day}-{time}")
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RestoreError> + Send + 'static,
) -> Result<T, RestoreError> {
    let done = tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?;
    done.map_err(|error| match error {
        RestoreError::Other(cause) if is_full(&cause) => RestoreError::DiskFull,
        other => other,
    })
}

fn is_full(cause: &anyhow::Error) -> bool {
    cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::StorageFull)
}
