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
use sysinfo::{Disks, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// How long it is believed how large the folders are; finding out reads every name in them.
const BELIEVED: Duration = Duration::from_secs(20);

/// What is measured, between two looks.
#[derive(Debug)]
pub struct Gauge {
    /// When the hub was started.
    pub started_at: Timestamp,
    system: Mutex<System>,
    folders: Mutex<Option<(Instant, Storage)>>,
}

impl Default for Gauge {
    fn default() -> Self {
        let mut system = System::new();
        refresh(&mut system);
        Self { started_at: clock::now(), system: Mutex::new(system), folders: Mutex::new(None) }
    }
}

impl Gauge {
    /// Looks now. Reads the disk, so not for the runtime's own threads.
    pub(super) fn measure(&self, config: &Config, blobs: &Path) -> (Storage, Process) {
        (self.storage(config, blobs), self.process())
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
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let believed = folders.filter(|(at, _)| at.elapsed() < BELIEVED);
        let (_, storage) = believed.unwrap_or_else(|| {
            let database = config.data.as_ref().map(|data| size(&data.join("database"))).unwrap_or_default();
            let backups = config.backup_folder().map(|folder| size(&folder)).unwrap_or_default();
            (Instant::now(), Storage { database, files: size(blobs), backups, disk: None })
        });
        if believed.is_none() {
            *folders = Some((Instant::now(), storage));
        }
        Storage { disk: config.data.as_deref().and_then(disk_of), ..storage }
    }
}

/// Looks at this process.
fn refresh(system: &mut System) -> Option<Pid> {
    let pid = sysinfo::get_current_pid().ok()?;
    let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, what);
    Some(pid)
}

/// The disk that a folder is on.
fn disk_of(folder: &Path) -> Option<DiskState> {
    let folder = folder.canonicalize().ok()?;
    let disks = Disks::new_with_refreshed_list();
    disks
        .iter()
        .filter(|disk| folder.starts_with(disk.mount_point()) && disk.total_space() > 0)
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(|disk| DiskState { free: disk.available_space(), total: disk.total_space() })
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
