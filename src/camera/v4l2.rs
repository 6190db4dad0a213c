//! A V4L2 camera as a [`Source`]: the newest good frame, whatever happens to the
//! device in between.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use v4l::v4l_sys as sys;

use super::convert::Converter;
use super::device::Filled;
use super::sequence::Sequence;
use super::stream::{Stream, Taken};
use super::{CameraError, Frame, PixelFormat, Source, SourceCounts, SourceInfo};

/// How a camera is opened and read.
#[derive(Debug, Clone, PartialEq)]
pub struct V4l2Options {
    /// Device node, or a link to one (`/dev/v4l/by-id/…` survives renumbering).
    pub path: PathBuf,
    /// Wanted width in pixels; the camera's nearest larger size is taken. Default
    /// 640: a face at arm's length then spans some 200 pixels, twice what the face
    /// models take in.
    pub width: u32,
    /// Wanted height in pixels. Default 480.
    pub height: u32,
    /// Wanted frames in a second. Default 30: a blink lasts 100 ms and up, so it
    /// spans three frames.
    pub rate: f32,
    /// Pixel format; None (default) takes the best the camera offers.
    pub format: Option<PixelFormat>,
    /// Buffers asked of the driver, 2 to 32. Default 4: one read, one written, two
    /// against jitter.
    pub buffers: u32,
    /// How long a frame may take before the call fails and the stream is started
    /// anew. Default 2 s: cameras take up to a second to their first frame.
    pub timeout: Duration,
    /// Least time between two attempts to open a lost camera. Default 250 ms.
    pub reopen_every: Duration,
}

impl Default for V4l2Options {
    fn default() -> Self {
        Self {
            path: PathBuf::from("/dev/video0"),
            width: 640,
            height: 480,
            rate: 30.0,
            format: None,
            buffers: 4,
            timeout: Duration::from_secs(2),
            reopen_every: Duration::from_millis(250),
        }
    }
}

/// Bad buffers in a row after which a camera counts as broken: two seconds at the
/// default rate. Single ones are normal on a USB bus, and many cameras begin with
/// a handful.
const MAX_BAD_IN_A_ROW: u32 = 60;

/// A driver's time stamp further than this from the clock is none (some drivers
/// stamp in another clock, or not at all).
const STAMP_TOLERANCE: Duration = Duration::from_secs(5);

/// Fewest buffers with which "all were full" means that frames were lost.
const STARVABLE_BUFFERS: usize = 3;

/// A V4L2 camera.
#[derive(Debug)]
pub struct V4l2Source {
    options: V4l2Options,
    path: String,
    /// None while the camera is lost.
    stream: Option<Stream>,
    info: SourceInfo,
    counts: SourceCounts,
    sequence: Sequence,
    clock: CaptureClock,
    converter: Converter,
    /// The buffer last taken, copied out of the driver's memory.
    bytes: Vec<u8>,
    bad_in_a_row: u32,
    last_attempt: Option<Instant>,
    /// Why the last attempt to reopen failed, so that each cause is logged once.
    last_cause: String,
}

/// Why a call found no frame; the camera's state follows from it.
enum Fault {
    Gone(std::io::Error),
    Silent,
    Garbage(String),
}

impl V4l2Source {
    /// Opens the camera and starts its stream.
    ///
    /// # Errors
    /// [`CameraError::NotFound`], [`Busy`](CameraError::Busy),
    /// [`Denied`](CameraError::Denied), or [`Unusable`](CameraError::Unusable) with
    /// what to do.
    pub fn open(options: V4l2Options) -> Result<Self, CameraError> {
        let stream = Stream::open(&options)?;
        let info = stream.info.clone();
        tracing::info!(
            path = %options.path.display(),
            driver = info.driver,
            card = info.card,
            format = info.format,
            width = info.width,
            height = info.height,
            rate = info.rate,
            "camera opened"
        );
        Ok(Self {
            path: options.path.display().to_string(),
            options,
            stream: Some(stream),
            info,
            counts: SourceCounts::default(),
            sequence: Sequence::default(),
            clock: CaptureClock::default(),
            converter: Converter::default(),
            bytes: Vec::new(),
            bad_in_a_row: 0,
            last_attempt: None,
            last_cause: String::new(),
        })
    }

    /// Good frames passed over because a newer one was there.
    pub fn skipped_stale(&self) -> u64 {
        self.counts.stale
    }

    /// One attempt to open the lost camera, not sooner than `reopen_every` after
    /// the last.
    fn reopen(&mut self) -> Result<Stream, CameraError> {
        if let Some(last) = self.last_attempt {
            std::thread::sleep(self.options.reopen_every.saturating_sub(last.elapsed()));
        }
        self.last_attempt = Some(Instant::now());
        let stream = Stream::open(&self.options).map_err(|error| {
            // Whatever the cause, the call may be repeated: a node appears before
            // udev sets its group, a loopback captures nothing before it is fed.
            let cause = error.to_string();
            if cause != self.last_cause {
                tracing::warn!(%error, "the camera is not back yet");
                self.last_cause = cause;
            }
            self.lost()
        })?;
        let (old, new) = (&self.info, &stream.info);
        if (&old.driver, &old.bus, &old.card) == (&new.driver, &new.bus, &new.card) {
            tracing::info!(path = self.path, card = new.card, "the camera is back");
        } else {
            tracing::warn!(
                path = self.path,
                was = format!("{} {} ({})", old.driver, old.card, old.bus),
                is = format!("{} {} ({})", new.driver, new.card, new.bus),
                "another camera is in the lost one's place"
            );
        }
        self.info = stream.info.clone();
        self.counts.reopened += 1;
        self.sequence.restart();
        self.last_cause.clear();
        Ok(stream)
    }

    fn lost(&self) -> CameraError {
        CameraError::Lost { path: self.path.clone() }
    }

    /// Waits until `deadline` for a good frame.
    fn read(&mut self, stream: &Stream, frame: &mut Frame, deadline: Instant) -> Result<(), Fault> {
        let mut starved = false;
        loop {
            let first = match stream.wait_and_take(deadline) {
                Taken::Buffer(filled) => filled,
                Taken::Nothing => return Err(Fault::Silent),
                Taken::Gone(error) => return Err(Fault::Gone(error)),
            };
            let (newest, drained) = self.newest(stream, first).map_err(Fault::Gone)?;
            let Some((filled, number)) = newest else {
                self.still_bearable("only short or damaged buffers")?;
                continue;
            };
            // With every buffer full the driver had nowhere to write, so that even
            // the newest may be as old as the reader was away. Once is enough.
            if drained == stream.buffers() && drained >= STARVABLE_BUFFERS && !starved {
                starved = true;
                self.counts.stale += 1;
                stream.give_back(&filled).map_err(Fault::Gone)?;
                continue;
            }
            stream.copy(&filled, &mut self.bytes);
            stream.give_back(&filled).map_err(Fault::Gone)?;
            match self.converter.convert(&stream.layout, &self.bytes, frame) {
                Ok(()) => {
                    frame.sequence = number;
                    frame.at = self.clock.at(filled.flags, filled.stamp);
                    self.counts.frames += 1;
                    self.bad_in_a_row = 0;
                    return Ok(());
                }
                Err(error) => {
                    tracing::debug!(%error, path = self.path, "a camera buffer is no picture");
                    self.bad();
                    self.still_bearable(&error.to_string())?;
                }
            }
        }
    }

    /// Takes all buffers that are ready; gives the newest good one with its number,
    /// and how many there were. The others go back to the driver.
    #[expect(clippy::type_complexity, reason = "a pair read at one place")]
    fn newest(&mut self, stream: &Stream, first: Filled) -> std::io::Result<(Option<(Filled, u64)>, usize)> {
        let mut newest: Option<(Filled, u64)> = None;
        let mut drained = 0;
        let mut next = Some(first);
        while let Some(filled) = next {
            drained += 1;
            let (number, missed) = self.sequence.step(filled.sequence);
            self.counts.missed += missed;
            if intact(&filled, stream.layout.needed().unwrap_or(usize::MAX)) {
                if let Some((older, _)) = newest.replace((filled, number)) {
                    self.counts.stale += 1;
                    stream.give_back(&older)?;
                }
            } else {
                self.bad();
                stream.give_back(&filled)?;
            }
            // A driver that always has one more must not hold us here.
            if drained >= stream.buffers() {
                break;
            }
            next = match stream.take() {
                Taken::Buffer(filled) => Some(filled),
                Taken::Nothing => None,
                // What is in hand is good; the next call meets the trouble again.
                Taken::Gone(_) if newest.is_some() => None,
                Taken::Gone(error) => return Err(error),
            };
        }
        Ok((newest, drained))
    }

    fn bad(&mut self) {
        self.counts.corrupt += 1;
        self.bad_in_a_row += 1;
    }

    fn still_bearable(&mut self, last: &str) -> Result<(), Fault> {
        if self.bad_in_a_row < MAX_BAD_IN_A_ROW {
            return Ok(());
        }
        self.bad_in_a_row = 0;
        Err(Fault::Garbage(format!(
            "{MAX_BAD_IN_A_ROW} damaged frames in a row ({last}); try another cable or USB port, \
             another format, or another camera"
        )))
    }
}

impl Source for V4l2Source {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.reopen()?,
        };
        let deadline = Instant::now() + self.options.timeout;
        let fault = match self.read(&stream, frame, deadline) {
            Ok(()) => {
                self.stream = Some(stream);
                return Ok(());
            }
            Err(fault) => fault,
        };
        // The node must be closed: an unplugged USB camera keeps its number while
        // it is open, and would come back under another; a silent one needs its
        // stream started anew. The next call opens it again.
        drop(stream);
        match fault {
            Fault::Gone(error) => {
                tracing::warn!(path = self.path, %error, "the camera went away");
                Err(self.lost())
            }
            Fault::Silent => Err(CameraError::TimedOut {
                path: self.path.clone(),
                waited_ms: u64::try_from(self.options.timeout.as_millis()).unwrap_or(u64::MAX),
            }),
            Fault::Garbage(reason) => Err(CameraError::unusable(&self.path, reason)),
        }
    }

    fn counts(&self) -> SourceCounts {
        self.counts
    }
}

/// Whether a buffer can hold a picture of `needed` bytes.
fn intact(filled: &Filled, needed: usize) -> bool {
    filled.flags & sys::V4L2_BUF_FLAG_ERROR == 0 && filled.bytes_used as usize >= needed
}

/// Times of capture, counted from the first frame.
#[derive(Debug, Default)]
struct CaptureClock {
    first: Option<Duration>,
    last: Duration,
}

impl CaptureClock {
    fn at(&mut self, flags: u32, stamp: Duration) -> Duration {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let now = Duration::try_from(now).unwrap_or_default();
        self.reckon(flags, stamp, now)
    }

    /// The driver's stamp where it is of the monotonic clock and near `now`, else
    /// `now`; never before the frame before.
    fn reckon(&mut self, flags: u32, stamp: Duration, now: Duration) -> Duration {
        let monotonic = flags & sys::V4L2_BUF_FLAG_TIMESTAMP_MASK == sys::V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
        let time = if monotonic && now.abs_diff(stamp) < STAMP_TOLERANCE { stamp } else { now };
        let first = *self.first.get_or_insert(time);
        self.last = self.last.max(time.saturating_sub(first));
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONOTONIC: u32 = sys::V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn time_counts_from_the_first_frame() {
        let mut clock = CaptureClock::default();
        assert_eq!(clock.reckon(MONOTONIC, ms(70_000), ms(70_010)), ms(0));
        assert_eq!(clock.reckon(MONOTONIC, ms(70_033), ms(70_050)), ms(33));
        // After an outage the same clock goes on.
        assert_eq!(clock.reckon(MONOTONIC, ms(75_000), ms(75_001)), ms(5_000));
    }

    #[test]
    fn a_senseless_stamp_gives_way_to_the_clock() {
        let mut clock = CaptureClock::default();
        // Not monotonic (a copy of some other program's time).
        let copied = sys::V4L2_BUF_FLAG_TIMESTAMP_COPY;
        assert_eq!(clock.reckon(copied, ms(1), ms(70_000)), ms(0));
        // Monotonic by flag, zero by value.
        assert_eq!(clock.reckon(MONOTONIC, ms(0), ms(70_040)), ms(40));
        // Never backwards.
        assert_eq!(clock.reckon(MONOTONIC, ms(70_020), ms(70_080)), ms(40));
    }

    #[test]
    fn flagged_and_short_buffers_are_not_intact() {
        let filled =
            |flags, bytes_used| Filled { index: 0, bytes_used, flags, sequence: 0, stamp: Duration::ZERO };
        assert!(intact(&filled(0, 100), 100));
        assert!(!intact(&filled(0, 99), 100));
        assert!(!intact(&filled(sys::V4L2_BUF_FLAG_ERROR, 100), 100));
    }

    #[test]
    fn what_is_not_there_or_no_camera_is_named() {
        let open = |path: &str| {
            V4l2Source::open(V4l2Options { path: path.into(), ..V4l2Options::default() })
                .expect_err("no camera")
        };
        assert!(matches!(open("/dev/video-none"), CameraError::NotFound { .. }));
        assert!(matches!(open("/dev/null"), CameraError::Unusable { .. }));
    }
}
