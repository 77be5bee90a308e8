//! Opening SurrealDB inside this process, and everything that depends on the storage engine.
//!
//! The engine is RocksDB with its memory capped for a desktop and every commit synced to disk. The
//! datastore is built with its own builder, because the SDK's `connect` cannot set those caps.
//! This folder is the only place that changes when the engine does.

mod before;
mod copy;
mod failure;
mod lock;
mod migrations;
mod plain;
mod values;

pub use before::{Upgrade, Writer, prepare, tidy, written_by};
pub(crate) use before::{note_writer, take_back};
pub use copy::{CopyError, Handful, Wanted};
pub use failure::{Failure, retrying};
pub use lock::{DirectoryLock, LockError};
pub use migrations::{
    Applied, MigrationError, StepText, applied_steps, are_the_first, check_steps, migrate, migrate_further, migrate_to,
    newest_schema,
};
pub use plain::{NotARow, from_plain, read_row, to_plain, write_row};
pub use values::{Keyed, all, key, record, row_id};

use anyhow::Context;
use std::{
    fmt, mem,
    path::Path,
    sync::{Arc, PoisonError, RwLock, Weak},
    time::{Duration, Instant},
};
use surrealdb::{Surreal, engine::local::Db};
use surrealdb_cnf::ConfigMap;
use surrealdb_core::kvs::Datastore;

/// The version of the engine; a new one may write its files in another way.
pub const ENGINE: &str = "3.3.5";

/// How long the files of a database that was closed may stay taken.
const LETTING_GO: Duration = Duration::from_secs(5);

/// Where the rows are kept.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// A directory of this computer.
    Disk(&'a Path),
    /// Memory, for tests that are not about disks.
    Memory,
}

/// The open database. The SDK's handle is never cloned, only shared: a clone opens a session of its own.
pub struct Database {
    handle: RwLock<Arc<Surreal<Db>>>,
    /// What the handle keeps open; it goes when the engine has closed its files.
    datastore: Weak<Datastore>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

impl Database {
    /// Opens or creates the database, without touching its schema.
    ///
    /// # Errors
    /// When the engine cannot open the place, or the place was written by a newer engine.
    pub async fn open(place: Place<'_>) -> anyhow::Result<Self> {
        let path = match place {
            Place::Disk(directory) => format!("rocksdb://{}", directory.display()),
            Place::Memory => "memory".to_owned(),
        };
        let datastore = build(&path).await.context("the database cannot be opened")?;
        datastore.check_version().await.context("the database is of another version")?;
        datastore.bootstrap().await.context("the database cannot start")?;
        datastore.start_maintenance_tasks();
        let handle = Surreal::<Db>::unstable_from_datastore(Arc::clone(&datastore), None).await?;
        handle
            .query("DEFINE NAMESPACE IF NOT EXISTS hearth; USE NS hearth; DEFINE DATABASE IF NOT EXISTS hub")
            .await?
            .check()?;
        handle.use_ns("hearth").use_db("hub").await?;
        Ok(Self { handle: RwLock::new(Arc::new(handle)), datastore: Arc::downgrade(&datastore) })
    }

    /// The handle to ask queries of. Once the database is closed each of them is refused.
    #[must_use]
    pub fn handle(&self) -> Arc<Surreal<Db>> {
        Arc::clone(&self.handle.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes out what is in memory, closes the files and waits until nothing holds them any more.
    ///
    /// The engine closes itself when its handle goes. Told to close before that, it would do so twice and report each
    /// step of the second time as an error.
    ///
    /// # Errors
    /// When something still holds the files after a few seconds; nothing that was committed is lost by it.
    pub async fn close(&self) -> anyhow::Result<()> {
        drop(mem::replace(
            &mut *self.handle.write().unwrap_or_else(PoisonError::into_inner),
            Arc::new(Surreal::init()),
        ));
        let given_up = Instant::now() + LETTING_GO;
        while self.datastore.strong_count() > 0 {
            anyhow::ensure!(Instant::now() < given_up, "the database's files are still in use");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

/// Builds the datastore. A hub that this process stopped a moment ago may still be letting go of its
/// files; no other process can have them, because the directory's lock is taken first.
async fn build(path: &str) -> anyhow::Result<Arc<Datastore>> {
    let given_up = Instant::now() + LETTING_GO;
    loop {
        let built =
            Datastore::builder().with_config(desktop_limits()).without_maintenance_tasks().build_with_path(path).await;
        match built {
            Err(error)
                if format!("{error:#}").contains("lock hold by current process") && Instant::now() < given_up =>
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            built => return built,
        }
    }
}

/// Memory for a desktop computer, and a sync to disk on every commit.
fn desktop_limits() -> ConfigMap {
    [
        ("datastore_sync", "every"),
        ("rocksdb_block_cache_size", "67108864"),
        ("rocksdb_write_buffer_size", "16777216"),
        ("rocksdb_max_write_buffer_number", "3"),
        ("rocksdb_thread_count", "2"),
        ("rocksdb_jobs_count", "2"),
        ("rocksdb_max_open_files", "512"),
        ("rocksdb_keep_log_file_num", "3"),
    ]
    .into_iter()
    .fold(ConfigMap::empty(), |limits, (key, value)| limits.with_key_value(key, value))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_engine_is_the_one_that_is_named() {
        let cargo = include_str!("../../Cargo.toml");
        assert!(cargo.contains(&format!("surrealdb-core = {{ version = \"={}\"", super::ENGINE)));
    }
}
