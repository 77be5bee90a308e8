//! Two-factor sign-in: beside the password a code of six digits, which an app makes of a secret and the time (RFC 6238:
//! SHA-1, 30 seconds), or one of ten recovery codes.
//!
//! A code is good for its step of time and the ones before and after, once: the newest step of which a code was used is
//! kept, and only later ones count. Recovery codes are kept as hashes and used once. The secret never leaves the hub
//! after it was set up; a backup has it, so that a restored hub asks for the same codes.

use super::{Actor, keys, relation, store};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
    directory::{CodeSecret, Directory, SecretHash, SessionKind, TwoFactor},
    error::{AppError, Code},
    ids::UserId,
    journal::Draft,
    permission::Action,
};
use qrcode::{EcLevel, QrCode, render::svg};
use rand::Rng;
use serde::Serialize;
use std::time::Instant;
use totp_rs::{Builder, Secret, Totp};
use utoipa::ToSchema;

/// How many recovery codes there are at first.
const RECOVERY_CODES: usize = 10;
/// The length of a secret, as RFC 4226 recommends it.
const SECRET_BYTES: usize = 20;

/// How it stands with one's own two-factor sign-in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TwoFactor)]
pub struct TwoFactorView {
    /// Since when it is on; `null` while it is off.
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub codes_left: usize,
    /// Whether the team asks for it from somebody of one's role.
    pub required: bool,
}

/// What an app that makes codes has to know.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TwoFactorSetup)]
pub struct SetupView {
    /// To be typed: base 32, in groups of four.
    pub secret: String,
    /// The same as an `otpauth://` address.
    pub uri: String,
    /// The address as a QR code, in SVG.
    pub qr: String,
}

/// How it stands with the actor's two-factor sign-in.
///
/// # Errors
/// `not_found` for somebody who left.
pub fn look(app: &App, actor: &Actor) -> Result<TwoFactorView, AppError> {
    view(&app.journal.directory(), actor.user)
}

fn view(directory: &Directory, user: UserId) -> Result<TwoFactorView, AppError> {
    let person = directory.active_person(user)?;
    let held = directory.two_factor.get(&user);
    Ok(TwoFactorView {
        since: held.map(|held| held.since),
        codes_left: held.map_or(0, |held| held.codes.len()),
        required: directory.settings()?.two_factor.asks(person.role) && !person.bot,
    })
}

/// Goes on only for people who signed in: a program with an API token does not decide how its person signs in.
fn require_sign_in(directory: &Directory, actor: &Actor) -> Result<(), AppError> {
    let kind = directory.sessions.get(&actor.session).map(|session| session.kind);
    if matches!(kind, Some(SessionKind::Browser | SessionKind::Client)) {
        Ok(())
    } else {
        Err(AppError::new(Code::Forbidden))
    }
}

/// Begins to set it up: a new secret, which counts once a code of it was given.
///
/// # Errors
/// `forbidden` for API tokens, `conflict` where it is on already, `rate_limited`.
pub fn set_up(app: &App, actor: &Actor) -> Result<SetupView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let directory = app.journal.directory();
    require_sign_in(&directory, actor)?;
    if directory.two_factor.contains_key(&actor.user) {
        return Err(AppError::new(Code::Conflict));
    }
    let mut bytes = vec![0_u8; SECRET_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    let secret = CodeSecret(bytes);
    // A colon would end the team's name in the address.
    let plain = |text: &str| text.replace(':', " ");
    let builder = builder(&secret)
        .with_issuer(Some(plain(&directory.settings()?.name)))
        .with_account_name(plain(&directory.active_person(actor.user)?.username));
    let totp = builder.build().map_err(AppError::internal)?;
    let uri = totp.to_url().map_err(AppError::internal)?;
    let code = QrCode::with_error_correction_level(&uri, EcLevel::M).map_err(AppError::internal)?;
    let qr = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    let typed =
        totp.secret().to_base32().as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    app.second_steps.begin(actor.user, secret, Instant::now());
    Ok(SetupView { secret: typed, uri, qr })
}

/// Switches it on with the first code, and gives the recovery codes: the only time that they are shown.
///
/// # Errors
/// `code_invalid`, `sign_in_expired` where nothing was begun or it was too long ago, `rate_limited`.
pub async fn confirm(app: &App, actor: &Actor, code: &str) -> Result<Vec<String>, AppError> {
    require_sign_in(&app.journal.directory(), actor)?;
    app.second_steps.try_code(actor.user, Instant::now())?;
    let secret =
        app.second_steps.begun(actor.user, Instant::now()).ok_or_else(|| AppError::new(Code::SignInExpired))?;
    let step = step_of(&secret, &typed(code), clock::now()).ok_or_else(|| AppError::new(Code::CodeInvalid))?;
    let (shown, codes) = recovery_codes();
    let by = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = by.still(draft.directory)?;
            if draft.directory.two_factor.contains_key(&actor.user) {
                return Err(AppError::new(Code::Conflict));
            }
            let since = draft.now;
            let held =
                TwoFactor { user: actor.user, secret: secret.clone(), since, last_step: step, codes: codes.clone() };
            store::put_two_factor(draft, held);
            audit::note(draft, Act::TwoFactorOn, By::from(&actor), None, "");
            super::people::tell_admins(draft, actor.user, true)
        })
        .await?;
    app.second_steps.confirmed(actor.user);
    app.second_steps.passed(actor.user);
    Ok(shown)
}

/// Switches it off.
///
/// # Errors
/// `wrong_password`, `forbidden` for API tokens, `rate_limited`.
pub async fn switch_off(app: &App, actor: &Actor, password: String) -> Result<(), AppError> {
    require_sign_in(&app.journal.directory(), actor)?;
    super::people::check_password(app, actor, password).await?;
    let by = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = by.still(draft.directory)?;
            if !draft.directory.two_factor.contains_key(&actor.user) {
                return Ok(());
            }
            store::delete_two_factor(draft, actor.user);
            audit::note(draft, Act::TwoFactorOff, By::from(&actor), None, "");
            super::people::tell_admins(draft, actor.user, false)
        })
        .await?;
    hold_up(app);
    Ok(())
}

/// Makes the recovery codes anew; those before are void.
///
/// # Errors
/// `wrong_password`, `not_found` where it is off, `forbidden` for API tokens, `rate_limited`.
pub async fn renew_codes(app: &App, actor: &Actor, password: String) -> Result<Vec<String>, AppError> {
    require_sign_in(&app.journal.directory(), actor)?;
    super::people::check_password(app, actor, password).await?;
    let (shown, codes) = recovery_codes();
    let by = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = by.still(draft.directory)?;
            let held = draft.directory.two_factor.get(&actor.user);
            let held = held.cloned().ok_or_else(|| AppError::not_found("Two-factor sign-in"))?;
            audit::note(draft, Act::RecoveryCodesRenewed, By::from(&actor), None, "");
            store::put_two_factor(draft, TwoFactor { codes: codes.clone(), ..held });
            Ok(())
        })
        .await?;
    Ok(shown)
}

/// Switches it off for somebody who lost their device. Where the team asks for it they set it up again at their next
/// step.
///
/// # Errors
/// `forbidden`, `not_found`, `validation` for oneself, `rate_limited`.
pub async fn reset(app: &App, actor: &Actor, user: UserId) -> Result<(), AppError> {
    app.limits.changes.take(&actor.user)?;
    let by = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = by.still(directory)?;
            actor.require(Action::ResetTwoFactor, relation(directory, &actor, user)?)?;
            if actor.user == user {
                return Err(AppError::field("", "one switches one's own off with the password"));
            }
            if !directory.two_factor.contains_key(&user) {
                return Ok(());
            }
            store::delete_two_factor(draft, user);
            audit::note(draft, Act::TwoFactorReset, By::from(&actor), Some(user), "");
            super::people::tell_admins(draft, user, false)
        })
        .await?;
    app.second_steps.end(user);
    hold_up(app);
    Ok(())
}

/// Has those who have to set it up first do so: their sockets close.
pub(super) fn hold_up(app: &App) {
    let directory = app.journal.directory();
    app.realtime.hold_up(|session| Actor::of(&directory, session).is_some_and(|actor| actor.is_held_up()));
}

/// What a code that was right was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Taken {
    /// There is no two-factor sign-in.
    Nothing,
    Code,
    RecoveryCode,
}

/// Uses a person's code up, in the change that it is given for.
///
/// # Errors
/// `code_invalid` for one that is wrong or was used; `code_needed` where there is none.
pub(super) fn take(draft: &mut Draft<'_>, user: UserId, code: Option<&str>) -> Result<Taken, AppError> {
    let Some(held) = draft.directory.two_factor.get(&user) else { return Ok(Taken::Nothing) };
    let code = typed(code.ok_or_else(|| AppError::new(Code::CodeNeeded))?);
    let mut next = held.clone();
    let taken = if code.len() == 6 {
        let step = step_of(&held.secret, &code, clock::now()).filter(|step| *step > held.last_step);
        next.last_step = step.ok_or_else(|| AppError::new(Code::CodeInvalid))?;
        Taken::Code
    } else {
        let hash = keys::hash(&code);
        next.codes.retain(|left| *left != hash);
        if next.codes.len() == held.codes.len() {
            return Err(AppError::new(Code::CodeInvalid));
        }
        Taken::RecoveryCode
    };
    store::put_two_factor(draft, next);
    Ok(taken)
}

/// What somebody typed, without the gaps that codes are shown with.
fn typed(code: &str) -> String {
    code.chars().filter(|letter| letter.is_alphanumeric()).take(64).flat_map(char::to_lowercase).collect()
}

fn builder(secret: &CodeSecret) -> Builder {
    Builder::new().with_secret(Secret::new(secret.0.clone().into_boxed_slice()))
}

/// The step of time that a code is of, if it is right now or was or will be in half a minute.
fn step_of(secret: &CodeSecret, code: &str, now: Timestamp) -> Option<u64> {
    let totp: Totp = builder(secret).build().ok()?;
    totp.check(code, u64::try_from(now.millis() / 1000).ok()?)
}

/// New recovery codes, to be shown and to be kept.
fn recovery_codes() -> (Vec<String>, Vec<SecretHash>) {
    let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| keys::link_code()[..12].to_owned()).collect();
    let shown = codes.iter().map(|code| format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..])).collect();
    (shown, codes.iter().map(|code| keys::hash(code)).collect())
}

#[cfg(test)]
mod tests {
    use super::{recovery_codes, step_of, typed};
    use crate::{accounts::keys, clock::Timestamp, directory::CodeSecret};

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1; the last six of its eight digits.
        let secret = CodeSecret(b"12345678901234567890".to_vec());
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
            let step = u64::try_from(seconds / 30).unwrap();
            assert_eq!(step_of(&secret, code, at(seconds)), Some(step));
            assert_eq!(step_of(&secret, code, at(seconds + 30)), Some(step), "a step late");
            assert_eq!(step_of(&secret, code, at(seconds - 30)), Some(step), "a step early");
            assert_eq!(step_of(&secret, code, at(seconds + 61)), None);
            assert_eq!(step_of(&secret, "28708", at(seconds)), None);
        }
    }

    #[test]
    fn codes_are_read_with_gaps_and_in_capitals() {
        assert_eq!(typed(" 287 082 "), "287082");
        assert_eq!(typed("ABCD-efgh-23jk"), "abcdefgh23jk");
        let (shown, kept) = recovery_codes();
        assert_eq!((shown.len(), kept.len()), (10, 10));
        assert!(shown.iter().zip(&kept).all(|(shown, kept)| keys::hash(&typed(shown)) == *kept));
    }
}
