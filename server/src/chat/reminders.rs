//! What people want to be reminded of: words of their own, a message, or both. When the moment has come
//! the job says so once, and it counts until the person is done with it or puts it off.
//!
//! Nobody else learns of it. What a message says is not kept with the reminder: it is read when it is
//! shown, so whoever may not read it any more does not.

use super::{
    messages::{self, MessageView},
    reminder_rows,
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Directory, Reminder, ReminderPlace, ReminderState, Scope, Thread},
    error::AppError,
    ids::{ChannelId, ReminderId, UserId},
    journal::{Audience, Draft},
    permission::{Action, allowed},
    validate::{self, Checks},
};
use serde::Serialize;
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use utoipa::ToSchema;

/// How many reminders a person can have that are not done.
const MOST: usize = 200;
/// How many that are done are kept.
const MOST_DONE: usize = 100;
/// The longest words, in characters.
const LONGEST: usize = 500;
/// The furthest moment.
const FURTHEST: Duration = Duration::from_secs(5 * 366 * 24 * 3600);

/// What somebody wants to be reminded of.
#[derive(Clone, Debug)]
pub struct NewReminder {
    pub text: String,
    pub message: Option<(ChannelId, u32)>,
    pub due_at: Timestamp,
}

/// What is to change about a reminder.
#[derive(Clone, Default, Debug)]
pub struct ReminderPatch {
    pub text: Option<String>,
    /// Has it wait again.
    pub due_at: Option<Timestamp>,
    pub done: Option<bool>,
}

/// A reminder with the message that it is of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReminderShown)]
pub struct Shown {
    pub reminder: Reminder,
    /// Null where it is of none, and where the person may no longer read it.
    pub message: Option<MessageView>,
}

fn ahead(checks: &mut Checks, at: Timestamp, now: Timestamp) {
    if at <= now {
        checks.take::<()>("dueAt", Err("is not in the future".to_owned()));
    } else if at > now.plus(FURTHEST) {
        checks.take::<()>("dueAt", Err("is more than five years away".to_owned()));
    }
}

fn words(checks: &mut Checks, text: &str, least: usize) -> String {
    checks.take("text", validate::text(text.trim(), least, LONGEST))
}

/// A person's reminders: what is due and what waits by its moment, and then what is done, the last first.
pub(super) fn all(directory: &Directory, user: UserId) -> Vec<Reminder> {
    let mut own: Vec<_> = directory.reminders().of(user).cloned().collect();
    own.sort_by_key(|one| match one.done_at {
        None => (false, one.due_at.millis(), one.id),
        Some(at) => (true, -at.millis(), one.id),
    });
    own
}

/// What the actor wants to be reminded of.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Reminder>, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(all(&app.journal.directory(), actor.user))
}

/// These with the messages that they are of, as far as the actor may still read them.
///
/// # Errors
/// `internal`.
pub async fn show(app: &App, actor: &Actor, reminders: Vec<Reminder>) -> Result<Vec<Shown>, AppError> {
    let places: Vec<_> = {
        let directory = app.journal.directory();
        let readable = |place: &ReminderPlace| {
            directory
                .channels
                .get(&place.channel_id)
                .is_some_and(|found| allowed(Action::ReadMessages, actor.role, directory.relation(found, actor.user)))
        };
        let places: BTreeSet<_> = reminders
            .iter()
            .filter_map(|one| one.message)
            .filter(readable)
            .map(|place| (place.channel_id, place.number))
            .collect();
        places.into_iter().collect()
    };
    let messages =
        if places.is_empty() { std::collections::HashMap::new() } else { messages::at(app, &places).await? };
    let shown = |reminder: Reminder| {
        let message = reminder.message.and_then(|place| messages.get(&(place.channel_id, place.number)).cloned());
        Shown { reminder, message }
    };
    Ok(reminders.into_iter().map(shown).collect())
}

/// Has the actor reminded at a moment.
///
/// # Errors
/// `not_found`, `forbidden`, `validation`, `rate_limited`.
pub async fn create(app: &App, actor: &Actor, new: NewReminder, now: Timestamp) -> Result<Reminder, AppError> {
    let mut checks = Checks::default();
    let text = words(&mut checks, &new.text, usize::from(new.message.is_none()));
    ahead(&mut checks, new.due_at, now);
    checks.finish()?;
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    let id = ReminderId::generate();
    let made = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let message = match new.message {
                Some(place) => Some(readable(draft.directory, &actor, place)?),
                None => None,
            };
            room_for_another(draft.directory, actor.user)?;
            let reminder = Reminder {
                id,
                user: actor.user,
                text: text.clone(),
                message,
                due_at: new.due_at,
                created_at: draft.now,
                state: ReminderState::Waiting,
                done_at: None,
                version: 1,
            };
            put(draft, "reminder.updated", reminder)
        })
        .await?;
    app.due.wake();
    Ok(made)
}

/// The place of a message that the actor may keep in mind.
fn readable(
    directory: &Directory,
    actor: &Actor,
    (channel, number): (ChannelId, u32),
) -> Result<ReminderPlace, AppError> {
    let found = directory.visible_channel(channel, actor.user, actor.role)?;
    actor.require(Action::SaveMessage, directory.relation(found, actor.user))?;
    found.standing_message(number)?;
    Ok(ReminderPlace { channel_id: channel, number, thread: found.thread.as_ref().map(Thread::place) })
}

fn room_for_another(directory: &Directory, user: UserId) -> Result<(), AppError> {
    if directory.reminders().of(user).filter(|one| one.state != ReminderState::Done).count() >= MOST {
        return Err(AppError::field("", format!("you already have {MOST} reminders")));
    }
    Ok(())
}

/// Writes a reminder and tells its person.
fn put(draft: &mut Draft<'_>, name: &str, reminder: Reminder) -> Result<Reminder, AppError> {
    draft.event(Audience::Person(reminder.user), name, None, &json!({ "reminder": reminder }), None)?;
    reminder_rows::put(draft, reminder.clone());
    Ok(reminder)
}

fn remove(draft: &mut Draft<'_>, user: UserId, id: ReminderId) -> Result<(), AppError> {
    reminder_rows::delete(draft, user, id);
    draft.event(Audience::Person(user), "reminder.removed", None, &json!({ "id": id }), None)
}

/// The actor's own reminder.
fn own<'a>(directory: &'a Directory, actor: &Actor, id: ReminderId) -> Result<&'a Reminder, AppError> {
    directory.reminders().get(actor.user, id).ok_or_else(|| AppError::not_found("Reminder"))
}

/// Changes a reminder: what it says, when it is due (and it waits again), whether it is done.
///
/// # Errors
/// `not_found`, `validation`, `rate_limited`.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: ReminderId,
    patch: ReminderPatch,
    now: Timestamp,
) -> Result<Reminder, AppError> {
    let ReminderPatch { text, due_at, done } = patch;
    let mut checks = Checks::default();
    let text = text.map(|text| words(&mut checks, &text, 0));
    if let Some(at) = due_at {
        ahead(&mut checks, at, now);
    }
    checks.finish()?;
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    let changed = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let before = own(draft.directory, &actor, id)?;
            let mut next = before.clone();
            if let Some(text) = &text {
                if text.is_empty() && before.message.is_none() {
                    return Err(AppError::field("text", "is empty"));
                }
                next.text.clone_from(text);
            }
            settle(&mut next, due_at, done, draft.now);
            if next == *before {
                return Ok(next);
            }
            if before.state == ReminderState::Done && next.state != ReminderState::Done {
                room_for_another(draft.directory, actor.user)?;
            }
            if next.state == ReminderState::Done && before.state != ReminderState::Done {
                forget_oldest_done(draft, actor.user)?;
            }
            next.version += 1;
            put(draft, "reminder.updated", next)
        })
        .await?;
    app.due.wake();
    Ok(changed)
}

/// What becomes of a reminder that is put off, or marked as done or as not done.
fn settle(next: &mut Reminder, due_at: Option<Timestamp>, done: Option<bool>, now: Timestamp) {
    next.due_at = due_at.unwrap_or(next.due_at);
    match done {
        Some(true) => {
            next.state = ReminderState::Done;
            next.done_at = next.done_at.or(Some(now));
        }
        Some(false) if next.state == ReminderState::Done => {
            next.state = if next.due_at <= now { ReminderState::Due } else { ReminderState::Waiting };
            next.done_at = None;
        }
        _ if due_at.is_some() => {
            next.state = ReminderState::Waiting;
            next.done_at = None;
        }
        _ => {}
    }
}

/// Makes room for one more that is done.
fn forget_oldest_done(draft: &mut Draft<'_>, user: UserId) -> Result<(), AppError> {
    let mut done: Vec<_> =
        draft.directory.reminders().of(user).filter_map(|one| one.done_at.map(|at| (at, one.id))).collect();
    done.sort_unstable();
    let over = (done.len() + 1).saturating_sub(MOST_DONE);
    for (_, id) in done.into_iter().take(over) {
        remove(draft, user, id)?;
    }
    Ok(())
}

/// Forgets a reminder. That it is gone already is no failure.
///
/// # Errors
/// `rate_limited`.
pub async fn delete(app: &App, actor: &Actor, id: ReminderId) -> Result<(), AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            if own(draft.directory, &actor, id).is_err() {
                return Ok(());
            }
            remove(draft, actor.user, id)
        })
        .await
}

/// Reminds somebody whose moment has come. Whoever is suspended is reminded when they are back.
///
/// # Errors
/// What may pass: `busy`, `disk_full`, `internal`.
pub(super) async fn remind(app: &App, user: UserId, id: ReminderId) -> Result<(), AppError> {
    app.journal
        .commit(move |draft| {
            let Some(found) = draft.directory.reminders().get(user, id) else { return Ok(()) };
            if found.state != ReminderState::Waiting || found.due_at > draft.now || !is_here(draft.directory, user) {
                return Ok(());
            }
            let due = Reminder { state: ReminderState::Due, version: found.version + 1, ..found.clone() };
            put(draft, "reminder.due", due).map(drop)
        })
        .await
}

/// Whether somebody can be told something.
pub(super) fn is_here(directory: &Directory, user: UserId) -> bool {
    directory.active_person(user).is_ok_and(|person| person.suspended_at.is_none())
}

/// Forgets what somebody who leaves the team wanted to be reminded of.
pub(crate) fn forget_person(draft: &mut Draft<'_>, user: UserId) {
    for reminder in draft.directory.reminders().of(user) {
        reminder_rows::delete(draft, user, reminder.id);
    }
}
