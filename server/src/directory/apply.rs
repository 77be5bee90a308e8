//! How each fact changes the directory, its look-up tables included.

use super::{Channel, ChannelKind, Directory, Fact, Member, Person, Repeated, Session};
use crate::{
    clock::Timestamp,
    ids::{ChannelId, UserId},
};
use std::collections::{BTreeSet, HashMap};

/// How many entries of the audit log are held that count something.
const MOST_REPEATED: usize = 500;

impl Directory {
    /// Makes one fact true.
    pub fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::Settings(settings) => self.settings = Some(settings.clone()),
            Fact::Network(network) => self.network = network.clone(),
            Fact::Mail(mail) => self.mail = mail.clone(),
            Fact::Mailed(user, mailed) => {
                self.mailed.insert(*user, mailed.clone());
            }
            Fact::Person(person) => self.set_person(person),
            Fact::Session(session) => self.set_session(session),
            Fact::SessionEnded(session) => {
                if let Some(secret) = self.sessions.remove(session).and_then(|ended| ended.secret) {
                    self.by_secret.remove(&secret);
                }
            }
            Fact::Seen(user, at) => {
                let seen = self.seen.entry(*user).or_insert(*at);
                *seen = (*seen).max(*at);
            }
            Fact::TwoFactor(held) => {
                self.two_factor.insert(held.user, held.clone());
            }
            Fact::TwoFactorGone(user) => {
                self.two_factor.remove(user);
            }
            Fact::Invite(invite) => {
                self.by_invite_code.insert(invite.code.clone(), invite.id);
                self.invites.insert(invite.id, invite.clone());
            }
            Fact::Group(group) => self.set_group(group),
            Fact::GroupGone(group) => self.forget_group(*group),
            Fact::Hook(_)
            | Fact::HookGone(_)
            | Fact::Outgoing(_)
            | Fact::OutgoingGone(_)
            | Fact::Command(_)
            | Fact::CommandGone(_) => self.apply_of_programs(fact),
            Fact::Reset(reset) => {
                self.resets.insert(reset.secret, reset.clone());
            }
            Fact::ResetUsed(secret) => {
                self.resets.remove(secret);
            }
            Fact::Channel(channel) => self.set_channel(channel),
            Fact::Member(channel, user, member) => self.set_member(*channel, *user, *member),
            Fact::MemberLeft(channel, user) => self.remove_member(*channel, *user),
            Fact::MessageSent(channel, number, author, at) => self.message_sent(*channel, *number, *author, *at),
            Fact::MessagesBrought(channel, number, at, authors) => {
                self.messages_brought(*channel, *number, *at, authors);
            }
            Fact::Mention(channel, who, number) => {
                self.in_channel(*channel, |channel| _ = channel.spoken_to(*who).insert(*number));
            }
            Fact::MentionGone(channel, who, number) => {
                self.in_channel(*channel, |channel| _ = channel.spoken_to(*who).remove(*number));
            }
            Fact::Alerts(..)
            | Fact::Sections(..)
            | Fact::Filters(..)
            | Fact::Preferences(..)
            | Fact::Draft(..)
            | Fact::DraftGone(..)
            | Fact::Saved(..)
            | Fact::Unsaved(..) => self.apply_of_own(fact),
            Fact::OwnUnread(channel, user, own) => {
                self.in_channel(*channel, |channel| _ = channel.own.insert(*user, own.clone()));
            }
            Fact::MentionCount(user, count) => {
                self.mention_counts.insert(*user, *count);
            }
            Fact::MessageDeleted(channel, number, author) => self.message_deleted(*channel, *number, *author),
            Fact::Pinned(channel, number, pin) => {
                self.in_channel(*channel, |channel| _ = channel.pins.insert(*number, *pin));
            }
            Fact::Unpinned(channel, number) => {
                self.in_channel(*channel, |channel| _ = channel.pins.remove(number));
            }
            Fact::Audited(number) => self.audited = *number,
            Fact::Repeated(entry) => self.set_repeated(entry),
            Fact::DayCounted(counted, day, number) => {
                self.days.insert((*counted, *day), *number);
            }
            Fact::FileStored(file) => self.files.stored(file),
            Fact::FileAttached(file) => self.files.attached(*file),
            Fact::FileGone(file, owner, size, hash) => self.files.gone(*file, *owner, *size, *hash),
            Fact::Project(_)
            | Fact::TaskCreated(..)
            | Fact::News(..)
            | Fact::NewsRead(..)
            | Fact::TaskLevel(..)
            | Fact::Feed(_)
            | Fact::FeedGone(..) => self.apply_of_tasks(fact),
            Fact::Scheduled(_)
            | Fact::ScheduledGone(_)
            | Fact::Reminder(_)
            | Fact::ReminderGone(..)
            | Fact::PollCloses(_)
            | Fact::PollClosed(_) => self.plan(fact),
        }
    }

    /// Makes a fact about what somebody keeps for themselves true.
    fn apply_of_own(&mut self, fact: &Fact) {
        match fact {
            Fact::Alerts(user, words) if words.is_empty() => {
                self.alerts.remove(user);
            }
            Fact::Alerts(user, words) => {
                self.alerts.insert(*user, words.clone());
            }
            Fact::Sections(user, sections) => {
                self.sections.insert(*user, sections.clone());
            }
            Fact::Filters(user, kept) => {
                self.filters.insert(*user, kept.clone());
            }
            Fact::Preferences(user, preferences) => {
                self.preferences.insert(*user, preferences.clone());
            }
            Fact::Draft(user, begun) => self.set_draft(*user, begun),
            Fact::DraftGone(user, place) => self.remove_draft(*user, *place),
            Fact::Saved(user, channel, number, at) => {
                self.saved.entry(*user).or_default().insert((*channel, *number), *at);
            }
            Fact::Unsaved(user, channel, number) => self.unsave(*user, (*channel, *number)),
            _ => {}
        }
    }

    /// Makes a fact about webhooks and commands true.
    fn apply_of_programs(&mut self, fact: &Fact) {
        match fact {
            Fact::Hook(hook) => self.set_hook(hook),
            Fact::HookGone(hook) => self.forget_hook(*hook),
            Fact::Outgoing(outgoing) => {
                self.outgoing.insert(outgoing.id, outgoing.clone());
            }
            Fact::OutgoingGone(outgoing) => {
                self.outgoing.remove(outgoing);
            }
            Fact::Command(command) => {
                self.commands.insert(command.id, command.clone());
            }
            Fact::CommandGone(command) => {
                self.commands.remove(command);
            }
            _ => {}
        }
    }

    /// Makes a fact about projects and tasks true.
    fn apply_of_tasks(&mut self, fact: &Fact) {
        match fact {
            Fact::Project(project) => self.set_project(project),
            Fact::News(user, told) => self.add_news(*user, *told),
            Fact::NewsRead(user, place) => self.read_news(*user, *place),
            Fact::Feed(feed) => self.set_feed(feed),
            Fact::FeedGone(user, project) => self.forget_feed(*user, *project),
            Fact::TaskLevel(user, project, level) => self.set_task_level(*user, *project, *level),
            Fact::TaskCreated(project, number) => {
                if let Some(project) = self.projects.get_mut(project) {
                    project.last_number = project.last_number.max(*number);
                }
            }
            _ => {}
        }
    }

    /// Makes a fact about what waits for a moment true.
    fn plan(&mut self, fact: &Fact) {
        match fact {
            Fact::Scheduled(scheduled) => self.planned.set(scheduled),
            Fact::ScheduledGone(id) => self.planned.remove(*id),
            Fact::Reminder(reminder) => self.reminders.set(reminder),
            Fact::ReminderGone(user, id) => self.reminders.remove(*user, *id),
            Fact::PollCloses(closing) => self.closings.opened(*closing),
            Fact::PollClosed(closing) => self.closings.closed(*closing),
            _ => {}
        }
    }

    fn message_sent(&mut self, channel: ChannelId, number: u32, author: UserId, at: Timestamp) {
        self.in_channel(channel, |channel| {
            channel.last_number = channel.last_number.max(number);
            channel.last_message_at = channel.last_message_at.max(Some(at));
            if let Some(member) = channel.members.get_mut(&author) {
                member.read_number = member.read_number.max(number);
            }
            channel.own.remove(&author);
            if let Some(thread) = &mut channel.thread {
                thread.replied(author);
            }
        });
    }

    fn messages_brought(&mut self, channel: ChannelId, number: u32, at: Timestamp, authors: &[UserId]) {
        self.in_channel(channel, |channel| {
            channel.last_number = channel.last_number.max(number);
            channel.last_message_at = channel.last_message_at.max(Some(at));
            if let Some(thread) = &mut channel.thread {
                authors.iter().for_each(|author| thread.replied(*author));
            }
        });
    }

    fn message_deleted(&mut self, channel: ChannelId, number: u32, author: UserId) {
        self.in_channel(channel, |channel| {
            channel.tombstones.insert(number);
            if let Some(thread) = &mut channel.thread {
                thread.taken_back(author);
            }
        });
    }

    /// Holds on to the newest few: what is older gets an entry of its own when it happens again.
    fn set_repeated(&mut self, entry: &Repeated) {
        if self.repeated.len() >= MOST_REPEATED && !self.repeated.contains_key(&entry.key) {
            let oldest = self.repeated.values().min_by_key(|known| known.number).map(|known| known.key.clone());
            if let Some(key) = oldest {
                self.repeated.remove(&key);
            }
        }
        self.repeated.insert(entry.key.clone(), entry.clone());
    }

    fn unsave(&mut self, user: UserId, place: (ChannelId, u32)) {
        if let Some(saved) = self.saved.get_mut(&user) {
            saved.remove(&place);
        }
    }

    /// Changes a channel, if there is one.
    fn in_channel(&mut self, channel: ChannelId, change: impl FnOnce(&mut Channel)) {
        if let Some(channel) = self.channels.get_mut(&channel) {
            change(channel);
        }
    }

    fn set_person(&mut self, person: &Person) {
        if let Some(before) = self.people.get(&person.id) {
            self.by_username.remove(&before.username);
            if let Some(email) = &before.email {
                self.by_email.remove(email);
            }
        }
        if person.deleted_at.is_none() {
            self.by_username.insert(person.username.clone(), person.id);
            if let Some(email) = &person.email {
                self.by_email.insert(email.clone(), person.id);
            }
        } else {
            self.seen.remove(&person.id);
            self.mailed.remove(&person.id);
        }
        self.people.insert(person.id, person.clone());
    }

    fn set_session(&mut self, session: &Session) {
        if let Some(secret) = session.secret {
            self.by_secret.insert(secret, session.id);
        }
        self.sessions.insert(session.id, session.clone());
    }

    fn set_channel(&mut self, channel: &Channel) {
        if let Some(before) = self.channels.get_mut(&channel.id) {
            self.by_channel_name.remove(&before.name);
            if before.kind != channel.kind {
                // A group that became a channel.
                self.by_participants.remove(&before.members.keys().copied().collect());
                before.kind = channel.kind;
            }
            before.name.clone_from(&channel.name);
            before.topic.clone_from(&channel.topic);
            before.archived_at = channel.archived_at;
            before.version = channel.version;
        } else {
            let places = self.places_of(channel.kind);
            for user in channel.members.keys() {
                places.entry(*user).or_default().insert(channel.id);
            }
            match &channel.thread {
                Some(thread) => {
                    self.threads_on.insert((thread.channel, thread.number), channel.id);
                }
                None => {
                    self.rooms.insert(channel.id);
                }
            }
            if channel.kind == ChannelKind::Direct {
                let people = channel.members.keys().copied().collect();
                self.by_participants.insert(people, channel.id);
            }
            self.channels.insert(channel.id, channel.clone());
        }
        if matches!(channel.kind, ChannelKind::Public | ChannelKind::Private) {
            self.by_channel_name.insert(channel.name.clone(), channel.id);
        }
    }

    fn set_member(&mut self, channel: ChannelId, user: UserId, member: Member) {
        let Some(found) = self.channels.get_mut(&channel) else { return };
        found.members.insert(user, member);
        if member.read_number >= found.last_number {
            found.own.remove(&user);
        }
        let kind = found.kind;
        self.places_of(kind).entry(user).or_default().insert(channel);
    }

    fn remove_member(&mut self, channel: ChannelId, user: UserId) {
        let Some(found) = self.channels.get_mut(&channel) else { return };
        found.members.remove(&user);
        found.own.remove(&user);
        let kind = found.kind;
        if let Some(places) = self.places_of(kind).get_mut(&user) {
            places.remove(&channel);
        }
    }

    /// Where it is kept who is in conversations of this kind.
    fn places_of(&mut self, kind: ChannelKind) -> &mut HashMap<UserId, BTreeSet<ChannelId>> {
        if kind == ChannelKind::Thread { &mut self.threads_of } else { &mut self.channels_of }
    }
}
