//! Messages: what they are, and sending them.

mod changes;
mod history;
mod page;

pub use changes::{delete, edit, lay_bare};
pub(crate) use history::{at, between};
pub use history::{get, list, revisions};
pub use page::Page;

use super::{
    ballot::{NewPoll, PollView},
    made::MadeTask,
    mentions::{self, Present, Spoken},
    named::{self, Named},
    polls,
    reactions::{ReactionView, ReactionsView},
    store, threads,
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Channel, Directory, ThreadView},
    error::{AppError, Code},
    files::{self, FileView},
    ids::{ChannelId, FileId, UserId},
    journal::{Audience, Draft},
    permission::Action,
    validate::{self, Checks},
};
use moka::sync::Cache;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// The longest message, in characters.
pub const LONGEST: usize = 16_000;

/// A message as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message)]
pub struct MessageView {
    pub channel_id: ChannelId,
    /// 1, 2, 3… in the channel, without holes.
    pub number: u32,
    pub author_id: UserId,
    /// Under which name and sign it is shown, where a program that speaks by a webhook asked for another.
    pub alias: Option<Alias>,
    /// Markdown, at most 16,000 characters; empty once deleted, and it may be in a message with files.
    pub body: String,
    /// None once deleted.
    pub files: Vec<FileView>,
    /// What the sending client named it.
    pub client_key: Option<String>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    pub version: u32,
    /// In the order of first use.
    pub reactions: Vec<ReactionView>,
    /// Counts the changes of the reactions; `version` stays as it is.
    pub reactions_version: u32,
    /// Whom it names.
    pub mentions: Named,
    /// Where it stands a second time: a reply that was also sent to the channel.
    pub twin: Option<Twin>,
    /// The replies to it; `null` before the first.
    pub thread: Option<ThreadView>,
    /// The tasks that were made of it.
    pub tasks: Vec<MadeTask>,
    /// Whether its author wants nothing shown beneath it of what it links to.
    pub bare: bool,
    /// What it asks; the question is what it says. `null` once deleted.
    pub poll: Option<PollView>,
}

impl MessageView {
    pub(super) fn set_reactions(&mut self, ReactionsView { reactions, reactions_version, .. }: ReactionsView) {
        self.reactions = reactions;
        self.reactions_version = reactions_version;
    }
}

/// How a message of a program is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// In the place of the bot's name, beside which it stands then.
    pub name: Option<String>,
    /// In the place of its picture.
    pub emoji: Option<String>,
}

/// The name under which something is shown that a program said, where only words can stand: with the bot's own beside it,
/// so that nobody is taken for somebody else.
#[must_use]
pub(crate) fn shown_name(alias: Option<&str>, bot: &str) -> String {
    alias.filter(|alias| *alias != bot).map_or_else(|| bot.to_owned(), |alias| format!("{alias} ({bot})"))
}

/// The other place of a message that stands both in a thread and in the channel of its root.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Twin {
    pub channel_id: ChannelId,
    pub number: u32,
    /// The number of the thread's root in the channel.
    pub root: u32,
}

/// What a message said before an edit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Revision)]
pub struct RevisionView {
    pub version: u32,
    pub body: String,
    /// When it began to say this.
    pub edited_at: Timestamp,
    pub editor_id: UserId,
}

/// Where messages with a client key lately went, so that a retried send seldom has to ask the
/// database.
#[derive(Debug)]
pub struct Recent(Cache<(UserId, String), (ChannelId, u32)>);

impl Default for Recent {
    fn default() -> Self {
        Self(Cache::new(20_000))
    }
}

/// Whether a send made a message or found the one it had made before.
#[derive(Debug)]
pub enum Sent {
    New(MessageView),
    Before(MessageView),
}

pub(super) fn visible<'a>(
    directory: &'a Directory,
    actor: &Actor,
    channel: ChannelId,
) -> Result<&'a Channel, AppError> {
    directory.visible_channel(channel, actor.user, actor.role)
}

/// What somebody says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// May be empty where there are files.
    pub body: String,
    /// Files of the author's that are in no message yet.
    pub files: Vec<FileId>,
    /// By which the author's client knows the message.
    pub client_key: Option<String>,
    /// How it is shown, where a program asked for it.
    pub alias: Option<Alias>,
    /// What it asks, by which the words are a question.
    pub poll: Option<NewPoll>,
}

impl Words {
    /// The same, with their bounds checked.
    pub(super) fn checked(self) -> Result<Self, AppError> {
        let mut checks = Checks::default();
        let body = checks.take("body", validate::text(&self.body, usize::from(self.files.is_empty()), LONGEST));
        checks.take("fileIds", files::check_ids(&self.files));
        let client_key = self.client_key.map(|key| checks.take("clientKey", validate::client_key(&key)));
        if self.poll.is_some() && !self.files.is_empty() {
            checks.take::<()>("fileIds", Err("cannot be in a poll".to_owned()));
        }
        let poll = self.poll.map(|poll| poll.checked(&mut checks, &body));
        checks.finish()?;
        Ok(Self { body, files: self.files, client_key, alias: self.alias, poll })
    }
}

/// Where something is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum To {
    Channel(ChannelId),
    /// In reply to a message.
    Root(threads::Root),
}

/// Says something; returns when it is on disk.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `validation`, `rate_limited`.
pub async fn send(app: &App, actor: &Actor, channel: ChannelId, words: Words) -> Result<Sent, AppError> {
    say(app, actor, To::Channel(channel), words).await
}

/// As [`send`], in a conversation or in reply to a message.
pub(super) async fn say(app: &App, actor: &Actor, to: To, words: Words) -> Result<Sent, AppError> {
    let words = words.checked()?;
    let key = words.client_key.clone();
    if let Some(key) = &key
        && let Some(place) = app.recent.0.get(&(actor.user, key.clone()))
    {
        return again(app, actor, to, place).await;
    }
    app.limits.messages.take(&actor.user)?;
    let author = actor.clone();
    let with_files = !words.files.is_empty();
    let present = mentions::present(app, &words.body);
    let sent = app
        .journal
        .commit(move |draft| {
            let author = author.still(draft.directory)?;
            put(draft, &author, to, &words, &present)
        })
        .await;
    match (sent, key) {
        (Ok(message), key) => {
            if message.poll.as_ref().is_some_and(|poll| poll.closes_at.is_some()) {
                app.due.wake();
            }
            if let Some(key) = key {
                app.recent.0.insert((actor.user, key), (message.channel_id, message.number));
            }
            Ok(Sent::New(message))
        }
        // The files of a message that was sent before are in it, and can be in no other.
        (Err(failure), Some(key))
            if failure.code == Code::Conflict || (failure.code == Code::NotFound && with_files) =>
        {
            if failure.code == Code::NotFound {
                // The first one may be on its way to the disk.
                app.journal.settle().await?;
            }
            let place = store::find_sent(&app.database, actor.user, &key).await.map_err(AppError::internal)?;
            let place = place.ok_or(failure)?;
            app.recent.0.insert((actor.user, key), place);
            again(app, actor, to, place).await
        }
        (Err(failure), _) => Err(failure),
    }
}

/// Writes what somebody says where they say it, as far as they may.
pub(super) fn put(
    draft: &mut Draft<'_>,
    author: &Actor,
    to: To,
    words: &Words,
    present: &Present,
) -> Result<MessageView, AppError> {
    let directory = draft.directory;
    let root = match to {
        To::Root(root) => root,
        To::Channel(channel) => {
            let channel = visible(directory, author, channel)?;
            let Some(thread) = &channel.thread else {
                may_write(directory, author, channel)?;
                let message = first(draft, author, channel, words)?;
                return write(draft, channel, message, (present, None));
            };
            threads::Root::of(thread)
        }
    };
    threads::write_reply(draft, author, root, words, present)
}

/// Goes on only where the author may say something now.
pub(super) fn may_write(directory: &Directory, author: &Actor, channel: &Channel) -> Result<(), AppError> {
    author.require(Action::SendMessage, directory.relation(channel, author.user))?;
    if directory.is_archived(channel) { Err(AppError::new(Code::ChannelArchived)) } else { Ok(()) }
}

/// A new message as it is first, for the end of this conversation; its files are in it from now on.
pub(super) fn first(
    draft: &mut Draft<'_>,
    author: &Actor,
    channel: &Channel,
    words: &Words,
) -> Result<MessageView, AppError> {
    let number = channel.last_number + 1;
    let place = files::Place { conversation: channel.id, number, home: draft.directory.home(channel).id };
    let poll = match &words.poll {
        Some(poll) => Some(polls::begin(draft, (channel.id, number), poll)?),
        None => None,
    };
    Ok(MessageView {
        channel_id: channel.id,
        number,
        author_id: author.user,
        alias: words.alias.clone(),
        body: words.body.clone(),
        files: files::attach(draft, author, &words.files, place)?,
        client_key: words.client_key.clone(),
        created_at: draft.now,
        edited_at: None,
        deleted_at: None,
        version: 1,
        reactions: Vec::new(),
        reactions_version: 0,
        mentions: named::named(draft.directory, &words.body),
        twin: None,
        thread: None,
        tasks: Vec::new(),
        bare: false,
        poll,
    })
}

/// Writes a message into a channel and tells those who are in it. Those who follow `thread` have heard
/// it there already.
pub(super) fn write(
    draft: &mut Draft<'_>,
    channel: &Channel,
    message: MessageView,
    (present, thread): (&Present, Option<&Channel>),
) -> Result<MessageView, AppError> {
    store::insert_message(draft, &message);
    let (audience, data) = (Audience::Members(channel.id), json!({ "message": message }));
    draft.event(audience, "message.created", Some(channel.id), &data, message.client_key.as_deref())?;
    let spoken = Spoken::by(draft.directory, channel, &message, present, thread);
    mentions::note(draft, channel, &message, &spoken)?;
    Ok(message)
}

/// A send that was retried gets the message that it made at first.
async fn again(app: &App, actor: &Actor, to: To, (channel, number): (ChannelId, u32)) -> Result<Sent, AppError> {
    let asked = match to {
        To::Channel(asked) => Some(asked),
        To::Root(root) => app.journal.directory().thread_on(root.channel, root.number).map(|thread| thread.id),
    };
    if asked != Some(channel) {
        return Err(AppError::field("clientKey", "was used for a message in another channel"));
    }
    get(app, actor, channel, number).await.map(Sent::Before)
}
