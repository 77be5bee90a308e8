//! Mentions, and what one wants to be told.

use crate::{
    accounts::Actor,
    app::App,
    chat::{
        alerts,
        mentions::{self, MentionView},
        messages::Page,
    },
    directory::{Level, MembershipView},
    error::{AppError, Problem},
    http::{
        answer::Data,
        extract::{Json, Path, Query},
    },
    ids::ChannelId,
};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MentionQuery {
    /// Those that stand before this place of the list.
    #[serde(default)]
    before: Option<u32>,
    /// How many places are looked at, 1 to 100.
    #[serde(default = "thirty")]
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: u32,
}

fn thirty() -> u32 {
    30
}

/// Where a page of mentions stands in the list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MentionPosition {
    /// For the page of older ones.
    before: u32,
    has_before: bool,
}

/// A page of mentions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MentionPage {
    /// Always true.
    success: bool,
    data: Vec<MentionView>,
    pagination: MentionPosition,
}

/// The messages that spoke to one, and what one was told of tasks
///
/// What was deleted, or that one may no longer read, are left out.
#[utoipa::path(get, path = "/mentions", tag = "messages", params(MentionQuery), responses(
    (status = 200, body = MentionPage), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_mentions(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<MentionQuery>,
) -> Result<Response, AppError> {
    if !(1..=100).contains(&query.limit) {
        return Err(AppError::field("limit", "is not between 1 and 100"));
    }
    let page = query.before.map_or(Page::Newest, Page::Before);
    let (data, before) = mentions::list(&app, &actor, page, query.limit).await?;
    let pagination = MentionPosition { before, has_before: before > 1 };
    Ok(axum::Json(MentionPage { success: true, data, pagination }).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelBody {
    /// `null` for what one usually wants.
    #[serde(default)]
    level: Option<Level>,
    /// Whether it no longer shows that it is unread.
    muted: bool,
}

/// Set what one wants to be told of a channel
#[utoipa::path(put, path = "/channels/{channelId}/notifications", tag = "channels", params(("channelId" = ChannelId, Path)), request_body = LevelBody, responses(
    (status = 200, body = Data<MembershipView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn set_notifications(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
    Json(body): Json<LevelBody>,
) -> Result<Data<MembershipView>, AppError> {
    mentions::set_level(&app, &actor, channel, (body.level, body.muted)).await.map(Data::of)
}

/// The words of which one wants to be told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// At most 30, of 2 to 40 characters each; lower-cased.
    words: Vec<String>,
}

/// The words of which one wants to be told
#[utoipa::path(get, path = "/users/me/alerts", tag = "messages", responses((status = 200, body = Data<Alerts>), (status = 401, body = Problem)))]
pub async fn get_alerts(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Alerts>, AppError> {
    alerts::get(&app, &actor).map(|words| Data::of(Alerts { words }))
}

/// Set the words of which one wants to be told
///
/// A message that says one of them counts as one that names you. Nobody else sees them.
#[utoipa::path(put, path = "/users/me/alerts", tag = "messages", request_body = Alerts, responses(
    (status = 200, body = Data<Alerts>), (status = 400, body = Problem)))]
pub async fn set_alerts(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<Alerts>,
) -> Result<Data<Alerts>, AppError> {
    alerts::set(&app, &actor, body.words).await.map(|words| Data::of(Alerts { words }))
}
