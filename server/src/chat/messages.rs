//! Sending, reading, editing and deleting messages.

use super::{
    pins,
    reactions::{ReactionView, ReactionsView},
    store,
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Channel, Directory},
    error::{AppError, Code},
    files::{self, Attached, FileView},
    http::extract::IfMatch,
    ids::{ChannelId, FileId, UserId},
    journal::Audience,
    permission::{Action, Relation},
    validate::{self, Checks},
};
use moka::sync::Cache;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
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
}

impl MessageView {
    pub(super) fn set_reactions(&mut self, ReactionsView { reactions, reactions_version, .. }: ReactionsView) {
        self.reactions = reactions;
        self.reactions_version = reactions_version;
    }
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

fn visible<'a>(directory: &'a Directory, actor: &Actor, channel: ChannelId) -> Result<&'a Channel, AppError> {
    directory.visible_channel(channel, actor.user, actor.role)
}

/// Says something, with these files of the actor's; returns when it is on disk.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `validation`, `rate_limited`.
pub async fn send(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    body: &str,
    client_key: Option<String>,
    files: Vec<FileId>,
) -> Result<Sent, AppError> {
    let mut checks = Checks::default();
    let body = checks.take("body", validate::text(body, usize::from(files.is_empty()), LONGEST));
    checks.take("fileIds", files::check_ids(&files));
    let client_key = client_key.map(|key| checks.take("clientKey", validate::client_key(&key)));
    checks.finish()?;
    if let Some(key) = &client_key
        && let Some(place) = app.recent.0.get(&(actor.user, key.clone()))
    {
        return again(app, actor, channel, place).await;
    }
    app.limits.messages.take(&actor.user)?;
    let author = actor.clone();
    let key = client_key.clone();
    let with_files = !files.is_empty();
    let sent = app
        .journal
        .commit(move |draft| {
            let author = author.still(draft.directory)?;
            let channel = visible(draft.directory, &author, channel)?;
            author.require(Action::SendMessage, channel.relation(author.user))?;
            if channel.archived_at.is_some() {
                return Err(AppError::new(Code::ChannelArchived));
            }
            let number = channel.last_number + 1;
            let message = MessageView {
                channel_id: channel.id,
                number,
                author_id: author.user,
                body: body.clone(),
                files: files::attach(draft, &author, &files, (channel.id, number))?,
                client_key: key.clone(),
                created_at: draft.now,
                edited_at: None,
                deleted_at: None,
                version: 1,
                reactions: Vec::new(),
                reactions_version: 0,
            };
            store::insert_message(draft, &message);
            let data = json!({ "message": message });
            draft.event(
                Audience::Members(message.channel_id),
                "message.created",
                Some(message.channel_id),
                &data,
                key.as_deref(),
            )?;
            Ok(message)
        })
        .await;
    match (sent, client_key) {
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
            again(app, actor, channel, place).await
        }
        (Err(failure), _) => Err(failure),
    }
}

/// A send that was retried gets the message that it made at first.
async fn again(
    app: &App,
    actor: &Actor,
    asked: ChannelId,
    (channel, number): (ChannelId, u32),
) -> Result<Sent, AppError> {
    if asked != channel {
        return Err(AppError::field("clientKey", "was used for a message in another channel"));
    }
    get(app, actor, channel, number).await.map(Sent::Before)
}

/// Which part of a channel's history is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    Newest,
    Before(u32),
    After(u32),
    Around(u32),
}

impl Page {
    /// The first and last number of the page; empty when the first is above the last.
    #[must_use]
    pub fn range(self, limit: u32, last: u32) -> (u32, u32) {
        let ending_at = |end: u32| (end.saturating_sub(limit) + 1, end);
        match self {
            Self::Newest => ending_at(last),
            Self::Before(number) => ending_at(number.saturating_sub(1).min(last)),
            Self::After(number) => (number.saturating_add(1).max(1), number.saturating_add(limit).min(last)),
            Self::Around(number) => {
                let number = number.clamp(1, last.max(1));
                let from = number.saturating_sub(limit / 2).max(1);
                let to = from.saturating_add(limit - 1).min(last);
                (to.saturating_sub(limit - 1).max(1), to)
            }
        }
    }
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
    Ok((messages, last))
}

/// The newest number of a channel that the actor may read.
fn readable(app: &App, actor: &Actor, channel: ChannelId) -> Result<u32, AppError> {
    let directory = app.journal.directory();
    let channel = visible(&directory, actor, channel)?;
    actor.require(Action::ReadMessages, channel.relation(actor.user))?;
    Ok(channel.last_number)
}

/// One message.
///
/// # Errors
/// `not_found`.
pub async fn get(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<MessageView, AppError> {
    readable(app, actor, channel)?;
    store::messages(&app.database, channel, number, number)
        .await
        .map_err(AppError::internal)?
        .pop()
        .ok_or_else(|| AppError::not_found("Message"))
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
    let turn = app.turns.take(channel, number).await;
    for _ in 0..TRIES {
        let before = get(app, actor, channel, number).await?;
        let is = {
            let directory = app.journal.directory();
            relation(visible(&directory, actor, channel)?, actor, &before)
        };
        actor.require(action, is)?;
        if before.deleted_at.is_some() {
            return if action == Action::DeleteMessage { Ok(before) } else { Err(AppError::not_found("Message")) };
        }
        version.check(before.version, || before.clone())?;
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
                actor.require(action, relation(found, &actor, &before))?;
                if found.archived_at.is_some() {
                    return Err(AppError::new(Code::ChannelArchived));
                }
                let Some(next) = next(&before, draft.now) else { return Ok(before.clone()) };
                let next = MessageView { version: before.version + 1, ..next };
                store::update_message(draft, &next);
                let name = if next.deleted_at.is_some() {
                    store::insert_tombstone(draft, channel, number);
                    files::release(draft, &attached);
                    "message.deleted"
                } else {
                    store::insert_revision(draft, &before);
                    "message.updated"
                };
                draft.event(Audience::Members(channel), name, Some(channel), &json!({ "message": next }), None)?;
                if next.deleted_at.is_some() && found.pins.contains_key(&number) {
                    pins::take_off(draft, found, number, actor.user)?;
                }
                Ok(next)
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

fn relation(channel: &Channel, actor: &Actor, message: &MessageView) -> Relation {
    Relation { own: message.author_id == actor.user, ..channel.relation(actor.user) }
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

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_is_a_range_of_numbers() {
        assert_eq!(Page::Newest.range(50, 120), (71, 120));
        assert_eq!(Page::Newest.range(50, 20), (1, 20));
        assert_eq!(Page::Before(71).range(50, 120), (21, 70));
        assert_eq!(Page::Before(1).range(50, 120).1, 0);
        assert_eq!(Page::After(100).range(50, 120), (101, 120));
        assert_eq!(Page::After(0).range(50, 120), (1, 50));
        assert_eq!(Page::Around(60).range(50, 120), (35, 84));
        assert_eq!(Page::Around(119).range(50, 120), (71, 120));
        assert_eq!(Page::Around(2).range(50, 120), (1, 50));
        assert_eq!(Page::Around(9_999).range(50, 120), (71, 120));
        for page in [Page::Newest, Page::After(7), Page::Before(u32::MAX), Page::After(u32::MAX), Page::Around(0)] {
            let (from, to) = page.range(50, 0);
            assert!(from > to, "{page:?} of nothing is empty");
        }
    }
}
