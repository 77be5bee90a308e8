//! What must stay flat while a channel grows: a page of history, a search, the start, the memory after it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use super::Effort;
use super::load::send_many;
use super::row::{Latencies, Row, Verdict, add, at, latencies, megabytes, milliseconds};
use super::search;
use crate::hearth::{Hearth, Place};
use crate::team::Team;

const SENDERS: usize = 64;
const PAGE: u64 = 50;
const STARTS: usize = 3;
const SOCKETS: usize = 100;

#[derive(Deserialize)]
struct Page {
    data: Vec<Numbered>,
}

#[derive(Deserialize)]
struct Numbered {
    number: u64,
}

/// One data directory that grows from size to size.
pub(super) async fn measure(place: &Place, sizes: &[u64], effort: Effort) -> Result<Vec<Row>> {
    let folder = place.fresh()?;
    let data = folder.path().join("data");
    let mut hearth = Hearth::start(place, &data).await?;
    let address = hearth.address;
    let mut team = Team::found(address).await?;
    team.grow(address, SENDERS.max(SOCKETS)).await?;
    let mut rows = Vec::new();
    let mut held = 0;
    for &size in sizes {
        let size = if effort.quick { size / 10 } else { size };
        seed(address, &team, held, size).await.context("filling the channel")?;
        held = size;
        add(&mut rows, history(&team, address, size, effort).await?);
        add(&mut rows, search::measure(&team, address, size, effort).await?);
        let status = hearth.stop().await?;
        if !status.success() {
            bail!("hearth did not stop cleanly: {status}");
        }
        let (restarted, row) = start(place, &data, address, size).await?;
        hearth = restarted;
        add(&mut rows, row);
        add(&mut rows, memory(&hearth, &team, size).await?);
    }
    Ok(rows)
}

/// Fills the channel through the API, as people would, in portions that show how far it is.
async fn seed(address: SocketAddr, team: &Team, held: u64, size: u64) -> Result<()> {
    let start = Instant::now();
    let portion = 100_000;
    let mut now = held;
    while now < size {
        let count = portion.min(size - now);
        send_many(address, &team.people[..SENDERS], &team.channel, count).await?;
        now += count;
        println!("  {now} messages after {:.0} s", start.elapsed().as_secs_f64());
    }
    Ok(())
}

async fn history(team: &Team, address: SocketAddr, size: u64, effort: Effort) -> Result<Row> {
    let mut client = team.people[0].client(address);
    let mut latencies: Latencies = latencies();
    for index in 0..effort.times(3000) {
        let number = fastrand::u64(PAGE + 1..=size - PAGE);
        let (from, first) = match index % 3 {
            0 => ("before", number - PAGE),
            1 => ("after", number + 1),
            _ => ("around", 0),
        };
        let path = format!("/api/v1/channels/{}/messages?{from}={number}&limit={PAGE}", team.channel);
        let before = Instant::now();
        let answer = client.get_raw(&path).await?;
        latencies.saturating_record(u64::try_from(before.elapsed().as_micros())?);
        let page: Page = answer.json(&path)?;
        let starts_right = first == 0 || page.data.first().is_some_and(|message| message.number == first);
        if page.data.len() as u64 != PAGE || !starts_right {
            bail!(
                "{path} gave {} messages from {:?}",
                page.data.len(),
                page.data.first().map(|message| message.number)
            );
        }
    }
    let (p50, p99) = (at(&latencies, 50.0), at(&latencies, 99.0));
    Ok(Row {
        name: "history",
        what: format!("page of {PAGE} anywhere in {size}"),
        figure: format!("p50 {p50:.2} ms, p99 {p99:.2} ms"),
        values: json!({"messages": size, "p50Ms": p50, "p99Ms": p99}),
        aim: "p99 ≤ 5 ms",
        baseline: None,
        ratio: None,
        verdict: Verdict::of(|| p99 <= 5.0),
    })
}

/// Starts several times; the last one stays.
async fn start(place: &Place, data: &Path, address: SocketAddr, size: u64) -> Result<(Hearth, Row)> {
    let mut times = latencies();
    let mut running = None;
    for _ in 0..STARTS {
        if let Some(hearth) = running.take() {
            Hearth::stop(hearth).await?;
        }
        let hearth = Hearth::start_at(place, data, address).await?;
        times.saturating_record(u64::try_from(hearth.start_time.as_micros())?);
        running = Some(hearth);
    }
    let (median, worst) = (at(&times, 50.0), milliseconds(times.max()));
    let row = Row {
        name: "start",
        what: format!("process start → first 200, {size} messages"),
        figure: format!("median {median:.0} ms, worst {worst:.0} ms of {STARTS}"),
        values: json!({"messages": size, "medianMs": median, "maxMs": worst}),
        aim: "≤ 1 s",
        baseline: None,
        ratio: None,
        verdict: Verdict::of(|| worst <= 1000.0),
    };
    Ok((running.context("it was started at least once")?, row))
}

async fn memory(hearth: &Hearth, team: &Team, size: u64) -> Result<Row> {
    sleep(Duration::from_secs(5)).await;
    let idle = megabytes(hearth.resident()?);
    let mut sockets = Vec::new();
    for person in &team.people[..SOCKETS] {
        let mut socket = person.socket(hearth.address).await?;
        socket.hello(None).await?;
        sockets.push(socket);
    }
    sleep(Duration::from_secs(3)).await;
    let busy = megabytes(hearth.resident()?);
    Ok(Row {
        name: "memory",
        what: format!("resident after start, {size} messages"),
        figure: format!("{idle:.0} MB idle, {busy:.0} MB with {SOCKETS} sockets"),
        values: json!({"messages": size, "idleMb": idle, "socketsMb": busy}),
        aim: "≤ 120 MB; ≤ 160 MB",
        baseline: None,
        ratio: None,
        verdict: Verdict::of(|| idle <= 120.0 && busy <= 160.0),
    })
}
