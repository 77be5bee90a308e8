//! What people keep for themselves.

use super::{ID, PLACE, USER};
use crate::moving::out::form::{
    Field,
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
            field(
                "digest",
                "digest",
                Text,
                "How often they want a mail: `never`, `quarter` (of an hour), `hourly` or `daily`.",
            ),
            field("digest_hour", "digestHour", Number, ""),
            field("show_read", "showRead", Truth, "False for who is not shown among those who read something."),
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
    Kind {
        name: "reminders",
        table: "reminder",
        about: "What people want to be reminded of.",
        key: ID,
        fields: &[
            field("user", "userId", Id, ""),
            field("text", "text", Text, "Empty where it is of a message."),
            field(
                "message",
                "message",
                Thing(&[
                    field("channel", "channelId", Id, ""),
                    field("number", "number", Number, ""),
                    field("home", "homeId", Id, "Of a message in a thread: where the thread stands."),
                    field("root", "root", Number, "And on which message."),
                ]),
                "",
            ),
            field("due_at", "dueAt", Moment, ""),
            field("created_at", "createdAt", Moment, ""),
            field("state", "state", Text, "`waiting`, `due` or `done`."),
            field("done_at", "doneAt", Moment, ""),
            field("version", "version", Number, ""),
        ],
    },
    Kind {
        name: "filters",
        table: "filters",
        about: "Filters of tasks that people keep for themselves.",
        key: USER,
        fields: &[field(
            "kept",
            "filters",
            List(&Thing(&[
                field("id", "id", Id, ""),
                field("project", "projectId", Id, ""),
                field("name", "name", Text, ""),
                field("path", "path", Text, "A view and its query."),
            ])),
            "",
        )],
    },
    Kind {
        name: "taskNews",
        table: "news",
        about: "What people were told of tasks.",
        key: Key::Parts(NEWS_KEY),
        fields: &[NEWS[0], NEWS[1], NEWS[2], NEWS[3], NEWS[4], NEWS[5], field("words", "words", Text, "")],
    },
    Kind {
        name: "unreadTaskNews",
        table: "news_unread",
        about: "What of it they have not read.",
        key: Key::Parts(NEWS_KEY),
        fields: NEWS,
    },
    Kind {
        name: "taskLevels",
        table: "task_level",
        about: "Of which of a project's tasks people want to be told, where they chose.",
        key: Key::Parts(&[field("", "userId", Id, ""), field("", "projectId", Id, "")]),
        fields: &[field("level", "level", Text, "`nothing`, `mine` or `watching`.")],
    },
];

const NEWS_KEY: &[Field] =
    &[field("", "userId", Id, ""), field("", "place", Number, "1, 2, 3… in the list that mentions are in too.")];

const NEWS: &[Field] = &[
    field("kind", "kind", Text, ""),
    field("project", "projectId", Id, ""),
    field("number", "number", Number, "Of the task."),
    field("by", "byId", Id, ""),
    field("comment", "comment", Number, ""),
    field("at", "at", Moment, ""),
];
