//! From a picture to a reading: lines are located, cut out, recognised and assembled into a zone.

use image::GrayImage;
use jiff::civil::Date;

use super::characters::Character;
use super::decode::{Seen, line, parabola};
use super::layout::format_of;
use super::locate::{ZoneLines, locate, search_picture};
use super::reading::MrzReading;
use super::recognise::Recogniser;
use super::strip::{Band, STRIP_HEIGHT, STRIP_PITCH, STRIP_WIDTH};
use crate::runtime::RuntimeError;
use crate::runtime::library::Runtime;
use crate::runtime::manifest::Manifest;
use crate::runtime::model::RunOptions;
use vouch_contract::document::fields::Quad;

/// Least mean confidence of a reading's characters. Lines that are no MRZ, or upside down, stay
/// below it.
const LEAST_MEAN: f32 = 0.6;
/// Least [`ReadLine::sureness`] of a zone's best line at first sight. A line can reach 15 to 22. Of
/// 206 located zones, those accepted in the end had at least 14.9, those that could be read at all
/// at least 9.3, and other rows of marks mostly less than 5.
const LEAST_SURENESS: f32 = 7.0;
/// How often a line is cut again along the characters that were found.
const REFINEMENTS: usize = 2;
/// Lines of a zone (two or three) and characters per line.
const SHAPES: [(usize, usize); 3] = [(2, 44), (2, 36), (3, 30)];

/// Why nothing could be read. A picture without an MRZ is not an error.
#[derive(Debug, thiserror::Error)]
pub enum MrzError {
    /// The network could not be loaded or run.
    #[error("machine readable zones can't be read: {0}")]
    Runtime(#[from] RuntimeError),
}

/// Reads machine readable zones.
#[derive(Debug)]
pub struct MrzReader {
    recogniser: Recogniser,
    today: Date,
}

/// A line as read, with the band from which it was cut.
#[derive(Debug, Clone)]
struct ReadLine {
    band: Band,
    seen: Vec<Seen>,
}

impl ReadLine {
    /// Sum of the characters' confidences above 0.5: half their number for a clear line in OCR-B,
    /// near 0 for other print.
    fn sureness(&self) -> f32 {
        self.seen.iter().map(|seen| seen.character.confidence() - 0.5).sum()
    }
}

impl MrzReader {
    /// Loads the network. `today` decides the century of two-digit years.
    ///
    /// # Errors
    /// [`MrzError::Runtime`].
    pub fn open(
        runtime: Runtime,
        manifest: &Manifest,
        options: &RunOptions,
        today: Date,
    ) -> Result<Self, MrzError> {
        Ok(Self { recogniser: Recogniser::open(runtime, manifest, options)?, today })
    }

    /// What the network runs on.
    pub fn report(&self) -> &vouch_contract::runtime::ModelReport {
        self.recogniser.report()
    }

    /// Changes the date that decides centuries.
    pub fn set_today(&mut self, today: Date) {
        self.today = today;
    }

    /// Finds and reads the MRZ in a picture of any size, at any angle.
    ///
    /// `None` if there is none. If the reading's `accepted` is false, its doubts say why.
    ///
    /// # Errors
    /// [`MrzError::Runtime`] if the network fails.
    pub fn read(&mut self, picture: &GrayImage) -> Result<Option<MrzReading>, MrzError> {
        let (search, scale) = search_picture(picture);
        let mut best: Option<MrzReading> = None;
        for zone in locate(&search) {
            let reading = self.read_zone(&search, &zone)?;
            if reading.as_ref().is_some_and(|reading| reading.accepted) {
                best = reading;
                break;
            }
            best = better(best, reading);
        }
        Ok(best.map(|mut reading| {
            for point in reading.quads.iter_mut().flat_map(|quad| &mut quad.0) {
                point.iter_mut().for_each(|side| *side /= scale);
            }
            reading
        }))
    }

    /// Reads the lines in these bands.
    fn look(&mut self, picture: &GrayImage, bands: &[Band]) -> Result<Vec<ReadLine>, MrzError> {
        let mut lines = Vec::with_capacity(bands.len());
        for band in bands {
            lines.push(ReadLine { band: *band, seen: self.recogniser.read(picture, band)? });
        }
        Ok(lines)
    }

    /// The best reading of these lines, cut again along the characters that were found.
    fn settle(
        &mut self,
        picture: &GrayImage,
        mut lines: Vec<ReadLine>,
    ) -> Result<Option<MrzReading>, MrzError> {
        let mut best = self.assemble(&lines);
        for _ in 0..REFINEMENTS {
            if best.as_ref().is_some_and(|reading| reading.accepted) {
                break;
            }
            for line in &mut lines {
                let Some(band) = refined(line) else { continue };
                *line = ReadLine { band, seen: self.recogniser.read(picture, &band)? };
            }
            best = better(best, self.assemble(&lines));
        }
        Ok(best)
    }

    /// Reads a zone in the orientation whose first look is more certain.
    fn read_zone(&mut self, picture: &GrayImage, zone: &ZoneLines) -> Result<Option<MrzReading>, MrzError> {
        let mut best: Option<(Vec<ReadLine>, f32, bool)> = None;
        for (turned, way) in [(false, zone.clone()), (true, zone.turned())] {
            let bands: Vec<Band> = way.lines.iter().map(Band::along).collect();
            let lines = self.look(picture, &bands)?;
            let sureness = lines.iter().map(ReadLine::sureness).sum();
            if best.as_ref().is_none_or(|(_, before, _)| sureness > *before) {
                best = Some((lines, sureness, turned));
            }
        }
        let is_text = |line: &ReadLine| line.sureness() >= LEAST_SURENESS;
        let Some((lines, _, turned)) = best.filter(|(lines, ..)| lines.iter().any(is_text)) else {
            return Ok(None);
        };
        let reading = self.settle(picture, lines)?;
        Ok(reading.map(|reading| MrzReading { upside_down: turned, ..reading }))
    }

    /// The best reading formed by neighbouring lines.
    fn assemble(&self, lines: &[ReadLine]) -> Option<MrzReading> {
        let mut best = None;
        for (count, width) in SHAPES {
            for group in lines.windows(count) {
                let cut: Option<Vec<Vec<Seen>>> = group.iter().map(|read| line(&read.seen, width)).collect();
                let Some(cut) = cut else { continue };
                let characters: Vec<Vec<Character>> =
                    cut.iter().map(|line| line.iter().map(|seen| seen.character).collect()).collect();
                let head: Vec<u8> = characters[0].iter().map(|character| character.value).collect();
                if format_of(count, width, &head).is_none() {
                    continue;
                }
                let reading = MrzReading::of(&characters, self.today).map(|reading| MrzReading {
                    quads: group.iter().zip(&cut).map(|(line, cut)| quad(&line.band, cut)).collect(),
                    ..reading
                });
                best = better(best, reading.filter(|reading| reading.mean_confidence() >= LEAST_MEAN));
            }
        }
        best
    }
}

/// The better of two readings: accepted first, then more check digits, fewer doubts, higher
/// confidence.
fn better(a: Option<MrzReading>, b: Option<MrzReading>) -> Option<MrzReading> {
    let rank = |reading: &MrzReading| {
        let held = reading.checks.iter().filter(|check| check.holds).count();
        let failed = reading.checks.len() - held;
        (reading.accepted, held as i32 - failed as i32, -(reading.doubts.len() as i32))
    };
    match (a, b) {
        (Some(a), Some(b)) => {
            let order = rank(&a).cmp(&rank(&b)).then(a.mean_confidence().total_cmp(&b.mean_confidence()));
            Some(if order.is_lt() { b } else { a })
        }
        (a, b) => a.or(b),
    }
}

/// The position of a line's characters in the picture.
fn quad(band: &Band, seen: &[Seen]) -> Quad {
    let half = STRIP_PITCH / 2.0;
    let edge = |at: Option<&Seen>, by: f32| at.map_or(0.0, |seen| seen.column + by);
    band.quad(edge(seen.first(), -half), edge(seen.last(), half))
}

/// Adjusts the band so that the characters are one pitch apart and centred, from a parabola through
/// their columns. Its slope is the local pitch.
fn refined(line: &ReadLine) -> Option<Band> {
    /// Fewer characters don't define the course of a line.
    const LEAST_CHARACTERS: usize = 12;
    /// Columns allowed between two characters; anything else is a misreading.
    const PITCHES: std::ops::RangeInclusive<f32> = 0.7 * STRIP_PITCH..=1.4 * STRIP_PITCH;
    if line.seen.len() < LEAST_CHARACTERS {
        return None;
    }
    let middle = (line.seen.len() - 1) as f32 / 2.0;
    let points = line.seen.iter().enumerate().map(|(at, seen)| (at as f32 - middle, seen.column));
    let [a, b, c] = parabola(points)?;
    let half = STRIP_WIDTH as f32 / STRIP_PITCH / 2.0;
    let column = |at: f32| a + b * at + c * at * at;
    let pitch = |at: f32| b + 2.0 * c * at;
    if !PITCHES.contains(&pitch(-half)) || !PITCHES.contains(&pitch(half)) {
        return None;
    }
    let old = &line.band;
    let scale = |column: f32| {
        let share = column / STRIP_WIDTH as f32;
        old.scale_left + (old.scale_right - old.scale_left) * share
    };
    let centre = STRIP_HEIGHT as f32 / 2.0;
    Some(Band {
        left: old.point(column(-half), centre),
        right: old.point(column(half), centre),
        scale_left: scale(column(-half)) * pitch(-half) / STRIP_PITCH,
        scale_right: scale(column(half)) * pitch(half) / STRIP_PITCH,
        ..*old
    })
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::document::mrz::locate::LineTrack;

    #[test]
    fn a_band_is_laid_anew_on_its_characters() {
        let line = LineTrack { start: [0.0, 100.0], end: [600.0, 100.0], pitch: 13.4 };
        let character = Character::certain(b'<').unwrap();
        // Characters 14 columns apart around column 300: the band was cut 4 % too short.
        let seen = (0..30).map(|at| Seen { column: 97.0 + 14.0 * at as f32, character, odds: 5.0 }).collect();
        let band = refined(&ReadLine { band: Band::along(&line), seen }).unwrap();
        assert!((band.scale_left - 14.0 / 13.4).abs() < 0.01, "{band:?}");
        let [x, _] = band.point(320.0, 12.0);
        assert!((x - (300.0 - 20.0)).abs() < 0.6, "{x}");
    }

    #[test]
    fn the_format_with_the_rest_is_the_better_one() {
        assert!(better(None, None).is_none());
        let today = jiff::civil::date(2026, 11, 25);
        let lines = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"];
        let good = MrzReading::of_text(&lines, today).unwrap();
        let bad = MrzReading::of_text(&[lines[0], "L8988901C5XXX4009078F9612109<<<<<<<<"], today).unwrap();
        assert_eq!(better(Some(bad), Some(good.clone())), Some(good));
    }
}
