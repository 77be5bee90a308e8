//! Making, finding and changing channels.

use super::{members, store};
use crate::{
    accounts::Actor,
    app::App,
    directory::{Channel, ChannelKind, ChannelView, Directory, Member, MemberRole, Person},
    error::{AppError, Code},
    http::extract::IfMatch,
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
    permission::{Action, Relation, Role},
    validate::{self, Checks},
};
use roaring::RoaringBitmap;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How many people a direct conversation can have besides the one who opens it.
const MOST_OTHERS: usize = 8;
/// How many channels a hub can have.
pub(super) const MOST_CHANNELS: usize = 5_000;
/// How many people can be added with a new channel.
const MOST_INVITED: usize = 1_000;

/// What a channel is to be.
#[derive(Clone, Debug)]
pub struct NewChannel {
    pub name: String,
    pub kind: ChannelKind,
    pub topic: String,
    pub members: Vec<UserId>,
}

/// Makes a channel; whoever makes it manages it.
///
/// # Errors
/// `forbidden`, `channel_name_taken`, `validation`, `not_found` for an unknown member.
pub async fn create(app: &App, actor: &Actor, new: NewChannel) -> Result<ChannelView, AppError> {
    actor.require(Action::CreateChannel, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = checks.take("name", validate::channel_name(&new.name));
    let topic = checks.take("topic", validate::line(&new.topic, 0, 250));
    if new.kind == ChannelKind::Direct {
        checks.take::<()>("kind", Err("is public or private; direct conversations are opened".to_owned()));
    }
    if new.members.len() > MOST_INVITED {
        checks.take::<()>("memberIds", Err(format!("has more than {MOST_INVITED} people")));
    }
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::CreateChannel, Relation::NONE)?;
            if directory.channel_named(&name).is_some() {
                return Err(AppError::new(Code::ChannelNameTaken));
            }
            let mut people = new.members.iter().copied().collect::<BTreeSet<_>>();
            people.remove(&actor.user);
            for user in &people {
                directory.active_person(*user)?;
            }
            add(draft, new.kind, &name, &topic, actor.user, people)
        })
        .await
}

/// Adds a channel with its people and tells those who may know of it.
fn add(
    draft: &mut Draft<'_>,
    kind: ChannelKind,
    name: &str,
    topic: &str,
    creator: UserId,
    others: BTreeSet<UserId>,
) -> Result<ChannelView, AppError> {
    if draft.directory.room_count() >= MOST_CHANNELS {
        return Err(AppError::field("", format!("this hub already has {MOST_CHANNELS} channels")));
    }
    let now = draft.now;
    let place = |role| Member::new(role, now, 0);
    let mut people: BTreeMap<_, _> = others.into_iter().map(|user| (user, place(MemberRole::Member))).collect();
    let creators = if kind == ChannelKind::Direct { MemberRole::Member } else { MemberRole::Manager };
    people.insert(creator, place(creators));
    let channel = Channel {
        id: ChannelId::generate(),
        kind,
        name: name.to_owned(),
        topic: topic.to_owned(),
        created_by: creator,
        created_at: draft.now,
        archived_at: None,
        version: 1,
        members: people,
        last_number: 0,
        last_message_at: None,
        tombstones: RoaringBitmap::new(),
        pins: BTreeMap::new(),
        thread: None,
        mentions: BTreeMap::new(),
        everyone: RoaringBitmap::new(),
        own: BTreeMap::new(),
    };
    let view = channel.view();
    let people = channel.members.clone();
    store::put_channel(draft, channel);
    draft.event(Audience::Viewers(view.id), "channel.created", Some(view.id), &json!({ "channel": view }), None)?;
    for (user, member) in people {
        store::put_member(draft, view.id, user, member);
        members::announce_joined(draft, &view, user, &member, (0, None))?;
    }
    Ok(view)
}

/// A direct conversation of these two, who have none yet.
///
/// # Errors
/// `internal`.
pub(super) fn add_direct(draft: &mut Draft<'_>, one: UserId, other: UserId) -> Result<ChannelId, AppError> {
    add(draft, ChannelKind::Direct, "", "", one, BTreeSet::from([other])).map(|view| view.id)
}

/// #general, with the team's first owner in it.
///
/// # Errors
/// `internal`.
pub(crate) fn create_general(draft: &mut Draft<'_>, owner: UserId) -> Result<(), AppError> {
    add(draft, ChannelKind::Public, "general", "Everyone is here", owner, BTreeSet::new()).map(drop)
}

/// Puts a newcomer into the channel that everyone is in: the oldest public one. Guests are in none
/// until somebody adds them.
///
/// # Errors
/// `internal`.
pub(crate) fn join_general(draft: &mut Draft<'_>, person: &Person) -> Result<(), AppError> {
    if person.role == Role::Guest {
        return Ok(());
    }
    let oldest = draft
        .directory
        .rooms()
        .filter(|channel| channel.kind == ChannelKind::Public && channel.archived_at.is_none())
        .min_by_key(|channel| channel.id);
    match oldest {
        Some(channel) => members::join(draft, channel, person.id, MemberRole::Member).map(drop),
        None => Ok(()),
    }
}

/// Opens the direct conversation between the actor and these people; there is only ever one.
/// Nobody else means notes to oneself.
///
/// # Errors
/// `validation`, `not_found` for an unknown person.
pub async fn open_direct(app: &App, actor: &Actor, others: Vec<UserId>) -> Result<(ChannelView, Opened), AppError> {
    actor.require(Action::OpenDirect, Relation::NONE)?;
    let mut people: BTreeSet<_> = others.into_iter().take(MOST_OTHERS + 2).collect();
    people.remove(&actor.user);
    if people.len() > MOST_OTHERS {
        return Err(AppError::field("userIds", format!("has more than {MOST_OTHERS} people")));
    }
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            actor.require(Action::OpenDirect, Relation::NONE)?;
            let mut everyone = people.clone();
            everyone.insert(actor.user);
            if let Some(channel) =
                directory.direct_between(&everyone).and_then(|channel| directory.channels.get(&channel))
            {
                return Ok((channel.view(), Opened::Before));
            }
            for user in &people {
                directory.active_person(*user)?;
            }
            add(draft, ChannelKind::Direct, "", "", actor.user, people.clone()).map(|view| (view, Opened::Now))
        })
        .await
}

/// Whether a direct conversation was there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    Now,
    Before,
}

/// What is to change about a channel.
#[derive(Clone, Default, Debug)]
pub struct ChannelPatch {
    pub name: Option<String>,
    pub topic: Option<String>,
    pub archived: Option<bool>,
}

/// Changes a channel's name or topic, archives it or takes it back.
///
/// # Errors
/// `forbidden`, `not_found`, `channel_name_taken`, `validation`, `version_mismatch`.
pub async fn update(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    patch: ChannelPatch,
    version: IfMatch,
) -> Result<ChannelView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = patch.name.map(|name| checks.take("name", validate::channel_name(&name)));
    let topic = patch.topic.map(|topic| checks.take("topic", validate::line(&topic, 0, 250)));
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_room(channel, actor.user, actor.role)?;
            let is = directory.relation(found, actor.user);
            version.check(found.version, || found.view())?;
            if found.kind == ChannelKind::Direct {
                return Err(AppError::new(Code::Forbidden));
            }
            let mut next = found.clone();
            if name.is_some() || topic.is_some() {
                actor.require(Action::EditChannel, is)?;
                next.name = name.clone().unwrap_or(next.name);
                next.topic = topic.clone().unwrap_or(next.topic);
            }
            if let Some(archived) = patch.archived {
                actor.require(Action::ArchiveChannel, is)?;
                next.archived_at = archived.then(|| found.archived_at.unwrap_or(draft.now));
            }
            if next.name != found.name && directory.channel_named(&next.name).is_some() {
                return Err(AppError::new(Code::ChannelNameTaken));
            }
            if next == *found {
                return Ok(found.view());
            }
            next.version += 1;
            let view = next.view();
            store::put_channel(draft, next);
            draft.event(
                Audience::Viewers(channel),
                "channel.updated",
                Some(channel),
                &json!({ "channel": view }),
                None,
            )?;
            Ok(view)
        })
        .await
}

/// Makes a private channel out of a direct conversation of three or more people, with all that was
/// said in it. Whoever does it manages it; those who are no longer in the team are not in it.
///
/// # Errors
/// `forbidden`, `not_found`, `channel_name_taken`, `validation` for what is no group.
pub async fn convert(app: &App, actor: &Actor, channel: ChannelId, name: &str) -> Result<ChannelView, AppError> {
    actor.require(Action::CreateChannel, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let name = checks.take("name", validate::channel_name(name));
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_room(channel, actor.user, actor.role)?;
            actor.require(Action::CreateChannel, Relation::NONE)?;
            if found.kind != ChannelKind::Direct || found.members.len() < 3 {
                return Err(AppError::field(
                    "",
                    "only a direct conversation of three or more people becomes a channel",
                ));
            }
            if directory.channel_named(&name).is_some() {
                return Err(AppError::new(Code::ChannelNameTaken));
            }
            let mut next = found.clone();
            next.kind = ChannelKind::Private;
            next.name.clone_from(&name);
            next.version += 1;
            store::put_channel(draft, next.clone());
            let data = json!({ "channel": next.view() });
            draft.event(Audience::Viewers(channel), "channel.updated", Some(channel), &data, None)?;
            members::settle(draft, next, actor.user)
        })
        .await
}

/// The channels that the actor may know of, by name, direct conversations last.
#[must_use]
pub fn list(directory: &Directory, actor: &Actor) -> Vec<ChannelView> {
    let mut views: Vec<_> = directory
        .rooms()
        .filter(|channel| directory.may_view(channel, actor.user, actor.role))
        .map(Channel::view)
        .collect();
    views.sort_by(|a, b| {
        (a.kind == ChannelKind::Direct, &a.name, a.id).cmp(&(b.kind == ChannelKind::Direct, &b.name, b.id))
    });
    views
}

/// One channel.
///
/// # Errors
/// `not_found` also when the actor may not know of it.
pub fn get(app: &App, actor: &Actor, channel: ChannelId) -> Result<ChannelView, AppError> {
    actor.require_scope(crate::directory::Scope::Read)?;
    app.journal.directory().visible_room(channel, actor.user, actor.role).map(Channel::view)
}
