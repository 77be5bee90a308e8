//! What people put on messages, as far as it is held in memory: little, and bounded.

use super::{Channel, Directory};
use crate::{
    clock::Timestamp,
    error::AppError,
    ids::{ChannelId, UserId},
};

/// Who pinned a message, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pin {
    pub by: UserId,
    pub at: Timestamp,
}

impl Channel {
    /// Goes on only where there is a message of this number that was not deleted.
    ///
    /// # Errors
    /// `not_found`.
    pub fn standing_message(&self, number: u32) -> Result<(), AppError> {
        let stands = (1..=self.last_number).contains(&number) && !self.tombstones.contains(number);
        if stands { Ok(()) } else { Err(AppError::not_found("Message")) }
    }
}

impl Directory {
    /// The messages that a person saved for later, by place.
    pub fn saved_by(&self, user: UserId) -> impl Iterator<Item = (ChannelId, u32, Timestamp)> {
        self.saved.get(&user).into_iter().flatten().map(|((channel, number), at)| (*channel, *number, *at))
    }

    /// When a person saved this message for later; `None` where they did not.
    #[must_use]
    pub fn saved_at(&self, user: UserId, channel: ChannelId, number: u32) -> Option<Timestamp> {
        self.saved.get(&user)?.get(&(channel, number)).copied()
    }
}
