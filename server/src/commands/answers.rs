//! What programs answer to commands, at once or later.

use crate::{
    accounts,
    app::App,
    chat::{self, Alias, Right},
    directory::{Command, SecretHash},
    error::{AppError, Code},
    hooks,
    ids::{ChannelId, CommandId, UserId},
};
use moka::sync::Cache;
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// How long a program may answer later, and how often, as Slack has it.
const GOOD_FOR: Duration = Duration::from_secs(30 * 60);
const USES: u32 = 5;
/// How many commands can wait for answers.
const MOST: u64 = 10_000;

/// Who asked what, and where.
#[derive(Debug)]
pub(super) struct Ticket {
    command: CommandId,
    name: String,
    bot: UserId,
    user: UserId,
    channel: ChannelId,
    uses: AtomicU32,
}

impl Ticket {
    pub(super) fn new(command: &Command, user: UserId, channel: ChannelId) -> Self {
        Self {
            command: command.id,
            name: command.name.clone(),
            bot: command.bot,
            user,
            channel,
            uses: AtomicU32::new(0),
        }
    }
}

/// To whom programs may answer later. Kept in memory only: after a restart nobody waits any more. One in an [`App`].
#[derive(Debug)]
pub struct Tickets(Cache<SecretHash, Arc<Ticket>>);

impl Default for Tickets {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(GOOD_FOR).build())
    }
}

/// Lets a program answer later; returns the secret part of the address.
pub(super) fn open(app: &App, ticket: Ticket) -> String {
    let secret = accounts::secret();
    app.tickets.0.insert(accounts::secret_hash(&secret), Arc::new(ticket));
    secret
}

/// To whom something is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Audience {
    Asker,
    Conversation,
}

/// What a program answers.
#[derive(Debug)]
pub(super) struct Answer {
    to: Audience,
    body: String,
    alias: Option<Alias>,
}

/// Reads an answer: JSON as Slack has it, or plain text for the asker. `None` says nothing.
pub(super) fn read(bytes: &[u8], kind: &str) -> Option<Answer> {
    if kind.to_ascii_lowercase().contains("json") {
        let whole: Value = serde_json::from_slice(bytes).ok()?;
        let to = if whole["response_type"] == "in_channel" { Audience::Conversation } else { Audience::Asker };
        let (body, alias) = hooks::said(bytes)?;
        return Some(Answer { to, body, alias });
    }
    let text = String::from_utf8_lossy(bytes);
    let body = hooks::said_plainly(text.trim());
    (!body.is_empty()).then_some(Answer { to: Audience::Asker, body, alias: None })
}

/// What became of an answer.
#[derive(Debug)]
pub(super) enum Given {
    Whispered(String),
    Said(u32),
}

/// Says an answer in the conversation, or gives it back for the asker.
pub(super) async fn give(app: &App, ticket: &Ticket, answer: Answer) -> Result<Given, AppError> {
    let Answer { to, body, alias } = answer;
    match to {
        Audience::Asker => Ok(Given::Whispered(body)),
        Audience::Conversation => {
            let by = (ticket.bot, Right::Of(ticket.user));
            chat::post(app, by, ticket.channel, (body, alias)).await.map(|message| Given::Said(message.number))
        }
    }
}

/// Takes what a program answers later.
///
/// # Errors
/// `not_found` for an address that is none, or no longer; `invalid_json` for what says nothing; and as saying something.
pub(super) async fn later(app: &App, secret: &str, bytes: &[u8], kind: &str) -> Result<(), AppError> {
    let ticket = ticket(app, secret)?;
    let answer = read(bytes, kind).ok_or_else(|| AppError::new(Code::InvalidJson))?;
    if ticket.uses.fetch_add(1, Ordering::AcqRel) >= USES {
        return Err(AppError::not_found("Command"));
    }
    if let Given::Whispered(text) = give(app, &ticket, answer).await? {
        app.realtime.whisper(ticket.user, ticket.channel, &ticket.name, &text);
    }
    Ok(())
}

/// The ticket of this secret, as long as it is good and there is such a command.
pub(super) fn ticket(app: &App, secret: &str) -> Result<Arc<Ticket>, AppError> {
    let known = app.tickets.0.get(&accounts::secret_hash(secret));
    known
        .filter(|ticket| ticket.uses.load(Ordering::Acquire) < USES)
        .filter(|ticket| app.journal.directory().commands.contains_key(&ticket.command))
        .ok_or_else(|| AppError::not_found("Command"))
}

#[cfg(test)]
mod tests {
    use super::{Audience, read};

    #[test]
    fn an_answer_is_for_the_asker_unless_it_says_otherwise() {
        let json = "application/json; charset=utf-8";
        let whispered = read(br#"{"text": "*done*"}"#, json).unwrap();
        assert_eq!((whispered.to, whispered.body.as_str()), (Audience::Asker, "**done**"));
        let said = read(br#"{"response_type": "in_channel", "text": "done", "username": "CI"}"#, json).unwrap();
        assert_eq!((said.to, said.alias.unwrap().name.as_deref()), (Audience::Conversation, Some("CI")));
        let plain = read(b"done\n", "text/plain").unwrap();
        assert_eq!((plain.to, plain.body.as_str()), (Audience::Asker, "done"));
        for nothing in [&b""[..], b"  \n", b"{}", b"[]", b"{\"text\": \"\"}"] {
            assert!(read(nothing, json).is_none(), "{nothing:?}");
        }
        assert!(read(b"", "").is_none());
    }
}
