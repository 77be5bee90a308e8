//! Projects and their tasks.

use super::ID;
use crate::moving::out::form::{
    Field,
    Is::{Id, List, Moment, Number, Text, Thing, Truth},
    Key, Kind, field,
};

const TASK: &[Field] =
    &[field("", "projectId", Id, ""), field("", "number", Number, "Of the task in the project: 1, 2, 3…")];

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "projects",
        table: "project",
        about: "Projects.",
        key: ID,
        fields: &[
            field("key", "key", Text, "As in `OPS-12`."),
            field("name", "name", Text, ""),
            field("icon", "icon", Text, "An emoji, or empty."),
            field("hue", "hue", Number, "0 to 11."),
            field("lead", "leadId", Id, ""),
            field("public", "public", Truth, ""),
            field(
                "statuses",
                "statuses",
                List(&Thing(&[
                    field("id", "id", Number, ""),
                    field("name", "name", Text, ""),
                    field("group", "group", Text, "`backlog`, `active`, `done` or `cancelled`."),
                ])),
                "In the order of the board's columns.",
            ),
            field(
                "labels",
                "labels",
                List(&Thing(&[
                    field("id", "id", Number, ""),
                    field("name", "name", Text, ""),
                    field("hue", "hue", Number, ""),
                ])),
                "",
            ),
            field(
                "members",
                "members",
                List(&Thing(&[field("user", "userId", Id, ""), field("role", "role", Text, "")])),
                "",
            ),
            field("created_by", "createdBy", Id, ""),
            field("created_at", "createdAt", Moment, ""),
            field("archived_at", "archivedAt", Moment, ""),
            field("version", "version", Number, ""),
            field("next_part", "nextPart", Number, "The next number that a status or label gets."),
        ],
    },
    Kind {
        name: "tasks",
        table: "task",
        about: "Tasks, as boards show them; deleted ones too.",
        key: Key::Parts(TASK),
        fields: &[
            field("task", "id", Id, ""),
            field("title", "title", Text, ""),
            field("status", "statusId", Number, ""),
            field("rank", "rank", Text, "Where it stands in its column: tasks sort by it."),
            field("priority", "priority", Number, "0 none, 1 low, 2 medium, 3 high, 4 urgent."),
            field("assignees", "assigneeIds", List(&Id), ""),
            field("labels", "labelIds", List(&Number), ""),
            field("start", "start", Text, "A day."),
            field("due", "due", Text, "A day."),
            field("estimate", "estimate", Number, "In minutes."),
            field("parent", "parent", Number, "The number of the task that it is a part of."),
            field("part_of", "partOf", Text, "The same with the project's id."),
            field("checks_done", "checksDone", Number, ""),
            field("checks", "checks", Number, ""),
            field("comments", "comments", Number, ""),
            field("described", "described", Truth, ""),
            field(
                "source",
                "source",
                Thing(&[field("channel", "channelId", Id, ""), field("number", "number", Number, "")]),
                "The message that it was made of.",
            ),
            field("created_by", "createdBy", Id, ""),
            field("created_at", "createdAt", Moment, ""),
            field("updated_at", "updatedAt", Moment, ""),
            field("closed_at", "closedAt", Moment, ""),
            field("deleted_at", "deletedAt", Moment, ""),
            field("version", "version", Number, ""),
            field("last_comment", "lastComment", Number, ""),
            field("last_act", "lastAct", Number, ""),
        ],
    },
    Kind {
        name: "taskTexts",
        table: "task_text",
        about: "What only a task's own page shows.",
        key: Key::Parts(TASK),
        fields: &[
            field("description", "description", Text, "Markdown."),
            field("version", "descriptionVersion", Number, ""),
            field(
                "checklist",
                "checklist",
                List(&Thing(&[
                    field("id", "id", Number, ""),
                    field("text", "text", Text, ""),
                    field("done", "done", Truth, ""),
                ])),
                "",
            ),
            field("next_check", "nextCheck", Number, ""),
            field(
                "relations",
                "relations",
                List(&Thing(&[
                    field("kind", "kind", Text, ""),
                    field("project", "projectId", Id, ""),
                    field("number", "number", Number, ""),
                ])),
                "",
            ),
        ],
    },
    Kind {
        name: "taskComments",
        table: "task_comment",
        about: "Comments on tasks.",
        key: Key::Parts(&[TASK[0], TASK[1], field("", "comment", Number, "1, 2, 3… in the task.")]),
        fields: &[
            field("author", "authorId", Id, ""),
            field("body", "body", Text, ""),
            field("mentions", "mentions", List(&Id), ""),
            field("created_at", "createdAt", Moment, ""),
            field("edited_at", "editedAt", Moment, ""),
            field("deleted_at", "deletedAt", Moment, ""),
        ],
    },
    Kind {
        name: "taskHistory",
        table: "task_act",
        about: "What was changed about tasks, by whom and when.",
        key: Key::Parts(&[TASK[0], TASK[1], field("", "act", Number, "1, 2, 3… in the task.")]),
        fields: &[
            field("at", "at", Moment, ""),
            field("user", "userId", Id, ""),
            field("field", "field", Text, ""),
            field("was", "from", Text, ""),
            field("is", "to", Text, ""),
        ],
    },
];
