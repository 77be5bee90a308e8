//! Files that people send.
//!
//! A file is bytes and a row. The bytes are kept once, under their SHA-256, in the data directory (`blobs`); they
//! are whole and on the disk before the row says that they are there. A row names them for one person: first it is
//! loose, seen by its uploader only, then it belongs to one message and is seen by those who may read that. Rows that
//! belong to no message in time are removed, and so are bytes to which no row refers.
//!
//! Bytes arrive in one piece (`receive`) or by the tus protocol (`uploads`), and go through `intake` alike: what
//! kind they are is told from themselves, never from what the client says.

pub mod api;
mod arrived;
mod attach;
mod blobs;
mod download;
mod hash;
mod intake;
mod kind;
mod list;
mod names;
mod receive;
mod store;
mod thumbnails;
mod tidy;
mod uploads;

pub(crate) use arrived::{Arrived, arriving, put_in, take_in};
pub(crate) use attach::{Attached, Place, attach, attached, check_ids, release};
pub use blobs::{Blobs, Held};
pub(crate) use blobs::{blob_path, make_folders};
pub(crate) use download::disposition;
pub use hash::FileHash;
pub use kind::Category;
pub(crate) use kind::category;
pub use list::{Entry, Filter};
pub(crate) use store::{load, views};
pub(crate) use tidy::collect;
pub use tidy::tidy;
pub use uploads::Uploads;
pub(crate) use uploads::create_private;

use crate::ids::FileId;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// The folder of the data directory that holds them.
pub(crate) const FOLDER: &str = "files";
/// How many files one message can have.
pub const MOST_IN_MESSAGE: usize = 20;
/// How many files of one person can wait for a message.
pub const MOST_LOOSE: usize = 200;
/// How long a file waits for its message. Longer than a weekend without network.
pub const LOOSE_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long an upload waits for its next part.
pub const UPLOAD_FOR: Duration = Duration::from_secs(24 * 3600);
/// How many uploads of one person can be under way.
pub const MOST_UPLOADS: usize = 50;

/// A file as clients see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = File)]
pub struct FileView {
    pub id: FileId,
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// The media type, told from the content.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a picture, in pixels, as it is shown.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub has_thumbnail: bool,
}
