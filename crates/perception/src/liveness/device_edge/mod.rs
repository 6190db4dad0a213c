//! Edges of paper or of a device around the face (12208).
//!
//! Measures, all 0 to 1, higher means more like an attack. Each is the upper quartile over the
//! looks, because an edge may be outside the picture in some of them (figures:
//! docs/evaluation/cues-image.md):
//!
//! | | measure |
//! |---|---|
//! | 0 | lower side: fraction of it on which a straight edge stands out, between the two vertical edges or in front of the neck, whichever is less |
//! | 1 | corner: the lesser of that fraction and the stronger vertical edge's |
//! | 2 | weakest of three sides (lower, left, right): its fraction |
//! | 3 | three sides, near: geometric mean of the weakest fraction and the mean of all three, lower if the vertical edges are farther from the face |
//! | 4 | weakest of three sides: contrast of the edge against its surroundings |
//! | 5 | unused |
//!
//! Every measure needs the lower side. A door frame, a window or a picture on the wall has vertical
//! edges and an upper side, but its lower side, below the chin, is hidden by the person's own
//! chest. The edge of a print or device held up crosses the chest. Chests have edges too (collars,
//! straps), but they are short, curved or slanting. A device that extends beyond the bottom of the
//! picture is not seen by this cue.

mod lines;

use std::time::Duration;

use self::lines::{Edges, SIDE, Search, Side};
use super::cue::{CueWatcher, Look, Needs};
use super::cutout::{Cutout, around};
use super::tally::{Tally, ramp};
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures, MEASURES};

/// Side of the cutout in face lengths. A print that shows a face is seldom larger.
const SPAN: f32 = 3.6;
/// Pixels of the cutout per face length.
const LENGTH: f32 = SIDE as f32 / SPAN;
/// Where vertical edges are searched, in face lengths from the face's centre: from the cheek
/// outwards.
const ASIDE: (f32, f32) = (0.45, 1.6);
/// The stretch of a vertical edge that counts: from the forehead to below the chin.
const UPRIGHT: (f32, f32) = (-0.6, 0.75);
/// Where the lower side is searched: from just below the chin downwards.
const BELOW: (f32, f32) = (0.6, 1.7);
/// The stretch of the lower side where no edge behind the person can show: the width of the neck
/// and of the shoulder slopes beside it.
const NECK: (f32, f32) = (-0.45, 0.45);
/// Distance from which a vertical edge no longer counts as near.
const FAR: f32 = 1.65;
/// Contrast of clutter, and of a clean edge (measured on prints: median 0.52, best 0.75).
const CONTRAST: (f32, f32) = (0.2, 0.8);
/// Quantile over the looks that is reported.
const QUARTILE: f32 = 0.75;
/// Eye distance in pixels: at the first, the cutout has more pixels than the frame; at the second,
/// no more than the frame.
const EYES: (f32, f32) = (14.0, 30.0);

/// Watches for edges around the face.
#[derive(Debug)]
pub struct DeviceEdgeWatcher {
    cutout: Cutout,
    edges: Edges,
    tally: Tally,
}

impl Default for DeviceEdgeWatcher {
    fn default() -> Self {
        Self { cutout: Cutout::new(SIDE), edges: Edges::default(), tally: Tally::default() }
    }
}

impl CueWatcher for DeviceEdgeWatcher {
    fn cue(&self) -> Cue {
        Cue::DeviceEdge
    }

    fn needs(&self) -> Needs {
        Needs { every: Duration::from_millis(250), turned: None }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        let eyes = look.face.eye_distance;
        if eyes >= EYES.0 && self.cutout.take(look.frame, around(look.landmarks, SPAN)) {
            let measures = self.look_measures();
            self.tally.add(measures, ramp(eyes, EYES.0, EYES.1));
        } else {
            self.tally.pass_over();
        }
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        self.tally.quantile(QUARTILE)
    }

    fn forget(&mut self) {
        self.tally = Tally::default();
    }
}

impl DeviceEdgeWatcher {
    fn look_measures(&mut self) -> [f32; MEASURES] {
        self.edges.measure(&self.cutout, false);
        let left = self.edges.best(search((-ASIDE.1, -ASIDE.0), UPRIGHT));
        let right = self.edges.best(search(ASIDE, UPRIGHT));
        self.edges.measure(&self.cutout, true);
        let mut lower = self.edges.best(Search {
            aside: (BELOW.0 * LENGTH, BELOW.1 * LENGTH),
            // A border is closed: its lower side joins both vertical edges.
            along: (left.aside, right.aside),
        });
        lower.closed = lower.closed.min(self.edges.closed(&lower, (NECK.0 * LENGTH, NECK.1 * LENGTH)));
        let weakest = lower.closed.min(left.closed).min(right.closed);
        let mean = (lower.closed * left.closed * right.closed).cbrt();
        let near = f32::midpoint(near(&left), near(&right));
        let contrast = lower.contrast.min(left.contrast).min(right.contrast);
        [
            lower.closed,
            lower.closed.min(left.closed.max(right.closed)),
            weakest,
            (weakest * mean).sqrt() * near,
            ramp(contrast, CONTRAST.0, CONTRAST.1),
            0.0,
        ]
    }
}

fn search(aside: (f32, f32), along: (f32, f32)) -> Search {
    let pixels = |(from, to): (f32, f32)| (from * LENGTH, to * LENGTH);
    Search { aside: pixels(aside), along: pixels(along) }
}

/// 1 beside the cheek, falling to 0 at the largest distance that counts.
fn near(upright: &Side) -> f32 {
    1.0 - ramp(upright.aside.abs() / LENGTH, ASIDE.0, FAR)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finds_a_tiny_face_poor, measures, painted, takes_any_picture_and_face};
    use super::*;

    const CENTRE: (f32, f32) = (320.0, 200.0);
    const HEIGHT: f32 = 120.0;

    fn painted_measures(paint: impl Fn(f32, f32) -> Option<[u8; 3]>) -> [f32; MEASURES] {
        let frame = painted(640, 480, |x, y| {
            let wall = 150.0 + 20.0 * (x as f32 / 90.0).sin() + 3.0 * (y as f32 / 7.0).sin();
            paint(x as f32, y as f32).unwrap_or([wall as u8; 3])
        });
        *measures::<DeviceEdgeWatcher>(&frame, CENTRE, HEIGHT).values().expect("measured")
    }

    // A head with hair, a neck and sloping shoulders.
    fn person(x: f32, y: f32) -> Option<[u8; 3]> {
        let (dx, dy) = ((x - CENTRE.0) / HEIGHT, (y - CENTRE.1) / HEIGHT);
        let within = |x: f32, y: f32, low: f32| (dx / x).powi(2) + ((dy - low) / y).powi(2) < 1.0;
        if within(0.42, 0.55, 0.0) || (dx.abs() < 0.2 && (0.0..0.95).contains(&dy)) {
            return Some([190, 140, 120]);
        }
        if within(0.5, 0.62, -0.12) {
            return Some([40, 30, 30]);
        }
        within(1.15, 1.2, 2.0).then_some([60, 70, 110])
    }

    #[test]
    fn the_bezel_of_a_device_is_found() {
        let told = painted_measures(|x, y| {
            let (dx, dy) = ((x - CENTRE.0) / HEIGHT, (y - CENTRE.1) / HEIGHT);
            let (dx, dy) = (dx + 0.05 * dy, dy - 0.05 * dx);
            let within = |half: f32, low: f32| dx.abs() < half && dy.abs() < low;
            if within(0.7, 1.0) { person(x, y) } else { within(0.78, 1.08).then_some([15, 15, 15]) }
        });
        assert!(told[0] > 0.6 && told[2] > 0.6 && told[3] > 0.45 && told[4] > 0.5, "{told:?}");
    }

    #[test]
    fn a_door_frame_behind_the_head_is_not() {
        let told = painted_measures(|x, y| {
            let dx = ((x - CENTRE.0) / HEIGHT).abs();
            let jamb = (0.95..1.1).contains(&dx) || (dx < 1.1 && y < CENTRE.1 - HEIGHT);
            person(x, y).or(jamb.then_some([90, 60, 40]))
        });
        assert!(told[0] < 0.5 && told[2] < 0.5 && told[3] < 0.4, "{told:?}");
    }

    #[test]
    fn a_picture_on_the_wall_behind_is_not() {
        let told = painted_measures(|x, y| {
            let (dx, dy) = ((x - CENTRE.0) / HEIGHT, (y - CENTRE.1) / HEIGHT);
            let picture = (-1.0..0.9).contains(&dx) && (-1.2..0.9).contains(&dy);
            person(x, y).or(picture.then_some([30, 90, 60]))
        });
        assert!(told[0] < 0.5 && told[2] < 0.5 && told[3] < 0.4, "{told:?}");
    }

    #[test]
    fn any_picture_will_do_and_a_tiny_face_is_a_poor_one() {
        finds_a_tiny_face_poor::<DeviceEdgeWatcher>();
        takes_any_picture_and_face::<DeviceEdgeWatcher>();
    }
}
