//! The routes of what the hub does by itself.

use super::{Job, JobView};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{answer::Data, extract::Path},
};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of the jobs.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_jobs)).routes(routes!(run_job))
}

/// What the hub does by itself now and then, and when it was done last
#[utoipa::path(get, path = "/admin/jobs", tag = "overview", responses(
    (status = 200, body = Data<Vec<JobView>>), (status = 403, body = Problem)))]
async fn list_jobs(State(app): State<Arc<App>>, actor: Actor) -> Result<Data<Vec<JobView>>, AppError> {
    super::list(&app, &actor).map(Data::of)
}

/// Has it done now, and says what came of it
#[utoipa::path(post, path = "/admin/jobs/{job}/runs", tag = "overview", params(("job" = Job, Path)), responses(
    (status = 200, body = Data<JobView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn run_job(State(app): State<Arc<App>>, actor: Actor, Path(job): Path<Job>) -> Result<Data<JobView>, AppError> {
    super::run_now(&app, &actor, job).await.map(Data::of)
}
