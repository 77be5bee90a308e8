//! Finding what was said.
//!
//! The index is derived: it is made from the database, follows the journal from a position of its own, and is made anew
//! whenever it is missing, damaged, of another version or of another log. A send never waits for it. Until it has come up
//! to the newest event, answers say so.
//!
//! Who may find what is part of the question that the index is asked, by the team as it is at that moment.

mod answer;
pub mod api;
mod filters;
mod find;
mod follow;
mod index;
mod query;
mod snippet;
mod words;

pub use answer::{Answer, FileHit, Hit, Ready, Results, Segment};
pub use find::Sort;
pub(crate) use follow::follow;

use crate::journal::Cursor;
use index::Shelf;
use std::{
    fmt,
    sync::{Mutex, PoisonError},
};
use tokio::sync::{Notify, Semaphore};

/// How many questions are answered at a time.
const AT_ONCE: usize = 2;

/// The index as far as it is open, and how far it has come.
pub struct Search {
    state: Mutex<State>,
    turns: Semaphore,
    /// Told when an answer showed that the index is damaged.
    damaged: Notify,
    /// Told when somebody asks, so that what was just said is written without delay.
    asked: Notify,
}

#[derive(Default)]
struct State {
    shelf: Option<Shelf>,
    /// `None` while the index is being made.
    position: Option<Cursor>,
}

impl Default for Search {
    fn default() -> Self {
        let (damaged, asked) = (Notify::new(), Notify::new());
        Self { state: Mutex::default(), turns: Semaphore::new(AT_ONCE), damaged, asked }
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search").finish_non_exhaustive()
    }
}

impl Search {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many events the index has not read yet, of those up to a cursor; `None` while it is being
    /// made.
    pub(crate) fn behind(&self, newest: &Cursor) -> Option<i64> {
        self.with(|state| state.position.as_ref().map(|position| newest.beyond(position)))
    }
}
