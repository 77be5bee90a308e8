//! What a poll is: as it is asked, kept and shown.

use crate::{
    clock::Timestamp,
    error::AppError,
    ids::{ChannelId, UserId},
    validate::{self, Checks},
};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// How many answers a poll offers at least.
const FEWEST: usize = 2;
/// How many it offers at most.
pub(super) const MOST: usize = 20;
/// The longest answer, in characters.
const LONGEST: usize = 200;
/// The longest question, in characters.
const LONGEST_QUESTION: usize = 1_000;

/// A poll as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Poll)]
pub struct PollView {
    /// In the order of asking.
    pub options: Vec<OptionView>,
    /// Whether one may choose several.
    pub several: bool,
    /// Whether it stays hidden who chose what.
    pub anonymous: bool,
    /// How many people voted.
    pub voters: u32,
    /// When it closes by itself.
    pub closes_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// Counts the changes of the poll; the message's own `version` stays.
    pub version: u32,
}

/// One answer of a poll.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PollOption)]
pub struct OptionView {
    pub text: String,
    pub votes: u32,
    /// Who chose it, in the order of voting; none in an anonymous poll.
    pub user_ids: Vec<UserId>,
}

/// A poll with what the person themselves chose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PollAnswer)]
pub struct AnswerView {
    pub poll: PollView,
    /// By their places in `options`, from 0.
    pub choices: Vec<u32>,
}

/// A poll to be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewPoll {
    pub options: Vec<String>,
    pub several: bool,
    pub anonymous: bool,
    pub closes_at: Option<Timestamp>,
}

impl NewPoll {
    /// The same, with its bounds checked; `question` is what the message says.
    pub(super) fn checked(self, checks: &mut Checks, question: &str) -> Self {
        if question.chars().count() > LONGEST_QUESTION {
            checks.take::<()>("body", Err(format!("is longer than the {LONGEST_QUESTION} characters of a question")));
        }
        let options: Vec<_> = self
            .options
            .iter()
            .map(|option| checks.take("poll.options", validate::text(option.trim(), 1, LONGEST)))
            .collect();
        if !(FEWEST..=MOST).contains(&options.len()) {
            checks.take::<()>("poll.options", Err(format!("are not {FEWEST} to {MOST}")));
        }
        let different: BTreeSet<_> = options.iter().map(|option| option.to_lowercase()).collect();
        if different.len() < options.len() {
            checks.take::<()>("poll.options", Err("has one twice".to_owned()));
        }
        Self { options, ..self }
    }
}

/// A poll as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ballot {
    pub channel: ChannelId,
    pub number: u32,
    pub options: Vec<String>,
    pub several: bool,
    pub anonymous: bool,
    pub closes_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub version: u32,
    /// In the order of voting.
    pub votes: Vec<(UserId, Vec<u32>)>,
    /// What an anonymous poll came to once it is closed and its votes are forgotten: of each option, and
    /// how many people voted.
    pub sealed: Option<(Vec<u32>, u32)>,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Ballot {
    pub(super) fn view(&self) -> PollView {
        let chosen = |option: u32| self.votes.iter().filter(move |(_, choices)| choices.contains(&option));
        let option = |(number, text): (usize, &String)| {
            let number = count(number);
            let sealed = self.sealed.as_ref().and_then(|(votes, _)| votes.get(number as usize).copied());
            OptionView {
                text: text.clone(),
                votes: sealed.unwrap_or_else(|| count(chosen(number).count())),
                user_ids: if self.anonymous { Vec::new() } else { chosen(number).map(|(user, _)| *user).collect() },
            }
        };
        PollView {
            options: self.options.iter().enumerate().map(option).collect(),
            several: self.several,
            anonymous: self.anonymous,
            voters: self.sealed.as_ref().map_or_else(|| count(self.votes.len()), |(_, voters)| *voters),
            closes_at: self.closes_at,
            closed_at: self.closed_at,
            version: self.version,
        }
    }

    pub(super) fn choices_of(&self, user: UserId) -> Vec<u32> {
        self.votes.iter().find(|(voter, _)| *voter == user).map(|(_, choices)| choices.clone()).unwrap_or_default()
    }

    pub(super) fn answer_of(&self, user: UserId) -> AnswerView {
        AnswerView { poll: self.view(), choices: self.choices_of(user) }
    }

    /// Whether nobody can vote any more.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.closed_at.is_some() || self.closes_at.is_some_and(|at| at <= now)
    }

    /// What these choices are, checked and in order.
    pub(super) fn choices(&self, choices: &[u32]) -> Result<Vec<u32>, AppError> {
        let chosen: BTreeSet<u32> = choices.iter().copied().collect();
        if chosen.iter().any(|option| *option as usize >= self.options.len()) {
            return Err(AppError::field("choices", "has one that the poll does not offer"));
        }
        if chosen.len() > 1 && !self.several {
            return Err(AppError::field("choices", "are more than the one that may be chosen"));
        }
        Ok(chosen.into_iter().collect())
    }

    /// With what somebody chose now; `None` where that is what they had chosen.
    pub(super) fn with(&self, user: UserId, choices: Vec<u32>) -> Option<Self> {
        if self.choices_of(user) == choices {
            return None;
        }
        let mut next = self.clone();
        match next.votes.iter().position(|(voter, _)| *voter == user) {
            Some(place) if choices.is_empty() => drop(next.votes.remove(place)),
            Some(place) => next.votes[place].1 = choices,
            None => next.votes.push((user, choices)),
        }
        next.version += 1;
        Some(next)
    }

    pub(super) fn closed(&self, now: Timestamp) -> Self {
        let mut next = Self { closed_at: Some(now), version: self.version + 1, ..self.clone() };
        if next.anonymous {
            let view = self.view();
            next.sealed = Some((view.options.iter().map(|option| option.votes).collect(), view.voters));
            next.votes.clear();
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::Ballot;
    use crate::{
        clock::Timestamp,
        ids::{ChannelId, UserId},
    };

    fn ballot(anonymous: bool) -> Ballot {
        Ballot {
            channel: ChannelId::generate(),
            number: 1,
            options: ["A", "B", "C"].map(str::to_owned).to_vec(),
            several: true,
            anonymous,
            closes_at: None,
            closed_at: None,
            version: 1,
            votes: Vec::new(),
            sealed: None,
        }
    }

    fn votes(ballot: &Ballot) -> (Vec<u32>, u32) {
        let view = ballot.view();
        (view.options.iter().map(|option| option.votes).collect(), view.voters)
    }

    #[test]
    fn the_last_word_of_each_person_counts_once() {
        let (ann, bob) = (UserId::generate(), UserId::generate());
        let one = ballot(false).with(ann, vec![0, 2]).unwrap().with(bob, vec![2]).unwrap();
        assert_eq!(votes(&one), (vec![1, 0, 2], 2));
        assert_eq!(one.view().options[2].user_ids, [ann, bob]);
        assert_eq!(one.with(bob, vec![2]), None);
        let two = one.with(ann, vec![1]).unwrap().with(bob, Vec::new()).unwrap();
        assert_eq!((votes(&two), two.version), ((vec![0, 1, 0], 1), 5));
        assert_eq!(two.with(bob, Vec::new()), None);
    }

    #[test]
    fn an_anonymous_poll_forgets_who_voted_when_it_closes_and_keeps_what_it_came_to() {
        let ann = UserId::generate();
        let open = ballot(true).with(ann, vec![1]).unwrap();
        assert!(open.view().options.iter().all(|option| option.user_ids.is_empty()));
        assert_eq!(open.answer_of(ann).choices, [1]);
        let closed = open.closed(Timestamp::from_millis(1));
        assert_eq!((votes(&closed), closed.votes.len()), ((vec![0, 1, 0], 1), 0));
        assert!(closed.is_over(Timestamp::from_millis(0)));
    }
}
