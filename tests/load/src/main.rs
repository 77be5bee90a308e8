//! Hearth under load, measured and broken on purpose. Everything here uses real processes over loopback: the `hearth` program
//! on a data directory of its own, and clients that know nothing but its API.
//!
//! - `bench` prints the figures of Hearth beside baselines taken in the same run.
//! - `crash` kills the server again and again and checks that nothing acknowledged was lost or doubled.
//! - `fill` writes messages into a running hub, for measurements made from elsewhere.
//! - `sleep-test` checks that a client that was away catches up, or is told to load afresh.

#![expect(clippy::print_stdout, reason = "a command-line program")]

mod bench;
mod client;
mod crash;
mod fill;
mod hearth;
mod sleep;
mod socket;
mod team;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about, version)]
struct Arguments {
    /// The `hearth` program; by default the one beside this program.
    #[arg(long, global = true, env = "HEARTH_PROGRAM")]
    hearth: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure Hearth and its baselines.
    Bench(bench::Options),
    /// Kill the server under load and check every acknowledged write.
    Crash(crash::Options),
    /// Fill a channel of a running hub.
    Fill(fill::Options),
    /// Wake up after thousands of missed events.
    SleepTest(sleep::Options),
    /// The bare broadcast server that fan-out is compared with.
    #[command(hide = true)]
    BaselineBroadcast,
}

/// One thread: the server has to share the machine with its measuring.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nFAILED");
            for cause in error.chain() {
                println!("  {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    // 10,000 sockets are 10,000 files here and as many in the server, which inherits the limit.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let place = hearth::Place::new(arguments.hearth)?;
    match arguments.command {
        Command::Bench(options) => bench::bench(&place, &options).await,
        Command::Crash(options) => crash::crash(&place, &options).await,
        Command::Fill(options) => fill::fill(&options).await,
        Command::SleepTest(options) => sleep::sleep_test(&place, &options).await,
        Command::BaselineBroadcast => bench::broadcast::serve().await,
    }
}
