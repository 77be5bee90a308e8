//! The routes of files.

mod files;
mod tus;

use crate::{accounts::Actor, app::App, error::AppError};
use axum::{extract::DefaultBodyLimit, http::Method, middleware::from_fn, routing::head};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of files and of uploads by the tus protocol.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    let whole = OpenApiRouter::new()
        .routes(routes!(files::list_files, files::create_file))
        .routes(routes!(files::get_file, files::delete_file))
        .routes(routes!(files::get_file_content))
        .routes(routes!(files::get_file_thumbnail))
        // Bounded by the limits of files instead, as it arrives.
        .layer(DefaultBodyLimit::disable());
    let parts = OpenApiRouter::new()
        .routes(routes!(tus::create_upload))
        .routes(routes!(tus::append_upload, tus::delete_upload))
        .route("/uploads", axum::routing::options(tus::abilities))
        .route("/uploads/{id}", head(tus::standing).options(tus::abilities))
        .layer(from_fn(tus::spoken));
    whole.merge(parts)
}

/// Whether a request brings a file, which may take longer than others and has limits of its own.
#[must_use]
pub fn brings_a_file(method: &Method, path: &str) -> bool {
    let posted = *method == Method::POST && path == "/api/v1/files";
    let part = matches!(*method, Method::POST | Method::PATCH) && path.starts_with("/api/v1/uploads");
    posted || part
}

/// A person's own things are theirs to write with a token that may write.
fn may_upload(actor: &Actor) -> Result<(), AppError> {
    actor.require_scope(crate::directory::Scope::Write)
}
