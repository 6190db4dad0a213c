//! Recordings as a [`Source`]: a picture, a folder of pictures, an animation, a raw MJPEG stream,
//! or a video file.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::convert::JpegError;
use super::picture_file::{self, PictureFault};
use super::{CameraError, Frame, Source};
use animation::Animation;
use mjpeg_stream::MjpegStream;
use video::{Decoding, Shape};
use vouch_contract::source::{SourceCounts, SourceInfo, SourceKind};

mod animation;
mod decoder_process;
mod mjpeg_stream;
pub(super) mod natural;
mod video;

/// Most files of a folder used as frames: an hour at 25 per second.
const MAX_FILES: usize = 90_000;

/// How fast a recording is played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// Each frame when it is due by the recording's clock, as a camera delivers it.
    Real,
    /// As fast as frames can be decoded.
    #[default]
    Fast,
}

/// How a recording is read.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingOptions {
    /// Real time, or as fast as possible (the default).
    pub pace: Pace,
    /// Largest longer side of a video's frames, in pixels. Larger frames are scaled down; still
    /// images never are. Default 1280: twice the camera's default, and more than the face models
    /// use.
    pub max_side: u32,
    /// Frames per second for a folder of images and for raw MJPEG, which has no time stamps.
    /// Default 25.
    pub folder_rate: f32,
    /// Time limit for one frame of a video. Default 10 s: a slow machine decodes a large frame in a
    /// tenth of it.
    pub timeout: Duration,
}

impl Default for RecordingOptions {
    fn default() -> Self {
        Self { pace: Pace::Fast, max_side: 1280, folder_rate: 25.0, timeout: Duration::from_secs(10) }
    }
}

/// A recording that is being played.
#[derive(Debug)]
pub struct Recording {
    path: String,
    content: Content,
    options: RecordingOptions,
    info: SourceInfo,
    counts: SourceCounts,
    /// Number of the next frame; at a constant rate also its time.
    next: u64,
    started: Option<Instant>,
}

#[derive(Debug)]
enum Content {
    Stills(std::vec::IntoIter<PathBuf>),
    Animation(Animation),
    Mjpeg(Box<MjpegStream>),
    Video(Decoding),
    Over,
}

impl Recording {
    /// Opens an image, a folder or a video. The contents decide, not the name.
    ///
    /// # Errors
    /// [`CameraError::NotFound`], [`Denied`](CameraError::Denied), or
    /// [`Unusable`](CameraError::Unusable): empty, of unknown kind, too large, a folder without
    /// images, or a video without `ffmpeg` to read it.
    pub fn open(path: &Path, options: RecordingOptions) -> Result<Self, CameraError> {
        let shown = path.display().to_string();
        let failed = |error| CameraError::from_io(&shown, error);
        let metadata = std::fs::metadata(path).map_err(failed)?;
        let (content, info) = if metadata.is_dir() {
            folder(path, options.folder_rate)?
        } else if !metadata.is_file() {
            return Err(CameraError::unusable(
                &shown,
                "neither a file nor a folder; give a recording or a camera",
            ));
        } else if metadata.len() == 0 {
            return Err(CameraError::unusable(&shown, "an empty file"));
        } else {
            match picture_file::kind_of(&picture_file::head_of(path).map_err(failed)?) {
                Ok(kind) => pictures(path, kind, options.folder_rate)?,
                Err(PictureFault::NotAPicture) => {
                    let shape = video::probe(path, options.max_side)?;
                    let Shape { width, height, .. } = shape;
                    let info = info(path, &shape.codec, width, height, shape.rate as f32);
                    (Content::Video(Decoding::start(path, &shape)?), info)
                }
                Err(fault) => return Err(CameraError::unusable(&shown, fault.to_string())),
            }
        };
        Ok(Self {
            path: shown,
            content,
            options,
            info,
            counts: SourceCounts::default(),
            next: 0,
            started: None,
        })
    }

    /// The next readable image; broken ones are counted and skipped.
    fn next_still(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        let Content::Stills(files) = &mut self.content else {
            return Err(CameraError::Ended);
        };
        let mut broken = None;
        for file in files {
            match still(&file, frame) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    tracing::debug!(%error, "an image is skipped");
                    self.counts.corrupt += 1;
                    broken = Some(error);
                }
            }
        }
        self.content = Content::Over;
        // Without a single good frame the recording is broken, not ended.
        match broken {
            Some(error) if self.counts.frames == 0 => Err(error),
            _ => Err(CameraError::Ended),
        }
    }

    /// The next picture of an animation, and its time.
    fn next_animated(&mut self, frame: &mut Frame) -> Result<Duration, CameraError> {
        let Content::Animation(animation) = &mut self.content else {
            return Err(CameraError::Ended);
        };
        let fault = match animation.read(frame) {
            Some(Ok(at)) => return Ok(at),
            Some(Err(fault)) => Some(fault),
            None => None,
        };
        self.content = Content::Over;
        let Some(fault) = fault else { return Err(CameraError::Ended) };
        self.counts.corrupt += 1;
        if self.counts.frames == 0 {
            return Err(CameraError::unusable(&self.path, fault.to_string()));
        }
        tracing::warn!(path = self.path, %fault, "the animation is damaged");
        Err(CameraError::Ended)
    }

    /// The next complete picture of an MJPEG stream. The others are counted and skipped, as with a
    /// camera.
    fn next_mjpeg(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        let Content::Mjpeg(stream) = &mut self.content else {
            return Err(CameraError::Ended);
        };
        let mut broken = None;
        loop {
            match stream.read(frame).map_err(|error| CameraError::from_io(&self.path, error))? {
                Some(Ok(())) => return Ok(()),
                Some(Err(error)) => {
                    tracing::debug!(%error, "a frame is skipped");
                    self.counts.corrupt += 1;
                    broken = Some(error);
                }
                None => break,
            }
        }
        self.content = Content::Over;
        match broken {
            Some(error) if self.counts.frames == 0 => {
                let reason = match error {
                    JpegError::Fault(fault) => PictureFault::from(fault).to_string(),
                    error => format!("no whole frame ({error})"),
                };
                Err(CameraError::unusable(&self.path, reason))
            }
            _ => Err(CameraError::Ended),
        }
    }

    fn next_video(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        let Content::Video(decoding) = &mut self.content else {
            return Err(CameraError::Ended);
        };
        frame.resize(self.info.width, self.info.height);
        let outcome = decoding.read(&mut frame.rgb, self.options.timeout);
        if matches!(outcome, Ok(count) if count == frame.rgb.len()) {
            return Ok(());
        }
        let complaint = decoding.complaint();
        // Kills and reaps the decoder.
        self.content = Content::Over;
        if outcome? > 0 {
            self.counts.corrupt += 1;
        }
        if !complaint.is_empty() {
            tracing::warn!(path = self.path, complaint, "the video is damaged");
        }
        if self.counts.frames == 0 {
            let reason = match complaint.as_str() {
                "" => "a video without a readable frame".to_owned(),
                complaint => format!("a video without a readable frame ({complaint})"),
            };
            return Err(CameraError::unusable(&self.path, reason));
        }
        Err(CameraError::Ended)
    }
}

impl Source for Recording {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        let mut told = None;
        match self.content {
            Content::Stills(_) => self.next_still(frame)?,
            Content::Animation(_) => told = Some(self.next_animated(frame)?),
            Content::Mjpeg(_) => self.next_mjpeg(frame)?,
            Content::Video(_) => self.next_video(frame)?,
            Content::Over => return Err(CameraError::Ended),
        }
        frame.sequence = self.next;
        frame.at = match told {
            Some(at) => at,
            None if self.info.rate > 0.0 => {
                Duration::from_secs_f64(self.next as f64 / f64::from(self.info.rate))
            }
            None => Duration::ZERO,
        };
        self.next += 1;
        self.counts.frames += 1;
        if self.options.pace == Pace::Real {
            let started = *self.started.get_or_insert_with(Instant::now);
            std::thread::sleep(frame.at.saturating_sub(started.elapsed()));
        }
        frame.captured = Some(Instant::now());
        Ok(())
    }

    fn counts(&self) -> SourceCounts {
        self.counts
    }
}

fn info(path: &Path, format: &str, width: u32, height: u32, rate: f32) -> SourceInfo {
    SourceInfo {
        kind: SourceKind::Recording,
        driver: "recording".to_owned(),
        card: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        bus: String::new(),
        format: format.to_owned(),
        width,
        height,
        rate,
    }
}

/// A folder of pictures, played at `rate`.
fn folder(path: &Path, rate: f32) -> Result<(Content, SourceInfo), CameraError> {
    let shown = path.display().to_string();
    let files = images_in(path).map_err(|error| CameraError::from_io(&shown, error))?;
    let described = files.iter().find_map(|file| {
        let bytes = picture_file::read(file).ok()?.ok()?;
        picture_file::describe(&bytes).ok()
    });
    let Some(first) = described else {
        return Err(CameraError::unusable(&shown, "a folder without a readable image"));
    };
    let info = info(path, "folder", first.width, first.height, rate);
    Ok((Content::Stills(files.into_iter()), info))
}

/// A file with one picture or several.
fn pictures(path: &Path, kind: picture_file::Kind, rate: f32) -> Result<(Content, SourceInfo), CameraError> {
    let shown = path.display().to_string();
    let failed = |error| CameraError::from_io(&shown, error);
    if kind == picture_file::Kind::Jpeg
        && let Some((stream, width, height)) = MjpegStream::open(path).map_err(failed)?
    {
        return Ok((Content::Mjpeg(Box::new(stream)), info(path, "mjpeg", width, height, rate)));
    }
    let unusable = |fault: PictureFault| CameraError::unusable(&shown, fault.to_string());
    let bytes = picture_file::read(path).map_err(failed)?.map_err(unusable)?;
    let first = picture_file::describe(&bytes).map_err(unusable)?;
    let info = info(path, first.kind.name(), first.width, first.height, 0.0);
    if first.moves {
        return Ok((Content::Animation(Animation::start(path, kind, bytes).map_err(failed)?), info));
    }
    Ok((Content::Stills(vec![path.to_owned()].into_iter()), info))
}

/// Reads one picture into `frame`.
fn still(path: &Path, frame: &mut Frame) -> Result<(), CameraError> {
    let shown = path.display().to_string();
    let unusable = |fault: PictureFault| CameraError::unusable(&shown, fault.to_string());
    let bytes = picture_file::read(path).map_err(|error| CameraError::from_io(&shown, error))?;
    let picture = picture_file::decode(&bytes.map_err(unusable)?).map_err(unusable)?;
    frame.take(picture);
    Ok(())
}

/// The images of a folder (by their first bytes, or by a name that claims to be one), in natural
/// order. Hidden files are left out.
fn images_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let shown = name.to_string_lossy().into_owned();
        if !shown.starts_with('.') {
            names.push((shown, name));
        }
    }
    names.sort_by(|(a, _), (b, _)| natural::compare(a, b));
    Ok(names
        .into_iter()
        .map(|(_, name)| folder.join(name))
        .filter(|path| path.is_file() && is_image(path))
        .take(MAX_FILES)
        .collect())
}

/// A broken image may not be recognised by its bytes. Its name makes it count as broken instead of
/// being ignored.
fn is_image(path: &Path) -> bool {
    let by_name = image::ImageFormat::from_path(path).is_ok_and(|format| format.reading_enabled());
    by_name || picture_file::head_of(path).is_ok_and(|head| picture_file::kind_of(&head).is_ok())
}
