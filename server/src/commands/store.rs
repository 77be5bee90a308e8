//! The rows of commands.

use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Command, Directory, Fact, Key},
    ids::{CommandId, UserId},
    journal::Draft,
};
use surrealdb::types::{Bytes, SurrealValue};
use uuid::Uuid;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct CommandRow {
    name: String,
    hint: String,
    description: String,
    url: String,
    secret: Bytes,
    bot: Uuid,
    created_by: Uuid,
    created_at: i64,
}

pub(super) fn put(draft: &mut Draft<'_>, command: Command) {
    let row = CommandRow {
        name: command.name.clone(),
        hint: command.hint.clone(),
        description: command.description.clone(),
        url: command.url.clone(),
        secret: command.key.0.clone().into(),
        bot: command.bot.0,
        created_by: command.created_by.0,
        created_at: command.created_at.millis(),
    };
    draft.put(record("slash_command", command.id.0), row);
    draft.fact(Fact::Command(command));
}

pub(super) fn delete(draft: &mut Draft<'_>, command: CommandId) {
    draft.delete(record("slash_command", command.0));
    draft.fact(Fact::CommandGone(command));
}

/// Reads the commands into the directory.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    let rows =
        all::<Keyed<CommandRow>>(database, "SELECT record::id(id) AS key, $this AS row FROM slash_command").await?;
    for Keyed { key, row } in rows {
        directory.apply(&Fact::Command(Command {
            id: CommandId(key),
            name: row.name,
            hint: row.hint,
            description: row.description,
            url: row.url,
            key: Key(row.secret.into_inner().to_vec()),
            bot: UserId(row.bot),
            created_by: UserId(row.created_by),
            created_at: Timestamp::from_millis(row.created_at),
        }));
    }
    Ok(())
}
