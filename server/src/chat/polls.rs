//! Polls: a message that asks, with what may be answered to it.
//!
//! The question is what the message says, so it is found, exported and told of like all that is said. The
//! answers are a row of their own under the message's place, which changes with every vote. Who voted for
//! what is shown unless the poll is anonymous; of an anonymous one it is kept so that people can change
//! their minds, told to nobody, and forgotten when it closes.

use super::{
    ballot::{AnswerView, Ballot, MOST, NewPoll, PollView},
    messages, poll_rows,
    turns::Turn,
};
use crate::{
    accounts::Actor,
    app::App,
    directory::{Directory, Scope},
    error::{AppError, Code},
    ids::ChannelId,
    journal::{Audience, Draft},
    permission::{Action, Relation},
};
use serde_json::json;
use std::time::Duration;

/// The furthest moment at which a poll closes by itself.
const FURTHEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// Asks a poll with a message that is being written at this place.
pub(super) fn begin(
    draft: &mut Draft<'_>,
    (channel, number): (ChannelId, u32),
    new: &NewPoll,
) -> Result<PollView, AppError> {
    if let Some(at) = new.closes_at {
        if at <= draft.now {
            return Err(AppError::field("poll.closesAt", "is not in the future"));
        }
        if at > draft.now.plus(FURTHEST) {
            return Err(AppError::field("poll.closesAt", "is more than a year away"));
        }
    }
    let NewPoll { options, several, anonymous, closes_at } = new.clone();
    let (closed_at, sealed, version, votes) = (None, None, 1, Vec::new());
    let ballot = Ballot { channel, number, options, several, anonymous, closes_at, closed_at, version, votes, sealed };
    poll_rows::put(draft, &ballot);
    Ok(ballot.view())
}

/// The poll of a message, with what the actor chose.
///
/// # Errors
/// `not_found` also where the message asks nothing.
pub async fn get(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<AnswerView, AppError> {
    let message = messages::get(app, actor, channel, number).await?;
    if message.poll.is_none() {
        return Err(AppError::not_found("Poll"));
    }
    actor.require_scope(Scope::Read)?;
    Ok(ballot(app, channel, number).await?.answer_of(actor.user))
}

async fn ballot(app: &App, channel: ChannelId, number: u32) -> Result<Ballot, AppError> {
    let found = poll_rows::find(&app.database, channel, number).await.map_err(AppError::internal)?;
    found.ok_or_else(|| AppError::not_found("Poll"))
}

fn may_vote(directory: &Directory, actor: &Actor, channel: ChannelId, number: u32) -> Result<(), AppError> {
    let found = directory.visible_channel(channel, actor.user, actor.role)?;
    actor.require(Action::React, directory.relation(found, actor.user))?;
    if directory.is_archived(found) {
        return Err(AppError::new(Code::ChannelArchived));
    }
    found.standing_message(number)
}

/// Writes what has become of a poll, and tells all who are told of its message.
fn put(draft: &mut Draft<'_>, next: &Ballot) -> Result<(), AppError> {
    poll_rows::put(draft, next);
    let (channel, number) = (next.channel, next.number);
    let data = json!({ "channelId": channel, "number": number, "poll": next.view() });
    draft.event(Audience::of(draft.directory, channel), "poll.updated", Some(channel), &data, None)
}

/// Takes what the actor chooses in the place of what they chose before; nothing takes it back.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `poll_closed`, `validation`, `rate_limited`.
pub async fn vote(
    app: &App,
    actor: &Actor,
    (channel, number): (ChannelId, u32),
    choices: Vec<u32>,
) -> Result<AnswerView, AppError> {
    if choices.len() > MOST {
        return Err(AppError::field("choices", format!("are more than {MOST}")));
    }
    may_vote(&app.journal.directory(), actor, channel, number)?;
    app.limits.changes.take(&actor.user)?;
    let turn = app.turns.take([(channel, number)]).await;
    let before = ballot(app, channel, number).await?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let _kept: &Turn = &turn;
            let actor = actor.still(draft.directory)?;
            may_vote(draft.directory, &actor, channel, number)?;
            if before.is_over(draft.now) {
                return Err(AppError::new(Code::PollClosed));
            }
            let choices = before.choices(&choices)?;
            let Some(next) = before.with(actor.user, choices) else { return Ok(before.answer_of(actor.user)) };
            put(draft, &next)?;
            let answer = next.answer_of(actor.user);
            if next.anonymous {
                // Of other polls everybody sees it.
                let data = json!({ "channelId": channel, "number": number, "choices": answer.choices });
                draft.event(Audience::Person(actor.user), "poll.answered", Some(channel), &data, None)?;
            }
            Ok(answer)
        })
        .await
}

/// Closes a poll, for good: its author, and whoever may delete the message. One that is closed stays so.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `rate_limited`.
pub async fn close(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<AnswerView, AppError> {
    let author = messages::get(app, actor, channel, number).await?.author_id;
    app.limits.changes.take(&actor.user)?;
    let turn = app.turns.take([(channel, number)]).await;
    let before = ballot(app, channel, number).await?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let _kept: &Turn = &turn;
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_channel(channel, actor.user, actor.role)?;
            let is = Relation { own: author == actor.user, ..directory.relation(found, actor.user) };
            actor.require(Action::DeleteMessage, is)?;
            if directory.is_archived(found) {
                return Err(AppError::new(Code::ChannelArchived));
            }
            found.standing_message(number)?;
            if before.closed_at.is_some() {
                return Ok(before.answer_of(actor.user));
            }
            let next = before.closed(draft.now);
            put(draft, &next)?;
            Ok(next.answer_of(actor.user))
        })
        .await
}

/// Closes a poll whose moment has come.
///
/// # Errors
/// What may pass: `busy`, `disk_full`, `internal`.
pub(super) async fn close_due(app: &App, channel: ChannelId, number: u32) -> Result<(), AppError> {
    let turn = app.turns.take([(channel, number)]).await;
    let Some(before) = poll_rows::find(&app.database, channel, number).await.map_err(AppError::internal)? else {
        return Ok(());
    };
    app.journal
        .commit(move |draft| {
            let _kept: &Turn = &turn;
            if before.closed_at.is_some() || !before.is_over(draft.now) {
                return Ok(());
            }
            let next = before.closed(draft.now);
            put(draft, &next)
        })
        .await
}
