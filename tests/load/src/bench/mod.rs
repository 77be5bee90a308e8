//! The figures of Hearth, each beside its aim and, where there is one, a baseline measured in the same run.

mod backup;
pub(crate) mod broadcast;
mod disk;
mod fan_out;
mod growth;
mod idle;
pub(crate) mod load;
mod resume;
mod row;
mod search;
mod send;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::hearth::{Hearth, Place};
use crate::team::Team;
use row::Row;
use tempfile::TempDir;

/// The rows in the order in which they are taken.
const ROWS: [&str; 11] = [
    "send-1",
    "send-32",
    "fan-out-100",
    "fan-out-2000",
    "resume",
    "idle",
    "history",
    "search",
    "start",
    "memory",
    "backup",
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this row (may be repeated): send-1, send-32, fan-out-100, fan-out-2000, resume, idle, history, search, start, memory, backup.
    #[arg(long)]
    only: Vec<String>,
    /// Write the figures here as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// A tenth of the work: for trying the bench, not for figures.
    #[arg(long)]
    quick: bool,
    /// How many messages the channel holds for history, search, start and memory.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    sizes: Vec<u64>,
}

/// A server with a team in it, and how much to measure.
struct Field {
    folder: TempDir,
    hearth: Hearth,
    team: Team,
    effort: Effort,
}

#[derive(Clone, Copy)]
struct Effort {
    quick: bool,
}

impl Effort {
    /// How long a closed loop runs.
    fn duration(self) -> Duration {
        Duration::from_secs(if self.quick { 2 } else { 10 })
    }

    /// How often something is repeated.
    fn times(self, full: usize) -> usize {
        if self.quick { (full / 10).max(2) } else { full }
    }
}

pub(crate) async fn bench(place: &Place, options: &Options) -> Result<()> {
    if let Some(unknown) = options.only.iter().find(|name| !ROWS.contains(&name.as_str())) {
        bail!("there is no row `{unknown}`; there are {}", ROWS.join(", "));
    }
    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let effort = Effort { quick: options.quick };
    let mut rows = Vec::new();
    if ROWS[..6].iter().any(|name| wanted(name)) {
        short_rows(place, effort, &wanted, &mut rows).await?;
    }
    if ROWS[6..10].iter().any(|name| wanted(name)) {
        let grown = growth::measure(place, &options.sizes, effort).await?;
        rows.extend(grown.into_iter().filter(|row| wanted(row.name)));
    }
    if wanted("backup") {
        row::add(&mut rows, backup::measure(place, effort).await?);
    }
    println!("\n{}", row::table(&rows));
    if let Some(path) = &options.json {
        let json = serde_json::to_vec_pretty(&row::report(&rows))?;
        std::fs::write(path, json).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// The rows that do not depend on how much there is.
async fn short_rows(place: &Place, effort: Effort, wanted: &impl Fn(&str) -> bool, rows: &mut Vec<Row>) -> Result<()> {
    let folder = place.fresh()?;
    let hearth = Hearth::start(place, &folder.path().join("data")).await?;
    let team = Team::found(hearth.address).await?;
    let mut field = Field { folder, hearth, team, effort };
    for (senders, name) in [(1, "send-1"), (32, "send-32")] {
        if wanted(name) {
            row::add(rows, send::measure(&mut field, name, senders).await?);
        }
    }
    for plan in [fan_out::HUNDRED, fan_out::TWO_THOUSAND] {
        if wanted(plan.name) {
            row::add(rows, fan_out::measure(&mut field, &plan).await?);
        }
    }
    if wanted("resume") {
        row::add(rows, resume::measure(&mut field).await?);
    }
    if wanted("idle") {
        row::add(rows, idle::measure(&mut field).await?);
    }
    let status = field.hearth.stop().await?;
    if !status.success() {
        bail!("hearth did not stop cleanly: {status}");
    }
    Ok(())
}
