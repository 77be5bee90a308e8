//! Who has read a message, where the team wants that to be seen. It follows from how far each person has
//! read, so nothing is written for it; whoever does not want to be shown is not.

use super::messages;
use crate::{
    accounts::Actor,
    app::App,
    directory::{Channel, Directory, Member},
    error::{AppError, Code},
    ids::{ChannelId, UserId},
    permission::Action,
};
use serde::Serialize;
use utoipa::ToSchema;

/// In conversations of more people it says too little about each to be asked for.
const MOST: usize = 100;

/// Who has read a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Readers)]
pub struct ReadersView {
    /// Without its author and the one who asks.
    pub user_ids: Vec<UserId>,
    /// How many could have: those who were there when it was said and let it be seen.
    pub of: u32,
}

/// Who has read a message, as far as they let it be seen.
///
/// # Errors
/// `not_found`; `forbidden` where the team does not want it, and for those who are not in the conversation;
/// `validation` where there are too many people.
pub async fn readers(app: &App, actor: &Actor, channel: ChannelId, number: u32) -> Result<ReadersView, AppError> {
    if !app.journal.directory().settings()?.read_receipts {
        return Err(AppError::new(Code::Forbidden));
    }
    let message = messages::get(app, actor, channel, number).await?;
    let directory = app.journal.directory();
    let found = messages::visible(&directory, actor, channel)?;
    let is = directory.relation(found, actor.user);
    actor.require(Action::ReadMessages, is)?;
    if !is.member {
        return Err(AppError::new(Code::Forbidden));
    }
    if found.members.len() > MOST {
        return Err(AppError::field("channelId", format!("has more than {MOST} people")));
    }
    found.standing_message(number)?;
    let others = |user: UserId| user != message.author_id && user != actor.user;
    let there: Vec<_> = asked(&directory, found)
        .filter(|(user, member)| others(*user) && member.joined_at <= message.created_at)
        .collect();
    let read = there.iter().filter(|(_, member)| member.read_number >= number);
    Ok(ReadersView {
        user_ids: read.map(|(user, _)| *user).collect(),
        of: u32::try_from(there.len()).unwrap_or(u32::MAX),
    })
}

/// Those in a conversation who let it be seen what they have read.
fn asked<'a>(directory: &'a Directory, channel: &'a Channel) -> impl Iterator<Item = (UserId, &'a Member)> {
    channel.members.iter().map(|(user, member)| (*user, member)).filter(|(user, _)| {
        let person = directory.active_person(*user);
        person.is_ok_and(|person| !person.bot) && directory.preferences_of(*user).show_read
    })
}
