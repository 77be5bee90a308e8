//! Filters of tasks that are kept under a name: somebody's own, and those that a project shares.

use super::Directory;
use crate::ids::{FilterId, ProjectId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// A filter of somebody's own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptFilter {
    pub id: FilterId,
    /// The person may not see it any more.
    pub project_id: ProjectId,
    pub name: String,
    /// How the project's address goes on: a view, and what it asks for, as `list?assignee=me`.
    pub path: String,
}

/// A filter that everybody in a project has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct SharedFilter {
    /// 1, 2, 3… in the project, never used again.
    pub id: u32,
    pub name: String,
    /// How the project's address goes on: a view, and what it asks for, as `list?assignee=me`.
    pub path: String,
}

impl Directory {
    /// The filters that this person keeps, in their order.
    #[must_use]
    pub fn filters_of(&self, user: UserId) -> &[KeptFilter] {
        self.filters.get(&user).map_or(&[], Vec::as_slice)
    }
}
