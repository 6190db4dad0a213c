//! Light to frames: V4L2 cameras and recordings behind one [`Source`].
//!
//! In: a device path or a recording. Out: [`Frame`]s in RGB, stamped. Called by
//! `eye/` (and by the commands that look at a camera alone); knows nothing of
//! faces or sessions.

use std::time::Duration;

mod colour;
pub mod convert;
mod grab_report;
mod jpeg;
mod open;
mod orientation;
mod picture;
pub mod picture_file;
mod recording;
pub mod sampling;
mod v4l2;

pub use grab_report::{GrabOptions, GrabReport, grab};
pub use open::{OpenOptions, open};
pub use orientation::{Orientation, Oriented, Rotation};
pub use picture::Picture;
pub use recording::{Pace, Recording, RecordingOptions};
pub use v4l2::{
    CameraListing, FormatListing, PixelFormat, SizeListing, V4l2Options, V4l2Source, kind_of, list_cameras,
};
use vouch_contract::source::{SourceCounts, SourceInfo};

/// Widest or tallest picture taken from any source, in pixels. Twice the side of
/// a 4K picture; a source that says more is broken or hostile, and its buffers
/// would not fit a terminal's memory.
pub const MAX_SIDE: u32 = 8192;
/// Most pixels of one picture: the 50 megapixels of a phone's largest common
/// photograph. As RGB, turned upright, they take 302 MB, and boards have 1 GB.
pub const MAX_PIXELS: u64 = 8192 * 6144;

/// One picture: 8-bit RGB, row by row, no padding, and where it stands in time.
///
/// The pixel buffer is made once and reused: a source writes into the frame it
/// is given and only grows the buffer when the picture's size changes.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 3` bytes, R G B.
    pub rgb: Vec<u8>,
    /// The source's own number of this frame; a gap is a frame never seen.
    pub sequence: u64,
    /// Time of capture since the source was opened.
    pub at: Duration,
}

impl Frame {
    /// Gives the frame the size `width` x `height`; allocates only when it grows.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.width = width;
        self.height = height;
        self.rgb.resize(width as usize * height as usize * 3, 0);
    }
}

impl Frame {
    /// Takes over a decoded picture; sequence and time stay as they are.
    pub fn take(&mut self, picture: image::RgbImage) {
        (self.width, self.height) = picture.dimensions();
        self.rgb = picture.into_raw();
    }
}

/// Anything that yields frames.
pub trait Source: Send {
    /// What this source is, as far as known now (a camera's size and format are
    /// settled when it is opened).
    fn info(&self) -> &SourceInfo;

    /// Waits for the next good frame and writes it into `frame`.
    ///
    /// # Errors
    /// [`CameraError::Ended`] after a recording's last frame; any other error
    /// when no frame can be had within the source's time-out. A lost camera is
    /// [`CameraError::Lost`]: the call may be repeated, each call tries to open
    /// the device again. Another camera in its place is
    /// [`CameraError::Unusable`]: this source has said what it is.
    fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError>;

    /// What was counted so far.
    fn counts(&self) -> SourceCounts;
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn info(&self) -> &SourceInfo {
        (**self).info()
    }

    fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        (**self).next(frame)
    }

    fn counts(&self) -> SourceCounts {
        (**self).counts()
    }
}

/// Why there is no frame. Each message says what failed, on which thing, and
/// what to do.
#[derive(Debug, thiserror::Error)]
pub enum CameraError {
    /// The recording is over.
    #[error("the recording has ended")]
    Ended,
    /// Nothing there.
    #[error("{path}: no such camera or file; see `vouch doctor` for the cameras that are there")]
    NotFound {
        /// Device or file asked for.
        path: String,
    },
    /// Another process streams from it.
    #[error("{path}: the camera is busy; stop the program that uses it (`fuser {path}` names it)")]
    Busy {
        /// Device asked for.
        path: String,
    },
    /// The user may not open it.
    #[error("{path}: not permitted; add this user to the group `video`")]
    Denied {
        /// Device asked for.
        path: String,
    },
    /// It offers nothing Vouch can read.
    #[error("{path}: {reason}")]
    Unusable {
        /// Device or file asked for.
        path: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// No frame within the time-out, though the device is there.
    #[error(
        "{path}: no frame for {waited_ms} ms; check the cable and the light source, then unplug and re-plug the camera"
    )]
    TimedOut {
        /// Device asked for.
        path: String,
        /// How long was waited.
        waited_ms: u64,
    },
    /// The device went away while streaming.
    #[error("{path}: the camera went away; plug it in again, Vouch reopens it by itself")]
    Lost {
        /// Device asked for.
        path: String,
    },
    /// Anything else the system says.
    #[error("{path}: {source}")]
    Io {
        /// Device or file asked for.
        path: String,
        /// The system's own error.
        source: std::io::Error,
    },
}

impl CameraError {
    /// Whether the same source may yield frames again if `next` is called again.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::TimedOut { .. })
    }

    /// The error for what the system said about `path`; `ENOENT`, `EACCES` and
    /// `EBUSY` have names of their own, the rest stays [`CameraError::Io`].
    pub fn from_io(path: &str, source: std::io::Error) -> Self {
        use rustix::io::Errno;
        let path = path.to_owned();
        match Errno::from_io_error(&source) {
            Some(Errno::NOENT | Errno::NODEV | Errno::NXIO | Errno::NOTDIR) => Self::NotFound { path },
            Some(Errno::ACCESS | Errno::PERM) => Self::Denied { path },
            Some(Errno::BUSY) => Self::Busy { path },
            _ => Self::Io { path, source },
        }
    }

    /// [`CameraError::Unusable`] with its reason.
    pub(crate) fn unusable(path: &str, reason: impl Into<String>) -> Self {
        Self::Unusable { path: path.to_owned(), reason: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_errors_get_their_names() {
        let named = |errno: rustix::io::Errno| CameraError::from_io("/dev/video9", errno.into());
        use rustix::io::Errno;
        assert!(matches!(named(Errno::NOENT), CameraError::NotFound { .. }));
        assert!(matches!(named(Errno::NODEV), CameraError::NotFound { .. }));
        assert!(matches!(named(Errno::ACCESS), CameraError::Denied { .. }));
        assert!(matches!(named(Errno::BUSY), CameraError::Busy { .. }));
        assert!(matches!(named(Errno::NOSPC), CameraError::Io { .. }));
    }
}
