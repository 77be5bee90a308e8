//! The team's settings.

use crate::{
    accounts::{
        Actor,
        settings::{self, SettingsPatch},
    },
    app::App,
    directory::{DirectoryPolicy, LinkPreviews, PasswordRule, Registration, Settings, TwoFactorRule},
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

/// The team's settings
#[utoipa::path(get, path = "/admin/settings", tag = "settings", responses((status = 200, body = Data<Settings>), (status = 403, body = Problem)))]
pub async fn get_settings(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Settings>, AppError> {
    settings::get(&app, &actor).map(Data::of)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsBody {
    #[serde(default)]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    registration: Option<Registration>,
    #[serde(default)]
    #[schema(nullable = false)]
    directory: Option<DirectoryPolicy>,
    #[serde(default)]
    #[schema(nullable = false)]
    password_rule: Option<PasswordRule>,
    /// Whether the hub looks at pages of the internet that messages link to; `off` at first.
    #[serde(default)]
    #[schema(nullable = false)]
    link_previews: Option<LinkPreviews>,
    /// Whether people see who has read a message; off at first.
    #[serde(default)]
    #[schema(nullable = false)]
    read_receipts: Option<bool>,
    /// Can be asked of others by whoever has it.
    #[serde(default)]
    #[schema(nullable = false)]
    two_factor: Option<TwoFactorRule>,
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 366)]
    session_idle_days: Option<u32>,
    /// `null` removes it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 366)]
    session_most_days: Option<Option<u32>>,
}

impl From<SettingsBody> for SettingsPatch {
    fn from(body: SettingsBody) -> Self {
        let SettingsBody {
            name,
            registration,
            directory,
            password_rule,
            link_previews,
            read_receipts,
            two_factor,
            session_idle_days,
            session_most_days,
        } = body;
        Self {
            name,
            registration,
            directory,
            password_rule,
            link_previews,
            read_receipts,
            two_factor,
            session_idle_days,
            session_most_days,
        }
    }
}

/// Change settings; absent ones stay as they are
#[utoipa::path(patch, path = "/admin/settings", tag = "settings", request_body = SettingsBody, responses(
    (status = 200, body = Data<Settings>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub async fn update_settings(
    State(app): State<Arc<App>>,
    actor: Actor,
    Json(body): Json<SettingsBody>,
) -> Result<Data<Settings>, AppError> {
    settings::update(&app, &actor, body.into()).await.map(Data::of)
}
