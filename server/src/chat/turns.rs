//! Changes of one message take turns.

use crate::ids::ChannelId;
use std::{
    collections::BTreeSet,
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
pub(super) type Turn = Arc<Vec<OwnedMutexGuard<()>>>;

impl Default for Turns {
    fn default() -> Self {
        Self { places: (0..PLACES).map(|_| Arc::default()).collect(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits for those who came before at each of these messages.
    pub(super) async fn take(&self, messages: impl IntoIterator<Item = (ChannelId, u32)>) -> Turn {
        let place = |message| usize::try_from(self.hasher.hash_one(message) % PLACES as u64).unwrap_or(0);
        // In one order for everybody, so that nobody waits for one who waits for them.
        let places: BTreeSet<_> = messages.into_iter().map(place).collect();
        let mut turn = Vec::with_capacity(places.len());
        for place in places {
            turn.push(Arc::clone(&self.places[place]).lock_owned().await);
        }
        Arc::new(turn)
    }
}
