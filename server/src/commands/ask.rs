//! Asking the program behind a command.

use super::answers::{self, Ticket};
use crate::{
    accounts::Actor,
    app::App,
    chat, clock,
    directory::{ChannelKind, Command, Directory},
    discovery,
    error::AppError,
    http::host_label,
    ids::{ChannelId, DeliveryId},
    outgoing,
    outside::{Answered, Fault, Question},
};
use axum::body::Bytes;
use reqwest::{
    Method, Url,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use utoipa::ToSchema;

/// How long a program may take; what takes longer answers later.
const WITHIN: Duration = Duration::from_secs(3);
/// How much of an answer is read.
const READ: usize = 64 << 10;
/// The longest text after a command, in characters.
const LONGEST: usize = 4_000;

/// What came of asking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "lowercase")]
#[schema(as = CommandOutcome)]
pub enum Outcome {
    /// The program took it, and says nothing, or says it later.
    Taken,
    /// It answers the asker alone, in Markdown. Nobody keeps this.
    Whispered { text: String },
    /// It was said in the conversation.
    Said { number: u32 },
    /// It did not take it: with which status it answered, or why it did not.
    Failed { status: Option<u16>, fault: Option<Fault> },
}

/// Asks the program behind a command what follows it.
///
/// # Errors
/// `not_found` for a command or conversation that is not there; `forbidden`, `channel_archived` where the actor may not
/// say anything; `validation`, `rate_limited`.
pub async fn ask(
    app: &Arc<App>,
    actor: &Actor,
    channel: ChannelId,
    (name, text): (&str, &str),
) -> Result<Outcome, AppError> {
    if text.chars().count() > LONGEST {
        return Err(AppError::field("text", format!("is longer than {LONGEST} characters")));
    }
    app.limits.messages.take(&actor.user)?;
    let (command, form) = {
        let directory = app.journal.directory();
        chat::may_say(&directory, actor, channel)?;
        let name = name.trim_start_matches('/').to_lowercase();
        let command = directory.command_named(&name).ok_or_else(|| AppError::not_found("Command"))?.clone();
        let secret = answers::open(app, Ticket::new(&command, actor.user, channel));
        let form = form(app, &directory, (actor, channel), &command, text, &secret)?;
        (command, form)
    };
    let url = Url::parse(&command.url).map_err(|_| AppError::field("command", "has an address that is none"))?;
    let mut headers =
        outgoing::signature_headers(&[&command.key], DeliveryId::generate(), clock::now(), form.as_bytes());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let question = Question {
        method: Method::POST,
        url: &url,
        headers,
        body: Bytes::from(form),
        // Commands are the admins'.
        reach: outgoing::reach(app, true, &url),
        within: WITHIN,
        most: READ,
    };
    match app.outside.ask(question).await {
        Err(fault) => Ok(Outcome::Failed { status: None, fault: Some(fault) }),
        Ok(answered) if !answered.is_good() => Ok(Outcome::Failed { status: Some(answered.status), fault: None }),
        Ok(answered) => heed(app, &Ticket::new(&command, actor.user, channel), &answered).await,
    }
}

/// Does what a program answers.
async fn heed(app: &App, ticket: &Ticket, answered: &Answered) -> Result<Outcome, AppError> {
    let kind = answered.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some(answer) = answers::read(&answered.body, kind) else { return Ok(Outcome::Taken) };
    match answers::give(app, ticket, answer).await? {
        answers::Given::Whispered(text) => Ok(Outcome::Whispered { text }),
        answers::Given::Said(number) => Ok(Outcome::Said { number }),
    }
}

/// What the program is told, in the fields that Slack gave it.
fn form(
    app: &App,
    directory: &Directory,
    (actor, channel): (&Actor, ChannelId),
    command: &Command,
    text: &str,
    secret: &str,
) -> Result<String, AppError> {
    let person = directory.active_person(actor.user)?;
    let found = directory.channels.get(&channel).ok_or_else(|| AppError::not_found("Channel"))?;
    let home = directory.home(found);
    let channel_name = if home.kind == ChannelKind::Direct { "directmessage" } else { home.name.as_str() };
    let team = directory.settings()?;
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("command", &format!("/{}", command.name))
        .append_pair("text", text)
        .append_pair("user_id", &person.id.to_string())
        .append_pair("user_name", &person.username)
        .append_pair("channel_id", &channel.to_string())
        .append_pair("channel_name", channel_name)
        .append_pair("team_id", &directory.hub.to_string())
        .append_pair("team_domain", &host_label(&team.name))
        .append_pair("response_url", &format!("{}/api/v1/commands/answers/{secret}", base(app, directory)));
    Ok(form.finish())
}

/// Where other computers reach the hub, as far as it knows.
fn base(app: &App, directory: &Directory) -> String {
    let standing = app.discovery.standing();
    let open = discovery::is_open(directory, &standing);
    let address =
        open.then(|| discovery::lan_addresses(&app.config, directory, &standing).into_iter().next()).flatten();
    let host = address.map_or_else(|| "127.0.0.1".to_owned(), |address| address.to_string());
    format!("http://{host}:{}", standing.port)
}
