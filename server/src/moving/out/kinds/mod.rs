//! What an export has, kind by kind.

mod chat;
mod own;
#[cfg(test)]
mod page;
mod tasks;
mod team;

use super::form::{
    Field,
    Is::{Id, Number},
    Key, Kind, field,
};

const ID: Key = Key::Id(field("", "id", Id, ""));
const USER: Key = Key::Id(field("", "userId", Id, "Whose they are."));

const PLACE: &[Field] = &[
    field("", "channelId", Id, "A channel, a direct conversation or a thread."),
    field("", "number", Number, "Of a message in it: 1, 2, 3… without holes."),
];

/// Every kind, in the order in which they are written.
pub(super) fn kinds() -> impl Iterator<Item = &'static Kind> {
    [team::KINDS, chat::KINDS, own::KINDS, tasks::KINDS].into_iter().flatten()
}

/// Tables that are in no export, and why.
#[cfg(test)]
const LEFT_OUT: &[(&str, &str)] = &[
    ("assigned", "made again from tasks"),
    ("task_place", "made again from tasks"),
    ("task_bin", "made again from tasks"),
    ("tombstone", "made again from messages"),
    ("sent", "only for sends that are retried"),
    ("tally", "counted again"),
    ("event", "what clients have missed"),
    ("log", "the other hub has its own"),
    ("reader", "the other hub has its own"),
    ("migration", "the other hub has its own"),
    ("imported", "what earlier imports remember"),
    ("audit", "the other hub begins its own"),
    ("network", "belongs to the computer"),
    ("credential", "a secret"),
    ("session", "a secret"),
    ("reset", "a secret"),
    ("invite", "a secret"),
    ("hook", "a secret"),
    ("outgoing", "a secret"),
    ("delivery", "what programs were told"),
    ("slash_command", "a secret"),
    ("two_factor", "a secret"),
    ("feed", "a secret"),
    ("seen", "the other hub has its own"),
    ("mail", "belongs to the computer"),
    ("mailed", "the other hub begins anew"),
];

#[cfg(test)]
mod tests {
    use super::{LEFT_OUT, kinds, page::page};
    use std::collections::BTreeSet;

    #[test]
    fn every_table_is_exported_or_left_out_for_a_reason() {
        let steps = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
        let text: String = steps.map(|step| std::fs::read_to_string(step.unwrap().path()).unwrap()).collect();
        let tables = text.lines().filter_map(|line| line.strip_prefix("DEFINE TABLE ")?.split_whitespace().next());
        let left_out = LEFT_OUT.iter().map(|(table, _)| *table);
        let known: BTreeSet<_> = kinds().map(|kind| kind.table).chain(left_out).collect();
        for table in tables {
            assert!(known.contains(table), "say in this file whether {table} is part of an export");
        }
    }

    #[test]
    fn the_page_about_it_is_the_one_that_is_kept() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/export.md");
        if std::env::var_os("HEARTH_WRITE").is_some() {
            std::fs::write(path, page()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == page(), "write assets/export.md again: HEARTH_WRITE=1 cargo test the_page_about_it");
    }

    #[test]
    fn names_are_used_once() {
        let names: BTreeSet<_> = kinds().map(|kind| kind.name).collect();
        assert_eq!(names.len(), kinds().count());
    }
}
