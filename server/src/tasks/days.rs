//! What the hub does by itself when a day has come: it makes the next of tasks that come again, and tells those concerned
//! that a task is due soon or overdue.

use super::{
    change::{Work, write},
    news, recurring,
    store::{self, Named, Reminder},
    view::{Day, TaskView},
};
use crate::{
    app::App,
    clock::{self, Timestamp},
    directory::{Directory, NewsKind, Project},
    error::AppError,
    ids::ProjectId,
    journal::Draft,
};
use chrono::{Local, NaiveDateTime, Timelike};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// How often it is looked whether a day has come.
const EVERY: Duration = Duration::from_secs(30);
/// From which hour on people are told of days, by the hub's clock.
const MORNING: u32 = 8;

/// Does what days bring until the hub stops.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        if let Err(error) = repeat(&app, clock::now()).await {
            tracing::warn!(error = %error.sentence(), "tasks that come again will be looked at again");
        }
        if let Err(error) = remind(&app, Local::now().naive_local()).await {
            tracing::warn!(error = %error.sentence(), "due days will be looked at again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.shutdown.cancelled() => return,
        }
    }
}

fn named(directory: &Directory, project: ProjectId) -> Option<Named> {
    directory.projects.get(&project).filter(|project| project.archived_at.is_none()).map(Named::of)
}

async fn card(app: &App, project: &Named, number: u32) -> Result<Option<TaskView>, AppError> {
    let found = store::at(&app.database, std::slice::from_ref(project), &[(project.id, number)]).await;
    Ok(found.map_err(AppError::internal)?.pop())
}

/// Makes the next of every task whose day has come; says how many. Of what was missed only the last is made up for.
///
/// # Errors
/// `internal`, `busy`, `disk_full`.
pub async fn repeat(app: &App, now: Timestamp) -> Result<usize, AppError> {
    // It may be the next day already where the rule counts.
    let latest = chrono::DateTime::from_timestamp_millis(now.millis() + 24 * 3_600_000).unwrap_or_default();
    let latest = Day(latest.date_naive().to_string());
    let places = store::recurring_until(&app.database, &latest).await.map_err(AppError::internal)?;
    let mut made = 0;
    for (project, number) in places {
        let Some(named) = named(&app.journal.directory(), project) else { continue };
        let turn = app.boards.take(project, None).await;
        let Some(card) = card(app, &named, number).await? else { continue };
        let Some(today) = recurring::come(&card, now) else { continue };
        let text = store::text(&app.database, project, number).await.map_err(AppError::internal)?;
        let mut work = Work::new(card, Some(text), turn.board(&app.database).await?);
        work.day_came = Some(today);
        let held = turn.held.clone();
        let board = app
            .journal
            .commit(move |draft| {
                let _held = &held;
                let directory = draft.directory;
                let found = directory.projects.get(&project).ok_or_else(|| AppError::not_found("Project"))?;
                let mut work = work.clone();
                let by = work.card.recurrence.as_ref().map_or(work.card.created_by, |recurrence| recurrence.user);
                write(draft, found, &mut work, by, "task.updated")?;
                Ok(work.board)
            })
            .await?;
        turn.give_back(board);
        made += 1;
    }
    Ok(made)
}

/// What is to be told of a due day now.
fn told(due: &Day, soon: bool, now: NaiveDateTime) -> Option<NewsKind> {
    let day = |days: i64| Day((now.date() + chrono::Duration::days(days)).format("%Y-%m-%d").to_string());
    let morning = now.hour() >= MORNING;
    if *due < day(0) {
        morning.then_some(NewsKind::Overdue)
    } else if !soon && (*due == day(0) || (*due == day(1) && morning)) {
        Some(NewsKind::DueSoon)
    } else {
        None
    }
}

/// Tells of every open task that is due tomorrow or was due yesterday, once each; says of how many. `now` is what the
/// hub's clock shows.
///
/// # Errors
/// `internal`, `busy`, `disk_full`.
pub async fn remind(app: &App, now: NaiveDateTime) -> Result<usize, AppError> {
    let tomorrow = Day((now.date() + chrono::Duration::days(1)).format("%Y-%m-%d").to_string());
    let waiting = store::reminders_until(&app.database, &tomorrow).await.map_err(AppError::internal)?;
    let mut reminded = 0;
    for Reminder { due, project, number, soon } in waiting {
        let Some(kind) = told(&due, soon, now) else { continue };
        let Some(named) = named(&app.journal.directory(), project) else { continue };
        let turn = app.boards.take(project, None).await;
        let card = card(app, &named, number).await?;
        // Closed, deleted or put off a moment ago: its row went with that.
        let due_still =
            |card: &TaskView| card.due.as_ref() == Some(&due) && card.closed_at.is_none() && card.deleted_at.is_none();
        let Some(card) = card.filter(due_still) else { continue };
        let held = turn.held.clone();
        app.journal
            .commit(move |draft| {
                let _held = &held;
                let directory = draft.directory;
                let found = directory.projects.get(&project).ok_or_else(|| AppError::not_found("Project"))?;
                tell(draft, found, &card, kind)?;
                match kind {
                    NewsKind::DueSoon => store::put_reminder(draft, &card, &due, true),
                    _ => store::delete_reminder(draft, &card, &due),
                }
                Ok(())
            })
            .await?;
        reminded += 1;
    }
    Ok(reminded)
}

/// Tells those who are assigned to it and those who watch it.
fn tell(draft: &mut Draft<'_>, project: &Project, card: &TaskView, kind: NewsKind) -> Result<(), AppError> {
    let people: BTreeSet<_> = card.assignee_ids.union(&card.watchers).copied().collect();
    for user in people {
        if news::wants(draft.directory, project, card, user, kind) {
            news::put(draft, user, card, (kind, None, None), None)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::{directory::NewsKind, tasks::view::Day};

    #[test]
    fn of_a_day_people_are_told_the_morning_before_and_the_morning_after() {
        for (moment, soon, kind) in [
            ("2026-11-25T23:59:00", false, None),
            ("2026-11-26T07:59:00", false, None),
            ("2026-11-26T08:00:00", false, Some(NewsKind::DueSoon)),
            ("2026-11-26T08:00:00", true, None),
            ("2026-11-27T00:00:00", false, Some(NewsKind::DueSoon)),
            ("2026-11-27T12:00:00", true, None),
            ("2026-11-28T07:59:00", true, None),
            ("2026-11-28T08:00:00", true, Some(NewsKind::Overdue)),
            ("2027-01-01T08:00:00", false, Some(NewsKind::Overdue)),
        ] {
            let due = Day("2026-11-27".to_owned());
            assert_eq!(told(&due, soon, moment.parse().unwrap()), kind, "{moment} {soon}");
        }
    }
}
