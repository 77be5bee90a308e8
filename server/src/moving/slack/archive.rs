//! The zip file that an export is, read with bounds.
//!
//! Nothing in it is used as a path: what a name looks like says what an entry is, and its bytes are read to memory or
//! copied to a name that Hearth chose. Neither counts nor sizes that the archive claims are believed.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};
use zip::ZipArchive;

/// The largest list of entries that is read: some 400,000 of them.
const LARGEST_LIST: u64 = 64 << 20;
/// How much may follow the end record: the longest comment that there can be.
const LONGEST_END: u64 = 22 + 65_535;
/// The longest name that an entry of an export has.
const LONGEST_NAME: usize = 500;
/// How many times its own size an archive may grow; one made to fill a disk does.
const MOST_GROWTH: u64 = 200;
/// What an archive may hold however small it is.
const ALWAYS_ALLOWED: u64 = 64 << 20;
/// The largest file of JSON that is read.
pub(super) const LARGEST_JSON: u64 = 32 << 20;
/// How many entries that nobody knows are named.
const MOST_NAMED: usize = 1_000;

/// Why an archive is not read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file, but no export of Slack.
    #[error("this file is not an export of Slack")]
    Foreign,
    #[error("this archive is damaged: {0}")]
    Damaged(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<zip::result::ZipError> for ArchiveError {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => Self::Io(cause),
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// Why one entry is not read; the others may be.
#[derive(Debug)]
pub(super) enum Unread {
    TooLarge,
    /// It is not what its checksum says, or in a form that is not known.
    Damaged,
    /// The disk refused.
    Disk(io::Error),
}

/// An export as far as its entries are known.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// The lists: `users.json` and the like.
    lists: HashMap<String, usize>,
    /// The files of days by folder, in the order of days.
    days: BTreeMap<String, BTreeMap<String, usize>>,
    /// The files that people sent, by Slack's id for them.
    uploads: HashMap<String, usize>,
    /// Entries that nothing is made of.
    pub(super) strange: Vec<String>,
    /// How many more bytes it may hold.
    left: u64,
}

impl Archive {
    /// Opens an export as far as its list of entries.
    pub(super) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        check_ends(&mut file, length)?;
        let zip = ZipArchive::new(BufReader::with_capacity(1 << 16, file))?;
        let names: Vec<_> = (0..zip.len()).map(|index| usable(&zip, index)).collect();
        // Somebody may have unpacked the export and packed the folder again.
        let is_users = |name: &&String| matches!(last(name), "users.json" | "org_users.json");
        let users =
            names.iter().flatten().filter(is_users).min_by_key(|name| name.len()).ok_or(ArchiveError::Foreign)?;
        let prefix = users[..users.len() - last(users).len()].to_owned();
        if prefix.matches('/').count() > 1 {
            return Err(ArchiveError::Foreign);
        }
        let left = length.saturating_mul(MOST_GROWTH).max(ALWAYS_ALLOWED);
        let mut archive = Self {
            zip,
            lists: HashMap::new(),
            days: BTreeMap::new(),
            uploads: HashMap::new(),
            strange: Vec::new(),
            left,
        };
        for (index, name) in names.iter().enumerate() {
            match name.as_deref().and_then(|name| name.strip_prefix(&prefix)) {
                Some(name) => archive.sort(name, index),
                None => archive.strange(name.as_deref().unwrap_or("(a name that cannot be read)")),
            }
        }
        let conversations = ["channels.json", "groups.json", "mpims.json", "dms.json"];
        if !conversations.iter().any(|list| archive.lists.contains_key(*list)) {
            return Err(ArchiveError::Foreign);
        }
        Ok(archive)
    }

    fn sort(&mut self, name: &str, index: usize) {
        let parts: Vec<_> = name.split('/').collect();
        match parts[..] {
            [.., ""] => {}
            [list] if is_json(list) => {
                self.lists.insert(list.to_owned(), index);
            }
            // What mmetl and slack-advanced-exporter write, and slackdump.
            ["__uploads", id, _] => {
                self.uploads.insert(id.to_owned(), index);
            }
            [_, "attachments", file] if file.contains('-') => {
                let id = file.split('-').next().unwrap_or_default();
                self.uploads.insert(id.to_owned(), index);
            }
            [folder, day] if is_json(day) => {
                self.days.entry(folder.to_owned()).or_default().insert(day.to_owned(), index);
            }
            _ => self.strange(name),
        }
    }

    fn strange(&mut self, name: &str) {
        if self.strange.len() < MOST_NAMED && !name.ends_with('/') {
            self.strange.push(name.to_owned());
        }
    }

    /// The lists that the archive has besides these.
    pub(super) fn other_lists(&self, known: &[&str]) -> Vec<String> {
        let mut others: Vec<_> = self.lists.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        others.sort_unstable();
        others
    }

    /// The folders that have files of days.
    pub(super) fn folders(&self) -> impl Iterator<Item = &String> {
        self.days.keys()
    }

    /// How many files of days a folder has.
    pub(super) fn days_of(&self, folder: &str) -> usize {
        self.days.get(folder).map_or(0, BTreeMap::len)
    }

    /// The files of a folder's days, in their order.
    pub(super) fn days(&self, folder: &str) -> Vec<(String, usize)> {
        self.days.get(folder).into_iter().flatten().map(|(day, index)| (day.clone(), *index)).collect()
    }

    /// Whether the bytes of this file are in the archive, and how many it says they are.
    pub(super) fn upload(&self, id: &str) -> Option<(usize, u64)> {
        let index = *self.uploads.get(id)?;
        Some((index, self.zip.by_index_data(index).ok()?.size()))
    }

    /// A list, if the archive has one of this name.
    pub(super) fn list(&mut self, name: &str) -> Option<Result<Vec<u8>, Unread>> {
        let index = *self.lists.get(name)?;
        Some(self.json(index))
    }

    /// A file of JSON.
    pub(super) fn json(&mut self, index: usize) -> Result<Vec<u8>, Unread> {
        let mut text = Vec::new();
        self.copy(index, LARGEST_JSON, &mut text)?;
        Ok(text)
    }

    /// Copies the bytes of an entry, at most so many.
    pub(super) fn copy(&mut self, index: usize, most: u64, to: &mut impl Write) -> Result<u64, Unread> {
        let most = most.min(self.left);
        let entry = self.zip.by_index(index).map_err(|_| Unread::Damaged)?;
        if entry.size() > most {
            return Err(Unread::TooLarge);
        }
        // One byte more than allowed, so that a longer one is noticed.
        let mut entry = entry.take(most.saturating_add(1));
        let (mut piece, mut copied) = (vec![0; 128 << 10], 0_u64);
        loop {
            let length = entry.read(&mut piece).map_err(|_| Unread::Damaged)?;
            if length == 0 {
                break;
            }
            copied += length as u64;
            self.left = self.left.saturating_sub(length as u64);
            if copied > most {
                return Err(Unread::TooLarge);
            }
            to.write_all(&piece[..length]).map_err(Unread::Disk)?;
        }
        Ok(copied)
    }
}

/// The name of an entry, if it can be one of an export's.
fn usable(zip: &ZipArchive<BufReader<File>>, index: usize) -> Option<String> {
    let name = zip.name_for_index(index)?.ok()?;
    (name.len() <= LONGEST_NAME && !name.chars().any(char::is_control)).then(|| name.into_owned())
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// Whether a file begins as a zip archive and ends as one whose list of entries can be held, before anything is read.
fn check_ends(file: &mut File, length: u64) -> Result<(), ArchiveError> {
    let mut begins = [0_u8; 4];
    if length < 4 || file.read_exact(&mut begins).is_err() || &begins != b"PK\x03\x04" {
        return Err(ArchiveError::Foreign);
    }
    let too_short = || ArchiveError::Damaged("it ends too early".to_owned());
    let from = length.saturating_sub(LONGEST_END);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    file.take(LONGEST_END).read_to_end(&mut end)?;
    let at = end.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or_else(too_short)?;
    let record = end.get(at..at + 22).ok_or_else(too_short)?;
    let mut list = u64::from(number(&record[12..16]));
    if list == u64::from(u32::MAX) {
        // A large archive has its sizes in a record of its own, to which the twenty bytes before point.
        let points = at.checked_sub(20).and_then(|at| end.get(at..at + 16)).ok_or_else(too_short)?;
        let place = u64::from_le_bytes(points[8..16].try_into().unwrap_or_default());
        let mut large = [0_u8; 48];
        file.seek(SeekFrom::Start(place))?;
        file.read_exact(&mut large).map_err(|_| too_short())?;
        list = u64::from_le_bytes(large[40..48].try_into().unwrap_or_default());
    }
    file.rewind()?;
    if list > LARGEST_LIST || list > length {
        return Err(ArchiveError::Damaged("it has too many files in it".to_owned()));
    }
    Ok(())
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().unwrap_or_default())
}
