//! Finding files: of a channel or of all that somebody may read, the newest first.

use super::{
    FileView, kind,
    kind::Category,
    store::{self, FileRow},
};
use crate::{
    accounts::Actor,
    app::App,
    clock::Timestamp,
    directory::{Directory, Thread, ThreadPlace},
    error::AppError,
    ids::{ChannelId, UserId},
    permission::Action,
};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// How many rows are read at a time.
const STRIDE: u32 = 200;
/// How many are looked at for one answer. Whoever wants more goes on from there.
const MOST_LOOKED_AT: usize = 4_000;

/// A file and the message that it is in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FileEntry)]
pub struct Entry {
    pub file: FileView,
    pub channel_id: ChannelId,
    /// The message's number.
    pub number: u32,
    /// What the thread hangs on that the message is in.
    pub thread: Option<ThreadPlace>,
    pub author_id: UserId,
    pub created_at: Timestamp,
}

/// Which files are wanted.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    pub channel: Option<ChannelId>,
    /// A part of the name.
    pub name: String,
    pub category: Option<Category>,
}

/// Files that the actor may read now, after this place. Gives the place to go on from; none at the end.
///
/// # Errors
/// `not_found` for a channel that the actor may not know of.
pub(super) async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    after: Option<i64>,
    limit: usize,
) -> Result<(Vec<Entry>, Option<i64>), AppError> {
    if let Some(channel) = filter.channel {
        let directory = app.journal.directory();
        let found = directory.visible_room(channel, actor.user, actor.role)?;
        actor.require(Action::ReadMessages, directory.relation(found, actor.user))?;
    }
    actor.require_scope(crate::directory::Scope::Read)?;
    let wanted = plain(&filter.name);
    let mut found = Vec::new();
    let mut place = after.unwrap_or(i64::MIN);
    let mut looked_at = 0;
    loop {
        let rows = store::after(&app.database, filter.channel, place, STRIDE).await.map_err(AppError::internal)?;
        let last = rows.len() < STRIDE as usize;
        looked_at += rows.len();
        let directory = app.journal.directory();
        for row in rows {
            if found.len() == limit {
                return Ok((found, Some(place)));
            }
            place = row.place.unwrap_or(place);
            let fits = filter.category.is_none_or(|category| kind::category(&row.view.kind) == category)
                && (wanted.is_empty() || plain(&row.view.name).contains(&wanted));
            found.extend(entry(&directory, actor, row).filter(|_| fits));
        }
        drop(directory);
        if last {
            return Ok((found, None));
        }
        if looked_at >= MOST_LOOKED_AT {
            return Ok((found, Some(place)));
        }
    }
}

/// The file as the actor sees it, if they may read its message.
fn entry(directory: &Directory, actor: &Actor, row: FileRow) -> Option<Entry> {
    let (channel_id, number) = row.message?;
    let channel = directory.visible_channel(channel_id, actor.user, actor.role).ok()?;
    actor.require(Action::ReadMessages, directory.relation(channel, actor.user)).ok()?;
    let thread = channel.thread.as_ref().map(Thread::place);
    Some(Entry { file: row.view, channel_id, number, thread, author_id: row.owner, created_at: row.created_at })
}

/// Text as people mean it when they search: without case and accents.
fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_is_found_without_its_case_and_accents() {
        assert!(plain("Käse-Übersicht.PDF").contains(&plain("kase-uber")));
        assert!(plain("東京.png").contains(&plain("東京")));
    }
}
