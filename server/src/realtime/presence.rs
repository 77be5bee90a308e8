//! Who is here: changes are gathered and told at most twice a second, so that a hundred people
//! coming in at nine do not cost ten thousand frames.

use super::protocol::{self, Extent, Fleeting, News};
use crate::{
    app::App,
    clock::{self, Timestamp},
    ids::UserId,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What is known of a person. The order matters: of several devices the highest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Offline,
    Away,
    Active,
}

impl State {
    pub(super) fn number(self) -> u8 {
        self as u8
    }

    pub(super) fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Offline,
            1 => Self::Away,
            _ => Self::Active,
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    /// What is known of who is here, and since when they are.
    known: HashMap<UserId, (State, Timestamp)>,
    changed: HashMap<UserId, State>,
    /// When who is not active any more last was.
    last: HashMap<UserId, Timestamp>,
}

/// When somebody was last here, as far as the hub saw since it started.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    /// They are.
    Here,
    Until(Option<Timestamp>),
}

/// Everyone's state, and what of it nobody was told yet.
#[derive(Debug, Default)]
pub(super) struct Presence(Mutex<Inner>);

impl Presence {
    pub(super) fn set(&self, user: UserId, state: State) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = inner.known.get(&user).copied();
        if before.map_or(State::Offline, |(state, _)| state) == state {
            return;
        }
        if before.is_some_and(|(state, _)| state == State::Active) {
            inner.last.insert(user, clock::now());
        }
        if state == State::Offline {
            inner.known.remove(&user);
        } else {
            let since = before.map_or_else(clock::now, |(_, since)| since);
            inner.known.insert(user, (state, since));
        }
        inner.changed.insert(user, state);
    }

    /// Everyone who is here.
    pub(super) fn all(&self) -> Vec<(UserId, State)> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.known.iter().map(|(user, (state, _))| (*user, *state)).collect()
    }

    /// Everyone who is here, and since when.
    pub(super) fn since(&self) -> Vec<(UserId, Timestamp)> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.known.iter().map(|(user, (_, since))| (*user, *since)).collect()
    }

    pub(super) fn seen(&self, user: UserId) -> Seen {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match inner.known.get(&user) {
            Some((State::Active, _)) => Seen::Here,
            _ => Seen::Until(inner.last.get(&user).copied()),
        }
    }

    fn take_changes(&self) -> Vec<(UserId, State)> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.changed.drain().collect()
    }
}

/// Tells everyone of changes of presence until the hub stops.
pub(crate) async fn announce(app: Arc<App>) {
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    while !app.shutdown.is_cancelled() {
        tokio::select! {
            _ = tick.tick() => {}
            () = app.shutdown.cancelled() => return,
        }
        let changes = app.realtime.presence.take_changes();
        if !changes.is_empty() {
            let frame = Some(protocol::presence(&changes, Extent::Changes));
            app.realtime.tell_all(Fleeting { frame, news: News::Presence(changes) });
        }
    }
}
