//! The file that a backup is: a zip archive with a file of lines for each table, the bytes of files,
//! and last of all the manifest.
//!
//! Nothing in an archive is ever used as a path. A reader asks for the files that the manifest
//! lists, by the names of tables, and believes neither their sizes nor their contents before it has
//! counted and hashed them.

use super::{
    RestoreError, bytes,
    lines::{LineError, Lines, Sink, hex},
    manifest::{FORMAT, FileList, Manifest, NAME, Table, VERSION},
    store,
};
use crate::database::{Handful, MigrationError, are_the_first, check_steps, read_row};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};
use surrealdb::types::Value;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The longest manifest that is read.
const LONGEST_MANIFEST: u64 = 1 << 20;
/// The longest line that is read. A message or a picture takes far less.
const LONGEST_LINE: usize = 16 << 20;
/// The most files that an archive can have.
const MOST_FILES: u16 = 1_000;
/// How many times its own size an archive may grow. Rows have ids and times in them and do not get
/// near it; an archive made to fill a disk does.
const MOST_GROWTH: u64 = 200;
/// What an archive may hold however small it is.
const ALWAYS_ALLOWED: u64 = 16 << 20;
/// How many rows are handed on at a time, and how long their lines are together at most.
const CHUNK_ROWS: usize = 500;
const CHUNK_BYTES: usize = 2 << 20;
/// The end record of a zip archive without a comment, and how it begins.
const END_LENGTH: usize = 22;
const END_BEGINS: &[u8] = b"PK\x05\x06";

/// A zip archive in the making.
pub(super) struct Zip(ZipWriter<BufWriter<File>>);

impl Sink for Zip {
    fn table(&mut self, table: &Table) -> io::Result<()> {
        let options = options().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
        self.0.start_file(table.file(), options).map_err(io::Error::from)
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        self.0.write_all(line)
    }
}

pub(super) fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().large_file(true).unix_permissions(0o600)
}

/// Begins an archive for the rows of these tables, readable by this user only.
pub(super) fn create(path: &Path, tables: impl IntoIterator<Item = String>) -> io::Result<Lines<Zip>> {
    let mut how = OpenOptions::new();
    how.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    let file = how.open(path)?;
    Ok(Lines::new(tables, Zip(ZipWriter::new(BufWriter::with_capacity(1 << 18, file)))))
}

/// Ends an archive: the bytes that files in it name are added from `root`, the manifest is made of what was counted, and
/// everything is on the disk. `rest` is called with how long a stretch of work took.
pub(super) fn finish(
    mut lines: Lines<Zip>,
    root: &Path,
    rest: impl Fn(Duration),
    manifest: impl FnOnce(Vec<Table>, Option<FileList>) -> Manifest,
) -> Result<Manifest, LineError> {
    let named = std::mem::take(&mut lines.files);
    let (tables, Zip(mut zip)) = lines.finish()?;
    let files = if named.is_empty() { None } else { Some(bytes::write(&mut zip, root, &named, rest)?) };
    let manifest = manifest(tables, files);
    let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from)?;
    zip.start_file(NAME, options().compression_method(CompressionMethod::Stored)).map_err(io::Error::from)?;
    zip.write_all(&text)?;
    let file = zip.finish().map_err(io::Error::from)?.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(manifest)
}

/// An archive whose manifest fits this version of Hearth and the archive itself.
pub(super) struct Archive {
    pub(super) manifest: Manifest,
    pub(super) zip: ZipArchive<BufReader<File>>,
}

#[derive(Deserialize)]
struct Beginning {
    format: String,
    version: u32,
    hearth: String,
}

impl Archive {
    /// Opens a backup as far as its manifest.
    pub(super) fn open(path: &Path) -> Result<Self, RestoreError> {
        let io = |cause| RestoreError::Read { path: path.to_owned(), cause };
        let mut file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        check_ends(&mut file, length).map_err(io)??;
        let mut zip = ZipArchive::new(BufReader::with_capacity(1 << 16, file)).map_err(damaged)?;
        let manifest = read_manifest(&mut zip)?;
        check(&manifest, &mut zip, length)?;
        Ok(Self { manifest, zip })
    }

    /// Reads the rows of a table in handfuls, and counts and hashes them as it goes. What was
    /// handed on means nothing unless the end is reached.
    pub(super) fn read(
        &mut self,
        place: usize,
        mut take: impl FnMut(Handful) -> Result<(), RestoreError>,
    ) -> Result<(), RestoreError> {
        let table = &self.manifest.tables[place];
        let differs = || RestoreError::Damaged(format!("{} is not what its list says", table.file()));
        // One byte more than promised, so that a longer file is noticed.
        let file = self.zip.by_name(&table.file()).map_err(damaged)?.take(table.bytes + 1);
        let mut file = BufReader::with_capacity(1 << 16, file);
        let (mut hash, mut rows, mut bytes) = (Sha256::new(), 0_u64, 0_u64);
        let (mut line, mut chunk, mut chunk_bytes) = (Vec::new(), Vec::<Value>::new(), 0);
        loop {
            line.clear();
            let length = (&mut file).take(LONGEST_LINE as u64).read_until(b'\n', &mut line).map_err(damaged)?;
            if length > 0 {
                if line.last() != Some(&b'\n') {
                    return Err(differs());
                }
                hash.update(&line);
                bytes += length as u64;
                rows += 1;
                chunk.push(read_row(&table.name, &line).map_err(damaged)?);
                chunk_bytes += length;
            }
            let full = chunk.len() >= CHUNK_ROWS || chunk_bytes >= CHUNK_BYTES || length == 0;
            if full && !chunk.is_empty() {
                take(Handful { table: place, rows: std::mem::take(&mut chunk) })?;
                chunk_bytes = 0;
            }
            if length == 0 {
                break;
            }
        }
        if (rows, bytes) != (table.rows, table.bytes) || hex(&hash.finalize()) != table.sha256 {
            return Err(differs());
        }
        Ok(())
    }

    /// Puts the bytes of its files into a place for files.
    pub(super) fn read_files(&mut self, root: &Path) -> Result<(), RestoreError> {
        match self.manifest.files.clone() {
            Some(files) => bytes::read(&mut self.zip, &files, root),
            None => Ok(()),
        }
    }
}

pub(super) fn damaged(cause: impl std::fmt::Display) -> RestoreError {
    RestoreError::Damaged(cause.to_string())
}

/// Whether a file begins as a zip archive and ends as a whole one of few files, before anything in
/// it is believed.
fn check_ends(file: &mut File, length: u64) -> io::Result<Result<(), RestoreError>> {
    let mut begins = [0_u8; 4];
    if length < 4 || file.read_exact(&mut begins).is_err() || &begins != b"PK\x03\x04" {
        return Ok(Err(RestoreError::Foreign));
    }
    let mut end = [0_u8; END_LENGTH];
    file.seek(SeekFrom::Start(length.saturating_sub(END_LENGTH as u64)))?;
    if file.read_exact(&mut end).is_err() || !end.starts_with(END_BEGINS) {
        return Ok(Err(RestoreError::Damaged("it ends too early".to_owned())));
    }
    file.rewind()?;
    if u16::from_le_bytes([end[10], end[11]]) > MOST_FILES {
        return Ok(Err(RestoreError::Damaged("it has too many files in it".to_owned())));
    }
    Ok(Ok(()))
}

fn read_manifest(zip: &mut ZipArchive<BufReader<File>>) -> Result<Manifest, RestoreError> {
    let file = zip.by_name(NAME).map_err(|_| RestoreError::Foreign)?;
    let mut text = Vec::new();
    file.take(LONGEST_MANIFEST + 1).read_to_end(&mut text).map_err(damaged)?;
    if text.len() as u64 > LONGEST_MANIFEST {
        return Err(RestoreError::Damaged("its list is too long".to_owned()));
    }
    let beginning: Beginning = serde_json::from_slice(&text).map_err(|_| RestoreError::Foreign)?;
    if beginning.format != FORMAT {
        return Err(RestoreError::Foreign);
    }
    if beginning.version > VERSION {
        return Err(RestoreError::Newer { hearth: beginning.hearth });
    }
    serde_json::from_slice(&text).map_err(damaged)
}

fn check(manifest: &Manifest, zip: &mut ZipArchive<BufReader<File>>, length: u64) -> Result<(), RestoreError> {
    match check_steps(&manifest.schema) {
        Err(MigrationError::Newer { .. }) => return Err(RestoreError::Newer { hearth: manifest.hearth.clone() }),
        Err(_) => return Err(RestoreError::Foreign),
        Ok(()) => {}
    }
    if !are_the_first(&manifest.schema) {
        return Err(RestoreError::Damaged("its schema has gaps".to_owned()));
    }
    let names: BTreeSet<_> = manifest.tables.iter().map(|table| table.name.as_str()).collect();
    let sound = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if names.len() != manifest.tables.len()
        || names.iter().any(|name| store::left_out(name))
        || !names.iter().all(|name| sound(name))
    {
        return Err(RestoreError::Damaged("its list names tables that cannot be".to_owned()));
    }
    let with_files = manifest.files.iter().flat_map(|_| [FileList::LIST, FileList::BYTES]);
    let others = with_files.chain([NAME]).map(str::to_owned);
    let listed: BTreeSet<_> = manifest.tables.iter().map(Table::file).chain(others).collect();
    let there: BTreeSet<_> = zip.file_names_raw().map(<[u8]>::to_vec).collect();
    if zip.len() != listed.len() || !listed.iter().map(String::as_bytes).eq(there.iter().map(Vec::as_slice)) {
        return Err(RestoreError::Damaged("its files are not the ones in its list".to_owned()));
    }
    let of_files = manifest.files.as_ref().map_or(0, |files| files.bytes);
    let bytes = manifest.tables.iter().fold(of_files, |bytes, table| bytes.saturating_add(table.bytes));
    if bytes > length.saturating_mul(MOST_GROWTH).max(ALWAYS_ALLOWED) {
        return Err(RestoreError::Damaged("it claims to hold more than it can".to_owned()));
    }
    Ok(())
}
