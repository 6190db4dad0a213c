//! The DET curve (Martin et al. 1997): FNMR over FMR, both axes in normal
//! deviates, as SVG and as PNG.
//!
//! Letters are drawn as dots of a 5 x 7 grid: no font is needed, and both files
//! show the same.

use std::path::{Path, PathBuf};

use plotters::coord::Shift;
use plotters::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};

use super::curves::Scores;

/// Size of the picture in pixels.
const SIZE: (u32, u32) = (640, 640);
/// Room around the square, left and below for the figures.
const MARGIN: i32 = 70;
/// Rates at the grid lines.
const GRID: [(f64, &str); 8] = [
    (0.0001, "0.01%"),
    (0.001, "0.1%"),
    (0.01, "1%"),
    (0.02, "2%"),
    (0.05, "5%"),
    (0.1, "10%"),
    (0.2, "20%"),
    (0.5, "50%"),
];
/// Pixels of one dot of a letter.
const DOT: i32 = 2;

/// Why a curve could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: the DET curve can't be written ({fault})")]
pub struct DetError {
    path: PathBuf,
    fault: DetFault,
}

/// What keeps a curve from being written.
#[derive(Debug, thiserror::Error)]
enum DetFault {
    #[error("{0}")]
    Svg(DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>),
    #[error("{0}")]
    Bitmap(DrawingAreaErrorKind<<BitMapBackend<'static> as DrawingBackend>::ErrorType>),
    #[error("{0}")]
    Png(image::ImageError),
}

/// Writes `det.svg` and `det.png` into `folder`.
///
/// # Errors
/// [`DetError`] naming the file.
pub fn write(folder: &Path, scores: &Scores) -> Result<(), DetError> {
    let (svg, png) = (folder.join("det.svg"), folder.join("det.png"));
    let fail = |path: &Path, fault: DetFault| DetError { path: path.to_owned(), fault };
    draw(&SVGBackend::new(&svg, SIZE).into_drawing_area(), scores)
        .map_err(|e| fail(&svg, DetFault::Svg(e)))?;
    let mut pixels = vec![0; (SIZE.0 * SIZE.1 * 3) as usize];
    draw(&BitMapBackend::with_buffer(&mut pixels, SIZE).into_drawing_area(), scores)
        .map_err(|e| fail(&png, DetFault::Bitmap(e)))?;
    image::save_buffer(&png, &pixels, SIZE.0, SIZE.1, image::ExtendedColorType::Rgb8)
        .map_err(|e| fail(&png, DetFault::Png(e)))
}

type Drawn<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

fn draw<B: DrawingBackend>(area: &DrawingArea<B, Shift>, scores: &Scores) -> Drawn<B> {
    area.fill(&WHITE)?;
    let grey = RGBColor(210, 210, 210);
    let (low, high) = (place(0.0).0, place(1.0).0);
    for (rate, text) in GRID {
        let (x, _) = place(rate);
        let y = mirrored(x);
        area.draw(&PathElement::new(vec![(x, mirrored(low)), (x, mirrored(high))], grey))?;
        area.draw(&PathElement::new(vec![(low, y), (high, y)], grey))?;
        let width = i32::try_from(text.len()).unwrap_or(0) * 6 * DOT;
        // The steps below 5 % are too near each other for figures side by side.
        let row = if rate == 0.02 { 30 } else { 10 };
        letters(area, text, (x - width / 2, mirrored(low) + row))?;
        letters(area, text, (low - width - 6, y - 7))?;
    }
    let equal = vec![(low, mirrored(low)), (high, mirrored(high))];
    area.draw(&PathElement::new(equal, grey))?;
    let points: Vec<(i32, i32)> =
        scores.det().iter().map(|at| (place(scores.fmr(at)).0, mirrored(place(scores.fnmr(at)).0))).collect();
    area.draw(&PathElement::new(points, RGBColor(20, 80, 170).stroke_width(2)))?;
    letters(area, "FMR", (high - 40, mirrored(low) + 50))?;
    letters(area, "FNMR", (8, mirrored(high) - 30))?;
    area.present()
}

/// Where a rate lies on an axis, in pixels from the left; rates outside the
/// grid lie at its edge.
fn place(rate: f64) -> (i32, f64) {
    let (first, last) = (deviate(GRID[0].0), deviate(GRID[GRID.len() - 1].0));
    let share = (deviate(rate.clamp(GRID[0].0, GRID[GRID.len() - 1].0)) - first) / (last - first);
    let side = f64::from(SIZE.0) - 2.0 * f64::from(MARGIN);
    ((f64::from(MARGIN) + share * side).round() as i32, share)
}

/// The same distance from below.
fn mirrored(x: i32) -> i32 {
    SIZE.1 as i32 - x
}

/// The standard normal quantile for 0 < p < 1.
fn deviate(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// Seven rows of five dots for each letter that the picture needs.
fn glyph(letter: char) -> [u8; 7] {
    match letter {
        '0' => [14, 17, 19, 21, 25, 17, 14],
        '1' => [4, 12, 4, 4, 4, 4, 14],
        '2' => [14, 17, 1, 2, 4, 8, 31],
        '5' => [31, 16, 30, 1, 1, 17, 14],
        '.' => [0, 0, 0, 0, 0, 12, 12],
        '%' => [24, 25, 2, 4, 8, 19, 3],
        'F' => [31, 16, 16, 30, 16, 16, 16],
        'M' => [17, 27, 21, 21, 17, 17, 17],
        'N' => [17, 25, 21, 19, 17, 17, 17],
        'R' => [30, 17, 17, 30, 20, 18, 17],
        _ => [0; 7],
    }
}

fn letters<B: DrawingBackend>(area: &DrawingArea<B, Shift>, text: &str, from: (i32, i32)) -> Drawn<B> {
    let mut x = from.0;
    for letter in text.chars() {
        for (row, dots) in (0..).zip(glyph(letter)) {
            for column in (0..5).filter(|column| dots >> (4 - column) & 1 == 1) {
                let corner = (x + column * DOT, from.1 + row * DOT);
                let opposite = (corner.0 + DOT, corner.1 + DOT);
                area.draw(&Rectangle::new([corner, opposite], BLACK.filled()))?;
            }
        }
        x += 6 * DOT;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_deviates() {
        for (p, expected) in [(0.5, 0.0), (0.025, -1.959_964), (0.975, 1.959_964), (0.001, -3.090_232)] {
            assert!((deviate(p) - expected).abs() < 1e-5, "{p}");
        }
    }

    #[test]
    fn both_pictures_are_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let scores = Scores::new(vec![0.9, 0.3], vec![0.1, 0.4]).expect("both kinds");
        write(folder.path(), &scores).expect("written");
        let svg = std::fs::read_to_string(folder.path().join("det.svg")).expect("there");
        assert!(svg.contains("polyline") && svg.ends_with("</svg>\n"), "{}", svg.len());
        let png = image::open(folder.path().join("det.png")).expect("a picture");
        assert_eq!((png.width(), png.height()), SIZE);
    }
}
