//! The rows of what people want to be told.

use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Digest, Directory, Fact, Level, Preferences, Weekday},
    ids::UserId,
    journal::Draft,
};
use surrealdb::types::SurrealValue;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PreferencesRow {
    level: String,
    sound: bool,
    quiet: bool,
    /// From Monday on.
    quiet_days: Vec<bool>,
    quiet_from: i64,
    quiet_to: i64,
    time_zone: String,
    snoozed_until: Option<i64>,
    digest: String,
    digest_hour: i64,
    show_read: Option<bool>,
}

pub(super) fn put(draft: &mut Draft<'_>, user: UserId, preferences: Preferences) {
    let row = PreferencesRow {
        level: preferences.level.word().to_owned(),
        sound: preferences.sound,
        quiet: preferences.quiet,
        quiet_days: Weekday::ALL.iter().map(|day| preferences.quiet_days.contains(day)).collect(),
        quiet_from: i64::from(preferences.quiet_from),
        quiet_to: i64::from(preferences.quiet_to),
        time_zone: preferences.time_zone.clone(),
        snoozed_until: preferences.snoozed_until.map(Timestamp::millis),
        digest: preferences.digest.word().to_owned(),
        digest_hour: i64::from(preferences.digest_hour),
        show_read: (!preferences.show_read).then_some(false),
    };
    draft.put(record("preferences", user.0), row);
    draft.fact(Fact::Preferences(user, preferences));
}

/// Reads everybody's.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let sql = "SELECT record::id(id) AS key, $this AS row FROM preferences";
    for Keyed { key, row } in all::<Keyed<PreferencesRow>>(database, sql).await? {
        let days = Weekday::ALL.into_iter().zip(row.quiet_days);
        let preferences = Preferences {
            level: Level::of(Some(&row.level)).unwrap_or_default(),
            sound: row.sound,
            quiet: row.quiet,
            quiet_days: days.filter(|(_, quiet)| *quiet).map(|(day, _)| day).collect(),
            quiet_from: u16::try_from(row.quiet_from)?,
            quiet_to: u16::try_from(row.quiet_to)?,
            time_zone: row.time_zone,
            snoozed_until: row.snoozed_until.map(Timestamp::from_millis),
            digest: Digest::of(&row.digest).unwrap_or_default(),
            digest_hour: u8::try_from(row.digest_hour)?,
            show_read: row.show_read.unwrap_or(true),
        };
        directory.apply(&Fact::Preferences(UserId(key), preferences));
    }
    Ok(())
}
