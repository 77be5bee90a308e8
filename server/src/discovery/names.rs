//! The hub's names on the local network: `acme.local`, or `acme-2.local` where another has that.

use crate::http::host_label;

/// The longest label of a host name or a service's name, in bytes (RFC 1035, RFC 6763).
const LABEL: usize = 63;

/// The host name of a team, with a number from the second of that name on.
#[must_use]
pub fn host(team: &str, number: u32) -> String {
    let label = host_label(team);
    if number < 2 {
        return format!("{label}.local");
    }
    let suffix = format!("-{number}");
    format!("{}{suffix}.local", shorten(&label, LABEL - suffix.len()).trim_end_matches('-'))
}

/// The name under which programs that list services show the hub.
#[must_use]
pub fn service(team: &str, number: u32) -> String {
    let suffix = if number < 2 { String::new() } else { format!(" ({number})") };
    format!("{}{suffix}", shorten(team, LABEL - suffix.len()).trim_end())
}

/// As much of a text as fits into so many bytes, without breaking a letter.
fn shorten(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::{host, service};

    #[test]
    fn the_second_of_a_name_gets_a_number_and_nothing_gets_too_long() {
        assert_eq!(host("Acme", 1), "acme.local");
        assert_eq!(host("Acme", 2), "acme-2.local");
        assert_eq!(service("Acme", 1), "Acme");
        assert_eq!(service("Acme", 3), "Acme (3)");
        let long = "東".repeat(60);
        assert_eq!(service(&long, 1).len(), 63);
        assert!(service(&long, 12).len() <= 63 && service(&long, 12).ends_with(" (12)"));
        let long = host(&"a".repeat(60), 1_000_000);
        assert_eq!(long.len(), 63 + ".local".len());
    }
}
