//! The rows of mail.

use crate::{
    clock::Timestamp,
    database::{Database, Keyed, all, record},
    directory::{Directory, Fact, MailSettings, Mailed, Refused},
    ids::UserId,
    journal::Draft,
};
use surrealdb::types::{RecordId, SurrealValue};

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct MailRow {
    server: Option<String>,
    port: Option<i64>,
    security: Option<String>,
    user: Option<String>,
    from: Option<String>,
    address: Option<String>,
    since: Option<i64>,
}

pub(super) fn put(draft: &mut Draft<'_>, settings: MailSettings) {
    let row = MailRow {
        server: settings.server.clone(),
        port: settings.port.map(i64::from),
        security: settings.security.map(|security| security.word().to_owned()),
        user: settings.user.clone(),
        from: settings.from.clone(),
        address: settings.address.clone(),
        since: settings.since.map(Timestamp::millis),
    };
    draft.put(RecordId::new("mail", "this"), row);
    draft.fact(Fact::Mail(settings));
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct MailedRow {
    through: i64,
    at: i64,
    attempt: Option<i64>,
    tries: i64,
    again_at: Option<i64>,
    refused_address: Option<String>,
    refused_answer: Option<String>,
    refused_at: Option<i64>,
}

pub(super) fn put_mailed(draft: &mut Draft<'_>, user: UserId, mailed: Mailed) {
    let refused = mailed.refused.as_ref();
    let row = MailedRow {
        through: mailed.through.millis(),
        at: mailed.at.millis(),
        attempt: mailed.attempt.map(Timestamp::millis),
        tries: i64::from(mailed.tries),
        again_at: mailed.again_at.map(Timestamp::millis),
        refused_address: refused.map(|refused| refused.address.clone()),
        refused_answer: refused.map(|refused| refused.answer.clone()),
        refused_at: refused.map(|refused| refused.at.millis()),
    };
    draft.put(record("mailed", user.0), row);
    draft.fact(Fact::Mailed(user, mailed));
}

/// What was said until now is not mailed to this person any more.
pub(crate) fn begin_anew(draft: &mut Draft<'_>, user: UserId) {
    let now = draft.now;
    let mailed = match draft.directory.mailed(user) {
        Some(before) => Mailed { through: now, attempt: None, tries: 0, again_at: None, ..before.clone() },
        None => Mailed::from(now),
    };
    put_mailed(draft, user, mailed);
}

/// Forgets how far the mails of somebody have come who leaves the team, and where they went.
pub(crate) fn forget(draft: &mut Draft<'_>, user: UserId) {
    draft.delete(record("mailed", user.0));
}

/// Reads the settings and how far everybody's mails have come.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    for row in all::<MailRow>(database, "SELECT * FROM mail").await? {
        directory.apply(&Fact::Mail(MailSettings {
            server: row.server,
            port: row.port.map(u16::try_from).transpose()?,
            security: row.security.and_then(|word| word.parse().ok()),
            user: row.user,
            from: row.from,
            address: row.address,
            since: row.since.map(Timestamp::from_millis),
        }));
    }
    let sql = "SELECT record::id(id) AS key, $this AS row FROM mailed";
    for Keyed { key, row } in all::<Keyed<MailedRow>>(database, sql).await? {
        let refused = match (row.refused_address, row.refused_answer, row.refused_at) {
            (Some(address), Some(answer), Some(at)) => {
                Some(Refused { address, answer, at: Timestamp::from_millis(at) })
            }
            _ => None,
        };
        let mailed = Mailed {
            through: Timestamp::from_millis(row.through),
            at: Timestamp::from_millis(row.at),
            attempt: row.attempt.map(Timestamp::from_millis),
            tries: u32::try_from(row.tries)?,
            again_at: row.again_at.map(Timestamp::from_millis),
            refused,
        };
        directory.apply(&Fact::Mailed(UserId(key), mailed));
    }
    Ok(())
}
