//! Changes of one message take turns.

use crate::ids::ChannelId;
use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How many messages can be changed at once. Two that fall to the same place wait for one another,
/// which is slower by a moment and nothing else.
const PLACES: usize = 256;

/// Has each change of a message begin with what the one before it wrote: whoever reads a message in
/// order to change it keeps the turn until the change is on disk. So its event shows the message as
/// it then is, and a hundred people who react at once are not sent back to try again.
#[derive(Debug)]
pub struct Turns {
    places: Vec<Arc<Mutex<()>>>,
    hasher: RandomState,
}

/// A turn, taken as long as a clone of it lives. The change itself keeps one, because it is written
/// also when the caller has gone away.
pub(super) type Turn = Arc<OwnedMutexGuard<()>>;

impl Default for Turns {
    fn default() -> Self {
        Self { places: (0..PLACES).map(|_| Arc::default()).collect(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits for those who came before.
    pub(super) async fn take(&self, channel: ChannelId, number: u32) -> Turn {
        let hash = self.hasher.hash_one((channel, number));
        let place = usize::try_from(hash % PLACES as u64).unwrap_or(0);
        Arc::new(Arc::clone(&self.places[place]).lock_owned().await)
    }
}
