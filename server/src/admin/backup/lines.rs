//! Turning rows into counted and hashed lines, wherever these go.

use super::manifest::Table;
use crate::{
    database::{Handful, NotARow, write_row},
    files::FileHash,
    ids::HubId,
};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, io};
use surrealdb::types::{Number, Object, Value};

/// Where lines go.
pub(super) trait Sink {
    /// The next lines are of this table.
    fn table(&mut self, table: &Table) -> io::Result<()>;
    fn line(&mut self, line: &[u8]) -> io::Result<()>;
}

/// Lines that are only counted and hashed.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn table(&mut self, _: &Table) -> io::Result<()> {
        Ok(())
    }

    fn line(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

/// Why rows did not become lines.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error(transparent)]
    Row(#[from] NotARow),
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A row names bytes that are not there as they should be.
    #[error("the bytes {0} of a file are missing or damaged")]
    Bytes(FileHash),
}

/// Takes the rows of tables in their order.
pub(super) struct Lines<S> {
    pub(super) sink: S,
    tables: Vec<Table>,
    /// The place of the table whose rows come now; `None` before the first.
    current: Option<usize>,
    hash: Sha256,
    line: Vec<u8>,
    /// The team's name, once its row has passed.
    pub(super) team: Option<String>,
    /// The hub's id, once its row has passed.
    pub(super) hub: Option<HubId>,
    /// The bytes that rows of files name, and how many each are.
    pub(super) files: BTreeMap<FileHash, u64>,
}

impl<S: Sink> Lines<S> {
    pub(super) fn new(tables: impl IntoIterator<Item = String>, sink: S) -> Self {
        let tables = tables.into_iter().map(|name| Table { name, rows: 0, bytes: 0, sha256: String::new() }).collect();
        Self {
            sink,
            tables,
            current: None,
            hash: Sha256::new(),
            line: Vec::new(),
            team: None,
            hub: None,
            files: BTreeMap::new(),
        }
    }

    /// Takes some rows. They are of the same table as the last ones or of a later one.
    pub(super) fn add(&mut self, handful: &Handful) -> Result<(), LineError> {
        if handful.rows.is_empty() {
            return Ok(());
        }
        self.go_to(handful.table)?;
        for row in &handful.rows {
            self.line.clear();
            write_row(row, &mut self.line)?;
            self.hash.update(&self.line);
            self.sink.line(&self.line)?;
            let table = &mut self.tables[handful.table];
            table.rows += 1;
            table.bytes += self.line.len() as u64;
            if let Value::Object(fields) = row {
                match (table.name.as_str(), fields.get("name"), fields.get("hub")) {
                    ("settings", Some(Value::String(name)), _) => self.team = Some(name.clone()),
                    ("log", _, Some(Value::Uuid(hub))) => self.hub = Some(HubId(**hub)),
                    ("file", ..) => self.files.extend(bytes_of(fields)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Every table with what was counted, and where the lines went.
    pub(super) fn finish(mut self) -> io::Result<(Vec<Table>, S)> {
        self.go_to(self.tables.len())?;
        Ok((self.tables, self.sink))
    }

    /// Closes the tables before this place, empty ones included, and opens the one at it.
    fn go_to(&mut self, place: usize) -> io::Result<()> {
        while self.current != Some(place) {
            if let Some(done) = self.current.and_then(|current| self.tables.get_mut(current)) {
                done.sha256 = hex(&std::mem::take(&mut self.hash).finalize());
            }
            let next = self.current.map_or(0, |current| current + 1);
            self.current = Some(next);
            if let Some(table) = self.tables.get(next) {
                self.sink.table(table)?;
            }
        }
        Ok(())
    }
}

/// The bytes that the row of a file names.
fn bytes_of(file: &Object) -> Option<(FileHash, u64)> {
    match (file.get("hash"), file.get("size")) {
        (Some(Value::String(hash)), Some(Value::Number(Number::Int(size)))) => {
            Some((hash.parse().ok()?, size.cast_unsigned()))
        }
        _ => None,
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Lines, Nowhere, hex};
    use crate::database::Handful;
    use sha2::{Digest, Sha256};
    use surrealdb::types::{Object, RecordId, Value};

    #[test]
    fn every_table_is_counted_and_hashed_the_empty_ones_too() {
        let mut lines = Lines::new(["a", "b", "c", "d"].map(str::to_owned), Nowhere);
        let row = |number: i64| {
            let mut row = Object::new();
            row.insert("id", RecordId::new("b", number));
            Value::Object(row)
        };
        lines.add(&Handful { table: 0, rows: vec![] }).unwrap();
        lines.add(&Handful { table: 1, rows: vec![row(1)] }).unwrap();
        lines.add(&Handful { table: 1, rows: vec![row(2)] }).unwrap();
        lines.add(&Handful { table: 3, rows: vec![row(1)] }).unwrap();
        let (tables, _) = lines.finish().unwrap();
        let hash = |text: &str| hex(&Sha256::digest(text));
        let found: Vec<_> = tables.iter().map(|table| (table.rows, table.sha256.clone())).collect();
        assert_eq!(found, [(0, hash("")), (2, hash("[1,{}]\n[2,{}]\n")), (0, hash("")), (1, hash("[1,{}]\n"))]);
    }
}
