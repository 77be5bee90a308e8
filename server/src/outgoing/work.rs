//! The job that follows the journal for programs, and tells them what is due.

use super::{
    DeliveryState, KEPT, MOST_WAITING,
    attempt::{self, After},
    news::news,
    store::{self, News},
};
use crate::{
    app::App,
    clock::{self, Timestamp},
    ids::{DeliveryId, OutgoingId},
    journal::Cursor,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How long news gather: many of a busy moment are written with one sync to disk.
const GATHER: Duration = Duration::from_millis(100);
/// How many receivers are told at a time; of each webhook one thing at a time, in order.
const AT_ONCE: usize = 8;
/// How long is slept at most. A computer that slept, or whose clock was set, is noticed after this.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// How often it is written down how far the log was read where nothing in it was to be told.
const WRITTEN_EVERY: (i64, Duration) = (2_000, Duration::from_secs(60));
/// The first and the longest wait after a failure of the hub's own.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Tells programs until the hub stops.
pub(crate) async fn run(app: Arc<App>) {
    let mut pause = PAUSE.0;
    loop {
        let began = Instant::now();
        match Job::default().work(&app).await {
            Ok(()) => return,
            Err(_) if app.shutdown.is_cancelled() => return,
            // What was not written down is read from the log again.
            Err(error) => tracing::warn!(error = format!("{error:#}"), "programs are told later"),
        }
        pause = if began.elapsed() > PAUSE.1 { PAUSE.0 } else { (pause * 2).min(PAUSE.1) };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}

type Done = (OutgoingId, DeliveryId, anyhow::Result<After>);

#[derive(Default)]
struct Job {
    /// Everything up to here is written down. `None` while nobody is to be told anything.
    cursor: Option<Cursor>,
    /// How far that is known to the disk, and since when.
    written: Option<(i64, Instant)>,
    /// What waits, by the time when it is due.
    queue: BTreeSet<(Timestamp, DeliveryId, OutgoingId)>,
    busy: HashSet<OutgoingId>,
    running: JoinSet<Done>,
    /// How many deliveries ended since the old ones were last removed.
    over: HashMap<OutgoingId, usize>,
}

impl Job {
    async fn work(mut self, app: &Arc<App>) -> anyhow::Result<()> {
        let mut heard = app.realtime.listen();
        while !app.shutdown.is_cancelled() {
            if app.journal.directory().outgoing.is_empty() {
                // A hub without webhooks does nothing here until there is one.
                self = Self::default();
                app.programs.note_waiting(HashMap::new());
                tokio::select! {
                    () = app.programs.wake.notified() => {}
                    () = app.shutdown.cancelled() => {}
                }
                continue;
            }
            self.catch_up(app).await?;
            // What came of a try could not be written down on a full disk.
            let next = if app.room.is_full() {
                None
            } else {
                self.start_due(app);
                self.next_due(clock::now())
            };
            self.note_waiting(app);
            let wait = next.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP);
            tokio::select! {
                news = heard.recv() => {
                    if news == Err(tokio::sync::broadcast::error::RecvError::Closed) { return Ok(()) }
                    tokio::select! {
                        () = tokio::time::sleep(GATHER) => {}
                        () = app.shutdown.cancelled() => {}
                    }
                    heard = heard.resubscribe();
                }
                Some(done) = self.running.join_next() => self.settle(app, done?).await?,
                () = tokio::time::sleep(wait) => {}
                () = app.programs.wake.notified() => {}
                () = app.shutdown.cancelled() => {}
            }
        }
        Ok(())
    }

    /// Where the log was read to, and what waits since before.
    async fn open(&mut self, app: &App) -> anyhow::Result<Cursor> {
        let newest = app.journal.cursor();
        // Without a position, as after a restore, what comes is told, and not what was.
        let position = if let Some(read) = store::position(&app.database).await? {
            read.min(newest.position())
        } else {
            store::begin_anew(&app.database, newest.position()).await?;
            newest.position()
        };
        let hooks: Vec<_> = app.journal.directory().outgoing.keys().copied().collect();
        for outgoing in hooks {
            for delivery in store::deliveries(&app.database, outgoing).await? {
                if let (DeliveryState::Waiting, Some(at)) = (delivery.state, delivery.next_at) {
                    self.queue.insert((at, delivery.id, outgoing));
                }
            }
        }
        self.written = Some((position, Instant::now()));
        Ok(app.journal.cursor_at(position))
    }

    /// Reads the log to its end.
    async fn catch_up(&mut self, app: &App) -> anyhow::Result<()> {
        let mut cursor = match self.cursor.take() {
            Some(cursor) => cursor,
            None => self.open(app).await?,
        };
        while !app.shutdown.is_cancelled() && !app.room.is_full() {
            let Some((events, next)) = app.journal.after(&cursor).await? else {
                tracing::warn!("the log went on without the webhooks; what happened meanwhile is not told");
                cursor = app.journal.cursor();
                store::move_on(&app.database, cursor.position()).await?;
                continue;
            };
            if next == cursor {
                break;
            }
            let now = clock::now();
            let mut found: Vec<News> = {
                let directory = app.journal.directory();
                events.iter().flat_map(|event| news(&directory, event, now)).collect()
            };
            self.leave_out_too_many(&mut found);
            if found.is_empty() {
                self.move_on(app, next.position()).await?;
            } else {
                store::keep(&app.database, &found, next.position()).await?;
                self.written = Some((next.position(), Instant::now()));
                self.queue.extend(found.iter().map(|news| (now, news.id, news.outgoing)));
            }
            cursor = next;
        }
        self.cursor = Some(cursor);
        Ok(())
    }

    /// Writes down now and then that there was nothing to tell.
    async fn move_on(&mut self, app: &App, position: i64) -> anyhow::Result<()> {
        let (written, at) = self.written.unwrap_or((0, Instant::now()));
        if position - written >= WRITTEN_EVERY.0 || at.elapsed() >= WRITTEN_EVERY.1 {
            store::move_on(&app.database, position).await?;
            self.written = Some((position, Instant::now()));
        }
        Ok(())
    }

    fn counts(&self) -> HashMap<OutgoingId, usize> {
        let mut counts = HashMap::new();
        for (_, _, outgoing) in &self.queue {
            *counts.entry(*outgoing).or_default() += 1;
        }
        counts
    }

    /// Leaves out what is for a webhook for which as much waits as may.
    fn leave_out_too_many(&self, found: &mut Vec<News>) {
        if self.queue.len() + found.len() < MOST_WAITING {
            return;
        }
        let mut counts = self.counts();
        let before = found.len();
        found.retain(|news| {
            let count = counts.entry(news.outgoing).or_default();
            *count += 1;
            *count <= MOST_WAITING
        });
        if found.len() < before {
            tracing::warn!(left_out = before - found.len(), "so much waits to be told that more is not kept");
        }
    }

    fn note_waiting(&self, app: &App) {
        app.programs.note_waiting(self.counts());
    }

    /// What of the queue can be started at this moment.
    fn start_due(&mut self, app: &Arc<App>) {
        let now = clock::now();
        let hooks: HashSet<_> = {
            let directory = app.journal.directory();
            directory.outgoing.values().filter(|outgoing| outgoing.on).map(|outgoing| outgoing.id).collect()
        };
        self.queue.retain(|(.., outgoing)| hooks.contains(outgoing));
        let mut due = Vec::new();
        for entry in self.queue.iter().take_while(|(at, ..)| *at <= now) {
            if self.busy.len() >= AT_ONCE {
                break;
            }
            if self.busy.insert(entry.2) {
                due.push(*entry);
            }
        }
        for entry in due {
            self.queue.remove(&entry);
            let (_, delivery, outgoing) = entry;
            let app = Arc::clone(app);
            self.running.spawn(async move {
                let after = attempt::attempt(&app, outgoing, delivery).await;
                (outgoing, delivery, after)
            });
        }
    }

    /// How long it is until something is due that could be started then.
    fn next_due(&self, now: Timestamp) -> Option<Duration> {
        if self.busy.len() >= AT_ONCE {
            return None;
        }
        let free = self.queue.iter().find(|(.., outgoing)| !self.busy.contains(outgoing));
        free.map(|(at, ..)| at.since(now).max(Duration::from_millis(1)))
    }

    /// Goes on after a try.
    async fn settle(&mut self, app: &App, (outgoing, delivery, after): Done) -> anyhow::Result<()> {
        self.busy.remove(&outgoing);
        match after {
            Ok(After::Again(at)) => {
                self.queue.insert((at, delivery, outgoing));
            }
            // What waits for one that is off is left out when the next is started; it may be on again by now.
            Ok(After::Stop(_)) => {}
            Ok(After::Delivered | After::Failed) => {
                let over = self.over.entry(outgoing).or_insert(KEPT);
                *over += 1;
                if *over >= KEPT / 4 {
                    *over = 0;
                    forget_old(app, outgoing).await?;
                }
            }
            // The hub's own failure: it waits on the disk, and is read from there when the job begins anew.
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Removes the oldest of what is over.
pub(super) async fn forget_old(app: &App, outgoing: OutgoingId) -> anyhow::Result<()> {
    let mut over = store::deliveries(&app.database, outgoing).await?;
    over.retain(|delivery| delivery.state != DeliveryState::Waiting);
    let many = over.len().saturating_sub(KEPT);
    let old: Vec<_> = over.iter().take(many).map(|delivery| delivery.id).collect();
    if !old.is_empty() {
        store::forget(&app.database, outgoing, &old).await?;
    }
    Ok(())
}
