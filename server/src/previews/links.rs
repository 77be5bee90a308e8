//! The links in what somebody wrote.

use reqwest::Url;

/// The first links to the web, each once, as they are written; those in code are meant as code.
pub(super) fn links(body: &str, most: usize) -> Vec<String> {
    let words = without_code(body);
    let mut found: Vec<String> = Vec::new();
    let mut rest = words.as_str();
    while found.len() < most {
        let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() else { break };
        // `xhttp://` is no link.
        let apart = rest[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let from = &rest[at..];
        let end = from
            .find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | '`' | '|' | '\\'))
            .unwrap_or(from.len());
        // Nothing so long is an address, and it is not looked at letter by letter.
        if end > crate::outside::LONGEST_ADDRESS {
            rest = &from[end..];
            continue;
        }
        let link = trimmed(&from[..end]);
        rest = &from[link.len().max(1)..];
        if apart && is_web(link) && !found.iter().any(|known| known == link) {
            found.push(link.to_owned());
        }
    }
    found
}

fn is_web(link: &str) -> bool {
    Url::parse(link).is_ok_and(|url| {
        let named = url.domain().is_some_and(|domain| domain.contains('.'));
        (named || url.host_str().is_some_and(|_| url.domain().is_none()))
            && url.username().is_empty()
            && url.password().is_none()
    })
}

/// Without what ends a sentence, and without brackets that nothing in the link opened.
fn trimmed(link: &str) -> &str {
    let mut link = link;
    loop {
        let Some(last) = link.chars().next_back() else { return link };
        let opened = |open: char, close: char| link.matches(open).count() >= link.matches(close).count();
        let cut = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => true,
            ')' => !opened('(', ')'),
            ']' => !opened('[', ']'),
            _ => false,
        };
        if !cut {
            return link;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
}

/// The text with spaces in the place of code.
fn without_code(body: &str) -> String {
    let mut made = String::with_capacity(body.len());
    let mut fenced = false;
    for line in body.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
        } else if !fenced {
            let mut parts = line.split('`');
            made.push_str(parts.next().unwrap_or_default());
            let rest: Vec<_> = parts.collect();
            // A last sign that nothing closes is a sign.
            for (place, part) in rest.iter().enumerate() {
                let code = place % 2 == 0 && place + 1 < rest.len();
                made.push(' ');
                made.push_str(if code { "" } else { part });
            }
        }
        made.push('\n');
    }
    made
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn links_are_found_where_people_put_them() {
        for (body, found) in [
            ("see https://a.example/x.", vec!["https://a.example/x"]),
            ("(https://a.example/x_(y))", vec!["https://a.example/x_(y)"]),
            ("[words](https://a.example/x) and <http://b.example>", vec!["https://a.example/x", "http://b.example"]),
            ("**https://a.example**, https://a.example", vec!["https://a.example"]),
            ("https://a.example/?q=1&r=2#top", vec!["https://a.example/?q=1&r=2#top"]),
            ("`https://a.example` https://b.example `", vec!["https://b.example"]),
            ("```\nhttps://a.example\n```\nhttps://b.example", vec!["https://b.example"]),
            ("xhttps://a.example http:// https://localhost/x https://u:p@a.example", vec![]),
            ("https://ä.example/ü", vec!["https://ä.example/ü"]),
        ] {
            assert_eq!(links(body, 3), found, "{body}");
        }
        assert_eq!(links(&"https://a.example/1 https://a.example/2 ".repeat(9), 2).len(), 2);
        assert_eq!(links(&"http://".repeat(50_000), 3).len(), 0);
        assert_eq!(
            links(&format!("http://a.example/{} https://b.example", ")".repeat(50_000)), 3),
            ["https://b.example"]
        );
    }
}
