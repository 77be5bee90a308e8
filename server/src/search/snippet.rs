//! The part of a message that shows why it was found.

use super::{
    answer::Segment,
    find::SHORTEST_SLIP,
    query::Phrase,
    words::{SHORTEST_PART, Script, Word, fold, within_one, words},
};

/// How long a snippet is, in letters.
const LONGEST: usize = 240;
/// How much of it stands before the first mark.
const BEFORE: usize = 60;

/// The bytes of a text that one of the phrases says, in order and apart.
pub(super) fn marks(text: &str, phrases: &[Phrase], slips: bool) -> Vec<(usize, usize)> {
    let said = words(text);
    let mut marks = Vec::new();
    for phrase in phrases {
        match phrase {
            Phrase::Exact(words) => {
                let fits = |window: &[Word]| window.iter().zip(words).all(|(word, text)| word.text == *text);
                for window in said.windows(words.len().max(1)).filter(|window| !words.is_empty() && fits(window)) {
                    marks.extend(window.first().zip(window.last()).map(|(first, last)| (first.from, last.to)));
                }
            }
            Phrase::Beginning(sign) => {
                let fits = said.iter().filter(|word| word.text.starts_with(sign.as_str()));
                marks.extend(fits.map(|word| (word.from, word.from + first_letter(&text[word.from..word.to]))));
            }
            Phrase::Part(part) => {
                marks.extend(said.iter().filter_map(|word| in_word(text, word, part, slips)));
            }
        }
    }
    marks.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for (from, to) in marks {
        match apart.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => apart.push((from, to)),
        }
    }
    apart
}

fn first_letter(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Where in its text a word has this part.
fn in_word(text: &str, word: &Word, part: &str, slips: bool) -> Option<(usize, usize)> {
    if word.script != Script::Spaced {
        return None;
    }
    let letters = part.chars().count();
    let found = match letters {
        1 => (word.text == part).then_some(0),
        _ if letters < SHORTEST_PART => word.text.starts_with(part).then_some(0),
        _ => word.text.find(part),
    };
    let Some(at) = found else {
        let slip = slips && letters >= SHORTEST_SLIP && within_one(&word.text, part);
        return slip.then_some((word.from, word.to));
    };
    // Letter by letter, because folding makes some of them longer and others vanish.
    let (mut from, mut to, mut folded) = (None, word.from, 0);
    for (index, letter) in text[word.from..word.to].char_indices() {
        let begins = folded;
        folded += fold(letter.encode_utf8(&mut [0; 4])).len();
        if begins >= at + part.len() && folded > begins {
            break;
        }
        if folded > at && from.is_none() {
            from = Some(word.from + index);
        }
        to = word.from + index + letter.len_utf8();
    }
    from.map(|from| (from, to))
}

/// The part of a text around its first mark, in one line.
pub(super) fn snippet(text: &str, phrases: &[Phrase], slips: bool) -> Vec<Segment> {
    let marks = marks(text, phrases, slips);
    let first = marks.first().map_or(0, |(from, _)| *from);
    let begin = beginning(text, first);
    let end = text[begin..].char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| begin + at);
    let mut segments = Segments::default();
    if begin > 0 {
        segments.add("…", false);
    }
    let mut at = begin;
    for (from, to) in marks.into_iter().filter(|(from, _)| *from < end) {
        let to = to.min(end);
        segments.add(&text[at..from], false);
        segments.add(&text[from..to], true);
        at = to;
    }
    segments.add(&text[at..end], false);
    if end < text.len() {
        segments.add("…", false);
    }
    segments.done()
}

/// What a message says without the signs by which it is formatted, as far as they would only be in the way.
pub(super) fn plain(body: &str) -> String {
    body.replace("**", "").replace("~~", "").replace('`', "")
}

/// Where a snippet begins that shows what stands at `mark`: at the beginning of a word before it.
fn beginning(text: &str, mark: usize) -> usize {
    let before = &text[..mark];
    if before.chars().count() <= BEFORE {
        return 0;
    }
    let far = before.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
    let word = text[far..mark].find(char::is_whitespace).map_or(far, |at| far + at);
    word + text[word..mark].len() - text[word..mark].trim_start().len()
}

/// Text with marks, with single spaces.
#[derive(Default)]
struct Segments {
    list: Vec<Segment>,
    spaced: bool,
}

impl Segments {
    fn add(&mut self, text: &str, marked: bool) {
        let mut shown = String::with_capacity(text.len());
        for letter in text.chars() {
            let space = letter.is_whitespace() || letter.is_control();
            if !space {
                shown.push(letter);
            } else if !self.spaced {
                shown.push(' ');
            }
            self.spaced = space;
        }
        if shown.is_empty() {
            return;
        }
        match self.list.last_mut() {
            Some(last) if last.marked == marked => last.text.push_str(&shown),
            _ => self.list.push(Segment { text: shown, marked }),
        }
    }

    fn done(self) -> Vec<Segment> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, snippet};
    use crate::search::query::parse;

    fn shown(text: &str, question: &str) -> String {
        slipped(text, question, false)
    }

    fn slipped(text: &str, question: &str, slips: bool) -> String {
        let segments = snippet(text, &parse(question).wanted, slips);
        segments.iter().map(|part| if part.marked { format!("[{}]", part.text) } else { part.text.clone() }).collect()
    }

    #[test]
    fn what_was_asked_for_is_marked() {
        assert_eq!(shown("The Käse is here", "kas here"), "The [Käs]e is [here]");
        assert_eq!(shown("Straße, Hauptstrasse", "strasse"), "[Straße], Haupt[strasse]");
        assert_eq!(shown("a cafe\u{301} b", "cafe"), "a [cafe\u{301}] b");
        assert_eq!(shown("die 東京都 ist", "東京"), "die [東京]都 ist");
        assert_eq!(shown("die 東京都 ist", "東京都"), "die [東京都] ist");
        assert_eq!(shown("die 東京都 ist", "都"), "die 東京[都] ist");
        assert_eq!(shown("red blue, blue red", "\"blue red\""), "red blue, [blue red]");
        assert_eq!(shown("an ox, anew", "an"), "[an] ox, [an]ew");
        assert_eq!(slipped("the baord", "board", true), "the [baord]");
        assert_eq!(shown("the baord", "board"), "the baord");
    }

    #[test]
    fn signs_of_formatting_are_left_out() {
        assert_eq!(shown(&plain("the **glass** in `snake_case`"), "glass"), "the [glass] in snake_case");
    }

    #[test]
    fn a_long_message_is_shown_around_the_first_mark() {
        let text = format!("{} needle {}", "hay ".repeat(100), "straw ".repeat(100));
        let shown = shown(&text, "needle");
        assert!(shown.starts_with("…hay") && shown.contains("hay [needle] straw") && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() < 260);
        assert_eq!(self::shown("one\n\n  two\ttwo", "nothing"), "one two two");
        assert_eq!(self::shown("", "x"), "");
        assert!(self::shown(&"東".repeat(5_000), "東京").ends_with('…'));
    }
}
