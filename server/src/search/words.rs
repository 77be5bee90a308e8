//! Taking text apart into the words by which it is found.
//!
//! A word is a run of letters and digits in lower case and without accents. Scripts that are written without spaces have no
//! such runs; their text is taken apart into overlapping pairs of signs, and a single sign for the last one.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The longest word that is kept whole, in letters. What is longer is found by its beginning.
const LONGEST: usize = 40;
/// The shortest part of a word by which it is found, in letters.
pub(super) const SHORTEST_PART: usize = 3;
/// The longest part of a word that is kept, in letters.
pub(super) const LONGEST_PART: usize = 20;

/// A word of a text and where it stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Word {
    /// In lower case and without accents.
    pub text: String,
    /// The bytes of the text that it was made from.
    pub from: usize,
    pub to: usize,
    pub script: Script,
}

/// How a word was found in its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Script {
    /// Between spaces and signs.
    Spaced,
    /// As a pair of signs of a script without spaces.
    Pair,
    /// As the last sign of such a run, or its only one.
    Last,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Sign,
    Mark,
    Between,
}

/// Scripts that are written without spaces, and Korean, where endings stick to words.
fn is_sign(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{318f}'
        | '\u{31a0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
        && letter.is_alphanumeric()
}

fn kind(letter: char) -> Kind {
    // The narrow marks of Japanese stand for themselves elsewhere.
    if is_combining_mark(letter) || matches!(letter, '\u{200d}' | '\u{ff9e}' | '\u{ff9f}') {
        Kind::Mark
    } else if is_sign(letter) {
        Kind::Sign
    } else if letter.is_alphanumeric() {
        Kind::Letter
    } else {
        Kind::Between
    }
}

/// Text as people mean it when they search: in lower case, without accents, and with one spelling for
/// letters that are written in several ways.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        folded.push_str(text);
        folded.make_ascii_lowercase();
        return folded;
    }
    let lower = text.to_lowercase();
    // The two marks of Japanese make other sounds, so they are no accents.
    let plain = lower.nfkd().filter(|letter| !is_combining_mark(*letter) || matches!(letter, '\u{3099}' | '\u{309a}'));
    for letter in plain.nfc() {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ => {}
        }
    }
    folded
}

/// The words of a text, in their order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((from, letter)) = letters.next() {
        let run = match kind(letter) {
            Kind::Between | Kind::Mark => continue,
            run => run,
        };
        let mut starts = vec![from];
        let mut to = from + letter.len_utf8();
        while let Some((at, next)) = letters.peek().copied() {
            match kind(next) {
                Kind::Mark => {}
                next if next == run => starts.push(at),
                _ => break,
            }
            to = at + next.len_utf8();
            letters.next();
        }
        if run == Kind::Letter {
            let folded: String = fold(&text[from..to]).chars().take(LONGEST).collect();
            push(&mut found, folded, (from, to), Script::Spaced);
            continue;
        }
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 2).copied().unwrap_or(to);
            let script = if index + 1 == starts.len() { Script::Last } else { Script::Pair };
            push(&mut found, fold(&text[*start..end]), (*start, end), script);
        }
    }
    found
}

fn push(found: &mut Vec<Word>, text: String, (from, to): (usize, usize), script: Script) {
    if !text.is_empty() {
        found.push(Word { text, from, to, script });
    }
}

/// The word and everything that it ends with: a part of it is the beginning of one of these.
pub(super) fn endings(word: &str) -> impl Iterator<Item = &str> {
    let letters = word.chars().count();
    let last = letters.saturating_sub(SHORTEST_PART);
    word.char_indices().enumerate().take_while(move |(index, _)| *index == 0 || *index <= last).map(|(_, (at, _))| {
        let ending = &word[at..];
        ending.char_indices().nth(LONGEST_PART).map_or(ending, |(end, _)| &ending[..end])
    })
}

/// Whether one word is the other with one letter more, less, other, or with two neighbours changed about.
pub(super) fn within_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (left, right) = (&one[same..], &other[same..]);
    match (left, right) {
        ([], [] | [_]) | ([_], []) => true,
        ([], _) | (_, []) => false,
        ([a, b, left_rest @ ..], [c, d, right_rest @ ..]) if a == d && b == c && left_rest == right_rest => true,
        ([_, left_rest @ ..], [_, right_rest @ ..]) => {
            left_rest == right_rest || left_rest == right || left == right_rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{endings, fold, within_one, words};

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_have_neither_case_nor_accents() {
        assert_eq!(texts("Käse-Übersicht, ŁÓDŹ & Straße!"), ["kase", "ubersicht", "lodz", "strasse"]);
        assert_eq!(texts("cafe\u{301} ﬁn İstanbul v2"), ["cafe", "fin", "istanbul", "v2"]);
        assert_eq!(texts("  — 🎉 … "), [""; 0]);
        assert_eq!(fold("ΑΘΉΝΑ"), fold("αθηνα"));
    }

    #[test]
    fn scripts_without_spaces_are_pairs() {
        assert_eq!(texts("東京都へ"), ["東京", "京都", "都へ", "へ"]);
        assert_eq!(texts("v2東"), ["v2", "東"]);
        assert_eq!(texts("한국어"), ["한국", "국어", "어"]);
        assert_eq!(texts("ガラス"), ["ガラ", "ラス", "ス"]);
        assert_eq!(texts("ｶﾞﾗｽ"), ["ガラ", "ラス", "ス"], "narrow signs are the wide ones");
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "Ein Käse 東京";
        let parts: Vec<_> = words(text).iter().map(|word| &text[word.from..word.to]).collect();
        assert_eq!(parts, ["Ein", "Käse", "東京", "京"]);
    }

    #[test]
    fn every_part_of_three_letters_begins_an_ending() {
        assert_eq!(endings("board").collect::<Vec<_>>(), ["board", "oard", "ard"]);
        assert_eq!(endings("ab").collect::<Vec<_>>(), ["ab"]);
        assert_eq!(endings("käse").collect::<Vec<_>>(), ["käse", "äse"]);
    }

    #[test]
    fn one_slip_is_one_letter() {
        for other in ["board", "boards", "oard", "baord", "boord", "boar", "bord"] {
            assert!(within_one("board", other), "{other}");
        }
        for other in ["bards", "ward", "boardss", "", "drab"] {
            assert!(!within_one("board", other), "{other}");
        }
    }
}
