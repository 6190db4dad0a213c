//! One presentation, looked at once: its sightings with the face's templates.
//! Everything measured on it afterwards needs no network.

use std::path::Path;
use std::time::Duration;

use vouch_contract::eye::protocol::{Ask, Slot, Tell};
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::face::{Bounds, Template};
use vouch_contract::liveness::AllMeasures;
use vouch_contract::verdict::Verdict;
use vouch_perception::camera::{CameraError, Frame, OpenOptions, Orientation, Rotation, Source, open};
use vouch_perception::eye::core::Eye;
use vouch_perception::runtime::RuntimeError;
use vouch_session::liveness::fusion::LivenessRules;
use vouch_session::liveness::presentations::Presentations;

/// Most frames looked at: two minutes at 60 frames/s.
const MAX_FRAMES: usize = 7200;
/// Roll in degrees beyond which a face lies on its side.
const SIDEWAYS: f32 = 60.0;
/// Time from one frame of a still to the next, and from a clip's end to its next
/// round.
const STILL_FRAME: Duration = Duration::from_millis(66);

/// One frame of a tape.
#[derive(Debug, Clone)]
pub struct TapeFrame {
    /// The eye's sighting.
    pub sighting: Sighting,
    /// The face's template, unless that was not wanted or there is no face.
    pub template: Option<Box<Template>>,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    /// In order.
    pub frames: Vec<TapeFrame>,
}

/// Why there is no tape.
#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    /// The file can't be opened or read.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// A network failed.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

impl Tape {
    /// Looks at the whole of `file`.
    ///
    /// # Errors
    /// [`TapeError`]: no frame at all, or an inference that failed.
    pub fn of(eye: &mut Eye, file: &Path, embed: bool) -> Result<Self, TapeError> {
        Ok(Self::upright(eye, file, embed)?.0)
    }

    /// The tape, and how the picture was turned for it.
    fn upright(eye: &mut Eye, file: &Path, embed: bool) -> Result<(Self, Rotation), TapeError> {
        let tape = Self::turned(eye, file, Rotation::None, embed)?;
        // A picture that was stored sideways doesn't say so. No terminal is
        // mounted on its side, so the picture is turned here.
        match tape.frames.as_slice() {
            [TapeFrame { sighting: Sighting { face: Some(face), .. }, .. }]
                if face.pose.roll.abs() > SIDEWAYS =>
            {
                let upright = if face.pose.roll > 0.0 { Rotation::Left } else { Rotation::Right };
                Ok((Self::turned(eye, file, upright, embed)?, upright))
            }
            _ => Ok((tape, Rotation::None)),
        }
    }

    /// Looks at a still, cut to a square of `factor` times the longer side of the face's box. No
    /// frames if there is no face.
    ///
    /// # Errors
    /// [`TapeError`].
    pub fn of_cut(eye: &mut Eye, file: &Path, factor: f32, embed: bool) -> Result<Self, TapeError> {
        let (whole, rotate) = Self::upright(eye, file, false)?;
        let Some(face) = whole.frames.first().and_then(|taken| taken.sighting.face) else {
            return Ok(Self::default());
        };
        let mut frame = Frame::default();
        opened(file, rotate)?.next(&mut frame)?;
        let mut tape = Self::begun(eye);
        tape.take(eye, cut(&frame, &face.bounds, factor), embed)?;
        Ok(tape)
    }

    /// An empty tape, with an eye that has seen nothing.
    fn begun(eye: &mut Eye) -> Self {
        eye.perception().reset();
        eye.answer(&Ask::Forget);
        Self::default()
    }

    fn turned(eye: &mut Eye, file: &Path, rotate: Rotation, embed: bool) -> Result<Self, TapeError> {
        let mut source = opened(file, rotate)?;
        let mut tape = Self::begun(eye);
        let mut frame = Frame::default();
        while tape.frames.len() < MAX_FRAMES {
            match source.next(&mut frame) {
                Ok(()) => {}
                Err(error) if tape.frames.is_empty() => return Err(error.into()),
                Err(_) => break,
            }
            frame = tape.take(eye, frame, embed)?;
        }
        Ok(tape)
    }

    /// Looks at one more frame, and gives a buffer for the next.
    fn take(&mut self, eye: &mut Eye, frame: Frame, embed: bool) -> Result<Frame, RuntimeError> {
        let (sighting, older) = eye.see(frame, 0)?;
        let template = if embed && sighting.face.is_some() {
            let ask = Ask::Keep { sequence: sighting.sequence, slot: Slot::Continuity, embed: true };
            match eye.answer(&ask) {
                Some(Tell::Kept { template, .. }) => template,
                _ => None,
            }
        } else {
            None
        };
        self.frames.push(TapeFrame { sighting, template });
        Ok(older)
    }

    /// Whether a face was found.
    pub fn has_face(&self) -> bool {
        self.frames.iter().any(|taken| taken.sighting.face.is_some())
    }

    /// The verdict on the whole presentation; none without a face.
    pub fn verdict(&self, rules: &LivenessRules) -> Option<Verdict> {
        let mut presentations = Presentations::default();
        for TapeFrame { sighting, .. } in &self.frames {
            if let Some(face) = &sighting.face {
                presentations.see(rules, face.track, &sighting.cues);
            }
        }
        presentations.verdict(rules)
    }

    /// The cues' measures at the end of the longest track, which the fit is made from.
    pub fn measures(&self) -> Option<AllMeasures> {
        let mut best: Option<(usize, AllMeasures)> = None;
        let mut run: Option<(u32, usize)> = None;
        for TapeFrame { sighting, .. } in &self.frames {
            let Some(face) = &sighting.face else { continue };
            let length = match run {
                Some((track, length)) if track == face.track => length + 1,
                _ => 1,
            };
            run = Some((face.track, length));
            if best.as_ref().is_none_or(|(longest, _)| length >= *longest) {
                best = Some((length, sighting.cues));
            }
        }
        best.map(|(_, measures)| measures)
    }

    /// The tape as an attacker shows it: in a loop, for `length`; a still is held
    /// up. From the second round on the cues keep their last measures.
    pub fn shown_for(&self, length: Duration) -> Self {
        let Some((first, last)) = self.frames.first().zip(self.frames.last()) else { return Self::default() };
        let (begin, at_end) = (first.sighting.at, last.sighting.cues);
        let round = last.sighting.at.saturating_sub(begin) + STILL_FRAME;
        let mut frames = Vec::new();
        for (sequence, number) in (0..).zip(0_u32..) {
            let count = u32::try_from(self.frames.len()).unwrap_or(u32::MAX);
            let taken = &self.frames[(number % count) as usize];
            let rounds = number / count;
            let at = round * rounds + taken.sighting.at.saturating_sub(begin);
            if at > length {
                break;
            }
            let cues = if rounds == 0 { taken.sighting.cues } else { at_end };
            let sighting = Sighting { sequence, at, cues, ..taken.sighting };
            frames.push(TapeFrame { sighting, template: taken.template.clone() });
        }
        Self { frames }
    }
}

fn opened(file: &Path, rotate: Rotation) -> Result<Box<dyn Source>, CameraError> {
    let orientation = Orientation { rotate, ..Orientation::default() };
    open(&file.to_string_lossy(), &OpenOptions { orientation, ..OpenOptions::default() })
}

/// The square of `factor` times the face's longer side around its centre, as far as the frame goes.
fn cut(frame: &Frame, face: &Bounds, factor: f32) -> Frame {
    let half = face.width.max(face.height) * factor / 2.0;
    let (x, y) = (face.x + face.width / 2.0, face.y + face.height / 2.0);
    // The cast of a float saturates, so a face beyond the edge leaves at least one pixel.
    let range = |middle: f32, all: u32| {
        let first = ((middle - half).max(0.0) as u32).min(all.saturating_sub(1));
        first..((middle + half).max(0.0) as u32).clamp(first + 1, all.max(first + 1))
    };
    let (columns, rows) = (range(x, frame.width), range(y, frame.height));
    let mut part = Frame { sequence: frame.sequence, at: frame.at, ..Frame::default() };
    part.captured = frame.captured;
    part.resize(columns.end - columns.start, rows.end - rows.start);
    let line = part.width as usize * 3;
    for (to, row) in part.rgb.chunks_exact_mut(line).zip(rows) {
        let from = (row as usize * frame.width as usize + columns.start as usize) * 3;
        to.copy_from_slice(&frame.rgb[from..from + line]);
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_keeps_the_pixels_around_the_face() {
        let mut frame = Frame::default();
        frame.resize(10, 8);
        for (index, pixel) in frame.rgb.chunks_exact_mut(3).enumerate() {
            pixel.fill(index as u8);
        }
        let part = cut(&frame, &Bounds { x: 4.0, y: 3.0, width: 2.0, height: 2.0 }, 2.0);
        assert_eq!((part.width, part.height, part.rgb[0]), (4, 4, 23));
        let corner = cut(&frame, &Bounds { x: -9.0, y: 70.0, width: 2.0, height: 2.0 }, 2.0);
        assert_eq!((corner.width, corner.height, corner.rgb[0]), (1, 1, 70));
    }
}
