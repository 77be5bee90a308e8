//! When the next backup is due, and which of those that are there need not stay.

use super::kept::Plan;
use crate::{
    clock::{self, Timestamp},
    ids::BackupId,
};
use chrono::{Datelike, Days, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use std::{collections::BTreeSet, time::Duration};

/// A moment later than this from now was written by a clock that was wrong.
const WRONG: Duration = Duration::from_secs(3600);

/// When the first backup is due after the last one was made, by the computer's clock and time zone. That can be in the
/// past: the computer was off then, so it is due now.
pub(super) fn next(last: Timestamp, now: Timestamp, minute: u16) -> Timestamp {
    let last = if last > now.plus(WRONG) { now } else { last };
    let time = NaiveTime::from_hms_opt(u32::from(minute / 60), u32::from(minute % 60), 0).unwrap_or_default();
    let day = clock::day(last);
    let mut candidates = (0..3).filter_map(|ahead| moment(day.checked_add_days(Days::new(ahead))?.and_time(time)));
    candidates.find(|at| *at > last).unwrap_or(last)
}

/// A time of the clock on the wall; the first of two, and for one that is left out in spring an hour later.
fn moment(wall: NaiveDateTime) -> Option<Timestamp> {
    let found = Local.from_local_datetime(&wall).earliest();
    let found = found.or_else(|| Local.from_local_datetime(&(wall + chrono::Duration::hours(1))).earliest());
    found.map(|found| Timestamp::from_millis(found.timestamp_millis()))
}

/// A backup that is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct There {
    pub(super) id: BackupId,
    pub(super) made_at: Timestamp,
    pub(super) scheduled: bool,
    /// Whether it was read wholly and was right; `None` when nobody has looked.
    pub(super) sound: Option<bool>,
}

/// The backups that need not stay. Never the newest sound one; where none is known to be, the newest of which the
/// contrary is not known.
pub(super) fn surplus(there: &[There], plan: &Plan) -> Vec<BackupId> {
    let mut newest_first: Vec<_> = there.to_vec();
    newest_first.sort_by_key(|backup| std::cmp::Reverse((backup.made_at, backup.id)));
    let best = newest_first
        .iter()
        .find(|backup| backup.sound == Some(true))
        .or_else(|| newest_first.iter().find(|backup| backup.sound.is_none()))
        .map(|backup| backup.id);
    let mut stay: BTreeSet<BackupId> = best.into_iter().collect();
    let usable = |backup: &&There| backup.sound != Some(false);
    let days = Slots::new(plan.daily, |day: NaiveDate| (day.year(), day.ordinal()));
    let weeks = Slots::new(plan.weekly, |day: NaiveDate| (day.iso_week().year(), day.iso_week().week()));
    for mut slots in [days, weeks] {
        for backup in newest_first.iter().filter(|backup| backup.scheduled).filter(usable) {
            if slots.takes(clock::day(backup.made_at)) {
                stay.insert(backup.id);
            }
        }
    }
    let most = plan.by_hand.map_or(usize::MAX, usize::from);
    stay.extend(newest_first.iter().filter(|backup| !backup.scheduled).take(most).map(|backup| backup.id));
    // A damaged one tells somebody something as long as there is no better one.
    let better = newest_first.iter().position(|backup| backup.sound == Some(true)).unwrap_or(usize::MAX);
    let told = |place: usize, backup: &There| backup.sound == Some(false) && place < better;
    newest_first
        .iter()
        .enumerate()
        .filter(|(place, backup)| !stay.contains(&backup.id) && !told(*place, backup))
        .map(|(_, backup)| backup.id)
        .collect()
}

/// The newest backup of each of so many days or weeks.
struct Slots {
    left: u16,
    last: Option<(i32, u32)>,
    of: fn(NaiveDate) -> (i32, u32),
}

impl Slots {
    fn new(left: u16, of: fn(NaiveDate) -> (i32, u32)) -> Self {
        Self { left, last: None, of }
    }

    fn takes(&mut self, day: NaiveDate) -> bool {
        let slot = (self.of)(day);
        if self.left == 0 || self.last == Some(slot) {
            return false;
        }
        self.last = Some(slot);
        self.left -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon of a day by the computer's time zone.
    fn noon(back: u64) -> Timestamp {
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let day = today.checked_sub_days(Days::new(back)).unwrap();
        moment(day.and_hms_opt(12, 0, 0).unwrap()).unwrap()
    }

    fn backup(back: u64, scheduled: bool, sound: Option<bool>) -> There {
        There { id: BackupId::generate(), made_at: noon(back), scheduled, sound }
    }

    #[test]
    fn the_next_one_is_due_at_the_hour_and_at_once_where_that_has_passed() {
        let hour = |at: Timestamp| Local.timestamp_millis_opt(at.millis()).unwrap().naive_local();
        let due = next(noon(0), noon(0), 210);
        assert_eq!(hour(due), NaiveDate::from_ymd_opt(2026, 11, 27).unwrap().and_hms_opt(3, 30, 0).unwrap());
        // The last one was made three days ago, so one has been due for two and a half.
        let due = next(noon(3), noon(0), 210);
        assert_eq!(hour(due), NaiveDate::from_ymd_opt(2026, 11, 24).unwrap().and_hms_opt(3, 30, 0).unwrap());
        assert!(due < noon(0));
        // The clock was a year ahead when the last one was made.
        let wrong = Timestamp::from_millis(noon(0).millis() + 365 * 86_400_000);
        assert_eq!(next(wrong, noon(0), 210), next(noon(0), noon(0), 210));
        assert_eq!(hour(next(noon(0), noon(0), 720)).date(), NaiveDate::from_ymd_opt(2026, 11, 27).unwrap());
    }

    #[test]
    fn the_last_of_seven_days_and_four_weeks_stay_and_everything_made_by_hand() {
        let daily: Vec<_> = (0..60).map(|back| backup(back, true, Some(true))).collect();
        let by_hand = backup(59, false, None);
        let all: Vec<_> = daily.iter().copied().chain([by_hand]).collect();
        let gone = surplus(&all, &Plan::default());
        let stays: Vec<_> = (0..60).filter(|place| !gone.contains(&daily[*place].id)).collect();
        // 26 November 2026 is a Thursday; the last days of the weeks before it are 4, 11 and 18 days back.
        assert_eq!(stays, [0, 1, 2, 3, 4, 5, 6, 11, 18]);
        assert!(!gone.contains(&by_hand.id));
        let two = Plan { by_hand: Some(1), ..Plan::default() };
        let older = backup(61, false, None);
        assert_eq!(surplus(&[by_hand, older], &two), [older.id]);
    }

    #[test]
    fn the_newest_sound_one_stays_whatever_the_plan_says() {
        let none = Plan { daily: 0, weekly: 0, by_hand: Some(0), ..Plan::default() };
        let (damaged, sound, older) =
            (backup(0, true, Some(false)), backup(1, true, Some(true)), backup(2, true, Some(true)));
        assert_eq!(surplus(&[older, sound, damaged], &none), [older.id]);
        let unread = backup(1, false, None);
        assert_eq!(surplus(&[unread, damaged], &none), [], "the damaged one is newer than any sound one");
        assert_eq!(surplus(&[damaged], &Plan::default()), []);
        // A damaged one takes nobody's place.
        let same_day = There { made_at: Timestamp::from_millis(damaged.made_at.millis() - 1), ..sound };
        assert_eq!(surplus(&[same_day, damaged], &Plan::default()), []);
    }

    #[test]
    fn several_of_one_day_leave_the_last() {
        let first = backup(0, true, None);
        let second = There { id: BackupId::generate(), made_at: first.made_at.plus(Duration::from_secs(60)), ..first };
        assert_eq!(surplus(&[first, second], &Plan::default()), [first.id]);
    }
}
