//! What an export says about itself.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// What the first member says, so that no other zip file passes for an export.
pub(super) const FORMAT: &str = "hearth-export";
/// Which form of export this version writes, and the newest that it reads.
pub(super) const VERSION: u32 = 1;
/// The name in the archive.
pub(super) const NAME: &str = "manifest.json";

/// What is in an export.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    pub(super) format: String,
    /// Of the form of exports, not of Hearth.
    pub(super) version: u32,
    /// The version of Hearth that made it.
    pub hearth: String,
    /// The team's name.
    pub team: String,
    /// The moment that it shows.
    pub made_at: Timestamp,
    pub parts: Vec<Part>,
}

/// One file of lines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Of the file, without its ending.
    pub name: String,
    pub lines: u64,
}

impl Manifest {
    /// How many lines of this kind there are.
    #[must_use]
    pub fn lines_of(&self, name: &str) -> u64 {
        self.parts.iter().find(|part| part.name == name).map_or(0, |part| part.lines)
    }

    /// How many lines there are.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.parts.iter().map(|part| part.lines).sum()
    }
}
