//! The rows of polls, under the places of the messages that ask.

use super::{ballot::Ballot, marks::place, store::small};
use crate::{
    clock::Timestamp,
    database::{Database, all},
    directory::{Directory, Fact},
    ids::{ChannelId, UserId},
    journal::Draft,
};
use surrealdb::types::SurrealValue;
use uuid::Uuid;

/// Those of the messages numbered `from` to `to`, for a query that reads these messages as well.
pub(super) const POLLS: &str = "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number, $this AS row FROM poll:[$channel, $from]..=[$channel, $to]";
/// Those of the messages at these places.
pub(super) const POLLS_AT: &str =
    "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number, $this AS row FROM $polls";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct VoteRow {
    user: Uuid,
    choices: Vec<i64>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SealedRow {
    votes: Vec<i64>,
    voters: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct BallotRow {
    options: Vec<String>,
    several: bool,
    anonymous: bool,
    closes_at: Option<i64>,
    closed_at: Option<i64>,
    version: i64,
    votes: Vec<VoteRow>,
    sealed: Option<SealedRow>,
}

/// A poll and the place of its message.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub(super) struct PollRow {
    channel: Uuid,
    number: i64,
    row: BallotRow,
}

fn numbers(of: &[u32]) -> Vec<i64> {
    of.iter().copied().map(i64::from).collect()
}

fn smalls(of: Vec<i64>) -> Vec<u32> {
    of.into_iter().map(small).collect()
}

impl PollRow {
    pub(super) fn ballot(self) -> Ballot {
        let Self { channel, number, row } = self;
        let moment = |at: Option<i64>| at.map(Timestamp::from_millis);
        Ballot {
            channel: ChannelId(channel),
            number: small(number),
            options: row.options,
            several: row.several,
            anonymous: row.anonymous,
            closes_at: moment(row.closes_at),
            closed_at: moment(row.closed_at),
            version: small(row.version),
            votes: row.votes.into_iter().map(|vote| (UserId(vote.user), smalls(vote.choices))).collect(),
            sealed: row.sealed.map(|sealed| (smalls(sealed.votes), small(sealed.voters))),
        }
    }
}

/// Writes a poll as it is now.
pub(super) fn put(draft: &mut Draft<'_>, ballot: &Ballot) {
    let row = BallotRow {
        options: ballot.options.clone(),
        several: ballot.several,
        anonymous: ballot.anonymous,
        closes_at: ballot.closes_at.map(Timestamp::millis),
        closed_at: ballot.closed_at.map(Timestamp::millis),
        version: i64::from(ballot.version),
        votes: ballot.votes.iter().map(|(user, choices)| VoteRow { user: user.0, choices: numbers(choices) }).collect(),
        sealed: ballot
            .sealed
            .as_ref()
            .map(|(votes, voters)| SealedRow { votes: numbers(votes), voters: i64::from(*voters) }),
    };
    draft.put(place("poll", ballot.channel, ballot.number), row);
    if let Some(at) = ballot.closes_at {
        let closes = (at, ballot.channel, ballot.number);
        draft.fact(if ballot.closed_at.is_none() { Fact::PollCloses(closes) } else { Fact::PollClosed(closes) });
    }
}

/// Forgets the poll of a message that was deleted.
pub(super) fn delete(draft: &mut Draft<'_>, channel: ChannelId, number: u32, closes_at: Option<Timestamp>) {
    draft.delete(place("poll", channel, number));
    if let Some(at) = closes_at {
        draft.fact(Fact::PollClosed((at, channel, number)));
    }
}

/// The poll of one message, if it asks one.
pub(super) async fn find(
    database: &Database,
    channel: ChannelId,
    number: u32,
) -> Result<Option<Ballot>, surrealdb::Error> {
    let mut rows: Vec<PollRow> =
        database.handle().query(POLLS_AT).bind(("polls", vec![place("poll", channel, number)])).await?.take(0)?;
    Ok(rows.pop().map(PollRow::ballot))
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ClosingRow {
    channel: Uuid,
    number: i64,
    closes_at: i64,
}

/// Reads which polls are to close by themselves.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let sql = "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number, closes_at FROM poll WHERE closes_at != NONE AND closed_at = NONE";
    for row in all::<ClosingRow>(database, sql).await? {
        let closes = (Timestamp::from_millis(row.closes_at), ChannelId(row.channel), small(row.number));
        directory.apply(&Fact::PollCloses(closes));
    }
    Ok(())
}
