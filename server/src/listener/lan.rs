//! The hub's doors to the local network: one for each address, open while teammates are let in.

use crate::{app::App, discovery, realtime::Close};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The open doors.
#[derive(Default)]
pub(super) struct Lan {
    open: BTreeMap<Ipv4Addr, Door>,
    refused: BTreeSet<Ipv4Addr>,
}

struct Door {
    listener: TcpListener,
    /// Ends the connections that came through it.
    closing: CancellationToken,
}

impl Lan {
    /// Every door with what ends its connections.
    pub(super) fn doors(&self) -> impl Iterator<Item = (&TcpListener, &CancellationToken)> {
        self.open.values().map(|door| (&door.listener, &door.closing))
    }

    /// Whether some address is still to be tried again.
    pub(super) fn is_refused(&self) -> bool {
        !self.refused.is_empty()
    }

    /// Opens and closes doors as the team's owner and the computer's networks have it.
    pub(super) async fn follow(&mut self, app: &App, port: u16) {
        let (wanted, let_in) = wanted(app);
        let before: Vec<Ipv4Addr> = self.open.keys().copied().collect();
        for address in before.iter().filter(|address| !wanted.contains(address)) {
            if let Some(door) = self.open.remove(address) {
                door.closing.cancel();
            }
        }
        if !before.is_empty() && !let_in {
            tracing::info!("no longer listening on the local network");
            // Sockets outlive the connections that they came by. Those of this computer come back at once.
            app.realtime.close_all(Close::Restarting);
        }
        let mut refused = BTreeSet::new();
        // Where loopback was chosen, the hub is at home there already.
        let (home, away): (Vec<_>, Vec<_>) = wanted.into_iter().partition(Ipv4Addr::is_loopback);
        for address in away {
            if self.open.contains_key(&address) {
                continue;
            }
            match TcpListener::bind((address, port)).await {
                Ok(listener) => {
                    tracing::info!(%address, port, "listening on the local network");
                    self.open.insert(address, Door { listener, closing: app.shutdown.child_token() });
                }
                Err(error) => {
                    if !self.refused.contains(&address) {
                        tracing::warn!(%error, %address, port, "cannot listen on this address");
                    }
                    refused.insert(address);
                }
            }
        }
        self.refused = refused;
        self.tell(app, home);
    }

    /// Lets the rest of the hub know, if there is news.
    fn tell(&self, app: &App, home: Vec<Ipv4Addr>) {
        let open: BTreeSet<Ipv4Addr> = self.open.keys().copied().chain(home).collect();
        if app.discovery.look(|standing| standing.open != open || standing.refused != self.refused) {
            app.discovery.update(|standing| {
                standing.open = open;
                standing.refused.clone_from(&self.refused);
            });
        }
    }
}

/// The addresses to listen on beside loopback, and whether teammates are let in at all.
fn wanted(app: &App) -> (Vec<Ipv4Addr>, bool) {
    let standing = app.discovery.standing();
    let directory = app.journal.directory();
    if !discovery::is_open(&directory, &standing) {
        return (Vec::new(), false);
    }
    (discovery::lan_addresses(&app.config, &directory, &standing), true)
}
