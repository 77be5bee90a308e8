//! The disk's own speed: a bare append and fdatasync of a record as long as a message, one after the other.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Effort;
use super::row::{Latencies, at, latencies};

/// About what a message and its event take in the journal.
const RECORD: [u8; 600] = [b'm'; 600];

/// What was measured so far. It is taken in portions around what it is compared with, because a disk has its moods.
pub(super) struct Disk {
    file: File,
    latencies: Latencies,
    spent: Duration,
}

impl Disk {
    /// Measures in the folder that holds the server's data.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(folder.join("append"));
        Ok(Self { file: file.context("making the baseline's file")?, latencies: latencies(), spent: Duration::ZERO })
    }

    /// One more portion.
    pub(super) fn measure(&mut self, effort: Effort) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < effort.duration() / 4 {
            let before = Instant::now();
            self.file.write_all(&RECORD)?;
            self.file.sync_data()?;
            self.latencies.saturating_record(u64::try_from(before.elapsed().as_micros())?);
        }
        self.spent += start.elapsed();
        Ok(())
    }

    pub(super) fn p50(&self) -> f64 {
        at(&self.latencies, 50.0)
    }

    pub(super) fn p99(&self) -> f64 {
        at(&self.latencies, 99.0)
    }

    /// Appends in a second.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    pub(super) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.spent.as_secs_f64()
    }
}
