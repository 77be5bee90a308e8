//! Outgoing webhooks as those who manage them see them.

use super::{has_former, host_of};
use crate::{
    accounts::Actor,
    app::App,
    clock::{self, Timestamp},
    directory::{Directory, Outgoing, Stopped, Topic},
    ids::{ChannelId, OutgoingId, ProjectId, UserId},
    permission::{Action, Relation, allowed},
};
use serde::Serialize;
use utoipa::ToSchema;

/// An outgoing webhook, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Outgoing)]
pub struct OutgoingView {
    pub id: OutgoingId,
    /// The bot that has its name and says what the receiver answers.
    pub bot_id: UserId,
    pub name: String,
    /// Where it is told; only the host for those who may not change it.
    pub url: String,
    pub topics: Vec<Topic>,
    /// Of every public channel and project, and of who comes into the team.
    pub everywhere: bool,
    pub channel_ids: Vec<ChannelId>,
    pub project_ids: Vec<ProjectId>,
    /// With any, only messages that begin with one of them.
    pub words: Vec<String>,
    /// Whether `{"text": …}` that the receiver answers to a message is said by the bot.
    pub answers: bool,
    pub on: bool,
    /// Why the hub switched it off.
    pub stopped: Option<Stopped>,
    /// Since when the receiver has taken nothing.
    pub failing_since: Option<Timestamp>,
    /// Until when what is sent is signed with the secret before as well.
    pub former_until: Option<Timestamp>,
    /// How much waits to be told; with 2,000, what comes is not kept.
    pub waiting: usize,
    /// Whether the person who asks may change it: whoever manages all that it hears.
    pub may_change: bool,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

impl OutgoingView {
    pub(super) fn of(app: &App, directory: &Directory, actor: &Actor, outgoing: &Outgoing) -> Self {
        let may_change = hears_only_own(directory, actor, outgoing);
        let now = clock::now();
        Self {
            id: outgoing.id,
            bot_id: outgoing.bot,
            name: directory.people.get(&outgoing.bot).map(|bot| bot.name.clone()).unwrap_or_default(),
            url: if may_change { outgoing.url.clone() } else { host_of(&outgoing.url) },
            topics: outgoing.topics.iter().copied().collect(),
            everywhere: outgoing.everywhere,
            channel_ids: outgoing.channels.iter().copied().collect(),
            project_ids: outgoing.projects.iter().copied().collect(),
            words: outgoing.words.clone(),
            answers: outgoing.answers,
            on: outgoing.on,
            stopped: outgoing.stopped,
            failing_since: outgoing.failing_since,
            former_until: outgoing.former.as_ref().map(|(_, until)| *until).filter(|_| has_former(outgoing, now)),
            waiting: app.programs.waiting(outgoing.id),
            may_change,
            created_by: outgoing.created_by,
            created_at: outgoing.created_at,
        }
    }
}

/// Whether the actor may manage bots, and so all webhooks of the team.
pub(super) fn is_admin(actor: &Actor) -> bool {
    actor.require(Action::ManageBots, Relation::NONE).is_ok()
}

/// Whether somebody manages everything that a webhook hears: only they may say where it is told.
pub(super) fn hears_only_own(directory: &Directory, actor: &Actor, outgoing: &Outgoing) -> bool {
    let channels = outgoing.channels.iter().all(|id| {
        // A channel of which nothing is left is heard by nobody.
        directory
            .channels
            .get(id)
            .is_none_or(|channel| allowed(Action::ManageHooks, actor.role, directory.relation(channel, actor.user)))
    });
    let projects = outgoing.projects.iter().all(|id| {
        directory
            .projects
            .get(id)
            .is_none_or(|project| allowed(Action::EditProject, actor.role, project.relation(actor.user)))
    });
    let something = outgoing.everywhere || !outgoing.channels.is_empty() || !outgoing.projects.is_empty();
    channels && projects && (is_admin(actor) || (something && !outgoing.everywhere))
}
