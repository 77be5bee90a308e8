//! The route of the overview.

use super::Overview;
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::answer::Data,
};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of the overview.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_overview))
}

/// How the hub is
#[utoipa::path(get, path = "/admin/overview", tag = "overview", responses(
    (status = 200, body = Data<Overview>), (status = 403, body = Problem)))]
async fn get_overview(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Overview>, AppError> {
    super::look(&app, &actor).await.map(Data::of)
}
