//! The rows of scheduled messages.

use super::store::small;
use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, Scheduled, ScheduledState, WritingPlace},
    error::Code,
    ids::{ChannelId, ScheduledId, UserId},
    journal::Draft,
};
use surrealdb::types::SurrealValue;
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ScheduledRow {
    user: Uuid,
    channel: Uuid,
    root: Option<i64>,
    also: bool,
    body: String,
    send_at: i64,
    created_at: i64,
    version: i64,
    /// `waiting`, `failed` or `held`.
    state: String,
    problem: Option<String>,
}

pub(super) fn put_scheduled(draft: &mut Draft<'_>, scheduled: Scheduled) {
    let row = ScheduledRow {
        user: scheduled.user.0,
        channel: scheduled.place.channel_id.0,
        root: scheduled.place.root.map(i64::from),
        also: scheduled.also_to_channel,
        body: scheduled.body.clone(),
        send_at: scheduled.send_at.millis(),
        created_at: scheduled.created_at.millis(),
        version: i64::from(scheduled.version),
        state: match scheduled.state {
            ScheduledState::Waiting => "waiting",
            ScheduledState::Failed => "failed",
            ScheduledState::Held => "held",
        }
        .to_owned(),
        problem: scheduled.problem.map(Code::name),
    };
    draft.put(record("scheduled", scheduled.id.0), row);
    draft.fact(Fact::Scheduled(scheduled));
}

pub(super) fn delete_scheduled(draft: &mut Draft<'_>, id: ScheduledId) {
    draft.delete(record("scheduled", id.0));
    draft.fact(Fact::ScheduledGone(id));
}

/// Has scheduled messages whose moment has passed wait for a word of their authors: for a team that was
/// restored from a backup, where they may have been sent since it was made.
///
/// # Errors
/// When the database fails.
pub(crate) async fn hold_back(database: &Database, now: Timestamp) -> Result<(), surrealdb::Error> {
    database
        .handle()
        .query("UPDATE scheduled SET state = 'held' WHERE state = 'waiting' AND send_at <= $now RETURN NONE")
        .bind(("now", now.millis()))
        .await?
        .check()
        .map(drop)
}

/// Reads what people have planned.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let moment = Timestamp::from_millis;
    let sql = "SELECT record::id(id) AS key, $this AS row FROM scheduled";
    for Keyed { key, row } in all::<Keyed<ScheduledRow>>(database, sql).await? {
        let state = match row.state.as_str() {
            "waiting" => ScheduledState::Waiting,
            "failed" => ScheduledState::Failed,
            _ => ScheduledState::Held,
        };
        let scheduled = Scheduled {
            id: ScheduledId(key),
            user: UserId(row.user),
            place: WritingPlace { channel_id: ChannelId(row.channel), root: row.root.map(small) },
            also_to_channel: row.also,
            body: row.body,
            send_at: moment(row.send_at),
            created_at: moment(row.created_at),
            version: small(row.version),
            state,
            problem: row.problem.and_then(|name| Code::named(&name)),
        };
        directory.apply(&Fact::Scheduled(scheduled));
    }
    Ok(())
}
