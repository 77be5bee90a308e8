//! How far each person has read.

use super::store;
use crate::{accounts::Actor, app::App, error::AppError, ids::ChannelId, journal::Audience};
use serde::Serialize;
use utoipa::ToSchema;

/// A read mark and what is unread after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadView {
    pub channel_id: ChannelId,
    /// The last message that was read.
    pub read_number: u32,
    /// Messages after it by others that are not deleted.
    pub unread: u32,
    /// How many of them speak to the person.
    pub mentions: u32,
}

/// Notes that the actor has read up to this message. A mark never goes back, and one past the
/// newest message stands at the newest.
///
/// # Errors
/// `not_found` when the actor is not in the channel.
pub async fn mark(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<ReadView, AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let user = actor.still(draft.directory)?.user;
            let found = draft.directory.channels.get(&channel).ok_or_else(|| AppError::not_found("Channel"))?;
            let member = found.members.get(&user).ok_or_else(|| AppError::not_found("Channel"))?;
            let read_number = number.min(found.last_number).max(member.read_number);
            let view = ReadView {
                channel_id: channel,
                read_number,
                unread: found.unread_after(read_number),
                mentions: found.mentions_after(user, read_number),
            };
            if read_number != member.read_number {
                let mut member = *member;
                member.read_number = read_number;
                store::put_read_mark(draft, channel, user, member);
                draft.event(Audience::Person(user), "read.updated", Some(channel), &view, None)?;
            }
            Ok(view)
        })
        .await
}
