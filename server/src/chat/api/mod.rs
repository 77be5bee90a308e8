//! The chat's routes.

mod channels;
mod drafts;
mod marks;
mod mentions;
mod messages;
mod polls;
mod reactions;
mod reminders;
mod scheduled;
mod sections;
mod threads;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of channels and messages, and the bootstrap.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(channels::get_bootstrap))
        .routes(routes!(channels::list_channels, channels::create_channel))
        .routes(routes!(channels::get_channel, channels::update_channel))
        .routes(routes!(channels::convert_channel))
        .routes(routes!(channels::export_channel))
        .routes(routes!(channels::list_members))
        .routes(routes!(channels::add_member, channels::update_member, channels::remove_member))
        .routes(routes!(channels::open_direct))
        .routes(routes!(messages::list_messages, messages::send_message))
        .routes(routes!(messages::get_message, messages::update_message, messages::delete_message))
        .routes(routes!(messages::list_revisions))
        .routes(routes!(messages::mark_read))
        .routes(routes!(messages::list_readers))
        .routes(routes!(messages::mark_unread))
        .routes(routes!(reactions::add_reaction, reactions::remove_reaction))
        .routes(routes!(polls::get_poll))
        .routes(routes!(polls::vote_in_poll))
        .routes(routes!(polls::close_poll))
        .routes(routes!(marks::list_pins))
        .routes(routes!(marks::pin_message, marks::unpin_message))
        .routes(routes!(marks::list_saved))
        .routes(routes!(marks::save_message, marks::forget_message))
        .routes(routes!(mentions::list_mentions))
        .routes(routes!(mentions::set_notifications))
        .routes(routes!(mentions::get_alerts, mentions::set_alerts))
        .routes(routes!(sections::get_sections, sections::create_section))
        .routes(routes!(sections::update_section, sections::delete_section))
        .routes(routes!(sections::set_section))
        .routes(routes!(drafts::list_drafts, drafts::put_draft))
        .routes(routes!(scheduled::list_scheduled, scheduled::schedule_message))
        .routes(routes!(scheduled::update_scheduled, scheduled::delete_scheduled))
        .routes(routes!(scheduled::send_scheduled))
        .routes(routes!(reminders::list_reminders, reminders::create_reminder))
        .routes(routes!(reminders::update_reminder, reminders::delete_reminder))
        .routes(routes!(threads::get_thread))
        .routes(routes!(threads::create_reply))
        .routes(routes!(threads::list_threads))
        .routes(routes!(threads::follow_thread, threads::unfollow_thread))
}
