//! What somebody typed into the search field, taken apart.

use super::words::{Script, Word, words};

/// The longest question, in characters.
pub(super) const LONGEST: usize = 300;
/// The most things that one question asks for.
const MOST: usize = 24;

/// A question.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Question {
    /// All of these have to be there.
    pub wanted: Vec<Phrase>,
    /// None of these may be.
    pub unwanted: Vec<Phrase>,
    pub filters: Vec<Filter>,
    /// Whether something was asked for that has no letters, so nothing can be found by it.
    pub wordless: bool,
}

/// Something that a message says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Phrase {
    /// A word, or a part of one.
    Part(String),
    /// These words, whole, one after the other.
    Exact(Vec<String>),
    /// A word that begins with this: a single sign of a script without spaces.
    Beginning(String),
}

/// `from:ann`, or with `-` before it what must not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Filter {
    pub key: Key,
    pub value: String,
    pub negated: bool,
}

/// What can be filtered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Key {
    From,
    In,
    Has,
    Is,
    Before,
    After,
    On,
}

impl Key {
    const ALL: [Self; 7] = [Self::From, Self::In, Self::Has, Self::Is, Self::Before, Self::After, Self::On];

    /// As it is typed.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::In => "in",
            Self::Has => "has",
            Self::Is => "is",
            Self::Before => "before",
            Self::After => "after",
            Self::On => "on",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| name.eq_ignore_ascii_case(key.name()))
    }
}

/// One thing as it was typed: `-key:"value"`.
struct Typed<'a> {
    negated: bool,
    key: Option<Key>,
    text: &'a str,
    quoted: bool,
}

/// Takes the next thing off the beginning.
fn next(rest: &str) -> Option<(Typed<'_>, &str)> {
    let mut rest = rest.trim_start();
    if rest.is_empty() {
        return None;
    }
    let negated = rest.len() > 1 && rest.starts_with('-') && !rest[1..].starts_with(char::is_whitespace);
    if negated {
        rest = &rest[1..];
    }
    let mut key = None;
    if let Some((name, after)) = rest.split_once(':')
        && let Some(named) = Key::named(name)
    {
        key = Some(named);
        rest = after;
    }
    if let Some(opened) = rest.strip_prefix('"') {
        let (text, after) = opened.split_once('"').unwrap_or((opened, ""));
        return Some((Typed { negated, key, text, quoted: true }, after));
    }
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (text, after) = rest.split_at(end);
    Some((Typed { negated, key, text, quoted: false }, after))
}

/// Takes a question apart. Only filters can be wrong, and those are looked at later.
pub(super) fn parse(text: &str) -> Question {
    let mut question = Question::default();
    let mut rest = text;
    while let Some((typed, after)) = next(rest) {
        rest = after;
        let Typed { negated, key, text, quoted } = typed;
        if let Some(key) = key {
            if question.filters.len() < MOST {
                question.filters.push(Filter { key, value: text.trim().to_owned(), negated });
            }
            continue;
        }
        let phrases = if quoted { exact(text) } else { parts(text) };
        question.wordless |= phrases.is_empty() && !negated && !text.is_empty();
        let list = if negated { &mut question.unwanted } else { &mut question.wanted };
        // What is left out as a whole is not left out by each of its words.
        let whole = if negated && phrases.len() > 1 { exact(text) } else { phrases };
        for phrase in whole {
            if list.len() < MOST && !list.contains(&phrase) {
                list.push(phrase);
            }
        }
    }
    question
}

fn exact(text: &str) -> Vec<Phrase> {
    let words = words(text);
    match run(&words) {
        Some(phrase) => vec![phrase],
        None => Vec::new(),
    }
}

/// The words one after the other. The last sign of a run at the end stands in the pair before it already.
fn run(words: &[Word]) -> Option<Phrase> {
    let mut texts = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let in_pair = word.script == Script::Last
            && index.checked_sub(1).is_some_and(|before| words[before].script == Script::Pair);
        // Where something follows, places are counted as they are in the text.
        if !in_pair || index + 1 < words.len() {
            texts.push(word.text.clone());
        }
    }
    match texts.as_slice() {
        [] => None,
        [only] if words.len() == 1 && words[0].script == Script::Last => Some(Phrase::Beginning(only.clone())),
        _ => Some(Phrase::Exact(texts)),
    }
}

/// Each word for itself; a run of signs as they follow each other.
fn parts(text: &str) -> Vec<Phrase> {
    let words = words(text);
    let mut phrases = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if words[at].script == Script::Spaced {
            phrases.push(Phrase::Part(words[at].text.clone()));
            at += 1;
        } else {
            let length = words[at..].iter().position(|word| word.script == Script::Last).map_or(1, |last| last + 1);
            phrases.extend(run(&words[at..at + length]));
            at += length;
        }
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::{Filter, Key, Phrase, Question, parse};

    fn part(text: &str) -> Phrase {
        Phrase::Part(text.to_owned())
    }

    fn exact(words: &[&str]) -> Phrase {
        Phrase::Exact(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn filter(key: Key, value: &str, negated: bool) -> Filter {
        Filter { key, value: value.to_owned(), negated }
    }

    #[test]
    fn a_question_is_words_phrases_and_filters() {
        let question = parse(r#"Käse "der große Plan" -kalt -"ganz kalt" from:@ann in:"the den" -has:FILE http://a.b"#);
        assert_eq!(
            question.wanted,
            [part("kase"), exact(&["der", "grosse", "plan"]), part("http"), part("a"), part("b")]
        );
        assert_eq!(question.unwanted, [part("kalt"), exact(&["ganz", "kalt"])]);
        assert_eq!(
            question.filters,
            [filter(Key::From, "@ann", false), filter(Key::In, "the den", false), filter(Key::Has, "FILE", true)]
        );
    }

    #[test]
    fn nothing_that_is_typed_is_wrong() {
        for text in ["", "   ", "\"", "-", "- ", "--", "\"\"", "-\"", "::", "from", "\"open phrase", "a\u{0}b"] {
            parse(text);
        }
        assert_eq!(parse("\"open phrase").wanted, [exact(&["open", "phrase"])]);
        assert_eq!(parse("a - b").wanted, [part("a"), part("b")]);
        assert_eq!(parse("from:").filters, [filter(Key::From, "", false)]);
        assert!(parse("🎉").wordless);
        assert_eq!(parse(""), Question::default());
        assert_eq!(parse("-well-known").unwanted, [exact(&["well", "known"])]);
    }

    #[test]
    fn signs_are_found_as_they_follow_each_other() {
        assert_eq!(parse("東京都").wanted, [exact(&["東京", "京都"])]);
        assert_eq!(parse("都").wanted, [Phrase::Beginning("都".to_owned())]);
        assert_eq!(parse("v2東京").wanted, [part("v2"), exact(&["東京"])]);
        assert_eq!(parse("\"東京 v2\"").wanted, [exact(&["東京", "京", "v2"])]);
    }
}
