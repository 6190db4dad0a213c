//! Sides of a document as JSON, as a session's log has them: put together, checked, told in a result.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_session::document::checks::{REQUIRED, check};
use vouch_session::document::merge::together;
use vouch_contract::document::reading::SideReading;
use vouch_contract::claims::document::DocumentClaims;
use vouch_contract::document::unstated::Unstated;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 25);

fuzz_target!(|bytes: &[u8]| {
    let Ok(sides) = serde_json::from_slice::<Vec<SideReading>>(bytes) else { return };
    let document = together(&sides);
    for (at, field) in document.fields.iter().enumerate() {
        assert!(document.fields[..at].iter().all(|other| other.name != field.name), "{field:?} twice");
        assert!((0.0..=1.0).contains(&field.confidence), "{field:?}");
    }
    let passes = check(&document, TODAY).is_ok();
    if passes {
        let is_there = |name| document.field(name).is_some_and(|field| {
            !field.value.is_empty() || Unstated::of(field) == Some(Unstated::NoName)
        });
        assert!(REQUIRED.iter().all(|name| is_there(*name)));
    }
    if let Some(claims) = DocumentClaims::of(&document) {
        // What is told can be read again as the same.
        let text = serde_json::to_vec(&claims).expect("claims are JSON");
        let again: DocumentClaims = serde_json::from_slice(&text).expect("they are read again");
        assert_eq!(again, claims);
    }
});
