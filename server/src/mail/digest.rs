//! The job that mails people what they missed.
//!
//! How far somebody's mails have come is written down before a mail is handed over and again afterwards. So whatever
//! stops in between, nothing is mailed twice; what was begun and of whose end nothing is known counts as sent.

use super::{
    Account, Mail, Outcome, account, compose,
    missed::{self, Unread},
    send::{self, Failure, Fault},
    store,
};
use crate::{
    app::App,
    clock::{self, Timestamp},
    directory::{Digest, Directory, MailSettings, Mailed, Person, Refused, SessionKind},
    error::AppError,
    ids::UserId,
    realtime::Seen,
};
use jiff::tz::TimeZone;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How often is looked.
const EVERY: Duration = Duration::from_secs(60);
/// What is younger waits for the next look: it may not be all there yet.
const SETTLES: i64 = 10_000;
/// What is older is not mailed any more, in milliseconds.
const OLDEST: i64 = 7 * 24 * 3_600_000;
/// How long somebody who wants their mail once a day must have been away when it is due.
const AWAY: Duration = Duration::from_secs(15 * 60);
/// How often a mail is tried that the server would not take for now; then what is in it is given up.
const MOST_TRIES: u32 = 6;
/// How long is waited before the second try; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// How long the server is left alone after the first failure that concerns every mail; each further one doubles it.
const FIRST_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(3_600);
/// How long an address that was refused is left alone, unless it changes.
const REFUSED_FOR: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Until when the server is left alone, after how many failures.
#[derive(Debug, Default)]
pub(super) struct Pause(Mutex<(u32, Option<Timestamp>)>);

impl Pause {
    fn holds(&self, now: Timestamp) -> bool {
        let (_, until) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back does not put it off for longer than the longest rest.
        until.is_some_and(|until| now < until && until <= now.plus(LONGEST_REST))
    }

    fn failed(&self, now: Timestamp) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = FIRST_REST.saturating_mul(1 << inner.0.min(6)).min(LONGEST_REST);
        *inner = (inner.0 + 1, Some(now.plus(rest)));
    }

    /// The server answers, or another one is asked from now on.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (0, None);
    }
}

/// What a look came to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Looked {
    pub sent: u32,
    /// Mails that did not leave.
    pub failed: u32,
}

/// Mails people what they missed, until the hub stops.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        look(&app, clock::now()).await;
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.mail.wake.notified() => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}

/// Mails those who are due at this moment what they missed.
pub async fn look(app: &Arc<App>, now: Timestamp) -> Looked {
    let mut looked = Looked::default();
    let account = account(app, &app.journal.directory());
    if let Err(failure) = keep_since(app, account.is_some()).await {
        tracing::warn!(error = %failure, "when mail was set up could not be written down");
        return looked;
    }
    let Some(account) = account.filter(|_| !app.mail.digest.holds(now) && !app.room.is_full()) else { return looked };
    let mut knocked = false;
    for waiting in who_waits(app, now) {
        if app.shutdown.is_cancelled() {
            break;
        }
        match attempt(app, &account, &waiting, now, &mut knocked).await {
            Ok(None) => {}
            Ok(Some(Ok(()))) => looked.sent += 1,
            Ok(Some(Err(failure))) => {
                looked.failed += 1;
                if failure.fault == Fault::Server {
                    app.mail.digest.failed(now);
                    break;
                }
            }
            Err(failure) => tracing::warn!(error = %failure, user.id = %waiting.user, "a mail could not be prepared"),
        }
    }
    if looked.sent > 0 {
        tracing::info!(sent = looked.sent, "people were mailed what they missed");
    }
    looked
}

/// Writes down since when mail can be sent, and that it cannot any more.
async fn keep_since(app: &App, ready: bool) -> Result<(), AppError> {
    let known = {
        let directory = app.journal.directory();
        directory.settings.is_none() || directory.mail.since.is_some() == ready
    };
    if known {
        return Ok(());
    }
    app.journal
        .commit(move |draft| {
            let since = ready.then_some(draft.now);
            let settings = MailSettings { since, ..draft.directory.mail.clone() };
            store::put(draft, settings);
            Ok(())
        })
        .await
}

/// Somebody who is due, and where something waits for them.
struct Waiting {
    user: UserId,
    address: String,
    unread: Vec<Unread>,
    /// What was sent up to here is not for this mail.
    after: Timestamp,
    /// How long the oldest must have waited; `None` where the hour decides.
    age: Option<Duration>,
}

fn who_waits(app: &App, now: Timestamp) -> Vec<Waiting> {
    let directory = app.journal.directory();
    let Some(since) = directory.mail.since else { return Vec::new() };
    let mut used = HashMap::<UserId, Timestamp>::new();
    for session in directory.sessions.values().filter(|session| session.kind != SessionKind::Token) {
        let seen = used.entry(session.user).or_insert(session.last_seen_at);
        *seen = session.last_seen_at.max(*seen);
    }
    let here = |user| match app.realtime.seen(user) {
        Seen::Here => None,
        Seen::Until(left) => Some(left.max(used.get(&user).copied())),
    };
    let waits = |person: &Person| {
        let address = person.email.clone()?;
        let away = here(person.id)?.map_or(Duration::MAX, |last| now.since(last));
        let mailed = directory.mailed(person.id).cloned().unwrap_or_else(|| Mailed::from(since));
        let age = due(&directory, person, &mailed, away, now)?;
        let unread = missed::unread(&directory, person.id);
        let oldest = Timestamp::from_millis(now.millis() - OLDEST);
        let after = mailed.up_to().max(since).max(oldest);
        (!unread.is_empty()).then_some(Waiting { user: person.id, address, unread, after, age })
    };
    directory.people.values().filter_map(waits).collect()
}

/// Whether somebody may get a mail now, and how long what is in it must have waited.
fn due(
    directory: &Directory,
    person: &Person,
    mailed: &Mailed,
    away: Duration,
    now: Timestamp,
) -> Option<Option<Duration>> {
    let wishes = directory.preferences_of(person.id);
    let refused = mailed
        .refused
        .as_ref()
        .is_some_and(|refused| person.email.as_ref() == Some(&refused.address) && now.since(refused.at) < REFUSED_FOR);
    let put_off = mailed.again_at.is_some_and(|at| now < at);
    if person.bot || person.deleted_at.is_some() || person.suspended_at.is_some() || refused || put_off {
        return None;
    }
    if wishes.is_quiet(now) {
        return None;
    }
    let every = |minutes: u64| {
        let every = Duration::from_secs(minutes * 60);
        (away >= every && now.since(mailed.at) >= every).then_some(Some(every))
    };
    match wishes.digest {
        Digest::Never => None,
        Digest::Quarter => every(15),
        Digest::Hourly => every(60),
        Digest::Daily => {
            let zone = person.time_zone.as_ref().unwrap_or(&wishes.time_zone);
            let hour = last_hour(now, zone, wishes.digest_hour)?;
            (away >= AWAY && mailed.at < hour).then_some(None)
        }
    }
}

/// When it was last this hour of the day in a time zone.
fn last_hour(now: Timestamp, zone: &str, hour: u8) -> Option<Timestamp> {
    let moment = jiff::Timestamp::from_millisecond(now.millis()).ok()?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let today = zone.to_datetime(moment).date();
    let at = |day: jiff::civil::Date| {
        let there = zone.to_timestamp(day.at(i8::try_from(hour).ok()?, 0, 0, 0)).ok()?;
        Some(Timestamp::from_millis(there.as_millisecond()))
    };
    match at(today)? {
        hour if hour <= now => Some(hour),
        _ => at(today.yesterday().ok()?),
    }
}

/// Mails one person what they missed; `None` where that turns out to be nothing.
async fn attempt(
    app: &Arc<App>,
    account: &Account,
    waiting: &Waiting,
    now: Timestamp,
    knocked: &mut bool,
) -> Result<Option<Result<(), Failure>>, AppError> {
    let until = Timestamp::from_millis(now.millis() - SETTLES);
    let found = missed::between(app, waiting.user, &waiting.unread, (waiting.after, until)).await?;
    let moments = || found.iter().flat_map(|each| &each.messages).map(|message| message.created_at);
    let (Some(oldest), Some(newest)) = (moments().min(), moments().max()) else { return Ok(None) };
    if waiting.age.is_some_and(|age| now.since(oldest) < age) {
        return Ok(None);
    }
    let message = compose::digest(app, account, waiting.user, &waiting.address, &found, newest)?;
    if !*knocked {
        if let Err(failure) = send::knock(account).await {
            told(&app.mail, now, Err(&failure));
            return Ok(Some(Err(failure)));
        }
        *knocked = true;
    }
    write(app, waiting.user, move |mailed| mailed.attempt = Some(newest)).await?;
    let sent = send::send(account, message).await;
    told(&app.mail, now, sent.as_ref());
    let outcome = sent.map(drop);
    let (result, address) = (outcome.clone(), waiting.address.clone());
    write(app, waiting.user, move |mailed| ended(mailed, &result, &address, (newest, now))).await?;
    if let Err(failure) = &outcome {
        tracing::warn!(user.id = %waiting.user, fault = ?failure.fault, "somebody was not mailed what they missed");
    }
    Ok(Some(outcome))
}

/// What is known of somebody's mails once one has left, or has not.
fn ended(mailed: &mut Mailed, outcome: &Result<(), Failure>, address: &str, (newest, now): (Timestamp, Timestamp)) {
    mailed.attempt = None;
    let Err(failure) = outcome else {
        *mailed = Mailed { at: now, ..Mailed::from(newest) };
        return;
    };
    match failure.fault {
        // Were it this mail alone that the server does not like, it would keep back everybody's who stands behind.
        Fault::Server => mailed.again_at = Some(now.plus(FIRST_PAUSE)),
        Fault::Later if mailed.tries + 1 < MOST_TRIES => {
            mailed.again_at = Some(now.plus(FIRST_PAUSE.saturating_mul(1 << mailed.tries.min(6))));
            mailed.tries += 1;
        }
        Fault::Later => *mailed = Mailed { at: now, ..Mailed::from(newest) },
        Fault::Address => {
            let refused = Refused { address: address.to_owned(), answer: failure.answer.clone(), at: now };
            *mailed = Mailed { at: now, refused: Some(refused), ..Mailed::from(newest) };
        }
    }
}

fn told(mail: &Mail, at: Timestamp, sent: Result<&String, &Failure>) {
    let (delivered, answer) = match sent {
        Ok(answer) => (true, answer.clone()),
        Err(failure) => (false, failure.answer.clone()),
    };
    if delivered {
        mail.digest.forget();
    }
    mail.note(Outcome { at, delivered, answer });
}

async fn write(app: &App, user: UserId, change: impl Fn(&mut Mailed) + Send + 'static) -> Result<(), AppError> {
    app.journal
        .commit(move |draft| {
            if draft.directory.active_person(user).is_err() {
                return Ok(());
            }
            let before = draft.directory.mailed(user).cloned();
            let since = draft.directory.mail.since.unwrap_or(draft.now);
            let mut mailed = before.unwrap_or_else(|| Mailed::from(since));
            change(&mut mailed);
            store::put_mailed(draft, user, mailed);
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(moment: &str) -> Timestamp {
        serde_json::from_value(moment.into()).unwrap()
    }

    #[test]
    fn the_hour_of_a_day_is_that_of_the_persons_clocks() {
        for (now, zone, hour, last) in [
            ("2026-11-27T07:30:00Z", "Europe/Vienna", 8, "2026-11-27T07:00:00.000Z"),
            ("2026-11-27T06:59:59Z", "Europe/Vienna", 8, "2026-11-26T07:00:00.000Z"),
            ("2026-07-01T06:00:00Z", "Europe/Vienna", 8, "2026-07-01T06:00:00.000Z"),
            ("2026-11-27T07:30:00Z", "Nowhere/At_All", 8, "2026-11-26T08:00:00.000Z"),
            // There is no half past two in the night in which the clocks are put forward.
            ("2026-03-29T05:00:00Z", "Europe/Vienna", 2, "2026-03-29T01:00:00.000Z"),
        ] {
            assert_eq!(last_hour(at(now), zone, hour).unwrap().to_string(), last, "{now} {zone}");
        }
    }

    #[test]
    fn what_was_begun_and_never_ended_counts_as_sent() {
        let (start, until) = (at("2026-11-27T07:00:00Z"), at("2026-11-27T08:00:00Z"));
        let mut mailed = Mailed::from(start);
        assert_eq!(mailed.up_to(), start);
        mailed.attempt = Some(until);
        assert_eq!(mailed.up_to(), until);
        let failure = Failure { fault: Fault::Server, answer: String::new() };
        ended(&mut mailed, &Err(failure), "ann@example.org", (until, until));
        let again_at = Some(until.plus(FIRST_PAUSE));
        assert_eq!(mailed, Mailed { again_at, ..Mailed::from(start) }, "what the server did not take is tried again");
    }

    #[test]
    fn what_the_server_will_not_take_is_given_up_some_time() {
        let start = at("2026-11-27T07:00:00Z");
        let (mut mailed, mut now) = (Mailed::from(start), start);
        let later = || Err(Failure { fault: Fault::Later, answer: String::new() });
        for tries in 1..MOST_TRIES {
            ended(&mut mailed, &later(), "", (now, now));
            assert_eq!((mailed.tries, mailed.through), (tries, start));
            let again = mailed.again_at.unwrap();
            assert!(again > now);
            now = again;
        }
        ended(&mut mailed, &later(), "", (now, now));
        assert_eq!(mailed, Mailed { at: now, ..Mailed::from(now) });
    }

    #[test]
    fn a_server_that_does_not_answer_is_asked_ever_more_rarely() {
        let (pause, mut now) = (Pause::default(), at("2026-11-27T07:00:00Z"));
        let mut last = Duration::ZERO;
        for _ in 0..10 {
            assert!(!pause.holds(now));
            pause.failed(now);
            let mut rest = Duration::ZERO;
            while pause.holds(now.plus(rest)) {
                rest += FIRST_REST;
            }
            assert!(rest > last || rest == LONGEST_REST, "{rest:?} after {last:?}");
            (last, now) = (rest, now.plus(rest));
        }
        pause.failed(now);
        pause.forget();
        assert!(!pause.holds(now));
    }
}
