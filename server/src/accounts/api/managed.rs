//! People as admins manage them.

use crate::{
    accounts::{
        Actor,
        managed::{self, DetailsView, ManagedView, Order, Standing, Wanted},
        newcomers::{self, LineView, Run},
        two_factor,
    },
    app::App,
    error::{AppError, Problem},
    http::{
        answer::{Data, PageQuery, Paged},
        extract::{Json, Path, Query},
    },
    ids::{SessionId, UserId},
    permission::Role,
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// Part of a name, user name or e-mail address.
    #[serde(default)]
    q: Option<String>,
    #[serde(default)]
    #[param(inline)]
    role: Option<Role>,
    /// Only those of whom this holds.
    #[serde(default)]
    #[param(inline)]
    standing: Option<Standing>,
    #[serde(default)]
    #[param(inline)]
    sort: Option<Order>,
}

/// The people of the team as admins see them, without bots
#[utoipa::path(get, path = "/admin/people", tag = "people", params(PageQuery, PeopleQuery), responses(
    (status = 200, body = Paged<ManagedView>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub async fn list_people(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(page): Query<PageQuery>,
    Query(query): Query<PeopleQuery>,
) -> Result<Paged<ManagedView>, AppError> {
    let PeopleQuery { q, role, standing, sort } = query;
    let wanted = Wanted { text: q.unwrap_or_default(), role, standing, order: sort.unwrap_or_default() };
    Paged::of(managed::list(&app, &actor, &wanted)?, page)
}

/// People to add, from a table.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeopleBody {
    /// A line for each, at most 500: name, e-mail address or user name, role. With headings (`name`, `username`,
    /// `email`, `role`) the columns can be in any order. Parted by commas, semicolons or tabs.
    csv: String,
    /// Only say what would come of each line.
    #[serde(default)]
    dry_run: bool,
}

/// Add people from a table
///
/// Who is added has no password: the `url` of their line, good for a week and shown only here, is the link by which they
/// choose one. A line of somebody who is there already changes nothing.
#[utoipa::path(post, path = "/admin/people", tag = "people", request_body = PeopleBody, responses(
    (status = 200, body = Data<Vec<LineView>>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
pub async fn create_people(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<PeopleBody>,
) -> Result<Response, AppError> {
    let run = if body.dry_run { Run::Dry } else { Run::Real };
    let lines = newcomers::add(&app, &actor, &body.csv, run).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Data::of(lines)).into_response())
}

/// A person with their devices and API tokens, for admins
#[utoipa::path(get, path = "/admin/people/{userId}", tag = "people", params(("userId" = UserId, Path)), responses(
    (status = 200, body = Data<DetailsView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn get_person(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(user): Path<UserId>,
) -> Result<Data<DetailsView>, AppError> {
    managed::look(&app, &actor, user).map(Data::of)
}

/// Sign a person out everywhere
///
/// Out of every browser and API client but the one that asks; their API tokens stay.
#[utoipa::path(delete, path = "/admin/people/{userId}/sessions", tag = "people", params(("userId" = UserId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_person_sessions(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(user): Path<UserId>,
) -> Result<StatusCode, AppError> {
    managed::end_all(&app, &actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out one device of a person, or revoke one of their API tokens
#[utoipa::path(delete, path = "/admin/people/{userId}/sessions/{sessionId}", tag = "people",
    params(("userId" = UserId, Path), ("sessionId" = SessionId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_person_session(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((user, session)): Path<(UserId, SessionId)>,
) -> Result<StatusCode, AppError> {
    managed::end(&app, &actor, user, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switch off a person's two-factor sign-in
///
/// For somebody who lost their device and their recovery codes.
#[utoipa::path(delete, path = "/admin/people/{userId}/two-factor", tag = "people", params(("userId" = UserId, Path)), responses(
    (status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn reset_two_factor(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(user): Path<UserId>,
) -> Result<StatusCode, AppError> {
    two_factor::reset(&app, &actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
