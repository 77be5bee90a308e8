//! Hearth as its clients meet it: every test starts a real server and talks HTTP and WebSocket.
//!
//! One binary, because linking the database takes long; a module per feature.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected ends there")]

mod accounts;
mod answer;
mod backups;
mod bad_fields;
mod bad_input;
mod bad_requests;
mod board;
mod channel_export;
mod channels;
mod converge;
mod demo;
mod disk;
mod explain;
mod file_lists;
mod files;
mod files_kept;
mod groups;
mod guard;
mod history;
mod idempotency;
mod invites;
mod journal;
mod limits;
mod members;
mod mentions;
mod messages;
mod network;
mod openapi;
mod people;
mod permission;
mod permission_projects;
mod permission_walk;
mod person;
mod pins;
mod profile;
mod projects;
mod raw;
mod reactions;
mod reads;
mod realtime;
mod replay;
mod replica;
mod reset;
mod restore;
mod restore_kill;
mod restore_refused;
mod saved;
mod schema;
mod search;
mod sections;
mod sessions;
mod setup;
mod socket;
mod sockets_close;
mod tasks;
mod tasks_moved;
mod threads;
mod threads_told;
mod tokens;
mod trim;
mod uploads;
mod world;
