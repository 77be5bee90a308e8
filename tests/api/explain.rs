//! Every query over a table that grows finds its rows by key or index.
//!
//! The queries are taken from the source of the server, so that a new one is looked at as well.

use crate::world::World;
use std::{collections::BTreeMap, fs, path::Path};

/// The tables with a row for everything that was ever said or happened.
const GROWING: &[&str] = &[
    "audit",
    "delivery",
    "event",
    "file",
    "mention",
    "news",
    "message",
    "reaction",
    "recurring",
    "task_due",
    "revision",
    "sent",
    "tombstone",
    "task",
    "task_act",
    "task_bin",
    "task_comment",
    "assigned",
    "message_task",
    "poll",
];

/// Reads at start that are meant to read a whole table, each with its reason.
const WHOLE: &[(&str, &str)] = &[
    ("FROM tombstone", "the numbers of deleted messages are held in memory, a bit each"),
    (
        "FROM poll WHERE closes_at != NONE AND closed_at = NONE",
        "which polls close by themselves is held in memory; a poll is much rarer than a message",
    ),
    ("FROM file", "which bytes are needed, and how much each person has, is held in memory"),
];

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The string literals of a source file.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
        found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    found
}

/// Every SELECT over a growing table, with the constants of its file filled in.
fn queries() -> Vec<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut queries = Vec::new();
    for source in files {
        let constants: BTreeMap<_, _> = source
            .lines()
            .filter_map(|line| {
                let (name, text) = line
                    .strip_prefix("const ")
                    .or(line.strip_prefix("pub(super) const "))?
                    .split_once(": &str = \"")?;
                Some((format!("{{{name}}}"), text.trim_end_matches("\";").to_owned()))
            })
            .collect();
        for literal in literals(&source) {
            let grows = |table: &&str| {
                let from = format!("FROM {table}");
                literal
                    .split(&from)
                    .nth(1)
                    .is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_'))
            };
            if literal.starts_with("SELECT") && GROWING.iter().any(grows) {
                let filled = constants.iter().fold(literal, |text, (name, value)| text.replace(name, value));
                queries.push(filled);
            }
        }
    }
    queries
}

/// The operators of the plan by which the database would run this, as text.
async fn plan(world: &World, sql: &str) -> String {
    let database = world.app().database.handle();
    let mut query = database.query(format!("EXPLAIN {sql}"));
    for (name, number) in
        [("from", 1_i64), ("to", 50), ("number", 7), ("version", 3), ("limit", 50), ("task", 7), ("moment", 9)]
    {
        query = query.bind((name, number));
    }
    let (channel, user) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    let query = query.bind(("project", channel)).bind(("whole", "project.7".to_owned()));
    let query = query.bind(("hook", channel)).bind(("least", uuid::Uuid::nil())).bind(("most", uuid::Uuid::max()));
    let query = query.bind(("day", "2026-11-27".to_owned()));
    let query = query.bind(("channel", channel)).bind(("user", user)).bind(("sent_as", "somebody:key".to_owned()));
    let plan: Option<String> = query.await.unwrap().take(0).unwrap_or_else(|error| panic!("{sql}: {error}"));
    plan.unwrap_or_default()
}

#[tokio::test]
async fn no_query_over_a_table_that_grows_reads_it_whole_or_sorts_it() {
    let (world, ann) = World::new().await;
    let general = ann.general().await;
    ann.say(&general, "hello").await;
    let queries = queries();
    assert!(queries.len() >= 3, "the queries were not found: {queries:#?}");
    for sql in queries {
        let plan = plan(&world, &sql).await;
        let whole = WHOLE.iter().any(|(part, _)| sql.ends_with(part));
        let by_key = plan.contains("RecordIdScan") || plan.contains("IndexScan");
        let scans = plan.matches("Scan").count();
        assert!((by_key && scans == 1) || whole, "reads the whole table: {sql}\n{plan}");
        assert!(!plan.contains("Sort"), "sorts: {sql}\n{plan}");
    }
}
