//! The rows of projects.

use super::small;
use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, Label, Project, ProjectRole, SharedFilter, Status, StatusGroup},
    ids::{ProjectId, UserId},
    journal::Draft,
    tasks::filters,
};
use surrealdb::types::SurrealValue;
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct StatusRow {
    id: i64,
    name: String,
    group: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct LabelRow {
    id: i64,
    name: String,
    hue: i64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SharedRow {
    id: i64,
    name: String,
    path: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct MemberRow {
    user: Uuid,
    role: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ProjectRow {
    key: String,
    name: String,
    icon: String,
    hue: i64,
    lead: Option<Uuid>,
    public: bool,
    statuses: Vec<StatusRow>,
    labels: Vec<LabelRow>,
    /// Rows from before there were any have none.
    filters: Option<Vec<SharedRow>>,
    members: Vec<MemberRow>,
    created_by: Uuid,
    created_at: i64,
    archived_at: Option<i64>,
    version: i64,
    next_part: i64,
}

fn group_word(group: StatusGroup) -> &'static str {
    match group {
        StatusGroup::Backlog => "backlog",
        StatusGroup::Active => "active",
        StatusGroup::Done => "done",
        StatusGroup::Cancelled => "cancelled",
    }
}

fn group_of(word: &str) -> StatusGroup {
    match word {
        "backlog" => StatusGroup::Backlog,
        "done" => StatusGroup::Done,
        "cancelled" => StatusGroup::Cancelled,
        _ => StatusGroup::Active,
    }
}

fn role_word(role: ProjectRole) -> &'static str {
    match role {
        ProjectRole::Viewer => "viewer",
        ProjectRole::Member => "member",
        ProjectRole::Manager => "manager",
    }
}

fn role_of(word: &str) -> ProjectRole {
    match word {
        "manager" => ProjectRole::Manager,
        "member" => ProjectRole::Member,
        _ => ProjectRole::Viewer,
    }
}

/// Writes a project with everything that it has but its tasks.
pub(in crate::tasks) fn put_project(draft: &mut Draft<'_>, project: Project) {
    let row = ProjectRow {
        key: project.key.clone(),
        name: project.name.clone(),
        icon: project.icon.clone(),
        hue: i64::from(project.hue),
        lead: project.lead.map(|user| user.0),
        public: project.public,
        statuses: project
            .statuses
            .iter()
            .map(|status| StatusRow {
                id: i64::from(status.id),
                name: status.name.clone(),
                group: group_word(status.group).to_owned(),
            })
            .collect(),
        labels: project
            .labels
            .iter()
            .map(|label| LabelRow { id: i64::from(label.id), name: label.name.clone(), hue: i64::from(label.hue) })
            .collect(),
        filters: Some(
            project
                .filters
                .iter()
                .map(|filter| SharedRow {
                    id: i64::from(filter.id),
                    name: filter.name.clone(),
                    path: filter.path.clone(),
                })
                .collect(),
        ),
        members: project
            .members
            .iter()
            .map(|(user, role)| MemberRow { user: user.0, role: role_word(*role).to_owned() })
            .collect(),
        created_by: project.created_by.0,
        created_at: project.created_at.millis(),
        archived_at: project.archived_at.map(Timestamp::millis),
        version: i64::from(project.version),
        next_part: i64::from(project.next_part),
    };
    draft.put(record("project", project.id.0), row);
    draft.fact(Fact::Project(project));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Numbered {
    project: Uuid,
    number: i64,
}

/// Reads projects and the numbers of their newest tasks into the directory.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let moment = Timestamp::from_millis;
    for Keyed { key, row } in
        all::<Keyed<ProjectRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM project").await?
    {
        directory.apply(&Fact::Project(Project {
            id: ProjectId(key),
            key: row.key,
            name: row.name,
            icon: row.icon,
            hue: u8::try_from(row.hue).unwrap_or_default(),
            lead: row.lead.map(UserId),
            public: row.public,
            statuses: row
                .statuses
                .into_iter()
                .map(|status| Status { id: small(status.id), name: status.name, group: group_of(&status.group) })
                .collect(),
            labels: row
                .labels
                .into_iter()
                .map(|label| Label {
                    id: small(label.id),
                    name: label.name,
                    hue: u8::try_from(label.hue).unwrap_or_default(),
                })
                .collect(),
            filters: row
                .filters
                .unwrap_or_default()
                .into_iter()
                .map(|filter| SharedFilter { id: small(filter.id), name: filter.name, path: filter.path })
                .collect(),
            members: row.members.into_iter().map(|member| (UserId(member.user), role_of(&member.role))).collect(),
            created_by: UserId(row.created_by),
            created_at: moment(row.created_at),
            archived_at: row.archived_at.map(moment),
            version: small(row.version),
            next_part: small(row.next_part),
            last_number: 0,
        }));
    }
    for Numbered { project, number } in all::<Numbered>(
        database,
        "SELECT record::id(id)[1] AS project, number FROM tally WHERE record::id(id)[0] = 'project'",
    )
    .await?
    {
        directory.apply(&Fact::TaskCreated(ProjectId(project), small(number)));
    }
    super::feeds::load(database, directory).await?;
    super::news::load(database, directory).await?;
    filters::load(database, directory).await
}
