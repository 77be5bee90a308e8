//! Changing a task together with its parts.

use super::{
    boards::Spot,
    change::{self, Kind, TaskName, Work, may_change, write},
    create::status_of,
    store::{self, Named},
    view::TaskView,
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Directory, Project},
    error::AppError,
};
use std::collections::HashMap;

/// How deep tasks can be parts of others.
const DEEPEST: usize = 8;
/// How many parts can change together with their task.
const MOST: usize = 500;

/// Whether a task's parts go where it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parts {
    /// They stay as they are.
    Apart,
    Together,
}

/// A task and those of its parts, and of theirs, that fit; each after what it is a part of.
async fn with_parts(
    app: &App,
    project: &Named,
    whole: TaskView,
    fits: impl Fn(&TaskView) -> bool,
) -> Result<Vec<TaskView>, AppError> {
    let mut found = vec![whole];
    let mut place = 0;
    while place < found.len() {
        let parts = store::parts_of(&app.database, project, found[place].number).await.map_err(AppError::internal)?;
        for part in parts.into_iter().filter(|part| fits(part)) {
            if !found.iter().any(|known| known.number == part.number) {
                found.push(part);
            }
        }
        if found.len() > MOST {
            return Err(AppError::field("", format!("has more than {MOST} parts")));
        }
        place += 1;
    }
    Ok(found)
}

/// Goes on only when a task can be a part of this other one: that is there, is not a part of the task itself, and the
/// whole does not become too deep. Has to be asked in the project's turn.
pub(super) async fn check_parent(app: &App, project: &Named, task: Option<u32>, parent: u32) -> Result<(), AppError> {
    let refused = |why: &str| AppError::field("parent", why);
    let card = |number| change::card(app, project, number);
    let mut above = Some(parent);
    let mut depth = 0;
    while let Some(number) = above {
        if Some(number) == task {
            return Err(refused("is a part of this task"));
        }
        let found = card(number).await.ok().filter(|found| found.deleted_at.is_none());
        let Some(found) = found else {
            // What stood further above is gone.
            if number == parent {
                return Err(refused("is no task of the project"));
            }
            break;
        };
        depth += 1;
        if depth >= DEEPEST {
            return Err(refused("is a part of too many others"));
        }
        above = found.parent;
    }
    let Some(task) = task else { return Ok(()) };
    let below = with_parts(app, project, card(task).await?, |part| part.deleted_at.is_none()).await?;
    if depth + height(&below) > DEEPEST {
        return Err(refused("is a part of too many others"));
    }
    Ok(())
}

/// How deep a task is with its parts; 1 without any.
fn height(found: &[TaskView]) -> usize {
    let mut heights = vec![1; found.len()];
    for place in (1..found.len()).rev() {
        let whole = found.iter().position(|card| Some(card.number) == found[place].parent);
        if let Some(whole) = whole {
            heights[whole] = heights[whole].max(heights[place] + 1);
        }
    }
    heights.first().copied().unwrap_or(1)
}

/// Changes a task and those of its parts that fit, in one change. `fits` is asked with the whole and the part; `edit` may
/// be called more than once for each.
pub(super) async fn change_with_parts<F>(
    app: &App,
    actor: &Actor,
    task: &TaskName,
    (kind, fits): (Kind, fn(&TaskView, &TaskView) -> bool),
    edit: F,
) -> Result<TaskView, AppError>
where
    F: Fn(&Directory, &Project, &mut Work, Timestamp) -> Result<(), AppError> + Send + 'static,
{
    app.limits.changes.take(&actor.user)?;
    let (project, number) = change::find(app, actor, task).await?;
    let turn = app.boards.take(project.id, None).await;
    let whole = change::card(app, &project, number).await?;
    let cards = with_parts(app, &project, whole.clone(), |part| fits(&whole, part)).await?;
    let mut texts = HashMap::new();
    // The next one of a task that comes again is made of its text as well.
    for card in cards.iter().filter(|card| card.recurrence.is_some()) {
        let text = store::text(&app.database, project.id, card.number).await.map_err(AppError::internal)?;
        texts.insert(card.number, text);
    }
    let board = turn.board(&app.database).await?;
    let (held, by) = (turn.held.clone(), actor.clone());
    let (whole, board) = app
        .journal
        .commit(move |draft| {
            let _held = &held;
            let directory = draft.directory;
            let actor = by.still(directory)?;
            let mut board = board.clone();
            let mut changed: Vec<TaskView> = Vec::with_capacity(cards.len());
            let mut ranks = HashMap::new();
            for card in &cards {
                let found = may_change(directory, &actor, project.id, kind.action, card.created_by)?;
                if card.deleted_at.is_some() != kind.deleted {
                    return Err(AppError::not_found("Task"));
                }
                let number = card.number;
                let mut card = card.clone();
                card.rank = ranks.get(&card.number).cloned().unwrap_or(card.rank);
                let mut work = Work::new(card, texts.get(&number).cloned(), board);
                edit(directory, found, &mut work, draft.now)?;
                write(draft, found, &mut work, actor.user, kind.event)?;
                // Where a column was numbered anew, those that changed before stand at their new ranks as well.
                for (number, rank) in &work.others {
                    ranks.insert(*number, rank.clone());
                    if let Some(done) = changed.iter_mut().find(|done| done.number == *number) {
                        done.rank.clone_from(rank);
                        let open = found.is_open(done.status_id);
                        store::put_card(draft, Some(&done.clone()), done, (open, open));
                    }
                }
                changed.push(work.card);
                board = work.board;
            }
            let whole = changed.into_iter().next().ok_or_else(|| AppError::not_found("Task"))?;
            Ok((whole, board))
        })
        .await?;
    turn.give_back(board);
    Ok(whole)
}

/// Moves a task into a column, and with it those of its parts with which there is still something to do.
pub(super) async fn relocate(app: &App, actor: &Actor, task: &TaskName, status: u32) -> Result<TaskView, AppError> {
    let kind = Kind { event: "task.moved", ..Kind::EDIT };
    let open = |_: &TaskView, part: &TaskView| part.deleted_at.is_none() && part.closed_at.is_none();
    change_with_parts(app, actor, task, (kind, open), move |_, project, work, _| {
        let status = status_of(project, status)?;
        if work.card.status_id != status {
            super::moves::place(work, status, Spot::First);
        }
        Ok(())
    })
    .await
}
