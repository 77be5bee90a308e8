//! What somebody missed: what speaks to them and what was said to them alone, as far as they have not read it and would
//! still see it now.

use crate::{
    app::App,
    chat::{self, MessageView},
    clock::Timestamp,
    directory::{Channel, ChannelKind, Directory, Level},
    error::AppError,
    ids::{ChannelId, UserId},
};
use std::{collections::BTreeMap, ops::Bound};

/// How many messages of one conversation are looked at; a mail shows fewer.
const MOST: usize = 50;

/// The numbers of what somebody has not read in one conversation, the newest at most.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Unread {
    pub channel: ChannelId,
    pub numbers: Vec<u32>,
}

/// A conversation with what was missed in it, the oldest first.
#[derive(Clone, Debug)]
pub(super) struct Missed {
    pub channel: ChannelId,
    pub messages: Vec<MessageView>,
}

/// Where something waits for this person, by arithmetic.
pub(super) fn unread(directory: &Directory, user: UserId) -> Vec<Unread> {
    let usual = directory.preferences_of(user).level;
    directory
        .channels_of(user)
        .chain(directory.threads_of(user))
        .filter_map(|channel| {
            let numbers = numbers(directory, channel, user, usual);
            (!numbers.is_empty()).then_some(Unread { channel: channel.id, numbers })
        })
        .collect()
}

fn numbers(directory: &Directory, channel: &Channel, user: UserId, usual: Level) -> Vec<u32> {
    // Whoever follows a thread may have left the channel that it hangs in.
    let Some(member) = channel.members.get(&user).filter(|_| directory.relation(channel, user).member) else {
        return Vec::new();
    };
    let direct = channel.kind == ChannelKind::Direct;
    let level = member.level_or(if direct { Level::Mentions } else { usual });
    if level == Level::Nothing || directory.is_archived(channel) {
        return Vec::new();
    }
    let stands = |number: &u32| !channel.tombstones.contains(*number);
    let mut found: Vec<u32> = if direct {
        let own = channel.own.get(&user);
        (member.read_number + 1..=channel.last_number)
            .rev()
            .filter(stands)
            .filter(|number| own.is_none_or(|own| !own.contains(*number)))
            .take(MOST)
            .collect()
    } else {
        let after = (Bound::Excluded(member.read_number), Bound::Unbounded);
        let named = channel.mentions.get(&user).into_iter().flat_map(|own| own.range(after));
        let mut found: Vec<u32> = channel.everyone.range(after).chain(named).filter(stands).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        found.truncate(MOST);
        found
    };
    found.reverse();
    found
}

/// The messages at these places that were sent after one moment and not after another; conversations with people alone
/// come first.
pub(super) async fn between(
    app: &App,
    user: UserId,
    unread: &[Unread],
    (after, until): (Timestamp, Timestamp),
) -> Result<Vec<Missed>, AppError> {
    let places: Vec<_> =
        unread.iter().flat_map(|each| each.numbers.iter().map(|number| (each.channel, *number))).collect();
    let found = chat::messages_at(app, &places).await?;
    let mut missed = BTreeMap::<ChannelId, Vec<MessageView>>::new();
    for message in found.into_values() {
        let counts = message.deleted_at.is_none()
            && message.author_id != user
            && message.created_at > after
            && message.created_at <= until;
        // What was said in a thread and in its channel is shown where it was said.
        let twice = message.twin.is_some_and(|twin| found_in(unread, twin.channel_id, twin.number))
            && app
                .journal
                .directory()
                .channels
                .get(&message.channel_id)
                .is_some_and(|channel| channel.thread.is_none());
        if counts && !twice {
            missed.entry(message.channel_id).or_default().push(message);
        }
    }
    let directory = app.journal.directory();
    let mut missed: Vec<_> = missed
        .into_iter()
        .map(|(channel, mut messages)| {
            messages.sort_by_key(|message| message.number);
            Missed { channel, messages }
        })
        .collect();
    missed.sort_by_key(|each| {
        let direct = directory.channels.get(&each.channel).is_some_and(|channel| channel.kind == ChannelKind::Direct);
        (!direct, each.messages.first().map(|message| message.created_at))
    });
    Ok(missed)
}

fn found_in(unread: &[Unread], channel: ChannelId, number: u32) -> bool {
    unread.iter().any(|each| each.channel == channel && each.numbers.contains(&number))
}
