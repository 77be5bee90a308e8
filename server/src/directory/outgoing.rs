//! Webhooks by which programs are told what happens.

use crate::{
    clock::Timestamp,
    ids::{ChannelId, OutgoingId, ProjectId, UserId},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};
use utoipa::ToSchema;

/// What a program can be told of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = OutgoingTopic)]
pub enum Topic {
    #[serde(rename = "message.created")]
    MessageCreated,
    #[serde(rename = "message.updated")]
    MessageUpdated,
    #[serde(rename = "message.deleted")]
    MessageDeleted,
    #[serde(rename = "reaction.added")]
    ReactionAdded,
    #[serde(rename = "reaction.removed")]
    ReactionRemoved,
    /// Somebody is in a channel now.
    #[serde(rename = "member.joined")]
    MemberJoined,
    #[serde(rename = "member.left")]
    MemberLeft,
    /// A channel got another name or topic, or was archived.
    #[serde(rename = "channel.updated")]
    ChannelUpdated,
    #[serde(rename = "task.created")]
    TaskCreated,
    /// Anything about a task changed, its place on the board included.
    #[serde(rename = "task.updated")]
    TaskUpdated,
    #[serde(rename = "task.commented")]
    TaskCommented,
    #[serde(rename = "task.deleted")]
    TaskDeleted,
    /// Somebody is in the team now.
    #[serde(rename = "user.created")]
    UserCreated,
    #[serde(rename = "user.deleted")]
    UserDeleted,
}

impl Topic {
    /// What an event of the log is to a program; `None` for one that no program is told of.
    #[must_use]
    pub fn of(event: &str) -> Option<Self> {
        Some(match event {
            "message.created" => Self::MessageCreated,
            "message.updated" => Self::MessageUpdated,
            "message.deleted" => Self::MessageDeleted,
            "reaction.added" => Self::ReactionAdded,
            "reaction.removed" => Self::ReactionRemoved,
            "member.joined" => Self::MemberJoined,
            "member.left" => Self::MemberLeft,
            "channel.updated" => Self::ChannelUpdated,
            "task.created" => Self::TaskCreated,
            "task.updated" | "task.moved" | "task.described" | "task.checked" | "task.related" | "task.restored" => {
                Self::TaskUpdated
            }
            "task.commented" => Self::TaskCommented,
            "task.deleted" => Self::TaskDeleted,
            "user.created" => Self::UserCreated,
            "user.deleted" => Self::UserDeleted,
            _ => return None,
        })
    }

    /// The topic as it is written.
    #[must_use]
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The topic that is written like this.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        serde_json::from_value(word.into()).ok()
    }
}

/// Why a webhook was switched off by the hub.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stopped {
    /// The receiver said that it is gone for good (410).
    Gone,
    /// It did not take anything for days.
    Failing,
}

/// What a webhook is signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(pub Vec<u8>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A webhook by which a program is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    pub id: OutgoingId,
    /// Its name is this bot's, which says what the program answers.
    pub bot: UserId,
    pub url: String,
    /// Whether an admin chose the address, so that it may be one of the local network.
    pub near: bool,
    pub key: Key,
    /// The key before, and how long what is sent is signed with it as well.
    pub former: Option<(Key, Timestamp)>,
    pub topics: BTreeSet<Topic>,
    /// Of every public channel and project, and of who comes into the team.
    pub everywhere: bool,
    pub channels: BTreeSet<ChannelId>,
    pub projects: BTreeSet<ProjectId>,
    /// In lower case. With any, only messages that begin with one of them.
    pub words: Vec<String>,
    /// Whether what the receiver answers to a message is said.
    pub answers: bool,
    pub on: bool,
    pub stopped: Option<Stopped>,
    /// Since when nothing was taken.
    pub failing_since: Option<Timestamp>,
    /// How many tries have failed since then.
    pub failures: u32,
    /// The place in the log after which it is told.
    pub since: i64,
    pub created_by: UserId,
    pub created_at: Timestamp,
}
