//! Bots.

use super::sessions::{CreatedToken, TokenBody};
use crate::{
    accounts::{
        Actor,
        bots::{self, BotView, NewBot},
    },
    app::App,
    directory::AccountView,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path, body_refused},
    },
    ids::{SessionId, UserId},
    permission::Role,
};
use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Every bot with its API tokens, for admins
#[utoipa::path(get, path = "/bots", tag = "bots", responses((status = 200, body = Data<Vec<BotView>>), (status = 403, body = Problem)))]
pub async fn list_bots(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<BotView>>, AppError> {
    bots::list(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BotBody {
    /// 1 to 80 characters.
    name: String,
    /// Made from the name when absent.
    #[serde(default)]
    #[schema(nullable = false)]
    username: Option<String>,
    /// `guest`, which sees only where it was added, unless this is `member`.
    #[serde(default)]
    #[schema(nullable = false)]
    role: Option<Role>,
}

/// Make a bot
///
/// A bot is a person of the team without a password. Add it to channels as anyone; change its name and role, or take
/// it out of the team, at `/users/{id}`.
#[utoipa::path(post, path = "/bots", tag = "bots", request_body = BotBody, responses(
    (status = 201, body = Data<BotView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn create_bot(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<BotBody>,
) -> Result<Response, AppError> {
    let BotBody { name, username, role } = body;
    let bot = bots::create(&app, &actor, NewBot { name, username, role: role.unwrap_or(Role::Guest) }).await?;
    Ok(created(&format!("/api/v1/users/{}", bot.account.user.id), Data::of(bot)))
}

/// Make an API token for a bot
#[utoipa::path(post, path = "/bots/{botId}/tokens", tag = "bots", request_body = TokenBody, params(("botId" = UserId, Path)), responses(
    (status = 201, body = Data<CreatedToken>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn create_bot_token(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bot): Path<UserId>,
    Json(body): Json<TokenBody>,
) -> Result<Response, AppError> {
    let (details, token) = bots::create_token(&app, &actor, bot, body.into()).await?;
    let place = format!("/api/v1/bots/{bot}/tokens/{}", details.id);
    Ok(created(&place, Data::of(CreatedToken { details, token })))
}

/// Revoke an API token of a bot
#[utoipa::path(delete, path = "/bots/{botId}/tokens/{tokenId}", tag = "bots", params(("botId" = UserId, Path), ("tokenId" = SessionId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_bot_token(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((bot, token)): Path<(UserId, SessionId)>,
) -> Result<StatusCode, AppError> {
    bots::end_token(&app, &actor, bot, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a bot a picture
///
/// As a person's own picture.
#[utoipa::path(put, path = "/bots/{botId}/avatar", tag = "bots", params(("botId" = UserId, Path)),
    request_body(content = Vec<u8>, content_type = "image/*"),
    responses((status = 200, body = Data<AccountView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem)))]
pub async fn set_bot_avatar(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bot): Path<UserId>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Data<AccountView>, AppError> {
    let bytes = body.map_err(|refused| body_refused(&refused))?;
    bots::set_avatar(&app, &actor, bot, Some(bytes)).await.map(Data::of)
}

/// Take a bot's picture away
#[utoipa::path(delete, path = "/bots/{botId}/avatar", tag = "bots", params(("botId" = UserId, Path)), responses(
    (status = 200, body = Data<AccountView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn delete_bot_avatar(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bot): Path<UserId>,
) -> Result<Data<AccountView>, AppError> {
    bots::set_avatar(&app, &actor, bot, None).await.map(Data::of)
}
