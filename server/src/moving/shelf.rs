//! Where archives are kept, and what is known of each: three files with the same name.

use super::slack::{Mode, Progress, Tally};
use crate::{
    app::App,
    clock::Timestamp,
    disk::write_private,
    ids::{ImportId, UserId},
};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};
use utoipa::ToSchema;

/// The folder of the data directory.
const FOLDER: &str = "imports";
const RECORD: &str = "json";
const ARCHIVE: &str = "zip";
const REPORT: &str = "csv";
/// How the name of an archive ends that is still arriving.
pub(super) const ARRIVING: &str = "part";
/// How many archives can be kept.
pub(super) const MOST: usize = 10;

/// How it stands with an archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportState {
    /// What is in it is not known: it was not read to its end.
    Unread,
    /// It is being read and counted; nothing changes.
    Reading,
    /// It was read and can be brought.
    Ready,
    /// It is being brought.
    Running,
    /// It was brought in part, and can be gone on with.
    Stopped,
    /// All that can be brought was.
    Done,
}

/// Why reading or bringing an archive ended early.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportFlaw)]
pub enum Flaw {
    /// It is no export of Slack.
    Foreign,
    Damaged,
    DiskFull,
    /// The hub had too much to do.
    Busy,
    Internal,
}

/// What is known of an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) id: ImportId,
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) uploaded_at: Timestamp,
    pub(super) uploaded_by: UserId,
    pub(super) state: ImportState,
    pub(super) plan: Option<Tally>,
    pub(super) made: Option<Tally>,
    pub(super) failure: Option<Flaw>,
    pub(super) ended_at: Option<Timestamp>,
}

/// How far what is under way is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ImportProgress)]
pub struct ProgressView {
    /// Files of days that were read.
    pub done: u64,
    pub total: u64,
    /// Messages that were brought or counted.
    pub messages: u64,
}

/// An archive of another chat.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Import)]
pub struct ImportView {
    pub id: ImportId,
    /// What its file was called.
    pub name: String,
    pub bytes: u64,
    pub uploaded_at: Timestamp,
    pub uploaded_by: UserId,
    pub state: ImportState,
    /// What is in it, as it was when it was read.
    pub plan: Option<Tally>,
    /// What was brought when it was brought last.
    pub made: Option<Tally>,
    /// Why it ended early.
    pub failure: Option<Flaw>,
    /// When it was last read or brought.
    pub ended_at: Option<Timestamp>,
    /// How far it is, while it is read or brought.
    pub progress: Option<ProgressView>,
}

/// The folder for archives. Of a hub in memory it goes with its files.
pub(super) fn folder(app: &App) -> PathBuf {
    app.blobs.root().with_file_name(FOLDER)
}

fn path(folder: &Path, id: ImportId, ending: &str) -> PathBuf {
    folder.join(format!("{id}.{ending}"))
}

pub(super) fn archive(folder: &Path, id: ImportId) -> PathBuf {
    path(folder, id, ARCHIVE)
}

pub(super) fn arriving(folder: &Path, id: ImportId) -> PathBuf {
    path(folder, id, ARRIVING)
}

pub(super) fn report(folder: &Path, id: ImportId) -> PathBuf {
    path(folder, id, REPORT)
}

pub(super) fn read(folder: &Path, id: ImportId) -> io::Result<Record> {
    let text = fs::read(path(folder, id, RECORD))?;
    serde_json::from_slice(&text).map_err(io::Error::from)
}

/// Every record that can be read, the newest first.
pub(super) fn all(folder: &Path) -> Vec<Record> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let records = names.filter(|path| path.extension().is_some_and(|ending| ending == RECORD));
    let ids = records.filter_map(|path| path.file_stem()?.to_str()?.parse().ok());
    let mut records: Vec<_> = ids.filter_map(|id| read(folder, id).ok()).collect();
    records.sort_by_key(|record| std::cmp::Reverse((record.uploaded_at, record.id)));
    records
}

pub(super) fn write(folder: &Path, record: &Record) -> io::Result<()> {
    write_private(&path(folder, record.id, RECORD), &serde_json::to_vec(record)?)
}

pub(super) fn write_report(folder: &Path, id: ImportId, table: &[u8]) -> io::Result<()> {
    write_private(&report(folder, id), table)
}

/// Removes all of it; the record last, so that what stays can be removed again.
pub(super) fn remove(folder: &Path, id: ImportId) -> io::Result<()> {
    for ending in [ARCHIVE, REPORT, RECORD] {
        match fs::remove_file(path(folder, id, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Removes what an upload left behind that was stopped with the process.
pub(super) fn tidy(folder: &Path) {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in names.filter(|path| path.extension().is_some_and(|ending| ending == ARRIVING)) {
        let _ = fs::remove_file(path);
    }
}

pub(super) fn view(record: Record, running: Option<(Mode, Arc<Progress>)>) -> ImportView {
    let state = match &running {
        Some((Mode::Look, _)) => ImportState::Reading,
        Some(_) => ImportState::Running,
        None => record.state,
    };
    let count = |number: &std::sync::atomic::AtomicU64| number.load(Ordering::Relaxed);
    ImportView {
        id: record.id,
        name: record.name,
        bytes: record.bytes,
        uploaded_at: record.uploaded_at,
        uploaded_by: record.uploaded_by,
        state,
        plan: record.plan,
        made: record.made,
        failure: record.failure,
        ended_at: record.ended_at,
        progress: running.map(|(_, progress)| ProgressView {
            done: count(&progress.days),
            total: count(&progress.all_days),
            messages: count(&progress.messages),
        }),
    }
}
