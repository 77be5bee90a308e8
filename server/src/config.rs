//! Every setting that is not made in the dashboard: read once at start, with where it came from.
//!
//! A flag wins over a `HEARTH_…` variable, that over `hearth.toml` in the data directory, that over
//! what is built in.

use crate::{
    admin::metrics::MetricsAccess,
    database::StepText,
    mail::{FileMail, MailConfig},
    outside::Reach,
};
use anyhow::{Context, bail};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::{Path, PathBuf},
};
use utoipa::ToSchema;

/// The port that Hearth takes unless another is asked for or it is taken.
pub const DEFAULT_PORT: u16 = 4327;

/// Where the value of a setting comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SettingSource)]
pub enum Source {
    Flag,
    Variable,
    File,
    /// An admin made it.
    Dashboard,
    Default,
}

/// How much of something is allowed per minute; 0 is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitConfig {
    /// Attempts to sign in to one account; twelve times as many from one address.
    pub sign_in: u32,
    /// New accounts from one address.
    pub register: u32,
    /// Messages, and likewise other changes, of one person.
    pub messages: u32,
}

/// How much room files may take, in bytes; 0 is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileConfig {
    /// One file.
    pub largest: u64,
    /// All files of one person.
    pub per_person: u64,
}

/// What one file may take unless something else is configured.
const LARGEST_FILE: u64 = 100 << 20;
/// What the files of one person may take together unless something else is configured.
const FILES_PER_PERSON: u64 = 10 << 30;
/// How many bytes of the disk stay free unless something else is configured.
const RESERVE: u64 = 1 << 30;

/// The configuration of one hub.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where everything is kept; `None` keeps it in memory, for tests.
    pub data: Option<PathBuf>,
    /// The address that was asked for. Without one, Hearth listens on loopback until there is an
    /// owner and then on every address of this computer.
    pub listen: Option<SocketAddr>,
    /// Whether the hub is announced on the local network by multicast DNS.
    pub mdns: bool,
    /// The interfaces that the hub uses, by name; `None` leaves it to the dashboard, and that to Hearth.
    pub interfaces: Option<BTreeSet<String>>,
    /// Host names that this hub answers to besides its own, such as the one of a reverse proxy.
    pub allowed_hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub limits: LimitConfig,
    pub files: FileConfig,
    pub mail: MailConfig,
    /// Where backups are put; `None` is the folder `backups` of the data directory.
    pub backups: Option<PathBuf>,
    /// How many bytes of the disk stay free: with less, nothing more is written. 0 lets the disk fill up.
    pub reserve: u64,
    pub metrics: MetricsAccess,
    /// Whether admins may have programs on this computer told and asked; never the hub itself.
    pub webhooks_here: bool,
    /// Where the pages are of which links show a preview: on the internet, but for tests.
    pub previews: Reach,
    /// Steps of the schema after those of this version; for tests.
    pub further_steps: &'static [StepText],
    /// Where each value comes from.
    pub sources: BTreeMap<&'static str, Source>,
}

/// What was given on the command line; `None` where nothing was.
#[derive(Clone, Default, Debug)]
pub struct Flags {
    pub data: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
    /// Not to be announced on the local network.
    pub no_mdns: bool,
    /// The interfaces to use; none leaves it to the other places.
    pub interfaces: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    mdns: Option<bool>,
    #[serde(default)]
    interfaces: Option<Vec<String>>,
    #[serde(default)]
    allowed_hosts: Option<Vec<String>>,
    #[serde(default)]
    trusted_proxies: Option<Vec<IpNetText>>,
    #[serde(default)]
    limits: FileLimits,
    #[serde(default)]
    files: FileFiles,
    #[serde(default)]
    mail: FileMail,
    #[serde(default)]
    backups: Option<PathBuf>,
    #[serde(default)]
    reserve: Option<u64>,
    #[serde(default)]
    metrics: Option<MetricsAccess>,
    #[serde(default)]
    webhooks: FileWebhooks,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileWebhooks {
    this_computer: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLimits {
    sign_in: Option<u32>,
    register: Option<u32>,
    messages: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFiles {
    largest: Option<u64>,
    per_person: Option<u64>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct IpNetText(IpNet);

impl TryFrom<String> for IpNetText {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("{text} is not a network such as 10.0.0.0/8"))
    }
}

impl Config {
    /// A hub in memory with no limits, for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            data: None,
            listen: None,
            mdns: false,
            interfaces: None,
            allowed_hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            limits: LimitConfig { sign_in: 0, register: 0, messages: 0 },
            files: FileConfig { largest: LARGEST_FILE, per_person: FILES_PER_PERSON },
            mail: MailConfig::default(),
            backups: None,
            reserve: 0,
            metrics: MetricsAccess::Off,
            webhooks_here: false,
            previews: Reach::Far,
            further_steps: &[],
            sources: BTreeMap::new(),
        }
    }

    /// The folder for backups; `None` for a hub that keeps nothing.
    #[must_use]
    pub fn backup_folder(&self) -> Option<PathBuf> {
        self.backups.clone().or_else(|| Some(self.data.as_ref()?.join("backups")))
    }

    /// Reads the configuration. `variable` looks up an environment variable.
    ///
    /// # Errors
    /// When a value does not parse or the file has an unknown key; the message names both.
    pub fn read(flags: Flags, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut sources = BTreeMap::new();
        let data = match (flags.data, variable("HEARTH_DATA")) {
            (Some(data), _) => {
                sources.insert("data", Source::Flag);
                data
            }
            (None, Some(data)) => {
                sources.insert("data", Source::Variable);
                data.into()
            }
            (None, None) => {
                sources.insert("data", Source::Default);
                default_data_directory()?
            }
        };
        let file = read_file(&data.join("hearth.toml"))?;
        let mut pick = Pick { variable: &variable, sources };
        let listen = pick.value("listen", flags.listen, "HEARTH_LISTEN", file.listen)?;
        let mdns = pick.value("mdns", flags.no_mdns.then_some(false), "HEARTH_MDNS", file.mdns)?.unwrap_or(true);
        let interfaces = pick.list("interfaces", flags.interfaces, "HEARTH_INTERFACES", file.interfaces)?;
        let interfaces = Some(BTreeSet::from_iter(interfaces)).filter(|names| !names.is_empty());
        let allowed_hosts = pick.list("allowed_hosts", Vec::new(), "HEARTH_ALLOWED_HOSTS", file.allowed_hosts)?;
        let trusted_proxies = pick.list(
            "trusted_proxies",
            Vec::new(),
            "HEARTH_TRUSTED_PROXIES",
            file.trusted_proxies.map(|nets| nets.into_iter().map(|net| net.0).collect()),
        )?;
        let limits = LimitConfig {
            sign_in: pick.value("limits.sign_in", None, "HEARTH_LIMIT_SIGN_IN", file.limits.sign_in)?.unwrap_or(10),
            register: pick.value("limits.register", None, "HEARTH_LIMIT_REGISTER", file.limits.register)?.unwrap_or(30),
            messages: pick
                .value("limits.messages", None, "HEARTH_LIMIT_MESSAGES", file.limits.messages)?
                .unwrap_or(600),
        };
        let files = FileConfig {
            largest: pick
                .value("files.largest", None, "HEARTH_FILES_LARGEST", file.files.largest)?
                .unwrap_or(LARGEST_FILE),
            per_person: pick
                .value("files.per_person", None, "HEARTH_FILES_PER_PERSON", file.files.per_person)?
                .unwrap_or(FILES_PER_PERSON),
        };
        let mail = pick.mail(file.mail)?;
        let backups = pick.value("backups", None, "HEARTH_BACKUPS", file.backups)?;
        let reserve = pick.value("reserve", None, "HEARTH_RESERVE", file.reserve)?.unwrap_or(RESERVE);
        let metrics = pick.value("metrics", None, "HEARTH_METRICS", file.metrics)?.unwrap_or_default();
        let webhooks_here = pick
            .value("webhooks.this_computer", None, "HEARTH_WEBHOOKS_THIS_COMPUTER", file.webhooks.this_computer)?
            .unwrap_or(false);
        let sources = pick.sources;
        Ok(Self {
            data: Some(data),
            listen,
            mdns,
            interfaces,
            allowed_hosts,
            trusted_proxies,
            limits,
            files,
            mail,
            backups,
            reserve,
            metrics,
            webhooks_here,
            previews: Reach::Far,
            further_steps: &[],
            sources,
        })
    }
}

struct Pick<'a, V> {
    variable: &'a V,
    sources: BTreeMap<&'static str, Source>,
}

impl<V: Fn(&str) -> Option<String>> Pick<'_, V> {
    fn value<T: std::str::FromStr>(
        &mut self,
        name: &'static str,
        flag: Option<T>,
        variable: &str,
        file: Option<T>,
    ) -> anyhow::Result<Option<T>> {
        let (source, value) = if flag.is_some() {
            (Source::Flag, flag)
        } else if let Some(text) = (self.variable)(variable) {
            let Ok(value) = text.parse() else { bail!("{variable}={text} does not fit {name}") };
            (Source::Variable, Some(value))
        } else if file.is_some() {
            (Source::File, file)
        } else {
            (Source::Default, None)
        };
        self.sources.insert(name, source);
        Ok(value)
    }

    fn mail(&mut self, file: FileMail) -> anyhow::Result<MailConfig> {
        Ok(MailConfig {
            server: self.value("mail.server", None, "HEARTH_MAIL_SERVER", file.server)?,
            port: self.value("mail.port", None, "HEARTH_MAIL_PORT", file.port)?,
            security: self.value("mail.security", None, "HEARTH_MAIL_SECURITY", file.security)?,
            user: self.value("mail.user", None, "HEARTH_MAIL_USER", file.user)?,
            password: self.value("mail.password", None, "HEARTH_MAIL_PASSWORD", file.password)?,
            from: self.value("mail.from", None, "HEARTH_MAIL_FROM", file.from)?,
            address: self.value("mail.address", None, "HEARTH_MAIL_ADDRESS", file.address)?,
        })
    }

    fn list<T: std::str::FromStr>(
        &mut self,
        name: &'static str,
        flags: Vec<T>,
        variable: &str,
        file: Option<Vec<T>>,
    ) -> anyhow::Result<Vec<T>> {
        if !flags.is_empty() {
            self.sources.insert(name, Source::Flag);
            return Ok(flags);
        }
        if let Some(text) = (self.variable)(variable) {
            self.sources.insert(name, Source::Variable);
            return text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().map_err(|_| anyhow::anyhow!("{variable}: {part} does not fit {name}")))
                .collect();
        }
        self.sources.insert(name, if file.is_some() { Source::File } else { Source::Default });
        Ok(file.unwrap_or_default())
    }
}

fn read_file(path: &Path) -> anyhow::Result<File> {
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).with_context(|| format!("{} does not fit", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(File::default()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// The data directory of this user, where none was named.
fn default_data_directory() -> anyhow::Result<PathBuf> {
    let places = directories::ProjectDirs::from("", "", "Hearth")
        .context("this user has no home directory; name a data directory with --data")?;
    Ok(places.data_dir().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Config, Flags, Source};

    #[test]
    fn a_flag_wins_over_a_variable_over_the_file_over_the_default() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(
            directory.path().join("hearth.toml"),
            "listen = \"127.0.0.1:1\"\n[limits]\nsign_in = 3\nmessages = 4\n",
        )
        .unwrap();
        let flags = || Flags { data: Some(directory.path().to_owned()), ..Flags::default() };
        let variable = |name: &str| (name == "HEARTH_LIMIT_SIGN_IN").then(|| "7".to_owned());
        let config = Config::read(flags(), variable).unwrap();
        assert_eq!(config.listen.unwrap().port(), 1);
        assert_eq!((config.limits.sign_in, config.limits.messages, config.limits.register), (7, 4, 30));
        assert!(config.mdns && config.interfaces.is_none());
        assert_eq!(config.sources["limits.sign_in"], Source::Variable);
        assert_eq!(config.sources["limits.messages"], Source::File);
        assert_eq!(config.sources["limits.register"], Source::Default);
        let flags = Flags { listen: "127.0.0.1:2".parse().ok(), ..flags() };
        assert_eq!(Config::read(flags, |_| None).unwrap().listen.unwrap().port(), 2);
    }

    #[test]
    fn the_interfaces_and_being_announced_can_be_chosen_in_every_place() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("hearth.toml"), "mdns = false\ninterfaces = [\"eth0\"]\n").unwrap();
        let flags = |interfaces: &[&str], no_mdns| {
            let interfaces = interfaces.iter().map(ToString::to_string).collect();
            Flags { data: Some(directory.path().to_owned()), no_mdns, interfaces, ..Flags::default() }
        };
        let config = Config::read(flags(&[], false), |_| None).unwrap();
        assert_eq!((config.mdns, config.interfaces), (false, Some(["eth0".to_owned()].into())));
        let variable = |name: &str| match name {
            "HEARTH_MDNS" => Some("true".to_owned()),
            "HEARTH_INTERFACES" => Some("wlan0, eth1".to_owned()),
            _ => None,
        };
        let config = Config::read(flags(&[], false), variable).unwrap();
        assert_eq!((config.mdns, config.interfaces), (true, Some(["eth1".to_owned(), "wlan0".to_owned()].into())));
        let config = Config::read(flags(&["usb0"], true), variable).unwrap();
        assert_eq!((config.mdns, config.interfaces), (false, Some(["usb0".to_owned()].into())));
        assert_eq!(config.sources["interfaces"], Source::Flag);
    }

    #[test]
    fn a_value_that_does_not_fit_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let flags = Flags { data: Some(directory.path().to_owned()), ..Flags::default() };
        let variable = |name: &str| (name == "HEARTH_LIMIT_MESSAGES").then(|| "many".to_owned());
        let error = Config::read(flags.clone(), variable).unwrap_err().to_string();
        assert!(error.contains("HEARTH_LIMIT_MESSAGES=many"), "{error}");
        std::fs::write(directory.path().join("hearth.toml"), "lisen = \"x\"").unwrap();
        assert!(Config::read(flags, |_| None).is_err());
    }
}
