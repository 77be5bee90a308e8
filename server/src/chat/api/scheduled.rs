//! Messages that are to be sent at a moment.

use crate::{
    accounts::Actor,
    app::App,
    chat::{
        messages::MessageView,
        scheduled::{self, NewScheduled, ScheduledPatch},
    },
    clock::{self, Timestamp},
    directory::{Scheduled, WritingPlace},
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path},
    },
    ids::{ChannelId, ScheduledId},
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The messages that are to be sent for one
///
/// The first to be sent first.
#[utoipa::path(get, path = "/scheduled", tag = "scheduled", responses(
    (status = 200, body = Data<Vec<Scheduled>>), (status = 401, body = Problem)))]
pub async fn list_scheduled(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<Scheduled>>, AppError> {
    scheduled::list(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduledBody {
    channel_id: ChannelId,
    /// The number of the message that it replies to.
    #[serde(default)]
    root: Option<u32>,
    /// Whether a reply stands in the channel as well.
    #[serde(default)]
    also_to_channel: bool,
    /// Markdown, 1 to 16,000 characters.
    body: String,
    /// At most a year ahead.
    send_at: Timestamp,
}

/// Have a message sent at a moment
///
/// Whether one may write there is asked again then. At most 100 wait.
#[utoipa::path(post, path = "/scheduled", tag = "scheduled", request_body = ScheduledBody, responses(
    (status = 201, body = Data<Scheduled>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn schedule_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<ScheduledBody>,
) -> Result<Response, AppError> {
    let ScheduledBody { channel_id, root, also_to_channel, body, send_at } = body;
    let new = NewScheduled { place: WritingPlace { channel_id, root }, also_to_channel, body, send_at };
    let made = scheduled::create(&app, &actor, new, clock::now()).await?;
    Ok(created(&format!("/api/v1/scheduled/{}", made.id), Data::of(made)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduledChange {
    #[serde(default)]
    #[schema(nullable = false)]
    body: Option<String>,
    /// One that failed, or was held back, waits for this again.
    #[serde(default)]
    #[schema(nullable = false)]
    send_at: Option<Timestamp>,
}

/// Change what is to be sent, or when
#[utoipa::path(patch, path = "/scheduled/{id}", tag = "scheduled", params(("id" = ScheduledId, Path)), request_body = ScheduledChange, responses(
    (status = 200, body = Data<Scheduled>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn update_scheduled(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ScheduledId>,
    Json(body): Json<ScheduledChange>,
) -> Result<Data<Scheduled>, AppError> {
    let patch = ScheduledPatch { body: body.body, send_at: body.send_at };
    scheduled::update(&app, &actor, id, patch, clock::now()).await.map(Data::of)
}

/// Send a scheduled message now
#[utoipa::path(post, path = "/scheduled/{id}/send", tag = "scheduled", params(("id" = ScheduledId, Path)), responses(
    (status = 200, body = Data<MessageView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 429, body = Problem)))]
pub async fn send_scheduled(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ScheduledId>,
) -> Result<Data<MessageView>, AppError> {
    scheduled::send_now(&app, &actor, id).await.map(Data::of)
}

/// Forget a scheduled message
#[utoipa::path(delete, path = "/scheduled/{id}", tag = "scheduled", params(("id" = ScheduledId, Path)), responses(
    (status = 204), (status = 429, body = Problem)))]
pub async fn delete_scheduled(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ScheduledId>,
) -> Result<StatusCode, AppError> {
    scheduled::delete(&app, &actor, id).await.map(|()| StatusCode::NO_CONTENT)
}
