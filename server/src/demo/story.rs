//! The demo team as it is written in `assets/demo`.

use crate::{clock::Timestamp, directory::ChannelKind, permission::Role};
use anyhow::{Context, bail};
use chrono::{Days, Local, NaiveTime, TimeZone, Utc};
use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};

const TEAM: &str = include_str!("../../../assets/demo/team.toml");
const TALK: &[&str] = &[
    include_str!("../../../assets/demo/talk/general.toml"),
    include_str!("../../../assets/demo/talk/open-day.toml"),
    include_str!("../../../assets/demo/talk/wood-shop.toml"),
    include_str!("../../../assets/demo/talk/network.toml"),
    include_str!("../../../assets/demo/talk/textiles-and-clay.toml"),
    include_str!("../../../assets/demo/talk/money.toml"),
    include_str!("../../../assets/demo/talk/random.toml"),
    include_str!("../../../assets/demo/talk/japanese.toml"),
    include_str!("../../../assets/demo/talk/maya-tomas.toml"),
    include_str!("../../../assets/demo/talk/maya-priya.toml"),
    include_str!("../../../assets/demo/talk/saturday-crew.toml"),
];

/// The whole story.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) team: Team,
    pub(super) talks: Vec<Talk>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Team {
    pub(super) name: String,
    pub(super) since: Moment,
    #[serde(rename = "person")]
    pub(super) people: Vec<Someone>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Someone {
    pub(super) username: String,
    pub(super) name: String,
    pub(super) role: Role,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) emoji: String,
    #[serde(default)]
    pub(super) status: String,
    /// With the team, when absent.
    pub(super) joined: Option<Moment>,
}

/// One conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Talk {
    /// Empty for a direct conversation.
    #[serde(default)]
    pub(super) name: String,
    pub(super) kind: ChannelKind,
    #[serde(default)]
    pub(super) topic: String,
    /// Who opens it; nobody, where it comes with the team.
    pub(super) by: Option<String>,
    pub(super) since: Option<Moment>,
    #[serde(default)]
    pub(super) members: Vec<String>,
    /// How many of the newest messages these people have not read.
    #[serde(default)]
    pub(super) unread: BTreeMap<String, u32>,
    pub(super) messages: Vec<(Moment, String, String)>,
    /// How a message begins, the emoji, and who reacted with it.
    #[serde(default)]
    pub(super) reactions: Vec<(String, String, Vec<String>)>,
    /// How the pinned messages begin; whoever wrote one pinned it.
    #[serde(default)]
    pub(super) pinned: Vec<String>,
    /// How the messages begin that the owner saved for later.
    #[serde(default)]
    pub(super) saved: Vec<String>,
}

impl Talk {
    /// The number that the message which begins like this gets.
    pub(super) fn number_of(&self, beginning: &str) -> Option<u32> {
        let place = self.messages.iter().position(|(_, _, what)| what.starts_with(beginning))?;
        u32::try_from(place + 1).ok()
    }

    /// When and by whom a message was said.
    pub(super) fn said(&self, number: u32) -> Option<(Moment, &str)> {
        let (when, who, _) = self.messages.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
        Some((*when, who))
    }
}

/// A moment as the story has it: a day and a time of it, or minutes before now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Moment {
    Day(u64, NaiveTime),
    MinutesAgo(u64),
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text} is not a moment such as \"-3 09:12\" or \"now-14\"");
        if let Some(minutes) = text.strip_prefix("now-") {
            return minutes.parse().map(Self::MinutesAgo).map_err(|_| wrong());
        }
        let (days, time) = text.strip_prefix('-').and_then(|rest| rest.split_once(' ')).ok_or_else(wrong)?;
        let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| wrong())?;
        days.parse().ok().filter(|days| *days > 0).map(|days| Self::Day(days, time)).ok_or_else(wrong)
    }
}

impl Moment {
    /// The moment itself, told from `now`. Days and times are those of this computer's time zone.
    pub(super) fn told_from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::MinutesAgo(minutes) => {
                let before = Duration::from_secs(minutes * 60).as_millis();
                Timestamp::from_millis(now.millis() - i64::try_from(before).unwrap_or(0))
            }
            Self::Day(days, time) => {
                let today = Local.timestamp_millis_opt(now.millis()).single().map(|now| now.date_naive());
                let day = today.and_then(|today| today.checked_sub_days(Days::new(days)));
                let there = day.map(|day| day.and_time(time)).unwrap_or_default();
                // A time that the clocks jumped over is told as if they had not.
                let moment = Local
                    .from_local_datetime(&there)
                    .earliest()
                    .map_or(there.and_utc(), |moment| moment.with_timezone(&Utc));
                Timestamp::from_millis(moment.timestamp_millis())
            }
        }
    }
}

/// Reads the story.
pub(super) fn read() -> anyhow::Result<Story> {
    let team: Team = toml::from_str(TEAM).context("assets/demo/team.toml")?;
    let mut talks = Vec::with_capacity(TALK.len());
    for text in TALK {
        let talk: Talk = toml::from_str(text).with_context(|| format!("assets/demo/talk: {text:.40}"))?;
        let known = |name: &String| team.people.iter().any(|person| person.username == *name);
        let reacting = talk.reactions.iter().flat_map(|(_, _, who)| who);
        let named = talk.by.iter().chain(&talk.members).chain(talk.unread.keys()).chain(reacting);
        if let Some(unknown) = named.chain(talk.messages.iter().map(|(_, who, _)| who)).find(|name| !known(name)) {
            bail!("assets/demo: nobody is called {unknown}");
        }
        let marked = talk.reactions.iter().map(|(what, ..)| what).chain(&talk.pinned).chain(&talk.saved);
        if let Some(unknown) = marked.into_iter().find(|beginning| talk.number_of(beginning).is_none()) {
            bail!("assets/demo: no message begins with {unknown}");
        }
        talks.push(talk);
    }
    Ok(Story { team, talks })
}

#[cfg(test)]
mod tests {
    use super::{Moment, read};
    use crate::clock::now;

    #[test]
    fn every_conversation_is_told_in_order_and_is_over() {
        let now = now();
        let story = read().unwrap();
        for talk in &story.talks {
            let times: Vec<_> = talk.messages.iter().map(|(moment, ..)| moment.told_from(now)).collect();
            assert!(times.is_sorted(), "{}", talk.name);
            assert!(times.iter().all(|time| *time < now), "{}", talk.name);
            for (who, unread) in &talk.unread {
                let newest = talk.messages.iter().rev().take(*unread as usize);
                assert!(newest.clone().count() == *unread as usize, "{who} has not that much to read");
                assert!(newest.into_iter().all(|(_, author, _)| author != who), "{who} wrote what is unread");
            }
        }
    }

    #[test]
    fn moments_are_days_or_minutes_of_the_past() {
        for nonsense in ["", "now", "now-x", "3 09:12", "-0 09:12", "-1", "-1 25:00", "+1 09:12"] {
            assert!(Moment::try_from(nonsense.to_owned()).is_err(), "{nonsense}");
        }
        let now = now();
        let ago = Moment::try_from("now-14".to_owned()).unwrap().told_from(now);
        assert_eq!(now.since(ago).as_secs(), 14 * 60);
        let yesterday = Moment::try_from("-1 00:00".to_owned()).unwrap().told_from(now);
        assert!((23..50).contains(&(now.since(yesterday).as_secs() / 3600)), "{yesterday}");
    }
}
