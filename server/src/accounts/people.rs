//! Profiles, roles, passwords, and leaving the team.

use super::{Actor, groups, passwords, relation, relation_to, sessions, store};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    chat,
    clock::Timestamp,
    commands,
    directory::{AccountView, Person},
    error::{AppError, Code},
    hooks,
    http::extract::IfMatch,
    ids::UserId,
    journal::{Audience, Draft},
    mail, outgoing,
    permission::{Action, Role},
    tasks,
    validate::{self, Checks},
};
use serde_json::json;
use std::time::Duration;

/// How long a status can last that is cleared by itself.
const LONGEST_STATUS: Duration = Duration::from_secs(366 * 24 * 3600);

/// What is to change about a person. The inner `None` removes.
#[derive(Clone, Default, Debug)]
pub struct PersonPatch {
    pub name: Option<String>,
    pub username: Option<String>,
    pub email: Option<Option<String>>,
    pub title: Option<String>,
    pub status_text: Option<String>,
    pub status_emoji: Option<String>,
    /// When the status is cleared.
    pub status_until: Option<Option<Timestamp>>,
    pub time_zone: Option<Option<String>>,
    pub role: Option<Role>,
}

impl PersonPatch {
    fn checked(self) -> Result<Self, AppError> {
        let mut checks = Checks::default();
        let patch = Self {
            name: self.name.map(|name| checks.take("name", validate::person_name(&name))),
            username: self.username.map(|name| checks.take("username", validate::username(&name))),
            email: self.email.map(|email| email.map(|email| checks.take("email", validate::email(&email)))),
            title: self.title.map(|title| checks.take("title", validate::line(&title, 0, 80))),
            status_text: self.status_text.map(|text| checks.take("statusText", validate::line(&text, 0, 100))),
            status_emoji: self.status_emoji.map(|emoji| checks.take("statusEmoji", validate::line(&emoji, 0, 12))),
            status_until: self.status_until,
            time_zone: self.time_zone.map(|zone| zone.map(|zone| checks.take("timeZone", validate::time_zone(&zone)))),
            role: self.role,
        };
        checks.finish()?;
        Ok(patch)
    }

    fn applied_to(&self, person: &Person) -> Person {
        let mut next = person.clone();
        let set = |field: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                field.clone_from(value);
            }
        };
        set(&mut next.name, &self.name);
        set(&mut next.username, &self.username);
        set(&mut next.title, &self.title);
        set(&mut next.status_text, &self.status_text);
        set(&mut next.status_emoji, &self.status_emoji);
        let status = |of: &Person| (of.status_text.clone(), of.status_emoji.clone());
        if let Some(until) = self.status_until {
            next.status_until = until;
        } else if status(&next) != status(person) {
            next.status_until = None;
        }
        if next.status_text.is_empty() && next.status_emoji.is_empty() {
            next.status_until = None;
        }
        if let Some(email) = &self.email {
            next.email.clone_from(email);
        }
        if let Some(zone) = &self.time_zone {
            next.time_zone.clone_from(zone);
        }
        next.role = self.role.unwrap_or(next.role);
        next
    }
}

/// The names of the profile's fields that a change touches.
fn changed_fields(before: &Person, after: &Person) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("username", before.username != after.username),
        ("email", before.email != after.email),
        ("title", before.title != after.title),
        ("statusText", before.status_text != after.status_text),
        ("statusEmoji", before.status_emoji != after.status_emoji),
        ("timeZone", before.time_zone != after.time_zone),
    ]
    .into_iter()
    .filter_map(|(field, changed)| changed.then_some(field))
    .collect()
}

/// Changes a person's profile or role.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, `email_taken`, `username_taken`, `last_owner`,
/// `version_mismatch`.
pub async fn update(
    app: &App,
    actor: &Actor,
    user: UserId,
    patch: PersonPatch,
    version: IfMatch,
) -> Result<AccountView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let patch = patch.checked()?;
    let actor = actor.clone();
    let (account, rerouted) = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let person = directory.active_person(user)?;
            let is = relation_to(&actor, person);
            actor.require(Action::EditPerson, is)?;
            version.check(person.version, || person.account_view())?;
            let mut next = patch.applied_to(person);
            if next.role != person.role {
                actor.require(Action::SetRole, is)?;
                if next.role > actor.role {
                    return Err(AppError::new(Code::Forbidden));
                }
                if directory.is_last_owner(person) {
                    return Err(AppError::new(Code::LastOwner));
                }
                next.sees_since = draft.position();
            }
            if next.bot && (next.role > Role::Member || next.email.is_some()) {
                let field = if next.email.is_some() { "email" } else { "role" };
                return Err(AppError::field(field, "is not for bots"));
            }
            if next.status_until != person.status_until {
                check_until(next.status_until, draft.now)?;
            }
            if next == *person {
                return Ok((person.account_view(), false));
            }
            if next.username != person.username && directory.is_name(&next.username) {
                return Err(AppError::new(Code::UsernameTaken));
            }
            if next.email != person.email
                && next.email.as_deref().is_some_and(|email| directory.user_with_email(email).is_some())
            {
                return Err(AppError::new(Code::EmailTaken));
            }
            let rerouted = next.role != person.role;
            let fields = changed_fields(person, &next);
            if rerouted {
                let roles = format!("{:?} → {:?}", person.role, next.role).to_lowercase();
                let detail = [&[roles.as_str()], &fields[..]].concat().join(", ");
                audit::note(draft, Act::RoleChanged, By::from(&actor), Some(user), &detail);
            } else if actor.user != user {
                audit::note(draft, Act::ProfileChanged, By::from(&actor), Some(user), &fields.join(", "));
            } else if next.email != person.email {
                let email = next.email.as_deref().unwrap_or_default();
                audit::note(draft, Act::EmailChanged, By::from(&actor), None, email);
            }
            Ok((save(draft, next)?, rerouted))
        })
        .await?;
    if rerouted {
        app.realtime.close_person(user);
    }
    if account.user.status_until.is_some() {
        app.due.wake();
    }
    Ok(account)
}

/// Goes on only with a moment to come, and none too far away, for a status to be cleared.
fn check_until(until: Option<Timestamp>, now: Timestamp) -> Result<(), AppError> {
    match until {
        Some(at) if at <= now => Err(AppError::field("statusUntil", "is not in the future")),
        Some(at) if at > now.plus(LONGEST_STATUS) => Err(AppError::field("statusUntil", "is more than a year away")),
        _ => Ok(()),
    }
}

/// Clears the status of somebody for whom it was to last until now.
///
/// # Errors
/// What may pass: `busy`, `disk_full`, `internal`.
pub(crate) async fn clear_status(app: &App, user: UserId) -> Result<(), AppError> {
    app.journal
        .commit(move |draft| {
            let Some(person) = draft.directory.people.get(&user) else { return Ok(()) };
            if person.status_until.is_none_or(|at| at > draft.now) {
                return Ok(());
            }
            let mut next = person.clone();
            next.status_text.clear();
            next.status_emoji.clear();
            next.status_until = None;
            save(draft, next).map(drop)
        })
        .await
}

/// Writes a changed person and tells everyone; returns the account as it is then.
pub(super) fn save(draft: &mut Draft<'_>, mut person: Person) -> Result<AccountView, AppError> {
    person.version += 1;
    let account = person.account_view();
    draft.event(Audience::Everyone, "user.updated", None, &json!({ "user": account.user }), None)?;
    draft.event(Audience::Person(person.id), "account.updated", None, &json!({ "account": account }), None)?;
    let before = draft.directory.people.get(&person.id);
    // Of the rest everybody is told.
    if before.is_none_or(|before| before.email != person.email || before.suspended_at != person.suspended_at) {
        let two_factor = draft.directory.two_factor.contains_key(&person.id);
        let told = json!({ "account": account, "twoFactor": two_factor });
        draft.event(Audience::Admins, "person.updated", None, &told, None)?;
    }
    store::put_person(draft, person);
    Ok(account)
}

/// Tells admins that somebody's two-factor sign-in was switched on or off.
pub(super) fn tell_admins(draft: &mut Draft<'_>, user: UserId, two_factor: bool) -> Result<(), AppError> {
    let account = draft.directory.active_person(user)?.account_view();
    let told = json!({ "account": account, "twoFactor": two_factor });
    draft.event(Audience::Admins, "person.updated", None, &told, None)
}

/// Goes on only with the actor's own password.
///
/// # Errors
/// `wrong_password`, `rate_limited`.
pub(super) async fn check_password(app: &App, actor: &Actor, password: String) -> Result<(), AppError> {
    app.limits.sign_in.take(&format!("password of {}", actor.user))?;
    let hash = store::password_hash(&app.database, actor.user).await.map_err(AppError::internal)?;
    if password.len() <= 1_024 && app.passwords.verify(password, hash).await? {
        return Ok(());
    }
    audit::count(app, Act::PasswordWrong, &actor.address, Some(actor.user)).await;
    Err(AppError::new(Code::WrongPassword))
}

/// Changes the actor's own password. Every other sign-in of theirs ends.
///
/// # Errors
/// `wrong_password`, `validation`, `rate_limited`.
pub async fn change_password(app: &App, actor: &Actor, current: String, new: String) -> Result<(), AppError> {
    let rule = app.journal.directory().settings()?.password_rule;
    let mut checks = Checks::default();
    let new = checks.take("newPassword", passwords::check(rule, &new));
    checks.finish()?;
    check_password(app, actor, current).await?;
    let hash = app.passwords.hash(new).await?;
    let own = actor.user;
    let actor = actor.clone();
    let ended = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            store::put_password(draft, actor.user, &hash);
            audit::note(draft, Act::PasswordChanged, By::from(&actor), None, "");
            Ok(sessions::end_sign_ins(draft, actor.user, Some(actor.session)))
        })
        .await?;
    app.second_steps.end(own);
    ended.into_iter().for_each(|session| app.realtime.close_session(session));
    Ok(())
}

/// Takes a person out of the team. Their messages stay and show a former member; their name and
/// e-mail address are free again.
///
/// # Errors
/// `forbidden`, `not_found`, `last_owner`.
pub async fn remove(app: &App, actor: &Actor, user: UserId) -> Result<(), AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::RemovePerson, relation(directory, &actor, user)?)?;
            let person = directory.active_person(user)?;
            if directory.is_last_owner(person) {
                return Err(AppError::new(Code::LastOwner));
            }
            audit::note(draft, Act::PersonRemoved, By::from(&actor), Some(user), &person.name);
            take_out(draft, user)
        })
        .await?;
    app.realtime.close_person(user);
    Ok(())
}

/// Takes somebody out of everything that they are in, and out of the team.
///
/// # Errors
/// `not_found`.
pub(crate) fn take_out(draft: &mut Draft<'_>, user: UserId) -> Result<(), AppError> {
    let person = draft.directory.active_person(user)?;
    chat::leave_everything(draft, user)?;
    groups::leave_all(draft, user)?;
    tasks::leave_everything(draft, user)?;
    chat::forget_drafts(draft, user);
    chat::forget_reminders(draft, user);
    hooks::forget_of(draft, user);
    outgoing::forget_of(draft, user);
    commands::forget_of(draft, user);
    sessions::end_all(draft, user);
    store::delete_two_factor(draft, user);
    store::delete_seen(draft, user);
    mail::forget(draft, user);
    store::delete_password(draft, user);
    store::delete_avatar(draft, user);
    let mut former = person.clone();
    former.deleted_at = Some(draft.now);
    former.suspended_at = None;
    former.email = None;
    former.avatar = None;
    former.status_text.clear();
    former.status_emoji.clear();
    former.status_until = None;
    former.version += 1;
    draft.event(Audience::Everyone, "user.deleted", None, &json!({ "user": former.view() }), None)?;
    store::put_person(draft, former);
    Ok(())
}

/// Whether a person can sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Suspended,
    Resumed,
}

/// Keeps a person out, or lets them in again. Someone who is suspended is signed out everywhere and
/// cannot sign in, nor can their API tokens be used; everything of theirs stays.
///
/// # Errors
/// `forbidden`, `not_found`, `last_owner`, `validation` for oneself, `rate_limited`.
pub async fn set_access(app: &App, actor: &Actor, user: UserId, access: Access) -> Result<AccountView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    let account = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::SuspendPerson, relation(directory, &actor, user)?)?;
            let person = directory.active_person(user)?;
            if (access == Access::Suspended) == person.suspended_at.is_some() {
                return Ok(person.account_view());
            }
            let mut next = person.clone();
            if access == Access::Resumed {
                next.suspended_at = None;
                audit::note(draft, Act::PersonResumed, By::from(&actor), Some(user), "");
            } else {
                if user == actor.user {
                    return Err(AppError::field("", "you cannot suspend yourself"));
                }
                if directory.is_last_owner(person) {
                    return Err(AppError::new(Code::LastOwner));
                }
                next.suspended_at = Some(draft.now);
                sessions::end_sign_ins(draft, user, None);
                audit::note(draft, Act::PersonSuspended, By::from(&actor), Some(user), "");
            }
            save(draft, next)
        })
        .await?;
    match access {
        Access::Suspended => app.realtime.close_person(user),
        // What came due meanwhile waited for them.
        Access::Resumed => app.due.wake(),
    }
    Ok(account)
}
