//! Reading messages.

use super::{MessageView, Page, RevisionView, visible};
use crate::{
    accounts::Actor,
    app::App,
    chat::store,
    directory::{Channel, Directory},
    error::AppError,
    ids::ChannelId,
    permission::Action,
};
use std::collections::HashMap;

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
pub(in crate::chat) fn dressed(directory: &Directory, mut messages: Vec<MessageView>) -> Vec<MessageView> {
    for message in &mut messages {
        message.thread = directory.thread_on(message.channel_id, message.number).and_then(Channel::thread_view);
    }
    messages
}

/// The messages at these places, as far as there are such. Whether somebody may read them is for the caller.
pub(crate) async fn at(
    app: &App,
    places: &[(ChannelId, u32)],
) -> Result<HashMap<(ChannelId, u32), MessageView>, AppError> {
    let found = store::messages_at(&app.database, places).await.map_err(AppError::internal)?;
    let messages = dressed(&app.journal.directory(), found.into_values().collect());
    Ok(messages.into_iter().map(|message| ((message.channel_id, message.number), message)).collect())
}

/// The messages of a conversation with these numbers, both included, for a reader inside this process.
pub(crate) async fn between(
    app: &App,
    channel: ChannelId,
    from: u32,
    to: u32,
) -> Result<Vec<MessageView>, surrealdb::Error> {
    store::messages(&app.database, channel, from, to).await
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
