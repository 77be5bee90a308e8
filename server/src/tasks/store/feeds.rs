//! The rows of calendar feeds.

use crate::{
    clock::Timestamp,
    database::{Database, all, key, row_id},
    directory::{Directory, Fact, Feed},
    ids::{ProjectId, UserId},
    journal::Draft,
};
use surrealdb::types::{Bytes, RecordId, SurrealValue};
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct FeedRow {
    secret: Bytes,
    created_at: i64,
}

fn id(user: UserId, project: Option<ProjectId>) -> RecordId {
    let mut parts = vec![key(user.0)];
    parts.extend(project.map(|project| key(project.0)));
    row_id("feed", parts)
}

pub(in crate::tasks) fn put_feed(draft: &mut Draft<'_>, feed: Feed) {
    let row = FeedRow { secret: feed.secret.to_vec().into(), created_at: feed.created_at.millis() };
    draft.put(id(feed.user, feed.project), row);
    draft.fact(Fact::Feed(feed));
}

pub(in crate::tasks) fn delete_feed(draft: &mut Draft<'_>, user: UserId, project: Option<ProjectId>) {
    draft.delete(id(user, project));
    draft.fact(Fact::FeedGone(user, project));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Kept {
    user: Uuid,
    project: Option<Uuid>,
    secret: Bytes,
    created_at: i64,
}

/// Reads them into the directory.
pub(super) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let sql = "SELECT record::id(id)[0] AS user, record::id(id)[1] AS project, secret, created_at FROM feed";
    for row in all::<Kept>(database, sql).await? {
        let secret = row.secret.into_inner();
        let secret = secret.as_ref().try_into();
        directory.apply(&Fact::Feed(Feed {
            user: UserId(row.user),
            project: row.project.map(ProjectId),
            secret: secret.map_err(|_| anyhow::anyhow!("a feed's secret has a wrong length"))?,
            created_at: Timestamp::from_millis(row.created_at),
        }));
    }
    Ok(())
}
