//! The hubs on this network. They are looked for from the first time that somebody wants to see them.

use hearth_server::discovery::{self, Choice, NearbyHub};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};
use tauri::Url;

/// What listens for hubs, once it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Nearby(Mutex<Option<discovery::Nearby>>);

impl Nearby {
    /// The hubs that are there now; none in the first moment, because they take a while to answer.
    pub(crate) fn list(&self) -> Vec<NearbyHub> {
        let mut looking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looking.is_none() {
            match discovery::browse(Choice::Automatic) {
                Ok(begun) => *looking = Some(begun),
                Err(error) => tracing::warn!(%error, "hubs nearby cannot be looked for"),
            }
        }
        looking.as_ref().map(discovery::Nearby::list).unwrap_or_default()
    }
}

/// Everywhere a hub says that it can be opened, the best first.
pub(crate) fn urls(hub: &NearbyHub) -> Vec<Url> {
    let scheme = if hub.tls { "https" } else { "http" };
    let at = |ip: &IpAddr| format!("{scheme}://{}{}", SocketAddr::new(*ip, hub.port), hub.path).parse().ok();
    hub.addresses.iter().filter_map(at).collect()
}
