//! What each person wants to be told, and when they want to be left alone.

use super::{Digest, Directory, Level, Member};
use crate::{clock::Timestamp, ids::UserId};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The week, as most of the world counts it.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// The day after so many from Monday on.
    fn after_monday(days: i8) -> Self {
        Self::ALL[usize::from(days.rem_euclid(7).unsigned_abs())]
    }
}

/// What somebody wants to be told beyond what is on their screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Of channels for which they chose nothing else.
    pub level: Level,
    /// Whether a notice may be heard.
    pub sound: bool,
    /// Whether the quiet hours hold.
    pub quiet: bool,
    /// The days on which quiet hours begin.
    #[schema(value_type = Vec<Weekday>)]
    pub quiet_days: BTreeSet<Weekday>,
    /// When they begin, in minutes after midnight.
    pub quiet_from: u16,
    /// When they end; on the next day where that is not later than their beginning.
    pub quiet_to: u16,
    /// Whose clocks tell the quiet hours: a name of the IANA time zone database.
    pub time_zone: String,
    /// Nothing is told before this.
    pub snoozed_until: Option<Timestamp>,
    /// How often they want a mail of what they missed, where the hub sends mail.
    pub digest: Digest,
    /// At which hour of the day, if once a day.
    pub digest_hour: u8,
    /// Whether others see what they have read, where the team wants that to be seen.
    pub show_read: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            level: Level::default(),
            sound: true,
            quiet: false,
            quiet_days: Weekday::ALL.into(),
            quiet_from: 22 * 60,
            quiet_to: 7 * 60,
            time_zone: "UTC".to_owned(),
            snoozed_until: None,
            digest: Digest::default(),
            digest_hour: 8,
            show_read: true,
        }
    }
}

impl Preferences {
    /// Whether the person wants to be left alone at this moment.
    #[must_use]
    pub fn is_quiet(&self, now: Timestamp) -> bool {
        self.snoozed_until.is_some_and(|until| now < until) || (self.quiet && self.in_quiet_hours(now))
    }

    fn in_quiet_hours(&self, now: Timestamp) -> bool {
        let Ok(moment) = jiff::Timestamp::from_millisecond(now.millis()) else { return false };
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let there = zone.to_datetime(moment);
        let minute = u16::try_from(i32::from(there.hour()) * 60 + i32::from(there.minute())).unwrap_or_default();
        let day = there.weekday().to_monday_zero_offset();
        let begins = |day| self.quiet_days.contains(&Weekday::after_monday(day));
        let (from, to) = (self.quiet_from, self.quiet_to);
        if from < to {
            begins(day) && (from..to).contains(&minute)
        } else {
            (begins(day) && minute >= from) || (begins(day - 1) && minute < to)
        }
    }
}

impl Member {
    /// Of what they want to be told here, if they chose nothing for this conversation.
    #[must_use]
    pub fn level_or(&self, usual: Level) -> Level {
        self.level.unwrap_or(usual)
    }
}

impl Directory {
    /// What this person wants to be told.
    #[must_use]
    pub fn preferences_of(&self, user: UserId) -> Preferences {
        self.preferences.get(&user).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Preferences, Weekday};
    use crate::clock::Timestamp;

    fn at(moment: &str) -> Timestamp {
        serde_json::from_value(moment.into()).unwrap()
    }

    fn nights(days: &[Weekday]) -> Preferences {
        let quiet_days = days.iter().copied().collect();
        Preferences { quiet: true, quiet_days, time_zone: "Europe/Vienna".to_owned(), ..Preferences::default() }
    }

    #[test]
    fn quiet_hours_over_midnight_belong_to_the_day_on_which_they_begin() {
        // 2026-11-27 is a Friday; Vienna is an hour ahead then.
        let friday = nights(&[Weekday::Friday]);
        for (moment, quiet) in [
            ("2026-11-27T20:59:59Z", false),
            ("2026-11-27T21:00:00Z", true),
            ("2026-11-28T05:59:59Z", true),
            ("2026-11-28T06:00:00Z", false),
            ("2026-11-28T22:00:00Z", false),
            ("2026-11-27T03:00:00Z", false),
        ] {
            assert_eq!(friday.is_quiet(at(moment)), quiet, "{moment}");
        }
        let sunday = nights(&[Weekday::Sunday]);
        assert!(sunday.is_quiet(at("2026-11-30T03:00:00Z")), "from Sunday into Monday");
        assert!(!sunday.is_quiet(at("2026-11-29T03:00:00Z")));
    }

    #[test]
    fn quiet_hours_follow_the_clocks_of_their_zone() {
        let summer = nights(&Weekday::ALL);
        assert!(summer.is_quiet(at("2026-07-01T20:00:00Z")), "two hours ahead in summer");
        assert!(!summer.is_quiet(at("2026-12-01T20:00:00Z")));
        let lunch = Preferences { quiet_from: 12 * 60, quiet_to: 13 * 60, ..nights(&Weekday::ALL) };
        assert!(lunch.is_quiet(at("2026-12-01T11:30:00Z")) && !lunch.is_quiet(at("2026-12-01T12:00:00Z")));
        let sunday = Preferences { quiet_from: 0, quiet_to: 0, ..nights(&[Weekday::Sunday]) };
        assert!(sunday.is_quiet(at("2026-11-29T12:00:00Z")) && !sunday.is_quiet(at("2026-11-30T12:00:00Z")));
        let round = Preferences { quiet_to: 22 * 60, ..nights(&[Weekday::Sunday]) };
        assert!(!round.is_quiet(at("2026-11-29T20:59:00Z")) && round.is_quiet(at("2026-11-30T20:59:00Z")));
        let elsewhere = Preferences { time_zone: "Nowhere/At_All".to_owned(), ..nights(&Weekday::ALL) };
        assert!(elsewhere.is_quiet(at("2026-12-01T22:00:00Z")), "an unknown zone has the time of UTC");
    }

    #[test]
    fn a_snooze_ends() {
        let until = at("2026-11-27T12:00:00Z");
        let snoozed = Preferences { snoozed_until: Some(until), ..Preferences::default() };
        assert!(snoozed.is_quiet(at("2026-11-27T11:59:59Z")) && !snoozed.is_quiet(until));
        assert!(!Preferences::default().is_quiet(until));
    }
}
