//! What stands in a mail.

use super::{Account, address, missed::Missed, unsubscribe};
use crate::{
    app::App,
    chat::{self, MessageView},
    clock::Timestamp,
    directory::{Channel, ChannelKind, Directory},
    error::AppError,
    ids::UserId,
};
use jiff::tz::TimeZone;
use lettre::{
    Address, Message,
    message::{
        Mailbox, MessageBuilder, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

/// How many conversations a mail shows.
const CONVERSATIONS: usize = 10;
/// How many messages of each.
const MESSAGES: usize = 5;
/// How much of a message, in characters.
const LONGEST: usize = 300;

const TEXT: &str = include_str!("../../../assets/mail/digest.txt");
const PAGE: &str = include_str!("../../../assets/mail/digest.html");
const CONVERSATION: &str = include_str!("../../../assets/mail/digest-conversation.html");
const MESSAGE: &str = include_str!("../../../assets/mail/digest-message.html");
const TEST: &str = include_str!("../../../assets/mail/test.txt");

/// What a mail shows of one conversation.
struct Part {
    title: String,
    url: String,
    lines: Vec<Line>,
    /// How many more there are.
    more: usize,
}

struct Line {
    author: String,
    at: String,
    text: String,
    url: String,
}

/// A mail that only shows that mail comes through.
///
/// # Errors
/// When an address does not fit into a mail.
pub(super) fn test(account: &Account, team: &str, to: &str) -> anyhow::Result<Message> {
    let builder = begun(account, team, to)?.subject(format!("Mail from {team} works"));
    Ok(builder.body(fill(TEST, &[("team", team)]))?)
}

fn begun(account: &Account, team: &str, to: &str) -> anyhow::Result<MessageBuilder> {
    let from: Address = account.from.parse()?;
    Ok(Message::builder()
        .from(Mailbox::new(Some(team.to_owned()), from))
        .to(Mailbox::new(None, to.parse()?))
        .raw_header(header("Auto-Submitted", "auto-generated")))
}

fn header(name: &'static str, value: impl Into<String>) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.into())
}

/// What somebody missed.
///
/// # Errors
/// `internal` when an address does not fit into a mail.
pub(super) fn digest(
    app: &App,
    account: &Account,
    user: UserId,
    to: &str,
    missed: &[Missed],
    newest: Timestamp,
) -> Result<Message, AppError> {
    let stop = app.keys.unsubscribe(user)?;
    let directory = app.journal.directory();
    let base = address(app, &directory);
    let stop = format!("{base}{}", unsubscribe::path(&stop));
    let person = directory.active_person(user)?;
    let wishes = directory.preferences_of(user);
    let zone = TimeZone::get(person.time_zone.as_ref().unwrap_or(&wishes.time_zone)).unwrap_or(TimeZone::UTC);
    let parts: Vec<_> =
        missed.iter().take(CONVERSATIONS).filter_map(|each| part(&directory, user, each, &base, &zone)).collect();
    let others = missed.len().saturating_sub(CONVERSATIONS);
    let team = directory.hub_view().name;
    let settings = format!("{base}/settings/notifications");
    let values: Values<'_> =
        &[("team", &team), ("name", &person.name), ("home", &base), ("settings", &settings), ("unsubscribe", &stop)];
    let (text, page) = (text(&parts, others, values), page(&parts, others, values));
    let message = || -> anyhow::Result<Message> {
        let id = format!("<{}.{user}@{}>", newest.millis(), account.from.rsplit('@').next().unwrap_or("hearth"));
        // RFC 8058: the link that mail programs show as a button, and that a click on it is all that it takes.
        Ok(begun(account, &team, to)?
            .subject(subject(&directory, missed, &team))
            .message_id(Some(id))
            .raw_header(header("List-Unsubscribe", format!("<{stop}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            .multipart(MultiPart::alternative_plain_html(text, page))?)
    };
    message().map_err(AppError::internal)
}

fn subject(directory: &Directory, missed: &[Missed], team: &str) -> String {
    let count: usize = missed.iter().map(|each| each.messages.len()).sum();
    let channel = |each: &Missed| directory.channels.get(&each.channel);
    match missed {
        [one] => {
            let author = one.messages.last().and_then(|message| directory.people.get(&message.author_id));
            let author = author.map_or("Somebody", |author| author.name.as_str());
            match channel(one).map(|channel| (channel.kind, directory.home(channel))) {
                Some((ChannelKind::Public | ChannelKind::Private, home)) => {
                    format!("{author} mentioned you in #{} ({team})", home.name)
                }
                Some((ChannelKind::Thread, _)) => format!("{author} mentioned you in a thread ({team})"),
                _ => format!("{author} wrote to you ({team})"),
            }
        }
        _ => format!("{count} messages for you in {team}"),
    }
}

fn part(directory: &Directory, user: UserId, missed: &Missed, base: &str, zone: &TimeZone) -> Option<Part> {
    let channel = directory.channels.get(&missed.channel)?;
    let home = directory.home(channel);
    let path = path(home, directory, user);
    let title = match (channel.kind, home.kind) {
        (ChannelKind::Thread, ChannelKind::Direct) => format!("Thread with {}", others(directory, home, user)),
        (ChannelKind::Thread, _) => format!("Thread in #{}", home.name),
        (ChannelKind::Direct, _) => others(directory, home, user),
        _ => format!("#{}", home.name),
    };
    let url = |message: &MessageView| match &channel.thread {
        Some(thread) => format!("{base}{path}/m/{}/thread/{}", thread.number, message.number),
        None => format!("{base}{path}/m/{}", message.number),
    };
    let line = |message: &MessageView| Line {
        author: author(directory, message),
        at: moment(message.created_at, zone),
        text: excerpt(message),
        url: url(message),
    };
    let first = missed.messages.first()?;
    Some(Part {
        title,
        url: url(first),
        lines: missed.messages.iter().take(MESSAGES).map(line).collect(),
        more: missed.messages.len().saturating_sub(MESSAGES),
    })
}

/// The page of a conversation, as the user interface has it.
fn path(home: &Channel, directory: &Directory, user: UserId) -> String {
    let typed = |name: &str| url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    if home.kind != ChannelKind::Direct {
        return format!("/chat/{}", typed(&home.name));
    }
    let mut others = home.members.keys().filter(|other| **other != user);
    match (others.next().or(Some(&user)), others.next()) {
        (Some(only), None) => match directory.active_person(*only) {
            Ok(person) => format!("/dm/{}", typed(&person.username)),
            Err(_) => format!("/dm/~{}", home.id),
        },
        _ => format!("/dm/~{}", home.id),
    }
}

fn others(directory: &Directory, channel: &Channel, user: UserId) -> String {
    let names: Vec<_> = channel
        .members
        .keys()
        .filter(|other| **other != user)
        .filter_map(|other| directory.people.get(other).map(|person| person.name.as_str()))
        .collect();
    if names.is_empty() { "You".to_owned() } else { names.join(", ") }
}

fn author(directory: &Directory, message: &MessageView) -> String {
    let alias = message.alias.as_ref().and_then(|alias| alias.name.as_deref());
    let own = directory.people.get(&message.author_id).map_or("", |person| person.name.as_str());
    chat::shown_name(alias, own)
}

fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.millis()) else { return String::new() };
    zone.to_datetime(at).strftime("%-d %b, %H:%M").to_string()
}

fn excerpt(message: &MessageView) -> String {
    let names = || message.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>().join(", ");
    let words = if message.body.trim().is_empty() { names() } else { message.body.clone() };
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

type Values<'a> = &'a [(&'a str, &'a str)];

fn more(count: usize, of: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!("and one more {of}"),
        count => format!("and {count} more {of}s"),
    }
}

fn text(parts: &[Part], others: usize, values: Values<'_>) -> String {
    let conversation = |part: &Part| {
        let shown = |line: &Line| format!("  {} ({}): {}\n", line.author, line.at, line.text);
        let lines: String = part.lines.iter().map(shown).collect();
        let rest = if part.more > 0 { format!("  {}\n", more(part.more, "message")) } else { String::new() };
        format!("{}\n{lines}{rest}  {}\n\n", part.title, part.url)
    };
    let conversations: String = parts.iter().map(conversation).collect();
    let missed = format!("{conversations}{}", more(others, "conversation"));
    fill(TEXT, &[values, &[("missed", missed.trim_end())]].concat())
}

fn page(parts: &[Part], others: usize, values: Values<'_>) -> String {
    let conversation = |part: &Part| {
        let messages: String = part.lines.iter().map(shown).collect();
        let (title, url, rest) = (escaped(&part.title), escaped(&part.url), more(part.more, "message"));
        fill(CONVERSATION, &[("title", &title), ("url", &url), ("messages", &messages), ("more", &rest)])
    };
    let missed: String = parts.iter().map(conversation).collect();
    let escaped: Vec<_> = values.iter().map(|(name, value)| (*name, escaped(value))).collect();
    let mut values: Vec<_> = escaped.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let rest = more(others, "conversation");
    values.extend([("missed", missed.as_str()), ("more", rest.as_str())]);
    fill(PAGE, &values)
}

fn shown(line: &Line) -> String {
    let (author, at, text, url) = (escaped(&line.author), escaped(&line.at), escaped(&line.text), escaped(&line.url));
    fill(MESSAGE, &[("author", &author), ("at", &at), ("text", &text), ("url", &url)])
}

/// Puts values in the place of `{{names}}`. What is put in is not looked at again.
fn fill(template: &str, values: Values<'_>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Text as it stands in HTML, between quotation marks too.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Line, Part, fill, page, text};

    #[test]
    fn what_people_wrote_is_neither_taken_for_a_template_nor_for_a_page() {
        let part = || Part {
            title: "#<b>".to_owned(),
            url: "http://hub/chat/b/m/1".to_owned(),
            lines: vec![Line {
                author: "{{unsubscribe}}".to_owned(),
                at: "1 Jan, 00:00".to_owned(),
                text: "<script>alert(\"{{settings}}\")</script>".to_owned(),
                url: "http://hub/chat/b/m/1".to_owned(),
            }],
            more: 2,
        };
        let values: &[(&str, &str)] = &[("team", "T&C"), ("settings", "http://hub/s"), ("unsubscribe", "http://hub/u")];
        let shown = page(&[part()], 1, values);
        assert!(shown.contains("&lt;script&gt;alert(&quot;{{settings}}&quot;)&lt;/script&gt;"), "{shown}");
        assert!(shown.contains("#&lt;b&gt;") && shown.contains("T&amp;C") && shown.contains("and 2 more messages"));
        assert!(!shown.contains("<script") && shown.contains("and one more conversation"), "{shown}");
        let plain = text(&[part()], 0, values);
        assert!(
            plain.contains("{{unsubscribe}} (1 Jan, 00:00): <script>") && plain.contains("http://hub/u"),
            "{plain}"
        );
    }

    #[test]
    fn a_template_is_filled_once() {
        assert_eq!(fill("a {{b}} c {{d}} {{", &[("b", "{{d}}"), ("d", "e")]), "a {{d}} c e ");
        assert_eq!(fill("{{unknown}}!", &[]), "!");
    }
}
