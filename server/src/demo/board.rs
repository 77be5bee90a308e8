//! The project of the demo team, as it is written in `assets/demo/tasks.toml`.

use super::story::Moment;
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    error::AppError,
    ids::ProjectId,
    tasks::{self, CheckPatch, Day, LabelWish, NewProject, NewTask, Priority, TaskName, TaskPatch},
};
use anyhow::Context;
use chrono::{DateTime, Days, Local};
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};

const TASKS: &str = include_str!("../../../assets/demo/tasks.toml");

/// The project.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Board {
    key: String,
    name: String,
    icon: String,
    pub(super) by: String,
    pub(super) at: Moment,
    members: Vec<String>,
    labels: Vec<String>,
    #[serde(rename = "task")]
    pub(super) tasks: Vec<Work>,
}

/// One task.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    pub(super) at: Moment,
    by: String,
    title: String,
    status: String,
    #[serde(default)]
    priority: Priority,
    #[serde(default, rename = "for")]
    assignees: Vec<String>,
    #[serde(default)]
    labels: Vec<String>,
    /// Days from the day on which the story is told.
    due: Option<i64>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    checks: Vec<String>,
    /// How many of them are done.
    #[serde(default)]
    checked: usize,
    /// Who said what.
    #[serde(default)]
    comments: Vec<(String, String)>,
}

/// Reads the project.
///
/// # Errors
/// When the file is not as it should be.
pub(super) fn read() -> anyhow::Result<Board> {
    toml::from_str(TASKS).context("assets/demo/tasks.toml")
}

type People<'a> = HashMap<&'a str, Actor>;

fn actor<'a>(people: &'a People<'_>, name: &str) -> Result<&'a Actor, AppError> {
    people.get(name).ok_or_else(|| AppError::not_found("User"))
}

impl Board {
    /// Makes the project, with those of its people who are there by now.
    pub(super) async fn open(&self, app: &Arc<App>, people: &People<'_>) -> Result<ProjectId, AppError> {
        let by = actor(people, &self.by)?;
        let members = self.members.iter().filter_map(|name| people.get(name.as_str())).map(|one| one.user).collect();
        let (key, name, icon) = (self.key.clone(), self.name.clone(), self.icon.clone());
        let new = NewProject { key, name, icon, hue: 2, public: true, members };
        let project = tasks::create_project(app, by, new).await?.id;
        let hue = |place: usize| u8::try_from(place * 5 % 12).unwrap_or_default();
        let labels = self.labels.iter().enumerate();
        let labels = labels.map(|(place, name)| LabelWish { id: None, name: name.clone(), hue: hue(place) }).collect();
        tasks::set_labels(app, by, project, labels, crate::http::extract::IfMatch(None)).await?;
        Ok(project)
    }

    /// Makes one of its tasks. Who joined the team after the project began enters it now.
    pub(super) async fn add(
        &self,
        app: &Arc<App>,
        people: &People<'_>,
        project: ProjectId,
        work: &Work,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let leader = actor(people, &self.by)?;
        for one in self.members.iter().filter_map(|name| people.get(name.as_str())) {
            tasks::enter_project(app, leader, project, one.user).await?;
        }
        let by = actor(people, &work.by)?;
        let found = app.journal.directory().visible_project(project, by.user, by.role)?.clone();
        let status = found.statuses.iter().find(|status| status.name == work.status).map(|status| status.id);
        let label = |name: &String| found.labels.iter().find(|label| label.name == *name).map(|label| label.id);
        let assignees = work.assignees.iter().filter_map(|name| people.get(name.as_str())).map(|one| one.user);
        let new = NewTask {
            title: Some(work.title.clone()),
            description: work.description.clone(),
            priority: work.priority,
            assignees: assignees.collect(),
            labels: work.labels.iter().filter_map(label).collect(),
            due: work.due.and_then(|days| day(now, days)),
            ..NewTask::default()
        };
        let task = TaskName::Id(tasks::create(app, by, project, new).await?.id);
        for text in &work.checks {
            tasks::add_check(app, by, &task, text).await?;
        }
        for check in (1..).take(work.checked) {
            tasks::update_check(app, by, &task, check, CheckPatch { text: None, done: Some(true) }).await?;
        }
        for (who, what) in &work.comments {
            tasks::comment(app, actor(people, who)?, &task, what).await?;
        }
        tasks::update(app, by, &task, TaskPatch { status, ..TaskPatch::default() }).await.map(drop)
    }
}

/// The day so many days from this moment, where this computer is.
fn day(now: Timestamp, days: i64) -> Option<Day> {
    let today = DateTime::from_timestamp_millis(now.millis())?.with_timezone(&Local).date_naive();
    let gap = Days::new(days.unsigned_abs());
    let then = if days < 0 { today.checked_sub_days(gap) } else { today.checked_add_days(gap) }?;
    Day::parse(&then.format("%Y-%m-%d").to_string())
}
