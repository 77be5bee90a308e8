//! Keeping the index up with the journal.

use super::index::{Change, Mark, Said, Shelf, entry};
use crate::{
    app::App,
    chat,
    directory::Directory,
    ids::ChannelId,
    journal::{Cursor, Event},
};
use anyhow::Context;
use serde::Deserialize;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tantivy::IndexWriter;
use tokio::sync::broadcast::error::RecvError;

/// How long changes gather before they are written, unless somebody searches: each commit costs the same for one message
/// as for thousands, and would take its time from those who write.
const GATHER: Duration = Duration::from_secs(3);
/// How long a busy index goes on before what it has counts.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// After this time without a change the writer and its memory are let go.
const IDLE: Duration = Duration::from_secs(20);
/// How long to rest after a thousand events while people go on writing: they come first.
const REST: Duration = Duration::from_millis(250);
/// How many messages are read at a time when the index is made.
const STRIDE: u32 = 500;
/// How many messages are written before what there is can be found.
const SHOW_EVERY: usize = 25_000;
/// The first and the longest wait after a failure.
const WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(600));

/// Keeps the index until the hub stops; after a failure it is made anew.
pub(crate) async fn follow(app: Arc<App>) {
    let mut wait = WAIT.0;
    let mut keep = Keep::AsItIs;
    loop {
        let began = Instant::now();
        let failure = match follow_from(&app, keep).await {
            Ok(()) => return,
            Err(_) if app.shutdown.is_cancelled() => return,
            Err(failure) => failure,
        };
        app.search.with(|state| *state = super::State::default());
        tracing::warn!(error = format!("{failure:#}"), "the search index failed and is made anew");
        keep = Keep::Nothing;
        wait = if began.elapsed() > WAIT.1 { WAIT.0 } else { wait };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.shutdown.cancelled() => return,
        }
        wait = (wait * 2).min(WAIT.1);
    }
}

/// What of the index on the disk is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    AsItIs,
    Nothing,
}

/// The index while it is kept.
struct Kept {
    shelf: Shelf,
    writer: Arc<Mutex<Option<IndexWriter>>>,
    /// Everything up to here is written, if not yet committed.
    cursor: Cursor,
    /// What was sent up to here may be written already.
    overlap: Option<Cursor>,
    /// Changes that are not committed.
    pending: usize,
    committed: Instant,
}

async fn follow_from(app: &Arc<App>, keep: Keep) -> anyhow::Result<()> {
    let mut kept = match open(app, keep).await? {
        Some(kept) => kept,
        None => make(app).await?,
    };
    let mut heard = app.realtime.listen();
    loop {
        while catch_up(app, &mut kept).await? == Log::Lost {
            kept.release().await;
            kept = make(app).await?;
        }
        if app.shutdown.is_cancelled() {
            return Ok(());
        }
        tokio::select! {
            news = heard.recv() => if news == Err(RecvError::Closed) { return Ok(()) },
            () = tokio::time::sleep(IDLE) => kept.release().await,
            () = app.search.damaged.notified() => anyhow::bail!("an answer was not to be had"),
            () = app.shutdown.cancelled() => continue,
        }
        // Whoever asks for what was just said does not wait as long.
        tokio::select! {
            () = tokio::time::sleep(GATHER) => {}
            () = app.search.asked.notified() => {}
            () = app.shutdown.cancelled() => {}
        }
        heard = heard.resubscribe();
    }
}

/// Whether the log could be read on.
#[derive(PartialEq, Eq)]
enum Log {
    Read,
    Lost,
}

/// Opens what is there; `None` when the index has to be made.
async fn open(app: &Arc<App>, keep: Keep) -> anyhow::Result<Option<Kept>> {
    if keep == Keep::Nothing {
        return Ok(None);
    }
    let data = app.config.data.clone();
    let opened = tokio::task::spawn_blocking(move || Shelf::open(data.as_deref())).await?;
    let (shelf, mark) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the search index cannot be opened and is made anew");
            return Ok(None);
        }
    };
    let read = |text: Option<String>| text.as_deref().and_then(Cursor::parse);
    let Some(Mark { cursor, overlap, .. }) = mark else { return Ok(None) };
    let Some(cursor) = read(cursor) else { return Ok(None) };
    if app.journal.after(&cursor).await?.is_none() {
        return Ok(None);
    }
    let kept = Kept::new(shelf, cursor, read(overlap));
    kept.show(app);
    Ok(Some(kept))
}

/// Makes the index from the database, the newest conversations' messages as well as the oldest: what is said meanwhile
/// comes by the journal.
async fn make(app: &Arc<App>) -> anyhow::Result<Kept> {
    let began = Instant::now();
    app.search.with(|state| *state = super::State::default());
    let data = app.config.data.clone();
    let shelf = tokio::task::spawn_blocking(move || Shelf::anew(data.as_deref()))
        .await?
        .context("the search index cannot be made")?;
    let mut kept = Kept::new(shelf, app.journal.cursor(), None);
    app.search.with(|state| state.shelf = Some(kept.shelf.clone()));
    let mut conversations: Vec<(ChannelId, u32)> = {
        let directory = app.journal.directory();
        directory.channels.values().map(|channel| (channel.id, channel.last_number)).collect()
    };
    conversations.sort_unstable();
    let mut messages = 0_usize;
    for (channel, last) in conversations {
        let mut from = 1;
        while from <= last {
            anyhow::ensure!(!app.shutdown.is_cancelled(), "the hub stops");
            let (before, started) = (app.journal.cursor(), Instant::now());
            let to = last.min(from.saturating_add(STRIDE - 1));
            let read = chat::between(app, channel, from, to).await?;
            messages += read.len();
            let changes = {
                let directory = app.journal.directory();
                let entries = read.into_iter().filter_map(|message| entry(&directory, Said::from(message)));
                entries.map(Change::Add).collect()
            };
            kept.write(changes).await?;
            if kept.pending >= SHOW_EVERY {
                kept.commit(Mark::new(None, None)).await?;
            }
            from = to + 1;
            if app.journal.cursor().is_after(&before) {
                tokio::time::sleep(started.elapsed() * 2).await;
            }
        }
    }
    kept.overlap = Some(app.journal.cursor());
    kept.commit(Mark::new(Some(&kept.cursor), kept.overlap.as_ref())).await?;
    kept.show(app);
    tracing::info!(messages, duration_ms = began.elapsed().as_millis(), "the search index was made");
    Ok(kept)
}

/// Reads the journal to its end.
async fn catch_up(app: &Arc<App>, kept: &mut Kept) -> anyhow::Result<Log> {
    while !app.shutdown.is_cancelled() {
        let Some((events, cursor)) = app.journal.after(&kept.cursor).await? else { return Ok(Log::Lost) };
        if cursor == kept.cursor {
            break;
        }
        let changes = changes(&app.journal.directory(), &events, kept.overlap.as_ref(), app.journal.epoch());
        if !changes.is_empty() {
            kept.write(changes).await?;
        }
        for Imported { channel_id, from, to } in events.iter().filter_map(imported) {
            read_imported(app, kept, channel_id, (from, to)).await?;
        }
        let full = events.len() >= 1_000;
        kept.cursor = cursor;
        if kept.pending > 0 && (!full || kept.committed.elapsed() >= COMMIT_EVERY) {
            kept.commit_here().await?;
        }
        if kept.pending == 0 {
            kept.show(app);
        }
        if full {
            // What comes in while a thousand are written is somebody at work.
            tokio::time::sleep(REST).await;
        }
    }
    if kept.pending > 0 {
        kept.commit_here().await?;
        kept.show(app);
    }
    Ok(Log::Read)
}

#[derive(Deserialize)]
struct Told {
    message: Said,
}

/// A portion of messages that came from elsewhere: which they are is told, and not what they say.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Imported {
    channel_id: ChannelId,
    from: u32,
    to: u32,
}

fn imported(event: &Event) -> Option<Imported> {
    event.read::<Imported>("messages.imported").map(|(_, imported)| imported)
}

/// Takes a portion in as it is now.
async fn read_imported(
    app: &Arc<App>,
    kept: &mut Kept,
    channel: ChannelId,
    (from, to): (u32, u32),
) -> anyhow::Result<()> {
    let read = chat::between(app, channel, from, to).await?;
    let changes: Vec<_> = {
        let directory = app.journal.directory();
        let entries = read.into_iter().filter_map(|message| entry(&directory, Said::from(message)));
        entries.map(Change::Replace).collect()
    };
    if !changes.is_empty() {
        kept.write(changes).await?;
    }
    Ok(())
}

/// What these events mean for the index.
fn changes(directory: &Directory, events: &[Event], overlap: Option<&Cursor>, epoch: &str) -> Vec<Change> {
    let change = |event: &Event| {
        let (name, Told { message }) = event.read::<Told>("message.")?;
        let (channel, number) = (message.channel_id, message.number);
        let written = overlap.is_some_and(|overlap| !event.cursor(epoch).is_after(overlap));
        let entry = entry(directory, message);
        match (entry, name.as_str()) {
            (Some(entry), "message.created") if !written => Some(Change::Add(entry)),
            (Some(entry), _) => Some(Change::Replace(entry)),
            (None, _) => Some(Change::Remove(channel, number)),
        }
    };
    events.iter().filter_map(change).collect()
}

impl Kept {
    fn new(shelf: Shelf, cursor: Cursor, overlap: Option<Cursor>) -> Self {
        Self { shelf, writer: Arc::default(), cursor, overlap, pending: 0, committed: Instant::now() }
    }

    /// Lets what is committed be found.
    fn show(&self, app: &App) {
        app.search.with(|state| {
            state.shelf = Some(self.shelf.clone());
            state.position = Some(self.cursor.clone());
        });
    }

    /// Does something with the writer, which is made when there is none, on a thread that may wait for the disk.
    async fn with_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shelf, &mut IndexWriter) -> tantivy::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (index, writer) = (self.shelf.clone(), Arc::clone(&self.writer));
        let done = tokio::task::spawn_blocking(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let writer = match &mut *writer {
                Some(writer) => writer,
                none => none.insert(index.writer()?),
            };
            work(&index, writer)
        });
        Ok(done.await??)
    }

    async fn write(&mut self, changes: Vec<Change>) -> anyhow::Result<()> {
        self.pending += changes.len();
        self.with_writer(move |shelf, writer| shelf.fields.write(writer, changes)).await
    }

    async fn commit_here(&mut self) -> anyhow::Result<()> {
        self.commit(Mark::new(Some(&self.cursor), self.overlap.as_ref())).await
    }

    async fn commit(&mut self, mark: Mark) -> anyhow::Result<()> {
        let payload = serde_json::to_string(&mark)?;
        self.with_writer(move |shelf, writer| {
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&payload);
            prepared.commit()?;
            shelf.reader.reload()
        })
        .await?;
        (self.pending, self.committed) = (0, Instant::now());
        Ok(())
    }

    /// Lets go of the writer and its memory. What is not committed is read from the journal again.
    async fn release(&mut self) {
        let writer = Arc::clone(&self.writer);
        let taken = tokio::task::spawn_blocking(move || {
            let writer = writer.lock().unwrap_or_else(PoisonError::into_inner).take();
            writer.map(IndexWriter::wait_merging_threads)
        });
        if let Ok(Some(Err(error))) = taken.await {
            tracing::warn!(%error, "the search index did not end a merge");
        }
    }
}
