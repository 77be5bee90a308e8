//! How the hub is, at one look: who is here, what is said, what it takes, and what needs somebody.

pub mod api;
mod days;
mod gauge;

pub(crate) use days::{count, load};
pub use gauge::Gauge;

use super::backup::{self, Flaw};
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    directory::ChannelKind,
    error::AppError,
    permission::{Action, Relation},
};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use utoipa::ToSchema;

/// A disk with less room than this part of it needs somebody.
const LOW: u64 = 10;
/// A disk with less room than this is as good as full.
const FULL: u64 = 1 << 30;
/// A backup older than this no longer protects much.
const OLD: Duration = Duration::from_secs(8 * 24 * 3600);

/// Something that needs somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Less than 1 GiB is free.
    DiskFull,
    /// Less than a tenth of the disk is free.
    DiskLow,
    /// The folder for backups is not there: a disk is not plugged in.
    BackupFolderMissing,
    /// The last backup could not be made.
    BackupFailed,
    /// The newest backup was read again and is damaged.
    BackupDamaged,
    /// The newest backup could not be restored for practice.
    DrillFailed,
    /// There is no backup.
    BackupMissing,
    /// The last backup is more than a week old.
    BackupOld,
}

/// How the hub is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The version of Hearth.
    pub version: String,
    pub started_at: Timestamp,
    /// The hub's time.
    pub now: Timestamp,
    /// What needs somebody, the most urgent first. Empty when everything is well.
    pub warnings: Vec<Warning>,
    pub people: PeopleCount,
    /// Messages and tasks of each of the last 30 days by the hub's local time, the last one today. Nothing was
    /// counted before the hub could.
    pub days: Vec<DayCounts>,
    /// Public and private channels that are not archived.
    pub channels: usize,
    pub storage: Storage,
    pub process: Process,
    pub journal: JournalState,
    /// When the last backup was made.
    pub last_backup_at: Option<Timestamp>,
    /// When the newest backup was made that was read again wholly, or restored for practice, and found right.
    pub last_verified_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeopleCount {
    /// Who has a client connected.
    pub online: usize,
    /// Everyone in the team.
    pub total: usize,
    pub suspended: usize,
    /// Connected clients.
    pub sockets: usize,
}

/// What came to be on one day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayCounts {
    /// As in 2026-11-26.
    pub day: String,
    pub messages: u32,
    /// Tasks that were made.
    pub tasks: u32,
}

/// What the hub's data takes, in bytes.
#[derive(Clone, Copy, Default, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    pub database: u64,
    /// What people sent, with the small pictures made of it.
    pub files: u64,
    pub backups: u64,
    /// The disk that the data is on; absent for a hub that keeps nothing.
    pub disk: Option<DiskState>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiskState {
    pub free: u64,
    pub total: u64,
    /// In how many days it will be full if it goes on as in the last weeks; absent when that is not known, or far away.
    pub full_in_days: Option<u32>,
}

/// What the hub's process takes.
#[derive(Clone, Copy, Default, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Process {
    /// Bytes of memory.
    pub memory: u64,
    /// Percent of one processor core, since this was asked before.
    pub cpu: f32,
    /// The cores of the computer.
    pub cores: usize,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JournalState {
    /// How many events there ever were.
    pub position: i64,
    /// Changes that wait to be written.
    pub waiting: usize,
    /// How many events the index that finds messages has not read yet; absent while it is being made.
    pub search_behind: Option<i64>,
}

/// How the hub is now.
///
/// # Errors
/// `forbidden`, `internal`.
pub async fn look(app: &Arc<App>, actor: &Actor) -> Result<Overview, AppError> {
    actor.require(Action::ViewOverview, Relation::NONE)?;
    figures(app).await
}

/// [`look`], for those whose permission is known.
///
/// # Errors
/// `internal`.
pub(super) async fn figures(app: &Arc<App>) -> Result<Overview, AppError> {
    let backups = backup::last(app).await?;
    let gauge = Arc::clone(app);
    let measured = tokio::task::spawn_blocking(move || gauge.gauge.measure(&gauge.config, gauge.blobs.root()));
    let (storage, process) = measured.await.map_err(AppError::internal)?;
    let disk = storage.disk.map(|disk| DiskState { full_in_days: app.room.full_in(disk.free), ..disk });
    let storage = Storage { backups: backups.bytes, disk, ..storage };
    let now = clock::now();
    let online = app.realtime.people().len();
    let directory = app.journal.directory();
    let everyone = || directory.people.values().filter(|person| person.deleted_at.is_none() && !person.bot);
    let open = |kind| matches!(kind, ChannelKind::Public | ChannelKind::Private);
    Ok(Overview {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: app.gauge.started_at,
        now,
        warnings: warnings(&storage, &backups, app.config.backup_folder().is_some(), now),
        people: PeopleCount {
            online,
            total: everyone().count(),
            suspended: everyone().filter(|person| person.suspended_at.is_some()).count(),
            sockets: app.realtime.count(),
        },
        days: days::last(&directory, now),
        channels: directory
            .channels
            .values()
            .filter(|channel| open(channel.kind) && channel.archived_at.is_none())
            .count(),
        storage,
        process,
        journal: JournalState {
            position: app.journal.newest(),
            waiting: app.journal.waiting(),
            search_behind: app.search.behind(&app.journal.cursor()),
        },
        last_backup_at: backups.made_at,
        last_verified_at: backups.verified_at,
    })
}

fn warnings(storage: &Storage, backups: &backup::Last, makes_backups: bool, now: Timestamp) -> Vec<Warning> {
    let mut found = Vec::new();
    match storage.disk {
        Some(disk) if disk.free < FULL => found.push(Warning::DiskFull),
        Some(disk) if disk.free < disk.total / LOW => found.push(Warning::DiskLow),
        _ => {}
    }
    match backups.made_at {
        _ if backups.failed == Some(Flaw::FolderMissing) => found.push(Warning::BackupFolderMissing),
        _ if backups.damaged => found.push(Warning::BackupDamaged),
        _ if backups.failed.is_some() => found.push(Warning::BackupFailed),
        None if makes_backups => found.push(Warning::BackupMissing),
        Some(at) if now.since(at) > OLD => found.push(Warning::BackupOld),
        _ => {}
    }
    if backups.drill_failed && !backups.damaged {
        found.push(Warning::DrillFailed);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_somebody_is_said_once_and_the_most_urgent_first() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let disk =
            |free, total| Storage { disk: Some(DiskState { free, total, full_in_days: None }), ..Storage::default() };
        let made = |days: u64| backup::Last {
            made_at: Some(Timestamp::from_millis(now.millis() - i64::try_from(days * 86_400_000).unwrap())),
            ..backup::Last::default()
        };
        assert_eq!(warnings(&disk(500 << 30, 1000 << 30), &made(1), true, now), []);
        assert_eq!(warnings(&disk(99 << 30, 1000 << 30), &made(9), true, now), [Warning::DiskLow, Warning::BackupOld]);
        let none = backup::Last::default();
        assert_eq!(warnings(&disk(FULL - 1, 4 << 30), &none, true, now), [Warning::DiskFull, Warning::BackupMissing]);
        assert_eq!(warnings(&Storage::default(), &none, false, now), []);
        let failed = backup::Last { failed: Some(Flaw::Internal), drill_failed: true, ..made(0) };
        let told = [Warning::BackupFailed, Warning::DrillFailed];
        assert_eq!(warnings(&Storage::default(), &failed, true, now), told);
        let unplugged = backup::Last { failed: Some(Flaw::FolderMissing), ..made(9) };
        assert_eq!(warnings(&Storage::default(), &unplugged, true, now), [Warning::BackupFolderMissing]);
        let damaged = backup::Last { failed: Some(Flaw::Damaged), damaged: true, drill_failed: true, ..made(0) };
        assert_eq!(warnings(&Storage::default(), &damaged, true, now), [Warning::BackupDamaged]);
    }
}
