//! People as admins manage them: when they were last here, where they are signed in, and ending that.

use super::{Actor, relation, sessions, store, tokens};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::Timestamp,
    directory::{AccountView, Directory, Person, SessionKind, SessionView, TokenView},
    error::AppError,
    ids::{SessionId, UserId},
    permission::{Action, Relation, Role},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person as admins see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ManagedPerson)]
pub struct ManagedView {
    #[serde(flatten)]
    pub account: AccountView,
    /// When they last did something in a browser or another client; `null` for those who never signed in.
    pub last_seen_at: Option<Timestamp>,
    /// Whether their sign-in needs a code.
    pub two_factor: bool,
}

impl ManagedView {
    fn of(directory: &Directory, person: &Person) -> Self {
        Self {
            account: person.account_view(),
            last_seen_at: directory.last_seen(person.id),
            two_factor: directory.two_factor.contains_key(&person.id),
        }
    }
}

/// A person with everything that can act for them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ManagedPersonDetails)]
pub struct DetailsView {
    pub person: ManagedView,
    /// Browsers and API clients, the latest used first.
    pub sessions: Vec<SessionView>,
    /// API tokens, the newest first.
    pub tokens: Vec<TokenView>,
}

/// How it stands with somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PersonStanding)]
pub enum Standing {
    /// Those who can sign in.
    Active,
    Suspended,
    /// Those who never signed in.
    Never,
    /// Those without two-factor sign-in.
    WithoutTwoFactor,
}

impl Standing {
    fn fits(self, view: &ManagedView) -> bool {
        match self {
            Self::Active => view.account.suspended_at.is_none(),
            Self::Suspended => view.account.suspended_at.is_some(),
            Self::Never => view.last_seen_at.is_none(),
            Self::WithoutTwoFactor => !view.two_factor,
        }
    }
}

/// By what people are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize, ToSchema)]
#[schema(as = PeopleOrder)]
pub enum Order {
    #[default]
    #[serde(rename = "name")]
    Name,
    /// Who was here last comes first.
    #[serde(rename = "-lastSeenAt")]
    LatestSeen,
    /// Who was not here for the longest time comes first, those who never were before all.
    #[serde(rename = "lastSeenAt")]
    LongestAway,
    /// The newest first.
    #[serde(rename = "-createdAt")]
    Newest,
    /// Owners first.
    #[serde(rename = "-role")]
    Power,
}

/// Which people are wanted.
#[derive(Clone, Default, Debug)]
pub struct Wanted {
    /// Part of a name, user name or e-mail address.
    pub text: String,
    pub role: Option<Role>,
    pub standing: Option<Standing>,
    pub order: Order,
}

/// The people of the team that are wanted, without bots.
///
/// # Errors
/// `forbidden`.
pub fn list(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Vec<ManagedView>, AppError> {
    actor.require(Action::ViewSignIns, Relation::NONE)?;
    let directory = app.journal.directory();
    let text = wanted.text.to_lowercase();
    let named = |person: &Person| {
        person.name.to_lowercase().contains(&text)
            || person.username.contains(&text)
            || person.email.as_deref().is_some_and(|email| email.contains(&text))
    };
    let mut found: Vec<_> = directory
        .people
        .values()
        .filter(|person| person.deleted_at.is_none() && !person.bot && named(person))
        .filter(|person| wanted.role.is_none_or(|role| role == person.role))
        .map(|person| ManagedView::of(&directory, person))
        .filter(|view| wanted.standing.is_none_or(|standing| standing.fits(view)))
        .collect();
    // What is alike otherwise stands by name.
    found.sort_by_cached_key(|view| (view.account.user.name.to_lowercase(), view.account.user.id));
    match wanted.order {
        Order::Name => {}
        Order::LatestSeen => found.sort_by_key(|view| std::cmp::Reverse(view.last_seen_at)),
        Order::LongestAway => found.sort_by_key(|view| view.last_seen_at),
        Order::Newest => found.sort_by_key(|view| std::cmp::Reverse(view.account.user.created_at)),
        Order::Power => found.sort_by_key(|view| std::cmp::Reverse(view.account.user.role)),
    }
    Ok(found)
}

/// A person with their devices and API tokens.
///
/// # Errors
/// `forbidden`, `not_found`.
pub fn look(app: &App, actor: &Actor, user: UserId) -> Result<DetailsView, AppError> {
    actor.require(Action::ViewSignIns, Relation::NONE)?;
    let directory = app.journal.directory();
    let person = directory.active_person(user)?;
    Ok(DetailsView {
        person: ManagedView::of(&directory, person),
        sessions: sessions::sign_ins_of(&directory, user, actor.session),
        tokens: tokens::of(&directory, user),
    })
}

/// Ends one of a person's sessions or API tokens; its sockets close.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn end(app: &App, actor: &Actor, user: UserId, session: SessionId) -> Result<(), AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::EndSignIns, relation(directory, &actor, user)?)?;
            let found = directory.sessions.get(&session).filter(|session| session.user == user);
            let found = found.ok_or_else(|| AppError::not_found("Session"))?;
            let act = if found.kind == SessionKind::Token { Act::TokenRevoked } else { Act::SessionEnded };
            audit::note(draft, act, By::from(&actor), Some(user), &found.name);
            store::end_session(draft, session);
            Ok(())
        })
        .await?;
    app.realtime.close_session(session);
    Ok(())
}

/// Signs a person out of every browser and API client, but not of the one that asks. API tokens stay.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn end_all(app: &App, actor: &Actor, user: UserId) -> Result<(), AppError> {
    let actor = actor.clone();
    let ended = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::EndSignIns, relation(directory, &actor, user)?)?;
            let ended = sessions::end_sign_ins(draft, user, Some(actor.session));
            if !ended.is_empty() {
                audit::note(draft, Act::SessionsEnded, By::from(&actor), Some(user), &ended.len().to_string());
            }
            Ok(ended)
        })
        .await?;
    app.second_steps.end(user);
    ended.into_iter().for_each(|session| app.realtime.close_session(session));
    Ok(())
}
