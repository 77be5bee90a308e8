//! Making a team of an export, in an empty data directory. As with a restore, nothing is there until all of it is.

use super::{
    form::Kind,
    kinds::kinds,
    make::{Pace, copy},
    manifest::{FORMAT, Manifest, NAME, VERSION},
};
use crate::{
    admin::backup,
    chat, clock,
    database::{Database, DirectoryLock, LockError, Place, Writer, key, migrate, note_writer, record, row_id},
    disk,
    files::{FileHash, blob_path, make_folders},
    journal,
};
use anyhow::Context;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Read},
    path::Path,
};
use surrealdb::types::{Object, Value};
use tokio::sync::mpsc;
use zip::ZipArchive;

/// The longest manifest that is read.
const LONGEST_MANIFEST: u64 = 1 << 20;
/// The longest line that is read. A message or a picture takes far less.
const LONGEST_LINE: u64 = 16 << 20;
/// How many times its own size an archive may grow.
const MOST_GROWTH: u64 = 200;
/// What an archive may hold however small it is.
const ALWAYS_ALLOWED: u64 = 16 << 20;
/// How many rows are written at a time.
const CHUNK: usize = 500;

/// Why no team was made of a file. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    #[error("this file is not an export of Hearth")]
    Foreign,
    #[error("this export was made by a newer version of Hearth ({0}); install that version or newer")]
    Newer(String),
    #[error("there is a team in this data directory already; an export goes into an empty one")]
    NotEmpty,
    #[error("{0}; stop it first")]
    InUse(LockError),
    #[error("this export is damaged: {0:#}")]
    Damaged(anyhow::Error),
    #[error("the export could not be imported: {0:#}")]
    Other(#[from] anyhow::Error),
}

/// Makes the team of an export in `data`, which has none. `progress` is told how many lines were read.
///
/// Needs a runtime whose threads have room for the database's deep recursion (8 MiB).
///
/// # Errors
/// [`TakeError`].
pub async fn take(
    file: &Path,
    data: &Path,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
) -> Result<Manifest, TakeError> {
    std::fs::create_dir_all(data).map_err(anyhow::Error::from)?;
    let _lock = DirectoryLock::take(data).map_err(|error| match error {
        LockError::Held { .. } => TakeError::InUse(error),
        LockError::Io { .. } => TakeError::Other(error.into()),
    })?;
    backup::settle(data)?;
    if data.join("database").exists() {
        return Err(TakeError::NotEmpty);
    }
    let path = file.to_owned();
    let archive = tokio::task::spawn_blocking(move || Archive::open(&path)).await.map_err(anyhow::Error::from)??;
    let manifest = archive.manifest.clone();
    let making = backup::making(data)?;
    if let Err(error) = fill(archive, &making, &progress).await {
        // What stays of it is thrown away when the directory is taken the next time.
        let _ = backup::abandon(data);
        return Err(error);
    }
    backup::decide(data)?;
    backup::settle(data)?;
    note_writer(data, &Writer::this())?;
    Ok(manifest)
}

/// An export whose list fits.
struct Archive {
    manifest: Manifest,
    zip: ZipArchive<BufReader<File>>,
    /// How many more bytes it may hold.
    left: u64,
}

#[derive(Deserialize)]
struct Beginning {
    format: String,
    version: u32,
    hearth: String,
}

impl Archive {
    fn open(path: &Path) -> Result<Self, TakeError> {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let length = file.metadata().map_err(anyhow::Error::from)?.len();
        let mut zip = ZipArchive::new(BufReader::with_capacity(1 << 16, file)).map_err(|_| TakeError::Foreign)?;
        let mut text = Vec::new();
        let entry = zip.by_name(NAME).map_err(|_| TakeError::Foreign)?;
        entry.take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(|error| TakeError::Damaged(error.into()))?;
        let begins: Beginning = serde_json::from_slice(&text).map_err(|_| TakeError::Foreign)?;
        if begins.format != FORMAT {
            return Err(TakeError::Foreign);
        }
        if begins.version > VERSION {
            return Err(TakeError::Newer(begins.hearth));
        }
        let manifest = serde_json::from_slice(&text).map_err(|error| TakeError::Damaged(error.into()))?;
        Ok(Self { manifest, zip, left: length.saturating_mul(MOST_GROWTH).max(ALWAYS_ALLOWED) })
    }

    /// Reads the lines of a kind as rows, in chunks.
    fn rows(&mut self, kind: &Kind, mut take: impl FnMut(Vec<Object>) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let promised = self.manifest.lines_of(kind.name);
        let Ok(entry) = self.zip.by_name(&kind.file()) else {
            anyhow::ensure!(promised == 0, "{} is missing", kind.file());
            return Ok(());
        };
        let mut lines = BufReader::with_capacity(1 << 16, entry.take(self.left));
        let (mut line, mut chunk, mut read) = (Vec::new(), Vec::new(), 0);
        loop {
            line.clear();
            let length = (&mut lines).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
            if length > 0 {
                anyhow::ensure!(line.last() == Some(&b'\n'), "a line of {} has no end", kind.file());
                self.left = self.left.saturating_sub(length as u64);
                chunk.push(kind.row(&line).with_context(|| format!("{}, line {}", kind.file(), read + 1))?);
                read += 1;
            }
            if chunk.len() >= CHUNK || (length == 0 && !chunk.is_empty()) {
                take(std::mem::take(&mut chunk))?;
            }
            if length == 0 {
                break;
            }
        }
        anyhow::ensure!(read == promised, "{} has {read} lines and not {promised}", kind.file());
        Ok(())
    }

    /// Puts the bytes of files into their place, each checked against its hash.
    fn bytes(&mut self, root: &Path, files: &BTreeSet<FileHash>) -> anyhow::Result<()> {
        make_folders(root)?;
        for hash in files {
            let path = blob_path(root, *hash);
            std::fs::create_dir_all(path.parent().unwrap_or(root))?;
            let mut made = OpenOptions::new().write(true).create_new(true).open(&path)?;
            let entry = self.zip.by_name(&format!("files/{hash}")).context("a file has no bytes")?;
            let copied = copy(&mut entry.take(self.left), &mut made, Pace::Full)?;
            anyhow::ensure!(copied.1 == *hash, "the bytes {hash} of a file are damaged");
            self.left = self.left.saturating_sub(copied.0);
            made.sync_all()?;
            disk::sync_directory(path.parent().unwrap_or(root))?;
        }
        disk::sync_directory(&root.join("blobs"))?;
        disk::sync_directory(root)?;
        Ok(())
    }
}

/// Makes the database in an empty place, and the files beside it.
async fn fill(archive: Archive, place: &Path, progress: &(impl Fn(u64, u64) + Send + Sync)) -> Result<(), TakeError> {
    let database = Database::open(Place::Disk(place)).await?;
    let made = async {
        migrate(&database).await.map_err(anyhow::Error::from)?;
        let root = backup::beside(place);
        load(&database, archive, root, progress).await?;
        journal::start(&database).await.map_err(anyhow::Error::from)?;
        chat::hold_back(&database, clock::now()).await.map_err(anyhow::Error::from)?;
        backup::try_start(&database, backup::beside(place)).await.map_err(TakeError::Damaged)
    }
    .await;
    let released = database.close().await;
    made?;
    released?;
    disk::sync_directory(place).map_err(anyhow::Error::from)?;
    Ok(())
}

/// Rows to be written.
enum Piece {
    Rows(&'static Kind, Vec<Object>),
    /// What follows from the rows.
    Following(Vec<(&'static str, Vec<Object>)>),
}

async fn load(
    database: &Database,
    mut archive: Archive,
    root: std::path::PathBuf,
    progress: &(impl Fn(u64, u64) + Send + Sync),
) -> Result<(), TakeError> {
    let total = archive.manifest.lines();
    let (pieces, mut taken) = mpsc::channel(2);
    let reading = tokio::task::spawn_blocking(move || -> anyhow::Result<()> {
        let mut following = Following::default();
        for kind in kinds() {
            archive.rows(kind, |rows| {
                rows.iter().for_each(|row| following.note(kind.table, row));
                pieces.blocking_send(Piece::Rows(kind, rows)).context("the rows are not taken any more")
            })?;
        }
        archive.bytes(&root, &following.files)?;
        pieces.blocking_send(Piece::Following(following.rows())).context("the rows are not taken any more")
    });
    let mut done = 0;
    let damaged = |failure| TakeError::Damaged(anyhow::anyhow!("a row does not fit: {failure:?}"));
    while let Some(piece) = taken.recv().await {
        match piece {
            Piece::Rows(kind, rows) => {
                done += rows.len() as u64;
                let rows = rows.into_iter().map(Value::Object).collect();
                database.insert(kind.table, rows).await.map_err(damaged)?;
                progress(done, total);
            }
            Piece::Following(tables) => {
                for (table, rows) in tables {
                    for chunk in rows.chunks(CHUNK) {
                        let rows = chunk.iter().cloned().map(Value::Object).collect();
                        database.insert(table, rows).await.map_err(damaged)?;
                    }
                }
            }
        }
    }
    reading.await.map_err(anyhow::Error::from)?.map_err(TakeError::Damaged)
}

/// What follows from the rows: counters, and where things are found.
#[derive(Default)]
struct Following {
    /// The newest number and moment of each conversation.
    conversations: BTreeMap<uuid::Uuid, (i64, i64)>,
    /// How long each list of mentions is.
    mentions: BTreeMap<uuid::Uuid, (i64, i64)>,
    /// The newest task of each project.
    projects: BTreeMap<uuid::Uuid, (i64, i64)>,
    /// In which statuses of a project nothing is left to do.
    closed: BTreeMap<uuid::Uuid, BTreeSet<i64>>,
    tombstones: Vec<Object>,
    places: Vec<Object>,
    assigned: Vec<Object>,
    bin: Vec<Object>,
    files: BTreeSet<FileHash>,
}

fn parts(row: &Object) -> Option<(uuid::Uuid, i64)> {
    let Some(Value::RecordId(id)) = row.get("id") else { return None };
    let surrealdb::types::RecordIdKey::Array(parts) = &id.key else { return None };
    let mut parts = parts.iter();
    match (parts.next()?, parts.next()?) {
        (Value::Uuid(id), Value::Number(number)) => Some((**id, number.to_int()?)),
        _ => None,
    }
}

fn number(row: &Object, field: &str) -> Option<i64> {
    match row.get(field)? {
        Value::Number(number) => number.to_int(),
        _ => None,
    }
}

fn only(id: surrealdb::types::RecordId) -> Object {
    let mut row = Object::new();
    row.insert("id", id);
    row
}

impl Following {
    fn note(&mut self, table: &str, row: &Object) {
        match table {
            "message" => self.message(row),
            "mention" | "news" => {
                if let Some((user, place)) = parts(row) {
                    let longest = self.mentions.entry(user).or_default();
                    longest.0 = longest.0.max(place);
                }
            }
            "project" => self.project(row),
            "task" => self.task(row),
            "file" => {
                if let Some(Value::String(hash)) = row.get("hash") {
                    self.files.extend(hash.parse::<FileHash>().ok());
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, row: &Object) {
        let Some((channel, at)) = parts(row) else { return };
        let sent = number(row, "created_at").unwrap_or_default();
        let newest = self.conversations.entry(channel).or_default();
        *newest = (newest.0.max(at), newest.1.max(sent));
        if number(row, "deleted_at").is_some() {
            self.tombstones.push(only(row_id("tombstone", vec![key(channel), key(at)])));
        }
    }

    fn project(&mut self, row: &Object) {
        let Some(Value::RecordId(id)) = row.get("id") else { return };
        let surrealdb::types::RecordIdKey::Uuid(project) = &id.key else { return };
        let Some(Value::Array(statuses)) = row.get("statuses") else { return };
        let closed = statuses.iter().filter_map(|status| {
            let Value::Object(status) = status else { return None };
            let Some(Value::String(group)) = status.get("group") else { return None };
            matches!(group.as_str(), "done" | "cancelled").then(|| number(status, "id")).flatten()
        });
        self.closed.insert(**project, closed.collect());
    }

    fn task(&mut self, row: &Object) {
        let Some((project, at)) = parts(row) else { return };
        let made = number(row, "created_at").unwrap_or_default();
        let newest = self.projects.entry(project).or_default();
        *newest = (newest.0.max(at), newest.1.max(made));
        if let Some(Value::Uuid(task)) = row.get("task") {
            let mut place = only(record("task_place", **task));
            place.insert("project", project);
            place.insert("number", at);
            self.places.push(place);
        }
        if let Some(deleted) = number(row, "deleted_at") {
            self.bin.push(only(row_id("task_bin", vec![key(deleted), key(project), key(at)])));
            return;
        }
        let status = number(row, "status").unwrap_or_default();
        let open = !self.closed.get(&project).is_some_and(|closed| closed.contains(&status));
        let Some(Value::Array(assignees)) = row.get("assignees").filter(|_| open) else { return };
        for user in assignees {
            if let Value::Uuid(user) = user {
                self.assigned.push(only(row_id("assigned", vec![key(**user), key(project), key(at)])));
            }
        }
    }

    fn rows(self) -> Vec<(&'static str, Vec<Object>)> {
        let tally = |name: Vec<Value>, (number, at): (i64, i64)| {
            let mut row = only(row_id("tally", name));
            row.insert("number", number);
            row.insert("at", at);
            row
        };
        let lists =
            self.conversations.into_iter().chain(self.mentions).map(|(id, newest)| tally(vec![key(id)], newest));
        let projects = self.projects.into_iter();
        let projects = projects.map(|(id, newest)| tally(vec![key("project".to_owned()), key(id)], newest));
        vec![
            ("tally", lists.chain(projects).collect()),
            ("tombstone", self.tombstones),
            ("task_place", self.places),
            ("assigned", self.assigned),
            ("task_bin", self.bin),
        ]
    }
}
