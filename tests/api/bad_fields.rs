//! Nonsense in every field of every operation is refused, and leaves no trace.

use crate::bad_input::{Field, Kind, Operation, Scene, assert_refused, operations};
use serde_json::{Value, json};

/// What no field of this kind can be.
fn never(kind: Kind) -> Vec<Value> {
    let mut values =
        vec![json!({"$ne": 1}), json!({"$gt": ""}), json!({"id": {"tb": "person", "id": "x"}}), json!([[["x"]]])];
    let more = match kind {
        Kind::Text | Kind::Word => vec![json!(7), json!(-1.5), json!(true), json!(["x"]), json!([])],
        Kind::Number => vec![
            json!(-1),
            json!(1.5),
            json!("1"),
            json!(true),
            json!([1]),
            json!(99_999_999_999_999_999_999_f64),
            json!(4_294_967_296_u64),
        ],
        Kind::Thing => vec![json!("x"), json!(7), json!(true), json!([])],
        Kind::Truth => vec![json!("true"), json!(1), json!([true])],
        Kind::List => {
            vec![json!("x"), json!(7), json!([7]), json!([{"$ne": 1}]), json!([null]), json!(["no such thing"])]
        }
    };
    values.extend(more);
    if kind == Kind::Word {
        values.extend([json!(""), json!("no such word"), json!("PUBLIC\0")]);
    }
    if kind == Kind::Text {
        values.push(json!("nul \0 nul"));
        values.push(json!("x".repeat(200_000)));
        values.push(json!("x".repeat(1 << 20)));
    }
    values
}

/// Whether text of several lines and directions belongs there.
fn takes_any_letters(operation: &Operation, field: &Field) -> bool {
    matches!(field.name.as_str(), "body" | "description" | "password" | "newPassword" | "csv")
        || (operation.name == "update_reminder" && field.name == "text")
}

async fn try_field(scene: &Scene, operation: &Operation, field: &Field, value: Value) {
    let what = format!("{} {} = {:.60}", operation.name, field.name, value.to_string());
    let mut body = operation.body();
    body.insert(field.name.clone(), value);
    let answer =
        scene.ask(operation, &scene.path(operation, None), Some(Value::Object(body).to_string().into_bytes())).await;
    assert_refused(&answer, &what);
}

#[tokio::test]
async fn nonsense_in_any_field_is_refused_and_leaves_no_trace() {
    let scene = Scene::new().await;
    let mut tried = 0;
    for operation in operations().into_iter().filter(|operation| operation.fields.is_some()) {
        let before = scene.everything().await;
        for field in operation.fields.iter().flatten() {
            // Any words can be words to be told of.
            let fits = |value: &Value| {
                (matches!(operation.name.as_str(), "set_alerts" | "update_outgoing")
                    && matches!(field.name.as_str(), "words")
                    && *value == json!(["no such thing"]))
                    // A label that is not there needs not be removed.
                    || (field.name == "removeLabelIds" && *value == json!([7]))
            };
            for value in never(field.kind).into_iter().filter(|value| !fits(value)) {
                try_field(&scene, &operation, field, value).await;
                tried += 1;
            }
            if field.kind == Kind::Text && !takes_any_letters(&operation, field) {
                for marks in ["\u{202e}gnp.exe", "a\u{2066}b", "a\u{feff}b", "line\nline", "\u{7f}"] {
                    try_field(&scene, &operation, field, json!(marks)).await;
                    tried += 1;
                }
            }
            if field.required {
                try_field(&scene, &operation, field, Value::Null).await;
                tried += 1;
            }
        }
        assert_eq!(scene.everything().await, before, "{} left a trace", operation.name);
    }
    assert!(tried > 300, "{tried}");
}

#[tokio::test]
async fn a_field_that_does_not_belong_there_is_refused_by_name() {
    let scene = Scene::new().await;
    for operation in operations().into_iter().filter(|operation| operation.fields.is_some()) {
        for stray in ["$where", "isAdmin", "__proto__", "x\0y"] {
            let mut body = operation.body();
            body.insert(stray.to_owned(), json!({"$ne": null}));
            let body = Value::Object(body).to_string().into_bytes();
            let answer = scene.ask(&operation, &scene.path(&operation, None), Some(body)).await;
            let problem = answer.refused(400, "validation");
            assert!(problem["detail"].as_str().unwrap().contains("unknown field"), "{}: {problem}", operation.name);
        }
        let misspelt: Vec<_> = operation.fields.iter().flatten().filter(|field| field.required).collect();
        if let Some(field) = misspelt.first() {
            let mut body = operation.body();
            let value = body.remove(&field.name).unwrap();
            body.insert(field.name.to_uppercase(), value);
            let body = Value::Object(body).to_string().into_bytes();
            scene.ask(&operation, &scene.path(&operation, None), Some(body)).await.refused(400, "validation");
        }
    }
}
