//! Resume: from connecting to the last of 1,000 events that were missed.

use std::time::Instant;

use anyhow::{Result, bail};
use serde_json::json;

use super::Field;
use super::load::send_many;
use super::row::{Row, Verdict, at, latencies};
use crate::socket::{Frame, Resume};

const MISSED: u64 = 1000;
const SENDERS: usize = 32;

pub(super) async fn measure(field: &mut Field) -> Result<Row> {
    let address = field.hearth.address;
    field.team.grow(address, SENDERS + 1).await?;
    let sleeper = &field.team.people[SENDERS];
    let mut latencies = latencies();
    for _ in 0..field.effort.times(20) {
        let mut socket = sleeper.socket(address).await?;
        let cursor = socket.hello(None).await?.cursor;
        drop(socket);
        send_many(address, &field.team.people[..SENDERS], &field.team.channel, MISSED).await?;
        let start = Instant::now();
        let mut socket = sleeper.socket(address).await?;
        if socket.hello(Some(&cursor)).await?.resume != Resume::Replayed {
            bail!("{MISSED} missed events were not replayed");
        }
        let mut created = 0;
        while created < MISSED {
            if let Frame::Event(event) = socket.frame().await? {
                created += u64::from(event.name == "message.created");
            }
        }
        latencies.saturating_record(u64::try_from(start.elapsed().as_micros())?);
    }
    let (p50, max) = (at(&latencies, 50.0), at(&latencies, 100.0));
    Ok(Row {
        name: "resume",
        what: format!("connect with {MISSED} missed events → caught up"),
        figure: format!("p50 {p50:.1} ms, worst {max:.1} ms"),
        values: json!({"p50Ms": p50, "maxMs": max}),
        aim: "≤ 150 ms",
        baseline: None,
        ratio: None,
        verdict: Verdict::of(|| max <= 150.0),
    })
}
