//! Who watches a task: those who made it, are assigned to it or said something about it, and who else wants to.

use super::{
    change::{Kind, TaskName, Work, change},
    view::TaskView,
};
use crate::{
    accounts::Actor,
    app::App,
    directory::Scope,
    error::AppError,
    ids::UserId,
    journal::{Audience, Draft},
    permission::Action,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// How many people can watch a task.
const MOST: usize = 500;

/// How somebody stands to what is told of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Watch {
    /// Is told what becomes of it.
    Watching,
    /// Is told only when it is assigned to them or names them.
    Off,
    /// Is told nothing of it, whatever happens.
    Muted,
}

impl Watch {
    /// How this person stands to this task.
    #[must_use]
    pub fn of(card: &TaskView, user: UserId) -> Self {
        if card.muted.contains(&user) {
            Self::Muted
        } else if card.watchers.contains(&user) {
            Self::Watching
        } else {
            Self::Off
        }
    }
}

/// Has somebody watch a task from now on, unless they want to hear nothing of it.
pub(super) fn begin(card: &mut TaskView, user: UserId) {
    if !card.muted.contains(&user) && card.watchers.len() < MOST {
        card.watchers.insert(user);
    }
}

/// Has those watch who came to be assigned, and who said something.
pub(super) fn follow(work: &mut Work, by: UserId) {
    let assigned: Vec<_> = work.card.assignee_ids.difference(&work.before.assignee_ids).copied().collect();
    assigned.into_iter().for_each(|user| begin(&mut work.card, user));
    if work.comment.is_some() && work.comment_read.is_none() {
        begin(&mut work.card, by);
    }
}

/// Says how the actor wants to stand to a task.
///
/// # Errors
/// `not_found`, `project_archived`; `validation` where too many watch it.
pub async fn set(app: &App, actor: &Actor, task: &TaskName, watch: Watch) -> Result<Watch, AppError> {
    actor.require_scope(Scope::Write)?;
    let user = actor.user;
    let kind = Kind { action: Action::ViewProject, watch: Some(watch), ..Kind::EDIT };
    change(app, actor, task, kind, move |_, _, work, _| {
        let card = &mut work.card;
        card.watchers.remove(&user);
        card.muted.remove(&user);
        match watch {
            Watch::Watching if card.watchers.len() >= MOST => {
                return Err(AppError::field("watch", format!("is what {MOST} people do already")));
            }
            Watch::Watching => _ = card.watchers.insert(user),
            Watch::Muted => _ = card.muted.insert(user),
            Watch::Off => {}
        }
        Ok(())
    })
    .await?;
    Ok(watch)
}

/// Tells somebody's own devices how they stand to a task.
pub(super) fn tell(draft: &mut Draft<'_>, card: &TaskView, user: UserId, watch: Watch) -> Result<(), AppError> {
    let data = json!({ "taskId": card.id, "watch": watch });
    draft.event(Audience::Person(user), "watch.updated", None, &data, None)
}
