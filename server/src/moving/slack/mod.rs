//! An export of Slack, brought into the team: people, conversations, and what was said in them.
//!
//! Slack's help pages say what an export is: a zip file with `users.json`, `channels.json`, `groups.json`, `mpims.json`
//! and `dms.json`, and for each conversation a folder with a file for each day. Files are addresses in it; some programs
//! put the bytes beside them, in `__uploads/<id>/` or `<channel>/attachments/<id>-`.
//!
//! One thread reads and converts ([`read`]); what it hands on is written in portions ([`bring`]), or only counted.
//! Everything is remembered by the ids that Slack has for it, so an import that was stopped goes on, and one of the same
//! team brings only what is new.

mod archive;
mod bring;
mod count;
mod files;
mod open;
mod people;
mod read;
mod rooms;
mod said;
mod shapes;
mod words;

pub use archive::ArchiveError;
pub use count::{Counts, Match, Renamed, Tally};
pub(super) use rooms::Known;

use super::problems::{Kind, Problems};
use crate::{app::App, error::AppError, ids::UserId};
use archive::Archive;
use people::People;
use read::Reading;
use rooms::Room;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use words::Names;

/// What is done with an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// It is read and counted; nothing changes.
    Look,
    /// It is brought, while people go on.
    Gently,
    /// It is brought as fast as it can be.
    Fast,
}

impl Mode {
    /// How many messages are written with one change.
    fn portion(self) -> usize {
        match self {
            Self::Gently => 25,
            Self::Look | Self::Fast => 200,
        }
    }
}

/// How far an import is.
#[derive(Default, Debug)]
pub struct Progress {
    /// Files of days that were read.
    pub days: AtomicU64,
    pub all_days: AtomicU64,
    pub messages: AtomicU64,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Job {
    pub app: Arc<App>,
    pub path: PathBuf,
    pub mode: Mode,
    pub progress: Arc<Progress>,
    /// Ends it between two portions.
    pub stop: CancellationToken,
}

/// Why an import ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{0}")]
    App(#[from] AppError),
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

/// What came of an import.
#[derive(Debug)]
pub struct Outcome {
    pub tally: Tally,
    /// What could not be brought, as a table.
    pub report: Vec<u8>,
    /// Whether it was ended before everything was brought.
    pub stopped: bool,
}

/// What several threads note into.
#[derive(Clone, Default, Debug)]
struct Report(Arc<Mutex<Problems>>);

impl Report {
    fn with(&self) -> MutexGuard<'_, Problems> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks whether a file can be an export, without reading more of it than its list of entries.
///
/// # Errors
/// [`ArchiveError`].
pub fn inspect(path: &Path) -> Result<(), ArchiveError> {
    Archive::open(path).map(drop)
}

/// Does it.
///
/// # Errors
/// [`Failure`]. What was brought until then stays, and is not brought again.
pub async fn go(job: &Job) -> Result<Outcome, Failure> {
    let report = Report::default();
    let (path, noted) = (job.path.clone(), report.clone());
    let opened = tokio::task::spawn_blocking(move || -> Result<_, ArchiveError> {
        let mut archive = Archive::open(&path)?;
        let lists = read::lists(&mut archive, &noted);
        Ok((archive, lists))
    });
    let (archive, (users, lists)) = opened.await.map_err(anyhow::Error::from)??;
    let database = &job.app.database;
    let known_people = super::store::people(database).await?;
    let known_rooms = super::store::rooms(database).await?;
    let (people, rooms, owner) = {
        let directory = job.app.journal.directory();
        let mut problems = report.with();
        let mut people = People::plan(users, &directory, &known_people, &mut problems);
        for (id, user) in &known_people {
            if let Some(person) = directory.people.get(user) {
                people.met(id, person);
            }
        }
        let rooms = rooms::plan(lists, &archive, (&people, &directory), &known_rooms, &mut problems);
        let owners = directory.people.values().filter(|person| person.role == crate::permission::Role::Owner);
        let owner = owners.map(|owner| owner.id).min();
        (people, rooms, owner)
    };
    let owner: UserId = owner.ok_or_else(|| AppError::new(crate::error::Code::NotSetUp))?;
    let mut tally = Tally::default();
    tally.counts.plan(&people, &rooms, |id| known_people.contains_key(id));
    tally.describe(&people, &rooms, |id| known_people.contains_key(id));
    let all_days: usize = rooms.iter().map(|room| archive.days_of(&room.folder)).sum();
    job.progress.all_days.store(all_days as u64, Ordering::Relaxed);
    let mut bringing = bring::Bringing::new(job, people, owner, tally, report.clone());
    bringing.people().await?;
    let stopped = pass(&mut bringing, archive, &rooms).await?;
    bringing.welcome().await?;
    let mut tally = bringing.into_tally();
    let problems = report.with();
    tally.problems = problems.counts();
    Ok(Outcome { tally, report: problems.table()?, stopped })
}

/// Reads every conversation to its end, and brings it. Says whether it was ended early.
async fn pass(bringing: &mut bring::Bringing<'_>, archive: Archive, rooms: &[Room]) -> Result<bool, Failure> {
    let names = Names {
        people: bringing.people.names.clone(),
        channels: rooms
            .iter()
            .filter(|room| !room.name.is_empty())
            .map(|room| (room.id.clone(), room.name.clone()))
            .collect(),
    };
    let (pieces, mut taken) = mpsc::channel(2);
    let reading = Reading {
        archive,
        rooms: rooms.iter().map(|room| (room.folder.clone(), room.place.clone())).collect(),
        names,
        bots: bringing.people.bots.clone(),
        portion: bringing.job.mode.portion(),
        report: bringing.report.clone(),
        progress: Arc::clone(&bringing.job.progress),
    };
    let read = tokio::task::spawn_blocking(move || reading.run(&pieces));
    let mut stopped = false;
    for room in rooms {
        if !bringing.room(room, &mut taken).await? {
            stopped = true;
            break;
        }
    }
    drop(taken);
    read.await.map_err(anyhow::Error::from)?;
    Ok(stopped)
}

fn note_strange(archive: &Archive, problems: &mut Problems) {
    let lists = rooms::LISTS.map(|(name, _)| name);
    let known = [&lists[..], &["users.json", "org_users.json"]].concat();
    for entry in archive.strange.iter().chain(&archive.other_lists(&known)) {
        problems.note(Kind::EntryUnknown, "", entry);
    }
}
