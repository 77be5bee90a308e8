//! What programs say: in answer to a message or a command, or to one person.

use super::{
    channels, members, mentions,
    messages::{self, Alias, MessageView, Words},
    threads,
};
use crate::{
    accounts::Actor,
    app::App,
    directory::{Channel, ChannelKind, Directory},
    error::{AppError, Code},
    ids::{ChannelId, UserId},
    journal::Draft,
};
use std::collections::BTreeSet;

/// By whose right a program speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Right {
    /// Its own: it is where it speaks, or everybody may be.
    Own,
    /// Of somebody who asked it something there.
    Of(UserId),
}

/// Says something as a bot, which need not be in the conversation.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `validation`, `rate_limited`.
pub(crate) async fn post(
    app: &App,
    (bot, right): (UserId, Right),
    channel: ChannelId,
    (body, alias): (String, Option<Alias>),
) -> Result<MessageView, AppError> {
    let words = Words { body, files: Vec::new(), client_key: None, alias, poll: None }.checked()?;
    app.limits.messages.take(&bot)?;
    let present = mentions::present(app, &words.body);
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let author = Actor::for_job(directory, bot)?;
            let channel = directory.channels.get(&channel).ok_or_else(|| AppError::not_found("Channel"))?;
            allowed(directory, channel, &author, right)?;
            if let Some(thread) = &channel.thread {
                return threads::write_allowed(draft, &author, threads::Root::of(thread), &words, &present);
            }
            let message = messages::first(draft, &author, channel, &words)?;
            messages::write(draft, channel, message, (&present, None))
        })
        .await
}

/// Goes on only where something may be said by this right.
fn allowed(directory: &Directory, channel: &Channel, bot: &Actor, right: Right) -> Result<(), AppError> {
    match right {
        Right::Of(user) => {
            let asker = Actor::for_job(directory, user)?;
            let channel = messages::visible(directory, &asker, channel.id)?;
            messages::may_write(directory, &asker, channel)
        }
        Right::Own => {
            let home = directory.home(channel);
            if home.archived_at.is_some() {
                return Err(AppError::new(Code::ChannelArchived));
            }
            let here = home.members.contains_key(&bot.user) || home.kind == ChannelKind::Public;
            if here { Ok(()) } else { Err(AppError::new(Code::Forbidden)) }
        }
    }
}

/// Whether somebody may say something in a conversation, and so ask a program there.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`.
pub(crate) fn may_say(directory: &Directory, actor: &Actor, channel: ChannelId) -> Result<(), AppError> {
    messages::may_write(directory, actor, messages::visible(directory, actor, channel)?)
}

/// Says something to one person.
///
/// # Errors
/// `forbidden` where one of them is not in the team any more.
pub(crate) async fn tell_directly(app: &App, bot: UserId, to: UserId, body: String) -> Result<(), AppError> {
    let channel = app
        .journal
        .commit(move |draft| {
            Actor::for_job(draft.directory, to)?;
            match draft.directory.direct_between(&BTreeSet::from([bot, to])) {
                Some(channel) => Ok(channel),
                None => channels::add_direct(draft, bot, to),
            }
        })
        .await?;
    post(app, (bot, Right::Own), channel, (body, None)).await.map(drop)
}

/// Takes a bot out of a channel, where it is in it.
///
/// # Errors
/// `internal`.
pub(crate) fn leave(draft: &mut Draft<'_>, channel: ChannelId, bot: UserId) -> Result<(), AppError> {
    match draft.directory.channels.get(&channel) {
        Some(channel) if channel.members.contains_key(&bot) => members::leave(draft, channel, bot),
        _ => Ok(()),
    }
}
