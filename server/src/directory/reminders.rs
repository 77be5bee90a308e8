//! What people want to be reminded of at a moment. Each is known to its person only.

use super::{Directory, ThreadPlace};
use crate::{
    clock::Timestamp,
    ids::{ChannelId, ReminderId, UserId},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utoipa::ToSchema;

/// The message that somebody is reminded of. What it says is asked for when it is shown, as far as it
/// may then be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderPlace {
    pub channel_id: ChannelId,
    pub number: u32,
    /// What the thread hangs on that the message was said in.
    pub thread: Option<ThreadPlace>,
}

/// What has become of a reminder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReminderState {
    /// For its moment.
    Waiting,
    /// Its moment came; it counts until the person is done with it or puts it off.
    Due,
    Done,
}

/// Something that a person wants to be reminded of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reminder {
    pub id: ReminderId,
    #[serde(skip)]
    pub user: UserId,
    /// In the person's own words; may be empty where it is of a message.
    pub text: String,
    pub message: Option<ReminderPlace>,
    pub due_at: Timestamp,
    pub created_at: Timestamp,
    pub state: ReminderState,
    pub done_at: Option<Timestamp>,
    pub version: u32,
}

/// All of them; of each person there are few.
#[derive(Clone, Default, Debug)]
pub struct Reminders {
    of: HashMap<UserId, BTreeMap<ReminderId, Reminder>>,
    /// What waits for a moment.
    waiting: BTreeSet<(Timestamp, UserId, ReminderId)>,
}

impl Reminders {
    /// What this person wants to be reminded of.
    pub fn of(&self, user: UserId) -> impl Iterator<Item = &Reminder> {
        self.of.get(&user).into_iter().flat_map(BTreeMap::values)
    }

    #[must_use]
    pub fn get(&self, user: UserId, id: ReminderId) -> Option<&Reminder> {
        self.of.get(&user)?.get(&id)
    }

    /// How many reminders of this person are due and not done.
    #[must_use]
    pub fn due_for(&self, user: UserId) -> u32 {
        let due = self.of(user).filter(|one| one.state == ReminderState::Due).count();
        u32::try_from(due).unwrap_or(u32::MAX)
    }

    /// Whose moment has come, the first first.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = (UserId, ReminderId)> {
        self.waiting.iter().take_while(move |(at, ..)| *at <= now).map(|(_, user, id)| (*user, *id))
    }

    /// The next moment after this one for which something waits.
    #[must_use]
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.waiting.iter().map(|(at, ..)| *at).find(|at| *at > now)
    }

    pub(super) fn set(&mut self, reminder: &Reminder) {
        self.remove(reminder.user, reminder.id);
        if reminder.state == ReminderState::Waiting {
            self.waiting.insert((reminder.due_at, reminder.user, reminder.id));
        }
        self.of.entry(reminder.user).or_default().insert(reminder.id, reminder.clone());
    }

    pub(super) fn remove(&mut self, user: UserId, id: ReminderId) {
        let Some(own) = self.of.get_mut(&user) else { return };
        if let Some(before) = own.remove(&id) {
            self.waiting.remove(&(before.due_at, user, id));
        }
        if own.is_empty() {
            self.of.remove(&user);
        }
    }
}

impl Directory {
    /// What people want to be reminded of.
    #[must_use]
    pub fn reminders(&self) -> &Reminders {
        &self.reminders
    }
}
