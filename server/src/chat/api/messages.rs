//! Messages and read marks.

use super::polls::PollBody;
use crate::{
    accounts::Actor,
    app::App,
    chat::{
        messages::{self, MessageView, Page, RevisionView, Sent, Words},
        reads::{self, ReadView},
        receipts::{self, ReadersView},
    },
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{IfMatch, Json, Path, Query},
    },
    ids::{ChannelId, FileId},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The messages that come before this number.
    #[serde(default)]
    before: Option<u32>,
    /// The messages that come after this number.
    #[serde(default)]
    after: Option<u32>,
    /// The messages on both sides of this number, itself included.
    #[serde(default)]
    around: Option<u32>,
    /// 1 to 100.
    #[serde(default = "fifty")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

fn fifty() -> u32 {
    50
}

impl HistoryQuery {
    fn page(&self) -> Result<Page, AppError> {
        if !(1..=100).contains(&self.limit) {
            return Err(AppError::field("limit", "is not between 1 and 100"));
        }
        match (self.before, self.after, self.around) {
            (None, None, None) => Ok(Page::Newest),
            (Some(number), None, None) => Ok(Page::Before(number)),
            (None, Some(number), None) => Ok(Page::After(number)),
            (None, None, Some(number)) => Ok(Page::Around(number)),
            _ => Err(AppError::field("before, after and around", "exclude one another")),
        }
    }
}

/// Where a page of history stands in its channel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// For the page before this one.
    before: Option<u32>,
    /// For the page after this one.
    after: Option<u32>,
    has_before: bool,
    has_after: bool,
}

/// A page of history, the oldest message first.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// Always true.
    success: bool,
    data: Vec<MessageView>,
    pagination: Position,
}

/// A page of a channel's history
///
/// Without `before`, `after` and `around`, the newest.
#[utoipa::path(get, path = "/channels/{channelId}/messages", tag = "messages", params(("channelId" = ChannelId, Path), HistoryQuery), responses(
    (status = 200, body = History), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn list_messages(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Response, AppError> {
    let (data, last) = messages::list(&app, &actor, channel, query.page()?, query.limit).await?;
    let first_number = data.first().map(|message| message.number);
    let last_number = data.last().map(|message| message.number);
    let pagination = Position {
        before: first_number,
        after: last_number,
        has_before: first_number.is_some_and(|number| number > 1),
        has_after: last_number.is_some_and(|number| number < last),
    };
    Ok(axum::Json(History { success: true, data, pagination }).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessageBody {
    /// Markdown, 1 to 16,000 characters; may be empty in a message with files.
    body: String,
    /// Files that were uploaded and are in no message yet, at most 20.
    #[serde(default)]
    #[schema(nullable = false)]
    file_ids: Vec<FileId>,
    /// A name that the client gives the message, unique per author: sending it again finds the
    /// message that was made. 1 to 64 visible ASCII characters.
    #[serde(default)]
    client_key: Option<String>,
    /// What it asks; `body` is the question then, of at most 1,000 characters.
    #[serde(default)]
    poll: Option<PollBody>,
}

/// Say something
///
/// Answers 201 once the message is on disk, and 200 with the first message when its `clientKey`
/// was used before.
#[utoipa::path(post, path = "/channels/{channelId}/messages", tag = "messages", params(("channelId" = ChannelId, Path)), request_body = MessageBody, responses(
    (status = 201, body = Data<MessageView>), (status = 200, body = Data<MessageView>), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn send_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
    Json(body): Json<MessageBody>,
) -> Result<Response, AppError> {
    let words = Words {
        body: body.body,
        files: body.file_ids,
        client_key: body.client_key,
        alias: None,
        poll: body.poll.map(PollBody::poll),
    };
    Ok(match messages::send(&app, &actor, channel, words).await? {
        Sent::New(message) => {
            let place = format!("/api/v1/channels/{channel}/messages/{}", message.number);
            created(&place, Data::of(message))
        }
        Sent::Before(message) => Data::of(message).into_response(),
    })
}

/// One message
#[utoipa::path(get, path = "/channels/{channelId}/messages/{number}", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<MessageView>), (status = 404, body = Problem)))]
pub async fn get_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<MessageView>, AppError> {
    messages::get(&app, &actor, channel, number).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessagePatch {
    /// Markdown, 1 to 16,000 characters; may be empty in a message with files.
    body: String,
}

/// Change what a message says
///
/// Its author only. What it said before is kept as a revision.
#[utoipa::path(patch, path = "/channels/{channelId}/messages/{number}", tag = "messages", request_body = MessagePatch,
    params(("channelId" = ChannelId, Path), ("number" = u32, Path), ("If-Match" = Option<String>, Header, description = "The expected version")),
    responses((status = 200, body = Data<MessageView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub async fn update_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
    version: IfMatch,
    Json(body): Json<MessagePatch>,
) -> Result<Data<MessageView>, AppError> {
    messages::edit(&app, &actor, channel, number, &body.body, version).await.map(Data::of)
}

/// Take a message back
///
/// Its author, the channel's managers, and in public channels admins. Its number stays, as a
/// tombstone.
#[utoipa::path(delete, path = "/channels/{channelId}/messages/{number}", tag = "messages",
    params(("channelId" = ChannelId, Path), ("number" = u32, Path), ("If-Match" = Option<String>, Header, description = "The expected version")),
    responses((status = 200, body = Data<MessageView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub async fn delete_message(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
    version: IfMatch,
) -> Result<Data<MessageView>, AppError> {
    messages::delete(&app, &actor, channel, number, version).await.map(Data::of)
}

/// What a message said before
///
/// The oldest first; the present text is not among them.
#[utoipa::path(get, path = "/channels/{channelId}/messages/{number}/revisions", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<Vec<RevisionView>>), (status = 404, body = Problem)))]
pub async fn list_revisions(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<Vec<RevisionView>>, AppError> {
    messages::revisions(&app, &actor, channel, number).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadBody {
    /// The last message that was read.
    number: u32,
}

/// Make a message and those after it unread again
///
/// The same on all of one's devices; at most the newest 10,000 messages.
#[utoipa::path(put, path = "/channels/{channelId}/messages/{number}/unread", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<ReadView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn mark_unread(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<ReadView>, AppError> {
    reads::mark_unread(&app, &actor, channel, number).await.map(Data::of)
}

/// Who has read a message
///
/// Where the team's setting `readReceipts` is on, in conversations of at most 100 people one is in. Without its
/// author, and without those who do not want to be shown.
#[utoipa::path(get, path = "/channels/{channelId}/messages/{number}/readers", tag = "messages", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<ReadersView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn list_readers(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<ReadersView>, AppError> {
    receipts::readers(&app, &actor, channel, number).await.map(Data::of)
}

/// Note how far one has read
///
/// A mark never goes back.
#[utoipa::path(put, path = "/channels/{channelId}/read", tag = "messages", params(("channelId" = ChannelId, Path)), request_body = ReadBody, responses(
    (status = 200, body = Data<ReadView>), (status = 404, body = Problem)))]
pub async fn mark_read(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
    Json(body): Json<ReadBody>,
) -> Result<Data<ReadView>, AppError> {
    reads::mark(&app, &actor, channel, body.number).await.map(Data::of)
}
