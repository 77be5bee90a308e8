//! Conversations and messages that come from elsewhere, with the times that they had there.
//!
//! They notify nobody and count as read for everybody: a portion moves the mark of those who had read to the end along
//! with it, and is nobody's unread for the others. Numbers go on without holes, as for all messages; what was said
//! elsewhere stands where it was brought. The journal tells of a portion with one event that names the numbers.

mod rooms;

pub(crate) use rooms::{NewRoom, open, seat, settle};

use super::{
    marks,
    messages::{Alias, MessageView, Twin},
    named,
    reactions::{ReactionView, ReactionsView},
    store, thread_rows,
};
use crate::{
    clock::Timestamp,
    directory::{Channel, Directory, Fact, Member, MemberRole, Thread},
    error::AppError,
    files::{self, Arrived},
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A message as it was said elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    pub author: UserId,
    pub alias: Option<Alias>,
    pub body: String,
    pub files: Vec<Arc<Arrived>>,
    /// When it was sent, in microseconds since 1970.
    pub micros: i64,
    pub edited_at: Option<Timestamp>,
    /// It was taken back; only that it was there is brought.
    pub deleted: bool,
    /// Each emoji with those who reacted with it.
    pub reactions: Vec<(String, Vec<UserId>)>,
    pub reply: Option<Reply>,
}

/// What a message replies to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reply {
    pub root: Root,
    /// Whether it stands in the conversation as well.
    pub also: bool,
}

/// A message that is replied to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Root {
    /// One that is there, and who wrote it.
    There(u32, UserId),
    /// One of the same portion, by its place in it.
    Before(usize),
}

impl Brought {
    fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.micros / 1_000)
    }
}

/// A conversation that grows by a portion.
struct Growing {
    channel: Channel,
    /// The first number of the portion.
    from: u32,
    authors: Vec<UserId>,
    /// Those of them whose message was taken back.
    gone: Vec<UserId>,
}

impl Growing {
    fn of(channel: Channel) -> Self {
        let from = channel.last_number + 1;
        Self { channel, from, authors: Vec::new(), gone: Vec::new() }
    }

    fn next(&mut self, message: &Brought) -> u32 {
        self.channel.last_number += 1;
        self.channel.last_message_at = self.channel.last_message_at.max(Some(message.at()));
        self.authors.push(message.author);
        if message.deleted {
            self.gone.push(message.author);
        }
        self.channel.last_number
    }
}

/// Writes a portion of messages into a conversation and its threads, and gives the place of each. `readers` are those who
/// are in the conversation or will be.
///
/// # Errors
/// `not_found` when the conversation is not there.
pub(crate) fn bring(
    draft: &mut Draft<'_>,
    channel: ChannelId,
    messages: &[Brought],
    readers: &BTreeSet<UserId>,
) -> Result<Vec<(ChannelId, u32)>, AppError> {
    let directory = draft.directory;
    let found = directory.channels.get(&channel).ok_or_else(|| AppError::not_found("Channel"))?;
    let mut growing = Growing::of(found.clone());
    let mut threads: BTreeMap<u32, Growing> = BTreeMap::new();
    let mut places = Vec::with_capacity(messages.len());
    for message in messages {
        let Some(reply) = message.reply else {
            let number = growing.next(message);
            write(draft, message, (channel, number), channel, None);
            places.push((channel, number));
            continue;
        };
        let (root, root_author) = match reply.root {
            Root::There(number, author) => (number, author),
            Root::Before(place) => {
                let before = places.get(place).filter(|(at, _)| *at == channel);
                let number = before.map(|(_, number)| *number).ok_or_else(|| AppError::not_found("Message"))?;
                (number, messages[place].author)
            }
        };
        let thread = threads.entry(root).or_insert_with(|| thread(draft, channel, root, message));
        let number = thread.next(message);
        for user in [root_author, message.author] {
            follow(draft, &mut thread.channel, user, readers);
        }
        let id = thread.channel.id;
        let copy = reply.also.then(|| growing.next(message));
        let twin = copy.map(|number| Twin { channel_id: channel, number, root });
        write(draft, message, (id, number), channel, twin);
        if let Some(copy) = copy {
            let twin = Some(Twin { channel_id: id, number, root });
            write(draft, &Brought { files: Vec::new(), ..message.clone() }, (channel, copy), channel, twin);
        }
        places.push((id, number));
    }
    for mut thread in threads.into_values() {
        if let Some(place) = &mut thread.channel.thread {
            thread.authors.iter().for_each(|author| place.replied(*author));
            thread.gone.iter().for_each(|author| place.taken_back(*author));
        }
        thread_rows::put(draft, &thread.channel);
        grown(draft, &thread)?;
    }
    if growing.channel.last_number >= growing.from {
        grown(draft, &growing)?;
    }
    // Facts follow the order of writing: what was taken back counts first as sent.
    for (message, (at, number)) in messages.iter().zip(&places).filter(|(message, _)| message.deleted) {
        store::put_tombstone(draft, *at, *number, message.author);
    }
    Ok(places)
}

/// The thread of this root, which begins with this reply if there is none.
fn thread(draft: &mut Draft<'_>, channel: ChannelId, root: u32, first: &Brought) -> Growing {
    if let Some(thread) = draft.directory.thread_on(channel, root) {
        return Growing::of(thread.clone());
    }
    let place = Thread { channel, number: root, people: Vec::new() };
    let thread = thread_rows::new(ChannelId::generate(), place, first.author, first.at());
    thread_rows::begin(draft, &thread);
    Growing::of(thread)
}

/// Lets somebody who takes part be told of what is said in the thread from now on.
fn follow(draft: &mut Draft<'_>, thread: &mut Channel, user: UserId, readers: &BTreeSet<UserId>) {
    if readers.contains(&user) && !thread.members.contains_key(&user) {
        let member = Member::new(MemberRole::Member, draft.now, thread.last_number);
        store::put_member(draft, thread.id, user, member);
        thread.members.insert(user, member);
    }
}

/// Writes one message at its place.
fn write(
    draft: &mut Draft<'_>,
    message: &Brought,
    (channel, number): (ChannelId, u32),
    home: ChannelId,
    twin: Option<Twin>,
) {
    let place = files::Place { conversation: channel, number, home };
    let views = files::put_in(draft, &message.files, message.author, place, message.micros);
    let reactions: Vec<_> = message
        .reactions
        .iter()
        .map(|(emoji, users)| ReactionView { emoji: emoji.clone(), user_ids: users.clone() })
        .collect();
    let view = MessageView {
        channel_id: channel,
        number,
        author_id: message.author,
        alias: message.alias.clone(),
        body: message.body.clone(),
        files: views,
        client_key: None,
        created_at: message.at(),
        edited_at: message.edited_at,
        deleted_at: message.deleted.then(|| message.at()),
        version: 1,
        reactions_version: count(&reactions),
        reactions,
        mentions: named::named(draft.directory, &message.body),
        twin,
        thread: None,
        tasks: Vec::new(),
        bare: false,
        poll: None,
    };
    store::put_message(draft, &view);
    if !view.reactions.is_empty() {
        let (reactions, reactions_version) = (view.reactions, view.reactions_version);
        marks::put_reactions(draft, &ReactionsView { channel_id: channel, number, reactions, reactions_version });
    }
}

fn count(reactions: &[ReactionView]) -> u32 {
    u32::try_from(reactions.iter().map(|kind| kind.user_ids.len()).sum::<usize>()).unwrap_or(u32::MAX)
}

/// Notes that a conversation has grown, moves the marks of those who are in it, and tells of it.
fn grown(draft: &mut Draft<'_>, Growing { channel, from, authors, .. }: &Growing) -> Result<(), AppError> {
    let (id, to) = (channel.id, channel.last_number);
    let at = channel.last_message_at.unwrap_or(draft.now);
    store::put_tally(draft, id, to, at);
    draft.fact(Fact::MessagesBrought(id, to, at, authors.clone()));
    for (user, member) in &channel.members {
        if member.read_number + 1 >= *from {
            store::put_read_mark(draft, id, *user, Member { read_number: to, ..*member });
        } else {
            let mut own = channel.own.get(user).cloned().unwrap_or_default();
            own.insert_range(*from..=to);
            store::move_read_mark_back(draft, id, *user, *member, own);
        }
    }
    let data = json!({ "channelId": id, "from": from, "to": to, "lastMessageAt": at });
    draft.event(Audience::Members(id), "messages.imported", Some(id), &data, None)
}

/// The direct conversation between exactly these people, and its newest number.
pub(crate) fn direct_between(directory: &Directory, people: &BTreeSet<UserId>) -> Option<(ChannelId, u32)> {
    let id = directory.direct_between(people)?;
    directory.channels.get(&id).map(|channel| (id, channel.last_number))
}
