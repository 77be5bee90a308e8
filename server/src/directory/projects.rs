//! Projects and who is in them. Their tasks are not held in memory.

use super::{Directory, SharedFilter};
use crate::{
    clock::Timestamp,
    error::AppError,
    ids::{ProjectId, UserId},
    permission::{self, Action, Relation, Role},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What somebody is in a project. The order is the order of power.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProjectRole {
    /// Looks.
    Viewer,
    /// Makes and changes tasks.
    Member,
    /// Changes the project as well.
    Manager,
}

/// What tasks of a status have in common in every project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatusGroup {
    Backlog,
    Active,
    Done,
    Cancelled,
}

impl StatusGroup {
    /// Whether there is still something to do.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Backlog | Self::Active)
    }
}

/// Where a task can stand in its project: a column of the board.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Status {
    /// 1, 2, 3… in the project, never used again.
    pub id: u32,
    pub name: String,
    pub group: StatusGroup,
}

/// A word that tasks of a project can carry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Label {
    /// 1, 2, 3… in the project, never used again.
    pub id: u32,
    pub name: String,
    /// One of the twelve hues that avatars have, 0 to 11.
    pub hue: u8,
}

/// A project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Project {
    pub id: ProjectId,
    /// 2 to 8 capital letters and digits: `OPS`.
    pub key: String,
    pub name: String,
    /// An emoji, or nothing.
    pub icon: String,
    /// One of twelve, 0 to 11.
    pub hue: u8,
    pub lead: Option<UserId>,
    /// Whether everyone but guests can find and read it.
    pub public: bool,
    /// In the order of the board's columns.
    pub statuses: Vec<Status>,
    pub labels: Vec<Label>,
    /// The filters that it shares, in their order.
    pub filters: Vec<SharedFilter>,
    pub members: BTreeMap<UserId, ProjectRole>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub version: u32,
    /// The next number that a status, label or filter gets.
    pub next_part: u32,
    /// The number of the newest task; 0 before the first.
    pub last_number: u32,
}

/// Someone's place in a project.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectMember {
    pub user_id: UserId,
    pub role: ProjectRole,
}

/// A project as those who may know of it see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Project)]
pub struct ProjectView {
    pub id: ProjectId,
    /// 2 to 8 capital letters and digits, beginning with a letter.
    pub key: String,
    pub name: String,
    /// An emoji, or empty.
    pub icon: String,
    /// 0 to 11.
    pub hue: u8,
    pub lead_id: Option<UserId>,
    pub public: bool,
    /// In the order of the board's columns.
    pub statuses: Vec<Status>,
    pub labels: Vec<Label>,
    /// The filters that everybody in it has, in their order.
    pub filters: Vec<SharedFilter>,
    pub members: Vec<ProjectMember>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub version: u32,
}

impl Project {
    /// How a person stands to this project.
    #[must_use]
    pub fn relation(&self, user: UserId) -> Relation {
        let role = self.members.get(&user);
        Relation {
            viewer: role.is_some(),
            member: role.is_some_and(|role| *role >= ProjectRole::Member),
            manager: role.is_some_and(|role| *role == ProjectRole::Manager),
            public: self.public,
            ..Relation::NONE
        }
    }

    #[must_use]
    pub fn status(&self, id: u32) -> Option<&Status> {
        self.statuses.iter().find(|status| status.id == id)
    }

    #[must_use]
    pub fn label(&self, id: u32) -> Option<&Label> {
        self.labels.iter().find(|label| label.id == id)
    }

    /// Whether a task of this status still has something to do. A status that is gone is as good as open.
    #[must_use]
    pub fn is_open(&self, status: u32) -> bool {
        self.status(status).is_none_or(|status| status.group.is_open())
    }

    /// The key of its task with this number.
    #[must_use]
    pub fn task_key(&self, number: u32) -> String {
        format!("{}-{number}", self.key)
    }

    #[must_use]
    pub fn view(&self) -> ProjectView {
        ProjectView {
            id: self.id,
            key: self.key.clone(),
            name: self.name.clone(),
            icon: self.icon.clone(),
            hue: self.hue,
            lead_id: self.lead,
            public: self.public,
            statuses: self.statuses.clone(),
            labels: self.labels.clone(),
            filters: self.filters.clone(),
            members: self.members.iter().map(|(user, role)| ProjectMember { user_id: *user, role: *role }).collect(),
            created_by: self.created_by,
            created_at: self.created_at,
            archived_at: self.archived_at,
            version: self.version,
        }
    }
}

impl Directory {
    pub(super) fn set_project(&mut self, project: &Project) {
        let last_number = self.projects.get(&project.id).map_or(0, |before| before.last_number);
        self.by_project_key.insert(project.key.clone(), project.id);
        let last_number = last_number.max(project.last_number);
        self.projects.insert(project.id, Project { last_number, ..project.clone() });
    }

    /// The project with this key, in any case.
    #[must_use]
    pub fn project_with_key(&self, key: &str) -> Option<&Project> {
        self.projects.get(self.by_project_key.get(&key.to_ascii_uppercase())?)
    }

    /// Whether a person of this role may know of the project and its tasks.
    #[must_use]
    pub fn may_view_project(&self, project: &Project, user: UserId, role: Role) -> bool {
        permission::allowed(Action::ViewProject, role, project.relation(user))
    }

    /// The project, if this person may know of it. One that they may not know of is "not found".
    ///
    /// # Errors
    /// `not_found`.
    pub fn visible_project(&self, project: ProjectId, user: UserId, role: Role) -> Result<&Project, AppError> {
        self.projects
            .get(&project)
            .filter(|project| self.may_view_project(project, user, role))
            .ok_or_else(|| AppError::not_found("Project"))
    }
}
