//! The rows of files. As elsewhere, each writing function also writes the fact that goes with the row.

use super::{FileHash, FileView, Place};
use crate::{
    clock::Timestamp,
    database::{Database, all, record},
    directory::{Directory, Fact, StoredFile},
    ids::{ChannelId, FileId, UserId},
    journal::{Draft, Write},
};
use surrealdb::types::{Array, Object, RecordId, SurrealValue, Value};
use uuid::Uuid;

const ATTACH: &str = "UPDATE $id SET channel = $channel, number = $number, home = $home, place = $place RETURN NONE";
const FIELDS: &str = "record::id(id) AS key, owner, name, hash, size, kind, width, height, thumbnail, created_at, channel, number, place";

/// A file as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FileRow {
    pub(super) view: FileView,
    pub(super) owner: UserId,
    pub(super) hash: FileHash,
    pub(super) created_at: Timestamp,
    /// The message that it is in.
    pub(super) message: Option<(ChannelId, u32)>,
    /// Where it stands among all files, the newest first.
    pub(super) place: Option<i64>,
}

fn file_id(id: FileId) -> RecordId {
    record("file", id.0)
}

fn pixels(side: Option<u32>) -> Option<i64> {
    side.map(i64::from)
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct NewRow {
    owner: Uuid,
    name: String,
    hash: String,
    size: i64,
    kind: String,
    width: Option<i64>,
    height: Option<i64>,
    thumbnail: bool,
    created_at: i64,
}

/// Writes a file that is in no message yet.
pub(super) fn insert(draft: &mut Draft<'_>, file: StoredFile) {
    let FileView { id, name, size, kind, width, height, has_thumbnail } = file.view.clone();
    let row = NewRow {
        owner: file.owner.0,
        name,
        hash: file.hash.to_string(),
        size: size.cast_signed(),
        kind,
        width: pixels(width),
        height: pixels(height),
        thumbnail: has_thumbnail,
        created_at: file.created_at.millis(),
    };
    draft.put(file_id(id), row);
    draft.fact(Fact::FileStored(file));
}

/// Writes a file that is in a message from the beginning.
pub(super) fn insert_attached(draft: &mut Draft<'_>, file: StoredFile, message: Place, place: i64) {
    let id = file.view.id;
    insert(draft, StoredFile { loose: false, ..file });
    attach(draft, id, message, place);
}

/// Notes in which message a file is.
pub(super) fn attach(draft: &mut Draft<'_>, file: FileId, message: Place, place: i64) {
    let bindings = vec![
        ("id", file_id(file).into_value()),
        ("channel", message.conversation.0.into_value()),
        ("number", i64::from(message.number).into_value()),
        ("home", message.home.0.into_value()),
        ("place", place.into_value()),
    ];
    draft.write(Write::Statement { sql: ATTACH, bindings });
    draft.fact(Fact::FileAttached(file));
}

/// Removes a file's row.
pub(super) fn delete(draft: &mut Draft<'_>, file: FileId, owner: UserId, size: u64, hash: FileHash) {
    draft.delete(file_id(file));
    draft.fact(Fact::FileGone(file, owner, size, hash));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    key: Uuid,
    owner: Uuid,
    name: String,
    hash: String,
    size: i64,
    kind: String,
    width: Option<i64>,
    height: Option<i64>,
    thumbnail: bool,
    created_at: i64,
    channel: Option<Uuid>,
    number: Option<i64>,
    place: Option<i64>,
}

impl Row {
    fn file(self) -> Option<FileRow> {
        Some(FileRow {
            view: FileView {
                id: FileId(self.key),
                name: self.name,
                size: self.size.cast_unsigned(),
                kind: self.kind,
                width: self.width.map(small),
                height: self.height.map(small),
                has_thumbnail: self.thumbnail,
            },
            owner: UserId(self.owner),
            hash: self.hash.parse().ok()?,
            created_at: Timestamp::from_millis(self.created_at),
            message: self.channel.zip(self.number).map(|(channel, number)| (ChannelId(channel), small(number))),
            place: self.place,
        })
    }
}

/// One file.
pub(super) async fn find(database: &Database, id: FileId) -> Result<Option<FileRow>, surrealdb::Error> {
    let row: Option<Row> =
        database.handle().query(format!("SELECT {FIELDS} FROM ONLY $id")).bind(("id", file_id(id))).await?.take(0)?;
    Ok(row.and_then(Row::file))
}

/// Files in messages of a channel and its threads, or of all, the newest first, from after a place on.
pub(super) async fn after(
    database: &Database,
    channel: Option<ChannelId>,
    place: i64,
    limit: u32,
) -> Result<Vec<FileRow>, surrealdb::Error> {
    let handle = database.handle();
    let query = match channel {
        Some(channel) => handle
            .query(format!(
                "SELECT {FIELDS} FROM file WHERE home = $channel AND place > $from ORDER BY place ASC LIMIT $limit"
            ))
            .bind(("channel", channel.0)),
        None => handle.query(format!("SELECT {FIELDS} FROM file WHERE place > $from ORDER BY place ASC LIMIT $limit")),
    };
    let rows: Vec<Row> = query.bind(("from", place)).bind(("limit", i64::from(limit))).await?.take(0)?;
    Ok(rows.into_iter().filter_map(Row::file).collect())
}

/// Reads what the directory knows of files.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    for row in all::<Row>(database, "SELECT record::id(id) AS key, owner, name, hash, size, kind, width, height, thumbnail, created_at, channel, number, place FROM file").await? {
        let key = row.key;
        let FileRow { view, owner, hash, created_at, message, .. } =
            row.file().ok_or_else(|| anyhow::anyhow!("the file {key} has no hash"))?;
        directory.apply(&Fact::FileStored(StoredFile { view, owner, hash, created_at, loose: message.is_none() }));
    }
    Ok(())
}

/// The files of a message, as they are kept with it.
pub(crate) mod views {
    use super::{Array, FileId, FileView, Object, SurrealValue, Uuid, Value, pixels, small};

    #[derive(SurrealValue)]
    #[surreal(crate = "surrealdb::types")]
    pub(crate) struct Kept {
        id: Uuid,
        name: String,
        size: i64,
        kind: String,
        width: Option<i64>,
        height: Option<i64>,
        thumbnail: bool,
    }

    impl Kept {
        pub(crate) fn view(self) -> FileView {
            FileView {
                id: FileId(self.id),
                name: self.name,
                size: self.size.cast_unsigned(),
                kind: self.kind,
                width: self.width.map(small),
                height: self.height.map(small),
                has_thumbnail: self.thumbnail,
            }
        }
    }

    /// The value for a message's row.
    pub(crate) fn value(files: &[FileView]) -> Value {
        let one = |file: &FileView| {
            let mut kept = Object::new();
            kept.insert("id", file.id.0);
            kept.insert("name", file.name.clone());
            kept.insert("size", file.size.cast_signed());
            kept.insert("kind", file.kind.clone());
            for (name, side) in [("width", file.width), ("height", file.height)] {
                if let Some(side) = pixels(side) {
                    kept.insert(name, side);
                }
            }
            kept.insert("thumbnail", file.has_thumbnail);
            Value::Object(kept)
        };
        Value::Array(Array::from(files.iter().map(one).collect::<Vec<_>>()))
    }
}
