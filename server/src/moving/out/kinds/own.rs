//! What people keep for themselves.

use super::{ID, PLACE, USER};
use crate::moving::out::form::{
    Is::{Id, List, Moment, Number, Plain, Text, Thing, Truth},
    Key, Kind, field,
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "saved",
        table: "saved",
        about: "Messages that people saved for later.",
        key: Key::Parts(&[field("", "userId", Id, ""), PLACE[0], PLACE[1]]),
        fields: &[field("at", "savedAt", Moment, "")],
    },
    Kind {
        name: "alerts",
        table: "alerts",
        about: "Words of which people want to be told.",
        key: USER,
        fields: &[field("words", "words", List(&Text), "")],
    },
    Kind {
        name: "sections",
        table: "sections",
        about: "How people sort their side bars.",
        key: USER,
        fields: &[
            field("favourites", "favourites", List(&Id), "Conversations."),
            field(
                "named",
                "named",
                List(&Thing(&[
                    field("id", "id", Id, ""),
                    field("name", "name", Text, ""),
                    field("channels", "channels", List(&Id), ""),
                ])),
                "",
            ),
        ],
    },
    Kind {
        name: "preferences",
        table: "preferences",
        about: "What people want to be told, and when.",
        key: USER,
        fields: &[
            field("level", "level", Text, ""),
            field("sound", "sound", Truth, ""),
            field("quiet", "quiet", Truth, "Whether the quiet hours hold."),
            field("quiet_days", "quietDays", Plain, "From Monday on."),
            field("quiet_from", "quietFrom", Number, "In minutes after midnight."),
            field("quiet_to", "quietTo", Number, ""),
            field("time_zone", "timeZone", Text, ""),
            field("snoozed_until", "snoozedUntil", Moment, ""),
        ],
    },
    Kind {
        name: "drafts",
        table: "draft",
        about: "What people began to write.",
        key: Key::Parts(&[
            field("", "userId", Id, ""),
            field("", "channelId", Id, ""),
            field("", "root", Number, "The message that is replied to; 0 in the conversation itself."),
        ]),
        fields: &[field("body", "body", Text, ""), field("edited_at", "editedAt", Moment, "")],
    },
    Kind {
        name: "scheduled",
        table: "scheduled",
        about: "Messages that are to be sent at a moment.",
        key: ID,
        fields: &[
            field("user", "userId", Id, ""),
            field("channel", "channelId", Id, ""),
            field("root", "root", Number, ""),
            field("also", "alsoToChannel", Truth, ""),
            field("body", "body", Text, ""),
            field("send_at", "sendAt", Moment, ""),
            field("created_at", "createdAt", Moment, ""),
            field("version", "version", Number, ""),
            field("state", "state", Text, "`waiting`, `failed` or `held`."),
            field("problem", "problem", Text, ""),
        ],
    },
];
