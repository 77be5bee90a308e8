//! Groups of people that a message can name, as `@design`. Whoever is in one is named by it as by
//! their own name, in the conversations that they are in.

use super::Actor;
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, Group, Scope},
    error::AppError,
    http::extract::IfMatch,
    ids::{GroupId, UserId},
    journal::{Audience, Draft},
    permission::{Action, Relation},
    validate::{self, Checks},
};
use serde_json::json;
use std::collections::BTreeSet;
use surrealdb::types::SurrealValue;
use uuid::Uuid;

/// How many groups a team can have.
const MOST: usize = 200;
/// How many people can be in one.
const MOST_MEMBERS: usize = 200;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct GroupRow {
    handle: String,
    name: String,
    members: Vec<Uuid>,
    created_by: Uuid,
    created_at: i64,
    version: i64,
}

/// What a group is to be.
#[derive(Clone, Debug)]
pub struct NewGroup {
    pub handle: String,
    pub name: String,
    pub members: Vec<UserId>,
}

/// What of a group changes.
#[derive(Clone, Default, Debug)]
pub struct GroupPatch {
    pub handle: Option<String>,
    pub name: Option<String>,
    pub members: Option<Vec<UserId>>,
}

/// Every group, by the word that names it.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Group>, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(all_of(&app.journal.directory()))
}

/// Every group, by the word that names it.
pub(crate) fn all_of(directory: &Directory) -> Vec<Group> {
    let mut groups: Vec<_> = directory.groups.values().cloned().collect();
    groups.sort_by(|one, other| one.handle.cmp(&other.handle));
    groups
}

/// Makes a group.
///
/// # Errors
/// `forbidden`; `validation`, also for a word that names somebody; `not_found` for an unknown person.
pub async fn create(app: &App, actor: &Actor, new: NewGroup) -> Result<Group, AppError> {
    actor.require(Action::ManageGroups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let patch = GroupPatch { handle: Some(new.handle), name: Some(new.name), members: Some(new.members) }.checked()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::ManageGroups, Relation::NONE)?;
            if draft.directory.groups.len() >= MOST {
                return Err(AppError::field("", format!("there are {MOST} groups already")));
            }
            let empty = Group {
                id: GroupId::generate(),
                handle: String::new(),
                name: String::new(),
                members: BTreeSet::new(),
                created_by: actor.user,
                created_at: draft.now,
                version: 0,
            };
            let group = patch.applied_to(draft.directory, &empty)?;
            audit::note(draft, Act::GroupCreated, By::from(&actor), None, &group.name);
            save(draft, "group.created", group)
        })
        .await
}

/// Changes a group: the word that names it, what it is called, who is in it.
///
/// # Errors
/// `forbidden`, `not_found`, `validation`, `version_mismatch`.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: GroupId,
    patch: GroupPatch,
    version: IfMatch,
) -> Result<Group, AppError> {
    actor.require(Action::ManageGroups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let patch = patch.checked()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::ManageGroups, Relation::NONE)?;
            let before = draft.directory.groups.get(&id).ok_or_else(|| AppError::not_found("Group"))?;
            version.check(before.version, || before.clone())?;
            let next = patch.applied_to(draft.directory, before)?;
            if next == *before {
                return Ok(next);
            }
            audit::note(draft, Act::GroupChanged, By::from(&actor), None, &next.name);
            save(draft, "group.updated", next)
        })
        .await
}

/// Takes a group away. Messages that named it stay as they are.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn remove(app: &App, actor: &Actor, id: GroupId) -> Result<(), AppError> {
    actor.require(Action::ManageGroups, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::ManageGroups, Relation::NONE)?;
            let group = draft.directory.groups.get(&id).ok_or_else(|| AppError::not_found("Group"))?;
            audit::note(draft, Act::GroupRemoved, By::from(&actor), None, &group.name);
            draft.delete(record("team_group", id.0));
            draft.fact(Fact::GroupGone(id));
            draft.event(Audience::Everyone, "group.deleted", None, &json!({ "groupId": id }), None)
        })
        .await
}

/// Takes somebody who leaves the team out of every group.
///
/// # Errors
/// `internal`.
pub(super) fn leave_all(draft: &mut Draft<'_>, user: UserId) -> Result<(), AppError> {
    let directory = draft.directory;
    for group in directory.groups.values().filter(|group| group.members.contains(&user)) {
        let mut next = group.clone();
        next.members.remove(&user);
        save(draft, "group.updated", next)?;
    }
    Ok(())
}

impl GroupPatch {
    fn checked(mut self) -> Result<Self, AppError> {
        let mut checks = Checks::default();
        self.handle = self.handle.map(|handle| {
            let handle = handle.trim().trim_start_matches('@').to_owned();
            checks.take("handle", validate::username(&handle))
        });
        self.name = self.name.map(|name| checks.take("name", validate::line(&name, 1, 80)));
        if self.members.as_ref().is_some_and(|members| members.len() > MOST_MEMBERS) {
            checks.take::<()>("memberIds", Err(format!("has more than {MOST_MEMBERS} people")));
        }
        checks.finish()?;
        Ok(self)
    }

    fn applied_to(&self, directory: &Directory, group: &Group) -> Result<Group, AppError> {
        let mut next = group.clone();
        if let Some(handle) = &self.handle {
            if *handle != group.handle && directory.is_name(handle) {
                return Err(AppError::field("handle", "names somebody, or another group"));
            }
            next.handle.clone_from(handle);
        }
        if let Some(name) = &self.name {
            next.name.clone_from(name);
        }
        if let Some(members) = &self.members {
            for user in members {
                directory.active_person(*user)?;
            }
            next.members = members.iter().copied().collect();
        }
        Ok(next)
    }
}

fn save(draft: &mut Draft<'_>, event: &str, mut group: Group) -> Result<Group, AppError> {
    group.version += 1;
    let row = GroupRow {
        handle: group.handle.clone(),
        name: group.name.clone(),
        members: group.members.iter().map(|user| user.0).collect(),
        created_by: group.created_by.0,
        created_at: group.created_at.millis(),
        version: i64::from(group.version),
    };
    draft.put(record("team_group", group.id.0), row);
    draft.event(Audience::Everyone, event, None, &json!({ "group": group }), None)?;
    draft.fact(Fact::Group(group.clone()));
    Ok(group)
}

/// Reads every group.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let sql = "SELECT record::id(id) AS key, $this AS row FROM team_group";
    for Keyed { key, row } in all::<Keyed<GroupRow>>(database, sql).await? {
        directory.apply(&Fact::Group(Group {
            id: GroupId(key),
            handle: row.handle,
            name: row.name,
            members: row.members.into_iter().map(UserId).collect(),
            created_by: UserId(row.created_by),
            created_at: Timestamp::from_millis(row.created_at),
            version: u32::try_from(row.version).unwrap_or_default(),
        }));
    }
    Ok(())
}
