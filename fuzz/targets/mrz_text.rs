//! Lines of a machine readable zone, as a scanner or a person may give them: any bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_contract::document::unstated::Unstated;
use vouch_perception::document::mrz::{MrzReading, Vote};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let today = jiff::civil::date(2026, 11, 25);
    let lines: Vec<&str> = text.lines().collect();
    let Some(reading) = MrzReading::of_text(&lines, today) else { return };
    assert!(!reading.accepted || (reading.all_checks_hold() && reading.doubts.is_empty()));
    for field in &reading.fields {
        let is_open = Unstated::of(field) == Some(Unstated::NoName);
        assert!((is_open || !field.value.is_empty()) && !field.value.contains('<'), "{field:?}");
        assert!((0.0..=1.0).contains(&field.confidence), "{field:?}");
    }
    // What was read is read again as the same, alone and voted on.
    let again: Vec<&str> = reading.lines.iter().map(String::as_str).collect();
    let again = MrzReading::of_text(&again, today).expect("it has a format's shape");
    assert_eq!(again.fields.len(), reading.fields.len());
    let mut vote = Vote::new(today);
    vote.add(&reading);
    assert_eq!(vote.result().expect("one was added").lines, reading.lines);
});
