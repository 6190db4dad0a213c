//! Light over a frame: level, colour, falling off to a side, shadows.

use rand::Rng;
use serde::Serialize;

/// Pixels of a frame between two places at which the light is computed.
const CELL: usize = 16;

/// Light and shadows of a photograph.
#[derive(Debug, Clone, Serialize)]
pub struct Light {
    /// White paper in linear light.
    pub white: f32,
    /// Factors for red, green, blue.
    pub tint: [f32; 3],
    /// Share of the light lost at the far side.
    pub lost: f32,
    /// Degrees: where the light comes from.
    pub from: f32,
    /// Share lost in the corners.
    pub vignette: f32,
    /// Shadows of things outside the frame.
    pub shadows: Vec<Blob>,
    /// How dark the document's own shadow is, as a share.
    pub cast: f32,
}

/// A soft shadow: a half-plane or a disc with a wide edge.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Blob {
    /// As shares of the frame's width and height.
    pub centre: [f32; 2],
    /// As a share of the frame's width.
    pub radius: f32,
    /// Width of its edge, as a share of the frame's width.
    pub edge: f32,
    /// Share of the light it blocks.
    pub depth: f32,
}

impl Blob {
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        Self {
            centre: [rng.random_range(-0.1..1.1), rng.random_range(-0.1..1.1)],
            radius: rng.random_range(0.12..0.5),
            edge: rng.random_range(0.03..0.25),
            depth: rng.random_range(0.2..0.6),
        }
    }
}

/// Light on a grid over the frame.
pub(super) struct Field {
    cells: Vec<f32>,
    across: usize,
}

impl Light {
    /// The light at each place, for white paper.
    pub(super) fn field(&self, width: usize, height: usize) -> Field {
        let (across, down) = (width.div_ceil(CELL) + 1, height.div_ceil(CELL) + 1);
        let (sin, cos) = self.from.to_radians().sin_cos();
        let aspect = height as f32 / width as f32;
        let mut cells = Vec::with_capacity(across * down);
        for row in 0..down {
            for column in 0..across {
                let x = (column * CELL) as f32 / width as f32;
                let y = (row * CELL) as f32 / height as f32;
                let along = ((x - 0.5) * cos + (y - 0.5) * sin + 0.5).clamp(0.0, 1.0);
                let corner = (x - 0.5).hypot((y - 0.5) * aspect) / 0.57;
                let mut light =
                    self.white * (1.0 - self.lost * along) * (1.0 - self.vignette * corner * corner);
                for blob in &self.shadows {
                    let away = (x - blob.centre[0]).hypot((y - blob.centre[1]) * aspect);
                    let inside = ((blob.radius - away) / blob.edge + 0.5).clamp(0.0, 1.0);
                    light *= 1.0 - blob.depth * inside * inside * (3.0 - 2.0 * inside);
                }
                cells.push(light);
            }
        }
        Field { cells, across }
    }
}

impl Field {
    pub(super) fn at(&self, x: usize, y: usize) -> f32 {
        let (left, top) = (x / CELL, y / CELL);
        let (fx, fy) = ((x % CELL) as f32 / CELL as f32, (y % CELL) as f32 / CELL as f32);
        let node = |x: usize, y: usize| self.cells.get(y * self.across + x).copied().unwrap_or(0.0);
        let upper = node(left, top) * (1.0 - fx) + node(left + 1, top) * fx;
        let lower = node(left, top + 1) * (1.0 - fx) + node(left + 1, top + 1) * fx;
        upper * (1.0 - fy) + lower * fy
    }
}
