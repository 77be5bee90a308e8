//! The routes of previews.

use super::Preview;
use crate::{
    accounts::Actor,
    app::App,
    chat::{self, MessageView},
    error::{AppError, Problem},
    http::{answer::Data, extract::Path},
    ids::ChannelId,
};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of previews.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_previews, delete_previews))
}

/// What stands behind the links of a message
///
/// Of the first three, as far as it can be read; nothing where no admin switched this on, or where the message's author took
/// the previews away.
#[utoipa::path(get, path = "/channels/{channelId}/messages/{number}/previews", tag = "messages",
    params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<Vec<Preview>>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_previews(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<Vec<Preview>>, AppError> {
    super::of_message(&app, &actor, channel, number).await.map(Data::of)
}

/// Show nothing beneath a message of what it links to
///
/// For its author; its words stay as they are.
#[utoipa::path(delete, path = "/channels/{channelId}/messages/{number}/previews", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<MessageView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_previews(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<MessageView>, AppError> {
    chat::lay_bare(&app, &actor, channel, number).await.map(Data::of)
}
