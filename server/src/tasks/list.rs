//! Reading tasks: of a project, of a person, one whole.

use super::{
    change::{self, TaskName},
    store::{self, Named},
    view::{Description, Priority, RelationView, TaskDetail, TaskView},
    watch::Watch,
};
use crate::{
    accounts::Actor,
    app::App,
    directory::Scope,
    error::AppError,
    ids::{ProjectId, UserId},
    permission::{Action, Role},
};
use std::collections::BTreeSet;

/// Which tasks of a project are wanted. An empty list asks nothing; of several words of one list one has to fit.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    pub statuses: Vec<u32>,
    /// `None` is nobody.
    pub assignees: Vec<Option<UserId>>,
    pub labels: Vec<u32>,
    pub priorities: Vec<Priority>,
    /// Part of a title, or a key or number.
    pub q: String,
    /// Only deleted ones.
    pub deleted: bool,
}

impl Filter {
    pub(super) fn fits(&self, task: &TaskView) -> bool {
        let one_of = |ids: &BTreeSet<UserId>| {
            self.assignees.iter().any(|wanted| wanted.map_or(ids.is_empty(), |user| ids.contains(&user)))
        };
        task.deleted_at.is_some() == self.deleted
            && (self.statuses.is_empty() || self.statuses.contains(&task.status_id))
            && (self.assignees.is_empty() || one_of(&task.assignee_ids))
            && (self.labels.is_empty() || self.labels.iter().any(|label| task.label_ids.contains(label)))
            && (self.priorities.is_empty() || self.priorities.contains(&task.priority))
            && (self.q.is_empty()
                || task.title.to_lowercase().contains(&self.q)
                || task.key.eq_ignore_ascii_case(&self.q)
                || self.q.trim_start_matches('#').parse() == Ok(task.number))
    }
}

/// The tasks of a project that fit, by status and rank: as its board shows them.
///
/// # Errors
/// `not_found`.
pub async fn of_project(
    app: &App,
    actor: &Actor,
    project: ProjectId,
    filter: &Filter,
) -> Result<Vec<TaskView>, AppError> {
    let (named, order) = {
        let directory = app.journal.directory();
        let found = directory.visible_project(project, actor.user, actor.role)?;
        actor.require(Action::ViewProject, found.relation(actor.user))?;
        (Named::of(found), found.statuses.iter().map(|status| status.id).collect::<Vec<_>>())
    };
    let mut tasks = store::of_project(&app.database, &named).await.map_err(AppError::internal)?;
    tasks.retain(|task| filter.fits(task));
    let place = |task: &TaskView| order.iter().position(|status| *status == task.status_id);
    tasks.sort_by(|a, b| (place(a), &a.rank, a.number).cmp(&(place(b), &b.rank, b.number)));
    Ok(tasks)
}

/// Somebody's open tasks in all projects that they may see.
pub(super) async fn open_of(app: &App, user: UserId, role: Role) -> Result<Vec<TaskView>, AppError> {
    let places = store::mine(&app.database, user).await.map_err(AppError::internal)?;
    at(app, (user, role), &places).await
}

/// The actor's open tasks in all projects that they may see, those that are due first standing first.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub async fn mine(app: &App, actor: &Actor) -> Result<Vec<TaskView>, AppError> {
    actor.require_scope(Scope::Read)?;
    let mut tasks = open_of(app, actor.user, actor.role).await?;
    tasks.sort_by(|a, b| {
        let key = |task: &TaskView| (task.due.is_none(), task.due.clone(), std::cmp::Reverse(task.priority));
        key(a).cmp(&key(b)).then_with(|| a.created_at.cmp(&b.created_at)).then_with(|| a.id.cmp(&b.id))
    });
    Ok(tasks)
}

/// The tasks at these places that are there and that this person may see.
async fn at(app: &App, (user, role): (UserId, Role), places: &[(ProjectId, u32)]) -> Result<Vec<TaskView>, AppError> {
    let projects: Vec<Named> = {
        let directory = app.journal.directory();
        let ids: BTreeSet<_> = places.iter().map(|(project, _)| *project).collect();
        ids.into_iter()
            .filter_map(|project| directory.visible_project(project, user, role).ok())
            .map(Named::of)
            .collect()
    };
    let places: Vec<_> =
        places.iter().copied().filter(|(project, _)| projects.iter().any(|named| named.id == *project)).collect();
    let mut tasks = store::at(&app.database, &projects, &places).await.map_err(AppError::internal)?;
    tasks.retain(|task| task.deleted_at.is_none());
    Ok(tasks)
}

/// The tasks of these keys that there are and that the actor may see.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub async fn named(app: &App, actor: &Actor, keys: &[TaskName]) -> Result<Vec<TaskView>, AppError> {
    actor.require_scope(Scope::Read)?;
    let mut places = Vec::with_capacity(keys.len());
    for key in keys {
        if let Ok((project, number)) = change::find(app, actor, key).await {
            places.push((project.id, number));
        }
    }
    places.sort_unstable();
    places.dedup();
    at(app, (actor.user, actor.role), &places).await
}

/// One task with all that its page shows.
///
/// # Errors
/// `not_found`; also when it was deleted.
pub async fn get(app: &App, actor: &Actor, task: &TaskName) -> Result<TaskDetail, AppError> {
    let (project, number) = change::find(app, actor, task).await?;
    let card = change::card(app, &project, number).await?;
    if card.deleted_at.is_some() {
        return Err(AppError::not_found("Task"));
    }
    let text = store::text(&app.database, project.id, number).await.map_err(AppError::internal)?;
    let places: Vec<_> = text.relations.iter().map(|related| (related.project, related.number)).collect();
    let others = at(app, (actor.user, actor.role), &places).await?;
    let relations = text.relations.iter().filter_map(|related| {
        let found = others.iter().find(|task| (task.project_id, task.number) == (related.project, related.number));
        Some(RelationView { kind: related.kind, task: found?.clone() })
    });
    let relations = relations.collect();
    let mut subtasks = store::parts_of(&app.database, &project, number).await.map_err(AppError::internal)?;
    subtasks.retain(|task| task.deleted_at.is_none());
    let whole: Vec<_> = card.parent.map(|parent| (project.id, parent)).into_iter().collect();
    let whole = at(app, (actor.user, actor.role), &whole).await?.pop();
    Ok(TaskDetail {
        watcher_ids: card.watchers.iter().copied().collect(),
        watch: Watch::of(&card, actor.user),
        whole,
        task: card,
        description: Description { description: text.description, description_version: text.description_version },
        checklist: text.checklist,
        relations,
        subtasks,
    })
}

/// The task, if it is there and this person may see it.
pub(crate) async fn seen_by(app: &App, user: UserId, (project, number): (ProjectId, u32)) -> Option<TaskView> {
    let named = {
        let directory = app.journal.directory();
        let role = directory.active_person(user).ok()?.role;
        Named::of(directory.visible_project(project, user, role).ok()?)
    };
    let found = store::at(&app.database, std::slice::from_ref(&named), &[(project, number)]).await.ok()?;
    found.into_iter().find(|task| task.deleted_at.is_none())
}
