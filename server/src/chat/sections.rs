//! Sections of a person's side bar: favourites, and sections that they name themselves. What stands
//! in none is listed with all others of its kind. Nobody else learns of any of it.

use crate::{
    accounts::Actor,
    app::App,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, Scope, Section, Sections},
    error::AppError,
    ids::{ChannelId, SectionId, UserId},
    journal::{Audience, Draft},
    permission::Action,
    validate::{self, Checks},
};
use serde_json::json;
use surrealdb::types::SurrealValue;
use uuid::Uuid;

/// How many sections of their own somebody can have.
const MOST: usize = 30;
/// How many conversations one section holds.
const MOST_CHANNELS: usize = 300;
/// The longest name, in characters.
const LONGEST: usize = 40;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SectionsRow {
    favourites: Vec<Uuid>,
    named: Vec<SectionRow>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct SectionRow {
    id: Uuid,
    name: String,
    channels: Vec<Uuid>,
}

impl SectionsRow {
    fn of(sections: &Sections) -> Self {
        let ids = |channels: &[ChannelId]| channels.iter().map(|channel| channel.0).collect();
        let row = |section: &Section| SectionRow {
            id: section.id.0,
            name: section.name.clone(),
            channels: ids(&section.channels),
        };
        Self { favourites: ids(&sections.favourites), named: sections.named.iter().map(row).collect() }
    }

    fn sections(self) -> Sections {
        let ids = |channels: Vec<Uuid>| channels.into_iter().map(ChannelId).collect();
        let section = |row: SectionRow| Section { id: SectionId(row.id), name: row.name, channels: ids(row.channels) };
        Sections { favourites: ids(self.favourites), named: self.named.into_iter().map(section).collect() }
    }
}

/// Where a conversation is put.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    Favourites,
    Named(SectionId),
    /// With all others of its kind.
    Nowhere,
}

/// The sections of the actor.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn get(app: &App, actor: &Actor) -> Result<Sections, AppError> {
    actor.require_scope(Scope::Read)?;
    Ok(app.journal.directory().sections_of(actor.user).clone())
}

/// Makes a section after the others, and puts a conversation into it.
///
/// # Errors
/// `validation`, also when there are too many; `not_found` and `forbidden` as [`put`].
pub async fn create(
    app: &App,
    actor: &Actor,
    name: &str,
    channel: Option<ChannelId>,
) -> Result<(SectionId, Sections), AppError> {
    app.limits.changes.take(&actor.user)?;
    let name = checked(name)?;
    let (actor, id) = (actor.clone(), SectionId::generate());
    let sections = app
        .journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let mut sections = draft.directory.sections_of(actor.user).clone();
            if sections.named.len() >= MOST {
                return Err(AppError::field("name", format!("would be the name of more than {MOST} sections")));
            }
            free(&sections, &name, id)?;
            sections.named.push(Section { id, name: name.clone(), channels: Vec::new() });
            if let Some(channel) = channel {
                place(draft.directory, &actor, &mut sections, channel, Target::Named(id))?;
            }
            write(draft, actor.user, sections)
        })
        .await?;
    Ok((id, sections))
}

/// What of a section changes.
#[derive(Clone, Default, Debug)]
pub struct SectionPatch {
    pub name: Option<String>,
    /// Its place among the named ones, counted from 0; one past the end is the end.
    pub place: Option<usize>,
}

/// Renames or moves a section.
///
/// # Errors
/// `not_found`, `validation`.
pub async fn update(app: &App, actor: &Actor, id: SectionId, patch: SectionPatch) -> Result<Sections, AppError> {
    app.limits.changes.take(&actor.user)?;
    let name = patch.name.as_deref().map(checked).transpose()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let mut sections = draft.directory.sections_of(actor.user).clone();
            let at = position(&sections, id)?;
            if let Some(name) = &name {
                free(&sections, name, id)?;
                sections.named[at].name.clone_from(name);
            }
            if let Some(to) = patch.place {
                let section = sections.named.remove(at);
                let to = to.min(sections.named.len());
                sections.named.insert(to, section);
            }
            write(draft, actor.user, sections)
        })
        .await
}

/// Takes a section away; what stood in it is listed with all others again.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, actor: &Actor, id: SectionId) -> Result<Sections, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require_scope(Scope::Write)?;
            let mut sections = draft.directory.sections_of(actor.user).clone();
            sections.named.remove(position(&sections, id)?);
            write(draft, actor.user, sections)
        })
        .await
}

/// Puts a conversation into a section, at its end, and out of the one that it stood in.
///
/// # Errors
/// `not_found` for a conversation or a section; `forbidden` for those who are not in the
/// conversation; `validation` when the section is full.
pub async fn put(app: &App, actor: &Actor, channel: ChannelId, target: Target) -> Result<Sections, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let mut sections = draft.directory.sections_of(actor.user).clone();
            place(draft.directory, &actor, &mut sections, channel, target)?;
            write(draft, actor.user, sections)
        })
        .await
}

fn checked(name: &str) -> Result<String, AppError> {
    let mut checks = Checks::default();
    let name = checks.take("name", validate::line(name, 1, LONGEST));
    checks.finish()?;
    Ok(name)
}

/// Two sections of one name could not be told apart.
fn free(sections: &Sections, name: &str, id: SectionId) -> Result<(), AppError> {
    let name = name.to_lowercase();
    if sections.named.iter().any(|other| other.id != id && other.name.to_lowercase() == name) {
        return Err(AppError::field("name", "is the name of another section"));
    }
    Ok(())
}

fn position(sections: &Sections, id: SectionId) -> Result<usize, AppError> {
    sections.named.iter().position(|section| section.id == id).ok_or_else(|| AppError::not_found("Section"))
}

fn place(
    directory: &Directory,
    actor: &Actor,
    sections: &mut Sections,
    channel: ChannelId,
    target: Target,
) -> Result<(), AppError> {
    let found = directory.visible_room(channel, actor.user, actor.role)?;
    actor.require(Action::SortChannel, directory.relation(found, actor.user))?;
    // Of what was left meanwhile nothing is kept.
    let stays = |other: &ChannelId| {
        *other != channel && directory.channels.get(other).is_some_and(|other| other.members.contains_key(&actor.user))
    };
    let at = match target {
        Target::Named(id) => Some(position(sections, id)?),
        Target::Favourites | Target::Nowhere => None,
    };
    sections.favourites.retain(stays);
    for section in &mut sections.named {
        section.channels.retain(stays);
    }
    let into = match (target, at) {
        (Target::Nowhere, _) => return Ok(()),
        (_, Some(at)) => &mut sections.named[at].channels,
        (_, None) => &mut sections.favourites,
    };
    if into.len() >= MOST_CHANNELS {
        return Err(AppError::field("section", format!("already has {MOST_CHANNELS} conversations")));
    }
    into.push(channel);
    Ok(())
}

fn write(draft: &mut Draft<'_>, user: UserId, sections: Sections) -> Result<Sections, AppError> {
    if draft.directory.sections_of(user) != &sections {
        draft.put(record("sections", user.0), SectionsRow::of(&sections));
        draft.fact(Fact::Sections(user, sections.clone()));
        let data = json!({ "sections": sections });
        draft.event(Audience::Person(user), "sections.updated", None, &data, None)?;
    }
    Ok(sections)
}

/// Reads everybody's sections.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let rows = all::<Keyed<SectionsRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM sections").await?;
    for Keyed { key, row } in rows {
        directory.apply(&Fact::Sections(UserId(key), row.sections()));
    }
    Ok(())
}
