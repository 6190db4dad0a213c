//! Motion (codes 12211 and 12205): does the face move like a flat sheet, and does its background
//! move with it?
//!
//! A turning head shows other sides of itself. A turning sheet shows the same picture under a
//! projective map (Hartley and Zisserman, 13). So the face at each turn is compared with the
//! frontal one under the best such map, by points and by pixels. The points alone are not enough:
//! the mesh network was trained on heads and gives any picture some depth.
//!
//! A film of a turning head is not a sheet in this sense. Its surroundings reveal it: see
//! [`surround`].
//!
//! Measures:
//!
//! | # | range | meaning |
//! |---|---|---|
//! | 0 | -1 to 1 | points: 1 if a plane explains the turns, -1 if a head's depth does, 0 if unknown |
//! | 1 | -1 to 1 | pixels: 1 if the frontal face looks the same under a plane's map, -1 if not at all, 0 if unknown |
//! | 2 | 0 to 1 | stillness of lids and lips while the face moved |
//! | 3 | -1 to 1 | the surroundings near the face: 1 if they move along, -1 if they stay, 0 if unknown |
//! | 4 | -1 to 1 | the same for the surroundings further out: a moving camera, or a picture that fills the frame |
//! | 5 | 0 to 1 | the largest turn compared, divided by 30 degrees |
//!
//! A measure is scaled towards 0 if little was seen, so that a weighted sum of the measures needs
//! no products.

use std::time::Duration;

use super::cue::{CueWatcher, Look, Needs};
use crate::face::geometry::Point;
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures, MEASURES, Unavailable};

pub mod homography;
pub mod key;
pub mod shape;
pub mod surround;

use key::{Key, KeyComparison, PATCH};
use shape::Shape;
use surround::Surround;

/// Fifteen looks per second: a turn takes at least half a second.
const EVERY: Duration = Duration::from_millis(66);
/// Fewest looks before there are measures.
const LEAST_LOOKS: u32 = 12;
/// Smallest turn in degrees that is compared. Below it a head's parallax is lost in the mesh's
/// noise (0.6 pixels).
const LEAST_TURN: f32 = 10.0;
/// The same for a turn estimated from the outline's shape. Speech and mesh noise change that by 5
/// %, which looks like 18 degrees.
const LEAST_SQUEEZE: f32 = 18.0;
/// Turn in degrees from which evidence counts in full.
const FULL_TURN: f32 = 30.0;
/// The smallest turn for each kind of [`Motion::comparisons`].
const LEAST: [f32; 6] = [LEAST_TURN, LEAST_TURN, LEAST_TURN, LEAST_TURN, LEAST_SQUEEZE, LEAST_SQUEEZE];
/// A turn is compared again only if it is larger by this many degrees.
const STEP: f32 = 3.0;
/// The frontal face is chosen among poses within this many degrees of straight ahead.
const FRONTAL: f32 = 15.0;
/// A more frontal face replaces the frontal one if it is nearer to straight by this many degrees.
const MORE_FRONTAL: f32 = 4.0;
/// Least movement of the face, in eye distances, that counts as motion. The tremor of a held hand
/// exceeds it within a second.
const LEAST_WAY: f32 = 0.05;
/// Points' residual from a plane divided by the sine of the turn, in eye distances: the value at
/// which sheet and head are equally likely, and the factor from it that is certain. Measured at
/// turns of 20 degrees and more: heads 0.21 to 0.45 (4 clips), sheets 0.025 to 0.06, sheets that
/// fill the frame 0.06 to 0.22 (docs/evaluation/cues-motion.md).
const RESIDUAL: (f32, f32) = (0.13, 1.8);
/// Correlation of blocks under a plane's map at which both are equally likely, and the distance
/// from it that is certain. Heads have 0.54 to 0.90, sheets 0.89 to 0.98.
const CORRELATION: (f32, f32) = (0.915, 0.04);
/// The same for the parallax of blocks, in eye distances. Heads have 0.086 to 0.147, sheets 0.018
/// to 0.07.
const PARALLAX: (f32, f32) = (0.075, 0.025);
/// Quality of the measures if only stillness was observed.
const LEAST_QUALITY: f32 = 0.1;
/// Largest movement of the face since the last look, in eye distances, for a key frame. A faster
/// face is blurred, or its track lags behind.
const STEADY: f32 = 0.35;

/// See the module.
pub struct Motion {
    frontal: Option<Key>,
    passing: Key,
    turns: [Turned; 6],
    shape: Shape,
    surround: Surround,
    scratch: Box<[u8]>,
    looks: u32,
    start: Option<Point>,
    last: Option<Point>,
    way: f32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Turned {
    degrees: f32,
    comparison: Option<KeyComparison>,
}

impl Default for Motion {
    fn default() -> Self {
        Self::new()
    }
}

impl Motion {
    /// A cue that has seen nothing yet.
    pub fn new() -> Self {
        Self {
            frontal: None,
            passing: Key::new(),
            turns: [Turned::default(); 6],
            shape: Shape::new(),
            surround: Surround::new(),
            scratch: vec![0; PATCH * PATCH * 3].into(),
            looks: 0,
            start: None,
            last: None,
            way: 0.0,
        }
    }

    /// The comparisons so far, each with its turn in degrees: left and right, up and down, narrowed
    /// and flattened.
    pub fn comparisons(&self) -> impl Iterator<Item = (f32, KeyComparison)> {
        self.turns
            .iter()
            .filter_map(|turned| turned.comparison.map(|comparison| (turned.degrees, comparison)))
    }

    fn see_turn(&mut self, look: &Look<'_>) {
        let pose = look.face.pose;
        let aside = pose.yaw.abs().max(pose.pitch.abs());
        let Some(frontal) = &self.frontal else {
            if aside < FRONTAL && self.passing.take(look.frame, look.landmarks, look.face, &mut self.scratch)
            {
                self.frontal = Some(self.passing.clone());
            }
            return;
        };
        let held = frontal.pose.yaw.abs().max(frontal.pose.pitch.abs());
        if aside + MORE_FRONTAL < held
            && self.passing.take(look.frame, look.landmarks, look.face, &mut self.scratch)
        {
            self.frontal = Some(self.passing.clone());
            self.turns = [Turned::default(); 6];
            return;
        }
        let turn = frontal.turn_to(look.landmarks, pose);
        let ways = [-turn.yaw, turn.yaw, -turn.pitch, turn.pitch, turn.narrow, turn.flat];
        let mut taken = None;
        for ((turned, degrees), least) in self.turns.iter_mut().zip(ways).zip(LEAST) {
            let further = turned.degrees < FULL_TURN && degrees >= (turned.degrees + STEP).max(least);
            if !further {
                continue;
            }
            let usable = *taken.get_or_insert_with(|| {
                self.passing.take(look.frame, look.landmarks, look.face, &mut self.scratch)
            });
            if !usable {
                return;
            }
            if let Some(comparison) = frontal.compare(&self.passing) {
                *turned = Turned { degrees, comparison: Some(comparison) };
            }
        }
    }

    /// Evidence from points and from pixels.
    fn planar(&self) -> [f32; 2] {
        let (mut points, mut pixels) = (PlaneEvidence::default(), PlaneEvidence::default());
        for (turned, least) in self.turns.iter().zip(LEAST) {
            let Turned { degrees, comparison: Some(comparison) } = *turned else { continue };
            let share = ((degrees - least) / (FULL_TURN - least)).clamp(0.0, 1.0);
            let residual = comparison.residual / degrees.to_radians().sin().max(0.1);
            let flat = (RESIDUAL.0 / residual.max(1e-4)).ln() / RESIDUAL.1.ln();
            points.add(flat.clamp(-1.0, 1.0) * share);
            if let Some(correlation) = comparison.correlation {
                let alike = ((correlation - CORRELATION.0) / CORRELATION.1).clamp(-1.0, 1.0);
                let together = ((PARALLAX.0 - comparison.parallax) / PARALLAX.1).clamp(-1.0, 1.0);
                pixels.add(f32::midpoint(alike, together) * share);
            }
        }
        [points.value(), pixels.value()]
    }
}

/// The strongest evidence either way. A head never looks flat at a wide turn, but a sheet may look
/// like anything if the mesh lost it. So flat takes priority.
#[derive(Debug, Default)]
struct PlaneEvidence {
    flat: f32,
    deep: f32,
}

impl PlaneEvidence {
    fn add(&mut self, value: f32) {
        self.flat = self.flat.max(value);
        self.deep = self.deep.max(-value);
    }

    fn value(&self) -> f32 {
        self.flat - self.deep * (1.0 - self.flat)
    }
}

impl CueWatcher for Motion {
    fn cue(&self) -> Cue {
        Cue::Motion
    }

    fn needs(&self) -> Needs {
        Needs { every: EVERY, turned: None }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        let bounds = look.face.bounds;
        let centre = Point::new(bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0);
        if !(centre.x.is_finite() && centre.y.is_finite() && look.face.eye_distance > 0.0) {
            return Ok(());
        }
        self.looks = self.looks.saturating_add(1);
        let start = *self.start.get_or_insert(centre);
        self.way = self.way.max(centre.distance(start) / look.face.eye_distance);
        self.shape.see(look.face, look.at);
        self.surround.see(look.frame, centre, look.face.eye_distance, look.at);
        let steady = self.last.is_some_and(|last| centre.distance(last) < STEADY * look.face.eye_distance);
        self.last = Some(centre);
        if steady {
            self.see_turn(look);
        }
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        if self.looks < LEAST_LOOKS {
            return CueMeasures::Unavailable(Unavailable::TooFewFrames);
        }
        let turn = self.comparisons().map(|(degrees, _)| degrees).fold(0.0, f32::max) / FULL_TURN;
        if self.way < LEAST_WAY && turn <= 0.0 {
            return CueMeasures::Unavailable(Unavailable::NothingToWatch);
        }
        let [points, pixels] = self.planar();
        let [near, far] = self.surround.evidence();
        let mut measures = [points, pixels, self.shape.stillness(), near, far, turn.clamp(0.0, 1.0)];
        if measures.iter().any(|measure| !measure.is_finite()) {
            measures = [0.0; MEASURES];
        }
        CueMeasures::Measured { measures, quality: turn.max(self.surround.seen()).clamp(LEAST_QUALITY, 1.0) }
    }

    fn forget(&mut self) {
        self.frontal = None;
        self.turns = [Turned::default(); 6];
        self.shape = Shape::new();
        self.surround.forget();
        (self.looks, self.start, self.last, self.way) = (0, None, None, 0.0);
    }
}
