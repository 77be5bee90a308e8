//! Connections: 10,000 sockets that have said hello and then nothing.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::time::sleep;

use super::Field;
use super::row::{Row, Verdict, megabytes};

const PEOPLE: usize = 200;

pub(super) async fn measure(field: &mut Field) -> Result<Row> {
    let address = field.hearth.address;
    field.team.grow(address, PEOPLE).await?;
    let people = &field.team.people;
    let count = field.effort.times(10_000);
    let before = field.hearth.resident()?;
    let start = Instant::now();
    let opening = (0..count).map(|index| async move {
        let mut socket = people[index % PEOPLE].socket(address).await?;
        socket.hello(None).await?;
        // Something has to answer the server's pings and take what it says.
        anyhow::Ok(tokio::spawn(async move { while socket.text().await.is_some() {} }))
    });
    let readers: Vec<_> = stream::iter(opening).buffer_unordered(64).try_collect().await?;
    let opened = start.elapsed().as_secs_f64();
    // Longer than the server's ping: a socket that lives through one is really served.
    sleep(Duration::from_secs(if field.effort.quick { 3 } else { 30 })).await;
    let alive = readers.iter().filter(|reader| !reader.is_finished()).count();
    let resident = megabytes(field.hearth.resident()?);
    let before = megabytes(before);
    #[expect(clippy::cast_precision_loss, reason = "ten thousand")]
    let each = (resident - before) * 1000.0 / count as f64;
    for reader in &readers {
        reader.abort();
    }
    // The next row starts without them.
    sleep(Duration::from_secs(2)).await;
    Ok(Row {
        name: "idle",
        what: format!("{count} idle sockets"),
        figure: format!("{resident:.0} MB resident, {each:.1} kB a socket, {alive} alive, opened in {opened:.1} s"),
        values: json!({"residentMb": resident, "beforeMb": before, "kbPerSocket": each, "alive": alive, "openedSeconds": opened}),
        aim: "10,000 within 400 MB",
        baseline: None,
        ratio: None,
        verdict: Verdict::of(|| alive == count && resident <= 400.0),
    })
}
