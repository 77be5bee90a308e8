//! What of an archive could not be brought, for people to read and to keep.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many entries are kept one by one; of what comes after it is known how much there was.
const MOST: usize = 20_000;
/// The longest text of an entry, in characters.
const LONGEST: usize = 300;

/// Why something was not brought, or not as it was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportProblemKind)]
pub enum Kind {
    /// The archive has only the address of a file. Nothing is fetched.
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    /// A message here has at most twenty files.
    FilesTooMany,
    /// An emoji that only that team had.
    CustomEmoji,
    /// A message here has at most twenty kinds of reaction.
    ReactionsTooMany,
    /// A reply whose first message is not in the archive stands in the channel.
    RootMissing,
    /// The message that was pinned is not in the archive, or a reply.
    PinMissing,
    PinsTooMany,
    /// Somebody joined, left, changed the topic: the archive has it as a message.
    Notice,
    /// A message without anything that can be shown.
    MessageEmpty,
    MessageUnreadable,
    /// The file of a day is not JSON, or too large.
    DayUnreadable,
    /// Messages of a conversation that the archive does not describe.
    FolderUnknown,
    ConversationUnreadable,
    /// Nobody who is in the team was in it, so nobody could read it.
    ConversationDeserted,
    /// More than nine people.
    ConversationTooLarge,
    /// These people have talked here already; what they said there is in a private channel.
    DirectTaken,
    /// It has another name here, because there was one already.
    ChannelRenamed,
    TopicCut,
    PersonUnreadable,
    /// They have another user name here, because there was one already.
    PersonRenamed,
    /// They were admin or owner there. Whoever is that here is for the owners to say.
    RoleLowered,
    /// Something in the archive of which nothing is made.
    EntryUnknown,
}

impl Kind {
    /// What it means, in a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::FileMissing => "The archive has only the address of this file",
            Self::FileTooLarge => "This file is larger than a file may be",
            Self::FileUnreadable => "This file could not be read from the archive",
            Self::FilesTooMany => "A message has at most 20 files; this one was left out",
            Self::CustomEmoji => "This emoji was the other team's own",
            Self::ReactionsTooMany => "A message has at most 20 kinds of reactions; this one was left out",
            Self::RootMissing => "The message that this replied to is not in the archive; it stands in the channel",
            Self::PinMissing => "The pinned message is not in the archive, or is a reply",
            Self::PinsTooMany => "A conversation has at most 100 pinned messages",
            Self::Notice => "Notices of people who joined, left or changed something were left out",
            Self::MessageEmpty => "A message had nothing that can be shown",
            Self::MessageUnreadable => "A message could not be understood",
            Self::DayUnreadable => "The messages of a day could not be read",
            Self::FolderUnknown => "The archive does not say what conversation these messages are of",
            Self::ConversationUnreadable => "A conversation could not be understood",
            Self::ConversationDeserted => "Nobody who is in the team was in this conversation",
            Self::ConversationTooLarge => "Only a private channel can have so many people",
            Self::DirectTaken => {
                "These people have a conversation here already; what they said is in a private channel"
            }
            Self::ChannelRenamed => "There was a channel of this name already",
            Self::TopicCut => "The topic was longer than 250 characters",
            Self::PersonUnreadable => "A person could not be understood",
            Self::PersonRenamed => "There was somebody with this user name already",
            Self::RoleLowered => "Admins and owners of the other team are members here",
            Self::EntryUnknown => "Nothing is made of this",
        }
    }
}

/// How often something happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportProblem)]
pub struct Counted {
    pub kind: Kind,
    pub count: u64,
}

/// One entry: where, and what.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Entry {
    kind: Kind,
    place: String,
    what: String,
}

/// Everything that was met.
#[derive(Default, Debug)]
pub(super) struct Problems {
    entries: BTreeMap<Entry, u64>,
    counts: BTreeMap<Kind, u64>,
}

impl Problems {
    /// Notes something. The same thing at the same place is one entry with a count.
    pub(super) fn note(&mut self, kind: Kind, place: &str, what: &str) {
        *self.counts.entry(kind).or_default() += 1;
        let short = |text: &str| text.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
        let entry = Entry { kind, place: short(place), what: short(what) };
        if let Some(count) = self.entries.get_mut(&entry) {
            *count += 1;
        } else if self.entries.len() < MOST {
            self.entries.insert(entry, 1);
        }
    }

    /// How much there was of each kind.
    pub(super) fn counts(&self) -> Vec<Counted> {
        self.counts.iter().map(|(kind, count)| Counted { kind: *kind, count: *count }).collect()
    }

    /// All of it as a table.
    pub(super) fn table(&self) -> anyhow::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["kind", "where", "what", "count", "meaning"])?;
        for (Entry { kind, place, what }, count) in &self.entries {
            let word = serde_json::to_value(kind)?;
            let word = word.as_str().unwrap_or_default();
            writer.write_record([word, &plain(place), &plain(what), &count.to_string(), kind.sentence()])?;
        }
        let (kept, all): (u64, u64) = (self.entries.values().sum(), self.counts.values().sum());
        if all > kept {
            writer.write_record(["", "", "", &(all - kept).to_string(), "More, which are not listed one by one"])?;
        }
        writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))
    }
}

/// A cell that a spreadsheet does not take for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Kind, MOST, Problems};

    #[test]
    fn the_same_is_one_entry_and_nothing_grows_without_end() {
        let mut problems = Problems::default();
        problems.note(Kind::CustomEmoji, "general", "=parrot");
        problems.note(Kind::CustomEmoji, "general", "=parrot");
        problems.note(Kind::Notice, "", &"x".repeat(1 << 20));
        let table = String::from_utf8(problems.table().unwrap()).unwrap();
        assert!(table.contains("custom_emoji,general,'=parrot,2,"), "{table}");
        assert!(table.len() < 1_000);
        for number in 0..MOST + 5 {
            problems.note(Kind::FileMissing, "general", &number.to_string());
        }
        let table = String::from_utf8(problems.table().unwrap()).unwrap();
        assert!(table.lines().count() <= MOST + 2 && table.contains("which are not listed"));
        assert_eq!(problems.counts().last().unwrap().count, 1);
    }
}
