//! The statuses and labels of a project. What goes from a project goes from its tasks as well: a status only when no
//! task is in it, a label from every task that carries it.

use super::{
    boards::Board,
    change::{Work, may_change, write as write_task},
    projects::{hue, write},
    store::{self, Named},
};
use crate::{
    accounts::Actor,
    app::App,
    directory::{Label, Project, ProjectView, Status, StatusGroup},
    error::{AppError, Code},
    http::extract::IfMatch,
    ids::ProjectId,
    journal::Draft,
    permission::Action,
    validate::{self, Checks},
};
use std::collections::BTreeSet;

/// How many statuses a project has at most.
const MOST_STATUSES: usize = 30;
/// How many labels a project has at most.
const MOST_LABELS: usize = 200;

/// A status as it is to be: one that there is by its id, or a new one.
#[derive(Clone, Debug)]
pub struct StatusWish {
    pub id: Option<u32>,
    pub name: String,
    /// Of a new one; that of one that there is stays.
    pub group: StatusGroup,
}

/// A label as it is to be.
#[derive(Clone, Debug)]
pub struct LabelWish {
    pub id: Option<u32>,
    pub name: String,
    pub hue: u8,
}

/// Goes on only when no two names are the same and every id is one of `known`, once.
pub(super) fn distinct<'a>(
    names: impl Iterator<Item = &'a str>,
    ids: impl Iterator<Item = u32>,
    known: &BTreeSet<u32>,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    if !names.map(str::to_lowercase).all(|name| seen.insert(name)) {
        return Err("has the same name twice".to_owned());
    }
    let mut seen = BTreeSet::new();
    for id in ids {
        if !known.contains(&id) {
            return Err(format!("has an unknown id, {id}"));
        }
        if !seen.insert(id) {
            return Err(format!("has the id {id} twice"));
        }
    }
    Ok(())
}

/// Sets the statuses of a project, in the order of its columns.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, `version_mismatch`; `status_in_use` when one is to go in which there are tasks.
pub async fn set_statuses(
    app: &App,
    actor: &Actor,
    project: ProjectId,
    wishes: Vec<StatusWish>,
    version: IfMatch,
) -> Result<ProjectView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    if wishes.is_empty() || wishes.len() > MOST_STATUSES {
        checks.take::<()>("statuses", Err(format!("has to have 1 to {MOST_STATUSES}")));
    }
    let mut named = Vec::new();
    for (place, wish) in wishes.into_iter().take(MOST_STATUSES).enumerate() {
        let name = checks.take(&format!("statuses.{place}.name"), validate::line(&wish.name, 1, 40));
        named.push(StatusWish { name, ..wish });
    }
    checks.finish()?;
    app.journal.directory().visible_project(project, actor.user, actor.role)?;
    let turn = app.boards.take(project, None).await;
    let board = turn.board(&app.database).await?;
    let (held, by, kept) = (turn.held.clone(), actor.clone(), board.clone());
    let view = app
        .journal
        .commit(move |draft| {
            let _held = &held;
            let directory = draft.directory;
            let actor = by.still(directory)?;
            let found = may_change(directory, &actor, project, Action::EditProject, actor.user)?;
            version.check(found.version, || found.view())?;
            let known = found.statuses.iter().map(|status| status.id).collect();
            distinct(named.iter().map(|wish| wish.name.as_str()), named.iter().filter_map(|wish| wish.id), &known)
                .map_err(|why| AppError::field("statuses", why))?;
            let mut next = found.clone();
            next.statuses = named.iter().map(|wish| status_of(&mut next.next_part, found, wish)).collect();
            let gone = |status: &&Status| !next.statuses.iter().any(|kept| kept.id == status.id);
            if found.statuses.iter().filter(gone).any(|status| !board.is_empty(status.id)) {
                return Err(AppError::new(Code::StatusInUse));
            }
            if next.statuses == found.statuses { Ok(found.view()) } else { write(draft, next) }
        })
        .await?;
    turn.give_back(kept);
    Ok(view)
}

fn status_of(next_part: &mut u32, project: &Project, wish: &StatusWish) -> Status {
    let known = wish.id.and_then(|id| project.status(id));
    let group = known.map_or(wish.group, |known| known.group);
    let id = known.map_or_else(|| fresh(next_part), |known| known.id);
    Status { id, name: wish.name.clone(), group }
}

pub(super) fn fresh(next_part: &mut u32) -> u32 {
    *next_part += 1;
    *next_part - 1
}

/// Sets the labels of a project. One that is not among them is taken off every task in the same change.
///
/// # Errors
/// As [`set_statuses`], without `status_in_use`.
pub async fn set_labels(
    app: &App,
    actor: &Actor,
    project: ProjectId,
    wishes: Vec<LabelWish>,
    version: IfMatch,
) -> Result<ProjectView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    if wishes.len() > MOST_LABELS {
        checks.take::<()>("labels", Err(format!("has more than {MOST_LABELS}")));
    }
    let mut named = Vec::new();
    for (place, wish) in wishes.into_iter().take(MOST_LABELS).enumerate() {
        let name = checks.take(&format!("labels.{place}.name"), label_name(&wish.name));
        checks.take(&format!("labels.{place}.hue"), hue(wish.hue));
        named.push(LabelWish { name, ..wish });
    }
    checks.finish()?;
    let place = {
        let directory = app.journal.directory();
        Named::of(directory.visible_project(project, actor.user, actor.role)?)
    };
    let turn = app.boards.take(project, None).await;
    // The number of the newest task may have grown before the turn came.
    let place = Named { last_number: u32::MAX, ..place };
    let cards = store::of_project(&app.database, &place).await.map_err(AppError::internal)?;
    let (held, by) = (turn.held.clone(), actor.clone());
    app.journal
        .commit(move |draft| {
            let _held = &held;
            let directory = draft.directory;
            let actor = by.still(directory)?;
            let found = may_change(directory, &actor, project, Action::EditProject, actor.user)?;
            version.check(found.version, || found.view())?;
            let known = found.labels.iter().map(|label| label.id).collect();
            distinct(named.iter().map(|wish| wish.name.as_str()), named.iter().filter_map(|wish| wish.id), &known)
                .map_err(|why| AppError::field("labels", why))?;
            let mut next = found.clone();
            next.labels = named
                .iter()
                .map(|wish| Label {
                    id: wish.id.unwrap_or_else(|| fresh(&mut next.next_part)),
                    name: wish.name.clone(),
                    hue: wish.hue,
                })
                .collect();
            if next.labels == found.labels {
                return Ok(found.view());
            }
            take_off(draft, found, &next, &cards, &actor)?;
            write(draft, next)
        })
        .await
}

/// A label's name: one word, so that it can be written as `#name`.
fn label_name(text: &str) -> Result<String, String> {
    let name = validate::line(text.trim_start_matches('#'), 1, 40)?;
    if name.contains(char::is_whitespace) { Err("is more than one word".to_owned()) } else { Ok(name) }
}

/// Takes the labels that `next` has no more off these tasks.
fn take_off(
    draft: &mut Draft<'_>,
    found: &Project,
    next: &Project,
    cards: &[super::TaskView],
    actor: &Actor,
) -> Result<(), AppError> {
    for card in cards.iter().filter(|card| card.label_ids.iter().any(|label| next.label(*label).is_none())) {
        let mut work = Work::new(card.clone(), None, Board::none(found.id));
        work.card.label_ids.retain(|label| next.label(*label).is_some());
        write_task(draft, found, &mut work, actor.user, "task.updated")?;
    }
    Ok(())
}
