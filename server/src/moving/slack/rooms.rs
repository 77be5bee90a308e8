//! What the conversations of an export become here.

use super::{
    archive::Archive,
    people::People,
    shapes::{Conversation, Pin, seconds},
};
use crate::{
    clock::Timestamp,
    directory::{ChannelKind, Directory},
    ids::ChannelId,
    moving::problems::{Kind, Problems},
    validate,
};
use std::collections::{BTreeSet, HashMap};

/// The most people of a direct conversation.
const MOST_DIRECT: usize = 9;
/// How many conversations an export can have.
const MOST: usize = 50_000;

/// Whether an earlier import brought a conversation, and to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::moving) struct Known {
    pub(in crate::moving) channel: ChannelId,
    pub(in crate::moving) done: bool,
}

/// A conversation of an export.
#[derive(Clone, Debug)]
pub(super) struct Room {
    /// Slack's id.
    pub(super) id: String,
    /// Where its messages are in the archive.
    pub(super) folder: String,
    pub(super) kind: ChannelKind,
    /// What a channel is called here.
    pub(super) name: String,
    /// What it is called in the report.
    pub(super) place: String,
    pub(super) topic: String,
    pub(super) created_at: Option<Timestamp>,
    pub(super) creator: Option<String>,
    pub(super) archived: bool,
    pub(super) members: BTreeSet<String>,
    pub(super) pins: Vec<Pin>,
    pub(super) known: Option<Known>,
    /// A channel of the same name in which nothing was said yet.
    pub(super) takes: Option<ChannelId>,
}

/// A list of the archive, and what it has.
pub(super) const LISTS: [(&str, ChannelKind); 4] = [
    ("channels.json", ChannelKind::Public),
    ("groups.json", ChannelKind::Private),
    ("mpims.json", ChannelKind::Direct),
    ("dms.json", ChannelKind::Direct),
];

/// Finds out what these become. `known` are those that an earlier import brought.
pub(super) fn plan(
    lists: Vec<(ChannelKind, Vec<Conversation>)>,
    archive: &Archive,
    (people, directory): (&People, &Directory),
    known: &HashMap<String, Known>,
    problems: &mut Problems,
) -> Vec<Room> {
    let mut planning = Planning { people, directory, known, taken: BTreeSet::new(), seen: BTreeSet::new() };
    let mut rooms = Vec::new();
    for (kind, list) in lists {
        for conversation in list {
            if rooms.len() < MOST {
                rooms.extend(planning.room(kind, conversation, problems));
            }
        }
    }
    let described: BTreeSet<_> = rooms.iter().map(|room: &Room| room.folder.clone()).collect();
    for folder in archive.folders().filter(|folder| !described.contains(*folder) && !planning.seen.contains(*folder)) {
        problems.note(Kind::FolderUnknown, folder, "");
    }
    rooms
}

struct Planning<'a> {
    people: &'a People,
    directory: &'a Directory,
    known: &'a HashMap<String, Known>,
    /// The names that channels of the export have got.
    taken: BTreeSet<String>,
    /// The ids and folders of the conversations so far.
    seen: BTreeSet<String>,
}

impl Planning<'_> {
    fn room(&mut self, kind: ChannelKind, conversation: Conversation, problems: &mut Problems) -> Option<Room> {
        let named = conversation.name.clone().filter(|name| !name.is_empty());
        let Some(id) = conversation.id.clone().filter(|id| super::said::usable(id)) else {
            problems.note(Kind::ConversationUnreadable, named.as_deref().unwrap_or_default(), "without an id");
            return None;
        };
        let folder = named.clone().unwrap_or_else(|| id.clone());
        if !self.seen.insert(id.clone()) {
            return None;
        }
        self.seen.insert(folder.clone());
        let members: BTreeSet<_> = conversation.members.iter().flatten().cloned().collect();
        let place = if kind == ChannelKind::Direct { self.together(&members) } else { format!("#{folder}") };
        // Who may read a public channel is everybody.
        let read = members.iter().any(|member| self.people.reads(member, self.directory));
        if kind != ChannelKind::Public && !read {
            problems.note(Kind::ConversationDeserted, &place, &id);
            return None;
        }
        let mut room = Room {
            topic: topic(&conversation, &place, problems),
            created_at: seconds(conversation.created.as_ref()).map(|at| Timestamp::from_millis(at * 1_000)),
            creator: conversation.creator,
            archived: conversation.is_archived == Some(true),
            pins: conversation.pins.unwrap_or_default(),
            known: self.known.get(&id).copied(),
            takes: None,
            name: String::new(),
            id,
            folder,
            kind,
            place,
            members,
        };
        if kind == ChannelKind::Direct && room.members.len() > MOST_DIRECT {
            problems.note(Kind::ConversationTooLarge, &room.place, &room.id);
            room.kind = ChannelKind::Private;
        }
        self.name(&mut room, problems);
        Some(room)
    }

    /// The people of a direct conversation, for the report.
    fn together(&self, members: &BTreeSet<String>) -> String {
        let names = members.iter().map(|id| self.people.names.get(id).map_or(id.as_str(), String::as_str));
        names.take(MOST_DIRECT).collect::<Vec<_>>().join(", ")
    }

    fn name(&mut self, room: &mut Room, problems: &mut Problems) {
        if room.kind == ChannelKind::Direct {
            return;
        }
        if let Some(channel) = room.known.and_then(|known| self.directory.channels.get(&known.channel)) {
            room.name.clone_from(&channel.name);
            return;
        }
        let wanted = fitting(&room.folder);
        let there = self.directory.channel_named(&wanted).and_then(|id| self.directory.channels.get(&id));
        let untouched = there.filter(|channel| {
            room.kind == ChannelKind::Public
                && channel.kind == ChannelKind::Public
                && channel.last_number == 0
                && channel.archived_at.is_none()
                && !room.archived
                && !self.taken.contains(&wanted)
        });
        room.takes = untouched.map(|channel| channel.id);
        room.name = if room.takes.is_some() {
            wanted
        } else {
            free(&wanted, |name| self.directory.channel_named(name).is_some() || self.taken.contains(name))
        };
        self.taken.insert(room.name.clone());
        if room.name != room.folder.to_lowercase() {
            problems.note(Kind::ChannelRenamed, &room.place, &format!("#{}", room.name));
        }
    }
}

/// A name that a channel can have, like this one.
fn fitting(name: &str) -> String {
    if let Ok(name) = validate::channel_name(name) {
        return name;
    }
    let letter = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
    let made: String = name.chars().take(70).map(letter).collect();
    validate::channel_name(made.trim_matches('-')).unwrap_or_else(|_| "channel".to_owned())
}

/// This name, or it with a number.
pub(super) fn free(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let base: String = wanted.chars().take(74).collect();
    let mut number = 1_u32;
    let mut name = wanted.to_owned();
    while taken(&name) {
        number += 1;
        name = format!("{base}-{number}");
    }
    name
}

/// Topic and purpose in one, which a channel here has.
fn topic(conversation: &Conversation, place: &str, problems: &mut Problems) -> String {
    let text = |value: Option<&String>| {
        let value = value.map(String::as_str).unwrap_or_default();
        let line = value.split_whitespace().take(100).collect::<Vec<_>>().join(" ");
        line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    let topic = text(conversation.topic.as_ref().and_then(|topic| topic.value.as_ref()));
    let purpose = text(conversation.purpose.as_ref().and_then(|purpose| purpose.value.as_ref()));
    let both = match (topic.is_empty(), purpose.is_empty() || purpose == topic) {
        (_, true) => topic,
        (true, false) => purpose,
        (false, false) => format!("{topic} · {purpose}"),
    };
    let kept: String = both.chars().filter(|letter| !letter.is_control()).take(250).collect();
    if kept.chars().count() < both.chars().count() {
        problems.note(Kind::TopicCut, place, "");
    }
    validate::line(&kept, 0, 250).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{fitting, free};

    #[test]
    fn names_fit_and_are_free() {
        assert_eq!(fitting("General"), "general");
        assert_eq!(fitting("a b/c"), "a-b-c");
        assert_eq!(fitting("///"), "channel");
        assert_eq!(fitting(&"x".repeat(1 << 20)).len(), 70);
        assert_eq!(free("general", |name| name == "general" || name == "general-2"), "general-3");
    }
}
