//! The bytes of files in a backup: a list of hashes and lengths, and after it all the bytes in the order of the list.
//! They are one file of the archive, so that a team's hundred thousand pictures do not make an archive of as many.

use super::{
    RestoreError,
    archive::{damaged, options},
    lines::{LineError, hex},
    manifest::FileList,
};
use crate::{
    disk::sync_directory,
    files::{FileHash, blob_path},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, Write},
    path::Path,
    time::{Duration, Instant},
};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A line of the list is not longer: a hash and a length.
const LONGEST_LINE: u64 = 128;
/// How much is copied at a time.
const PIECE: usize = 256 << 10;

/// Adds these bytes from a place for files to an archive.
pub(super) fn write(
    zip: &mut ZipWriter<BufWriter<File>>,
    root: &Path,
    files: &BTreeMap<FileHash, u64>,
    rest: impl Fn(Duration),
) -> Result<FileList, LineError> {
    let packed = options().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
    zip.start_file(FileList::LIST, packed).map_err(io::Error::from)?;
    let mut list = Sha256::new();
    for (hash, size) in files {
        let line = format!("[\"{hash}\",{size}]\n");
        list.update(&line);
        zip.write_all(line.as_bytes())?;
    }
    // Pictures and films are packed as they are.
    zip.start_file(FileList::BYTES, options().compression_method(CompressionMethod::Stored))
        .map_err(io::Error::from)?;
    for (hash, size) in files {
        let missing = |_| LineError::Bytes(*hash);
        let mut file = File::open(blob_path(root, *hash)).map_err(missing)?;
        if copy(&mut file, zip, u64::MAX, &rest)? != (*size, *hash) {
            return Err(LineError::Bytes(*hash));
        }
    }
    let count = files.len() as u64;
    Ok(FileList { count, bytes: files.values().sum(), sha256: hex(&list.finalize()) })
}

/// Puts the bytes of an archive into a place for files, each whole and on the disk.
pub(super) fn read<R: Read + Seek>(zip: &mut ZipArchive<R>, files: &FileList, root: &Path) -> Result<(), RestoreError> {
    let list = read_list(zip, files)?;
    let mut bytes = zip.by_name(FileList::BYTES).map_err(damaged)?;
    let mut folders = BTreeSet::new();
    for (hash, size) in &list {
        let path = blob_path(root, *hash);
        let folder = path.parent().unwrap_or(root).to_owned();
        std::fs::create_dir_all(&folder).map_err(anyhow::Error::from)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(anyhow::Error::from)?;
        if copy(&mut bytes, &mut file, *size, &|_| {}).map_err(not_copied)? != (*size, *hash) {
            return Err(damaged(format!("the bytes {hash} of a file are not what its list says")));
        }
        file.sync_all().map_err(anyhow::Error::from)?;
        folders.insert(folder);
    }
    if bytes.read(&mut [0]).map_err(damaged)? > 0 {
        return Err(damaged("it has more bytes of files than its list says"));
    }
    for folder in folders.iter().map(std::path::PathBuf::as_path).chain([&*root.join("blobs"), root]) {
        sync_directory(folder).map_err(anyhow::Error::from)?;
    }
    Ok(())
}

/// Reads the bytes of an archive and compares them with its list. `going` ends it early.
pub(super) fn check<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    files: &FileList,
    rest: impl Fn(Duration),
    going: impl Fn() -> Result<(), RestoreError>,
) -> Result<(), RestoreError> {
    let list = read_list(zip, files)?;
    let mut bytes = zip.by_name(FileList::BYTES).map_err(damaged)?;
    for (hash, size) in &list {
        if copy(&mut bytes, &mut io::sink(), *size, &rest).map_err(damaged)? != (*size, *hash) {
            return Err(damaged(format!("the bytes {hash} of a file are not what its list says")));
        }
        going()?;
    }
    // The end is read too, where the sum of the archive itself is compared.
    if bytes.read(&mut [0]).map_err(damaged)? > 0 {
        return Err(damaged("it has more bytes of files than its list says"));
    }
    Ok(())
}

fn not_copied(error: io::Error) -> RestoreError {
    if error.kind() == ErrorKind::StorageFull { RestoreError::Other(error.into()) } else { damaged(error) }
}

/// Each of its hashes is greater than the one before, so a short archive cannot hold a long list.
fn read_list<R: Read + Seek>(zip: &mut ZipArchive<R>, files: &FileList) -> Result<Vec<(FileHash, u64)>, RestoreError> {
    let differs = || damaged("the list of its files is not what it says");
    let mut lines = BufReader::new(zip.by_name(FileList::LIST).map_err(damaged)?);
    let (mut list, mut hashed) = (Vec::<(FileHash, u64)>::new(), Sha256::new());
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut lines).take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(damaged)? == 0 {
            break;
        }
        hashed.update(&line);
        let (hash, size): (String, u64) = serde_json::from_slice(&line).map_err(damaged)?;
        let hash = hash.parse().map_err(|_| differs())?;
        if list.last().is_some_and(|(before, _)| *before >= hash) {
            return Err(differs());
        }
        list.push((hash, size));
    }
    let bytes = list.iter().fold(0_u64, |bytes, (_, size)| bytes.saturating_add(*size));
    if (list.len() as u64, bytes) != (files.count, files.bytes) || hex(&hashed.finalize()) != files.sha256 {
        return Err(differs());
    }
    Ok(list)
}

/// Copies at most so many bytes, and says how many there were and their hash.
fn copy(from: &mut impl Read, to: &mut impl Write, most: u64, rest: &impl Fn(Duration)) -> io::Result<(u64, FileHash)> {
    let mut from = from.take(most);
    let (mut size, mut hash) = (0, Sha256::new());
    let mut piece = vec![0; PIECE];
    loop {
        let since = Instant::now();
        let length = from.read(&mut piece)?;
        if length == 0 {
            return Ok((size, FileHash(hash.finalize().into())));
        }
        hash.update(&piece[..length]);
        to.write_all(&piece[..length])?;
        size += length as u64;
        rest(since.elapsed());
    }
}
