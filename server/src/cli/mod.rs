//! The command line: `hearth serve`, `hearth setup`, `hearth nearby`, `hearth backup`, `hearth restore`, `hearth import-slack`, `hearth export`,
//! `hearth import`, `hearth demo`, `hearth doctor`, `hearth openapi`.
//!
//! It is part of the library, because the desktop app is also all of `hearth`: an installer holds one program.

#![expect(clippy::print_stdout, reason = "a command line speaks on standard output")]

mod backup;
mod banner;
mod demo;
mod doctor;
mod moving;
mod nearby;

use crate::{
    accounts::{self, Device, Newcomer, Transport},
    config::{Config, DEFAULT_PORT, Flags},
    directory::LanAccess,
    http::Peer,
    listener::Listener,
    logs,
};
use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use std::{
    ffi::OsString,
    io::Read,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};
use tokio_util::sync::CancellationToken;

/// A team's chat and task hub that lives on one of the team's own computers.
#[derive(Parser)]
#[command(name = "hearth", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the hub
    Serve(Serve),
    /// Make the team and its owner without a browser
    Setup(Setup),
    /// List the hubs that can be found on this network
    Nearby(Nearby),
    /// Write everything into one file; the hub must not be running
    Backup(backup::Backup),
    /// Put a team back from a backup; the hub must not be running
    Restore(backup::Restore),
    /// Bring an export of Slack into the team; the hub must not be running
    ImportSlack(moving::ImportSlack),
    /// Write the whole team into one file that other programs can read; the hub must not be running
    Export(moving::Export),
    /// Make a team of such a file, in an empty data directory
    Import(moving::Import),
    /// Look around in a made-up team
    Demo(demo::Demo),
    /// Look at what keeps a hub from running well, without changing anything
    Doctor(doctor::Doctor),
    /// Print the API's description (`OpenAPI` 3.1)
    Openapi,
}

#[derive(Args)]
struct Serve {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The address to listen on; without it, this computer only until the owner lets teammates in
    /// and then the local network as well, on port 4327 or the next free one
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Do not announce the hub on the local network
    #[arg(long)]
    no_mdns: bool,
    /// Use only this network interface of the computer (may be repeated)
    #[arg(long = "interface", value_name = "NAME")]
    interfaces: Vec<String>,
    /// Open the hub in the browser
    #[arg(long)]
    open: bool,
}

#[derive(Args)]
struct Nearby {
    /// How long to look
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    seconds: u64,
    /// Look only on this network interface of the computer (may be repeated)
    #[arg(long = "interface", value_name = "NAME")]
    interfaces: Vec<String>,
    /// Print a line of JSON for each hub that comes, changes or goes
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Setup {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The team's name
    #[arg(long)]
    team: String,
    /// The owner's name
    #[arg(long)]
    name: String,
    /// The owner's user name; made from the name when absent
    #[arg(long)]
    username: Option<String>,
    /// The owner's e-mail address
    #[arg(long)]
    email: Option<String>,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Does what was typed; the first of the arguments is the program's own name. Ends the process where that is all there
/// is to do: for help, and for what cannot be understood.
#[expect(clippy::print_stderr, reason = "a command line tells what went wrong on standard error")]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match command(Cli::parse_from(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hearth: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(cli: Cli) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // The database's parser and planner recurse deeply.
        .thread_stack_size(8 << 20)
        .build()?;
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Serve(serve) => Box::pin(self::serve(serve)).await,
            Command::Setup(setup) => Box::pin(set_up(setup)).await,
            Command::Nearby(Nearby { seconds, interfaces, json }) => {
                nearby::print(seconds, interfaces, if json { nearby::Form::Json } else { nearby::Form::Text }).await
            }
            Command::Backup(asked) => {
                let config = read_config(Flags { data: asked.data.clone(), ..Flags::default() })?;
                backup::back_up(asked, &config).await
            }
            Command::Restore(asked) => {
                let config = read_config(Flags { data: asked.data.clone(), ..Flags::default() })?;
                backup::restore(asked, &config).await
            }
            Command::ImportSlack(asked) => {
                let config = read_config(Flags { data: asked.data.clone(), ..Flags::default() })?;
                Box::pin(moving::import_slack(asked, config)).await
            }
            Command::Export(asked) => {
                let config = read_config(Flags { data: asked.data.clone(), ..Flags::default() })?;
                Box::pin(moving::export(asked, &config)).await
            }
            Command::Import(asked) => {
                let config = read_config(Flags { data: asked.data.clone(), ..Flags::default() })?;
                Box::pin(moving::import(asked, config)).await
            }
            Command::Demo(asked) => {
                let data = asked.data.clone().unwrap_or_else(crate::demo::passing_directory);
                let config = read_config(Flags { data: Some(data), listen: asked.listen, ..Flags::default() })?;
                Box::pin(demo::run(asked, config)).await
            }
            Command::Doctor(asked) => {
                let config = read_config(Flags { data: asked.data, ..Flags::default() })?;
                doctor::look(&config).await
            }
            Command::Openapi => {
                println!("{}", crate::router::openapi().to_pretty_json()?);
                Ok(())
            }
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    outcome
}

fn read_config(flags: Flags) -> anyhow::Result<Config> {
    Config::read(flags, |name| std::env::var(name).ok())
}

async fn serve(serve: Serve) -> anyhow::Result<()> {
    let Serve { data, listen, no_mdns, interfaces, open } = serve;
    let config = read_config(Flags { data, listen, no_mdns, interfaces })?;
    let data = config.data.clone().context("no data directory")?;
    std::fs::create_dir_all(&data).with_context(|| format!("{} cannot be made", data.display()))?;
    let _logs = logs::start(&data)?;
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    let listener = Listener::of(&config, DEFAULT_PORT).await.context("no port is free")?;
    let address = listener.address()?;
    let app = crate::start(config, shutdown).await?;
    listener.announce(&app).context("the port is gone")?;
    banner::print(&app);
    if open {
        let page = format!("http://127.0.0.1:{}/", address.port());
        tokio::task::spawn_blocking(move || {
            if webbrowser::open(&page).is_err() {
                println!("No browser could be opened; open {page} yourself.");
            }
        });
    }
    crate::run(&app, listener).await
}

async fn set_up(setup: Setup) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().take(1_024).read_to_string(&mut password).context("no password on standard input")?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let config = read_config(Flags { data: setup.data, ..Flags::default() })?;
    let app = crate::start(config, CancellationToken::new()).await?;
    let owner = Newcomer { name: setup.name, username: setup.username, email: setup.email, password };
    let here = Peer(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let device = Device { name: "hearth setup".to_owned(), address: here.0.to_string() };
    // Who does this from a command line runs a server for others, and has no page that would ask.
    let lan = LanAccess::Open;
    let made = accounts::set_up(&app, &setup.team, owner, None, here, (Transport::Tokens, device), lan).await;
    crate::stop(&app).await?;
    let welcome = made.map_err(|failure| anyhow::anyhow!("{}", failure.sentence()))?;
    println!("{} is set up. {} signs in as {}.", setup.team, welcome.account.user.name, welcome.account.user.username);
    Ok(())
}

/// Stops the hub on Ctrl+C and on the signal with which service managers stop programs.
async fn stop_on_signal(shutdown: CancellationToken) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            shutdown.cancel();
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
    shutdown.cancel();
}
