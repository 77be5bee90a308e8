//! Says on the network that the hub is there, by multicast DNS (RFC 6762, RFC 6763), for as long as
//! teammates are let in.
//!
//! A name that somebody else on the network has gets a number, which is kept for the next time. The
//! library's own renaming works interface by interface; here one name is chosen for all of them:
//! first it is asked who has the name, then the library probes for it, and when somebody objects
//! the speaker is ended and another begins with the next number.

use super::{Name, browse::SERVICE, check, daemon::Speaker, interfaces::Choice, lan, names};
use crate::app::App;
use mdns_sd::{DaemonEvent, IfKind, Receiver, ServiceInfo};
use std::{collections::BTreeSet, net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How long others have to say that a name is theirs; long enough for two questions.
const CLAIM: Duration = Duration::from_millis(1_500);
/// How long the library waits before it repeats a goodbye (120 ms), and a little.
const GOODBYE: Duration = Duration::from_millis(160);
/// How long a step of the library may take.
const STEP: Duration = Duration::from_secs(1);
/// How often is looked whether the name is still the hub's own.
const LOOK_AGAIN: Duration = Duration::from_secs(300);
/// How soon is tried again where the operating system did not let the hub speak.
const RETRY: Duration = Duration::from_secs(30);
/// How many teams of one name are thinkable on one network.
const MOST: u32 = 50;

/// Every service that a hub is found as. The second is for programs that list web pages.
const SERVICES: [&str; 2] = [SERVICE, "_http._tcp.local."];

/// What is to be said.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Wanted {
    team: String,
    id: String,
    port: u16,
    interfaces: BTreeSet<String>,
    addresses: Vec<Ipv4Addr>,
    wakes: u32,
}

impl Wanted {
    /// Whether a speaker of `self` can say `other` by saying it again.
    fn leads_to(&self, other: &Self) -> bool {
        let heart = |wanted: &Self| Self { addresses: Vec::new(), wakes: 0, ..wanted.clone() };
        heart(self) == heart(other)
    }
}

/// A speaker and what it said.
struct Running {
    speaker: Speaker,
    events: Receiver<DaemonEvent>,
    wanted: Wanted,
    number: u32,
    probing: Probing,
}

/// Whether the library is to ask once more if a name is free.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Probing {
    Yes,
    /// A computer that is on one network twice hears itself and would take that for somebody else.
    No,
}

/// Keeps what is said on the network up to date until the hub stops, and says goodbye then.
pub(crate) async fn advertise(app: Arc<App>) {
    let mut changed = app.discovery.follow();
    let mut running: Option<Running> = None;
    let mut look = Instant::now() + LOOK_AGAIN;
    while !app.shutdown.is_cancelled() {
        changed.mark_unchanged();
        follow(&app, &mut running).await;
        if running.is_none() && wanted(&app).is_some() {
            look = look.min(Instant::now() + RETRY);
        }
        tokio::select! {
            _ = changed.changed() => {}
            () = app.shutdown.cancelled() => {}
            event = next(running.as_ref()) => hear(&app, &mut running, event).await,
            () = sleep_until(look) => {
                look = Instant::now() + LOOK_AGAIN;
                if running.is_some() {
                    check::refresh(&app).await;
                }
            }
        }
    }
    if let Some(last) = running {
        goodbye(last).await;
    }
}

/// What is to be said now; `None` where nothing is.
fn wanted(app: &App) -> Option<Wanted> {
    let standing = app.discovery.standing();
    let directory = app.journal.directory();
    if !app.config.mdns || standing.port == 0 || !lan::is_open(&directory, &standing) {
        return None;
    }
    let mut addresses = lan::lan_addresses(&app.config, &directory, &standing);
    if standing.fixed.is_none() {
        addresses.retain(|address| standing.open.contains(address));
    }
    addresses.sort_unstable();
    let interfaces = lan::names_of(&standing, &addresses);
    (!interfaces.is_empty()).then(|| Wanted {
        team: directory.settings.as_ref().map(|settings| settings.name.clone()).unwrap_or_default(),
        id: directory.hub.to_string(),
        port: standing.port,
        interfaces,
        addresses,
        wakes: standing.wakes,
    })
}

/// Brings what is said in line with what is to be said.
async fn follow(app: &Arc<App>, running: &mut Option<Running>) {
    let wanted = wanted(app);
    let lost = running.as_ref().is_some_and(|now| app.discovery.lost_name(now.host().as_str()));
    match (running.take(), wanted) {
        (None, None) => {}
        (Some(old), None) => {
            goodbye(old).await;
            app.discovery.update(|standing| standing.name = Name::Silent);
        }
        (Some(now), Some(wanted)) if now.wanted == wanted && !lost => *running = Some(now),
        (Some(mut now), Some(wanted)) if now.wanted.leads_to(&wanted) && !lost => {
            now.wanted = wanted;
            now.speaker.follow();
            match now.tell() {
                Ok(()) => *running = Some(now),
                Err(error) => tracing::warn!(%error, "the hub could not be announced again"),
            }
            app.discovery.forget_check();
        }
        (old, Some(wanted)) => {
            let number = match &old {
                Some(old) if lost && old.wanted.leads_to(&wanted) => old.number + 1,
                _ => kept_number(app, &wanted.team),
            };
            if let Some(old) = old {
                goodbye(old).await;
            }
            *running = begin(app, wanted, number, Probing::Yes).await;
        }
    }
}

/// The number that the name had the last time.
fn kept_number(app: &App, team: &str) -> u32 {
    let plain = names::host(team, 1);
    app.discovery.remembered.get().number.filter(|(host, _)| *host == plain).map_or(1, |(_, number)| number)
}

/// Finds a free name and tells it. Ends early when the hub stops.
async fn begin(app: &Arc<App>, wanted: Wanted, number: u32, probing: Probing) -> Option<Running> {
    let starting = Name::Starting { host: names::host(&wanted.team, number) };
    app.discovery.update(|standing| standing.name = starting);
    let made = tokio::select! {
        made = claim(app, wanted, number, probing) => made,
        () = app.shutdown.cancelled() => return None,
    };
    match made {
        Ok(running) => {
            let (host, number, plain) = (running.host(), running.number, names::host(&running.wanted.team, 1));
            app.discovery.remembered.change(|kept| kept.number = (number > 1).then_some((plain, number)));
            tracing::info!(host, "the hub is announced on the network");
            app.discovery.forget_check();
            app.discovery.update(|standing| standing.name = Name::Told { host, number });
            Some(running)
        }
        Err(error) => {
            tracing::warn!(%error, "the hub cannot be announced on the network");
            app.discovery.update(|standing| standing.name = Name::Failed);
            None
        }
    }
}

async fn claim(app: &App, wanted: Wanted, mut number: u32, probing: Probing) -> anyhow::Result<Running> {
    let speaker = Speaker::start(Choice::Named(wanted.interfaces.clone()))?;
    let events = speaker.daemon.monitor()?;
    while number < MOST && !foreign(app, &speaker, &names::host(&wanted.team, number)).await.is_empty() {
        number += 1;
    }
    let running = Running { speaker, events, wanted, number, probing };
    running.tell()?;
    Ok(running)
}

/// Who else answers to a name.
async fn foreign(app: &App, speaker: &Speaker, host: &str) -> BTreeSet<Ipv4Addr> {
    let own = app.discovery.own_addresses();
    let mut found = speaker.who_is(host, CLAIM, |found| found.iter().any(|each| !own.contains(each))).await;
    found.retain(|each| !own.contains(each));
    found
}

impl Running {
    fn host(&self) -> String {
        names::host(&self.wanted.team, self.number)
    }

    /// Says all of it, whether or not it was said before.
    fn tell(&self) -> anyhow::Result<()> {
        for info in self.services()? {
            self.speaker.daemon.register(info)?;
        }
        Ok(())
    }

    fn services(&self) -> anyhow::Result<Vec<ServiceInfo>> {
        let name = names::service(&self.wanted.team, self.number);
        let host = format!("{}.", self.host());
        let texts = [
            ("id", self.wanted.id.as_str()),
            ("v", env!("CARGO_PKG_VERSION")),
            ("name", self.wanted.team.as_str()),
            ("path", "/"),
            ("tls", "0"),
        ];
        let service = |kind| {
            let mut info = ServiceInfo::new(kind, &name, &host, (), self.wanted.port, &texts[..])?.enable_addr_auto();
            // The hub does not listen on IPv6; a browser that was told such an address would try it first.
            info.set_interfaces(vec![IfKind::IPv4]);
            info.set_requires_probe(self.probing == Probing::Yes);
            anyhow::Ok(info)
        };
        SERVICES.into_iter().map(service).collect()
    }
}

/// What the speaker noticed; never, where there is none.
async fn next(running: Option<&Running>) -> Option<DaemonEvent> {
    match running {
        Some(running) => running.events.recv_async().await.ok(),
        None => std::future::pending().await,
    }
}

async fn hear(app: &Arc<App>, running: &mut Option<Running>, event: Option<DaemonEvent>) {
    let renamed = match event {
        Some(DaemonEvent::NameChange(change)) => change,
        Some(DaemonEvent::Error(error)) => {
            tracing::warn!(%error, "multicast DNS failed");
            return;
        }
        Some(_) => return,
        // The library's thread is gone: begin again.
        None => {
            *running = None;
            return;
        }
    };
    let Some(old) = running.take() else { return };
    let (wanted, host, number) = (old.wanted.clone(), old.host(), old.number);
    tracing::info!(host, objection = renamed.original, "somebody else on the network has this name");
    goodbye(old).await;
    // An objection to an address may be this computer's own echo from its other interface.
    let echo = renamed.original.eq_ignore_ascii_case(&format!("{host}.")) && is_echo(app, &wanted, &host).await;
    *running = if echo {
        begin(app, wanted, number, Probing::No).await
    } else {
        begin(app, wanted, number + 1, Probing::Yes).await
    };
}

async fn is_echo(app: &App, wanted: &Wanted, host: &str) -> bool {
    let Ok(speaker) = Speaker::start(Choice::Named(wanted.interfaces.clone())) else { return false };
    foreign(app, &speaker, host).await.is_empty()
}

/// Takes back what was said, so that nobody keeps it in mind.
async fn goodbye(running: Running) {
    for info in running.services().unwrap_or_default() {
        if let Ok(done) = running.speaker.daemon.unregister(info.get_fullname()) {
            let _ = timeout(STEP, done.recv_async()).await;
        }
    }
    sleep(GOODBYE).await;
    if let Ok(done) = running.speaker.daemon.shutdown() {
        let _ = timeout(STEP, done.recv_async()).await;
    }
}
