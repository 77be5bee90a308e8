//! Lists of tasks.

use crate::{
    accounts::Actor,
    admin::audit::{self, Act, By},
    app::App,
    directory::ProjectView,
    error::{AppError, Problem},
    http::{
        answer::Data,
        extract::{Path, Query},
    },
    tasks::{
        TaskName,
        export::{self, ExportFormat},
        list::{self, Filter},
        projects,
        view::{Priority, TaskView},
    },
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// How many tasks can be asked for by their keys at once.
const MOST_KEYS: usize = 100;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Ids or names of statuses, separated by commas.
    #[serde(default)]
    status: Option<String>,
    /// Ids of people, `me`, or `none` for what nobody is assigned to; separated by commas.
    #[serde(default)]
    assignee: Option<String>,
    /// Ids or names of labels, separated by commas.
    #[serde(default)]
    label: Option<String>,
    /// Priorities, separated by commas.
    #[serde(default)]
    priority: Option<String>,
    /// Part of the title, or a key or number.
    #[serde(default)]
    q: Option<String>,
    /// `true` for those that were deleted and can be taken back.
    #[serde(default)]
    deleted: Option<bool>,
}

fn words(list: Option<&String>) -> impl Iterator<Item = &str> {
    list.map(String::as_str).unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty())
}

impl TaskQuery {
    fn filter(&self, actor: &Actor, project: &ProjectView) -> Result<Filter, AppError> {
        let unknown = |field: &str, word: &str| AppError::field(field, format!("has an unknown word, {word:.40}"));
        let statuses = words(self.status.as_ref()).map(|word| {
            let fits = |id: u32, name: &str| word.parse() == Ok(id) || name.to_lowercase() == word.to_lowercase();
            let found = project.statuses.iter().find(|status| fits(status.id, &status.name));
            found.map(|status| status.id).ok_or_else(|| unknown("status", word))
        });
        let labels = words(self.label.as_ref()).map(|word| {
            let fits = |id: u32, name: &str| word.parse() == Ok(id) || name.to_lowercase() == word.to_lowercase();
            let found = project.labels.iter().find(|label| fits(label.id, &label.name));
            found.map(|label| label.id).ok_or_else(|| unknown("label", word))
        });
        let assignees = words(self.assignee.as_ref()).map(|word| match word {
            "me" => Ok(Some(actor.user)),
            "none" => Ok(None),
            id => id.parse().map(Some).map_err(|_| unknown("assignee", id)),
        });
        let priorities =
            words(self.priority.as_ref()).map(|word| Priority::of(word).ok_or_else(|| unknown("priority", word)));
        let q = self.q.clone().unwrap_or_default().trim().to_lowercase();
        if q.len() > 200 {
            return Err(AppError::field("q", "is longer than 200 bytes"));
        }
        Ok(Filter {
            statuses: statuses.collect::<Result<_, _>>()?,
            assignees: assignees.collect::<Result<_, _>>()?,
            labels: labels.collect::<Result<_, _>>()?,
            priorities: priorities.collect::<Result<_, _>>()?,
            q,
            deleted: self.deleted.unwrap_or_default(),
        })
    }
}

/// The tasks of a project, by column and place in it
#[utoipa::path(get, path = "/projects/{project}/tasks", tag = "tasks", params(("project" = String, Path, description = "An id or a key"), TaskQuery),
    responses((status = 200, body = Data<Vec<TaskView>>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn list_project_tasks(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    Query(query): Query<TaskQuery>,
) -> Result<Data<Vec<TaskView>>, AppError> {
    let project = projects::find(&app, &actor, &project)?;
    let filter = query.filter(&actor, &project)?;
    list::of_project(&app, &actor, project.id, &filter).await.map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// `csv`, `xlsx` or `json`.
    format: ExportFormat,
}

/// The tasks of a project that fit, as a file
#[utoipa::path(get, path = "/projects/{project}/export", tag = "tasks", params(("project" = String, Path, description = "An id or a key"), FormatQuery, TaskQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn export_tasks(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(project): Path<String>,
    Query(format): Query<FormatQuery>,
    Query(query): Query<TaskQuery>,
) -> Result<Response, AppError> {
    let project = projects::find(&app, &actor, &project)?;
    let filter = query.filter(&actor, &project)?;
    let tasks = list::of_project(&app, &actor, project.id, &filter).await?;
    let format = format.format;
    audit::tell(&app, Act::ProjectExported, By::from(&actor), None, project.key.clone()).await;
    let (name, bytes) = tokio::task::spawn_blocking(move || export::file(&app, project.id, &tasks, format))
        .await
        .map_err(AppError::internal)??;
    let headers = [
        (header::CONTENT_TYPE, format.kind().1.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// The open tasks that one is assigned to, in all projects
///
/// Those that are due first stand first.
#[utoipa::path(get, path = "/users/me/tasks", tag = "tasks", responses(
    (status = 200, body = Data<Vec<TaskView>>), (status = 401, body = Problem)))]
pub async fn list_my_tasks(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<TaskView>>, AppError> {
    list::mine(&app, &actor).await.map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KeysQuery {
    /// At most 100 keys or ids, separated by commas.
    keys: String,
}

/// The tasks with these keys, as far as there are such that one may see
#[utoipa::path(get, path = "/tasks", tag = "tasks", params(KeysQuery), responses(
    (status = 200, body = Data<Vec<TaskView>>), (status = 400, body = Problem)))]
pub async fn list_tasks(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<KeysQuery>,
) -> Result<Data<Vec<TaskView>>, AppError> {
    let keys: Vec<_> = words(Some(&query.keys)).filter_map(|word| TaskName::parse(word).ok()).collect();
    if keys.len() > MOST_KEYS {
        return Err(AppError::field("keys", format!("has more than {MOST_KEYS}")));
    }
    list::named(&app, &actor, &keys).await.map(Data::of)
}
