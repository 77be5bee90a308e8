//! The conversation that one of an export becomes here.

use super::rooms::{self, Known, Room};
use crate::{
    chat::{self, NewRoom},
    directory::{ChannelKind, Directory},
    error::AppError,
    ids::{ChannelId, UserId},
    journal::Draft,
    moving::store,
};
use std::collections::BTreeSet;

/// Finds or makes the conversation that one becomes here. Gives its name where it became a private channel, because these
/// people have talked here already.
pub(super) fn open(
    draft: &mut Draft<'_>,
    room: &Room,
    members: &BTreeSet<UserId>,
    creator: UserId,
) -> Result<(ChannelId, ChannelKind, Option<String>), AppError> {
    let directory = draft.directory;
    if let Some(known) = room.known.and_then(|known| directory.channels.get(&known.channel)) {
        return Ok((known.id, known.kind, None));
    }
    let empty = |id: ChannelId| directory.channels.get(&id).filter(|channel| channel.last_number == 0);
    let direct = (room.kind == ChannelKind::Direct).then(|| chat::direct_between(directory, members)).flatten();
    let taken = room.takes.or(direct.map(|(id, _)| id)).and_then(empty).map(|channel| (channel.id, channel.kind));
    let (channel, kind, instead) = if let Some((channel, kind)) = taken {
        (channel, kind, None)
    } else {
        let (kind, name) = match direct {
            Some(_) => (ChannelKind::Private, free(directory, &together(directory, members))),
            None if room.kind == ChannelKind::Direct => (ChannelKind::Direct, String::new()),
            None => (room.kind, free(directory, &room.name)),
        };
        let new = NewRoom {
            kind,
            name: name.clone(),
            topic: room.topic.clone(),
            created_by: creator,
            created_at: room.created_at.unwrap_or(draft.now),
            people: if kind == ChannelKind::Direct { members.clone() } else { BTreeSet::new() },
        };
        (chat::open_room(draft, &new)?, kind, direct.map(|_| name))
    };
    store::put_room(draft, &room.id, Known { channel, done: false });
    Ok((channel, kind, instead))
}

fn free(directory: &Directory, name: &str) -> String {
    rooms::free(name, |name| directory.channel_named(name).is_some())
}

/// A name for a channel of these people.
fn together(directory: &Directory, members: &BTreeSet<UserId>) -> String {
    let names = members.iter().filter_map(|user| directory.people.get(user)).map(|person| person.username.as_str());
    let name = format!("dm-{}", names.collect::<Vec<_>>().join("-"));
    name.chars().take(70).collect()
}
