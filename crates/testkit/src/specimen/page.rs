//! A printed page and the place of everything on it.

use image::RgbImage;
use serde::Serialize;

use super::canvas::Canvas;
use super::fonts::Fonts;
use super::holder::Holder;
use super::layout::{Layout, Side};
use super::{kazakhstan, mrz, portrait, utopia};
use vouch_contract::document::fields::{FieldName, PageSize};

/// Pixels in a millimetre at 300 dots per inch.
pub const PX_PER_MM: f32 = 300.0 / 25.4;

/// OCR-B in a machine readable zone: ten characters an inch (ICAO 9303 part 3).
const MRZ_PITCH: f32 = 30.0;
/// Height of capitals of OCR-B size 1, millimetres (ISO 1073-2).
const MRZ_CAPITAL_MM: f32 = 2.4;
/// From baseline to baseline, millimetres: four lines an inch.
const MRZ_LINE_MM: f32 = 6.35;
/// From the page's lower edge to the last baseline, millimetres: the lines are centred in the 23.2
/// that part 3 gives the zone on pages with two lines.
const MRZ_FOOT_MM: f32 = 7.2;
/// The same with three lines.
const MRZ_FOOT_THREE_MM: f32 = 4.0;
/// Height of the zone, millimetres.
const MRZ_ZONE_MM: f32 = 23.2;
const INK: [u8; 3] = [24, 24, 28];

/// A place on a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Zone {
    /// What is there.
    pub content: Content,
    /// x, y, width, height in pixels of the page.
    pub area: [f32; 4],
    /// As printed; empty for pictures.
    pub text: String,
}

/// What a zone holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Content {
    /// A field in the visual zone.
    Field(FieldName),
    /// The same field again in Latin letters.
    Latin(FieldName),
    /// The machine readable zone, all its lines.
    Mrz,
    /// The portrait.
    Portrait,
    /// Its ghost.
    Ghost,
}

/// One side of a specimen at 300 dots per inch.
#[derive(Debug, Clone)]
pub struct Page {
    /// [`PageSize::pixels`] of its size.
    pub image: RgbImage,
    /// Its size.
    pub size: PageSize,
    /// Which side.
    pub side: Side,
    /// Lines of the machine readable zone, if this side has one.
    pub mrz: Vec<String>,
    /// Where everything is.
    pub zones: Vec<Zone>,
}

impl Page {
    /// The first zone with this `content`.
    pub fn zone(&self, content: Content) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.content == content)
    }
}

/// Prints all sides of a holder's document; without a `portrait` it gets a silhouette.
pub fn print(fonts: &Fonts, layout: Layout, holder: &Holder, portrait: Option<&RgbImage>) -> Vec<Page> {
    let portrait = portrait::source(portrait);
    let sides = layout.sides();
    sides
        .iter()
        .map(|&side| {
            let (width, height) = layout.size().pixels();
            let mut sheet =
                Sheet { fonts, canvas: Canvas::new(width, height, [255, 255, 255]), zones: Vec::new() };
            if layout.of_kazakhstan() {
                kazakhstan::print(&mut sheet, layout, side, holder, &portrait);
            } else {
                utopia::print(&mut sheet, layout, side, holder, &portrait);
            }
            let has_zone = side == Side::Back || sides.len() == 1;
            let lines =
                if has_zone { mrz::lines(layout.format(), &holder.particulars()) } else { Vec::new() };
            if has_zone {
                sheet.mrz(&lines);
            }
            Page { image: sheet.canvas.image, size: layout.size(), side, mrz: lines, zones: sheet.zones }
        })
        .collect()
}

/// A page being printed.
pub(super) struct Sheet<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) canvas: Canvas,
    pub(super) zones: Vec<Zone>,
}

impl Sheet<'_> {
    /// A small label and under it a value in bold; gives where the next pair goes.
    pub(super) fn pair(
        &mut self,
        (x, y): (f32, f32),
        label: &str,
        content: Content,
        value: &str,
        (small, large): (f32, f32),
    ) -> f32 {
        self.canvas.text(&self.fonts.regular, small, (x, y), [70, 82, 96], label);
        let base = y + small * 0.75 + large * 1.35;
        self.value((x, base), content, value, large);
        base + small + large * 0.8
    }

    /// A value in bold with its baseline at y.
    pub(super) fn value(&mut self, at: (f32, f32), content: Content, value: &str, height: f32) {
        let area = self.canvas.text(&self.fonts.bold, height, at, INK, value);
        self.zones.push(Zone { content, area, text: value.to_owned() });
    }

    pub(super) fn portrait(&mut self, portrait: &RgbImage, area: [f32; 4]) {
        portrait::print(&mut self.canvas, portrait, area);
        self.zones.push(Zone { content: Content::Portrait, area, text: String::new() });
    }

    pub(super) fn ghost(&mut self, portrait: &RgbImage, area: [f32; 4]) {
        portrait::ghost(&mut self.canvas, portrait, area);
        self.zones.push(Zone { content: Content::Ghost, area, text: String::new() });
    }

    /// The word SPECIMEN across the page.
    pub(super) fn specimen(&mut self, at: (f32, f32), height: f32) {
        let red = [196, 40, 56];
        self.canvas.turned(&self.fonts.bold, height, at, -14.0, (red, 0.42), "SPECIMEN");
    }

    fn mrz(&mut self, lines: &[String]) {
        let (width, height) = self.canvas.size();
        let zone_top = height - MRZ_ZONE_MM * PX_PER_MM;
        // The zone stays free of everything that could disturb its reading.
        self.canvas.rectangle([-9.0, zone_top, width + 9.0, height + 9.0], 0.0, [250, 250, 247], 0.72);
        let longest = lines.iter().map(String::len).max().unwrap_or(0) as f32;
        let left = ((width - longest * MRZ_PITCH) / 2.0).round();
        let foot = if lines.len() > 2 { MRZ_FOOT_THREE_MM } else { MRZ_FOOT_MM };
        let last = height - foot * PX_PER_MM;
        let spacing = MRZ_LINE_MM * PX_PER_MM;
        let capital = MRZ_CAPITAL_MM * PX_PER_MM;
        let first = last - spacing * lines.len().saturating_sub(1) as f32;
        for (number, line) in lines.iter().enumerate() {
            let base = first + spacing * number as f32;
            self.canvas.pitched(&self.fonts.ocr_b, capital, (left, base), MRZ_PITCH, INK, line);
        }
        self.zones.push(Zone {
            content: Content::Mrz,
            area: [left, first - capital * 1.1, longest * MRZ_PITCH, last - first + capital * 1.2],
            text: lines.join("\n"),
        });
    }
}
