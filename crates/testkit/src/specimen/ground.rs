//! The background that a document is printed on: tints, guilloches, an emblem.

use std::f32::consts::TAU;

use image::Rgb;

use super::canvas::{Canvas, Colour};

/// Colours of a document's background.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    /// Paper at the upper left and the lower right.
    pub(super) paper: (Colour, Colour),
    /// Two inks of the guilloches.
    pub(super) inks: (Colour, Colour),
}

/// Fills the canvas: a tint that runs over it, waves of fine lines, a rosette.
pub(super) fn print(canvas: &mut Canvas, palette: Palette, rosette: (f32, f32, f32)) {
    tint(canvas, palette.paper);
    waves(canvas, palette.inks.0, 11.0, 0.0);
    waves(canvas, palette.inks.1, 13.0, 2.1);
    let (x, y, radius) = rosette;
    self::rosette(canvas, (x, y), radius, palette.inks.0);
    self::rosette(canvas, (x, y), radius * 0.62, palette.inks.1);
}

fn tint(canvas: &mut Canvas, (from, to): (Colour, Colour)) {
    let (width, height) = canvas.size();
    for (x, y, pixel) in canvas.image.enumerate_pixels_mut() {
        let (u, v) = (x as f32 / width, y as f32 / height);
        let along = (0.55 * u + 0.45 * v + 0.08 * (TAU * (u - 0.7 * v)).sin()).clamp(0.0, 1.0);
        *pixel = Rgb(between(from, to, along));
    }
}

fn waves(canvas: &mut Canvas, ink: Colour, spacing: f32, phase: f32) {
    let (width, height) = canvas.size();
    let count = ((height + 160.0) / spacing) as i32;
    for number in 0..count {
        let middle = number as f32 * spacing - 80.0;
        let lean = number as f32 * 0.13 + phase;
        canvas.curve((0.0, width), 1.0, ink, 0.34, |x| {
            let t = x / width * TAU;
            middle + 26.0 * (t * 1.5 + lean).sin() + 11.0 * (t * 4.0 - 1.7 * lean).sin()
        });
    }
}

/// Closed curves about a centre, as rose engines draw them.
pub(super) fn rosette(canvas: &mut Canvas, (x, y): (f32, f32), radius: f32, ink: Colour) {
    const STEPS: u16 = 720;
    for ring in 0..9 {
        let size = radius * (0.42 + 0.07 * ring as f32);
        let at = |step: u16| {
            let angle = f32::from(step) / f32::from(STEPS) * TAU;
            let reach = size * (1.0 + 0.16 * (12.0 * angle + 0.5 * ring as f32).sin());
            (x + reach * angle.cos(), y + reach * angle.sin())
        };
        for step in 0..STEPS {
            canvas.line(at(step), at(step + 1), 0.9, ink, 0.30);
        }
    }
}

/// An emblem that belongs to no state: a sun with rays over two waves, in a ring.
pub(super) fn emblem(canvas: &mut Canvas, (x, y): (f32, f32), radius: f32, ink: Colour, opacity: f32) {
    let box_ = |r: f32| [x - r, y - r, x + r, y + r];
    let ring = |r: f32| move |px: f32, py: f32| ((px - x).hypot(py - y) - r).abs() - radius * 0.03;
    canvas.shape(box_(radius), ink, opacity, ring(radius * 0.95));
    canvas.shape(box_(radius), ink, opacity, ring(radius * 0.84));
    canvas.ellipse((x, y - radius * 0.12), (radius * 0.24, radius * 0.24), ink, opacity);
    for ray in 0..12 {
        let angle = ray as f32 / 12.0 * TAU;
        let point = |r: f32| (x + r * angle.cos(), y - radius * 0.12 + r * angle.sin());
        canvas.line(point(radius * 0.32), point(radius * 0.46), radius * 0.05, ink, opacity);
    }
    for wave in 0..2 {
        let level = y + radius * (0.45 + 0.16 * wave as f32);
        let half = radius * (0.62 - 0.16 * wave as f32);
        canvas.curve((x - half, x + half), radius * 0.05, ink, opacity, |px| {
            level + radius * 0.05 * ((px - x) / radius * 9.0).sin()
        });
    }
}

pub(super) fn between(from: Colour, to: Colour, along: f32) -> Colour {
    let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * along).round() as u8;
    [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])]
}
