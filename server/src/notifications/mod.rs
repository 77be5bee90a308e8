//! What a person wants to be told beyond what is on their screen: of which conversations, in which
//! hours not at all, and whether it may be heard.
//!
//! These are wishes. Whoever tells something (the page, the desktop app) looks at them, and at whether
//! the person sees it anyway.

pub mod api;
mod store;

pub(crate) use store::load;

use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Digest, Level, Preferences, Scope, Weekday},
    error::AppError,
    ids::UserId,
    journal::{Audience, Draft},
    mail,
    validate::{self, Checks},
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

/// A day has this many minutes.
const DAY: u16 = 24 * 60;
/// The longest time that somebody can be left alone at a stretch.
const LONGEST_SNOOZE: Duration = Duration::from_secs(31 * 24 * 3600);

/// What is to change. The inner `None` removes.
#[derive(Clone, Default, Debug)]
pub struct PreferencesPatch {
    pub level: Option<Level>,
    pub sound: Option<bool>,
    pub quiet: Option<bool>,
    pub quiet_days: Option<BTreeSet<Weekday>>,
    pub quiet_from: Option<u16>,
    pub quiet_to: Option<u16>,
    pub time_zone: Option<String>,
    pub snoozed_until: Option<Option<Timestamp>>,
    pub digest: Option<Digest>,
    pub digest_hour: Option<u8>,
    pub show_read: Option<bool>,
}

impl PreferencesPatch {
    fn checked(self, now: Timestamp) -> Result<Self, AppError> {
        let mut checks = Checks::default();
        for (field, minute) in [("quietFrom", self.quiet_from), ("quietTo", self.quiet_to)] {
            if minute.is_some_and(|minute| minute >= DAY) {
                checks.take::<()>(field, Err(format!("is not a minute of the day, 0 to {}", DAY - 1)));
            }
        }
        let time_zone = self.time_zone.map(|zone| checks.take("timeZone", known_zone(&zone)));
        if let Some(Some(until)) = self.snoozed_until {
            if until <= now {
                checks.take::<()>("snoozedUntil", Err("is not in the future".to_owned()));
            } else if until > now.plus(LONGEST_SNOOZE) {
                checks.take::<()>("snoozedUntil", Err("is more than a month away".to_owned()));
            }
        }
        if self.digest_hour.is_some_and(|hour| hour > 23) {
            checks.take::<()>("digestHour", Err("is not an hour of the day, 0 to 23".to_owned()));
        }
        checks.finish()?;
        Ok(Self { time_zone, ..self })
    }

    fn applied_to(&self, before: Preferences) -> Preferences {
        Preferences {
            level: self.level.unwrap_or(before.level),
            sound: self.sound.unwrap_or(before.sound),
            quiet: self.quiet.unwrap_or(before.quiet),
            quiet_days: self.quiet_days.clone().unwrap_or(before.quiet_days),
            quiet_from: self.quiet_from.unwrap_or(before.quiet_from),
            quiet_to: self.quiet_to.unwrap_or(before.quiet_to),
            time_zone: self.time_zone.clone().unwrap_or(before.time_zone),
            snoozed_until: self.snoozed_until.unwrap_or(before.snoozed_until),
            digest: self.digest.unwrap_or(before.digest),
            digest_hour: self.digest_hour.unwrap_or(before.digest_hour),
            show_read: self.show_read.unwrap_or(before.show_read),
        }
    }
}

pub(crate) fn known_zone(name: &str) -> Result<String, String> {
    let name = validate::time_zone(name)?;
    if jiff::tz::TimeZone::get(&name).is_ok() { Ok(name) } else { Err("is not the name of a time zone".to_owned()) }
}

/// What the actor wants to be told.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn get(app: &App, actor: &Actor) -> Result<Preferences, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(app.journal.directory().preferences_of(actor.user))
}

/// Changes it, on all of the actor's devices.
///
/// # Errors
/// `validation`, `rate_limited`.
pub async fn update(
    app: &App,
    actor: &Actor,
    patch: PreferencesPatch,
    now: Timestamp,
) -> Result<Preferences, AppError> {
    app.limits.changes.take(&actor.user)?;
    let patch = patch.checked(now)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let user = actor.user;
            let before = draft.directory.preferences_of(user);
            let next = patch.applied_to(before.clone());
            if next != before {
                if before.digest == Digest::Never && next.digest != Digest::Never {
                    mail::begin_anew(draft, user);
                }
                write(draft, user, &next)?;
            }
            Ok(next)
        })
        .await
}

fn write(draft: &mut Draft<'_>, user: UserId, next: &Preferences) -> Result<(), AppError> {
    store::put(draft, user, next.clone());
    draft.event(Audience::Person(user), "preferences.updated", None, &json!({ "preferences": next }), None)
}

/// Has somebody get no mails of what they missed any more.
///
/// # Errors
/// `internal`.
pub(crate) fn stop_mail(draft: &mut Draft<'_>, user: UserId) -> Result<(), AppError> {
    let before = draft.directory.preferences_of(user);
    if before.digest == Digest::Never {
        return Ok(());
    }
    write(draft, user, &Preferences { digest: Digest::Never, ..before })
}
