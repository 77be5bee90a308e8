//! People, how they are signed in, and the links by which they come.

use crate::{
    clock::Timestamp,
    ids::{InviteId, SessionId, UserId},
    permission::Role,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The SHA-256 of a secret that was handed out (session cookie, API token, invitation, reset link).
pub type SecretHash = [u8; 32];

/// A person of the team, or one who was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub username: String,
    pub email: Option<String>,
    pub role: Role,
    pub title: String,
    pub status_text: String,
    pub status_emoji: String,
    /// When the status is cleared.
    pub status_until: Option<Timestamp>,
    pub time_zone: Option<String>,
    /// The hash of the picture, which is part of its address.
    pub avatar: Option<String>,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// Whether it is a program that acts here, by API tokens that admins make for it.
    pub bot: bool,
    /// Since when the person cannot sign in.
    pub suspended_at: Option<Timestamp>,
    pub version: u32,
    /// The journal position of the last change of role. Replaying across it would mix two views.
    pub sees_since: i64,
}

/// What kind of client signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// A browser, with a cookie.
    Browser,
    /// An API client, with short-lived access tokens and a rotating refresh token.
    Client,
    /// A personal API token.
    Token,
}

/// What an API token may be used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Read,
    Write,
    Admin,
}

/// One sign-in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    pub kind: SessionKind,
    /// The device, from its user agent; or the name given to an API token.
    pub name: String,
    pub address: String,
    /// Of the cookie or the API token; `None` for API clients, whose tokens are signed.
    pub secret: Option<SecretHash>,
    /// How often the refresh token was rotated; only its newest generation is valid.
    pub generation: u32,
    pub rotated_at: Timestamp,
    pub scopes: BTreeSet<Scope>,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// An invitation to join.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invite {
    pub id: InviteId,
    /// The secret part of the link. Kept readable so that the link can be shown again.
    pub code: String,
    pub role: Role,
    pub label: String,
    pub max_uses: Option<u32>,
    pub uses: u32,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl Invite {
    /// Whether someone can still join by it.
    #[must_use]
    pub fn works(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none()
            && self.expires_at.is_none_or(|end| end > now)
            && self.max_uses.is_none_or(|most| self.uses < most)
    }
}

/// A link made by an admin with which a person chooses a new password, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reset {
    pub secret: SecretHash,
    pub user: UserId,
    pub expires_at: Timestamp,
}
