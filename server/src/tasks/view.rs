//! Tasks as clients see them.

use super::{recurring::Recurrence, watch::Watch};
use crate::{
    clock::Timestamp,
    ids::{ChannelId, ProjectId, TaskId, UserId},
    validate,
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The longest description, in characters.
pub const LONGEST_TEXT: usize = 32_000;
/// The longest comment, in characters.
pub const LONGEST_COMMENT: usize = 16_000;
/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 200;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    #[default]
    None,
    Low,
    Medium,
    High,
    Urgent,
}

impl Priority {
    const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Urgent];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.word() == word)
    }

    pub(super) fn number(self) -> i64 {
        self as i64
    }

    pub(super) fn numbered(number: i64) -> Self {
        usize::try_from(number).ok().and_then(|number| Self::ALL.get(number).copied()).unwrap_or_default()
    }
}

/// A day of the calendar, as `2026-11-28`; the order of the texts is the order of the days.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "date")]
pub struct Day(pub String);

impl Day {
    /// Reads a day; `None` for what is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        let fits = text.len() == 10 && day.format("%Y-%m-%d").to_string() == text;
        fits.then(|| Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("is not a day such as 2026-11-28"))
    }
}

/// The message that a task was made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskSource {
    pub channel_id: ChannelId,
    pub number: u32,
}

/// A task as boards and lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Task)]
pub struct TaskView {
    pub id: TaskId,
    pub project_id: ProjectId,
    /// 1, 2, 3… in the project, without holes.
    pub number: u32,
    /// The project's key and the number: `OPS-12`.
    pub key: String,
    pub title: String,
    pub status_id: u32,
    /// Where it stands in its column: ranks sort as text, by their bytes.
    pub rank: String,
    pub priority: Priority,
    #[schema(value_type = Vec<UserId>)]
    pub assignee_ids: BTreeSet<UserId>,
    #[schema(value_type = Vec<u32>)]
    pub label_ids: BTreeSet<u32>,
    pub start: Option<Day>,
    pub due: Option<Day>,
    /// In hours or points, as the team likes; 0 to 9,999.
    pub estimate: Option<u32>,
    /// The number of the task of the same project that this is a part of.
    pub parent: Option<u32>,
    /// How many points of its checklist are done, and how many there are.
    pub checks_done: u32,
    pub checks: u32,
    /// Comments that were not deleted.
    pub comments: u32,
    /// Whether it has a description.
    pub described: bool,
    pub source: Option<TaskSource>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Since when it is done or cancelled.
    pub closed_at: Option<Timestamp>,
    /// By what it comes again.
    pub recurrence: Option<Recurrence>,
    /// It can be taken back for 30 days.
    pub deleted_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: u32,
    /// The number of its newest comment, and of the newest entry of its history.
    #[serde(skip)]
    pub last_comment: u32,
    #[serde(skip)]
    pub last_act: u32,
    /// Who is told what becomes of it. A task's own page shows them; boards would only carry them.
    #[serde(skip)]
    pub watchers: BTreeSet<UserId>,
    /// Who wants to hear nothing of it. That is their own affair.
    #[serde(skip)]
    pub muted: BTreeSet<UserId>,
}

/// A point of a checklist.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Check {
    /// 1, 2, 3… in the task, never used again.
    pub id: u32,
    pub text: String,
    pub done: bool,
}

/// How one task stands to another. Of each there is the other side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    Blocks,
    BlockedBy,
    Relates,
    Duplicates,
    DuplicatedBy,
}

impl RelationKind {
    const ALL: [Self; 5] = [Self::Blocks, Self::BlockedBy, Self::Relates, Self::Duplicates, Self::DuplicatedBy];

    /// The same seen from the other task.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Blocks => Self::BlockedBy,
            Self::BlockedBy => Self::Blocks,
            Self::Relates => Self::Relates,
            Self::Duplicates => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::Duplicates,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::BlockedBy => "blocked_by",
            Self::Relates => "relates",
            Self::Duplicates => "duplicates",
            Self::DuplicatedBy => "duplicated_by",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One side of a relation, as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Related {
    pub kind: RelationKind,
    pub project: ProjectId,
    pub number: u32,
}

/// How a task stands to another that the reader may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TaskRelation)]
pub struct RelationView {
    pub kind: RelationKind,
    pub task: TaskView,
}

/// What only a task's own page shows.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Text {
    pub description: String,
    pub description_version: u32,
    pub checklist: Vec<Check>,
    pub next_check: u32,
    pub relations: Vec<Related>,
}

/// A description and which one it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Markdown, at most 32,000 characters.
    pub description: String,
    /// Counts its changes; expected by `If-Match` when it is written.
    pub description_version: u32,
}

/// A task with all that its page shows but comments and history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskDetail {
    pub task: TaskView,
    #[serde(flatten)]
    pub description: Description,
    pub checklist: Vec<Check>,
    pub relations: Vec<RelationView>,
    /// Its parts, by number.
    pub subtasks: Vec<TaskView>,
    /// What it is a part of; nothing where that was deleted.
    pub whole: Option<TaskView>,
    /// Who is told what becomes of it.
    pub watcher_ids: Vec<UserId>,
    /// How the reader stands to that.
    pub watch: Watch,
}

/// Something said about a task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Comment)]
pub struct CommentView {
    /// 1, 2, 3… in the task.
    pub number: u32,
    pub author_id: UserId,
    /// Markdown, at most 16,000 characters; empty once deleted.
    pub body: String,
    /// Whom it names.
    pub mentions: Vec<UserId>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
}

/// One entry of a task's history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TaskActivity)]
pub struct ActView {
    /// 1, 2, 3… in the task.
    pub number: u32,
    pub at: Timestamp,
    pub user_id: UserId,
    /// `created`, `deleted`, `restored`, or what changed: `title`, `status`, `priority`, `assignee`, `label`, `start`,
    /// `due`, `estimate`, `parent`, `description`, `check`, `relation`, `recurrence`, `recurred`.
    pub field: String,
    /// What it was. Of an assignee the id; of a status and a label the name it had then.
    pub from: Option<String>,
    /// What it became.
    pub to: Option<String>,
}

/// A title as it is kept.
pub(super) fn title(text: &str) -> Result<String, String> {
    validate::line(text, 1, LONGEST_TITLE)
}

/// A title made of the first line that says something, without what marks it up.
pub(super) fn title_of(body: &str) -> String {
    let line = body.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric)).unwrap_or_default();
    let line = line.trim_start_matches(|letter: char| "#>*-+ ".contains(letter));
    let plain: String = line.chars().filter(|letter| !letter.is_control() && !"*`_~".contains(*letter)).collect();
    let mut title: String = plain.chars().take(LONGEST_TITLE).collect();
    if title.len() < plain.len() {
        title.pop();
        title.push('…');
    }
    validate::line(&title, 1, LONGEST_TITLE).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Day, title_of};

    #[test]
    fn a_day_is_one_of_the_calendar() {
        assert!(Day::parse("2026-02-28").is_some());
        for bad in ["2026-02-30", "2026-2-3", "28.2.2026", "", "2026-02-28T00:00", "12026-02-28"] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_title_is_the_first_line_that_says_something() {
        assert_eq!(title_of("\n---\n> **Fix** the `door`\nnow"), "Fix the door");
        assert_eq!(title_of("- [Look](x)"), "[Look](x)");
        assert_eq!(title_of("🎉"), "");
        let long = title_of(&"ä".repeat(500));
        assert!(long.chars().count() == 200 && long.ends_with('…'));
    }
}
