//! How a task changes: read in turn, changed, compared with what it was, written, told.

use super::{
    boards::Board,
    news::{self, Happened},
    recurring,
    store::{self, Named},
    tree,
    view::{ActView, CommentView, Day, TaskView, Text},
    watch::{self, Watch},
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Directory, Project},
    error::{AppError, Code},
    ids::{ProjectId, TaskId, UserId},
    journal::{Audience, Draft},
    permission::{Action, Relation},
};
use serde_json::{Map, Value, json};

/// What a task is called: by its id, or by its key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TaskName {
    Id(TaskId),
    /// A project's key and a number.
    Key(String, u32),
}

impl TaskName {
    /// Reads an id or a key such as `OPS-12`.
    ///
    /// # Errors
    /// `not_found` for what names nothing.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let key = text.split_once('-').and_then(|(key, number)| Some(Self::Key(key.to_owned(), number.parse().ok()?)));
        key.ok_or_else(|| AppError::not_found("Task"))
    }
}

/// Finds a task's place, if the actor may see its project.
pub(super) async fn find(app: &App, actor: &Actor, task: &TaskName) -> Result<(Named, u32), AppError> {
    let not_found = || AppError::not_found("Task");
    let (project, number) = match task {
        TaskName::Id(id) => {
            store::number_of(&app.database, *id).await.map_err(AppError::internal)?.ok_or_else(not_found)?
        }
        TaskName::Key(key, number) => {
            let directory = app.journal.directory();
            (directory.project_with_key(key).ok_or_else(not_found)?.id, *number)
        }
    };
    let directory = app.journal.directory();
    let project = directory.visible_project(project, actor.user, actor.role).map_err(|_| not_found())?;
    actor.require(Action::ViewProject, project.relation(actor.user))?;
    Ok((Named::of(project), number))
}

/// One task as it is, deleted or not.
pub(super) async fn card(app: &App, project: &Named, number: u32) -> Result<TaskView, AppError> {
    store::at(&app.database, std::slice::from_ref(project), &[(project.id, number)])
        .await
        .map_err(AppError::internal)?
        .pop()
        .ok_or_else(|| AppError::not_found("Task"))
}

/// A task that is being changed.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) before: TaskView,
    pub(super) card: TaskView,
    /// As it was read; `None` where the change needs it not.
    pub(super) text_before: Option<Text>,
    pub(super) text: Option<Text>,
    pub(super) board: Board,
    /// Entries of the history that do not come from comparing: field, before, after.
    pub(super) notes: Vec<(&'static str, Option<String>, Option<String>)>,
    /// The new ranks of others in its column.
    pub(super) others: Vec<(u32, String)>,
    /// A comment that is written with it; or that stays as it was read.
    pub(super) comment: Option<CommentView>,
    pub(super) comment_read: Option<CommentView>,
    /// What the event has besides the task.
    pub(super) extra: Map<String, Value>,
    /// The hub changes it because the day of the next one has come; the day that it is.
    pub(super) day_came: Option<Day>,
}

impl Work {
    /// Nothing changed yet.
    pub(super) fn new(card: TaskView, text: Option<Text>, board: Board) -> Self {
        Self {
            before: card.clone(),
            card,
            text_before: text.clone(),
            text,
            board,
            notes: Vec::new(),
            others: Vec::new(),
            comment: None,
            comment_read: None,
            extra: Map::new(),
            day_came: None,
        }
    }
}

/// What a change is and needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kind {
    pub(super) action: Action,
    /// The event's name.
    pub(super) event: &'static str,
    pub(super) needs_text: bool,
    /// Whether the task has to be a deleted one.
    pub(super) deleted: bool,
    /// Whose the thing acted on is, unless it is the task itself.
    pub(super) owner: Option<UserId>,
    /// The task that it is to be a part of.
    pub(super) parent: Option<u32>,
    /// How the actor is to stand to what is told of it.
    pub(super) watch: Option<Watch>,
}

impl Kind {
    pub(super) const EDIT: Self = Self {
        action: Action::EditTask,
        event: "task.updated",
        needs_text: false,
        deleted: false,
        owner: None,
        parent: None,
        watch: None,
    };
    pub(super) const TEXT: Self = Self { needs_text: true, ..Self::EDIT };
}

/// Changes one task. `edit` may be called more than once; where it changes nothing, nothing is written.
pub(super) async fn change<F>(app: &App, actor: &Actor, task: &TaskName, kind: Kind, edit: F) -> Result<Work, AppError>
where
    F: Fn(&Directory, &Project, &mut Work, Timestamp) -> Result<(), AppError> + Send + 'static,
{
    app.limits.changes.take(&actor.user)?;
    let (project, number) = find(app, actor, task).await?;
    let turn = app.boards.take(project.id, None).await;
    if let Some(parent) = kind.parent {
        tree::check_parent(app, &project, Some(number), parent).await?;
    }
    let before = card(app, &project, number).await?;
    // The next one of a task that comes again is made of its text as well.
    let text = if kind.needs_text || before.recurrence.is_some() {
        Some(store::text(&app.database, project.id, number).await.map_err(AppError::internal)?)
    } else {
        None
    };
    let board = turn.board(&app.database).await?;
    let work = Work::new(before, text, board);
    let (held, by) = (turn.held.clone(), actor.clone());
    let written = app
        .journal
        .commit(move |draft| {
            let _held = &held;
            let directory = draft.directory;
            let actor = by.still(directory)?;
            let found =
                may_change(directory, &actor, project.id, kind.action, kind.owner.unwrap_or(work.before.created_by))?;
            if work.before.deleted_at.is_some() != kind.deleted {
                return Err(AppError::not_found("Task"));
            }
            let mut work = work.clone();
            edit(directory, found, &mut work, draft.now)?;
            write(draft, found, &mut work, actor.user, kind.event)?;
            if let Some(watch) = kind.watch.filter(|watch| *watch != Watch::of(&work.before, actor.user)) {
                watch::tell(draft, &work.card, actor.user, watch)?;
            }
            Ok(work)
        })
        .await?;
    turn.give_back(written.board.clone());
    Ok(written)
}

/// The project, if the actor may do this in it now. `owner` is whose the thing acted on is.
pub(super) fn may_change<'a>(
    directory: &'a Directory,
    actor: &Actor,
    project: ProjectId,
    action: Action,
    owner: UserId,
) -> Result<&'a Project, AppError> {
    let found = directory.visible_project(project, actor.user, actor.role)?;
    actor.require(action, Relation { own: owner == actor.user, ..found.relation(actor.user) })?;
    if found.archived_at.is_some() { Err(AppError::new(Code::ProjectArchived)) } else { Ok(found) }
}

/// Writes what changed of a task, with its history, and tells of it.
pub(super) fn write(
    draft: &mut Draft<'_>,
    project: &Project,
    work: &mut Work,
    by: UserId,
    event: &str,
) -> Result<(), AppError> {
    watch::follow(work, by);
    let next = recurring::follow(draft, project, work);
    let same_text = work.text == work.text_before;
    if work.card == work.before && same_text && work.notes.is_empty() && work.extra.is_empty() {
        return Ok(());
    }
    // That somebody watches it is no news of the task itself.
    let mut watched = work.before.clone();
    (watched.watchers, watched.muted) = (work.card.watchers.clone(), work.card.muted.clone());
    let only_watched = work.card == watched && same_text && work.notes.is_empty() && work.extra.is_empty();
    if work.card.watchers != work.before.watchers {
        work.extra.insert("watcherIds".to_owned(), json!(work.card.watchers));
    }
    let mut fields = differences(project, &work.before, &work.card);
    if next.is_some() {
        // That the rule went on is told by itself.
        fields.retain(|(field, ..)| *field != "recurrence");
    }
    fields.append(&mut work.notes);
    if let Some(text) = &work.text {
        work.card.checks = u32::try_from(text.checklist.len()).unwrap_or(u32::MAX);
        work.card.checks_done =
            u32::try_from(text.checklist.iter().filter(|check| check.done).count()).unwrap_or(u32::MAX);
        work.card.described = !text.description.is_empty();
    }
    let card = &mut work.card;
    let open = project.is_open(card.status_id);
    card.closed_at = if open { None } else { card.closed_at.or(Some(draft.now)) };
    card.version += 1;
    card.updated_at = if only_watched { card.updated_at } else { draft.now };
    let mut acts = Vec::with_capacity(fields.len());
    for (field, from, to) in fields {
        card.last_act += 1;
        let field = field.to_owned();
        acts.push(ActView { number: card.last_act, at: draft.now, user_id: by, field, from, to });
    }
    store::put_ranks(draft, project.id, &work.others);
    let was_open = project.is_open(work.before.status_id);
    store::put_card(draft, Some(&work.before), &work.card, (was_open, open));
    if let (Some(text), false) = (&work.text, same_text) {
        store::put_text(draft, project.id, work.card.number, text);
    }
    for act in &acts {
        store::put_act(draft, project.id, work.card.number, act);
    }
    if let Some(comment) = &work.comment {
        store::put_comment(draft, project.id, work.card.number, comment);
    }
    tell(draft, project, work, event, &acts)?;
    if work.card.deleted_at.is_some() {
        return news::forget(draft, &work.card);
    }
    let told_by = work.day_came.is_none().then_some(by);
    let happened = Happened::by(draft.directory, project, work);
    news::note(draft, project, &work.card, told_by, &happened)?;
    next.map_or(Ok(()), |next| recurring::write(draft, project, next, (by, told_by)))
}

/// The status in which a task goes on that was in this one: the same as long as there is something to do in it.
pub(super) fn may_go_on(project: &Project, status: u32) -> Option<u32> {
    let same = project.status(status).filter(|status| status.group.is_open()).map(|status| status.id);
    same.or_else(|| super::create::first_status(project).ok())
}

/// Tells what a task is now, and what became of it.
pub(super) fn tell(
    draft: &mut Draft<'_>,
    project: &Project,
    work: &mut Work,
    event: &str,
    acts: &[ActView],
) -> Result<(), AppError> {
    if !work.others.is_empty() {
        let data = json!({ "projectId": project.id, "ranks": work.others });
        draft.event(Audience::Project(project.id), "task.ranked", None, &data, None)?;
    }
    let mut data = std::mem::take(&mut work.extra);
    data.insert("task".to_owned(), serde_json::to_value(&work.card).map_err(AppError::internal)?);
    data.insert("activity".to_owned(), serde_json::to_value(acts).map_err(AppError::internal)?);
    draft.event(Audience::Project(project.id), event, None, &data, None)
}

type Field = (&'static str, Option<String>, Option<String>);

/// What differs, as the history tells it. Where a task stands among others is not history.
pub(super) fn differences(project: &Project, before: &TaskView, after: &TaskView) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut note = |field, was: Option<String>, is: Option<String>| {
        if was != is {
            fields.push((field, was, is));
        }
    };
    note("title", Some(before.title.clone()), Some(after.title.clone()));
    let status = |id| project.status(id).map(|status| status.name.clone());
    if before.status_id != after.status_id {
        note("status", status(before.status_id).or_else(|| Some("?".to_owned())), status(after.status_id));
    }
    note("priority", Some(before.priority.word().to_owned()), Some(after.priority.word().to_owned()));
    let day = |day: &Option<Day>| day.as_ref().map(|day| day.0.clone());
    note("start", day(&before.start), day(&after.start));
    note("due", day(&before.due), day(&after.due));
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    note("estimate", number(before.estimate), number(after.estimate));
    let key = |parent: Option<u32>| parent.map(|parent| project.task_key(parent));
    note("parent", key(before.parent), key(after.parent));
    let rule = |card: &TaskView| card.recurrence.as_ref().map(|recurrence| recurrence.rule.clone());
    note("recurrence", rule(before), rule(after));
    for user in after.assignee_ids.difference(&before.assignee_ids) {
        note("assignee", None, Some(user.to_string()));
    }
    for user in before.assignee_ids.difference(&after.assignee_ids) {
        note("assignee", Some(user.to_string()), None);
    }
    let label = |id: &u32| project.label(*id).map_or_else(|| "?".to_owned(), |label| label.name.clone());
    for id in after.label_ids.difference(&before.label_ids) {
        note("label", None, Some(label(id)));
    }
    for id in before.label_ids.difference(&after.label_ids) {
        note("label", Some(label(id)), None);
    }
    fields
}
