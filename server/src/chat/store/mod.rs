//! The rows of channels, memberships and messages. As in accounts, each writing function also
//! writes the fact that goes with the row.

mod channels;
mod messages;

pub(crate) use channels::load;
pub(super) use channels::{delete_member, put_channel, put_member, put_read_mark};
pub(super) use messages::{
    find_sent, insert_message, insert_revision, insert_tombstone, messages, messages_at, revisions, update_message,
};

use surrealdb::types::SurrealValue;
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Place {
    channel: Uuid,
    number: i64,
}

pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
