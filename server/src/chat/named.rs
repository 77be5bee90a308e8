//! Whom a message names: `@bob`, `@design`, `@channel`, `@here`. Code names nobody.

use crate::{directory::Directory, ids::UserId};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The most people that one message names; it speaks to no more.
const MOST: usize = 50;
/// The most groups that one message names.
const MOST_GROUPS: usize = 5;

/// Whom a message names.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mentions)]
pub struct Named {
    /// Everyone in the conversation: `@channel`, `@everyone`.
    pub everyone: bool,
    /// Everyone in it who is here now: `@here`.
    pub here: bool,
    /// By their user names, or by a group that they are in.
    #[schema(value_type = Vec<UserId>)]
    pub people: BTreeSet<UserId>,
}

/// Whom these words name, as the team is now. Who has left the team is not named.
#[must_use]
pub fn named(directory: &Directory, body: &str) -> Named {
    let mut named = Named::default();
    if !body.contains('@') {
        return named;
    }
    let text = without_code(body);
    let mut groups = BTreeSet::new();
    for word in names(&text) {
        // A sign at the end may belong to the sentence: `@bob.` is Bob.
        let mut name = word;
        loop {
            let lower = name.to_lowercase();
            match lower.as_str() {
                "channel" | "everyone" => named.everyone = true,
                "here" => named.here = true,
                _ => match directory.user_with_name(&lower) {
                    Some(user) if named.people.len() < MOST => {
                        named.people.insert(user);
                    }
                    Some(_) => {}
                    None => {
                        if let Some(group) = directory.group_with_handle(&lower) {
                            groups.insert(group.id);
                        } else if let Some(shorter) = name.strip_suffix(['.', '_', '-']) {
                            name = shorter;
                            continue;
                        }
                    }
                },
            }
            break;
        }
    }
    for group in groups.iter().take(MOST_GROUPS).filter_map(|group| directory.groups.get(group)) {
        named.people.extend(&group.members);
    }
    named
}

/// What stands after each `@` that begins a word.
fn names(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let begins = !before.is_some_and(|before: char| before.is_alphanumeric() || "_/@#&".contains(before));
        before = Some(letter);
        if letter != '@' || !begins {
            continue;
        }
        let rest = &text[at + 1..];
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && !"._-".contains(letter)).unwrap_or(rest.len());
        if rest[..end].starts_with(char::is_alphanumeric) {
            found.push(&rest[..end]);
        }
    }
    found
}

/// The text with a space in the place of what is code in Markdown.
fn without_code(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut fence: Option<&str> = None;
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, Some(mark)) => fence = Some(mark),
            (None, None) => text.push_str(line),
        }
        if fence.is_some() || mark.is_some() {
            text.push('\n');
        }
    }
    without_spans(&text)
}

/// The text without what stands between runs of equally many backticks.
fn without_spans(text: &str) -> String {
    let run = |at: usize| text[at..].bytes().take_while(|byte| *byte == b'`').count();
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(open) = text[at..].find('`').map(|found| at + found) {
        left.push_str(&text[at..open]);
        let length = run(open);
        let mut close = open + length;
        let end = loop {
            match text[close..].find('`').map(|found| close + found) {
                Some(next) if run(next) == length => break Some(next + length),
                Some(next) => close = next + run(next),
                None => break None,
            }
        };
        left.push(' ');
        at = end.unwrap_or(open + length);
    }
    left.push_str(&text[at..]);
    left
}

#[cfg(test)]
mod tests {
    use super::{names, without_code};

    #[test]
    fn a_name_begins_a_word_and_ends_where_names_end() {
        assert_eq!(names("@bob, hello @Ann.Lee. (@here) **@cy**"), ["bob", "Ann.Lee.", "here", "cy"]);
        for text in ["mail@bob.example", "a/@bob", "@@bob", "#@bob", "@ bob", "@-bob", ""] {
            assert!(names(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn code_is_left_out() {
        assert_eq!(without_code("a `@bob` b ``@a ` c`` d"), "a   b   d");
        assert_eq!(without_code("an open ` stays @bob"), "an open   stays @bob");
        assert_eq!(without_code("a\n```\n@bob\n```\nb"), "a\n\n\n\nb");
        assert_eq!(without_code("~~~\n@bob"), "\n\n");
        assert_eq!(without_code(&"`".repeat(16_000)).trim(), "");
    }
}
