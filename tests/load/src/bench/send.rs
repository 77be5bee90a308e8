//! Durable sends: from the request to the answer that comes after the disk has it.

use anyhow::Result;
use serde_json::json;

use super::Field;
use super::disk::Disk;
use super::load::{Until, closed_loop};
use super::row::{Row, Verdict, at};

pub(super) async fn measure(field: &mut Field, name: &'static str, senders: usize) -> Result<Row> {
    let address = field.hearth.address;
    field.team.grow(address, senders).await?;
    let people = &field.team.people[..senders];
    let duration = field.effort.duration();
    closed_loop(address, people, &field.team.channel, Until::Time(duration / 10)).await?;
    let mut disk = Disk::new(field.folder.path())?;
    disk.measure(field.effort)?;
    let latencies = closed_loop(address, people, &field.team.channel, Until::Time(duration)).await?;
    disk.measure(field.effort)?;
    let (p50, p99) = (at(&latencies, 50.0), at(&latencies, 99.0));
    #[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
    let rate = latencies.len() as f64 / duration.as_secs_f64();
    let alone = senders == 1;
    Ok(Row {
        name,
        what: format!("durable send, {senders} sender{}", if alone { "" } else { "s" }),
        figure: format!("p50 {p50:.2} ms, p99 {p99:.2} ms, {rate:.0}/s"),
        values: json!({"p50Ms": p50, "p99Ms": p99, "perSecond": rate, "baselineP50Ms": disk.p50(), "baselinePerSecond": disk.rate()}),
        aim: if alone { "p50 ≤ 1 ms" } else { "≥ 6,000/s, p99 ≤ 15 ms" },
        baseline: Some(format!(
            "append + fdatasync: p50 {:.2} ms, p99 {:.2} ms, {:.0}/s",
            disk.p50(),
            disk.p99(),
            disk.rate()
        )),
        ratio: Some(if alone { disk.p50() / p50 } else { rate / disk.rate() }),
        verdict: Verdict::of(|| if alone { p50 <= 1.0 } else { rate >= 6000.0 && p99 <= 15.0 }),
    })
}
