//! Long straight edges in a cutout, found by summing along candidate lines.

use super::super::cutout::Cutout;

/// Side of the cutout in pixels. A face is 36 pixels long, so that even a paper border a hundredth
/// of a face wide gives an edge.
pub(super) const SIDE: usize = 128;
/// Difference between neighbouring pixels, in 8-bit steps, below which an edge is only noise and
/// compression.
const FAINT: f32 = 10.0;
/// Distance in pixels to either side at which an edge must be weaker than on the line.
const BESIDE: usize = 2;
/// An edge stands out if it is this many times stronger than beside the line.
const STANDS_OUT: f32 = 1.3;
/// Slopes tried to either side of the face's own axis, and their step: 13 degrees to either side,
/// half a pixel per step at a line's end.
const SLOPES: i32 = 8;
const SLOPE_STEP: f32 = 0.03;

/// Where a line is searched, in pixels from the cutout's centre.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    /// Signed distance of the line from the centre: from, to.
    pub aside: (f32, f32),
    /// The stretch along the line: from, to.
    pub along: (f32, f32),
}

/// The best line of a search.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Side {
    /// Mean over the line of the edge's strength divided by itself, its surroundings and noise, 0
    /// to 1. Clutter gives 0.35 to 0.5.
    pub contrast: f32,
    /// Fraction of the line on which the edge stands out, 0 to 1.
    pub closed: f32,
    /// Signed distance from the centre in pixels.
    pub aside: f32,
    /// Pixels sideways per pixel along.
    pub slope: f32,
}

/// The edge strength at each pixel: contrast, and whether it stands out, as 0 or 1.
#[derive(Debug)]
pub(super) struct Edges {
    steps: Vec<f32>,
    shares: Vec<[f32; 2]>,
}

impl Default for Edges {
    fn default() -> Self {
        Self { steps: vec![0.0; SIDE * SIDE], shares: vec![[0.0; 2]; SIDE * SIDE] }
    }
}

impl Edges {
    /// Measures edges along the columns of `cutout`, or with `lying` along its rows.
    pub fn measure(&mut self, cutout: &Cutout, lying: bool) {
        debug_assert_eq!(cutout.size(), SIDE);
        let at = |along: usize, aside: usize| {
            if lying { cutout.at(along, aside) } else { cutout.at(aside, along) }
        };
        for (along, line) in self.steps.chunks_exact_mut(SIDE).enumerate() {
            line.fill(0.0);
            let (mut before, mut here) = (at(along, 0), at(along, 1));
            for (aside, step) in line.iter_mut().enumerate().take(SIDE - 1).skip(1) {
                let after = at(along, aside + 1);
                if let (Some(a), Some(b)) = (before, after) {
                    *step = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                }
                (before, here) = (here, after);
            }
        }
        for (line, shares) in self.steps.chunks_exact(SIDE).zip(self.shares.chunks_exact_mut(SIDE)) {
            for aside in 2 * BESIDE..SIDE - 2 * BESIDE {
                let (step, beside) = (line[aside], line[aside - BESIDE].max(line[aside + BESIDE]));
                let stands_out = step > FAINT && step > STANDS_OUT * beside;
                shares[aside] = [step / (step + beside + FAINT), if stands_out { 1.0 } else { 0.0 }];
            }
        }
    }

    /// The best line within `search`.
    pub fn best(&self, search: Search) -> Side {
        let mut best = Side::default();
        let mut aside = search.aside.0;
        while aside < search.aside.1 {
            for slope in -SLOPES..=SLOPES {
                let slope = slope as f32 * SLOPE_STEP;
                let [contrast, closed] = self.along(aside, slope, search.along);
                if contrast + closed > best.contrast + best.closed {
                    best = Side { contrast, closed, aside, slope };
                }
            }
            aside += 1.0;
        }
        best
    }

    /// Fraction of a stretch of `side`'s line on which the edge stands out.
    pub fn closed(&self, side: &Side, stretch: (f32, f32)) -> f32 {
        self.along(side.aside, side.slope, stretch)[1]
    }

    /// Mean contrast of a stretch of a line, and the fraction of it that stands out.
    fn along(&self, aside: f32, slope: f32, stretch: (f32, f32)) -> [f32; 2] {
        let middle = SIDE as f32 / 2.0;
        let bound = |at: f32| (middle + at).clamp(0.0, SIDE as f32) as usize;
        let (from, to) = (bound(stretch.0), bound(stretch.1));
        if to <= from {
            return [0.0; 2];
        }
        let mut at = middle + aside + slope * (from as f32 - middle);
        let mut sums = [0.0_f32; 2];
        for line in self.shares[from * SIDE..to * SIDE].chunks_exact(SIDE) {
            if at >= 0.0
                && let Some([contrast, stands_out]) = line.get(at as usize)
            {
                sums[0] += contrast;
                sums[1] += stands_out;
            }
            at += slope;
        }
        sums.map(|sum| sum / (to - from) as f32)
    }
}
