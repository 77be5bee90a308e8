//! `hearth demo`: a made-up team to look around in.

use super::stop_on_signal;
use crate::{accounts, config::Config, demo, listener::Listener, logs};
use anyhow::Context;
use clap::Args;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};
use tokio_util::sync::CancellationToken;

#[derive(Args)]
pub(super) struct Demo {
    /// Keep the demo in this directory; without it, it is gone when it is stopped
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// The address to listen on; without it, this computer only on any free port
    #[arg(long, value_name = "ADDR:PORT")]
    pub(super) listen: Option<SocketAddr>,
    /// Open the demo in the browser
    #[arg(long)]
    open: bool,
}

pub(super) async fn run(asked: Demo, config: Config) -> anyhow::Result<()> {
    let data = config.data.clone().context("no data directory")?;
    let outcome = serve(&asked, &data, config).await;
    if asked.data.is_none() {
        // A demo that stays behind in the directory for passing things does no harm.
        let _ = std::fs::remove_dir_all(&data);
    }
    outcome
}

async fn serve(asked: &Demo, data: &Path, config: Config) -> anyhow::Result<()> {
    let _logs = logs::start(data)?;
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    // Not what is configured for a hub of one's own: a demo is for this computer.
    let address = asked.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let listener = Listener::bind(Some(address), address.port()).await?;
    let port = listener.address()?.port();
    let (app, owner) = demo::start(config, shutdown).await?;
    let page = format!("http://127.0.0.1:{port}{}", accounts::entry_path(&app, owner));
    println!("\n  {} is open on this computer, for one visit within a minute:", team(&app));
    println!("  {page}\n");
    if asked.open {
        tokio::task::spawn_blocking(move || {
            if webbrowser::open(&page).is_err() {
                println!("No browser could be opened; open the address yourself.");
            }
        });
    }
    crate::run(&app, listener).await
}

fn team(app: &crate::app::App) -> String {
    app.journal.directory().settings.as_ref().map(|settings| settings.name.clone()).unwrap_or_default()
}
