//! What people began to write and did not send. Each is known to its author only.

use super::{Directory, WritingPlace};
use crate::{clock::Timestamp, ids::UserId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What was begun in one place. The newest word counts, whichever device it comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Draft)]
pub struct Begun {
    #[serde(flatten)]
    pub place: WritingPlace,
    /// Empty once it was sent or thrown away, so that an older word of another device does not bring it back.
    pub body: String,
    /// When it was last changed, by the device that did.
    pub edited_at: Timestamp,
}

/// What one person began, by place.
pub type Drafts = BTreeMap<WritingPlace, Begun>;

impl Directory {
    /// What this person began.
    #[must_use]
    pub fn drafts_of(&self, user: UserId) -> &Drafts {
        static NONE: Drafts = Drafts::new();
        self.drafts.get(&user).unwrap_or(&NONE)
    }

    pub(super) fn set_draft(&mut self, user: UserId, begun: &Begun) {
        self.drafts.entry(user).or_default().insert(begun.place, begun.clone());
    }

    pub(super) fn remove_draft(&mut self, user: UserId, place: WritingPlace) {
        if let Some(drafts) = self.drafts.get_mut(&user) {
            drafts.remove(&place);
            if drafts.is_empty() {
                self.drafts.remove(&user);
            }
        }
    }
}
