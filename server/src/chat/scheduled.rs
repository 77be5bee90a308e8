//! Messages that are sent at a moment. The message and the end of its schedule are one change, so it is
//! sent once, whatever happens in between; whether its author may write there is asked again then. What cannot
//! be sent is kept, also of people who are suspended or left.

use super::{
    mentions,
    messages::{self, LONGEST, MessageView, To, Words},
    scheduled_rows,
    threads::{self, Also},
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Directory, Scheduled, ScheduledState, Scope, WritingPlace},
    error::{AppError, Code},
    ids::{ScheduledId, UserId},
    journal::{Audience, Draft},
    validate::{self, Checks},
};
use serde_json::json;
use std::time::Duration;

/// How many messages a person can have waiting.
const MOST: usize = 100;
/// The furthest moment.
const FURTHEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// A message to be scheduled.
#[derive(Clone, Debug)]
pub struct NewScheduled {
    pub place: WritingPlace,
    pub also_to_channel: bool,
    pub body: String,
    pub send_at: Timestamp,
}

/// What is to change about a scheduled message.
#[derive(Clone, Default, Debug)]
pub struct ScheduledPatch {
    pub body: Option<String>,
    pub send_at: Option<Timestamp>,
}

/// The checked text of a message that is sent later.
fn words(checks: &mut Checks, body: &str) -> String {
    checks.take("body", validate::text(body, 1, LONGEST))
}

/// Goes on only with a moment that is to come, and not too far away.
fn ahead(checks: &mut Checks, field: &str, at: Timestamp, now: Timestamp) {
    if at <= now {
        checks.take::<()>(field, Err("is not in the future".to_owned()));
    } else if at > now.plus(FURTHEST) {
        checks.take::<()>(field, Err("is more than a year away".to_owned()));
    }
}

/// Goes on only where this person may write now.
pub(super) fn may_write(directory: &Directory, actor: &Actor, place: WritingPlace) -> Result<(), AppError> {
    let found = directory.visible_room(place.channel_id, actor.user, actor.role)?;
    messages::may_write(directory, actor, found)?;
    match place.root {
        Some(root) => found.standing_message(root),
        None => Ok(()),
    }
}

/// What the actor scheduled, the first to be sent first.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Scheduled>, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(all(&app.journal.directory(), actor.user))
}

pub(super) fn all(directory: &Directory, user: UserId) -> Vec<Scheduled> {
    directory.planned().of(user).into_iter().cloned().collect()
}

/// Has a message sent at a moment.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `validation`, `rate_limited`.
pub async fn create(app: &App, actor: &Actor, new: NewScheduled, now: Timestamp) -> Result<Scheduled, AppError> {
    let mut checks = Checks::default();
    let body = words(&mut checks, &new.body);
    ahead(&mut checks, "sendAt", new.send_at, now);
    checks.finish()?;
    app.limits.messages.take(&actor.user)?;
    let actor = actor.clone();
    let id = ScheduledId::generate();
    let made = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            may_write(draft.directory, &actor, new.place)?;
            if draft.directory.planned().of(actor.user).len() >= MOST {
                return Err(AppError::field("", format!("you already have {MOST} scheduled messages")));
            }
            let scheduled = Scheduled {
                id,
                user: actor.user,
                place: new.place,
                also_to_channel: new.also_to_channel && new.place.root.is_some(),
                body: body.clone(),
                send_at: new.send_at,
                created_at: draft.now,
                version: 1,
                state: ScheduledState::Waiting,
                problem: None,
            };
            put(draft, scheduled)
        })
        .await?;
    app.due.wake();
    Ok(made)
}

/// Writes a scheduled message and tells its author.
fn put(draft: &mut Draft<'_>, scheduled: Scheduled) -> Result<Scheduled, AppError> {
    let (audience, data) = (Audience::Person(scheduled.user), json!({ "scheduled": scheduled }));
    draft.event(audience, "scheduled.updated", Some(scheduled.place.channel_id), &data, None)?;
    scheduled_rows::put_scheduled(draft, scheduled.clone());
    Ok(scheduled)
}

/// The actor's own scheduled message.
fn own<'a>(directory: &'a Directory, actor: &Actor, id: ScheduledId) -> Result<&'a Scheduled, AppError> {
    let found = directory.planned().get(id).filter(|scheduled| scheduled.user == actor.user);
    found.ok_or_else(|| AppError::not_found("Scheduled message"))
}

/// Changes what is to be sent or when. One that could not be sent, or was held back, waits again.
///
/// # Errors
/// As [`create`].
pub async fn update(
    app: &App,
    actor: &Actor,
    id: ScheduledId,
    patch: ScheduledPatch,
    now: Timestamp,
) -> Result<Scheduled, AppError> {
    let mut checks = Checks::default();
    let body = patch.body.map(|body| words(&mut checks, &body));
    if let Some(at) = patch.send_at {
        ahead(&mut checks, "sendAt", at, now);
    }
    checks.finish()?;
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    let changed = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let before = own(draft.directory, &actor, id)?;
            may_write(draft.directory, &actor, before.place)?;
            let mut next = before.clone();
            if let Some(body) = &body {
                next.body.clone_from(body);
            }
            if let Some(at) = patch.send_at {
                next.send_at = at;
                next.state = ScheduledState::Waiting;
                next.problem = None;
            }
            if next == *before {
                return Ok(next);
            }
            next.version += 1;
            put(draft, next)
        })
        .await?;
    app.due.wake();
    Ok(changed)
}

/// Forgets a scheduled message. That it is gone already is no failure.
///
/// # Errors
/// `rate_limited`.
pub async fn delete(app: &App, actor: &Actor, id: ScheduledId) -> Result<(), AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let Ok(found) = own(draft.directory, &actor, id) else { return Ok(()) };
            let channel = found.place.channel_id;
            scheduled_rows::delete_scheduled(draft, id);
            draft.event(Audience::Person(actor.user), "scheduled.removed", Some(channel), &json!({ "id": id }), None)
        })
        .await
}

/// Who has a scheduled message sent.
#[derive(Clone, Debug)]
enum By {
    /// The job, when its moment has come.
    Moment,
    /// Its author, now.
    Author(Actor),
}

/// Sends a scheduled message now.
///
/// # Errors
/// As sending a message.
pub async fn send_now(app: &App, actor: &Actor, id: ScheduledId) -> Result<MessageView, AppError> {
    app.limits.messages.take(&actor.user)?;
    let found = own(&app.journal.directory(), actor, id)?.clone();
    let sent = send(app, actor, &found, By::Author(actor.clone())).await?;
    sent.ok_or_else(|| AppError::not_found("Scheduled message"))
}

/// Sends a scheduled message whose moment has come. What keeps it from being sent is kept with it and
/// told to its author.
///
/// # Errors
/// What may pass: `busy`, `disk_full`, `internal`.
pub(super) async fn send_due(app: &App, id: ScheduledId) -> Result<(), AppError> {
    let found = app.journal.directory().planned().get(id).cloned();
    let Some(found) = found else { return Ok(()) };
    let author = Actor::for_job(&app.journal.directory(), found.user);
    let failure = match author {
        Ok(author) => match send(app, &author, &found, By::Moment).await {
            Ok(_) => return Ok(()),
            Err(failure) => failure,
        },
        Err(refusal) => refusal,
    };
    match failure.code {
        Code::Busy | Code::DiskFull | Code::Internal => Err(failure),
        code => fail(app, found, code).await,
    }
}

/// Gives up on a message that the hub failed to send again and again; it is kept with that as the reason.
///
/// # Errors
/// As [`send_due`].
pub(super) async fn give_up(app: &App, id: ScheduledId) -> Result<(), AppError> {
    let found = app.journal.directory().planned().get(id).cloned();
    match found {
        Some(found) if found.state == ScheduledState::Waiting => fail(app, found, Code::Internal).await,
        _ => Ok(()),
    }
}

/// Writes the message and ends the schedule, in one change; nothing where it is not waiting any more.
async fn send(app: &App, author: &Actor, found: &Scheduled, by: By) -> Result<Option<MessageView>, AppError> {
    let to = match found.place.root {
        None => To::Channel(found.place.channel_id),
        Some(root) => {
            let also = if found.also_to_channel { Also::ToChannel } else { Also::ThreadOnly };
            To::Root(threads::root(app, author, (found.place.channel_id, root), also).await?)
        }
    };
    let words = Words { body: found.body.clone(), files: Vec::new(), client_key: None, alias: None, poll: None };
    let present = mentions::present(app, &words.body);
    let (id, version) = (found.id, found.version);
    app.journal
        .commit(move |draft| {
            let Some(scheduled) = draft.directory.planned().get(id) else { return Ok(None) };
            let author = match &by {
                By::Author(actor) => actor.still(draft.directory)?,
                By::Moment => {
                    let waits = scheduled.state == ScheduledState::Waiting && scheduled.version == version;
                    if !waits || scheduled.send_at > draft.now {
                        return Ok(None);
                    }
                    Actor::for_job(draft.directory, scheduled.user)?
                }
            };
            if scheduled.version != version {
                return Err(AppError::stale(scheduled));
            }
            let message = messages::put(draft, &author, to, &words, &present)?;
            scheduled_rows::delete_scheduled(draft, id);
            let data = json!({ "id": id, "channelId": message.channel_id, "number": message.number });
            draft.event(Audience::Person(author.user), "scheduled.sent", Some(message.channel_id), &data, None)?;
            Ok(Some(message))
        })
        .await
}

async fn fail(app: &App, found: Scheduled, problem: Code) -> Result<(), AppError> {
    tracing::info!(user.id = %found.user, channel.id = %found.place.channel_id, code = problem.name(), "a scheduled message was not sent");
    app.journal
        .commit(move |draft| {
            let Some(now) = draft.directory.planned().get(found.id) else { return Ok(()) };
            if now.version != found.version {
                return Ok(());
            }
            let (state, version) = (ScheduledState::Failed, now.version + 1);
            let failed = Scheduled { state, problem: Some(problem), version, ..now.clone() };
            put(draft, failed).map(drop)
        })
        .await
}
