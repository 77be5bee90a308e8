//! People, how they are signed in, and the links by which they come.

use super::{Directory, Settings};
use crate::{
    clock::Timestamp,
    ids::{InviteId, SessionId, UserId},
    permission::{Action, Relation, Role, allowed},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, time::Duration};
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

/// For how many days an API client that does not refresh stays signed in, at most.
const CLIENT_DAYS: u32 = 30;

impl Session {
    /// When it ends if it is not used again; `None` for one that does not. Asked of the team's settings as they are,
    /// so that a shorter time holds for everybody at once.
    #[must_use]
    pub fn ends_at(&self, settings: Option<&Settings>) -> Option<Timestamp> {
        let Some(settings) = settings.filter(|_| self.kind != SessionKind::Token) else { return self.expires_at };
        let days = |days: u32| Duration::from_secs(u64::from(days) * 24 * 3600);
        let idle = match self.kind {
            SessionKind::Client => settings.session_idle_days.min(CLIENT_DAYS),
            SessionKind::Browser | SessionKind::Token => settings.session_idle_days,
        };
        let unused = self.last_seen_at.plus(days(idle));
        let most = settings.session_most_days.map(|most| self.created_at.plus(days(most)));
        [self.expires_at, Some(unused), most].into_iter().flatten().min()
    }

    /// Whether it still lets somebody in.
    #[must_use]
    pub fn is_alive(&self, settings: Option<&Settings>, now: Timestamp) -> bool {
        self.ends_at(settings).is_none_or(|end| end > now)
    }
}

/// The secret that a person shares with the app that shows their codes.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeSecret(pub Vec<u8>);

impl fmt::Debug for CodeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeSecret")
    }
}

/// A person's two-factor sign-in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TwoFactor {
    pub user: UserId,
    pub secret: CodeSecret,
    pub since: Timestamp,
    /// The newest step of time of which a code was used; only later ones count.
    pub last_step: u64,
    /// Of the recovery codes that are left.
    pub codes: Vec<SecretHash>,
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

impl Directory {
    /// Whether someone can still join by this invitation. It is worth no more than who made it: it stops working when
    /// they are suspended, leave, or may not invite any more, and works again when that is over.
    #[must_use]
    pub fn invite_works(&self, invite: &Invite, now: Timestamp) -> bool {
        invite.works(now) && self.stands_behind(invite)
    }

    /// Whether whoever made the invitation could make it today.
    #[must_use]
    pub fn stands_behind(&self, invite: &Invite) -> bool {
        self.people.get(&invite.created_by).is_some_and(|person| {
            person.deleted_at.is_none()
                && person.suspended_at.is_none()
                && allowed(Action::ManageInvites, person.role, Relation::NONE)
                && person.role >= invite.role
        })
    }

    /// When a person was last here, by a browser or another client.
    #[must_use]
    pub fn last_seen(&self, user: UserId) -> Option<Timestamp> {
        self.seen.get(&user).copied()
    }

    /// Whether this person has to set up two-factor sign-in before anything else.
    #[must_use]
    pub fn lacks_two_factor(&self, person: &Person) -> bool {
        let asked = self.settings.as_ref().is_some_and(|settings| settings.two_factor.asks(person.role));
        asked && !person.bot && !self.two_factor.contains_key(&person.id)
    }
}

/// A link made by an admin with which a person chooses a new password, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reset {
    pub secret: SecretHash,
    pub user: UserId,
    pub expires_at: Timestamp,
}
