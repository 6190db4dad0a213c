//! Networks for presentation attack detection. A network with the role `pad` sees the face with some
//! of its surroundings and gives one score per class, one of which is a live person. Networks of one
//! cue are averaged: the operator's ([`Cue::PassiveNetwork`]), Vouch's own, that of an open package.
//!
//! | measure | what | range |
//! |---|---|---|
//! | 0 | mean over looks and networks of the attack's log-odds, ln((1-p)/p) | -1 (live) to 1, in units of [`LOG_ODDS`] |
//! | 1 | the same for the look most like an attack | -1 to 1 |
//! | 2 | mean over looks of how far the networks disagree on p | 0 to 1 |

use std::time::Duration;

use super::cue::{CueWatcher, Look, Needs};
use crate::face::geometry::Affine;
use crate::face::warp::{warp, warp_smooth};
use crate::runtime::RuntimeError;
use crate::runtime::manifest::{Colour, Crop};
use crate::runtime::model::Model;
use vouch_contract::face::Bounds;
use vouch_contract::liveness::{Cue, CueMeasures, MEASURES, Unavailable};

/// Log-odds that measure 1. Beyond e^6, about 400 to 1, int8 outputs make no difference.
const LOG_ODDS: f32 = 6.0;
/// Two and a half looks per second. All networks together take about 8 ms for a look on x86-64, 0.7 ms
/// for each frame at 30 a second; a session has time for dozens of looks.
const EVERY: Duration = Duration::from_millis(400);

/// The networks see faces that are turned by no more than this, degrees. They were made for frontal
/// faces, but a webcam on a desk looks up at a face: with 20 degrees a quarter of the webcam stills
/// were never seen by them.
const TURNED: f32 = 40.0;

/// One network of the role `pad`.
struct PadNet {
    model: Model,
    scale: f32,
    crop: Crop,
    live: usize,
}

impl PadNet {
    fn new(model: Model) -> Result<Self, RuntimeError> {
        let entry = model.entry();
        let fail = |need: &'static str| RuntimeError::role_needs(entry, need);
        let Some(pad) = &entry.pad else { return Err(fail("[model.pad]")) };
        if pad.live_index >= model.output(0).len() {
            return Err(fail("a live_index in [model.pad] that is one of the first output's numbers"));
        }
        let (scale, crop, live) = (pad.scale, pad.crop, pad.live_index);
        Ok(Self { model, scale, crop, live })
    }

    /// The probability that the face is a live person's, 0 to 1; none if the network gives no
    /// numbers.
    fn live(&mut self, look: &Look<'_>) -> Result<Option<f32>, RuntimeError> {
        let input = &self.model.entry().input;
        let (width, height, bgr) = (input.width as usize, input.height as usize, input.colour == Colour::Bgr);
        let (face, frame) = (&look.face.bounds, look.frame);
        let Some(area) = surroundings(face, self.crop, self.scale, frame.width, frame.height) else {
            return Ok(None);
        };
        let to_frame = scaled(&area, width, height);
        let sampled = match self.crop {
            Crop::Box => warp,
            Crop::Square => warp_smooth,
        };
        sampled(frame, &to_frame, width, height, 0x80, self.model.input_mut());
        if bgr {
            self.model.input_mut().chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
        }
        self.model.run()?;
        Ok(probability(self.model.output(0).len(), self.live, |index| self.model.output(0).value(index)))
    }
}

/// The class's probability. Outputs that are not negative and sum to about 1 are taken as
/// probabilities, others as scores before the softmax.
fn probability(classes: usize, live: usize, value: impl Fn(usize) -> f32) -> Option<f32> {
    let sum: f32 = (0..classes).map(&value).sum();
    let normal = (0..classes).all(|index| value(index) >= 0.0) && (sum - 1.0).abs() < 0.1;
    let p = if normal {
        value(live) / sum
    } else {
        let top = (0..classes).map(&value).fold(f32::NEG_INFINITY, f32::max);
        (value(live) - top).exp() / (0..classes).map(|index| (value(index) - top).exp()).sum::<f32>()
    };
    p.is_finite().then_some(p)
}

/// The surroundings of a face, shifted into the frame. [`Crop::Box`]: its box enlarged `scale` times,
/// as far as the frame allows (Silent-Face's crop). [`Crop::Square`]: a square of `scale` times the
/// mean of its width and height, at most the frame's shorter side.
fn surroundings(face: &Bounds, crop: Crop, scale: f32, width: u32, height: u32) -> Option<Bounds> {
    let (frame_width, frame_height) = (width as f32, height as f32);
    if !(face.width >= 4.0 && face.height >= 4.0 && frame_width > 1.0 && frame_height > 1.0) {
        return None;
    }
    let (width, height) = match crop {
        Crop::Box => {
            let scale = scale.min((frame_width - 1.0) / face.width).min((frame_height - 1.0) / face.height);
            (face.width * scale, face.height * scale)
        }
        Crop::Square => {
            let mean = (face.width + face.height) / 2.0;
            let side = (scale * mean).min(frame_width.min(frame_height) - 1.0);
            (side, side)
        }
    };
    let x = (face.x + face.width / 2.0 - width / 2.0).max(0.0).min(frame_width - width);
    let y = (face.y + face.height / 2.0 - height / 2.0).max(0.0).min(frame_height - height);
    Some(Bounds { x, y, width, height })
}

fn scaled(area: &Bounds, width: usize, height: usize) -> Affine {
    Affine { x: [area.width / width as f32, 0.0, area.x], y: [0.0, area.height / height as f32, area.y] }
}

/// The networks of one cue. See the module.
pub struct PassiveNetworks {
    cue: Cue,
    nets: Vec<PadNet>,
    looks: u32,
    sum: f32,
    worst: f32,
    disagreement: f32,
    failed: bool,
}

impl PassiveNetworks {
    /// Wraps loaded networks; the list may be empty.
    ///
    /// # Errors
    /// [`RuntimeError::Contract`] if one is not a `pad` network.
    pub fn new(cue: Cue, models: Vec<Model>) -> Result<Self, RuntimeError> {
        let nets = models.into_iter().map(PadNet::new).collect::<Result<_, _>>()?;
        Ok(Self { cue, nets, looks: 0, sum: 0.0, worst: -1.0, disagreement: 0.0, failed: false })
    }

    /// The networks.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.nets.iter().map(|net| &net.model)
    }
}

impl CueWatcher for PassiveNetworks {
    fn cue(&self) -> Cue {
        self.cue
    }

    fn needs(&self) -> Needs {
        Needs { every: EVERY, turned: Some(TURNED) }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        let (mut sum, mut low, mut high, mut count) = (0.0, 1.0_f32, 0.0_f32, 0_u8);
        for net in &mut self.nets {
            let live = net.live(look).inspect_err(|_| self.failed = true)?;
            let Some(p) = live else { continue };
            let p = p.clamp(1e-4, 1.0 - 1e-4);
            sum += (((1.0 - p) / p).ln() / LOG_ODDS).clamp(-1.0, 1.0);
            (low, high) = (low.min(p), high.max(p));
            count += 1;
        }
        if count > 0 {
            let mean = sum / f32::from(count);
            self.looks += 1;
            self.sum += mean;
            self.worst = self.worst.max(mean);
            self.disagreement += high - low;
        }
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        if self.nets.is_empty() {
            return CueMeasures::Unavailable(Unavailable::NotFitted);
        }
        if self.looks == 0 {
            return CueMeasures::Unavailable(if self.failed {
                Unavailable::Failed
            } else {
                Unavailable::TooFewFrames
            });
        }
        let looks = self.looks as f32;
        let mut measures = [0.0; MEASURES];
        (measures[0], measures[1], measures[2]) = (self.sum / looks, self.worst, self.disagreement / looks);
        CueMeasures::Measured { measures, quality: (looks / 5.0).min(1.0) }
    }

    fn forget(&mut self) {
        (self.looks, self.sum, self.worst, self.disagreement, self.failed) = (0, 0.0, -1.0, 0.0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crop_is_clamped_and_shifted_into_the_frame() {
        let face = Bounds { x: 0.0, y: 10.0, width: 50.0, height: 60.0 };
        let area = surroundings(&face, Crop::Box, 2.0, 640, 480).expect("a face");
        assert_eq!((area.x, area.y, area.width, area.height), (0.0, 0.0, 100.0, 120.0));
        let all = surroundings(&face, Crop::Box, 40.0, 640, 480).expect("a face");
        assert!(all.height <= 479.5 && all.y >= 0.0 && all.x >= 0.0);
        assert!(surroundings(&Bounds::default(), Crop::Box, 2.0, 640, 480).is_none());
    }

    #[test]
    fn a_square_crop_stays_within_the_frame() {
        let face = Bounds { x: 0.0, y: 10.0, width: 50.0, height: 70.0 };
        let area = surroundings(&face, Crop::Square, 2.0, 640, 480).expect("a face");
        assert_eq!((area.x, area.y, area.width, area.height), (0.0, 0.0, 120.0, 120.0));
        let all = surroundings(&face, Crop::Square, 40.0, 640, 480).expect("a face");
        assert_eq!((all.width, all.height), (479.0, 479.0));
        assert!(surroundings(&Bounds::default(), Crop::Square, 2.0, 640, 480).is_none());
    }

    #[test]
    fn scores_and_probabilities_are_both_understood() {
        let p = probability(3, 1, |index| [0.1, 0.7, 0.2][index]).expect("a number");
        assert!((p - 0.7).abs() < 1e-6);
        let p = probability(3, 1, |index| [0.0, 5.0, -5.0][index]).expect("a number");
        assert!(p > 0.99 && p < 1.0);
        assert!(probability(2, 0, |_| f32::NAN).is_none());
    }
}
