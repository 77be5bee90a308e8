//! The page that tells people what an export has.

use super::kinds;
use crate::moving::out::form::{
    Field,
    Is::{Begins, Bytes, Id, List, Moment, Number, Numbers, Plain, Text, Thing, Truth, Unless},
    Key,
};
use std::fmt::Write;

/// What is told of all this, as a page.
pub(super) fn page() -> String {
    let mut page = String::from(PREFACE);
    for kind in kinds() {
        let _ = writeln!(page, "\n## {}\n\n{}\n", kind.file(), kind.about);
        page.push_str("| field | holds | |\n|---|---|---|\n");
        let keys: &[Field] = match &kind.key {
            Key::Only(_) => &[],
            Key::Id(field) => std::slice::from_ref(field),
            Key::Parts(fields) => fields,
        };
        rows("", keys, &mut page);
        rows("", kind.fields, &mut page);
    }
    page.push_str("\n## What is not in it\n\nPasswords, sign-ins, API tokens, two-factor secrets, invitations, webhooks, commands and calendar addresses, because they are secrets; the audit log and the network's\nsettings, because they belong to the hub that was left; and what follows from the rest.\n");
    page
}

const PREFACE: &str = "# The export of a team\n\nA zip file with a file of [JSON Lines](https://jsonlines.org) for each kind of thing, the bytes of files under their SHA-256, and\n`manifest.json`, which says what it is, of which team and moment, and how many lines each file has. Names are those of the\nAPI. Ids are UUIDs, moments RFC 3339 in UTC; what is not there is null. **Private channels and direct conversations are in it.**\n\n`hearth import FILE --data DIR` makes a team of it in an empty data directory. Nobody has a password there: it prints a link\nwith which an owner comes in, and the others get links under Admin → People.\n";

fn rows(before: &str, fields: &[Field], page: &mut String) {
    for field in fields {
        let is = if let Unless(_, is) = field.is { *is } else { field.is };
        let holds = match is {
            Begins(_) => continue,
            Id => "id",
            Text | Bytes => "text",
            Number => "number",
            Truth => "true or false",
            Moment => "moment",
            Plain => "list",
            List(Id) => "list of ids",
            List(Text) => "list of texts",
            Numbers | List(Number) => "list of numbers",
            List(_) | Unless(..) => "list of objects",
            Thing(_) => "object",
        };
        let _ = writeln!(page, "| `{before}{}` | {holds} | {} |", field.name, field.about);
        let inner = match is {
            Thing(inner) => Some(inner),
            List(Thing(inner)) => Some(*inner),
            _ => None,
        };
        if let Some(inner) = inner {
            rows(&format!("{before}{}.", field.name), inner, page);
        }
    }
}
