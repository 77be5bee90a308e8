//! What is said about a task.

use super::{
    change::{self, Kind, TaskName, change},
    store,
    view::{ActView, CommentView, LONGEST_COMMENT},
};
use crate::{
    accounts::Actor,
    app::App,
    chat,
    directory::{Directory, Project},
    error::AppError,
    ids::UserId,
    permission::Action,
    validate::{self, Checks},
};
use serde_json::json;

/// How many comments and entries of the history are read at once.
pub const PAGE: u32 = 200;

fn body(text: &str) -> Result<String, AppError> {
    let mut checks = Checks::default();
    let body = checks.take("body", validate::text(text, 1, LONGEST_COMMENT));
    checks.finish()?;
    Ok(body)
}

/// Whom these words name, of those who can read them.
fn mentions(directory: &Directory, project: &Project, body: &str) -> Vec<UserId> {
    let reads = |user: &UserId| {
        let role = directory.people.get(user).map(|person| person.role);
        role.is_some_and(|role| directory.may_view_project(project, *user, role))
    };
    chat::people_named(directory, body).into_iter().filter(reads).collect()
}

/// Says something about a task.
///
/// # Errors
/// `not_found`, `forbidden`, `project_archived`, `validation`.
pub async fn add(app: &App, actor: &Actor, task: &TaskName, text: &str) -> Result<CommentView, AppError> {
    let body = body(text)?;
    let kind = Kind { action: Action::Comment, event: "task.commented", ..Kind::EDIT };
    let author = actor.user;
    let changed = change(app, actor, task, kind, move |directory, project, work, now| {
        work.card.last_comment += 1;
        work.card.comments += 1;
        let comment = CommentView {
            number: work.card.last_comment,
            author_id: author,
            body: body.clone(),
            mentions: mentions(directory, project, &body),
            created_at: now,
            edited_at: None,
            deleted_at: None,
        };
        work.extra.insert("comment".to_owned(), json!(comment));
        work.comment = Some(comment);
        Ok(())
    })
    .await?;
    changed.comment.ok_or_else(|| AppError::not_found("Comment"))
}

/// Changes what a comment says, or takes it back with `None`. Its number stays.
///
/// # Errors
/// `not_found`; `forbidden` for anyone but its author, and to take it back, the project's managers.
pub async fn rewrite(
    app: &App,
    actor: &Actor,
    task: &TaskName,
    number: u32,
    text: Option<&str>,
) -> Result<CommentView, AppError> {
    let body = text.map(body).transpose()?;
    let (project, task_number) = change::find(app, actor, task).await?;
    let comment = store::comments(&app.database, (project.id, task_number), (number, number))
        .await
        .map_err(AppError::internal)?
        .pop()
        .ok_or_else(|| AppError::not_found("Comment"))?;
    // The role with which the actor asks is looked at again when it is written.
    let action = if body.is_some() { Action::EditComment } else { Action::DeleteComment };
    let kind = Kind { action, event: "task.commented", owner: Some(comment.author_id), ..Kind::EDIT };
    let changed = change(app, actor, task, kind, move |directory, project, work, now| {
        let mut next = comment.clone();
        work.comment_read = Some(comment.clone());
        match &body {
            Some(_) if comment.deleted_at.is_some() => return Err(AppError::not_found("Comment")),
            Some(body) if *body == comment.body => return Ok(()),
            Some(body) => {
                next.body.clone_from(body);
                next.mentions = mentions(directory, project, body);
                next.edited_at = Some(now);
            }
            None if comment.deleted_at.is_some() => return Ok(()),
            None => {
                next.body.clear();
                next.mentions.clear();
                next.deleted_at = Some(now);
                work.card.comments = work.card.comments.saturating_sub(1);
            }
        }
        work.extra.insert("comment".to_owned(), json!(next));
        work.comment = Some(next);
        Ok(())
    })
    .await?;
    changed.comment.or(changed.comment_read).ok_or_else(|| AppError::not_found("Comment"))
}

/// The newest comments of a task before this one, the oldest first, and whether there are older ones.
///
/// # Errors
/// `not_found`.
pub async fn list(
    app: &App,
    actor: &Actor,
    task: &TaskName,
    before: Option<u32>,
) -> Result<(Vec<CommentView>, bool), AppError> {
    let (project, number) = change::find(app, actor, task).await?;
    let card = change::card(app, &project, number).await?;
    let to = before.map_or(card.last_comment, |before| before.saturating_sub(1).min(card.last_comment));
    let from = to.saturating_sub(PAGE - 1).max(1);
    let found = store::comments(&app.database, (project.id, number), (from, to)).await.map_err(AppError::internal)?;
    Ok((found, from > 1))
}

/// The newest entries of a task's history before this one, the oldest first, and whether there are older ones.
///
/// # Errors
/// `not_found`.
pub async fn history(
    app: &App,
    actor: &Actor,
    task: &TaskName,
    before: Option<u32>,
) -> Result<(Vec<ActView>, bool), AppError> {
    let (project, number) = change::find(app, actor, task).await?;
    let card = change::card(app, &project, number).await?;
    let to = before.map_or(card.last_act, |before| before.saturating_sub(1).min(card.last_act));
    let from = to.saturating_sub(PAGE - 1).max(1);
    let found = store::acts(&app.database, (project.id, number), (from, to)).await.map_err(AppError::internal)?;
    Ok((found, from > 1))
}
