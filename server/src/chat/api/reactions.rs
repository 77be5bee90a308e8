//! Reactions.

use crate::{
    accounts::Actor,
    app::App,
    chat::reactions::{self, ReactionsView, Wish},
    error::{AppError, Problem},
    http::{answer::Data, extract::Path},
    ids::ChannelId,
};
use axum::extract::State;
use std::sync::Arc;

/// React to a message
///
/// With an emoji of Unicode, skin tones included. A message has at most 20 different ones. Reacting
/// again with the same changes nothing.
#[utoipa::path(put, path = "/channels/{channelId}/messages/{number}/reactions/{emoji}", tag = "messages",
    params(("channelId" = ChannelId, Path), ("number" = u32, Path), ("emoji" = String, Path, description = "The emoji itself")),
    responses((status = 200, body = Data<ReactionsView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn add_reaction(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number, emoji)): Path<(ChannelId, u32, String)>,
) -> Result<Data<ReactionsView>, AppError> {
    reactions::set(&app, &actor, channel, number, &emoji, Wish::There).await.map(Data::of)
}

/// Take a reaction back
///
/// One's own; taking back what is not there changes nothing.
#[utoipa::path(delete, path = "/channels/{channelId}/messages/{number}/reactions/{emoji}", tag = "messages",
    params(("channelId" = ChannelId, Path), ("number" = u32, Path), ("emoji" = String, Path, description = "The emoji itself")),
    responses((status = 200, body = Data<ReactionsView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn remove_reaction(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number, emoji)): Path<(ChannelId, u32, String)>,
) -> Result<Data<ReactionsView>, AppError> {
    reactions::set(&app, &actor, channel, number, &emoji, Wish::Gone).await.map(Data::of)
}
