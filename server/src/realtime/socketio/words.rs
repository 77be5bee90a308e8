//! What clients and the hub say to each other, as `api.md` has it.

use crate::{
    chat,
    clock::Timestamp,
    directory::{Directory, Person},
    error::AppError,
    ids::{ChannelId, UserId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;

/// What a client brings to its handshake.
#[derive(Debug, Deserialize)]
pub(super) struct Auth {
    pub token: Option<String>,
}

/// Why a handshake ends, in the words that clients know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authentication failed")
    }
}

/// A room: its id alone, or in an object.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Room {
    Id(ChannelId),
    #[serde(rename_all = "camelCase")]
    Named {
        room_id: ChannelId,
    },
}

impl Room {
    pub(super) fn id(&self) -> ChannelId {
        match self {
            Self::Id(room) | Self::Named { room_id: room } => *room,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SayBody {
    pub room_id: ChannelId,
    pub message: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotifyBody {
    pub user_id: UserId,
    pub notification: Value,
}

/// What a client asks.
#[derive(Debug)]
pub(super) enum Ask {
    Join(ChannelId),
    Leave(ChannelId),
    Say(SayBody),
    Typing(ChannelId),
    StopTyping(ChannelId),
    Notify(NotifyBody),
}

impl Ask {
    /// What an event with this content asks.
    ///
    /// # Errors
    /// `validation` where the content does not fit.
    pub(super) fn read(name: &str, content: Value) -> Result<Self, AppError> {
        fn of<T: for<'a> Deserialize<'a>>(content: Value, field: &str) -> Result<T, AppError> {
            serde_json::from_value(content).map_err(|_| AppError::field(field, "is missing or does not fit"))
        }
        let room = |content| of::<Room>(content, "roomId").map(|room| room.id());
        match name {
            "chat:join" => room(content).map(Self::Join),
            "chat:leave" => room(content).map(Self::Leave),
            "chat:typing" => room(content).map(Self::Typing),
            "chat:stop-typing" => room(content).map(Self::StopTyping),
            "chat:message" => of(content, "roomId or message").map(Self::Say),
            "notification:send" => of(content, "userId or notification").map(Self::Notify),
            _ => Err(AppError::field("", "there is no such event")),
        }
    }
}

/// Who is here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Online {
    id: UserId,
    name: String,
    connected_at: Timestamp,
}

/// Everyone of these who is in the team.
pub(super) fn online(directory: &Directory, here: &[(UserId, Timestamp)]) -> Vec<Online> {
    let person = |(user, since): &(UserId, Timestamp)| {
        let person = directory.active_person(*user).ok()?;
        Some(Online { id: person.id, name: person.name.clone(), connected_at: *since })
    };
    here.iter().filter_map(person).collect()
}

/// Somebody, as in `user:online`, `user:offline` and `chat:typing`.
pub(super) fn somebody(person: &Person) -> Value {
    json!({ "userId": person.id, "name": person.name })
}

/// What a `message.created` carries.
#[derive(Debug, Deserialize)]
pub(super) struct Created {
    pub message: Said,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Said {
    pub channel_id: ChannelId,
    number: u32,
    pub author_id: UserId,
    alias: Option<Alias>,
    body: String,
    created_at: Timestamp,
    #[serde(default)]
    files: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Alias {
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

impl Said {
    /// The message as this protocol has it. Its id is its place: `<channel>/<number>`. Where somebody sent files without
    /// a word, their names stand for it.
    pub(super) fn view(&self, directory: &Directory) -> Value {
        let author = directory.people.get(&self.author_id).map_or("", |person| person.name.as_str());
        let name = chat::shown_name(self.alias.as_ref().and_then(|alias| alias.name.as_deref()), author);
        let files = || self.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
        json!({
            "id": id(self.channel_id, self.number),
            "roomId": self.channel_id,
            "message": if self.body.trim().is_empty() { files() } else { self.body.clone() },
            "sender": { "id": self.author_id, "name": name },
            "timestamp": self.created_at,
        })
    }
}

/// The id of a message in this protocol.
pub(super) fn id(channel: ChannelId, number: u32) -> String {
    format!("{channel}/{number}")
}

#[cfg(test)]
mod tests {
    use super::{Ask, id};
    use crate::ids::ChannelId;
    use serde_json::json;

    #[test]
    fn a_room_is_its_id_alone_or_in_an_object() {
        let room = ChannelId::generate();
        for content in [json!(room), json!({ "roomId": room }), json!({ "roomId": room, "more": 1 })] {
            assert!(matches!(Ask::read("chat:join", content), Ok(Ask::Join(asked)) if asked == room));
        }
        for content in [json!(null), json!(""), json!({}), json!([]), json!({ "roomId": 7 })] {
            assert!(Ask::read("chat:typing", content.clone()).is_err(), "{content}");
        }
        assert_eq!(id(room, 7), format!("{room}/7"));
    }

    #[test]
    fn every_event_that_can_be_sent_is_read() {
        for name in ["chat:join", "chat:leave", "chat:message", "chat:typing", "chat:stop-typing", "notification:send"]
        {
            let room = ChannelId::generate();
            let content = json!({ "roomId": room, "message": "x", "userId": room, "notification": {} });
            assert!(Ask::read(name, content).is_ok(), "{name}");
        }
        assert!(Ask::read("chat:shout", json!({})).is_err());
    }
}
