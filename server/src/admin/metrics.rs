//! The hub's figures for a Prometheus that watches it: off unless `metrics` is set.

use super::overview;
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    error::{AppError, Code},
    http::Peer,
    permission::{Action, Relation},
};
use axum::{
    Extension,
    extract::{FromRequestParts, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::ConstCounter,
        family::Family,
        gauge::ConstGauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};

/// Who may read the hub's figures at `/metrics`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricsAccess {
    #[default]
    Off,
    /// Whoever is at this computer.
    Loopback,
    /// Whoever has an API token of an admin.
    Token,
}

impl std::str::FromStr for MetricsAccess {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "off" => Ok(Self::Off),
            "loopback" => Ok(Self::Loopback),
            "token" => Ok(Self::Token),
            _ => Err(()),
        }
    }
}

impl std::fmt::Display for MetricsAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Loopback => "loopback",
            Self::Token => "token",
        })
    }
}

/// How requests were answered since the start.
#[derive(Clone, Debug)]
pub struct Answers(Family<Class, Histogram, fn() -> Histogram>);

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Class {
    /// The first digit of the status.
    status: &'static str,
}

impl Default for Answers {
    fn default() -> Self {
        // From half a millisecond to eight seconds.
        Self(Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.0005, 2.0, 15))))
    }
}

impl Answers {
    /// Counts an answer.
    pub fn count(&self, status: u16, took: Duration) {
        let status = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.0.get_or_create(&Class { status }).observe(took.as_secs_f64());
    }
}

/// `GET /metrics`. It speaks Prometheus' language and not that of the API, so it is not described there.
///
/// # Errors
/// `not_found` unless it is switched on for whoever asks; `no_token`, `invalid_token` and `forbidden` where a token is needed.
pub(crate) async fn serve(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Result<Response, AppError> {
    match app.config.metrics {
        MetricsAccess::Loopback if peer.is_loopback() => {}
        MetricsAccess::Off | MetricsAccess::Loopback => return Err(AppError::new(Code::NotFound)),
        MetricsAccess::Token => {
            let actor = Actor::from_request_parts(&mut request.into_parts().0, &app).await?;
            actor.require(Action::ViewOverview, Relation::NONE)?;
        }
    }
    let figures = overview::figures(&app).await?;
    let mut text = String::new();
    encode(&mut text, &registry(&app, &figures)).map_err(AppError::internal)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

fn registry(app: &App, figures: &overview::Overview) -> Registry {
    let mut registry = Registry::with_prefix("hearth");
    registry.register("build", "The version of Hearth", Info::new([("version", figures.version.clone())]));
    registry.register_with_unit("http_answer", "How requests were answered", Unit::Seconds, app.answers.0.clone());
    let seconds = |at: Timestamp| whole(at.millis()) / 1_000.0;
    let mut gauge = |name: &str, help: &str, value: f64| registry.register(name, help, ConstGauge::new(value));
    gauge("start_time_seconds", "When the hub was started", seconds(figures.started_at));
    gauge("uptime_seconds", "Since when it runs", seconds(clock::now()) - seconds(figures.started_at));
    gauge("memory_bytes", "Resident memory", whole(figures.process.memory));
    gauge("cpu_percent", "Percent of one core since this was asked before", f64::from(figures.process.cpu));
    gauge("people", "Everyone in the team", whole(figures.people.total));
    gauge("people_online", "People with a client connected", whole(figures.people.online));
    gauge("sockets", "Connected clients", whole(figures.people.sockets));
    gauge("channels", "Channels that are not archived", whole(figures.channels));
    gauge("journal_waiting", "Changes that wait to be written", whole(figures.journal.waiting));
    if let Some(behind) = figures.journal.search_behind {
        gauge("search_behind", "Events that the search index has not read yet", whole(behind));
    }
    gauge("database_bytes", "What the database takes", whole(figures.storage.database));
    gauge("files_bytes", "What people's files take", whole(figures.storage.files));
    gauge("backups_bytes", "What backups take", whole(figures.storage.backups));
    if let Some(disk) = figures.storage.disk {
        gauge("disk_free_bytes", "What is free on the disk of the data", whole(disk.free));
        gauge("disk_total_bytes", "The size of the disk of the data", whole(disk.total));
    }
    gauge("warnings", "What needs somebody, as the overview shows it", whole(figures.warnings.len()));
    for (name, at) in
        [("backup_time_seconds", figures.last_backup_at), ("backup_verified_time_seconds", figures.last_verified_at)]
    {
        if let Some(at) = at {
            gauge(name, "When the newest backup was made, or found right", seconds(at));
        }
    }
    let events = u64::try_from(figures.journal.position).unwrap_or_default();
    registry.register("events", "Events of the journal, ever", ConstCounter::new(events));
    registry
}

/// A number as Prometheus keeps numbers, exact up to 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "nothing here is as large")]
fn whole(number: impl TryInto<i64>) -> f64 {
    number.try_into().map_or(f64::MAX, |number| number as f64)
}
