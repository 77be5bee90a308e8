//! What the hub takes of its computer.

use super::{DiskState, Process, Storage};
use crate::{
    clock::{self, Timestamp},
    config::Config,
};
use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// How long it is believed how large the folders are; finding out reads every name in them.
const BELIEVED: Duration = Duration::from_secs(20);
/// The same of the folder with a file for everything that people sent.
const BELIEVED_OF_FILES: Duration = Duration::from_secs(600);

/// What is measured, between two looks.
#[derive(Debug)]
pub struct Gauge {
    /// When the hub was started.
    pub started_at: Timestamp,
    system: Mutex<System>,
    database: Mutex<Option<(Instant, u64)>>,
    files: Mutex<Option<(Instant, u64)>>,
}

impl Default for Gauge {
    fn default() -> Self {
        let mut system = System::new();
        refresh(&mut system);
        Self {
            started_at: clock::now(),
            system: Mutex::new(system),
            database: Mutex::default(),
            files: Mutex::default(),
        }
    }
}

impl Gauge {
    /// Looks now. Reads the disk, so not for the runtime's own threads.
    pub(super) fn measure(&self, config: &Config, blobs: &Path) -> (Storage, Process) {
        (self.storage(config, blobs), self.process())
    }

    /// The disk that the data is on; `None` for a hub that keeps nothing. Asks the operating system.
    pub(crate) fn disk(config: &Config) -> Option<DiskState> {
        disk_of(config.data.as_deref()?)
    }

    /// How many bytes it has left.
    pub(crate) fn free(config: &Config) -> Option<u64> {
        Self::disk(config).map(|disk| disk.free)
    }

    fn process(&self) -> Process {
        let mut system = self.system.lock().unwrap_or_else(PoisonError::into_inner);
        let pid = refresh(&mut system);
        let found = pid.and_then(|pid| system.process(pid));
        Process {
            memory: found.map_or(0, sysinfo::Process::memory),
            cpu: found.map_or(0.0, sysinfo::Process::cpu_usage),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    fn storage(&self, config: &Config, blobs: &Path) -> Storage {
        let database = || config.data.as_ref().map(|data| size(&data.join("database"))).unwrap_or_default();
        Storage {
            database: believed(&self.database, BELIEVED, database),
            files: believed(&self.files, BELIEVED_OF_FILES, || size(blobs)),
            backups: 0,
            disk: Self::disk(config),
        }
    }
}

/// What was measured lately, or measured now.
fn believed(known: &Mutex<Option<(Instant, u64)>>, how_long: Duration, measure: impl FnOnce() -> u64) -> u64 {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, bytes)) = *known
        && at.elapsed() < how_long
    {
        return bytes;
    }
    let bytes = measure();
    *known = Some((Instant::now(), bytes));
    bytes
}

/// Looks at this process.
fn refresh(system: &mut System) -> Option<Pid> {
    let pid = sysinfo::get_current_pid().ok()?;
    let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
    Some(pid)
}

/// The disk that a folder is on.
#[cfg(unix)]
fn disk_of(folder: &Path) -> Option<DiskState> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Some(DiskState { free: bytes(disk.f_bavail), total: bytes(disk.f_blocks), full_in_days: None })
}

/// The disk that a folder is on.
#[cfg(not(unix))]
fn disk_of(folder: &Path) -> Option<DiskState> {
    let folder = folder.canonicalize().ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list();
    disks
        .iter()
        .filter(|disk| folder.starts_with(disk.mount_point()) && disk.total_space() > 0)
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(|disk| DiskState { free: disk.available_space(), total: disk.total_space(), full_in_days: None })
}

/// How many bytes the files of a folder have. What goes meanwhile does not count.
fn size(folder: &Path) -> u64 {
    let mut left = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => left.push(entry.path()),
                Ok(found) => bytes += found.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_this_process_are_measured() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("inner")).unwrap();
        std::fs::write(folder.path().join("inner/file"), [0; 1_000]).unwrap();
        std::fs::write(folder.path().join("file"), [0; 24]).unwrap();
        assert_eq!(size(folder.path()), 1_024);
        assert_eq!(size(&folder.path().join("absent")), 0);
        assert!(Gauge::default().process().memory > 1 << 20);
    }
}
