//! Drafts: what a person began to write, the same on all of their devices. Nobody else learns of it.
//!
//! Devices write while they are away from the hub as well. So each word has the moment of its writing, and the
//! newest counts; an emptied draft leaves its place and moment behind.

use super::{messages::LONGEST, scheduled::may_write, store::small};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    database::{Database, all, key, row_id},
    directory::{Begun, Directory, Drafts, Fact, Scope, WritingPlace},
    error::AppError,
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
    validate::{self, Checks},
};
use serde_json::json;
use surrealdb::types::{RecordId, SurrealValue};
use uuid::Uuid;

/// How many drafts a person can have.
const MOST: usize = 100;
/// How many characters they hold together.
const MOST_CHARACTERS: usize = 200_000;
/// Of how many emptied drafts is remembered that they were.
const MOST_EMPTY: usize = 100;

/// What the actor began and did not send, the last first.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Begun>, AppError> {
    actor.require_scope(Scope::Read)?;
    let mut begun = all_of(&app.journal.directory(), actor.user);
    begun.retain(|one| !one.body.is_empty());
    begun.sort_by_key(|one| std::cmp::Reverse((one.edited_at, one.place)));
    Ok(begun)
}

/// All, with those that are empty by now.
pub(super) fn all_of(directory: &Directory, user: UserId) -> Vec<Begun> {
    directory.drafts_of(user).values().cloned().collect()
}

/// Keeps what was begun in a place, unless a newer word on it is known; empty forgets it. Gives what is kept.
///
/// # Errors
/// `not_found`, `forbidden`, `channel_archived` where the actor may not write; `validation`; `rate_limited`.
pub async fn put(
    app: &App,
    actor: &Actor,
    place: WritingPlace,
    body: &str,
    edited_at: Timestamp,
) -> Result<Begun, AppError> {
    let mut checks = Checks::default();
    let body = checks.take("body", validate::text(body, 0, LONGEST));
    checks.finish()?;
    app.limits.drafts.take(&actor.user)?;
    let body = if body.trim().is_empty() { String::new() } else { body };
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            // The clock of a device that is ahead must not win for ever.
            let begun = Begun { place, body: body.clone(), edited_at: edited_at.min(draft.now) };
            let kept = draft.directory.drafts_of(actor.user);
            let before = kept.get(&place);
            if let Some(before) = before.filter(|before| before.edited_at >= begun.edited_at) {
                return Ok(before.clone());
            }
            if begun.body.is_empty() {
                // Of what the hub never had there is nothing to remember.
                if before.is_none() {
                    return Ok(begun);
                }
                forget_oldest_empty(draft, actor.user, kept);
            } else {
                may_write(draft.directory, &actor, place)?;
                room_for(kept, &begun)?;
            }
            write(draft, actor.user, begun)
        })
        .await
}

/// Goes on only where this one still has room beside the others.
fn room_for(kept: &Drafts, begun: &Begun) -> Result<(), AppError> {
    let others = || kept.values().filter(|other| other.place != begun.place && !other.body.is_empty());
    if others().count() >= MOST {
        return Err(AppError::field("", format!("you already have {MOST} drafts")));
    }
    let characters = others().chain([begun]).map(|one| one.body.chars().count()).sum::<usize>();
    if characters > MOST_CHARACTERS {
        return Err(AppError::field("body", format!("makes your drafts longer than {MOST_CHARACTERS} characters")));
    }
    Ok(())
}

fn forget_oldest_empty(draft: &mut Draft<'_>, user: UserId, kept: &Drafts) {
    let empty = || kept.values().filter(|one| one.body.is_empty());
    if empty().count() >= MOST_EMPTY
        && let Some(oldest) = empty().min_by_key(|one| one.edited_at)
    {
        delete(draft, user, oldest.place);
    }
}

fn write(draft: &mut Draft<'_>, user: UserId, begun: Begun) -> Result<Begun, AppError> {
    draft.event(Audience::Person(user), "draft.updated", None, &json!({ "draft": begun }), None)?;
    let row = BegunRow { body: begun.body.clone(), edited_at: begun.edited_at.millis() };
    draft.put(row_of(user, begun.place), row);
    draft.fact(Fact::Draft(user, begun.clone()));
    Ok(begun)
}

fn delete(draft: &mut Draft<'_>, user: UserId, place: WritingPlace) {
    draft.delete(row_of(user, place));
    draft.fact(Fact::DraftGone(user, place));
}

/// Forgets what somebody who leaves the team had begun.
pub(crate) fn forget_person(draft: &mut Draft<'_>, user: UserId) {
    for place in draft.directory.drafts_of(user).keys() {
        delete(draft, user, *place);
    }
}

fn row_of(user: UserId, place: WritingPlace) -> RecordId {
    // Messages are numbered from 1.
    let root = place.root.map_or(0, i64::from);
    row_id("draft", vec![key(user.0), key(place.channel_id.0), key(root)])
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct BegunRow {
    body: String,
    edited_at: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PlacedRow {
    user: Uuid,
    channel: Uuid,
    root: i64,
    body: String,
    edited_at: i64,
}

/// Reads what people began.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let sql = "SELECT record::id(id)[0] AS user, record::id(id)[1] AS channel, record::id(id)[2] AS root, body, edited_at FROM draft";
    for PlacedRow { user, channel, root, body, edited_at } in all::<PlacedRow>(database, sql).await? {
        let place = WritingPlace { channel_id: ChannelId(channel), root: Some(small(root)).filter(|root| *root > 0) };
        let edited_at = Timestamp::from_millis(edited_at);
        directory.apply(&Fact::Draft(UserId(user), Begun { place, body, edited_at }));
    }
    Ok(())
}
