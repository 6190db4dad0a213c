//! Reads a number of frames from a source, through outages: the work of `vouch camera grab`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::v4l2::answers;
use super::{CameraError, Frame, Source};
use vouch_contract::source::SourceKind;

/// What to grab.
#[derive(Debug, Clone)]
pub struct GrabOptions {
    /// Number of good frames wanted.
    pub frames: u64,
    /// Time limit for everything, including outages.
    pub limit: Duration,
    /// The camera's device node, watched during an outage; None for recordings.
    pub node: Option<PathBuf>,
    /// Folder for `last.png`, created if missing; None writes nothing.
    pub out: Option<PathBuf>,
}

/// The result of a grab.
#[derive(Debug, Clone, Serialize)]
pub struct GrabReport {
    /// Number of good frames.
    pub frames: u64,
    /// Buffers discarded as damaged.
    pub skipped: u64,
    /// Frames that the driver numbered but that never arrived.
    pub missed: u64,
    /// Good frames skipped in favour of a newer one.
    pub stale: u64,
    /// Times the device was reopened.
    pub reopened: u64,
    /// For each outage, milliseconds from the last moment at which the node did not answer (or, if
    /// it always did, from the loss) to the next good frame. An upper bound, because the node is
    /// checked only between attempts to reopen.
    pub recovered_ms: Vec<u64>,
    /// For each outage, milliseconds from the loss to the next good frame.
    pub outage_ms: Vec<u64>,
    /// Camera, virtual camera or recording.
    pub kind: SourceKind,
    /// Driver.
    pub driver: String,
    /// Card.
    pub card: String,
    /// Bus.
    pub bus: String,
    /// Pixel format.
    pub format: String,
    /// Width of the last frame in pixels.
    pub width: u32,
    /// Height of the last frame in pixels.
    pub height: u32,
    /// Nominal frame rate, frames per second.
    pub rate: f32,
    /// Frames per second by the frames' own times, including outages; 0 for a single frame.
    pub measured_rate: f32,
    /// Time of the last frame since the first, in milliseconds.
    pub last_at_ms: u64,
    /// Mean of R, G and B over the last frame, 0 to 255. It distinguishes a black or green picture
    /// from a scene.
    pub mean_rgb: [f32; 3],
    /// Elapsed time in milliseconds.
    pub elapsed_ms: u64,
    /// Whether all wanted frames were received.
    pub complete: bool,
    /// Where the last frame was written.
    pub last: Option<PathBuf>,
}

/// An outage in progress.
struct Outage {
    lost: Instant,
    /// The last time that the node did not answer; the time of the loss if it always did.
    last_absent: Instant,
}

/// Reads frames until there are enough, the recording ends or the time is up, and writes the last
/// one.
///
/// # Errors
/// The source's errors, except an outage that may pass; [`CameraError::Io`] if the picture can't be
/// written.
pub fn grab(source: &mut dyn Source, options: &GrabOptions) -> Result<GrabReport, CameraError> {
    let started = Instant::now();
    let mut frame = Frame::default();
    let mut frames = 0;
    let mut first_at = None;
    let mut recovered_ms = Vec::new();
    let mut outage_ms = Vec::new();
    let mut outage: Option<Outage> = None;
    while frames < options.frames && started.elapsed() < options.limit {
        match source.next(&mut frame) {
            Ok(()) => {
                frames += 1;
                first_at.get_or_insert(frame.at);
                if let Some(outage) = outage.take() {
                    recovered_ms.push(millis(outage.last_absent.elapsed()));
                    outage_ms.push(millis(outage.lost.elapsed()));
                }
            }
            Err(CameraError::Ended) => break,
            Err(error) if error.may_pass() => {
                let now = Instant::now();
                let under_way = outage.get_or_insert(Outage { lost: now, last_absent: now });
                if options.node.as_deref().is_some_and(|node| !answers(node)) {
                    under_way.last_absent = Instant::now();
                }
            }
            Err(error) => return Err(error),
        }
    }
    let last = match &options.out {
        Some(folder) if frames > 0 => Some(write_last(folder, &frame)?),
        _ => None,
    };
    let counts = source.counts();
    let info = source.info();
    let span = frame.at.saturating_sub(first_at.unwrap_or_default());
    Ok(GrabReport {
        frames,
        skipped: counts.corrupt,
        missed: counts.missed,
        stale: counts.stale,
        reopened: counts.reopened,
        recovered_ms,
        outage_ms,
        kind: info.kind,
        driver: info.driver.clone(),
        card: info.card.clone(),
        bus: info.bus.clone(),
        format: info.format.clone(),
        width: frame.width,
        height: frame.height,
        rate: info.rate,
        measured_rate: if span.is_zero() {
            0.0
        } else {
            (frames.saturating_sub(1)) as f32 / span.as_secs_f32()
        },
        last_at_ms: millis(span),
        mean_rgb: mean(&frame),
        elapsed_ms: millis(started.elapsed()),
        complete: frames >= options.frames,
        last,
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn mean(frame: &Frame) -> [f32; 3] {
    let mut sums = [0u64; 3];
    for pixel in frame.rgb.chunks_exact(3) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(*value);
        }
    }
    let pixels = (frame.rgb.len() / 3).max(1);
    sums.map(|sum| sum as f32 / pixels as f32)
}

fn write_last(folder: &Path, frame: &Frame) -> Result<PathBuf, CameraError> {
    let path = folder.join("last.png");
    let failed = |error: std::io::Error| CameraError::Io { path: path.display().to_string(), source: error };
    std::fs::create_dir_all(folder).map_err(failed)?;
    image::save_buffer_with_format(
        &path,
        &frame.rgb,
        frame.width,
        frame.height,
        image::ExtendedColorType::Rgb8,
        image::ImageFormat::Png,
    )
    .map_err(|error| match error {
        image::ImageError::IoError(error) => failed(error),
        other => failed(std::io::Error::other(other)),
    })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::source::{SourceCounts, SourceInfo};

    /// A camera that disappears for some calls.
    struct Flaky {
        script: std::vec::IntoIter<bool>,
        info: SourceInfo,
        counts: SourceCounts,
    }

    impl Source for Flaky {
        fn info(&self) -> &SourceInfo {
            &self.info
        }

        fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
            match self.script.next() {
                Some(true) => {
                    frame.resize(2, 1);
                    frame.rgb.copy_from_slice(&[10, 20, 30, 30, 40, 50]);
                    frame.at = Duration::from_millis(self.counts.frames * 100);
                    self.counts.frames += 1;
                    Ok(())
                }
                Some(false) => Err(CameraError::Lost { path: "x".into() }),
                None => {
                    std::thread::sleep(Duration::from_millis(5));
                    Err(CameraError::TimedOut { path: "x".into(), waited_ms: 5 })
                }
            }
        }

        fn counts(&self) -> SourceCounts {
            self.counts
        }
    }

    fn flaky(script: &[bool]) -> Flaky {
        Flaky {
            script: Vec::from(script).into_iter(),
            info: SourceInfo {
                kind: SourceKind::Camera,
                driver: "flaky".into(),
                card: "Flaky".into(),
                bus: String::new(),
                format: "YUYV".into(),
                width: 2,
                height: 1,
                rate: 10.0,
            },
            counts: SourceCounts::default(),
        }
    }

    fn options(frames: u64) -> GrabOptions {
        GrabOptions { frames, limit: Duration::from_millis(200), node: None, out: None }
    }

    #[test]
    fn outages_are_survived_and_each_is_measured() {
        let mut source = flaky(&[true, false, false, true, true, false, true]);
        let report = grab(&mut source, &options(4)).expect("grabs");
        assert!(report.complete);
        assert_eq!((report.frames, report.recovered_ms.len()), (4, 2));
        assert_eq!(report.mean_rgb, [20.0, 30.0, 40.0]);
        assert_eq!(report.measured_rate, 10.0);
    }

    #[test]
    fn a_camera_that_stays_away_ends_at_the_limit() {
        let report = grab(&mut flaky(&[true]), &options(2)).expect("reports");
        assert!(!report.complete);
        assert_eq!(report.frames, 1);
        assert!(report.elapsed_ms >= 200);
    }
}
