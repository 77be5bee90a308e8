//! How far each person has read.

use super::store;
use crate::{
    accounts::Actor,
    app::App,
    directory::{Channel, Directory, Member},
    error::{AppError, Code},
    ids::{ChannelId, UserId},
    journal::Audience,
    permission::Action,
};
use roaring::RoaringBitmap;
use serde::Serialize;
use serde_json::json;
use std::time::Duration;
use utoipa::ToSchema;

/// How many messages can be made unread at once.
const MOST_UNREAD: u32 = 10_000;
/// How often is looked again for messages that came meanwhile.
const TRIES: usize = 8;

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

impl ReadView {
    fn of(channel: &Channel, user: UserId, read_number: u32) -> Self {
        Self {
            channel_id: channel.id,
            read_number,
            unread: channel.unread_for(user, read_number),
            mentions: channel.mentions_after(user, read_number),
        }
    }
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
            let view = ReadView::of(found, user, read_number);
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

/// Makes a message and all after it unread again. What was unread stays so.
///
/// # Errors
/// `not_found` when there is no such message or the actor does not follow the thread; `forbidden` when
/// they are not in the channel; `validation` when it is too far back.
pub async fn mark_unread(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<ReadView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut own = RoaringBitmap::new();
    let mut looked_to = number.saturating_sub(1);
    for _ in 0..TRIES {
        let last = {
            let directory = app.journal.directory();
            place(&directory, actor, channel, number)?.0.last_number
        };
        if looked_to < last {
            let range = (looked_to + 1, last);
            own |= store::own_messages(&app.database, channel, actor.user, range).await.map_err(AppError::internal)?;
            looked_to = last;
        }
        let (actor, own) = (actor.clone(), own.clone());
        let marked = app
            .journal
            .commit(move |draft| {
                let actor = actor.still(draft.directory)?;
                let user = actor.user;
                let (found, member) = place(draft.directory, &actor, channel, number)?;
                if found.last_number != looked_to {
                    return Err(AppError::new(Code::Conflict));
                }
                if member.read_number < number {
                    return Ok(ReadView::of(found, user, member.read_number));
                }
                let member = Member { read_number: number - 1, ..member };
                let mut after = found.clone();
                after.own.insert(user, own.clone());
                let mark = ReadView::of(&after, user, member.read_number);
                // Of a thread that was read to its end a client may not know.
                let data = json!({ "membership": after.membership_view(user, &member) });
                store::move_read_mark_back(draft, channel, user, member, own.clone());
                draft.event(Audience::Person(user), "unread.marked", Some(channel), &data, None)?;
                Ok(mark)
            })
            .await;
        match marked {
            // Somebody said something meanwhile.
            Err(failure) if failure.code == Code::Conflict => {}
            done => return done,
        }
    }
    Err(AppError::later(Code::Busy, Duration::from_secs(1)))
}

/// The conversation in which this message can be made unread, and the actor's place in it.
fn place<'a>(
    directory: &'a Directory,
    actor: &Actor,
    channel: ChannelId,
    number: u32,
) -> Result<(&'a Channel, Member), AppError> {
    let found = directory.visible_channel(channel, actor.user, actor.role)?;
    actor.require(Action::MarkUnread, directory.relation(found, actor.user))?;
    // In a thread, those who follow it.
    let member = found.members.get(&actor.user).ok_or_else(|| AppError::not_found("Thread"))?;
    if !(1..=found.last_number).contains(&number) {
        return Err(AppError::not_found("Message"));
    }
    if found.last_number - number >= MOST_UNREAD {
        return Err(AppError::field("number", format!("is more than {MOST_UNREAD} messages back")));
    }
    Ok((found, *member))
}
