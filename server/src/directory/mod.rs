//! The in-memory picture of the team: people, sign-ins, channels and who is in them.
//!
//! Small by nature (hundreds of people and channels), so it is held whole. It is loaded once at
//! start and changed only by the [`Fact`]s of committed changes, in the order of the journal.
//! Permission checks, fan-out and unread counts read it and never the database.

mod apply;
mod channels;
mod commands;
mod drafts;
mod feeds;
mod files;
mod filters;
mod groups;
mod hooks;
mod mail;
mod marks;
mod mentions;
mod news;
mod outgoing;
mod people;
mod polls;
mod preferences;
mod projects;
mod reminders;
mod scheduled;
mod sections;
mod settings;
mod threads;
mod views;

pub use channels::{Channel, ChannelKind, Member, MemberRole};
pub use commands::Command;
pub use drafts::{Begun, Drafts};
pub use feeds::Feed;
pub use files::{Files, StoredFile};
pub use filters::{KeptFilter, SharedFilter};
pub use groups::Group;
pub use hooks::Hook;
pub use mail::{Digest, MailSettings, Mailed, Refused, Security};
pub use marks::Pin;
pub use mentions::Level;
pub use news::{NewsKind, ProjectLevelView, TaskLevel, Told};
pub use outgoing::{Key, Outgoing, Stopped, Topic};
pub use people::{CodeSecret, Invite, Person, Reset, Scope, SecretHash, Session, SessionKind, TwoFactor};
pub use polls::{Closing, Closings};
pub use preferences::{Preferences, Weekday};
pub use projects::{Label, Project, ProjectRole, ProjectView, Status, StatusGroup};
pub use reminders::{Reminder, ReminderPlace, ReminderState, Reminders};
pub use scheduled::{Planned, Scheduled, ScheduledState, WritingPlace};
pub use sections::{Section, Sections};
pub use settings::{
    DirectoryPolicy, LanAccess, LinkPreviews, NetworkSettings, PasswordRule, Registration, SESSION_IDLE_DAYS, Settings,
    TwoFactorRule,
};
pub use threads::{Thread, ThreadPlace, ThreadView};
pub use views::{
    AccountView, ChannelView, HubView, InviteView, MemberView, MembershipView, SessionView, TokenView, UserView,
};

use crate::{
    clock::Timestamp,
    error::AppError,
    files::FileHash,
    ids::{
        ChannelId, CommandId, FileId, GroupId, HookId, HubId, InviteId, OutgoingId, ProjectId, ReminderId, ScheduledId,
        SessionId, UserId,
    },
    permission::Role,
};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a change made true. The directory and the database are written from the same facts.
#[derive(Clone, Debug)]
pub enum Fact {
    Settings(Settings),
    Network(NetworkSettings),
    Mail(MailSettings),
    /// How far somebody's mails have come.
    Mailed(UserId, Mailed),
    Person(Person),
    Session(Session),
    SessionEnded(SessionId),
    /// Somebody was here.
    Seen(UserId, Timestamp),
    TwoFactor(TwoFactor),
    TwoFactorGone(UserId),
    Invite(Invite),
    Group(Group),
    GroupGone(GroupId),
    Hook(Hook),
    HookGone(HookId),
    Outgoing(Outgoing),
    OutgoingGone(OutgoingId),
    Command(Command),
    CommandGone(CommandId),
    Reset(Reset),
    ResetUsed(SecretHash),
    /// The channel itself; its members, numbers and pins stay as they are.
    Channel(Channel),
    Member(ChannelId, UserId, Member),
    MemberLeft(ChannelId, UserId),
    /// A message got the next number; its author has read up to it.
    MessageSent(ChannelId, u32, UserId, Timestamp),
    /// Messages of these authors came from elsewhere; the newest got this number.
    MessagesBrought(ChannelId, u32, Timestamp, Vec<UserId>),
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
    /// How somebody sorts their side bar.
    Sections(UserId, Sections),
    /// The filters of tasks that somebody keeps.
    Filters(UserId, Vec<KeptFilter>),
    /// What somebody wants to be told.
    Preferences(UserId, Preferences),
    /// Somebody moved their read mark back: which messages after it are their own.
    OwnUnread(ChannelId, UserId, RoaringBitmap),
    Draft(UserId, Begun),
    DraftGone(UserId, WritingPlace),
    Scheduled(Scheduled),
    ScheduledGone(ScheduledId),
    Reminder(Reminder),
    ReminderGone(UserId, ReminderId),
    /// A poll closes by itself, or it does no more.
    PollCloses(Closing),
    PollClosed(Closing),
    /// How many messages ever spoke to somebody: the length of the list of them.
    MentionCount(UserId, u32),
    /// The newest number of the audit log.
    Audited(u32),
    /// The newest entry for what one address did to one account again and again.
    Repeated(Repeated),
    /// So many of these came to be on a day.
    DayCounted(Counted, chrono::NaiveDate, u32),
    /// A message of this author was deleted.
    MessageDeleted(ChannelId, u32, UserId),
    /// The project itself, with its members; its numbers stay as they are.
    Project(Project),
    /// A task got the next number of its project.
    TaskCreated(ProjectId, u32),
    /// Somebody was told something of a task, and has not read it.
    News(UserId, Told),
    /// They have; by its place in their list.
    NewsRead(UserId, u32),
    /// Of which tasks of a project somebody wants to be told; `None` for what is usual.
    TaskLevel(UserId, ProjectId, Option<TaskLevel>),
    Feed(Feed),
    FeedGone(UserId, Option<ProjectId>),
}

/// An entry of the audit log that counts how often something happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repeated {
    /// The act, from where, and to whom.
    pub key: (String, String, Option<UserId>),
    pub number: u32,
    pub since: Timestamp,
    pub times: u32,
}

/// What is counted by the day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Counted {
    Messages,
    Tasks,
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
    pub groups: BTreeMap<GroupId, Group>,
    by_handle: HashMap<String, GroupId>,
    pub hooks: BTreeMap<HookId, Hook>,
    by_hook_secret: HashMap<SecretHash, HookId>,
    /// The webhooks by which programs are told.
    pub outgoing: BTreeMap<OutgoingId, Outgoing>,
    /// The commands that programs answer.
    pub commands: BTreeMap<CommandId, Command>,
    pub resets: HashMap<SecretHash, Reset>,
    pub seen: HashMap<UserId, Timestamp>,
    pub two_factor: HashMap<UserId, TwoFactor>,
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
    sections: HashMap<UserId, Sections>,
    filters: HashMap<UserId, Vec<KeptFilter>>,
    /// What somebody wants to be told; only of those who ever chose.
    preferences: HashMap<UserId, Preferences>,
    pub mail: MailSettings,
    mailed: HashMap<UserId, Mailed>,
    planned: Planned,
    reminders: Reminders,
    closings: Closings,
    drafts: HashMap<UserId, Drafts>,
    /// The length of somebody's list of mentions.
    pub mention_counts: HashMap<UserId, u32>,
    pub projects: BTreeMap<ProjectId, Project>,
    by_project_key: HashMap<String, ProjectId>,
    /// What somebody was told of tasks and has not read, by its place in their list.
    news: HashMap<UserId, BTreeMap<u32, Told>>,
    task_levels: HashMap<UserId, BTreeMap<ProjectId, TaskLevel>>,
    feeds: BTreeMap<(UserId, Option<ProjectId>), Feed>,
    by_feed_secret: HashMap<SecretHash, (UserId, Option<ProjectId>)>,
    /// The newest number of the audit log.
    pub audited: u32,
    /// The entries of the audit log that lately counted something.
    pub repeated: HashMap<(String, String, Option<UserId>), Repeated>,
    /// How many messages were sent and tasks made on each day, by the hub's clock.
    pub days: BTreeMap<(Counted, chrono::NaiveDate), u32>,
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
            groups: BTreeMap::new(),
            by_handle: HashMap::new(),
            hooks: BTreeMap::new(),
            by_hook_secret: HashMap::new(),
            outgoing: BTreeMap::new(),
            commands: BTreeMap::new(),
            resets: HashMap::new(),
            seen: HashMap::new(),
            two_factor: HashMap::new(),
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
            sections: HashMap::new(),
            filters: HashMap::new(),
            preferences: HashMap::new(),
            mail: MailSettings::default(),
            mailed: HashMap::new(),
            planned: Planned::default(),
            reminders: Reminders::default(),
            closings: Closings::default(),
            drafts: HashMap::new(),
            mention_counts: HashMap::new(),
            projects: BTreeMap::new(),
            by_project_key: HashMap::new(),
            news: HashMap::new(),
            task_levels: HashMap::new(),
            feeds: BTreeMap::new(),
            by_feed_secret: HashMap::new(),
            audited: 0,
            repeated: HashMap::new(),
            days: BTreeMap::new(),
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

    /// How many owners the team has who can sign in.
    #[must_use]
    pub fn owners(&self) -> usize {
        self.people
            .values()
            .filter(|person| person.role == Role::Owner && person.deleted_at.is_none() && person.suspended_at.is_none())
            .count()
    }

    /// Whether without this person no owner could sign in.
    #[must_use]
    pub fn is_last_owner(&self, person: &Person) -> bool {
        person.role == Role::Owner && person.suspended_at.is_none() && self.owners() < 2
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
