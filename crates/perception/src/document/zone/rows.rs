//! Rows of print around a value: its own, and the one above it with its caption.
//!
//! In photographs Tesseract's layout analysis merges a value with the caption above it, or misses
//! the caption, which is half as high and paler. Near a value the caption's row can be found from
//! the ink alone. Pure functions.

use image::GrayImage;

use super::segments::Bounds;

/// Darkness of a row that holds print, relative to the darkest row. A row of captions has a fifth
/// of the ink of a row of values, the remains of a pattern a hundredth.
const PRINTED: f32 = 0.06;
/// Heights of a value's capitals, pixels: 1.5 mm (17 pixels) to 4 mm (47 pixels), widened for
/// blurred edges.
const VALUE_HEIGHTS: std::ops::RangeInclusive<u32> = 14..=50;
/// Heights of a caption's row: capitals of 10 to 18 pixels, descenders add four.
const CAPTION_HEIGHTS: std::ops::RangeInclusive<u32> = 8..=28;
/// Largest gap between a caption and its value, in heights of the value.
const GAP: f32 = 0.9;
/// Pixels searched above a box: the highest caption plus the widest gap.
const ABOVE: u32 = 70;
/// Width searched for a caption, pixels: "PLACE OF BIRTH / LIEU DE NAISSANCE" has 280.
const CAPTION_WIDTH: u32 = 330;
/// Margin around a row, pixels, for the edges of blurred letters.
pub(super) const MARGIN: u32 = 4;

/// A value's row and its caption's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// The value without anything above or below it.
    pub value: Bounds,
    /// The row above it.
    pub caption: Bounds,
}

/// The rows in and above a box that was read; none if it is not a value with a row above it. `page`
/// must have white paper.
pub fn rows(page: &GrayImage, bounds: Bounds) -> Option<Rows> {
    let [left, top, right, bottom] = bounds;
    let (width, height) = page.dimensions();
    if left >= right || right > width || top >= bottom || bottom > height {
        return None;
    }
    let first = top.saturating_sub(ABOVE);
    let last = (bottom + MARGIN).min(height);
    let darkness: Vec<f32> = (first..last)
        .map(|y| (left..right).map(|x| 255.0 - f32::from(page.get_pixel(x, y).0[0])).sum())
        .collect();
    let within = darkness.get((top - first) as usize..)?;
    let darkest = within.iter().copied().fold(0.0, f32::max);
    let runs = runs(&darkness, darkest * PRINTED);
    let ink = |run: &(usize, usize)| darkness[run.0..run.1].iter().sum::<f32>();
    // The row with the most ink in the box: values are bold.
    let at = (0..runs.len())
        .filter(|&at| runs[at].1 > (top - first) as usize)
        .max_by(|&a, &b| ink(&runs[a]).total_cmp(&ink(&runs[b])))?;
    let rows = |run: (usize, usize)| (first + run.0 as u32, first + run.1 as u32);
    let (value_top, value_bottom) = rows(runs[at]);
    if !VALUE_HEIGHTS.contains(&(value_bottom - value_top)) {
        return None;
    }
    let above = runs[..at]
        .iter()
        .rev()
        .map(|run| rows(*run))
        .find(|(top, bottom)| CAPTION_HEIGHTS.contains(&(bottom - top)))?;
    let gap = (value_bottom - value_top) as f32 * GAP;
    ((value_top - above.1) as f32 <= gap).then_some(Rows {
        value: [left, value_top, right, value_bottom],
        caption: [
            left.saturating_sub(MARGIN),
            above.0.saturating_sub(MARGIN),
            (left + CAPTION_WIDTH).min(width),
            (above.1 + MARGIN).min(height),
        ],
    })
}

/// Runs of rows darker than a limit. A single paler row does not split a run.
fn runs(darkness: &[f32], limit: f32) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, dark) in darkness.iter().enumerate() {
        if *dark <= limit {
            continue;
        }
        match runs.last_mut() {
            Some(last) if at - last.1 <= 1 => last.1 = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_s_row_is_found_above_a_value_that_was_read_with_it() {
        let mut page = GrayImage::from_pixel(400, 200, image::Luma([255]));
        let mut print = |ys: std::ops::Range<u32>, step, grey| {
            for y in ys {
                for x in (50..250).step_by(step) {
                    page.put_pixel(x, y, image::Luma([grey]));
                }
            }
        };
        print(60..74, 6, 130);
        print(90..114, 2, 20);
        let expected = Some(Rows { value: [50, 90, 250, 114], caption: [46, 56, 380, 78] });
        // Once merged with its caption, once alone.
        assert_eq!(rows(&page, [50, 58, 250, 114]), expected);
        assert_eq!(rows(&page, [50, 90, 250, 114]), expected);
        // A caption is no value, and a box without area or outside the page gives nothing.
        assert_eq!(rows(&page, [50, 60, 250, 74]), None);
        assert_eq!(rows(&page, [50, 60, 50, 74]), None);
        assert_eq!(rows(&page, [50, 60, 500, 74]), None);
    }
}
