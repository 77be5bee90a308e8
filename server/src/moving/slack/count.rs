//! What is in an export, and what became of it.

use super::{
    people::{Becomes, People, Someone},
    rooms::Room,
    said::Said,
};
use crate::{accounts::Standing, clock::Timestamp, directory::ChannelKind, ids::UserId, moving::problems::Counted};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many of those who are here already are named, and of the channels that get another name.
const MOST_NAMED: usize = 500;

/// How much of everything.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportCounts)]
pub struct Counts {
    /// People who are in the team already, by e-mail address or user name.
    pub matched: u32,
    /// People and programs that an earlier import brought.
    pub known: u32,
    /// New people, without a password.
    pub members: u32,
    pub guests: u32,
    /// People of whom only what they said is brought.
    pub former: u32,
    pub bots: u32,
    pub public_channels: u32,
    pub private_channels: u32,
    /// How many of the channels are archived.
    pub archived_channels: u32,
    /// Conversations between two people, or of one with themselves.
    pub direct: u32,
    /// Conversations of three people and more.
    pub groups: u32,
    /// Messages in conversations, without replies.
    pub messages: u64,
    pub replies: u64,
    pub reactions: u64,
    /// Files whose bytes are in the archive.
    pub files: u64,
    pub file_bytes: u64,
    pub pins: u64,
    /// Messages that an earlier import brought.
    pub known_messages: u64,
    pub first_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
}

/// Somebody who is in the team already.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportMatch)]
pub struct Match {
    /// Slack's id.
    pub from: String,
    pub user_id: UserId,
}

/// A channel that has another name here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportRenamed)]
pub struct Renamed {
    pub from: String,
    pub to: String,
}

/// What an export has, or what was made of it.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportTally)]
pub struct Tally {
    pub counts: Counts,
    /// Who is in the team already; at most 500 of them.
    pub matches: Vec<Match>,
    /// Channels that get another name; at most 500 of them.
    pub renamed: Vec<Renamed>,
    /// What cannot be brought, or was not.
    pub problems: Vec<Counted>,
}

impl Counts {
    pub(super) fn plan(&mut self, people: &People, rooms: &[Room], known: impl Fn(&str) -> bool) {
        for someone in &people.all {
            self.person(someone, &known);
        }
        for room in rooms {
            match room.kind {
                ChannelKind::Public => self.public_channels += 1,
                ChannelKind::Private => self.private_channels += 1,
                _ if room.members.len() > 2 => self.groups += 1,
                _ => self.direct += 1,
            }
            if room.archived && room.kind != ChannelKind::Direct {
                self.archived_channels += 1;
            }
        }
    }

    pub(super) fn person(&mut self, someone: &Someone, known: impl Fn(&str) -> bool) {
        match &someone.becomes {
            _ if known(&someone.id) => self.known += 1,
            Becomes::Here(_) => self.matched += 1,
            Becomes::New(new) => match new.standing {
                Standing::Member => self.members += 1,
                Standing::Guest => self.guests += 1,
                Standing::Former => self.former += 1,
                Standing::Bot => self.bots += 1,
            },
        }
    }

    /// One more message; a reply or not.
    pub(super) fn said(&mut self, said: &Said, reply: bool) {
        if reply {
            self.replies += 1;
        } else {
            self.messages += 1;
        }
        self.reactions += said.reactions.iter().map(|(_, users)| users.len() as u64).sum::<u64>();
        let at = Some(Timestamp::from_millis(said.micros / 1_000));
        self.first_at = if self.first_at.is_none() { at } else { self.first_at.min(at) };
        self.last_at = self.last_at.max(at);
    }

    pub(super) fn file(&mut self, bytes: u64) {
        self.files += 1;
        self.file_bytes += bytes;
    }
}

impl Tally {
    pub(super) fn describe(&mut self, people: &People, rooms: &[Room], known: impl Fn(&str) -> bool) {
        let matched =
            people.all.iter().filter(|someone| !known(&someone.id)).filter_map(|someone| match someone.becomes {
                Becomes::Here(user_id) => Some(Match { from: someone.id.clone(), user_id }),
                Becomes::New(_) => None,
            });
        self.matches = matched.take(MOST_NAMED).collect();
        let renamed = rooms.iter().filter(|room| !room.name.is_empty() && room.name != room.folder);
        let renamed =
            renamed.map(|room| Renamed { from: room.folder.chars().take(80).collect(), to: room.name.clone() });
        self.renamed = renamed.take(MOST_NAMED).collect();
    }
}
