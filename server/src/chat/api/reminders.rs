//! What people want to be reminded of.

use crate::{
    accounts::Actor,
    app::App,
    chat::reminders::{self, NewReminder, ReminderPatch, Shown},
    clock::{self, Timestamp},
    directory::Reminder,
    error::{AppError, Problem},
    http::{
        answer::{Data, PageQuery, Paged, created},
        extract::{Json, Path, Query},
    },
    ids::{ChannelId, ReminderId},
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What one wants to be reminded of
///
/// What is due and what waits, by its moment; then what is done, the last first. With the messages, as
/// far as one may still read them.
#[utoipa::path(get, path = "/reminders", tag = "reminders", params(PageQuery), responses(
    (status = 200, body = Paged<Shown>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_reminders(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<PageQuery>,
) -> Result<Paged<Shown>, AppError> {
    let (page, pagination) = Paged::of(reminders::list(&app, &actor)?, query)?.parts();
    reminders::show(&app, &actor, page).await.map(|shown| Paged::at(shown, pagination))
}

/// A message to be reminded of.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReminderMessage {
    channel_id: ChannelId,
    number: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReminderBody {
    /// Of what, in one's own words: at most 500 characters. May be empty where it is of a message.
    #[serde(default)]
    text: String,
    #[serde(default)]
    message: Option<ReminderMessage>,
    /// At most five years ahead.
    due_at: Timestamp,
}

/// Be reminded at a moment
///
/// Of a message, of something in one's own words, or of both. Nobody else learns of it. At most 200 that
/// are not done.
#[utoipa::path(post, path = "/reminders", tag = "reminders", request_body = ReminderBody, responses(
    (status = 201, body = Data<Reminder>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn create_reminder(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<ReminderBody>,
) -> Result<Response, AppError> {
    let message = body.message.map(|message| (message.channel_id, message.number));
    let new = NewReminder { text: body.text, message, due_at: body.due_at };
    let made = reminders::create(&app, &actor, new, clock::now()).await?;
    Ok(created(&format!("/api/v1/reminders/{}", made.id), Data::of(made)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReminderChange {
    #[serde(default)]
    #[schema(nullable = false)]
    text: Option<String>,
    /// It waits for this again, whatever has become of it.
    #[serde(default)]
    #[schema(nullable = false)]
    due_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(nullable = false)]
    done: Option<bool>,
}

/// Change a reminder, put it off, or be done with it
///
/// Of those that are done the last 100 are kept.
#[utoipa::path(patch, path = "/reminders/{id}", tag = "reminders", params(("id" = ReminderId, Path)), request_body = ReminderChange, responses(
    (status = 200, body = Data<Reminder>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn update_reminder(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ReminderId>,
    Json(body): Json<ReminderChange>,
) -> Result<Data<Reminder>, AppError> {
    let patch = ReminderPatch { text: body.text, due_at: body.due_at, done: body.done };
    reminders::update(&app, &actor, id, patch, clock::now()).await.map(Data::of)
}

/// Forget a reminder
#[utoipa::path(delete, path = "/reminders/{id}", tag = "reminders", params(("id" = ReminderId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 429, body = Problem)))]
pub async fn delete_reminder(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ReminderId>,
) -> Result<StatusCode, AppError> {
    reminders::delete(&app, &actor, id).await.map(|()| StatusCode::NO_CONTENT)
}
