//! Whether teammates can reach the hub: four questions, each answered with a stable code, so that
//! the user interface can say what to do on this operating system.

use super::{Discovery, Name, Standing, daemon::Speaker, interfaces::Choice, interfaces::Kind, lan};
use crate::{
    app::App,
    clock::{self, Timestamp},
    directory::{Directory, LanAccess},
};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use utoipa::ToSchema;

/// How long the hub's own name may take to be answered.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// How long an answer counts.
const FRESH: Duration = Duration::from_secs(20);

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NetworkQuestion)]
pub enum Question {
    /// Does the hub listen on the network?
    Listening,
    /// Is this computer on a network that teammates can be on?
    Interface,
    /// Does the hub's name answer?
    Name,
    /// Has another computer or phone reached the hub?
    Visit,
}

/// How a question is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NetworkVerdict)]
pub enum Verdict {
    Passed,
    /// Not yet known.
    Waiting,
    Failed,
    /// Switched off by choice.
    Off,
}

/// Why, for texts that say what to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NetworkReason)]
pub enum Reason {
    Fine,
    /// The owner has not let teammates in yet.
    NotLetIn,
    /// Hearth was started for this computer only, by an explicit address.
    LoopbackOnly,
    /// The operating system refused an address, or another program has the port there.
    PortRefused,
    /// This computer is on no network.
    NoNetwork,
    /// Only containers, virtual machines or VPNs are there.
    OnlyVirtual,
    /// None of the chosen interfaces is there.
    ChosenMissing,
    /// The name is being found or asked for.
    Asking,
    /// Multicast DNS is switched off.
    NamesOff,
    /// Nothing answers to the name: a firewall, or a network that does not pass multicast on.
    NameSilent,
    /// The operating system does not let Hearth speak multicast DNS.
    NameRefused,
    /// The name has a number because another on the network has it without.
    NameNumbered,
    /// Nobody came yet.
    NobodyYet,
}

/// One line of the card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = NetworkCheck)]
pub struct Line {
    pub check: Question,
    pub verdict: Verdict,
    pub reason: Reason,
}

/// What came of asking for the hub's own name.
#[derive(Clone, Debug)]
struct Answer {
    host: String,
    at: Timestamp,
    /// The addresses that answered.
    found: BTreeSet<Ipv4Addr>,
}

/// The answers so far.
#[derive(Default, Debug)]
pub(super) struct Checks {
    answer: Mutex<Option<Answer>>,
    asking: tokio::sync::Mutex<()>,
}

impl Discovery {
    fn answer(&self) -> Option<Answer> {
        self.check.answer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was answered before does not count any more.
    pub(super) fn forget_check(&self) {
        *self.check.answer.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Every IPv4 address of this computer.
    pub(super) fn own_addresses(&self) -> BTreeSet<Ipv4Addr> {
        self.look(|standing| standing.interfaces.iter().flat_map(|each| each.addresses.iter().copied()).collect())
    }

    /// Whether somebody else was heard to answer to this name of the hub.
    pub(super) fn lost_name(&self, host: &str) -> bool {
        let own = self.own_addresses();
        self.answer().is_some_and(|answer| answer.host == host && !answer.found.is_subset(&own))
    }
}

/// Every line, as things stand.
#[must_use]
pub fn lines(app: &App, directory: &Directory, standing: &Standing) -> [Line; 4] {
    let line = |check, (verdict, reason)| Line { check, verdict, reason };
    [
        line(Question::Listening, listening(app, directory, standing)),
        line(Question::Interface, interface(app, directory, standing)),
        line(Question::Name, name(app, directory, standing)),
        line(
            Question::Visit,
            match app.discovery.last_visit() {
                Some(_) => (Verdict::Passed, Reason::Fine),
                None => (Verdict::Waiting, Reason::NobodyYet),
            },
        ),
    ]
}

fn listening(app: &App, directory: &Directory, standing: &Standing) -> (Verdict, Reason) {
    if standing.fixed.is_some_and(|address| address.is_loopback()) {
        (Verdict::Failed, Reason::LoopbackOnly)
    } else if !lan::is_open(directory, standing) {
        let closed = directory.network.lan == LanAccess::Closed;
        (if closed { Verdict::Off } else { Verdict::Failed }, Reason::NotLetIn)
    } else if !standing.refused.is_empty() {
        (Verdict::Failed, Reason::PortRefused)
    } else if standing.fixed.is_some() || !standing.open.is_empty() {
        (Verdict::Passed, Reason::Fine)
    } else if lan::lan_addresses(&app.config, directory, standing).is_empty() {
        (Verdict::Failed, Reason::NoNetwork)
    } else {
        (Verdict::Waiting, Reason::Asking)
    }
}

fn interface(app: &App, directory: &Directory, standing: &Standing) -> (Verdict, Reason) {
    let choice = lan::choice(&app.config, directory);
    if standing.interfaces.iter().any(|interface| choice.takes(interface)) {
        return (Verdict::Passed, Reason::Fine);
    }
    let reason = if choice != Choice::Automatic {
        Reason::ChosenMissing
    } else if standing.interfaces.iter().any(|interface| interface.kind != Kind::Loopback) {
        Reason::OnlyVirtual
    } else {
        Reason::NoNetwork
    };
    (Verdict::Failed, reason)
}

fn name(app: &App, directory: &Directory, standing: &Standing) -> (Verdict, Reason) {
    if !app.config.mdns {
        return (Verdict::Off, Reason::NamesOff);
    }
    let (host, number) = match &standing.name {
        Name::Told { host, number } => (host, *number),
        Name::Failed => return (Verdict::Failed, Reason::NameRefused),
        Name::Starting { .. } => return (Verdict::Waiting, Reason::Asking),
        Name::Silent if lan::is_open(directory, standing) => return (Verdict::Waiting, Reason::Asking),
        Name::Silent => return (Verdict::Off, Reason::NotLetIn),
    };
    let own = app.discovery.own_addresses();
    match app.discovery.answer().filter(|answer| answer.host == *host) {
        None => (Verdict::Waiting, Reason::Asking),
        Some(answer) if answer.found.is_disjoint(&own) => (Verdict::Failed, Reason::NameSilent),
        Some(_) if number > 1 => (Verdict::Passed, Reason::NameNumbered),
        Some(_) => (Verdict::Passed, Reason::Fine),
    }
}

/// Asks for the hub's own name, from a socket of its own, unless that was just done.
pub(super) async fn refresh(app: &Arc<App>) {
    let Ok(_asking) = app.discovery.check.asking.try_lock() else { return };
    let standing = app.discovery.standing();
    let Some(host) = standing.name.host().map(str::to_owned) else { return };
    let fresh = |answer: Answer| answer.host == host && clock::now().since(answer.at) < FRESH;
    if app.discovery.answer().is_some_and(fresh) {
        return;
    }
    let addresses = lan::lan_addresses(&app.config, &app.journal.directory(), &standing);
    let interfaces = lan::names_of(&standing, &addresses);
    let Ok(speaker) = Speaker::start(Choice::Named(interfaces)) else { return };
    let own = app.discovery.own_addresses();
    let found = tokio::select! {
        found = speaker.who_is(&host, PATIENCE, |found| !found.is_disjoint(&own)) => found,
        () = app.shutdown.cancelled() => return,
    };
    let answer = Answer { host, at: clock::now(), found };
    *app.discovery.check.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    app.discovery.wake();
}
