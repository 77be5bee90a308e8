//! One figure: what was measured, what it is compared with, and whether it reaches its aim.

use hdrhistogram::Histogram;
use serde::Serialize;
use serde_json::{Value, json};

/// Latencies in microseconds, up to a minute, three digits.
pub(super) type Latencies = Histogram<u64>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// What was done.
    pub(super) what: String,
    /// The figure in words.
    pub(super) figure: String,
    /// The same in numbers, for comparing runs.
    pub(super) values: Value,
    pub(super) aim: &'static str,
    /// What was measured beside it in the same run.
    pub(super) baseline: Option<String>,
    /// Against the baseline; more is better.
    pub(super) ratio: Option<f64>,
    pub(super) verdict: Verdict,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Met,
    Missed,
}

impl Verdict {
    pub(super) fn of(met: impl FnOnce() -> bool) -> Self {
        if met() { Self::Met } else { Self::Missed }
    }
}

pub(super) fn latencies() -> Latencies {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are valid")
}

/// A percentile in milliseconds.
pub(super) fn at(latencies: &Latencies, percentile: f64) -> f64 {
    milliseconds(latencies.value_at_quantile(percentile / 100.0))
}

/// Microseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "minutes in microseconds are far below 2^52")]
pub(super) fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

/// Bytes as megabytes of a million.
#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Keeps a row and shows it at once, for whoever is waiting.
pub(super) fn add(rows: &mut Vec<Row>, row: Row) {
    println!("{}: {}", row.name, row.figure);
    rows.push(row);
}

/// The rows as a table for a terminal.
pub(super) fn table(rows: &[Row]) -> String {
    let head = ["row", "what", "figure", "aim", "baseline", "ratio", "verdict"].map(str::to_owned);
    let mut cells = vec![head];
    cells.extend(rows.iter().map(|row| {
        [
            row.name.to_owned(),
            row.what.clone(),
            row.figure.clone(),
            row.aim.to_owned(),
            row.baseline.clone().unwrap_or_else(|| "-".to_owned()),
            row.ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")),
            if row.verdict == Verdict::Met { "met" } else { "MISSED" }.to_owned(),
        ]
    }));
    let mut widths = [0; 7];
    for line in &cells {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |line: &[String; 7]| {
        let padded = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    cells.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The rows with what is needed to judge them later.
pub(super) fn report(rows: &[Row]) -> Value {
    let seconds = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    json!({
        "takenAtUnix": seconds,
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "system": std::env::consts::OS,
        "processor": std::env::consts::ARCH,
        "rows": rows,
    })
}
