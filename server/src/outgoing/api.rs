//! The routes of outgoing webhooks.

use super::{Delivery, OutgoingView, Wish, attempt, manage};
use crate::{
    accounts::Actor,
    app::App,
    directory::Topic,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path, Query},
    },
    ids::{ChannelId, DeliveryId, OutgoingId, ProjectId},
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route by which outgoing webhooks are managed.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_outgoing, create_outgoing))
        .routes(routes!(update_outgoing, delete_outgoing))
        .routes(routes!(rotate_outgoing))
        .routes(routes!(test_outgoing))
        .routes(routes!(list_deliveries))
        .routes(routes!(resend_delivery))
}

/// An outgoing webhook with its secret; the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreatedOutgoing {
    #[serde(flatten)]
    details: OutgoingView,
    /// `whsec_…`, by which the receiver checks what it is sent.
    secret: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct OutgoingQuery {
    /// Only those that hear this channel.
    #[serde(default)]
    channel_id: Option<ChannelId>,
}

/// The outgoing webhooks that one manages
///
/// For admins all of them, otherwise those that hear nothing but channels and projects that one manages.
#[utoipa::path(get, path = "/outgoing", tag = "webhooks", params(OutgoingQuery), responses(
    (status = 200, body = Data<Vec<OutgoingView>>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_outgoing(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<OutgoingQuery>,
) -> Result<Data<Vec<OutgoingView>>, AppError> {
    manage::list(&app, &actor, query.channel_id).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewOutgoingBody {
    /// 1 to 80 characters; its bot has this name.
    name: String,
    /// `http://` or `https://`. Only an admin's may be one of the local network; this computer itself is not asked.
    url: String,
    /// What the program is told of.
    topics: BTreeSet<Topic>,
    /// Every public channel and project, and who comes into the team; for admins.
    #[serde(default)]
    #[schema(nullable = false)]
    everywhere: Option<bool>,
    /// Channels that one manages, at most 100.
    #[serde(default)]
    #[schema(nullable = false)]
    channel_ids: Option<BTreeSet<ChannelId>>,
    /// Projects that one manages, at most 100.
    #[serde(default)]
    #[schema(nullable = false)]
    project_ids: Option<BTreeSet<ProjectId>>,
    /// With any, only messages that begin with one of them; at most 20 of 40 characters.
    #[serde(default)]
    #[schema(nullable = false)]
    words: Option<Vec<String>>,
    /// Whether `{"text": …}` that the receiver answers to a message is said by the bot.
    #[serde(default)]
    #[schema(nullable = false)]
    answers: Option<bool>,
}

/// Make an outgoing webhook
///
/// What happens is posted to its address as `{"type", "timestamp", "data"}`, `data` being what the event of that name
/// carries with the names of people and places added. Every request is signed after the
/// [Standard Webhooks](https://www.standardwebhooks.com) specification: the headers `webhook-id`, `webhook-timestamp` and
/// `webhook-signature`. What is not taken with a 2xx within ten seconds is tried again nine times in a day and a half. A 410,
/// or three days in which nothing was taken, switch the webhook off.
#[utoipa::path(post, path = "/outgoing", tag = "webhooks", request_body = NewOutgoingBody, responses(
    (status = 201, body = Data<CreatedOutgoing>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn create_outgoing(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<NewOutgoingBody>,
) -> Result<Response, AppError> {
    let wish = Wish {
        name: Some(body.name),
        url: Some(body.url),
        topics: Some(body.topics),
        everywhere: body.everywhere,
        channels: body.channel_ids,
        projects: body.project_ids,
        words: body.words,
        answers: body.answers,
        on: None,
    };
    let (details, secret) = manage::create(&app, &actor, wish).await?;
    let place = format!("/api/v1/outgoing/{}", details.id);
    Ok(created(&place, Data::of(CreatedOutgoing { details, secret })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OutgoingBody {
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    url: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    topics: Option<BTreeSet<Topic>>,
    #[serde(default)]
    #[schema(nullable = false)]
    everywhere: Option<bool>,
    #[serde(default)]
    #[schema(nullable = false)]
    channel_ids: Option<BTreeSet<ChannelId>>,
    #[serde(default)]
    #[schema(nullable = false)]
    project_ids: Option<BTreeSet<ProjectId>>,
    #[serde(default)]
    #[schema(nullable = false)]
    words: Option<Vec<String>>,
    #[serde(default)]
    #[schema(nullable = false)]
    answers: Option<bool>,
    /// Switched off, what waits is given up; switched on, it is told what happens from then on.
    #[serde(default)]
    #[schema(nullable = false)]
    on: Option<bool>,
}

/// Change an outgoing webhook; absent fields stay as they are
#[utoipa::path(patch, path = "/outgoing/{outgoingId}", tag = "webhooks", request_body = OutgoingBody, params(("outgoingId" = OutgoingId, Path)), responses(
    (status = 200, body = Data<OutgoingView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn update_outgoing(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<OutgoingId>,
    Json(body): Json<OutgoingBody>,
) -> Result<Data<OutgoingView>, AppError> {
    let OutgoingBody { name, url, topics, everywhere, channel_ids, project_ids, words, answers, on } = body;
    let wish = Wish { name, url, topics, everywhere, channels: channel_ids, projects: project_ids, words, answers, on };
    manage::update(&app, &actor, id, wish).await.map(Data::of)
}

/// Take an outgoing webhook away, with the record of what it was told
///
/// Admins may do so with every one.
#[utoipa::path(delete, path = "/outgoing/{outgoingId}", tag = "webhooks", params(("outgoingId" = OutgoingId, Path)), responses(
    (status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete_outgoing(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<OutgoingId>,
) -> Result<StatusCode, AppError> {
    manage::remove(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give an outgoing webhook another secret
///
/// For a day what is sent is signed with the one before as well.
#[utoipa::path(post, path = "/outgoing/{outgoingId}/rotate", tag = "webhooks", params(("outgoingId" = OutgoingId, Path)), responses(
    (status = 200, body = Data<CreatedOutgoing>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn rotate_outgoing(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<OutgoingId>,
) -> Result<Data<CreatedOutgoing>, AppError> {
    let (details, secret) = manage::rotate(&app, &actor, id).await?;
    Ok(Data::of(CreatedOutgoing { details, secret }))
}

/// Send a test to the receiver, and say how that went
#[utoipa::path(post, path = "/outgoing/{outgoingId}/test", tag = "webhooks", params(("outgoingId" = OutgoingId, Path)), responses(
    (status = 200, body = Data<Delivery>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn test_outgoing(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<OutgoingId>,
) -> Result<Data<Delivery>, AppError> {
    attempt::test(&app, &actor, id).await.map(Data::of)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveriesQuery {
    /// Only those before this one.
    #[serde(default)]
    before: Option<DeliveryId>,
    /// How many at most.
    #[serde(default = "fifty")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: usize,
}

fn fifty() -> usize {
    50
}

/// Some of what was told by a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Deliveries {
    /// The newest first.
    deliveries: Vec<Delivery>,
    has_before: bool,
}

/// What was, or is to be, told by a webhook
///
/// What waits, and the last 200 that are over.
#[utoipa::path(get, path = "/outgoing/{outgoingId}/deliveries", tag = "webhooks", params(("outgoingId" = OutgoingId, Path), DeliveriesQuery), responses(
    (status = 200, body = Data<Deliveries>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_deliveries(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<OutgoingId>,
    Query(query): Query<DeliveriesQuery>,
) -> Result<Data<Deliveries>, AppError> {
    if !(1..=100).contains(&query.limit) {
        return Err(AppError::field("limit", "is not between 1 and 100"));
    }
    let (deliveries, has_before) = attempt::deliveries(&app, &actor, id, query.before, query.limit).await?;
    Ok(Data::of(Deliveries { deliveries, has_before }))
}

/// Send something again, once, under the same `webhook-id`
#[utoipa::path(post, path = "/outgoing/{outgoingId}/deliveries/{deliveryId}/again", tag = "webhooks",
    params(("outgoingId" = OutgoingId, Path), ("deliveryId" = DeliveryId, Path)), responses(
    (status = 200, body = Data<Delivery>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn resend_delivery(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((id, delivery)): Path<(OutgoingId, DeliveryId)>,
) -> Result<Data<Delivery>, AppError> {
    attempt::again(&app, &actor, id, delivery).await.map(Data::of)
}
