//! How teammates find and reach the hub: which of the computer's networks it is on, its name there,
//! and whether all of that works.
//!
//! Until the team has an owner who lets teammates in, the hub listens on loopback only and nobody on
//! the network hears of it. From then on it listens on the addresses of the interfaces that are
//! used ([`interfaces`]), and says by multicast DNS that it is there ([`advertise`]): as `_hearth._tcp`
//! for the desktop app, which finds it by [`browse()`], and under a host name made from the team's.
//! An address with numbers always works; the name is a convenience, so [`check`] says which of the
//! two does.

mod advertise;
pub mod api;
mod browse;
mod check;
mod daemon;
pub mod interfaces;
mod lan;
pub mod names;
mod remembered;
mod store;
mod watch;

pub(crate) use advertise::advertise;
pub use browse::{Nearby, NearbyHub, SERVICE, browse};
pub use interfaces::Choice;
pub use lan::{NetworkPatch, choice, is_open, lan_addresses, let_in};
pub use remembered::{Kept, Remembered};
pub(crate) use store::{load, put};
pub(crate) use watch::watch;

use crate::{
    clock::{self, Timestamp},
    config::{Config, DEFAULT_PORT},
};
use interfaces::Interface;
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
    sync::{Mutex, PoisonError, RwLock},
    time::Duration,
};

/// How the hub stands on the network at this moment.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The computer's interfaces when they were last looked at.
    pub interfaces: Vec<Interface>,
    /// The port; 0 before the hub listens.
    pub port: u16,
    /// The address that was asked for explicitly; it has the last word.
    pub fixed: Option<IpAddr>,
    /// Addresses of the local network on which the hub listens.
    pub open: BTreeSet<Ipv4Addr>,
    /// Addresses on which the operating system does not let it listen.
    pub refused: BTreeSet<Ipv4Addr>,
    /// Its name on the network.
    pub name: Name,
    /// How often the computer woke up; what was said before may be forgotten.
    pub wakes: u32,
}

/// What has become of the hub's name.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Name {
    /// Nothing is said on the network.
    #[default]
    Silent,
    /// Finding out whether the name is free, and telling it.
    Starting { host: String },
    /// Told; others can ask for it.
    Told { host: String, number: u32 },
    /// The operating system does not let the hub speak.
    Failed,
}

impl Name {
    /// The host name that was told, such as `acme-2.local`.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Told { host, .. } => Some(host),
            _ => None,
        }
    }
}

/// A request that came from another computer or phone.
#[derive(Clone, Debug)]
pub struct Visit {
    pub address: IpAddr,
    pub at: Timestamp,
    /// What the browser calls itself.
    pub agent: String,
}

/// What the hub knows of its place on the network. One in an [`App`](crate::app::App).
#[derive(Debug)]
pub struct Discovery {
    standing: RwLock<Standing>,
    changed: tokio::sync::watch::Sender<()>,
    visit: Mutex<Option<Visit>>,
    check: check::Checks,
    /// The port and name of the last time.
    pub remembered: Remembered,
}

impl Discovery {
    /// Looks at the computer's interfaces for the first time.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let standing = Standing {
            interfaces: interfaces::list().unwrap_or_default(),
            port: 0,
            fixed: None,
            open: BTreeSet::new(),
            refused: BTreeSet::new(),
            name: Name::Silent,
            wakes: 0,
        };
        Self {
            standing: RwLock::new(standing),
            changed: tokio::sync::watch::Sender::new(()),
            visit: Mutex::new(None),
            check: check::Checks::default(),
            remembered: Remembered::read(config.data.as_deref()),
        }
    }

    /// How the hub stands now.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.look(Standing::clone)
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Standing) -> T) -> T {
        look(&self.standing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes how the hub stands, and wakes whoever follows it.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing.write().unwrap_or_else(PoisonError::into_inner));
        self.wake();
    }

    /// Lets those who follow look again: a setting changed.
    pub(crate) fn wake(&self) {
        self.changed.send_replace(());
    }

    /// For waiting until something changes.
    #[must_use]
    pub fn follow(&self) -> tokio::sync::watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Notes where the hub listens. A port that Hearth chose is kept for the next start.
    pub(crate) fn listens_on(&self, port: u16, fixed: Option<IpAddr>) {
        if fixed.is_none() {
            self.remembered.change(|kept| kept.port = Some(port));
        }
        self.update(|standing| {
            standing.port = port;
            standing.fixed = fixed;
        });
    }

    /// Whether the usual port was taken, so that the hub has another.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.look(|standing| standing.fixed.is_none() && standing.port != 0 && standing.port != DEFAULT_PORT)
    }

    /// Whether the hub may be asked under this name (lower case, without a port): the one that was
    /// told, or one of this computer's addresses.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        self.look(|standing| {
            standing.name.host() == Some(name)
                || name
                    .parse()
                    .is_ok_and(|address| standing.interfaces.iter().any(|each| each.addresses.contains(&address)))
        })
    }

    /// Notes a request by whom it came from. This computer's own do not count.
    pub(crate) fn note_visit(&self, peer: IpAddr, agent: &str) {
        let own =
            |v4: &Ipv4Addr| self.look(|standing| standing.interfaces.iter().any(|each| each.addresses.contains(v4)));
        if peer.is_loopback() || matches!(&peer, IpAddr::V4(v4) if own(v4)) {
            return;
        }
        let now = clock::now();
        let mut last = self.visit.lock().unwrap_or_else(PoisonError::into_inner);
        let lately =
            last.as_ref().is_some_and(|last| last.address == peer && now.since(last.at) < Duration::from_secs(1));
        if !lately {
            let agent = agent.chars().filter(|letter| !letter.is_control()).take(200).collect();
            *last = Some(Visit { address: peer, at: now, agent });
        }
    }

    /// The last request from another computer or phone since the hub started.
    #[must_use]
    pub fn last_visit(&self) -> Option<Visit> {
        self.visit.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
