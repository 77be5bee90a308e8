//! Messages that are to be sent at a moment. Each is known to its author only.

use super::Directory;
use crate::{
    clock::Timestamp,
    error::Code,
    ids::{ChannelId, ScheduledId, UserId},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Where something is written: in a conversation, or in reply to one of its messages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WritingPlace {
    pub channel_id: ChannelId,
    /// The number of the message that is replied to; `null` in the conversation itself.
    pub root: Option<u32>,
}

/// What has become of a scheduled message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScheduledState {
    /// For its moment.
    Waiting,
    /// It could not be sent.
    Failed,
    /// Its moment passed while the team was restored from a backup. It may have been sent, so it waits
    /// for a word of its author.
    Held,
}

/// A message that is to be sent at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scheduled {
    pub id: ScheduledId,
    #[serde(skip)]
    pub user: UserId,
    #[serde(flatten)]
    pub place: WritingPlace,
    /// Whether a reply stands in the channel as well.
    pub also_to_channel: bool,
    pub body: String,
    pub send_at: Timestamp,
    pub created_at: Timestamp,
    pub version: u32,
    pub state: ScheduledState,
    /// Why it could not be sent.
    pub problem: Option<Code>,
}

/// All of them; there are few.
#[derive(Clone, Default, Debug)]
pub struct Planned {
    scheduled: BTreeMap<ScheduledId, Scheduled>,
    /// What waits for a moment.
    waiting: BTreeSet<(Timestamp, ScheduledId)>,
}

impl Planned {
    /// The messages that this person scheduled, the first to be sent first.
    #[must_use]
    pub fn of(&self, user: UserId) -> Vec<&Scheduled> {
        let mut own: Vec<_> = self.scheduled.values().filter(|one| one.user == user).collect();
        own.sort_by_key(|one| (one.send_at, one.id));
        own
    }

    #[must_use]
    pub fn get(&self, id: ScheduledId) -> Option<&Scheduled> {
        self.scheduled.get(&id)
    }

    /// Whose moment has come, the first first.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Vec<ScheduledId> {
        self.waiting.iter().take_while(|(at, _)| *at <= now).map(|(_, id)| *id).collect()
    }

    /// The next moment after this one for which something waits.
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.waiting.iter().map(|(at, _)| *at).find(|at| *at > now)
    }

    pub(super) fn set(&mut self, scheduled: &Scheduled) {
        self.remove(scheduled.id);
        if scheduled.state == ScheduledState::Waiting {
            self.waiting.insert((scheduled.send_at, scheduled.id));
        }
        self.scheduled.insert(scheduled.id, scheduled.clone());
    }

    pub(super) fn remove(&mut self, id: ScheduledId) {
        if let Some(before) = self.scheduled.remove(&id) {
            self.waiting.remove(&(before.send_at, id));
        }
    }
}

impl Directory {
    /// The messages that are to be sent.
    #[must_use]
    pub fn planned(&self) -> &Planned {
        &self.planned
    }
}
