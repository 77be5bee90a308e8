//! Editing and deleting messages.

use super::{LONGEST, MessageView, get, visible};
use crate::{
    accounts::Actor,
    app::App,
    chat::{mentions, named, pins, poll_rows, store, threads},
    clock::Timestamp,
    directory::{Channel, Directory},
    error::{AppError, Code},
    files::{self, Attached},
    http::extract::IfMatch,
    ids::{ChannelId, UserId},
    journal::Audience,
    journal::Draft,
    permission::{Action, Relation},
    validate::{self, Checks},
};
use serde_json::json;
use std::sync::Arc;

/// How often an edit that raced with another is tried again.
const TRIES: usize = 8;

/// Changes what a message says; what it said before is kept.
///
/// # Errors
/// `forbidden` for anyone but the author, `not_found`, `validation`, `version_mismatch`.
pub async fn edit(
    app: &Arc<App>,
    actor: &Actor,
    channel: ChannelId,
    number: u32,
    body: &str,
    version: IfMatch,
) -> Result<MessageView, AppError> {
    let mut checks = Checks::default();
    let body = checks.take("body", validate::text(body, 0, LONGEST));
    checks.finish()?;
    app.limits.messages.take(&actor.user)?;
    let before = get(app, actor, channel, number).await?;
    if body.trim().is_empty() && before.files.is_empty() {
        return Err(AppError::field("body", "is empty"));
    }
    if before.poll.is_some() && before.author_id == actor.user {
        return Err(AppError::field("body", "is the question of a poll, which stays as it was asked"));
    }
    change(app, actor, (channel, number), Action::EditMessage, version, move |before, now| {
        (before.body != body).then(|| MessageView { body: body.clone(), edited_at: Some(now), ..before.clone() })
    })
    .await
}

/// Shows nothing beneath a message any more of what it links to. Its words stay as they are.
///
/// # Errors
/// `forbidden` for anyone but the author, `not_found`.
pub async fn lay_bare(app: &Arc<App>, actor: &Actor, channel: ChannelId, number: u32) -> Result<MessageView, AppError> {
    app.limits.messages.take(&actor.user)?;
    change(app, actor, (channel, number), Action::EditMessage, IfMatch(None), |before, _| {
        (!before.bare).then(|| MessageView { bare: true, ..before.clone() })
    })
    .await
}

/// Takes a message back. Its number stays, as a tombstone without text.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn delete(
    app: &Arc<App>,
    actor: &Actor,
    channel: ChannelId,
    number: u32,
    version: IfMatch,
) -> Result<MessageView, AppError> {
    change(app, actor, (channel, number), Action::DeleteMessage, version, |before, now| {
        let (reactions, reactions_version) = (Vec::new(), 0);
        let (body, files, deleted_at) = (String::new(), Vec::new(), Some(now));
        Some(MessageView { body, files, deleted_at, reactions, reactions_version, poll: None, ..before.clone() })
    })
    .await
}

/// Reads a message, makes the next version of it and writes that, as often as somebody else was
/// faster. `next` gives `None` where nothing changes.
async fn change(
    app: &Arc<App>,
    actor: &Actor,
    (channel, number): (ChannelId, u32),
    action: Action,
    version: IfMatch,
    next: impl Fn(&MessageView, Timestamp) -> Option<MessageView> + Clone + Send + 'static,
) -> Result<MessageView, AppError> {
    // Where a message stands twice never changes.
    let twin = get(app, actor, channel, number).await?.twin.map(|twin| (twin.channel_id, twin.number));
    let turn = app.turns.take([(channel, number)].into_iter().chain(twin)).await;
    for _ in 0..TRIES {
        let before = get(app, actor, channel, number).await?;
        let is = {
            let directory = app.journal.directory();
            relation(&directory, visible(&directory, actor, channel)?, actor, &before)
        };
        actor.require(action, is)?;
        if before.deleted_at.is_some() {
            return if action == Action::DeleteMessage { Ok(before) } else { Err(AppError::not_found("Message")) };
        }
        version.check(before.version, || before.clone())?;
        let twin = match before.twin {
            Some(twin) => Some(get(app, actor, twin.channel_id, twin.number).await?),
            None => None,
        };
        let attached = if action == Action::DeleteMessage {
            files::attached(app, &before.files).await?
        } else {
            Attached::default()
        };
        let hashes = attached.hashes();
        let (actor, next, turn) = (actor.clone(), next.clone(), turn.clone());
        let written = app
            .journal
            .commit(move |draft| {
                let _kept = &turn;
                let actor = actor.still(draft.directory)?;
                let found = visible(draft.directory, &actor, channel)?;
                actor.require(action, relation(draft.directory, found, &actor, &before))?;
                if draft.directory.is_archived(found) {
                    return Err(AppError::new(Code::ChannelArchived));
                }
                let Some(after) = next(&before, draft.now) else { return Ok(before.clone()) };
                // What stands in two places says the same in both.
                if let Some(twin) = &twin
                    && let Some(after) = next(twin, draft.now)
                {
                    rewrite(draft, twin, after, actor.user)?;
                }
                files::release(draft, &attached);
                rewrite(draft, &before, after, actor.user)
            })
            .await;
        match written {
            Err(failure) if failure.code == Code::VersionMismatch || failure.code == Code::Conflict => {}
            done => {
                files::collect(app, hashes).await;
                return done;
            }
        }
    }
    Err(AppError::later(Code::Busy, std::time::Duration::from_secs(1)))
}

/// Writes what a message says now, or that it is gone, and tells of it.
fn rewrite(
    draft: &mut Draft<'_>,
    before: &MessageView,
    next: MessageView,
    by: UserId,
) -> Result<MessageView, AppError> {
    let directory = draft.directory;
    let channel = directory.channels.get(&before.channel_id).ok_or_else(|| AppError::not_found("Channel"))?;
    let thread = directory.thread_on(before.channel_id, before.number).and_then(Channel::thread_view);
    let mentions = named::named(directory, &next.body);
    let next = MessageView { version: before.version + 1, thread, mentions, ..next };
    store::update_message(draft, &next);
    let name = if next.deleted_at.is_some() {
        store::insert_tombstone(draft, &next);
        if let Some(poll) = &before.poll {
            poll_rows::delete(draft, next.channel_id, next.number, poll.closes_at);
        }
        "message.deleted"
    } else {
        // What it said before is only kept where it says something else now.
        if next.body != before.body {
            store::insert_revision(draft, before);
        }
        "message.updated"
    };
    if channel.thread.is_some() {
        threads::tell_changed(draft, channel, name, &next)?;
    } else {
        draft.event(Audience::Members(channel.id), name, Some(channel.id), &json!({ "message": next }), None)?;
    }
    mentions::note_again(draft, channel, before, &next)?;
    if next.deleted_at.is_some() && channel.pins.contains_key(&next.number) {
        pins::take_off(draft, channel, next.number, by)?;
    }
    Ok(next)
}

fn relation(directory: &Directory, channel: &Channel, actor: &Actor, message: &MessageView) -> Relation {
    Relation { own: message.author_id == actor.user, ..directory.relation(channel, actor.user) }
}
