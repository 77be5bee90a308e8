//! Telling a program, once, and what follows from how that went.

use super::{Attempted, Delivery, DeliveryState, host_of, manage, reach, sign, store, work};
use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    chat, clock,
    clock::Timestamp,
    directory::{Outgoing, Stopped, Topic},
    error::AppError,
    hooks,
    ids::{ChannelId, DeliveryId, OutgoingId},
    outside::{Answered, Fault, Question},
};
use axum::body::Bytes;
use rand::RngExt;
use reqwest::{
    Method, Url,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long a receiver may take.
const WITHIN: Duration = Duration::from_secs(10);
/// How much of an answer is read, and how much of it is kept.
const READ: usize = 64 << 10;
const KEPT: usize = 1 << 10;
/// How long is waited after the first try that failed, after the second, and so on; after the last it is given up.
pub const AFTER: [Duration; 8] = [
    Duration::from_secs(5),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(6 * 3600),
    Duration::from_secs(12 * 3600),
    Duration::from_secs(12 * 3600),
];
/// A webhook whose receiver takes nothing for so long, and so many times, is switched off. Time alone does not count: a hub that was
/// asleep for days, and wakes before its network does, has not tried.
pub const GIVEN_UP_AFTER: Duration = Duration::from_secs(3 * 24 * 3600);
pub const ENOUGH: u32 = 20;

/// What is to be done with a delivery after a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum After {
    Delivered,
    Again(Timestamp),
    Failed,
    /// Nothing more is told to this receiver.
    Stop(Stopped),
}

/// Sends it once.
async fn send(app: &App, outgoing: &Outgoing, id: DeliveryId, body: &str) -> (Attempted, Option<Answered>) {
    let (now, began) = (clock::now(), Instant::now());
    let mut headers = sign::headers(&sign::keys(outgoing, now), id, now, body.as_bytes());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let answered = match Url::parse(&outgoing.url) {
        Ok(url) => {
            let reach = reach(app, outgoing.near, &url);
            let body = Bytes::copy_from_slice(body.as_bytes());
            let question =
                Question { method: Method::POST, url: &url, headers, body, reach, within: WITHIN, most: READ };
            app.outside.ask(question).await
        }
        Err(_) => Err(Fault::UnknownHost),
    };
    let took_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let (status, answer, fault) = match &answered {
        Ok(answered) => (Some(answered.status), Some(readable(&answered.body)), None),
        Err(fault) => (None, None, Some(*fault)),
    };
    (Attempted { at: now, status, took_ms, answer, fault }, answered.ok())
}

/// How an answer begins, as text.
fn readable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(KEPT)]);
    text.trim_end_matches('\u{fffd}')
        .chars()
        .map(|letter| if letter.is_control() && !matches!(letter, '\n' | '\t') { ' ' } else { letter })
        .collect()
}

/// What follows from a try, which was the `tries`th.
fn follows(outgoing: &Outgoing, attempted: &Attempted, answered: Option<&Answered>, tries: u32) -> After {
    match answered {
        Some(answered) if answered.is_good() => return After::Delivered,
        // By the specification: it does not want to be told any more.
        Some(answered) if answered.status == 410 => return After::Stop(Stopped::Gone),
        _ => {}
    }
    let long = outgoing.failing_since.is_some_and(|since| attempted.at.since(since) >= GIVEN_UP_AFTER);
    if long && outgoing.failures + 1 >= ENOUGH {
        return After::Stop(Stopped::Failing);
    }
    let place = usize::try_from(tries).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(pause) = AFTER.get(place) else { return After::Failed };
    let asked = answered.and_then(Answered::retry_after).unwrap_or_default().min(AFTER[AFTER.len() - 1]);
    // Those that failed together do not come back together.
    let more = rand::rng().random_range(0.0..0.25);
    After::Again(attempted.at.plus(pause.mul_f64(1.0 + more).max(asked)))
}

/// Tries a delivery that waits, and writes down what came of it.
pub(super) async fn attempt(app: &Arc<App>, id: OutgoingId, delivery: DeliveryId) -> anyhow::Result<After> {
    let outgoing = app.journal.directory().outgoing.get(&id).cloned();
    let Some(outgoing) = outgoing.filter(|outgoing| outgoing.on) else { return Ok(After::Failed) };
    let kept = store::kept(&app.database, id, delivery).await?;
    let Some(kept) = kept.filter(|kept| kept.state == DeliveryState::Waiting) else { return Ok(After::Failed) };
    let (attempted, answered) = send(app, &outgoing, delivery, &kept.body).await;
    let tries = kept.tries + 1;
    let after = follows(&outgoing, &attempted, answered.as_ref(), tries);
    let state = match after {
        After::Delivered => (DeliveryState::Delivered, None),
        After::Again(at) => (DeliveryState::Waiting, Some(at)),
        After::Failed | After::Stop(_) => (DeliveryState::Failed, None),
    };
    store::note(&app.database, (id, delivery), tries, state, &attempted).await?;
    match after {
        After::Stop(why) => stop(app, &outgoing, why).await?,
        _ => note_health(app, &outgoing, after == After::Delivered).await?,
    }
    if let Some(answered) = answered.filter(|_| after == After::Delivered && outgoing.answers) {
        say(app, &outgoing, &kept, &answered).await;
    }
    Ok(after)
}

/// Notes since when nothing was taken, or that something was.
async fn note_health(app: &App, outgoing: &Outgoing, taken: bool) -> Result<(), AppError> {
    if taken && outgoing.failing_since.is_none() {
        return Ok(());
    }
    let id = outgoing.id;
    app.journal
        .commit(move |draft| {
            if let Some(found) = draft.directory.outgoing.get(&id) {
                let (failing_since, failures) = if taken {
                    (None, 0)
                } else {
                    (found.failing_since.or(Some(draft.now)), found.failures.saturating_add(1))
                };
                store::put(draft, Outgoing { failing_since, failures, ..found.clone() });
            }
            Ok(())
        })
        .await
}

/// Switches a webhook off, and tells whoever made it.
async fn stop(app: &App, outgoing: &Outgoing, why: Stopped) -> Result<(), AppError> {
    let (id, last) = (outgoing.id, DeliveryId::generate());
    let stopped = app
        .journal
        .commit(move |draft| {
            let Some(found) = draft.directory.outgoing.get(&id).filter(|found| found.on) else { return Ok(false) };
            audit::note(
                draft,
                Act::OutgoingStopped,
                By { user: None, address: "" },
                Some(found.bot),
                &host_of(&found.url),
            );
            store::put(draft, Outgoing { on: false, stopped: Some(why), ..found.clone() });
            Ok(true)
        })
        .await?;
    if !stopped {
        return Ok(());
    }
    store::give_up(&app.database, id, last).await.map_err(AppError::internal)?;
    let host = host_of(&outgoing.url);
    let reason = match why {
        Stopped::Gone => format!("{host} says that it is gone for good (410)"),
        Stopped::Failing => format!("{host} has not taken anything for three days"),
    };
    let words = format!(
        "I am switched off: {reason}. What waited was given up. The deliveries show what was answered; once the receiver works again, switch me on, and I tell it what happens from then on."
    );
    if let Err(failure) = chat::tell_directly(app, outgoing.bot, outgoing.created_by, words).await {
        tracing::warn!(error = %failure, "nobody could be told that a webhook was switched off");
    }
    Ok(())
}

/// Says what a receiver answered to a message, where that was said.
async fn say(app: &App, outgoing: &Outgoing, kept: &store::Kept, answered: &Answered) {
    if kept.topic != Topic::MessageCreated.word() || answered.cut {
        return;
    }
    let place = serde_json::from_str::<Value>(&kept.body).ok();
    let channel = place.and_then(|told| told["data"]["message"]["channelId"].as_str()?.parse::<ChannelId>().ok());
    let Some((channel, (body, alias))) = channel.zip(hooks::said(&answered.body)) else { return };
    if let Err(failure) = chat::post(app, (outgoing.bot, chat::Right::Own), channel, (body, alias)).await {
        tracing::warn!(error = %failure, "what a program answered could not be said");
    }
}

/// Sends something that tells nothing, and writes down what came of it. It is not tried again.
///
/// # Errors
/// `not_found`, `forbidden`, `rate_limited`.
pub async fn test(app: &Arc<App>, actor: &Actor, id: OutgoingId) -> Result<Delivery, AppError> {
    app.limits.changes.take(&actor.user)?;
    let outgoing = manage::changeable(&app.journal.directory(), actor, id)?.clone();
    let (delivery, now) = (DeliveryId::generate(), clock::now());
    let team = app.journal.directory().settings()?.name.clone();
    let body = json!({ "type": "test", "timestamp": now, "data": { "team": team, "userId": actor.user } }).to_string();
    let news = store::News { outgoing: id, id: delivery, topic: "test".to_owned(), at: now, body, next: None };
    store::keep_one(&app.database, &news).await.map_err(AppError::internal)?;
    let tested = once(app, &outgoing, delivery, &news.body, 1).await?;
    work::forget_old(app, id).await.map_err(AppError::internal)?;
    Ok(tested)
}

/// Sends something again that is over, once, under the same id.
///
/// # Errors
/// `not_found`, `forbidden`, `rate_limited`; `validation` for what is still being tried.
pub async fn again(app: &Arc<App>, actor: &Actor, id: OutgoingId, delivery: DeliveryId) -> Result<Delivery, AppError> {
    app.limits.changes.take(&actor.user)?;
    let outgoing = manage::changeable(&app.journal.directory(), actor, id)?.clone();
    let kept = store::kept(&app.database, id, delivery).await.map_err(AppError::internal)?;
    let kept = kept.ok_or_else(|| AppError::not_found("Delivery"))?;
    if kept.state == DeliveryState::Waiting {
        return Err(AppError::field("", "it is still being tried"));
    }
    once(app, &outgoing, delivery, &kept.body, kept.tries + 1).await
}

async fn once(
    app: &Arc<App>,
    outgoing: &Outgoing,
    id: DeliveryId,
    body: &str,
    tries: u32,
) -> Result<Delivery, AppError> {
    let (attempted, answered) = send(app, outgoing, id, body).await;
    let taken = answered.is_some_and(|answered| answered.is_good());
    let state = if taken { DeliveryState::Delivered } else { DeliveryState::Failed };
    store::note(&app.database, (outgoing.id, id), tries, (state, None), &attempted)
        .await
        .map_err(AppError::internal)?;
    if taken {
        note_health(app, outgoing, true).await?;
    }
    let found = store::delivery(&app.database, outgoing.id, id).await.map_err(AppError::internal)?;
    found.ok_or_else(|| AppError::not_found("Delivery"))
}

/// What was told by a webhook, the newest first: at most `limit`, of those before a delivery, if one is given. With
/// them, whether there are more.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn deliveries(
    app: &App,
    actor: &Actor,
    id: OutgoingId,
    before: Option<DeliveryId>,
    limit: usize,
) -> Result<(Vec<Delivery>, bool), AppError> {
    manage::changeable(&app.journal.directory(), actor, id)?;
    let mut all = store::deliveries(&app.database, id).await.map_err(AppError::internal)?;
    all.retain(|delivery| before.is_none_or(|before| delivery.id < before));
    all.reverse();
    let more = all.len() > limit;
    all.truncate(limit);
    Ok((all, more))
}

#[cfg(test)]
mod tests {
    use super::{AFTER, After, ENOUGH, GIVEN_UP_AFTER, follows, readable};
    use crate::{
        clock::Timestamp,
        directory::{Key, Outgoing, Stopped},
        ids::{OutgoingId, UserId},
        outgoing::Attempted,
        outside::{Answered, Fault},
    };
    use reqwest::header::{HeaderMap, RETRY_AFTER};
    use std::{collections::BTreeSet, time::Duration};

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);

    fn outgoing(failing_since: Option<Timestamp>) -> Outgoing {
        Outgoing {
            id: OutgoingId::generate(),
            bot: UserId::generate(),
            url: "http://a.example/".to_owned(),
            near: false,
            key: Key(vec![1]),
            former: None,
            topics: BTreeSet::new(),
            everywhere: true,
            channels: BTreeSet::new(),
            projects: BTreeSet::new(),
            words: Vec::new(),
            answers: false,
            on: true,
            stopped: None,
            failing_since,
            failures: ENOUGH,
            since: 0,
            created_by: UserId::generate(),
            created_at: NOW,
        }
    }

    fn attempted() -> Attempted {
        Attempted { at: NOW, status: None, took_ms: 1, answer: None, fault: Some(Fault::NoConnection) }
    }

    fn answered(status: u16, headers: HeaderMap) -> Answered {
        Answered { status, headers, body: Vec::new(), cut: false }
    }

    #[test]
    fn what_fails_is_tried_ever_more_rarely_and_not_for_ever() {
        let outgoing = outgoing(None);
        for (tries, pause) in (1..).zip(AFTER) {
            let After::Again(at) = follows(&outgoing, &attempted(), None, tries) else {
                panic!("{tries} was the last")
            };
            let wait = at.since(NOW);
            assert!(wait >= pause && wait <= pause.mul_f64(1.25), "{wait:?} after try {tries}");
        }
        assert_eq!(follows(&outgoing, &attempted(), None, 9), After::Failed);
    }

    #[test]
    fn the_receiver_decides_what_follows() {
        let outgoing = outgoing(None);
        let none = HeaderMap::new;
        assert_eq!(follows(&outgoing, &attempted(), Some(&answered(204, none())), 1), After::Delivered);
        assert_eq!(follows(&outgoing, &attempted(), Some(&answered(410, none())), 1), After::Stop(Stopped::Gone));
        for status in [301, 404, 500] {
            assert!(matches!(follows(&outgoing, &attempted(), Some(&answered(status, none())), 1), After::Again(_)));
        }
        let later: HeaderMap = [(RETRY_AFTER, "600".parse().unwrap())].into_iter().collect();
        let After::Again(at) = follows(&outgoing, &attempted(), Some(&answered(429, later)), 1) else { panic!() };
        assert_eq!(at.since(NOW), Duration::from_secs(600));
    }

    #[test]
    fn days_of_failure_end_it() {
        let long_ago = Timestamp::from_millis(NOW.millis() - i64::try_from(GIVEN_UP_AFTER.as_millis()).unwrap());
        assert_eq!(follows(&outgoing(Some(long_ago)), &attempted(), None, 2), After::Stop(Stopped::Failing));
        let asleep = Outgoing { failures: 1, ..outgoing(Some(long_ago)) };
        assert!(matches!(follows(&asleep, &attempted(), None, 2), After::Again(_)), "a hub that slept has not tried");
    }

    #[test]
    fn an_answer_is_kept_as_far_as_it_can_be_read() {
        assert_eq!(readable(b"ok\n"), "ok\n");
        assert_eq!(readable(&[0x1b, b'a', 0, b'b']), " a b");
        assert!(readable("é".repeat(4_000).as_bytes()).chars().all(|letter| letter == 'é'));
    }
}
