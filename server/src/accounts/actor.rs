//! Who is asking: from a cookie, an access token or an API token to a session and its person.

use super::Keys;
use crate::{
    app::App,
    clock,
    directory::{Directory, Scope, Session, SessionKind},
    error::{AppError, Code},
    http::Peer,
    ids::{HookId, SessionId, UserId},
    permission::{self, Action, Relation, Role},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use cookie::Cookie;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, sync::Arc};

/// Someone who is signed in, and by which session.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: UserId,
    pub role: Role,
    pub session: SessionId,
    /// From where the session is used.
    pub address: String,
    scopes: BTreeSet<Scope>,
    /// The webhook that speaks, in the place of a session.
    hook: Option<HookId>,
    /// They have to set up two-factor sign-in before anything else. API tokens go on.
    held_up: bool,
}

impl Actor {
    /// The actor that a session speaks for; `None` once it ended, expired, or its person left or is
    /// suspended.
    #[must_use]
    pub fn of(directory: &Directory, session: SessionId) -> Option<Self> {
        let session = directory.sessions.get(&session)?;
        let person = directory.active_person(session.user).ok()?;
        let alive = session.is_alive(directory.settings.as_ref(), clock::now());
        (alive && person.suspended_at.is_none()).then(|| Self {
            user: person.id,
            role: person.role,
            session: session.id,
            address: session.address.clone(),
            scopes: session.scopes.clone(),
            hook: None,
            held_up: session.kind != SessionKind::Token && directory.lacks_two_factor(person),
        })
    }

    /// The bot that a webhook speaks as; `None` once one of them is gone, or the bot is suspended.
    pub(crate) fn of_hook(directory: &Directory, hook: HookId, address: &str) -> Option<Self> {
        let hook = directory.hooks.get(&hook)?;
        let person = directory.active_person(hook.bot).ok()?;
        person.suspended_at.is_none().then(|| Self {
            user: person.id,
            role: person.role,
            session: SessionId(hook.id.0),
            address: address.to_owned(),
            scopes: BTreeSet::from([Scope::Write]),
            hook: Some(hook.id),
            held_up: false,
        })
    }

    /// Somebody for whom a job does what they asked for earlier. No session speaks for them then.
    ///
    /// # Errors
    /// `suspended`; `forbidden` where they left the team.
    pub(crate) fn for_job(directory: &Directory, user: UserId) -> Result<Self, AppError> {
        let person = directory.active_person(user).map_err(|_| AppError::new(Code::Forbidden))?;
        if person.suspended_at.is_some() {
            return Err(AppError::new(Code::Suspended));
        }
        Ok(Self {
            user: person.id,
            role: person.role,
            session: SessionId(uuid::Uuid::nil()),
            address: String::new(),
            scopes: BTreeSet::from([Scope::Write]),
            hook: None,
            held_up: false,
        })
    }

    /// Goes on only where the permission table and the token's scopes allow it.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn require(&self, action: Action, is: Relation) -> Result<(), AppError> {
        let scope = match action {
            Action::ViewPeople | Action::ViewChannel | Action::ReadMessages | Action::ViewProject => Scope::Read,
            Action::SetRole
            | Action::RemovePerson
            | Action::CreateResetLink
            | Action::ManageInvites
            | Action::ManageBots
            | Action::ManageSettings
            | Action::ManageNetwork
            | Action::ManageBackups
            | Action::RestoreBackup
            | Action::ImportTeam
            | Action::ExportTeam
            | Action::SuspendPerson
            | Action::ViewSignIns
            | Action::EndSignIns
            | Action::ResetTwoFactor
            | Action::CreatePerson
            | Action::ViewAudit
            | Action::ViewOverview => Scope::Admin,
            _ => Scope::Write,
        };
        self.require_scope(scope)?;
        permission::require(action, self.role, is)
    }

    /// Goes on only when this sign-in may be used for that; a wider scope includes the narrower.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn require_scope(&self, scope: Scope) -> Result<(), AppError> {
        if self.scopes.iter().any(|held| *held >= scope) { Ok(()) } else { Err(AppError::new(Code::Forbidden)) }
    }

    /// Whether they have to set up two-factor sign-in before anything else.
    #[must_use]
    pub fn is_held_up(&self) -> bool {
        self.held_up
    }

    /// The same actor as the team is when a change is committed; an ended session stops here.
    ///
    /// # Errors
    /// `invalid_token`.
    pub fn still(&self, directory: &Directory) -> Result<Self, AppError> {
        let now = match self.hook {
            Some(hook) => Self::of_hook(directory, hook, &self.address),
            None => Self::of(directory, self.session),
        };
        let now = now.ok_or_else(|| AppError::new(Code::InvalidToken))?;
        Ok(Self { address: self.address.clone(), ..now })
    }
}

impl FromRequestParts<Arc<App>> for Actor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        let Entrant(actor) = Entrant::from_request_parts(parts, app).await?;
        if actor.held_up { Err(AppError::new(Code::TwoFactorRequired)) } else { Ok(actor) }
    }
}

/// Someone who is signed in, be it that they still have to set up two-factor sign-in. For what they need to do that, and
/// to leave.
#[derive(Clone, Debug)]
pub struct Entrant(pub Actor);

impl FromRequestParts<Arc<App>> for Entrant {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        let session = session_of(&parts.headers, app)?;
        let mut actor =
            Actor::of(&app.journal.directory(), session).ok_or_else(|| AppError::new(Code::InvalidToken))?;
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            actor.require_scope(Scope::Write)?;
        }
        let address = parts.extensions.get::<Peer>().map(|peer| peer.0.to_string());
        if let Some(address) = &address {
            actor.address.clone_from(address);
        }
        super::touch(app, actor.session, address);
        Ok(Self(actor))
    }
}

/// An actor where signing in is not needed but changes the answer.
#[derive(Clone, Debug)]
pub struct OptionalActor(pub Option<Actor>);

impl FromRequestParts<Arc<App>> for OptionalActor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        match Actor::from_request_parts(parts, app).await {
            Ok(actor) => Ok(Self(Some(actor))),
            Err(failure) if failure.code == Code::NoToken => Ok(Self(None)),
            Err(failure) => Err(failure),
        }
    }
}

/// The session that a request's `Authorization` header or cookie names.
fn session_of(headers: &HeaderMap, app: &App) -> Result<SessionId, AppError> {
    let invalid = || AppError::new(Code::InvalidToken);
    if let Some(header) = headers.get(header::AUTHORIZATION) {
        let header = header.to_str().map_err(|_| invalid())?;
        let (scheme, token) = header.split_once(' ').ok_or_else(invalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(invalid());
        }
        return session_of_token(token.trim(), app);
    }
    let Some(secret) = session_cookie(headers, &app.cookie_name()) else {
        return Err(AppError::new(Code::NoToken));
    };
    find(&app.journal.directory(), &secret).map(|session| session.id).ok_or_else(invalid)
}

/// The session that an access token or API token names.
///
/// # Errors
/// `invalid_token`.
pub(crate) fn session_of_token(token: &str, app: &App) -> Result<SessionId, AppError> {
    if token.starts_with(Keys::API_TOKEN_PREFIX) {
        return find(&app.journal.directory(), token)
            .map(|session| session.id)
            .ok_or_else(|| AppError::new(Code::InvalidToken));
    }
    app.keys.read_access(token)
}

fn find<'a>(directory: &'a Directory, secret: &str) -> Option<&'a Session> {
    directory.session_with_secret(&Sha256::digest(secret).into())
}

/// The secret in the session cookie, if there is one.
#[must_use]
pub fn session_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}
