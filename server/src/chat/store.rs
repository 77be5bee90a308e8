//! The rows of channels, memberships and messages. As in accounts, each writing function also
//! writes the fact that goes with the row.

use super::{
    alerts,
    marks::{self, ReactionRow},
    mention_rows,
    messages::{MessageView, RevisionView, Twin},
    named::Named,
    thread_rows,
};
use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, key, record, row_id},
    directory::{Channel, ChannelKind, Directory, Fact, Level, Member, MemberRole},
    files,
    ids::{ChannelId, UserId},
    journal::{Draft, TALLY, Write, tally_row},
};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};
use surrealdb::types::{Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const MESSAGE: &str = "INSERT INTO message $rows RETURN NONE";
const SENT: &str = "INSERT INTO sent $rows RETURN NONE";
const REVISION: &str = "INSERT INTO revision $rows RETURN NONE";
const TOMBSTONE: &str = "INSERT INTO tombstone $rows RETURN NONE";
const READ_MARK: &str = "INSERT INTO read_mark $rows ON DUPLICATE KEY UPDATE number = $input.number RETURN NONE";
/// Refuses the change when somebody else changed the message after it was read.
const EDIT: &str = "IF $id.version != $expected { THROW 'stale' }; UPDATE $id SET body = $body, files = $files, edited_at = $edited_at, deleted_at = $deleted_at, named = $named, version = $expected + 1 RETURN NONE";
const FORGET_REVISIONS: &str = "DELETE revision:[$channel, $number, 0]..=[$channel, $number, 4294967295] RETURN NONE";

const FIELDS: &str = "record::id(id)[0] AS channel, record::id(id)[1] AS number, author, body, files, client_key, created_at, edited_at, deleted_at, version, twin, named";

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

pub(super) fn message_id(channel: ChannelId, number: u32) -> RecordId {
    row_id("message", vec![key(channel.0), key(i64::from(number))])
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
pub(super) fn put_channel(draft: &mut Draft<'_>, channel: Channel) {
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

pub(super) fn put_member(draft: &mut Draft<'_>, channel: ChannelId, user: UserId, member: Member) {
    let row = MemberRow {
        channel: channel.0,
        user: user.0,
        role: role_word(member.role).to_owned(),
        joined_at: member.joined_at.millis(),
        level: Some(member.level.word().to_owned()),
        muted: Some(member.muted),
    };
    draft.put(row_id("member", vec![key(channel.0), key(user.0)]), row);
    put_read_mark(draft, channel, user, member);
}

/// Writes how far a member has read.
pub(super) fn put_read_mark(draft: &mut Draft<'_>, channel: ChannelId, user: UserId, member: Member) {
    read_mark(draft, channel, user, member.read_number);
    draft.fact(Fact::Member(channel, user, member));
}

fn read_mark(draft: &mut Draft<'_>, channel: ChannelId, user: UserId, number: u32) {
    let mut row = Object::new();
    row.insert("id", row_id("read_mark", vec![key(channel.0), key(user.0)]));
    row.insert("number", i64::from(number));
    draft.write(Write::Row { sql: READ_MARK, key: format!("{channel}{user}"), row: Value::Object(row) });
}

pub(super) fn delete_member(draft: &mut Draft<'_>, channel: ChannelId, user: UserId) {
    let id = row_id("member", vec![key(channel.0), key(user.0)]);
    draft.delete(id);
    draft.fact(Fact::MemberLeft(channel, user));
}

/// Writes a new message, the channel's counter, and its author's read mark.
pub(super) fn insert_message(draft: &mut Draft<'_>, message: &MessageView) {
    let (channel, number, author) = (message.channel_id, message.number, message.author_id);
    let mut row = Object::new();
    row.insert("id", message_id(channel, number));
    row.insert("author", author.0);
    row.insert("body", message.body.clone());
    if !message.files.is_empty() {
        row.insert("files", files::views::value(&message.files));
    }
    if let Some(client_key) = &message.client_key {
        row.insert("client_key", client_key.clone());
        let mut sent = Object::new();
        sent.insert("id", sent_id(author, client_key));
        sent.insert("channel", channel.0);
        sent.insert("number", i64::from(number));
        // Not deduplicated by key: the second of two retries in one batch has to fail.
        draft.write(Write::Row { sql: SENT, key: format!("{channel}{number}"), row: Value::Object(sent) });
    }
    row.insert("created_at", message.created_at.millis());
    row.insert("version", i64::from(message.version));
    if let Some(twin) = &message.twin {
        let (channel, number, root) = (twin.channel_id.0, i64::from(twin.number), i64::from(twin.root));
        row.insert("twin", TwinRow { channel, number, root });
    }
    if message.mentions != Named::default() {
        row.insert("named", NamedRow::of(&message.mentions));
    }
    draft.write(Write::Row { sql: MESSAGE, key: format!("{channel}{number}"), row: Value::Object(row) });
    let tally = tally_row(key(channel.0), i64::from(number), message.created_at.millis());
    draft.write(Write::Row { sql: TALLY, key: channel.to_string(), row: tally });
    read_mark(draft, channel, author, number);
    draft.fact(Fact::MessageSent(channel, number, author, message.created_at));
}

/// Where it is noted which message this author sent with this key. A second one with the same key
/// meets the row that is there and fails.
fn sent_id(author: UserId, client_key: &str) -> RecordId {
    row_id("sent", vec![key(author.0), key(client_key.to_owned())])
}

/// Writes `next` over the message it was made from, whose version was one less.
pub(super) fn update_message(draft: &mut Draft<'_>, next: &MessageView) {
    let bindings = vec![
        ("id", message_id(next.channel_id, next.number).into_value()),
        ("expected", i64::from(next.version - 1).into_value()),
        ("body", next.body.clone().into_value()),
        ("files", if next.files.is_empty() { Value::None } else { files::views::value(&next.files) }),
        ("edited_at", next.edited_at.map(Timestamp::millis).into_value()),
        ("deleted_at", next.deleted_at.map(Timestamp::millis).into_value()),
        ("named", (next.mentions != Named::default()).then(|| NamedRow::of(&next.mentions)).into_value()),
    ];
    draft.write(Write::Statement { sql: EDIT, bindings });
}

/// Keeps what an edited message said before.
pub(super) fn insert_revision(draft: &mut Draft<'_>, before: &MessageView) {
    let (channel, number, version) = (before.channel_id, before.number, before.version);
    let mut row = Object::new();
    let parts = vec![key(channel.0), key(i64::from(number)), key(i64::from(version))];
    row.insert("id", row_id("revision", parts));
    row.insert("body", before.body.clone());
    row.insert("edited_at", before.edited_at.unwrap_or(before.created_at).millis());
    row.insert("editor", before.author_id.0);
    draft.write(Write::Row { sql: REVISION, key: format!("{channel}{number}.{version}"), row: Value::Object(row) });
}

/// Notes that a message is a tombstone, and forgets what it said before and how people reacted.
pub(super) fn insert_tombstone(draft: &mut Draft<'_>, message: &MessageView) {
    let (channel, number) = (message.channel_id, message.number);
    let mut row = Object::new();
    row.insert("id", row_id("tombstone", vec![key(channel.0), key(i64::from(number))]));
    draft.write(Write::Row { sql: TOMBSTONE, key: format!("{channel}{number}"), row: Value::Object(row) });
    let bindings = vec![("channel", channel.0.into_value()), ("number", i64::from(number).into_value())];
    draft.write(Write::Statement { sql: FORGET_REVISIONS, bindings });
    marks::delete_reactions(draft, channel, number);
    draft.fact(Fact::MessageDeleted(channel, number, message.author_id));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct MessageRow {
    channel: Uuid,
    number: i64,
    author: Uuid,
    body: String,
    files: Option<Vec<files::views::Kept>>,
    client_key: Option<String>,
    created_at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
    version: i64,
    twin: Option<TwinRow>,
    named: Option<NamedRow>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct NamedRow {
    everyone: bool,
    here: bool,
    people: Vec<Uuid>,
}

impl NamedRow {
    fn of(named: &Named) -> Self {
        let people = named.people.iter().map(|user| user.0).collect();
        Self { everyone: named.everyone, here: named.here, people }
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TwinRow {
    channel: Uuid,
    number: i64,
    root: i64,
}

impl MessageRow {
    fn view(self) -> MessageView {
        MessageView {
            channel_id: ChannelId(self.channel),
            number: small(self.number),
            author_id: UserId(self.author),
            body: self.body,
            files: self.files.unwrap_or_default().into_iter().map(files::views::Kept::view).collect(),
            client_key: self.client_key,
            created_at: Timestamp::from_millis(self.created_at),
            edited_at: self.edited_at.map(Timestamp::from_millis),
            deleted_at: self.deleted_at.map(Timestamp::from_millis),
            version: small(self.version),
            reactions: Vec::new(),
            reactions_version: 0,
            twin: self.twin.map(|twin| Twin {
                channel_id: ChannelId(twin.channel),
                number: small(twin.number),
                root: small(twin.root),
            }),
            thread: None,
            mentions: self.named.map_or_else(Named::default, |named| Named {
                everyone: named.everyone,
                here: named.here,
                people: named.people.into_iter().map(UserId).collect(),
            }),
        }
    }
}

pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

/// The messages numbered `from` to `to`, both included. Both ends of the range are closed, which
/// keeps the cost the same however many messages there are.
pub(super) async fn messages(
    database: &Database,
    channel: ChannelId,
    from: u32,
    to: u32,
) -> Result<Vec<MessageView>, surrealdb::Error> {
    let mut answer = database
        .handle()
        .query(format!("SELECT {FIELDS} FROM message:[$channel, $from]..=[$channel, $to]"))
        .query(marks::REACTIONS)
        .bind(("channel", channel.0))
        .bind(("from", i64::from(from)))
        .bind(("to", i64::from(to)))
        .await?;
    let rows: Vec<MessageRow> = answer.take(0)?;
    let reactions: Vec<ReactionRow> = answer.take(1)?;
    let mut messages: Vec<_> = rows.into_iter().map(MessageRow::view).collect();
    // Both are in the order of their numbers.
    let mut at = 0;
    for row in reactions {
        let view = row.view(channel);
        at += messages[at..].iter().take_while(|message| message.number < view.number).count();
        if let Some(message) = messages.get_mut(at).filter(|message| message.number == view.number) {
            message.set_reactions(view);
        }
    }
    Ok(messages)
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Place {
    channel: Uuid,
    number: i64,
}

/// The messages at these places, as far as there are such.
pub(super) async fn messages_at(
    database: &Database,
    places: &[(ChannelId, u32)],
) -> anyhow::Result<HashMap<(ChannelId, u32), MessageView>> {
    let ids = |table: &str| -> Vec<RecordId> {
        places.iter().map(|(channel, number)| marks::place(table, *channel, *number)).collect()
    };
    let mut answer = database
        .handle()
        .query(format!("SELECT {FIELDS} FROM $messages"))
        .query(marks::REACTIONS_AT)
        .bind(("messages", ids("message")))
        .bind(("reactions", ids("reaction")))
        .await?;
    let (rows, reactions): (Vec<MessageRow>, Vec<Value>) = (answer.take(0)?, answer.take(1)?);
    let mut messages: HashMap<_, _> =
        rows.into_iter().map(|row| ((ChannelId(row.channel), small(row.number)), row.view())).collect();
    for row in reactions {
        let channel = ChannelId(Place::from_value(row.clone())?.channel);
        let view = ReactionRow::from_value(row)?.view(channel);
        if let Some(message) = messages.get_mut(&(channel, view.number)) {
            message.set_reactions(view);
        }
    }
    Ok(messages)
}

/// The message that this author already sent with this key.
pub(super) async fn find_sent(
    database: &Database,
    author: UserId,
    client_key: &str,
) -> Result<Option<(ChannelId, u32)>, surrealdb::Error> {
    let place: Option<Place> = database
        .handle()
        .query("SELECT channel, number FROM ONLY $id")
        .bind(("id", sent_id(author, client_key)))
        .await?
        .take(0)?;
    Ok(place.map(|place| (ChannelId(place.channel), small(place.number))))
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct RevisionRow {
    version: i64,
    body: String,
    edited_at: i64,
    editor: Uuid,
}

/// What a message said before, the oldest first; its present text is not among them.
pub(super) async fn revisions(
    database: &Database,
    channel: ChannelId,
    number: u32,
    version: u32,
) -> Result<Vec<RevisionView>, surrealdb::Error> {
    let rows: Vec<RevisionRow> = database
        .handle()
        .query("SELECT record::id(id)[2] AS version, body, edited_at, editor FROM revision:[$channel, $number, 0]..=[$channel, $number, $version]")
        .bind(("channel", channel.0))
        .bind(("number", i64::from(number)))
        .bind(("version", i64::from(version)))
        .await?
        .take(0)?;
    Ok(rows
        .into_iter()
        .map(|row| RevisionView {
            version: small(row.version),
            body: row.body,
            edited_at: Timestamp::from_millis(row.edited_at),
            editor_id: UserId(row.editor),
        })
        .collect())
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct ReadMark {
    channel: Uuid,
    user: Uuid,
    number: i64,
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
        "SELECT record::id(id)[0] AS channel, record::id(id)[1] AS user, number FROM read_mark",
    )
    .await?
    {
        if let Some(member) =
            channels.get_mut(&row.channel).and_then(|channel| channel.members.get_mut(&UserId(row.user)))
        {
            member.read_number = small(row.number);
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
    for channel in channels.into_values() {
        directory.apply(&Fact::Channel(channel));
    }
    marks::load(database, directory).await
}
