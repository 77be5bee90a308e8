//! A server of one's own for each test.

use crate::{
    answer::Answer,
    person::{Client, Person},
};
use hearth_server::{app::App, config::Config, listener::Listener};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Nothing in these tests takes longer, however busy the computer is, unless it never happens.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The first port that is tried for a hub that chooses its own.
const HOME: u16 = 24_327;

/// A password that every rule accepts.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Waits for something that is bound to happen, and says what it was when it does not.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let Ok(value) = tokio::time::timeout(PATIENCE, future).await else {
        panic!("waited {PATIENCE:?} in vain for {what}");
    };
    value
}

/// Where the server answers; another port after each restart.
#[derive(Clone, Debug)]
pub(crate) struct Place(Arc<Mutex<SocketAddr>>);

impl Place {
    pub(crate) fn get(&self) -> SocketAddr {
        *self.0.lock().unwrap()
    }
}

/// A running server.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) config: Config,
    /// The data directory, for the tests about disks.
    pub(crate) directory: Option<TempDir>,
    client: reqwest::Client,
    running: Option<Running>,
}

struct Running {
    app: Arc<App>,
    shutdown: CancellationToken,
    server: JoinHandle<anyhow::Result<()>>,
    /// The server has threads of its own, so that a test cannot hold it up, with room for the
    /// database's deep recursion. Ending it ends everything the server left behind.
    runtime: Runtime,
}

impl Running {
    async fn start(config: Config) -> anyhow::Result<(SocketAddr, Self)> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(8 << 20)
            .enable_all()
            .build()?;
        let shutdown = CancellationToken::new();
        let starting = {
            let shutdown = shutdown.clone();
            runtime.spawn(async move {
                // A hub that was told its interfaces is at home on them, as people start it.
                let asked = if config.interfaces.is_some() { None } else { Some("127.0.0.1:0".parse()?) };
                let listener = Listener::bind(asked, HOME).await?;
                let address = listener.address()?;
                let app = hearth_server::start(config, shutdown).await?;
                anyhow::Ok((listener, address, app))
            })
        };
        let started = soon("the server to start", starting).await.unwrap();
        let (listener, address, app) = match started {
            Ok(started) => started,
            Err(error) => {
                end(runtime).await;
                return Err(error);
            }
        };
        let server = {
            let app = Arc::clone(&app);
            runtime.spawn(async move { hearth_server::run(&app, listener).await })
        };
        Ok((address, Self { app, shutdown, server, runtime }))
    }

    async fn stop(self) {
        self.shutdown.cancel();
        soon("the server to stop", self.server).await.unwrap().unwrap();
        drop(self.app);
        end(self.runtime).await;
    }
}

impl World {
    /// A server with this configuration and no team yet.
    pub(crate) async fn with(config: Config) -> Self {
        let (address, running) = Running::start(config.clone()).await.unwrap();
        Self {
            place: Place(Arc::new(Mutex::new(address))),
            config,
            directory: None,
            client: client(),
            running: Some(running),
        }
    }

    /// A server in memory without a team.
    pub(crate) async fn empty() -> Self {
        Self::with(Config::in_memory()).await
    }

    /// A server in memory whose team ann has just started.
    pub(crate) async fn new() -> (Self, Person) {
        let world = Self::empty().await;
        let ann = world.set_up().await;
        (world, ann)
    }

    /// A server in memory with a folder for backups, whose team ann has just started.
    pub(crate) async fn with_backups() -> (Self, Person) {
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self::with(Config { backups: Some(folder.path().to_owned()), ..Config::in_memory() }).await;
        world.directory = Some(folder);
        let ann = world.set_up().await;
        (world, ann)
    }

    /// A server on a disk, without a team.
    pub(crate) async fn empty_on_disk(config: Config) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = Config { data: Some(directory.path().to_owned()), ..config };
        let mut world = Self::with(config).await;
        world.directory = Some(directory);
        world
    }

    /// A server on a disk whose team ann has just started.
    pub(crate) async fn on_disk() -> (Self, Person) {
        let world = Self::empty_on_disk(Config::in_memory()).await;
        let ann = world.set_up().await;
        (world, ann)
    }

    /// What the server holds, for looking at what no client can see.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.running.as_ref().unwrap().app
    }

    /// Does something inside the server.
    pub(crate) async fn within<T, F>(&self, work: impl FnOnce(Arc<App>) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let running = self.running.as_ref().unwrap();
        running.runtime.spawn(work(Arc::clone(&running.app))).await.unwrap()
    }

    /// Stops the server as a signal would.
    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Starts it again on the same directory; says why when it does not start.
    pub(crate) async fn start(&mut self) -> anyhow::Result<()> {
        let (address, running) = Running::start(self.config.clone()).await?;
        *self.place.0.lock().unwrap() = address;
        self.running = Some(running);
        Ok(())
    }

    /// Stops and starts on the same directory.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await.unwrap();
    }

    /// A client that is not signed in.
    pub(crate) fn stranger(&self) -> Client {
        Client::stranger(self.place.clone(), self.client.clone())
    }

    /// The first run: ann, the owner.
    pub(crate) async fn set_up(&self) -> Person {
        let body = json!({"team": "Northlight", "name": "Ann", "email": "ann@example.org", "password": PASSWORD});
        let answer = self.stranger().post("/setup", &body).await;
        Person::signed_in(&self.stranger(), answer.is(201))
    }

    /// Someone who joins by an invitation from ann.
    pub(crate) async fn join(&self, ann: &Person, name: &str, role: &str) -> Person {
        let invite = ann.post("/invites", &json!({"role": role, "maxUses": 1})).await.is(201);
        Person::signed_in(&self.stranger(), self.register(name, &invite["code"]).await.is(201))
    }

    /// What registering under this name with this invitation gives.
    pub(crate) async fn register(&self, name: &str, invite: &Value) -> Answer {
        let email = format!("{}@example.org", name.to_lowercase());
        let body = json!({"name": name, "email": email, "password": PASSWORD, "invite": invite});
        self.stranger().post("/auth/register", &body).await
    }

    /// Who signs in under this name.
    pub(crate) async fn login(&self, name: &str) -> Person {
        let body = json!({"email": name, "password": PASSWORD});
        let answer = self.stranger().post("/auth/login", &body).await;
        Person::signed_in(&self.stranger(), answer.is(200))
    }

    /// Who signs in under this name in a browser.
    pub(crate) async fn browser(&self, name: &str) -> Person {
        let body = json!({"email": name, "password": PASSWORD, "session": "cookie"});
        let answer = self.stranger().post("/auth/login", &body).await;
        let cookie = answer.cookie().expect("a cookie was asked for");
        Person::by_cookie(&self.stranger(), answer.is(200), cookie)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown.cancel();
            running.runtime.shutdown_background();
        }
    }
}

/// Does something that opens a database, on threads with room for its deep recursion.
pub(crate) async fn deep<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(8 << 20)
        .enable_all()
        .build()
        .unwrap();
    let done = runtime.spawn(work).await;
    end(runtime).await;
    done.unwrap()
}

/// Ends a server's threads, and with them everything that they hold.
async fn end(runtime: Runtime) {
    tokio::task::spawn_blocking(move || runtime.shutdown_timeout(PATIENCE)).await.unwrap();
}

fn client() -> reqwest::Client {
    // Built beside the desktop app, reqwest has TLS and wants to be told by what, although nothing here uses it. Whoever
    // comes second finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        // Longer than anything takes on a busy machine; fifty passwords at once are hashed two at a time.
        .timeout(2 * PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent("hearth-tests")
        .build()
        .unwrap()
}
