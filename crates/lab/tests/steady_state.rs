//! The eye allocates nothing for a frame once it runs: from a camera's buffer
//! to the sighting's bytes, with searches of the whole frame and a moving face.
//!
//! Allocations that the inference library makes with `malloc` are not counted.

use std::path::Path;

use vouch::config::Config;
use vouch::eye::load_eye;
use vouch_contract::eye::protocol::Tell;
use vouch_contract::eye::wire;
use vouch_contract::eye::wire::SIGHTING_BYTES;
use vouch_lab::picture;
use vouch_lab::picture::{yuyv, yuyv_layout};
use vouch_perception::camera::convert::Converter;
use vouch_perception::camera::{Frame, Recording, RecordingOptions, Source};
use vouch_testkit::allocations::{Counting, count};
use vouch_testkit::media::{CHECKOUT, recording};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Three seconds of the recording, played to and fro.
const PICTURES: usize = 90;
/// After eight frames all of the eye's frame buffers are in use.
const WARM_UP: usize = 60;
const FRAMES: usize = 600;

/// The recording's frames, as a camera sends them.
fn buffers(recording: &Path) -> Vec<Vec<u8>> {
    let mut recording = Recording::open(recording, RecordingOptions::default()).expect("it plays");
    let mut frame = Frame::default();
    let mut taken = Vec::new();
    while taken.len() < PICTURES && recording.next(&mut frame).is_ok() {
        taken.push(yuyv(&frame, 0));
    }
    taken
}

#[test]
fn the_eye_allocates_nothing_for_a_frame() {
    const TEST: &str = "the_eye_allocates_nothing_for_a_frame";
    let Some(recording) = recording(TEST) else { return };
    let buffers = buffers(&recording);
    let mut config = Config::default();
    config.runtime.models_dir = Path::new(CHECKOUT).join("models");
    let mut first = Frame::default();
    first.resize(picture::WIDTH, picture::HEIGHT);
    let layout = yuyv_layout(&first);
    let source = vouch_lab::bench::source_of(&first);
    let mut eye = load_eye(&config.runtime, source).expect("the models are there");
    let mut converter = Converter::default();
    let mut spare = Frame::default();
    let mut message = [0_u8; SIGHTING_BYTES + 4];
    let (mut faces, mut scans) = (0, 0);
    let mut look = |number: usize| {
        let mut frame = std::mem::take(&mut spare);
        let way = number % (2 * buffers.len() - 2);
        let buffer = &buffers[way.min(2 * buffers.len() - 2 - way)];
        converter.convert(&layout, buffer, &mut frame).expect("a whole buffer");
        frame.sequence = number as u64;
        // A camera of 30 frames/s: the cues look by time, not by frames.
        frame.at = std::time::Duration::from_millis(33) * number as u32;
        let detections = eye.perception().spent()[0].2;
        let (sighting, older) = eye.see(frame, 0).expect("the networks run");
        scans += usize::from(eye.perception().spent()[0].2 > detections);
        faces += usize::from(sighting.face.is_some());
        wire::write_small(&mut message.as_mut_slice(), &Tell::Sighting(sighting)).expect("it fits");
        spare = older;
    };
    (0..WARM_UP).for_each(&mut look);
    let (allocations, ()) = count(|| (0..FRAMES).for_each(&mut look));
    assert_eq!(allocations, Some(0), "in {FRAMES} frames");
    // Otherwise nothing was measured.
    assert!(faces > FRAMES * 9 / 10, "a face in {faces} frames only");
    assert!(scans > FRAMES / 20, "{scans} looks over the whole frame");
}

#[test]
fn the_counter_sees_an_allocation() {
    let (counted, kept) = count(|| vec![0_u8; 100]);
    // At least this many: the test runner's own threads are counted too.
    assert!(counted.is_some_and(|count| count >= 1), "{counted:?}");
    assert_eq!(kept.len(), 100);
}
