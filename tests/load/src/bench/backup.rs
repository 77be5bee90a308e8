//! Backups while people write, and a restore of the last one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::future::try_join;
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::Effort;
use super::load::{Until, closed_loop, send_many};
use super::row::{Row, Verdict, at, megabytes};
use crate::client::Client;
use crate::hearth::{Hearth, Place};
use crate::team::Team;

const MESSAGES: u64 = 100_000;
const SENDERS: usize = 8;
/// Enough at once to fill the channel quickly.
const FILLING: usize = 64;
const LIST: &str = "/api/v1/admin/backups";

#[derive(Deserialize)]
struct Backup {
    id: String,
    state: String,
    rows: u64,
    contents: Option<Contents>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contents {
    file_name: String,
    bytes: u64,
    messages: u64,
}

pub(super) async fn measure(place: &Place, effort: Effort) -> Result<Row> {
    let messages = if effort.quick { MESSAGES / 10 } else { MESSAGES };
    let folder = place.fresh()?;
    let data = folder.path().join("data");
    let hearth = Hearth::start(place, &data).await?;
    let address = hearth.address;
    let mut team = Team::found(address).await?;
    team.grow(address, FILLING).await?;
    send_many(address, &team.people, &team.channel, messages).await.context("filling the channel")?;

    let people = &team.people[..SENDERS];
    let writing = || closed_loop(address, people, &team.channel, Until::Time(effort.duration()));
    let before = hearth.resident()?;
    let alone = writing().await?;
    let idle = hearth.resident()?;
    let end = Instant::now() + effort.duration();
    let backing_up = async {
        let mut client = team.owner.client(address);
        let (mut times, mut most) = (Vec::new(), 0);
        while times.is_empty() || Instant::now() < end {
            let (took, _) = back_up(&mut client).await?;
            times.push(took);
            most = most.max(hearth.resident()?);
        }
        Ok((times, most))
    };
    let (beside, (times, most)) = try_join(writing(), backing_up).await?;
    let (quiet, last) = back_up(&mut team.owner.client(address)).await?;
    let contents = last.contents.context("a backup that is ready says what is in it")?;
    let status = hearth.stop().await?;
    if !status.success() {
        bail!("hearth did not stop cleanly: {status}");
    }
    let file = data.join("backups").join(&contents.file_name);
    let restored = restore(place, &file, &folder.path().join("restored")).await?;
    check_restored(place, &folder.path().join("restored"), &team, contents.messages).await?;

    let (p99_alone, p99_beside) = (at(&alone, 99.0), at(&beside, 99.0));
    let slowest = times.iter().max().copied().unwrap_or_default().as_secs_f64();
    let (quiet, restored) = (quiet.as_secs_f64(), restored.as_secs_f64());
    Ok(Row {
        name: "backup",
        what: format!("backup of {messages} messages and more, {SENDERS} senders"),
        figure: format!(
            "{quiet:.1} s quiet, {slowest:.1} s beside senders, {:.1} MB, {} rows; senders' p99 {p99_beside:.1} ms; restored and compared in \
             {restored:.1} s; memory {:.0} → {:.0} → {:.0} MB",
            megabytes(contents.bytes),
            last.rows,
            megabytes(before),
            megabytes(idle),
            megabytes(most),
        ),
        values: json!({
            "messages": contents.messages, "rows": last.rows, "bytes": contents.bytes, "quietS": quiet, "besideSendersS": slowest,
            "backupsBesideSenders": times.len(), "restoreS": restored, "p99AloneMs": p99_alone, "p99BesideMs": p99_beside,
            "sentAlone": alone.len(), "sentBeside": beside.len(),
            "residentBeforeMb": megabytes(before), "residentSendingMb": megabytes(idle), "residentMostMb": megabytes(most),
        }),
        aim: "p99 at most doubles; restore ≤ 10 × backup",
        baseline: Some(format!("senders alone: p99 {p99_alone:.1} ms")),
        ratio: Some(p99_alone / p99_beside),
        verdict: Verdict::of(|| p99_beside <= 2.0 * p99_alone && restored <= 10.0 * quiet),
    })
}

/// Makes a backup; how long it took and what the list says of it.
async fn back_up(client: &mut Client) -> Result<(Duration, Backup)> {
    let start = Instant::now();
    let begun: Backup = client.send(Method::POST, LIST, &json!({})).await?;
    loop {
        let list: Vec<Backup> = client.get(LIST).await?;
        let found = list.into_iter().find(|backup| backup.id == begun.id).context("the backup is not in the list")?;
        match found.state.as_str() {
            "running" => sleep(Duration::from_millis(20)).await,
            "ready" => return Ok((start.elapsed(), found)),
            other => bail!("the backup is {other}"),
        }
    }
}

/// Restores into an empty directory, which reads everything again and compares it.
async fn restore(place: &Place, file: &Path, data: &Path) -> Result<Duration> {
    let start = Instant::now();
    let mut command = Command::new(&place.program);
    command.arg("restore").arg(file).arg("--data").arg(data).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await?.context("starting the restore")?;
    if !output.status.success() {
        bail!("the restore failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(start.elapsed())
}

/// The restored hub says that it has as many messages as the backup.
async fn check_restored(place: &Place, data: &Path, team: &Team, messages: u64) -> Result<()> {
    let hearth = Hearth::start(place, data).await?;
    let bootstrap: Value = team.people[0].client(hearth.address).get("/api/v1/bootstrap").await?;
    let places = bootstrap["memberships"].as_array().context("memberships")?;
    let there: u64 = places.iter().filter_map(|place| place["lastNumber"].as_u64()).sum();
    if there != messages {
        bail!("the backup has {messages} messages and the restored hub {there}");
    }
    hearth.stop().await.map(drop)
}
