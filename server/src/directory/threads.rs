//! Threads: conversations that hang on one message of another, their root.
//!
//! A thread is numbered, read and kept like every conversation. Its members are those who follow
//! it; who may read and write in it is decided by the conversation that its root stands in.

use super::{Channel, ChannelKind, Directory};
use crate::{
    clock::Timestamp,
    error::AppError,
    ids::{ChannelId, UserId},
    permission::{self, Action, Relation, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

/// How many of those who replied are shown.
const SHOWN_PEOPLE: usize = 5;

/// Where a thread hangs, and who replied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Thread {
    /// The conversation that the root stands in.
    pub channel: ChannelId,
    /// The root's number there.
    pub number: u32,
    /// Who replied and how often, whoever replied first standing first. Deleted replies do not count.
    pub people: Vec<(UserId, u32)>,
}

impl Thread {
    /// One more reply by this person.
    pub fn replied(&mut self, user: UserId) {
        match self.people.iter_mut().find(|(person, _)| *person == user) {
            Some((_, replies)) => *replies += 1,
            None => self.people.push((user, 1)),
        }
    }

    /// A reply by this person was deleted.
    pub fn taken_back(&mut self, user: UserId) {
        if let Some((_, replies)) = self.people.iter_mut().find(|(person, _)| *person == user) {
            *replies = replies.saturating_sub(1);
        }
        self.people.retain(|(_, replies)| *replies > 0);
    }

    /// Where the thread hangs.
    #[must_use]
    pub fn place(&self) -> ThreadPlace {
        ThreadPlace { channel_id: self.channel, number: self.number }
    }
}

/// The message that a thread hangs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadPlace {
    /// The conversation that the root stands in.
    pub channel_id: ChannelId,
    /// The root's number there.
    pub number: u32,
}

/// What a message shows of the thread that hangs on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Thread)]
pub struct ThreadView {
    /// The thread's id as a conversation: its messages and read marks are under this.
    pub id: ChannelId,
    /// Replies that are not deleted.
    pub replies: u32,
    /// Who replied, at most five; whoever replied first stands first.
    pub people: Vec<UserId>,
    /// When the newest reply was sent.
    pub last_at: Option<Timestamp>,
    /// The number of the newest reply.
    pub last_number: u32,
    /// Grows with every reply and every deletion of one.
    pub version: u32,
}

impl Channel {
    /// What the root of this thread shows; `None` for any other conversation.
    #[must_use]
    pub fn thread_view(&self) -> Option<ThreadView> {
        let thread = self.thread.as_ref()?;
        let deleted = u32::try_from(self.tombstones.len()).unwrap_or(u32::MAX);
        Some(ThreadView {
            id: self.id,
            replies: self.last_number.saturating_sub(deleted),
            people: thread.people.iter().take(SHOWN_PEOPLE).map(|(user, _)| *user).collect(),
            last_at: self.last_message_at,
            last_number: self.last_number,
            version: self.last_number.saturating_add(deleted),
        })
    }
}

impl Directory {
    /// The conversation whose rules hold in this one: for a thread, that of its root.
    #[must_use]
    pub fn home<'a>(&'a self, channel: &'a Channel) -> &'a Channel {
        channel.thread.as_ref().and_then(|thread| self.channels.get(&thread.channel)).unwrap_or(channel)
    }

    /// How a person stands to a conversation; in a thread, how they stand to that of its root.
    #[must_use]
    pub fn relation(&self, channel: &Channel, user: UserId) -> Relation {
        self.home(channel).relation(user)
    }

    /// Whether a person of this role may know that the conversation exists.
    #[must_use]
    pub fn may_view(&self, channel: &Channel, user: UserId, role: Role) -> bool {
        permission::allowed(Action::ViewChannel, role, self.relation(channel, user))
    }

    /// Whether nobody writes in this conversation any more.
    #[must_use]
    pub fn is_archived(&self, channel: &Channel) -> bool {
        self.home(channel).archived_at.is_some()
    }

    /// Every channel and direct conversation. Threads are as many as there are things to talk
    /// about, so nothing goes through all of them.
    pub fn rooms(&self) -> impl Iterator<Item = &Channel> {
        self.rooms.iter().filter_map(|channel| self.channels.get(channel))
    }

    /// How many channels and direct conversations there are.
    #[must_use]
    pub fn room_count(&self) -> usize {
        self.rooms.len()
    }

    /// The channel or direct conversation, if this person may know of it. A thread is neither.
    ///
    /// # Errors
    /// `not_found`.
    pub fn visible_room(&self, channel: ChannelId, user: UserId, role: Role) -> Result<&Channel, AppError> {
        self.visible_channel(channel, user, role).and_then(|found| {
            if found.kind == ChannelKind::Thread { Err(AppError::not_found("Channel")) } else { Ok(found) }
        })
    }

    /// The thread that hangs on this message.
    #[must_use]
    pub fn thread_on(&self, channel: ChannelId, number: u32) -> Option<&Channel> {
        self.channels.get(self.threads_on.get(&(channel, number))?)
    }

    /// The threads that this person follows.
    pub fn threads_of(&self, user: UserId) -> impl Iterator<Item = &Channel> {
        self.threads_of.get(&user).into_iter().flatten().filter_map(|thread| self.channels.get(thread))
    }
}

#[cfg(test)]
mod tests {
    use super::Thread;
    use crate::ids::{ChannelId, UserId};

    #[test]
    fn those_who_replied_stand_by_their_first_reply_until_none_is_left() {
        let (ann, bob) = (UserId::generate(), UserId::generate());
        let mut thread = Thread { channel: ChannelId::generate(), number: 1, people: Vec::new() };
        for user in [bob, ann, bob] {
            thread.replied(user);
        }
        assert_eq!(thread.people, [(bob, 2), (ann, 1)]);
        thread.taken_back(bob);
        thread.taken_back(ann);
        assert_eq!(thread.people, [(bob, 1)]);
        thread.taken_back(bob);
        thread.taken_back(bob);
        assert!(thread.people.is_empty());
    }
}
