//! The routes of commands, and the address at which programs answer later.

use super::{
    CommandView, Outcome, answers, ask,
    manage::{self, Wish},
};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Code, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, LARGEST_BODY, Path},
    },
    ids::{ChannelId, CommandId},
};
use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route about commands.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_commands, create_command))
        .routes(routes!(update_command, delete_command))
        .routes(routes!(rotate_command))
        .routes(routes!(run_command))
}

/// A command with its secret; the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreatedCommand {
    #[serde(flatten)]
    details: CommandView,
    /// `whsec_…`, by which the program checks what it is asked.
    secret: String,
}

/// The team's commands that programs answer
#[utoipa::path(get, path = "/commands", tag = "commands", responses((status = 200, body = Data<Vec<CommandView>>)))]
async fn list_commands(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<CommandView>>, AppError> {
    manage::list(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewCommandBody {
    /// What follows the slash: 1 to 32 of `a-z 0-9 _ -`, beginning with a letter.
    name: String,
    /// `http://` or `https://`; may be one of the local network, but not this computer.
    url: String,
    /// What is typed after it, at most 60 characters.
    #[serde(default)]
    #[schema(nullable = false)]
    hint: Option<String>,
    /// At most 120 characters.
    #[serde(default)]
    #[schema(nullable = false)]
    description: Option<String>,
}

/// Make a command that a program answers, as an admin
///
/// The program is asked by a form with the fields that Slack sends: `command`, `text`, `user_id`, `user_name`, `channel_id`,
/// `channel_name`, `team_id`, `team_domain`, `response_url`; signed after the
/// [Standard Webhooks](https://www.standardwebhooks.com) specification. It answers within three seconds with nothing, with
/// text, or with `{"response_type": "ephemeral" | "in_channel", "text": …}`; and for half an hour up to five times at
/// `response_url`.
#[utoipa::path(post, path = "/commands", tag = "commands", request_body = NewCommandBody, responses(
    (status = 201, body = Data<CreatedCommand>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn create_command(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<NewCommandBody>,
) -> Result<Response, AppError> {
    let NewCommandBody { name, url, hint, description } = body;
    let wish = Wish { name: Some(name), url: Some(url), hint, description };
    let (details, secret) = manage::create(&app, &actor, wish).await?;
    let place = format!("/api/v1/commands/{}", details.id);
    Ok(created(&place, Data::of(CreatedCommand { details, secret })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CommandBody {
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    url: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    hint: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    description: Option<String>,
}

/// Change a command; absent fields stay as they are
#[utoipa::path(patch, path = "/commands/{commandId}", tag = "commands", request_body = CommandBody, params(("commandId" = CommandId, Path)), responses(
    (status = 200, body = Data<CommandView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn update_command(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<CommandId>,
    Json(body): Json<CommandBody>,
) -> Result<Data<CommandView>, AppError> {
    let CommandBody { name, url, hint, description } = body;
    manage::update(&app, &actor, id, Wish { name, hint, description, url }).await.map(Data::of)
}

/// Give a command another secret
///
/// The one before is used no more.
#[utoipa::path(post, path = "/commands/{commandId}/rotate", tag = "commands", params(("commandId" = CommandId, Path)), responses(
    (status = 200, body = Data<CreatedCommand>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn rotate_command(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<CommandId>,
) -> Result<Data<CreatedCommand>, AppError> {
    let (details, secret) = manage::rotate(&app, &actor, id).await?;
    Ok(Data::of(CreatedCommand { details, secret }))
}

/// Take a command away
///
/// What its bot said stays.
#[utoipa::path(delete, path = "/commands/{commandId}", tag = "commands", params(("commandId" = CommandId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_command(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<CommandId>,
) -> Result<StatusCode, AppError> {
    manage::remove(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RunCommandBody {
    /// The command's name.
    command: String,
    /// What follows it, at most 4,000 characters.
    text: String,
}

/// Ask the program behind a command
///
/// By whoever may say something in the conversation. The answer comes within three seconds or so.
#[utoipa::path(post, path = "/channels/{channelId}/commands", tag = "commands", request_body = RunCommandBody, params(("channelId" = ChannelId, Path)), responses(
    (status = 200, body = Data<Outcome>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn run_command(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
    Json(body): Json<RunCommandBody>,
) -> Result<Data<Outcome>, AppError> {
    ask::ask(&app, &actor, channel, (&body.command, &body.text)).await.map(Data::of)
}

/// What programs answer later. Like the address of an incoming webhook it is not part of the API's description.
pub(crate) async fn receive_answer(
    State(app): State<Arc<App>>,
    Path(secret): Path<String>,
    request: Request,
) -> Response {
    // Before anything is read: whoever knows no such address sends nothing.
    if let Err(refusal) = answers::ticket(&app, &secret) {
        return refusal.into_response();
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let Ok(body) = to_bytes(request.into_body(), LARGEST_BODY).await else {
        return AppError::new(Code::PayloadTooLarge).into_response();
    };
    match answers::later(&app, &secret, &body, &kind).await {
        Ok(()) => (StatusCode::OK, "ok").into_response(),
        Err(failure) => failure.into_response(),
    }
}
