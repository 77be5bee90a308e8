//! From a message as Slack writes it to what is said here.

use super::{
    archive::Archive,
    people::called,
    shapes::{File, Message, micros},
    words::{Names, emoji},
};
use crate::{
    chat::{Alias, LONGEST},
    files::MOST_IN_MESSAGE,
    moving::problems::{Kind, Problems},
    validate,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many kinds of reactions a message has here.
const MOST_KINDS: usize = 20;

/// Whom Slack names where no person is: its own program.
pub(super) const SLACKBOT: &str = "USLACKBOT";

/// Who said something, as far as the message tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Author {
    /// Slack's id for a person or a program.
    pub(super) id: String,
    pub(super) bot: bool,
    /// What they are called, if the message says it.
    pub(super) name: Option<String>,
}

/// A file of a message whose bytes are in the archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Enclosed {
    pub(super) index: usize,
    pub(super) bytes: u64,
    pub(super) name: String,
}

/// A message to be brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Said {
    /// By which it is known when the archive is brought again.
    pub(super) key: String,
    /// When it was sent, in microseconds since 1970.
    pub(super) micros: i64,
    pub(super) author: Author,
    pub(super) alias: Option<Alias>,
    pub(super) body: String,
    /// In milliseconds since 1970.
    pub(super) edited: Option<i64>,
    /// It was deleted after somebody had replied to it.
    pub(super) deleted: bool,
    /// The key of the message that it replies to.
    pub(super) root: Option<String>,
    /// Whether a reply stands in the conversation as well.
    pub(super) also: bool,
    /// The emoji, and who reacted with it.
    pub(super) reactions: Vec<(&'static str, Vec<String>)>,
    pub(super) files: Vec<Enclosed>,
}

/// What is needed to understand messages of one conversation.
pub(super) struct Reader<'a> {
    pub(super) names: &'a Names,
    /// The ids of people that programs have, by the ids that programs have for themselves.
    pub(super) bots: &'a BTreeMap<String, String>,
    /// What the conversation is called in the report.
    pub(super) place: &'a str,
}

/// What of a message is no message.
const NOTICES: &[&str] = &[
    "channel_join",
    "channel_leave",
    "channel_topic",
    "channel_purpose",
    "channel_name",
    "channel_archive",
    "channel_unarchive",
    "channel_convert_to_private",
    "channel_convert_to_public",
    "channel_posting_permissions",
    "channel_canvas_updated",
    "group_join",
    "group_leave",
    "group_topic",
    "group_purpose",
    "group_name",
    "group_archive",
    "group_unarchive",
    "mpim_join",
    "joiner_notification",
    "joiner_notification_for_inviter",
    "pinned_item",
    "unpinned_item",
    "bot_add",
    "bot_remove",
    "bot_enable",
    "bot_disable",
    "reminder_add",
    "reminder_delete",
    "reply_broadcast",
    "ekm_access_denied",
    "message_changed",
    "message_deleted",
    "message_replied",
];

impl Reader<'_> {
    /// The messages that one of Slack's becomes: none, one, or several where it is longer than a message is here.
    pub(super) fn read(&self, archive: &Archive, message: &Message, problems: &mut Problems) -> Vec<Said> {
        let Some(key) = message.ts.clone().filter(|_| message.kind.as_deref().unwrap_or("message") == "message") else {
            problems.note(Kind::MessageUnreadable, self.place, message.subtype.as_deref().unwrap_or("without a time"));
            return Vec::new();
        };
        let Some(micros) = micros(&key) else {
            problems.note(Kind::MessageUnreadable, self.place, &key);
            return Vec::new();
        };
        let subtype = message.subtype.as_deref().unwrap_or_default();
        if NOTICES.contains(&subtype) {
            problems.note(Kind::Notice, self.place, subtype);
            return Vec::new();
        }
        let Some(author) = self.author(message) else {
            problems.note(Kind::MessageUnreadable, self.place, &format!("{key} without an author"));
            return Vec::new();
        };
        let deleted = subtype == "tombstone";
        let (mut files, mut body) = (Vec::new(), String::new());
        if !deleted {
            body = self.body(message, subtype, problems);
            files = self.files(archive, message, problems, &mut body);
        }
        if body.is_empty() && files.is_empty() && !deleted {
            problems.note(Kind::MessageEmpty, self.place, &format!("{key} {subtype}"));
            return Vec::new();
        }
        let first = Said {
            root: message.thread_ts.clone().filter(|root| *root != key),
            also: subtype == "thread_broadcast",
            micros,
            alias: alias(message, &author),
            author,
            body: String::new(),
            edited: message.edited.as_ref().and_then(|edited| self::micros(edited.ts.as_deref()?)).map(|at| at / 1_000),
            deleted,
            reactions: if deleted { Vec::new() } else { self.reactions(message, problems) },
            files,
            key,
        };
        let mut said: Vec<Said> = Vec::new();
        for (part, body) in (1..).zip(parts(&body)) {
            let body = body.to_owned();
            if part == 1 {
                said.push(Said { body, ..first.clone() });
            } else if !body.trim().is_empty() {
                let key = format!("{}/{part:04}", first.key);
                said.push(Said { key, body, reactions: Vec::new(), files: Vec::new(), ..first.clone() });
            }
        }
        said
    }

    fn author(&self, message: &Message) -> Option<Author> {
        let subtype = message.subtype.as_deref();
        let person = match subtype {
            Some("file_comment") => message.comment.as_ref().and_then(|comment| comment.user.clone()),
            // Slack's own program starts calls for people.
            Some("huddle_thread") => message.room.as_ref().and_then(|room| room.created_by.clone()),
            _ => None,
        };
        let person = person.or_else(|| message.user.clone()).filter(|id| usable(id));
        if let Some(id) = person {
            let bot = id == SLACKBOT || (message.bot_id.is_some() && message.user_profile.is_none());
            let name = called(message.user_profile.as_ref()).or_else(|| called(message.bot_profile.as_ref()));
            return Some(Author { id, bot, name });
        }
        let named = called(message.bot_profile.as_ref()).or_else(|| message.username.clone());
        let id = message.bot_id.clone().filter(|id| usable(id));
        let id = id.map(|id| self.bots.get(&id).cloned().unwrap_or(id));
        // A program that has neither is known by its name.
        let id = id.or_else(|| named.as_ref().map(|name| format!("bot {}", name.chars().take(60).collect::<String>())));
        id.map(|id| Author { id, bot: true, name: named })
    }

    fn body(&self, message: &Message, subtype: &str, problems: &mut Problems) -> String {
        let mut unknown = |name: &str| problems.note(Kind::CustomEmoji, self.place, name);
        let comment = message.comment.as_ref().and_then(|comment| comment.comment.as_deref());
        let text = match subtype {
            "file_comment" => comment.unwrap_or_default(),
            "huddle_thread" => "A huddle",
            _ => message.text.as_deref().unwrap_or_default(),
        };
        let text = self.names.written(text, &mut unknown);
        let written = |values: Option<&Vec<Value>>, unknown: &mut dyn FnMut(&str)| -> Vec<Value> {
            values.into_iter().flatten().map(|value| self.inside(value, unknown)).collect()
        };
        let blocks = written(message.blocks.as_ref(), &mut unknown);
        let attachments = written(message.attachments.as_ref(), &mut unknown);
        let mut said = crate::hooks::said_in_slack(&text, &blocks, &attachments);
        for elsewhere in message.files.iter().flatten().chain(&message.file) {
            said.push_str(&link(elsewhere, &said));
        }
        let said = said.trim().to_owned();
        if subtype == "me_message" && !said.is_empty() && !said.contains('\n') { format!("_{said}_") } else { said }
    }

    /// A value with the names in all its texts.
    fn inside(&self, value: &Value, unknown: &mut dyn FnMut(&str)) -> Value {
        match value {
            Value::String(text) => Value::String(self.names.written(text, unknown)),
            Value::Array(list) => Value::Array(list.iter().map(|value| self.inside(value, unknown)).collect()),
            // The text of people stands outside of it once more.
            Value::Object(fields) if fields.get("type").is_some_and(|kind| kind == "rich_text") => value.clone(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), self.inside(value, unknown)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }

    fn reactions(&self, message: &Message, problems: &mut Problems) -> Vec<(&'static str, Vec<String>)> {
        let mut kinds: Vec<(&'static str, Vec<String>)> = Vec::new();
        for reaction in message.reactions.iter().flatten() {
            let name = reaction.name.as_deref().unwrap_or_default();
            let users = reaction.users.clone().unwrap_or_default();
            if users.is_empty() {
                continue;
            }
            let Some(emoji) = emoji(name) else {
                problems.note(Kind::CustomEmoji, self.place, name);
                continue;
            };
            let full = kinds.len() >= MOST_KINDS;
            match kinds.iter_mut().find(|(known, _)| *known == emoji) {
                Some((_, known)) => known.extend(users),
                None if full => problems.note(Kind::ReactionsTooMany, self.place, name),
                None => kinds.push((emoji, users)),
            }
        }
        kinds
    }

    /// The files that are in the archive; of others the text says what they were called.
    fn files(&self, archive: &Archive, message: &Message, problems: &mut Problems, body: &mut String) -> Vec<Enclosed> {
        let mut enclosed = Vec::new();
        for file in message.files.iter().flatten().chain(&message.file) {
            let name = file.name.clone().or_else(|| file.title.clone()).filter(|name| !name.trim().is_empty());
            let name = name.unwrap_or_else(|| "file".to_owned());
            if is_elsewhere(file) {
                continue;
            }
            match file.id.as_deref().and_then(|id| archive.upload(id)) {
                Some(_) if enclosed.len() >= MOST_IN_MESSAGE => {
                    problems.note(Kind::FilesTooMany, self.place, &name);
                }
                Some((index, bytes)) => enclosed.push(Enclosed { index, bytes, name }),
                None => {
                    problems.note(Kind::FileMissing, self.place, &missing(file, &name));
                    let shown: String = name.chars().filter(|letter| !letter.is_control()).take(200).collect();
                    body.push_str(if body.is_empty() { "" } else { "\n" });
                    body.extend(["[file: ", &shown, "]"]);
                }
            }
        }
        enclosed
    }
}

/// What of a file that is missing helps to find it: its name and address, without the secret in it.
fn missing(file: &File, name: &str) -> String {
    let address = file.url_private.as_deref().or(file.permalink.as_deref()).unwrap_or_default();
    let address = address.split(['?', '#']).next().unwrap_or_default();
    format!("{name} {address}").trim().to_owned()
}

/// Whether a file is a link to something that was never Slack's.
fn is_elsewhere(file: &File) -> bool {
    file.mode.as_deref() == Some("external")
}

/// The link that such a file is, unless the text has it.
fn link(file: &File, text: &str) -> String {
    let address = file.url_private.as_deref().filter(|address| address.starts_with("https://"));
    match address {
        Some(address) if is_elsewhere(file) && !text.contains(address) => format!("\n{address}"),
        _ => String::new(),
    }
}

fn alias(message: &Message, author: &Author) -> Option<Alias> {
    if !author.bot {
        return None;
    }
    let name = message.username.as_deref().and_then(|name| validate::line(name, 1, 80).ok());
    let icon = message.icons.as_ref().and_then(|icons| icons.emoji.as_deref());
    let emoji = icon.and_then(|name| emoji(name.trim().trim_matches(':'))).map(str::to_owned);
    (name.is_some() || emoji.is_some()).then_some(Alias { name, emoji })
}

/// Ids are short and plain; what is not names nobody.
pub(super) fn usable(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The text in pieces that are messages here, each as long as one can be and ending with a line where that is possible.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(LONGEST) {
        let end = rest[..end].rfind('\n').filter(|line| *line > end / 2).unwrap_or(end);
        parts.push(rest[..end].trim_end());
        rest = rest[end..].trim_start_matches('\n');
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, parts};

    #[test]
    fn a_long_text_is_cut_where_a_line_ends() {
        assert_eq!(parts("short"), ["short"]);
        assert_eq!(parts(""), [""]);
        let text = format!("{}\n{}", "ä".repeat(LONGEST - 10), "b".repeat(30));
        assert_eq!(parts(&text), ["ä".repeat(LONGEST - 10), "b".repeat(30)]);
        let solid = "ä".repeat(LONGEST * 2 + 5);
        assert_eq!(parts(&solid).iter().map(|part| part.chars().count()).collect::<Vec<_>>(), [LONGEST, LONGEST, 5]);
    }
}
