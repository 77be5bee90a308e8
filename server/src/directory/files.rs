//! What is known of files without asking the database: which wait for a message, how much each person has, and how
//! many rows refer to which bytes.

use crate::{
    clock::Timestamp,
    files::{FileHash, FileView},
    ids::{FileId, UserId},
};
use std::collections::{BTreeMap, HashMap};

/// A file that is whole and on the disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredFile {
    pub view: FileView,
    pub owner: UserId,
    pub hash: FileHash,
    pub created_at: Timestamp,
    /// In no message yet.
    pub loose: bool,
}

/// All files, as far as rules depend on them.
#[derive(Clone, Default, Debug)]
pub struct Files {
    loose: BTreeMap<FileId, StoredFile>,
    bytes: HashMap<UserId, u64>,
    references: HashMap<FileHash, u32>,
}

impl Files {
    /// The file with this id, if it is in no message yet.
    #[must_use]
    pub fn loose(&self, file: FileId) -> Option<&StoredFile> {
        self.loose.get(&file)
    }

    /// Every file that is in no message yet, the oldest first.
    pub fn all_loose(&self) -> impl Iterator<Item = &StoredFile> {
        self.loose.values()
    }

    /// How many bytes a person's files have together.
    #[must_use]
    pub fn bytes_of(&self, person: UserId) -> u64 {
        self.bytes.get(&person).copied().unwrap_or(0)
    }

    /// Whether a row refers to these bytes.
    #[must_use]
    pub fn refers_to(&self, hash: FileHash) -> bool {
        self.references.contains_key(&hash)
    }

    /// All bytes to which a row refers.
    pub fn all_hashes(&self) -> impl Iterator<Item = FileHash> {
        self.references.keys().copied()
    }

    pub(super) fn stored(&mut self, file: &StoredFile) {
        *self.bytes.entry(file.owner).or_default() += file.view.size;
        *self.references.entry(file.hash).or_default() += 1;
        if file.loose {
            self.loose.insert(file.view.id, file.clone());
        }
    }

    pub(super) fn attached(&mut self, file: FileId) {
        self.loose.remove(&file);
    }

    pub(super) fn gone(&mut self, file: FileId, owner: UserId, size: u64, hash: FileHash) {
        self.loose.remove(&file);
        if let Some(bytes) = self.bytes.get_mut(&owner) {
            *bytes = bytes.saturating_sub(size);
        }
        if let Some(references) = self.references.get_mut(&hash) {
            *references -= 1;
            if *references == 0 {
                self.references.remove(&hash);
            }
        }
    }
}
