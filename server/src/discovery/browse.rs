//! Finding the hubs nearby, for the desktop app, the command line and the tests.

use super::{daemon::Speaker, interfaces::Choice};
use crate::ids::HubId;
use mdns_sd::{RecvTimeoutError, ResolvedService, ServiceDaemon, ServiceEvent};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, Ipv4Addr},
    thread,
    time::{Duration, Instant, SystemTime},
};
use tokio::sync::watch;

/// The service under which hubs are found.
pub const SERVICE: &str = "_hearth._tcp.local.";

/// How often the clock is looked at; a computer that slept asks again at once.
const TICK: Duration = Duration::from_secs(5);
/// The longest text that is taken from the network for one field.
const LONGEST: usize = 255;

/// A hub that somebody on the network says is there. Nothing of it is proven until it is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NearbyHub {
    /// Stays the same when the hub's name or address changes.
    pub id: HubId,
    /// The team's name.
    pub name: String,
    /// The version of Hearth.
    pub version: String,
    /// Its name on the network, such as `acme.local`.
    pub host: String,
    /// The one that most likely answers first.
    pub addresses: Vec<IpAddr>,
    pub port: u16,
    /// Where its pages begin, `/`.
    pub path: String,
    pub tls: bool,
}

impl NearbyHub {
    /// Where a browser opens it: by its address, which works where names do not.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let scheme = if self.tls { "https" } else { "http" };
        let address = match self.addresses.first()? {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        };
        Some(format!("{scheme}://{address}:{}{}", self.port, self.path))
    }
}

/// A list of the hubs nearby that keeps itself up to date until it is dropped.
pub struct Nearby {
    daemon: ServiceDaemon,
    hubs: watch::Receiver<Vec<NearbyHub>>,
}

impl Nearby {
    /// The hubs that are there now, by name and id.
    #[must_use]
    pub fn list(&self) -> Vec<NearbyHub> {
        self.hubs.borrow().clone()
    }

    /// The list whenever it changes, the present one included.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Vec<NearbyHub>> {
        self.hubs.clone()
    }
}

impl Drop for Nearby {
    fn drop(&mut self) {
        // Ends the thread that holds the speaker.
        let _ = self.daemon.shutdown();
    }
}

impl fmt::Debug for Nearby {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nearby").field("hubs", &*self.hubs.borrow()).finish_non_exhaustive()
    }
}

/// Begins to look for hubs on the interfaces of `choice`. Needs no asynchronous runtime.
///
/// # Errors
/// When the operating system gives no socket or no thread.
pub fn browse(choice: Choice) -> anyhow::Result<Nearby> {
    let mut speaker = Speaker::start(choice)?;
    let daemon = speaker.daemon.clone();
    let (send, hubs) = watch::channel(Vec::new());
    let mut events = daemon.browse(SERVICE)?;
    thread::Builder::new().name("nearby".to_owned()).spawn(move || {
        let mut found = Found::default();
        let mut last = (Instant::now(), SystemTime::now());
        loop {
            let event = events.recv_timeout(TICK);
            let ended = matches!(event, Err(RecvTimeoutError::Disconnected));
            if event.is_ok_and(|event| found.take(event)) {
                send.send_replace(found.list());
            }
            speaker.follow();
            // Queries come ever more rarely; after a sleep the network may be another one.
            if slept(&mut last) || ended {
                let Ok(again) = speaker.daemon.browse(SERVICE) else { return };
                events = again;
            }
        }
    })?;
    Ok(Nearby { daemon, hubs })
}

/// Whether much more time went by than was waited for: the computer slept, or its clock was set.
pub(super) fn slept((instant, wall): &mut (Instant, SystemTime)) -> bool {
    let (now, now_wall) = (Instant::now(), SystemTime::now());
    let passed = now_wall.duration_since(*wall).unwrap_or_default();
    let counted = now.saturating_duration_since(*instant);
    (*instant, *wall) = (now, now_wall);
    // Some systems count the time asleep and some do not.
    passed.saturating_sub(counted) > TICK || counted > TICK * 6
}

/// What was told so far, by the services' full names, with a number that says what was told last.
#[derive(Default)]
struct Found {
    told: u64,
    hubs: BTreeMap<String, (u64, NearbyHub)>,
}

impl Found {
    /// Takes one event in; says whether the list changed.
    fn take(&mut self, event: ServiceEvent) -> bool {
        match event {
            ServiceEvent::ServiceResolved(service) => {
                let name = service.fullname.to_lowercase();
                let Some(hub) = hub(&service) else { return self.hubs.remove(&name).is_some() };
                self.told += 1;
                let before = self.hubs.insert(name, (self.told, hub.clone()));
                before.is_none_or(|(_, before)| before != hub)
            }
            ServiceEvent::ServiceRemoved(_, name) => self.hubs.remove(&name.to_lowercase()).is_some(),
            _ => false,
        }
    }

    /// One entry for each hub: a renamed one may be told under both names for a while.
    fn list(&self) -> Vec<NearbyHub> {
        let mut newest: BTreeMap<HubId, &(u64, NearbyHub)> = BTreeMap::new();
        for told in self.hubs.values() {
            let known = newest.entry(told.1.id).or_insert(told);
            if known.0 < told.0 {
                *known = told;
            }
        }
        let mut hubs: Vec<NearbyHub> = newest.into_values().map(|(_, hub)| hub.clone()).collect();
        hubs.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        hubs
    }
}

/// What a service says of itself, unless it is not a hub.
fn hub(service: &ResolvedService) -> Option<NearbyHub> {
    let text = |key: &str| -> Option<String> {
        let value = service.get_property_val_str(key)?;
        let plain = value.len() <= LONGEST && !value.chars().any(char::is_control);
        plain.then(|| value.to_owned())
    };
    let mut addresses: Vec<IpAddr> = service.addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr).collect();
    addresses.sort_by_key(|address| (rank(*address), *address));
    let path = text("path").filter(|path| path.starts_with('/') && !path.starts_with("//"));
    let found = NearbyHub {
        id: text("id")?.parse().ok()?,
        name: text("name").filter(|name| !name.trim().is_empty())?,
        version: text("v").unwrap_or_default(),
        host: service.host.trim_end_matches('.').to_lowercase(),
        addresses,
        port: service.port,
        path: path.unwrap_or_else(|| "/".to_owned()),
        tls: text("tls").is_some_and(|tls| tls == "1"),
    };
    (found.port != 0 && !found.addresses.is_empty()).then_some(found)
}

fn rank(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(v4) if v4.is_private() => 0,
        IpAddr::V4(v4) if v4.is_link_local() || v4 == Ipv4Addr::LOCALHOST => 2,
        IpAddr::V4(_) => 1,
        IpAddr::V6(_) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, slept};
    use mdns_sd::{ServiceEvent, ServiceInfo};
    use std::time::{Duration, Instant, SystemTime};

    fn told(name: &str, id: &str, port: u16, texts: &[(&str, &str)]) -> ServiceEvent {
        let texts: Vec<(&str, &str)> = [("id", id)].iter().chain(texts).copied().collect();
        let info = ServiceInfo::new(super::SERVICE, name, "Acme.local.", "10.0.0.9,192.168.1.20", port, &texts[..]);
        ServiceEvent::ServiceResolved(Box::new(info.unwrap().as_resolved_service()))
    }

    const ID: &str = "0199aaaa-0000-7000-8000-000000000001";

    #[test]
    fn a_hub_is_listed_once_however_often_and_under_whichever_name_it_is_told() {
        let mut found = Found::default();
        let texts = [("name", "Acme"), ("v", "1.2.3"), ("path", "/"), ("tls", "0")];
        assert!(found.take(told("Acme (2)", ID, 4_327, &texts)));
        assert!(!found.take(told("Acme (2)", ID, 4_327, &texts)), "nothing new");
        assert!(found.take(told("Acme", ID, 4_328, &texts)));
        let [hub] = &found.list()[..] else { panic!("{:?}", found.list()) };
        assert_eq!((hub.port, hub.host.as_str(), hub.version.as_str()), (4_328, "acme.local", "1.2.3"));
        assert_eq!(hub.url().as_deref(), Some("http://10.0.0.9:4328/"));
        assert!(found.take(ServiceEvent::ServiceRemoved(String::new(), format!("acme.{}", super::SERVICE))));
        assert_eq!(found.list()[0].port, 4_327);
    }

    #[test]
    fn what_is_no_hub_is_not_listed() {
        let mut found = Found::default();
        for (id, texts) in [
            ("no id", vec![("name", "Acme")]),
            (ID, vec![]),
            (ID, vec![("name", "  ")]),
            (ID, vec![("name", "a\u{1b}[2Jb")]),
        ] {
            assert!(!found.take(told("Acme", id, 4_327, &texts)), "{id} {texts:?}");
        }
        assert!(!found.take(told("Acme", ID, 0, &[("name", "Acme")])), "no port");
        found.take(told("Acme", ID, 4_327, &[("name", "Acme"), ("path", "//evil.example"), ("tls", "yes")]));
        assert_eq!((found.list()[0].path.as_str(), found.list()[0].tls), ("/", false));
    }

    #[test]
    fn a_clock_that_jumped_means_that_the_computer_slept() {
        let mut last = (Instant::now(), SystemTime::now());
        assert!(!slept(&mut last));
        last.1 -= Duration::from_secs(60);
        assert!(slept(&mut last), "the clock went on while the count stood still");
        assert!(!slept(&mut last), "and is right again");
    }
}
