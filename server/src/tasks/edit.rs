//! Changing what a task says of itself. Of each field the last writer's word stands; people and labels come and go one
//! by one, so that two who change them at once do not undo each other.

use super::{
    boards::Spot,
    change::{Kind, TaskName, change},
    create::{bounded, check_labels, check_people, estimate, in_order, status_of},
    recurring::{self, RecurrenceWish},
    tree::{Parts, change_with_parts},
    view::{self, Day, Description, LONGEST_TEXT, Priority, TaskView},
};
use crate::{
    accounts::Actor,
    app::App,
    error::AppError,
    http::extract::IfMatch,
    ids::UserId,
    permission::Action,
    validate::{self, Checks},
};
use std::collections::BTreeSet;

/// What is to change; what is absent stays.
#[derive(Clone, Default, Debug)]
pub struct TaskPatch {
    pub title: Option<String>,
    /// To another column, where it stands first.
    pub status: Option<u32>,
    pub priority: Option<Priority>,
    pub start: Option<Option<Day>>,
    pub due: Option<Option<Day>>,
    pub estimate: Option<Option<u32>>,
    pub parent: Option<Option<u32>>,
    pub add_assignees: BTreeSet<UserId>,
    pub remove_assignees: BTreeSet<UserId>,
    pub add_labels: BTreeSet<u32>,
    pub remove_labels: BTreeSet<u32>,
    pub recurrence: Option<Option<RecurrenceWish>>,
}

/// Changes some fields of a task.
///
/// # Errors
/// `not_found`, `forbidden`, `project_archived`, `validation`.
pub async fn update(app: &App, actor: &Actor, task: &TaskName, patch: TaskPatch) -> Result<TaskView, AppError> {
    let mut checks = Checks::default();
    let title = patch.title.as_ref().map(|title| checks.take("title", view::title(title)));
    checks.take("estimate", estimate(patch.estimate.flatten()));
    checks.finish()?;
    let wish = patch.recurrence.as_ref().map(Option::as_ref);
    let recurrence = wish.map(|wish| wish.map(|wish| wish.checked(actor.user)).transpose()).transpose()?;
    let kind = Kind { parent: patch.parent.flatten(), ..Kind::EDIT };
    let changed = change(app, actor, task, kind, move |directory, project, work, now| {
        let card = &mut work.card;
        if let Some(title) = &title {
            card.title.clone_from(title);
        }
        card.priority = patch.priority.unwrap_or(card.priority);
        card.start = patch.start.clone().unwrap_or(card.start.take());
        card.due = patch.due.clone().unwrap_or(card.due.take());
        if patch.start.is_some() || patch.due.is_some() {
            in_order(card.start.as_ref(), card.due.as_ref()).map_err(|why| AppError::field("due", why))?;
        }
        match &recurrence {
            Some(Some(recurrence)) => recurring::set(card, recurrence.clone(), now)?,
            Some(None) => card.recurrence = None,
            None => {}
        }
        // Without a day there is none that could follow.
        card.recurrence = card.recurrence.take().filter(|_| card.due.is_some());
        card.estimate = patch.estimate.unwrap_or(card.estimate);
        card.parent = patch.parent.unwrap_or(card.parent);
        check_people(directory, project, &patch.add_assignees)?;
        check_labels(project, &patch.add_labels)?;
        card.assignee_ids.extend(&patch.add_assignees);
        card.assignee_ids.retain(|user| !patch.remove_assignees.contains(user));
        card.label_ids.extend(&patch.add_labels);
        card.label_ids.retain(|label| !patch.remove_labels.contains(label));
        bounded(card.assignee_ids.len()).map_err(|why| AppError::field("assigneeIds", why))?;
        bounded(card.label_ids.len()).map_err(|why| AppError::field("labelIds", why))?;
        if let Some(status) = patch.status {
            let status = status_of(project, status)?;
            if status != work.card.status_id {
                super::moves::place(work, status, Spot::First);
            }
        }
        Ok(())
    })
    .await?;
    Ok(changed.card)
}

/// Writes a task's description. With a version in `If-Match` that is not the present one nothing is written.
///
/// # Errors
/// As [`update`]; `version_mismatch` with the present description.
pub async fn describe(
    app: &App,
    actor: &Actor,
    task: &TaskName,
    description: &str,
    version: IfMatch,
) -> Result<Description, AppError> {
    let mut checks = Checks::default();
    let description = checks.take("description", validate::text(description, 0, LONGEST_TEXT));
    checks.finish()?;
    let kind = Kind { event: "task.described", ..Kind::TEXT };
    let changed = change(app, actor, task, kind, move |_, _, work, _| {
        let text = work.text.get_or_insert_default();
        version.check(text.description_version, || Description {
            description: text.description.clone(),
            description_version: text.description_version,
        })?;
        if text.description == description {
            return Ok(());
        }
        text.description.clone_from(&description);
        text.description_version += 1;
        let (description, version) = (text.description.clone(), text.description_version);
        work.extra.insert("description".to_owned(), description.into());
        work.extra.insert("descriptionVersion".to_owned(), version.into());
        work.notes.push(("description", None, None));
        Ok(())
    })
    .await?;
    let text = changed.text.unwrap_or_default();
    Ok(Description { description: text.description, description_version: text.description_version })
}

/// Deletes a task, and where they go together its parts; for 30 days it can be taken back.
///
/// # Errors
/// As [`update`].
pub async fn delete(app: &App, actor: &Actor, task: &TaskName, parts: Parts) -> Result<TaskView, AppError> {
    let kind = Kind { action: Action::DeleteTask, event: "task.deleted", ..Kind::EDIT };
    let fits: fn(&TaskView, &TaskView) -> bool = match parts {
        Parts::Apart => |_, _| false,
        Parts::Together => |_, part| part.deleted_at.is_none(),
    };
    change_with_parts(app, actor, task, (kind, fits), |_, _, work, now| {
        work.board.remove(work.card.status_id, &work.card.rank);
        work.card.deleted_at = Some(now);
        work.notes.push(("deleted", None, None));
        Ok(())
    })
    .await
}

/// Takes a deleted task back, as it was, with the parts that were deleted with it; each stands first in its column.
///
/// # Errors
/// As [`update`]; `not_found` when it is not deleted, or for longer than 30 days.
pub async fn restore(app: &App, actor: &Actor, task: &TaskName) -> Result<TaskView, AppError> {
    let kind = Kind { action: Action::DeleteTask, event: "task.restored", deleted: true, ..Kind::EDIT };
    let fits = |whole: &TaskView, part: &TaskView| part.deleted_at.is_some() && part.deleted_at == whole.deleted_at;
    change_with_parts(app, actor, task, (kind, fits), |directory, project, work, _| {
        // What went from the project meanwhile is gone from the task as well.
        work.card.label_ids.retain(|label| project.label(*label).is_some());
        work.card.assignee_ids.retain(|user| directory.active_person(*user).is_ok());
        let status = match project.status(work.card.status_id) {
            Some(status) => status.id,
            None => project.statuses.first().map(|status| status.id).unwrap_or_default(),
        };
        work.card.deleted_at = None;
        work.card.status_id = status;
        let placed = work.board.insert(work.card.number, status, Spot::First);
        (work.card.rank, work.others) = (placed.rank, placed.others);
        work.notes.push(("restored", None, None));
        Ok(())
    })
    .await
}
