//! Messages that everybody in a channel or direct conversation should find again. Those of a thread are found by its root.

use super::{
    marks,
    messages::{self, MessageView},
    store,
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Channel, ChannelView, Directory, Pin},
    error::{AppError, Code},
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
    permission::Action,
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// How many messages of a conversation can be pinned.
pub const MOST: usize = 100;

/// A pinned message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PinnedMessage)]
pub struct PinView {
    pub message: MessageView,
    pub pinned_by: UserId,
    pub pinned_at: Timestamp,
}

/// Pins a message; one that is pinned stays so.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `rate_limited`, `validation` when there are too many.
pub async fn pin(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<ChannelView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let found = may_pin(draft.directory, &actor, channel)?;
            found.standing_message(number)?;
            if found.pins.contains_key(&number) {
                return Ok(found.view());
            }
            if found.pins.len() >= MOST {
                return Err(AppError::field("", format!("this conversation already has {MOST} pinned messages")));
            }
            let pin = Pin { by: actor.user, at: draft.now };
            let mut next = found.clone();
            next.version += 1;
            next.pins.insert(number, pin);
            marks::put_pin(draft, channel, number, pin);
            tell(draft, next, "message.pinned", number, actor.user)
        })
        .await
}

/// Takes the pin off a message, whoever put it there.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `rate_limited`.
pub async fn unpin(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<ChannelView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let found = may_pin(draft.directory, &actor, channel)?;
            if !found.pins.contains_key(&number) {
                return Ok(found.view());
            }
            take_off(draft, found, number, actor.user)
        })
        .await
}

fn may_pin<'a>(directory: &'a Directory, actor: &Actor, channel: ChannelId) -> Result<&'a Channel, AppError> {
    let found = directory.visible_room(channel, actor.user, actor.role)?;
    actor.require(Action::PinMessage, directory.relation(found, actor.user))?;
    if found.archived_at.is_some() { Err(AppError::new(Code::ChannelArchived)) } else { Ok(found) }
}

/// Takes the pin off a message that has one.
///
/// # Errors
/// `internal`.
pub(super) fn take_off(
    draft: &mut Draft<'_>,
    channel: &Channel,
    number: u32,
    user: UserId,
) -> Result<ChannelView, AppError> {
    let mut next = channel.clone();
    next.version += 1;
    next.pins.remove(&number);
    marks::delete_pin(draft, channel.id, number);
    tell(draft, next, "message.unpinned", number, user)
}

/// The pins are part of what a channel shows, so they change its version.
fn tell(draft: &mut Draft<'_>, next: Channel, name: &str, number: u32, user: UserId) -> Result<ChannelView, AppError> {
    let view = next.view();
    store::put_channel(draft, next);
    let data = json!({ "channel": view, "number": number, "userId": user });
    draft.event(Audience::Viewers(view.id), name, Some(view.id), &data, None)?;
    Ok(view)
}

/// The pinned messages of a conversation, the last one pinned first.
///
/// # Errors
/// `not_found`.
pub async fn list(app: &App, actor: &Actor, channel: ChannelId) -> Result<Vec<PinView>, AppError> {
    let mut pins: Vec<(u32, Pin)> = {
        let directory = app.journal.directory();
        let found = directory.visible_room(channel, actor.user, actor.role)?;
        actor.require(Action::ReadMessages, directory.relation(found, actor.user))?;
        found.pins.iter().map(|(number, pin)| (*number, *pin)).collect()
    };
    pins.sort_by_key(|(number, pin)| std::cmp::Reverse((pin.at, *number)));
    let places: Vec<_> = pins.iter().map(|(number, _)| (channel, *number)).collect();
    let mut messages = messages::at(app, &places).await?;
    let view = |(number, pin): (u32, Pin)| {
        let message = messages.remove(&(channel, number))?;
        Some(PinView { message, pinned_by: pin.by, pinned_at: pin.at })
    };
    Ok(pins.into_iter().filter_map(view).collect())
}
