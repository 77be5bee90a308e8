//! One newtype per kind of id, so that a channel can never be passed where a person is meant.
//!
//! Every id is a UUIDv7: unique without asking anybody, and sorted by the time it was made.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later in order than every id made before it on this machine.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A hub: one data directory. Stays the same when the hub changes its address or its computer.
    HubId,
    /// A person, a guest or a bot.
    UserId,
    /// One sign-in of a browser, one API client, or one API token.
    SessionId,
    /// An invitation to join the team.
    InviteId,
    /// A public channel, a private channel, or a direct conversation.
    ChannelId,
    /// A backup of a hub.
    BackupId,
    /// An archive of another chat that was brought to be imported.
    ImportId,
    /// A whole team as one file that other programs can read.
    ExportId,
    /// A group of people that a message can name.
    GroupId,
    /// A section of somebody's side bar.
    SectionId,
    /// A message that is to be sent at a moment.
    ScheduledId,
    /// What somebody wants to be reminded of.
    ReminderId,
    /// A file that somebody sent, from the beginning of its upload on.
    FileId,
    /// A project, which has tasks.
    ProjectId,
    /// A filter of tasks that somebody keeps.
    FilterId,
    /// A webhook by which a program speaks in a channel.
    HookId,
    /// A webhook by which a program is told.
    OutgoingId,
    /// Something that was, or is to be, told by a webhook.
    DeliveryId,
    /// A command of the composer that a program answers.
    CommandId,
    /// A task; it has a number in its project as well.
    TaskId,
}
