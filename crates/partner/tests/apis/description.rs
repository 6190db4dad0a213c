//! docs/openapi.json is what the code describes.
//!
//! After a change of the APIs: `UPDATE_OPENAPI=1 cargo nextest run -p vouch-partner description`.

use std::path::Path;

use serde_json::Value;
use vouch_partner::openapi::openapi;

#[test]
fn the_committed_description_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let made = openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/openapi.json differs from the code; run UPDATE_OPENAPI=1 cargo nextest run -p vouch-partner description"
    );
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let described = serde_json::to_value(openapi()).unwrap();
    assert_eq!(described["openapi"], "3.1.0");
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member.as_str().filter(|_| name == "$ref") {
                        Some(reference) => found.push(reference.trim_start_matches('#').to_owned()),
                        None => references(member, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    references(&described, &mut found);
    assert!(found.len() > 30);
    for reference in found {
        assert!(described.pointer(&reference).is_some(), "{reference}");
    }
}

#[test]
fn the_paths_of_tongdun_are_exact() {
    let described = serde_json::to_value(openapi()).unwrap();
    for path in ["/verification/kyc/h5/liveness/token/v1", "/verification/kyc/h5/liveness/result/v1"] {
        assert!(described["paths"][path]["post"].is_object(), "{path}");
    }
}
