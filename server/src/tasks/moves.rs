//! Moving tasks: clients say where a card is to stand, and the server finds it a rank there.

use super::{
    boards::Spot,
    change::{Kind, TaskName, Work, change},
    create::status_of,
    view::TaskView,
};
use crate::{
    accounts::Actor,
    app::App,
    error::AppError,
    ids::TaskId,
    validate::{self, Checks},
};

/// What names a task is not longer.
const LONGEST_NAME: usize = 64;

/// A neighbour in the column: its id, key or number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Neighbour {
    Id(TaskId),
    Number(u32),
}

/// Moves a task into a column, next to others. Neighbours that are gone, or in another column by now, are passed
/// over: a move never fails because of them.
///
/// # Errors
/// `not_found`, `forbidden`, `project_archived`; `validation` for a status that the project has not.
pub async fn relocate(
    app: &App,
    actor: &Actor,
    task: &TaskName,
    status: u32,
    (after, before): (Option<String>, Option<String>),
) -> Result<TaskView, AppError> {
    let mut checks = Checks::default();
    let mut name =
        |field, name: Option<String>| name.map(|name| checks.take(field, validate::line(&name, 0, LONGEST_NAME)));
    let (after, before) = (name("after", after), name("before", before));
    checks.finish()?;
    let after = neighbour(app, after).await?;
    let before = neighbour(app, before).await?;
    let kind = Kind { event: "task.moved", ..Kind::EDIT };
    let moved = change(app, actor, task, kind, move |_, project, work, _| {
        let status = status_of(project, status)?;
        let spot = match (after, before) {
            (None, None) => Spot::Last,
            (after, before) => Spot::Beside { after, before },
        };
        // Next to itself is where it stands.
        if status == work.card.status_id && [after, before].contains(&Some(work.card.number)) {
            return Ok(());
        }
        place(work, status, spot);
        Ok(())
    })
    .await?;
    Ok(moved.card)
}

/// Puts a task that is being changed into a column.
pub(super) fn place(work: &mut Work, status: u32, spot: Spot) {
    work.board.remove(work.card.status_id, &work.card.rank);
    let placed = work.board.insert(work.card.number, status, spot);
    (work.card.status_id, work.card.rank, work.others) = (status, placed.rank, placed.others);
}

/// The number of a neighbour; one of which nothing is known is none.
async fn neighbour(app: &App, name: Option<String>) -> Result<Option<u32>, AppError> {
    let Some(name) = name else { return Ok(None) };
    let named = name.parse().map(Neighbour::Id).ok().or_else(|| {
        let number = name.rsplit_once('-').map_or(name.as_str(), |(_, number)| number);
        number.parse().ok().map(Neighbour::Number)
    });
    Ok(match named {
        Some(Neighbour::Number(number)) => Some(number),
        Some(Neighbour::Id(id)) => {
            super::store::number_of(&app.database, id).await.map_err(AppError::internal)?.map(|(_, number)| number)
        }
        None => None,
    })
}
