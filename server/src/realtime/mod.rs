//! Who is connected, and how events reach them.
//!
//! Durable events come from the journal in commit order. Each is turned into bytes once, and goes
//! to the sockets of those who may have it, asked anew for every event. A socket that cannot keep
//! up is closed and resumes by its cursor; it never slows another one down. Fleeting news (typing,
//! presence) has no place in the log and is the first to go when a socket is behind.

pub mod api;
mod hub;
mod notify;
mod presence;
mod protocol;
mod socket;
mod socketio;

pub(crate) use hub::deliver;
pub use hub::{Close, Hub};
pub(crate) use presence::{Seen, announce};
pub(crate) use socketio::{PATH as SOCKET_IO, open as socket_io};
