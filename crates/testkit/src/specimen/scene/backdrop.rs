//! The background behind a document: desks, cloths, papers, keyboards, rooms.

use std::f32::consts::TAU;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde::Serialize;

use super::clutter;
use super::exposure::{Exposure, linear};

/// Kinds of backdrops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Backdrop {
    /// A desk of one colour.
    Plain,
    /// The document's own mean colour, or nearly.
    Pale,
    /// Boards with grain.
    Wood,
    /// A woven cloth.
    Fabric,
    /// A striped cloth.
    Stripes,
    /// Square tiles.
    Tiles,
    /// Sheets with print on a desk.
    Papers,
    /// A keyboard.
    Keyboard,
    /// Books, pens, cups on a desk.
    Clutter,
    /// A room, out of focus.
    Room,
}

impl Backdrop {
    /// All backdrops.
    pub const ALL: [Self; 10] = [
        Self::Plain,
        Self::Pale,
        Self::Wood,
        Self::Fabric,
        Self::Stripes,
        Self::Tiles,
        Self::Papers,
        Self::Keyboard,
        Self::Clutter,
        Self::Room,
    ];
    /// Those without edges of their own.
    pub const CALM: [Self; 3] = [Self::Plain, Self::Wood, Self::Fabric];
}

/// Smooth noise from 0 to 1, about one bump for each unit; for places from zero up.
pub(super) struct Noise(Vec<f32>);

const LATTICE: usize = 128;

impl Noise {
    pub(super) fn new(rng: &mut impl Rng) -> Self {
        Self((0..LATTICE * LATTICE).map(|_| rng.random()).collect())
    }

    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        // No floor(): without SSE 4.1 it is a call, and this runs millions of times a frame.
        let (left, top) = ((x as u32) as f32, (y as u32) as f32);
        let smooth = |t: f32| t * t * (3.0 - 2.0 * t);
        let (fx, fy) = (smooth(x - left), smooth(y - top));
        let (left, top) = (left as u32 as usize % LATTICE, top as u32 as usize % LATTICE);
        let (right, bottom) = ((left + 1) % LATTICE, (top + 1) % LATTICE);
        let node = |x: usize, y: usize| self.0[y * LATTICE + x];
        let upper = node(left, top) * (1.0 - fx) + node(right, top) * fx;
        let lower = node(left, bottom) * (1.0 - fx) + node(right, bottom) * fx;
        upper * (1.0 - fy) + lower * fy
    }

    /// Three octaves.
    pub(super) fn rough(&self, x: f32, y: f32) -> f32 {
        0.57 * self.at(x, y) + 0.29 * self.at(2.1 * x + 7.3, 2.1 * y + 1.9) + 0.14 * self.at(4.3 * x, 4.3 * y)
    }
}

/// Paints a backdrop. `mean` is the document's mean colour in linear light; `blur` the defocus of
/// what is behind, in pixels.
pub(super) fn paint(
    kind: Backdrop,
    seed: u64,
    (width, height): (usize, usize),
    mean: [f32; 3],
    blur: f32,
) -> Exposure {
    // Half the pixels are enough for what is out of focus.
    let step = if blur >= 4.0 {
        4
    } else if blur >= 1.2 {
        2
    } else {
        1
    };
    let (across, down) = (width.div_ceil(step), height.div_ceil(step));
    let mut rng = StdRng::seed_from_u64(seed);
    let mut out = Exposure::new(across, down);
    let unit = 1280.0 / across as f32;
    texture(&mut out, kind, unit, mean, &mut rng);
    match kind {
        Backdrop::Papers => clutter::papers(&mut out, unit, &mut rng),
        Backdrop::Clutter => clutter::things(&mut out, unit, &mut rng),
        Backdrop::Room => clutter::room(&mut out, unit, &mut rng),
        _ => {}
    }
    out.defocus(blur / step as f32);
    if step == 1 { out } else { out.scaled(width, height) }
}

const DESKS: [[u8; 3]; 9] = [
    [182, 176, 166],
    [92, 74, 60],
    [58, 62, 70],
    [214, 210, 202],
    [120, 132, 140],
    [44, 40, 38],
    [150, 116, 84],
    [206, 196, 176],
    [88, 104, 92],
];
const CLOTHS: [[u8; 3]; 8] = [
    [52, 64, 98],
    [128, 44, 50],
    [196, 186, 168],
    [72, 92, 72],
    [40, 40, 46],
    [172, 150, 118],
    [110, 112, 122],
    [214, 208, 214],
];

/// `unit` is the size of one pixel of a frame 1280 across.
fn texture(out: &mut Exposure, kind: Backdrop, unit: f32, mean: [f32; 3], rng: &mut StdRng) {
    let noise = Noise::new(rng);
    let first = linear(pick(if cloth(kind) { &CLOTHS } else { &DESKS }, rng));
    let second = linear(pick(&CLOTHS, rng));
    let (sin, cos) = rng.random_range(0.0..TAU).sin_cos();
    let size = rng.random_range(0.7..1.5);
    let nearness: f32 = rng.random_range(0.82..1.12);
    let share: f32 = rng.random_range(0.3..0.7);
    let width = out.width;
    for (place, pixel) in out.light.chunks_exact_mut(3).enumerate() {
        let (px, py) = ((place % width) as f32 * unit, (place / width) as f32 * unit);
        // Far from zero, for the noise's lattice.
        let x = (px * cos - py * sin) * size + 4000.0;
        let y = (px * sin + py * cos) * size + 4000.0;
        let grain = noise.rough(x / 90.0, y / 90.0) - 0.5;
        let (colour, shade) = match kind {
            Backdrop::Plain | Backdrop::Papers | Backdrop::Clutter | Backdrop::Room => {
                let fine = noise.at(x / 2.2, y / 2.2) - 0.5;
                (first, 1.0 + 0.22 * grain + 0.07 * fine)
            }
            Backdrop::Pale => (mean.map(|light| light * nearness), 1.0 + 0.08 * grain),
            Backdrop::Wood => (first, wood(&noise, x, y)),
            Backdrop::Fabric => {
                let weave = (x * 1.1).sin() * (y * 1.1).sin();
                (first, 1.0 + 0.16 * weave + 0.30 * grain)
            }
            Backdrop::Stripes => {
                let band = (x / 74.0).fract();
                let edge = ((band - share).abs().min(band).min(1.0 - band) * 30.0).clamp(0.0, 1.0);
                let colour = if band < share { first } else { second };
                (colour, 0.92 + 0.08 * edge + 0.2 * grain + 0.05 * (y * 1.4).sin())
            }
            Backdrop::Tiles => {
                let (u, v) = ((x / 150.0).fract(), (y / 150.0).fract());
                let joint = u.min(v).min(1.0 - u).min(1.0 - v) < 0.018;
                let own = noise.0[((x / 150.0) as usize * 31 + (y / 150.0) as usize * 17) % 4096] - 0.5;
                if joint { (linear([150, 146, 140]), 0.7) } else { (first, 1.0 + 0.2 * grain + 0.18 * own) }
            }
            Backdrop::Keyboard => keyboard(&noise, first, x, y, grain),
        };
        for (value, light) in pixel.iter_mut().zip(colour) {
            *value = light * shade.max(0.02);
        }
    }
}

fn cloth(kind: Backdrop) -> bool {
    matches!(kind, Backdrop::Fabric | Backdrop::Stripes)
}

fn wood(noise: &Noise, x: f32, y: f32) -> f32 {
    let board = (y / 190.0).floor();
    let within = (y / 190.0).fract();
    let shift = board * 37.7;
    let warp = noise.at(x / 260.0 + shift, y / 60.0) * 6.0;
    let rings = ((y / 9.0 + warp + shift) * 0.9).sin();
    let fibre = noise.at(x / 40.0 + shift, y / 1.6) - 0.5;
    let gap = if !(0.012..=0.988).contains(&within) { 0.35 } else { 1.0 };
    (1.0 + 0.16 * rings + 0.34 * fibre + 0.22 * (noise.at(shift, board) - 0.5)) * gap
}

fn keyboard(noise: &Noise, first: [f32; 3], x: f32, y: f32, grain: f32) -> ([f32; 3], f32) {
    let row = (y / 74.0).floor();
    let (u, v) = (((x + row * 23.0) / 74.0).fract() - 0.5, (y / 74.0).fract() - 0.5);
    let dx = (u.abs() - 0.34).max(0.0);
    let dy = (v.abs() - 0.34).max(0.0);
    let reach = dx.hypot(dy);
    let dark = first.map(|light| (light * 0.25).min(0.06));
    if reach > 0.1 {
        return (dark.map(|light| light * 0.4), 1.0);
    }
    // A letter, in the key's upper left.
    let letter = (u + 0.14).abs() < 0.1 && (v + 0.14).abs() < 0.12 && noise.at(x / 5.0, y / 5.0) > 0.52;
    let rim = if reach > 0.06 { 1.35 } else { 1.0 };
    (if letter { [0.62, 0.62, 0.6] } else { dark }, rim + 0.15 * grain)
}

pub(super) fn pick(colours: &[[u8; 3]], rng: &mut impl Rng) -> [u8; 3] {
    colours.choose(rng).copied().unwrap_or([128; 3])
}
