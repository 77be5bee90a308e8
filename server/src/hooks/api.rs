//! The webhooks' routes, and the address that programs post to.

use super::{HookView, Refusal, payload::Payload};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Code, Problem},
    http::{
        Peer,
        answer::{Data, created},
        extract::{Json, LARGEST_BODY, Path, READ_AT_MOST},
    },
    ids::{ChannelId, HookId},
};
use axum::{
    Extension,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route by which webhooks are managed.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_hooks, create_hook))
        .routes(routes!(delete_hook))
        .routes(routes!(rotate_hook))
        .routes(routes!(list_all_hooks))
        .routes(routes!(delete_any_hook))
}

/// A webhook with its address; the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreatedHook {
    #[serde(flatten)]
    details: HookView,
    /// The path on this hub to which programs post.
    url: String,
}

impl CreatedHook {
    fn of((details, secret): (HookView, String)) -> Self {
        Self { details, url: format!("/api/v1/hooks/{secret}") }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HookBody {
    /// Of the bot that speaks, 1 to 80 characters.
    name: String,
}

/// The incoming webhooks of a channel, for those who manage it
#[utoipa::path(get, path = "/channels/{channelId}/hooks", tag = "webhooks", params(("channelId" = ChannelId, Path)), responses(
    (status = 200, body = Data<Vec<HookView>>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_hooks(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
) -> Result<Data<Vec<HookView>>, AppError> {
    super::list(&app, &actor, channel).map(Data::of)
}

/// Make an incoming webhook
///
/// A program that posts `{"text": "…"}` to its address says that in the channel, as a bot of the webhook's name. The
/// body may be all that Slack takes: `username`, `icon_emoji`, `attachments`, `blocks`, as JSON or in the field
/// `payload` of a form. The answer is `ok`, or one of Slack's words of what is wrong, as plain text.
#[utoipa::path(post, path = "/channels/{channelId}/hooks", tag = "webhooks", request_body = HookBody, params(("channelId" = ChannelId, Path)), responses(
    (status = 201, body = Data<CreatedHook>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn create_hook(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
    Json(body): Json<HookBody>,
) -> Result<Response, AppError> {
    let made = CreatedHook::of(super::create(&app, &actor, channel, &body.name).await?);
    let place = format!("/api/v1/channels/{channel}/hooks/{}", made.details.id);
    Ok(created(&place, Data::of(made)))
}

/// Give an incoming webhook another address
///
/// The one before stops working at once.
#[utoipa::path(post, path = "/channels/{channelId}/hooks/{hookId}/rotate", tag = "webhooks", params(("channelId" = ChannelId, Path), ("hookId" = HookId, Path)), responses(
    (status = 200, body = Data<CreatedHook>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn rotate_hook(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, hook)): Path<(ChannelId, HookId)>,
) -> Result<Data<CreatedHook>, AppError> {
    super::rotate(&app, &actor, channel, hook).await.map(CreatedHook::of).map(Data::of)
}

/// Take an incoming webhook away
///
/// What it said stays.
#[utoipa::path(delete, path = "/channels/{channelId}/hooks/{hookId}", tag = "webhooks", params(("channelId" = ChannelId, Path), ("hookId" = HookId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_hook(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, hook)): Path<(ChannelId, HookId)>,
) -> Result<StatusCode, AppError> {
    super::remove(&app, &actor, channel, hook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The incoming webhooks of every channel, for admins
#[utoipa::path(get, path = "/admin/hooks", tag = "webhooks", responses((status = 200, body = Data<Vec<HookView>>), (status = 403, body = Problem)))]
async fn list_all_hooks(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<HookView>>, AppError> {
    super::list_all(&app, &actor).map(Data::of)
}

/// Take any incoming webhook away, for admins
#[utoipa::path(delete, path = "/admin/hooks/{hookId}", tag = "webhooks", params(("hookId" = HookId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_any_hook(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(hook): Path<HookId>,
) -> Result<StatusCode, AppError> {
    super::remove_anywhere(&app, &actor, hook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What programs post. It speaks Slack's language and not that of the API, so it is not described there.
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    Path(secret): Path<String>,
    request: Request,
) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let form = kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    // Before anything is read: whoever knows no such address sends nothing.
    if let Err(refusal) = super::speaker(&app, &secret, &peer.0.to_string()) {
        return refusal.into_response();
    }
    let read = to_bytes(request.into_body(), READ_AT_MOST).await.ok().filter(|body| body.len() <= LARGEST_BODY);
    let payload = read.ok_or(Refusal::InvalidPayload).and_then(|body| Payload::read(&body, form));
    let said = match payload {
        Ok(payload) => super::receive(&app, &secret, &peer.0.to_string(), payload).await,
        Err(refusal) => Err(refusal),
    };
    match said {
        Ok(()) => (StatusCode::OK, "ok").into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, word) = match &self {
            Self::InvalidPayload => (StatusCode::BAD_REQUEST, "invalid_payload"),
            Self::InvalidBlocks => (StatusCode::BAD_REQUEST, "invalid_blocks"),
            Self::NoText => (StatusCode::BAD_REQUEST, "no_text"),
            Self::TooManyAttachments => (StatusCode::BAD_REQUEST, "too_many_attachments"),
            Self::NoService => (StatusCode::NOT_FOUND, "no_service"),
            Self::ChannelNotFound => (StatusCode::NOT_FOUND, "channel_not_found"),
            Self::ChannelIsArchived => (StatusCode::GONE, "channel_is_archived"),
            Self::ActionProhibited => (StatusCode::FORBIDDEN, "action_prohibited"),
            Self::Other(failure) if failure.code == Code::RateLimited => {
                (StatusCode::TOO_MANY_REQUESTS, "rate_limited")
            }
            Self::Other(failure) => {
                tracing::warn!(error = %failure, "what came by a webhook could not be said");
                (StatusCode::INTERNAL_SERVER_ERROR, "rollup_error")
            }
        };
        let mut response = (status, word).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
