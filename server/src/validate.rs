//! Bounds of what people type: length, characters, form. One function per kind of text.

use crate::error::{AppError, FieldError};
use unicode_normalization::UnicodeNormalization;

/// Collects what is wrong with a request, so that a person hears of all of it at once.
#[derive(Default, Debug)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// The checked value, or a default in the place of one that is wrong.
    pub fn take<T: Default>(&mut self, field: &str, outcome: Result<T, String>) -> T {
        outcome.unwrap_or_else(|message| {
            self.0.push(FieldError { field: field.to_owned(), message });
            T::default()
        })
    }

    /// Goes on only when everything fitted.
    ///
    /// # Errors
    /// `validation`, with every field that did not.
    pub fn finish(self) -> Result<(), AppError> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::fields(self.0)) }
    }
}

/// One line of text: trimmed, composed (NFC), without control characters and without marks that
/// turn the direction of the text around it.
///
/// # Errors
/// What is wrong with it, as a sentence that reads on after the field's name.
pub fn line(text: &str, least: usize, most: usize) -> Result<String, String> {
    if text.len() > most.saturating_mul(16) {
        return Err(format!("is longer than {most} characters"));
    }
    let text = text.trim().nfc().collect::<String>();
    if text.chars().any(|letter| letter.is_control() || turns_direction(letter)) {
        return Err("has a character that cannot be shown".to_owned());
    }
    length(&text, least, most)?;
    Ok(text)
}

/// Text of several lines, kept as it was typed. Only what no text has (NUL and other control
/// characters) is refused.
///
/// # Errors
/// As [`line`].
pub fn text(text: &str, least: usize, most: usize) -> Result<String, String> {
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err("has a character that cannot be shown".to_owned());
    }
    if text.trim().is_empty() && least > 0 {
        return Err("is empty".to_owned());
    }
    length(text, least, most)?;
    Ok(text.to_owned())
}

fn length(text: &str, least: usize, most: usize) -> Result<(), String> {
    let count = text.chars().count();
    if count == 0 && least > 0 {
        Err("is empty".to_owned())
    } else if count < least {
        Err(format!("is shorter than {least} characters"))
    } else if count > most {
        Err(format!("is longer than {most} characters"))
    } else {
        Ok(())
    }
}

/// The overrides and isolates of the Unicode bidirectional algorithm, and invisible fillers.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// A person's name as it is shown.
///
/// # Errors
/// As [`line`].
pub fn person_name(name: &str) -> Result<String, String> {
    line(name, 1, 80)
}

/// A user name: 2 to 32 of `a-z 0-9 . _ -`, beginning with a letter or digit. Capitals are lowered.
///
/// # Errors
/// As [`line`].
pub fn username(name: &str) -> Result<String, String> {
    let name = line(name, 2, 32)?.to_lowercase();
    let fits =
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-".contains(letter))
            && name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    if !fits {
        return Err(
            "may have letters a to z, digits, dots, hyphens and underscores, and begins with a letter or digit"
                .to_owned(),
        );
    }
    if matches!(name.as_str(), "me" | "channel" | "here" | "everyone" | "all") {
        return Err("is a word with a meaning of its own here".to_owned());
    }
    Ok(name)
}

/// A user name made from a person's name; at least two characters.
#[must_use]
pub fn username_from(name: &str) -> String {
    let mut made = String::new();
    for letter in name.nfkd().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            made.push(letter);
        } else if letter.is_whitespace() && !made.is_empty() && !made.ends_with('.') {
            made.push('.');
        }
        if made.len() == 24 {
            break;
        }
    }
    let made = made.trim_end_matches('.');
    if username(made).is_ok() { made.to_owned() } else { format!("user{made}") }
}

/// An e-mail address, in lower case.
///
/// # Errors
/// As [`line`].
pub fn email(email: &str) -> Result<String, String> {
    let email = line(email, 1, 254)?.to_lowercase();
    let options = email_address::Options::default().without_display_text().without_domain_literal().with_required_tld();
    if email_address::EmailAddress::parse_with_options(&email, options).is_ok() {
        Ok(email)
    } else {
        Err("is not a valid address".to_owned())
    }
}

/// A channel's name: 1 to 80 letters (of any script), digits, `-`, `_` and `.`, in lower case.
///
/// # Errors
/// As [`line`].
pub fn channel_name(name: &str) -> Result<String, String> {
    let name = line(name.trim().trim_start_matches('#'), 1, 80)?.to_lowercase();
    let fits = name.chars().all(|letter| {
        letter.is_alphanumeric() || "-_.".contains(letter) || unicode_normalization::char::is_combining_mark(letter)
    });
    if fits && name.chars().any(char::is_alphanumeric) {
        Ok(name)
    } else {
        Err("may have letters, digits, hyphens, underscores and dots".to_owned())
    }
}

/// A time zone's name, such as `Europe/Vienna`.
///
/// # Errors
/// As [`line`].
pub fn time_zone(name: &str) -> Result<String, String> {
    let name = line(name, 1, 64)?;
    let fits = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "/_+-".contains(letter));
    if fits { Ok(name) } else { Err("is not the name of a time zone".to_owned()) }
}

/// A key made by a client: 1 to 64 visible ASCII characters.
///
/// # Errors
/// As [`line`].
pub fn client_key(key: &str) -> Result<String, String> {
    if (1..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(key.to_owned())
    } else {
        Err("is not 1 to 64 visible ASCII characters".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{channel_name, email, line, person_name, text, username, username_from};

    #[test]
    fn names_lose_what_would_fool_a_reader() {
        assert_eq!(person_name("  Zoë  "), Ok("Zoë".to_owned()));
        assert_eq!(person_name("Zoe\u{308}"), Ok("Zoë".to_owned()));
        for bad in ["", "   ", "a\0b", "a\u{202e}b", "a\nb", &"x".repeat(81), &"x".repeat(1 << 20)] {
            assert!(person_name(bad).is_err(), "{bad:.20}");
        }
    }

    #[test]
    fn user_names_come_from_names_and_always_fit() {
        for (name, made) in [("Ann Lee", "ann.lee"), ("Zoë", "zoe"), ("X", "userx"), ("雪", "user"), ("Me", "userme")]
        {
            assert_eq!(username_from(name), made);
            assert!(username(made).is_ok());
        }
        assert_eq!(username("Ann"), Ok("ann".to_owned()));
        for bad in ["a", "-ann", "an n", "änn", "everyone", "me"] {
            assert!(username(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn channel_names_and_addresses_are_lowered() {
        assert_eq!(channel_name("#Launch-Week"), Ok("launch-week".to_owned()));
        assert_eq!(channel_name("営業"), Ok("営業".to_owned()));
        assert!(channel_name("a b").is_err() && channel_name("-_-").is_err() && channel_name("#").is_err());
        assert_eq!(email("Ann@Example.org"), Ok("ann@example.org".to_owned()));
        for bad in ["ann", "ann@", "@example.org", "ann@example", "a b@example.org", "Ann <ann@example.org>"] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn text_keeps_its_lines_and_its_direction_marks() {
        assert_eq!(text("a\n\tb \u{200f}", 1, 10), Ok("a\n\tb \u{200f}".to_owned()));
        assert!(text(" \n ", 1, 10).is_err() && text("a\0", 1, 10).is_err() && text("abc", 1, 2).is_err());
        assert!(line("\u{7f}", 0, 5).is_err());
    }
}
