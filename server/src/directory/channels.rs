//! Conversations and who is in them.

use super::{Level, Pin, Thread};
use crate::{
    clock::Timestamp,
    ids::{ChannelId, UserId},
    permission::Relation,
};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Everyone but guests can find, read and join it.
    Public,
    /// Only its members know that it exists.
    Private,
    /// A conversation between named people.
    Direct,
    /// Replies to one message of another conversation. The API shows it at that message.
    #[serde(skip)]
    Thread,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    Member,
    Manager,
}

/// Someone's place in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    pub role: MemberRole,
    pub joined_at: Timestamp,
    /// The last message that the person has read; everything after it is unread.
    pub read_number: u32,
    /// What they want to be told of it; `None` where they chose nothing for it alone.
    pub level: Option<Level>,
    /// They do not want to see that it is unread.
    pub muted: bool,
}

/// A conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct Channel {
    pub id: ChannelId,
    pub kind: ChannelKind,
    /// Without the `#`; empty for a direct conversation.
    pub name: String,
    pub topic: String,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub version: u32,
    pub members: BTreeMap<UserId, Member>,
    /// The number of the newest message; 0 before the first.
    pub last_number: u32,
    pub last_message_at: Option<Timestamp>,
    /// The numbers of deleted messages.
    pub tombstones: RoaringBitmap,
    /// The pinned messages, by number.
    pub pins: BTreeMap<u32, Pin>,
    /// Where it hangs, if it is a thread.
    pub thread: Option<Thread>,
    /// The numbers of the messages that speak to somebody.
    pub mentions: BTreeMap<UserId, RoaringBitmap>,
    /// The numbers of those that speak to all who are in here.
    pub everyone: RoaringBitmap,
    /// Of those who moved their read mark back: which messages after it are their own.
    pub own: BTreeMap<UserId, RoaringBitmap>,
}

impl Channel {
    /// How many messages after `read_number` were not deleted.
    #[must_use]
    pub(super) fn unread_after(&self, read_number: u32) -> u32 {
        let read = read_number.min(self.last_number);
        let gone = self.tombstones.rank(self.last_number) - self.tombstones.rank(read);
        (self.last_number - read).saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX))
    }

    /// How a person stands to this channel. Others ask [`Directory::relation`], which knows of threads.
    #[must_use]
    pub(super) fn relation(&self, user: UserId) -> Relation {
        let member = self.members.get(&user);
        Relation {
            member: member.is_some(),
            manager: member.is_some_and(|member| member.role == MemberRole::Manager),
            public: self.kind == ChannelKind::Public,
            ..Relation::NONE
        }
    }
}
