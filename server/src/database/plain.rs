//! Rows as lines of JSON that need no database to be read: `[key, {field: value, …}]`.
//!
//! What JSON has no word for stands as an object with one member whose name begins with `$`:
//! `{"$uuid": "…"}`, `{"$bytes": "base64"}`. The fields are sorted, so the same row always makes the
//! same line and two copies can be compared by hash. The form does not change with the engine.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{
    Serialize, Serializer,
    ser::{Error, SerializeMap, SerializeSeq},
};
use surrealdb::types::{Array, Bytes, Number, Object, RecordId, RecordIdKey, Value};

/// Why a line is not a row.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a line is not a row: {0}")]
pub struct NotARow(String);

/// Writes a row, as a query gives it, as one line with its end.
///
/// # Errors
/// When the row has no key or a value of a kind that copies do not know.
pub fn write_row(row: &Value, line: &mut Vec<u8>) -> Result<(), NotARow> {
    let refused = |cause: serde_json::Error| NotARow(cause.to_string());
    let Value::Object(fields) = row else { return Err(NotARow("it has no fields".to_owned())) };
    let Some(Value::RecordId(id)) = fields.get("id") else { return Err(NotARow("it has no key".to_owned())) };
    let key = match &id.key {
        RecordIdKey::Number(number) => Value::Number(Number::Int(*number)),
        RecordIdKey::String(text) => Value::String(text.clone()),
        RecordIdKey::Uuid(uuid) => Value::Uuid(*uuid),
        RecordIdKey::Array(parts) => Value::Array(parts.clone()),
        _ => return Err(NotARow("its key is of an unknown kind".to_owned())),
    };
    line.push(b'[');
    serde_json::to_writer(&mut *line, &Plain(&key)).map_err(refused)?;
    line.push(b',');
    serde_json::to_writer(&mut *line, &Fields(fields)).map_err(refused)?;
    line.extend_from_slice(b"]\n");
    Ok(())
}

/// Reads a line that [`write_row`] wrote, as a row of `table` that can be inserted.
///
/// # Errors
/// When it is anything else.
pub fn read_row(table: &str, line: &[u8]) -> Result<Value, NotARow> {
    let (key, fields): (serde_json::Value, serde_json::Map<String, serde_json::Value>) =
        serde_json::from_slice(line).map_err(|error| NotARow(error.to_string()))?;
    let key = match value(key)? {
        Value::Number(Number::Int(number)) => RecordIdKey::Number(number),
        Value::String(text) => RecordIdKey::String(text),
        Value::Uuid(uuid) => RecordIdKey::Uuid(uuid),
        Value::Array(parts) => RecordIdKey::Array(parts),
        _ => return Err(NotARow("its key is of an unknown kind".to_owned())),
    };
    let mut row = object(fields)?;
    row.insert("id", RecordId::new(table, key));
    Ok(Value::Object(row))
}

/// A value as JSON, in the form that it has in a line.
///
/// # Errors
/// When it is of a kind that copies do not know.
pub fn to_plain(value: &Value) -> Result<serde_json::Value, NotARow> {
    serde_json::to_value(Plain(value)).map_err(|error| NotARow(error.to_string()))
}

/// The value that [`to_plain`] wrote.
///
/// # Errors
/// When it is anything else.
pub fn from_plain(json: serde_json::Value) -> Result<Value, NotARow> {
    value(json)
}

struct Fields<'a>(&'a Object);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0.iter().filter(|(name, value)| *name != "id" && **value != Value::None) {
            map.serialize_entry(name, &Plain(value))?;
        }
        map.end()
    }
}

struct Plain<'a>(&'a Value);

impl Plain<'_> {
    fn named<S: Serializer>(serializer: S, name: &str, value: &impl Serialize) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(name, value)?;
        map.end()
    }
}

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(yes) => serializer.serialize_bool(*yes),
            Value::Number(Number::Int(number)) => serializer.serialize_i64(*number),
            Value::Number(Number::Float(number)) if number.is_finite() => serializer.serialize_f64(*number),
            Value::String(text) => serializer.serialize_str(text),
            Value::Uuid(uuid) => Self::named(serializer, "$uuid", &(**uuid).to_string()),
            Value::Bytes(bytes) => Self::named(serializer, "$bytes", &STANDARD.encode(bytes.clone().into_inner())),
            Value::Array(entries) => {
                let mut list = serializer.serialize_seq(None)?;
                for entry in &**entries {
                    list.serialize_element(&Plain(entry))?;
                }
                list.end()
            }
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in fields.iter().filter(|(_, value)| **value != Value::None) {
                    if name.starts_with('$') {
                        return Err(S::Error::custom(format!("the name {name} begins with $")));
                    }
                    map.serialize_entry(name, &Plain(value))?;
                }
                map.end()
            }
            other => Err(S::Error::custom(format!("a value is of a kind that copies do not know: {other:?}"))),
        }
    }
}

fn object(fields: serde_json::Map<String, serde_json::Value>) -> Result<Object, NotARow> {
    let mut object = Object::new();
    for (name, field) in fields {
        object.insert(name, value(field)?);
    }
    Ok(object)
}

fn value(json: serde_json::Value) -> Result<Value, NotARow> {
    Ok(match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(yes) => Value::Bool(yes),
        serde_json::Value::String(text) => Value::String(text),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Value::Number(Number::Int(int)),
            (None, Some(float)) => Value::Number(Number::Float(float)),
            (None, None) => return Err(NotARow(format!("{number} is too large"))),
        },
        serde_json::Value::Array(entries) => {
            Value::Array(Array::from(entries.into_iter().map(value).collect::<Result<Vec<_>, _>>()?))
        }
        serde_json::Value::Object(fields) => match fields.iter().next() {
            Some((name, inner)) if name.starts_with('$') && fields.len() == 1 => named(name, inner)?,
            Some((name, _)) if name.starts_with('$') => return Err(NotARow(format!("{name} is not alone"))),
            _ => Value::Object(object(fields)?),
        },
    })
}

fn named(name: &str, inner: &serde_json::Value) -> Result<Value, NotARow> {
    let text = inner.as_str().unwrap_or_default();
    let refused = || NotARow(format!("{name} does not hold what it says"));
    match name {
        "$uuid" => text.parse::<uuid::Uuid>().map(|uuid| Value::Uuid(uuid.into())).map_err(|_| refused()),
        "$bytes" => STANDARD.decode(text).map(|bytes| Value::Bytes(Bytes::from(bytes))).map_err(|_| refused()),
        _ => Err(NotARow(format!("{name} is unknown"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{read_row, write_row};
    use surrealdb::types::{Array, Bytes, Number, Object, RecordId, RecordIdKey, Value};
    use uuid::Uuid;

    fn row(key: RecordIdKey, fields: Vec<(&str, Value)>) -> Value {
        let mut row = Object::new();
        row.insert("id", RecordId::new("thing", key));
        for (name, value) in fields {
            row.insert(name, value);
        }
        Value::Object(row)
    }

    #[test]
    fn a_row_becomes_a_line_and_the_same_row_again() {
        let uuid = Uuid::from_u128(7);
        let nested = row(
            RecordIdKey::Array(Array::from(vec![
                Value::Uuid(uuid.into()),
                Value::Number(Number::Int(3)),
                Value::String("☃ \"quoted\"\n".into()),
            ])),
            vec![
                ("b", Value::Bytes(Bytes::from(vec![0_u8, 255, 10]))),
                ("a", Value::Number(Number::Int(i64::MAX))),
                ("f", Value::Number(Number::Float(1.0))),
                ("l", Value::Array(Array::from(vec![Value::Bool(true), Value::Null]))),
            ],
        );
        let plain = row(RecordIdKey::String("this".into()), vec![("gone", Value::None)]);
        let mut line = Vec::new();
        write_row(&nested, &mut line).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&line),
            "[[{\"$uuid\":\"00000000-0000-0000-0000-000000000007\"},3,\"☃ \\\"quoted\\\"\\n\"],\
             {\"a\":9223372036854775807,\"b\":{\"$bytes\":\"AP8K\"},\"f\":1.0,\"l\":[true,null]}]\n"
        );
        assert_eq!(read_row("thing", &line).unwrap(), nested);
        line.clear();
        write_row(&plain, &mut line).unwrap();
        assert_eq!(line, b"[\"this\",{}]\n");
        assert_eq!(read_row("thing", &line).unwrap(), row(RecordIdKey::String("this".into()), vec![]));
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let mut dollar = Object::new();
        dollar.insert("$uuid", "x".to_owned());
        let unknown = [
            Value::RecordId(RecordId::new("thing", "x")),
            Value::Number(Number::Float(f64::NAN)),
            Value::Array(Array::from(vec![Value::None])),
            Value::Object(dollar),
        ];
        for value in unknown {
            assert!(write_row(&row(RecordIdKey::Number(1), vec![("x", value)]), &mut Vec::new()).is_err());
        }
        assert!(write_row(&Value::Object(Object::new()), &mut Vec::new()).is_err());
    }

    #[test]
    fn nonsense_is_not_a_row() {
        for line in ["", "{}", "[1]", "[1,2]", "[{},{}]", "[1,{\"a\":{\"$uuid\":\"x\"}}]", "[1,{\"a\":{\"$b\":1}}]"] {
            assert!(read_row("thing", line.as_bytes()).is_err(), "{line}");
        }
        assert!(
            read_row("thing", format!("[1,{{\"a\":{}1{}}}]", "[".repeat(9_000), "]".repeat(9_000)).as_bytes()).is_err()
        );
    }
}
