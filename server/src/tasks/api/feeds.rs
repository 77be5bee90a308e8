//! The addresses at which calendars read tasks.

use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path},
    },
    ids::ProjectId,
    tasks::{
        feeds::{self, FeedView},
        projects,
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A feed with its address; the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedFeed {
    #[serde(flatten)]
    details: FeedView,
    /// The path on this hub that calendars read.
    url: String,
}

/// One's calendar feeds
#[utoipa::path(get, path = "/users/me/feeds", tag = "tasks", responses(
    (status = 200, body = Data<Vec<FeedView>>), (status = 401, body = Problem)))]
pub async fn list_feeds(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<FeedView>>, AppError> {
    feeds::mine(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeedBody {
    /// The id or key of a project; one's own tasks in all projects when absent.
    #[serde(default)]
    #[schema(nullable = false)]
    project: Option<String>,
}

fn project_of(app: &App, actor: &Actor, name: Option<&str>) -> Result<Option<ProjectId>, AppError> {
    name.map(|name| projects::find(app, actor, name).map(|project| project.id)).transpose()
}

/// Get an address at which a calendar reads tasks
///
/// It takes the place of the one before, which stops working at once.
#[utoipa::path(post, path = "/users/me/feeds", tag = "tasks", request_body = FeedBody, responses(
    (status = 201, body = Data<CreatedFeed>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn create_feed(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<FeedBody>,
) -> Result<Response, AppError> {
    let project = project_of(&app, &actor, body.project.as_deref())?;
    let (details, secret) = feeds::make(&app, &actor, project).await?;
    let place = format!("/api/v1/users/me/feeds/{}", project.map_or_else(|| "mine".to_owned(), |id| id.to_string()));
    Ok(created(&place, Data::of(CreatedFeed { details, url: format!("/api/v1/feeds/{secret}.ics") })))
}

/// Have a calendar feed stop working
#[utoipa::path(delete, path = "/users/me/feeds/{feed}", tag = "tasks", params(("feed" = String, Path, description = "`mine`, or the id or key of a project")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_feed(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(feed): Path<String>,
) -> Result<StatusCode, AppError> {
    // A project that they may not see any more has a feed all the same.
    let project = match (feed.as_str(), feed.parse()) {
        ("mine", _) => None,
        (_, Ok(id)) => Some(id),
        (name, Err(_)) => project_of(&app, &actor, Some(name))?,
    };
    feeds::remove(&app, &actor, project).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What calendars read. Its address is its only key, so it is not described with the rest of the API.
pub(crate) async fn read_feed(
    State(app): State<Arc<App>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    // Its being one of the hub's own names was checked before.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let secret = secret.strip_suffix(".ics").unwrap_or(&secret);
    let sheet = feeds::read(&app, secret, &format!("http://{host}")).await?;
    let tag = format!("\"{}\"", sheet.tag);
    let answer = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=60".to_owned()),
        (header::ETAG, tag.clone()),
    ];
    let same = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    if same {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    let name = (header::CONTENT_DISPOSITION, "inline; filename=\"tasks.ics\"");
    Ok((answer, [name], sheet.text.clone()).into_response())
}
