//! What a backup says about itself.

use crate::{
    clock::Timestamp,
    database::Applied,
    ids::{BackupId, HubId},
};
use serde::{Deserialize, Serialize};

/// What the first member of a manifest says, so that no other zip file passes for a backup.
pub(super) const FORMAT: &str = "hearth-backup";
/// Which form of backup this version writes, and the newest that it reads.
pub(super) const VERSION: u32 = 1;
/// The name of the manifest in the archive.
pub(super) const NAME: &str = "manifest.json";

/// Why a backup was made.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// Somebody wanted one.
    #[default]
    Hand,
    /// It was time.
    Schedule,
}

impl Cause {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_hand(&self) -> bool {
        *self == Self::Hand
    }
}

/// The list of what is in a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    pub(super) format: String,
    /// Of the form of backups, not of Hearth.
    pub(super) version: u32,
    pub id: BackupId,
    pub hub: HubId,
    /// The team's name.
    pub team: String,
    /// The moment that the backup shows.
    pub made_at: Timestamp,
    #[serde(default, skip_serializing_if = "Cause::is_hand")]
    pub cause: Cause,
    /// The version of Hearth that made it.
    pub hearth: String,
    /// The steps that the schema had had.
    pub(super) schema: Vec<Applied>,
    pub tables: Vec<Table>,
    /// The bytes of files; nothing where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<FileList>,
}

/// The bytes of all files in a backup: a list of hashes and lengths, and the bytes one after the other in its order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileList {
    pub count: u64,
    /// How long they are together.
    pub bytes: u64,
    /// The SHA-256 of the list, in hexadecimal.
    pub sha256: String,
}

impl FileList {
    /// The name of the list in the archive.
    pub(super) const LIST: &str = "files/list.jsonl";
    /// The name of the bytes in the archive.
    pub(super) const BYTES: &str = "files/bytes";
}

/// One table of a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    pub name: String,
    pub rows: u64,
    /// How long its lines are together.
    pub bytes: u64,
    /// The SHA-256 of its lines, in hexadecimal.
    pub sha256: String,
}

impl Table {
    /// The name of its file in the archive.
    pub(super) fn file(&self) -> String {
        format!("tables/{}.jsonl", self.name)
    }
}

impl Manifest {
    /// How many rows a table has; none, when it is not there.
    #[must_use]
    pub fn rows_of(&self, table: &str) -> u64 {
        self.tables.iter().find(|entry| entry.name == table).map_or(0, |entry| entry.rows)
    }

    /// How many rows there are in all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// The number of the schema's newest step.
    #[must_use]
    pub fn schema_number(&self) -> i64 {
        self.schema.iter().map(|step| step.number).max().unwrap_or(0)
    }
}
