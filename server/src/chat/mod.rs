//! Channels, direct conversations, and what is said in them.
//!
//! A channel's messages are numbered 1, 2, 3… without holes, so a page of history is a range of
//! keys, a jump to the middle is arithmetic, and what is unread is a difference of numbers.

mod alerts;
pub mod api;
mod ballot;
mod bootstrap;
mod brought;
mod channels;
mod drafts;
mod due;
mod export;
mod made;
mod marks;
mod members;
mod mention_rows;
mod mentions;
mod messages;
mod named;
mod pins;
mod poll_rows;
mod polls;
mod programs;
mod reactions;
mod reads;
mod receipts;
mod reminder_rows;
mod reminders;
mod saved;
mod scheduled;
mod scheduled_rows;
mod sections;
mod store;
mod thread_rows;
mod threads;
mod turns;

pub(crate) use brought::{
    Brought, NewRoom, Reply, Root, bring, direct_between, open as open_room, seat, settle as settle_room,
};
pub(crate) use channels::{NewChannel, create, create_general, join_general, open_direct};
pub(crate) use drafts::forget_person as forget_drafts;
pub use due::Due;
pub(crate) use due::run as send_what_is_due;
pub(crate) use made::source;
pub(crate) use members::{add as add_member, join, leave_everything};
pub(crate) use mention_rows::next_place;
pub use messages::{Alias, MessageView, Recent, Sent};
pub(crate) use messages::{LONGEST, Words, at as messages_at, between, get as message, lay_bare, send, shown_name};
pub(crate) use pins::pin;
pub(crate) use programs::{Right, leave, may_say, post, tell_directly};
pub(crate) use reactions::{Wish, set as react};
pub(crate) use reads::mark;
pub(crate) use reminders::forget_person as forget_reminders;
pub(crate) use saved::save;
pub(crate) use scheduled_rows::hold_back;
pub(crate) use store::load;
pub use turns::Turns;

use crate::{directory::Directory, ids::UserId};
use std::collections::BTreeSet;

/// Whom these words name, by their user names.
pub(crate) fn people_named(directory: &Directory, body: &str) -> BTreeSet<UserId> {
    named::named(directory, body).people
}
