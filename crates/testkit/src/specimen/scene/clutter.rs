//! Things on and behind a desk: sheets with print, books, pens, cups, furniture. Flat shapes with
//! soft edges and a shadow, in units of a frame 1280 across.

use std::f32::consts::TAU;

use rand::Rng;
use rand::rngs::StdRng;

use super::backdrop::pick;
use super::exposure::{Exposure, linear};
use crate::specimen::canvas::rounded;

const THINGS: [[u8; 3]; 10] = [
    [170, 40, 44],
    [40, 82, 140],
    [226, 222, 212],
    [36, 38, 44],
    [214, 170, 60],
    [64, 112, 80],
    [120, 120, 126],
    [238, 238, 234],
    [96, 66, 48],
    [146, 160, 178],
];

/// A rectangle with its own axes.
struct Block {
    centre: (f32, f32),
    half: (f32, f32),
    turn: (f32, f32),
    radius: f32,
}

impl Block {
    fn new(centre: (f32, f32), half: (f32, f32), angle: f32, radius: f32) -> Self {
        Self { centre, half, turn: angle.sin_cos(), radius }
    }

    /// Its own coordinates of a place: from the middle, along its sides.
    fn own(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (x - self.centre.0, y - self.centre.1);
        let (sin, cos) = self.turn;
        (dx * cos + dy * sin, dy * cos - dx * sin)
    }

    /// Lays it down with a shadow; `ink` gives the light at its own coordinates.
    fn draw(&self, out: &mut Exposure, unit: f32, ink: impl Fn(f32, f32) -> [f32; 3]) {
        const SHADOW: f32 = 16.0;
        let reach = self.half.0.hypot(self.half.1) + 2.0 * SHADOW;
        let span = |middle: f32, end: usize| {
            let from = ((middle - reach) / unit).clamp(0.0, end as f32) as usize;
            from..((middle + reach) / unit).clamp(0.0, end as f32) as usize
        };
        let outline = [-self.half.0, -self.half.1, self.half.0, self.half.1];
        for y in span(self.centre.1, out.height) {
            for x in span(self.centre.0, out.width) {
                let (px, py) = (x as f32 * unit, y as f32 * unit);
                let (u, v) = self.own(px, py);
                let distance = rounded(outline, self.radius, u, v);
                if distance > unit {
                    let (u, v) = self.own(px - 6.0, py - 9.0);
                    let away = rounded(outline, self.radius, u, v);
                    if away < SHADOW {
                        let shade = 0.5 * (1.0 - (away / SHADOW).clamp(0.0, 1.0));
                        out.lay(x, y, [0.0; 3], shade * shade);
                    }
                } else {
                    out.lay(x, y, ink(u, v), (0.5 - distance / unit).clamp(0.0, 1.0));
                }
            }
        }
    }
}

/// Two to four sheets with lines of words.
pub(super) fn papers(out: &mut Exposure, unit: f32, rng: &mut StdRng) {
    for _ in 0..rng.random_range(2..=4) {
        let half = (rng.random_range(220.0..420.0), rng.random_range(300.0..560.0));
        sheet(out, unit, half, rng);
    }
}

fn sheet(out: &mut Exposure, unit: f32, half: (f32, f32), rng: &mut StdRng) {
    let centre = (rng.random_range(0.0..1280.0), rng.random_range(0.0..720.0));
    let block = Block::new(centre, half, rng.random_range(-0.9..0.9), 2.0);
    let paper = linear(pick(&[[242, 241, 236], [236, 234, 222], [248, 248, 248]], rng));
    let leading = rng.random_range(17.0..34.0_f32);
    let margin = rng.random_range(26.0..60.0);
    let salt: u32 = rng.random();
    block.draw(out, unit, |u, v| {
        let (x, y) = (u + half.0 - margin, v + half.1 - margin);
        let (line, within) = ((y / leading).floor(), (y / leading).fract());
        let inside = x > 0.0 && u < half.0 - margin && y > 0.0 && v < half.1 - margin;
        // Letters as upright bars of changing width, words apart, some lines left empty.
        let letter = hash(salt, line as u32, (x / 7.0) as u32);
        let word = hash(salt ^ 77, line as u32, (x / 38.0) as u32);
        let printed = inside
            && (0.3..0.72).contains(&within)
            && !hash(salt, line as u32, 9999).is_multiple_of(7)
            && (x / 38.0).fract() < 0.60 + 0.3 * (word % 8) as f32 / 8.0
            && (x / 7.0).fract() < 0.35 + 0.4 * (letter % 4) as f32 / 4.0
            && (!letter.is_multiple_of(5) || within > 0.45);
        if printed { paper.map(|light| light * 0.14) } else { paper }
    });
}

/// Books, phones, cups and pens.
pub(super) fn things(out: &mut Exposure, unit: f32, rng: &mut StdRng) {
    if rng.random_bool(0.4) {
        let half = (rng.random_range(240.0..380.0), rng.random_range(260.0..420.0));
        sheet(out, unit, half, rng);
    }
    for _ in 0..rng.random_range(3..=7) {
        let centre = (rng.random_range(-50.0..1330.0), rng.random_range(-50.0..770.0));
        let angle = rng.random_range(0.0..TAU);
        let colour = linear(pick(&THINGS, rng));
        let other = linear(pick(&THINGS, rng));
        match rng.random_range(0..4) {
            0 => Block::new(
                centre,
                (rng.random_range(140.0..260.0), rng.random_range(110.0..190.0)),
                angle,
                5.0,
            )
            .draw(out, unit, |u, v| {
                // A title and a band.
                if v.abs() < 22.0 && u.abs() < 90.0 && (u / 13.0).fract().abs() < 0.6 {
                    other
                } else {
                    colour
                }
            }),
            1 => Block::new(centre, (rng.random_range(180.0..320.0), 8.0), angle, 8.0).draw(
                out,
                unit,
                |u, v| {
                    let gloss = 1.0 + 1.2 * (1.0 - (v / 8.0).abs()).max(0.0);
                    (if u > 120.0 { other } else { colour }).map(|light| light * gloss)
                },
            ),
            2 => {
                let radius = rng.random_range(60.0..110.0);
                Block::new(centre, (radius, radius), 0.0, radius).draw(out, unit, |u, v| {
                    let away = u.hypot(v) / radius;
                    if away > 0.9 {
                        colour.map(|light| light * 1.2)
                    } else if away > 0.8 {
                        colour.map(|light| light * 0.6)
                    } else {
                        [0.05, 0.025, 0.012]
                    }
                });
            }
            _ => {
                Block::new(centre, (rng.random_range(60.0..150.0), rng.random_range(50.0..90.0)), angle, 10.0)
                    .draw(out, unit, |u, v| colour.map(|light| light * (1.0 + 0.0012 * (u + v))))
            }
        }
    }
}

/// A wall, furniture, lamps, a window: meant to be out of focus.
pub(super) fn room(out: &mut Exposure, unit: f32, rng: &mut StdRng) {
    for _ in 0..rng.random_range(6..=12) {
        let centre = (rng.random_range(-100.0..1380.0), rng.random_range(-100.0..820.0));
        let half = (rng.random_range(50.0..330.0), rng.random_range(60.0..420.0));
        let colour = linear(pick(&THINGS, rng));
        let angle = rng.random_range(-0.06..0.06);
        Block::new(centre, half, angle, 6.0)
            .draw(out, unit, |_, v| colour.map(|light| light * (0.75 - 0.0006 * v)));
    }
    for _ in 0..rng.random_range(0..=3) {
        let centre = (rng.random_range(0.0..1280.0), rng.random_range(0.0..300.0));
        let size = rng.random_range(14.0..60.0);
        Block::new(centre, (size, size), 0.0, size).draw(out, unit, |_, _| [2.2, 2.0, 1.7]);
    }
}

fn hash(salt: u32, a: u32, b: u32) -> u32 {
    let mut mixed = salt ^ a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca6b);
    mixed ^= mixed >> 15;
    mixed = mixed.wrapping_mul(0x2c1b_3c6d);
    mixed ^ (mixed >> 13)
}
