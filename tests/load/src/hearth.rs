//! The `hearth` process: started, watched, stopped and killed.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::client::Client;

/// How long a start may take before it counts as failed.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Where programs and data directories are.
pub(crate) struct Place {
    pub(crate) program: PathBuf,
    folder: PathBuf,
}

impl Place {
    /// Data goes beside the built programs, because the system's folder for temporary files is often memory, where a write
    /// to disk costs nothing.
    pub(crate) fn new(program: Option<PathBuf>) -> Result<Self> {
        let this = std::env::current_exe().context("where this program lies")?;
        let built = this.parent().context("a program lies in a folder")?;
        let program = program.unwrap_or_else(|| built.join("hearth"));
        if !program.exists() {
            bail!("there is no {}; build it with `cargo build --workspace`", program.display());
        }
        let folder = built.join("load-data");
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self { program, folder })
    }

    /// A fresh data directory, gone when dropped.
    pub(crate) fn fresh(&self) -> Result<TempDir> {
        tempfile::tempdir_in(&self.folder).context("making a data directory")
    }
}

/// A running server.
pub(crate) struct Hearth {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From starting the process to the first 200 of /health.
    pub(crate) start_time: Duration,
}

impl Hearth {
    /// Starts on a free port and waits until it answers.
    pub(crate) async fn start(place: &Place, data: &Path) -> Result<Self> {
        Self::start_at(place, data, free_address()?).await
    }

    /// Starts on a known address and waits until it answers.
    pub(crate) async fn start_at(place: &Place, data: &Path, address: SocketAddr) -> Result<Self> {
        let mut hearth = Self::spawn(place, data, address)?;
        let start = Instant::now();
        let mut client = Client::new(address);
        loop {
            if client.get_raw("/api/v1/health").await.is_ok_and(|answer| answer.status == 200) {
                break;
            }
            if let Some(status) = hearth.child.try_wait()? {
                bail!("hearth ended while starting ({status}); it said:\n{}", said(data));
            }
            if start.elapsed() > START_LIMIT {
                bail!("hearth does not answer after {START_LIMIT:?}; it said:\n{}", said(data));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        hearth.start_time = start.elapsed();
        Ok(hearth)
    }

    /// Starts without waiting for anything.
    pub(crate) fn spawn(place: &Place, data: &Path, address: SocketAddr) -> Result<Self> {
        let log = File::options().create(true).append(true).open(log_of(data)).context("opening the log")?;
        let child = Command::new(&place.program)
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(data)
            .env("HEARTH_LOG", "warn")
            .env("RUST_BACKTRACE", "0")
            .envs(["SIGN_IN", "REGISTER", "MESSAGES"].map(|limit| (format!("HEARTH_LIMIT_{limit}"), "0")))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", place.program.display()))?;
        Ok(Self { child, address, start_time: Duration::ZERO })
    }

    /// Ends the process as a power cut would: without a word.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill().context("killing hearth")?;
        self.child.wait().context("waiting for hearth's end")?;
        Ok(())
    }

    /// Asks the process to end and waits for it.
    pub(crate) async fn stop(mut self) -> Result<ExitStatus> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().context("asking hearth to stop")?;
        if !asked.success() {
            bail!("hearth could not be asked to stop");
        }
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if start.elapsed() > Duration::from_secs(15) {
                bail!("hearth does not stop within 15 s");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Resident memory in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&path).with_context(|| format!("reading {path} (Linux only)"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS is not there")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().context("VmRSS is not a number")?;
        Ok(kilobytes * 1024)
    }
}

impl Drop for Hearth {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on loopback that was free a moment ago.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
    Ok(listener.local_addr()?)
}

/// What the server prints goes beside its data, where it does not count as foreign data.
fn log_of(data: &Path) -> PathBuf {
    data.with_extension("log")
}

/// The end of what the server printed.
fn said(data: &Path) -> String {
    let text = std::fs::read_to_string(log_of(data)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
