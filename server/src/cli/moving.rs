//! `hearth import-slack`, `hearth export` and `hearth import`.

use crate::{
    accounts,
    config::{Config, DEFAULT_PORT},
    moving::{
        self, out,
        slack::{Counts, Mode, Progress},
    },
};
use anyhow::Context;
use clap::Args;
use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

#[derive(Args)]
pub(super) struct ImportSlack {
    /// The zip file that Slack made
    file: PathBuf,
    /// The data directory
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Only say what would be made, and what could not be brought
    #[arg(long)]
    dry_run: bool,
    /// Write what could not be brought into this file, as a table (CSV)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

pub(super) async fn import_slack(asked: ImportSlack, config: Config) -> anyhow::Result<()> {
    let data = config.data.clone().context("no data directory")?;
    anyhow::ensure!(data.join("database").exists(), "there is no team in {}", data.display());
    moving::slack::inspect(&asked.file).with_context(|| asked.file.display().to_string())?;
    let shutdown = CancellationToken::new();
    tokio::spawn(super::stop_on_signal(shutdown.clone()));
    let app = crate::start(config, shutdown.clone()).await?;
    let mode = if asked.dry_run { Mode::Look } else { Mode::Fast };
    let progress = Arc::new(Progress::default());
    let telling = tokio::spawn(tell(Arc::clone(&progress)));
    let outcome = moving::import_slack(&app, asked.file.clone(), mode, progress).await;
    telling.abort();
    crate::stop(&app).await?;
    let outcome = outcome.map_err(|failure| anyhow::anyhow!("{failure}"))?;
    println!("{}", counted(&outcome.tally.counts));
    for problem in &outcome.tally.problems {
        println!("  {:>8} × {}", problem.count, problem.kind.sentence());
    }
    if let Some(report) = &asked.report {
        std::fs::write(report, &outcome.report).with_context(|| report.display().to_string())?;
        println!("What could not be brought is in {}.", report.display());
    }
    match (outcome.stopped, asked.dry_run) {
        (true, _) => println!("Stopped before the end. The same command goes on."),
        (false, true) => println!("Nothing was changed."),
        (false, false) => println!("New people have no password: an admin gives each a link under Admin → People."),
    }
    Ok(())
}

fn counted(counts: &Counts) -> String {
    let Counts { matched, known, members, guests, former, bots, .. } = counts;
    let Counts { public_channels, private_channels, direct, groups, .. } = counts;
    let Counts { messages, replies, reactions, files, pins, known_messages, .. } = counts;
    format!(
        "People: {members} new, {guests} guests, {former} former, {bots} bots, {matched} here already, {known} brought before.\n\
         Conversations: {public_channels} public, {private_channels} private, {direct} direct, {groups} groups.\n\
         Messages: {messages}, replies: {replies}, reactions: {reactions}, files: {files}, pins: {pins}; {known_messages} brought before."
    )
}

/// Says on a terminal how far it is.
async fn tell(progress: Arc<Progress>) {
    let mut terminal = std::io::stderr();
    if !terminal.is_terminal() {
        return;
    }
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (days, all) = (progress.days.load(Ordering::Relaxed), progress.all_days.load(Ordering::Relaxed));
        let messages = progress.messages.load(Ordering::Relaxed);
        // A terminal that does not take it is no reason to stop.
        let _ = write!(terminal, "\r{:3}%  {messages} messages ", days.saturating_mul(100) / all.max(1));
    }
}

#[derive(Args)]
pub(super) struct Export {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "team.export.zip")]
    to: PathBuf,
}

#[derive(Args)]
pub(super) struct Import {
    /// The file that `hearth export` or Admin → Export made
    file: PathBuf,
    /// The data directory, which has no team yet
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

pub(super) async fn export(asked: Export, config: &Config) -> anyhow::Result<()> {
    let data = config.data.as_deref().unwrap_or(Path::new("."));
    let manifest = out::export(data, &asked.to).await?;
    println!("{} is exported: {}.", manifest.team, contents(&manifest));
    println!("What people said in private is in it. {}", asked.to.display());
    Ok(())
}

pub(super) async fn import(asked: Import, config: Config) -> anyhow::Result<()> {
    let data = config.data.clone().context("no data directory")?;
    let manifest = out::take(&asked.file, &data, |_, _| {}).await?;
    println!("{} is imported as it was on {}: {}.", manifest.team, manifest.made_at, contents(&manifest));
    let app = crate::start(config, CancellationToken::new()).await?;
    let link = accounts::reset_for_owner(&app).await;
    crate::stop(&app).await?;
    let (code, owner) = link.map_err(|failure| anyhow::anyhow!("{}", failure.sentence()))?;
    println!("Nobody has a password here. Within a day {} comes in by", owner.name);
    println!("  http://127.0.0.1:{DEFAULT_PORT}/reset/{code}");
    println!("once the hub runs, and gives the others their links under Admin → People.");
    Ok(())
}

fn contents(manifest: &out::Manifest) -> String {
    let lines = |name| manifest.lines_of(name);
    format!(
        "{} people, {} channels, {} messages, {} tasks, {} files",
        lines("people"),
        lines("channels"),
        lines("messages"),
        lines("tasks"),
        lines("files")
    )
}
