//! The rows of threads, as [`super::store`] has those of channels.

use super::store;
use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, key, row_id},
    directory::{Channel, ChannelKind, Fact, Thread},
    ids::{ChannelId, UserId},
    journal::{Draft, Write},
};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use surrealdb::types::{RecordId, SurrealValue, Value};
use uuid::Uuid;

const THREAD: &str = "INSERT INTO thread $rows ON DUPLICATE KEY UPDATE people = $input.people RETURN NONE";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Replier {
    user: Uuid,
    replies: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ThreadRow {
    channel: Uuid,
    number: i64,
    created_by: Uuid,
    created_at: i64,
    people: Vec<Replier>,
}

/// Begins a thread. Its followers are rows of their own.
pub(super) fn begin(draft: &mut Draft<'_>, thread: &Channel) {
    draft.fact(Fact::Channel(thread.clone()));
}

/// Writes where a thread hangs and who replied in it.
pub(super) fn put(draft: &mut Draft<'_>, channel: &Channel) {
    let Some(thread) = &channel.thread else { return };
    let row = ThreadRow {
        channel: thread.channel.0,
        number: i64::from(thread.number),
        created_by: channel.created_by.0,
        created_at: channel.created_at.millis(),
        people: thread
            .people
            .iter()
            .map(|(user, replies)| Replier { user: user.0, replies: i64::from(*replies) })
            .collect(),
    };
    let Value::Object(mut row) = row.into_value() else { return };
    row.insert("id", crate::database::record("thread", channel.id.0));
    draft.write(Write::Row { sql: THREAD, key: channel.id.to_string(), row: Value::Object(row) });
}

/// Takes somebody out of the followers of these threads.
pub(super) fn unfollow(draft: &mut Draft<'_>, threads: &[ChannelId], user: UserId) {
    if threads.is_empty() {
        return;
    }
    let rows: Vec<RecordId> = threads.iter().map(|thread| row_id("member", vec![key(thread.0), key(user.0)])).collect();
    draft.write(Write::Statement { sql: "DELETE $ids RETURN NONE", bindings: vec![("ids", rows.into_value())] });
    for thread in threads {
        draft.fact(Fact::MemberLeft(*thread, user));
    }
}

/// Reads every thread, without followers and numbers.
pub(super) async fn load(database: &Database, channels: &mut BTreeMap<Uuid, Channel>) -> anyhow::Result<()> {
    let rows = all::<Keyed<ThreadRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM thread").await?;
    for Keyed { key, row } in rows {
        let people = row.people.iter().map(|person| (UserId(person.user), store::small(person.replies))).collect();
        let place = Thread { channel: ChannelId(row.channel), number: store::small(row.number), people };
        let began = Timestamp::from_millis(row.created_at);
        channels.insert(key, new(ChannelId(key), place, UserId(row.created_by), began));
    }
    Ok(())
}

/// A thread that nobody follows and in which nothing was said.
pub(super) fn new(id: ChannelId, place: Thread, created_by: UserId, created_at: Timestamp) -> Channel {
    Channel {
        id,
        kind: ChannelKind::Thread,
        name: String::new(),
        topic: String::new(),
        created_by,
        created_at,
        archived_at: None,
        version: 1,
        members: BTreeMap::new(),
        last_number: 0,
        last_message_at: None,
        tombstones: RoaringBitmap::new(),
        thread: Some(place),
        mentions: BTreeMap::new(),
        everyone: RoaringBitmap::new(),
        own: BTreeMap::new(),
        pins: BTreeMap::new(),
    }
}
