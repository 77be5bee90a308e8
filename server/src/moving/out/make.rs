//! Writing an export while the hub goes on: the rows of one moment, and the bytes of the files that they name.

use super::{
    form::Kind,
    kinds::kinds,
    manifest::{FORMAT, Manifest, NAME, Part, VERSION},
};
use crate::{
    clock,
    database::{Database, Wanted},
    files::{FileHash, blob_path},
};
use anyhow::Context;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use surrealdb::types::Value;
use tokio::sync::mpsc;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// How fast an export may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pace {
    /// Nobody waits for anything else.
    Full,
    /// People are talking: after every handful of rows it rests twice as long as that took.
    Gentle,
}

impl Pace {
    fn rest(self, took: Duration) {
        if self == Self::Gentle {
            std::thread::sleep(took * 2);
        }
    }
}

type Zip = ZipWriter<BufWriter<File>>;

/// The file in the making.
struct Making {
    zip: Zip,
    pace: Pace,
    parts: Vec<Part>,
    team: String,
    /// The bytes that rows of files name.
    files: BTreeMap<FileHash, u64>,
    written: Arc<AtomicU64>,
}

/// Writes everything that the database has now into `file`, and the bytes in `blobs` that its rows name. None of them may
/// be removed meanwhile. `written` counts the lines.
///
/// # Errors
/// When the database or the disk fails.
pub(super) async fn make(
    database: &Database,
    blobs: &Path,
    file: File,
    pace: Pace,
    written: &Arc<AtomicU64>,
) -> anyhow::Result<Manifest> {
    let tables = database.tables().await?;
    let kinds: Vec<&'static Kind> = kinds().filter(|kind| tables.iter().any(|table| table == kind.table)).collect();
    let wanted: Vec<_> = kinds.iter().map(|kind| Wanted { table: kind.table.to_owned(), only: None }).collect();
    let (handfuls, mut taken) = mpsc::channel(2);
    let made_at = clock::now();
    let (written, blobs) = (Arc::clone(written), blobs.to_owned());
    let writing = tokio::task::spawn_blocking(move || -> anyhow::Result<Manifest> {
        let zip = ZipWriter::new(BufWriter::with_capacity(1 << 18, file));
        let mut making = Making { zip, pace, parts: Vec::new(), team: String::new(), files: BTreeMap::new(), written };
        while let Some(crate::database::Handful { table, rows }) = taken.blocking_recv() {
            let since = Instant::now();
            making.go_to(&kinds, table + 1)?;
            making.rows(kinds[table], &rows)?;
            pace.rest(since.elapsed());
        }
        making.go_to(&kinds, kinds.len())?;
        making.bytes(&blobs)?;
        making.finish(made_at)
    });
    let read = database.read_all(&wanted, handfuls).await;
    let manifest = writing.await??;
    read?;
    anyhow::ensure!(!manifest.team.is_empty(), "there is no team here yet");
    Ok(manifest)
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().large_file(true).unix_permissions(0o600)
}

impl Making {
    /// Begins the files of kinds up to this many, empty ones too.
    fn go_to(&mut self, kinds: &[&'static Kind], count: usize) -> anyhow::Result<()> {
        for kind in kinds.iter().take(count).skip(self.parts.len()) {
            let packed = options().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
            self.zip.start_file(kind.file(), packed)?;
            self.parts.push(Part { name: kind.name.to_owned(), lines: 0 });
        }
        Ok(())
    }

    fn rows(&mut self, kind: &Kind, rows: &[Value]) -> anyhow::Result<()> {
        for row in rows {
            self.zip.write_all(&kind.line(row)?)?;
            self.note(kind, row);
        }
        if let Some(part) = self.parts.last_mut() {
            part.lines += rows.len() as u64;
        }
        self.written.fetch_add(rows.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn note(&mut self, kind: &Kind, row: &Value) {
        let Value::Object(fields) = row else { return };
        match (kind.table, fields.get("name"), fields.get("hash"), fields.get("size")) {
            ("settings", Some(Value::String(name)), ..) => self.team.clone_from(name),
            ("file", _, Some(Value::String(hash)), Some(Value::Number(size))) => {
                let size = size.to_int().unwrap_or_default().cast_unsigned();
                self.files.extend(hash.parse().ok().map(|hash| (hash, size)));
            }
            _ => {}
        }
    }

    fn bytes(&mut self, blobs: &Path) -> anyhow::Result<()> {
        for (hash, size) in std::mem::take(&mut self.files) {
            // Pictures and films are packed as they are.
            self.zip.start_file(format!("files/{hash}"), options().compression_method(CompressionMethod::Stored))?;
            let mut file = File::open(blob_path(blobs, hash))
                .with_context(|| format!("the bytes {hash} of a file are missing"))?;
            let copied = copy(&mut file, &mut self.zip, self.pace)?;
            anyhow::ensure!(copied == (size, hash), "the bytes {hash} of a file are damaged");
        }
        Ok(())
    }

    fn finish(mut self, made_at: clock::Timestamp) -> anyhow::Result<Manifest> {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            hearth: env!("CARGO_PKG_VERSION").to_owned(),
            team: self.team,
            made_at,
            parts: self.parts,
        };
        self.zip.start_file(NAME, options().compression_method(CompressionMethod::Stored))?;
        self.zip.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
        let file = self.zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(manifest)
    }
}

/// Copies bytes, and says how many there were and their hash.
pub(super) fn copy(from: &mut impl Read, to: &mut impl Write, pace: Pace) -> io::Result<(u64, FileHash)> {
    let (mut size, mut hash) = (0, Sha256::new());
    let mut piece = vec![0; 256 << 10];
    loop {
        let since = Instant::now();
        let length = from.read(&mut piece)?;
        if length == 0 {
            return Ok((size, FileHash(hash.finalize().into())));
        }
        hash.update(&piece[..length]);
        to.write_all(&piece[..length])?;
        size += length as u64;
        pace.rest(since.elapsed());
    }
}
