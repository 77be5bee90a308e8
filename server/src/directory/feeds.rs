//! The secret addresses at which calendars read tasks. Each is somebody's own, and shows what they may see.

use super::{Directory, SecretHash};
use crate::{
    clock::Timestamp,
    ids::{ProjectId, UserId},
};

/// A calendar feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Feed {
    pub user: UserId,
    /// Whose tasks it shows; `None` for the person's own in all projects.
    pub project: Option<ProjectId>,
    /// Of the last part of its address.
    pub secret: SecretHash,
    pub created_at: Timestamp,
}

impl Directory {
    /// The feed whose secret hashes to this.
    #[must_use]
    pub fn feed_with_secret(&self, secret: &SecretHash) -> Option<&Feed> {
        self.feeds.get(self.by_feed_secret.get(secret)?)
    }

    /// The feeds of somebody, their own tasks first.
    pub fn feeds_of(&self, user: UserId) -> impl Iterator<Item = &Feed> {
        self.feeds.range((user, None)..).take_while(move |((whose, _), _)| *whose == user).map(|(_, feed)| feed)
    }

    pub(super) fn set_feed(&mut self, feed: &Feed) {
        self.forget_feed(feed.user, feed.project);
        self.by_feed_secret.insert(feed.secret, (feed.user, feed.project));
        self.feeds.insert((feed.user, feed.project), *feed);
    }

    pub(super) fn forget_feed(&mut self, user: UserId, project: Option<ProjectId>) {
        if let Some(before) = self.feeds.remove(&(user, project)) {
            self.by_feed_secret.remove(&before.secret);
        }
    }
}
