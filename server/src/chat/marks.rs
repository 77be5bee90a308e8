//! The rows of what people put on messages: reactions, pins, and marks of their own.

use super::{
    reactions::{ReactionView, ReactionsView},
    saved::SavedView,
};
use crate::{
    clock::Timestamp,
    database::{Database, all, key, row_id},
    directory::{Directory, Fact, Pin},
    ids::{ChannelId, UserId},
    journal::{Draft, Write},
};
use surrealdb::types::{Array, Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const REACTION: &str =
    "INSERT INTO reaction $rows ON DUPLICATE KEY UPDATE version = $input.version, kinds = $input.kinds RETURN NONE";
/// Those of the messages numbered `from` to `to`, for a query that reads these messages as well.
pub(super) const REACTIONS: &str =
    "SELECT record::id(id)[1] AS number, version, kinds FROM reaction:[$channel, $from]..=[$channel, $to]";

/// Those of the messages at these places.
pub(super) const REACTIONS_AT: &str =
    "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number, version, kinds FROM $reactions";

pub(super) fn place(table: &str, channel: ChannelId, number: u32) -> RecordId {
    row_id(table, vec![key(channel.0), key(i64::from(number))])
}

#[derive(Debug, SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct KindRow {
    emoji: String,
    users: Vec<Uuid>,
}

/// The reactions to one message.
#[derive(Debug, SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub(super) struct ReactionRow {
    pub(super) number: i64,
    version: i64,
    kinds: Vec<KindRow>,
}

impl ReactionRow {
    pub(super) fn view(self, channel_id: ChannelId) -> ReactionsView {
        let kinds = self.kinds.into_iter();
        ReactionsView {
            channel_id,
            number: u32::try_from(self.number).unwrap_or_default(),
            reactions: kinds
                .map(|kind| ReactionView { emoji: kind.emoji, user_ids: kind.users.into_iter().map(UserId).collect() })
                .collect(),
            reactions_version: u32::try_from(self.version).unwrap_or_default(),
        }
    }
}

/// The reactions to one message.
pub(super) async fn reactions(
    database: &Database,
    channel: ChannelId,
    number: u32,
) -> Result<ReactionsView, surrealdb::Error> {
    let mut rows: Vec<ReactionRow> = database
        .handle()
        .query(REACTIONS)
        .bind(("channel", channel.0))
        .bind(("from", i64::from(number)))
        .bind(("to", i64::from(number)))
        .await?
        .take(0)?;
    Ok(rows.pop().map_or_else(|| ReactionsView::none(channel, number), |row| row.view(channel)))
}

/// Writes all reactions to one message. The row stays when the last one goes, so that the count of
/// changes goes on.
pub(super) fn put_reactions(draft: &mut Draft<'_>, view: &ReactionsView) {
    let kinds = view.reactions.iter().map(|kind| {
        let users = kind.user_ids.iter().map(|user| user.0).collect();
        KindRow { emoji: kind.emoji.clone(), users }.into_value()
    });
    let mut row = Object::new();
    row.insert("id", place("reaction", view.channel_id, view.number));
    row.insert("version", i64::from(view.reactions_version));
    row.insert("kinds", Value::Array(Array::from(kinds.collect::<Vec<_>>())));
    let key = format!("{}{}", view.channel_id, view.number);
    draft.write(Write::Row { sql: REACTION, key, row: Value::Object(row) });
}

/// Forgets the reactions to a message that was deleted.
pub(super) fn delete_reactions(draft: &mut Draft<'_>, channel: ChannelId, number: u32) {
    draft.delete(place("reaction", channel, number));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PinRow {
    by: Uuid,
    at: i64,
}

/// Writes a pin.
pub(super) fn put_pin(draft: &mut Draft<'_>, channel: ChannelId, number: u32, pin: Pin) {
    draft.put(place("pin", channel, number), PinRow { by: pin.by.0, at: pin.at.millis() });
    draft.fact(Fact::Pinned(channel, number, pin));
}

pub(super) fn delete_pin(draft: &mut Draft<'_>, channel: ChannelId, number: u32) {
    draft.delete(place("pin", channel, number));
    draft.fact(Fact::Unpinned(channel, number));
}

fn saved_id(user: UserId, channel: ChannelId, number: u32) -> RecordId {
    row_id("saved", vec![key(user.0), key(channel.0), key(i64::from(number))])
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SavedRow {
    at: i64,
}

/// Writes that a person saved a message.
pub(super) fn put_saved(draft: &mut Draft<'_>, user: UserId, saved: SavedView) {
    let SavedView { channel_id, number, saved_at } = saved;
    draft.put(saved_id(user, channel_id, number), SavedRow { at: saved_at.millis() });
    draft.fact(Fact::Saved(user, channel_id, number, saved_at));
}

pub(super) fn delete_saved(draft: &mut Draft<'_>, user: UserId, channel: ChannelId, number: u32) {
    draft.delete(saved_id(user, channel, number));
    draft.fact(Fact::Unsaved(user, channel, number));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PinnedPlace {
    channel: Uuid,
    number: i64,
    by: Uuid,
    at: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SavedPlace {
    user: Uuid,
    channel: Uuid,
    number: i64,
    at: i64,
}

/// Reads pins and saved messages into the directory, which has the channels already.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    for PinnedPlace { channel, number, by, at } in all::<PinnedPlace>(
        database,
        "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number, by, at FROM pin",
    )
    .await?
    {
        let pin = Pin { by: UserId(by), at: Timestamp::from_millis(at) };
        directory.apply(&Fact::Pinned(ChannelId(channel), u32::try_from(number)?, pin));
    }
    for SavedPlace { user, channel, number, at } in all::<SavedPlace>(
        database,
        "SELECT record::id(id)[0] AS user, record::id(id)[1] AS channel, record::id(id)[2] AS number, at FROM saved",
    )
    .await?
    {
        let at = Timestamp::from_millis(at);
        directory.apply(&Fact::Saved(UserId(user), ChannelId(channel), u32::try_from(number)?, at));
    }
    Ok(())
}
