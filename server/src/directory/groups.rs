//! Groups of people that a message can name, as `@design`.

use super::Directory;
use crate::{
    clock::Timestamp,
    ids::{GroupId, UserId},
};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A group of people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Group)]
pub struct Group {
    pub id: GroupId,
    /// The word after the `@`, in lower case. No person has it.
    pub handle: String,
    pub name: String,
    #[serde(rename = "memberIds")]
    #[schema(value_type = Vec<UserId>)]
    pub members: BTreeSet<UserId>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub version: u32,
}

impl Directory {
    /// The group that this word (lower case) names.
    #[must_use]
    pub fn group_with_handle(&self, handle: &str) -> Option<&Group> {
        self.groups.get(self.by_handle.get(handle)?)
    }

    /// Whether this word (lower case) names somebody or a group.
    #[must_use]
    pub fn is_name(&self, word: &str) -> bool {
        self.user_with_name(word).is_some() || self.by_handle.contains_key(word)
    }

    pub(super) fn set_group(&mut self, group: &Group) {
        self.forget_group(group.id);
        self.by_handle.insert(group.handle.clone(), group.id);
        self.groups.insert(group.id, group.clone());
    }

    pub(super) fn forget_group(&mut self, id: GroupId) {
        if let Some(before) = self.groups.remove(&id) {
            self.by_handle.remove(&before.handle);
        }
    }
}
