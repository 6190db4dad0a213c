//! The bench: alternating rounds of Vouch and the peer, then allocations, then
//! the processes.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::peer::{Peer, PeerError};
use super::processes;
use super::processes::ProcessError;
use super::report::{BenchReport, HostMachine, ModelFigures};
use super::series::Series;
use crate::picture::{yuyv, yuyv_layout};
use vouch_contract::eye::protocol::Tell;
use vouch_contract::eye::wire;
use vouch_contract::eye::wire::SIGHTING_BYTES;
use vouch_contract::source::{SourceInfo, SourceKind};
use vouch_perception::camera::Frame;
use vouch_perception::camera::convert::Converter;
use vouch_perception::eye::core::Eye;
use vouch_perception::face::perceive::Perception;
use vouch_perception::runtime::RuntimeError;
use vouch_testkit::allocations::count;

/// Rounds, alternating with the peer's, so that other load on the machine slows both.
const ROUNDS: usize = 5;
/// Frames of a round before times are taken.
const WARM_UP_FRAMES: usize = 30;
/// Tracked frames in a round for each frame without a track.
const DETECT_SHARE: usize = 4;
/// Frames whose allocations are counted: enough for several searches of the whole
/// frame, and for the eye to reuse its frame buffers many times.
const COUNTED_FRAMES: usize = 300;
/// The face moves to and fro by this many pixels while allocations are counted.
const SWAY: usize = 8;

/// What to measure.
#[derive(Debug)]
pub struct BenchPlan {
    /// The picture.
    pub frame: Frame,
    /// Tracked frames in each round.
    pub frames: usize,
    /// CPU threads of one network, for the report.
    pub threads: u32,
    /// The peer, or why there is none.
    pub peer: Result<Peer, PeerError>,
    /// Program and arguments of `vouch run`, or why it can't be started.
    pub processes: Result<(PathBuf, Vec<String>), ProcessError>,
}

/// Measures everything that can be measured here.
///
/// # Errors
/// [`RuntimeError`] when a network fails.
pub fn measure(mut eye: Eye, plan: &BenchPlan) -> Result<BenchReport, RuntimeError> {
    let mut report = BenchReport {
        frames: plan.frames,
        rounds: ROUNDS,
        threads: plan.threads,
        machine: HostMachine::here(),
        ..BenchReport::default()
    };
    times(eye.perception(), plan, &mut report)?;
    match allocations(&mut eye, &plan.frame)? {
        Some(share) => report.allocs_per_frame = Some(share),
        None => {
            let reason = "this program does not have the counting allocator";
            report.missing.insert("allocs_per_frame", reason.into());
        }
    }
    let (spent, frames) = eye.watch().spent();
    report.cues_ms = (frames > 0).then(|| spent.as_secs_f64() * 1e3 / frames as f64);
    // Otherwise its networks take memory bandwidth, and shared pages lower the PSS.
    drop(eye);
    let measured = match &plan.processes {
        Ok((program, arguments)) => processes::measure(program, arguments).map_err(|e| e.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match measured {
        Ok(figures) => {
            report.eye_pss_mb = figures.eye_mb;
            report.terminal_pss_mb = figures.terminal_mb;
            report.first_sighting_ms = figures.first_sighting_ms;
        }
        Err(reason) => {
            for key in ["eye_pss_mb", "terminal_pss_mb", "first_sighting_ms"] {
                report.missing.insert(key, reason.clone());
            }
        }
    }
    report.compare();
    Ok(report)
}

#[derive(Default)]
struct BenchTimes {
    track: Series,
    track_p10: Series,
    detect: Series,
    detect_p10: Series,
    share: Series,
    invoke: [Series; 4],
    peer_track: Series,
    peer_track_p10: Series,
    peer_detect: Series,
}

fn times(
    perception: &mut Perception,
    plan: &BenchPlan,
    report: &mut BenchReport,
) -> Result<(), RuntimeError> {
    let mut times = BenchTimes::default();
    let mut peer_fault = plan.peer.as_ref().err().map(ToString::to_string);
    for _ in 0..ROUNDS {
        if !own_round(perception, plan, &mut times)? {
            for key in ["track_ms", "detect_mesh_ms", "outside_models_share"] {
                report.missing.insert(key, "no face is found in the picture: give another by --image".into());
            }
        }
        if let (Ok(peer), None) = (&plan.peer, &peer_fault) {
            match peer.round() {
                Ok(round) => {
                    times.peer_track.push(round.track_ms);
                    times.peer_track_p10.push(round.track_ms_p10);
                    times.peer_detect.push(round.detect_mesh_ms);
                }
                Err(error) => peer_fault = Some(error.to_string()),
            }
        }
    }
    report.track_ms = times.track.median();
    report.track_ms_p10 = times.track_p10.median();
    report.detect_mesh_ms = times.detect.median();
    report.detect_mesh_ms_p10 = times.detect_p10.median();
    report.outside_models_share = times.share.median();
    match peer_fault {
        None => {
            report.peer_track_ms = times.peer_track.median();
            report.peer_track_ms_p10 = times.peer_track_p10.median();
            report.peer_detect_mesh_ms = times.peer_detect.median();
        }
        Some(reason) => {
            for key in ["peer_track_ms", "peer_detect_mesh_ms"] {
                report.missing.insert(key, reason.clone());
            }
        }
    }
    for model in &perception.report().models {
        let series = perception
            .spent()
            .iter()
            .zip(&times.invoke)
            .find_map(|(&(role, ..), series)| (role == model.role).then_some(series));
        let invoke_ms = series.and_then(Series::median);
        let figures = ModelFigures { invoke_ms, accelerator: model.accelerator.clone() };
        report.models.insert(model.name.clone(), figures);
    }
    Ok(())
}

/// One round's tracked frames and frames without a track. False without a face.
fn own_round(
    perception: &mut Perception,
    plan: &BenchPlan,
    times: &mut BenchTimes,
) -> Result<bool, RuntimeError> {
    for _ in 0..WARM_UP_FRAMES {
        if perception.look(&plan.frame)?.face.is_none() {
            return Ok(false);
        }
    }
    let (mut track, mut detect, mut share) = (Series::default(), Series::default(), Series::default());
    let mut invoke: [Series; 4] = Default::default();
    for _ in 0..plan.frames {
        let looked = look(perception, &plan.frame, &mut invoke)?;
        track.push(ms(looked.whole));
        share.push(looked.whole.saturating_sub(looked.inside).as_secs_f64() / looked.whole.as_secs_f64());
    }
    for _ in 0..plan.frames.div_ceil(DETECT_SHARE) {
        perception.reset();
        detect.push(ms(look(perception, &plan.frame, &mut invoke)?.whole));
    }
    if perception.can_embed() {
        let landmarks = perception.landmarks().clone();
        for _ in 0..plan.frames.div_ceil(DETECT_SHARE) {
            let before = perception.spent();
            perception.embed(&plan.frame, &landmarks)?;
            note_runs(&before, perception, &mut invoke);
        }
    }
    for (to, from) in [
        (&mut times.track, track.median()),
        (&mut times.track_p10, track.p10()),
        (&mut times.detect, detect.median()),
        (&mut times.detect_p10, detect.p10()),
        (&mut times.share, share.median()),
    ]
    .into_iter()
    .chain(times.invoke.iter_mut().zip(invoke.iter().map(Series::median)))
    {
        from.into_iter().for_each(|value| to.push(value));
    }
    Ok(true)
}

struct Looked {
    whole: Duration,
    /// Inside networks on the calling thread. The second eye's network runs
    /// in parallel with the first: waiting for it counts as outside.
    inside: Duration,
}

fn look(
    perception: &mut Perception,
    frame: &Frame,
    invoke: &mut [Series; 4],
) -> Result<Looked, RuntimeError> {
    let before = perception.spent();
    let start = Instant::now();
    perception.look(frame)?;
    let whole = start.elapsed();
    let inside = note_runs(&before, perception, invoke);
    Ok(Looked { whole, inside })
}

/// Notes the mean time of each network's runs since `before`; gives their sum.
fn note_runs(
    before: &[(&'static str, Duration, u64); 4],
    perception: &Perception,
    invoke: &mut [Series; 4],
) -> Duration {
    let mut sum = Duration::ZERO;
    for ((old, new), series) in before.iter().zip(perception.spent()).zip(invoke) {
        let (spent, runs) = (new.1.saturating_sub(old.1), new.2 - old.2);
        if runs > 0 {
            series.push(ms(spent) / runs as f64);
        }
        sum += spent;
    }
    sum
}

/// Heap allocations for one frame, from a camera's buffer (YUYV) to the bytes of
/// the sighting. `None` without the counting allocator.
///
/// # Errors
/// [`RuntimeError::Inference`].
pub fn allocations(eye: &mut Eye, frame: &Frame) -> Result<Option<f64>, RuntimeError> {
    let layout = yuyv_layout(frame);
    let buffers: Vec<Vec<u8>> = (0..SWAY).map(|shift| yuyv(frame, shift)).collect();
    let mut converter = Converter::default();
    let mut spare = Frame::default();
    let mut message = [0_u8; SIGHTING_BYTES + 4];
    let mut look = |number: usize| -> Result<(), RuntimeError> {
        let mut frame = std::mem::take(&mut spare);
        let way = number % (2 * SWAY - 2);
        let buffer = &buffers[way.min(2 * SWAY - 2 - way)];
        // Our own buffer always converts and a sighting always fits; tests check both.
        let _ = converter.convert(&layout, buffer, &mut frame);
        frame.sequence = number as u64;
        // A camera with 30 frames/s: the cues go by time, not by frames.
        frame.at = std::time::Duration::from_millis(33) * number as u32;
        let (sighting, older) = eye.see(frame, 0)?;
        let _ = wire::write_small(&mut message.as_mut_slice(), &Tell::Sighting(sighting));
        spare = older;
        Ok(())
    };
    for number in 0..WARM_UP_FRAMES {
        look(number)?;
    }
    let (counted, done) = count(|| (0..COUNTED_FRAMES).try_for_each(&mut look));
    done?;
    Ok(counted.map(|allocations| allocations as f64 / COUNTED_FRAMES as f64))
}

/// The source of made-up frames: a recording named `bench`.
pub fn source_of(frame: &Frame) -> SourceInfo {
    SourceInfo {
        kind: SourceKind::Recording,
        driver: "recording".into(),
        card: "bench".into(),
        bus: String::new(),
        format: "YUYV".into(),
        width: frame.width,
        height: frame.height,
        rate: 0.0,
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
