//! Reading the log's files, a day each, from their ends.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    str::FromStr,
};
use utoipa::ToSchema;

/// How many bytes of the log are looked through for one answer.
const LOOKED_THROUGH: u64 = 2 << 20;
/// How much of a line is told.
const LONGEST: usize = 4_000;

/// How bad it is, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = LogLevel)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// A line of the log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LogLine)]
pub struct Line {
    /// Where it is in the log.
    pub place: String,
    pub at: String,
    pub level: Level,
    /// The part of the program that says it.
    pub target: String,
    pub message: String,
    /// What else it says, by name.
    pub fields: BTreeMap<String, String>,
    /// The request it was said in; the answer to it has the same in `X-Request-Id`.
    pub request_id: Option<String>,
}

/// Lines, the newest last.
#[derive(Clone, Default, Debug)]
pub struct Lines {
    pub lines: Vec<Line>,
    /// Where to look on for older lines; `None` at the beginning of the log.
    pub before: Option<Place>,
    /// Where newer lines will be.
    pub after: Option<Place>,
}

/// A place in the log: a file's name, and a number of bytes in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    file: String,
    byte: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.byte)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (file, byte) = text.rsplit_once(':').ok_or(())?;
        if !is_log(file) {
            return Err(());
        }
        Ok(Self { file: file.to_owned(), byte: byte.parse().map_err(|_| ())? })
    }
}

/// Which lines are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As bad as this or worse.
    pub level: Level,
    /// With these letters somewhere in them.
    pub text: String,
    pub from: From,
    pub limit: usize,
}

/// From where lines are wanted.
#[derive(Clone, Debug)]
pub enum From {
    /// The newest ones.
    End,
    /// Those before a place, the nearest ones.
    Before(Place),
    /// Those after a place, the nearest ones.
    After(Place),
}

/// A line as the log's file has it.
#[derive(Deserialize)]
struct Written {
    timestamp: String,
    /// In capitals.
    level: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    fields: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    spans: Vec<BTreeMap<String, serde_json::Value>>,
}

/// Whether a file of this name is one of the log's.
pub(super) fn is_log(name: &str) -> bool {
    let day = name.strip_prefix("hearth.").and_then(|rest| rest.strip_suffix(".log"));
    day.is_some_and(|day| day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

/// The log's files, the oldest first.
pub(super) fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(names),
        Err(error) => return Err(error).context("the folder of the log cannot be read"),
    };
    for entry in entries {
        names.extend(entry?.file_name().into_string().ok().filter(|name| is_log(name)));
    }
    names.sort_unstable();
    Ok(names)
}

/// Reads wanted lines.
pub(super) fn read(folder: &Path, wanted: &Wanted) -> anyhow::Result<Lines> {
    let names = files(folder)?;
    match &wanted.from {
        From::End => {
            let Some(newest) = names.last() else { return Ok(Lines::default()) };
            let end = whole_lines(folder, newest)?;
            let end = Place { file: newest.clone(), byte: end };
            let mut lines = backwards(folder, &names, &end, wanted)?;
            lines.after = Some(end);
            Ok(lines)
        }
        From::Before(place) => backwards(folder, &names, place, wanted),
        From::After(place) => forwards(folder, &names, place, wanted),
    }
}

/// Where the last whole line of a file ends: the next one may be in the writing.
fn whole_lines(folder: &Path, name: &str) -> anyhow::Result<u64> {
    let size = std::fs::metadata(folder.join(name))?.len();
    let from = size.saturating_sub(LOOKED_THROUGH);
    let bytes = part(folder, name, from, size)?;
    Ok(bytes.iter().rposition(|byte| *byte == b'\n').map_or(from, |last| from + last as u64 + 1))
}

fn part(folder: &Path, name: &str, from: u64, to: u64) -> anyhow::Result<Vec<u8>> {
    let mut file = File::open(folder.join(name))?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn backwards(folder: &Path, names: &[String], place: &Place, wanted: &Wanted) -> anyhow::Result<Lines> {
    let mut found = Vec::new();
    let mut left = LOOKED_THROUGH;
    let mut next = None;
    for name in names.iter().rev().skip_while(|name| **name > place.file) {
        let size = std::fs::metadata(folder.join(name))?.len();
        let end = if *name == place.file { place.byte.min(size) } else { size };
        let from = end.saturating_sub(left);
        let bytes = part(folder, name, from, end)?;
        // Unless it is the file's beginning, the first line is cut off.
        let skipped = match bytes.iter().position(|byte| *byte == b'\n') {
            _ if from == 0 => 0,
            Some(first) => first + 1,
            None => bytes.len(),
        };
        let start = from + skipped as u64;
        let mut byte = end.min(from + bytes.len() as u64);
        for raw in bytes[skipped..].split_inclusive(|byte| *byte == b'\n').rev() {
            byte -= raw.len() as u64;
            found.extend(line(raw, &Place { file: name.clone(), byte }, wanted));
            if found.len() == wanted.limit {
                break;
            }
        }
        let stopped = Place { file: name.clone(), byte };
        if found.len() == wanted.limit {
            next = Some(stopped);
            break;
        }
        left = left.saturating_sub(end - from);
        if left == 0 || from > 0 {
            // A line that is longer than what is looked through would hold up the search for ever.
            next = Some(Place { byte: if start < end { start } else { from }, ..stopped });
            break;
        }
    }
    found.reverse();
    let is_first = |place: &Place| place.byte == 0 && names.first() == Some(&place.file);
    Ok(Lines { lines: found, before: next.filter(|place| !is_first(place)), after: None })
}

fn forwards(folder: &Path, names: &[String], place: &Place, wanted: &Wanted) -> anyhow::Result<Lines> {
    let mut found = Vec::new();
    let mut reached = place.clone();
    let mut left = LOOKED_THROUGH;
    for name in names.iter().skip_while(|name| **name < place.file) {
        let size = std::fs::metadata(folder.join(name))?.len();
        let mut byte = if *name == place.file { place.byte.min(size) } else { 0 };
        let bytes = part(folder, name, byte, byte + left)?;
        left -= bytes.len() as u64;
        for raw in bytes.split_inclusive(|byte| *byte == b'\n').filter(|raw| raw.ends_with(b"\n")) {
            found.extend(line(raw, &Place { file: name.clone(), byte }, wanted));
            byte += raw.len() as u64;
            if found.len() == wanted.limit {
                break;
            }
        }
        reached = Place { file: name.clone(), byte };
        if left == 0 || found.len() == wanted.limit {
            break;
        }
    }
    Ok(Lines { lines: found, before: None, after: Some(reached) })
}

/// What a line of a file says, if that is wanted.
fn line(raw: &[u8], place: &Place, wanted: &Wanted) -> Option<Line> {
    let text = std::str::from_utf8(raw).ok()?;
    if !wanted.text.is_empty() && !text.to_lowercase().contains(&wanted.text.to_lowercase()) {
        return None;
    }
    let Written { timestamp, level, target, fields, spans } = serde_json::from_str(text).ok()?;
    let level: Level = serde_json::from_value(level.to_lowercase().into()).ok()?;
    if level > wanted.level {
        return None;
    }
    let mut fields: BTreeMap<_, _> = fields.into_iter().map(|(name, value)| (name, plain(value))).collect();
    let request = spans.iter().find_map(|span| span.get("request.id")).cloned().map(plain);
    let message = fields.remove("message").unwrap_or_default();
    Some(Line { place: place.to_string(), at: timestamp, level, target, message, fields, request_id: request })
}

fn plain(value: serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: u32, level: &str) -> String {
        format!(
            "{{\"timestamp\":\"2026-11-27T00:00:00Z\",\"level\":\"{level}\",\"fields\":{{\"message\":\"line {number}\",\"count\":{number}}},\"target\":\"hearth\",\"spans\":[{{\"request.id\":\"r{number}\",\"name\":\"request\"}}]}}\n"
        )
    }

    fn wanted(from: From, limit: usize) -> Wanted {
        Wanted { level: Level::Trace, text: String::new(), from, limit }
    }

    fn messages(lines: &Lines) -> Vec<&str> {
        lines.lines.iter().map(|line| line.message.as_str()).collect()
    }

    #[test]
    fn lines_are_read_backwards_over_days_and_forwards_as_they_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("hearth.2026-11-25.log", (1..=3).map(|number| written(number, "INFO")).collect());
        write("hearth.2026-11-26.log", (4..=6).map(|number| written(number, "WARN")).collect::<String>() + "{\"cut");
        write("network.json", "{}".to_owned());

        let newest = read(folder.path(), &wanted(From::End, 2)).unwrap();
        assert_eq!(messages(&newest), ["line 5", "line 6"]);
        assert_eq!((&*newest.lines[1].fields["count"], newest.lines[1].request_id.as_deref()), ("6", Some("r6")));
        let older = read(folder.path(), &wanted(From::Before(newest.before.clone().unwrap()), 2)).unwrap();
        assert_eq!(messages(&older), ["line 3", "line 4"]);
        let oldest = read(folder.path(), &wanted(From::Before(older.before.unwrap()), 9)).unwrap();
        assert_eq!((messages(&oldest), oldest.before.clone()), (vec!["line 1", "line 2"], None));

        let after = newest.after.unwrap();
        assert!(read(folder.path(), &wanted(From::After(after.clone()), 9)).unwrap().lines.is_empty());
        write("hearth.2026-11-26.log", (4..=7).map(|number| written(number, "WARN")).collect());
        write("hearth.2026-11-27.log", written(8, "ERROR"));
        let newer = read(folder.path(), &wanted(From::After(after), 9)).unwrap();
        assert_eq!(messages(&newer), ["line 7", "line 8"]);
        assert!(read(folder.path(), &wanted(From::After(newer.after.unwrap()), 9)).unwrap().lines.is_empty());
    }

    #[test]
    fn only_what_is_wanted_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (1..=9).map(|number| written(number, if number == 5 { "ERROR" } else { "INFO" })).collect();
        std::fs::write(folder.path().join("hearth.2026-11-25.log"), text).unwrap();
        let errors = Wanted { level: Level::Error, ..wanted(From::End, 50) };
        assert_eq!(messages(&read(folder.path(), &errors).unwrap()), ["line 5"]);
        let named = Wanted { text: "LINE 7".to_owned(), ..wanted(From::End, 50) };
        assert_eq!(messages(&read(folder.path(), &named).unwrap()), ["line 7"]);
    }

    #[test]
    fn a_place_names_no_other_file() {
        assert!("hearth.2026-11-25.log:12".parse::<Place>().is_ok());
        for text in ["../keys:1", "hearth.../../x.log:0", "hearth.2026-11-25.log:-1", "hearth.2026-11-25.log", ""] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
