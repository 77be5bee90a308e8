//! Making and changing outgoing webhooks.

use super::{
    host_of, sign, store,
    view::{OutgoingView, hears_only_own, is_admin},
};
use crate::{
    accounts::{self, Actor},
    admin::audit::{self, Act, By},
    app::App,
    chat,
    directory::{ChannelKind, Directory, Key, MemberRole, Outgoing, Topic},
    error::AppError,
    ids::{ChannelId, DeliveryId, OutgoingId, ProjectId, UserId},
    journal::Draft,
    outside,
    permission::{Action, Relation, Role},
    validate::{self, Checks},
};
use std::{collections::BTreeSet, time::Duration};

/// How many webhooks a team can have.
const MOST: usize = 100;
/// How many of them may listen in one channel.
const MOST_IN_CHANNEL: usize = 20;
/// How many channels, or projects, one can name.
const MOST_PLACES: usize = 100;
/// How many words, and how long.
const MOST_WORDS: usize = 20;
const LONGEST_WORD: usize = 40;
/// How long the former key is good after another was made.
const OVERLAP: Duration = Duration::from_secs(24 * 3600);

/// What a webhook is to be. What is `None` stays as it is.
#[derive(Clone, Default, Debug)]
pub struct Wish {
    pub name: Option<String>,
    pub url: Option<String>,
    pub topics: Option<BTreeSet<Topic>>,
    pub everywhere: Option<bool>,
    pub channels: Option<BTreeSet<ChannelId>>,
    pub projects: Option<BTreeSet<ProjectId>>,
    pub words: Option<Vec<String>>,
    pub answers: Option<bool>,
    pub on: Option<bool>,
}

impl Wish {
    /// The same, with its bounds checked.
    fn checked(self) -> Result<Self, AppError> {
        let mut checks = Checks::default();
        let name = self.name.map(|name| checks.take("name", validate::person_name(&name)));
        let url = self.url.map(|url| checks.take("url", outside::address(&url)));
        if self.topics.as_ref().is_some_and(BTreeSet::is_empty) {
            checks.take::<()>("topics", Err("is empty".to_owned()));
        }
        for (field, many) in [
            ("channelIds", self.channels.as_ref().map(BTreeSet::len)),
            ("projectIds", self.projects.as_ref().map(BTreeSet::len)),
        ] {
            if many.is_some_and(|many| many > MOST_PLACES) {
                checks.take::<()>(field, Err(format!("has more than {MOST_PLACES}")));
            }
        }
        let words = self.words.map(|words| {
            if words.len() > MOST_WORDS {
                checks.take::<()>("words", Err(format!("has more than {MOST_WORDS} words")));
            }
            let some = words.iter().take(MOST_WORDS);
            let words: BTreeSet<_> = some
                .map(|word| checks.take("words", validate::line(word, 1, LONGEST_WORD).map(|word| word.to_lowercase())))
                .collect();
            words.into_iter().collect()
        });
        checks.finish()?;
        Ok(Self { name, url, words, ..self })
    }
}

/// The webhooks that the actor may see, the oldest first: those whose channels and projects they manage, and for admins
/// all. With a channel, those that hear it.
///
/// # Errors
/// `not_found`, `forbidden`.
pub fn list(app: &App, actor: &Actor, channel: Option<ChannelId>) -> Result<Vec<OutgoingView>, AppError> {
    actor.require_scope(crate::directory::Scope::Write)?;
    let directory = app.journal.directory();
    if let Some(channel) = channel {
        let found = directory.visible_room(channel, actor.user, actor.role)?;
        actor.require(Action::ManageHooks, directory.relation(found, actor.user))?;
        let here = directory.outgoing.values().filter(|outgoing| outgoing.channels.contains(&channel));
        return Ok(here.map(|outgoing| OutgoingView::of(app, &directory, actor, outgoing)).collect());
    }
    let seen = |outgoing: &&Outgoing| is_admin(actor) || hears_only_own(&directory, actor, outgoing);
    let all = directory.outgoing.values().filter(seen);
    Ok(all.map(|outgoing| OutgoingView::of(app, &directory, actor, outgoing)).collect())
}

/// The webhook, if the actor may change it.
///
/// # Errors
/// `not_found`; `forbidden` for an admin who does not manage all that it hears.
pub(super) fn changeable<'a>(
    directory: &'a Directory,
    actor: &Actor,
    id: OutgoingId,
) -> Result<&'a Outgoing, AppError> {
    let found = directory.outgoing.get(&id).ok_or_else(|| AppError::not_found("Webhook"))?;
    if hears_only_own(directory, actor, found) {
        Ok(found)
    } else if is_admin(actor) {
        Err(AppError::new(crate::error::Code::Forbidden))
    } else {
        Err(AppError::not_found("Webhook"))
    }
}

/// Goes on only where the actor may let a program hear these places.
fn may_hear(directory: &Directory, actor: &Actor, wish: &Wish) -> Result<(), AppError> {
    if wish.everywhere == Some(true) {
        actor.require(Action::ManageBots, Relation::NONE)?;
    }
    for id in wish.channels.iter().flatten() {
        let found = directory.visible_room(*id, actor.user, actor.role)?;
        actor.require(Action::ManageHooks, directory.relation(found, actor.user))?;
        if found.kind == ChannelKind::Direct {
            return Err(AppError::new(crate::error::Code::Forbidden));
        }
        if directory.outgoing.values().filter(|other| other.channels.contains(id)).count() >= MOST_IN_CHANNEL {
            return Err(AppError::field("channelIds", format!("has a channel that {MOST_IN_CHANNEL} webhooks hear")));
        }
    }
    for id in wish.projects.iter().flatten() {
        let found = directory.visible_project(*id, actor.user, actor.role)?;
        actor.require(Action::EditProject, found.relation(actor.user))?;
    }
    Ok(())
}

/// Puts the webhook's bot into the channels that it hears.
fn enter(draft: &mut Draft<'_>, bot: UserId, channels: &BTreeSet<ChannelId>) -> Result<(), AppError> {
    for id in channels {
        let Some(channel) = draft.directory.channels.get(id) else { continue };
        if !channel.members.contains_key(&bot) {
            chat::join(draft, channel, bot, MemberRole::Member)?;
        }
    }
    Ok(())
}

fn hears_nothing() -> AppError {
    AppError::field("channelIds", "is empty: choose what the program hears")
}

/// Makes a webhook and its bot; returns it with its secret, which is shown here and never again.
///
/// # Errors
/// `not_found`, `forbidden`, `validation`, `rate_limited`.
pub async fn create(app: &App, actor: &Actor, wish: Wish) -> Result<(OutgoingView, String), AppError> {
    actor.require_scope(crate::directory::Scope::Write)?;
    app.limits.changes.take(&actor.user)?;
    may_hear(&app.journal.directory(), actor, &wish)?;
    let wish = wish.checked()?;
    let nothing = |places: Option<usize>| places.is_none_or(|places| places == 0);
    if wish.everywhere != Some(true)
        && nothing(wish.channels.as_ref().map(BTreeSet::len))
        && nothing(wish.projects.as_ref().map(BTreeSet::len))
    {
        // Whoever manages nothing hears that first.
        if actor.role == Role::Guest {
            return Err(AppError::new(crate::error::Code::Forbidden));
        }
        return Err(hears_nothing());
    }
    let (maker, key) = (actor.clone(), sign::new_key());
    let secret = sign::secret(&key);
    let made = app.journal.commit(move |draft| add(draft, &maker, &wish, &key)).await?;
    app.programs.wake.notify_one();
    let view = OutgoingView::of(app, &app.journal.directory(), actor, &made);
    Ok((view, secret))
}

fn add(draft: &mut Draft<'_>, actor: &Actor, wish: &Wish, key: &Key) -> Result<Outgoing, AppError> {
    let directory = draft.directory;
    let actor = actor.still(directory)?;
    may_hear(directory, &actor, wish)?;
    if directory.outgoing.len() >= MOST {
        return Err(AppError::field("", format!("the team has {MOST} webhooks already")));
    }
    let channels = wish.channels.clone().unwrap_or_default();
    let bot = accounts::add_bot(draft, wish.name.as_deref().unwrap_or_default(), None, Role::Guest)?;
    enter(draft, bot.id, &channels)?;
    let since = draft.position() - 1;
    let outgoing = Outgoing {
        id: OutgoingId::generate(),
        bot: bot.id,
        url: wish.url.clone().unwrap_or_default(),
        near: is_admin(&actor),
        key: key.clone(),
        former: None,
        topics: wish.topics.clone().unwrap_or_default(),
        everywhere: wish.everywhere.unwrap_or_default(),
        channels,
        projects: wish.projects.clone().unwrap_or_default(),
        words: wish.words.clone().unwrap_or_default(),
        answers: wish.answers.unwrap_or_default(),
        on: true,
        stopped: None,
        failing_since: None,
        failures: 0,
        since,
        created_by: actor.user,
        created_at: draft.now,
    };
    if directory.outgoing.is_empty() {
        store::begin_reading(draft, since);
    }
    audit::note(draft, Act::OutgoingCreated, By::from(&actor), Some(bot.id), &host_of(&outgoing.url));
    store::put(draft, outgoing.clone());
    Ok(outgoing)
}

/// Changes a webhook. One that is switched on hears what happens from then on.
///
/// # Errors
/// `not_found`, `forbidden`, `validation`, `rate_limited`.
pub async fn update(app: &App, actor: &Actor, id: OutgoingId, wish: Wish) -> Result<OutgoingView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let wish = wish.checked()?;
    let (by, last) = (actor.clone(), DeliveryId::generate());
    let made = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = by.still(directory)?;
            let before = changeable(directory, &actor, id)?;
            let added = |places: &BTreeSet<ChannelId>| places.difference(&before.channels).copied().collect();
            let more = Wish {
                everywhere: wish.everywhere.filter(|_| !before.everywhere),
                channels: wish.channels.as_ref().map(added),
                projects: wish.projects.as_ref().map(|places| places.difference(&before.projects).copied().collect()),
                ..Wish::default()
            };
            may_hear(directory, &actor, &more)?;
            let mut next = before.clone();
            if let Some(url) = wish.url.clone().filter(|url| *url != before.url) {
                (next.url, next.near) = (url, is_admin(&actor));
            }
            next.topics = wish.topics.clone().unwrap_or(next.topics);
            next.everywhere = wish.everywhere.unwrap_or(next.everywhere);
            next.channels = wish.channels.clone().unwrap_or(next.channels);
            next.projects = wish.projects.clone().unwrap_or(next.projects);
            next.words = wish.words.clone().unwrap_or(next.words);
            next.answers = wish.answers.unwrap_or(next.answers);
            if !next.everywhere && next.channels.is_empty() && next.projects.is_empty() {
                return Err(hears_nothing());
            }
            enter(draft, next.bot, &next.channels)?;
            for left in before.channels.difference(&next.channels) {
                chat::leave(draft, *left, next.bot)?;
            }
            if let Some(name) = wish.name.as_deref() {
                accounts::rename_bot(draft, next.bot, name)?;
            }
            if let Some(on) = wish.on.filter(|on| *on != before.on) {
                next.on = on;
                (next.stopped, next.failing_since, next.failures) = (None, None, 0);
                next.since = draft.position() - 1;
            }
            audit::note(draft, Act::OutgoingChanged, By::from(&actor), Some(next.bot), &host_of(&next.url));
            store::put(draft, next.clone());
            Ok(next)
        })
        .await?;
    if !made.on {
        store::give_up(&app.database, id, last).await.map_err(AppError::internal)?;
    }
    app.programs.wake.notify_one();
    Ok(OutgoingView::of(app, &app.journal.directory(), actor, &made))
}

/// Gives a webhook another secret. For a day what is sent is signed with the one before as well, so that the receiver
/// can be told in peace.
///
/// # Errors
/// `not_found`, `forbidden`, `rate_limited`.
pub async fn rotate(app: &App, actor: &Actor, id: OutgoingId) -> Result<(OutgoingView, String), AppError> {
    app.limits.changes.take(&actor.user)?;
    let (by, key) = (actor.clone(), sign::new_key());
    let secret = sign::secret(&key);
    let made = app
        .journal
        .commit(move |draft| {
            let actor = by.still(draft.directory)?;
            let mut next = changeable(draft.directory, &actor, id)?.clone();
            let before = std::mem::replace(&mut next.key, key.clone());
            next.former = Some((before, draft.now.plus(OVERLAP)));
            audit::note(draft, Act::OutgoingRotated, By::from(&actor), Some(next.bot), &host_of(&next.url));
            store::put(draft, next.clone());
            Ok(next)
        })
        .await?;
    Ok((OutgoingView::of(app, &app.journal.directory(), actor, &made), secret))
}

/// Takes a webhook away, and its bot out of the team. Admins may do that to every one.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn remove(app: &App, actor: &Actor, id: OutgoingId) -> Result<(), AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = match changeable(directory, &actor, id) {
                Err(_) if is_admin(&actor) => {
                    directory.outgoing.get(&id).ok_or_else(|| AppError::not_found("Webhook"))?
                }
                found => found?,
            };
            audit::note(draft, Act::OutgoingRemoved, By::from(&actor), Some(found.bot), &host_of(&found.url));
            accounts::take_out(draft, found.bot)
        })
        .await?;
    app.programs.wake.notify_one();
    Ok(())
}

/// The webhooks of a bot that leaves the team go with it.
pub(crate) fn forget_of(draft: &mut Draft<'_>, user: UserId) {
    let all = &draft.directory.outgoing;
    let gone: Vec<_> = all.values().filter(|outgoing| outgoing.bot == user).map(|outgoing| outgoing.id).collect();
    if !gone.is_empty() && gone.len() == all.len() {
        store::end_reading(draft);
    }
    gone.into_iter().for_each(|outgoing| store::delete(draft, outgoing));
}
