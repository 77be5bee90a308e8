//! The in-memory picture of the team: people, sign-ins, channels and who is in them.
//!
//! Small by nature (hundreds of people and channels), so it is held whole. It is loaded once at
//! start and changed only by the [`Fact`]s of committed changes, in the order of the journal.
//! Permission checks, fan-out and unread counts read it and never the database.

mod apply;
mod files;
mod marks;
mod mentions;
mod threads;
mod views;

pub use files::{Files, StoredFile};
pub use marks::Pin;
pub use mentions::Level;
pub use threads::{Thread, ThreadPlace, ThreadView};
pub use views::{
    AccountView, ChannelView, HubView, InviteView, MemberView, MembershipView, SessionView, TokenView, UserView,
};

use crate::{
    clock::Timestamp,
    error::AppError,
    files::FileHash,
    ids::{ChannelId, FileId, HubId, InviteId, SessionId, UserId},
    permission::{Relation, Role},
};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utoipa::ToSchema;

/// The SHA-256 of a secret that was handed out (session cookie, API token, invitation, reset link).
pub type SecretHash = [u8; 32];

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

/// The team's settings, as admins see and change them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The team's name, 1 to 60 characters.
    pub name: String,
    pub registration: Registration,
    pub directory: DirectoryPolicy,
    pub password_rule: PasswordRule,
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
    pub time_zone: Option<String>,
    /// The hash of the picture, which is part of its address.
    pub avatar: Option<String>,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
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

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Everyone but guests can find, read and join it.
    Public,
    /// Only its members know that it exists.
    Private,
    /// A conversation between named people.
    Direct,
    /// Replies to one message of another conversation. The API shows it at that message.
    #[serde(skip)]
    Thread,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    Member,
    Manager,
}

/// Someone's place in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    pub role: MemberRole,
    pub joined_at: Timestamp,
    /// The last message that the person has read; everything after it is unread.
    pub read_number: u32,
    /// What they want to be told.
    pub level: Level,
    /// They do not want to see that it is unread.
    pub muted: bool,
}

/// A conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct Channel {
    pub id: ChannelId,
    pub kind: ChannelKind,
    /// Without the `#`; empty for a direct conversation.
    pub name: String,
    pub topic: String,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub version: u32,
    pub members: BTreeMap<UserId, Member>,
    /// The number of the newest message; 0 before the first.
    pub last_number: u32,
    pub last_message_at: Option<Timestamp>,
    /// The numbers of deleted messages.
    pub tombstones: RoaringBitmap,
    /// The pinned messages, by number.
    pub pins: BTreeMap<u32, Pin>,
    /// Where it hangs, if it is a thread.
    pub thread: Option<Thread>,
    /// The numbers of the messages that speak to somebody.
    pub mentions: BTreeMap<UserId, RoaringBitmap>,
    /// The numbers of those that speak to all who are in here.
    pub everyone: RoaringBitmap,
}

impl Channel {
    /// How many messages after `read_number` are still there to be read.
    ///
    /// Exact without counting rows: a person's own messages never stand after their read mark,
    /// because sending moves it.
    #[must_use]
    pub fn unread_after(&self, read_number: u32) -> u32 {
        let read = read_number.min(self.last_number);
        let gone = self.tombstones.rank(self.last_number) - self.tombstones.rank(read);
        (self.last_number - read).saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX))
    }

    /// How a person stands to this channel. Others ask [`Directory::relation`], which knows of threads.
    #[must_use]
    fn relation(&self, user: UserId) -> Relation {
        let member = self.members.get(&user);
        Relation {
            member: member.is_some(),
            manager: member.is_some_and(|member| member.role == MemberRole::Manager),
            public: self.kind == ChannelKind::Public,
            ..Relation::NONE
        }
    }
}

/// What a change made true. The directory and the database are written from the same facts.
#[derive(Clone, Debug)]
pub enum Fact {
    Settings(Settings),
    Network(NetworkSettings),
    Person(Person),
    Session(Session),
    SessionEnded(SessionId),
    Invite(Invite),
    Reset(Reset),
    ResetUsed(SecretHash),
    /// The channel itself; its members, numbers and pins stay as they are.
    Channel(Channel),
    Member(ChannelId, UserId, Member),
    MemberLeft(ChannelId, UserId),
    /// A message got the next number; its author has read up to it.
    MessageSent(ChannelId, u32, UserId, Timestamp),
    Pinned(ChannelId, u32, Pin),
    Unpinned(ChannelId, u32),
    Saved(UserId, ChannelId, u32, Timestamp),
    Unsaved(UserId, ChannelId, u32),
    /// A file is whole and on the disk. Loose, unless it is in a message already.
    FileStored(StoredFile),
    FileAttached(FileId),
    /// A file is no more: whose it was, how large, and which bytes it named.
    FileGone(FileId, UserId, u64, FileHash),
    /// A message speaks to somebody, or with nobody named to all in the conversation.
    Mention(ChannelId, Option<UserId>, u32),
    /// It does not any more.
    MentionGone(ChannelId, Option<UserId>, u32),
    /// The words of which somebody wants to be told, in lower case.
    Alerts(UserId, Vec<String>),
    /// How many messages ever spoke to somebody: the length of the list of them.
    MentionCount(UserId, u32),
    /// A message of this author was deleted.
    MessageDeleted(ChannelId, u32, UserId),
}

/// The team in memory.
#[derive(Clone, Debug)]
pub struct Directory {
    pub hub: HubId,
    /// `None` until the first run is finished.
    pub settings: Option<Settings>,
    pub network: NetworkSettings,
    pub people: BTreeMap<UserId, Person>,
    pub sessions: HashMap<SessionId, Session>,
    pub invites: BTreeMap<InviteId, Invite>,
    pub resets: HashMap<SecretHash, Reset>,
    pub channels: HashMap<ChannelId, Channel>,
    saved: HashMap<UserId, BTreeMap<(ChannelId, u32), Timestamp>>,
    pub files: Files,
    by_username: HashMap<String, UserId>,
    by_email: HashMap<String, UserId>,
    by_secret: HashMap<SecretHash, SessionId>,
    by_invite_code: HashMap<String, InviteId>,
    by_channel_name: HashMap<String, ChannelId>,
    by_participants: HashMap<BTreeSet<UserId>, ChannelId>,
    channels_of: HashMap<UserId, BTreeSet<ChannelId>>,
    /// Channels and direct conversations.
    rooms: BTreeSet<ChannelId>,
    /// Threads by the conversation and number of their root.
    threads_on: HashMap<(ChannelId, u32), ChannelId>,
    /// The threads that somebody follows.
    threads_of: HashMap<UserId, BTreeSet<ChannelId>>,
    /// The words of which somebody wants to be told; only of those who have any.
    alerts: BTreeMap<UserId, Vec<String>>,
    /// The length of somebody's list of mentions.
    pub mention_counts: HashMap<UserId, u32>,
}

impl Directory {
    /// The directory of a hub where nothing has happened yet.
    #[must_use]
    pub fn new(hub: HubId) -> Self {
        Self {
            hub,
            settings: None,
            network: NetworkSettings::default(),
            people: BTreeMap::new(),
            sessions: HashMap::new(),
            invites: BTreeMap::new(),
            resets: HashMap::new(),
            channels: HashMap::new(),
            saved: HashMap::new(),
            files: Files::default(),
            by_username: HashMap::new(),
            by_email: HashMap::new(),
            by_secret: HashMap::new(),
            by_invite_code: HashMap::new(),
            by_channel_name: HashMap::new(),
            by_participants: HashMap::new(),
            channels_of: HashMap::new(),
            rooms: BTreeSet::new(),
            threads_on: HashMap::new(),
            threads_of: HashMap::new(),
            alerts: BTreeMap::new(),
            mention_counts: HashMap::new(),
        }
    }

    /// The person, unless there is none or they left the team.
    ///
    /// # Errors
    /// `not_found`.
    pub fn active_person(&self, user: UserId) -> Result<&Person, AppError> {
        self.people.get(&user).filter(|person| person.deleted_at.is_none()).ok_or_else(|| AppError::not_found("User"))
    }

    /// The person who signs in with this e-mail address or user name, in any case.
    #[must_use]
    pub fn person_named(&self, login: &str) -> Option<&Person> {
        let login = login.to_lowercase();
        let user = self.by_email.get(&login).or_else(|| self.by_username.get(&login))?;
        self.people.get(user)
    }

    /// Who has this user name (lower case).
    #[must_use]
    pub fn user_with_name(&self, username: &str) -> Option<UserId> {
        self.by_username.get(username).copied()
    }

    /// Who has this e-mail address (lower case).
    #[must_use]
    pub fn user_with_email(&self, email: &str) -> Option<UserId> {
        self.by_email.get(email).copied()
    }

    /// How many owners the team has.
    #[must_use]
    pub fn owners(&self) -> usize {
        self.people.values().filter(|person| person.role == Role::Owner && person.deleted_at.is_none()).count()
    }

    /// The session whose secret hashes to this.
    #[must_use]
    pub fn session_with_secret(&self, secret: &SecretHash) -> Option<&Session> {
        self.sessions.get(self.by_secret.get(secret)?)
    }

    /// The invitation with this code, whether or not it still works.
    #[must_use]
    pub fn invite_with_code(&self, code: &str) -> Option<&Invite> {
        self.invites.get(self.by_invite_code.get(code)?)
    }

    /// The public or private channel of this name (lower case).
    #[must_use]
    pub fn channel_named(&self, name: &str) -> Option<ChannelId> {
        self.by_channel_name.get(name).copied()
    }

    /// The direct conversation between exactly these people.
    #[must_use]
    pub fn direct_between(&self, people: &BTreeSet<UserId>) -> Option<ChannelId> {
        self.by_participants.get(people).copied()
    }

    /// The channels and direct conversations that this person is in.
    pub fn channels_of(&self, user: UserId) -> impl Iterator<Item = &Channel> {
        self.channels_of.get(&user).into_iter().flatten().filter_map(|channel| self.channels.get(channel))
    }

    /// The channel, if this person may know of it. One that they may not know of is "not found".
    ///
    /// # Errors
    /// `not_found`.
    pub fn visible_channel(&self, channel: ChannelId, user: UserId, role: Role) -> Result<&Channel, AppError> {
        self.channels
            .get(&channel)
            .filter(|channel| self.may_view(channel, user, role))
            .ok_or_else(|| AppError::not_found("Channel"))
    }

    /// The team's settings.
    ///
    /// # Errors
    /// `not_set_up` before the first run is finished.
    pub fn settings(&self) -> Result<&Settings, AppError> {
        self.settings.as_ref().ok_or_else(|| AppError::new(crate::error::Code::NotSetUp))
    }
}
