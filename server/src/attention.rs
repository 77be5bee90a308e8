//! What the person at this computer is told outside the page: the desktop app runs in the hub's own
//! process and shows what it is given here, knowing nothing of channels and messages.

use crate::{
    app::App,
    chat::shown_name,
    directory::{Channel, ChannelKind, Directory, Level, NewsKind, Told},
    ids::{ChannelId, UserId},
    journal::Event,
    tasks,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

/// The longest text of a notice, in letters.
const LONGEST: usize = 140;

/// Something to show beside the clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Who, and where unless it is a direct message.
    pub title: String,
    /// What was said, in one line.
    pub text: String,
}

/// How things stand for somebody.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Standing {
    /// Messages to read, in all conversations, reminders that are due, and news of tasks.
    pub unread: u32,
    /// People who have a client connected, without this one.
    pub others: usize,
}

/// Whose browser holds this session secret, if the session still lasts.
#[must_use]
pub fn person_of(app: &App, secret: &str) -> Option<UserId> {
    app.journal.directory().session_with_secret(&Sha256::digest(secret).into()).map(|session| session.user)
}

/// How things stand for a person, or for nobody in particular.
#[must_use]
pub fn standing(app: &App, person: Option<UserId>) -> Standing {
    let others = app.realtime.people().into_iter().filter(|user| Some(*user) != person).count();
    let directory = app.journal.directory();
    let unread = person.map_or(0, |user| {
        let usual = directory.preferences_of(user).level;
        directory
            .channels_of(user)
            .chain(directory.threads_of(user))
            .map(|channel| channel.waiting_for(user, usual))
            .chain([directory.reminders().due_for(user), directory.news_waiting(user)])
            .fold(0, u32::saturating_add)
    });
    Standing { unread, others }
}

/// Hands over what that person should be told, until the hub stops. `person` is asked for each event.
pub async fn notices(app: Arc<App>, person: impl Fn() -> Option<UserId>, show: impl Fn(Notice)) {
    let mut heard = app.realtime.listen();
    loop {
        let event = tokio::select! {
            event = heard.recv() => event,
            () = app.shutdown.cancelled() => return,
        };
        match event {
            Ok(event) => {
                let Some(user) = person() else { continue };
                let said = notice(&app.journal.directory(), &event, user);
                let notice = if said.is_none() { news(&app, &event, user).await } else { said };
                if let Some(notice) = notice {
                    show(notice);
                }
            }
            // After a flood of messages the newest are worth more than the oldest.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

#[derive(Deserialize)]
struct Sent {
    message: Said,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    channel_id: ChannelId,
    number: u32,
    author_id: UserId,
    alias: Option<Alias>,
    body: String,
    /// Set where the same was said in a thread and in its channel.
    twin: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    files: Vec<Named>,
}

#[derive(Deserialize)]
struct Alias {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Due {
    reminder: Reminded,
}

#[derive(Deserialize)]
struct Reminded {
    text: String,
    message: Option<Place>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    channel_id: ChannelId,
}

fn notice(directory: &Directory, event: &Event, user: UserId) -> Option<Notice> {
    let person = directory.people.get(&user)?;
    if !event.audience.includes(directory, user, person.role) {
        return None;
    }
    let preferences = directory.preferences_of(user);
    if preferences.is_quiet(event.at) {
        return None;
    }
    let (name, data) = event.content()?;
    match name.as_str() {
        "message.created" => {}
        "reminder.due" => return reminder(directory, serde_json::from_value(data).ok()?),
        _ => return None,
    }
    let Sent { message: said } = serde_json::from_value(data).ok()?;
    let channel = directory.channels.get(&said.channel_id)?;
    let home = directory.home(channel);
    let twice = said.twin.is_some() && channel.kind != ChannelKind::Thread;
    if said.author_id == user || twice || !wanted(channel, user, said.number, preferences.level) {
        return None;
    }
    let author = directory.people.get(&said.author_id).map_or("", |author| author.name.as_str());
    let author = shown_name(said.alias.as_ref().and_then(|alias| alias.name.as_deref()), author);
    let title = if home.kind == ChannelKind::Direct { author } else { format!("{author} in #{}", home.name) };
    let names = said.files.into_iter().map(|file| file.name).collect::<Vec<_>>().join(", ");
    let text = if said.body.trim().is_empty() { &names } else { &said.body };
    Some(Notice { title, text: one_line(text) })
}

/// What somebody wanted to be reminded of; of a message without words of their own, where it was said.
fn reminder(directory: &Directory, Due { reminder }: Due) -> Option<Notice> {
    let text = if reminder.text.is_empty() {
        let channel = directory.channels.get(&reminder.message?.channel_id)?;
        let home = directory.home(channel);
        if home.kind == ChannelKind::Direct {
            "A direct message".to_owned()
        } else {
            format!("A message in #{}", home.name)
        }
    } else {
        one_line(&reminder.text)
    };
    Some(Notice { title: "Reminder".to_owned(), text })
}

#[derive(Deserialize)]
struct Added {
    news: Told,
}

/// What somebody is told of a task that they may see.
async fn news(app: &App, event: &Event, user: UserId) -> Option<Notice> {
    let (_, Added { news }) = event.read::<Added>("news.added")?;
    let title = {
        let directory = app.journal.directory();
        let role = directory.people.get(&user)?.role;
        if !event.audience.includes(&directory, user, role) || directory.preferences_of(user).is_quiet(event.at) {
            return None;
        }
        let who = news.by_id.and_then(|by| directory.people.get(&by)).map_or("", |by| by.name.as_str());
        let key = directory.projects.get(&news.project_id)?.task_key(news.number);
        match news.kind {
            NewsKind::Assigned => format!("{who} assigned {key} to you"),
            NewsKind::Mentioned => format!("{who} named you in {key}"),
            NewsKind::Commented => format!("{who} commented on {key}"),
            NewsKind::Status => format!("{who} moved {key}"),
            NewsKind::DueSoon => format!("{key} is due soon"),
            NewsKind::Overdue => format!("{key} is overdue"),
        }
    };
    let task = tasks::seen_by(app, user, (news.project_id, news.number)).await?;
    Some(Notice { title, text: one_line(&task.title) })
}

/// Whether a message wants this person's attention: said to them alone, in a thread that they
/// follow, speaking to them, or in a conversation of which they want to be told everything. `usual`
/// is their level for channels without one.
fn wanted(channel: &Channel, user: UserId, number: u32, usual: Level) -> bool {
    let Some(member) = channel.members.get(&user) else { return false };
    let direct = matches!(channel.kind, ChannelKind::Direct | ChannelKind::Thread);
    // What is said to somebody alone is not of the channels that they usually want to be told less of.
    let level = member.level_or(if direct { Level::Mentions } else { usual });
    match (channel.kind, level) {
        (_, Level::Nothing) => false,
        (ChannelKind::Direct | ChannelKind::Thread, _) => true,
        (_, Level::Mentions) => channel.speaks_to(user, number),
        (_, Level::Everything) => !member.muted || channel.speaks_to(user, number),
    }
}

fn one_line(body: &str) -> String {
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_long_message_is_one_short_line() {
        assert_eq!(one_line("one\n\n  two"), "one two");
        let long = one_line(&"ä ".repeat(400));
        assert!(long.chars().count() <= 141 && long.ends_with('…'), "{long}");
    }
}
