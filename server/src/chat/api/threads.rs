//! Threads.

use super::polls::PollBody;
use crate::{
    accounts::Actor,
    app::App,
    chat::{
        messages::{MessageView, Sent, Words},
        threads::{self, Also, Followed, ThreadOpened, Which},
    },
    directory::MembershipView,
    error::{AppError, Problem},
    http::{
        answer::{Data, PageQuery, Paged, created},
        extract::{Json, Path, Query},
    },
    ids::{ChannelId, FileId},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// A message with the thread that hangs on it
///
/// The replies are the messages of `/channels/{thread.id}/messages`.
#[utoipa::path(get, path = "/channels/{channelId}/messages/{number}/thread", tag = "threads", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<ThreadOpened>), (status = 404, body = Problem)))]
pub async fn get_thread(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(root): Path<(ChannelId, u32)>,
) -> Result<Data<ThreadOpened>, AppError> {
    threads::open(&app, &actor, root).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplyBody {
    /// Markdown, 1 to 16,000 characters; may be empty in a message with files.
    #[serde(default)]
    body: String,
    /// As for any message.
    #[serde(default)]
    file_ids: Vec<FileId>,
    /// As for any message.
    #[serde(default)]
    client_key: Option<String>,
    /// Whether the reply stands in the channel as well.
    #[serde(default)]
    also_to_channel: bool,
    /// As for any message; only in the thread.
    #[serde(default)]
    poll: Option<PollBody>,
}

/// Reply to a message
///
/// The first reply begins the thread. Whoever replies, is named in a reply or wrote the message that
/// is replied to follows the thread.
#[utoipa::path(post, path = "/channels/{channelId}/messages/{number}/replies", tag = "threads", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), request_body = ReplyBody, responses(
    (status = 201, body = Data<MessageView>), (status = 200, body = Data<MessageView>), (status = 400, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn create_reply(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(root): Path<(ChannelId, u32)>,
    Json(body): Json<ReplyBody>,
) -> Result<Response, AppError> {
    let also = if body.also_to_channel { Also::ToChannel } else { Also::ThreadOnly };
    let words = Words {
        body: body.body,
        files: body.file_ids,
        client_key: body.client_key,
        alias: None,
        poll: body.poll.map(PollBody::poll),
    };
    Ok(match threads::reply(&app, &actor, root, words, also).await? {
        Sent::New(message) => {
            let place = format!("/api/v1/channels/{}/messages/{}", message.channel_id, message.number);
            created(&place, Data::of(message))
        }
        Sent::Before(message) => Data::of(message).into_response(),
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    /// `all` when absent.
    #[serde(default)]
    #[param(inline)]
    filter: Option<Which>,
}

/// The threads that one follows
///
/// Those that were written in last come first.
#[utoipa::path(get, path = "/threads", tag = "threads", params(PageQuery, ThreadQuery), responses(
    (status = 200, body = Paged<Followed>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_threads(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(page): Query<PageQuery>,
    Query(query): Query<ThreadQuery>,
) -> Result<Paged<Followed>, AppError> {
    let places = threads::places(&app, &actor, query.filter.unwrap_or(Which::All))?;
    let (places, pagination) = Paged::of(places, page)?.parts();
    threads::show(&app, places).await.map(|threads| Paged::at(threads, pagination))
}

/// Follow a thread
///
/// What was said before counts as read.
#[utoipa::path(put, path = "/threads/{threadId}/follow", tag = "threads", params(("threadId" = ChannelId, Path)), responses(
    (status = 200, body = Data<MembershipView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn follow_thread(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(thread): Path<ChannelId>,
) -> Result<Data<MembershipView>, AppError> {
    threads::start_following(&app, &actor, thread).await.map(Data::of)
}

/// Do not follow a thread any more
#[utoipa::path(delete, path = "/threads/{threadId}/follow", tag = "threads", params(("threadId" = ChannelId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn unfollow_thread(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(thread): Path<ChannelId>,
) -> Result<StatusCode, AppError> {
    threads::stop_following(&app, &actor, thread).await?;
    Ok(StatusCode::NO_CONTENT)
}
