//! `hearth backup` and `hearth restore`.

use crate::{
    admin::backup::{self, Progress, Step, Target},
    config::Config,
};
use clap::Args;
use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, Instant},
};

#[derive(Args)]
pub(super) struct Backup {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// The file to write, or the folder to write one into; without it, the folder `backups` of the
    /// data directory
    #[arg(long, value_name = "FILE|FOLDER")]
    to: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
    /// The data directory; a team that is there already is kept beside the restored one
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

pub(super) async fn back_up(asked: Backup, config: &Config) -> anyhow::Result<()> {
    let data = config.data.as_deref().unwrap_or(Path::new("."));
    let target = match asked.to {
        Some(path) if path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\']) => {
            Target::Folder(path)
        }
        Some(path) => Target::File(path),
        None => Target::Folder(config.backup_folder().unwrap_or_else(|| data.join("backups"))),
    };
    let made = backup::back_up(data, target).await?;
    println!("{} is backed up: {}.", made.manifest.team, contents(&made.manifest));
    println!("{}", made.path.display());
    Ok(())
}

pub(super) async fn restore(asked: Restore, config: &Config) -> anyhow::Result<()> {
    let data = config.data.as_deref().unwrap_or(Path::new("."));
    let restored = backup::restore(&asked.file, data, on_terminal()).await?;
    let manifest = &restored.manifest;
    println!("{} is restored as it was on {}: {}.", manifest.team, manifest.made_at, contents(manifest));
    if let Some(kept) = &restored.kept {
        println!("What was there before is kept in {}; remove it when you do not need it.", kept.display());
    }
    println!(
        "Everyone signs in again. API tokens and invitations that were revoked since work again: look through them."
    );
    Ok(())
}

fn contents(manifest: &backup::Manifest) -> String {
    let rows = |table| manifest.rows_of(table);
    format!("{} people, {} channels, {} messages", rows("person"), rows("channel"), rows("message"))
}

/// Says on a terminal how far a restore is, a few times a second.
fn on_terminal() -> impl Fn(Progress) + Send + Sync + 'static {
    let last = Mutex::new(None::<(Step, Instant)>);
    move |Progress { step, done, total }| {
        let mut terminal = std::io::stderr();
        let Ok(mut last) = last.lock() else { return };
        let due = last.is_none_or(|(before, at)| before != step || at.elapsed() > Duration::from_millis(200));
        if !terminal.is_terminal() || !due {
            return;
        }
        *last = Some((step, Instant::now()));
        let doing = match step {
            Step::Loading => "Loading",
            Step::Checking => "Checking",
            Step::Finishing => "Finishing",
        };
        // A terminal that does not take it is no reason to stop.
        let _ = write!(terminal, "\r{doing} {:3}%  ", done.saturating_mul(100) / total.max(1));
        if step == Step::Finishing {
            let _ = writeln!(terminal);
        }
    }
}
