//! What of tasks people were told and have not read, and of which tasks they want to be told.

use super::Directory;
use crate::{
    clock::Timestamp,
    ids::{ProjectId, UserId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What happened to a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// One was assigned to it.
    Assigned,
    /// A comment or the description names one.
    Mentioned,
    /// Somebody said something about it.
    Commented,
    /// It went to another status.
    Status,
    /// It is due tomorrow, or today.
    DueSoon,
    /// It was due before today.
    Overdue,
}

impl NewsKind {
    const ALL: [Self; 6] =
        [Self::Assigned, Self::Mentioned, Self::Commented, Self::Status, Self::DueSoon, Self::Overdue];

    /// The word as it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Mentioned => "mentioned",
            Self::Commented => "commented",
            Self::Status => "status",
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
        }
    }

    /// The kind that a stored word says.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Of which of a project's tasks somebody wants to be told. The order is the order of how much.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskLevel {
    Nothing,
    /// What is assigned to them or names them.
    Mine,
    /// Also what becomes of those that they watch.
    #[default]
    Watching,
}

impl TaskLevel {
    const ALL: [Self; 3] = [Self::Nothing, Self::Mine, Self::Watching];

    /// The word as it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Mine => "mine",
            Self::Watching => "watching",
        }
    }

    /// The level that a stored word says.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// Something that somebody was told of a task. Ids only: what the task says is asked for by those who may see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UnreadNews)]
pub struct Told {
    /// Its place in the list of mentions and news: 1, 2, 3…
    pub place: u32,
    pub kind: NewsKind,
    pub project_id: ProjectId,
    /// The task's.
    pub number: u32,
    /// Who did it; the hub itself where there is nobody.
    pub by_id: Option<UserId>,
    /// The number of the comment.
    pub comment: Option<u32>,
    pub at: Timestamp,
}

/// Of which tasks of a project one wants to be told.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProjectLevel)]
pub struct ProjectLevelView {
    pub project_id: ProjectId,
    pub level: TaskLevel,
}

impl Directory {
    /// What somebody was told and has not read, the oldest first.
    pub fn unread_news(&self, user: UserId) -> impl DoubleEndedIterator<Item = &Told> {
        self.news.get(&user).into_iter().flat_map(BTreeMap::values)
    }

    /// Who has not read what they were told of a task, with the places.
    #[must_use]
    pub fn unread_of_task(&self, project: ProjectId, number: u32) -> Vec<(UserId, Vec<u32>)> {
        let of_task = |told: &&Told| (told.project_id, told.number) == (project, number);
        let places = |news: &BTreeMap<u32, Told>| news.values().filter(of_task).map(|told| told.place).collect();
        let all = self.news.iter().map(|(user, news)| (*user, places(news)));
        all.filter(|(_, places): &(_, Vec<u32>)| !places.is_empty()).collect()
    }

    /// How much of what somebody was told of tasks waits for them: of projects that they may know of.
    #[must_use]
    pub fn news_waiting(&self, user: UserId) -> u32 {
        let Some(person) = self.people.get(&user) else { return 0 };
        let visible = |told: &&Told| self.visible_project(told.project_id, user, person.role).is_ok();
        u32::try_from(self.unread_news(user).filter(visible).count()).unwrap_or(u32::MAX)
    }

    /// Of which tasks of a project somebody wants to be told.
    #[must_use]
    pub fn task_level(&self, user: UserId, project: ProjectId) -> TaskLevel {
        self.task_levels.get(&user).and_then(|levels| levels.get(&project)).copied().unwrap_or_default()
    }

    /// Of the projects for which they chose.
    #[must_use]
    pub fn task_levels_of(&self, user: UserId) -> Vec<ProjectLevelView> {
        let chosen = self.task_levels.get(&user).into_iter().flatten();
        chosen.map(|(project_id, level)| ProjectLevelView { project_id: *project_id, level: *level }).collect()
    }

    pub(super) fn add_news(&mut self, user: UserId, told: Told) {
        self.news.entry(user).or_default().insert(told.place, told);
    }

    pub(super) fn read_news(&mut self, user: UserId, place: u32) {
        if let Some(news) = self.news.get_mut(&user) {
            news.remove(&place);
        }
    }

    pub(super) fn set_task_level(&mut self, user: UserId, project: ProjectId, level: Option<TaskLevel>) {
        let levels = self.task_levels.entry(user).or_default();
        match level {
            Some(level) => levels.insert(project, level),
            None => levels.remove(&project),
        };
    }
}
