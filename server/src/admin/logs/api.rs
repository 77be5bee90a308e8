//! The routes of the log.

use super::{From, Level, Line, Place, Wanted};
use crate::{
    accounts::Actor,
    app::App,
    clock,
    error::{AppError, Problem},
    http::{answer::Data, extract::Query},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest text to look for, in characters.
const LONGEST_TEXT: usize = 100;
/// The longest name of a place, in bytes.
const LONGEST_PLACE: usize = 60;

/// Every route of the log.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_log)).routes(routes!(get_support_bundle))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    /// Only lines that are as bad as this, or worse.
    #[serde(default = "info")]
    #[param(inline)]
    level: Level,
    /// Only lines with these letters, be they the id of a request.
    #[serde(default)]
    #[param(max_length = 100)]
    text: String,
    /// Only lines before this place: the `before` of an earlier answer.
    #[serde(default)]
    before: Option<String>,
    /// Only lines after this place: the `after` of an earlier answer.
    #[serde(default)]
    after: Option<String>,
    /// How many lines at most.
    #[serde(default = "hundred")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: usize,
}

fn info() -> Level {
    Level::Info
}

fn hundred() -> usize {
    100
}

/// A part of the log.
#[derive(Debug, Serialize, ToSchema)]
struct LogPage {
    /// The newest last.
    lines: Vec<Line>,
    /// Where older lines are looked for; absent at the log's beginning. There can be more even where no line was found:
    /// a part of the log is looked through at a time.
    before: Option<String>,
    /// Where newer lines will be.
    after: Option<String>,
}

/// The hub's own log
///
/// Without `before` and `after` the newest lines; with `after` what came since, for looking on live.
#[utoipa::path(get, path = "/admin/logs", tag = "overview", params(LogQuery), responses(
    (status = 200, body = Data<LogPage>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn list_log(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<LogQuery>,
) -> Result<Data<LogPage>, AppError> {
    if !(1..=500).contains(&query.limit) {
        return Err(AppError::field("limit", "is not between 1 and 500"));
    }
    if query.text.chars().count() > LONGEST_TEXT {
        return Err(AppError::field("text", "is longer than 100 characters"));
    }
    let place = |name: &str, text: String| -> Result<Place, AppError> {
        let place = (text.len() <= LONGEST_PLACE).then(|| text.parse().ok()).flatten();
        place.ok_or_else(|| AppError::field(name, "is not a place in the log"))
    };
    let from = match (query.before, query.after) {
        (None, None) => From::End,
        (Some(before), None) => From::Before(place("before", before)?),
        (None, Some(after)) => From::After(place("after", after)?),
        (Some(_), Some(_)) => return Err(AppError::field("after", "does not go together with before")),
    };
    let wanted = Wanted { level: query.level, text: query.text, from, limit: query.limit };
    let found = super::list(&app, &actor, wanted).await?;
    let name = |place: Option<Place>| place.map(|place| place.to_string());
    Ok(Data::of(LogPage { lines: found.lines, before: name(found.before), after: name(found.after) }))
}

/// What somebody needs who helps from afar, without what is private
#[utoipa::path(get, path = "/admin/support.zip", tag = "overview", responses(
    (status = 200, content_type = "application/zip", body = Vec<u8>), (status = 403, body = Problem)))]
async fn get_support_bundle(State(app): State<Arc<App>>, actor: Actor) -> Result<Response, AppError> {
    let zip = super::bundle(&app, &actor).await?;
    let name = format!("attachment; filename=\"hearth-support-{}.zip\"", clock::day(clock::now()));
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, zip).into_response())
}
