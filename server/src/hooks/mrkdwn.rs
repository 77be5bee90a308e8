//! Slack's own marks, written as Markdown.

use std::iter;

/// The same text as Markdown: `*bold*`, `~gone~`, `<url|words>`, `<!here>`; code stays as it is.
pub(super) fn markdown(text: &str) -> String {
    // Every other part is code: of several lines, then of one.
    let blocks = text.split("```").enumerate().map(|(at, part)| match at % 2 {
        0 => outside_blocks(part),
        _ => format!("```{}```", decoded(part)),
    });
    let mut made: String = blocks.collect();
    if text.matches("```").count() % 2 == 1 {
        // A block that nobody closed was no block.
        made = format!("{}\n```", made.trim_end_matches("```").trim_end());
    }
    made
}

fn outside_blocks(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let parts: Vec<_> = line.split('`').collect();
        if parts.len() % 2 == 0 {
            // One of the signs has no other.
            return words(line);
        }
        let parts = parts.into_iter().enumerate().map(|(at, part)| match at % 2 {
            1 => format!("`{}`", decoded(part)),
            _ => words(part),
        });
        parts.collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A piece of a line without code.
fn words(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find('<') {
        let Some(length) = rest[begin..].find('>') else { break };
        made.push_str(&emphasis(&decoded(&rest[..begin])));
        made.push_str(&angle(&rest[begin + 1..begin + length]));
        rest = &rest[begin + length + 1..];
    }
    made.push_str(&emphasis(&decoded(rest)));
    made
}

/// What stands between `<` and `>`.
fn angle(inner: &str) -> String {
    let (target, label) = inner.split_once('|').map_or((inner, None), |(target, label)| (target, Some(label)));
    let label = label.map(decoded).filter(|label| !label.trim().is_empty());
    if let Some(special) = target.strip_prefix('!') {
        return match special {
            "channel" | "everyone" => "@channel".to_owned(),
            "here" => "@here".to_owned(),
            _ => label.unwrap_or_default(),
        };
    }
    if let Some(user) = target.strip_prefix('@') {
        return format!("@{}", label.unwrap_or_else(|| user.to_owned()).trim_start_matches('@'));
    }
    if let Some(channel) = target.strip_prefix('#') {
        return format!("#{}", label.unwrap_or_else(|| channel.to_owned()).trim_start_matches('#'));
    }
    let target = decoded(target);
    if !["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
        return format!("<{}>", decoded(inner));
    }
    link(&target, label.as_deref())
}

/// A link in Markdown; without words of its own the address as it is.
pub(super) fn link(target: &str, label: Option<&str>) -> String {
    let Some(label) = label else { return target.to_owned() };
    let label = label.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]").replace('\n', " ");
    let target = target.replace('(', "%28").replace(')', "%29").replace(' ', "%20");
    format!("[{label}]({target})")
}

/// Slack writes these three as entities, and no others.
fn decoded(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// `*bold*` and `~gone~` with as many signs as Markdown has; a sign alone stays one.
fn emphasis(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let edge = |at: Option<&char>| at.is_none_or(|letter| !letter.is_alphanumeric());
    let mut made = String::with_capacity(text.len());
    // Where the mark that was opened ends.
    let mut ends: Vec<usize> = Vec::new();
    for (at, letter) in letters.iter().copied().enumerate() {
        let doubled = matches!(letter, '*' | '~');
        if doubled && ends.last() == Some(&at) {
            ends.pop();
            made.extend(iter::repeat_n(letter, 2));
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let opens = doubled && edge(before) && before != Some(&letter);
        let end = opens.then(|| closing(&letters, at)).flatten();
        match end {
            Some(end) if ends.last().is_none_or(|outer| end < *outer) => {
                ends.push(end);
                made.extend(iter::repeat_n(letter, 2));
            }
            _ => made.push(letter),
        }
    }
    made
}

/// Where the mark at this place is closed: after a word, before what is no word.
fn closing(letters: &[char], open: usize) -> Option<usize> {
    let sign = letters[open];
    let begins = letters.get(open + 1).is_some_and(|next| !next.is_whitespace() && *next != sign);
    let close = letters.iter().skip(open + 1).position(|letter| *letter == sign)? + open + 1;
    let after = letters.get(close + 1);
    let ends =
        !letters[close - 1].is_whitespace() && after.is_none_or(|after| !after.is_alphanumeric() && *after != sign);
    (begins && ends).then_some(close)
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn marks_become_those_of_markdown() {
        for (slack, made) in [
            ("plain", "plain"),
            ("*bold* and _leaning_ and ~gone~", "**bold** and _leaning_ and ~~gone~~"),
            ("2*3*4 and a * b * c", "2*3*4 and a * b * c"),
            ("*bold with ~gone~ in it*", "**bold with ~~gone~~ in it**"),
            ("**already**", "**already**"),
            ("<https://a.example/x?a=1&amp;b=2|the *log*>", "[the *log*](https://a.example/x?a=1&b=2)"),
            (
                "see <https://a.example/(x)|it>, <https://b.example>",
                "see [it](https://a.example/%28x%29), https://b.example",
            ),
            ("<!channel> <!here|here> <!everyone>", "@channel @here @channel"),
            ("<@U1|ann> in <#C1|general>", "@ann in #general"),
            ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
            ("<javascript:alert(1)|x>", "<javascript:alert(1)|x>"),
            ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
            ("`*not* bold` *bold*", "`*not* bold` **bold**"),
            ("```\n*x* &lt;y&gt;\n```", "```\n*x* <y>\n```"),
            ("one ` sign *bold*", "one ` sign **bold**"),
            ("a < b and *c*", "a < b and **c**"),
            ("*a*\n*b*", "**a**\n**b**"),
            ("```open", "```open\n```"),
        ] {
            assert_eq!(markdown(slack), made, "{slack}");
        }
    }
}
