//! A channel's history as one file, for people to keep and for programs to read.
//!
//! It is read page by page while it is sent, so it costs no memory however long it is, and whoever
//! loses the right to read in the middle gets no further page. Replies stand after the message that
//! they are to.

use super::messages::{self, MessageView, Page};
use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    clock,
    directory::{Channel, ChannelKind, ChannelView},
    error::AppError,
    ids::ChannelId,
    permission::Action,
};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use std::{fmt::Write, sync::Arc};
use utoipa::ToSchema;

/// How many messages are read at a time.
const PAGE: u32 = 200;

/// How an exported channel is written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One JSON object on each line: what the channel is, then every message in full.
    #[default]
    Jsonl,
    /// Who said what and when, to be read.
    Text,
}

impl Format {
    /// What the file is called after its dot, and its media type.
    #[must_use]
    pub fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Jsonl => ("jsonl", "application/x-ndjson"),
            Self::Text => ("txt", "text/plain; charset=utf-8"),
        }
    }
}

/// The first line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    channel: &'a ChannelView,
    exported_at: clock::Timestamp,
}

/// Every other line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    author: Author,
    /// The number of the message in the channel that this is a reply to.
    reply_to: Option<u32>,
    #[serde(flatten)]
    message: &'a MessageView,
}

#[derive(Serialize)]
struct Author {
    name: String,
    username: String,
}

/// An export that may be sent: the channel, and its file in pieces.
///
/// # Errors
/// `not_found`, `forbidden`, `rate_limited`.
pub async fn channel(
    app: &Arc<App>,
    actor: &Actor,
    id: ChannelId,
    format: Format,
) -> Result<(ChannelView, impl Stream<Item = Result<String, AppError>> + use<>), AppError> {
    app.limits.changes.take(&actor.user)?;
    let view = {
        let directory = app.journal.directory();
        let found = directory.visible_room(id, actor.user, actor.role)?;
        let is = directory.relation(found, actor.user);
        // What is said between a few belongs to each of them.
        let action = if found.kind == ChannelKind::Direct { Action::ReadMessages } else { Action::ExportChannel };
        actor.require(action, is)?;
        found.view()
    };
    audit::tell(app, Act::ChannelExported, By::from(actor), None, view.name.clone()).await;
    let head = match format {
        Format::Jsonl => line(&Head { channel: &view, exported_at: clock::now() })?,
        Format::Text => String::new(),
    };
    let (app, actor) = (Arc::clone(app), actor.clone());
    let pages = stream::try_unfold((app, actor, 0), move |(app, actor, after)| async move {
        let (page, last) = messages::list(&app, &actor, id, Page::After(after), PAGE).await?;
        if page.is_empty() {
            return Ok::<_, AppError>(None);
        }
        let mut text = String::new();
        for message in &page {
            write(&app, &mut text, format, message, None)?;
            if message.thread.is_some() {
                replies(&app, &actor, &mut text, format, message).await?;
            }
        }
        let next = page.last().map_or(last, |message| message.number);
        Ok(Some((text, (app, actor, next))))
    });
    Ok((view, futures_util::StreamExt::chain(stream::once(async { Ok(head) }), pages)))
}

/// The replies to a message.
async fn replies(
    app: &App,
    actor: &Actor,
    text: &mut String,
    format: Format,
    root: &MessageView,
) -> Result<(), AppError> {
    let thread = app.journal.directory().thread_on(root.channel_id, root.number).map(|thread: &Channel| thread.id);
    let Some(thread) = thread else { return Ok(()) };
    let mut after = 0;
    loop {
        let (page, _) = messages::list(app, actor, thread, Page::After(after), PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.number;
        for reply in &page {
            write(app, text, format, reply, Some(root.number))?;
        }
    }
}

fn write(
    app: &App,
    text: &mut String,
    format: Format,
    message: &MessageView,
    reply_to: Option<u32>,
) -> Result<(), AppError> {
    let author = {
        let directory = app.journal.directory();
        let person = directory.people.get(&message.author_id);
        let named = |person: &crate::directory::Person| (person.name.clone(), person.username.clone());
        let (name, username) = person.map(named).unwrap_or_default();
        Author { name, username }
    };
    match format {
        Format::Jsonl => text.push_str(&line(&Line { author, reply_to, message })?),
        Format::Text => {
            let alias = message.alias.as_ref().and_then(|alias| alias.name.as_deref());
            tell(text, &messages::shown_name(alias, &author.name), message, reply_to);
        }
    }
    Ok(())
}

fn line(content: &impl Serialize) -> Result<String, AppError> {
    let mut line = serde_json::to_string(content).map_err(AppError::internal)?;
    line.push('\n');
    Ok(line)
}

/// A message to be read; a reply is set in.
fn tell(text: &mut String, name: &str, message: &MessageView, reply_to: Option<u32>) {
    let indent = if reply_to.is_some() { "    " } else { "" };
    let when = message.created_at.to_string();
    // To the minute: `2026-11-26 12:03`.
    let when = when.get(..16).unwrap_or_default().replace('T', " ");
    let edited = if message.edited_at.is_some() && message.deleted_at.is_none() { " (edited)" } else { "" };
    // Writing to a string does not fail.
    let _ = writeln!(text, "{indent}[{when} UTC] {name}{edited}");
    if message.deleted_at.is_some() {
        let _ = writeln!(text, "{indent}  (deleted)");
    }
    for said in message.body.lines() {
        let _ = writeln!(text, "{indent}  {said}");
    }
    for option in message.poll.iter().flat_map(|poll| &poll.options) {
        let _ = writeln!(text, "{indent}  - {} ({})", option.text, option.votes);
    }
    for file in &message.files {
        let _ = writeln!(text, "{indent}  [file: {}]", file.name);
    }
    text.push('\n');
}
