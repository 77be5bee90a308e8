//! Encryption on the way to the hub, on the same port as without: a connection that begins as TLS does is answered so.
//!
//! Plain HTTP works fully and nobody is redirected. Who switches encryption on chooses between a certificate of their own
//! and Hearth's own small authority, which can vouch for nothing but this hub and addresses of private networks. Browsers
//! trust that one once each device was shown its certificate, which the page `/trust` walks people through.
//!
//! What is chosen belongs to the computer and lies in the folder `tls` of the data directory, not in the database and in no
//! backup. Certificates are exchanged while the hub runs.

pub mod api;
mod authority;
mod cookies;
mod facts;
mod own;

pub(crate) use cookies::apart;
pub use facts::Facts;

use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    clock, discovery, disk,
    error::AppError,
    http::own_name,
    permission::{Action, Relation},
};
use anyhow::Context;
use authority::Authority;
use own::OwnError;
use rustls::{ServerConfig, crypto::ring::default_provider};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio_rustls::TlsAcceptor;
use utoipa::ToSchema;

/// A certificate of Hearth's own authority is made anew when it is this old.
const RENEWED: Duration = Duration::from_secs(30 * 24 * 3600);
/// How often it is looked whether one is.
const LOOK: Duration = Duration::from_secs(6 * 3600);

/// What speaks for the hub on encrypted connections.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = TlsMode)]
pub enum Mode {
    /// There are none.
    #[default]
    Off,
    /// A certificate that somebody brought.
    Own,
    /// One of Hearth's own authority.
    Hearth,
}

/// Marks a request that came encrypted.
#[derive(Clone, Copy, Debug)]
pub struct Encrypted;

/// What is kept on the disk about it.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
struct Kept {
    mode: Mode,
}

/// The hub's encryption. One in an [`App`].
#[derive(Debug)]
pub struct Tls {
    /// `None` for a hub that keeps nothing.
    folder: Option<PathBuf>,
    kept: Mutex<Kept>,
    serving: RwLock<Option<Serving>>,
    /// Held by whoever reads or writes the folder to change what is served.
    turn: Mutex<()>,
}

/// The certificate in use.
#[derive(Clone, Debug)]
struct Serving {
    config: Arc<ServerConfig>,
    facts: Facts,
    /// What it was asked to vouch for.
    names: BTreeSet<String>,
    /// That of Hearth's own authority, where it is of that.
    authority: Option<(Facts, CertificateDer<'static>)>,
}

impl Tls {
    /// Reads what is kept in a data directory. What cannot be read counts as switched off.
    #[must_use]
    pub fn open(data: Option<&Path>) -> Self {
        let folder = data.map(|data| data.join("tls"));
        let kept = folder.as_ref().and_then(|folder| std::fs::read(folder.join("settings.json")).ok());
        let kept = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { folder, kept: Mutex::new(kept), serving: RwLock::default(), turn: Mutex::default() }
    }

    /// What answers encrypted connections now.
    pub(crate) fn acceptor(&self) -> Option<TlsAcceptor> {
        self.serving().map(|serving| TlsAcceptor::from(serving.config))
    }

    fn serving(&self) -> Option<Serving> {
        self.serving.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn mode(&self) -> Mode {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).mode
    }

    fn serve(&self, serving: Option<Serving>) {
        *self.serving.write().unwrap_or_else(PoisonError::into_inner) = serving;
    }

    fn keep(&self, mode: Mode) -> anyhow::Result<()> {
        if let Some(folder) = &self.folder {
            std::fs::create_dir_all(folder)?;
            disk::write_private(&folder.join("settings.json"), &serde_json::to_vec(&Kept { mode })?)?;
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).mode = mode;
        Ok(())
    }

    fn folder(&self) -> anyhow::Result<&Path> {
        self.folder.as_deref().context("this hub keeps nothing on a disk")
    }
}

/// What a certificate of this hub has to vouch for: the addresses and names by which people reach it.
fn names(app: &App) -> BTreeSet<String> {
    let standing = app.discovery.standing();
    let directory = app.journal.directory();
    let mut names = BTreeSet::from(["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string()]);
    names.extend(own_name(&directory));
    names.extend(standing.name.host().map(str::to_owned));
    let addresses = discovery::lan_addresses(&app.config, &directory, &standing);
    names.extend(addresses.iter().map(ToString::to_string));
    names
}

/// Makes what answers encrypted connections fit what was chosen and how the hub is reached. Reads the disk, and is to be
/// called with the turn.
fn renew(app: &App) -> anyhow::Result<()> {
    let tls = &app.tls;
    let made = match tls.mode() {
        Mode::Off => None,
        Mode::Own => {
            let (pair, names) = own::read(tls.folder()?)?;
            Some((pair, names, None))
        }
        Mode::Hearth => {
            let names = names(app);
            let fits =
                |serving: &Serving| serving.names == names && clock::now().since(serving.facts.not_before) < RENEWED;
            if tls.serving().is_some_and(|serving| fits(&serving)) {
                return Ok(());
            }
            let authority = Authority::open_or_make(tls.folder()?, &team(app), &own_label(app))?;
            let certificate = authority.certificate()?;
            let shown = (Facts::of(&certificate)?, certificate);
            Some((authority.issue(&names)?, names, Some(shown)))
        }
    };
    let serving = match made {
        None => None,
        Some(((chain, key), names, authority)) => {
            let facts = Facts::of(chain.first().context("there is no certificate")?)?;
            Some(Serving { config: Arc::new(configure(chain, key)?), facts, names, authority })
        }
    };
    tls.serve(serving);
    Ok(())
}

fn team(app: &App) -> String {
    app.journal.directory().settings.as_ref().map_or_else(|| "Hearth".to_owned(), |settings| settings.name.clone())
}

fn own_label(app: &App) -> String {
    own_name(&app.journal.directory()).unwrap_or_else(|| "hearth.local".to_owned())
}

/// How encrypted connections are answered with a certificate.
fn configure(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> anyhow::Result<ServerConfig> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Does something with the folder, one after the other, and not on the runtime's own threads.
async fn work<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&App) -> T + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || {
        let _turn = app.tls.turn.lock().unwrap_or_else(PoisonError::into_inner);
        work(&app)
    })
    .await
}

/// Makes the certificate fit how the hub is reached now.
pub(crate) async fn fit(app: &Arc<App>) {
    let fitted = work(app, |app| renew(app).inspect_err(|_| app.tls.serve(None))).await;
    if let Err(error) = fitted.map_err(anyhow::Error::from).and_then(|renewed| renewed) {
        tracing::warn!(error = format!("{error:#}"), "encrypted connections are not answered");
    }
}

/// Keeps the certificate fitting as the hub's addresses and names change and time goes by.
pub(crate) async fn keep_fitting(app: Arc<App>) {
    let mut changed = app.discovery.follow();
    loop {
        changed.mark_unchanged();
        fit(&app).await;
        tokio::select! {
            _ = changed.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}

/// How it stands with encryption.
#[derive(Clone, Debug)]
pub struct Standing {
    pub mode: Mode,
    /// The certificate that is used.
    pub certificate: Option<Facts>,
    /// That of Hearth's own authority, once there is one.
    pub authority: Option<Facts>,
    /// By what people reach the hub that the certificate does not vouch for.
    pub uncovered: Vec<String>,
}

/// How it stands with encryption.
///
/// # Errors
/// `forbidden`.
pub fn look(app: &App, actor: &Actor) -> Result<Standing, AppError> {
    actor.require(Action::ManageNetwork, Relation::NONE)?;
    let serving = app.tls.serving();
    let uncovered = match &serving {
        Some(serving) => names(app).into_iter().filter(|name| !serving.facts.covers(name)).collect(),
        None => Vec::new(),
    };
    let (certificate, authority) = serving.map(|serving| (serving.facts, serving.authority)).unzip();
    let authority = authority.flatten().map(|(facts, _)| facts);
    Ok(Standing { mode: app.tls.mode(), certificate, authority, uncovered })
}

/// Chooses what speaks for the hub.
///
/// # Errors
/// `forbidden`; `validation` where there is no certificate of one's own; `internal` when the disk refuses.
pub async fn choose(app: &Arc<App>, actor: &Actor, mode: Mode) -> Result<Standing, AppError> {
    actor.require(Action::ManageNetwork, Relation::NONE)?;
    let before = app.tls.mode();
    let chosen = work(app, move |app| {
        let usable = mode != Mode::Own || app.tls.folder().and_then(own::read).is_ok();
        if usable { set(app, mode).map(|()| true) } else { Ok(false) }
    });
    if !chosen.await.map_err(AppError::internal)?.map_err(AppError::internal)? {
        return Err(AppError::field("mode", "needs a certificate to be brought first"));
    }
    if before != mode {
        note(app, actor, &format!("encryption: {}", word(mode))).await;
    }
    look(app, actor)
}

/// Keeps the choice and serves what was chosen.
fn set(app: &App, mode: Mode) -> anyhow::Result<()> {
    app.tls.keep(mode)?;
    app.tls.serve(None);
    renew(app)
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Off => "off",
        Mode::Own => "own certificate",
        Mode::Hearth => "Hearth's authority",
    }
}

/// Takes a certificate with what leads to its authority, and its key, as PEM, and uses it from now on.
///
/// # Errors
/// `forbidden`; `validation` when they do not fit; `internal` when the disk refuses.
pub async fn bring(app: &Arc<App>, actor: &Actor, chain: String, key: String) -> Result<Standing, AppError> {
    actor.require(Action::ManageNetwork, Relation::NONE)?;
    let kept = work(app, move |app| {
        own::check(&chain, &key)?;
        let keep = || {
            own::keep(app.tls.folder()?, &chain, &key)?;
            set(app, Mode::Own)
        };
        keep().map_err(OwnError::Other)
    });
    kept.await.map_err(AppError::internal)?.map_err(|error| match error {
        OwnError::Certificate(text) => AppError::field("certificate", text),
        OwnError::Key(text) => AppError::field("key", text),
        OwnError::Other(error) => AppError::internal(format!("{error:#}")),
    })?;
    note(app, actor, "encryption: another certificate").await;
    look(app, actor)
}

/// Makes another authority, for when somebody else may have the key of the one before, or the team has another name. Every
/// device has to be shown the new one.
///
/// # Errors
/// `forbidden`; `internal` when the disk refuses.
pub async fn start_over(app: &Arc<App>, actor: &Actor) -> Result<Standing, AppError> {
    actor.require(Action::ManageNetwork, Relation::NONE)?;
    let made = work(app, |app| {
        Authority::make(app.tls.folder()?, &team(app), &own_label(app))?;
        app.tls.serve(None);
        renew(app)
    });
    made.await.map_err(AppError::internal)?.map_err(AppError::internal)?;
    note(app, actor, "encryption: another authority").await;
    look(app, actor)
}

async fn note(app: &App, actor: &Actor, detail: &str) {
    audit::tell(app, Act::NetworkChanged, By::from(actor), None, detail.to_owned()).await;
}

/// The certificate of Hearth's own authority for devices to trust; `None` where another speaks for the hub.
pub(crate) fn to_trust(app: &App) -> Option<(Facts, CertificateDer<'static>)> {
    app.tls.serving()?.authority
}

/// The address that a name is, if it is one.
fn address(name: &str) -> Option<IpAddr> {
    name.parse().ok()
}
