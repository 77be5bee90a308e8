//! The rows of messages.

use super::{Place, channels, small};
use crate::{
    admin::overview,
    chat::{
        made::{self, MadeRow},
        marks::{self, ReactionRow},
        messages::{Alias, MessageView, RevisionView, Twin},
        named::Named,
        poll_rows::{self, PollRow},
    },
    clock::Timestamp,
    database::{Database, key, row_id},
    directory::{Counted, Fact},
    files,
    ids::{ChannelId, UserId},
    journal::{Draft, TALLY, Write, tally_row},
};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use surrealdb::types::{Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const MESSAGE: &str = "INSERT INTO message $rows RETURN NONE";
const SENT: &str = "INSERT INTO sent $rows RETURN NONE";
const REVISION: &str = "INSERT INTO revision $rows RETURN NONE";
const TOMBSTONE: &str = "INSERT INTO tombstone $rows RETURN NONE";
/// Refuses the change when somebody else changed the message after it was read.
const EDIT: &str = "IF $id.version != $expected { THROW 'stale' }; UPDATE $id SET body = $body, files = $files, edited_at = $edited_at, deleted_at = $deleted_at, named = $named, bare = $bare, version = $expected + 1 RETURN NONE";
const FORGET_REVISIONS: &str = "DELETE revision:[$channel, $number, 0]..=[$channel, $number, 4294967295] RETURN NONE";

const FIELDS: &str = "record::id(id)[0] AS channel, record::id(id)[1] AS number, author, body, files, client_key, created_at, edited_at, deleted_at, version, twin, named, alias, bare";

fn message_id(channel: ChannelId, number: u32) -> RecordId {
    row_id("message", vec![key(channel.0), key(i64::from(number))])
}

/// Writes a new message, the channel's counter, and its author's read mark.
pub(in crate::chat) fn insert_message(draft: &mut Draft<'_>, message: &MessageView) {
    let (channel, number, author) = (message.channel_id, message.number, message.author_id);
    if let Some(client_key) = &message.client_key {
        let mut sent = Object::new();
        sent.insert("id", sent_id(author, client_key));
        sent.insert("channel", channel.0);
        sent.insert("number", i64::from(number));
        // Not deduplicated by key: the second of two retries in one batch has to fail.
        draft.write(Write::Row { sql: SENT, key: format!("{channel}{number}"), row: Value::Object(sent) });
    }
    put_message(draft, message);
    put_tally(draft, channel, number, message.created_at);
    overview::count(draft, Counted::Messages, message.created_at);
    channels::read_mark(draft, channel, author, number, None);
    draft.fact(Fact::MessageSent(channel, number, author, message.created_at));
}

/// Writes the row of a message, and nothing of what hangs on it.
pub(in crate::chat) fn put_message(draft: &mut Draft<'_>, message: &MessageView) {
    let (channel, number) = (message.channel_id, message.number);
    let mut row = Object::new();
    row.insert("id", message_id(channel, number));
    row.insert("author", message.author_id.0);
    row.insert("body", message.body.clone());
    if !message.files.is_empty() {
        row.insert("files", files::views::value(&message.files));
    }
    if let Some(client_key) = &message.client_key {
        row.insert("client_key", client_key.clone());
    }
    row.insert("created_at", message.created_at.millis());
    for (field, at) in [("edited_at", message.edited_at), ("deleted_at", message.deleted_at)] {
        if let Some(at) = at {
            row.insert(field, at.millis());
        }
    }
    row.insert("version", i64::from(message.version));
    if let Some(twin) = &message.twin {
        let (channel, number, root) = (twin.channel_id.0, i64::from(twin.number), i64::from(twin.root));
        row.insert("twin", TwinRow { channel, number, root });
    }
    if let Some(Alias { name, emoji }) = message.alias.clone() {
        row.insert("alias", AliasRow { name, emoji });
    }
    if message.mentions != Named::default() {
        row.insert("named", NamedRow::of(&message.mentions));
    }
    draft.write(Write::Row { sql: MESSAGE, key: format!("{channel}{number}"), row: Value::Object(row) });
}

/// Writes the newest number of a conversation, and when its last message was sent.
pub(in crate::chat) fn put_tally(draft: &mut Draft<'_>, channel: ChannelId, number: u32, at: Timestamp) {
    let tally = tally_row(key(channel.0), i64::from(number), at.millis());
    draft.write(Write::Row { sql: TALLY, key: channel.to_string(), row: tally });
}

/// Where it is noted which message this author sent with this key. A second one with the same key
/// meets the row that is there and fails.
fn sent_id(author: UserId, client_key: &str) -> RecordId {
    row_id("sent", vec![key(author.0), key(client_key.to_owned())])
}

/// Writes `next` over the message it was made from, whose version was one less.
pub(in crate::chat) fn update_message(draft: &mut Draft<'_>, next: &MessageView) {
    let bindings = vec![
        ("id", message_id(next.channel_id, next.number).into_value()),
        ("expected", i64::from(next.version - 1).into_value()),
        ("body", next.body.clone().into_value()),
        ("files", if next.files.is_empty() { Value::None } else { files::views::value(&next.files) }),
        ("edited_at", next.edited_at.map(Timestamp::millis).into_value()),
        ("deleted_at", next.deleted_at.map(Timestamp::millis).into_value()),
        ("named", (next.mentions != Named::default()).then(|| NamedRow::of(&next.mentions)).into_value()),
        ("bare", next.bare.then_some(true).into_value()),
    ];
    draft.write(Write::Statement { sql: EDIT, bindings });
}

/// Keeps what an edited message said before.
pub(in crate::chat) fn insert_revision(draft: &mut Draft<'_>, before: &MessageView) {
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
pub(in crate::chat) fn insert_tombstone(draft: &mut Draft<'_>, message: &MessageView) {
    let (channel, number) = (message.channel_id, message.number);
    let bindings = vec![("channel", channel.0.into_value()), ("number", i64::from(number).into_value())];
    draft.write(Write::Statement { sql: FORGET_REVISIONS, bindings });
    marks::delete_reactions(draft, channel, number);
    put_tombstone(draft, channel, number, message.author_id);
}

/// Notes that a message is a tombstone.
pub(in crate::chat) fn put_tombstone(draft: &mut Draft<'_>, channel: ChannelId, number: u32, author: UserId) {
    let mut row = Object::new();
    row.insert("id", row_id("tombstone", vec![key(channel.0), key(i64::from(number))]));
    draft.write(Write::Row { sql: TOMBSTONE, key: format!("{channel}{number}"), row: Value::Object(row) });
    draft.fact(Fact::MessageDeleted(channel, number, author));
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
    alias: Option<AliasRow>,
    bare: Option<bool>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct AliasRow {
    name: Option<String>,
    emoji: Option<String>,
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
            alias: self.alias.map(|alias| Alias { name: alias.name, emoji: alias.emoji }),
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
            tasks: Vec::new(),
            bare: self.bare.unwrap_or_default(),
            poll: None,
            mentions: self.named.map_or_else(Named::default, |named| Named {
                everyone: named.everyone,
                here: named.here,
                people: named.people.into_iter().map(UserId).collect(),
            }),
        }
    }
}

/// The messages numbered `from` to `to`, both included. Both ends of the range are closed, which
/// keeps the cost the same however many messages there are.
pub(in crate::chat) async fn messages(
    database: &Database,
    channel: ChannelId,
    from: u32,
    to: u32,
) -> Result<Vec<MessageView>, surrealdb::Error> {
    let mut answer = database
        .handle()
        .query(format!("SELECT {FIELDS} FROM message:[$channel, $from]..=[$channel, $to]"))
        .query(marks::REACTIONS)
        .query(made::MADE)
        .query(poll_rows::POLLS)
        .bind(("channel", channel.0))
        .bind(("from", i64::from(from)))
        .bind(("to", i64::from(to)))
        .await?;
    let rows: Vec<MessageRow> = answer.take(0)?;
    let reactions: Vec<ReactionRow> = answer.take(1)?;
    let made: Vec<MadeRow> = answer.take(2)?;
    let polls: Vec<PollRow> = answer.take(3)?;
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
    for row in made {
        let ((_, number), tasks) = row.parts();
        if let Ok(at) = messages.binary_search_by_key(&number, |message| message.number) {
            messages[at].tasks = tasks;
        }
    }
    for ballot in polls.into_iter().map(PollRow::ballot) {
        if let Ok(at) = messages.binary_search_by_key(&ballot.number, |message| message.number) {
            messages[at].poll = Some(ballot.view());
        }
    }
    Ok(messages)
}

/// Which of the messages numbered `from` to `to` are by this author.
pub(in crate::chat) async fn own_messages(
    database: &Database,
    channel: ChannelId,
    author: UserId,
    (from, to): (u32, u32),
) -> Result<RoaringBitmap, surrealdb::Error> {
    let numbers: Vec<i64> = database
        .handle()
        .query("SELECT VALUE record::id(id)[1] FROM message:[$channel, $from]..=[$channel, $to] WHERE author = $author")
        .bind(("channel", channel.0))
        .bind(("from", i64::from(from)))
        .bind(("to", i64::from(to)))
        .bind(("author", author.0))
        .await?
        .take(0)?;
    Ok(numbers.into_iter().map(small).collect())
}

/// The messages at these places, as far as there are such.
pub(in crate::chat) async fn messages_at(
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
        .query(made::MADE_AT)
        .query(poll_rows::POLLS_AT)
        .bind(("messages", ids("message")))
        .bind(("reactions", ids("reaction")))
        .bind(("made", made::places(places)))
        .bind(("polls", ids("poll")))
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
    let made: Vec<MadeRow> = answer.take(2)?;
    for (place, tasks) in made.into_iter().map(MadeRow::parts) {
        if let Some(message) = messages.get_mut(&place) {
            message.tasks = tasks;
        }
    }
    let polls: Vec<PollRow> = answer.take(3)?;
    for ballot in polls.into_iter().map(PollRow::ballot) {
        if let Some(message) = messages.get_mut(&(ballot.channel, ballot.number)) {
            message.poll = Some(ballot.view());
        }
    }
    Ok(messages)
}

/// The message that this author already sent with this key.
pub(in crate::chat) async fn find_sent(
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
pub(in crate::chat) async fn revisions(
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
