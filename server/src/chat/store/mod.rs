//! The rows of channels, memberships and messages. As in accounts, each writing function also
//! writes the fact that goes with the row.

mod channels;
mod messages;

pub(crate) use channels::load;
pub(super) use channels::{delete_member, move_read_mark_back, put_channel, put_member, put_read_mark};
pub(super) use messages::{
    find_sent, insert_message, insert_revision, insert_tombstone, messages, messages_at, own_messages, put_message,
    put_tally, put_tombstone, revisions, update_message,
};

use roaring::RoaringBitmap;
use surrealdb::types::{Bytes, SurrealValue};
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Place {
    channel: Uuid,
    number: i64,
}

/// A set of numbers as it is kept.
pub(super) fn bytes(numbers: &RoaringBitmap) -> Bytes {
    let mut bytes = Vec::with_capacity(numbers.serialized_size());
    numbers.serialize_into(&mut bytes).expect("memory takes what is written to it");
    Bytes::from(bytes)
}

pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
