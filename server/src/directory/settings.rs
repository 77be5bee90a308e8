//! What the admins decided for the team.

use crate::permission::Role;
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

/// Who cannot go on without two-factor sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TwoFactorRule {
    /// Nobody: everyone chooses for themselves.
    #[default]
    Optional,
    /// Owners and admins.
    Admins,
    Everyone,
}

impl TwoFactorRule {
    /// Whether somebody of this role must have it.
    #[must_use]
    pub fn asks(self, role: Role) -> bool {
        match self {
            Self::Optional => false,
            Self::Admins => role >= Role::Admin,
            Self::Everyone => true,
        }
    }
}

/// The days after which a sign-in that is not used ends, unless an admin chose others.
pub const SESSION_IDLE_DAYS: u32 = 90;

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
    pub two_factor: TwoFactorRule,
    /// After so many days without use a browser or API client has to sign in again, 1 to 366. API clients never get
    /// more than 30.
    pub session_idle_days: u32,
    /// After so many days it has to sign in again however much it is used, 1 to 366; `null` for no such end.
    pub session_most_days: Option<u32>,
}

impl Settings {
    /// Those of a team that begins.
    #[must_use]
    pub fn of_new_team(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            registration: Registration::Invite,
            directory: DirectoryPolicy::Members,
            password_rule: PasswordRule::Uncommon,
            link_previews: LinkPreviews::Off,
            read_receipts: false,
            two_factor: TwoFactorRule::Optional,
            session_idle_days: SESSION_IDLE_DAYS,
            session_most_days: None,
        }
    }
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
