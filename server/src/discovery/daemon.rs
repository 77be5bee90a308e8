//! The part of multicast DNS that the hub and its search share: on which interfaces is spoken, and
//! who answers to a name.

use super::interfaces::{self, Choice};
use mdns_sd::{HostnameResolutionEvent, IfKind, ServiceDaemon};
use std::{
    collections::BTreeSet,
    fmt,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// How often the library looks for new addresses, in seconds.
const LOOK: u32 = 2;

/// Something that speaks multicast DNS, until it is dropped.
pub(super) struct Speaker {
    pub(super) daemon: ServiceDaemon,
    choice: Choice,
    enabled: BTreeSet<String>,
}

impl fmt::Debug for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Speaker").field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

impl Speaker {
    /// A speaker on the interfaces of `choice` as they are now.
    ///
    /// # Errors
    /// When the operating system gives no socket or no thread.
    pub(super) fn start(choice: Choice) -> anyhow::Result<Self> {
        let daemon = ServiceDaemon::new()?;
        daemon.set_ip_check_interval(LOOK)?;
        daemon.disable_interface(IfKind::All)?;
        let mut speaker = Self { daemon, choice, enabled: BTreeSet::new() };
        speaker.follow();
        Ok(speaker)
    }

    /// Uses interfaces of the choice that have come since.
    pub(super) fn follow(&mut self) {
        let Ok(found) = interfaces::list() else { return };
        let new = found.into_iter().filter(|interface| self.choice.takes(interface)).map(|interface| interface.name);
        let new: Vec<String> = new.filter(|name| !self.enabled.contains(name)).collect();
        let kinds: Vec<IfKind> = new.iter().map(IfKind::from).collect();
        if !kinds.is_empty() && self.daemon.enable_interface(kinds).is_ok() {
            self.enabled.extend(new);
        }
    }

    /// The IPv4 addresses that answer to a host name within so much time, or until there are
    /// `enough`.
    pub(super) async fn who_is(
        &self,
        host: &str,
        within: Duration,
        enough: impl Fn(&BTreeSet<Ipv4Addr>) -> bool,
    ) -> BTreeSet<Ipv4Addr> {
        let mut addresses = BTreeSet::new();
        let name = format!("{host}.");
        let Ok(events) = self.daemon.resolve_hostname(&name, None) else { return addresses };
        let deadline = Instant::now() + within;
        while !enough(&addresses) {
            let Ok(Ok(event)) = timeout_at(deadline, events.recv_async()).await else { break };
            match event {
                HostnameResolutionEvent::AddressesFound(_, found) => {
                    addresses.extend(found.iter().filter_map(|address| match address.to_ip_addr() {
                        IpAddr::V4(v4) => Some(v4),
                        IpAddr::V6(_) => None,
                    }));
                }
                HostnameResolutionEvent::SearchTimeout(_) | HostnameResolutionEvent::SearchStopped(_) => break,
                _ => {}
            }
        }
        let _ = self.daemon.stop_resolve_hostname(&name);
        addresses
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        // The library's thread would go on without its handle.
        let _ = self.daemon.shutdown();
    }
}
