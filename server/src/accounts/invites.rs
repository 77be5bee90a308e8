//! Invitations: links by which people join.

use super::{Actor, keys, store};
use crate::{
    admin::audit::{self, Act, By},
    app::App,
    clock::{self, Timestamp},
    directory::{Invite, InviteView},
    error::{AppError, Code},
    http::Peer,
    ids::InviteId,
    permission::{Action, Relation, Role},
    validate::{self, Checks},
};
use std::time::Duration;

/// An invitation lasts this long unless another time is named.
const LASTS_HOURS: u32 = 7 * 24;
/// A year.
const LONGEST_HOURS: u32 = 366 * 24;
/// How many invitations can be open at once.
const MOST: usize = 500;

/// What an invitation is to be.
#[derive(Clone, Debug)]
pub struct NewInvite {
    pub role: Role,
    pub max_uses: Option<u32>,
    pub expires_in_hours: Option<u32>,
    pub label: String,
}

/// What someone who holds an invitation is told before they join.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub team: String,
    pub role: Role,
    pub invited_by: String,
    pub expires_at: Option<Timestamp>,
}

/// Makes an invitation.
///
/// # Errors
/// `forbidden`, also for a role above the actor's; `validation`.
pub async fn create(app: &App, actor: &Actor, new: NewInvite) -> Result<InviteView, AppError> {
    actor.require(Action::ManageInvites, Relation::NONE)?;
    app.limits.changes.take(&actor.user)?;
    let mut checks = Checks::default();
    let label = checks.take("label", validate::line(&new.label, 0, 80));
    if new.max_uses.is_some_and(|uses| uses == 0 || uses > 10_000) {
        checks.take::<()>("maxUses", Err("is not between 1 and 10000".to_owned()));
    }
    let hours = new.expires_in_hours.unwrap_or(LASTS_HOURS);
    if hours == 0 || hours > LONGEST_HOURS {
        checks.take::<()>("expiresInHours", Err(format!("is not between 1 and {LONGEST_HOURS}")));
    }
    if new.role == Role::Owner {
        checks.take::<()>("role", Err("is given to someone who is already in the team".to_owned()));
    }
    checks.finish()?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            actor.require(Action::ManageInvites, Relation::NONE)?;
            if new.role > actor.role {
                return Err(AppError::new(Code::Forbidden));
            }
            let now = draft.now;
            if draft.directory.invites.values().filter(|invite| invite.works(now)).count() >= MOST {
                return Err(AppError::field("", format!("there are {MOST} open invitations; revoke some first")));
            }
            let invite = Invite {
                id: InviteId::generate(),
                code: keys::link_code(),
                role: new.role,
                label: label.clone(),
                max_uses: new.max_uses,
                uses: 0,
                created_by: actor.user,
                created_at: now,
                expires_at: Some(now.plus(Duration::from_secs(u64::from(hours) * 3600))),
                revoked_at: None,
            };
            let view = invite.view(draft.directory);
            audit::note(draft, Act::InviteCreated, By::from(&actor), None, &label);
            store::put_invite(draft, invite);
            Ok(view)
        })
        .await
}

/// Every invitation, the newest first.
///
/// # Errors
/// `forbidden`.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<InviteView>, AppError> {
    actor.require(Action::ManageInvites, Relation::NONE)?;
    let directory = app.journal.directory();
    Ok(directory.invites.values().rev().map(|invite| invite.view(&directory)).collect())
}

/// Makes an invitation stop working.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn revoke(app: &App, actor: &Actor, id: InviteId) -> Result<(), AppError> {
    actor.require(Action::ManageInvites, Relation::NONE)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let mut invite = draft.directory.invites.get(&id).cloned().ok_or_else(|| AppError::not_found("Invite"))?;
            if invite.revoked_at.is_none() {
                invite.revoked_at = Some(draft.now);
                audit::note(draft, Act::InviteRevoked, By::from(&actor), None, &invite.label);
                store::put_invite(draft, invite);
            }
            Ok(())
        })
        .await
}

/// What the holder of a code is told.
///
/// # Errors
/// `not_found` when it never was or no longer works.
pub fn look_up(app: &App, code: &str, peer: Peer) -> Result<Invitation, AppError> {
    app.limits.register_from.take(&peer.0)?;
    let directory = app.journal.directory();
    let invite = directory
        .invite_with_code(code)
        .filter(|invite| directory.invite_works(invite, clock::now()))
        .ok_or_else(|| AppError::not_found("Invite"))?;
    let settings = directory.settings()?;
    if settings.registration == crate::directory::Registration::Closed {
        return Err(AppError::not_found("Invite"));
    }
    Ok(Invitation {
        team: settings.name.clone(),
        role: invite.role,
        invited_by: directory.people.get(&invite.created_by).map(|person| person.name.clone()).unwrap_or_default(),
        expires_at: invite.expires_at,
    })
}
