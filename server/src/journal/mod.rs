//! The journal: the one place where anything changes.
//!
//! Every state change is a closure that looks at the team as it will be once everything before it
//! is committed, decides, and writes down its rows, [facts](crate::directory::Fact) and events in a
//! [`Draft`]. One writer task takes the closures in order, gives the events consecutive positions,
//! writes what has queued up as one transaction with one sync to disk, and only then changes the
//! directory, answers the callers and publishes the events. What is checked inside the closure can
//! therefore not be overtaken by another change.
//!
//! Events are rows, so a client that was away, or a reader inside this process, goes on from its
//! own position in the same log.

mod draft;
mod event;
mod replay;
mod trim;
mod writer;

pub use draft::{Draft, Write};
pub use event::{Audience, Cursor, Event};
pub use replay::Missed;
pub(crate) use replay::{rename, start};
pub use trim::{KEEP_ROWS, KEEP_TIME};
pub(crate) use writer::{TALLY, Writer, tally_row};

use crate::{
    clock::{self, Timestamp},
    database::Database,
    directory::Directory,
    error::{AppError, Code},
};
use std::{
    sync::{
        Arc, RwLock, RwLockReadGuard,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// How many changes may wait to be written. More than that and callers are told to come back.
const QUEUE: usize = 8_192;

/// What a reader of the log is told: the events of one batch, in order.
pub type Batch = Arc<[Arc<Event>]>;

/// The journal's handle.
#[derive(Debug)]
pub struct Journal {
    queue: mpsc::Sender<Box<dyn writer::Pending>>,
    directory: Arc<RwLock<Directory>>,
    /// The newest position that is on disk and published.
    position: Arc<AtomicI64>,
    /// The oldest position that can still be replayed from.
    floor: AtomicI64,
    epoch: String,
    database: Arc<Database>,
    clock: Clock,
}

/// What the writer tells the time by: the computer's clock, unless it is set to a moment.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    /// The value for the computer's clock.
    const REAL: i64 = i64::MIN;

    pub(crate) fn now(&self) -> Timestamp {
        match self.0.load(Ordering::Acquire) {
            Self::REAL => clock::now(),
            moment => Timestamp::from_millis(moment),
        }
    }
}

/// Where a log stands when it is opened.
#[derive(Clone, Debug)]
pub struct Start {
    /// Names this log; a cursor of another log is not understood.
    pub epoch: String,
    /// The newest event's position; 0 in a new log.
    pub position: i64,
    /// Events up to here have been trimmed.
    pub floor: i64,
    /// How many batches without events were ever written.
    pub batch: i64,
}

impl Journal {
    /// A journal over an open database, and the writer that has to be run for it.
    #[must_use]
    pub(crate) fn new(
        database: Arc<Database>,
        directory: Directory,
        start: &Start,
        published: mpsc::Sender<Batch>,
    ) -> (Self, Writer) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let directory = Arc::new(RwLock::new(directory));
        let position = Arc::new(AtomicI64::new(start.position));
        let clock = Clock(Arc::new(AtomicI64::new(Clock::REAL)));
        let writer = Writer::new(
            Arc::clone(&database),
            Arc::clone(&directory),
            (Arc::clone(&position), clock.clone()),
            start,
            waiting,
            published,
        );
        let floor = AtomicI64::new(start.floor);
        (Self { queue, directory, position, floor, epoch: start.epoch.clone(), database, clock }, writer)
    }

    /// Makes one change, and returns when it is on disk.
    ///
    /// `prepare` may be called more than once, each time with the team as it then is; it must do
    /// nothing but look and write into the draft.
    ///
    /// # Errors
    /// What `prepare` returns; `busy` when too much is waiting; `disk_full`; `internal`.
    pub async fn commit<T, F>(&self, prepare: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnMut(&mut Draft<'_>) -> Result<T, AppError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let change = writer::Change::new(prepare, answer);
        self.queue.try_send(Box::new(change)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => AppError::later(Code::Busy, Duration::from_secs(1)),
            mpsc::error::TrySendError::Closed(_) => AppError::later(Code::Busy, Duration::from_secs(5)),
        })?;
        answered.await.unwrap_or_else(|_| Err(AppError::later(Code::Busy, Duration::from_secs(5))))
    }

    /// The team as of the newest committed change. Keep the guard for a moment only, never across
    /// an `await`.
    pub fn directory(&self) -> RwLockReadGuard<'_, Directory> {
        self.directory.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The cursor of the newest published event.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(&self.epoch, self.position.load(Ordering::Acquire))
    }

    /// The cursor of this place in this log.
    #[must_use]
    pub(crate) fn cursor_at(&self, position: i64) -> Cursor {
        Cursor::new(&self.epoch, position)
    }

    /// How many events there ever were.
    #[must_use]
    pub fn newest(&self) -> i64 {
        self.position.load(Ordering::Acquire)
    }

    /// How many changes wait to be written.
    #[must_use]
    pub fn waiting(&self) -> usize {
        QUEUE.saturating_sub(self.queue.capacity())
    }

    /// A view of the team and the cursor from which events lead on from that view.
    ///
    /// The cursor is read first: events that are already in the view may come again, and every
    /// event carries the whole new shape, so applying one twice changes nothing.
    pub fn view<T>(&self, look: impl FnOnce(&Directory) -> T) -> (Cursor, T) {
        let directory = self.directory();
        let cursor = self.cursor();
        (cursor, look(&directory))
    }

    /// Lets changes be of this moment from now on, and of the present again with `None`: for giving
    /// a new hub a past, before anybody is connected. Moments must not go back.
    pub(crate) fn set_moment(&self, moment: Option<Timestamp>) {
        self.clock.0.store(moment.map_or(Clock::REAL, Timestamp::millis), Ordering::Release);
    }

    /// Waits until everything that was queued before this call is written.
    ///
    /// # Errors
    /// As [`Journal::commit`].
    pub async fn settle(&self) -> Result<(), AppError> {
        self.commit(|_| Ok(())).await
    }

    /// Removes events that nobody will ask for again: older than [`KEEP_TIME`] and further back
    /// than [`KEEP_ROWS`], and already read by every reader that is not hopelessly behind.
    ///
    /// # Errors
    /// When the database fails; what was not removed stays for the next time.
    pub async fn trim(&self) -> anyhow::Result<i64> {
        let newest = self.position.load(Ordering::Acquire);
        let floor = self.floor.load(Ordering::Acquire);
        let floor = trim::trim(&self.database, floor, newest, clock::now()).await?;
        self.floor.store(floor, Ordering::Release);
        Ok(floor)
    }
}
