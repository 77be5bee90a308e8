//! Which polls close by themselves, and when.

use super::Directory;
use crate::{clock::Timestamp, ids::ChannelId};
use std::collections::BTreeSet;

/// When a poll closes, and the message that asks it.
pub type Closing = (Timestamp, ChannelId, u32);

/// The open polls that have a moment to close.
#[derive(Clone, Default, Debug)]
pub struct Closings(BTreeSet<Closing>);

impl Closings {
    /// Whose moment has come, the first first.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = (ChannelId, u32)> {
        self.0.iter().take_while(move |(at, ..)| *at <= now).map(|(_, channel, number)| (*channel, *number))
    }

    /// The next moment after this one at which one closes.
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.0.iter().map(|(at, ..)| *at).find(|at| *at > now)
    }

    pub(super) fn opened(&mut self, closing: Closing) {
        self.0.insert(closing);
    }

    pub(super) fn closed(&mut self, closing: Closing) {
        self.0.remove(&closing);
    }
}

impl Directory {
    /// The polls that close by themselves.
    #[must_use]
    pub fn closings(&self) -> &Closings {
        &self.closings
    }
}
