//! The index on the disk: what it knows of a message, opening it, and writing into it.
//!
//! It is made from the database and can be thrown away at any time. What it was made from, and how far, is in the payload
//! of its last commit, so words and position are always of the same moment.

use super::words::{Script, Word, endings, words};
use crate::{
    chat::MessageView,
    clock::Timestamp,
    directory::Directory,
    files::{self, Category, FileView},
    ids::{ChannelId, UserId},
    journal::Cursor,
};
use serde::{Deserialize, Serialize};
use std::path::Path;
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term,
    directory::MmapDirectory,
    indexer::IndexWriterOptions,
    schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token},
};

/// The folder of the data directory that holds it.
pub(super) const FOLDER: &str = "search";
/// Grows with every change of what is indexed or how; an index of another version is made anew.
const VERSION: u32 = 1;
/// What a writer may keep in memory before it writes to the disk, in bytes.
const BUDGET: usize = 32 << 20;

/// The fields of a message in the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// The conversation and number.
    pub key: Field,
    /// The channel or direct conversation whose rules hold: of a reply, that of its thread.
    pub room: Field,
    pub author: Field,
    /// When it was sent, and then anything that keeps two apart.
    pub order: Field,
    /// Words with their places.
    pub words: Field,
    /// Every ending of every word.
    pub parts: Field,
    /// The same of the names of its files only.
    pub names: Field,
    /// What it has and is.
    pub tags: Field,
}

impl Fields {
    fn new() -> (Schema, Self) {
        let text = |option, norms| {
            let indexing =
                TextFieldIndexing::default().set_tokenizer("raw").set_index_option(option).set_fieldnorms(norms);
            TextOptions::default().set_indexing_options(indexing)
        };
        let mut schema = Schema::builder();
        let fields = Self {
            key: schema.add_bytes_field("key", INDEXED | STORED),
            room: schema.add_bytes_field("room", INDEXED),
            author: schema.add_bytes_field("author", INDEXED),
            order: schema.add_u64_field("order", FAST),
            words: schema.add_text_field("words", text(IndexRecordOption::WithFreqsAndPositions, true)),
            parts: schema.add_text_field("parts", text(IndexRecordOption::Basic, false)),
            names: schema.add_text_field("names", text(IndexRecordOption::Basic, false)),
            tags: schema.add_text_field("tags", text(IndexRecordOption::Basic, false)),
        };
        (schema.build(), fields)
    }
}

/// What the last commit says of itself.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub(super) struct Mark {
    version: u32,
    /// Everything up to here is in it; `None` while it is being made.
    pub cursor: Option<String>,
    /// What was sent up to here may be in it already.
    pub overlap: Option<String>,
}

impl Mark {
    pub(super) fn new(cursor: Option<&Cursor>, overlap: Option<&Cursor>) -> Self {
        Self { version: VERSION, cursor: cursor.map(ToString::to_string), overlap: overlap.map(ToString::to_string) }
    }
}

/// An open index, for reading.
#[derive(Clone)]
pub(super) struct Shelf {
    pub index: Index,
    pub reader: IndexReader,
    pub fields: Fields,
}

impl Shelf {
    /// The index in this data directory, or an empty one.
    ///
    /// # Errors
    /// When what is there is damaged.
    pub(super) fn open(data: Option<&Path>) -> anyhow::Result<(Self, Option<Mark>)> {
        let (schema, fields) = Fields::new();
        let index = match data {
            None => Index::create_in_ram(schema),
            Some(data) => {
                let folder = data.join(FOLDER);
                std::fs::create_dir_all(&folder)?;
                Index::open_or_create(MmapDirectory::open(&folder)?, schema)?
            }
        };
        let payload = index.load_metas()?.payload;
        let mark = payload.and_then(|text| serde_json::from_str::<Mark>(&text).ok());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok((Self { index, reader, fields }, mark.filter(|mark| mark.version == VERSION)))
    }

    /// Throws away what is in this data directory, and opens an empty index.
    pub(super) fn anew(data: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(data) = data {
            match std::fs::remove_dir_all(data.join(FOLDER)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(Self::open(data)?.0)
    }

    /// What writes into the index. Its threads give way to those that answer people.
    pub(super) fn writer(&self) -> tantivy::Result<IndexWriter> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(BUDGET)
            .build();
        // A thread's priority goes on to those that it makes.
        let make = || {
            give_way();
            self.index.writer_with_options(options)
        };
        std::thread::scope(|scope| scope.spawn(make).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Lets this thread run when the others rest. Only Linux has a niceness of threads.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 10) {
        tracing::debug!(%error, "the search index does not give way");
    }
}

/// A message as the index takes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub channel: ChannelId,
    pub number: u32,
    pub room: ChannelId,
    pub author: UserId,
    pub at: Timestamp,
    pub body: String,
    /// Of its files.
    pub names: Vec<String>,
    pub tags: Vec<&'static str>,
}

/// What a change of a message means for the index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Change {
    Add(Entry),
    Replace(Entry),
    Remove(ChannelId, u32),
}

/// A message as it is told in events.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Said {
    pub channel_id: ChannelId,
    pub number: u32,
    author_id: UserId,
    body: String,
    created_at: Timestamp,
    deleted_at: Option<Timestamp>,
    /// Set where the same was said in a thread and in its channel.
    twin: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    files: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

impl From<MessageView> for Said {
    fn from(message: MessageView) -> Self {
        let named = |file: FileView| Named { name: file.name, kind: file.kind };
        Self {
            channel_id: message.channel_id,
            number: message.number,
            author_id: message.author_id,
            body: message.body,
            created_at: message.created_at,
            deleted_at: message.deleted_at,
            twin: message.twin.map(|_| serde::de::IgnoredAny),
            files: message.files.into_iter().map(named).collect(),
        }
    }
}

/// The message as the index takes it; `None` where it is not to be found: it is deleted, or the same stands in a thread.
pub(super) fn entry(directory: &Directory, message: Said) -> Option<Entry> {
    let channel = directory.channels.get(&message.channel_id)?;
    let in_thread = channel.thread.is_some();
    if message.deleted_at.is_some() || (message.twin.is_some() && !in_thread) {
        return None;
    }
    let mut tags: Vec<&'static str> = message.files.iter().map(|file| tag(files::category(&file.kind))).collect();
    if !message.files.is_empty() {
        tags.push("file");
    }
    if message.body.contains("http://") || message.body.contains("https://") {
        tags.push("link");
    }
    if message.body.contains('`') {
        tags.push("code");
    }
    if in_thread {
        tags.push("thread");
    }
    tags.sort_unstable();
    tags.dedup();
    Some(Entry {
        channel: channel.id,
        number: message.number,
        room: directory.home(channel).id,
        author: message.author_id,
        at: message.created_at,
        body: message.body,
        names: message.files.into_iter().map(|file| file.name).collect(),
        tags,
    })
}

/// The word by which files of this kind are asked for.
pub(super) fn tag(category: Category) -> &'static str {
    match category {
        Category::Image => "image",
        Category::Video => "video",
        Category::Audio => "audio",
        Category::Document => "document",
        Category::Archive => "archive",
        Category::Other => "other",
    }
}

/// The bytes by which a message is known.
pub(super) fn key(channel: ChannelId, number: u32) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes[..16].copy_from_slice(channel.0.as_bytes());
    bytes[16..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// The message that these bytes are of.
pub(super) fn place(bytes: &[u8]) -> Option<(ChannelId, u32)> {
    let (channel, number) = bytes.split_at_checked(16)?;
    let channel = ChannelId(uuid::Uuid::from_slice(channel).ok()?);
    Some((channel, u32::from_be_bytes(number.try_into().ok()?)))
}

/// How many bits of an order are not time.
const TIE: u32 = 20;

/// The first order of a moment.
pub(super) fn order_from(at: Timestamp) -> u64 {
    u64::try_from(at.millis()).unwrap_or(0) << TIE
}

/// By which messages are sorted: the moment, then the number, then something of the conversation, so that hardly any
/// two are alike.
fn order(entry: &Entry) -> u64 {
    let number = u64::from(entry.number & 0xfff) << 8;
    let conversation = u64::from(entry.channel.0.as_bytes()[15]);
    order_from(entry.at) | number | conversation
}

impl Fields {
    /// Writes changes. Nothing of it counts before the commit.
    pub(super) fn write(&self, writer: &IndexWriter, changes: Vec<Change>) -> tantivy::Result<()> {
        for change in changes {
            let (gone, entry) = match change {
                Change::Add(entry) => (None, Some(entry)),
                Change::Replace(entry) => (Some((entry.channel, entry.number)), Some(entry)),
                Change::Remove(channel, number) => (Some((channel, number)), None),
            };
            if let Some((channel, number)) = gone {
                writer.delete_term(Term::from_field_bytes(self.key, &key(channel, number)));
            }
            if let Some(entry) = entry {
                writer.add_document(self.document(&entry))?;
            }
        }
        Ok(())
    }

    fn document(&self, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_bytes(self.key, &key(entry.channel, entry.number));
        document.add_bytes(self.room, entry.room.0.as_bytes());
        document.add_bytes(self.author, entry.author.0.as_bytes());
        document.add_u64(self.order, order(entry));
        for tag in &entry.tags {
            document.add_text(self.tags, tag);
        }
        let names: Vec<Word> = entry.names.iter().flat_map(|name| words(name)).collect();
        document.add_pre_tokenized_text(self.names, ending_tokens(&names));
        let mut said = words(&entry.body);
        said.extend(names);
        document.add_pre_tokenized_text(self.parts, ending_tokens(&said));
        document.add_pre_tokenized_text(self.words, tokens(said.into_iter().map(|word| word.text)));
        document
    }
}

fn tokens(texts: impl Iterator<Item = String>) -> PreTokenizedString {
    let token = |(position, text)| Token { offset_from: 0, offset_to: 0, position, text, position_length: 1 };
    PreTokenizedString { text: String::new(), tokens: texts.enumerate().map(token).collect() }
}

fn ending_tokens(words: &[Word]) -> PreTokenizedString {
    let mut texts: Vec<&str> = Vec::new();
    for word in words {
        match word.script {
            Script::Spaced => texts.extend(endings(&word.text)),
            Script::Pair | Script::Last => texts.push(&word.text),
        }
    }
    texts.sort_unstable();
    texts.dedup();
    tokens(texts.into_iter().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{key, order_from, place};
    use crate::{clock::Timestamp, ids::ChannelId};

    #[test]
    fn a_place_survives_its_bytes() {
        let channel = ChannelId::generate();
        assert_eq!(place(&key(channel, 70_000)), Some((channel, 70_000)));
        assert_eq!(place(&[1, 2, 3]), None);
    }

    #[test]
    fn orders_are_as_moments() {
        assert!(order_from(Timestamp::from_millis(1_000)) < order_from(Timestamp::from_millis(1_001)));
        assert!(order_from(Timestamp::from_millis(4_102_444_800_000)) > order_from(Timestamp::from_millis(1)));
    }
}
