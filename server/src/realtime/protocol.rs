//! The frames of the realtime protocol, version 1: JSON in text frames.

use super::presence::State;
use crate::{
    directory::UserView,
    ids::{ChannelId, UserId},
    journal::Cursor,
};
use axum::extract::ws::Utf8Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// News that has no place in the log: the first to go when a client is behind.
#[derive(Debug)]
pub(super) struct Fleeting {
    /// As clients of the WebSocket are told; `None` where they are not.
    pub frame: Option<Utf8Bytes>,
    pub news: News,
}

/// What it says.
#[derive(Debug)]
pub(super) enum News {
    Typing(ChannelId, UserId),
    /// Only the Socket.IO door has a word for it; to others typing just does not come again.
    TypingStopped(ChannelId, UserId),
    Presence(Vec<(UserId, State)>),
    /// What a program or an admin tells one person.
    Notification(serde_json::Value),
    Disk,
    Whisper,
}

/// The version that this server speaks.
pub(super) const VERSION: u32 = 1;
/// How often the server pings, and tells clients to expect it.
pub(super) const PING: std::time::Duration = std::time::Duration::from_secs(25);
/// A connection from which nothing came for so long is dead.
pub(super) const DEAD: std::time::Duration = std::time::Duration::from_secs(60);

/// What a client can say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Incoming {
    Hello(Hello),
    #[serde(rename_all = "camelCase")]
    Typing {
        channel_id: ChannelId,
    },
    Presence {
        state: Said,
    },
    Ping,
}

/// The first thing a client says, and whenever it wants to go on from another cursor.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hello {
    pub protocol: u32,
    #[serde(default)]
    pub cursor: Option<String>,
    /// An access or API token, from clients that could not send a header.
    #[serde(default)]
    pub token: Option<String>,
    /// Whether its page is in front.
    #[serde(default)]
    pub visible: Option<bool>,
}

/// What a client says of its person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Said {
    Active,
    Away,
}

impl From<Said> for State {
    fn from(said: Said) -> Self {
        match said {
            Said::Active => Self::Active,
            Said::Away => Self::Away,
        }
    }
}

/// Whether what was missed follows, or has to be loaded afresh.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Resume {
    Replayed,
    Reset,
}

/// `full` as in [`disk`].
pub(super) fn ready(resume: Resume, cursor: &Cursor, user: &UserView, full: bool) -> Utf8Bytes {
    let ping = u64::try_from(PING.as_millis()).unwrap_or(u64::MAX);
    json!({"type": "ready", "resume": resume, "cursor": cursor, "pingMs": ping, "user": user, "diskFull": full})
        .to_string()
        .into()
}

/// Whether the disk is so full that nothing more is written.
pub(super) fn disk(full: bool) -> Fleeting {
    Fleeting { frame: Some(json!({"type": "disk", "full": full}).to_string().into()), news: News::Disk }
}

pub(super) fn pong(cursor: &Cursor) -> Utf8Bytes {
    json!({"type": "pong", "cursor": cursor}).to_string().into()
}

pub(super) fn typing(channel: ChannelId, user: UserId) -> Fleeting {
    let frame = json!({"type": "typing", "channelId": channel, "userId": user}).to_string().into();
    Fleeting { frame: Some(frame), news: News::Typing(channel, user) }
}

/// What a program answers one person alone; nobody keeps it.
pub(super) fn whisper(channel: ChannelId, command: &str, text: &str) -> Fleeting {
    let frame = json!({"type": "whisper", "channelId": channel, "command": command, "text": text}).to_string().into();
    Fleeting { frame: Some(frame), news: News::Whisper }
}

/// Whether a list of people's states is everyone or only those who changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extent {
    Everyone,
    Changes,
}

pub(super) fn presence(users: &[(UserId, State)], extent: Extent) -> Utf8Bytes {
    let users: Vec<_> = users.iter().map(|(user, state)| json!({"userId": user, "state": state})).collect();
    json!({"type": "presence", "full": extent == Extent::Everyone, "users": users}).to_string().into()
}
