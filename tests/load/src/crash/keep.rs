//! The server killed while it makes a backup, prepares and carries out a restore, and takes over the data of another version.
//! It always starts again, with the old data or the new, whole; and no file passes for a backup that is not one.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use hyper::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::client::Client;
use crate::hearth::{Hearth, Place, free_address};
use crate::team::{Person, Team};

/// How many messages there are to keep.
const MESSAGES: usize = 400;
/// A page of history.
const PAGE: u64 = 100;
/// Nothing that is waited for takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// In the middle of what the server is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(crate) enum During {
    /// People talking.
    Load,
    /// A backup being made.
    Backup,
    /// A restore being prepared, or put in place at a start.
    Restore,
    /// A start on the data of another version.
    Upgrade,
}

struct Keep<'a> {
    place: &'a Place,
    data: PathBuf,
    owner: Person,
    channel: String,
    random: Rng,
}

pub(crate) async fn rounds(place: &Place, data: PathBuf, during: During, rounds: u32, seed: u64) -> Result<()> {
    let address = free_address()?;
    let mut hearth = Hearth::start_at(place, &data, address).await?;
    let Team { owner, channel, .. } = Team::found(address).await?;
    let mut keep = Keep { place, data, owner, channel, random: Rng::with_seed(seed) };
    for number in 0..MESSAGES {
        keep.say(&hearth, &format!("message {number} {}", "and so on ".repeat(20))).await?;
    }
    let start = Instant::now();
    for round in 1..=rounds {
        let (running, summary) = match during {
            During::Backup => keep.backup(hearth).await,
            During::Restore => keep.restore(hearth).await,
            During::Upgrade => keep.upgrade(hearth).await,
            During::Load => bail!("that is another test"),
        }
        .with_context(|| format!("round {round}"))?;
        println!("{round}/{rounds}: {summary}");
        hearth = running;
    }
    let status = hearth.stop().await?;
    ensure!(status.success(), "hearth did not stop cleanly after the last round: {status}");
    println!("{rounds} kills in {:.0} s: always the old data or the new, whole", start.elapsed().as_secs_f64());
    Ok(())
}

impl Keep<'_> {
    fn client(&self, hearth: &Hearth) -> Client {
        self.owner.client(hearth.address)
    }

    async fn say(&self, hearth: &Hearth, body: &str) -> Result<()> {
        let path = format!("/api/v1/channels/{}/messages", self.channel);
        let _: Value = self.client(hearth).send(Method::POST, &path, &json!({"body": body})).await?;
        Ok(())
    }

    /// Every message, the first at the end.
    async fn seen(&self, hearth: &Hearth) -> Result<Vec<(u64, String)>> {
        let mut client = self.client(hearth);
        let mut all = Vec::new();
        let mut before = u64::from(u32::MAX);
        loop {
            let path = format!("/api/v1/channels/{}/messages?limit={PAGE}&before={before}", self.channel);
            let page: Vec<Value> = client.get(&path).await?;
            let mut page: Vec<_> = page
                .iter()
                .map(|message| {
                    let number = message["number"].as_u64().unwrap_or_default();
                    (number, message["body"].as_str().unwrap_or_default().to_owned())
                })
                .collect();
            page.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
            let Some((first, _)) = page.last() else { break };
            before = *first;
            all.append(&mut page);
            if before <= 1 {
                break;
            }
        }
        let whole = all.iter().map(|(number, _)| *number).eq((1..=all.len() as u64).rev());
        ensure!(whole, "the history has holes");
        Ok(all)
    }

    /// The plan, once nothing is being done with backups any more.
    async fn settled(&self, hearth: &Hearth) -> Result<Value> {
        let mut client = self.client(hearth);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let plan: Value = client.get("/api/v1/admin/backup-plan").await?;
            if plan["work"].is_null() {
                return Ok(plan);
            }
            sleep(Duration::from_millis(20)).await;
        }
        bail!("what is done with backups does not end")
    }

    /// A backup that is whole, and how long it took.
    async fn made(&self, hearth: &Hearth) -> Result<(String, Duration)> {
        let mut client = self.client(hearth);
        let start = Instant::now();
        let begun: Value = client.send(Method::POST, "/api/v1/admin/backups", &json!({})).await?;
        while start.elapsed() < PATIENCE {
            let list: Vec<Value> = client.get("/api/v1/admin/backups").await?;
            let found = list.iter().find(|backup| backup["id"] == begun["id"]).context("the backup is not listed")?;
            match found["state"].as_str() {
                Some("ready") => return Ok((text(&begun["id"]), start.elapsed())),
                Some("failed") => bail!("the backup failed: {found}"),
                _ => sleep(Duration::from_millis(10)).await,
            }
        }
        bail!("the backup is not made")
    }

    fn moment(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.random.f64())
    }

    async fn start(&self, hearth: &Hearth) -> Result<Hearth> {
        Hearth::start_at(self.place, &self.data, hearth.address).await.context("starting after the kill")
    }

    async fn backup(&mut self, mut hearth: Hearth) -> Result<(Hearth, String)> {
        let (_, whole) = self.made(&hearth).await?;
        let before = self.seen(&hearth).await?;
        let _: Value = self.client(&hearth).send(Method::POST, "/api/v1/admin/backups", &json!({})).await?;
        let moment = self.moment(whole.mul_f64(1.1));
        sleep(moment).await;
        hearth.kill()?;
        let hearth = self.start(&hearth).await?;
        ensure!(self.seen(&hearth).await? == before, "the data is not what it was");
        let parts = names(&self.data.join("backups"))?;
        ensure!(
            parts.iter().all(|name| std::path::Path::new(name).extension() != Some(std::ffi::OsStr::new("part"))),
            "half a backup stayed: {parts:?}"
        );
        let mut client = self.client(&hearth);
        let list: Vec<Value> = client.get("/api/v1/admin/backups").await?;
        ensure!(list.len() == parts.iter().filter(|name| name.ends_with(".hearth.zip")).count(), "not all are listed");
        for backup in &list {
            let path = format!("/api/v1/admin/backups/{}", text(&backup["id"]));
            let _: Value = client.send(Method::POST, &format!("{path}/check"), &json!({})).await?;
            self.settled(&hearth).await?;
        }
        let list: Vec<Value> = client.get("/api/v1/admin/backups").await?;
        let sound = |backup: &Value| backup["check"]["at"].is_string() && backup["check"]["failure"].is_null();
        ensure!(list.iter().all(sound), "a backup is not whole: {list:?}");
        // The last one is enough for the next round.
        for backup in &list {
            client.call(Method::DELETE, &format!("/api/v1/admin/backups/{}", text(&backup["id"])), None).await?;
        }
        Ok((hearth, format!("killed after {} ms, {} backups, all whole", moment.as_millis(), list.len())))
    }

    async fn restore(&mut self, mut hearth: Hearth) -> Result<(Hearth, String)> {
        let kept = self.seen(&hearth).await?;
        let (backup, _) = self.made(&hearth).await?;
        self.say(&hearth, "not in the backup").await?;
        let present = self.seen(&hearth).await?;
        let path = format!("/api/v1/admin/backups/{backup}/restore");
        let start = Instant::now();
        let _: Value = self.client(&hearth).send(Method::PUT, &path, &json!({"team": "Load"})).await?;
        if self.random.bool() {
            // While it is prepared. How long that takes is not known before; a second is about half of it.
            let moment = self.moment(Duration::from_secs(2));
            sleep(moment).await;
            hearth.kill()?;
        } else {
            let plan = self.settled(&hearth).await?;
            ensure!(plan["staged"]["id"] == backup, "the restore was not prepared: {plan}");
            hearth.kill()?;
        }
        let prepared = self.data.join("restore.json").exists();
        let took = start.elapsed();
        // While it is put in place, which is the first that a start does.
        let longest = Duration::from_millis(400);
        let mut swapping = Hearth::spawn(self.place, &self.data, hearth.address)?;
        let moment = self.moment(longest);
        sleep(moment).await;
        swapping.kill()?;
        let hearth = self.start(&hearth).await?;
        let now = self.seen(&hearth).await?;
        ensure!(now == if prepared { kept } else { present }, "neither the old data nor the new");
        let left = names(&self.data)?;
        ensure!(!left.iter().any(|name| name == "restoring" || name == "restore.json"), "something stayed: {left:?}");
        remove_kept(&self.data)?;
        let which = if prepared { "the new data" } else { "the old data" };
        Ok((
            hearth,
            format!(
                "killed {} ms into the restore and {} ms into the start: {which}",
                took.as_millis(),
                moment.as_millis()
            ),
        ))
    }

    async fn upgrade(&mut self, mut hearth: Hearth) -> Result<(Hearth, String)> {
        self.say(&hearth, "before the upgrade").await?;
        let before = self.seen(&hearth).await?;
        hearth.kill()?;
        // Another version wrote it, as far as this one knows.
        std::fs::remove_file(self.data.join("written-by.json")).context("the version is not written down")?;
        let mut upgrading = Hearth::spawn(self.place, &self.data, hearth.address)?;
        let moment = self.moment(hearth.start_time.mul_f64(1.2).max(Duration::from_millis(200)));
        sleep(moment).await;
        upgrading.kill()?;
        let interrupted = self.data.join("upgrading.json").exists();
        let hearth = self.start(&hearth).await?;
        ensure!(self.seen(&hearth).await? == before, "the data is not what it was");
        ensure!(!self.data.join("upgrading.json").exists(), "the upgrade does not end");
        let which = if interrupted { "the copy was put back" } else { "before or after the upgrade" };
        Ok((hearth, format!("killed {} ms into the start: {which}", moment.as_millis())))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Old databases of earlier rounds.
fn remove_kept(data: &Path) -> Result<()> {
    for name in names(data)?.into_iter().filter(|name| name.contains("-before-restore-")) {
        std::fs::remove_dir_all(data.join(name))?;
    }
    Ok(())
}
