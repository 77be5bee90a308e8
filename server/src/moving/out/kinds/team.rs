//! Who is in the team.

use super::{ID, USER};
use crate::moving::out::form::{
    Is::{Begins, Bytes, Id, List, Moment, Number, Text, Truth},
    Key, Kind, field,
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "team",
        table: "settings",
        about: "The team's name and settings; one line.",
        key: Key::Only("this"),
        fields: &[
            field("name", "name", Text, "The team's name."),
            field("registration", "registration", Text, "`open`, `invite` or `closed`."),
            field("directory", "directory", Text, "Who may list people: `members` or `public`."),
            field("password_rule", "passwordRule", Text, "`uncommon` or `length`."),
            field("link_previews", "linkPreviews", Text, "`off` or `on`."),
            field("read_receipts", "readReceipts", Truth, ""),
            field("two_factor", "twoFactor", Text, "Who must have it: `optional`, `admins` or `everyone`."),
            field("session_idle_days", "sessionIdleDays", Number, ""),
            field("session_most_days", "sessionMostDays", Number, ""),
        ],
    },
    Kind {
        name: "people",
        table: "person",
        about: "Everyone who is or was in the team, bots too. No passwords, sign-ins or tokens.",
        key: ID,
        fields: &[
            field("name", "name", Text, ""),
            field("username", "username", Text, ""),
            field("email", "email", Text, ""),
            field("role", "role", Text, "`guest`, `member`, `admin` or `owner`."),
            field("title", "title", Text, ""),
            field("status_text", "statusText", Text, ""),
            field("status_emoji", "statusEmoji", Text, ""),
            field("status_until", "statusUntil", Moment, ""),
            field("time_zone", "timeZone", Text, "A name of the IANA time zone database."),
            field("avatar", "avatar", Text, "The hash of the picture in `avatars.jsonl`."),
            field("bot", "bot", Truth, "True for a program."),
            field("created_at", "createdAt", Moment, ""),
            field("deleted_at", "deletedAt", Moment, "When the person left the team."),
            field("suspended_at", "suspendedAt", Moment, "Since when the person cannot sign in."),
            field("version", "version", Number, "Counts the changes."),
            field("sees_since", "", Begins(0), ""),
        ],
    },
    Kind {
        name: "avatars",
        table: "avatar",
        about: "The pictures of people.",
        key: USER,
        fields: &[field("hash", "hash", Text, ""), field("image", "image", Bytes, "WebP or PNG, in base64.")],
    },
    Kind {
        name: "groups",
        table: "team_group",
        about: "Groups of people that a message can name.",
        key: ID,
        fields: &[
            field("handle", "handle", Text, "The word after the `@`."),
            field("name", "name", Text, ""),
            field("members", "memberIds", List(&Id), ""),
            field("created_by", "createdBy", Id, ""),
            field("created_at", "createdAt", Moment, ""),
            field("version", "version", Number, ""),
        ],
    },
];
