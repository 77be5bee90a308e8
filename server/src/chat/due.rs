//! Does what people asked for at a moment when it has come: sends scheduled messages, reminds, closes
//! polls, clears the status of people.

use super::{polls, reminders, scheduled};
use crate::{
    accounts,
    app::App,
    clock::{self, Timestamp},
    directory::{Directory, Person},
    error::{AppError, Code},
    ids::{ChannelId, ReminderId, ScheduledId, UserId},
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
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }
}

/// Something whose moment has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum What {
    Message(ScheduledId),
    Reminder(UserId, ReminderId),
    Poll(ChannelId, u32),
    Status(UserId),
}

impl What {
    /// All that is due. What is for somebody who is suspended waits for them.
    fn due(directory: &Directory, now: Timestamp) -> Vec<Self> {
        let reminders = directory.reminders().due(now).filter(|(user, _)| reminders::is_here(directory, *user));
        let messages = directory.planned().due(now).into_iter().map(Self::Message);
        let polls = directory.closings().due(now).map(|(channel, number)| Self::Poll(channel, number));
        let over = |person: &&Person| person.status_until.is_some_and(|at| at <= now);
        let statuses = directory.people.values().filter(over).map(|person| Self::Status(person.id));
        let reminders = reminders.map(|(user, id)| Self::Reminder(user, id));
        messages.chain(reminders).chain(polls).chain(statuses).collect()
    }

    /// The next moment after this one.
    fn next_after(directory: &Directory, now: Timestamp) -> Option<Timestamp> {
        let moments = [
            directory.planned().next_after(now),
            directory.reminders().next_after(now),
            directory.closings().next_after(now),
            directory.people.values().filter_map(|person| person.status_until).filter(|at| *at > now).min(),
        ];
        moments.into_iter().flatten().min()
    }

    async fn perform(self, app: &App) -> Result<(), AppError> {
        match self {
            Self::Message(id) => scheduled::send_due(app, id).await,
            Self::Reminder(user, id) => reminders::remind(app, user, id).await,
            Self::Poll(channel, number) => polls::close_due(app, channel, number).await,
            Self::Status(user) => accounts::clear_status(app, user).await,
        }
    }

    /// Ends it without it having been done, and keeps why, as far as there is something to keep.
    async fn give_up(self, app: &App) -> Result<(), AppError> {
        match self {
            Self::Message(id) => scheduled::give_up(app, id).await,
            // They go on waiting, and are tried as rarely as all that fails for long.
            Self::Reminder(..) | Self::Poll(..) | Self::Status(..) => Ok(()),
        }
    }
}

/// What failed, how often, and when it is tried again.
#[derive(Debug, Default)]
struct Tries(HashMap<What, (u32, Timestamp)>);

/// What is to be done after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum After {
    Again,
    GiveUp,
}

impl Tries {
    fn may(&self, what: What, now: Timestamp) -> bool {
        // A clock that was set back does not put it off for longer than the longest pause.
        self.0.get(&what).is_none_or(|(_, at)| *at <= now || *at > now.plus(LONGEST_PAUSE))
    }

    fn failed(&mut self, what: What, code: Code, now: Timestamp) -> After {
        let (times, at) = self.0.entry(what).or_insert((0, now));
        *times += 1;
        *at = now.plus(FIRST_PAUSE.saturating_mul(1 << (*times - 1).min(6)).min(LONGEST_PAUSE));
        // A disk that is full or a hub that is busy will have passed some day.
        if code == Code::Internal && *times >= MOST_TRIES { After::GiveUp } else { After::Again }
    }

    /// Forgets what is not due any more.
    fn keep(&mut self, due: &[What]) {
        self.0.retain(|what, _| due.contains(what));
    }

    fn next(&self, now: Timestamp) -> Option<Duration> {
        self.0.values().map(|(_, at)| at.since(now)).min()
    }
}

/// Does what is due until the hub stops.
pub(crate) async fn run(app: Arc<App>) {
    let mut tries = Tries::default();
    loop {
        let now = clock::now();
        let due = What::due(&app.journal.directory(), now);
        tries.keep(&due);
        for what in due.into_iter().filter(|what| tries.may(*what, now)).collect::<Vec<_>>() {
            attempt(&app, &mut tries, what).await;
        }
        let now = clock::now();
        let next = What::next_after(&app.journal.directory(), now).map(|at| at.since(now));
        let wait = [next, tries.next(now)].into_iter().flatten().min().unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP);
        tokio::select! {
            () = tokio::time::sleep(wait.max(Duration::from_millis(1))) => {}
            () = app.due.0.notified() => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}

async fn attempt(app: &App, tries: &mut Tries, what: What) {
    let Err(failure) = what.perform(app).await else { return };
    match tries.failed(what, failure.code, clock::now()) {
        After::Again => tracing::warn!(error = %failure, ?what, "what is due will be tried again"),
        After::GiveUp => {
            tracing::error!(error = %failure, ?what, "what is due could not be done");
            if let Err(failure) = what.give_up(app).await {
                tracing::error!(error = %failure, "nor could that be kept");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{After, LONGEST_PAUSE, MOST_TRIES, Tries, What};
    use crate::{clock::Timestamp, error::Code, ids::ScheduledId};
    use std::time::Duration;

    #[test]
    fn what_fails_is_tried_ever_more_rarely_and_not_for_ever() {
        let (what, mut tries) = (What::Message(ScheduledId::generate()), Tries::default());
        let mut now = Timestamp::from_millis(1_000_000);
        let mut last = Duration::ZERO;
        for _ in 1..MOST_TRIES {
            assert!(tries.may(what, now));
            assert_eq!(tries.failed(what, Code::Internal, now), After::Again);
            let pause = tries.next(now).unwrap();
            assert!(pause > last || pause == LONGEST_PAUSE, "{pause:?} after {last:?}");
            assert!(!tries.may(what, now.plus(pause.saturating_sub(Duration::from_millis(1)))));
            now = now.plus(pause);
            last = pause;
        }
        assert_eq!(tries.failed(what, Code::Internal, now), After::GiveUp);
    }

    #[test]
    fn a_full_disk_is_waited_for() {
        let (what, mut tries) = (What::Message(ScheduledId::generate()), Tries::default());
        let now = Timestamp::from_millis(1_000_000);
        for _ in 0..100 {
            assert_eq!(tries.failed(what, Code::DiskFull, now), After::Again);
        }
        assert_eq!(tries.next(now), Some(LONGEST_PAUSE));
        tries.keep(&[]);
        assert!(tries.may(what, now), "what was sent, or changed, begins anew");
    }
}
