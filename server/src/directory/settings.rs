//! What the admins decided for the team.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Who may register.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Anyone who reaches the hub.
    Open,
    /// Those who hold an invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// Who may list the people of the team.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DirectoryPolicy {
    /// Signed-in members.
    Members,
    /// Everyone who reaches the hub; e-mails and roles are left out for them.
    Public,
}

/// What a password must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PasswordRule {
    /// 8 characters or more and not on the bundled list of common passwords.
    Uncommon,
    /// 8 characters or more.
    Length,
}

/// Whether the hub looks at pages of the internet that messages link to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkPreviews {
    #[default]
    Off,
    On,
}

/// The team's settings, as admins see and change them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The team's name, 1 to 60 characters.
    pub name: String,
    pub registration: Registration,
    pub directory: DirectoryPolicy,
    pub password_rule: PasswordRule,
    pub link_previews: LinkPreviews,
    /// Whether people see who has read a message.
    pub read_receipts: bool,
}

/// Whether teammates on the local network are let in.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LanAccess {
    /// The owner was not asked yet; until then nobody is.
    #[default]
    Undecided,
    Open,
    Closed,
}

impl LanAccess {
    /// The word as it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// How the hub is on the local network.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct NetworkSettings {
    pub lan: LanAccess,
    /// The names of the interfaces that an admin chose; `None` leaves it to Hearth.
    pub interfaces: Option<BTreeSet<String>>,
}
