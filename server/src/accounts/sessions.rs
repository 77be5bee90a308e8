//! Sign-ins: opening, seeing, rotating and ending them.

use super::{Actor, keys, store};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
    directory::{Directory, Scope, Session, SessionKind, SessionView},
    error::{AppError, Code},
    http::Peer,
    ids::{SessionId, UserId},
    journal::Draft,
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// How long the predecessor of a refresh token still gives the same successor, for a client whose
/// answer got lost.
const GRACE: Duration = Duration::from_secs(10);
/// How often the last use of a session is written down.
const SEEN_EVERY: Duration = Duration::from_secs(5 * 60);
/// How many sign-ins one person can have of each kind; the longest unused one gives way.
const MOST_SESSIONS: usize = 50;

/// What a client is, as far as it told.
#[derive(Clone, Debug)]
pub struct Device {
    pub name: String,
    pub address: String,
}

/// How a client wants to be remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// By a cookie.
    Cookie,
    /// By access and refresh tokens.
    Tokens,
}

/// What a client gets to prove who it is.
#[derive(Clone, Debug)]
pub enum Proof {
    Cookie(String),
    Tokens { access: String, refresh: String },
}

/// Opens a session for this person.
pub(super) fn open(
    draft: &mut Draft<'_>,
    user: UserId,
    transport: Transport,
    device: &Device,
    secret: &str,
) -> SessionId {
    let kind = match transport {
        Transport::Cookie => SessionKind::Browser,
        Transport::Tokens => SessionKind::Client,
    };
    make_room(draft, user, kind);
    let id = SessionId::generate();
    let session = Session {
        id,
        user,
        kind,
        name: device.name.clone(),
        address: device.address.clone(),
        secret: (kind == SessionKind::Browser).then(|| keys::hash(secret)),
        generation: 0,
        rotated_at: draft.now,
        scopes: BTreeSet::from([Scope::Read, Scope::Write, Scope::Admin]),
        created_at: draft.now,
        last_seen_at: draft.now,
        expires_at: None,
    };
    let session = used(draft, session);
    store::put_session(draft, session);
    id
}

/// The session as it is after a use of it now.
fn used(draft: &Draft<'_>, mut session: Session) -> Session {
    session.last_seen_at = draft.now;
    if session.kind != SessionKind::Token {
        session.expires_at = None;
        session.expires_at = session.ends_at(draft.directory.settings.as_ref());
    }
    session
}

/// The proof of a session that was opened with `secret`.
pub(super) fn proof(
    app: &App,
    user: UserId,
    session: SessionId,
    transport: Transport,
    secret: String,
) -> Result<Proof, AppError> {
    Ok(match transport {
        Transport::Cookie => Proof::Cookie(secret),
        Transport::Tokens => Proof::Tokens {
            access: app.keys.access(user, session, clock::now())?,
            refresh: app.keys.refresh(session, 0)?,
        },
    })
}

pub(super) fn make_room(draft: &mut Draft<'_>, user: UserId, kind: SessionKind) {
    let mut own: Vec<_> = of(draft.directory, user).filter(|session| session.kind == kind).collect();
    if own.len() >= MOST_SESSIONS {
        own.sort_by_key(|session| session.last_seen_at);
        store::end_session(draft, own[0].id);
    }
}

pub(super) fn of(directory: &Directory, user: UserId) -> impl Iterator<Item = &Session> {
    directory.sessions.values().filter(move |session| session.user == user)
}

/// Notes that a session was used, at most every few minutes, and prolongs it.
pub fn touch(app: &Arc<App>, session: SessionId, address: Option<String>) {
    let now = clock::now();
    let stale = move |seen: Timestamp| now.since(seen) >= SEEN_EVERY;
    let due = app.journal.directory().sessions.get(&session).is_some_and(|found| stale(found.last_seen_at));
    if !due {
        return;
    }
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let noted = app.journal.commit(move |draft| {
            if let Some(found) = draft.directory.sessions.get(&session)
                && stale(found.last_seen_at)
            {
                let mut seen = used(draft, found.clone());
                if let Some(address) = &address {
                    seen.address.clone_from(address);
                }
                store::put_session(draft, seen);
            }
            Ok(())
        });
        // It is noted with the next use if the hub was too busy for it now.
        let _ = noted.await;
    });
}

/// Exchanges a refresh token for the next pair.
///
/// # Errors
/// `invalid_token` for anything that is not the newest token of a living session; a token used
/// twice ends the session, because one of the two who used it is a thief.
pub async fn refresh(app: &App, token: &str, peer: Peer) -> Result<(String, String), AppError> {
    let (session, generation) = app.keys.read_refresh(token)?;
    let next = app
        .journal
        .commit(move |draft| {
            let invalid = || AppError::new(Code::InvalidToken);
            let actor = Actor::of(draft.directory, session).ok_or_else(invalid)?;
            let found = draft.directory.sessions.get(&session).ok_or_else(invalid)?;
            if found.kind != SessionKind::Client {
                return Err(invalid());
            }
            if generation == found.generation {
                let mut next = used(draft, found.clone());
                next.generation += 1;
                next.rotated_at = draft.now;
                let generation = next.generation;
                store::put_session(draft, next);
                return Ok(Some((actor.user, generation)));
            }
            let predecessor = generation.checked_add(1) == Some(found.generation);
            if predecessor && draft.now.since(found.rotated_at) <= GRACE {
                return Ok(Some((actor.user, found.generation)));
            }
            if generation < found.generation {
                tracing::warn!(user.id = %actor.user, session.id = %session, "a refresh token was used twice; the session ends");
                store::end_session(draft, session);
                let address = peer.0.to_string();
                audit::note(draft, Act::TokenStolen, By::stranger(&address), Some(actor.user), &found.name);
            }
            Ok(None)
        })
        .await?;
    let Some((user, generation)) = next else {
        app.realtime.close_session(session);
        return Err(AppError::new(Code::InvalidToken));
    };
    Ok((app.keys.access(user, session, clock::now())?, app.keys.refresh(session, generation)?))
}

/// Ends one of the actor's own sessions or API tokens; its sockets close.
///
/// # Errors
/// `not_found` when it is not the actor's.
pub async fn end(app: &App, actor: &Actor, session: SessionId) -> Result<(), AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let found = draft
                .directory
                .sessions
                .get(&session)
                .filter(|session| session.user == actor.user)
                .ok_or_else(|| AppError::not_found("Session"))?;
            let act = if found.kind == SessionKind::Token { Act::TokenRevoked } else { Act::SessionEnded };
            audit::note(draft, act, By::from(&actor), None, &found.name);
            store::end_session(draft, session);
            Ok(())
        })
        .await?;
    app.realtime.close_session(session);
    Ok(())
}

/// Ends all of the actor's browsers and API clients but the one that asks.
///
/// # Errors
/// As the journal.
pub async fn end_others(app: &App, actor: &Actor) -> Result<(), AppError> {
    let actor = actor.clone();
    let ended = app
        .journal
        .commit(move |draft| {
            let ended = end_sign_ins(draft, actor.user, Some(actor.session));
            if !ended.is_empty() {
                audit::note(draft, Act::SessionsEnded, By::from(&actor), None, &ended.len().to_string());
            }
            Ok(ended)
        })
        .await?;
    ended.into_iter().for_each(|session| app.realtime.close_session(session));
    Ok(())
}

/// Ends a person's browsers and API clients, but not one to keep.
pub(super) fn end_sign_ins(draft: &mut Draft<'_>, user: UserId, keep: Option<SessionId>) -> Vec<SessionId> {
    let ended: Vec<_> = of(draft.directory, user)
        .filter(|session| session.kind != SessionKind::Token && Some(session.id) != keep)
        .map(|session| session.id)
        .collect();
    ended.iter().for_each(|session| store::end_session(draft, *session));
    ended
}

/// Ends everything that can act for a person.
pub(super) fn end_all(draft: &mut Draft<'_>, user: UserId) -> Vec<SessionId> {
    let ended: Vec<_> = of(draft.directory, user).map(|session| session.id).collect();
    ended.iter().for_each(|session| store::end_session(draft, *session));
    ended
}

/// The actor's browsers and API clients, the latest used first.
#[must_use]
pub fn list(directory: &Directory, actor: &Actor) -> Vec<SessionView> {
    sign_ins_of(directory, actor.user, actor.session)
}

/// A person's browsers and API clients, the latest used first. `current` is the session that asks.
pub(super) fn sign_ins_of(directory: &Directory, user: UserId, current: SessionId) -> Vec<SessionView> {
    let now = clock::now();
    let settings = directory.settings.as_ref();
    let mut found: Vec<_> = of(directory, user)
        .filter(|session| session.kind != SessionKind::Token && session.is_alive(settings, now))
        .map(|session| session.view(current, settings))
        .collect();
    found.sort_by_key(|session| std::cmp::Reverse((session.last_seen_at, session.id)));
    found
}

/// Removes sessions and reset links that expired, so that the directory does not grow for ever; their sockets close.
/// Says how many.
///
/// # Errors
/// As the journal.
pub async fn forget_expired(app: &App) -> Result<usize, AppError> {
    let (ended, forgotten) = app
        .journal
        .commit(|draft| {
            let now = draft.now;
            let settings = draft.directory.settings.as_ref();
            let expired: Vec<_> = draft
                .directory
                .sessions
                .values()
                .filter(|session| !session.is_alive(settings, now))
                .map(|session| session.id)
                .take(200)
                .collect();
            expired.iter().for_each(|session| store::end_session(draft, *session));
            let resets: Vec<_> = draft
                .directory
                .resets
                .values()
                .filter(|reset| reset.expires_at <= now)
                .map(|reset| reset.secret)
                .take(200)
                .collect();
            let forgotten = expired.len() + resets.len();
            resets.into_iter().for_each(|secret| store::use_reset(draft, secret));
            Ok((expired, forgotten))
        })
        .await?;
    ended.into_iter().for_each(|session| app.realtime.close_session(session));
    Ok(forgotten)
}
