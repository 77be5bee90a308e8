//! Room on the disk: looked at all the time, so that writing stops with a clear answer before the disk is full, and goes
//! on by itself when there is room again.
//!
//! How much is free is written down once a day; from that it is told when the disk will be full.

use crate::{
    admin::overview::{DiskState, Gauge},
    app::App,
    clock::{self, Timestamp},
    config::Config,
    disk,
    error::{AppError, Code},
};
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// How often the disk is looked at.
const EVERY: Duration = Duration::from_secs(5);
/// Writing goes on when there is this much more room than has to be, as a part of it, so that it does not stop and go.
const MORE: u64 = 8;
/// The file in the data directory: how much was free on which day. Of this computer, so it is in no backup.
const FILE: &str = "disk.json";
/// Of how many days that is kept.
const DAYS: usize = 60;
/// From how few days nothing is told.
const FEW: usize = 4;
/// How far ahead it is told.
const FAR: f64 = 730.0;

/// How it stands with the disk.
#[derive(Debug)]
pub struct Room {
    path: Option<PathBuf>,
    /// How many bytes stay free.
    reserve: AtomicU64,
    full: AtomicBool,
    days: Mutex<Days>,
}

/// How many bytes were free at the end of a day. Days are counted as in the calendar of computers, from the year 1.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Days(BTreeMap<i32, u64>);

impl Days {
    /// In how many days nothing will be left of what is free now, by the line through the days before. `None` where
    /// they are too few, or the disk does not fill up.
    fn full_in(&self, free: u64) -> Option<u32> {
        let (first, _) = self.0.first_key_value()?;
        #[expect(clippy::cast_precision_loss, reason = "a forecast")]
        let points: Vec<(f64, f64)> =
            self.0.iter().map(|(day, free)| (f64::from(*day - *first), *free as f64)).collect();
        if points.len() < FEW {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a forecast")]
        let (count, free) = (points.len() as f64, free as f64);
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (day, bytes) = (mean(|point| point.0), mean(|point| point.1));
        let spread: f64 = points.iter().map(|point| (point.0 - day).powi(2)).sum();
        let slope = points.iter().map(|point| (point.0 - day) * (point.1 - bytes)).sum::<f64>() / spread;
        let left = free / -slope;
        if slope >= 0.0 || left >= FAR {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and FAR")]
        let days = left.round() as u32;
        Some(days)
    }

    fn note(&mut self, day: NaiveDate, free: u64) {
        self.0.insert(day.num_days_from_ce(), free);
        while self.0.len() > DAYS {
            self.0.pop_first();
        }
    }
}

impl Room {
    /// Reads what was written down about the disk.
    #[must_use]
    pub fn open(config: &Config) -> Self {
        let path = config.data.as_ref().map(|data| data.join(FILE));
        let days = path.as_deref().and_then(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok());
        Self {
            path,
            reserve: AtomicU64::new(config.reserve),
            full: AtomicBool::new(false),
            days: Mutex::new(days.unwrap_or_default()),
        }
    }

    /// Whether there is so little room that nothing more is written.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Has this many bytes stay free from now on.
    pub fn keep_free(&self, bytes: u64) {
        self.reserve.store(bytes, Ordering::Relaxed);
    }

    /// In how many days the disk will be full.
    pub(crate) fn full_in(&self, free: u64) -> Option<u32> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner).full_in(free)
    }

    /// Takes what is free now. Says whether writing stops or goes on with it.
    fn take(&self, disk: DiskState) -> Option<bool> {
        let reserve = self.reserve.load(Ordering::Relaxed);
        let was = self.is_full();
        let full = disk.free < reserve.saturating_add(if was { reserve / MORE } else { 0 });
        self.full.store(full, Ordering::Relaxed);
        (full != was).then_some(full)
    }

    fn note(&self, day: NaiveDate, free: u64) {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let new = !days.0.contains_key(&day.num_days_from_ce());
        days.note(day, free);
        // Once a day; within it the last look stands in memory.
        if let (true, Some(path)) = (new, &self.path) {
            let written = serde_json::to_vec(&*days)
                .map_err(std::io::Error::other)
                .and_then(|bytes| disk::write_private(path, &bytes));
            if let Err(error) = written {
                tracing::warn!(%error, "how much of the disk is free was not written down");
            }
        }
    }
}

/// Looks at the disk until the hub stops.
pub(crate) async fn watch(app: Arc<App>) {
    loop {
        look(&app, clock::now()).await;
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}

/// Looks at the disk now, and tells everyone when writing stops or goes on.
pub async fn look(app: &Arc<App>, now: Timestamp) {
    let hub = Arc::clone(app);
    let looked = tokio::task::spawn_blocking(move || {
        let disk = Gauge::disk(&hub.config)?;
        hub.room.note(clock::day(now), disk.free);
        Some(disk)
    });
    let Ok(Some(disk)) = looked.await else { return };
    match app.room.take(disk) {
        Some(true) => tracing::error!(free = disk.free, "the disk is nearly full: nothing more is written"),
        Some(false) => tracing::info!(free = disk.free, "the disk has room again: writing goes on"),
        None => return,
    }
    app.realtime.tell_disk(app.room.is_full());
}

/// Refuses what would take room while there is none. Signing in, what keeps the hub running, marks of what was read and
/// everything that removes something go on.
pub async fn spare(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if app.room.is_full() && takes_room(request.method(), request.uri().path()) {
        return AppError::new(Code::DiskFull).into_response();
    }
    next.run(request).await
}

fn takes_room(method: &Method, path: &str) -> bool {
    let Some(path) = path.strip_prefix("/api/v1/") else { return false };
    let writes = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
    let goes_on =
        ["auth/", "admin/", "sessions"].iter().any(|begins| path.starts_with(begins)) || path.ends_with("/read");
    let takes = ["admin/backups", "admin/backups/upload", "admin/exports", "admin/imports/upload"].contains(&path)
        || (path.starts_with("admin/imports/") && path.ends_with("/run"));
    writes && (!goes_on || takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 1).unwrap().checked_add_days(chrono::Days::new(number)).unwrap()
    }

    #[test]
    fn writing_stops_below_the_reserve_and_goes_on_well_above_it() {
        let room = Room::open(&Config { reserve: 800, ..Config::in_memory() });
        let take = |free| room.take(DiskState { free, total: 10_000, full_in_days: None });
        assert_eq!((take(800), room.is_full()), (None, false));
        assert_eq!((take(799), room.is_full()), (Some(true), true));
        assert_eq!((take(850), room.is_full()), (None, true));
        assert_eq!((take(900), room.is_full()), (Some(false), false));
        room.keep_free(0);
        assert_eq!((take(0), room.is_full()), (None, false));
    }

    #[test]
    fn a_disk_that_fills_up_evenly_is_full_when_the_line_says() {
        let mut days = Days::default();
        for number in 0..3 {
            days.note(day(number), 1_000 - 10 * number);
        }
        assert_eq!(days.full_in(980), None, "three days say nothing");
        days.note(day(3), 970);
        assert_eq!(days.full_in(970), Some(97));
        days.note(day(6), 940);
        assert_eq!(days.full_in(940), Some(94), "a day that was left out changes nothing");
        let mut emptier = Days::default();
        (0..80).for_each(|number| emptier.note(day(number), 500 + number));
        assert_eq!((emptier.full_in(500), emptier.0.len()), (None, DAYS));
    }

    #[test]
    fn what_removes_or_keeps_running_goes_on() {
        let asked = |method: Method, path: &str| takes_room(&method, path);
        assert!(asked(Method::POST, "/api/v1/channels/x/messages"));
        assert!(asked(Method::PATCH, "/api/v1/uploads/x"));
        assert!(asked(Method::POST, "/api/v1/admin/backups"));
        for (method, path) in [
            (Method::GET, "/api/v1/bootstrap"),
            (Method::DELETE, "/api/v1/channels/x/messages/1"),
            (Method::POST, "/api/v1/auth/login"),
            (Method::PATCH, "/api/v1/admin/backup-plan"),
            (Method::PUT, "/api/v1/channels/x/read"),
        ] {
            assert!(!asked(method, path), "{path}");
        }
    }
}
