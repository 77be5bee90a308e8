//! Who is here: changes are gathered and told at most twice a second, so that a hundred people
//! coming in at nine do not cost ten thousand frames.

use super::protocol;
use crate::{app::App, ids::UserId};
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
    known: HashMap<UserId, State>,
    changed: HashMap<UserId, State>,
}

/// Everyone's state, and what of it nobody was told yet.
#[derive(Debug, Default)]
pub(super) struct Presence(Mutex<Inner>);

impl Presence {
    pub(super) fn set(&self, user: UserId, state: State) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = inner.known.get(&user).copied().unwrap_or(State::Offline);
        if before == state {
            return;
        }
        if state == State::Offline {
            inner.known.remove(&user);
        } else {
            inner.known.insert(user, state);
        }
        inner.changed.insert(user, state);
    }

    /// Everyone who is here.
    pub(super) fn all(&self) -> Vec<(UserId, State)> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.known.iter().map(|(user, state)| (*user, *state)).collect()
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
            app.realtime.tell_all(&protocol::presence(changes, protocol::Extent::Changes));
        }
    }
}
