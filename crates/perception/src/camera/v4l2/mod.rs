//! A V4L2 camera as a [`Source`]: always the newest good frame, even if the device fails in
//! between.

use std::path::PathBuf;
use std::time::{Duration, Instant};

mod capture_clock;
mod choice;
mod frame_numbers;
mod ioctl;
mod list;
mod mapping;
mod newest_good_frame;
mod node;
mod source_change;
mod stream;
mod virtual_camera;

pub use choice::PixelFormat;
pub use list::{CameraListing, FormatListing, SizeListing, list_cameras};
pub use virtual_camera::kind_of;

use super::{CameraError, Frame, Source};
use newest_good_frame::{Fault, Reader};
use stream::Stream;
pub(super) use stream::answers;
use vouch_contract::source::{SourceCounts, SourceInfo, SourceKind};

/// Limit on changes of size or format within one call. If a source flickers more, the caller may
/// try again.
const MAX_CHANGES: u32 = 3;

/// How a camera is opened and read.
#[derive(Debug, Clone, PartialEq)]
pub struct V4l2Options {
    /// Device node, or a link to one (`/dev/v4l/by-id/…` survives renumbering).
    pub path: PathBuf,
    /// Wanted width in pixels; the camera's nearest larger size is used. Default 640: a face at
    /// arm's length then spans about 200 pixels, twice what the face models need.
    pub width: u32,
    /// Wanted height in pixels. Default 480.
    pub height: u32,
    /// Wanted frames per second. Default 30: a blink lasts at least 100 ms, so it spans three
    /// frames.
    pub rate: f32,
    /// Pixel format; None (the default) selects the best one the camera offers.
    pub format: Option<PixelFormat>,
    /// Buffers requested from the driver, 2 to 32. Default 4: one being read, one being written,
    /// two against jitter.
    pub buffers: u32,
    /// Longest wait for a frame before the call fails and the stream is restarted. Default 2 s:
    /// cameras take up to a second for their first frame.
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

/// A V4L2 camera.
#[derive(Debug)]
pub struct V4l2Source {
    options: V4l2Options,
    path: String,
    /// None while the camera is lost.
    stream: Option<Stream>,
    info: SourceInfo,
    reader: Reader,
    last_attempt: Option<Instant>,
    /// Why the last attempt to reopen failed, so that each cause is logged only once.
    last_cause: String,
}

impl V4l2Source {
    /// Opens the camera and starts its stream.
    ///
    /// # Errors
    /// [`CameraError::NotFound`], [`Busy`](CameraError::Busy),
    /// [`Denied`](CameraError::Denied), or [`Unusable`](CameraError::Unusable) with what to do.
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
            reader: Reader::default(),
            last_attempt: None,
            last_cause: String::new(),
        })
    }

    /// One attempt to reopen the lost camera, at least `reopen_every` after the previous one.
    /// Another camera in its place is [`CameraError::Unusable`].
    fn reopen(&mut self) -> Result<Stream, CameraError> {
        if let Some(last) = self.last_attempt {
            std::thread::sleep(self.options.reopen_every.saturating_sub(last.elapsed()));
        }
        self.last_attempt = Some(Instant::now());
        let stream = Stream::open(&self.options).map_err(|error| {
            // Whatever the cause, the call may be repeated: a node appears before udev sets its
            // group, and a loopback can't capture before it is fed.
            let cause = error.to_string();
            if cause != self.last_cause {
                tracing::warn!(%error, "the camera is not back yet");
                self.last_cause = cause;
            }
            self.lost()
        })?;
        if let Some(reason) = another(&self.info, &stream.info) {
            return Err(CameraError::unusable(&self.path, reason));
        }
        tracing::info!(path = self.path, card = stream.info.card, "the camera is back");
        self.info = stream.info.clone();
        self.reader.restart();
        self.last_cause.clear();
        Ok(stream)
    }

    fn lost(&self) -> CameraError {
        CameraError::Lost { path: self.path.clone() }
    }
}

/// The message if the device found in a lost camera's place is not that camera. The same camera on
/// another port counts as another one.
///
/// This source was reported as the first device: frames of a software camera must not continue
/// under a real camera's name.
fn another(was: &SourceInfo, is: &SourceInfo) -> Option<String> {
    let same = (was.kind, &was.driver, &was.bus, &was.card) == (is.kind, &is.driver, &is.bus, &is.card);
    let named = |info: &SourceInfo| {
        let kind = match info.kind {
            SourceKind::Camera => "camera",
            SourceKind::VirtualCamera => "virtual camera",
            SourceKind::Recording => "recording",
        };
        format!("{kind} {} ({}, {})", info.card, info.driver, info.bus)
    };
    (!same).then(|| {
        format!(
            "another camera is in the lost one's place: it was {}, it is {}; `vouch run` restarts with \
             it by itself; start any other command again",
            named(was),
            named(is)
        )
    })
}

impl Source for V4l2Source {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.reopen()?,
        };
        let mut changes = 0;
        let fault = loop {
            let deadline = Instant::now() + self.options.timeout;
            match self.reader.read(&stream, frame, deadline) {
                Ok(()) => {
                    self.stream = Some(stream);
                    return Ok(());
                }
                Err(Fault::Changed) if changes < MAX_CHANGES => {
                    changes += 1;
                    tracing::info!(
                        path = self.path,
                        "the camera's pictures have changed; its stream is restarted"
                    );
                    drop(stream);
                    stream = self.reopen()?;
                }
                Err(fault) => break fault,
            }
        };
        // The node must be closed. An unplugged USB camera keeps its number while it is open and
        // would come back under another one; a silent camera needs its stream restarted. The next
        // call opens it again.
        drop(stream);
        match fault {
            Fault::Changed => Err(self.lost()),
            Fault::Gone(error) => {
                tracing::warn!(path = self.path, %error, "the camera is lost");
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
        self.reader.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_camera_takes_a_lost_ones_place() {
        let was = SourceInfo {
            kind: SourceKind::Camera,
            driver: "uvcvideo".into(),
            card: "USB Camera".into(),
            bus: "usb-0000:00:14.0-1".into(),
            format: "YUYV".into(),
            width: 640,
            height: 480,
            rate: 30.0,
        };
        assert_eq!(another(&was, &was), None);
        // A camera that settles on another rate is still the same camera.
        assert_eq!(another(&was, &SourceInfo { rate: 15.0, ..was.clone() }), None);
        for is in [
            SourceInfo { kind: SourceKind::VirtualCamera, ..was.clone() },
            SourceInfo { driver: "v4l2 loopback".into(), ..was.clone() },
            SourceInfo { card: "Another".into(), ..was.clone() },
            SourceInfo { bus: "usb-0000:00:14.0-2".into(), ..was.clone() },
        ] {
            let reason = another(&was, &is).expect("another camera");
            assert!(reason.contains("`vouch run` restarts"), "{reason}");
            assert!(!CameraError::unusable("/dev/video0", reason).may_pass(), "the eye must end");
        }
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
