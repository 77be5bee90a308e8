//! Everything that a client needs to draw itself, and the cursor from which events lead on.

use super::{
    drafts, reminders,
    saved::{self, SavedView},
    scheduled, threads,
};
use crate::{
    accounts::{Actor, all_groups},
    app::App,
    directory::{
        AccountView, Begun, Channel, ChannelView, Group, HubView, KeptFilter, MembershipView, Person, Preferences,
        ProjectLevelView, ProjectView, Reminder, Scheduled, Scope, Sections, Told, UserView,
    },
    error::AppError,
    journal::Cursor,
    tasks,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The team as one person sees it at one moment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bootstrap {
    /// Events after this lead on from here.
    #[schema(value_type = String)]
    pub cursor: Cursor,
    pub hub: HubView,
    pub me: AccountView,
    /// Everyone who is or was in the team.
    pub users: Vec<UserView>,
    /// The groups that a message can name.
    pub groups: Vec<Group>,
    /// Every public channel (not for guests) and those the person is in.
    pub channels: Vec<ChannelView>,
    /// The person's own places in channels, and in the threads that they follow and have not read to
    /// the end: of those the thousand that were written in last. A followed thread that is not among
    /// them was read.
    pub memberships: Vec<MembershipView>,
    /// The messages that the person saved for later.
    pub saved: Vec<SavedView>,
    /// The words of which the person wants to be told.
    pub alerts: Vec<String>,
    /// What else they want to be told, and when.
    pub preferences: Preferences,
    /// How the person sorts their side bar.
    pub sections: Sections,
    /// The projects that the person may know of: public ones (not for guests) and those they are in.
    pub projects: Vec<ProjectView>,
    /// The filters of tasks that the person keeps.
    pub filters: Vec<KeptFilter>,
    /// The messages that are to be sent for the person.
    pub scheduled: Vec<Scheduled>,
    /// What the person wants to be reminded of.
    pub reminders: Vec<Reminder>,
    /// What the person began and did not send; empty where it was emptied lately.
    pub drafts: Vec<Begun>,
    /// What the person was told of tasks and has not read, the oldest first.
    pub news: Vec<Told>,
    /// The projects of which they want to be told less than usual.
    pub project_levels: Vec<ProjectLevelView>,
}

/// The team as the actor sees it now.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn bootstrap(app: &App, actor: &Actor) -> Result<Bootstrap, AppError> {
    actor.require_scope(Scope::Read)?;
    let (cursor, view) = app.journal.view(|directory| {
        let me = directory.active_person(actor.user)?.account_view();
        let mut memberships: Vec<_> = directory
            .channels_of(actor.user)
            .filter_map(|channel| Some(channel.membership_view(actor.user, channel.members.get(&actor.user)?)))
            .chain(threads::unread(directory, actor.user))
            .collect();
        memberships.sort_by_key(|membership| membership.channel_id);
        let mut channels: Vec<_> = directory
            .rooms()
            .filter(|channel| directory.may_view(channel, actor.user, actor.role))
            .map(Channel::view)
            .collect();
        channels.sort_by_key(|channel| channel.id);
        let hub = directory.hub_view();
        let users = directory.people.values().map(Person::view).collect();
        let groups = all_groups(directory);
        let saved = saved::all(directory, actor.user);
        let alerts = directory.alerts_of(actor.user).to_vec();
        let preferences = directory.preferences_of(actor.user);
        let sections = directory.sections_of(actor.user).clone();
        let projects = tasks::projects_of(directory, actor);
        let filters = directory.filters_of(actor.user).to_vec();
        let scheduled = scheduled::all(directory, actor.user);
        let reminders = reminders::all(directory, actor.user);
        let drafts = drafts::all_of(directory, actor.user);
        let news = directory.unread_news(actor.user).copied().collect();
        let project_levels = directory.task_levels_of(actor.user);
        Ok::<_, AppError>(move |cursor| Bootstrap {
            cursor,
            hub,
            me,
            users,
            groups,
            channels,
            memberships,
            saved,
            alerts,
            preferences,
            sections,
            projects,
            filters,
            scheduled,
            reminders,
            drafts,
            news,
            project_levels,
        })
    });
    Ok(view?(cursor))
}
