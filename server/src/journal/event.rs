//! One event of the log, whom it is for, and the cursor that names its place.

use crate::{
    clock::Timestamp,
    directory::{ChannelKind, Directory},
    ids::{ChannelId, ProjectId, UserId},
    permission::Role,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use std::fmt;

/// Whom an event is for. Asked again when it is delivered or replayed, against the team as it then
/// is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Everyone who is signed in.
    Everyone,
    /// Owners and admins.
    Admins,
    /// Those who may know that the channel exists; of a thread, those who may read it.
    Viewers(ChannelId),
    /// Those who are in the channel; of a thread, those who follow it.
    Members(ChannelId),
    /// [`Audience::Viewers`], and one person who may no longer be one.
    ViewersAnd(ChannelId, UserId),
    /// One person.
    Person(UserId),
    /// Those who may know that the project exists.
    Project(ProjectId),
}

impl Audience {
    /// Those who are told of what is said in a conversation: who is in the channel, and of a thread, who may read it.
    #[must_use]
    pub fn of(directory: &Directory, channel: ChannelId) -> Self {
        let thread = directory.channels.get(&channel).is_some_and(|channel| channel.thread.is_some());
        if thread { Self::Viewers(channel) } else { Self::Members(channel) }
    }

    /// Whether this person may have the event now.
    #[must_use]
    pub fn includes(self, directory: &Directory, user: UserId, role: Role) -> bool {
        let viewer =
            |channel| directory.channels.get(&channel).is_some_and(|channel| directory.may_view(channel, user, role));
        match self {
            Self::Everyone => true,
            Self::Admins => role >= Role::Admin,
            Self::Viewers(channel) => viewer(channel),
            Self::ViewersAnd(channel, also) => user == also || viewer(channel),
            Self::Members(channel) => {
                directory.channels.get(&channel).is_some_and(|channel| channel.members.contains_key(&user))
            }
            Self::Person(person) => user == person,
            Self::Project(project) => {
                directory.projects.get(&project).is_some_and(|project| directory.may_view_project(project, user, role))
            }
        }
    }

    /// The people to look at when delivering; `None` when it may be anyone.
    #[must_use]
    pub fn candidates(self, directory: &Directory) -> Option<Vec<UserId>> {
        let members = |channel: &ChannelId| -> Vec<UserId> {
            directory.channels.get(channel).map(|channel| channel.members.keys().copied().collect()).unwrap_or_default()
        };
        // A thread is for those for whom the conversation of its root is.
        let home = |channel: &ChannelId| directory.channels.get(channel).map(|channel| directory.home(channel));
        let viewers = |channel: &ChannelId| -> Vec<UserId> {
            home(channel).map(|channel| channel.members.keys().copied().collect()).unwrap_or_default()
        };
        let public = |channel: &ChannelId| home(channel).is_some_and(|channel| channel.kind == ChannelKind::Public);
        match self {
            Self::Everyone => None,
            Self::Admins => {
                Some(directory.people.values().filter(|each| each.role >= Role::Admin).map(|each| each.id).collect())
            }
            Self::Viewers(channel) | Self::ViewersAnd(channel, _) if public(&channel) => None,
            Self::Viewers(channel) => Some(viewers(&channel)),
            Self::Members(channel) => Some(members(&channel)),
            Self::ViewersAnd(channel, also) => {
                let mut people = viewers(&channel);
                if !people.contains(&also) {
                    people.push(also);
                }
                Some(people)
            }
            Self::Person(person) => Some(vec![person]),
            Self::Project(project) => match directory.projects.get(&project) {
                Some(project) if project.public => None,
                Some(project) => Some(project.members.keys().copied().collect()),
                None => Some(Vec::new()),
            },
        }
    }
}

/// A committed event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    pub(super) position: i64,
    pub at: Timestamp,
    pub audience: Audience,
    /// The event as clients read it, without its type and cursor: `"name":…,"data":…}`.
    pub(super) body: String,
}

impl Event {
    /// The frame that clients get, the same bytes for each of them.
    #[must_use]
    pub fn frame(&self, epoch: &str) -> String {
        let cursor = Cursor::new(epoch, self.position);
        format!(r#"{{"type":"event","cursor":"{cursor}",{}"#, self.body)
    }

    /// What the event is called, such as `message.created`, and what it carries: for readers in this
    /// process.
    #[must_use]
    pub fn content(&self) -> Option<(String, serde_json::Value)> {
        #[derive(serde::Deserialize)]
        struct Content {
            name: String,
            data: serde_json::Value,
        }
        let content: Content = serde_json::from_str(&format!("{{{}", self.body)).ok()?;
        Some((content.name, content.data))
    }

    /// What the event is called; costs nothing.
    #[must_use]
    pub fn name(&self) -> &str {
        let rest = self.body.strip_prefix(r#""name":""#).unwrap_or_default();
        rest.split('"').next().unwrap_or_default()
    }

    /// What the event carries as this type, if its name begins so. Other events are not taken apart, which is most of
    /// the work of [`Event::content`].
    #[must_use]
    pub fn read<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<(String, T)> {
        #[derive(serde::Deserialize)]
        struct Content<T> {
            name: String,
            data: T,
        }
        let begins = self.body.strip_prefix(r#""name":""#)?.starts_with(name);
        let content: Content<T> = begins.then(|| serde_json::from_str(&format!("{{{}", self.body)).ok())??;
        Some((content.name, content.data))
    }

    /// Its place in the log as a number.
    #[must_use]
    pub(crate) fn position(&self) -> i64 {
        self.position
    }

    /// Whether this event comes after that cursor.
    #[must_use]
    pub fn is_after(&self, cursor: &Cursor) -> bool {
        self.position > cursor.position
    }

    /// The cursor that stands at this event.
    #[must_use]
    pub fn cursor(&self, epoch: &str) -> Cursor {
        Cursor::new(epoch, self.position)
    }
}

/// The body of an event that is not yet numbered.
pub(super) fn body(
    name: &str,
    channel: Option<ChannelId>,
    data: &impl Serialize,
    client_key: Option<&str>,
) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a, T> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        channel_id: Option<ChannelId>,
        data: &'a T,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_key: Option<&'a str>,
    }
    let mut text = serde_json::to_string(&Body { name, channel_id: channel, data, client_key })?;
    text.remove(0);
    Ok(text)
}

/// A place in the log. Clients keep it and give it back; only this folder looks inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    pub(super) epoch: String,
    pub(super) position: i64,
}

impl Cursor {
    pub(super) fn new(epoch: &str, position: i64) -> Self {
        Self { epoch: epoch.to_owned(), position }
    }

    /// The place as a number, for readers in this process that write down how far they have come.
    #[must_use]
    pub(crate) fn position(&self) -> i64 {
        self.position
    }

    /// Whether this place comes after another of the same log.
    #[must_use]
    pub fn is_after(&self, other: &Self) -> bool {
        self.position > other.position
    }

    /// How many events there are after another cursor.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> i64 {
        self.position.saturating_sub(other.position).max(0)
    }

    /// Reads what a client gave back; `None` when it is not one of Hearth's cursors.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (epoch, position) = text.split_once('.')?;
        let position = position.parse().ok().filter(|position| *position >= 0)?;
        Some(Self { epoch: epoch.to_owned(), position })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{}.{}", self.epoch, self.position)))
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    #[test]
    fn a_cursor_survives_being_given_to_a_client_and_nonsense_does_not_become_one() {
        let cursor = Cursor::new("abc", 42);
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        for nonsense in ["", "42", "☃", "YWJjLi0x", "YWJj", &"x".repeat(1_000_000)] {
            assert_eq!(Cursor::parse(nonsense), None);
        }
    }
}
