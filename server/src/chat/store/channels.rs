//! The rows of channels and memberships, and reading them into the directory.

use super::{Place, bytes, small};
use crate::{
    chat::{alerts, drafts, marks, mention_rows, poll_rows, reminder_rows, scheduled_rows, sections, thread_rows},
    clock::Timestamp,
    database::{Database, Keyed, all, key, record, row_id},
    directory::{Channel, ChannelKind, Directory, Fact, Level, Member, MemberRole},
    ids::{ChannelId, UserId},
    journal::{Draft, Write},
};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use surrealdb::types::{Bytes, Object, SurrealValue, Value};
use uuid::Uuid;

const READ_MARK: &str =
    "INSERT INTO read_mark $rows ON DUPLICATE KEY UPDATE number = $input.number, own = $input.own RETURN NONE";

fn kind_word(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Public => "public",
        ChannelKind::Private => "private",
        ChannelKind::Direct => "direct",
        ChannelKind::Thread => "thread",
    }
}

fn role_word(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Member => "member",
        MemberRole::Manager => "manager",
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ChannelRow {
    kind: String,
    name: String,
    topic: String,
    created_by: Uuid,
    created_at: i64,
    archived_at: Option<i64>,
    version: i64,
}

/// Writes a channel. Its members are rows of their own.
pub(in crate::chat) fn put_channel(draft: &mut Draft<'_>, channel: Channel) {
    let row = ChannelRow {
        kind: kind_word(channel.kind).to_owned(),
        name: channel.name.clone(),
        topic: channel.topic.clone(),
        created_by: channel.created_by.0,
        created_at: channel.created_at.millis(),
        archived_at: channel.archived_at.map(Timestamp::millis),
        version: i64::from(channel.version),
    };
    draft.put(record("channel", channel.id.0), row);
    draft.fact(Fact::Channel(channel));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct MemberRow {
    channel: Uuid,
    user: Uuid,
    role: String,
    joined_at: i64,
    level: Option<String>,
    muted: Option<bool>,
}

pub(in crate::chat) fn put_member(draft: &mut Draft<'_>, channel: ChannelId, user: UserId, member: Member) {
    let row = MemberRow {
        channel: channel.0,
        user: user.0,
        role: role_word(member.role).to_owned(),
        joined_at: member.joined_at.millis(),
        level: member.level.map(|level| level.word().to_owned()),
        muted: Some(member.muted),
    };
    draft.put(row_id("member", vec![key(channel.0), key(user.0)]), row);
    put_read_mark(draft, channel, user, member);
}

/// Writes how far a member has read.
pub(in crate::chat) fn put_read_mark(draft: &mut Draft<'_>, channel: ChannelId, user: UserId, member: Member) {
    let own = draft.directory.channels.get(&channel).and_then(|channel| channel.own.get(&user));
    read_mark(draft, channel, user, member.read_number, own);
    draft.fact(Fact::Member(channel, user, member));
}

/// Moves the read mark of a member back; `own` are those of the messages after it that are their own.
pub(in crate::chat) fn move_read_mark_back(
    draft: &mut Draft<'_>,
    channel: ChannelId,
    user: UserId,
    member: Member,
    own: RoaringBitmap,
) {
    read_mark(draft, channel, user, member.read_number, Some(&own));
    draft.fact(Fact::Member(channel, user, member));
    draft.fact(Fact::OwnUnread(channel, user, own));
}

pub(super) fn read_mark(
    draft: &mut Draft<'_>,
    channel: ChannelId,
    user: UserId,
    number: u32,
    own: Option<&RoaringBitmap>,
) {
    let mut row = Object::new();
    row.insert("id", row_id("read_mark", vec![key(channel.0), key(user.0)]));
    row.insert("number", i64::from(number));
    if let Some(own) = own.filter(|own| own.max().is_some_and(|last| last > number)) {
        row.insert("own", bytes(own));
    }
    draft.write(Write::Row { sql: READ_MARK, key: format!("{channel}{user}"), row: Value::Object(row) });
}

pub(in crate::chat) fn delete_member(draft: &mut Draft<'_>, channel: ChannelId, user: UserId) {
    let id = row_id("member", vec![key(channel.0), key(user.0)]);
    draft.delete(id);
    draft.fact(Fact::MemberLeft(channel, user));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ReadMark {
    channel: Uuid,
    user: Uuid,
    number: i64,
    own: Option<Bytes>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Tally {
    name: Value,
    number: i64,
    at: i64,
}

/// Reads channels, their members and their numbers into the directory.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let moment = Timestamp::from_millis;
    let mut channels: BTreeMap<Uuid, Channel> = BTreeMap::new();
    for Keyed { key, row } in
        all::<Keyed<ChannelRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM channel").await?
    {
        let channel = Channel {
            thread: None,
            mentions: BTreeMap::new(),
            everyone: RoaringBitmap::new(),
            own: BTreeMap::new(),
            id: ChannelId(key),
            kind: match row.kind.as_str() {
                "public" => ChannelKind::Public,
                "private" => ChannelKind::Private,
                _ => ChannelKind::Direct,
            },
            name: row.name,
            topic: row.topic,
            created_by: UserId(row.created_by),
            created_at: moment(row.created_at),
            archived_at: row.archived_at.map(moment),
            version: small(row.version),
            members: BTreeMap::new(),
            last_number: 0,
            last_message_at: None,
            tombstones: RoaringBitmap::new(),
            pins: BTreeMap::new(),
        };
        channels.insert(key, channel);
    }
    thread_rows::load(database, &mut channels).await?;
    for row in all::<MemberRow>(database, "SELECT * FROM member").await? {
        if let Some(channel) = channels.get_mut(&row.channel) {
            let role = if row.role == "manager" { MemberRole::Manager } else { MemberRole::Member };
            let mut member = Member::new(role, moment(row.joined_at), 0);
            member.level = Level::of(row.level.as_deref());
            member.muted = row.muted.unwrap_or_default();
            channel.members.insert(UserId(row.user), member);
        }
    }
    for row in all::<ReadMark>(
        database,
        "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS user, number, own FROM read_mark",
    )
    .await?
    {
        let Some(channel) = channels.get_mut(&row.channel) else { continue };
        let Some(member) = channel.members.get_mut(&UserId(row.user)) else { continue };
        member.read_number = small(row.number);
        if let Some(own) = row.own {
            channel.own.insert(UserId(row.user), RoaringBitmap::deserialize_from(&own.into_inner()[..])?);
        }
    }
    for Place { channel, number } in
        all::<Place>(database, "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS number FROM tombstone")
            .await?
    {
        if let Some(channel) = channels.get_mut(&channel) {
            channel.tombstones.insert(small(number));
        }
    }
    for tally in all::<Tally>(database, "SELECT record::id(id)[0] AS name, number, at FROM tally").await? {
        // The log's own counters have names.
        let Value::Uuid(id) = tally.name else { continue };
        let id = *id;
        if let Some(channel) = channels.get_mut(&id) {
            channel.last_number = small(tally.number);
            channel.last_message_at = Some(moment(tally.at));
        } else {
            directory.apply(&Fact::MentionCount(UserId(id), small(tally.number)));
        }
    }
    mention_rows::load(database, &mut channels).await?;
    alerts::load(database, directory).await?;
    sections::load(database, directory).await?;
    for channel in channels.into_values() {
        directory.apply(&Fact::Channel(channel));
    }
    marks::load(database, directory).await?;
    drafts::load(database, directory).await?;
    scheduled_rows::load(database, directory).await?;
    reminder_rows::load(database, directory).await?;
    poll_rows::load(database, directory).await
}
