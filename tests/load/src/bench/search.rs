//! Finding messages, by words that all have and by one that few have, beside a page of history read meanwhile.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use super::Effort;
use super::load::{COMMON, RARE, rare};
use super::row::{Latencies, Row, Verdict, at, latencies};
use crate::team::Team;

/// How long the index may take to come up with what was sent.
const PATIENCE: Duration = Duration::from_secs(1_800);

#[derive(Deserialize)]
struct Page {
    data: Found,
}

#[derive(Deserialize)]
struct Found {
    messages: Vec<serde::de::IgnoredAny>,
    state: String,
}

/// Waits until everything can be found.
async fn current(team: &Team, address: SocketAddr) -> Result<Duration> {
    let began = Instant::now();
    let mut client = team.people[0].client(address);
    let path = format!("/api/v1/search?q={COMMON}&limit=1");
    loop {
        let page: Page = client.get_raw(&path).await?.json(&path)?;
        if page.data.state == "current" {
            return Ok(began.elapsed());
        }
        if began.elapsed() > PATIENCE {
            bail!("the index is still {} after {PATIENCE:?}", page.data.state);
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// One question after the other.
async fn ask(team: &Team, address: SocketAddr, times: usize, word: impl Fn() -> String) -> Result<Latencies> {
    let mut client = team.people[0].client(address);
    let mut latencies = latencies();
    for index in 0..times {
        let sort = if index % 4 == 3 { "best" } else { "newest" };
        let path = format!("/api/v1/search?q={}&sort={sort}", word());
        let before = Instant::now();
        let answer = client.get_raw(&path).await?;
        latencies.saturating_record(u64::try_from(before.elapsed().as_micros())?);
        let page: Page = answer.json(&path)?;
        if page.data.messages.is_empty() {
            bail!("{path} found nothing");
        }
    }
    Ok(latencies)
}

pub(super) async fn measure(team: &Team, address: SocketAddr, size: u64, effort: Effort) -> Result<Row> {
    let behind = current(team, address).await?;
    let times = effort.times(600);
    let common = ask(team, address, times, || COMMON.to_owned()).await?;
    let few = ask(team, address, times, || rare(fastrand::u64(..RARE))).await?;
    let mut client = team.people[0].client(address);
    let mut pages = latencies();
    for _ in 0..times {
        let path = format!("/api/v1/channels/{}/messages?around={}&limit=20", team.channel, fastrand::u64(1..=size));
        let before = Instant::now();
        client.get_raw(&path).await?;
        pages.saturating_record(u64::try_from(before.elapsed().as_micros())?);
    }
    let worst = at(&common, 99.0).max(at(&few, 99.0));
    Ok(Row {
        name: "search",
        what: format!("the 20 newest or best of {size}"),
        figure: format!(
            "common word p50 {:.1} ms, p99 {:.1} ms; rare p50 {:.1} ms, p99 {:.1} ms; current after {:.0} s",
            at(&common, 50.0),
            at(&common, 99.0),
            at(&few, 50.0),
            at(&few, 99.0),
            behind.as_secs_f64(),
        ),
        values: json!({
            "messages": size, "commonP50Ms": at(&common, 50.0), "commonP99Ms": at(&common, 99.0),
            "rareP50Ms": at(&few, 50.0), "rareP99Ms": at(&few, 99.0), "behindSeconds": behind.as_secs_f64(),
            "baselineP50Ms": at(&pages, 50.0), "baselineP99Ms": at(&pages, 99.0),
        }),
        aim: "p99 ≤ 50 ms",
        baseline: Some(format!("page of 20: p50 {:.2} ms, p99 {:.2} ms", at(&pages, 50.0), at(&pages, 99.0))),
        ratio: Some(at(&pages, 99.0) / worst),
        verdict: Verdict::of(|| worst <= 50.0),
    })
}
