//! A new password by a link that an admin hands over, for teams without e-mail.

use super::{Actor, keys, passwords, relation, sessions, store};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
    directory::{Person, Reset},
    error::AppError,
    http::Peer,
    ids::UserId,
    journal::Draft,
    permission::{Action, Role},
    validate::Checks,
};
use std::time::Duration;

/// How long a link works.
const LASTS: Duration = Duration::from_secs(24 * 3600);
/// How long the link works by which somebody signs in for the first time.
const FIRST_LASTS: Duration = Duration::from_secs(7 * 24 * 3600);

/// Makes a link for this person; earlier ones stop working.
///
/// # Errors
/// `forbidden`, `not_found`, `validation` for a bot.
pub async fn create(app: &App, actor: &Actor, user: UserId) -> Result<(String, Timestamp), AppError> {
    app.limits.changes.take(&actor.user)?;
    let code = keys::link_code();
    let secret = keys::hash(&code);
    let actor = actor.clone();
    let expires_at = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::CreateResetLink, relation(draft.directory, &actor, user)?)?;
            if draft.directory.active_person(user)?.bot {
                return Err(AppError::field("", "a bot has no password"));
            }
            let earlier: Vec<_> =
                draft.directory.resets.values().filter(|reset| reset.user == user).map(|reset| reset.secret).collect();
            earlier.into_iter().for_each(|secret| store::use_reset(draft, secret));
            let expires_at = draft.now.plus(LASTS);
            audit::note(draft, Act::ResetLinkCreated, By::from(&actor), Some(user), "");
            store::put_reset(draft, Reset { secret, user, expires_at });
            Ok(expires_at)
        })
        .await?;
    Ok((code, expires_at))
}

/// Makes a link for the first of the owners, for a team in which nobody has a password yet.
///
/// # Errors
/// `not_found` where there is no owner.
pub async fn create_for_owner(app: &App) -> Result<(String, Person), AppError> {
    let code = keys::link_code();
    let secret = keys::hash(&code);
    let owner = app
        .journal
        .commit(move |draft| {
            let owners = draft.directory.people.values().filter(|person| person.role == Role::Owner);
            let owner = owners
                .filter(|owner| owner.deleted_at.is_none() && owner.suspended_at.is_none())
                .min_by_key(|owner| owner.id);
            let owner = owner.ok_or_else(|| AppError::not_found("Owner"))?;
            let expires_at = draft.now.plus(LASTS);
            audit::note(draft, Act::ResetLinkCreated, By::stranger(""), Some(owner.id), "");
            store::put_reset(draft, Reset { secret, user: owner.id, expires_at });
            Ok(owner.clone())
        })
        .await?;
    Ok((code, owner))
}

/// Adds the link by which somebody who has just been added chooses their first password.
pub(super) fn open_first(draft: &mut Draft<'_>, user: UserId, code: &str) -> Timestamp {
    let expires_at = draft.now.plus(FIRST_LASTS);
    store::put_reset(draft, Reset { secret: keys::hash(code), user, expires_at });
    expires_at
}

/// The person that a link is for.
///
/// # Errors
/// `not_found` when it never was, was used, or is too old.
pub fn find(app: &App, code: &str, peer: Peer) -> Result<Person, AppError> {
    app.limits.register_from.take(&peer.0)?;
    let directory = app.journal.directory();
    let reset = directory
        .resets
        .get(&keys::hash(code))
        .filter(|reset| reset.expires_at > clock::now())
        .ok_or_else(|| AppError::not_found("Link"))?;
    directory.active_person(reset.user).cloned().map_err(|_| AppError::not_found("Link"))
}

/// Sets the password and uses the link up. Every sign-in of the person ends.
///
/// # Errors
/// `not_found`, `validation`.
pub async fn complete(app: &App, code: &str, password: &str, peer: Peer) -> Result<(), AppError> {
    let person = find(app, code, peer)?;
    let rule = app.journal.directory().settings()?.password_rule;
    let mut checks = Checks::default();
    let password = checks.take("password", passwords::check(rule, password));
    checks.finish()?;
    let hash = app.passwords.hash(password).await?;
    let secret = keys::hash(code);
    let ended = app
        .journal
        .commit(move |draft| {
            let open = draft.directory.resets.contains_key(&secret);
            if !open || draft.directory.active_person(person.id).is_err() {
                return Err(AppError::not_found("Link"));
            }
            store::use_reset(draft, secret);
            store::put_password(draft, person.id, &hash);
            let address = peer.0.to_string();
            audit::note(draft, Act::PasswordReset, By::stranger(&address), Some(person.id), "");
            Ok(sessions::end_sign_ins(draft, person.id, None))
        })
        .await?;
    app.second_steps.end(person.id);
    ended.into_iter().for_each(|session| app.realtime.close_session(session));
    Ok(())
}
