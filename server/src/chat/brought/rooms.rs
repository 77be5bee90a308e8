//! The conversations that messages are brought into.
//!
//! A channel is made without people, and archived while it is filled, so that nobody writes into its past. Then its
//! people are let in, a few at a time, and it is opened.

use super::super::{marks, pins, store};
use crate::{
    chat::channels::MOST_CHANNELS,
    clock::Timestamp,
    directory::{Channel, ChannelKind, Member, MemberRole, Pin},
    error::AppError,
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
};
use roaring::RoaringBitmap;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A conversation that is to be.
#[derive(Clone, Debug)]
pub(crate) struct NewRoom {
    pub kind: ChannelKind,
    /// Free, or empty for a direct conversation.
    pub name: String,
    pub topic: String,
    pub created_by: UserId,
    pub created_at: Timestamp,
    /// Of a direct conversation.
    pub people: BTreeSet<UserId>,
}

/// Makes a conversation to be filled.
///
/// # Errors
/// `validation` when the hub has too many.
pub(crate) fn open(draft: &mut Draft<'_>, new: &NewRoom) -> Result<ChannelId, AppError> {
    if draft.directory.room_count() >= MOST_CHANNELS {
        return Err(AppError::field("", format!("this hub already has {MOST_CHANNELS} channels")));
    }
    let joined = Member::new(MemberRole::Member, new.created_at, 0);
    let members: BTreeMap<_, _> = new.people.iter().map(|user| (*user, joined)).collect();
    let channel = Channel {
        id: ChannelId::generate(),
        kind: new.kind,
        name: new.name.clone(),
        topic: new.topic.clone(),
        created_by: new.created_by,
        created_at: new.created_at,
        archived_at: (new.kind != ChannelKind::Direct).then_some(draft.now),
        version: 1,
        members: members.clone(),
        last_number: 0,
        last_message_at: None,
        tombstones: RoaringBitmap::new(),
        pins: BTreeMap::new(),
        thread: None,
        mentions: BTreeMap::new(),
        everyone: RoaringBitmap::new(),
        own: BTreeMap::new(),
    };
    let (id, view) = (channel.id, channel.view());
    let places: Vec<_> = members.keys().map(|user| (*user, channel.membership_view(*user, &joined))).collect();
    store::put_channel(draft, channel);
    draft.event(Audience::Viewers(id), "channel.created", Some(id), &json!({ "channel": view }), None)?;
    for (user, membership) in places {
        store::put_member(draft, id, user, joined);
        told(draft, id, user, &membership)?;
    }
    Ok(id)
}

fn told(
    draft: &mut Draft<'_>,
    id: ChannelId,
    user: UserId,
    membership: &impl serde::Serialize,
) -> Result<(), AppError> {
    let data = json!({ "membership": membership });
    draft.event(Audience::Person(user), "membership.created", Some(id), &data, None)
}

/// Lets people in who are not in it yet. What was said before counts as read.
///
/// # Errors
/// `not_found` when the conversation is not there.
pub(crate) fn seat(draft: &mut Draft<'_>, id: ChannelId, people: &[(UserId, MemberRole)]) -> Result<(), AppError> {
    let found = draft.directory.channels.get(&id).ok_or_else(|| AppError::not_found("Channel"))?;
    let mut next = found.clone();
    for (user, role) in people {
        let here = draft.directory.active_person(*user).is_ok();
        if !here || next.members.contains_key(user) {
            continue;
        }
        let member = Member::new(*role, draft.now, found.last_number);
        next.members.insert(*user, member);
        store::put_member(draft, id, *user, member);
        let view = found.membership_view(*user, &member);
        told(draft, id, *user, &view)?;
    }
    if next.members.len() == found.members.len() {
        return Ok(());
    }
    next.version += 1;
    changed(draft, next)
}

fn changed(draft: &mut Draft<'_>, next: Channel) -> Result<(), AppError> {
    let (id, data) = (next.id, json!({ "channel": next.view() }));
    store::put_channel(draft, next);
    draft.event(Audience::Viewers(id), "channel.updated", Some(id), &data, None)
}

/// Ends the filling of a conversation: pins what was pinned, and opens a channel that is not to stay archived. Gives how
/// many pins there was no room for.
///
/// # Errors
/// `not_found` when the conversation is not there.
pub(crate) fn settle(
    draft: &mut Draft<'_>,
    id: ChannelId,
    pinned: &[(u32, Pin)],
    archived_at: Option<Timestamp>,
) -> Result<usize, AppError> {
    let found = draft.directory.channels.get(&id).ok_or_else(|| AppError::not_found("Channel"))?;
    let mut next = found.clone();
    let mut left_out = 0;
    for (number, pin) in pinned {
        if next.pins.contains_key(number) || found.standing_message(*number).is_err() {
            continue;
        }
        if next.pins.len() >= pins::MOST {
            left_out += 1;
            continue;
        }
        next.pins.insert(*number, *pin);
        marks::put_pin(draft, id, *number, *pin);
    }
    if found.kind != ChannelKind::Direct {
        next.archived_at = archived_at;
        let managed = found.members.values().any(|member| member.role == MemberRole::Manager);
        let eldest = found.members.iter().min_by_key(|(user, member)| (member.joined_at, **user));
        if let Some((user, member)) = eldest.filter(|_| !managed) {
            let member = Member { role: MemberRole::Manager, ..*member };
            next.members.insert(*user, member);
            store::put_member(draft, id, *user, member);
            let view = found.membership_view(*user, &member);
            told(draft, id, *user, &view)?;
        }
    }
    if next == *found {
        return Ok(left_out);
    }
    next.version += 1;
    changed(draft, next)?;
    Ok(left_out)
}
