//! Mentions: messages that speak to somebody by name, or to all who are in a conversation.
//!
//! Whom a message names is decided when it is sent and when it is edited, by the team as it then is.
//! Of each conversation it is known by number which messages speak to whom, so what is unread of
//! them is counted without reading them; and everybody has a list of those that spoke to them.

use super::{
    alerts, mention_rows,
    messages::{self, MessageView, Page},
};
use crate::{
    accounts::Actor,
    app::App,
    directory::{Channel, Directory, Level, MembershipView, Scope, ThreadPlace},
    error::AppError,
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
    permission::Action,
    tasks::{self, NewsView},
};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Who has a client connected at the moment of a send.
pub(super) type Present = BTreeSet<UserId>;

/// Who is here, if these words ask for it.
pub(super) fn present(app: &App, body: &str) -> Present {
    if body.to_lowercase().contains("@here") { app.realtime.people().into_iter().collect() } else { Present::new() }
}

/// Whom a message speaks to.
#[derive(Debug)]
pub(super) struct Spoken {
    /// All who are in the conversation.
    everyone: bool,
    /// These, by name or because they were here.
    people: BTreeSet<UserId>,
    /// On whose lists it goes.
    listed: BTreeSet<UserId>,
}

impl Spoken {
    /// Whom this message speaks to in this conversation. Those who follow `thread` heard it there.
    pub(super) fn by(
        directory: &Directory,
        channel: &Channel,
        message: &MessageView,
        present: &Present,
        thread: Option<&Channel>,
    ) -> Self {
        let named = &message.mentions;
        let spoken = |user: &UserId| {
            let heard = thread.is_some_and(|thread| thread.members.contains_key(user));
            channel.members.contains_key(user) && *user != message.author_id && !heard
        };
        let mut people: BTreeSet<_> = named.people.iter().copied().filter(spoken).collect();
        people.extend(alerts::alerted(directory, &message.body).into_iter().filter(spoken));
        if named.here {
            people.extend(present.iter().copied().filter(spoken));
        }
        let mut listed = people.clone();
        if named.everyone {
            listed.extend(channel.members.keys().copied().filter(spoken));
        }
        Self { everyone: named.everyone, people, listed }
    }
}

/// Notes whom a new message speaks to, and tells them.
pub(super) fn note(
    draft: &mut Draft<'_>,
    channel: &Channel,
    message: &MessageView,
    spoken: &Spoken,
) -> Result<(), AppError> {
    if !spoken.everyone && spoken.people.is_empty() {
        return Ok(());
    }
    let mut after = channel.clone();
    if spoken.everyone {
        mention_rows::add(draft, &mut after, None, message.number);
    }
    for user in &spoken.people {
        mention_rows::add(draft, &mut after, Some(*user), message.number);
    }
    for user in &spoken.listed {
        mention_rows::list(draft, *user, channel.id, message.number);
    }
    tell(draft, &after, message.number, &spoken.people)
}

/// Notes whom a message speaks to after it was edited or deleted.
pub(super) fn note_again(
    draft: &mut Draft<'_>,
    channel: &Channel,
    before: &MessageView,
    next: &MessageView,
) -> Result<(), AppError> {
    let (was, is, number) = (&before.mentions, &next.mentions, next.number);
    let had: BTreeSet<_> =
        channel.mentions.iter().filter(|(_, numbers)| numbers.contains(number)).map(|(user, _)| *user).collect();
    let mut after = channel.clone();
    let mut touched = BTreeSet::new();
    if next.deleted_at.is_some() {
        after.tombstones.insert(number);
        touched.extend(had);
    } else {
        // Of what stands in a thread and in its channel, the thread speaks to those whom it names.
        let copy = next.twin.is_some() && channel.thread.is_none();
        let spoken = |user: &UserId| !copy && channel.members.contains_key(user) && *user != next.author_id;
        let words = alerts::alerted(draft.directory, &next.body);
        let has: BTreeSet<_> = is.people.iter().chain(&words).copied().filter(spoken).collect();
        // Who was here when it was sent is known only by what was noted then.
        let stay = copy || (was.here && is.here);
        for user in had.iter().filter(|user| !stay && !has.contains(user)) {
            mention_rows::remove(draft, &mut after, Some(*user), number);
            touched.insert(*user);
        }
        for user in has.difference(&had) {
            mention_rows::add(draft, &mut after, Some(*user), number);
            mention_rows::list(draft, *user, channel.id, number);
            touched.insert(*user);
        }
        match (was.everyone, is.everyone) {
            (false, true) => mention_rows::add(draft, &mut after, None, number),
            (true, false) => mention_rows::remove(draft, &mut after, None, number),
            _ => {}
        }
    }
    if was.everyone != is.everyone {
        touched.extend(channel.members.keys().copied().filter(|user| *user != next.author_id));
    }
    tell(draft, &after, number, &touched)
}

/// Tells people how many messages speak to them now that they have not read.
fn tell(draft: &mut Draft<'_>, channel: &Channel, number: u32, people: &BTreeSet<UserId>) -> Result<(), AppError> {
    for user in people {
        let Some(member) = channel.members.get(user).filter(|member| member.read_number < number) else { continue };
        let mentions = channel.mentions_after(*user, member.read_number);
        let data = json!({ "channelId": channel.id, "mentions": mentions });
        draft.event(Audience::Person(*user), "mentions.updated", Some(channel.id), &data, None)?;
    }
    Ok(())
}

/// A message that speaks to the person who asks, or what they were told of a task.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mention)]
pub struct MentionView {
    /// Its place in the list: 1, 2, 3…
    pub place: u32,
    /// A message that speaks to one; or else it is news of a task.
    pub message: Option<MessageView>,
    /// What one was told of a task.
    pub news: Option<NewsView>,
    /// What the thread hangs on that it was said in.
    pub thread: Option<ThreadPlace>,
}

/// A page of the list of messages that spoke to the actor and of what they were told of tasks, the newest first; and the
/// first place that was looked at. Deleted ones and those that they may no longer read are left out.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub async fn list(app: &App, actor: &Actor, page: Page, limit: u32) -> Result<(Vec<MentionView>, u32), AppError> {
    actor.require_scope(Scope::Read)?;
    let last = app.journal.directory().mention_counts.get(&actor.user).copied().unwrap_or_default();
    let (from, to) = page.range(limit, last);
    if from > to {
        return Ok((Vec::new(), 0));
    }
    let listed = mention_rows::listed(&app.database, actor.user, from, to).await.map_err(AppError::internal)?;
    let wanted: Vec<_> = listed.iter().map(|(_, channel, number)| (*channel, *number)).collect();
    let mut found = messages::at(app, &wanted).await?;
    let mut news = tasks::news_at(app, actor, (from, to)).await?;
    let directory = app.journal.directory();
    let mut listed: BTreeMap<_, _> =
        listed.into_iter().map(|(place, channel, number)| (place, (channel, number))).collect();
    let mut shown = Vec::new();
    for place in (from..=to).rev() {
        if let Some(news) = news.remove(&place) {
            shown.push(MentionView { place, message: None, news: Some(news), thread: None });
            continue;
        }
        let Some((channel, number)) = listed.remove(&place) else { continue };
        let visible = directory.visible_channel(channel, actor.user, actor.role);
        let Ok(channel) = visible else { continue };
        let Some(message) = found.remove(&(channel.id, number)) else { continue };
        if message.deleted_at.is_none() && channel.speaks_to(actor.user, number) {
            let thread = channel.thread.as_ref().map(crate::directory::Thread::place);
            shown.push(MentionView { place, message: Some(message), news: None, thread });
        }
    }
    Ok((shown, from))
}

/// Sets what of a conversation the actor wants to be told, and whether it shows that it is unread.
///
/// # Errors
/// `not_found`; `forbidden` for those who are not in it.
pub async fn set_level(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    (level, muted): (Option<Level>, bool),
) -> Result<MembershipView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let found = draft.directory.visible_room(channel, actor.user, actor.role)?;
            actor.require(Action::SetLevel, draft.directory.relation(found, actor.user))?;
            let member = found.members.get(&actor.user).ok_or_else(|| AppError::not_found("Channel"))?;
            let mut next = *member;
            (next.level, next.muted) = (level, muted);
            let view = found.membership_view(actor.user, &next);
            if next != *member {
                super::store::put_member(draft, channel, actor.user, next);
                let data = json!({ "membership": view });
                draft.event(Audience::Person(actor.user), "membership.updated", Some(channel), &data, None)?;
            }
            Ok(view)
        })
        .await
}
