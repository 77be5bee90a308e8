//! Who is in a project.

use super::projects::write;
use crate::{
    accounts::Actor,
    app::App,
    directory::{Project, ProjectRole, ProjectView},
    error::AppError,
    ids::{ProjectId, UserId},
    journal::{Audience, Draft},
    permission::Action,
};
use serde_json::json;

/// Puts somebody into a project or gives them another role there; or oneself into a public one, as a member.
///
/// # Errors
/// `forbidden`, `not_found`; `validation` for the last manager.
pub async fn set(
    app: &App,
    actor: &Actor,
    project: ProjectId,
    user: UserId,
    role: ProjectRole,
) -> Result<ProjectView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_project(project, actor.user, actor.role)?;
            directory.active_person(user)?;
            let was = found.members.get(&user).copied();
            let joins = user == actor.user && was.is_none() && role == ProjectRole::Member;
            let is = found.relation(actor.user);
            let may_join = joins && crate::permission::allowed(Action::JoinProject, actor.role, is);
            actor.require(if may_join { Action::JoinProject } else { Action::SetProjectMember }, is)?;
            if was == Some(role) {
                return Ok(found.view());
            }
            let mut next = found.clone();
            next.members.insert(user, role);
            keep_a_manager(found, &next)?;
            write(draft, next)
        })
        .await
}

/// Has somebody take part in a project, unless they are in it already.
///
/// # Errors
/// As [`set`].
pub(crate) async fn enter(app: &App, actor: &Actor, project: ProjectId, user: UserId) -> Result<(), AppError> {
    let inside = app.journal.directory().projects.get(&project).is_some_and(|found| found.members.contains_key(&user));
    if inside { Ok(()) } else { set(app, actor, project, user, ProjectRole::Member).await.map(drop) }
}

/// Goes on only where a project that has a manager keeps one.
fn keep_a_manager(before: &Project, after: &Project) -> Result<(), AppError> {
    let managed = |project: &Project| project.members.values().any(|role| *role == ProjectRole::Manager);
    if managed(before) && !managed(after) {
        return Err(AppError::field("role", "would leave the project without a manager"));
    }
    Ok(())
}

/// Takes somebody out of a project: oneself, or another person. What they are assigned to stays theirs.
///
/// # Errors
/// `forbidden`, `not_found`; `validation` for the last manager.
pub async fn remove(app: &App, actor: &Actor, project: ProjectId, user: UserId) -> Result<(), AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_project(project, actor.user, actor.role)?;
            let action = if user == actor.user { Action::LeaveProject } else { Action::SetProjectMember };
            actor.require(action, found.relation(actor.user))?;
            if !found.members.contains_key(&user) {
                return Err(AppError::not_found("Member"));
            }
            let mut next = found.clone();
            next.members.remove(&user);
            keep_a_manager(found, &next)?;
            leave(draft, next, user)
        })
        .await
}

fn leave(draft: &mut Draft<'_>, mut next: Project, user: UserId) -> Result<(), AppError> {
    if next.lead == Some(user) {
        next.lead = None;
    }
    // Who still sees it is told so by the event that follows.
    draft.event(Audience::Person(user), "project.left", None, &json!({ "projectId": next.id }), None)?;
    write(draft, next).map(drop)
}

/// Takes a person out of every project. One whose last manager leaves gets another member as one.
///
/// # Errors
/// `internal`.
pub(crate) fn leave_everything(draft: &mut Draft<'_>, user: UserId) -> Result<(), AppError> {
    super::feeds::forget_of(draft, user);
    super::filters::forget_of(draft, user);
    super::news::forget_of(draft, user);
    let directory = draft.directory;
    for found in directory.projects.values().filter(|project| project.members.contains_key(&user)) {
        let mut next = found.clone();
        next.members.remove(&user);
        if keep_a_manager(found, &next).is_err() {
            let heir = next.members.iter_mut().max_by_key(|(_, role)| **role);
            if let Some((_, role)) = heir {
                *role = ProjectRole::Manager;
            }
        }
        leave(draft, next, user)?;
    }
    Ok(())
}
