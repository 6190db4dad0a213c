//! Opens a source by its name on the command line or in the configuration.

use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::{
    CameraError, Orientation, Oriented, Recording, RecordingOptions, Source, V4l2Options, V4l2Source,
};

/// Options for any source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenOptions {
    /// For cameras; its path is replaced by the one that is opened.
    pub camera: V4l2Options,
    /// For recordings.
    pub recording: RecordingOptions,
    /// For both.
    pub orientation: Orientation,
}

/// Opens a camera (`/dev/video0`, or a link to it) or a recording (image, folder,
/// video file).
/// A character device is a camera, everything else a recording: the file type decides, not its
/// name.
/// not its name.
///
/// # Errors
/// As [`V4l2Source::open`] and [`Recording::open`].
pub fn open(spec: &str, options: &OpenOptions) -> Result<Box<dyn Source>, CameraError> {
    let path = Path::new(spec);
    let metadata = std::fs::metadata(path).map_err(|error| CameraError::from_io(spec, error))?;
    let source: Box<dyn Source> = if metadata.file_type().is_char_device() {
        Box::new(V4l2Source::open(V4l2Options { path: path.to_owned(), ..options.camera.clone() })?)
    } else {
        Box::new(Recording::open(path, options.recording.clone())?)
    };
    Ok(if options.orientation.is_identity() {
        source
    } else {
        Box::new(Oriented::new(source, options.orientation))
    })
}
