//! The routes of the audit log.

use super::{Act, Entry, Filter, KEEP, store};
use crate::{
    accounts::Actor,
    app::App,
    error::{AppError, Problem},
    http::{answer::Data, extract::Query},
    ids::UserId,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of the audit log.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_audit)).routes(routes!(export_audit))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Only acts of this kind.
    #[serde(default)]
    act: Option<Act>,
    /// Only acts of this person, and those done to them.
    #[serde(default)]
    person: Option<UserId>,
    /// Only entries with a lower number.
    #[serde(default)]
    before: Option<u32>,
    /// How many entries at most.
    #[serde(default = "fifty")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: usize,
}

fn fifty() -> usize {
    50
}

/// A part of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditPage {
    /// The newest first.
    entries: Vec<Entry>,
    /// Whether there are older ones that fit.
    has_before: bool,
}

/// The audit log, the newest acts first
#[utoipa::path(get, path = "/admin/audit", tag = "audit", params(AuditQuery), responses(
    (status = 200, body = Data<AuditPage>), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn list_audit(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<AuditQuery>,
) -> Result<Data<AuditPage>, AppError> {
    if !(1..=100).contains(&query.limit) {
        return Err(AppError::field("limit", "is not between 1 and 100"));
    }
    let filter = Filter { act: query.act, person: query.person };
    let (entries, has_before) = super::list(&app, &actor, filter, query.before, query.limit).await?;
    Ok(Data::of(AuditPage { entries, has_before }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// Only acts of this kind.
    #[serde(default)]
    act: Option<Act>,
    /// Only acts of this person, and those done to them.
    #[serde(default)]
    person: Option<UserId>,
}

/// The audit log as a table
#[utoipa::path(get, path = "/admin/audit.csv", tag = "audit", params(ExportQuery), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn export_audit(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<ExportQuery>,
) -> Result<Response, AppError> {
    let filter = Filter { act: query.act, person: query.person };
    let (entries, _) = super::list(&app, &actor, filter, None, KEEP as usize).await?;
    let names: BTreeMap<_, _> =
        app.journal.directory().people.values().map(|person| (person.id, person.username.clone())).collect();
    let table = table(&entries, &names).map_err(AppError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, table).into_response())
}

fn table(entries: &[Entry], names: &BTreeMap<UserId, String>) -> anyhow::Result<Vec<u8>> {
    let name = |user: Option<UserId>| user.and_then(|user| names.get(&user).cloned()).unwrap_or_default();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["number", "time", "act", "actor", "target", "address", "detail", "times", "last"])?;
    for entry in entries {
        writer.write_record([
            entry.number.to_string(),
            entry.at.to_string(),
            store::word(entry.act),
            plain(name(entry.actor)),
            plain(name(entry.target)),
            plain(entry.address.clone()),
            plain(entry.detail.clone()),
            entry.times.to_string(),
            entry.last_at.to_string(),
        ])?;
    }
    writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))
}

/// A cell that a spreadsheet does not take for a formula.
fn plain(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(plain("=1+1".to_owned()), "'=1+1");
        assert_eq!(plain("Pixel 9".to_owned()), "Pixel 9");
    }
}
