//! Incoming webhooks: secret addresses by which programs that know nothing of Hearth speak in a
//! channel, in the form that Slack gave such messages.
//!
//! Each webhook speaks as a bot of its own, which is in that one channel and can do nothing else. So
//! whatever name a message asks to be shown under, nobody is taken for somebody else.

pub mod api;
mod mrkdwn;
mod payload;
mod store;

pub(crate) use payload::said_in_slack;
pub(crate) use store::load;

use crate::{
    accounts::{self, Actor},
    admin::audit::{self, Act, By},
    app::App,
    chat::{self, Alias, Words},
    clock::{self, Timestamp},
    directory::{Channel, ChannelKind, Directory, Hook, MemberRole},
    error::{AppError, Code},
    ids::{ChannelId, HookId, UserId},
    journal::Draft,
    permission::{Action, Relation, Role},
    validate::{self, Checks},
};
use payload::Payload;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// How many webhooks one channel can have.
const MOST: usize = 20;
/// How many a team can have.
const MOST_OF_ALL: usize = 500;
/// How often the last use of a webhook is written down.
const SEEN_EVERY: Duration = Duration::from_secs(5 * 60);

/// A webhook, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Hook)]
pub struct HookView {
    pub id: HookId,
    pub channel_id: ChannelId,
    /// The bot that it speaks as, which has its name.
    pub bot_id: UserId,
    pub name: String,
    pub created_by: UserId,
    pub created_at: Timestamp,
    /// When something last came by it; to a few minutes.
    pub used_at: Option<Timestamp>,
}

impl HookView {
    fn of(directory: &Directory, hook: &Hook) -> Self {
        Self {
            id: hook.id,
            channel_id: hook.channel,
            bot_id: hook.bot,
            name: directory.people.get(&hook.bot).map(|bot| bot.name.clone()).unwrap_or_default(),
            created_by: hook.created_by,
            created_at: hook.created_at,
            used_at: hook.used_at,
        }
    }
}

/// The channel, if the actor may manage its webhooks.
fn managed<'a>(directory: &'a Directory, actor: &Actor, channel: ChannelId) -> Result<&'a Channel, AppError> {
    let found = directory.visible_room(channel, actor.user, actor.role)?;
    actor.require(Action::ManageHooks, directory.relation(found, actor.user))?;
    if found.kind == ChannelKind::Direct { Err(AppError::new(Code::Forbidden)) } else { Ok(found) }
}

/// The webhooks of a channel, the oldest first.
///
/// # Errors
/// `not_found`, `forbidden`.
pub fn list(app: &App, actor: &Actor, channel: ChannelId) -> Result<Vec<HookView>, AppError> {
    let directory = app.journal.directory();
    let channel = managed(&directory, actor, channel)?.id;
    let hooks = directory.hooks.values().filter(|hook| hook.channel == channel);
    Ok(hooks.map(|hook| HookView::of(&directory, hook)).collect())
}

/// The webhooks of every channel, the oldest first.
///
/// # Errors
/// `forbidden`.
pub fn list_all(app: &App, actor: &Actor) -> Result<Vec<HookView>, AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    let directory = app.journal.directory();
    Ok(directory.hooks.values().map(|hook| HookView::of(&directory, hook)).collect())
}

/// Makes a webhook and its bot; returns it with its secret, which is shown here and never again.
///
/// # Errors
/// `not_found`, `forbidden`, `validation`, `channel_archived`, `rate_limited`.
pub async fn create(app: &App, actor: &Actor, channel: ChannelId, name: &str) -> Result<(HookView, String), AppError> {
    managed(&app.journal.directory(), actor, channel)?;
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = checks.take("name", validate::person_name(name));
    checks.finish()?;
    let secret = accounts::secret();
    let (actor, hash) = (actor.clone(), accounts::secret_hash(&secret));
    let view = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let channel = managed(directory, &actor, channel)?;
            if channel.archived_at.is_some() {
                return Err(AppError::new(Code::ChannelArchived));
            }
            if directory.hooks.values().filter(|hook| hook.channel == channel.id).count() >= MOST {
                return Err(AppError::field("", format!("the channel has {MOST} webhooks already")));
            }
            if directory.hooks.len() >= MOST_OF_ALL {
                return Err(AppError::field("", format!("the team has {MOST_OF_ALL} webhooks already")));
            }
            let bot = accounts::add_bot(draft, &name, None, Role::Guest)?;
            chat::join(draft, channel, bot.id, MemberRole::Member)?;
            let hook = Hook {
                id: HookId::generate(),
                channel: channel.id,
                bot: bot.id,
                secret: hash,
                created_by: actor.user,
                created_at: draft.now,
                used_at: None,
            };
            audit::note(draft, Act::HookCreated, By::from(&actor), Some(bot.id), &channel.name);
            let view = HookView { name: bot.name, ..HookView::of(directory, &hook) };
            store::put(draft, hook);
            Ok(view)
        })
        .await?;
    Ok((view, secret))
}

/// Gives a webhook another secret; the one before stops working at once.
///
/// # Errors
/// `not_found`, `forbidden`, `rate_limited`.
pub async fn rotate(app: &App, actor: &Actor, channel: ChannelId, id: HookId) -> Result<(HookView, String), AppError> {
    app.limits.changes.take(&actor.user)?;
    let secret = accounts::secret();
    let (actor, hash) = (actor.clone(), accounts::secret_hash(&secret));
    let view = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let channel = managed(directory, &actor, channel)?;
            let mut hook = hook_in(directory, channel.id, id)?.clone();
            hook.secret = hash;
            audit::note(draft, Act::HookRotated, By::from(&actor), Some(hook.bot), &channel.name);
            let view = HookView::of(directory, &hook);
            store::put(draft, hook);
            Ok(view)
        })
        .await?;
    Ok((view, secret))
}

fn hook_in(directory: &Directory, channel: ChannelId, id: HookId) -> Result<&Hook, AppError> {
    let hook = directory.hooks.get(&id).filter(|hook| hook.channel == channel);
    hook.ok_or_else(|| AppError::not_found("Webhook"))
}

/// Takes a webhook away, and its bot out of the team. What it said stays.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn remove(app: &App, actor: &Actor, channel: ChannelId, id: HookId) -> Result<(), AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let channel = managed(directory, &actor, channel)?;
            let hook = hook_in(directory, channel.id, id)?;
            audit::note(draft, Act::HookRemoved, By::from(&actor), Some(hook.bot), &channel.name);
            accounts::take_out(draft, hook.bot)
        })
        .await
}

/// As [`remove`], in whatever channel; for admins, who may not know of the channel.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn remove_anywhere(app: &App, actor: &Actor, id: HookId) -> Result<(), AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            let hook = draft.directory.hooks.get(&id).ok_or_else(|| AppError::not_found("Webhook"))?;
            audit::note(draft, Act::HookRemoved, By::from(&actor), Some(hook.bot), "");
            accounts::take_out(draft, hook.bot)
        })
        .await
}

/// What a program says that answers in this form, as JSON; `None` for what says nothing.
pub(crate) fn said(answer: &[u8]) -> Option<(String, Option<Alias>)> {
    Payload::read(answer, false).ok()?.said().ok()
}

/// What a program says that answers in plain text.
pub(crate) fn said_plainly(answer: &str) -> String {
    mrkdwn::markdown(answer)
}

/// The webhooks of somebody who leaves the team go with them.
pub(crate) fn forget_of(draft: &mut Draft<'_>, user: UserId) {
    let gone: Vec<_> = draft.directory.hooks.values().filter(|hook| hook.bot == user).map(|hook| hook.id).collect();
    gone.into_iter().for_each(|hook| store::delete(draft, hook));
}

/// Why something that came by a webhook was not said, in the words that Slack has for it.
#[derive(Debug)]
enum Refusal {
    InvalidPayload,
    InvalidBlocks,
    NoText,
    TooManyAttachments,
    /// There is no such webhook, or no longer.
    NoService,
    ChannelNotFound,
    ChannelIsArchived,
    ActionProhibited,
    Other(AppError),
}

/// Who speaks where by this secret, and which webhook's use is to be written down.
fn speaker(app: &App, secret: &str, address: &str) -> Result<(Actor, ChannelId, Option<HookId>), Refusal> {
    let directory = app.journal.directory();
    let hook = directory.hook_with_secret(&accounts::secret_hash(secret)).ok_or(Refusal::NoService)?;
    let bot = directory.active_person(hook.bot).map_err(|_| Refusal::NoService)?;
    let channel = directory.channels.get(&hook.channel).ok_or(Refusal::ChannelNotFound)?;
    if channel.archived_at.is_some() {
        return Err(Refusal::ChannelIsArchived);
    }
    if bot.suspended_at.is_some() || !channel.members.contains_key(&bot.id) {
        return Err(Refusal::ActionProhibited);
    }
    let actor = Actor::of_hook(&directory, hook.id, address).ok_or(Refusal::NoService)?;
    let stale = hook.used_at.is_none_or(|at| clock::now().since(at) >= SEEN_EVERY);
    Ok((actor, hook.channel, stale.then_some(hook.id)))
}

/// Says what came by a webhook.
async fn receive(app: &App, secret: &str, address: &str, payload: Payload) -> Result<(), Refusal> {
    let (actor, channel, stale) = speaker(app, secret, address)?;
    let (body, alias) = payload.said()?;
    let words = Words { body, files: Vec::new(), client_key: None, alias, poll: None };
    chat::send(app, &actor, channel, words).await.map_err(|failure| match failure.code {
        Code::InvalidToken | Code::NotFound => Refusal::NoService,
        Code::Forbidden => Refusal::ActionProhibited,
        Code::ChannelArchived => Refusal::ChannelIsArchived,
        _ => Refusal::Other(failure),
    })?;
    if let Some(id) = stale {
        // It is noted with the next use if the hub was too busy for it now.
        let _ = app
            .journal
            .commit(move |draft| {
                note_use(draft, id);
                Ok(())
            })
            .await;
    }
    Ok(())
}

fn note_use(draft: &mut Draft<'_>, id: HookId) {
    if let Some(hook) = draft.directory.hooks.get(&id) {
        let hook = Hook { used_at: Some(draft.now), ..hook.clone() };
        store::put(draft, hook);
    }
}
