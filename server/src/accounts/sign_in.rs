//! Coming in: the first run, registering, and signing in.

use super::{
    Actor, keys, passwords,
    sessions::{self, Device, Proof, Transport},
    store,
    two_factor::{self, Taken},
};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    chat, clock,
    directory::{AccountView, LanAccess, NetworkSettings, PasswordRule, Person, Registration, Settings},
    discovery,
    error::{AppError, Code},
    http::Peer,
    ids::UserId,
    journal::{Audience, Draft},
    permission::Role,
    validate::{self, Checks},
};
use serde_json::json;
use std::{sync::Arc, time::Instant};
use subtle::ConstantTimeEq;

/// Someone who comes in, as they describe themselves.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub name: String,
    pub username: Option<String>,
    pub email: Option<String>,
    pub password: String,
}

/// Who somebody new is, once it is known to fit.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub name: String,
    pub username: Option<String>,
    pub email: Option<String>,
}

/// A newcomer whose description fits.
#[derive(Clone)]
struct Checked {
    profile: Profile,
    password_hash: String,
}

/// Someone who is signed in now.
#[derive(Clone, Debug)]
pub struct Welcome {
    pub account: AccountView,
    pub proof: Proof,
}

/// Whether the hub still needs its first run.
#[must_use]
pub fn needs_set_up(app: &App) -> bool {
    app.journal.directory().settings.is_none()
}

/// The first run: the team, its owner and #general, in one change.
///
/// From this computer it needs no token; from elsewhere the one that the server logged. `lan` is
/// whether whoever starts the team was asked already if teammates are let in.
///
/// # Errors
/// `already_set_up`; `setup_token_invalid`; `validation`.
pub async fn set_up(
    app: &Arc<App>,
    team: &str,
    owner: Newcomer,
    token: Option<&str>,
    peer: Peer,
    entry: (Transport, Device),
    lan: LanAccess,
) -> Result<Welcome, AppError> {
    if !needs_set_up(app) {
        return Err(AppError::new(Code::AlreadySetUp));
    }
    app.limits.register_from.take(&peer.0)?;
    let token_fits = match (token, &app.setup_token) {
        (Some(given), Some(kept)) => bool::from(given.as_bytes().ct_eq(kept.as_bytes())),
        _ => false,
    };
    if !peer.is_loopback() && !token_fits {
        return Err(AppError::new(Code::SetupTokenInvalid));
    }
    let mut checks = Checks::default();
    let team = checks.take("team", validate::line(team, 1, 60));
    let owner = check(app, checks, owner, PasswordRule::Uncommon).await?;
    let address = entry.1.address.clone();
    let welcome = enter(app, entry, move |draft| {
        if draft.directory.settings.is_some() {
            return Err(AppError::new(Code::AlreadySetUp));
        }
        store::put_settings(draft, Settings::of_new_team(&team));
        discovery::put(draft, NetworkSettings { lan, interfaces: None });
        let person = add_person(draft, &owner.profile, Role::Owner)?;
        store::put_password(draft, person.id, &owner.password_hash);
        chat::create_general(draft, person.id)?;
        audit::note(draft, Act::TeamStarted, By::person(person.id, &address), None, &team);
        Ok(person)
    })
    .await?;
    tracing::info!("the team was started");
    app.discovery.wake();
    if let Some(directory) = &app.config.data {
        // The token is of no use any more; that its file stays is harmless.
        let _ = std::fs::remove_file(directory.join("setup-token"));
    }
    Ok(welcome)
}

/// Joins the team, by an invitation or where registration is open.
///
/// # Errors
/// `registration_closed`, `invite_invalid`, `email_taken`, `username_taken`, `validation`.
pub async fn register(
    app: &Arc<App>,
    newcomer: Newcomer,
    invite: Option<String>,
    peer: Peer,
    entry: (Transport, Device),
) -> Result<Welcome, AppError> {
    app.limits.register_from.take(&peer.0)?;
    admit(&app.journal.directory(), invite.as_deref())?;
    let wanted = app.journal.directory().settings()?.password_rule;
    let newcomer = check(app, Checks::default(), newcomer, wanted).await?;
    let address = entry.1.address.clone();
    enter(app, entry, move |draft| {
        let role = admit(draft.directory, invite.as_deref())?;
        let person = add_person(draft, &newcomer.profile, role)?;
        store::put_password(draft, person.id, &newcomer.password_hash);
        let mut note = String::new();
        if let Some(used) = invite.as_deref().and_then(|code| draft.directory.invite_with_code(code)) {
            let mut used = used.clone();
            used.uses += 1;
            note.clone_from(&used.label);
            store::put_invite(draft, used);
        }
        chat::join_general(draft, &person)?;
        audit::note(draft, Act::PersonJoined, By::person(person.id, &address), None, &note);
        Ok(person)
    })
    .await
}

/// The role that someone would join with.
fn admit(directory: &crate::directory::Directory, invite: Option<&str>) -> Result<Role, AppError> {
    let settings = directory.settings()?;
    if settings.registration == Registration::Closed {
        return Err(AppError::new(Code::RegistrationClosed));
    }
    match invite {
        Some(code) => directory
            .invite_with_code(code)
            .filter(|invite| directory.invite_works(invite, clock::now()))
            .map(|invite| invite.role)
            .ok_or_else(|| AppError::new(Code::InviteInvalid)),
        None if settings.registration == Registration::Open => Ok(Role::Member),
        None => Err(AppError::new(Code::RegistrationClosed)),
    }
}

async fn check(app: &App, mut checks: Checks, new: Newcomer, rule: PasswordRule) -> Result<Checked, AppError> {
    let name = checks.take("name", validate::person_name(&new.name));
    let username = new.username.map(|username| checks.take("username", validate::username(&username)));
    let email = new.email.map(|email| checks.take("email", validate::email(&email)));
    let password = checks.take("password", passwords::check(rule, &new.password));
    checks.finish()?;
    let password_hash = app.passwords.hash(password).await?;
    Ok(Checked { profile: Profile { name, username, email }, password_hash })
}

/// Runs `admit` and opens a session for the person it returns, in one change.
async fn enter(
    app: &Arc<App>,
    (transport, device): (Transport, Device),
    mut admit: impl FnMut(&mut Draft<'_>) -> Result<Person, AppError> + Send + 'static,
) -> Result<Welcome, AppError> {
    let secret = keys::secret();
    let cookie = secret.clone();
    let (account, user, session) = app
        .journal
        .commit(move |draft| {
            let person = admit(draft)?;
            if person.suspended_at.is_some() {
                return Err(AppError::new(Code::Suspended));
            }
            let session = sessions::open(draft, person.id, transport, &device, &secret);
            Ok((person.account_view(), person.id, session))
        })
        .await?;
    let proof = sessions::proof(app, user, session, transport, cookie)?;
    Ok(Welcome { account, proof })
}

/// Adds somebody to the team, without a password, and tells everyone.
///
/// # Errors
/// `email_taken`, `username_taken`.
pub(super) fn add_person(draft: &mut Draft<'_>, new: &Profile, role: Role) -> Result<Person, AppError> {
    let directory = draft.directory;
    if new.email.as_deref().is_some_and(|email| directory.user_with_email(email).is_some()) {
        return Err(AppError::new(Code::EmailTaken));
    }
    let username = match &new.username {
        Some(username) if directory.is_name(username) => {
            return Err(AppError::new(Code::UsernameTaken));
        }
        Some(username) => username.clone(),
        None => free_username(draft, &new.name),
    };
    let person = Person {
        id: UserId::generate(),
        name: new.name.clone(),
        username,
        email: new.email.clone(),
        role,
        title: String::new(),
        status_text: String::new(),
        status_emoji: String::new(),
        status_until: None,
        time_zone: None,
        avatar: None,
        bot: false,
        created_at: draft.now,
        deleted_at: None,
        suspended_at: None,
        version: 1,
        sees_since: draft.position(),
    };
    store::put_person(draft, person.clone());
    draft.event(Audience::Everyone, "user.created", None, &json!({ "user": person.view() }), None)?;
    Ok(person)
}

/// A user name that nobody has, made from a name.
pub(super) fn free_username(draft: &Draft<'_>, name: &str) -> String {
    username_for(name, |taken| draft.directory.is_name(taken))
}

/// A user name made from a name, with a number behind it as long as it is taken.
pub(super) fn username_for(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let base = validate::username_from(name);
    let mut username = base.clone();
    let mut number = 1_u32;
    while taken(&username) {
        number += 1;
        username = format!("{base}{number}");
    }
    username
}

/// Signs in with an e-mail address or user name and a password, and a code of those who have two-factor sign-in.
///
/// # Errors
/// `invalid_credentials`, after the same time whether or not there is such an account; once the password is right
/// `suspended`, `code_needed` with a ticket to go on with, and `code_invalid`; `rate_limited`.
pub async fn log_in(
    app: &Arc<App>,
    login: &str,
    password: String,
    code: Option<String>,
    peer: Peer,
    entry: (Transport, Device),
) -> Result<Welcome, AppError> {
    if login.len() > 320 || password.len() > 1_024 {
        return Err(AppError::new(Code::InvalidCredentials));
    }
    let address = entry.1.address.clone();
    let user = app.journal.directory().person_named(login.trim()).map(|person| person.id);
    let from = app.limits.sign_in_from.take(&peer.0);
    if let Err(refused) = from.and_then(|()| app.limits.sign_in.take(&login.trim().to_lowercase())) {
        note_limited(app, peer, &address, user).await;
        return Err(refused);
    }
    let hash = match user {
        Some(user) => store::password_hash(&app.database, user).await.map_err(AppError::internal)?,
        None => None,
    };
    let fits = app.passwords.verify(password, hash).await?;
    let Some(user) = user.filter(|_| fits) else {
        // What was typed for a name is not kept: it may have been the password.
        audit::count(app, Act::SignInFailed, &address, user).await;
        return Err(AppError::new(Code::InvalidCredentials));
    };
    if code.is_none() && asks_for_code(app, user) {
        return Err(AppError::code_needed(app.second_steps.issue(user, Instant::now())?));
    }
    come_in(app, user, code, peer, entry).await
}

/// Writes down that an address is over a limit. Once a minute is enough to see it, and costs whoever tries nothing more.
async fn note_limited(app: &App, peer: Peer, address: &str, user: Option<UserId>) {
    if app.limits.refusals.take(&peer.0).is_ok() {
        audit::count(app, Act::SignInLimited, address, user).await;
    }
}

/// Goes on with a sign-in of which the password was right, by the ticket that stands for it.
///
/// # Errors
/// `sign_in_expired`, `code_invalid`, `suspended`, `rate_limited`.
pub async fn finish_log_in(
    app: &Arc<App>,
    ticket: &str,
    code: String,
    peer: Peer,
    entry: (Transport, Device),
) -> Result<Welcome, AppError> {
    app.limits.sign_in_from.take(&peer.0)?;
    let user = app.second_steps.holder(ticket, Instant::now())?;
    come_in(app, user, Some(code), peer, entry).await
}

/// Whether this person's password is not enough. Someone who is suspended is not let in with a code either.
fn asks_for_code(app: &App, user: UserId) -> bool {
    let directory = app.journal.directory();
    let suspended = directory.active_person(user).is_ok_and(|person| person.suspended_at.is_some());
    directory.two_factor.contains_key(&user) && !suspended
}

/// Signs in someone whose password was right.
async fn come_in(
    app: &Arc<App>,
    user: UserId,
    code: Option<String>,
    peer: Peer,
    entry: (Transport, Device),
) -> Result<Welcome, AppError> {
    let device = entry.1.clone();
    let asked = asks_for_code(app, user);
    if asked && let Err(refused) = app.second_steps.try_code(user, Instant::now()) {
        note_limited(app, peer, &device.address, Some(user)).await;
        return Err(refused);
    }
    let address = device.address.clone();
    let welcome = enter(app, entry, move |draft| {
        let found = draft.directory.active_person(user).cloned();
        let person = found.map_err(|_| AppError::new(Code::InvalidCredentials))?;
        if person.suspended_at.is_some() {
            return Err(AppError::new(Code::Suspended));
        }
        let act = match two_factor::take(draft, user, code.as_deref())? {
            Taken::RecoveryCode => Act::RecoveryCodeUsed,
            Taken::Code | Taken::Nothing => Act::SignedIn,
        };
        audit::note(draft, act, By::person(user, &device.address), None, &device.name);
        Ok(person)
    })
    .await;
    match welcome.as_ref().map_err(|refused| refused.code) {
        Ok(_) if asked => {
            app.second_steps.passed(user);
            app.second_steps.end(user);
        }
        Err(Code::Suspended) => {
            audit::tell(app, Act::SignInSuspended, By::stranger(&address), Some(user), String::new()).await;
        }
        Err(Code::CodeInvalid) => audit::count(app, Act::SignInCodeFailed, &address, Some(user)).await,
        _ => {}
    }
    welcome
}

/// Opens a session for someone who is known to be this person.
///
/// # Errors
/// `not_found` when the person left; `suspended`.
pub(super) async fn open_for(app: &Arc<App>, user: UserId, entry: (Transport, Device)) -> Result<Welcome, AppError> {
    enter(app, entry, move |draft| draft.directory.active_person(user).cloned()).await
}

/// Ends the actor's session; its sockets close.
///
/// # Errors
/// As the journal.
pub async fn log_out(app: &App, actor: &Actor) -> Result<(), AppError> {
    sessions::end(app, actor, actor.session).await
}
