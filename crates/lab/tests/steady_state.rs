//! The eye allocates nothing for a frame once it runs: from a camera's buffer
//! to the sighting's bytes, with searches of the whole frame and a moving face.
//!
//! Allocations that the inference library makes with `malloc` are not counted.

use std::path::{Path, PathBuf};
use std::process::Command;

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

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const RECORDING: &str = "target/demo-media/astronaut.mp4";
const STILL: &str = "target/tmp/steady_state.png";
/// Three seconds of the recording, played to and fro.
const PICTURES: usize = 90;
/// After eight frames all of the eye's frame buffers are in use.
const WARM_UP: usize = 60;
const FRAMES: usize = 600;

/// The recording's frames, or the moved still, as a camera sends them.
fn buffers() -> Result<Vec<Vec<u8>>, String> {
    if Path::new(RECORDING).is_file() {
        let mut recording =
            Recording::open(Path::new(RECORDING), RecordingOptions::default()).map_err(|e| e.to_string())?;
        let mut frame = Frame::default();
        let mut taken = Vec::new();
        while taken.len() < PICTURES && recording.next(&mut frame).is_ok() {
            taken.push(yuyv(&frame, 0));
        }
        return Ok(taken);
    }
    let made =
        Command::new(".venv/bin/python").args(["scripts/demo_recording.py", "--still", STILL]).output();
    if !made.is_ok_and(|made| made.status.success()) {
        return Err(format!("no {RECORDING}, and no .venv to make a still: run `make demo` once"));
    }
    let still = picture::read(Path::new(STILL)).map_err(|e| e.to_string())?;
    Ok((0..PICTURES / 4).map(|shift| yuyv(&still, shift)).collect())
}

fn models() -> Option<Config> {
    let mut config = Config::default();
    config.runtime.models_dir = PathBuf::from("models");
    let there = config.runtime.library_path().is_file() && Path::new("models/cache/int8").is_dir();
    there.then_some(config)
}

#[test]
fn the_eye_allocates_nothing_for_a_frame() {
    const TEST: &str = "the_eye_allocates_nothing_for_a_frame";
    let Some(config) = models() else {
        return vouch_testkit::skipped::skipped(TEST, "the models are not built: run `make demo` once");
    };
    let buffers = match buffers() {
        Ok(buffers) => buffers,
        Err(reason) => return vouch_testkit::skipped::skipped(TEST, &reason),
    };
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
