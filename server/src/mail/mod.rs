//! Mail: the server by which the hub sends it, and the digest of what somebody missed.
//!
//! Nothing is sent until an admin names a server. Its password lies in a file of the data directory that only this user
//! may read; it is in no row, so in no backup, and no answer of the API has it.

pub mod api;
mod compose;
mod config;
mod digest;
mod missed;
mod password;
mod send;
mod store;
mod unsubscribe;

pub(crate) use config::FileMail;
pub use config::MailConfig;
pub(crate) use digest::run as send_digests;
pub use digest::{Looked, look};
pub(crate) use store::{begin_anew, forget, load};
pub(crate) use unsubscribe::one_click;

use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
    config::{Config, Source},
    directory::{Directory, MailSettings, Security},
    discovery,
    error::{AppError, Code},
    permission::{Action, Relation},
    validate::{self, Checks},
};
use password::Password;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// What the hub knows of mail beside its settings. One in an [`App`].
#[derive(Debug)]
pub struct Mail {
    password: Password,
    /// How the last mail went.
    last: Mutex<Option<Outcome>>,
    /// Wakes the job that sends digests.
    wake: Notify,
    digest: digest::Pause,
}

/// How a mail went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub at: Timestamp,
    pub delivered: bool,
    /// In the words of the mail server, or of whatever did not let it speak.
    pub answer: String,
}

impl Mail {
    /// Reads the password that is kept beside the database.
    ///
    /// # Errors
    /// When its file is there and cannot be read.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let password = Password::open(config.data.as_deref())?;
        Ok(Self { password, last: Mutex::default(), wake: Notify::new(), digest: digest::Pause::default() })
    }

    fn note(&self, outcome: Outcome) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }

    fn last(&self) -> Option<Outcome> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The server and the address by which mail is sent.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub server: String,
    pub port: u16,
    pub security: Security,
    /// Name and password, where the server wants them.
    pub login: Option<(String, String)>,
    pub from: String,
}

/// The settings in force, wherever each comes from.
#[derive(Clone, Debug)]
pub(crate) struct InForce {
    pub settings: MailSettings,
    pub sources: Vec<(&'static str, Source)>,
    pub password_set: bool,
}

impl InForce {
    /// Whether mail can be sent with them.
    pub(crate) fn is_ready(&self) -> bool {
        self.settings.server.is_some() && self.settings.from.is_some()
    }
}

/// The fields, as the API and the configuration name them.
const FIELDS: [&str; 7] = ["server", "port", "security", "user", "password", "from", "address"];

/// What is in force.
pub(crate) fn in_force(app: &App, directory: &Directory) -> InForce {
    let (config, made) = (&app.config.mail, &directory.mail);
    let password_set = config.password.is_some() || app.mail.password.get().is_some();
    let chosen = |field: &str| match field {
        "server" => made.server.is_some(),
        "port" => made.port.is_some(),
        "security" => made.security.is_some(),
        "user" => made.user.is_some(),
        "password" => password_set,
        "from" => made.from.is_some(),
        _ => made.address.is_some(),
    };
    let source = |field: &'static str| {
        let told = app.config.sources.iter().find(|(name, _)| name.strip_prefix("mail.") == Some(field));
        let source = match told.map(|(_, source)| *source) {
            _ if !app.config.mail.says(field) && chosen(field) => Source::Dashboard,
            _ if !app.config.mail.says(field) => Source::Default,
            Some(source) => source,
            None => Source::File,
        };
        (field, source)
    };
    InForce {
        settings: MailSettings {
            server: config.server.clone().or_else(|| made.server.clone()),
            port: config.port.or(made.port),
            security: config.security.or(made.security),
            user: config.user.clone().or_else(|| made.user.clone()),
            from: config.from.clone().or_else(|| made.from.clone()),
            address: config.address.clone().or_else(|| made.address.clone()),
            since: made.since,
        },
        sources: FIELDS.into_iter().map(source).collect(),
        password_set,
    }
}

/// How mail is sent now; `None` until somebody said by which server.
pub(crate) fn account(app: &App, directory: &Directory) -> Option<Account> {
    let MailSettings { server, port, security, user, from, .. } = in_force(app, directory).settings;
    let security = security.unwrap_or_default();
    let password = app.config.mail.password.clone().or_else(|| app.mail.password.get());
    Some(Account {
        server: server?,
        port: port.unwrap_or_else(|| security.usual_port()),
        security,
        login: user.map(|user| (user, password.unwrap_or_default())),
        from: from?,
    })
}

/// What links in mails begin with: what an admin chose, or the address at which teammates most likely reach the hub.
pub(crate) fn address(app: &App, directory: &Directory) -> String {
    let chosen = app.config.mail.address.clone().or_else(|| directory.mail.address.clone());
    chosen.map_or_else(|| suggested_address(app, directory), |chosen| chosen.trim_end_matches('/').to_owned())
}

/// The address at which teammates most likely reach the hub.
fn suggested_address(app: &App, directory: &Directory) -> String {
    let standing = app.discovery.standing();
    let best = discovery::lan_addresses(&app.config, directory, &standing).into_iter().next();
    match best.filter(|_| discovery::is_open(directory, &standing)) {
        Some(address) => format!("http://{address}:{}", standing.port),
        None => format!("http://localhost:{}", standing.port),
    }
}

/// What is to change. The inner `None` removes.
#[derive(Clone, Default)]
pub(crate) struct MailPatch {
    pub server: Option<Option<String>>,
    pub port: Option<Option<u16>>,
    pub security: Option<Option<Security>>,
    pub user: Option<Option<String>>,
    pub password: Option<Option<String>>,
    pub from: Option<Option<String>>,
    pub address: Option<Option<String>>,
}

impl MailPatch {
    fn fields(&self) -> Vec<&'static str> {
        let given = [
            self.server.is_some(),
            self.port.is_some(),
            self.security.is_some(),
            self.user.is_some(),
            self.password.is_some(),
            self.from.is_some(),
            self.address.is_some(),
        ];
        FIELDS.into_iter().zip(given).filter(|(_, given)| *given).map(|(field, _)| field).collect()
    }

    fn checked(self) -> Result<Self, AppError> {
        /// A field that is emptied counts as one that is removed.
        fn text(
            checks: &mut Checks,
            field: &str,
            value: Option<Option<String>>,
            check: impl Fn(&str) -> Result<String, String>,
        ) -> Option<Option<String>> {
            value.map(|value| {
                let value = value.filter(|value| !value.trim().is_empty())?;
                Some(checks.take(field, check(&value)))
            })
        }
        let mut checks = Checks::default();
        if self.port == Some(Some(0)) {
            checks.take::<()>("port", Err("is not a port".to_owned()));
        }
        let patch = Self {
            server: text(&mut checks, "server", self.server, host_name),
            port: self.port,
            security: self.security,
            user: text(&mut checks, "user", self.user, |user| validate::line(user, 1, 320)),
            password: text(&mut checks, "password", self.password, |password| {
                if password.chars().count() > 1_024 || password.chars().any(char::is_control) {
                    Err("is longer than 1024 characters or has one that no password has".to_owned())
                } else {
                    Ok(password.to_owned())
                }
            }),
            from: text(&mut checks, "from", self.from, validate::email),
            address: text(&mut checks, "address", self.address, base_address),
        };
        checks.finish()?;
        Ok(patch)
    }

    fn apply(&self, settings: &mut MailSettings) {
        fn set<T: Clone>(place: &mut Option<T>, value: Option<&Option<T>>) {
            if let Some(value) = value {
                place.clone_from(value);
            }
        }
        set(&mut settings.server, self.server.as_ref());
        set(&mut settings.port, self.port.as_ref());
        set(&mut settings.security, self.security.as_ref());
        set(&mut settings.user, self.user.as_ref());
        set(&mut settings.from, self.from.as_ref());
        set(&mut settings.address, self.address.as_ref());
    }
}

/// The name or address of a computer.
fn host_name(name: &str) -> Result<String, String> {
    let name = validate::line(name, 1, 253)?.to_lowercase();
    let fits = name.parse::<std::net::IpAddr>().is_ok()
        || (name.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter))
            && name.starts_with(|letter: char| letter.is_ascii_alphanumeric()));
    if fits { Ok(name) } else { Err("is not the name of a server".to_owned()) }
}

/// `http://` or `https://`, a host and perhaps a port.
fn base_address(address: &str) -> Result<String, String> {
    let wrong = || "is not an address such as https://chat.example.org".to_owned();
    let address = validate::line(address, 1, 200)?;
    let url = url::Url::parse(&address).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(url.as_str().trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

/// Goes on only for who may set mail up.
fn require(actor: &Actor) -> Result<(), AppError> {
    actor.require(Action::ManageSettings, Relation::NONE)
}

/// Changes by which server mail is sent.
///
/// # Errors
/// `forbidden`, `validation`, `fixed_by_configuration`, `rate_limited`.
pub(crate) async fn update(app: &App, actor: &Actor, patch: MailPatch) -> Result<(), AppError> {
    require(actor)?;
    app.limits.changes.take(&actor.user)?;
    let fields = patch.fields();
    if fields.iter().any(|field| app.config.mail.says(field)) {
        return Err(AppError::new(Code::FixedByConfiguration));
    }
    let patch = patch.checked()?;
    // Nobody gets to know the password by having it sent to a server of theirs.
    let elsewhere = patch.server.as_ref().is_some_and(|server| {
        let before = app.journal.directory().mail.server.clone();
        before.is_some() && before != *server
    });
    if let Some(password) = patch.password.clone().or(elsewhere.then_some(None)) {
        app.mail.password.set(password).await?;
    }
    let by = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = by.still(draft.directory)?;
            require(&actor)?;
            let before = &draft.directory.mail;
            let mut next = before.clone();
            patch.apply(&mut next);
            if &next != before || patch.password.is_some() {
                audit::note(draft, Act::MailChanged, By::from(&actor), None, &fields.join(", "));
                store::put(draft, next);
            }
            Ok(())
        })
        .await?;
    app.mail.digest.forget();
    app.mail.wake.notify_one();
    Ok(())
}

/// Sends a mail to see whether it comes through; says what the server answered.
///
/// # Errors
/// `forbidden`; `validation` where mail is not set up or there is no address to send to; `rate_limited`.
pub(crate) async fn test(app: &App, actor: &Actor, to: Option<&str>) -> Result<Outcome, AppError> {
    require(actor)?;
    app.limits.changes.take(&actor.user)?;
    let (account, team, own) = {
        let directory = app.journal.directory();
        let own = directory.active_person(actor.user)?.email.clone();
        (account(app, &directory), directory.hub_view().name, own)
    };
    let account = account.ok_or_else(|| AppError::field("", "mail has no server or no address to come from yet"))?;
    let to = match to.filter(|to| !to.trim().is_empty()) {
        Some(to) => validate::email(to).map_err(|wrong| AppError::field("to", wrong))?,
        None => own.ok_or_else(|| AppError::field("to", "is empty, and your profile has no e-mail address"))?,
    };
    let sent = match compose::test(&account, &team, &to) {
        Ok(message) => send::send(&account, message).await,
        Err(error) => return Err(AppError::internal(error)),
    };
    let outcome =
        Outcome { at: clock::now(), delivered: sent.is_ok(), answer: sent.unwrap_or_else(|failure| failure.answer) };
    app.mail.note(outcome.clone());
    if outcome.delivered {
        app.mail.digest.forget();
        app.mail.wake.notify_one();
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::{base_address, host_name};

    #[test]
    fn an_address_for_links_is_a_host_and_nothing_more() {
        assert_eq!(base_address(" https://Chat.Example.org/ "), Ok("https://chat.example.org".to_owned()));
        assert_eq!(base_address("http://192.168.1.20:4327"), Ok("http://192.168.1.20:4327".to_owned()));
        for wrong in [
            "chat.example.org",
            "ftp://chat.example.org",
            "javascript:alert(1)",
            "https://ann:pw@example.org",
            "https://example.org/chat",
            "https://example.org?x",
            "https://example.org#x",
            "https://",
        ] {
            assert!(base_address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_server_is_a_name_or_an_address() {
        for fine in ["smtp.example.org", "localhost", "10.0.0.7", "::1", "mail_1"] {
            assert_eq!(host_name(fine), Ok(fine.to_owned()));
        }
        for wrong in ["smtp.example.org:25", "a b", "-x", "x/y", "user@host", "\u{202e}x"] {
            assert!(host_name(wrong).is_err(), "{wrong}");
        }
    }
}
