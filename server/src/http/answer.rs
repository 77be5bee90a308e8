//! The envelope of successful answers.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// `{"success": true, "data": …}`
#[derive(Debug, Serialize, ToSchema)]
pub struct Data<T> {
    /// Always true.
    success: bool,
    data: T,
}

impl<T> Data<T> {
    /// Wraps an answer.
    pub fn of(data: T) -> Self {
        Self { success: true, data }
    }
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

/// A 201 with the place of what was made.
pub fn created(location: &str, body: impl IntoResponse) -> Response {
    let mut response = (StatusCode::CREATED, body).into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Which page of a list is wanted.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The first page is 1.
    #[serde(default = "first")]
    #[param(minimum = 1, default = 1)]
    page: usize,
    /// How many entries a page has.
    #[serde(default = "twenty")]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: usize,
}

fn first() -> usize {
    1
}

fn twenty() -> usize {
    20
}

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Pagination {
    page: usize,
    limit: usize,
    total: usize,
    pages: usize,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Paged<T> {
    /// Always true.
    success: bool,
    data: Vec<T>,
    pagination: Pagination,
}

impl<T> Paged<T> {
    /// The wanted page of `entries`.
    ///
    /// # Errors
    /// `validation` for a page or limit out of bounds.
    pub fn of(entries: Vec<T>, query: PageQuery) -> Result<Self, crate::error::AppError> {
        let PageQuery { page, limit } = query;
        if page == 0 {
            return Err(crate::error::AppError::field("page", "is less than 1"));
        }
        if !(1..=100).contains(&limit) {
            return Err(crate::error::AppError::field("limit", "is not between 1 and 100"));
        }
        let total = entries.len();
        let data = entries.into_iter().skip((page - 1).saturating_mul(limit)).take(limit).collect();
        Ok(Self { success: true, data, pagination: Pagination { page, limit, total, pages: total.div_ceil(limit) } })
    }

    /// What is on the page.
    #[must_use]
    pub fn entries(&self) -> &[T] {
        &self.data
    }

    /// The same page with something else made of each entry.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Paged<U> {
        Paged { success: true, data: self.data.into_iter().map(make).collect(), pagination: self.pagination }
    }
}

impl<T> Paged<T> {
    /// The entries, and where they stand.
    #[must_use]
    pub fn parts(self) -> (Vec<T>, Pagination) {
        (self.data, self.pagination)
    }

    /// A page of these entries, which stand there.
    #[must_use]
    pub fn at(data: Vec<T>, pagination: Pagination) -> Self {
        Self { success: true, data, pagination }
    }
}

impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}
