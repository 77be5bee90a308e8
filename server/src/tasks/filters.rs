//! Filters of tasks that are kept under a name. One's own are nobody else's business; those of a project are a part of
//! it, and whoever changes its tasks may change them.

use super::{
    change::may_change,
    columns::{distinct, fresh},
    projects::write as write_project,
};
use crate::{
    accounts::Actor,
    app::App,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, KeptFilter, ProjectView, Scope, SharedFilter},
    error::AppError,
    http::extract::IfMatch,
    ids::{FilterId, ProjectId, UserId},
    journal::{Audience, Draft},
    permission::Action,
    validate::{self, Checks},
};
use serde_json::json;
use surrealdb::types::SurrealValue;
use uuid::Uuid;

/// How many filters somebody keeps at most.
const MOST: usize = 100;
/// How many filters a project shares at most.
const MOST_SHARED: usize = 50;
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;
/// The longest path, in characters.
const LONGEST_PATH: usize = 600;
/// The longest word for a view.
const LONGEST_VIEW: usize = 20;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct FiltersRow {
    kept: Vec<FilterRow>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct FilterRow {
    id: Uuid,
    project: Uuid,
    name: String,
    path: String,
}

/// A filter that is to be kept.
#[derive(Clone, Debug)]
pub struct NewFilter {
    pub project: ProjectId,
    pub name: String,
    pub path: String,
}

/// What of a filter changes.
#[derive(Clone, Default, Debug)]
pub struct FilterPatch {
    pub name: Option<String>,
    pub path: Option<String>,
}

/// A shared filter as it is to be: one that there is by its id, or a new one.
#[derive(Clone, Debug)]
pub struct FilterWish {
    pub id: Option<u32>,
    pub name: String,
    pub path: String,
}

fn name(text: &str) -> Result<String, String> {
    validate::line(text, 1, LONGEST_NAME)
}

/// A view's word, and maybe a query after it. What the words mean, clients know.
fn path(text: &str) -> Result<String, String> {
    let path = validate::line(text, 1, LONGEST_PATH)?;
    let view = path.split('?').next().unwrap_or_default();
    let fits = (1..=LONGEST_VIEW).contains(&view.len())
        && view.bytes().all(|letter| letter.is_ascii_lowercase())
        && !path.contains(['#', ' ', '<', '>', '"', '\\']);
    if fits { Ok(path) } else { Err("is not a view with a query, such as list?assignee=me".to_owned()) }
}

/// The filters that the actor keeps.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn mine(app: &App, actor: &Actor) -> Result<Vec<KeptFilter>, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(app.journal.directory().filters_of(actor.user).to_vec())
}

/// Keeps a filter after the others.
///
/// # Errors
/// `not_found` for a project that the actor may not see; `validation`, also when there are too many.
pub async fn keep(app: &App, actor: &Actor, new: NewFilter) -> Result<(FilterId, Vec<KeptFilter>), AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = checks.take("name", name(&new.name));
    let path = checks.take("path", path(&new.path));
    checks.finish()?;
    let (actor, id) = (actor.clone(), FilterId::generate());
    let kept = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            draft.directory.visible_project(new.project, actor.user, actor.role)?;
            let mut kept = draft.directory.filters_of(actor.user).to_vec();
            if kept.len() >= MOST {
                return Err(AppError::field("name", format!("would be the name of more than {MOST} filters")));
            }
            kept.push(KeptFilter { id, project_id: new.project, name: name.clone(), path: path.clone() });
            write(draft, actor.user, kept)
        })
        .await?;
    Ok((id, kept))
}

/// Gives a filter another name, or has it ask for something else.
///
/// # Errors
/// `not_found`, `validation`.
pub async fn change(app: &App, actor: &Actor, id: FilterId, change: FilterPatch) -> Result<Vec<KeptFilter>, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = change.name.map(|text| checks.take("name", name(&text)));
    let path = change.path.map(|text| checks.take("path", path(&text)));
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let mut kept = draft.directory.filters_of(actor.user).to_vec();
            let found = kept.iter_mut().find(|filter| filter.id == id).ok_or_else(|| AppError::not_found("Filter"))?;
            if let Some(name) = &name {
                found.name.clone_from(name);
            }
            if let Some(path) = &path {
                found.path.clone_from(path);
            }
            write(draft, actor.user, kept)
        })
        .await
}

/// Keeps a filter no longer.
///
/// # Errors
/// `not_found`.
pub async fn forget(app: &App, actor: &Actor, id: FilterId) -> Result<Vec<KeptFilter>, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let mut kept = draft.directory.filters_of(actor.user).to_vec();
            let place = kept.iter().position(|filter| filter.id == id).ok_or_else(|| AppError::not_found("Filter"))?;
            kept.remove(place);
            write(draft, actor.user, kept)
        })
        .await
}

fn write(draft: &mut Draft<'_>, user: UserId, kept: Vec<KeptFilter>) -> Result<Vec<KeptFilter>, AppError> {
    if draft.directory.filters_of(user) != kept.as_slice() {
        let row = |filter: &KeptFilter| FilterRow {
            id: filter.id.0,
            project: filter.project_id.0,
            name: filter.name.clone(),
            path: filter.path.clone(),
        };
        draft.put(record("filters", user.0), FiltersRow { kept: kept.iter().map(row).collect() });
        draft.fact(Fact::Filters(user, kept.clone()));
        draft.event(Audience::Person(user), "filters.updated", None, &json!({ "filters": kept }), None)?;
    }
    Ok(kept)
}

/// The filters of somebody who leaves the team.
pub(super) fn forget_of(draft: &mut Draft<'_>, user: UserId) {
    if !draft.directory.filters_of(user).is_empty() {
        draft.delete(record("filters", user.0));
        draft.fact(Fact::Filters(user, Vec::new()));
    }
}

/// Sets the filters that a project shares, in their order.
///
/// # Errors
/// `forbidden`, `not_found`, `project_archived`, `validation`, `version_mismatch`.
pub async fn share(
    app: &App,
    actor: &Actor,
    project: ProjectId,
    wishes: Vec<FilterWish>,
    version: IfMatch,
) -> Result<ProjectView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    if wishes.len() > MOST_SHARED {
        checks.take::<()>("filters", Err(format!("has more than {MOST_SHARED}")));
    }
    let mut named = Vec::new();
    for (place, wish) in wishes.into_iter().take(MOST_SHARED).enumerate() {
        let name = checks.take(&format!("filters.{place}.name"), name(&wish.name));
        let path = checks.take(&format!("filters.{place}.path"), path(&wish.path));
        named.push(FilterWish { id: wish.id, name, path });
    }
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = may_change(directory, &actor, project, Action::EditTask, actor.user)?;
            version.check(found.version, || found.view())?;
            let known = found.filters.iter().map(|filter| filter.id).collect();
            distinct(named.iter().map(|wish| wish.name.as_str()), named.iter().filter_map(|wish| wish.id), &known)
                .map_err(|why| AppError::field("filters", why))?;
            let mut next = found.clone();
            next.filters = named
                .iter()
                .map(|wish| SharedFilter {
                    id: wish.id.unwrap_or_else(|| fresh(&mut next.next_part)),
                    name: wish.name.clone(),
                    path: wish.path.clone(),
                })
                .collect();
            if next.filters == found.filters { Ok(found.view()) } else { write_project(draft, next) }
        })
        .await
}

/// Reads what everybody keeps.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let rows = all::<Keyed<FiltersRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM filters").await?;
    for Keyed { key, row } in rows {
        let kept = |row: FilterRow| KeptFilter {
            id: FilterId(row.id),
            project_id: ProjectId(row.project),
            name: row.name,
            path: row.path,
        };
        directory.apply(&Fact::Filters(UserId(key), row.kept.into_iter().map(kept).collect()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_path_is_a_view_and_what_it_asks_for() {
        for good in ["list", "board?assignee=me", "list?label=1,2&q=door%20handle"] {
            assert_eq!(path(good).as_deref(), Ok(good));
        }
        for bad in ["", "?q=x", "../chat", "List", "list/x", "list?q=a b", "list#x", "javascript:x", &"x".repeat(21)] {
            assert!(path(bad).is_err(), "{bad}");
        }
    }
}
