//! Does what people asked for at a moment when it has come: sends scheduled messages.

use super::scheduled;
use crate::{
    app::App,
    clock::{self, Timestamp},
    error::Code,
    ids::ScheduledId,
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How long is slept at most. A computer that slept, or whose clock was set, is noticed after this.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);
/// How long is waited after the first failure that may pass, such as a full disk; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How often something is tried that fails by a fault of the hub itself: for about a quarter of an hour.
const MOST_TRIES: u32 = 8;

/// Wakes the job when something new waits for a moment.
#[derive(Debug, Default)]
pub struct Due(Notify);

impl Due {
    pub(super) fn wake(&self) {
        self.0.notify_one();
    }
}

/// What failed, how often, and when it is tried again.
#[derive(Debug, Default)]
struct Tries(HashMap<ScheduledId, (u32, Timestamp)>);

/// What is to be done after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum After {
    Again,
    GiveUp,
}

impl Tries {
    fn may(&self, id: ScheduledId, now: Timestamp) -> bool {
        // A clock that was set back does not put it off for longer than the longest pause.
        self.0.get(&id).is_none_or(|(_, at)| *at <= now || *at > now.plus(LONGEST_PAUSE))
    }

    fn failed(&mut self, id: ScheduledId, code: Code, now: Timestamp) -> After {
        let (times, at) = self.0.entry(id).or_insert((0, now));
        *times += 1;
        *at = now.plus(FIRST_PAUSE.saturating_mul(1 << (*times - 1).min(6)).min(LONGEST_PAUSE));
        // A disk that is full or a hub that is busy will have passed some day.
        if code == Code::Internal && *times >= MOST_TRIES { After::GiveUp } else { After::Again }
    }

    /// Forgets what is not due any more.
    fn keep(&mut self, due: &[ScheduledId]) {
        self.0.retain(|id, _| due.contains(id));
    }

    fn next(&self, now: Timestamp) -> Option<Duration> {
        self.0.values().map(|(_, at)| at.since(now)).min()
    }
}

/// Sends what is due until the hub stops.
pub(crate) async fn run(app: Arc<App>) {
    let mut tries = Tries::default();
    loop {
        let now = clock::now();
        let due = app.journal.directory().planned().due(now);
        tries.keep(&due);
        for id in due.into_iter().filter(|id| tries.may(*id, now)).collect::<Vec<_>>() {
            attempt(&app, &mut tries, id).await;
        }
        let now = clock::now();
        let next = app.journal.directory().planned().next_after(now).map(|at| at.since(now));
        let wait = [next, tries.next(now)].into_iter().flatten().min().unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP);
        tokio::select! {
            () = tokio::time::sleep(wait.max(Duration::from_millis(1))) => {}
            () = app.due.0.notified() => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}

async fn attempt(app: &App, tries: &mut Tries, id: ScheduledId) {
    let Err(failure) = scheduled::send_due(app, id).await else { return };
    match tries.failed(id, failure.code, clock::now()) {
        After::Again => tracing::warn!(error = %failure, "a scheduled message will be tried again"),
        After::GiveUp => {
            tracing::error!(error = %failure, "a scheduled message could not be sent");
            if let Err(failure) = scheduled::give_up(app, id).await {
                tracing::error!(error = %failure, "nor could that be kept");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{After, LONGEST_PAUSE, MOST_TRIES, Tries};
    use crate::{clock::Timestamp, error::Code, ids::ScheduledId};
    use std::time::Duration;

    #[test]
    fn what_fails_is_tried_ever_more_rarely_and_not_for_ever() {
        let (id, mut tries) = (ScheduledId::generate(), Tries::default());
        let mut now = Timestamp::from_millis(1_000_000);
        let mut last = Duration::ZERO;
        for _ in 1..MOST_TRIES {
            assert!(tries.may(id, now));
            assert_eq!(tries.failed(id, Code::Internal, now), After::Again);
            let pause = tries.next(now).unwrap();
            assert!(pause > last || pause == LONGEST_PAUSE, "{pause:?} after {last:?}");
            assert!(!tries.may(id, now.plus(pause.saturating_sub(Duration::from_millis(1)))));
            now = now.plus(pause);
            last = pause;
        }
        assert_eq!(tries.failed(id, Code::Internal, now), After::GiveUp);
    }

    #[test]
    fn a_full_disk_is_waited_for() {
        let (id, mut tries) = (ScheduledId::generate(), Tries::default());
        let now = Timestamp::from_millis(1_000_000);
        for _ in 0..100 {
            assert_eq!(tries.failed(id, Code::DiskFull, now), After::Again);
        }
        assert_eq!(tries.next(now), Some(LONGEST_PAUSE));
        tries.keep(&[]);
        assert!(tries.may(id, now), "what was sent, or changed, begins anew");
    }
}
