//! Sending, reading, editing and deleting messages.

use super::{
    mentions::{self, Present, Spoken},
    named::{self, Named},
    page::Page,
    pins,
    reactions::{ReactionView, ReactionsView},
    store, threads,
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Channel, Directory, ThreadView},
    error::{AppError, Code},
    files::{self, Attached, FileView},
    http::extract::IfMatch,
    ids::{ChannelId, FileId, UserId},
    journal::{Audience, Draft},
    permission::{Action, Relation},
    validate::{self, Checks},
};
use moka::sync::Cache;
use serde::Serialize;
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use utoipa::ToSchema;

/// The longest message, in characters.
pub const LONGEST: usize = 16_000;
/// How often an edit that raced with another is tried again.
const TRIES: usize = 8;

/// A message as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message)]
pub struct MessageView {
    pub channel_id: ChannelId,
    /// 1, 2, 3… in the channel, without holes.
    pub number: u32,
    pub author_id: UserId,
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
}

impl MessageView {
    pub(super) fn set_reactions(&mut self, ReactionsView { reactions, reactions_version, .. }: ReactionsView) {
        self.reactions = reactions;
        self.reactions_version = reactions_version;
    }
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
}

impl Words {
    /// The same, with their bounds checked.
    fn checked(self) -> Result<Self, AppError> {
        let mut checks = Checks::default();
        let body = checks.take("body", validate::text(&self.body, usize::from(self.files.is_empty()), LONGEST));
        checks.take("fileIds", files::check_ids(&self.files));
        let client_key = self.client_key.map(|key| checks.take("clientKey", validate::client_key(&key)));
        checks.finish()?;
        Ok(Self { body, files: self.files, client_key })
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
            let directory = draft.directory;
            let author = author.still(directory)?;
            let present = &present;
            let root = match to {
                To::Root(root) => root,
                To::Channel(channel) => {
                    let channel = visible(directory, &author, channel)?;
                    let Some(thread) = &channel.thread else {
                        may_write(directory, &author, channel)?;
                        let message = first(draft, &author, channel, &words)?;
                        return write(draft, channel, message, (present, None));
                    };
                    threads::Root::of(thread)
                }
            };
            threads::write_reply(draft, &author, root, &words, present)
        })
        .await;
    match (sent, key) {
        (Ok(message), key) => {
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
    Ok(MessageView {
        channel_id: channel.id,
        number,
        author_id: author.user,
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

/// A page of history, the oldest first, and the number of the channel's newest message.
///
/// # Errors
/// `not_found`.
pub async fn list(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    page: Page,
    limit: u32,
) -> Result<(Vec<MessageView>, u32), AppError> {
    let last = readable(app, actor, channel)?;
    let (from, to) = page.range(limit, last);
    if from > to {
        return Ok((Vec::new(), last));
    }
    let messages = store::messages(&app.database, channel, from, to).await.map_err(AppError::internal)?;
    Ok((dressed(&app.journal.directory(), messages), last))
}

/// The newest number of a channel that the actor may read.
fn readable(app: &App, actor: &Actor, channel: ChannelId) -> Result<u32, AppError> {
    let directory = app.journal.directory();
    let channel = visible(&directory, actor, channel)?;
    actor.require(Action::ReadMessages, directory.relation(channel, actor.user))?;
    Ok(channel.last_number)
}

/// Messages with what hangs on them now.
pub(super) fn dressed(directory: &Directory, mut messages: Vec<MessageView>) -> Vec<MessageView> {
    for message in &mut messages {
        message.thread = directory.thread_on(message.channel_id, message.number).and_then(Channel::thread_view);
    }
    messages
}

/// The messages at these places, as far as there are such. Whether somebody may read them is for the caller.
pub(super) async fn at(
    app: &App,
    places: &[(ChannelId, u32)],
) -> Result<HashMap<(ChannelId, u32), MessageView>, AppError> {
    let found = store::messages_at(&app.database, places).await.map_err(AppError::internal)?;
    let messages = dressed(&app.journal.directory(), found.into_values().collect());
    Ok(messages.into_iter().map(|message| ((message.channel_id, message.number), message)).collect())
}

/// One message.
///
/// # Errors
/// `not_found`.
pub async fn get(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<MessageView, AppError> {
    readable(app, actor, channel)?;
    let found = store::messages(&app.database, channel, number, number).await.map_err(AppError::internal)?;
    dressed(&app.journal.directory(), found).pop().ok_or_else(|| AppError::not_found("Message"))
}

/// Changes what a message says; what it said before is kept.
///
/// # Errors
/// `forbidden` for anyone but the author, `not_found`, `validation`, `version_mismatch`.
pub async fn edit(
    app: &Arc<App>,
    actor: &Actor,
    channel: ChannelId,
    number: u32,
    body: &str,
    version: IfMatch,
) -> Result<MessageView, AppError> {
    let mut checks = Checks::default();
    let body = checks.take("body", validate::text(body, 0, LONGEST));
    checks.finish()?;
    app.limits.messages.take(&actor.user)?;
    if body.trim().is_empty() && get(app, actor, channel, number).await?.files.is_empty() {
        return Err(AppError::field("body", "is empty"));
    }
    change(app, actor, (channel, number), Action::EditMessage, version, move |before, now| {
        (before.body != body).then(|| MessageView { body: body.clone(), edited_at: Some(now), ..before.clone() })
    })
    .await
}

/// Takes a message back. Its number stays, as a tombstone without text.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn delete(
    app: &Arc<App>,
    actor: &Actor,
    channel: ChannelId,
    number: u32,
    version: IfMatch,
) -> Result<MessageView, AppError> {
    change(app, actor, (channel, number), Action::DeleteMessage, version, |before, now| {
        let (reactions, reactions_version) = (Vec::new(), 0);
        let (body, files, deleted_at) = (String::new(), Vec::new(), Some(now));
        Some(MessageView { body, files, deleted_at, reactions, reactions_version, ..before.clone() })
    })
    .await
}

/// Reads a message, makes the next version of it and writes that, as often as somebody else was
/// faster. `next` gives `None` where nothing changes.
async fn change(
    app: &Arc<App>,
    actor: &Actor,
    (channel, number): (ChannelId, u32),
    action: Action,
    version: IfMatch,
    next: impl Fn(&MessageView, Timestamp) -> Option<MessageView> + Clone + Send + 'static,
) -> Result<MessageView, AppError> {
    // Where a message stands twice never changes.
    let twin = get(app, actor, channel, number).await?.twin.map(|twin| (twin.channel_id, twin.number));
    let turn = app.turns.take([(channel, number)].into_iter().chain(twin)).await;
    for _ in 0..TRIES {
        let before = get(app, actor, channel, number).await?;
        let is = {
            let directory = app.journal.directory();
            relation(&directory, visible(&directory, actor, channel)?, actor, &before)
        };
        actor.require(action, is)?;
        if before.deleted_at.is_some() {
            return if action == Action::DeleteMessage { Ok(before) } else { Err(AppError::not_found("Message")) };
        }
        version.check(before.version, || before.clone())?;
        let twin = match before.twin {
            Some(twin) => Some(get(app, actor, twin.channel_id, twin.number).await?),
            None => None,
        };
        let attached = if action == Action::DeleteMessage {
            files::attached(app, &before.files).await?
        } else {
            Attached::default()
        };
        let hashes = attached.hashes();
        let (actor, next, turn) = (actor.clone(), next.clone(), turn.clone());
        let written = app
            .journal
            .commit(move |draft| {
                let _kept = &turn;
                let actor = actor.still(draft.directory)?;
                let found = visible(draft.directory, &actor, channel)?;
                actor.require(action, relation(draft.directory, found, &actor, &before))?;
                if draft.directory.is_archived(found) {
                    return Err(AppError::new(Code::ChannelArchived));
                }
                let Some(after) = next(&before, draft.now) else { return Ok(before.clone()) };
                // What stands in two places says the same in both.
                if let Some(twin) = &twin
                    && let Some(after) = next(twin, draft.now)
                {
                    rewrite(draft, twin, after, actor.user)?;
                }
                files::release(draft, &attached);
                rewrite(draft, &before, after, actor.user)
            })
            .await;
        match written {
            Err(failure) if failure.code == Code::VersionMismatch || failure.code == Code::Conflict => {}
            done => {
                files::collect(app, hashes).await;
                return done;
            }
        }
    }
    Err(AppError::later(Code::Busy, std::time::Duration::from_secs(1)))
}

/// Writes what a message says now, or that it is gone, and tells of it.
fn rewrite(
    draft: &mut Draft<'_>,
    before: &MessageView,
    next: MessageView,
    by: UserId,
) -> Result<MessageView, AppError> {
    let directory = draft.directory;
    let channel = directory.channels.get(&before.channel_id).ok_or_else(|| AppError::not_found("Channel"))?;
    let thread = directory.thread_on(before.channel_id, before.number).and_then(Channel::thread_view);
    let mentions = named::named(directory, &next.body);
    let next = MessageView { version: before.version + 1, thread, mentions, ..next };
    store::update_message(draft, &next);
    let name = if next.deleted_at.is_some() {
        store::insert_tombstone(draft, &next);
        "message.deleted"
    } else {
        store::insert_revision(draft, before);
        "message.updated"
    };
    if channel.thread.is_some() {
        threads::tell_changed(draft, channel, name, &next)?;
    } else {
        draft.event(Audience::Members(channel.id), name, Some(channel.id), &json!({ "message": next }), None)?;
    }
    mentions::note_again(draft, channel, before, &next)?;
    if next.deleted_at.is_some() && channel.pins.contains_key(&next.number) {
        pins::take_off(draft, channel, next.number, by)?;
    }
    Ok(next)
}

fn relation(directory: &Directory, channel: &Channel, actor: &Actor, message: &MessageView) -> Relation {
    Relation { own: message.author_id == actor.user, ..directory.relation(channel, actor.user) }
}

/// What a message said before, the oldest first.
///
/// # Errors
/// `not_found`.
pub async fn revisions(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    number: u32,
) -> Result<Vec<RevisionView>, AppError> {
    let message = get(app, actor, channel, number).await?;
    store::revisions(&app.database, channel, number, message.version).await.map_err(AppError::internal)
}
