//! The hub's own log, for those who find out what went wrong: its newest lines, live, and everything that somebody who
//! helps from afar needs, in one file and without what is private.
//!
//! The lines are read from the files that the log is written to, so what was said before the last start is there too.

pub mod api;
mod bundle;
mod read;
mod redact;

pub use read::{From, Level, Line, Lines, Place, Wanted};

use crate::{
    accounts::Actor,
    app::App,
    error::AppError,
    permission::{Action, Relation},
};
use std::{path::Path, sync::Arc};

/// Lines of the log of a data directory, for who has the computer.
///
/// # Errors
/// When the files cannot be read.
pub(crate) fn newest_lines(data: &Path, wanted: &Wanted) -> anyhow::Result<Vec<Line>> {
    Ok(read::read(&data.join("logs"), wanted)?.lines)
}

/// Lines of the log, the newest last.
///
/// # Errors
/// `forbidden`; `internal` when the files cannot be read.
pub async fn list(app: &Arc<App>, actor: &Actor, wanted: Wanted) -> Result<Lines, AppError> {
    actor.require(Action::ViewOverview, Relation::NONE)?;
    let Some(data) = app.config.data.clone() else { return Ok(Lines::default()) };
    let read = tokio::task::spawn_blocking(move || read::read(&data.join("logs"), &wanted));
    read.await.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// What somebody needs who helps from afar, as a zip file.
///
/// # Errors
/// `forbidden`; `internal` when the files cannot be read.
pub async fn bundle(app: &Arc<App>, actor: &Actor) -> Result<Vec<u8>, AppError> {
    let overview = super::overview::look(app, actor).await?;
    let app = Arc::clone(app);
    let made = tokio::task::spawn_blocking(move || bundle::make(&app, &overview));
    made.await.map_err(AppError::internal)?.map_err(AppError::internal)
}
