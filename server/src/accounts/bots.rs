//! Bots: accounts that programs act as. A bot is a person of the team without a password. It acts by
//! API tokens, which admins make for it, and as a guest it sees only where it was added.

use super::{
    Actor, avatars, people, sign_in, store,
    tokens::{self, NewToken},
};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    directory::{AccountView, Directory, Person, Scope, TokenView},
    error::{AppError, Code},
    ids::{SessionId, UserId},
    journal::{Audience, Draft},
    permission::{Action, Relation, Role},
    validate::{self, Checks},
};
use axum::body::Bytes;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// How many bots a team can have, not counting those of webhooks.
const MOST: usize = 200;

/// A bot, as admins see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Bot)]
pub struct BotView {
    #[serde(flatten)]
    pub account: AccountView,
    /// Its API tokens, the newest first, without their secrets.
    pub tokens: Vec<TokenView>,
    /// The channels that it is in.
    pub channels: usize,
}

impl BotView {
    fn of(directory: &Directory, bot: &Person) -> Self {
        Self {
            account: bot.account_view(),
            tokens: tokens::of(directory, bot.id),
            channels: directory.channels_of(bot.id).count(),
        }
    }
}

/// What a bot is to be.
#[derive(Clone, Debug)]
pub struct NewBot {
    pub name: String,
    pub username: Option<String>,
    pub role: Role,
}

/// Every bot, by name.
///
/// # Errors
/// `forbidden`.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<BotView>, AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    let directory = app.journal.directory();
    let mut bots: Vec<_> = bots(&directory).map(|bot| BotView::of(&directory, bot)).collect();
    bots.sort_by_cached_key(|bot| (bot.account.user.name.to_lowercase(), bot.account.user.id));
    Ok(bots)
}

fn bots(directory: &Directory) -> impl Iterator<Item = &Person> {
    directory.people.values().filter(|person| is_bot(directory, person))
}

/// Whether it is a bot that is managed here; those of webhooks are managed with them.
fn is_bot(directory: &Directory, person: &Person) -> bool {
    person.bot && person.deleted_at.is_none() && !directory.has_bot(person.id)
}

/// The bot of this id.
fn bot(directory: &Directory, user: UserId) -> Result<&Person, AppError> {
    directory.people.get(&user).filter(|person| is_bot(directory, person)).ok_or_else(|| AppError::not_found("Bot"))
}

/// Makes a bot. It is in no channel at first and has no token.
///
/// # Errors
/// `forbidden`, `validation`, `username_taken`, `rate_limited`.
pub async fn create(app: &App, actor: &Actor, new: NewBot) -> Result<BotView, AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = checks.take("name", validate::person_name(&new.name));
    let username = new.username.map(|username| checks.take("username", validate::username(&username)));
    if new.role > Role::Member {
        checks.take::<()>("role", Err("is not for bots".to_owned()));
    }
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            if bots(directory).count() >= MOST {
                return Err(AppError::field("", format!("there are {MOST} bots already")));
            }
            let person = add(draft, &name, username.as_deref(), new.role)?;
            audit::note(draft, Act::BotCreated, By::from(&actor), Some(person.id), &person.name);
            Ok(BotView::of(directory, &person))
        })
        .await
}

/// Adds a bot to the team, under a user name made from its name where none is given.
///
/// # Errors
/// `username_taken`.
pub(crate) fn add(draft: &mut Draft<'_>, name: &str, username: Option<&str>, role: Role) -> Result<Person, AppError> {
    let username = match username {
        Some(username) if draft.directory.is_name(username) => return Err(AppError::new(Code::UsernameTaken)),
        Some(username) => username.to_owned(),
        None => sign_in::free_username(draft, name),
    };
    let person = Person {
        id: UserId::generate(),
        name: name.to_owned(),
        username,
        email: None,
        role,
        title: String::new(),
        status_text: String::new(),
        status_emoji: String::new(),
        status_until: None,
        time_zone: None,
        avatar: None,
        bot: true,
        created_at: draft.now,
        deleted_at: None,
        suspended_at: None,
        version: 1,
        sees_since: draft.position(),
    };
    draft.event(Audience::Everyone, "user.created", None, &json!({ "user": person.view() }), None)?;
    store::put_person(draft, person.clone());
    Ok(person)
}

/// Gives a bot another name.
///
/// # Errors
/// `not_found`.
pub(crate) fn rename(draft: &mut Draft<'_>, user: UserId, name: &str) -> Result<(), AppError> {
    let person = draft.directory.active_person(user)?;
    if person.name == name {
        return Ok(());
    }
    people::save(draft, Person { name: name.to_owned(), ..person.clone() }).map(drop)
}

/// Makes an API token for a bot; its secret is returned here and never again.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, also for the admin scope, which no bot has.
pub async fn create_token(
    app: &App,
    actor: &Actor,
    user: UserId,
    new: NewToken,
) -> Result<(TokenView, String), AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let (new, widest) = new.checked()?;
    if widest == Scope::Admin {
        return Err(AppError::field("scopes", "has one that is not for bots"));
    }
    let secret = tokens::secret();
    let (actor, kept) = (actor.clone(), secret.clone());
    let view = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            bot(draft.directory, user)?;
            let view = tokens::open(draft, user, &new, &kept, "");
            audit::note(draft, Act::BotTokenCreated, By::from(&actor), Some(user), &view.name);
            Ok(view)
        })
        .await?;
    Ok((view, secret))
}

/// Ends an API token of a bot; its sockets close.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn end_token(app: &App, actor: &Actor, user: UserId, token: SessionId) -> Result<(), AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::ManageBots, Relation::NONE)?;
            bot(draft.directory, user)?;
            let found = draft.directory.sessions.get(&token).filter(|session| session.user == user);
            let found = found.ok_or_else(|| AppError::not_found("Token"))?;
            audit::note(draft, Act::BotTokenRevoked, By::from(&actor), Some(user), &found.name);
            store::end_session(draft, token);
            Ok(())
        })
        .await?;
    app.realtime.close_session(token);
    Ok(())
}

/// Gives a bot a picture, or takes it away.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, `busy`.
pub async fn set_avatar(app: &App, actor: &Actor, user: UserId, image: Option<Bytes>) -> Result<AccountView, AppError> {
    actor.require(Action::ManageBots, Relation::NONE)?;
    bot(&app.journal.directory(), user)?;
    match image {
        Some(image) => avatars::set(app, actor, user, image).await,
        None => avatars::remove(app, actor, user).await,
    }
}
