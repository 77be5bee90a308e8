//! What an event of the log is to the webhooks: who is told of it, and in which words.

use super::store::News;
use crate::{
    clock::Timestamp,
    directory::{Channel, ChannelKind, Directory, Outgoing, Person, Project, Topic},
    ids::{ChannelId, DeliveryId, UserId},
    journal::{Audience, Event},
};
use serde_json::{Map, Value, json};

/// Where something happened.
enum Place<'a> {
    /// The conversation, and the one whose rules hold in it.
    Channel(&'a Channel, &'a Channel),
    Project(&'a Project),
    Team,
}

impl<'a> Place<'a> {
    fn of(directory: &'a Directory, event: &Event) -> Option<Self> {
        let channel = |id: ChannelId| {
            let channel = directory.channels.get(&id)?;
            Some(Self::Channel(channel, directory.home(channel)))
        };
        match event.audience {
            Audience::Viewers(id) | Audience::Members(id) | Audience::ViewersAnd(id, _) => channel(id),
            Audience::Project(id) => directory.projects.get(&id).map(Self::Project),
            Audience::Everyone => Some(Self::Team),
            // What one person only learns of, or admins do, no program does.
            Audience::Person(_) | Audience::Admins => None,
        }
    }

    /// Whether the webhook listens here. It hears a channel as long as its bot is there.
    fn is_heard_by(&self, outgoing: &Outgoing) -> bool {
        match self {
            Self::Channel(_, home) => {
                (outgoing.everywhere && home.kind == ChannelKind::Public)
                    || (outgoing.channels.contains(&home.id) && home.members.contains_key(&outgoing.bot))
            }
            Self::Project(project) => {
                (outgoing.everywhere && project.public) || outgoing.projects.contains(&project.id)
            }
            Self::Team => outgoing.everywhere,
        }
    }
}

/// What is to be told of an event, and to whom.
pub(super) fn news(directory: &Directory, event: &Event, now: Timestamp) -> Vec<News> {
    let Some(topic) = Topic::of(event.name()) else { return Vec::new() };
    let Some(place) = Place::of(directory, event) else { return Vec::new() };
    let listening: Vec<_> = directory
        .outgoing
        .values()
        .filter(|outgoing| outgoing.on && outgoing.topics.contains(&topic) && outgoing.since < event.position())
        .filter(|outgoing| place.is_heard_by(outgoing))
        .collect();
    // Most events end here, without having been taken apart.
    if listening.is_empty() {
        return Vec::new();
    }
    let Some((_, Value::Object(mut data))) = event.content() else { return Vec::new() };
    if is_second_copy(&data, &place) || is_answer(directory, &data) {
        return Vec::new();
    }
    explain(directory, &place, &mut data);
    let body = |trigger: Option<&str>| {
        let mut whole = json!({ "type": topic, "timestamp": event.at, "data": data });
        if let Some(trigger) = trigger {
            whole["trigger"] = trigger.into();
        }
        whole.to_string()
    };
    let said = data.get("message").and_then(|message| message["body"].as_str()).unwrap_or_default();
    let lowered = said.to_lowercase();
    listening
        .into_iter()
        .filter_map(|outgoing| {
            let asks = !outgoing.words.is_empty() && matches!(topic, Topic::MessageCreated | Topic::MessageUpdated);
            let trigger = asks.then(|| outgoing.words.iter().find(|word| begins(&lowered, word)));
            if trigger == Some(None) {
                return None;
            }
            let body = body(trigger.flatten().map(String::as_str));
            let (outgoing, id) = (outgoing.id, DeliveryId::generate());
            Some(News { outgoing, id, topic: topic.word(), at: now, body, next: Some(now) })
        })
        .collect()
}

/// Whether a text begins with this word, and not with a longer one; both in lower case.
fn begins(text: &str, word: &str) -> bool {
    text.trim_start()
        .strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_'))
}

/// Whether it is what a reply shows in the channel, having been told of in its thread.
fn is_second_copy(data: &Map<String, Value>, place: &Place<'_>) -> bool {
    let twin = data.get("message").is_some_and(|message| !message["twin"].is_null());
    twin && matches!(place, Place::Channel(channel, _) if channel.thread.is_none())
}

/// Whether a program of this kind said it: programs that answer each other would never stop.
fn is_answer(directory: &Directory, data: &Map<String, Value>) -> bool {
    let author = data.get("message").and_then(|message| user(&message["authorId"]));
    author.is_some_and(|author| directory.outgoing.values().any(|outgoing| outgoing.bot == author))
}

fn user(value: &Value) -> Option<UserId> {
    value.as_str()?.parse().ok()
}

/// Adds the names of what is only an id, so that a program that asks nothing back can say who and where.
fn explain(directory: &Directory, place: &Place<'_>, data: &mut Map<String, Value>) {
    let brief = |person: &Person| json!({ "id": person.id, "name": person.name, "username": person.username, "bot": person.bot });
    let person = |value: &Value| user(value).and_then(|user| directory.people.get(&user)).map(brief);
    match place {
        Place::Channel(_, home) => {
            let channel = json!({ "id": home.id, "name": home.name, "kind": home.kind });
            data.entry("channel").or_insert(channel);
        }
        Place::Project(project) => {
            let project = json!({ "id": project.id, "key": project.key, "name": project.name });
            data.entry("project").or_insert(project);
        }
        Place::Team => {}
    }
    if let Some(author) = data.get("message").and_then(|message| person(&message["authorId"])) {
        data.entry("author").or_insert(author);
    }
    if let Some(user) = data.get("userId").and_then(person) {
        data.entry("user").or_insert(user);
    }
}

#[cfg(test)]
mod tests {
    use super::begins;

    #[test]
    fn a_word_begins_a_message_as_a_whole() {
        for text in ["deploy", "  deploy now", "deploy: all", "deploy\nnow"] {
            assert!(begins(text, "deploy"), "{text}");
        }
        for text in ["deployed", "please deploy", "", "deploy_all", "de ploy"] {
            assert!(!begins(text, "deploy"), "{text}");
        }
    }
}
