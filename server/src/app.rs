//! Everything that the parts of a running hub share.

use crate::{
    accounts::{Entries, Keys, Passwords, SecondSteps},
    admin::{backup::Backups, jobs::Jobs, metrics::Answers, overview::Gauge},
    chat::{Due, Recent, Turns},
    commands::Tickets,
    config::Config,
    database::{Database, DirectoryLock},
    discovery::Discovery,
    files::{Blobs, Uploads},
    http::{Idempotency, limits::Limits},
    journal::Journal,
    mail::Mail,
    moving::{Exports, Imports},
    outgoing::Programs,
    outside::Outside,
    previews::Previews,
    realtime::Hub,
    room::Room,
    search::Search,
    tasks::{Boards, Feeds},
    tls::Tls,
};
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A running hub. There is one in a process, behind an `Arc`; nothing else is global.
#[derive(Debug)]
pub struct App {
    /// What was configured at start.
    pub config: Config,
    /// For reading; every write goes through the journal.
    pub database: Arc<Database>,
    /// Where everything changes.
    pub journal: Journal,
    /// Who is connected.
    pub realtime: Hub,
    /// Signs access and refresh tokens.
    pub keys: Keys,
    /// Hashes passwords, a bounded number at a time.
    pub passwords: Passwords,
    /// The link that lets the person at this computer in.
    pub entries: Entries,
    /// Sign-ins that wait for a code.
    pub second_steps: SecondSteps,
    /// The backup that is being made.
    pub backups: Backups,
    /// The password of the mail server, and how the last mail went.
    pub mail: Mail,
    /// The import that is under way.
    pub imports: Imports,
    /// The export that is being made.
    pub exports: Exports,
    /// What the hub takes of its computer.
    pub gauge: Gauge,
    /// How requests were answered.
    pub answers: Answers,
    /// What it did by itself.
    pub jobs: Jobs,
    /// How it stands with the disk.
    pub room: Room,
    /// The bytes of files.
    pub blobs: Arc<Blobs>,
    /// Asks other computers.
    pub outside: Outside,
    /// Tells programs what happens.
    pub programs: Programs,
    /// To whom programs may answer a command later.
    pub tickets: Tickets,
    /// What stands behind links.
    pub previews: Previews,
    /// What finds messages.
    pub search: Search,
    /// The uploads that are under way.
    pub uploads: Uploads,
    pub limits: Limits,
    pub idempotency: Idempotency,
    /// Where messages lately went, for clients that send one again.
    pub recent: Recent,
    /// Has the changes of one message follow each other.
    pub turns: Turns,
    /// Has the changes of one project's tasks follow each other.
    pub boards: Boards,
    /// What calendars read lately.
    pub feeds: Feeds,
    /// Wakes the job that sends scheduled messages.
    pub due: Due,
    /// Lets someone start the team from another computer, as long as there is no owner.
    pub setup_token: Option<String>,
    /// What answers encrypted connections.
    pub tls: Tls,
    /// The hub's place on the local network.
    pub discovery: Discovery,
    /// Connections and jobs that have to end before the database closes.
    pub tasks: TaskTracker,
    /// Ends them.
    pub shutdown: CancellationToken,
    /// Keeps other processes out of the data directory.
    pub lock: Option<DirectoryLock>,
}

impl App {
    /// The name of the session cookie. It has the hub's id in it, because browsers do not tell the
    /// ports of one computer apart.
    #[must_use]
    pub fn cookie_name(&self) -> String {
        let hub = self.journal.directory().hub.0.simple().to_string();
        format!("hearth_{}", &hub[hub.len() - 12..])
    }
}
