//! What can be typed after `hearth-desktop`.

use clap::Parser;
use hearth_server::config::{Config, Flags};
use std::{net::SocketAddr, path::PathBuf};

/// A team's chat and task hub on this computer, in a window.
///
/// With --headless, this is `hearth serve`: no window, and the other flags are those of that command.
/// `hearth-desktop command` is all of `hearth`.
#[derive(Clone, Default, Debug, Parser)]
#[command(name = "hearth-desktop", version)]
pub(crate) struct Arguments {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The address to listen on; as with `hearth serve`
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Start without a window, beside the clock
    #[arg(long)]
    pub(crate) background: bool,
    /// Draw without the graphics card, for computers on which the window stays empty
    #[arg(long)]
    pub(crate) safe_graphics: bool,
}

impl Arguments {
    /// The hub's configuration, read anew: a file that did not fit may have been mended.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let flags = Flags { data: self.data.clone(), listen: self.listen, ..Flags::default() };
        Config::read(flags, |name| std::env::var(name).ok())
    }
}
