//! Conversations and what was said in them.

use super::{ID, PLACE};
use crate::moving::out::form::{
    Field,
    Is::{Id, List, Moment, Number, Numbers, Text, Thing, Truth},
    Key, Kind, field,
};

const FILE: &[Field] = &[
    field("id", "id", Id, ""),
    field("name", "name", Text, ""),
    field("size", "size", Number, "In bytes."),
    field("kind", "type", Text, "The media type, told from the content."),
    field("width", "width", Number, "Of a picture, in pixels."),
    field("height", "height", Number, ""),
    field("thumbnail", "hasThumbnail", Truth, ""),
];

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "channels",
        table: "channel",
        about: "Channels and direct conversations, private ones too.",
        key: ID,
        fields: &[
            field("kind", "kind", Text, "`public`, `private` or `direct`."),
            field("name", "name", Text, "Empty for a direct conversation."),
            field("topic", "topic", Text, ""),
            field("created_by", "createdBy", Id, ""),
            field("created_at", "createdAt", Moment, ""),
            field("archived_at", "archivedAt", Moment, ""),
            field("version", "version", Number, ""),
        ],
    },
    Kind {
        name: "threads",
        table: "thread",
        about: "Threads. What is said in one is in `messages.jsonl` under the thread's id.",
        key: ID,
        fields: &[
            field("channel", "channelId", Id, "Where the first message stands."),
            field("number", "number", Number, "Its number there."),
            field("created_by", "createdBy", Id, ""),
            field("created_at", "createdAt", Moment, ""),
            field(
                "people",
                "people",
                List(&Thing(&[field("user", "userId", Id, ""), field("replies", "replies", Number, "")])),
                "Who replied and how often, whoever replied first standing first.",
            ),
        ],
    },
    Kind {
        name: "members",
        table: "member",
        about: "Who is in a conversation, and who follows a thread.",
        key: Key::Parts(&[field("", "channelId", Id, ""), field("", "userId", Id, "")]),
        fields: &[
            field("role", "role", Text, "`member` or `manager`."),
            field("joined_at", "joinedAt", Moment, ""),
            field("level", "level", Text, "`nothing`, `mentions`, `everything`; null for what they usually want."),
            field("muted", "muted", Truth, ""),
        ],
    },
    Kind {
        name: "reads",
        table: "read_mark",
        about: "How far each person has read.",
        key: Key::Parts(&[field("", "channelId", Id, ""), field("", "userId", Id, "")]),
        fields: &[
            field("number", "readNumber", Number, "The last message that was read."),
            field(
                "own",
                "own",
                Numbers,
                "Messages after it that are not unread: their own, after a mark was moved back.",
            ),
        ],
    },
    Kind {
        name: "messages",
        table: "message",
        about: "Messages of channels, direct conversations and threads.",
        key: Key::Parts(PLACE),
        fields: &[
            field("author", "authorId", Id, ""),
            field("body", "body", Text, "Markdown; empty once deleted."),
            field("files", "files", List(&Thing(FILE)), ""),
            field("client_key", "clientKey", Text, "What the sending client named it."),
            field("created_at", "createdAt", Moment, ""),
            field("edited_at", "editedAt", Moment, ""),
            field("deleted_at", "deletedAt", Moment, ""),
            field("version", "version", Number, ""),
            field(
                "twin",
                "twin",
                Thing(&[
                    field("channel", "channelId", Id, ""),
                    field("number", "number", Number, ""),
                    field("root", "root", Number, "The number of the thread's first message."),
                ]),
                "Where it stands a second time: a reply that was also sent to the channel.",
            ),
            field(
                "named",
                "mentions",
                Thing(&[
                    field("everyone", "everyone", Truth, ""),
                    field("here", "here", Truth, ""),
                    field("people", "people", List(&Id), ""),
                ]),
                "Whom it names; null for nobody.",
            ),
            field(
                "alias",
                "alias",
                Thing(&[field("name", "name", Text, ""), field("emoji", "emoji", Text, "")]),
                "Under which name a program spoke.",
            ),
        ],
    },
    Kind {
        name: "revisions",
        table: "revision",
        about: "What edited messages said before.",
        key: Key::Parts(&[PLACE[0], PLACE[1], field("", "version", Number, "")]),
        fields: &[
            field("body", "body", Text, ""),
            field("edited_at", "editedAt", Moment, "When it began to say this."),
            field("editor", "editorId", Id, ""),
        ],
    },
    Kind {
        name: "reactions",
        table: "reaction",
        about: "The reactions to messages.",
        key: Key::Parts(PLACE),
        fields: &[
            field("version", "reactionsVersion", Number, "Counts the changes."),
            field(
                "kinds",
                "reactions",
                List(&Thing(&[field("emoji", "emoji", Text, ""), field("users", "userIds", List(&Id), "")])),
                "In the order of first use.",
            ),
        ],
    },
    Kind {
        name: "pins",
        table: "pin",
        about: "Pinned messages.",
        key: Key::Parts(PLACE),
        fields: &[field("by", "pinnedBy", Id, ""), field("at", "pinnedAt", Moment, "")],
    },
    Kind {
        name: "files",
        table: "file",
        about: "Files that people sent. The bytes are in the archive as `files/<sha256>`.",
        key: ID,
        fields: &[
            field("owner", "ownerId", Id, ""),
            field("name", "name", Text, ""),
            field("hash", "sha256", Text, ""),
            field("size", "size", Number, "In bytes."),
            field("kind", "type", Text, ""),
            field("width", "width", Number, ""),
            field("height", "height", Number, ""),
            field("thumbnail", "hasThumbnail", Truth, ""),
            field("created_at", "createdAt", Moment, ""),
            field("channel", "channelId", Id, "The conversation of its message; null while it is in none."),
            field("number", "number", Number, "The number of its message."),
            field("home", "homeId", Id, "The channel that it is listed under."),
            field("place", "place", Number, "Where it stands among all files, the newest first."),
        ],
    },
    Kind {
        name: "messageTasks",
        table: "message_task",
        about: "The tasks that were made of messages.",
        key: Key::Parts(PLACE),
        fields: &[field(
            "tasks",
            "tasks",
            List(&Thing(&[field("project", "projectId", Id, ""), field("number", "number", Number, "")])),
            "",
        )],
    },
    Kind {
        name: "spokenTo",
        table: "mentioned",
        about: "Which messages of a conversation speak to whom.",
        key: Key::Parts(&[field("", "channelId", Id, ""), field("", "userId", Id, "Null for all who are in it.")]),
        fields: &[field("numbers", "numbers", Numbers, "")],
    },
    Kind {
        name: "mentions",
        table: "mention",
        about: "Each person's list of the messages that spoke to them.",
        key: Key::Parts(&[field("", "userId", Id, ""), field("", "place", Number, "1, 2, 3… in the list.")]),
        fields: &[field("channel", "channelId", Id, ""), field("number", "number", Number, "")],
    },
];
