//! The public shapes of what the directory holds, as the API and the events show them.

use super::{
    Channel, ChannelKind, Directory, Invite, Level, LinkPreviews, Member, MemberRole, Person, Registration, Scope,
    Session, SessionKind, Settings, Thread, ThreadPlace,
};
use crate::{
    clock::Timestamp,
    ids::{ChannelId, HubId, InviteId, SessionId, UserId},
    permission::Role,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The team as everybody sees it, signed in or not.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Hub)]
pub struct HubView {
    pub id: HubId,
    /// The team's name; empty before the first run.
    pub name: String,
    /// The version of Hearth.
    pub version: String,
    pub registration: Registration,
    /// Whether it shows what stands behind links.
    pub link_previews: LinkPreviews,
    /// Whether people see who has read a message.
    pub read_receipts: bool,
}

/// A person as the other members see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserView {
    pub id: UserId,
    /// 1 to 80 characters.
    pub name: String,
    /// 2 to 32 lower-case letters, digits, `.`, `_`, `-`; unique in the team.
    pub username: String,
    pub role: Role,
    pub title: String,
    pub status_text: String,
    pub status_emoji: String,
    /// When the status is cleared by itself.
    pub status_until: Option<Timestamp>,
    /// A name of the IANA time zone database.
    pub time_zone: Option<String>,
    /// The picture is at `/api/v1/users/{id}/avatar/{avatar}`.
    pub avatar: Option<String>,
    /// Whether it is a program, which has no password.
    pub bot: bool,
    pub created_at: Timestamp,
    /// When the person left the team; their messages stay.
    pub deleted_at: Option<Timestamp>,
    pub version: u32,
}

/// A person with what only members may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub struct AccountView {
    #[serde(flatten)]
    pub user: UserView,
    pub email: Option<String>,
    /// Since when the person cannot sign in.
    pub suspended_at: Option<Timestamp>,
}

/// One sign-in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionView {
    pub id: SessionId,
    pub kind: SessionKind,
    pub name: String,
    /// The address it was last used from.
    pub address: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A personal API token, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Token)]
pub struct TokenView {
    pub id: SessionId,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// An invitation as admins see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invite)]
pub struct InviteView {
    pub id: InviteId,
    pub code: String,
    /// The link's path on this hub, `/join/<code>`.
    pub url: String,
    pub role: Role,
    pub label: String,
    pub max_uses: Option<u32>,
    pub uses: u32,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// Whether somebody could join by it as far as its maker is concerned: not once they left, are suspended, or may not
    /// invite with this role.
    pub backed: bool,
}

/// Someone's place in a channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Member)]
pub struct MemberView {
    pub user_id: UserId,
    pub role: MemberRole,
}

/// A channel or direct conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Channel)]
pub struct ChannelView {
    pub id: ChannelId,
    pub kind: ChannelKind,
    /// Without the `#`; empty for a direct conversation.
    pub name: String,
    pub topic: String,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub version: u32,
    pub members: Vec<MemberView>,
    /// The numbers of the pinned messages, ascending; at most 100.
    pub pinned: Vec<u32>,
}

/// The asking person's own place in a channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Membership)]
pub struct MembershipView {
    pub channel_id: ChannelId,
    pub role: MemberRole,
    /// The last message that was read.
    pub read_number: u32,
    /// The newest message.
    pub last_number: u32,
    pub last_message_at: Option<Timestamp>,
    /// Messages after `readNumber` by others that are not deleted.
    pub unread: u32,
    /// How many of them speak to the person.
    pub mentions: u32,
    /// What of it the person wants to be told; `null` for what they usually want.
    pub level: Option<Level>,
    /// Whether it shows that it is unread.
    pub muted: bool,
    /// In a thread, when it began.
    pub joined_at: Timestamp,
    /// What it hangs on, where it is a thread that the person follows.
    pub thread: Option<ThreadPlace>,
}

impl Directory {
    /// The team as everybody sees it.
    #[must_use]
    pub fn hub_view(&self) -> HubView {
        HubView {
            id: self.hub,
            name: self.settings.as_ref().map(|settings| settings.name.clone()).unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            registration: self.settings.as_ref().map_or(Registration::Invite, |settings| settings.registration),
            link_previews: self.settings.as_ref().map(|settings| settings.link_previews).unwrap_or_default(),
            read_receipts: self.settings.as_ref().is_some_and(|settings| settings.read_receipts),
        }
    }
}

impl Person {
    #[must_use]
    pub fn view(&self) -> UserView {
        UserView {
            id: self.id,
            name: self.name.clone(),
            username: self.username.clone(),
            role: self.role,
            title: self.title.clone(),
            status_text: self.status_text.clone(),
            status_emoji: self.status_emoji.clone(),
            status_until: self.status_until,
            time_zone: self.time_zone.clone(),
            avatar: self.avatar.clone(),
            bot: self.bot,
            created_at: self.created_at,
            deleted_at: self.deleted_at,
            version: self.version,
        }
    }

    #[must_use]
    pub fn account_view(&self) -> AccountView {
        AccountView { user: self.view(), email: self.email.clone(), suspended_at: self.suspended_at }
    }
}

impl Session {
    #[must_use]
    pub fn view(&self, current: SessionId, settings: Option<&Settings>) -> SessionView {
        SessionView {
            id: self.id,
            kind: self.kind,
            name: self.name.clone(),
            address: self.address.clone(),
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
            expires_at: self.ends_at(settings),
            current: self.id == current,
        }
    }

    #[must_use]
    pub fn token_view(&self) -> TokenView {
        TokenView {
            id: self.id,
            name: self.name.clone(),
            scopes: self.scopes.iter().copied().collect(),
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
            expires_at: self.expires_at,
        }
    }
}

impl Invite {
    #[must_use]
    pub fn view(&self, directory: &Directory) -> InviteView {
        InviteView {
            id: self.id,
            code: self.code.clone(),
            url: format!("/join/{}", self.code),
            role: self.role,
            label: self.label.clone(),
            max_uses: self.max_uses,
            uses: self.uses,
            created_by: self.created_by,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            backed: directory.stands_behind(self),
        }
    }
}

impl Channel {
    #[must_use]
    pub fn view(&self) -> ChannelView {
        ChannelView {
            id: self.id,
            kind: self.kind,
            name: self.name.clone(),
            topic: self.topic.clone(),
            created_by: self.created_by,
            created_at: self.created_at,
            archived_at: self.archived_at,
            version: self.version,
            members: self
                .members
                .iter()
                .map(|(user, member)| MemberView { user_id: *user, role: member.role })
                .collect(),
            pinned: self.pins.keys().copied().collect(),
        }
    }

    /// The place of `member`, who is this person, in this channel.
    #[must_use]
    pub fn membership_view(&self, user: UserId, member: &Member) -> MembershipView {
        MembershipView {
            channel_id: self.id,
            role: member.role,
            read_number: member.read_number,
            last_number: self.last_number,
            last_message_at: self.last_message_at,
            unread: self.unread_for(user, member.read_number),
            mentions: self.mentions_after(user, member.read_number),
            level: member.level,
            muted: member.muted,
            joined_at: if self.thread.is_some() { self.created_at } else { member.joined_at },
            thread: self.thread.as_ref().map(Thread::place),
        }
    }
}
