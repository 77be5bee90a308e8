//! How tasks stand to one another. Both sides are written in one change.

use super::{
    boards::Board,
    change::{self, TaskName, Work, may_change, write},
    store,
    view::{Related, RelationKind, TaskView, Text},
};
use crate::{accounts::Actor, app::App, error::AppError, permission::Action};
use serde_json::{Map, json};

/// How many relations a task has at most.
const MOST: usize = 100;

/// Whether a relation is to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    There,
    Gone,
}

/// Has one task block another, relate to it or double it, or no more. Whoever does it may change both.
///
/// # Errors
/// `not_found`, `forbidden`, `project_archived`, `validation`.
pub async fn set(
    app: &App,
    actor: &Actor,
    (task, other): (&TaskName, &TaskName),
    kind: RelationKind,
    wish: Wish,
) -> Result<(), AppError> {
    app.limits.changes.take(&actor.user)?;
    let (project, number) = change::find(app, actor, task).await?;
    let (other_project, other_number) = change::find(app, actor, other).await?;
    if (project.id, number) == (other_project.id, other_number) {
        return Err(AppError::field("other", "is the task itself"));
    }
    let turn = app.boards.take(project.id, Some(other_project.id)).await;
    let mut sides = Vec::new();
    for (named, number) in [(&project, number), (&other_project, other_number)] {
        let card = change::card(app, named, number).await?;
        let text = store::text(&app.database, named.id, number).await.map_err(AppError::internal)?;
        sides.push((card, text));
    }
    let (held, by) = (turn.held.clone(), actor.clone());
    app.journal
        .commit(move |draft| {
            let _held = &held;
            let directory = draft.directory;
            let actor = by.still(directory)?;
            for (place, kind) in [(0, kind), (1, kind.other())] {
                let (card, text): &(TaskView, Text) = &sides[place];
                let (other, _) = &sides[1 - place];
                let found = may_change(directory, &actor, card.project_id, Action::EditTask, card.created_by)?;
                if card.deleted_at.is_some() {
                    return Err(AppError::not_found("Task"));
                }
                let related = Related { kind, project: other.project_id, number: other.number };
                let mut next = text.clone();
                next.relations.retain(|known| *known != related);
                if wish == Wish::There {
                    if next.relations.len() >= MOST {
                        return Err(AppError::field("other", format!("is one more than {MOST} relations")));
                    }
                    next.relations.push(related);
                    next.relations.sort();
                }
                let mut before = text.relations.clone();
                before.sort();
                if next.relations == before {
                    continue;
                }
                let told = format!("{} {}", kind.word(), other.key);
                let note = if wish == Wish::There { (None, Some(told)) } else { (Some(told), None) };
                let mut extra = Map::new();
                let data = json!({ "kind": kind, "taskId": other.id, "projectId": other.project_id, "there": wish == Wish::There });
                extra.insert("relation".to_owned(), data);
                let mut work = Work::new(card.clone(), Some(text.clone()), Board::none(card.project_id));
                work.text = Some(next);
                work.notes.push(("relation", note.0, note.1));
                work.extra = extra;
                write(draft, found, &mut work, actor.user, "task.related")?;
            }
            Ok(())
        })
        .await
}
