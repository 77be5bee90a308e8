//! Fills a channel of a running hub with messages, for measurements that are made from elsewhere.

use std::net::SocketAddr;

use anyhow::Result;

use crate::bench::load::send_many;
use crate::team::Person;

/// How many messages are on their way at the same time.
const SENDERS: usize = 64;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where the hub listens.
    #[arg(long)]
    address: SocketAddr,
    /// A token of somebody who may write in the channel.
    #[arg(long)]
    token: String,
    /// The channel's id.
    #[arg(long)]
    channel: String,
    /// How many messages to send.
    #[arg(long)]
    messages: u64,
}

/// Sends them as fast as the hub takes them.
pub(crate) async fn fill(options: &Options) -> Result<()> {
    let senders = vec![Person { id: String::new(), token: options.token.clone() }; SENDERS];
    send_many(options.address, &senders, &options.channel, options.messages).await
}
