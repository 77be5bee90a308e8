//! Hearth on a real local network, made of network namespaces: a hub on one computer, teammates and
//! phones on others, and a cable between them.
//!
//! `hearth-network run` makes a network for each test and takes it away again, whatever happens. The
//! other commands are what computers of that network do; the tests start them inside.

#![expect(clippy::print_stdout, reason = "a command-line program")]

mod http;
mod hub;
mod inside;
mod lan;
mod tests;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "hearth-network")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the tests
    Run {
        /// Only those whose name contains this
        only: Option<String>,
    },
    /// Ask a hub, by its address or its `.local` name
    Call {
        method: String,
        url: String,
        #[arg(long)]
        body: Option<String>,
        #[arg(long)]
        token: Option<String>,
    },
    /// Send the same body many times at once
    Flood { url: String, body: String, times: usize },
    /// Find a service and print what it says
    Service { kind: String },
    /// Keep a port from others
    Hold { port: u16 },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Run { only } => tests::run(only.as_deref().unwrap_or_default()),
        Command::Call { method, url, body, token } => inside::call(&method, &url, body.as_deref(), token.as_deref()),
        Command::Flood { url, body, times } => inside::flood(&url, &body, times),
        Command::Service { kind } => inside::service(&kind),
        Command::Hold { port } => inside::hold(port),
    };
    finish(outcome)
}

#[expect(clippy::print_stderr, reason = "a command line tells what went wrong on standard error")]
fn finish(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
