//! Builds an eye from the configuration: loads the networks, opens the source.

use std::time::Duration;

use crate::config::{Camera, Config, Runtime as RuntimeSection};
use vouch_contract::scheme::Scan;
use vouch_contract::source::{SourceInfo, SourceKind};
use vouch_perception::camera::{
    CameraError, OpenOptions, Orientation, Pace, PixelFormat, RecordingOptions, Rotation, Source,
    V4l2Options, open,
};
use vouch_perception::document::mrz::{MrzError, MrzReader};
use vouch_perception::document::side::Reader;
use vouch_perception::document::zone::ZoneReader;
use vouch_perception::eye::Sources;
use vouch_perception::eye::core::Eye;
use vouch_perception::face::perceive::{Perception, Tuning};
use vouch_perception::liveness::watch::Watch;
use vouch_perception::runtime::RuntimeError;
use vouch_perception::runtime::library::Runtime;
use vouch_perception::runtime::manifest::{Manifest, ModelEntry, PadCue, Role};
use vouch_perception::runtime::model::RunOptions;
use vouch_perception::runtime::tesseract::Settings;
use vouch_perception::runtime::tflite::DelegateSpec;

/// Recordings of documents are scaled down to this longer side: full HD, which fine print needs.
const MAX_DOCUMENT_SIDE: u32 = 1920;

/// Why there is no eye.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The camera or recording failed.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// The networks failed.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// A value that the configuration's own checks let pass.
    #[error("{0}")]
    Value(String),
}

/// Opens the sources, then loads and tests the networks, so that a missing camera is reported at
/// once.
///
/// # Errors
/// [`SetupError`].
pub fn set_up(config: &Config, pace: Pace) -> Result<(Eye, Sources), SetupError> {
    let face = open_source(&config.camera, pace)?;
    let document = config.document_camera.as_ref().map(|camera| open_document(camera, pace)).transpose()?;
    let mut eye = load_eye(&config.runtime, face.info().clone())?;
    if config.session.scheme.plan().scan != Scan::Never {
        let source = document.as_ref().map(|source| source.info().clone());
        eye = eye.with_documents(load_reader(&config.runtime)?, source);
    }
    Ok((eye, Sources { face, document }))
}

/// Loads the document reader. Without Tesseract it skips the visual zone and logs a warning.
///
/// # Errors
/// [`SetupError`].
pub fn load_reader(section: &RuntimeSection) -> Result<Reader, SetupError> {
    let manifest = Manifest::read(&section.manifest_path())?;
    let runtime = Runtime::open(&section.library_path())?;
    let today = jiff::Zoned::now().date();
    let mrz = MrzReader::open(runtime, &manifest, &run_options(section), today)
        .map_err(|MrzError::Runtime(error)| SetupError::Runtime(error))?;
    let zone = ZoneReader::open(Settings::default())
        .inspect_err(|error| tracing::warn!(%error, "the visual zone of documents will not be read"))
        .ok();
    Ok(Reader::new(mrz, zone))
}

/// Opens the configured camera or recording.
///
/// # Errors
/// [`SetupError`].
pub fn open_source(camera: &Camera, pace: Pace) -> Result<Box<dyn Source>, SetupError> {
    open_sized(camera, pace, RecordingOptions::default().max_side)
}

/// As [`open_source`], but keeps recordings as large as print needs.
///
/// # Errors
/// [`SetupError`].
pub fn open_document(camera: &Camera, pace: Pace) -> Result<Box<dyn Source>, SetupError> {
    open_sized(camera, pace, MAX_DOCUMENT_SIDE)
}

fn open_sized(camera: &Camera, pace: Pace, max_side: u32) -> Result<Box<dyn Source>, SetupError> {
    let format = camera
        .format
        .as_deref()
        .map(|name| name.parse::<PixelFormat>().map_err(|e| SetupError::Value(e.to_string())))
        .transpose()?;
    let timeout = Duration::from_millis(camera.timeout_ms.into());
    let options = OpenOptions {
        camera: V4l2Options {
            width: camera.width,
            height: camera.height,
            rate: camera.rate as f32,
            format,
            timeout,
            ..V4l2Options::default()
        },
        recording: RecordingOptions { pace, max_side, ..RecordingOptions::default() },
        orientation: Orientation {
            rotate: Rotation::try_from(camera.rotate).map_err(SetupError::Value)?,
            mirrored: camera.mirrored,
        },
    };
    Ok(open(&camera.source.to_string_lossy(), &options)?)
}

/// An eye for frames of `source`: perception and liveness cues, with every model of the manifest
/// loaded and tested.
///
/// # Errors
/// [`SetupError`].
pub fn load_eye(section: &RuntimeSection, source: SourceInfo) -> Result<Eye, SetupError> {
    let mut manifest = Manifest::read(&section.manifest_path())?;
    if !section.open_network {
        let open = |model: &ModelEntry| model.pad.is_some_and(|pad| pad.cue == PadCue::OpenNetwork);
        manifest.models.retain(|model| !open(model));
    }
    eye_of(section, source, &manifest)
}

fn eye_of(section: &RuntimeSection, source: SourceInfo, manifest: &Manifest) -> Result<Eye, SetupError> {
    let runtime = Runtime::open(&section.library_path())?;
    let options = run_options(section);
    let perception = Perception::load(runtime, manifest, &options, Tuning::default())?;
    let watch = Watch::load(runtime, manifest, &options)?;
    Ok(Eye::new(perception, watch, source))
}

/// An eye without a camera, which embeds the faces in pictures. Networks for liveness are not loaded.
///
/// # Errors
/// [`SetupError`].
pub fn load_picture_eye(section: &RuntimeSection) -> Result<Eye, SetupError> {
    let none = SourceInfo {
        kind: SourceKind::Recording,
        driver: String::new(),
        card: String::new(),
        bus: String::new(),
        format: String::new(),
        width: 0,
        height: 0,
        rate: 0.0,
    };
    let mut manifest = Manifest::read(&section.manifest_path())?;
    manifest.models.retain(|model| model.role != Role::Pad);
    eye_of(section, none, &manifest)
}

/// Opens the runtime library and loads only the models of perception.
///
/// # Errors
/// [`SetupError`].
pub fn load_perception(section: &RuntimeSection) -> Result<Perception, SetupError> {
    let manifest = Manifest::read(&section.manifest_path())?;
    let runtime = Runtime::open(&section.library_path())?;
    Ok(Perception::load(runtime, &manifest, &run_options(section), Tuning::default())?)
}

/// The run options from the board profile in the configuration.
pub fn run_options(section: &RuntimeSection) -> RunOptions {
    RunOptions {
        threads: section.threads.into(),
        delegate: section
            .delegate
            .as_ref()
            .map(|d| DelegateSpec { library: d.library.clone(), options: d.options.clone() }),
    }
}
