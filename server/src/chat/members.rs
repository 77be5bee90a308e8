//! Who is in a channel.

use super::{store, thread_rows};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Channel, ChannelKind, ChannelView, Member, MemberRole, MemberView},
    error::{AppError, Code},
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
    permission::Action,
};
use serde_json::json;

/// Puts someone into a channel: oneself into a public one, or another person.
///
/// # Errors
/// `forbidden`, `not_found`, `channel_archived`.
pub async fn add(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    user: UserId,
    role: MemberRole,
) -> Result<ChannelView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let directory = draft.directory;
            let actor = actor.still(directory)?;
            let found = directory.visible_room(channel, actor.user, actor.role)?;
            directory.active_person(user)?;
            let is = directory.relation(found, actor.user);
            if found.members.contains_key(&user) {
                return Ok(found.view());
            }
            let action = if user == actor.user { Action::JoinChannel } else { Action::AddMember };
            actor.require(action, is)?;
            if role == MemberRole::Manager {
                actor.require(Action::SetMemberRole, is)?;
            }
            if found.kind == ChannelKind::Direct {
                return Err(AppError::new(Code::Forbidden));
            }
            if found.archived_at.is_some() {
                return Err(AppError::new(Code::ChannelArchived));
            }
            join(draft, found, user, role)
        })
        .await
}

/// Puts someone into a channel. What was said before counts as read.
///
/// # Errors
/// `internal`.
pub(crate) fn join(
    draft: &mut Draft<'_>,
    channel: &Channel,
    user: UserId,
    role: MemberRole,
) -> Result<ChannelView, AppError> {
    let member = Member::new(role, draft.now, channel.last_number);
    let mut next = channel.clone();
    next.members.insert(user, member);
    let view = next.view();
    store::put_member(draft, channel.id, user, member);
    announce_joined(draft, &view, user, &member, (channel.last_number, channel.last_message_at))?;
    Ok(view)
}

/// Tells that someone is in a channel now, with all that their client needs to draw it.
///
/// # Errors
/// `internal`.
pub(super) fn announce_joined(
    draft: &mut Draft<'_>,
    view: &ChannelView,
    user: UserId,
    member: &Member,
    (last_number, last_message_at): (u32, Option<Timestamp>),
) -> Result<(), AppError> {
    let data = json!({
        "channel": view,
        "member": MemberView { user_id: user, role: member.role },
        "lastNumber": last_number,
        "lastMessageAt": last_message_at,
        "joinedAt": member.joined_at,
    });
    draft.event(Audience::Viewers(view.id), "member.joined", Some(view.id), &data, None)
}

/// Takes someone out of a channel: oneself, or another person.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn remove(app: &App, actor: &Actor, channel: ChannelId, user: UserId) -> Result<(), AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let found = draft.directory.visible_room(channel, actor.user, actor.role)?;
            let action = if user == actor.user { Action::LeaveChannel } else { Action::RemoveMember };
            actor.require(action, draft.directory.relation(found, actor.user))?;
            if found.kind == ChannelKind::Direct {
                return Err(AppError::new(Code::Forbidden));
            }
            if !found.members.contains_key(&user) {
                return Err(AppError::not_found("Member"));
            }
            leave(draft, found, user)
        })
        .await
}

/// Takes a person out of every channel. Direct conversations keep them, as a former member.
///
/// # Errors
/// `internal`.
pub(crate) fn leave_everything(draft: &mut Draft<'_>, user: UserId) -> Result<(), AppError> {
    let directory = draft.directory;
    for channel in directory.channels_of(user).filter(|channel| channel.kind != ChannelKind::Direct) {
        leave(draft, channel, user)?;
    }
    Ok(())
}

/// Takes someone out; they no longer follow its threads either. A channel whose last manager leaves
/// gets its longest member as one.
pub(super) fn leave(draft: &mut Draft<'_>, channel: &Channel, user: UserId) -> Result<(), AppError> {
    let mut left = channel.clone();
    left.members.remove(&user);
    store::delete_member(draft, channel.id, user);
    let followed: Vec<_> = draft
        .directory
        .threads_of(user)
        .filter(|thread| thread.thread.as_ref().is_some_and(|place| place.channel == channel.id))
        .map(|thread| thread.id)
        .collect();
    thread_rows::unfollow(draft, &followed, user);
    let data = json!({ "channelId": channel.id, "userId": user });
    draft.event(Audience::ViewersAnd(channel.id, user), "member.left", Some(channel.id), &data, None)?;
    let managed = left.members.values().any(|member| member.role == MemberRole::Manager);
    let eldest = left.members.iter().min_by_key(|(user, member)| (member.joined_at, **user)).map(|(user, _)| *user);
    match eldest {
        Some(heir) if !managed => set_role(draft, &left, heir, MemberRole::Manager).map(drop),
        _ => Ok(()),
    }
}

fn set_role(draft: &mut Draft<'_>, channel: &Channel, user: UserId, role: MemberRole) -> Result<ChannelView, AppError> {
    let mut next = channel.clone();
    let Some(member) = next.members.get_mut(&user) else { return Err(AppError::not_found("Member")) };
    member.role = role;
    let member = *member;
    let view = next.view();
    store::put_member(draft, channel.id, user, member);
    let data = json!({ "channel": view, "member": MemberView { user_id: user, role } });
    draft.event(Audience::Viewers(channel.id), "member.updated", Some(channel.id), &data, None)?;
    Ok(view)
}

/// Gives a conversation that has just become a channel its manager, and takes those out who are no
/// longer in the team.
///
/// # Errors
/// `internal`.
pub(super) fn settle(draft: &mut Draft<'_>, mut channel: Channel, manager: UserId) -> Result<ChannelView, AppError> {
    set_role(draft, &channel, manager, MemberRole::Manager)?;
    if let Some(member) = channel.members.get_mut(&manager) {
        member.role = MemberRole::Manager;
    }
    let gone: Vec<_> =
        channel.members.keys().copied().filter(|user| draft.directory.active_person(*user).is_err()).collect();
    for user in gone {
        leave(draft, &channel, user)?;
        channel.members.remove(&user);
    }
    Ok(channel.view())
}

/// Makes a member a manager of the channel, or a manager a member.
///
/// # Errors
/// `forbidden`, `not_found`, `conflict` when the channel would be left without a manager.
pub async fn update(
    app: &App,
    actor: &Actor,
    channel: ChannelId,
    user: UserId,
    role: MemberRole,
) -> Result<ChannelView, AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let found = draft.directory.visible_room(channel, actor.user, actor.role)?;
            actor.require(Action::SetMemberRole, draft.directory.relation(found, actor.user))?;
            if found.kind == ChannelKind::Direct {
                return Err(AppError::new(Code::Forbidden));
            }
            let member = found.members.get(&user).ok_or_else(|| AppError::not_found("Member"))?;
            if member.role == role {
                return Ok(found.view());
            }
            let others =
                found.members.iter().any(|(other, member)| *other != user && member.role == MemberRole::Manager);
            if role == MemberRole::Member && !others {
                return Err(AppError::field("role", "would leave the channel without a manager"));
            }
            set_role(draft, found, user, role)
        })
        .await
}
