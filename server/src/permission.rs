//! Who may do what: one table, asked by every operation, every door and every replay.
//!
//! A row says for each role when an action is allowed: never, always, or when the person stands in
//! a certain relation to the thing acted on. Nothing else in Hearth decides about permission.

use crate::error::{AppError, Code};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person is in the team. The order is the order of power.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Guest,
    Member,
    Admin,
    Owner,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Guest, Self::Member, Self::Admin, Self::Owner];
}

/// What someone can try to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    ViewPeople,
    EditPerson,
    SetRole,
    RemovePerson,
    CreateResetLink,
    ViewSignIns,
    EndSignIns,
    ResetTwoFactor,
    CreatePerson,
    ManageInvites,
    ManageBots,
    ManageGroups,
    ManageSettings,
    ManageNetwork,
    ManageBackups,
    RestoreBackup,
    ImportTeam,
    ExportTeam,
    SuspendPerson,
    ViewAudit,
    ViewOverview,
    CreateChannel,
    OpenDirect,
    ViewChannel,
    JoinChannel,
    LeaveChannel,
    EditChannel,
    ArchiveChannel,
    AddMember,
    RemoveMember,
    SetMemberRole,
    ReadMessages,
    SendMessage,
    EditMessage,
    DeleteMessage,
    React,
    PinMessage,
    SaveMessage,
    FollowThread,
    SetLevel,
    MarkUnread,
    SortChannel,
    ExportChannel,
    ManageHooks,
    CreateProject,
    ViewProject,
    JoinProject,
    LeaveProject,
    EditProject,
    SetProjectMember,
    EditTask,
    DeleteTask,
    Comment,
    EditComment,
    DeleteComment,
    SendNotification,
}

/// How a person stands to the thing an action is about. Several can hold at once.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Relation {
    /// It is the person's own: their account, their message.
    pub own: bool,
    /// The person is in the channel, or takes part in the project.
    pub member: bool,
    /// The person is in the project, be it only to look.
    pub viewer: bool,
    /// The person manages the channel or project.
    pub manager: bool,
    /// The channel or project is public.
    pub public: bool,
    /// The other person involved has less power than this one.
    pub outranks: bool,
    /// The person is a program.
    pub bot: bool,
}

impl Relation {
    /// To something that nobody has a relation to, such as the team's settings.
    pub const NONE: Self =
        Self { own: false, member: false, viewer: false, manager: false, public: false, outranks: false, bot: false };
}

/// When an action is allowed to one role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    Never,
    Always,
    Own,
    Viewer,
    Member,
    Manager,
    Public,
    PublicOrViewer,
    PublicOrMember,
    ManagerOrPublic,
    OwnMember,
    OwnOrManager,
    OwnOrManagerOrPublic,
    Outranks,
    OwnOrOutranks,
    Bot,
}

impl Rule {
    /// Whether the rule allows someone who stands in this relation.
    #[must_use]
    pub fn allows(self, is: Relation) -> bool {
        let manager = is.member && is.manager;
        let author = is.member && is.own;
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Own => is.own,
            Self::Viewer => is.viewer,
            Self::Member => is.member,
            Self::Manager => manager,
            Self::Public => is.public,
            Self::PublicOrViewer => is.public || is.viewer,
            Self::PublicOrMember => is.public || is.member,
            Self::ManagerOrPublic => manager || is.public,
            Self::OwnMember => author,
            Self::OwnOrManager => author || manager,
            Self::OwnOrManagerOrPublic => author || manager || is.public,
            Self::Outranks => is.outranks,
            Self::OwnOrOutranks => is.own || is.outranks,
            Self::Bot => is.bot,
        }
    }
}

/// The table. Columns: guest, member, admin, owner.
#[rustfmt::skip]
pub const TABLE: &[(Action, [Rule; 4])] = {
    use Rule::{Always, Bot, Manager, ManagerOrPublic, Member, Never, Outranks, Own, OwnMember, OwnOrManager, OwnOrManagerOrPublic, OwnOrOutranks, Public, PublicOrMember, PublicOrViewer, Viewer};
    &[
        (Action::ViewPeople,      [Always,    Always,         Always,               Always]),
        (Action::EditPerson,      [Own,       Own,            OwnOrOutranks,        OwnOrOutranks]),
        (Action::SetRole,         [Never,     Never,          Outranks,             Always]),
        (Action::RemovePerson,    [Never,     Never,          Outranks,             Always]),
        (Action::CreateResetLink, [Never,     Never,          Outranks,             Always]),
        (Action::ViewSignIns,     [Never,     Never,          Always,               Always]),
        (Action::EndSignIns,      [Never,     Never,          Outranks,             Always]),
        (Action::ResetTwoFactor,  [Never,     Never,          Outranks,             Always]),
        (Action::CreatePerson,    [Never,     Never,          Always,               Always]),
        (Action::ManageInvites,   [Never,     Never,          Always,               Always]),
        (Action::ManageBots,      [Never,     Never,          Always,               Always]),
        (Action::ManageGroups,    [Never,     Always,         Always,               Always]),
        (Action::ManageSettings,  [Never,     Never,          Always,               Always]),
        (Action::ManageNetwork,   [Never,     Never,          Always,               Always]),
        (Action::ManageBackups,   [Never,     Never,          Always,               Always]),
        (Action::RestoreBackup,   [Never,     Never,          Never,                Always]),
        (Action::ImportTeam,      [Never,     Never,          Always,               Always]),
        (Action::ExportTeam,      [Never,     Never,          Never,                Always]),
        (Action::SuspendPerson,   [Never,     Never,          Outranks,             Always]),
        (Action::ViewAudit,       [Never,     Never,          Always,               Always]),
        (Action::ViewOverview,    [Never,     Never,          Always,               Always]),
        (Action::CreateChannel,   [Never,     Always,         Always,               Always]),
        (Action::OpenDirect,      [Always,    Always,         Always,               Always]),
        (Action::ViewChannel,     [Member,    PublicOrMember, PublicOrMember,       PublicOrMember]),
        (Action::JoinChannel,     [Never,     Public,         Public,               Public]),
        (Action::LeaveChannel,    [Member,    Member,         Member,               Member]),
        (Action::EditChannel,     [Never,     Member,         PublicOrMember,       PublicOrMember]),
        (Action::ArchiveChannel,  [Never,     Manager,        ManagerOrPublic,      ManagerOrPublic]),
        (Action::AddMember,       [Never,     Member,         PublicOrMember,       PublicOrMember]),
        (Action::RemoveMember,    [Never,     Manager,        ManagerOrPublic,      ManagerOrPublic]),
        (Action::SetMemberRole,   [Never,     Manager,        ManagerOrPublic,      ManagerOrPublic]),
        (Action::ReadMessages,    [Member,    PublicOrMember, PublicOrMember,       PublicOrMember]),
        (Action::SendMessage,     [Member,    Member,         Member,               Member]),
        (Action::EditMessage,     [OwnMember, OwnMember,      OwnMember,            OwnMember]),
        (Action::DeleteMessage,   [OwnMember, OwnOrManager,   OwnOrManagerOrPublic, OwnOrManagerOrPublic]),
        (Action::React,           [Member,    Member,         Member,               Member]),
        (Action::PinMessage,      [Never,     Member,         Member,               Member]),
        (Action::SaveMessage,     [Member,    PublicOrMember, PublicOrMember,       PublicOrMember]),
        (Action::FollowThread,    [Member,    Member,         Member,               Member]),
        (Action::SetLevel,        [Member,    Member,         Member,               Member]),
        (Action::MarkUnread,      [Member,    Member,         Member,               Member]),
        (Action::ExportChannel,   [Never,     Manager,        ManagerOrPublic,      ManagerOrPublic]),
        (Action::ManageHooks,     [Never,     Manager,        ManagerOrPublic,      ManagerOrPublic]),
        (Action::SortChannel,     [Member,    Member,         Member,               Member]),
        (Action::CreateProject,   [Never,     Always,         Always,               Always]),
        (Action::ViewProject,     [Viewer,    PublicOrViewer, PublicOrViewer,       PublicOrViewer]),
        (Action::JoinProject,     [Never,     Public,         Public,               Public]),
        (Action::LeaveProject,    [Viewer,    Viewer,         Viewer,               Viewer]),
        (Action::EditProject,     [Never,     Manager,        ManagerOrPublic,      ManagerOrPublic]),
        (Action::SetProjectMember,[Never,     Manager,        ManagerOrPublic,      ManagerOrPublic]),
        (Action::EditTask,        [Member,    Member,         Member,               Member]),
        (Action::DeleteTask,      [OwnMember, Member,         Member,               Member]),
        (Action::Comment,         [Member,    Member,         Member,               Member]),
        (Action::EditComment,     [OwnMember, OwnMember,      OwnMember,            OwnMember]),
        (Action::DeleteComment,   [OwnMember, OwnOrManager,   OwnOrManagerOrPublic, OwnOrManagerOrPublic]),
        (Action::SendNotification,[Bot,       Bot,            Always,               Always]),
    ]
};

/// The rule for one action and role. An action without a row is allowed to nobody.
#[must_use]
pub fn rule(action: Action, role: Role) -> Rule {
    TABLE.iter().find(|(listed, _)| *listed == action).map_or(Rule::Never, |(_, columns)| columns[role as usize])
}

/// Whether someone of this role, standing in this relation, may do this.
#[must_use]
pub fn allowed(action: Action, role: Role, is: Relation) -> bool {
    rule(action, role).allows(is)
}

/// Goes on only where [`allowed`].
///
/// # Errors
/// [`Code::Forbidden`].
pub fn require(action: Action, role: Role, is: Relation) -> Result<(), AppError> {
    if allowed(action, role, is) { Ok(()) } else { Err(AppError::new(Code::Forbidden)) }
}
