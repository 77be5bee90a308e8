//! The door for clients that speak Socket.IO: `/socket.io/`, by long polling and by WebSocket.
//!
//! What comes in by it goes through the operations that everybody uses, so the same permissions, limits and events hold.
//! A connection is a socket of the [hub](super::Hub) like any other: it hears events in the order of the journal, asked
//! for each whether its person may have it, and it ends with its session. There is no replay in this protocol; what a
//! client missed it reads over HTTP.

mod asks;
mod door;
mod talk;
mod words;

pub(crate) use door::{PATH, open};
