//! The API's description: complete, and the one that the client is generated from.

use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

fn document() -> Value {
    serde_json::to_value(hearth_server::router::openapi()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation.clone()))
        })
        .collect()
}

#[test]
fn the_client_is_generated_from_the_present_description() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/openapi.json");
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
    assert!(
        kept == document(),
        "ui/openapi.json is not what the code says; run `cargo xtask api` and commit the result"
    );
}

#[test]
fn every_operation_has_a_name_a_place_and_a_summary() {
    let document = document();
    let mut names = BTreeSet::new();
    for (place, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{place} has no operationId"));
        assert!(names.insert(name.to_owned()), "{name} twice");
        assert!(name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'), "{name}");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{place}");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{place}");
    }
    assert!(names.len() >= 45, "{}", names.len());
}

/// The operations that have nothing to refuse, but for the host and faults of the server.
const OPEN: &[&str] = &["get_health", "get_setup", "get_hub"];

#[test]
fn every_operation_says_how_it_refuses() {
    let document = document();
    for (place, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let refusals: Vec<_> = responses.iter().filter(|(status, _)| status.starts_with('4')).collect();
        let open = OPEN.contains(&operation["operationId"].as_str().unwrap());
        assert!(open || !refusals.is_empty(), "{place} says nothing of refusals");
        for (status, response) in refusals {
            let schema = response
                .pointer("/content/application~1json/schema/$ref")
                .or_else(|| response.pointer("/content/application~1problem+json/schema/$ref"));
            assert_eq!(schema.and_then(Value::as_str), Some("#/components/schemas/Problem"), "{place} {status}");
        }
        assert!(responses.keys().any(|status| status.starts_with('2') || status == "101"), "{place}");
        let sends = matches!(place.split(' ').next(), Some("post" | "put" | "patch"));
        let body = operation.get("requestBody").is_some();
        let refuses_bodies = ["400", "413"].iter().any(|status| responses.contains_key(*status));
        assert!(!sends || !body || refuses_bodies, "{place} takes a body and does not say that it can be wrong");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_path_part_is_described() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
    for (place, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described: BTreeSet<_> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let parts: BTreeSet<_> = place.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        assert_eq!(parts, described, "{place}");
    }
}
