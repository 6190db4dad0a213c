//! The clip of a session's face: what the screen showed of it, kept for the one who asked.
//!
//! In: the pictures that the eye sends for the screen, and the session's steps. Out: one file,
//! ten frames a second. Bounded in frames and bytes: of a long session the end is kept.

mod avi;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::screen::Screen;
use vouch_contract::document::reading::Document;
use vouch_contract::eye::protocol::Preview;
use vouch_session::machine::Allowance;
use vouch_session::types::{Prompt, Step};

/// Frames per second.
const RATE: u32 = 10;
/// Most frames: a minute.
const MAX_FRAMES: usize = 600;
/// Most bytes. The store takes files up to 16 MiB.
const MAX_BYTES: usize = 12 << 20;
/// The media type.
pub const MEDIA_TYPE: &str = "video/x-msvideo";

/// Where the eye's pictures are taken from, while a session is to have a clip.
#[derive(Default)]
pub struct ClipTap(Mutex<Option<Recording>>);

#[derive(Default)]
struct Recording {
    // The session looks at the face.
    face: bool,
    size: Option<(u16, u16)>,
    began_us: u64,
    // Number of the frame by its time, and the picture.
    frames: VecDeque<(u64, Vec<u8>)>,
    bytes: usize,
}

impl ClipTap {
    /// Begins a clip; nothing is taken before the session looks at the face.
    pub fn begin(&self) {
        *self.lock() = Some(Recording::default());
    }

    /// A picture for the screen.
    pub fn offer(&self, preview: &Preview) {
        if let Some(recording) = self.lock().as_mut().filter(|recording| recording.face) {
            recording.take(preview);
        }
    }

    /// The clip's file; `None` if there was no face step, or no clip was begun.
    pub fn finish(&self) -> Option<Vec<u8>> {
        self.lock().take().and_then(|recording| recording.file())
    }

    /// Follows a session's steps.
    pub fn steps(&self) -> Steps<'_> {
        Steps(self)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Recording>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recording {
    fn take(&mut self, preview: &Preview) {
        let size = (preview.width, preview.height);
        if *self.size.get_or_insert(size) != size {
            return;
        }
        if self.frames.is_empty() {
            self.began_us = preview.captured_us;
        }
        let since = preview.captured_us.saturating_sub(self.began_us);
        let number = since * u64::from(RATE) / 1_000_000;
        if self.frames.back().is_some_and(|(last, _)| number <= *last) {
            return;
        }
        self.bytes += preview.jpeg.len();
        self.frames.push_back((number, preview.jpeg.clone()));
        while self.bytes > MAX_BYTES || self.spans_too_much() {
            let Some((_, oldest)) = self.frames.pop_front() else { return };
            self.bytes -= oldest.len();
        }
    }

    fn spans_too_much(&self) -> bool {
        let ends = self.frames.front().zip(self.frames.back());
        ends.is_some_and(|((first, _), (last, _))| last - first >= MAX_FRAMES as u64)
    }

    fn file(&self) -> Option<Vec<u8>> {
        let (size, (first, _)) = (self.size?, self.frames.front()?);
        let mut frames: Vec<&[u8]> = Vec::new();
        for (number, jpeg) in &self.frames {
            // Where the camera was slower, the frame before stays.
            frames.resize(usize::try_from(number - first).ok()?, &[]);
            frames.push(jpeg);
        }
        Some(avi::write(&frames, RATE, size))
    }
}

/// See [`ClipTap::steps`].
pub struct Steps<'a>(&'a ClipTap);

impl Screen for Steps<'_> {
    fn prompt(&mut self, _prompt: Prompt) {}

    fn confirm(&mut self, _document: &Document) -> bool {
        false
    }

    fn ask_claim(&mut self) -> bool {
        false
    }

    fn step(&mut self, step: Step, _allowance: Allowance) {
        if let Some(recording) = &mut *self.0.lock() {
            recording.face =
                matches!(step, Step::Position | Step::Gesture(_) | Step::Light(_) | Step::BestFrame);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::*;

    fn jpeg(grey: u8) -> Vec<u8> {
        let picture = image::RgbImage::from_pixel(64, 48, image::Rgb([grey; 3]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    fn preview(ms: u64, jpeg: Vec<u8>) -> Preview {
        Preview { sequence: ms, captured_us: 1_000_000 + ms * 1000, width: 64, height: 48, jpeg }
    }

    fn at(tap: &ClipTap, step: Step) {
        let allowance = Allowance { left: Duration::ZERO, total: Duration::ZERO };
        tap.steps().step(step, allowance);
    }

    #[test]
    fn a_player_sees_the_face_steps_in_real_time_and_nothing_else() {
        let tap = ClipTap::default();
        tap.offer(&preview(0, jpeg(1)));
        assert_eq!(tap.finish(), None, "no clip was begun");
        tap.begin();
        at(&tap, Step::Document(0));
        tap.offer(&preview(0, jpeg(9)));
        at(&tap, Step::Position);
        // 25 a second for a second, then a camera that stops for a second.
        for number in 0..25 {
            tap.offer(&preview(1000 + number * 40, jpeg(number as u8 * 10)));
        }
        tap.offer(&preview(3000, jpeg(250)));
        at(&tap, Step::Finished);
        tap.offer(&preview(3500, jpeg(9)));
        let file = tap.finish().unwrap();
        assert_eq!(tap.finish(), None);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.avi");
        std::fs::write(&path, &file).unwrap();
        let mut probe = Command::new("ffprobe");
        probe.args(["-v", "error", "-count_frames", "-of", "csv=p=0", "-show_entries"]);
        probe.arg("stream=codec_name,width,height,r_frame_rate,nb_frames,nb_read_frames").arg(&path);
        let Ok(told) = probe.output() else {
            vouch_testkit::skipped::skipped("a_player_sees_the_face_steps", "ffprobe is not installed");
            return;
        };
        // 2.1 seconds; those that repeat the one before are no frames to decode.
        assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), "mjpeg,64,48,10/1,21,11");
        assert!(told.stderr.is_empty(), "{}", String::from_utf8_lossy(&told.stderr));
    }

    #[test]
    fn a_long_session_keeps_its_end() {
        let tap = ClipTap::default();
        tap.begin();
        at(&tap, Step::Position);
        for second in 0..1000 {
            tap.offer(&preview(second * 1000, vec![second as u8; 1000]));
        }
        let kept = tap.lock().as_ref().map(|recording| (recording.frames.len(), recording.bytes)).unwrap();
        assert_eq!(kept, (60, 60_000));
        for number in 0..200 {
            tap.offer(&preview(1_000_000 + number * 100, vec![0; 100_000]));
        }
        let bytes = tap.lock().as_ref().map(|recording| recording.bytes).unwrap();
        assert!((11 << 20..=MAX_BYTES).contains(&bytes), "{bytes}");
        let mut other = preview(2_000_000, vec![1]);
        other.width = 1;
        tap.offer(&other);
        assert_eq!(tap.lock().as_ref().map(|recording| recording.bytes), Some(bytes), "another size");
    }
}
