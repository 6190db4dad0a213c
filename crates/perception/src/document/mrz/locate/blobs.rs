//! Dark marks on a lighter background: connected pixels darker than their surroundings.

use image::GrayImage;

/// A pixel is dark if it lies this fraction below the mean of the square around it. Bradley and
/// Roth 2007 use 0.15; pale print on guilloche needs less.
const DARKER: f32 = 0.10;
/// It must also be at least this many grey levels darker: noise in the shade is not print.
const DARKER_LEVELS: f32 = 5.0;
/// Longer sides of marks that can be characters, in pixels.
const SIDE: std::ops::RangeInclusive<u32> = 5..=110;
/// Fewest pixels of a mark.
const LEAST_AREA: u32 = 8;
/// Limit on the marks examined. A page of print has about 3,000.
const MAX_BLOBS: usize = 8_000;

/// One mark.
#[derive(Debug, Clone, Copy)]
pub struct Blob {
    /// Horizontal centre of its bounding box, pixels.
    pub x: f32,
    /// Vertical centre of its bounding box, pixels.
    pub y: f32,
    /// Longer side of its bounding box, pixels.
    pub size: f32,
}

/// Marks of character size. `reach` is half the side of the square that a pixel is compared with.
pub fn dark_blobs(picture: &GrayImage, reach: u32) -> Vec<Blob> {
    let dark = dark_pixels(picture, reach);
    let mut blobs = components(&dark, picture.width() as usize);
    if blobs.len() > MAX_BLOBS {
        blobs.sort_by_key(|(area, _)| std::cmp::Reverse(*area));
        blobs.truncate(MAX_BLOBS);
    }
    blobs.into_iter().map(|(_, blob)| blob).collect()
}

/// Whether each pixel is dark, computed from sums over squares (an integral image).
fn dark_pixels(picture: &GrayImage, reach: u32) -> Vec<bool> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut sums = vec![0_u32; (width + 1) * (height + 1)];
    for (y, row) in picture.as_raw().chunks_exact(width.max(1)).enumerate() {
        let mut along = 0;
        for (x, &pixel) in row.iter().enumerate() {
            along += u32::from(pixel);
            sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + along;
        }
    }
    let around = |x: usize, y: usize, reach: usize| {
        let (x0, y0) = (x.saturating_sub(reach), y.saturating_sub(reach));
        let (x1, y1) = ((x + reach + 1).min(width), (y + reach + 1).min(height));
        let at = |x: usize, y: usize| sums[y * (width + 1) + x];
        let sum = at(x1, y1) + at(x0, y0) - at(x0, y1) - at(x1, y0);
        sum as f32 / ((x1 - x0) * (y1 - y0)) as f32
    };
    let mut dark = vec![false; width * height];
    for y in 0..height {
        for x in 0..width {
            let mean = around(x, y, reach as usize);
            // The mean of three by three pixels, so that noise does not split marks.
            let here = around(x, y, 1);
            dark[y * width + x] = mean - here > (mean * DARKER).max(DARKER_LEVELS);
        }
    }
    dark
}

/// A run of dark pixels in one row.
#[derive(Clone, Copy)]
struct Run {
    row: usize,
    start: usize,
    end: usize,
}

/// Connected components (eight neighbours) with their areas, by run lengths and union-find.
fn components(dark: &[bool], width: usize) -> Vec<(u32, Blob)> {
    let mut runs: Vec<Run> = Vec::new();
    let mut parent: Vec<usize> = Vec::new();
    let mut above = 0..0;
    for (row, pixels) in dark.chunks_exact(width.max(1)).enumerate() {
        let first = runs.len();
        let mut x = 0;
        let mut candidate = above.start;
        while x < width {
            if !pixels[x] {
                x += 1;
                continue;
            }
            let start = x;
            while x < width && pixels[x] {
                x += 1;
            }
            let here = runs.len();
            runs.push(Run { row, start, end: x });
            parent.push(here);
            while candidate < above.end && runs[candidate].end < start {
                candidate += 1;
            }
            let mut other = candidate;
            while other < above.end && runs[other].start <= x {
                join(&mut parent, here, other);
                other += 1;
            }
        }
        above = first..runs.len();
    }
    gather(&runs, &mut parent)
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

fn join(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    parent[a.max(b)] = a.min(b);
}

#[derive(Clone, Copy)]
struct Bounds {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
    area: u32,
}

fn gather(runs: &[Run], parent: &mut [usize]) -> Vec<(u32, Blob)> {
    let empty = Bounds { left: usize::MAX, right: 0, top: usize::MAX, bottom: 0, area: 0 };
    let mut bounds = vec![empty; runs.len()];
    for (at, run) in runs.iter().enumerate() {
        let all = &mut bounds[root(parent, at)];
        all.left = all.left.min(run.start);
        all.right = all.right.max(run.end);
        all.top = all.top.min(run.row);
        all.bottom = all.bottom.max(run.row + 1);
        all.area += (run.end - run.start) as u32;
    }
    let marks = bounds.iter().filter(|b| b.area >= LEAST_AREA).filter_map(|b| {
        let (width, height) = ((b.right - b.left) as u32, (b.bottom - b.top) as u32);
        let size = width.max(height);
        SIDE.contains(&size).then_some((
            b.area,
            Blob {
                x: (b.left + b.right) as f32 / 2.0,
                y: (b.top + b.bottom) as f32 / 2.0,
                size: size as f32,
            },
        ))
    });
    marks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_bends_back_is_one() {
        // A U whose arms meet only in its last row, and a separate bar.
        let mut picture = GrayImage::from_pixel(80, 60, image::Luma([200]));
        for y in 20..40 {
            for x in (20..24).chain(32..36).chain(60..64) {
                picture.put_pixel(x, y, image::Luma([20]));
            }
        }
        for x in 20..36 {
            for y in 36..40 {
                picture.put_pixel(x, y, image::Luma([20]));
            }
        }
        let mut found = dark_blobs(&picture, 12);
        found.sort_by(|a, b| a.x.total_cmp(&b.x));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!((found[0].x - 28.0).abs() < 1.0 && (found[0].y - 30.0).abs() < 1.0, "{found:?}");
        assert!((found[1].x - 62.0).abs() < 1.0 && found[1].size >= 19.0, "{found:?}");
    }
}
