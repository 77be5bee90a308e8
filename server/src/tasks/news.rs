//! What people are told of tasks: that they were assigned, named, and what became of the tasks that they watch.
//!
//! It goes on the one list on which messages that speak to somebody stand, in the same numbering. Its events have ids
//! only; whoever shows it asks for the task, and is asked then whether they may see it.

use super::{
    change::Work,
    store::{self, Named},
    view::{CommentView, TaskView},
};
use crate::{
    accounts::Actor,
    app::App,
    chat,
    clock::Timestamp,
    directory::{Directory, NewsKind, Project, ProjectLevelView, Scope, TaskLevel, Told},
    error::AppError,
    ids::{ProjectId, UserId},
    journal::{Audience, Draft},
    permission::{Action, allowed},
};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// How much of it somebody can have unread. Beyond, the oldest counts as read.
const MOST_UNREAD: usize = 500;
/// The longest words of a comment that the list shows, in characters.
const LONGEST_WORDS: usize = 280;

/// What became of a task, as far as people are told.
#[derive(Clone, Default, Debug)]
pub(super) struct Happened {
    pub(super) assigned: BTreeSet<UserId>,
    /// Named by a comment or by the description.
    pub(super) mentioned: BTreeSet<UserId>,
    /// The number of a comment that is new, or names others than before.
    pub(super) comment: Option<u32>,
    pub(super) commented: bool,
    /// The name of the status to which it went.
    pub(super) status: Option<String>,
}

impl Happened {
    /// What a change means to others than who made it.
    pub(super) fn by(directory: &Directory, project: &Project, work: &Work) -> Self {
        let (before, card) = (&work.before, &work.card);
        let mut happened =
            Self { assigned: card.assignee_ids.difference(&before.assignee_ids).copied().collect(), ..Self::default() };
        if before.status_id != card.status_id {
            happened.status = project.status(card.status_id).map(|status| status.name.clone());
        }
        if let Some(comment) = &work.comment {
            let known: BTreeSet<_> = work.comment_read.iter().flat_map(|read| read.mentions.iter().copied()).collect();
            happened.mentioned.extend(comment.mentions.iter().copied().filter(|user| !known.contains(user)));
            happened.comment = Some(comment.number);
            happened.commented = work.comment_read.is_none();
        }
        if let (Some(was), Some(is)) = (&work.text_before, &work.text)
            && was.description != is.description
        {
            let known = chat::people_named(directory, &was.description);
            happened.mentioned.extend(chat::people_named(directory, &is.description).difference(&known));
        }
        happened
    }
}

/// Whether somebody wants to be told this of a task, and may be.
pub(super) fn wants(directory: &Directory, project: &Project, card: &TaskView, user: UserId, kind: NewsKind) -> bool {
    let Some(person) = directory.people.get(&user) else { return false };
    let there = person.deleted_at.is_none() && person.suspended_at.is_none() && !person.bot;
    let level = directory.task_level(user, project.id);
    let enough = match kind {
        NewsKind::Assigned | NewsKind::Mentioned => level >= TaskLevel::Mine,
        NewsKind::DueSoon | NewsKind::Overdue if card.assignee_ids.contains(&user) => level >= TaskLevel::Mine,
        NewsKind::Commented | NewsKind::Status | NewsKind::DueSoon | NewsKind::Overdue => level >= TaskLevel::Watching,
    };
    there && enough && !card.muted.contains(&user) && directory.may_view_project(project, user, person.role)
}

/// Tells those whom it concerns, but not who did it. Of several things each is told the one that concerns them most.
pub(super) fn note(
    draft: &mut Draft<'_>,
    project: &Project,
    card: &TaskView,
    by: Option<UserId>,
    happened: &Happened,
) -> Result<(), AppError> {
    if card.deleted_at.is_some() {
        return Ok(());
    }
    let mut told = BTreeMap::new();
    for (people, kind) in [(&happened.mentioned, NewsKind::Mentioned), (&happened.assigned, NewsKind::Assigned)] {
        for user in people {
            told.entry(*user).or_insert(kind);
        }
    }
    let of_watchers = match (happened.commented, &happened.status) {
        (true, _) => Some(NewsKind::Commented),
        (false, Some(_)) => Some(NewsKind::Status),
        (false, None) => None,
    };
    for (user, kind) in of_watchers.into_iter().flat_map(|kind| card.watchers.iter().map(move |user| (*user, kind))) {
        told.entry(user).or_insert(kind);
    }
    let directory = draft.directory;
    told.retain(|user, kind| Some(*user) != by && wants(directory, project, card, *user, *kind));
    for (user, kind) in told {
        let words = (kind == NewsKind::Status).then(|| happened.status.clone()).flatten();
        let comment = happened.comment.filter(|_| matches!(kind, NewsKind::Commented | NewsKind::Mentioned));
        put(draft, user, card, (kind, by, comment), words)?;
    }
    Ok(())
}

/// Puts something on somebody's list and tells them. Where they have not read yet that the status changed, they are told
/// in its place where it went since.
pub(super) fn put(
    draft: &mut Draft<'_>,
    user: UserId,
    card: &TaskView,
    (kind, by, comment): (NewsKind, Option<UserId>, Option<u32>),
    words: Option<String>,
) -> Result<(), AppError> {
    let directory = draft.directory;
    let same = |told: &&Told| (told.project_id, told.number, told.kind) == (card.project_id, card.number, kind);
    let again = directory.unread_news(user).find(|told| kind == NewsKind::Status && same(told));
    let place = again.map_or_else(|| chat::next_place(draft, user), |told| told.place);
    let over = (directory.unread_news(user).count() + 1).saturating_sub(MOST_UNREAD);
    let oldest: Vec<_> = directory.unread_news(user).take(over).map(|told| told.place).collect();
    if !oldest.is_empty() {
        tell_read(draft, user, &oldest)?;
    }
    let (project_id, number) = (card.project_id, card.number);
    let told = Told { place, kind, project_id, number, by_id: by, comment, at: draft.now };
    store::put_news(draft, user, told, words);
    draft.event(Audience::Person(user), "news.added", None, &json!({ "news": told }), None)
}

fn tell_read(draft: &mut Draft<'_>, user: UserId, places: &[u32]) -> Result<(), AppError> {
    for place in places {
        store::read_news(draft, user, *place);
    }
    draft.event(Audience::Person(user), "news.read", None, &json!({ "places": places }), None)
}

/// Of a task that is gone there is nothing to read.
pub(super) fn forget(draft: &mut Draft<'_>, card: &TaskView) -> Result<(), AppError> {
    for (user, places) in draft.directory.unread_of_task(card.project_id, card.number) {
        tell_read(draft, user, &places)?;
    }
    Ok(())
}

/// What somebody who leaves the team had not read, and of what they wanted to be told.
pub(super) fn forget_of(draft: &mut Draft<'_>, user: UserId) {
    let directory = draft.directory;
    for told in directory.unread_news(user) {
        store::read_news(draft, user, told.place);
    }
    for chosen in directory.task_levels_of(user) {
        store::put_level(draft, user, chosen.project_id, None);
    }
}

/// What of their news somebody has read.
#[derive(Clone, Copy, Debug)]
pub enum Read {
    /// Everything up to this place.
    UpTo(u32),
    /// What they were told of one task.
    OfTask(ProjectId, u32),
}

/// Notes that the actor has read some of what they were told of tasks.
///
/// # Errors
/// `forbidden` for a token without the write scope.
pub async fn read(app: &App, actor: &Actor, what: Read) -> Result<(), AppError> {
    actor.require_scope(Scope::Write)?;
    let fits = move |told: &&Told| match what {
        Read::UpTo(place) => told.place <= place,
        Read::OfTask(project, number) => (told.project_id, told.number) == (project, number),
    };
    // Most of the time there is nothing to read, and then nothing is written.
    if !app.journal.directory().unread_news(actor.user).any(|told| fits(&told)) {
        return Ok(());
    }
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let places: Vec<_> = draft.directory.unread_news(actor.user).filter(fits).map(|told| told.place).collect();
            if places.is_empty() { Ok(()) } else { tell_read(draft, actor.user, &places) }
        })
        .await
}

/// Sets of which tasks of a project the actor wants to be told; `None` is what is usual.
///
/// # Errors
/// `not_found`; `forbidden` for a token without the write scope.
pub async fn set_level(
    app: &App,
    actor: &Actor,
    project: ProjectId,
    level: Option<TaskLevel>,
) -> Result<ProjectLevelView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require_scope(Scope::Write)?;
            let found = directory.visible_project(project, actor.user, actor.role)?;
            actor.require(Action::ViewProject, found.relation(actor.user))?;
            let chosen = level.filter(|level| *level != TaskLevel::default());
            let view = ProjectLevelView { project_id: project, level: level.unwrap_or_default() };
            if directory.task_level(actor.user, project) != view.level {
                store::put_level(draft, actor.user, project, chosen);
                let audience = Audience::Person(actor.user);
                draft.event(audience, "news.level", None, &json!({ "projectLevel": view }), None)?;
            }
            Ok(view)
        })
        .await
}

/// Something that the actor was told of a task that they may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TaskNews)]
pub struct NewsView {
    pub kind: NewsKind,
    /// As it is now.
    pub task: TaskView,
    /// Who did it; the hub itself where there is nobody.
    pub by_id: Option<UserId>,
    pub at: Timestamp,
    /// The number of the comment.
    pub comment: Option<u32>,
    /// How the comment begins, or the name of the status to which it went.
    pub words: Option<String>,
    pub unread: bool,
}

/// What of tasks stands at these places of the actor's list. Deleted tasks and comments, and what they may no longer see,
/// are left out.
pub(crate) async fn at(app: &App, actor: &Actor, places: (u32, u32)) -> Result<BTreeMap<u32, NewsView>, AppError> {
    let listed = store::news(&app.database, actor.user, places).await.map_err(AppError::internal)?;
    let (projects, unread) = {
        let directory = app.journal.directory();
        let ids: BTreeSet<_> = listed.iter().map(|entry| entry.told.project_id).collect();
        let visible = |id| directory.visible_project(id, actor.user, actor.role).ok();
        let may = |project: &&Project| allowed(Action::ViewProject, actor.role, project.relation(actor.user));
        let projects: Vec<_> = ids.into_iter().filter_map(visible).filter(may).map(Named::of).collect();
        let unread: BTreeSet<_> = directory.unread_news(actor.user).map(|told| told.place).collect();
        (projects, unread)
    };
    let seen = |told: &Told| projects.iter().any(|project| project.id == told.project_id);
    let mut wanted: Vec<_> = listed.iter().map(|entry| entry.told).filter(seen).collect();
    wanted.sort_unstable_by_key(|told| (told.project_id, told.number));
    let comments: Vec<_> =
        wanted.iter().filter_map(|told| Some((told.project_id, told.number, told.comment?))).collect();
    let comments = store::comments_at(&app.database, &comments).await.map_err(AppError::internal)?;
    let mut tasks: Vec<_> = wanted.iter().map(|told| (told.project_id, told.number)).collect();
    tasks.dedup();
    let tasks = store::at(&app.database, &projects, &tasks).await.map_err(AppError::internal)?;
    let mut found = BTreeMap::new();
    for entry in listed {
        let told = entry.told;
        let task = tasks.iter().find(|task| (task.project_id, task.number) == (told.project_id, told.number));
        let Some(task) = task.filter(|task| task.deleted_at.is_none()) else { continue };
        let comment = told.comment.map(|number| comments.get(&(told.project_id, told.number, number)));
        let words = match comment {
            Some(Some(comment)) if comment.deleted_at.is_none() => Some(beginning(comment)),
            Some(_) => continue,
            None => entry.words,
        };
        let unread = unread.contains(&told.place);
        let (kind, by_id, at, comment) = (told.kind, told.by_id, told.at, told.comment);
        found.insert(told.place, NewsView { kind, task: task.clone(), by_id, at, comment, words, unread });
    }
    Ok(found)
}

fn beginning(comment: &CommentView) -> String {
    let mut letters = comment.body.chars();
    let words: String = letters.by_ref().take(LONGEST_WORDS).collect();
    if letters.next().is_some() { format!("{}…", words.trim_end()) } else { words }
}
