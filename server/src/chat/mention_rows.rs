//! The rows of mentions: which messages of a conversation speak to whom, and each person's list of
//! them.

use super::store::{bytes, small};
use crate::{
    database::{Database, all, key, row_id},
    directory::{Channel, Fact},
    ids::{ChannelId, UserId},
    journal::{Draft, TALLY, Write, tally_row},
};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use surrealdb::types::{Bytes, Object, SurrealValue, Value};
use uuid::Uuid;

const MENTIONED: &str = "INSERT INTO mentioned $rows ON DUPLICATE KEY UPDATE numbers = $input.numbers RETURN NONE";
const MENTION: &str = "INSERT INTO mention $rows RETURN NONE";

/// Notes that a message speaks to somebody, or with nobody named to all in the conversation.
/// `channel` is changed with it.
pub(super) fn add(draft: &mut Draft<'_>, channel: &mut Channel, who: Option<UserId>, number: u32) {
    channel.spoken_to(who).insert(number);
    put(draft, channel, who);
    draft.fact(Fact::Mention(channel.id, who, number));
}

/// Notes that it does not any more.
pub(super) fn remove(draft: &mut Draft<'_>, channel: &mut Channel, who: Option<UserId>, number: u32) {
    channel.spoken_to(who).remove(number);
    put(draft, channel, who);
    draft.fact(Fact::MentionGone(channel.id, who, number));
}

fn put(draft: &mut Draft<'_>, channel: &mut Channel, who: Option<UserId>) {
    let mut row = Object::new();
    let mut parts = vec![key(channel.id.0)];
    parts.extend(who.map(|user| key(user.0)));
    row.insert("id", row_id("mentioned", parts));
    row.insert("numbers", bytes(channel.spoken_to(who)));
    let name = who.map_or_else(|| channel.id.to_string(), |user| format!("{}{user}", channel.id));
    draft.write(Write::Row { sql: MENTIONED, key: name, row: Value::Object(row) });
}

/// Puts a message on somebody's list.
pub(super) fn list(draft: &mut Draft<'_>, user: UserId, channel: ChannelId, number: u32) {
    let place = next_place(draft, user);
    let mut row = Object::new();
    row.insert("id", row_id("mention", vec![key(user.0), key(i64::from(place))]));
    row.insert("channel", channel.0);
    row.insert("number", i64::from(number));
    draft.write(Write::Row { sql: MENTION, key: format!("{user}{place}"), row: Value::Object(row) });
}

/// Takes the next place on somebody's list of what speaks to them.
pub(crate) fn next_place(draft: &mut Draft<'_>, user: UserId) -> u32 {
    let taken = draft.facts_so_far().find_map(|fact| match fact {
        Fact::MentionCount(whose, place) if *whose == user => Some(*place),
        _ => None,
    });
    let last = taken.or_else(|| draft.directory.mention_counts.get(&user).copied()).unwrap_or_default();
    let place = last.saturating_add(1);
    let tally = tally_row(key(user.0), i64::from(place), draft.now.millis());
    draft.write(Write::Row { sql: TALLY, key: user.to_string(), row: tally });
    draft.fact(Fact::MentionCount(user, place));
    place
}

/// A message on somebody's list.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Listed {
    place: i64,
    channel: Uuid,
    number: i64,
}

/// What stands at these places of somebody's list, both included.
pub(super) async fn listed(
    database: &Database,
    user: UserId,
    from: u32,
    to: u32,
) -> Result<Vec<(u32, ChannelId, u32)>, surrealdb::Error> {
    let rows: Vec<Listed> = database
        .handle()
        .query("SELECT record::id(id)[1] AS place, channel, number FROM mention:[$user, $from]..=[$user, $to]")
        .bind(("user", user.0))
        .bind(("from", i64::from(from)))
        .bind(("to", i64::from(to)))
        .await?
        .take(0)?;
    Ok(rows.into_iter().map(|row| (small(row.place), ChannelId(row.channel), small(row.number))).collect())
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Mentioned {
    channel: Uuid,
    user: Option<Uuid>,
    numbers: Bytes,
}

/// Reads who is spoken to by which messages.
pub(super) async fn load(database: &Database, channels: &mut BTreeMap<Uuid, Channel>) -> anyhow::Result<()> {
    let sql = "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS user, numbers FROM mentioned";
    for row in all::<Mentioned>(database, sql).await? {
        let Some(channel) = channels.get_mut(&row.channel) else { continue };
        let bytes = row.numbers.into_inner();
        let numbers = RoaringBitmap::deserialize_from(&bytes[..])?;
        match row.user {
            Some(user) => {
                channel.mentions.insert(UserId(user), numbers);
            }
            None => channel.everyone = numbers,
        }
    }
    Ok(())
}
