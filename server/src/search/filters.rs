//! What a question asks for, in terms of the team as it is: who may read what, and what names and dates mean.

use super::{
    index::order_from,
    query::{Filter, Key, Phrase, Question},
};
use crate::{
    accounts::Actor,
    clock::Timestamp,
    directory::{Channel, ChannelKind, Directory},
    error::{AppError, FieldError},
    ids::{ChannelId, UserId},
    permission::{Action, allowed},
};
use chrono::{Days, NaiveDate, NaiveTime};
use std::collections::BTreeSet;

/// What can stand after `has:`.
const HAS: [&str; 8] = ["file", "image", "video", "audio", "document", "archive", "link", "code"];

/// What to look for, and where.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Wanted {
    /// The channels and direct conversations that are looked into: none that the asker may not read.
    pub rooms: BTreeSet<ChannelId>,
    pub authors: Option<BTreeSet<UserId>>,
    pub not_authors: BTreeSet<UserId>,
    pub tags: Vec<&'static str>,
    pub not_tags: Vec<&'static str>,
    /// Only messages of each of these lists.
    pub places: Vec<Vec<(ChannelId, u32)>>,
    pub not_places: Vec<Vec<(ChannelId, u32)>>,
    /// The first order that is wanted, and the first that no longer is.
    pub from: Option<u64>,
    pub to: Option<u64>,
    pub phrases: Vec<Phrase>,
    pub not_phrases: Vec<Phrase>,
}

/// When it is for the asker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub now: Timestamp,
    /// How far the asker's clock is ahead of UTC, in minutes.
    pub offset: i32,
}

/// Makes of a question what is looked for.
///
/// # Errors
/// `validation` that names the filter which means nothing.
pub(super) fn wanted(
    directory: &Directory,
    actor: &Actor,
    question: Question,
    moment: Moment,
) -> Result<Wanted, AppError> {
    let readable = |room: &&Channel| allowed(Action::ReadMessages, actor.role, directory.relation(room, actor.user));
    let rooms: Vec<&Channel> = directory.rooms().filter(readable).collect();
    let mut wanted = Wanted { phrases: question.wanted, not_phrases: question.unwanted, ..Wanted::default() };
    let (mut inside, mut outside): (Option<BTreeSet<ChannelId>>, BTreeSet<ChannelId>) = (None, BTreeSet::new());
    let mut errors = Vec::new();
    for filter in &question.filters {
        let done = match filter.key {
            Key::From => author(directory, actor, &filter.value).map(|author| {
                if filter.negated {
                    wanted.not_authors.insert(author);
                } else {
                    wanted.authors.get_or_insert_default().insert(author);
                }
            }),
            Key::In => room(directory, actor, &rooms, &filter.value).map(|found| {
                if filter.negated {
                    outside.extend(found);
                } else {
                    inside.get_or_insert_default().extend(found);
                }
            }),
            Key::Has => has(&filter.value)
                .map(|tag| if filter.negated { wanted.not_tags.push(tag) } else { wanted.tags.push(tag) }),
            Key::Is => is(directory, actor, &rooms, filter, &mut wanted),
            Key::Before | Key::After | Key::On => time(filter, moment, &mut wanted),
        };
        if let Err(message) = done {
            errors.push(FieldError { field: filter.key.name().to_owned(), message });
        }
    }
    if !errors.is_empty() {
        return Err(AppError::fields(errors));
    }
    let looked_into = |room: &ChannelId| inside.as_ref().is_none_or(|inside| inside.contains(room));
    wanted.rooms.extend(rooms.iter().map(|room| room.id).filter(|room| looked_into(room) && !outside.contains(room)));
    Ok(wanted)
}

fn author(directory: &Directory, actor: &Actor, value: &str) -> Result<UserId, String> {
    let name = value.trim_start_matches('@').to_lowercase();
    if name == "me" {
        return Ok(actor.user);
    }
    directory.user_with_name(&name).ok_or_else(|| format!("names nobody: {value}"))
}

fn room(directory: &Directory, actor: &Actor, rooms: &[&Channel], value: &str) -> Result<BTreeSet<ChannelId>, String> {
    let unknown = || format!("names no conversation of yours: {value}");
    let readable = |id: ChannelId| rooms.iter().any(|room| room.id == id);
    let lower = value.to_lowercase();
    if let Some(name) = lower.strip_prefix('@') {
        let other = if name == "me" { Some(actor.user) } else { directory.user_with_name(name) };
        let between = BTreeSet::from([actor.user, other.ok_or_else(unknown)?]);
        let found = directory.direct_between(&between).filter(|room| readable(*room));
        return Ok(found.into_iter().collect());
    }
    if lower == "direct" || lower == "dm" {
        let direct = rooms.iter().filter(|room| room.kind == ChannelKind::Direct);
        return Ok(direct.map(|room| room.id).collect());
    }
    let name = lower.trim_start_matches('#');
    let found = directory.channel_named(name).filter(|room| readable(*room)).ok_or_else(unknown)?;
    Ok(BTreeSet::from([found]))
}

fn has(value: &str) -> Result<&'static str, String> {
    let lower = value.to_lowercase();
    let word = lower.strip_suffix('s').unwrap_or(&lower);
    HAS.into_iter().find(|known| *known == word).ok_or_else(|| format!("is not one of {}", HAS.join(", ")))
}

fn is(
    directory: &Directory,
    actor: &Actor,
    rooms: &[&Channel],
    filter: &Filter,
    wanted: &mut Wanted,
) -> Result<(), String> {
    let places = match filter.value.to_lowercase().as_str() {
        "thread" => {
            if filter.negated {
                wanted.not_tags.push("thread");
            } else {
                wanted.tags.push("thread");
            }
            return Ok(());
        }
        "mine" => {
            if filter.negated {
                wanted.not_authors.insert(actor.user);
            } else {
                wanted.authors.get_or_insert_default().insert(actor.user);
            }
            return Ok(());
        }
        "saved" => directory.saved_by(actor.user).map(|(channel, number, _)| (channel, number)).collect(),
        "pinned" => {
            let pins = rooms.iter().flat_map(|room| room.pins.keys().map(|number| (room.id, *number)));
            pins.collect::<Vec<_>>()
        }
        _ => return Err("is not one of thread, pinned, saved, mine".to_owned()),
    };
    if filter.negated {
        wanted.not_places.push(places);
    } else {
        wanted.places.push(places);
    }
    Ok(())
}

fn time(filter: &Filter, moment: Moment, wanted: &mut Wanted) -> Result<(), String> {
    if filter.negated {
        return Err("cannot be turned round".to_owned());
    }
    let ahead = i64::from(moment.offset) * 60_000;
    let today = chrono::DateTime::from_timestamp_millis(moment.now.millis() + ahead).unwrap_or_default().date_naive();
    let day = match filter.value.to_lowercase().as_str() {
        "today" => Some(today),
        "yesterday" => today.checked_sub_days(Days::new(1)),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
    };
    let year = |day: &NaiveDate| (1970..=9999).contains(&chrono::Datelike::year(day));
    let day = day.filter(year).ok_or_else(|| format!("is not a date like 2026-01-31: {}", filter.value))?;
    let begins = |day: NaiveDate| {
        let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        order_from(Timestamp::from_millis(midnight - ahead))
    };
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    let mut not_before = |order: u64| wanted.from = Some(wanted.from.map_or(order, |from| from.max(order)));
    match filter.key {
        Key::Before => {}
        Key::After => not_before(begins(next)),
        _ => not_before(begins(day)),
    }
    let end = match filter.key {
        Key::Before => Some(begins(day)),
        Key::On => Some(begins(next)),
        _ => None,
    };
    if let Some(end) = end {
        wanted.to = Some(wanted.to.map_or(end, |to| to.min(end)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Moment, Wanted, time};
    use crate::{
        clock::Timestamp,
        search::{
            index::order_from,
            query::{Filter, Key},
        },
    };

    const DAY: i64 = 86_400_000;

    fn asked(key: Key, value: &str, offset: i32) -> Result<Wanted, String> {
        let filter = Filter { key, value: value.to_owned(), negated: false };
        let mut wanted = Wanted::default();
        // Noon of 2 January 1970.
        let moment = Moment { now: Timestamp::from_millis(DAY + DAY / 2), offset };
        time(&filter, moment, &mut wanted).map(|()| wanted)
    }

    fn at(millis: i64) -> u64 {
        order_from(Timestamp::from_millis(millis))
    }

    #[test]
    fn days_are_those_of_the_asker() {
        let on = asked(Key::On, "1970-01-03", 0).unwrap();
        assert_eq!((on.from, on.to), (Some(at(2 * DAY)), Some(at(3 * DAY))));
        let on = asked(Key::On, "1970-01-03", 60).unwrap();
        assert_eq!(on.from, Some(at(2 * DAY - 3_600_000)), "an hour ahead the day begins an hour earlier");
        assert_eq!(asked(Key::After, "yesterday", 0).unwrap().from, Some(at(DAY)));
        assert_eq!(asked(Key::Before, "today", 0).unwrap().to, Some(at(DAY)));
        assert_eq!(asked(Key::Before, "today", 13 * 60).unwrap().to, Some(at(2 * DAY - 13 * 3_600_000)));
        for wrong in ["", "1970-13-01", "soon", "99999-01-01", "1969-12-31", "-1"] {
            assert!(asked(Key::On, wrong, 0).is_err(), "{wrong}");
        }
    }
}
