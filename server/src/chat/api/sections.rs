//! The sections of one's own side bar.

use crate::{
    accounts::Actor,
    app::App,
    chat::sections::{self, SectionPatch, Target},
    directory::Sections,
    error::{AppError, Problem},
    http::{
        answer::{Data, created},
        extract::{Json, Path},
    },
    ids::{ChannelId, SectionId},
};
use axum::{extract::State, response::Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The sections of one's side bar
#[utoipa::path(get, path = "/users/me/sections", tag = "channels", responses((status = 200, body = Data<Sections>), (status = 401, body = Problem)))]
pub async fn get_sections(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Sections>, AppError> {
    sections::get(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SectionBody {
    /// 1 to 40 characters; no other section has it.
    name: String,
    /// A conversation to begin it with.
    #[serde(default)]
    channel_id: Option<ChannelId>,
}

/// Make a section
///
/// Gives all sections; the new one is the last.
#[utoipa::path(post, path = "/users/me/sections", tag = "channels", request_body = SectionBody, responses(
    (status = 201, body = Data<Sections>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn create_section(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<SectionBody>,
) -> Result<Response, AppError> {
    let (id, sections) = sections::create(&app, &actor, &body.name, body.channel_id).await?;
    Ok(created(&format!("/api/v1/users/me/sections/{id}"), Data::of(sections)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionChange {
    #[serde(default)]
    name: Option<String>,
    /// Its place among the sections that one named, from 0 on; what is past the end is the end.
    #[serde(default)]
    place: Option<u32>,
}

/// Rename or move a section
#[utoipa::path(patch, path = "/users/me/sections/{sectionId}", tag = "channels", params(("sectionId" = SectionId, Path)), request_body = SectionChange, responses(
    (status = 200, body = Data<Sections>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub async fn update_section(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(section): Path<SectionId>,
    Json(body): Json<SectionChange>,
) -> Result<Data<Sections>, AppError> {
    let patch = SectionPatch { name: body.name, place: body.place.map(|place| place as usize) };
    sections::update(&app, &actor, section, patch).await.map(Data::of)
}

/// Take a section away
///
/// What stood in it is listed with all others again.
#[utoipa::path(delete, path = "/users/me/sections/{sectionId}", tag = "channels", params(("sectionId" = SectionId, Path)), responses(
    (status = 200, body = Data<Sections>), (status = 404, body = Problem)))]
pub async fn delete_section(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(section): Path<SectionId>,
) -> Result<Data<Sections>, AppError> {
    sections::remove(&app, &actor, section).await.map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionPlace {
    /// `favourites`, `none`, or the id of a section.
    section: String,
}

/// Put a conversation into a section
///
/// It stands in one section at most, and comes last in it.
#[utoipa::path(put, path = "/channels/{channelId}/section", tag = "channels", params(("channelId" = ChannelId, Path)), request_body = SectionPlace, responses(
    (status = 200, body = Data<Sections>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn set_section(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(channel): Path<ChannelId>,
    Json(body): Json<SectionPlace>,
) -> Result<Data<Sections>, AppError> {
    let target = match body.section.as_str() {
        "favourites" => Target::Favourites,
        "none" => Target::Nowhere,
        id => Target::Named(id.parse().map_err(|_| AppError::field("section", "is not a section"))?),
    };
    sections::put(&app, &actor, channel, target).await.map(Data::of)
}
