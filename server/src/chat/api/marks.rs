//! Pins and saved messages.

use crate::{
    accounts::Actor,
    app::App,
    chat::{
        pins::{self, PinView},
        saved::{self, SavedMessageView, SavedView},
    },
    directory::ChannelView,
    error::{AppError, Problem},
    http::{
        answer::{Data, PageQuery, Paged},
        extract::{Path, Query},
    },
    ids::ChannelId,
};
use axum::{extract::State, http::StatusCode};
use std::sync::Arc;

/// The pinned messages of a conversation
///
/// The last one pinned first; at most 100.
#[utoipa::path(get, path = "/channels/{channelId}/pins", tag = "messages", params(("channelId" = ChannelId, Path)), responses(
    (status = 200, body = Data<Vec<PinView>>), (status = 404, body = Problem)))]
pub async fn list_pins(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
) -> Result<Data<Vec<PinView>>, AppError> {
    pins::list(&app, &actor, channel).await.map(Data::of)
}

/// Pin a message
///
/// For everybody in the conversation. Guests cannot.
#[utoipa::path(put, path = "/channels/{channelId}/messages/{number}/pin", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<ChannelView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn pin_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<ChannelView>, AppError> {
    pins::pin(&app, &actor, channel, number).await.map(Data::of)
}

/// Take the pin off a message
#[utoipa::path(delete, path = "/channels/{channelId}/messages/{number}/pin", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<ChannelView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn unpin_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<ChannelView>, AppError> {
    pins::unpin(&app, &actor, channel, number).await.map(Data::of)
}

/// The messages that one saved for later
///
/// The last one saved first.
#[utoipa::path(get, path = "/saved", tag = "messages", params(PageQuery), responses(
    (status = 200, body = Paged<SavedMessageView>), (status = 400, body = Problem)))]
pub async fn list_saved(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<PageQuery>,
) -> Result<Paged<SavedMessageView>, AppError> {
    let page = Paged::of(saved::list(&app, &actor)?, query)?;
    let (saved, pagination) = page.parts();
    saved::show(&app, &actor, saved).await.map(|shown| Paged::at(shown, pagination))
}

/// Save a message for later
///
/// Nobody else learns of it. At most 500.
#[utoipa::path(put, path = "/channels/{channelId}/messages/{number}/saved", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<SavedView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn save_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<SavedView>, AppError> {
    saved::save(&app, &actor, channel, number).await.map(Data::of)
}

/// Forget a saved message
#[utoipa::path(delete, path = "/channels/{channelId}/messages/{number}/saved", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 204), (status = 429, body = Problem)))]
pub async fn forget_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<StatusCode, AppError> {
    saved::forget(&app, &actor, channel, number).await.map(|()| StatusCode::NO_CONTENT)
}
