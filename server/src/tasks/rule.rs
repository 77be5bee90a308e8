//! When tasks come again: the part of RFC 5545's recurrence rules that is about days.
//!
//! What a rule may say is bounded here, so that asking for its days never takes long; the days themselves are found by the
//! crate `rrule`. Days are days wherever somebody is: they are counted at midnight UTC, where no hour is left out.

use super::view::Day;
use chrono::{DateTime, Days, NaiveDate, TimeZone, Weekday};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Tz};
use std::fmt::{self, Write};

/// The longest rule, in bytes.
const LONGEST: usize = 200;
/// The longest step: every so many days, weeks, months or years.
const WIDEST: u16 = 99;
/// How many days of the month or weekdays a rule can name.
const MOST_DAYS: usize = 7;
/// From how far back days are counted, in days: further, the rule begins anew, and days need not follow its steps.
const FURTHEST: u64 = 3_660;
/// After how many times a rule can end.
const MOST_TIMES: u32 = 999;

const WEEK: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

/// A rule by which days follow one another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: u16,
    /// Of which week of the month, 0 for every, and which day of it.
    weekdays: Vec<(i16, Weekday)>,
    /// Negative from the end of the month.
    month_days: Vec<i8>,
    /// How many there are with the present one.
    times: Option<u32>,
    /// The last day on which there may be one.
    until: Option<Day>,
}

fn number<T: std::str::FromStr + PartialOrd + Copy>(text: &str, least: T, most: T) -> Option<T> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

fn date(day: &Day) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&day.0, "%Y-%m-%d").ok()
}

fn midnight(date: NaiveDate) -> Option<DateTime<Tz>> {
    Tz::UTC.from_local_datetime(&date.and_hms_opt(0, 0, 0)?).single()
}

fn weekday(text: &str) -> Option<(i16, Weekday)> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let day = WEEK.iter().find(|(known, _)| *known == name)?.1;
    let nth = if nth.is_empty() { 0 } else { number(nth, -1, 5).filter(|nth| *nth != 0)? };
    Some((nth, day))
}

fn until(text: &str) -> Option<Day> {
    let date = NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok()?;
    let rest = &text[8..];
    let fits = rest.is_empty() || (rest.len() == 8 && rest.starts_with('T') && rest.ends_with('Z'));
    fits.then(|| Day(date.format("%Y-%m-%d").to_string()))
}

/// Several of something, each once; none where one of them is wrong or there are too many.
fn several<T: PartialEq>(text: &str, one: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let mut found = Vec::new();
    for one in text.split(',').map(one) {
        let one = one?;
        if !found.contains(&one) {
            found.push(one);
        }
    }
    (found.len() <= MOST_DAYS).then_some(found)
}

impl Rule {
    /// Reads a rule such as `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let refused = |part: &str| Err(format!("has {part:.40}, which is not understood here"));
        if text.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} characters"));
        }
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            weekdays: Vec::new(),
            month_days: Vec::new(),
            times: None,
            until: None,
        };
        let mut seen = Vec::new();
        for part in text.strip_prefix("RRULE:").unwrap_or(text).split(';') {
            let Some((name, value)) = part.split_once('=') else { return refused(part) };
            if seen.contains(&name) {
                return Err(format!("has {name:.20} twice"));
            }
            seen.push(name);
            if rule.take(name, value).is_none() {
                return refused(part);
            }
        }
        if seen.first() != Some(&"FREQ") {
            return Err("does not begin with FREQ=".to_owned());
        }
        rule.checked()
    }

    /// Takes in one part of a rule; nothing where it is not understood.
    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "FREQ" => {
                self.frequency = match value {
                    "DAILY" => Frequency::Daily,
                    "WEEKLY" => Frequency::Weekly,
                    "MONTHLY" => Frequency::Monthly,
                    "YEARLY" => Frequency::Yearly,
                    _ => return None,
                }
            }
            "INTERVAL" => self.interval = number(value, 1, WIDEST)?,
            "BYDAY" => {
                self.weekdays = several(value, weekday)?;
                self.weekdays.sort_by_key(|(nth, day)| (day.num_days_from_monday(), *nth));
            }
            "BYMONTHDAY" => {
                self.month_days = several(value, |day| number(day, -1, 31).filter(|day| *day != 0))?;
                self.month_days.sort_unstable();
            }
            "COUNT" => self.times = Some(number(value, 1, MOST_TIMES)?),
            "UNTIL" => self.until = Some(until(value)?),
            "WKST" if value == "MO" => {}
            _ => return None,
        }
        Some(())
    }

    fn checked(self) -> Result<Self, String> {
        let plain = self.weekdays.iter().all(|(nth, _)| *nth == 0);
        let fits = match self.frequency {
            Frequency::Weekly => plain && self.month_days.is_empty(),
            // An n-th weekday, or days: both at once would be rare days.
            Frequency::Monthly if self.month_days.is_empty() => self.weekdays.iter().all(|(nth, _)| *nth != 0),
            // Every so many years in a month that may be too short for it.
            Frequency::Monthly if self.interval.is_multiple_of(12) && self.month_days.iter().all(|day| *day > 28) => {
                false
            }
            Frequency::Monthly => self.weekdays.is_empty(),
            _ => self.weekdays.is_empty() && self.month_days.is_empty(),
        };
        if !fits {
            return Err("names days that do not go with how often".to_owned());
        }
        if self.times.is_some() && self.until.is_some() {
            return Err("ends in two ways".to_owned());
        }
        Ok(self)
    }

    /// The days of the rule from this one on, which counts only if the rule says it as well; at most so many, none before
    /// or after these.
    fn days(&self, from: &Day, (not_before, not_after): (&Day, Option<&Day>), most: u16) -> Vec<Day> {
        let days = || {
            let earliest = date(not_after.unwrap_or(not_before))?.checked_sub_days(Days::new(FURTHEST));
            let start = midnight(earliest.unwrap_or_default().max(date(from)?))?;
            let mut rule = RRule::new(self.frequency).interval(self.interval);
            let named = |(nth, day): &(i16, Weekday)| match nth {
                0 => NWeekday::Every(*day),
                nth => NWeekday::Nth(*nth, *day),
            };
            if !self.weekdays.is_empty() {
                rule = rule.by_weekday(self.weekdays.iter().map(named).collect());
            }
            if !self.month_days.is_empty() {
                rule = rule.by_month_day(self.month_days.clone());
            }
            if let Some(until) = self.until.as_ref().and_then(date).and_then(midnight) {
                if until < start {
                    return None;
                }
                rule = rule.until(until);
            }
            let set: RRuleSet = rule.build(start).ok()?;
            let mut set = set.after(midnight(date(not_before)?)?);
            if let Some(last) = not_after.and_then(date).and_then(midnight) {
                set = set.before(last);
            }
            let found = set.all(most).dates;
            Some(found.into_iter().map(|at| Day(at.date_naive().format("%Y-%m-%d").to_string())).collect())
        };
        let found: Vec<Day> = days().unwrap_or_default();
        found.into_iter().filter(|day| day.0.len() == 10).collect()
    }

    /// The first day from this one on.
    pub(super) fn first(&self, from: &Day) -> Option<Day> {
        self.days(from, (from, None), 1).pop()
    }

    /// The next day after the one on which it is due, not before another.
    pub(super) fn next(&self, due: &Day, not_before: &Day) -> Option<Day> {
        if self.times.is_some_and(|times| times < 2) {
            return None;
        }
        self.days(due, (due.max(not_before), None), 2).into_iter().find(|day| day > due)
    }

    /// The newest day after the one on which it is due that has come already: of what was missed only the last is made up
    /// for.
    pub(super) fn newest(&self, due: &Day, today: &Day) -> Option<Day> {
        if self.times.is_some_and(|times| times < 2) || today <= due {
            return None;
        }
        self.days(due, (due, Some(today)), u16::MAX).into_iter().rev().find(|day| day > due && day <= today)
    }

    /// The days that follow, at most so many.
    pub(super) fn following(&self, due: &Day, most: u16) -> Vec<Day> {
        let left = self.times.map_or(most, |times| u16::try_from(times - 1).unwrap_or(most).min(most));
        let mut found = self.days(due, (due, None), most + 1);
        found.retain(|day| day > due);
        found.truncate(usize::from(left));
        found
    }

    /// The rule of the one that comes next.
    pub(super) fn after_one(&self) -> Self {
        Self { times: self.times.map(|times| times.saturating_sub(1)), ..self.clone() }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency)?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        let mut list = String::new();
        for (nth, day) in &self.weekdays {
            let name = WEEK.iter().find(|(_, known)| known == day).map_or("", |(name, _)| *name);
            let comma = if list.is_empty() { "" } else { "," };
            match nth {
                0 => write!(list, "{comma}{name}")?,
                nth => write!(list, "{comma}{nth}{name}")?,
            }
        }
        if !list.is_empty() {
            write!(f, ";BYDAY={list}")?;
        }
        if !self.month_days.is_empty() {
            let days: Vec<_> = self.month_days.iter().map(ToString::to_string).collect();
            write!(f, ";BYMONTHDAY={}", days.join(","))?;
        }
        if let Some(times) = self.times {
            write!(f, ";COUNT={times}")?;
        }
        if let Some(until) = &self.until {
            write!(f, ";UNTIL={}", until.0.replace('-', ""))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use crate::tasks::view::Day;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn rule(text: &str) -> Rule {
        Rule::parse(text).unwrap_or_else(|why| panic!("{text} {why}"))
    }

    fn following(text: &str, due: &str) -> Vec<String> {
        rule(text).following(&day(due), 3).into_iter().map(|day| day.0).collect()
    }

    #[test]
    fn days_follow_as_the_rule_says() {
        for (text, due, days) in [
            ("FREQ=DAILY", "2026-02-27", ["2026-02-28", "2026-03-01", "2026-03-02"]),
            ("FREQ=DAILY;INTERVAL=10", "2026-12-25", ["2027-01-04", "2027-01-14", "2027-01-24"]),
            // 2026-11-27 is a Friday.
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-27", ["2026-11-30", "2026-12-01", "2026-12-02"]),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-30", ["2026-12-14", "2026-12-28", "2027-01-11"]),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "2026-11-30", ["2026-12-04", "2026-12-14", "2026-12-18"]),
            ("FREQ=WEEKLY", "2026-11-27", ["2026-12-04", "2026-12-11", "2026-12-18"]),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-12-31", ["2028-01-31", "2028-02-29", "2028-03-31"]),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", ["2027-03-31", "2027-05-31", "2027-07-31"]),
            ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1,15", "2027-01-15", ["2027-04-01", "2027-04-15", "2027-07-01"]),
            ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", ["2026-12-25", "2027-01-29", "2027-02-26"]),
            ("FREQ=MONTHLY;BYDAY=1MO", "2026-11-27", ["2026-12-07", "2027-01-04", "2027-02-01"]),
            ("FREQ=YEARLY", "2028-02-29", ["2032-02-29", "2036-02-29", "2040-02-29"]),
        ] {
            assert_eq!(following(text, due), days, "{text} {due}");
        }
    }

    #[test]
    fn a_rule_ends_when_it_says() {
        assert_eq!(following("FREQ=DAILY;COUNT=3", "2026-11-27"), ["2026-11-28", "2026-11-29"]);
        assert_eq!(following("FREQ=DAILY;COUNT=1", "2026-11-27"), [""; 0]);
        assert_eq!(following("FREQ=DAILY;UNTIL=20261128", "2026-11-27"), ["2026-11-28"]);
        assert_eq!(following("FREQ=DAILY;UNTIL=20261128T000000Z", "2026-11-28"), [""; 0]);
        assert_eq!(following("FREQ=DAILY;UNTIL=20200101", "2026-11-28"), [""; 0]);
        let three = rule("FREQ=DAILY;COUNT=3");
        assert_eq!(three.after_one().after_one().to_string(), "FREQ=DAILY;COUNT=1");
        assert_eq!(three.after_one().after_one().next(&day("2026-11-27"), &day("2026-11-27")), None);
        assert_eq!(following("FREQ=YEARLY", "9998-05-05"), ["9999-05-05"]);
    }

    #[test]
    fn what_was_missed_is_left_out() {
        let weekly = rule("FREQ=WEEKLY;BYDAY=MO");
        let (due, today) = (day("2026-11-02"), day("2026-11-27"));
        assert_eq!(weekly.next(&due, &today), Some(day("2026-11-30")));
        assert_eq!(weekly.newest(&due, &today), Some(day("2026-11-23")));
        assert_eq!(weekly.newest(&due, &day("2026-11-08")), None);
        // However long ago.
        let daily = rule("FREQ=DAILY");
        assert_eq!(daily.next(&day("0001-01-01"), &today), Some(today.clone()));
        assert_eq!(daily.newest(&day("0001-01-01"), &today), Some(today.clone()));
        assert_eq!(rule("FREQ=DAILY;COUNT=1").newest(&due, &today), None);
        assert_eq!(weekly.first(&today), Some(day("2026-11-30")));
        assert_eq!(weekly.first(&day("2026-11-30")), Some(day("2026-11-30")));
    }

    #[test]
    fn a_rule_is_kept_in_one_form_and_what_is_not_understood_is_refused() {
        for (text, kept) in [
            ("RRULE:FREQ=WEEKLY;BYDAY=FR,MO;INTERVAL=1;WKST=MO", "FREQ=WEEKLY;BYDAY=MO,FR"),
            ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
            ("FREQ=DAILY;UNTIL=20261231T230000Z", "FREQ=DAILY;UNTIL=20261231"),
        ] {
            assert_eq!(rule(text).to_string(), kept);
            assert_eq!(rule(kept).to_string(), kept);
        }
        for bad in [
            "",
            "FREQ=HOURLY",
            "INTERVAL=2;FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;INTERVAL=100",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;COUNT=2;UNTIL=20261231",
            "FREQ=DAILY;COUNT=0",
            "FREQ=WEEKLY;BYDAY=1MO",
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=WEEKLY;BYDAY=",
            "FREQ=WEEKLY;BYDAY=ä",
            "FREQ=MONTHLY;BYDAY=MO",
            "FREQ=MONTHLY;BYDAY=6MO",
            "FREQ=MONTHLY;BYMONTHDAY=0",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=1MO",
            "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
            "FREQ=YEARLY;BYMONTHDAY=30",
            "FREQ=DAILY;BYHOUR=9",
            "FREQ=DAILY;UNTIL=2026",
            "FREQ=DAILY;UNTIL=20261301",
            "FREQ=DAILY;UNTIL=ääää",
        ] {
            assert!(Rule::parse(bad).is_err(), "{bad}");
        }
        assert!(Rule::parse(&format!("FREQ=DAILY;{}", "X".repeat(300))).is_err());
    }
}
