//! Polls. They are asked with a message.

use crate::{
    accounts::Actor,
    app::App,
    chat::{
        ballot::{AnswerView, NewPoll},
        polls,
    },
    clock::Timestamp,
    error::{AppError, Problem},
    http::{
        answer::Data,
        extract::{Json, Path},
    },
    ids::ChannelId,
};
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A poll that a message asks; the question is what the message says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PollBody {
    /// What may be answered: 2 to 20, each of at most 200 characters.
    options: Vec<String>,
    /// Whether one may choose several.
    #[serde(default)]
    several: bool,
    /// Whether it stays hidden who chose what.
    #[serde(default)]
    anonymous: bool,
    /// When it closes by itself, at most a year ahead.
    #[serde(default)]
    closes_at: Option<Timestamp>,
}

impl PollBody {
    pub(super) fn poll(self) -> NewPoll {
        let Self { options, several, anonymous, closes_at } = self;
        NewPoll { options, several, anonymous, closes_at }
    }
}

/// The poll of a message, and what one chose
#[utoipa::path(get, path = "/channels/{channelId}/messages/{number}/poll", tag = "polls", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<AnswerView>), (status = 404, body = Problem)))]
pub async fn get_poll(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<AnswerView>, AppError> {
    polls::get(&app, &actor, channel, number).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteBody {
    /// By their places in the poll's options, from 0. None takes the vote back.
    choices: Vec<u32>,
}

/// Vote in a poll, or change one's vote
///
/// What is chosen takes the place of what was chosen before.
#[utoipa::path(put, path = "/channels/{channelId}/messages/{number}/poll/vote", tag = "polls", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), request_body = VoteBody, responses(
    (status = 200, body = Data<AnswerView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn vote_in_poll(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(place): Path<(ChannelId, u32)>,
    Json(body): Json<VoteBody>,
) -> Result<Data<AnswerView>, AppError> {
    polls::vote(&app, &actor, place, body.choices).await.map(Data::of)
}

/// Close a poll
///
/// For good. Its author, and whoever may delete the message.
#[utoipa::path(post, path = "/channels/{channelId}/messages/{number}/poll/close", tag = "polls", params(("channelId" = ChannelId, Path), ("number" = u32, Path)), responses(
    (status = 200, body = Data<AnswerView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
pub async fn close_poll(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((channel, number)): Path<(ChannelId, u32)>,
) -> Result<Data<AnswerView>, AppError> {
    polls::close(&app, &actor, channel, number).await.map(Data::of)
}
