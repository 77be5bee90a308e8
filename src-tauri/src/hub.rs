//! The hub in this process: the same library as the program `hearth`, started and stopped by the app.

use crate::{
    app::{desktop, show},
    attention,
    view::{Step, View, readable},
    windows,
};
use anyhow::Context;
use hearth_server::{
    accounts,
    app::App,
    config::{Config, DEFAULT_PORT, Flags},
    database::LockError,
    demo,
    ids::UserId,
    listener::Listener,
};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tauri::AppHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The hub stops in less; after this its process ends anyway, which loses nothing that was acknowledged.
const LONGEST_STOP: Duration = Duration::from_secs(5);

/// A hub that answers.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) app: Arc<App>,
    pub(crate) port: u16,
}

impl Running {
    /// The team's name; `None` before the first run is done.
    pub(crate) fn team(&self) -> Option<String> {
        self.app.journal.directory().settings.as_ref().map(|settings| settings.name.clone())
    }

    /// The page of the hub, on this computer.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

/// Where the hub of this process is in its life.
#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Starting,
    Running(Running),
}

/// The hub of this process, if it runs.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    state: Mutex<State>,
    shutdown: Mutex<CancellationToken>,
    /// The task in which the hub starts, answers and stops.
    tasks: TaskTracker,
    /// Keeps the log file open.
    logs: Mutex<Option<Box<dyn std::any::Any + Send>>>,
}

impl Hub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hub, if it answers.
    pub(crate) fn running(&self) -> Option<Running> {
        match &*self.state() {
            State::Running(running) => Some(running.clone()),
            State::Idle | State::Starting => None,
        }
    }

    /// Whether there is a hub, or will be in a moment.
    pub(crate) fn is_alive(&self) -> bool {
        !matches!(*self.state(), State::Idle)
    }

    /// From idle to starting; `false` when it is past that already.
    fn take_off(&self) -> bool {
        let mut state = self.state();
        let idle = matches!(*state, State::Idle);
        if idle {
            *state = State::Starting;
        }
        idle
    }

    fn set(&self, state: State) {
        *self.state() = state;
    }

    fn fresh_shutdown(&self) -> CancellationToken {
        let mut shutdown = self.shutdown.lock().unwrap_or_else(PoisonError::into_inner);
        *shutdown = CancellationToken::new();
        shutdown.clone()
    }

    /// Stops the hub and waits until its data is closed.
    pub(crate) async fn stop(&self) {
        self.shutdown.lock().unwrap_or_else(PoisonError::into_inner).cancel();
        self.tasks.close();
        if tokio::time::timeout(LONGEST_STOP, self.tasks.wait()).await.is_err() {
            tracing::warn!("the hub did not stop in time");
        }
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// The last chance, on whatever way the app ends.
    pub(crate) fn stop_before_exit(&self) {
        tauri::async_runtime::block_on(self.stop());
    }

    /// Begins the log file of the data directory; once, because a process has one log.
    fn log_into(&self, data: &Path) {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if logs.is_none() {
            match hearth_server::logs::start(data) {
                Ok(guard) => *logs = Some(Box::new(guard)),
                Err(error) => tracing::warn!(%error, "there is no log"),
            }
        }
    }
}

/// At the app's start: a team that lives here is opened, and without one nothing is made before
/// somebody chooses to.
pub(crate) async fn begin(app: &AppHandle) {
    match desktop(app).arguments.config() {
        Err(error) => failed(app, &error, None),
        Ok(config) if has_team(&config) => start(app, Asked::No).await,
        Ok(config) => {
            show(app, choices(&config));
            windows::front(app);
        }
    }
}

/// Whether somebody asked for the hub, or it starts because it is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    Yes,
    No,
}

pub(crate) fn has_team(config: &Config) -> bool {
    config.data.as_ref().is_some_and(|data| data.join("database").exists())
}

fn choices(config: &Config) -> View {
    View::Choices { data: data_of(config), problem: None }
}

pub(crate) fn data_of(config: &Config) -> String {
    config.data.as_deref().map(readable).unwrap_or_default()
}

/// Back to what can be done, with the reason why the last of it was not.
pub(crate) fn choose_again(app: &AppHandle, problem: Option<String>) {
    match desktop(app).arguments.config() {
        Err(error) => failed(app, &error, None),
        Ok(config) => show(app, View::Choices { data: data_of(&config), problem }),
    }
}

/// Starts a made-up team in a directory that goes with it, and lets whoever is here in as its owner.
pub(crate) async fn start_demo(app: &AppHandle) {
    let hub = &desktop(app).hub;
    if !hub.take_off() {
        return;
    }
    show(app, View::Starting { step: Step::Team });
    let passing = Passing(demo::passing_directory());
    match bring_up_demo(app, &passing.0).await {
        Ok((running, owner, listener)) => {
            hub.set(State::Running(running.clone()));
            let (for_answers, answering) = (app.clone(), running.clone());
            hub.tasks.spawn(async move {
                answer(for_answers, answering, listener).await;
                drop(passing);
            });
            attention::watch(app, &running);
            show(app, View::Starting { step: Step::Page });
            let entry = accounts::entry_path(&running.app, owner);
            windows::hub_at(app, &running, &entry);
        }
        Err(error) => {
            hub.set(State::Idle);
            choose_again(app, Some(format!("{error:#}")));
        }
    }
}

/// A directory that is gone when nobody uses it any more.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // What stays behind in the system's directory for passing things does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn bring_up_demo(app: &AppHandle, data: &Path) -> anyhow::Result<(Running, UserId, Listener)> {
    // Not what is configured for a hub of one's own: a demo is for this computer.
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let flags = Flags { data: Some(data.to_owned()), listen: Some(here), no_mdns: true, ..Flags::default() };
    let config = Config::read(flags, |_| None)?;
    std::fs::create_dir_all(data).context("there is no place for a demo")?;
    let hub = &desktop(app).hub;
    hub.log_into(data);
    let listener = Listener::bind(Some(here), 0).await?;
    let port = listener.address()?.port();
    let (server, owner) = demo::start(config, hub.fresh_shutdown()).await?;
    Ok((Running { app: server, port }, owner, listener))
}

/// Starts the hub, shows how far it is, and opens its window. Does nothing when it runs already.
pub(crate) async fn start(app: &AppHandle, asked: Asked) {
    let hub = &desktop(app).hub;
    if !hub.take_off() {
        return;
    }
    let config = match desktop(app).arguments.config() {
        Ok(config) => config,
        Err(error) => {
            hub.set(State::Idle);
            return failed(app, &error, None);
        }
    };
    let data = data_of(&config);
    match bring_up(app, config.clone()).await {
        Ok((running, listener)) => {
            hub.set(State::Running(running.clone()));
            hub.tasks.spawn(answer(app.clone(), running.clone(), listener));
            attention::watch(app, &running);
            if asked == Asked::No && running.team().is_none() {
                show(app, choices(&config));
                windows::front(app);
            } else if asked == Asked::No && desktop(app).arguments.background && desktop(app).tray.get().is_some() {
                tracing::info!("started in the background");
            } else {
                show(app, View::Starting { step: Step::Page });
                windows::hub(app, &running);
            }
        }
        Err(error) => {
            hub.set(State::Idle);
            failed(app, &error, Some(data));
        }
    }
}

async fn bring_up(app: &AppHandle, config: Config) -> anyhow::Result<(Running, Listener)> {
    let data = config.data.clone().context("no data directory")?;
    std::fs::create_dir_all(&data).with_context(|| format!("{} cannot be made", data.display()))?;
    let hub = &desktop(app).hub;
    hub.log_into(&data);
    let shutdown = hub.fresh_shutdown();
    let tell = |step: hearth_server::Starting| show(app, View::Starting { step: step.into() });
    let server = Box::pin(hearth_server::start_telling(config, shutdown, &tell)).await?;
    // The directory is ours from here on, so the port that is said is the one that is served.
    let bound = match Listener::of(&server.config, DEFAULT_PORT).await {
        Ok(listener) => listener.address().map(|address| (listener, address.port())),
        Err(error) => Err(error),
    };
    match bound.context("no port is free") {
        Ok((listener, port)) => Ok((Running { app: server, port }, listener)),
        Err(error) => {
            hearth_server::stop(&server).await?;
            Err(error)
        }
    }
}

/// Answers until the hub stops; that it stopped by itself is said.
async fn answer(app: AppHandle, running: Running, listener: Listener) {
    let data = running.app.config.data.as_deref().map(readable);
    let outcome = hearth_server::run(&running.app, listener).await;
    drop(running);
    desktop(&app).hub.set(State::Idle);
    if let Err(error) = outcome {
        failed(&app, &error, data);
    }
}

/// Shows what went wrong and what can be done.
fn failed(app: &AppHandle, error: &anyhow::Error, data: Option<String>) {
    tracing::error!(error = format!("{error:#}"), "the hub does not run");
    let view = match error.downcast_ref::<LockError>() {
        Some(LockError::Held { directory, holder }) => View::Held { data: readable(directory), holder: holder.clone() },
        _ => View::Failed { data: data.unwrap_or_default(), problem: format!("{error:#}") },
    };
    show(app, view);
    windows::front(app);
}
