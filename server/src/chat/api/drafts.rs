//! What people began to write and did not send.

use crate::{
    accounts::Actor,
    app::App,
    chat::drafts,
    clock::Timestamp,
    directory::{Begun, WritingPlace},
    error::{AppError, Problem},
    http::{answer::Data, extract::Json},
    ids::ChannelId,
};
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What one began and did not send
///
/// The last changed first.
#[utoipa::path(get, path = "/drafts", tag = "drafts", responses(
    (status = 200, body = Data<Vec<Begun>>), (status = 401, body = Problem)))]
pub async fn list_drafts(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<Begun>>, AppError> {
    drafts::list(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DraftBody {
    channel_id: ChannelId,
    /// The number of the message that it replies to.
    #[serde(default)]
    root: Option<u32>,
    /// At most 16,000 characters; empty where it was sent or thrown away.
    body: String,
    /// When it was written. A moment to come counts as now.
    edited_at: Timestamp,
}

/// Keep what was begun
///
/// The newest word on a place counts: the answer is what is kept, which may be from another device. At most 100, with
/// 200,000 characters together.
#[utoipa::path(put, path = "/drafts", tag = "drafts", request_body = DraftBody, responses(
    (status = 200, body = Data<Begun>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn put_draft(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<DraftBody>,
) -> Result<Data<Begun>, AppError> {
    let DraftBody { channel_id, root, body, edited_at } = body;
    drafts::put(&app, &actor, WritingPlace { channel_id, root }, &body, edited_at).await.map(Data::of)
}
