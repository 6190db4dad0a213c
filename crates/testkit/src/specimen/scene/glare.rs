//! Reflections on a document's surface, in page coordinates, so that they are part of the truth.

use std::ops::RangeInclusive;

use rand::Rng;
use serde::Serialize;

use crate::specimen::canvas::rounded;

/// What is reflected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A lamp: a soft round spot.
    Lamp,
    /// A tube: a soft band over the whole page.
    Tube,
    /// A window: a rectangle with panes.
    Window,
}

/// A reflection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Glare {
    /// What is reflected.
    pub source: Source,
    /// Its middle in pixels of the page.
    pub centre: [f32; 2],
    /// Half its width and height in pixels of the page.
    pub half: [f32; 2],
    /// Degrees, clockwise.
    pub turn: f32,
    /// Light divided by white paper's: 1 burns out everything under it.
    pub strength: f32,
}

impl Glare {
    pub(super) fn draw(page: (u32, u32), strength: RangeInclusive<f32>, rng: &mut impl Rng) -> Self {
        let (width, height) = (page.0 as f32, page.1 as f32);
        let source = [Source::Lamp, Source::Tube, Source::Window][rng.random_range(0..3)];
        let half = match source {
            Source::Lamp => {
                let radius = width * rng.random_range(0.05..0.16);
                [radius * rng.random_range(0.8..1.6), radius]
            }
            Source::Tube => [width, width * rng.random_range(0.03..0.09)],
            Source::Window => [width * rng.random_range(0.08..0.2), width * rng.random_range(0.06..0.18)],
        };
        Self {
            source,
            centre: [width * rng.random_range(0.05..0.95), height * rng.random_range(0.05..0.95)],
            half,
            turn: rng.random_range(-75.0..75.0),
            strength: rng.random_range(strength),
        }
    }

    /// Light it adds at a place of the page; white paper gives 1.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let (dx, dy) = (x - self.centre[0], y - self.centre[1]);
        let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
        let [a, b] = self.half;
        let shape = match self.source {
            // Flat in its middle, with a halo.
            Source::Lamp => {
                let away = (u / a).powi(2) + (v / b).powi(2);
                0.8 * (-away * away).exp() + 0.2 * (-away * 0.4).exp()
            }
            Source::Tube => (-(v / b).powi(2)).exp() * (1.0 - 0.3 * (u / a).powi(2)).max(0.0),
            Source::Window => {
                let soft = 0.12 * a.min(b);
                let edge = (0.5 - rounded([-a, -b, a, b], soft, u, v) / (2.0 * soft)).clamp(0.0, 1.0);
                let pane = if u.abs().min(v.abs()) < 0.04 * a { 0.35 } else { 1.0 };
                edge * pane * 0.85
            }
        };
        self.strength * shape
    }
}
