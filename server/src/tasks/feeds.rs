//! Calendar feeds: at a secret address, what of tasks has a day, as calendars read it (RFC 5545).
//!
//! A feed is somebody's own. Whether they are still in the team, and may see the project, is asked at every request.

use super::{
    list::{self, Filter},
    store::{self, Named},
    view::{Day, TaskView},
};
use crate::{
    accounts::{self, Actor},
    app::App,
    clock::Timestamp,
    directory::{Directory, Feed, Scope, SecretHash},
    error::AppError,
    ids::{ProjectId, UserId},
    journal::Draft,
    permission::Role,
};
use chrono::{DateTime, Days, NaiveDate};
use icalendar::{Calendar, Component, Event, EventLike};
use moka::sync::Cache;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

/// How old what a calendar reads can be.
const FRESH: Duration = Duration::from_secs(60);
/// How much of it is kept for calendars that ask again, in bytes.
const KEPT: u64 = 16 * 1024 * 1024;
/// How many feeds are put together at once.
const AT_ONCE: usize = 2;
/// How many tasks a feed shows: those that are due last are left out.
const MOST: usize = 2_000;

/// A calendar as it goes out, and by what one knows whether it is the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    pub text: String,
    pub tag: String,
}

/// The feeds that were asked for lately. Calendars ask often and all at the same minute.
pub struct Feeds {
    kept: Cache<(SecretHash, String), Arc<Sheet>>,
    turns: Semaphore,
}

impl Default for Feeds {
    fn default() -> Self {
        let weigh = |(_, host): &(SecretHash, String), sheet: &Arc<Sheet>| {
            u32::try_from(host.len() + sheet.text.len() + 200).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder().weigher(weigh).max_capacity(KEPT).time_to_live(FRESH).build();
        Self { kept, turns: Semaphore::new(AT_ONCE) }
    }
}

impl fmt::Debug for Feeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feeds").field("kept", &self.kept.entry_count()).finish_non_exhaustive()
    }
}

/// A feed, without its secret.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Feed)]
pub struct FeedView {
    /// Whose tasks it shows; `null` for one's own in all projects.
    pub project_id: Option<ProjectId>,
    pub created_at: Timestamp,
}

impl FeedView {
    fn of(feed: &Feed) -> Self {
        Self { project_id: feed.project, created_at: feed.created_at }
    }
}

/// The actor's feeds.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn mine(app: &App, actor: &Actor) -> Result<Vec<FeedView>, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(app.journal.directory().feeds_of(actor.user).map(FeedView::of).collect())
}

/// Gives the actor a feed of their own tasks or of a project; returns it with its secret, which is shown here and never
/// again. The one before stops working at once.
///
/// # Errors
/// `not_found`, `rate_limited`; `forbidden` for a token without the write scope.
pub async fn make(app: &App, actor: &Actor, project: Option<ProjectId>) -> Result<(FeedView, String), AppError> {
    app.limits.changes.take(&actor.user)?;
    let secret = accounts::secret();
    let (actor, hash) = (actor.clone(), accounts::secret_hash(&secret));
    let view = app
        .journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require_scope(Scope::Write)?;
            if let Some(project) = project {
                directory.visible_project(project, actor.user, actor.role)?;
            }
            let feed = Feed { user: actor.user, project, secret: hash, created_at: draft.now };
            store::put_feed(draft, feed);
            Ok(FeedView::of(&feed))
        })
        .await?;
    Ok((view, secret))
}

/// Has a feed of the actor stop working.
///
/// # Errors
/// `not_found`; `forbidden` for a token without the write scope.
pub async fn remove(app: &App, actor: &Actor, project: Option<ProjectId>) -> Result<(), AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            if !draft.directory.feeds_of(actor.user).any(|feed| feed.project == project) {
                return Err(AppError::not_found("Feed"));
            }
            store::delete_feed(draft, actor.user, project);
            Ok(())
        })
        .await
}

/// The feeds of somebody who leaves the team.
pub(super) fn forget_of(draft: &mut Draft<'_>, user: UserId) {
    let gone: Vec<_> = draft.directory.feeds_of(user).map(|feed| feed.project).collect();
    gone.into_iter().for_each(|project| store::delete_feed(draft, user, project));
}

/// Whose feed it is and of what, if it is to be had now.
fn open(directory: &Directory, secret: &SecretHash) -> Option<(UserId, Role, Option<Named>)> {
    let feed = directory.feed_with_secret(secret)?;
    let person = directory.people.get(&feed.user).filter(|person| person.deleted_at.is_none())?;
    if person.suspended_at.is_some() {
        return None;
    }
    let project = feed.project.map(|project| directory.visible_project(project, person.id, person.role));
    Some((person.id, person.role, project.transpose().ok()?.map(Named::of)))
}

/// What a calendar reads at the address with this secret. `origin` is where the hub was asked, such as
/// `http://192.168.1.20:4327`.
///
/// # Errors
/// `not_found` for what is no feed, or one of somebody who may not read it any more; `busy`.
pub async fn read(app: &App, secret: &str, origin: &str) -> Result<Arc<Sheet>, AppError> {
    let hash = accounts::secret_hash(secret);
    let gone = || AppError::not_found("Feed");
    let (user, role, project) = open(&app.journal.directory(), &hash).ok_or_else(gone)?;
    let name = (hash, origin.to_owned());
    if let Some(kept) = app.feeds.kept.get(&name) {
        return Ok(kept);
    }
    let _turn = app.feeds.turns.acquire().await.map_err(AppError::internal)?;
    if let Some(kept) = app.feeds.kept.get(&name) {
        return Ok(kept);
    }
    let mut tasks = match &project {
        Some(project) => {
            let mut tasks = store::of_project(&app.database, project).await.map_err(AppError::internal)?;
            tasks.retain(|task| Filter::default().fits(task) && task.closed_at.is_none());
            tasks
        }
        None => list::open_of(app, user, role).await?,
    };
    tasks.retain(|task| task.due.is_some());
    tasks.sort_by(|a, b| (&a.due, &a.id).cmp(&(&b.due, &b.id)));
    tasks.truncate(MOST);
    let sheet = {
        let directory = app.journal.directory();
        let title = match &project {
            Some(project) => directory.projects.get(&project.id).map(|found| found.name.clone()).unwrap_or_default(),
            None => directory.settings()?.name.clone(),
        };
        Arc::new(written(&directory, &title, &tasks, origin))
    };
    app.feeds.kept.insert(name, Arc::clone(&sheet));
    Ok(sheet)
}

fn date(day: &Day) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&day.0, "%Y-%m-%d").ok()
}

fn written(directory: &Directory, title: &str, tasks: &[TaskView], origin: &str) -> Sheet {
    let mut calendar = Calendar::new();
    calendar.name(title);
    calendar.ttl(&chrono::Duration::minutes(15));
    for task in tasks {
        if let Some(event) = event(directory, task, origin) {
            calendar.push(event);
        }
    }
    let text = calendar.to_string();
    let tag = Sha256::digest(&text)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    Sheet { text, tag }
}

/// A task as a calendar shows it: from its start to its due day, taking nobody's time.
fn event(directory: &Directory, task: &TaskView, origin: &str) -> Option<Event> {
    let due = task.due.as_ref().and_then(date)?;
    let start = task.start.as_ref().and_then(date).filter(|start| *start <= due).unwrap_or(due);
    let project = directory.projects.get(&task.project_id)?;
    let changed = DateTime::from_timestamp_millis(task.updated_at.millis())?;
    let people: Vec<_> = task.assignee_ids.iter().filter_map(|user| directory.people.get(user)).collect();
    let status = project.status(task.status_id).map_or("", |status| status.name.as_str());
    let names = people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
    let address = format!("{origin}/task/{}", task.key);
    let words = [status, &names, &address].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n");
    let mut event = Event::with_uid(&format!("{}@{}", task.id, directory.hub));
    event
        .timestamp(changed)
        .summary(&format!("{} {}", task.key, task.title))
        .description(&words)
        .starts(start)
        .ends(due.checked_add_days(Days::new(1))?)
        .add_property("LAST-MODIFIED", changed.format("%Y%m%dT%H%M%SZ").to_string())
        .add_property("TRANSP", "TRANSPARENT")
        .url(&address);
    Some(event.done())
}
