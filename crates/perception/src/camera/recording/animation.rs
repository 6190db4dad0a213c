//! Animations: GIF, APNG and animated WebP.
//!
//! Decoded on a separate thread, because the decoders' iterators can't move between threads and a
//! source can. The thread is at most one picture ahead.

use std::io::Cursor;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, Frames, ImageDecoder, ImageResult, RgbImage};

use crate::camera::Frame;
use crate::camera::picture_file::{Kind, PictureFault, limits};

/// Display time of a picture whose file gives less than [`SHORTEST`], as in browsers: most such
/// files mean "at some usual rate".
const USUAL: Duration = Duration::from_millis(100);
/// Shortest display time that is accepted.
const SHORTEST: Duration = Duration::from_millis(11);

/// An animation that is being played.
#[derive(Debug)]
pub(super) struct Animation {
    pictures: Receiver<Result<(RgbImage, Duration), PictureFault>>,
    /// Start time of the next picture.
    next_at: Duration,
}

impl Animation {
    /// Starts decoding a file of this kind.
    pub(super) fn start(path: &Path, kind: Kind, bytes: Vec<u8>) -> std::io::Result<Self> {
        let (sender, pictures) = sync_channel(0);
        let shown = path.display().to_string();
        std::thread::Builder::new().name("animation".to_owned()).spawn(move || {
            let frames = match frames(kind, bytes) {
                Ok(frames) => frames,
                Err(error) => {
                    let _ = sender.send(Err(error.into()));
                    return;
                }
            };
            for frame in frames {
                let picture = frame.map_err(PictureFault::from).map(|frame| {
                    let told = Duration::from(frame.delay());
                    let shown_for = if told < SHORTEST { USUAL } else { told };
                    (image::DynamicImage::ImageRgba8(frame.into_buffer()).into_rgb8(), shown_for)
                });
                let over = picture.is_err();
                // The recording was closed, so nothing receives the pictures.
                if sender.send(picture).is_err() || over {
                    break;
                }
            }
            tracing::trace!(path = shown, "the animation was decoded");
        })?;
        Ok(Self { pictures, next_at: Duration::ZERO })
    }

    /// The next picture and its time; None after the last.
    pub(super) fn read(&mut self, frame: &mut Frame) -> Option<Result<Duration, PictureFault>> {
        let (picture, shown_for) = match self.pictures.recv().ok()? {
            Ok(picture) => picture,
            Err(fault) => return Some(Err(fault)),
        };
        frame.take(picture);
        let at = self.next_at;
        self.next_at += shown_for;
        Some(Ok(at))
    }
}

fn frames(kind: Kind, bytes: Vec<u8>) -> ImageResult<Frames<'static>> {
    let reader = Cursor::new(bytes);
    Ok(match kind {
        Kind::Gif => {
            let mut decoder = GifDecoder::new(reader)?;
            decoder.set_limits(limits())?;
            decoder.into_frames()
        }
        Kind::Png => PngDecoder::with_limits(reader, limits())?.apng()?.into_frames(),
        _ => WebPDecoder::new(reader)?.into_frames(),
    })
}
