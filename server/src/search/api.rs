//! The route of the search.

use super::{
    answer::{self, Answer, Asked, Results},
    find::Sort,
    query::LONGEST,
};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::extract::Query,
};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The route of the search.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(search))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// What to look for, at most 300 characters: words, `"these words"`, `-without`, and the filters `from:ann`,
    /// `in:general`, `has:file`, `is:thread`, `before:2026-01-31`, `after:yesterday`, `on:today`.
    q: String,
    /// `messages` when absent.
    #[serde(default, rename = "type")]
    #[param(inline)]
    results: Results,
    /// `newest` when absent.
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    /// 1 to 50.
    #[serde(default = "twenty")]
    #[param(minimum = 1, maximum = 50, default = 20)]
    limit: usize,
    /// Where the page before this one ended.
    #[serde(default)]
    before: Option<String>,
    /// How far the clock of who asks is ahead of UTC, in minutes: what a day is.
    #[serde(default)]
    #[param(minimum = -900, maximum = 900, default = 0)]
    offset: i32,
}

fn twenty() -> usize {
    20
}

/// Where a page of results ends.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SearchPosition {
    /// For the next page.
    before: Option<String>,
    has_before: bool,
}

/// A page of results.
#[derive(Debug, Serialize, ToSchema)]
struct SearchPage {
    /// Always true.
    success: bool,
    data: Answer,
    pagination: SearchPosition,
}

/// Find messages, files and people
///
/// A word finds what has it or has it as a part, whatever its case and accents; and when nothing has it, what has a word
/// with one letter more, less or other. Only what one may read is found. What was said a moment ago may not be found yet;
/// `state` tells.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchQuery), responses(
    (status = 200, body = SearchPage), (status = 400, body = Problem), (status = 401, body = Problem)))]
async fn search(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<SearchQuery>,
) -> Result<axum::Json<SearchPage>, AppError> {
    if query.q.chars().count() > LONGEST {
        return Err(AppError::field("q", format!("is longer than {LONGEST} characters")));
    }
    if !(1..=50).contains(&query.limit) {
        return Err(AppError::field("limit", "is not between 1 and 50"));
    }
    if !(-900..=900).contains(&query.offset) {
        return Err(AppError::field("offset", "is not between -900 and 900"));
    }
    let SearchQuery { q: text, results, sort, limit, before, offset } = query;
    let asked = Asked { text, results, sort, limit, before, offset };
    let (data, before) = answer::search(&app, &actor, asked).await?;
    let pagination = SearchPosition { has_before: before.is_some(), before };
    Ok(axum::Json(SearchPage { success: true, data, pagination }))
}
