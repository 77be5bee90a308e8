//! Threads: replies to one message, beside the conversation that it stands in.
//!
//! A thread is a conversation with an id of its own, so its messages are numbered, edited, deleted
//! and read like all others. It begins with the first reply. Whoever may read the conversation of
//! its root may read it, and sees it live; unread is counted for those who follow it.

use super::{
    alerts,
    mentions::{self, Present, Spoken},
    messages::{self, MessageView, Sent, To, Twin, Words},
    named, store, thread_rows,
};
use crate::{
    accounts::Actor,
    app::App,
    directory::{Channel, ChannelKind, Directory, Member, MemberRole, MembershipView, Thread},
    error::AppError,
    ids::{ChannelId, UserId},
    journal::{Audience, Draft},
    permission::Action,
};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// How many threads with something unread a client is told of when it loads.
const MOST_UNREAD: usize = 1_000;
/// How many of a thread's newest replies the list of threads shows.
const SHOWN_REPLIES: u32 = 2;

/// Whether a reply also stands in the channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Also {
    ThreadOnly,
    ToChannel,
}

/// A message that is replied to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Root {
    pub channel: ChannelId,
    pub number: u32,
    /// Who wrote it; only needed to begin a thread.
    author: Option<UserId>,
    also: Also,
}

impl Root {
    /// The root of a thread that is there.
    pub(super) fn of(thread: &Thread) -> Self {
        Self { channel: thread.channel, number: thread.number, author: None, also: Also::ThreadOnly }
    }
}

/// Replies to a message; the first reply begins the thread. A reply to a reply that also stands in
/// the channel goes into the thread that it is of.
///
/// # Errors
/// As sending a message; `validation` for a reply to a reply.
pub async fn reply(
    app: &App,
    actor: &Actor,
    (channel, number): (ChannelId, u32),
    words: Words,
    also: Also,
) -> Result<Sent, AppError> {
    let root = root(app, actor, (channel, number), also).await?;
    messages::say(app, actor, To::Root(root), words).await
}

/// What a reply to this message hangs on.
pub(super) async fn root(
    app: &App,
    actor: &Actor,
    (channel, number): (ChannelId, u32),
    also: Also,
) -> Result<Root, AppError> {
    let root = messages::get(app, actor, channel, number).await?;
    let number = root.twin.filter(|twin| twin.channel_id != channel).map_or(number, |twin| twin.root);
    let author = if number == root.number {
        root.author_id
    } else {
        messages::get(app, actor, channel, number).await?.author_id
    };
    Ok(Root { channel, number, author: Some(author), also })
}

/// Writes a reply, and the thread with it when it is the first.
pub(super) fn write_reply(
    draft: &mut Draft<'_>,
    author: &Actor,
    root: Root,
    words: &Words,
    present: &Present,
) -> Result<MessageView, AppError> {
    let home = messages::visible(draft.directory, author, root.channel)?;
    messages::may_write(draft.directory, author, home)?;
    write_allowed(draft, author, root, words, present)
}

/// As [`write_reply`], by somebody of whom it is known that they may.
pub(super) fn write_allowed(
    draft: &mut Draft<'_>,
    author: &Actor,
    root: Root,
    words: &Words,
    present: &Present,
) -> Result<MessageView, AppError> {
    let directory = draft.directory;
    let home = directory.channels.get(&root.channel).ok_or_else(|| AppError::not_found("Channel"))?;
    if words.poll.is_some() && root.also == Also::ToChannel {
        return Err(AppError::field("alsoToChannel", "is not possible for a poll, which is asked in one place"));
    }
    let mut followers = BTreeSet::from([author.user]);
    let named = named::named(directory, &words.body);
    followers.extend(named.people);
    followers.extend(alerts::alerted(directory, &words.body));
    let mut thread = if let Some(thread) = directory.thread_on(home.id, root.number) {
        thread.clone()
    } else {
        followers.extend(root.author);
        if home.kind == ChannelKind::Direct {
            followers.extend(home.members.keys());
        }
        begin(draft, home, root.number, author.user)?
    };
    followers.retain(|user| {
        let here = home.members.contains_key(user) && directory.active_person(*user).is_ok();
        here && !thread.members.contains_key(user)
    });
    for user in followers {
        follow(draft, &mut thread, user)?;
    }
    let mut message = messages::first(draft, author, &thread, words)?;
    if root.also == Also::ToChannel {
        message.twin = Some(Twin { channel_id: home.id, number: home.last_number + 1, root: root.number });
    }
    store::insert_message(draft, &message);
    let as_read = Member::new(MemberRole::Member, draft.now, thread.last_number);
    let as_read = thread.membership_view(author.user, &as_read);
    if let Some(place) = &mut thread.thread {
        place.replied(author.user);
    }
    thread.last_number = message.number;
    thread.last_message_at = Some(draft.now);
    thread_rows::put(draft, &thread);
    tell(draft, &thread, "message.created", &message, words.client_key.as_deref())?;
    // Those who follow it count; who had read everything may not know of the thread yet.
    let data = json!({
        "membership": as_read,
        "number": message.number,
        "authorId": author.user,
        "createdAt": message.created_at,
        "everyone": message.mentions.everyone,
    });
    draft.event(Audience::Members(thread.id), "thread.replied", Some(thread.id), &data, None)?;
    let spoken = Spoken::by(directory, &thread, &message, present, None);
    mentions::note(draft, &thread, &message, &spoken)?;
    if message.twin.is_some() {
        let twin = Twin { channel_id: thread.id, number: message.number, root: root.number };
        let number = home.last_number + 1;
        let copy = MessageView { channel_id: home.id, number, client_key: None, twin: Some(twin), ..message.clone() };
        messages::write(draft, home, copy, (present, Some(&thread)))?;
    }
    Ok(message)
}

/// A thread in which nothing was said yet.
fn begin(draft: &mut Draft<'_>, home: &Channel, number: u32, by: UserId) -> Result<Channel, AppError> {
    if home.kind == ChannelKind::Thread {
        return Err(AppError::field("number", "is a reply, which has no thread of its own"));
    }
    if number == 0 || number > home.last_number || home.tombstones.contains(number) {
        return Err(AppError::not_found("Message"));
    }
    let place = Thread { channel: home.id, number, people: Vec::new() };
    let thread = thread_rows::new(ChannelId::generate(), place, by, draft.now);
    thread_rows::begin(draft, &thread);
    Ok(thread)
}

/// Lets somebody follow a thread. What was said before counts as read, but for a thread that begins.
fn follow(draft: &mut Draft<'_>, thread: &mut Channel, user: UserId) -> Result<MembershipView, AppError> {
    let member = Member::new(MemberRole::Member, draft.now, thread.last_number);
    store::put_member(draft, thread.id, user, member);
    thread.members.insert(user, member);
    let view = thread.membership_view(user, &member);
    draft.event(Audience::Person(user), "thread.followed", Some(thread.id), &json!({ "membership": view }), None)?;
    Ok(view)
}

/// Tells all who may read a thread of a message in it, and what its root shows now.
fn tell(
    draft: &mut Draft<'_>,
    thread: &Channel,
    name: &str,
    message: &MessageView,
    client_key: Option<&str>,
) -> Result<(), AppError> {
    let place = thread.thread.as_ref().map(Thread::place);
    let root = place
        .map(|place| json!({ "channelId": place.channel_id, "number": place.number, "thread": thread.thread_view() }));
    let data = json!({ "message": message, "root": root });
    draft.event(Audience::Viewers(thread.id), name, Some(thread.id), &data, client_key)
}

/// Tells of a reply that was edited or deleted.
pub(super) fn tell_changed(
    draft: &mut Draft<'_>,
    thread: &Channel,
    name: &str,
    message: &MessageView,
) -> Result<(), AppError> {
    let mut thread = thread.clone();
    if message.deleted_at.is_some() {
        thread.tombstones.insert(message.number);
        if let Some(place) = &mut thread.thread {
            place.taken_back(message.author_id);
        }
        thread_rows::put(draft, &thread);
    }
    tell(draft, &thread, name, message, None)
}

/// A thread with the message that it hangs on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ThreadOpened)]
pub struct ThreadOpened {
    /// Its `thread` is `null` before the first reply.
    pub root: MessageView,
    /// How far the person has read; `null` for one who does not follow it.
    pub membership: Option<MembershipView>,
}

/// The thread of a message, or where there is none yet, the message alone.
///
/// # Errors
/// `not_found`.
pub async fn open(app: &App, actor: &Actor, (channel, number): (ChannelId, u32)) -> Result<ThreadOpened, AppError> {
    let root = messages::get(app, actor, channel, number).await?;
    let directory = app.journal.directory();
    let membership = directory.thread_on(channel, number).and_then(|thread| membership(thread, actor.user));
    Ok(ThreadOpened { root, membership })
}

fn membership(thread: &Channel, user: UserId) -> Option<MembershipView> {
    Some(thread.membership_view(user, thread.members.get(&user)?))
}

fn thread<'a>(directory: &'a Directory, actor: &Actor, thread: ChannelId) -> Result<&'a Channel, AppError> {
    directory
        .visible_channel(thread, actor.user, actor.role)
        .ok()
        .filter(|found| found.kind == ChannelKind::Thread)
        .ok_or_else(|| AppError::not_found("Thread"))
}

/// Lets the actor be told of what is said in a thread.
///
/// # Errors
/// `not_found`; `forbidden` for those who are not in the conversation of its root.
pub async fn start_following(app: &App, actor: &Actor, id: ChannelId) -> Result<MembershipView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let found = thread(draft.directory, &actor, id)?;
            actor.require(Action::FollowThread, draft.directory.relation(found, actor.user))?;
            match membership(found, actor.user) {
                Some(view) => Ok(view),
                None => follow(draft, &mut found.clone(), actor.user),
            }
        })
        .await
}

/// Lets the actor not be told any more. Not to have followed it is no failure.
///
/// # Errors
/// `not_found`; `forbidden` for those who are not in the conversation of its root.
pub async fn stop_following(app: &App, actor: &Actor, id: ChannelId) -> Result<(), AppError> {
    app.limits.changes.take(&actor.user)?;
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let found = thread(draft.directory, &actor, id)?;
            actor.require(Action::FollowThread, draft.directory.relation(found, actor.user))?;
            if !found.members.contains_key(&actor.user) {
                return Ok(());
            }
            thread_rows::unfollow(draft, &[id], actor.user);
            let data = json!({ "channelId": id });
            draft.event(Audience::Person(actor.user), "thread.unfollowed", Some(id), &data, None)
        })
        .await
}

/// The threads that somebody follows and has not read to the end, the latest of them.
pub(super) fn unread(directory: &Directory, user: UserId) -> Vec<MembershipView> {
    let mut unread: Vec<_> = directory
        .threads_of(user)
        .filter_map(|thread| membership(thread, user))
        .filter(|place| place.read_number < place.last_number)
        .collect();
    unread.sort_by_key(|place| std::cmp::Reverse((place.last_message_at, place.channel_id)));
    unread.truncate(MOST_UNREAD);
    unread
}

/// Which of the threads that somebody follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    All,
    Unread,
}

/// A thread in the list of those that one follows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FollowedThread)]
pub struct Followed {
    pub root: MessageView,
    pub membership: MembershipView,
    /// Its newest replies, the oldest of them first.
    pub latest: Vec<MessageView>,
}

/// The places of the threads that the actor follows, the ones written in last first.
///
/// # Errors
/// `forbidden` for a token without the read scope.
pub fn places(app: &App, actor: &Actor, which: Which) -> Result<Vec<MembershipView>, AppError> {
    actor.require_scope(crate::directory::Scope::Read)?;
    let directory = app.journal.directory();
    let mut places: Vec<_> = directory
        .threads_of(actor.user)
        .filter(|thread| directory.may_view(thread, actor.user, actor.role))
        .filter_map(|thread| membership(thread, actor.user))
        .filter(|place| which == Which::All || place.unread > 0)
        .collect();
    places.sort_by_key(|place| std::cmp::Reverse((place.last_message_at, place.channel_id)));
    Ok(places)
}

/// These threads with their roots and newest replies, in one read.
///
/// # Errors
/// `internal`.
pub async fn show(app: &App, places: Vec<MembershipView>) -> Result<Vec<Followed>, AppError> {
    let latest = |place: &MembershipView| {
        let from = place.last_number.saturating_sub(SHOWN_REPLIES - 1).max(1);
        let id = place.channel_id;
        (from..=place.last_number).map(move |number| (id, number))
    };
    let root = |place: &MembershipView| place.thread.map(|thread| (thread.channel_id, thread.number));
    let wanted: Vec<_> = places.iter().flat_map(|place| root(place).into_iter().chain(latest(place))).collect();
    let by_place = messages::at(app, &wanted).await?;
    Ok(places
        .into_iter()
        .filter_map(|place| {
            let root = by_place.get(&root(&place)?)?.clone();
            let latest = latest(&place).filter_map(|at| by_place.get(&at).cloned()).collect();
            Some(Followed { root, membership: place, latest })
        })
        .collect())
}
