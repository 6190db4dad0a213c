//! A recorded session replays to the same outcome.

use vouch_session::log::{MAX_LINE, ReplayError, replay};
use vouch_session::types::Event;

use crate::faces::template;
use crate::scene::{Scene, THREE, asks, compares};

fn plays_the_same(mut scene: Scene) {
    let outcome = scene.ends().clone();
    let log = scene.log();
    assert_eq!(replay(&log[..]).unwrap(), outcome);
}

#[test]
fn a_recorded_session_has_the_same_outcome() {
    let mut passed = compares(&THREE);
    passed.reference(0).obeys(&THREE).looks_straight(1.0);
    assert!(passed.ends().success);
    plays_the_same(passed);

    let mut failed = compares(&THREE);
    failed.reference(1).obeys(&THREE).looks_straight(1.0);
    plays_the_same(failed);

    let mut cancelled = asks(&THREE);
    cancelled.gets_ready().tell(&Event::Cancel);
    plays_the_same(cancelled);
}

#[test]
fn broken_numbers_are_written_as_the_machine_reads_them() {
    let mut scene = asks(&THREE);
    scene.shows(0.5, |face| face.mouth = f32::NAN);
    let mut broken = template(0, 0);
    broken.values[1] = f32::INFINITY;
    scene.tell(&Event::Kept {
        sequence: 1,
        slot: vouch_contract::eye::protocol::Slot::Best,
        found: true,
        template: Some(Box::new(broken)),
    });
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success);
    plays_the_same(scene);
}

#[test]
fn the_first_line_says_that_the_file_is_sensitive() {
    let log = asks(&THREE).log();
    let first = log.split(|byte| *byte == b'\n').next().unwrap();
    let header: serde_json::Value = serde_json::from_slice(first).unwrap();
    assert!(header["sensitive"].as_str().unwrap().contains("biometric"));
    assert_eq!(header["version"], 1);
}

#[test]
fn bad_logs_say_what_is_wrong() {
    assert!(matches!(replay(&b""[..]), Err(ReplayError::Empty)));
    assert!(matches!(replay(&b"{}\n"[..]), Err(ReplayError::Line { line: 1, .. })));
    let endless = vec![b'x'; MAX_LINE as usize * 2];
    assert!(matches!(replay(&endless[..]), Err(ReplayError::LineTooLong { line: 1 })));

    let header = asks(&THREE).log();
    assert!(matches!(replay(&header[..]), Err(ReplayError::Unfinished)));
    let with = |line: &str| {
        let mut log = header.clone();
        log.extend_from_slice(line.as_bytes());
        replay(&log[..]).unwrap_err().to_string()
    };
    let message = with("{\"now_ns\":-1,\"event\":\"tick\"}\n");
    assert!(message.starts_with("line 3 of the session log"), "{message}");

    let later = String::from_utf8(header.clone()).unwrap().replace("\"version\":1", "\"version\":2");
    assert!(matches!(replay(later.as_bytes()), Err(ReplayError::Version(2))));
}
