//! Deleted tasks that nobody takes back any more.

use super::store::{self, Named};
use crate::{app::App, clock::Timestamp, error::AppError};
use std::time::Duration;

/// How long a deleted task can be taken back.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Removes the tasks that were deleted more than 30 days before this moment; says how many.
///
/// # Errors
/// `internal`, `busy`.
pub async fn sweep(app: &App, now: Timestamp) -> Result<usize, AppError> {
    let last = Timestamp::from_millis(now.millis() - i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX));
    let old = store::deleted_before(&app.database, last).await.map_err(AppError::internal)?;
    let mut removed = 0;
    for (project, number) in old {
        let named = app.journal.directory().projects.get(&project).map(Named::of);
        let Some(named) = named else { continue };
        let turn = app.boards.take(project, None).await;
        let found = store::at(&app.database, std::slice::from_ref(&named), &[(project, number)]).await;
        let card = found.map_err(AppError::internal)?.pop();
        // It may have been taken back, and deleted again, a moment ago.
        let Some(card) = card.filter(|card| card.deleted_at.is_some_and(|at| at <= last)) else { continue };
        let held = turn.held.clone();
        app.journal
            .commit(move |draft| {
                let _held = &held;
                store::remove_for_good(draft, &card);
                Ok(())
            })
            .await?;
        removed += 1;
    }
    Ok(removed)
}
