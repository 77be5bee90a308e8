//! Channels and who is in them.

use crate::{
    accounts::Actor,
    app::App,
    chat::{
        bootstrap::{self, Bootstrap},
        channels::{self, ChannelPatch, NewChannel, Opened},
        export::{self, Format},
        members,
    },
    directory::{ChannelKind, ChannelView, MemberRole, MemberView},
    error::{AppError, Problem},
    files::disposition,
    http::{
        answer::{Data, PageQuery, Paged, created},
        extract::{IfMatch, Json, Path, Query},
    },
    ids::{ChannelId, UserId},
};
use axum::{
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Everything a client needs to draw itself
///
/// The cursor is read first: applying the events after it gives the same state as loading again
/// later.
#[utoipa::path(get, path = "/bootstrap", tag = "realtime", responses((status = 200, body = Data<Bootstrap>), (status = 401, body = Problem)))]
pub async fn get_bootstrap(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Bootstrap>, AppError> {
    bootstrap::bootstrap(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChannelQuery {
    #[serde(default)]
    kind: Option<ChannelKind>,
    /// Part of a name.
    #[serde(default)]
    q: Option<String>,
}

/// The channels that one may know of
#[utoipa::path(get, path = "/channels", tag = "channels", params(PageQuery, ChannelQuery), responses(
    (status = 200, body = Paged<ChannelView>), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub async fn list_channels(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(page): Query<PageQuery>,
    Query(query): Query<ChannelQuery>,
) -> Result<Paged<ChannelView>, AppError> {
    let wanted = query.q.unwrap_or_default().to_lowercase();
    let mut views = channels::list(&app.journal.directory(), &actor);
    views.retain(|channel| query.kind.is_none_or(|kind| kind == channel.kind) && channel.name.contains(&wanted));
    Paged::of(views, page)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChannelBody {
    /// 1 to 80 letters, digits, `-`, `_` and `.`; lower-cased.
    name: String,
    /// `public` or `private`.
    kind: ChannelKind,
    /// At most 250 characters.
    #[serde(default)]
    topic: String,
    /// Who else is in it from the start.
    #[serde(default)]
    member_ids: Vec<UserId>,
}

/// Make a channel
#[utoipa::path(post, path = "/channels", tag = "channels", request_body = ChannelBody, responses(
    (status = 201, body = Data<ChannelView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn create_channel(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<ChannelBody>,
) -> Result<Response, AppError> {
    let ChannelBody { name, kind, topic, member_ids: members } = body;
    let channel = channels::create(&app, &actor, NewChannel { name, kind, topic, members }).await?;
    Ok(created(&format!("/api/v1/channels/{}", channel.id), Data::of(channel)))
}

/// One channel
#[utoipa::path(get, path = "/channels/{channelId}", tag = "channels", params(("channelId" = ChannelId, Path)), responses(
    (status = 200, body = Data<ChannelView>), (status = 404, body = Problem)))]
pub async fn get_channel(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ChannelId>,
) -> Result<Data<ChannelView>, AppError> {
    channels::get(&app, &actor, id).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChannelPatchBody {
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    topic: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    archived: Option<bool>,
}

/// Rename a channel, change its topic, archive it or take it back
#[utoipa::path(patch, path = "/channels/{channelId}", tag = "channels", request_body = ChannelPatchBody,
    params(("channelId" = ChannelId, Path), ("If-Match" = Option<String>, Header, description = "The expected version")),
    responses((status = 200, body = Data<ChannelView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub async fn update_channel(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ChannelId>,
    version: IfMatch,
    Json(body): Json<ChannelPatchBody>,
) -> Result<Data<ChannelView>, AppError> {
    let ChannelPatchBody { name, topic, archived } = body;
    channels::update(&app, &actor, id, ChannelPatch { name, topic, archived }, version).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvertBody {
    /// As of a new channel.
    name: String,
}

/// Make a private channel out of a group conversation
///
/// With all that was said in it. Whoever does it manages it.
#[utoipa::path(post, path = "/channels/{channelId}/convert", tag = "channels", params(("channelId" = ChannelId, Path)), request_body = ConvertBody, responses(
    (status = 200, body = Data<ChannelView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn convert_channel(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ChannelId>,
    Json(body): Json<ConvertBody>,
) -> Result<Data<ChannelView>, AppError> {
    channels::convert(&app, &actor, id, &body.name).await.map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `jsonl`, one JSON object on each line, or `text`.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// Download a channel's history
///
/// For those who manage it; of a direct conversation, for all who are in it. With replies and the
/// names of files; deleted messages are tombstones.
#[utoipa::path(get, path = "/channels/{channelId}/export", tag = "channels", params(("channelId" = ChannelId, Path), ExportQuery), responses(
    (status = 200, content_type = "application/x-ndjson", body = String), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn export_channel(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ChannelId>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, AppError> {
    let (channel, pieces) = export::channel(&app, &actor, id, query.format).await?;
    let (ending, media_type) = query.format.file();
    let name = if channel.name.is_empty() { "conversation" } else { &channel.name };
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&format!("{name}.{ending}"), false)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Who is in a channel
#[utoipa::path(get, path = "/channels/{channelId}/members", tag = "channels", params(("channelId" = ChannelId, Path)), responses(
    (status = 200, body = Data<Vec<MemberView>>), (status = 404, body = Problem)))]
pub async fn list_members(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<ChannelId>,
) -> Result<Data<Vec<MemberView>>, AppError> {
    channels::get(&app, &actor, id).map(|channel| Data::of(channel.members))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberBody {
    /// `member` when absent.
    #[serde(default)]
    #[schema(nullable = false)]
    role: Option<MemberRole>,
}

/// A person's id, or `me`.
fn user_id(text: &str, actor: &Actor) -> Result<UserId, AppError> {
    if text == "me" { Ok(actor.user) } else { text.parse().map_err(|_| AppError::not_found("User")) }
}

/// Put a person into a channel, or join a public one
#[utoipa::path(put, path = "/channels/{channelId}/members/{userId}", tag = "channels", request_body = MemberBody,
    params(("channelId" = ChannelId, Path), ("userId" = String, Path, description = "An id, or `me`")),
    responses((status = 200, body = Data<ChannelView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn add_member(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((id, user)): Path<(ChannelId, String)>,
    Json(body): Json<MemberBody>,
) -> Result<Data<ChannelView>, AppError> {
    let user = user_id(&user, &actor)?;
    members::add(&app, &actor, id, user, body.role.unwrap_or(MemberRole::Member)).await.map(Data::of)
}

/// Make a member a manager of the channel, or a manager a member
#[utoipa::path(patch, path = "/channels/{channelId}/members/{userId}", tag = "channels", request_body = MemberBody,
    params(("channelId" = ChannelId, Path), ("userId" = String, Path, description = "An id, or `me`")),
    responses((status = 200, body = Data<ChannelView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn update_member(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((id, user)): Path<(ChannelId, String)>,
    Json(body): Json<MemberBody>,
) -> Result<Data<ChannelView>, AppError> {
    let user = user_id(&user, &actor)?;
    let role = body.role.ok_or_else(|| AppError::field("role", "is missing"))?;
    members::update(&app, &actor, id, user, role).await.map(Data::of)
}

/// Take a person out of a channel, or leave it
#[utoipa::path(delete, path = "/channels/{channelId}/members/{userId}", tag = "channels",
    params(("channelId" = ChannelId, Path), ("userId" = String, Path, description = "An id, or `me`")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn remove_member(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((id, user)): Path<(ChannelId, String)>,
) -> Result<StatusCode, AppError> {
    let user = user_id(&user, &actor)?;
    members::remove(&app, &actor, id, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DirectBody {
    /// The others, at most 8; nobody means notes to oneself.
    user_ids: Vec<UserId>,
}

/// Open the direct conversation with these people
///
/// There is only ever one; it is made when it was not there.
#[utoipa::path(post, path = "/direct", tag = "channels", request_body = DirectBody, responses(
    (status = 200, body = Data<ChannelView>), (status = 201, body = Data<ChannelView>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn open_direct(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<DirectBody>,
) -> Result<Response, AppError> {
    let (channel, opened) = channels::open_direct(&app, &actor, body.user_ids).await?;
    Ok(match opened {
        Opened::Now => created(&format!("/api/v1/channels/{}", channel.id), Data::of(channel)),
        Opened::Before => Data::of(channel).into_response(),
    })
}
