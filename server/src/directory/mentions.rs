//! Whom the messages of a conversation speak to, kept by number: so what is unread of it is
//! arithmetic, and stays exact when a message is deleted or a read mark moves.

use super::{Channel, Directory, Member, MemberRole};
use crate::{clock::Timestamp, ids::UserId};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::ops::Bound;
use utoipa::ToSchema;

/// Of what in a conversation somebody wants to be told beyond its own page.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Nothing,
    /// What speaks to them.
    #[default]
    Mentions,
    Everything,
}

impl Level {
    /// The word as it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Mentions => "mentions",
            Self::Everything => "everything",
        }
    }

    /// The level that a stored word says.
    #[must_use]
    pub fn of(word: Option<&str>) -> Option<Self> {
        match word? {
            "nothing" => Some(Self::Nothing),
            "mentions" => Some(Self::Mentions),
            "everything" => Some(Self::Everything),
            _ => None,
        }
    }
}

impl Member {
    /// Someone who comes into a conversation now.
    #[must_use]
    pub fn new(role: MemberRole, joined_at: Timestamp, read_number: u32) -> Self {
        Self { role, joined_at, read_number, level: None, muted: false }
    }
}

impl Channel {
    /// How many messages after `read_number` are by others and still there to be read.
    ///
    /// Exact without counting rows. A person's own messages stand after their read mark only where
    /// they moved it back, and then it is known which those are.
    #[must_use]
    pub fn unread_for(&self, user: UserId, read_number: u32) -> u32 {
        let unread = self.unread_after(read_number);
        let Some(own) = self.own.get(&user) else { return unread };
        let mut own = own - &self.tombstones;
        own.remove_range(..=read_number.min(self.last_number));
        unread.saturating_sub(u32::try_from(own.len()).unwrap_or(u32::MAX))
    }

    /// How many messages after `read_number` speak to this person and are not deleted.
    #[must_use]
    pub fn mentions_after(&self, user: UserId, read_number: u32) -> u32 {
        let unread = (Bound::Excluded(read_number), Bound::Unbounded);
        let stands = |number: &u32| !self.tombstones.contains(*number);
        let everyone = self.everyone.range(unread).filter(stands).count();
        let own = self.mentions.get(&user).map_or(0, |own| {
            own.range(unread).filter(stands).filter(|number| !self.everyone.contains(*number)).count()
        });
        u32::try_from(everyone + own).unwrap_or(u32::MAX)
    }

    /// How many messages wait for this person, whose level for conversations without one is `usual`: of
    /// a muted conversation only those that speak to them.
    #[must_use]
    pub fn waiting_for(&self, user: UserId, usual: Level) -> u32 {
        match self.members.get(&user) {
            None => 0,
            Some(member) if !member.muted => self.unread_for(user, member.read_number),
            Some(member) if member.level_or(usual) == Level::Nothing => 0,
            Some(member) => self.mentions_after(user, member.read_number),
        }
    }

    /// Whether this message speaks to this person.
    #[must_use]
    pub fn speaks_to(&self, user: UserId, number: u32) -> bool {
        self.everyone.contains(number) || self.mentions.get(&user).is_some_and(|own| own.contains(number))
    }

    /// The numbers of the messages that speak to one person, or with `None` to all who are in here.
    pub fn spoken_to(&mut self, who: Option<UserId>) -> &mut RoaringBitmap {
        match who {
            Some(user) => self.mentions.entry(user).or_default(),
            None => &mut self.everyone,
        }
    }
}

impl Directory {
    /// The words of which this person wants to be told, in lower case.
    #[must_use]
    pub fn alerts_of(&self, user: UserId) -> &[String] {
        self.alerts.get(&user).map_or(&[], Vec::as_slice)
    }

    /// Everybody who wants to be told of words, with the words.
    pub fn alerts(&self) -> impl Iterator<Item = (UserId, &[String])> {
        self.alerts.iter().map(|(user, words)| (*user, words.as_slice()))
    }
}
