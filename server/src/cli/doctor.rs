//! `hearth doctor`: looks at everything that keeps a hub from running well, without changing anything.

use crate::{
    admin::logs::{From, Level, Wanted, newest_lines},
    admin::overview::Gauge,
    clock::{self, Timestamp},
    config::Config,
    database::{DirectoryLock, LockError, Writer, written_by},
    discovery::{Choice, Remembered, interfaces},
};
use anyhow::bail;
use clap::Args;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How long a running hub may take to answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// A backup older than this no longer protects much.
const OLD: Duration = Duration::from_secs(8 * 24 * 3600);
/// How many lines of the log are looked at.
const LINES: usize = 500;
/// In milliseconds.
const DAY: i64 = 24 * 3600 * 1000;

#[derive(Args)]
pub(super) struct Doctor {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

/// What was found out, and whether it is well.
enum Finding {
    Well(String),
    /// It works, and somebody should know.
    Look(String),
    /// It does not work.
    Bad(String),
}

use Finding::{Bad, Look, Well};

/// Looks, and says what it sees.
///
/// # Errors
/// When something does not work, so that scripts notice.
pub(super) async fn look(config: &Config) -> anyhow::Result<()> {
    let Some(data) = config.data.as_deref() else { bail!("there is no data directory") };
    let findings = [
        ("Data", directory(data)),
        ("Hub", hub(config, data).await),
        ("Disk", disk(config)),
        ("Backups", backups(config)),
        ("Network", network(config)),
        ("Log", log(data)),
    ];
    let mut bad = 0;
    for (about, finding) in findings {
        let (sign, text) = match finding {
            Well(text) => ("ok  ", text),
            Look(text) => ("look", text),
            Bad(text) => {
                bad += 1;
                ("BAD ", text)
            }
        };
        println!("{sign}  {about:8}  {text}");
    }
    if bad > 0 {
        bail!("{bad} of these does not work");
    }
    Ok(())
}

fn directory(data: &Path) -> Finding {
    let place = data.display();
    if !data.exists() {
        return Look(format!("{place} is not there yet; starting Hearth makes it"));
    }
    if !data.join("database").exists() {
        return Look(format!("{place} holds no team yet"));
    }
    match written_by(data) {
        Some(writer) if writer.schema > Writer::this().schema => Bad(format!(
            "{place} was written by a newer Hearth (step {} of its data, this one knows {}): install that one",
            writer.schema,
            Writer::this().schema
        )),
        Some(writer) if writer != Writer::this() => {
            Look(format!("{place} is of an older Hearth; the next start copies it and brings it up to date"))
        }
        _ => Well(format!("{place} is of this version")),
    }
}

async fn hub(config: &Config, data: &Path) -> Finding {
    if !data.exists() {
        return Look("it does not run".to_owned());
    }
    let holder = match DirectoryLock::take(data) {
        Ok(_lock) => return Look("it does not run; `hearth serve` or the desktop app starts it".to_owned()),
        Err(LockError::Held { holder, .. }) => holder,
        Err(error @ LockError::Io { .. }) => return Bad(error.to_string()),
    };
    let port = config.listen.map(|address| address.port()).or_else(|| Remembered::read(Some(data)).get().port);
    let Some(port) = port else { return Look(format!("it runs ({holder}) on a port that is not known here")) };
    let address = match config.listen {
        Some(address) if !address.ip().is_unspecified() => address,
        _ => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
    };
    match tokio::time::timeout(PATIENCE, answers(address)).await {
        Ok(Ok(true)) => Well(format!("it runs ({holder}) and answers at http://{address}/")),
        Ok(Ok(false)) => Bad(format!("it runs ({holder}), but its database does not answer: restart it")),
        Ok(Err(_)) | Err(_) => Bad(format!("it runs ({holder}), but nothing answers at http://{address}/: restart it")),
    }
}

/// Whether a hub says that it and its database answer.
async fn answers(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /api/v1/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(16 << 10).read_to_string(&mut answer).await?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

fn disk(config: &Config) -> Finding {
    let Some(disk) = Gauge::disk(config) else { return Look("how full it is cannot be found out".to_owned()) };
    let gib = |bytes: u64| format!("{}.{} GiB", bytes >> 30, ((bytes % (1 << 30)) * 10) >> 30);
    let text = format!("{} of {} are free", gib(disk.free), gib(disk.total));
    if disk.free < config.reserve {
        Bad(format!("{text}; nothing new is taken below {}: make room", gib(config.reserve)))
    } else if disk.free < disk.total / 10 {
        Look(format!("{text}; make room soon"))
    } else {
        Well(text)
    }
}

fn backups(config: &Config) -> Finding {
    let Some(folder) = config.backup_folder() else { return Look("there is no folder for them".to_owned()) };
    let place = folder.display();
    let newest = std::fs::read_dir(&folder).into_iter().flatten().flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_suffix(".hearth.zip")?;
        entry.metadata().ok()?.modified().ok()
    });
    let Some(newest) = newest.max() else {
        return Look(format!("there is none in {place}; a folder chosen in the dashboard is not looked at here"));
    };
    let age = SystemTime::now().duration_since(newest).unwrap_or_default();
    let days = age.as_secs() / 86_400;
    if age > OLD {
        Look(format!("the newest in {place} is {days} days old"))
    } else {
        Well(format!(
            "the newest in {place} is {} old",
            if days == 0 { "less than a day".to_owned() } else { format!("{days} days") }
        ))
    }
}

fn network(config: &Config) -> Finding {
    let all = match interfaces::list() {
        Ok(all) => all,
        Err(error) => return Bad(format!("the interfaces of this computer cannot be listed: {error}")),
    };
    let choice = config.interfaces.clone().map_or(Choice::Automatic, Choice::Named);
    let addresses = interfaces::ranked(&all, &choice);
    if addresses.is_empty() {
        let names: Vec<_> = all.iter().map(|interface| interface.name.as_str()).collect();
        return Look(format!("no interface leads to teammates, of {}", names.join(", ")));
    }
    let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
    Well(format!("teammates reach this computer at {}", addresses.join(", ")))
}

fn log(data: &Path) -> Finding {
    let wanted = Wanted { level: Level::Error, text: String::new(), from: From::End, limit: LINES };
    let lines = match newest_lines(data, &wanted) {
        Ok(lines) => lines,
        Err(error) => return Bad(format!("{error:#}")),
    };
    let since = Timestamp::from_millis(clock::now().millis() - DAY).to_string();
    let mut lately = lines.iter().filter(|line| line.at > since);
    match lately.next_back() {
        None => Well("no errors in the last day".to_owned()),
        Some(last) => Look(format!("{} errors in the last day, the last: {}", lately.count() + 1, last.message)),
    }
}
