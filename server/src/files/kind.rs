//! What kind of file some bytes are. Told from the bytes; the name only chooses between kinds of text, which are
//! handed out alike.

use super::names;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much of a file is looked at.
pub(super) const LOOKED_AT: usize = 8 << 10;

const UNKNOWN: &str = "application/octet-stream";

/// The kinds that people look for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    Image,
    Video,
    Audio,
    /// PDF, office documents, text and code.
    Document,
    Archive,
    Other,
}

/// The media type of a file that begins like this. `whole` when there is no more of it.
#[must_use]
pub(super) fn of(name: &str, beginning: &[u8], whole: bool) -> String {
    if let Some(known) = infer::get(beginning)
        && !known.mime_type().starts_with("text/")
    {
        return usual(known.mime_type()).to_owned();
    }
    if is_text(beginning, whole) { text_kind(name) } else { UNKNOWN.to_owned() }
}

/// The name by which browsers know a kind.
fn usual(kind: &str) -> &str {
    match kind {
        "audio/m4a" => "audio/mp4",
        "audio/opus" => "audio/ogg",
        "audio/x-wav" => "audio/wav",
        "audio/x-flac" => "audio/flac",
        kind => kind,
    }
}

/// Text is UTF-8 without the control characters that no text has.
fn is_text(beginning: &[u8], whole: bool) -> bool {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        // The last letter may have been cut.
        Err(error) if !whole && error.error_len().is_none() => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}'))
}

fn text_kind(name: &str) -> String {
    let guessed = mime_guess::from_ext(&names::ending(name)).first_raw().unwrap_or_default();
    let textual = guessed.starts_with("text/")
        || guessed.ends_with("+xml")
        || guessed.ends_with("+json")
        || ["application/json", "application/javascript", "application/xml", "application/toml", "application/x-sh"]
            .contains(&guessed);
    if textual { guessed.to_owned() } else { "text/plain".to_owned() }
}

/// What a browser is told that a file is. Only kinds that cannot run anything are told; everything else is bytes.
#[must_use]
pub(super) fn told(kind: &str) -> &str {
    if opens_in_browser(kind) {
        kind
    } else if is_textual(kind) {
        "text/plain; charset=utf-8"
    } else {
        UNKNOWN
    }
}

/// Whether a browser may show the file itself. Neither SVG nor HTML are among these, nor anything else with scripts.
#[must_use]
pub(super) fn opens_in_browser(kind: &str) -> bool {
    matches!(kind, "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/avif")
        || matches!(kind, "audio/mpeg" | "audio/mp4" | "audio/ogg" | "audio/wav" | "audio/flac" | "audio/aac")
        || matches!(kind, "video/mp4" | "video/webm" | "video/quicktime" | "video/x-m4v" | "video/ogg")
}

/// Whether it is text that can be shown as such.
#[must_use]
pub(super) fn is_textual(kind: &str) -> bool {
    kind.starts_with("text/")
        || kind.ends_with("+xml")
        || kind.ends_with("+json")
        || matches!(
            kind,
            "application/json" | "application/javascript" | "application/xml" | "application/toml" | "application/x-sh"
        )
}

/// Under which kind people look for it.
#[must_use]
pub(crate) fn category(kind: &str) -> Category {
    let office = ["officedocument", "opendocument", "msword", "ms-excel", "ms-powerpoint", "pdf", "epub", "rtf"];
    let packed = ["zip", "gzip", "x-tar", "x-7z", "rar", "bzip2", "x-xz", "zstd"];
    match kind.split('/').next() {
        Some("image") => Category::Image,
        Some("video") => Category::Video,
        Some("audio") => Category::Audio,
        _ if is_textual(kind) || office.iter().any(|word| kind.contains(word)) => Category::Document,
        _ if packed.iter().any(|word| kind.contains(word)) => Category::Archive,
        _ => Category::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Category, category, of, opens_in_browser, told};

    #[test]
    fn a_kind_is_told_from_the_bytes_whatever_the_name_says() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(of("cat.exe", png, true), "image/png");
        assert_eq!(of("cat.png", b"MZ\x90\0\x03\0\0\0", true), "application/vnd.microsoft.portable-executable");
        assert_eq!(of("cat.png", b"\x01\x02\x03\xff", true), "application/octet-stream");
        assert_eq!(of("cat.png", b"<svg xmlns='x'><script>1</script></svg>", true), "text/plain");
        assert_eq!(of("a.svg", b"<svg xmlns='x'/>", true), "image/svg+xml");
        assert_eq!(of("a.html", b"<!doctype html><script>1</script>", true), "text/html");
        assert_eq!(of("main.rs", b"fn main() {}", true), "text/x-rust");
        assert_eq!(of("notes", "käse".as_bytes(), true), "text/plain");
        assert_eq!(of("notes", &"käse".as_bytes()[..2], false), "text/plain");
        assert_eq!(of("a.pdf", b"%PDF-1.7\n", true), "application/pdf");
        assert_eq!(of("", b"", true), "text/plain");
    }

    #[test]
    fn what_could_run_something_is_never_told_as_what_it_is() {
        for kind in ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript"] {
            assert!(!opens_in_browser(kind), "{kind}");
            assert_eq!(told(kind), "text/plain; charset=utf-8");
        }
        assert_eq!(told("application/pdf"), "application/octet-stream");
        assert_eq!(told("image/png"), "image/png");
    }

    #[test]
    fn kinds_are_found_where_people_look_for_them() {
        for (kind, found) in [
            ("image/png", Category::Image),
            ("text/x-rust", Category::Document),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Category::Document),
            ("application/zip", Category::Archive),
            ("application/octet-stream", Category::Other),
        ] {
            assert_eq!(category(kind), found, "{kind}");
        }
    }
}
