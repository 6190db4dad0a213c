//! A hand that holds a card at an edge: fingers behind it, the thumb on it. In pixels of the page,
//! so that it moves with it.

use std::ops::RangeInclusive;

use rand::Rng;
use rand::rngs::StdRng;
use serde::Serialize;

use super::backdrop::Noise;
use super::exposure::{Exposure, linear};
use super::light::Field;
use super::pose::{Homography, around};
use crate::specimen::page::PX_PER_MM;

/// Skin in encoded values, from light to dark.
const SKINS: [[u8; 3]; 6] =
    [[236, 196, 172], [222, 176, 146], [200, 150, 118], [170, 118, 86], [124, 84, 60], [84, 58, 44]];
const SLEEVES: [[u8; 3]; 5] = [[34, 38, 52], [96, 98, 104], [150, 60, 56], [206, 202, 196], [54, 76, 64]];

/// The edge that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Edge {
    /// With the left hand.
    Left,
    /// With the right hand.
    Right,
    /// From below.
    Bottom,
}

/// A hand.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Hand {
    /// The edge it holds.
    pub edge: Edge,
    /// Position along that edge, as a share.
    pub along: f32,
    /// How far the thumb's tip reaches onto the page, millimetres.
    pub reach: f32,
    /// Degrees by which the thumb leans.
    pub lean: f32,
    /// Millimetres: half the thumb's width.
    pub thumb: f32,
    /// Index of the skin colour.
    pub skin: usize,
    /// Seed of the skin's texture and the sleeve.
    pub seed: u64,
}

/// A bone with flesh around it: start, end, radii at both.
#[derive(Clone, Copy)]
struct Limb {
    from: (f32, f32),
    to: (f32, f32),
    radius: (f32, f32),
}

impl Limb {
    /// Signed distance divided by the local radius (-1 on the bone, 0 on the skin), and how far along.
    fn depth(&self, x: f32, y: f32) -> (f32, f32, f32) {
        let (dx, dy) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let (px, py) = (x - self.from.0, y - self.from.1);
        let along = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1.0)).clamp(0.0, 1.0);
        let radius = self.radius.0 + (self.radius.1 - self.radius.0) * along;
        let away = ((px - along * dx).powi(2) + (py - along * dy).powi(2)).sqrt();
        (away - radius, away / radius, along)
    }
}

impl Hand {
    pub(super) fn draw(reach: RangeInclusive<f32>, rng: &mut StdRng) -> Self {
        Self {
            edge: [Edge::Left, Edge::Right, Edge::Right, Edge::Bottom][rng.random_range(0..4)],
            along: rng.random_range(0.35..0.7),
            reach: rng.random_range(reach),
            lean: rng.random_range(-22.0..22.0),
            thumb: rng.random_range(8.0..10.5),
            skin: rng.random_range(0..SKINS.len()),
            seed: rng.random(),
        }
    }

    /// Converts (inwards, along the edge) in millimetres to pixels of the page.
    fn place(&self, (width, height): (f32, f32), inwards: f32, along: f32) -> (f32, f32) {
        let (inwards, along) = (inwards * PX_PER_MM, along * PX_PER_MM);
        match self.edge {
            Edge::Left => (inwards, self.along * height + along),
            Edge::Right => (width - inwards, self.along * height + along),
            Edge::Bottom => (self.along * width + along, height - inwards),
        }
    }

    fn limb(&self, page: (f32, f32), from: (f32, f32), to: (f32, f32), radius: (f32, f32)) -> Limb {
        Limb {
            from: self.place(page, from.0, from.1),
            to: self.place(page, to.0, to.1),
            radius: (radius.0 * PX_PER_MM, radius.1 * PX_PER_MM),
        }
    }

    /// The part behind the page: the palm's side, fingers, a sleeve.
    pub(super) fn behind(&self, out: &mut Exposure, view: &Homography, page: (f32, f32), light: &Field) {
        let skin = linear(SKINS[self.skin % SKINS.len()]);
        let sleeve = linear(SLEEVES[(self.seed % 5) as usize]);
        let low = self.lean / 22.0;
        let arm = self.limb(page, (-62.0, 34.0 + 8.0 * low), (-190.0, 120.0), (31.0, 40.0));
        self.flesh(out, view, &[arm], sleeve, light, 0.0);
        for finger in 0..4 {
            let along = -27.0 + 16.5 * finger as f32;
            let tip = 22.0 - 5.0 * (finger as f32 - 1.4).abs();
            let limb = self.limb(page, (-30.0, along * 0.8), (tip, along), (9.6, 7.8));
            self.flesh(out, view, &[limb], skin, light, 0.0);
        }
        let wrist = self.limb(page, (-44.0, 18.0), (-90.0, 52.0), (25.0, 25.0));
        let palm = self.limb(page, (-31.0, -8.0), (-38.0, 14.0), (21.0, 27.0));
        self.flesh(out, view, &[wrist, palm], skin, light, 7.0);
    }

    /// The part on the page: the thumb and its shadow.
    pub(super) fn before(&self, out: &mut Exposure, view: &Homography, page: (f32, f32), light: &Field) {
        let skin = linear(SKINS[self.skin % SKINS.len()]);
        let (tip, sideways) = self.tip();
        let [root, end] = self.thumb(page);
        self.shadow(out, view, &end);
        self.flesh(out, view, &[root, end], skin, light, 4.0);
        self.nail(out, view, page, tip, sideways, light);
    }

    /// Where the round of the tip begins, and how far the thumb leans per millimetre.
    fn tip(&self) -> (f32, f32) {
        (self.reach - self.thumb, self.lean.to_radians().tan())
    }

    fn thumb(&self, page: (f32, f32)) -> [Limb; 2] {
        let (tip, sideways) = self.tip();
        let joint = (tip - 26.0, 26.0 * sideways);
        let end = self.limb(page, joint, (tip, 0.0), (self.thumb * 1.06, self.thumb));
        let base = (-40.0, 44.0 * sideways + 8.0);
        [self.limb(page, base, joint, (self.thumb * 1.7, self.thumb * 1.06)), end]
    }

    /// Whether the thumb hides a place of a page of size `page`.
    pub fn hides(&self, page: (u32, u32), x: f32, y: f32) -> bool {
        self.thumb((page.0 as f32, page.1 as f32)).iter().any(|limb| limb.depth(x, y).0 < 0.0)
    }

    fn shadow(&self, out: &mut Exposure, view: &Homography, limb: &Limb) {
        const DEPTH: f32 = 0.45;
        let wide = 5.0 * PX_PER_MM;
        sweep(out, view, &[*limb], wide, |out, x, y, u, v| {
            let (distance, _, _) = limb.depth(u - 0.3 * wide, v - 0.4 * wide);
            let shade = DEPTH * (1.0 - distance / wide).clamp(0.0, 1.0).powi(2);
            out.lay(x, y, [0.0; 3], shade);
        });
    }

    /// Limbs as one body, blended together over `melt` millimetres.
    fn flesh(
        &self,
        out: &mut Exposure,
        view: &Homography,
        limbs: &[Limb],
        colour: [f32; 3],
        light: &Field,
        melt: f32,
    ) {
        let noise = Noise::new(&mut seeded(self.seed));
        let melt = melt * PX_PER_MM;
        sweep(out, view, limbs, melt, |out, x, y, u, v| {
            let mut body = f32::INFINITY;
            let mut across = 1.0_f32;
            let mut crease = 0.0_f32;
            for limb in limbs {
                let (distance, share, along) = limb.depth(u, v);
                across = across.min(share);
                crease = crease.max(1.0 - ((along - 0.5).abs() * 26.0).min(1.0));
                let blend = ((melt - (body - distance).abs()) / melt.max(1.0)).max(0.0);
                body = body.min(distance) - blend * blend * melt * 0.25;
            }
            let pixel = 1.3;
            let cover = (0.5 - body / pixel).clamp(0.0, 1.0);
            if cover <= 0.0 {
                return;
            }
            let round = (1.0 - across.min(1.0).powi(2)).sqrt();
            let texture = noise.rough(u / 34.0 + 2000.0, v / 34.0 + 2000.0) - 0.5;
            let pores = noise.at(u / 5.0 + 2000.0, v / 5.0 + 2000.0) - 0.5;
            let shade = (0.34 + 0.66 * round) * (1.0 + 0.26 * texture + 0.10 * pores - 0.10 * crease * round);
            let lit = light.at(x, y) * shade.max(0.05);
            // Light goes through skin's edges and comes out redder.
            let red = [1.0 + 0.16 * (1.0 - round), 1.0 - 0.06 * (1.0 - round), 1.0 - 0.10 * (1.0 - round)];
            let shine = 0.03 * round.powi(8);
            let skin: [f32; 3] = std::array::from_fn(|i| (colour[i] * red[i] + shine) * lit);
            out.lay(x, y, skin, cover);
        });
    }

    fn nail(
        &self,
        out: &mut Exposure,
        view: &Homography,
        page: (f32, f32),
        tip: f32,
        sideways: f32,
        light: &Field,
    ) {
        let half = self.thumb * 0.62;
        let nail =
            self.limb(page, (tip - 4.5, 4.5 * sideways), (tip + 1.2, -1.2 * sideways), (half, half * 0.96));
        let colour = linear(SKINS[self.skin % SKINS.len()]).map(|light| light * 0.92 + 0.035);
        sweep(out, view, &[nail], 0.0, |out, x, y, u, v| {
            let (distance, across, along) = nail.depth(u, v);
            let cover = (0.5 - distance / 3.0).clamp(0.0, 1.0) * 0.72;
            if cover > 0.0 {
                let gloss = 0.05 * (1.0 - across * across).max(0.0) * (0.4 + 0.6 * along);
                let rim = if across > 0.88 { 0.84 } else { 1.0 };
                let lit = light.at(x, y);
                out.lay(x, y, colour.map(|c| (c * rim + gloss) * lit * 0.92), cover);
            }
        });
    }
}

/// Visits the pixels around some limbs with their places on the page.
fn sweep(
    out: &mut Exposure,
    view: &Homography,
    limbs: &[Limb],
    margin: f32,
    mut visit: impl FnMut(&mut Exposure, usize, usize, f32, f32),
) {
    let Some(back) = view.inverse() else { return };
    let mut points = Vec::new();
    for limb in limbs {
        for ((x, y), radius) in [(limb.from, limb.radius.0), (limb.to, limb.radius.1)] {
            let reach = radius + margin + 2.0;
            for (dx, dy) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
                points.push(view.map(x + dx * reach, y + dy * reach));
            }
        }
    }
    let (across, down) = around(&points, 1.0, (out.width, out.height));
    for y in down {
        for x in across.clone() {
            let [u, v] = back.map(x as f32 + 0.5, y as f32 + 0.5);
            visit(out, x, y, u, v);
        }
    }
}

fn seeded(seed: u64) -> StdRng {
    rand::SeedableRng::seed_from_u64(seed)
}
