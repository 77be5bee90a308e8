//! Names and emoji in what was said: Slack writes ids and its own words for emoji.

use std::collections::HashMap;

/// The names that Slack has for emoji and that the table of the `emojis` crate has not, or has for others.
/// From iamcal/emoji-data, which Slack uses.
const OWN: &str = include_str!("emoji.txt");
/// The longest name of an emoji that is looked for.
const LONGEST_NAME: usize = 64;

/// What people and channels are called here, by their ids there.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// User names.
    pub(super) people: HashMap<String, String>,
    pub(super) channels: HashMap<String, String>,
}

/// The emoji with this name, without or with a skin tone: `+1::skin-tone-3`.
pub(super) fn emoji(name: &str) -> Option<&'static str> {
    let (base, tone) = name.split_once("::").map_or((name, None), |(base, tone)| (base, Some(tone)));
    let found = OWN
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(known, _)| *known == base)
        .and_then(|(_, emoji)| emojis::get(emoji))
        .or_else(|| flag(base))
        .or_else(|| emojis::get_by_shortcode(base))
        .or_else(|| emojis::get_by_shortcode(&base.replace('-', "_")))?;
    let tone = match tone {
        Some("skin-tone-2") => Some(emojis::SkinTone::Light),
        Some("skin-tone-3") => Some(emojis::SkinTone::MediumLight),
        Some("skin-tone-4") => Some(emojis::SkinTone::Medium),
        Some("skin-tone-5") => Some(emojis::SkinTone::MediumDark),
        Some("skin-tone-6") => Some(emojis::SkinTone::Dark),
        _ => None,
    };
    Some(tone.and_then(|tone| found.with_skin_tone(tone)).unwrap_or(found).as_str())
}

/// `flag-at` is made of the letters of the country.
fn flag(name: &str) -> Option<&'static emojis::Emoji> {
    let country = name.strip_prefix("flag-").filter(|country| country.len() == 2)?;
    let letters = country.bytes().map(|letter| {
        let place = letter.checked_sub(b'a').filter(|place| *place < 26)?;
        char::from_u32(0x1f1e6 + u32::from(place))
    });
    emojis::get(&letters.collect::<Option<String>>()?)
}

impl Names {
    /// The same text with the names of people and channels in the place of their ids, and with emoji; code stays as it
    /// is. `unknown` hears of emoji that only that team had.
    pub(super) fn written(&self, text: &str, unknown: &mut dyn FnMut(&str)) -> String {
        let mut made = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['`', '<', ':']) {
            made.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = match rest.as_bytes()[0] {
                b'`' => code(rest),
                b'<' => self.angle(rest, &mut made),
                _ => colons(rest, &mut made, unknown),
            };
            if let Some(code) = length.code {
                made.push_str(&rest[..code]);
            }
            rest = &rest[length.taken..];
        }
        made.push_str(rest);
        made
    }

    /// A reference with its name, as Slack itself writes it: `<@U1|ann>`. Others stay.
    fn angle(&self, text: &str, made: &mut String) -> Taken {
        let Some(end) = text.find('>') else { return Taken::as_it_is(1) };
        let inner = &text[1..end];
        let id = |sign: char| inner.strip_prefix(sign).map(|rest| rest.split('|').next().unwrap_or_default());
        let named = id('@')
            .and_then(|id| Some(('@', id, self.people.get(id)?)))
            .or_else(|| id('#').and_then(|id| Some(('#', id, self.channels.get(id)?))));
        match named {
            Some((sign, id, name)) => {
                made.extend(['<', sign]);
                made.extend([id, "|", name, ">"]);
                Taken { taken: end + 1, code: None }
            }
            None => Taken::as_it_is(end + 1),
        }
    }
}

/// How much of a text was taken, and how much of that goes over as it is.
struct Taken {
    taken: usize,
    code: Option<usize>,
}

impl Taken {
    fn as_it_is(length: usize) -> Self {
        Self { taken: length, code: Some(length) }
    }
}

/// Code from its first sign to its last; a sign alone is one.
fn code(text: &str) -> Taken {
    let fence = if text.starts_with("```") { "```" } else { "`" };
    let inside = &text[fence.len()..];
    let line = if fence.len() == 1 { inside.find('\n').unwrap_or(inside.len()) } else { inside.len() };
    match inside[..line].find(fence) {
        Some(end) => Taken::as_it_is(end + 2 * fence.len()),
        None => Taken::as_it_is(fence.len()),
    }
}

/// `:smile:`, with the tone that may follow: `:+1::skin-tone-2:`.
fn colons(text: &str, made: &mut String, unknown: &mut dyn FnMut(&str)) -> Taken {
    let Some(name) = name(text) else { return Taken::as_it_is(1) };
    let after = &text[name.len() + 2..];
    let tone = self::name(after).filter(|tone| tone.starts_with("skin-tone-"));
    let whole = tone.map_or_else(|| name.to_owned(), |tone| format!("{name}::{tone}"));
    let Some(emoji) = emoji(&whole) else {
        // Times and addresses have colons too: only what has a letter is a name.
        if name.bytes().any(|byte| byte.is_ascii_lowercase()) {
            unknown(name);
        }
        return Taken::as_it_is(name.len() + 1);
    };
    made.push_str(emoji);
    Taken { taken: name.len() + 2 + tone.map_or(0, |tone| tone.len() + 2), code: None }
}

/// What stands between two colons, if it can be a name.
fn name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix(':')?;
    let end = inside.find(|letter: char| !letter.is_ascii_alphanumeric() && !"+-_'".contains(letter))?;
    ((1..=LONGEST_NAME).contains(&end) && inside[end..].starts_with(':')).then(|| &inside[..end])
}

#[cfg(test)]
mod tests {
    use super::{Names, emoji};

    #[test]
    fn emoji_are_known_by_the_names_that_slack_has_for_them() {
        for (name, is) in [
            ("+1", "👍"),
            ("thumbsup::skin-tone-2", "👍🏻"),
            ("slightly_smiling_face", "🙂"),
            ("man-shrugging", "🤷‍♂️"),
            ("female-technologist::skin-tone-6", "👩🏿‍💻"),
            ("flag-at", "🇦🇹"),
            ("email", "✉️"),
            ("umbrella", "☂️"),
            ("white_frowning_face", "☹️"),
            ("tada::skin-tone-2", "🎉"),
        ] {
            assert_eq!(emoji(name), Some(is), "{name}");
        }
        for unknown in ["party-parrot", "", "flag-zz", "flag-ä", "::", "skin-tone-2"] {
            assert_eq!(emoji(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_own_name_is_an_emoji() {
        for line in super::OWN.lines() {
            let (name, is) = line.split_once(' ').unwrap();
            assert!(emojis::get(is).is_some(), "{name}");
        }
    }

    #[test]
    fn names_and_emoji_are_written_out_and_code_stays() {
        let names = Names {
            people: [("U1".to_owned(), "ann".to_owned())].into(),
            channels: [("C1".to_owned(), "general-2".to_owned())].into(),
        };
        let mut unknown = Vec::new();
        let mut written = |text: &str| names.written(text, &mut |name| unknown.push(name.to_owned()));
        for (text, is) in [
            ("<@U1> in <#C1|general> and <@U2>", "<@U1|ann> in <#C1|general-2> and <@U2>"),
            ("<@U1|old>", "<@U1|ann>"),
            ("`<@U1> :smile:` :smile:", "`<@U1> :smile:` 😄"),
            ("```\n<@U1>\n:+1:\n``` <@U1>", "```\n<@U1>\n:+1:\n``` <@U1|ann>"),
            ("at 10:30:00 :+1::skin-tone-3:", "at 10:30:00 👍🏼"),
            ("one ` and <@U1>", "one ` and <@U1|ann>"),
            ("<https://x.example/:smile:|see>", "<https://x.example/:smile:|see>"),
            (":party-parrot: :a:b:", ":party-parrot: 🅰️b:"),
            ("a < b <", "a < b <"),
            ("::: :", "::: :"),
        ] {
            assert_eq!(written(text), is, "{text}");
        }
        assert_eq!(unknown, ["party-parrot"]);
    }
}
