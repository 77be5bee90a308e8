//! Between the rows of the database and the lines of an export: one description of each kind serves for writing, for
//! reading again, and for telling people what stands where.
//!
//! A line is a JSON object with the names that the API has for the same things. Moments are RFC 3339, ids are UUIDs,
//! what is not there is null. A field that a later version adds and nobody described goes along under its own name.

use crate::{
    clock::Timestamp,
    database::{from_plain, to_plain},
};
use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use roaring::RoaringBitmap;
use serde_json::{Map, Value as Json, json};
use surrealdb::types::{Array, Bytes, Number, Object, RecordId, RecordIdKey, Value};

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Is {
    Id,
    Text,
    Number,
    Truth,
    Moment,
    /// A set of numbers, kept as a bitmap.
    Numbers,
    /// Base64.
    Bytes,
    /// True and false, as they are kept.
    Plain,
    List(&'static Is),
    Thing(&'static [Field]),
    /// Empty where this field of the row is true.
    Unless(&'static str, &'static Is),
    /// Not exported; it begins with this number in the other hub.
    Begins(i64),
}

/// A field of a row, and of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) row: &'static str,
    pub(super) name: &'static str,
    pub(super) is: Is,
    /// What people are told of it.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test writes the page that tells it"))]
    pub(super) about: &'static str,
}

/// A field.
pub(super) const fn field(row: &'static str, name: &'static str, is: Is, about: &'static str) -> Field {
    Field { row, name, is, about }
}

/// How the key of a row is made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    /// There is one row.
    Only(&'static str),
    /// One id.
    Id(Field),
    /// Several parts; the last may be absent.
    Parts(&'static [Field]),
}

/// A kind of thing: a table, and a file of lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) table: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "a test writes the page that tells it"))]
    pub(super) about: &'static str,
    pub(super) key: Key,
    pub(super) fields: &'static [Field],
}

impl Kind {
    /// The name of its file in the archive.
    pub(super) fn file(&self) -> String {
        format!("{}.jsonl", self.name)
    }

    /// A row as a line with its end.
    pub(super) fn line(&self, row: &Value) -> anyhow::Result<Vec<u8>> {
        let Value::Object(fields) = row else { bail!("a row of {} has no fields", self.table) };
        let Some(Value::RecordId(id)) = fields.get("id") else { bail!("a row of {} has no key", self.table) };
        let mut line = Map::new();
        self.write_key(&id.key, &mut line)?;
        write_fields(self.fields, fields, &mut line).with_context(|| self.table)?;
        let mut text = serde_json::to_vec(&Json::Object(line))?;
        text.push(b'\n');
        Ok(text)
    }

    fn write_key(&self, key: &RecordIdKey, line: &mut Map<String, Json>) -> anyhow::Result<()> {
        match (&self.key, key) {
            (Key::Only(_), _) => {}
            (Key::Id(field), RecordIdKey::Uuid(id)) => {
                line.insert(field.name.to_owned(), json!(id.to_string()));
            }
            (Key::Parts(fields), RecordIdKey::Array(parts)) => {
                let mut parts = parts.iter();
                for field in *fields {
                    let part = parts.next().map_or(Ok(Json::Null), |part| write(field.is, part))?;
                    line.insert(field.name.to_owned(), part);
                }
            }
            _ => bail!("a row of {} has a key of another kind", self.table),
        }
        Ok(())
    }

    /// The row that a line was made of.
    pub(super) fn row(&self, line: &[u8]) -> anyhow::Result<Object> {
        let mut line: Map<String, Json> = serde_json::from_slice(line)?;
        let key = self.read_key(&mut line)?;
        let mut row = read_fields(self.fields, line).with_context(|| self.name)?;
        row.insert("id", RecordId::new(self.table, key));
        Ok(row)
    }

    fn read_key(&self, line: &mut Map<String, Json>) -> anyhow::Result<RecordIdKey> {
        Ok(match &self.key {
            Key::Only(name) => RecordIdKey::String((*name).to_owned()),
            Key::Id(field) => match read(field.is, line.remove(field.name).unwrap_or_default())? {
                Some(Value::Uuid(id)) => RecordIdKey::Uuid(id),
                _ => bail!("{} is not an id", field.name),
            },
            Key::Parts(fields) => {
                let mut parts = Vec::new();
                for (place, field) in fields.iter().enumerate() {
                    match read(field.is, line.remove(field.name).unwrap_or_default())? {
                        Some(part) => parts.push(part),
                        None if place + 1 == fields.len() => {}
                        None => bail!("{} is missing", field.name),
                    }
                }
                RecordIdKey::Array(Array::from(parts))
            }
        })
    }
}

fn write_fields(known: &[Field], row: &Object, line: &mut Map<String, Json>) -> anyhow::Result<()> {
    for field in known.iter().filter(|field| !matches!(field.is, Is::Begins(_))) {
        let hidden = matches!(field.is, Is::Unless(hides, _) if row.get(hides) == Some(&Value::Bool(true)));
        let value = row.get(field.row).unwrap_or(&Value::None);
        let value = if hidden { json!([]) } else { write(field.is, value).with_context(|| field.row)? };
        line.insert(field.name.to_owned(), value);
    }
    for (name, value) in row {
        let described = name == "id" || known.iter().any(|field| field.row == name);
        if !described && *value != Value::None {
            line.insert(camel(name), to_plain(value)?);
        }
    }
    Ok(())
}

fn read_fields(known: &[Field], mut line: Map<String, Json>) -> anyhow::Result<Object> {
    let mut row = Object::new();
    for field in known {
        if let Is::Begins(number) = field.is {
            row.insert(field.row, number);
            continue;
        }
        if let Some(value) = read(field.is, line.remove(field.name).unwrap_or_default()).with_context(|| field.name)? {
            row.insert(field.row, value);
        }
    }
    for (name, value) in line {
        row.insert(snake(&name), from_plain(value)?);
    }
    Ok(row)
}

fn write(is: Is, value: &Value) -> anyhow::Result<Json> {
    Ok(match (is, value) {
        (_, Value::None | Value::Null) => Json::Null,
        (Is::Id, Value::Uuid(id)) => json!(id.to_string()),
        (Is::Text, Value::String(text)) => json!(text),
        (Is::Number, Value::Number(Number::Int(number))) => json!(number),
        (Is::Truth, Value::Bool(yes)) => json!(yes),
        (Is::Moment, Value::Number(Number::Int(millis))) => json!(Timestamp::from_millis(*millis)),
        (Is::Bytes, Value::Bytes(bytes)) => json!(STANDARD.encode(bytes.clone().into_inner())),
        (Is::Numbers, Value::Bytes(bytes)) => {
            let bytes = bytes.clone().into_inner();
            json!(RoaringBitmap::deserialize_from(&bytes[..])?.iter().collect::<Vec<u32>>())
        }
        (Is::Plain, value) => to_plain(value)?,
        (Is::Unless(_, of), value) => write(*of, value)?,
        (Is::List(of), Value::Array(list)) => {
            Json::Array(list.iter().map(|value| write(*of, value)).collect::<Result<_, _>>()?)
        }
        (Is::Thing(fields), Value::Object(thing)) => {
            let mut line = Map::new();
            write_fields(fields, thing, &mut line)?;
            Json::Object(line)
        }
        (is, other) => bail!("{other:?} is not {is:?}"),
    })
}

fn read(is: Is, json: Json) -> anyhow::Result<Option<Value>> {
    Ok(Some(match (is, json) {
        (_, Json::Null) => return Ok(None),
        (Is::Id, Json::String(id)) => Value::Uuid(id.parse::<uuid::Uuid>()?.into()),
        (Is::Text, Json::String(text)) => Value::String(text),
        (Is::Number, Json::Number(number)) => Value::Number(Number::Int(number.as_i64().context("too large")?)),
        (Is::Truth, Json::Bool(yes)) => Value::Bool(yes),
        (Is::Moment, moment @ Json::String(_)) => {
            Value::Number(Number::Int(serde_json::from_value::<Timestamp>(moment)?.millis()))
        }
        (Is::Bytes, Json::String(text)) => Value::Bytes(Bytes::from(STANDARD.decode(text)?)),
        (Is::Numbers, numbers @ Json::Array(_)) => {
            let numbers: RoaringBitmap = serde_json::from_value::<Vec<u32>>(numbers)?.into_iter().collect();
            let mut bytes = Vec::new();
            numbers.serialize_into(&mut bytes)?;
            Value::Bytes(Bytes::from(bytes))
        }
        (Is::Plain, json) => from_plain(json)?,
        (Is::Unless(_, of), json) => return read(*of, json),
        (Is::List(of), Json::Array(list)) => {
            let list: Vec<_> = list.into_iter().map(|json| read(*of, json)).collect::<Result<_, _>>()?;
            Value::Array(Array::from(list.into_iter().flatten().collect::<Vec<_>>()))
        }
        (Is::Thing(fields), Json::Object(thing)) => Value::Object(read_fields(fields, thing)?),
        (is, other) => bail!("{other} is not {is:?}"),
    }))
}

/// `created_at` as `createdAt`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |made, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|letter| letter.to_ascii_uppercase());
        made + &head.into_iter().chain(letters).collect::<String>()
    })
}

/// `createdAt` as `created_at`.
fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut made, letter| {
        if letter.is_ascii_uppercase() {
            made.push('_');
        }
        made.push(letter.to_ascii_lowercase());
        made
    })
}

#[cfg(test)]
mod tests {
    use super::{Is, Key, Kind, camel, field, snake};
    use surrealdb::types::{Array, Number, Object, RecordId, RecordIdKey, Value};
    use uuid::Uuid;

    const THING: Kind = Kind {
        name: "things",
        table: "thing",
        about: "",
        key: Key::Parts(&[field("", "ownerId", Is::Id, ""), field("", "number", Is::Number, "")]),
        fields: &[
            field("created_at", "createdAt", Is::Moment, ""),
            field("gone_at", "goneAt", Is::Moment, ""),
            field("kinds", "kinds", Is::List(&Is::Thing(&[field("user", "userId", Is::Id, "")])), ""),
            field("since", "", Is::Begins(7), ""),
        ],
    };

    #[test]
    fn a_row_is_a_line_and_the_same_row_again_with_what_nobody_described() {
        let uuid = Uuid::from_u128(7);
        let parts = vec![Value::Uuid(uuid.into()), Value::Number(Number::Int(3))];
        let mut kind = Object::new();
        kind.insert("user", Value::Uuid(uuid.into()));
        let mut row = Object::new();
        row.insert("id", RecordId::new("thing", RecordIdKey::Array(Array::from(parts))));
        row.insert("created_at", 1_600_000_000_000_i64);
        row.insert("kinds", Value::Array(Array::from(vec![Value::Object(kind)])));
        row.insert("since", 7_i64);
        row.insert("new_field", "x".to_owned());
        let line = THING.line(&Value::Object(row.clone())).unwrap();
        let id = "00000000-0000-0000-0000-000000000007";
        let text = format!(
            "{{\"createdAt\":\"2020-09-13T12:26:40.000Z\",\"goneAt\":null,\"kinds\":[{{\"userId\":\"{id}\"}}],\"newField\":\"x\",\"number\":3,\"ownerId\":\"{id}\"}}\n"
        );
        let parsed: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(parsed, serde_json::from_str::<serde_json::Value>(&text).unwrap());
        assert_eq!(THING.row(&line).unwrap(), row);
        for nonsense in ["", "[]", "{}", "{\"ownerId\":\"x\",\"number\":1}", "{\"ownerId\":null,\"number\":1}"] {
            assert!(THING.row(nonsense.as_bytes()).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn names_turn_and_turn_again() {
        for name in ["created_at", "id", "a_b_c"] {
            assert_eq!(snake(&camel(name)), name);
        }
    }
}
