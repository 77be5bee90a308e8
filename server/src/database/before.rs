//! A copy of the database as it was before a version of Hearth that is new to it touches it, put back by itself when
//! that version does not get along with it.
//!
//! What wrote the database is noted in a small file beside it. Where that is not this version (of the schema, or of
//! the engine), the database is copied before it is opened. The copy is made under another name, synced, and then
//! takes its own; a second small file says that the upgrade is under way. That file goes when the team is loaded.
//! Whoever finds it at a start (the process ended in the middle) or is refused by the new version puts the copy back,
//! so there is the old database or the new one, never something between.
//!
//! Files of the engine that never change once they are written are linked and not copied, where the file system can.

use crate::disk::{sync_directory, write_private};
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// The database that is in use.
const IN_USE: &str = "database";
/// Its copy, and the copy in the making.
const COPY: &str = "database-before-upgrade";
const MAKING: &str = "database-before-upgrade.part";
/// What the new version left of the database, while the copy takes its place.
const SPOILED: &str = "database-of-failed-upgrade";
/// What wrote the database.
const WRITTEN: &str = "written-by.json";
/// That an upgrade is under way.
const UPGRADING: &str = "upgrading.json";
/// How long the copy stays after an upgrade that went well.
const STAYS: Duration = Duration::from_secs(7 * 24 * 3600);
/// After so many tries that ended in the middle no more are made.
const TRIES: u32 = 3;

/// What writes a database.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Writer {
    /// The newest step of the schema.
    pub schema: i64,
    /// The version of the engine.
    pub engine: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Upgrading {
    /// Which version tries.
    to: Writer,
    tries: u32,
}

impl Writer {
    /// This version.
    #[must_use]
    pub fn this() -> Self {
        Self { schema: super::newest_schema(), engine: super::ENGINE.to_owned() }
    }
}

/// An upgrade that is under way.
#[derive(Debug)]
#[must_use]
pub struct Upgrade {
    data: PathBuf,
    writer: Writer,
    /// Whether there is a copy that can be put back.
    copied: bool,
}

/// Prepares a data directory for this version. To be called with the directory's lock, before its database is opened.
///
/// # Errors
/// When the disk refuses the copy; nothing has changed then.
pub fn prepare(data: &Path, writer: &Writer) -> anyhow::Result<Upgrade> {
    let unfinished = take_back(data)?;
    let tries = unfinished.filter(|unfinished| unfinished.to == *writer).map_or(0, |unfinished| unfinished.tries);
    let _ = remove(&data.join(MAKING));
    let upgrade = |copied| Upgrade { data: data.to_owned(), writer: writer.clone(), copied };
    let written = written_by(data);
    // What is newer than this version is refused as it is.
    let newer = written.as_ref().is_some_and(|written| written.schema > writer.schema);
    if !data.join(IN_USE).join("CURRENT").exists() || written.as_ref() == Some(writer) || newer {
        return Ok(upgrade(false));
    }
    anyhow::ensure!(
        tries < TRIES,
        "this version of Hearth could not take over the data of the former one and was stopped {tries} times; \
         the data is as it was, so the former version can use it"
    );
    tracing::info!(?written, now = ?writer, "the database is copied before this version uses it");
    copy(&data.join(IN_USE), &data.join(MAKING)).context("the database cannot be copied before the upgrade")?;
    remove(&data.join(COPY))?;
    fs::rename(data.join(MAKING), data.join(COPY))?;
    let upgrading = Upgrading { to: writer.clone(), tries: tries + 1 };
    write_private(&data.join(UPGRADING), &serde_json::to_vec(&upgrading)?)?;
    sync_directory(data)?;
    Ok(upgrade(true))
}

/// What wrote the database of a data directory, if that was noted.
#[must_use]
pub fn written_by(data: &Path) -> Option<Writer> {
    serde_json::from_slice(&fs::read(data.join(WRITTEN)).ok()?).ok()
}

/// Notes what wrote the database of a data directory.
///
/// # Errors
/// When the disk refuses.
pub(crate) fn note_writer(data: &Path, writer: &Writer) -> anyhow::Result<()> {
    write_private(&data.join(WRITTEN), &serde_json::to_vec(writer)?)?;
    Ok(sync_directory(data)?)
}

impl Upgrade {
    /// The team is loaded: what was written from here on is this version's.
    ///
    /// # Errors
    /// When the disk refuses; the upgrade counts as under way then.
    pub fn succeeded(self) -> anyhow::Result<()> {
        let Self { data, writer, copied } = self;
        // This decides. Ended between the two, the next start makes a copy again, of the new database.
        done(&data)?;
        note_writer(&data, &writer)?;
        if copied {
            tracing::info!("the data is this version's now; the copy from before stays for a week");
        }
        Ok(())
    }

    /// This version refused the database or could not bring it up to date. Whoever starts next, this version or the
    /// former one, puts the copy back first: in this process the engine may still be putting files away.
    ///
    /// # Errors
    /// When the disk refuses; the try counts then.
    pub fn failed(self) -> anyhow::Result<()> {
        let Self { data, writer: to, copied } = self;
        if copied {
            // It was refused and did not end in the middle, so it may be tried as often as somebody likes.
            write_private(&data.join(UPGRADING), &serde_json::to_vec(&Upgrading { to, tries: 0 })?)?;
            sync_directory(&data)?;
            tracing::warn!("the upgrade failed; the next start puts the database from before back");
        }
        Ok(())
    }
}

/// Puts the copy back after an upgrade that ended in the middle, and says which that was. Before anything else takes the
/// place of the database, such as a restored one.
///
/// # Errors
/// When the disk refuses.
pub(crate) fn take_back(data: &Path) -> anyhow::Result<Option<Upgrading>> {
    let bytes = match fs::read(data.join(UPGRADING)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("upgrading.json cannot be read"),
    };
    let upgrading = serde_json::from_slice(&bytes).context("upgrading.json does not fit")?;
    if data.join(COPY).exists() {
        tracing::warn!("an upgrade ended in the middle; the database from before is put back");
    }
    put_back(data)?;
    // The file stays, so that tries are counted until one goes well.
    Ok(Some(upgrading))
}

/// The names say how far this is: the copy is there until it has taken the database's place.
fn put_back(data: &Path) -> anyhow::Result<()> {
    let (in_use, copy, spoiled) = (data.join(IN_USE), data.join(COPY), data.join(SPOILED));
    if copy.exists() {
        if in_use.exists() {
            remove(&spoiled)?;
            fs::rename(&in_use, &spoiled).context("the database cannot be put aside")?;
            sync_directory(data)?;
        }
        fs::rename(&copy, &in_use).context("the copy of the database cannot be put back")?;
        sync_directory(data)?;
    }
    remove(&spoiled)
}

fn done(data: &Path) -> anyhow::Result<()> {
    match fs::remove_file(data.join(UPGRADING)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(sync_directory(data)?),
    }
}

/// Removes the copy once the upgrade went well long enough ago.
pub fn tidy(data: &Path, now: SystemTime) {
    let copy = data.join(COPY);
    if data.join(UPGRADING).exists() || !copy.exists() {
        return;
    }
    let upgraded = fs::metadata(data.join(WRITTEN)).and_then(|found| found.modified());
    if upgraded.is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > STAYS)) {
        match remove(&copy) {
            Ok(()) => tracing::info!("the copy of the database from before the upgrade was removed"),
            Err(error) => tracing::warn!(%error, "the copy of the database from before the upgrade was not removed"),
        }
    }
}

fn remove(directory: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", directory.display()))
        }
        _ => Ok(()),
    }
}

/// Copies a closed database, everything on the disk when it returns.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, into) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&path, &into)?;
        } else if !(never_changes(&path) && fs::hard_link(&path, &into).is_ok()) {
            fs::copy(&path, &into)?;
            fs::File::options().write(true).open(&into)?.sync_all()?;
        }
    }
    sync_directory(to)
}

/// Tables are written once; a later one has another name.
fn never_changes(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("sst"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(schema: i64) -> Writer {
        Writer { schema, engine: "1".to_owned() }
    }

    fn old() -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join(IN_USE)).unwrap();
        for (name, text) in [("CURRENT", "old"), ("000001.sst", "rows"), ("000002.log", "old")] {
            fs::write(data.path().join(IN_USE).join(name), text).unwrap();
        }
        data
    }

    /// What a new version does to a database.
    fn spoil(data: &Path) {
        fs::write(data.join(IN_USE).join("CURRENT"), "new").unwrap();
        fs::write(data.join(IN_USE).join("000002.log"), "new").unwrap();
        fs::write(data.join(IN_USE).join("000003.sst"), "new").unwrap();
        fs::remove_file(data.join(IN_USE).join("000001.sst")).unwrap();
    }

    fn read(data: &Path) -> Vec<(String, String)> {
        let names = fs::read_dir(data.join(IN_USE)).unwrap();
        let mut all: Vec<_> = names
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
            .collect();
        all.sort();
        all
    }

    #[test]
    fn a_version_that_is_new_to_the_data_copies_it_first_and_keeps_the_copy_for_a_week() {
        let data = old();
        let before = read(data.path());
        let upgrade = prepare(data.path(), &writer(2)).unwrap();
        spoil(data.path());
        upgrade.succeeded().unwrap();
        assert_ne!(read(data.path()), before);
        let now = SystemTime::now();
        tidy(data.path(), now + Duration::from_secs(6 * 24 * 3600));
        assert_eq!(fs::read_to_string(data.path().join(COPY).join("000001.sst")).unwrap(), "rows");
        assert_eq!(fs::read_to_string(data.path().join(COPY).join("000002.log")).unwrap(), "old");
        tidy(data.path(), now + Duration::from_secs(8 * 24 * 3600));
        assert!(!data.path().join(COPY).exists());
        // The same version again makes none.
        prepare(data.path(), &writer(2)).unwrap().succeeded().unwrap();
        assert!(!data.path().join(COPY).exists());
    }

    #[test]
    fn an_upgrade_that_is_refused_puts_the_data_back() {
        let data = old();
        let before = read(data.path());
        for _ in 0..5 {
            let upgrade = prepare(data.path(), &writer(2)).unwrap();
            spoil(data.path());
            upgrade.failed().unwrap();
        }
        // The former version starts.
        take_back(data.path()).unwrap();
        assert_eq!(read(data.path()), before);
        assert!(!data.path().join(COPY).exists());
    }

    #[test]
    fn an_upgrade_that_ended_at_any_step_is_taken_back_and_given_up_after_some() {
        let steps: [fn(&Path); 4] = [
            |_| {},
            spoil,
            |data| fs::rename(data.join(IN_USE), data.join(SPOILED)).unwrap(),
            |data| fs::rename(data.join(COPY), data.join(IN_USE)).unwrap(),
        ];
        for stopped_after in 0..steps.len() {
            let data = old();
            let before = read(data.path());
            drop(prepare(data.path(), &writer(2)).unwrap());
            for step in &steps[..=stopped_after] {
                step(data.path());
            }
            let again = prepare(data.path(), &writer(2)).unwrap();
            assert_eq!(read(data.path()), before, "{stopped_after}");
            again.succeeded().unwrap();
            assert_eq!(read(data.path()), before, "{stopped_after}");
        }
        let data = old();
        let before = read(data.path());
        for _ in 0..TRIES {
            drop(prepare(data.path(), &writer(2)).unwrap());
            spoil(data.path());
        }
        let given_up = prepare(data.path(), &writer(2)).unwrap_err().to_string();
        assert!(given_up.contains("the former version can use it"), "{given_up}");
        assert_eq!(read(data.path()), before);
        // The former version goes on, and a later one may try.
        fs::write(data.path().join(WRITTEN), serde_json::to_vec(&writer(1)).unwrap()).unwrap();
        prepare(data.path(), &writer(1)).unwrap().succeeded().unwrap();
    }

    #[test]
    fn a_new_data_directory_and_a_half_made_copy_are_no_hindrance() {
        let data = tempfile::tempdir().unwrap();
        prepare(data.path(), &writer(2)).unwrap().succeeded().unwrap();
        let data = old();
        fs::create_dir_all(data.path().join(MAKING).join("half")).unwrap();
        prepare(data.path(), &writer(2)).unwrap().succeeded().unwrap();
        assert!(!data.path().join(MAKING).exists() && data.path().join(COPY).exists());
    }
}
