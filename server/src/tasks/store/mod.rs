//! The rows of projects and tasks. As elsewhere, each writing function also writes the fact that goes with the row.

mod cards;
mod days;
mod feeds;
mod news;
mod parts;
mod projects;

pub(super) use cards::{
    Named, at, deleted_before, insert_new, mine, number_of, of_project, parts_of, put_card, put_ranks, ranks,
    remove_for_good,
};
pub(super) use days::{Reminder, delete_reminder, put_reminder, recurring_until, reminders_until};
pub(super) use feeds::{delete_feed, put_feed};
pub(super) use news::{news, put_level, put_news, read_news};
pub(super) use parts::{acts, comments, comments_at, put_act, put_comment, put_text, text};
pub(crate) use projects::load;
pub(super) use projects::put_project;

use crate::{
    database::{key, row_id},
    ids::ProjectId,
};
use surrealdb::types::RecordId;

pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

fn place(table: &str, project: ProjectId, number: u32) -> RecordId {
    row_id(table, vec![key(project.0), key(i64::from(number))])
}
