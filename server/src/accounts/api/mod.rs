//! The accounts' routes.

mod auth;
mod bots;
mod entry;
mod groups;
mod invites;
mod managed;
mod people;
mod sessions;
mod settings;
mod setup;
mod two_factor;

pub(crate) use entry::enter;

use crate::app::App;
use axum::extract::DefaultBodyLimit;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of people, sign-ins, invitations and settings.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(setup::get_setup, setup::create_setup))
        .routes(routes!(setup::get_hub))
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::finish_login))
        .routes(routes!(auth::refresh_session))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::get_reset, auth::complete_reset))
        .routes(routes!(invites::get_join))
        .routes(routes!(invites::list_invites, invites::create_invite))
        .routes(routes!(invites::delete_invite))
        .routes(routes!(groups::list_groups, groups::create_group))
        .routes(routes!(groups::update_group, groups::delete_group))
        .routes(routes!(bots::list_bots, bots::create_bot))
        .routes(routes!(bots::create_bot_token))
        .routes(routes!(bots::delete_bot_token))
        .routes(routes!(people::list_users))
        .routes(routes!(people::get_user, people::update_user, people::replace_user, people::delete_user))
        .routes(routes!(people::change_password))
        .merge(avatar_upload())
        .routes(routes!(people::get_avatar))
        .routes(routes!(people::create_reset_link))
        .routes(routes!(people::suspend_user, people::resume_user))
        .routes(routes!(two_factor::get_two_factor, two_factor::confirm_two_factor))
        .routes(routes!(two_factor::set_up_two_factor))
        .routes(routes!(two_factor::disable_two_factor))
        .routes(routes!(two_factor::renew_recovery_codes))
        .routes(routes!(managed::list_people, managed::create_people))
        .routes(routes!(managed::get_person))
        .routes(routes!(managed::delete_person_sessions))
        .routes(routes!(managed::delete_person_session))
        .routes(routes!(managed::reset_two_factor))
        .routes(routes!(sessions::list_sessions, sessions::delete_other_sessions))
        .routes(routes!(sessions::delete_session))
        .routes(routes!(sessions::list_tokens, sessions::create_token))
        .routes(routes!(sessions::delete_token))
        .routes(routes!(settings::get_settings, settings::update_settings))
}

/// Pictures may be larger than other requests.
fn avatar_upload() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(people::set_avatar, people::delete_avatar))
        .routes(routes!(bots::set_bot_avatar, bots::delete_bot_avatar))
        .layer(DefaultBodyLimit::max(5 << 20))
}
