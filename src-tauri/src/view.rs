//! What the launcher shows. Rust decides, the page draws.

use hearth_server::{admin::backup as restore, clock::Timestamp};
use serde::Serialize;
use std::path::Path;

/// One view of the launcher.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum View {
    /// The hub starts.
    Starting { step: Step },
    /// There is no team here yet: what now? `problem` is why the last choice came to nothing.
    Choices { data: String, problem: Option<String> },
    /// A backup was chosen: is it the one? `replaces` when there is a team already.
    Backup { data: String, backup: Backup, replaces: bool },
    /// A team is put back from a backup.
    Restoring { team: String, step: restore::Step, percent: u64 },
    /// Another process has the data directory.
    Held { data: String, holder: String },
    /// The hub did not start, or stopped by itself.
    Failed { data: String, problem: String },
    /// How teammates reach the hub.
    Addresses { team: String, addresses: Vec<Address> },
    /// Whether to quit although people are here, or although there is nothing to come back by.
    Leaving { others: usize, tray: bool },
    /// The hub stops.
    Stopping,
}

/// What a backup says about itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Backup {
    pub(crate) file: String,
    pub(crate) team: String,
    pub(crate) made_at: Timestamp,
    pub(crate) people: u64,
    pub(crate) channels: u64,
    pub(crate) messages: u64,
}

/// How far the start is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Step {
    Directory,
    Database,
    Migrations,
    Team,
    Page,
}

impl From<hearth_server::Starting> for Step {
    fn from(starting: hearth_server::Starting) -> Self {
        match starting {
            hearth_server::Starting::Directory => Self::Directory,
            hearth_server::Starting::Database => Self::Database,
            hearth_server::Starting::Migrations => Self::Migrations,
            hearth_server::Starting::Team => Self::Team,
        }
    }
}

/// Where the hub can be opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Address {
    pub(crate) url: String,
    pub(crate) reaches: Reaches,
    /// A QR code of the address as the data of an SVG path, and the code's edge in modules.
    pub(crate) code: Option<(String, usize)>,
}

/// From where an address works.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Reaches {
    Network,
    Name,
    ThisComputer,
}

/// A path as a person reads it: with `~` for their home.
pub(crate) fn readable(path: &Path) -> String {
    let home = directories::BaseDirs::new().map(|places| places.home_dir().to_owned());
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(rest) => Path::new("~").join(rest).display().to_string(),
        None => path.display().to_string(),
    }
}
