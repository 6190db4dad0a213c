//! The conditions under which a document is photographed, and one random draw from them.

use std::ops::RangeInclusive;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde::Serialize;

use super::backdrop::Backdrop;
use super::glare::Glare;
use super::hand::Hand;
use super::light::{Blob, Light};
use super::pose::Pose;
use vouch_contract::document::fields::Quad;

/// Random poses to try before the document is moved to the middle instead.
const TRIES: u32 = 40;
/// Distance of a corner from the frame's edge, pixels.
const MARGIN: f32 = 6.0;

/// Ranges from which a photograph's conditions are drawn, uniformly.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// Width and height in pixels.
    pub frame: (u32, u32),
    /// Width of the document as a share of the frame's.
    pub reach: RangeInclusive<f32>,
    /// Largest pitch and yaw, degrees; together at most this.
    pub tilt: f32,
    /// Largest rotation in the picture, degrees.
    pub roll: f32,
    /// The document is upside down.
    pub upside_down: bool,
    /// A part of the document is outside the frame.
    pub cut_off: bool,
    /// Backdrops.
    pub backdrops: &'static [Backdrop],
    /// Chance that a hand holds it.
    pub held: f64,
    /// How far the thumb reaches onto it, millimetres.
    pub thumb: RangeInclusive<f32>,
    /// Chance of a reflection.
    pub glare: f64,
    /// Light of a reflection divided by the paper's: 1 burns out everything under it.
    pub glare_strength: RangeInclusive<f32>,
    /// Chance of a shadow on it.
    pub shadow: f64,
    /// Largest loss of light from one side of the frame to the other, as a share.
    pub unevenness: f32,
    /// White paper in linear light.
    pub exposure: RangeInclusive<f32>,
    /// Deviation of the defocus, pixels.
    pub defocus: RangeInclusive<f32>,
    /// Path of the motion blur, pixels.
    pub motion: RangeInclusive<f32>,
    /// Deviation of the noise at middle grey, levels of 255.
    pub noise: RangeInclusive<f32>,
    /// Quality of the JPEG.
    pub jpeg: RangeInclusive<u8>,
}

impl Conditions {
    /// On a calm desk, well lit, hardly tilted.
    pub fn easy() -> Self {
        Self {
            frame: (1280, 720),
            reach: 0.62..=0.74,
            tilt: 8.0,
            roll: 4.0,
            upside_down: false,
            cut_off: false,
            backdrops: &Backdrop::CALM,
            held: 0.0,
            thumb: 2.0..=5.0,
            glare: 0.0,
            glare_strength: 0.1..=0.3,
            shadow: 0.0,
            unevenness: 0.15,
            exposure: 0.75..=0.92,
            defocus: 0.4..=0.7,
            motion: 0.0..=0.5,
            noise: 1.0..=2.5,
            jpeg: 88..=95,
        }
    }

    /// As people hold a card before a terminal.
    pub fn typical() -> Self {
        Self {
            reach: 0.50..=0.76,
            tilt: 20.0,
            roll: 12.0,
            backdrops: &Backdrop::ALL,
            held: 0.7,
            glare: 0.35,
            glare_strength: 0.15..=1.2,
            shadow: 0.4,
            unevenness: 0.4,
            exposure: 0.55..=0.98,
            defocus: 0.4..=1.0,
            motion: 0.0..=1.8,
            noise: 1.5..=4.5,
            jpeg: 78..=94,
            ..Self::easy()
        }
    }

    /// The worst that still occurs: dim, tilted by 30°, glaring, moving.
    pub fn hard() -> Self {
        Self {
            reach: 0.40..=0.80,
            tilt: 30.0,
            roll: 25.0,
            held: 0.85,
            thumb: 3.0..=13.0,
            glare: 0.7,
            glare_strength: 0.3..=3.0,
            shadow: 0.7,
            unevenness: 0.65,
            exposure: 0.22..=1.15,
            defocus: 0.5..=2.0,
            motion: 0.0..=5.0,
            noise: 2.5..=9.0,
            jpeg: 60..=90,
            ..Self::typical()
        }
    }

    /// The same in frames of another size; lengths in pixels scale with it.
    #[must_use]
    pub fn at(mut self, width: u32, height: u32) -> Self {
        let factor = width as f32 / self.frame.0 as f32;
        let grow = |range: &RangeInclusive<f32>| range.start() * factor..=range.end() * factor;
        (self.defocus, self.motion) = (grow(&self.defocus), grow(&self.motion));
        self.frame = (width, height);
        self
    }
}

/// One draw: everything that determines a photograph, except its noise.
#[derive(Debug, Clone, Serialize)]
pub struct Shot {
    /// Width and height in pixels.
    pub frame: (u32, u32),
    /// The document's pose.
    pub pose: Pose,
    /// The background.
    pub backdrop: Backdrop,
    /// The backdrop's own seed.
    pub backdrop_seed: u64,
    /// Defocus of the backdrop, pixels.
    pub backdrop_blur: f32,
    /// The hand that holds it.
    pub hand: Option<Hand>,
    /// Reflections, in places of the page.
    pub glare: Vec<Glare>,
    /// Light and shadows.
    pub light: Light,
    /// Deviation of the defocus, pixels.
    pub defocus: f32,
    /// Motion blur: path in pixels, direction in degrees.
    pub motion: (f32, f32),
    /// Deviation of the noise, levels.
    pub noise: f32,
    /// Quality of the JPEG.
    pub jpeg: u8,
}

impl Shot {
    /// Draws one for a page of this size in pixels.
    pub fn draw(page: (u32, u32), conditions: &Conditions, rng: &mut StdRng) -> Self {
        let pose = pose(page, conditions, rng);
        let held = rng.random_bool(conditions.held);
        let count = if rng.random_bool(conditions.glare) { rng.random_range(1..=2) } else { 0 };
        let glare = (0..count).map(|_| Glare::draw(page, conditions.glare_strength.clone(), rng)).collect();
        let scale = conditions.frame.0 as f32 / 1280.0;
        // A held document is away from its background; a lying one is not.
        let blur = if held { rng.random_range(0.5..7.0) } else { rng.random_range(0.0..0.6) };
        let backdrop = conditions.backdrops.choose(rng).copied().unwrap_or(Backdrop::Plain);
        let blur = if backdrop == Backdrop::Room { rng.random_range(3.0..12.0) } else { blur };
        Self {
            frame: conditions.frame,
            pose,
            backdrop,
            backdrop_seed: rng.random(),
            backdrop_blur: blur * scale,
            hand: held.then(|| Hand::draw(conditions.thumb.clone(), rng)),
            glare,
            light: light(conditions, held, rng),
            defocus: rng.random_range(conditions.defocus.clone()),
            motion: (rng.random_range(conditions.motion.clone()), rng.random_range(0.0..180.0)),
            noise: rng.random_range(conditions.noise.clone()),
            jpeg: rng.random_range(conditions.jpeg.clone()),
        }
    }
}

impl Shot {
    /// The share of a page's area (x, y, width, height) that the thumb hides, 0 to 1.
    pub fn hidden(&self, page: (u32, u32), area: [f32; 4]) -> f32 {
        let Some(hand) = self.hand else { return 0.0 };
        let hidden = places(area).filter(|&(x, y)| hand.hides(page, x, y)).count();
        hidden as f32 / places(area).count() as f32
    }

    /// The most light that reflections add within an area of the page; white paper gives 1.
    pub fn worst_glare(&self, area: [f32; 4]) -> f32 {
        places(area)
            .map(|(x, y)| self.glare.iter().fold(0.0, |sum, glare| sum + glare.at(x, y)))
            .fold(0.0, f32::max)
    }
}

/// A grid of places over an area, its edges included.
fn places([x, y, width, height]: [f32; 4]) -> impl Iterator<Item = (f32, f32)> {
    const ACROSS: u16 = 60;
    const DOWN: u16 = 16;
    (0..=DOWN).flat_map(move |row| {
        (0..=ACROSS).map(move |column| {
            let (u, v) = (f32::from(column) / f32::from(ACROSS), f32::from(row) / f32::from(DOWN));
            (x + u * width, y + v * height)
        })
    })
}

fn light(conditions: &Conditions, held: bool, rng: &mut StdRng) -> Light {
    let warm = rng.random_range(-0.10..0.10_f32);
    let shadows = if rng.random_bool(conditions.shadow) { rng.random_range(1..=2) } else { 0 };
    Light {
        white: rng.random_range(conditions.exposure.clone()),
        tint: [1.0 + warm, 1.0, 1.0 - warm],
        lost: rng.random_range(0.0..=conditions.unevenness),
        from: rng.random_range(0.0..360.0),
        vignette: rng.random_range(0.0..0.25),
        shadows: (0..shadows).map(|_| Blob::draw(rng)).collect(),
        // A held card casts no shadow on a background far behind it.
        cast: if held { 0.0 } else { rng.random_range(0.2..0.6) },
    }
}

fn pose(page: (u32, u32), conditions: &Conditions, rng: &mut StdRng) -> Pose {
    let mut pose =
        Pose { centre: [0.5, 0.5], reach: *conditions.reach.start(), pitch: 0.0, yaw: 0.0, roll: 0.0 };
    for _ in 0..TRIES {
        let tilt = conditions.tilt * rng.random::<f32>().sqrt();
        let direction = rng.random_range(0.0..360.0_f32).to_radians();
        let wander = if conditions.cut_off { 0.5 } else { 0.25 };
        pose = Pose {
            centre: [0.5 + rng.random_range(-wander..wander), 0.5 + rng.random_range(-wander..wander)],
            reach: rng.random_range(conditions.reach.clone()),
            pitch: tilt * direction.sin(),
            yaw: tilt * direction.cos(),
            roll: rng.random_range(-conditions.roll..=conditions.roll)
                + if conditions.upside_down { 180.0 } else { 0.0 },
        };
        let outside = beyond(&pose.corners(page, conditions.frame), conditions.frame);
        let fits = if conditions.cut_off {
            (40.0..conditions.frame.0 as f32 * 0.3).contains(&outside)
        } else {
            outside <= -MARGIN
        };
        if fits {
            return pose;
        }
    }
    if conditions.cut_off {
        pose.centre = [0.5 + pose.reach / 2.0, 0.5];
        return pose;
    }
    pose.centre = [0.5, 0.5];
    while beyond(&pose.corners(page, conditions.frame), conditions.frame) > -MARGIN && pose.reach > 0.1 {
        pose.reach *= 0.95;
    }
    pose
}

/// How far the corner furthest out is outside the frame; negative inside.
fn beyond(quad: &Quad, (width, height): (u32, u32)) -> f32 {
    quad.0
        .iter()
        .map(|[x, y]| (-x).max(-y).max(x - width as f32).max(y - height as f32))
        .fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn corners_are_inside_unless_told() {
        for seed in 0..300 {
            let mut rng = StdRng::seed_from_u64(seed);
            for page in [(1011, 638), (1476, 1039)] {
                for conditions in [Conditions::easy(), Conditions::typical(), Conditions::hard()] {
                    let shot = Shot::draw(page, &conditions, &mut rng);
                    let outside = beyond(&shot.pose.corners(page, shot.frame), shot.frame);
                    assert!(outside <= 0.0, "seed {seed}: {outside} pixels, {:?}", shot.pose);
                    let cut = Conditions { cut_off: true, ..conditions };
                    let shot = Shot::draw(page, &cut, &mut rng);
                    let outside = beyond(&shot.pose.corners(page, shot.frame), shot.frame);
                    assert!(outside > 0.0, "seed {seed}: {outside} pixels, {:?}", shot.pose);
                }
            }
        }
    }
}
