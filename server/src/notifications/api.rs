//! What one wants to be told.

use super::PreferencesPatch;
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    directory::{Digest, Level, Preferences, Weekday},
    error::{AppError, Problem},
    http::{
        answer::Data,
        extract::{Json, nullable},
    },
};
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of what people want to be told.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_preferences, update_preferences))
}

/// What one wants to be told, and when
#[utoipa::path(get, path = "/users/me/notifications", tag = "notifications", responses(
    (status = 200, body = Data<Preferences>), (status = 401, body = Problem)))]
pub(super) async fn get_preferences(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Preferences>, AppError> {
    super::get(&app, &actor).map(Data::of)
}

/// What is to change; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PreferencesBody {
    #[serde(default)]
    #[schema(nullable = false)]
    level: Option<Level>,
    #[serde(default)]
    #[schema(nullable = false)]
    sound: Option<bool>,
    #[serde(default)]
    #[schema(nullable = false)]
    quiet: Option<bool>,
    /// The days on which quiet hours begin.
    #[serde(default)]
    #[schema(nullable = false)]
    quiet_days: Option<Vec<Weekday>>,
    /// In minutes after midnight, 0 to 1439.
    #[serde(default)]
    #[schema(nullable = false)]
    quiet_from: Option<u16>,
    #[serde(default)]
    #[schema(nullable = false)]
    quiet_to: Option<u16>,
    #[serde(default)]
    #[schema(nullable = false)]
    time_zone: Option<String>,
    /// Nothing is told before this, at most a month; `null` ends it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Timestamp>)]
    snoozed_until: Option<Option<Timestamp>>,
    /// How often one wants a mail of what one missed.
    #[serde(default)]
    #[schema(nullable = false)]
    digest: Option<Digest>,
    /// At which hour, if once a day: 0 to 23.
    #[serde(default)]
    #[schema(nullable = false)]
    digest_hour: Option<u8>,
    /// Whether others see what one has read, where the team wants that to be seen.
    #[serde(default)]
    #[schema(nullable = false)]
    show_read: Option<bool>,
}

/// Change what one wants to be told
#[utoipa::path(patch, path = "/users/me/notifications", tag = "notifications", request_body = PreferencesBody, responses(
    (status = 200, body = Data<Preferences>), (status = 400, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn update_preferences(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<PreferencesBody>,
) -> Result<Data<Preferences>, AppError> {
    let patch = PreferencesPatch {
        level: body.level,
        sound: body.sound,
        quiet: body.quiet,
        quiet_days: body.quiet_days.map(|days| days.into_iter().collect()),
        quiet_from: body.quiet_from,
        quiet_to: body.quiet_to,
        time_zone: body.time_zone,
        snoozed_until: body.snoozed_until,
        digest: body.digest,
        digest_hour: body.digest_hour,
        show_read: body.show_read,
    };
    super::update(&app, &actor, patch, clock::now()).await.map(Data::of)
}
