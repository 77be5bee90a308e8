//! Making, finding and changing projects.

use super::store;
use crate::{
    accounts::Actor,
    app::App,
    directory::{Directory, Project, ProjectRole, ProjectView, Scope, Status, StatusGroup},
    error::{AppError, Code},
    http::extract::IfMatch,
    ids::{ProjectId, UserId},
    journal::{Audience, Draft},
    permission::{Action, Relation},
    validate::{self, Checks},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How many projects a hub can have.
const MOST_PROJECTS: usize = 1_000;
/// How many people can be in a project from the start.
const MOST_INVITED: usize = 1_000;
/// How many hues there are.
const HUES: u8 = 12;

/// What a project is to be.
#[derive(Clone, Debug)]
pub struct NewProject {
    pub key: String,
    pub name: String,
    pub icon: String,
    pub hue: u8,
    pub public: bool,
    pub members: Vec<UserId>,
}

/// A key: 2 to 8 letters and digits, beginning with a letter; in capitals.
fn key(text: &str) -> Result<String, String> {
    let key = validate::line(text, 2, 8)?.to_ascii_uppercase();
    let fits = key.starts_with(|letter: char| letter.is_ascii_uppercase())
        && key.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    if fits { Ok(key) } else { Err("may have letters A to Z and digits, and begins with a letter".to_owned()) }
}

pub(super) fn icon(text: &str) -> Result<String, String> {
    if text.is_empty() || emojis::get(text).is_some() { Ok(text.to_owned()) } else { Err("is not an emoji".to_owned()) }
}

pub(super) fn hue(hue: u8) -> Result<u8, String> {
    if hue < HUES { Ok(hue) } else { Err(format!("is not below {HUES}")) }
}

/// The statuses that a new project has.
fn first_statuses() -> Vec<Status> {
    let groups = [
        ("Backlog", StatusGroup::Backlog),
        ("To do", StatusGroup::Active),
        ("In progress", StatusGroup::Active),
        ("Done", StatusGroup::Done),
        ("Cancelled", StatusGroup::Cancelled),
    ];
    (1..).zip(groups).map(|(id, (name, group))| Status { id, name: name.to_owned(), group }).collect()
}

/// Makes a project; whoever makes it manages and leads it.
///
/// # Errors
/// `forbidden`, `project_key_taken`, `validation`, `not_found` for an unknown member.
pub async fn create(app: &App, actor: &Actor, new: NewProject) -> Result<ProjectView, AppError> {
    actor.require(Action::CreateProject, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let key = checks.take("key", key(&new.key));
    let name = checks.take("name", validate::line(&new.name, 1, 80));
    let icon = checks.take("icon", icon(&new.icon));
    let hue = checks.take("hue", hue(new.hue));
    if new.members.len() > MOST_INVITED {
        checks.take::<()>("memberIds", Err(format!("has more than {MOST_INVITED} people")));
    }
    checks.finish()?;
    let (actor, id) = (actor.clone(), ProjectId::generate());
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::CreateProject, Relation::NONE)?;
            if directory.project_with_key(&key).is_some() {
                return Err(AppError::new(Code::ProjectKeyTaken));
            }
            if directory.projects.len() >= MOST_PROJECTS {
                return Err(AppError::field("", format!("this hub already has {MOST_PROJECTS} projects")));
            }
            let people: BTreeSet<_> = new.members.iter().copied().collect();
            for user in &people {
                directory.active_person(*user)?;
            }
            let mut members: BTreeMap<_, _> = people.into_iter().map(|user| (user, ProjectRole::Member)).collect();
            members.insert(actor.user, ProjectRole::Manager);
            let statuses = first_statuses();
            let project = Project {
                id,
                key: key.clone(),
                name: name.clone(),
                icon: icon.clone(),
                hue,
                lead: Some(actor.user),
                public: new.public,
                next_part: u32::try_from(statuses.len()).unwrap_or(u32::MAX) + 1,
                statuses,
                labels: Vec::new(),
                filters: Vec::new(),
                members,
                created_by: actor.user,
                created_at: draft.now,
                archived_at: None,
                version: 1,
                last_number: 0,
            };
            let view = project.view();
            store::put_project(draft, project);
            draft.event(Audience::Project(id), "project.created", None, &json!({ "project": view }), None)?;
            Ok(view)
        })
        .await
}

/// Writes a project that was changed, and tells of it.
pub(super) fn write(draft: &mut Draft<'_>, mut next: Project) -> Result<ProjectView, AppError> {
    next.version += 1;
    let (id, view) = (next.id, next.view());
    store::put_project(draft, next);
    draft.event(Audience::Project(id), "project.updated", None, &json!({ "project": view }), None)?;
    Ok(view)
}

/// What is to change about a project.
#[derive(Clone, Default, Debug)]
pub struct ProjectPatch {
    pub name: Option<String>,
    pub icon: Option<String>,
    pub hue: Option<u8>,
    pub lead: Option<Option<UserId>>,
    pub public: Option<bool>,
    pub archived: Option<bool>,
}

/// Changes what a project says of itself, opens or closes it to the team, archives it or takes it back.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, `version_mismatch`.
pub async fn update(
    app: &App,
    actor: &Actor,
    project: ProjectId,
    patch: ProjectPatch,
    version: IfMatch,
) -> Result<ProjectView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = patch.name.map(|name| checks.take("name", validate::line(&name, 1, 80)));
    let icon = patch.icon.map(|text| checks.take("icon", icon(&text)));
    let hue = patch.hue.map(|number| checks.take("hue", hue(number)));
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_project(project, actor.user, actor.role)?;
            actor.require(Action::EditProject, found.relation(actor.user))?;
            version.check(found.version, || found.view())?;
            let mut next = found.clone();
            next.name = name.clone().unwrap_or(next.name);
            next.icon = icon.clone().unwrap_or(next.icon);
            next.hue = hue.unwrap_or(next.hue);
            if let Some(lead) = patch.lead {
                if lead.is_some_and(|lead| !found.members.contains_key(&lead)) {
                    return Err(AppError::field("leadId", "is nobody of the project"));
                }
                next.lead = lead;
            }
            let public = patch.public.unwrap_or(next.public);
            // Who sees it only because it is public loses sight of it: they are told while they still may be.
            if found.public && !public {
                draft.event(Audience::Everyone, "project.closed", None, &json!({ "projectId": project }), None)?;
            }
            next.public = public;
            if let Some(archived) = patch.archived {
                next.archived_at = archived.then(|| found.archived_at.unwrap_or(draft.now));
            }
            if next == *found { Ok(found.view()) } else { write(draft, next) }
        })
        .await
}

/// The projects that the actor may know of, by name; archived ones last.
#[must_use]
pub fn list(directory: &Directory, actor: &Actor) -> Vec<ProjectView> {
    let mut found: Vec<_> = directory
        .projects
        .values()
        .filter(|project| directory.may_view_project(project, actor.user, actor.role))
        .map(Project::view)
        .collect();
    found.sort_by_key(|project| (project.archived_at.is_some(), project.name.to_lowercase(), project.id));
    found
}

/// The project of this id or key.
///
/// # Errors
/// `not_found` also when the actor may not know of it.
pub fn find(app: &App, actor: &Actor, name: &str) -> Result<ProjectView, AppError> {
    actor.require_scope(Scope::Read)?;
    let directory = app.journal.directory();
    let found = match name.parse() {
        Ok(id) => directory.projects.get(&id),
        Err(_) => directory.project_with_key(name),
    };
    found
        .filter(|project| directory.may_view_project(project, actor.user, actor.role))
        .map(Project::view)
        .ok_or_else(|| AppError::not_found("Project"))
}
