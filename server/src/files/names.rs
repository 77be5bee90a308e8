//! What a file is called: a name, never a path, that every computer can keep and no reader is fooled by.

use unicode_normalization::UnicodeNormalization;

/// The longest name, in bytes of UTF-8; file systems take 255.
const LONGEST: usize = 200;
/// The longest ending that is kept when a name is cut.
const LONGEST_ENDING: usize = 20;
/// What a file without a usable name is called.
const NAMELESS: &str = "file";
/// Names of devices on Windows, whatever their ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// A safe name made of what a client calls a file.
#[must_use]
pub(super) fn safe(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.nfc().filter(|letter| !letter.is_control() && !misleads(*letter)).collect();
    let kept: String = kept.chars().map(|letter| if "<>:\"|?*".contains(letter) { '_' } else { letter }).collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut name = shortened(kept.trim_matches([' ', '.']));
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let numbered =
        |device: &str| stem.strip_prefix(device).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    if DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        name.insert(0, '_');
    }
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

/// Marks that turn the direction of text, and letters that cannot be seen.
fn misleads(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{061c}' | '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The name cut in its middle, so that its ending stays.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.len() <= LONGEST_ENDING { ending } else { "" };
    let mut end = LONGEST - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", name[..end].trim_end())
}

/// The ending in lower case, without its dot.
#[must_use]
pub(super) fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_name_is_never_a_path_and_shows_what_it_is() {
        for (given, name) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\..\\notes.txt", "notes.txt"),
            ("..", "file"),
            ("", "file"),
            (".env", "env"),
            ("a\0b\r\nc.txt", "abc.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("in\u{200b}visible.txt", "invisible.txt"),
            ("a:b|c?.txt", "a_b_c_.txt"),
            ("CON.txt", "_CON.txt"),
            ("com1", "_com1"),
            ("company.txt", "company.txt"),
            ("  two   words .txt. ", "two words .txt"),
            ("東京 مرحبا.png", "東京 مرحبا.png"),
            ("Zoe\u{308}.txt", "Zoë.txt"),
        ] {
            assert_eq!(safe(given), name, "{given:?}");
        }
        let long = safe(&format!("{}.jpeg", "ß".repeat(400)));
        assert!(long.len() <= 200 && long.ends_with("ß.jpeg"), "{long}");
        assert!(safe(&"x".repeat(5_000)).len() <= 200);
    }
}
