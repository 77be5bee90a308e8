//! The words that a page has for those who link to it: <https://ogp.me>, or what every page has.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// The longest title, description and name, in characters.
const LONGEST: (usize, usize, usize) = (200, 400, 80);
/// How many tokens are looked at: what comes so late is not the head of a page.
const MOST_TOKENS: usize = 20_000;

/// What a page says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Page {
    pub title: String,
    pub description: String,
    pub site: Option<String>,
}

/// Reads the head of a page; `None` for one without a title. The pages of the web are in UTF-8, but for few.
pub(super) fn read(bytes: &[u8]) -> Option<Page> {
    let text = String::from_utf8_lossy(bytes);
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let (mut own, mut told) = (Page::default(), Page::default());
    let (mut title, mut in_title) = (String::new(), false);
    for token in Tokenizer::new_with_emitter(&*text, emitter).take(MOST_TOKENS) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => match tag.name.as_slice() {
                b"title" => in_title = title.trim().is_empty(),
                b"body" => break,
                b"meta" => {
                    let attribute = |name: &[u8]| {
                        let value = tag.attributes.get(name)?;
                        Some(String::from_utf8_lossy(value.value.as_slice()).into_owned())
                    };
                    let Some(content) = attribute(b"content") else { continue };
                    let name = attribute(b"property").or_else(|| attribute(b"name")).unwrap_or_default();
                    match name.to_ascii_lowercase().as_str() {
                        "og:title" => told.title = line(&content, LONGEST.0),
                        "og:description" => told.description = line(&content, LONGEST.1),
                        "og:site_name" => told.site = Some(line(&content, LONGEST.2)).filter(|site| !site.is_empty()),
                        "description" => own.description = line(&content, LONGEST.1),
                        _ => {}
                    }
                }
                _ => {}
            },
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"title" => in_title = false,
                b"head" => break,
                _ => {}
            },
            Token::String(words) if in_title => title.push_str(&String::from_utf8_lossy(words.value.as_slice())),
            _ => {}
        }
    }
    let or = |told: String, own: String| if told.is_empty() { own } else { told };
    let title = or(told.title, line(&title, LONGEST.0));
    (!title.is_empty()).then(|| Page { title, description: or(told.description, own.description), site: told.site })
}

/// One line without what cannot be shown, cut where it is too long.
fn line(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
    };
    let words: String = words.chars().filter(shown).collect();
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, read};

    #[test]
    fn what_a_page_says_of_itself_is_read_and_nothing_else() {
        let page = read(
            br#"<!doctype html><html><head><title>Own &amp; title</title>
            <meta property="og:title" content="The &quot;door&quot;"><meta name=description content="own words">
            <META PROPERTY='og:site_name' CONTENT='Doors Weekly'><script>document.write("<title>no</title>")</script>
            </head><body><meta property="og:title" content="no"></body></html>"#,
        );
        assert_eq!(
            page,
            Some(Page {
                title: "The \"door\"".to_owned(),
                description: "own words".to_owned(),
                site: Some("Doors Weekly".to_owned())
            })
        );
        let plain = read(b"<title>\n  Only\n a  title </title>").unwrap();
        assert_eq!((plain.title.as_str(), plain.description.as_str(), plain.site), ("Only a title", "", None));
        for nothing in [&b""[..], b"<p>no head</p>", b"<title>  </title>", b"\xff\xfe\x00<", &[0; 4_000]] {
            assert_eq!(read(nothing), None);
        }
        let long = format!("<title>{}</title>", "ä".repeat(4_000));
        assert_eq!(read(long.as_bytes()).unwrap().title.chars().count(), 201);
        assert_eq!(read("<title>a\u{202e}b</title>".as_bytes()).unwrap().title, "ab");
    }
}
