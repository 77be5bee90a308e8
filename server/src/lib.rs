//! Hearth: a team's chat and task hub in one process.
//!
//! | room | what happens there |
//! |---|---|
//! | [`router`], [`http`] | what every request passes through before a feature sees it |
//! | [`accounts`] | people, sign-ins, invitations, settings |
//! | [`chat`] | channels, messages, read marks |
//! | [`tasks`] | projects and their tasks |
//! | [`files`] | what people send with messages: uploads, thumbnails, downloads |
//! | [`search`] | finding what was said |
//! | [`admin`] | the overview, the log, jobs, the audit log, figures for Prometheus, backups |
//! | [`moving`] | a team moving in from another chat, and out as one file |
//! | [`cli`] | the commands of `hearth` |
//! | [`demo`] | a throw-away team to look around in |
//! | [`hooks`], [`outgoing`], [`commands`] | programs that speak, that are told, and that are asked |
//! | [`previews`] | what stands behind links, where an admin wants that |
//! | [`outside`] | what the hub asks of other computers, and which it does not |
//! | [`notifications`] | what people want to be told, and when |
//! | [`mail`] | the server by which mail is sent, and the digest of what somebody missed |
//! | [`journal`] | the one place where anything changes: ordered, batched, durable |
//! | [`directory`] | the team in memory; permission checks and fan-out read it |
//! | [`room`] | room on the disk: writing stops before it is full, and goes on by itself |
//! | [`permission`] | who may do what, in one table |
//! | [`realtime`] | connected clients, and how events reach them |
//! | [`attention`] | what is told outside the page, by a desktop app in this process |
//! | [`database`] | the storage engine, migrations, what its failures mean |
//! | [`discovery`] | how teammates find and reach the hub on the local network |
//! | [`tls`] | encryption on the way to the hub: certificates, and Hearth's own authority |
//! | [`web`] | the embedded web UI |
//!
//! A change goes handler → operation → [`journal::Journal::commit`]; a read goes handler →
//! operation → store.

pub mod accounts;
pub mod admin;
pub mod app;
pub mod attention;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod database;
pub mod demo;
pub mod directory;
pub mod discovery;
mod disk;
pub mod error;
pub mod files;
pub mod hooks;
pub mod http;
pub mod ids;
pub mod journal;
pub mod listener;
pub mod logs;
pub mod mail;
pub mod moving;
pub mod notifications;
pub mod outgoing;
pub mod outside;
pub mod permission;
pub mod previews;
pub mod realtime;
pub mod room;
pub mod router;
pub mod search;
pub mod tasks;
pub mod tls;
pub mod validate;
pub mod web;

use accounts::{Entries, Keys, Passwords, SecondSteps};
use admin::{
    audit,
    backup::{self, Backups},
    jobs,
    metrics::Answers,
    overview::{self, Gauge},
};
use anyhow::Context;
use app::App;
use config::Config;
use database::{Database, DirectoryLock, Place, Upgrade, Writer};
use directory::Directory;
use discovery::Discovery;
use files::{Blobs, Uploads};
use journal::Journal;
use listener::Listener;
use mail::Mail;
use realtime::{Close, Hub};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What is freed goes back to the system. With glibc's own allocator a hub that was busy once kept four times the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long connections get to end when the hub stops.
const GOODBYE: Duration = Duration::from_secs(3);

/// What a hub that starts is busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Starting {
    /// Taking the data directory.
    Directory,
    /// Opening the database.
    Database,
    /// Bringing the database up to date with this version.
    Migrations,
    /// Reading people, channels and where everybody stands.
    Team,
}

/// Opens the data directory, brings it up to date, loads the team and starts the hub's own tasks.
///
/// # Errors
/// When another process has the directory, when it is not Hearth's or is of a newer version, or
/// when the database cannot be opened.
pub async fn start(config: Config, shutdown: CancellationToken) -> anyhow::Result<Arc<App>> {
    start_telling(config, shutdown, &|_| {}).await
}

/// [`start`], telling what it is about to do. `tell` is no type parameter, so that opening the database
/// is compiled here and not once more in whoever calls this.
///
/// # Errors
/// As [`start`].
pub async fn start_telling(
    config: Config,
    shutdown: CancellationToken,
    tell: &(dyn Fn(Starting) + Send + Sync),
) -> anyhow::Result<Arc<App>> {
    tell(Starting::Directory);
    let lock = config.data.as_deref().map(DirectoryLock::take).transpose()?;
    if let Some(data) = &config.data {
        backup::settle(data)?;
    }
    let upgrade = config.data.as_deref().map(|data| database::prepare(data, &writer(&config))).transpose()?;
    let path = config.data.as_ref().map(|data| data.join("database"));
    let place = path.as_deref().map_or(Place::Memory, Place::Disk);
    let passwords = Passwords::new()?;
    tell(Starting::Database);
    let (database, read) = match Box::pin(open(place, &config, tell)).await {
        Ok(opened) => opened,
        Err(refusal) => {
            return Err(match upgrade.map(Upgrade::failed).transpose() {
                Ok(_) => refusal,
                Err(error) => refusal.context(format!("and that could not be written down: {error:#}")),
            });
        }
    };
    let database = Arc::new(database);
    upgrade.map(Upgrade::succeeded).transpose().context("the data directory cannot be written")?;
    let Read { directory, start, setup_token, keys, blobs, uploads } = read;

    let mail = Mail::open(&config)?;
    let backups = Backups::open(config.data.as_deref());
    let (publish, published) = mpsc::channel(1_024);
    let (journal, writer) = Journal::new(Arc::clone(&database), directory, &start, publish);
    let app = Arc::new(App {
        limits: http::limits::Limits::new(&config.limits),
        discovery: Discovery::new(&config),
        tls: tls::Tls::open(config.data.as_deref()),
        room: room::Room::open(&config),
        config,
        database,
        journal,
        realtime: Hub::default(),
        keys,
        passwords,
        entries: Entries::default(),
        second_steps: SecondSteps::default(),
        backups,
        mail,
        imports: moving::Imports::default(),
        exports: moving::Exports::default(),
        gauge: Gauge::default(),
        answers: Answers::default(),
        jobs: jobs::Jobs::default(),
        blobs,
        outside: outside::Outside::default(),
        programs: outgoing::Programs::default(),
        tickets: commands::Tickets::default(),
        previews: previews::Previews::default(),
        search: search::Search::default(),
        uploads,
        idempotency: http::Idempotency::default(),
        recent: chat::Recent::default(),
        turns: chat::Turns::default(),
        boards: tasks::Boards::default(),
        feeds: tasks::Feeds::default(),
        due: chat::Due::default(),
        setup_token,
        tasks: TaskTracker::new(),
        shutdown,
        lock,
    });
    backup::tidy(&app);
    moving::tidy(&app);
    tokio::spawn(writer.run());
    app.tasks.spawn(realtime::deliver(Arc::clone(&app), published));
    app.tasks.spawn(realtime::announce(Arc::clone(&app)));
    app.tasks.spawn(search::follow(Arc::clone(&app)));
    app.tasks.spawn(chat::send_what_is_due(Arc::clone(&app)));
    app.tasks.spawn(jobs::keep_going(Arc::clone(&app)));
    app.tasks.spawn(outgoing::tell_programs(Arc::clone(&app)));
    app.tasks.spawn(mail::send_digests(Arc::clone(&app)));
    app.tasks.spawn(backup::keep_going(Arc::clone(&app)));
    app.tasks.spawn(room::watch(Arc::clone(&app)));
    app.tasks.spawn(tasks::watch_days(Arc::clone(&app)));
    Ok(app)
}

/// What writes the databases of this version.
fn writer(config: &Config) -> Writer {
    let this = Writer::this();
    Writer { schema: this.schema + i64::try_from(config.further_steps.len()).unwrap_or_default(), ..this }
}

/// Opens the database and reads what a hub starts from. After a refusal its files are free.
async fn open(
    place: Place<'_>,
    config: &Config,
    tell: &(dyn Fn(Starting) + Send + Sync),
) -> anyhow::Result<(Database, Read)> {
    let database = Database::open(place).await?;
    match Box::pin(read(&database, config, tell)).await {
        Ok(read) => Ok((database, read)),
        Err(refusal) => {
            if let Err(error) = database.close().await {
                tracing::warn!(%error, "a database that was refused did not close");
            }
            Err(refusal)
        }
    }
}

/// What a hub starts from.
struct Read {
    directory: Directory,
    start: journal::Start,
    setup_token: Option<String>,
    keys: Keys,
    blobs: Arc<Blobs>,
    uploads: Uploads,
}

/// Brings the database up to date and loads the team.
async fn read(database: &Database, config: &Config, tell: &(dyn Fn(Starting) + Send + Sync)) -> anyhow::Result<Read> {
    tell(Starting::Migrations);
    database::migrate(database).await?;
    database::migrate_further(database, config.further_steps).await?;
    tell(Starting::Team);
    let (hub, start) = journal::start(database).await.context("the journal cannot be read")?;
    let mut directory = Directory::new(hub);
    accounts::load(database, &mut directory).await.context("people cannot be read")?;
    chat::load(database, &mut directory).await.context("channels cannot be read")?;
    hooks::load(database, &mut directory).await.context("webhooks cannot be read")?;
    outgoing::load(database, &mut directory).await.context("outgoing webhooks cannot be read")?;
    commands::load(database, &mut directory).await.context("commands cannot be read")?;
    tasks::load(database, &mut directory).await.context("projects cannot be read")?;
    notifications::load(database, &mut directory).await.context("what people want to be told cannot be read")?;
    mail::load(database, &mut directory).await.context("by which server mail is sent cannot be read")?;
    files::load(database, &mut directory).await.context("files cannot be read")?;
    audit::load(database, &mut directory).await.context("the audit log cannot be read")?;
    overview::load(database, &mut directory, clock::now()).await.context("the counts of days cannot be read")?;
    discovery::load(database, &mut directory).await.context("the network's settings cannot be read")?;
    let setup_token = if directory.settings.is_none() { setup_token(config)? } else { None };
    // What lies beside the database is touched only once that is known to be Hearth's.
    let data = config.data.as_deref();
    let keys = data.map_or_else(|| Ok(Keys::fresh()), Keys::open)?;
    let blobs = Arc::new(Blobs::open(data).context("the folder for files cannot be made")?);
    let uploads = Uploads::open(&blobs).context("the uploads cannot be read")?;
    Ok(Read { directory, start, setup_token, keys, blobs, uploads })
}

/// Answers on `listener` until `shutdown`, then stops cleanly, in under five seconds.
///
/// # Errors
/// As [`start`]; and when the port is lost.
pub async fn serve(listener: Listener, config: Config, shutdown: CancellationToken) -> anyhow::Result<()> {
    let app = start(config, shutdown).await?;
    run(&app, listener).await
}

/// Answers for a hub that was started, until its shutdown.
///
/// # Errors
/// When the port is lost or the database does not close.
pub async fn run(app: &Arc<App>, listener: Listener) -> anyhow::Result<()> {
    let router = router::router(Arc::clone(app));
    listener.announce(app).context("the port is gone")?;
    app.tasks.spawn(discovery::watch(Arc::clone(app)));
    // Before the first connection, which may be an encrypted one.
    tls::fit(app).await;
    app.tasks.spawn(tls::keep_fitting(Arc::clone(app)));
    app.tasks.spawn(discovery::advertise(Arc::clone(app)));
    let accepted = listener::accept(app, listener, router).await;
    app.shutdown.cancel();
    stop(app).await?;
    accepted.context("the port was lost")
}

/// Closes connections, writes what is queued, and closes the database.
///
/// # Errors
/// When the database does not close cleanly.
pub async fn stop(app: &App) -> anyhow::Result<()> {
    app.shutdown.cancel();
    app.realtime.close_all(Close::Restarting);
    app.tasks.close();
    if tokio::time::timeout(GOODBYE, app.tasks.wait()).await.is_err() {
        tracing::warn!(left = app.tasks.len(), "some connections did not end in time");
    }
    // What was acknowledged is on disk already; this waits for what is still queued.
    let _ = app.journal.settle().await;
    app.database.close().await
}

/// The one-time token with which the first run can be done from another computer.
fn setup_token(config: &Config) -> anyhow::Result<Option<String>> {
    let Some(data) = &config.data else { return Ok(None) };
    let path = data.join("setup-token");
    if let Ok(token) = std::fs::read_to_string(&path) {
        return Ok(Some(token.trim().to_owned()));
    }
    let token = accounts::link_code();
    disk::write_private(&path, token.as_bytes()).context("the set-up token cannot be written")?;
    Ok(Some(token))
}
