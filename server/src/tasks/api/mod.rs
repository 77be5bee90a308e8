//! The routes of projects and tasks.

mod feeds;
mod filters;
mod lists;
mod news;
mod parts;
mod projects;
mod tasks;

pub(crate) use feeds::read_feed;

use crate::app::App;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of projects and tasks.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(projects::list_projects, projects::create_project))
        .routes(routes!(projects::get_project, projects::update_project))
        .routes(routes!(projects::set_project_member, projects::remove_project_member))
        .routes(routes!(projects::set_statuses))
        .routes(routes!(projects::set_labels))
        .routes(routes!(filters::set_filters))
        .routes(routes!(filters::list_filters, filters::create_filter))
        .routes(routes!(filters::update_filter, filters::delete_filter))
        .routes(routes!(lists::list_project_tasks, tasks::create_task))
        .routes(routes!(lists::export_tasks))
        .routes(routes!(lists::list_my_tasks))
        .routes(routes!(lists::list_tasks))
        .routes(routes!(tasks::get_task, tasks::update_task, tasks::delete_task))
        .routes(routes!(tasks::describe_task))
        .routes(routes!(tasks::move_task))
        .routes(routes!(tasks::restore_task))
        .routes(routes!(parts::add_check))
        .routes(routes!(parts::update_check, parts::remove_check))
        .routes(routes!(parts::add_relation, parts::remove_relation))
        .routes(routes!(parts::list_comments, parts::create_comment))
        .routes(routes!(parts::update_comment, parts::delete_comment))
        .routes(routes!(parts::list_activity))
        .routes(routes!(tasks::preview_recurrence))
        .routes(routes!(news::set_watch))
        .routes(routes!(news::set_project_level))
        .routes(routes!(news::read_news))
        .routes(routes!(feeds::list_feeds, feeds::create_feed))
        .routes(routes!(feeds::delete_feed))
}
