//! Messages that a person saves for later. Nobody else learns of it.

use super::{
    marks,
    messages::{self, MessageView},
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Directory, Scope, Thread, ThreadPlace},
    error::AppError,
    ids::{ChannelId, UserId},
    journal::Audience,
    permission::{Action, allowed},
};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many messages a person can save.
pub const MOST: usize = 500;

/// A message that the person saved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Saved)]
pub struct SavedView {
    pub channel_id: ChannelId,
    pub number: u32,
    pub saved_at: Timestamp,
}

/// A message that the person saved, with what it says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SavedMessage)]
pub struct SavedMessageView {
    #[serde(flatten)]
    pub saved: SavedView,
    /// What the thread hangs on that the message was said in.
    pub thread: Option<ThreadPlace>,
    /// Null where the person may no longer read it.
    pub message: Option<MessageView>,
}

/// Saves a message; one that is saved stays so.
///
/// # Errors
/// `not_found`, `forbidden`, `rate_limited`, `validation` when there are too many.
pub async fn save(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<SavedView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_channel(channel, actor.user, actor.role)?;
            actor.require(Action::SaveMessage, directory.relation(found, actor.user))?;
            found.standing_message(number)?;
            if let Some(saved_at) = directory.saved_at(actor.user, channel, number) {
                return Ok(SavedView { channel_id: channel, number, saved_at });
            }
            if directory.saved_by(actor.user).count() >= MOST {
                return Err(AppError::field("", format!("you already have {MOST} saved messages")));
            }
            let saved = SavedView { channel_id: channel, number, saved_at: draft.now };
            marks::put_saved(draft, actor.user, saved);
            draft.event(Audience::Person(actor.user), "saved.added", None, &json!({ "saved": saved }), None)?;
            Ok(saved)
        })
        .await
}

/// Forgets a saved message, also one that the person may no longer read.
///
/// # Errors
/// `forbidden` for a token without the write scope, `rate_limited`.
pub async fn forget(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<(), AppError> {
    actor.require_scope(Scope::Write)?;
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let user = actor.still(draft.directory)?.user;
            if draft.directory.saved_at(user, channel, number).is_some() {
                marks::delete_saved(draft, user, channel, number);
                let data = json!({ "channelId": channel, "number": number });
                draft.event(Audience::Person(user), "saved.removed", None, &data, None)?;
            }
            Ok(())
        })
        .await
}

/// What a person saved, by place.
pub(super) fn all(directory: &Directory, user: UserId) -> Vec<SavedView> {
    let view = |(channel_id, number, saved_at)| SavedView { channel_id, number, saved_at };
    directory.saved_by(user).map(view).collect()
}

/// What the actor saved, the last first.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<SavedView>, AppError> {
    actor.require_scope(Scope::Read)?;
    let mut saved = all(&app.journal.directory(), actor.user);
    saved.sort_by_key(|one| std::cmp::Reverse((one.saved_at, one.channel_id, one.number)));
    Ok(saved)
}

/// These with what they say, as far as the actor may still read it.
///
/// # Errors
/// `internal`.
pub async fn show(app: &App, actor: &Actor, saved: Vec<SavedView>) -> Result<Vec<SavedMessageView>, AppError> {
    // The conversations that the actor may read, with what the threads among them hang on.
    let readable: BTreeMap<ChannelId, Option<ThreadPlace>> = {
        let directory = app.journal.directory();
        saved
            .iter()
            .filter_map(|one| directory.channels.get(&one.channel_id))
            .filter(|found| allowed(Action::ReadMessages, actor.role, directory.relation(found, actor.user)))
            .map(|found| (found.id, found.thread.as_ref().map(Thread::place)))
            .collect()
    };
    let places: Vec<_> = saved
        .iter()
        .filter(|one| readable.contains_key(&one.channel_id))
        .map(|one| (one.channel_id, one.number))
        .collect();
    let mut messages = messages::at(app, &places).await?;
    let view = |saved: SavedView| SavedMessageView {
        saved,
        thread: readable.get(&saved.channel_id).copied().flatten(),
        message: messages.remove(&(saved.channel_id, saved.number)),
    };
    Ok(saved.into_iter().map(view).collect())
}
