//! The row that says who is let in.

use crate::{
    database::{Database, all},
    directory::{Directory, Fact, NetworkSettings},
    journal::Draft,
};
use surrealdb::types::{RecordId, SurrealValue};

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct NetworkRow {
    lan: String,
    interfaces: Option<Vec<String>>,
}

pub(crate) fn put(draft: &mut Draft<'_>, network: NetworkSettings) {
    let interfaces = network.interfaces.as_ref().map(|names| names.iter().cloned().collect());
    let row = NetworkRow { lan: network.lan.word().to_owned(), interfaces };
    draft.put(RecordId::new("network", "this"), row);
    draft.fact(Fact::Network(network));
}

/// Reads who is let in into the directory.
pub(crate) async fn load(database: &Database, directory: &mut Directory) -> anyhow::Result<()> {
    for row in all::<NetworkRow>(database, "SELECT * FROM network").await? {
        let lan = serde_json::from_value(serde_json::Value::String(row.lan))?;
        let interfaces = row.interfaces.map(|names| names.into_iter().collect());
        directory.apply(&Fact::Network(NetworkSettings { lan, interfaces }));
    }
    Ok(())
}
