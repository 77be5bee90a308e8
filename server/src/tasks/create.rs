//! Making tasks, by themselves and of messages.

use super::{
    boards::Spot,
    change::{Work, may_change, tell},
    news::{self, Happened},
    recurring::{self, RecurrenceWish},
    store::{self, Named},
    tree,
    view::{self, ActView, Day, LONGEST_TEXT, Priority, TaskSource, TaskView, Text},
};
use crate::{
    accounts::Actor,
    app::App,
    chat,
    clock::Timestamp,
    directory::{Directory, Project, StatusGroup},
    error::{AppError, Code},
    ids::{ProjectId, TaskId, UserId},
    permission::{Action, Relation},
    validate::{self, Checks},
};
use serde_json::json;
use std::collections::BTreeSet;

/// How many people and labels a task can have.
pub(super) const MOST_MARKS: usize = 50;
/// How many tasks a project can have.
const MOST_TASKS: u32 = 1_000_000;

/// What a task is to be.
#[derive(Clone, Default, Debug)]
pub struct NewTask {
    /// May be left out where there is a source: then it is the message's first line.
    pub title: Option<String>,
    pub description: String,
    /// The first one that is not a backlog, or the first, when absent.
    pub status: Option<u32>,
    pub priority: Priority,
    pub assignees: BTreeSet<UserId>,
    pub labels: BTreeSet<u32>,
    pub start: Option<Day>,
    pub due: Option<Day>,
    pub estimate: Option<u32>,
    pub parent: Option<u32>,
    pub source: Option<TaskSource>,
    pub recurrence: Option<RecurrenceWish>,
}

/// Makes a task; it stands first in its column.
///
/// # Errors
/// `not_found` for the project, the message or a person; `forbidden`, `project_archived`, `validation`.
pub async fn create(app: &App, actor: &Actor, project: ProjectId, new: NewTask) -> Result<TaskView, AppError> {
    app.limits.changes.take(&actor.user)?;
    {
        let directory = app.journal.directory();
        may_change(&directory, actor, project, Action::EditTask, actor.user)?;
    }
    let source = match new.source {
        Some(source) => Some(chat::source(app, actor, source.channel_id, source.number).await?),
        None => None,
    };
    let of_message = source.as_ref().map(|source| view::title_of(source.body()));
    let (title, description) = words(&new, of_message)?;
    let recurrence = new.recurrence.as_ref().map(|wish| wish.checked(actor.user)).transpose()?;
    let turn = app.boards.take(project, None).await;
    if let Some(parent) = new.parent {
        let named = {
            let directory = app.journal.directory();
            Named::of(directory.visible_project(project, actor.user, actor.role)?)
        };
        tree::check_parent(app, &named, None, parent).await?;
    }
    let board = turn.board(&app.database).await?;
    let (held, by, id) = (turn.held.clone(), actor.clone(), TaskId::generate());
    let (card, board) = app
        .journal
        .commit(move |draft| {
            let _held = &held;
            let directory = draft.directory;
            let actor = by.still(directory)?;
            let found = may_change(directory, &actor, project, Action::EditTask, by.user)?;
            if found.last_number >= MOST_TASKS {
                return Err(AppError::field("", format!("this project already has {MOST_TASKS} tasks")));
            }
            check_people(directory, found, &new.assignees)?;
            check_labels(found, &new.labels)?;
            let status_id = match new.status {
                Some(status) => status_of(found, status)?,
                None => first_status(found)?,
            };
            let mut board = board.clone();
            let number = found.last_number + 1;
            let placed = board.insert(number, status_id, Spot::First);
            let now = draft.now;
            let mut card = TaskView {
                title: title.clone(),
                status_id,
                rank: placed.rank,
                priority: new.priority,
                assignee_ids: new.assignees.clone(),
                label_ids: new.labels.clone(),
                start: new.start.clone(),
                due: new.due.clone(),
                estimate: new.estimate,
                parent: new.parent,
                described: !description.is_empty(),
                source: new.source,
                closed_at: (!found.is_open(status_id)).then_some(now),
                watchers: new.assignees.iter().copied().chain([actor.user]).collect(),
                ..blank(found, (id, number), actor.user, now)
            };
            if let Some(recurrence) = &recurrence {
                recurring::set(&mut card, recurrence.clone(), now)?;
            }
            let act = ActView {
                number: 1,
                at: now,
                user_id: actor.user,
                field: "created".to_owned(),
                from: None,
                to: Some(title.clone()),
            };
            store::put_ranks(draft, project, &placed.others);
            store::insert_new(draft, &card, found.is_open(status_id));
            if !description.is_empty() {
                let text = Text { description: description.clone(), description_version: 1, ..Text::default() };
                store::put_text(draft, project, number, &text);
            }
            store::put_act(draft, project, number, &act);
            if let Some(source) = &source {
                source.note(draft, &actor, project, number)?;
            }
            let mut work = Work { others: placed.others, ..Work::new(card, None, board) };
            work.extra.insert("watcherIds".to_owned(), json!(work.card.watchers));
            tell(draft, found, &mut work, "task.created", &[act])?;
            let (assigned, mentioned) = (new.assignees.clone(), chat::people_named(directory, &description));
            let happened = Happened { assigned, mentioned, ..Happened::default() };
            news::note(draft, found, &work.card, Some(actor.user), &happened)?;
            Ok((work.card, work.board))
        })
        .await?;
    turn.give_back(board);
    Ok(card)
}

/// A task of which nothing is known but that it was made.
fn blank(project: &Project, (id, number): (TaskId, u32), by: UserId, now: Timestamp) -> TaskView {
    TaskView {
        id,
        project_id: project.id,
        number,
        key: project.task_key(number),
        title: String::new(),
        status_id: 0,
        rank: String::new(),
        priority: Priority::None,
        assignee_ids: BTreeSet::new(),
        label_ids: BTreeSet::new(),
        start: None,
        due: None,
        estimate: None,
        parent: None,
        checks_done: 0,
        checks: 0,
        comments: 0,
        described: false,
        source: None,
        created_by: by,
        created_at: now,
        updated_at: now,
        closed_at: None,
        recurrence: None,
        deleted_at: None,
        version: 1,
        last_comment: 0,
        last_act: 1,
        watchers: BTreeSet::new(),
        muted: BTreeSet::new(),
    }
}

/// The title and description with their bounds checked, and those of the other fields.
fn words(new: &NewTask, of_message: Option<String>) -> Result<(String, String), AppError> {
    let mut checks = Checks::default();
    let wanted = new.title.clone().or_else(|| of_message.filter(|title| !title.is_empty())).unwrap_or_default();
    let title = checks.take("title", view::title(&wanted));
    let description = checks.take("description", validate::text(&new.description, 0, LONGEST_TEXT));
    checks.take("estimate", estimate(new.estimate));
    checks.take("due", in_order(new.start.as_ref(), new.due.as_ref()));
    checks.take("assigneeIds", bounded(new.assignees.len()));
    checks.take("labelIds", bounded(new.labels.len()));
    checks.finish()?;
    Ok((title, description))
}

/// Where a new task stands: in the first status of work that waits to be done.
pub(super) fn first_status(project: &Project) -> Result<u32, AppError> {
    let first = |group: StatusGroup| project.statuses.iter().find(|status| status.group == group);
    let found = first(StatusGroup::Active).or_else(|| first(StatusGroup::Backlog)).or_else(|| project.statuses.first());
    found.map(|status| status.id).ok_or_else(|| AppError::new(Code::Conflict))
}

/// The status, if the project has it.
pub(super) fn status_of(project: &Project, status: u32) -> Result<u32, AppError> {
    project.status(status).map(|status| status.id).ok_or_else(|| AppError::field("status", "is none of the project's"))
}

pub(super) fn estimate(estimate: Option<u32>) -> Result<(), String> {
    if estimate.is_some_and(|estimate| estimate > 9_999) { Err("is more than 9,999".to_owned()) } else { Ok(()) }
}

pub(super) fn in_order(start: Option<&Day>, due: Option<&Day>) -> Result<(), String> {
    match (start, due) {
        (Some(start), Some(due)) if start > due => Err("is before the start".to_owned()),
        _ => Ok(()),
    }
}

pub(super) fn bounded(count: usize) -> Result<(), String> {
    if count > MOST_MARKS { Err(format!("has more than {MOST_MARKS}")) } else { Ok(()) }
}

/// Goes on only when all of these may see the project.
pub(super) fn check_people(
    directory: &Directory,
    project: &Project,
    people: &BTreeSet<UserId>,
) -> Result<(), AppError> {
    for user in people {
        let person = directory.active_person(*user)?;
        let is: Relation = project.relation(*user);
        if !crate::permission::allowed(Action::ViewProject, person.role, is) {
            return Err(AppError::field("assigneeIds", format!("has {}, who cannot see the project", person.name)));
        }
    }
    Ok(())
}

/// Goes on only when the project has all of these.
pub(super) fn check_labels(project: &Project, labels: &BTreeSet<u32>) -> Result<(), AppError> {
    let unknown = labels.iter().any(|label| project.label(*label).is_none());
    if unknown { Err(AppError::field("labelIds", "has one that the project has not")) } else { Ok(()) }
}
