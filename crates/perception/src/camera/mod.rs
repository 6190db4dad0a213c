//! Light to frames: V4L2 cameras and recordings behind one [`Source`].
//!
//! In: a device path or a recording. Out: [`Frame`]s in RGB with time stamps. Called by `eye/` and
//! by the commands that examine a camera on its own. Knows nothing of faces or sessions.

use std::time::{Duration, Instant};

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

/// Largest width or height of a picture from any source, in pixels: twice the side of a 4K picture.
/// A source that claims more is broken or hostile, and its buffers would not fit into a terminal's
/// memory.
pub const MAX_SIDE: u32 = 8192;
/// Most pixels of one picture: 50 megapixels, the largest common phone photograph. As RGB, rotated
/// upright, they take 302 MB, and boards have 1 GB.
pub const MAX_PIXELS: u64 = 8192 * 6144;

/// One picture: 8-bit RGB, row by row without padding, and its capture time.
///
/// The pixel buffer is allocated once and reused. A source writes into the frame it is given and
/// only grows the buffer when the picture's size changes.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 3` bytes, R G B.
    pub rgb: Vec<u8>,
    /// The source's own number of this frame; a gap means frames that were not seen.
    pub sequence: u64,
    /// Time of capture since the source was opened.
    pub at: Duration,
    /// Time of capture by this process's clock; `None` before the first capture. Never part of a
    /// sighting: a recording's differs from run to run.
    pub captured: Option<Instant>,
}

impl Frame {
    /// Sets the frame's size to `width` x `height`; allocates only when it grows.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.width = width;
        self.height = height;
        self.rgb.resize(width as usize * height as usize * 3, 0);
    }
}

impl Frame {
    /// Takes over a decoded picture; sequence and time are left unchanged.
    pub fn take(&mut self, picture: image::RgbImage) {
        (self.width, self.height) = picture.dimensions();
        self.rgb = picture.into_raw();
    }
}

/// Anything that yields frames.
pub trait Source: Send {
    /// Describes this source, as far as it is known now. A camera's size and format are settled
    /// when it is opened.
    fn info(&self) -> &SourceInfo;

    /// Waits for the next good frame and writes it into `frame`.
    ///
    /// # Errors
    /// [`CameraError::Ended`] after a recording's last frame; any other error if there is no frame
    /// within the source's time-out. A lost camera is [`CameraError::Lost`]: the call may be
    /// repeated, and each call tries to reopen the device. Another camera in its place is
    /// [`CameraError::Unusable`], because this source has already reported its identity.
    fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError>;

    /// The counts so far.
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

/// Why there is no frame. Each message says what failed, on which device or file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CameraError {
    /// The recording has ended.
    #[error("the recording has ended")]
    Ended,
    /// The device or file does not exist.
    #[error("{path}: no such camera or file; `vouch doctor` lists the cameras that exist")]
    NotFound {
        /// The requested device or file.
        path: String,
    },
    /// Another process is streaming from it.
    #[error("{path}: the camera is busy; stop the program that uses it (`fuser {path}` names it)")]
    Busy {
        /// The requested device.
        path: String,
    },
    /// The user has no permission to open it.
    #[error("{path}: not permitted; add this user to the group `video`")]
    Denied {
        /// The requested device.
        path: String,
    },
    /// It offers nothing that Vouch can read.
    #[error("{path}: {reason}")]
    Unusable {
        /// The requested device or file.
        path: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// No frame within the time-out, although the device exists.
    #[error(
        "{path}: no frame for {waited_ms} ms; check the cable and the light source, then unplug and re-plug the camera"
    )]
    TimedOut {
        /// The requested device.
        path: String,
        /// Time waited, milliseconds.
        waited_ms: u64,
    },
    /// The device disappeared while streaming.
    #[error("{path}: the camera was disconnected; plug it in again, Vouch reopens it by itself")]
    Lost {
        /// The requested device.
        path: String,
    },
    /// Any other system error.
    #[error("{path}: {source}")]
    Io {
        /// The requested device or file.
        path: String,
        /// The system's own error.
        source: std::io::Error,
    },
}

impl CameraError {
    /// Whether the same source may deliver frames again if `next` is called again.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::TimedOut { .. })
    }

    /// Converts a system error about `path`. `ENOENT`, `EACCES` and `EBUSY` have variants of their
    /// own; the rest becomes [`CameraError::Io`].
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

    /// [`CameraError::Unusable`] with the given reason.
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
