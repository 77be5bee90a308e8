//! The rows of webhooks.

use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, Hook},
    ids::{ChannelId, HookId, UserId},
    journal::Draft,
};
use surrealdb::types::{Bytes, SurrealValue};
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct HookRow {
    channel: Uuid,
    bot: Uuid,
    secret: Bytes,
    created_by: Uuid,
    created_at: i64,
    used_at: Option<i64>,
}

pub(super) fn put(draft: &mut Draft<'_>, hook: Hook) {
    let row = HookRow {
        channel: hook.channel.0,
        bot: hook.bot.0,
        secret: hook.secret.to_vec().into(),
        created_by: hook.created_by.0,
        created_at: hook.created_at.millis(),
        used_at: hook.used_at.map(Timestamp::millis),
    };
    draft.put(record("hook", hook.id.0), row);
    draft.fact(Fact::Hook(hook));
}

pub(super) fn delete(draft: &mut Draft<'_>, hook: HookId) {
    draft.delete(record("hook", hook.0));
    draft.fact(Fact::HookGone(hook));
}

/// Reads the webhooks into the directory.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    for Keyed { key, row } in
        all::<Keyed<HookRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM hook").await?
    {
        let secret = row.secret.into_inner();
        let secret = secret.as_ref().try_into();
        directory.apply(&Fact::Hook(Hook {
            id: HookId(key),
            channel: ChannelId(row.channel),
            bot: UserId(row.bot),
            secret: secret.map_err(|_| anyhow::anyhow!("a webhook's secret has a wrong length"))?,
            created_by: UserId(row.created_by),
            created_at: Timestamp::from_millis(row.created_at),
            used_at: row.used_at.map(Timestamp::from_millis),
        }));
    }
    Ok(())
}
