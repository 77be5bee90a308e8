//! How people sort their side bars.

use super::Directory;
use crate::ids::{ChannelId, SectionId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// The sections of one person's side bar. A conversation stands in one of them at most.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, ToSchema)]
pub struct Sections {
    /// In their order, above all others.
    pub favourites: Vec<ChannelId>,
    /// Those that the person named, in their order.
    pub named: Vec<Section>,
}

/// A section that somebody named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Section {
    pub id: SectionId,
    pub name: String,
    /// In their order. The person may have left some of them.
    pub channels: Vec<ChannelId>,
}

impl Directory {
    /// How this person sorted their side bar.
    #[must_use]
    pub fn sections_of(&self, user: UserId) -> &Sections {
        static NONE: Sections = Sections { favourites: Vec::new(), named: Vec::new() };
        self.sections.get(&user).unwrap_or(&NONE)
    }
}
