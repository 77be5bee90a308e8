//! Reacting to messages with emoji.

use super::marks;
use crate::{
    accounts::Actor,
    app::App,
    directory::Directory,
    error::{AppError, Code},
    ids::{ChannelId, UserId},
    journal::Audience,
    permission::Action,
};
use serde::Serialize;
use utoipa::ToSchema;

/// How many different emoji a message can have.
pub const MOST_KINDS: usize = 20;

/// Everyone who reacted to a message with the same emoji.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reaction)]
pub struct ReactionView {
    /// The emoji itself, fully qualified and with its skin tone.
    pub emoji: String,
    /// In the order of reacting.
    pub user_ids: Vec<UserId>,
}

/// All reactions to one message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageReactions)]
pub struct ReactionsView {
    pub channel_id: ChannelId,
    pub number: u32,
    /// In the order of first use.
    pub reactions: Vec<ReactionView>,
    /// Counts the changes of the reactions; the message's own `version` stays.
    pub reactions_version: u32,
}

impl ReactionsView {
    /// Those of a message that nobody reacted to.
    #[must_use]
    pub fn none(channel_id: ChannelId, number: u32) -> Self {
        Self { channel_id, number, reactions: Vec::new(), reactions_version: 0 }
    }

    /// With one more; `None` where it is there already.
    fn with(&self, emoji: &str, user: UserId) -> Result<Option<Self>, AppError> {
        let mut next = self.clone();
        let full = next.reactions.len() >= MOST_KINDS;
        match next.reactions.iter_mut().find(|kind| kind.emoji == emoji) {
            Some(kind) if kind.user_ids.contains(&user) => return Ok(None),
            Some(kind) => kind.user_ids.push(user),
            None if full => {
                return Err(AppError::field("emoji", format!("would be one more than the {MOST_KINDS} of a message")));
            }
            None => next.reactions.push(ReactionView { emoji: emoji.to_owned(), user_ids: vec![user] }),
        }
        next.reactions_version += 1;
        Ok(Some(next))
    }

    /// Without one; `None` where it is not there.
    fn without(&self, emoji: &str, user: UserId) -> Option<Self> {
        let mut next = self.clone();
        let kind = next.reactions.iter_mut().find(|kind| kind.emoji == emoji)?;
        let place = kind.user_ids.iter().position(|one| *one == user)?;
        kind.user_ids.remove(place);
        next.reactions.retain(|kind| !kind.user_ids.is_empty());
        next.reactions_version += 1;
        Some(next)
    }
}

/// What an event tells: the reaction that came or went, and all that there are now.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(flatten)]
    all: &'a ReactionsView,
    emoji: &'a str,
    user_id: UserId,
}

/// Whether a reaction is to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    There,
    Gone,
}

/// Adds the actor's reaction to a message or takes it back; one that is as wished already stays so.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived`, `rate_limited`, `validation` for what is not an
/// emoji or for one kind too many.
pub async fn set(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    number: u32,
    emoji: &str,
    wish: Wish,
) -> Result<ReactionsView, AppError> {
    let emoji = emojis::get(emoji).ok_or_else(|| AppError::field("emoji", "is not an emoji"))?.as_str();
    may_react(&app.journal.directory(), actor, channel, number)?;
    app.limits.changes.take(&actor.user)?;
    let turn = app.turns.take([(channel, number)]).await;
    let before = marks::reactions(&app.database, channel, number).await.map_err(AppError::internal)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let _kept = &turn;
            let actor = actor.still(draft.directory)?;
            may_react(draft.directory, &actor, channel, number)?;
            let (next, name) = match wish {
                Wish::There => (before.with(emoji, actor.user)?, "reaction.added"),
                Wish::Gone => (before.without(emoji, actor.user), "reaction.removed"),
            };
            let Some(next) = next else { return Ok(before.clone()) };
            marks::put_reactions(draft, &next);
            let told = Told { all: &next, emoji, user_id: actor.user };
            draft.event(Audience::of(draft.directory, channel), name, Some(channel), &told, None)?;
            Ok(next)
        })
        .await
}

fn may_react(directory: &Directory, actor: &Actor, channel: ChannelId, number: u32) -> Result<(), AppError> {
    let found = directory.visible_channel(channel, actor.user, actor.role)?;
    actor.require(Action::React, directory.relation(found, actor.user))?;
    if directory.is_archived(found) {
        return Err(AppError::new(Code::ChannelArchived));
    }
    found.standing_message(number)
}

#[cfg(test)]
mod tests {
    use super::{MOST_KINDS, ReactionsView};
    use crate::ids::{ChannelId, UserId};

    fn kinds(view: &ReactionsView) -> Vec<(&str, usize)> {
        view.reactions.iter().map(|kind| (kind.emoji.as_str(), kind.user_ids.len())).collect()
    }

    #[test]
    fn kinds_stand_in_the_order_of_first_use_and_go_with_their_last_person() {
        let (ann, bob) = (UserId::generate(), UserId::generate());
        let none = ReactionsView::none(ChannelId::generate(), 1);
        let one = none.with("👍", ann).unwrap().unwrap();
        let two = one.with("🎉", ann).unwrap().unwrap().with("👍", bob).unwrap().unwrap();
        assert_eq!(kinds(&two), [("👍", 2), ("🎉", 1)]);
        assert_eq!(two.reactions_version, 3);
        assert_eq!(two.with("👍", bob).unwrap(), None);
        assert_eq!(none.without("👍", bob), None);
        let gone = two.without("👍", ann).unwrap().without("👍", bob).unwrap();
        assert_eq!(kinds(&gone), [("🎉", 1)]);
        let again = gone.with("👍", bob).unwrap().unwrap();
        assert_eq!(kinds(&again), [("🎉", 1), ("👍", 1)]);
        assert_eq!(again.reactions_version, 6);
    }

    #[test]
    fn a_message_has_so_many_kinds_and_any_number_of_people() {
        let ann = UserId::generate();
        let full =
            emojis::iter().take(MOST_KINDS).fold(ReactionsView::none(ChannelId::generate(), 1), |view, emoji| {
                view.with(emoji.as_str(), ann).unwrap().unwrap()
            });
        assert!(full.with("🎉", ann).is_err());
        let bob = UserId::generate();
        assert!(full.with(&full.reactions[3].emoji, bob).unwrap().is_some());
    }
}
