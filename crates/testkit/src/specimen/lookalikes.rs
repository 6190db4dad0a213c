//! Things that people hold before a terminal instead of a document, and documents in a state in
//! which they must not be accepted.

use image::RgbImage;
use image::imageops;
use image::imageops::FilterType;
use rand::Rng;
use rand::rngs::StdRng;
use serde::Serialize;

use super::canvas::Canvas;
use super::fonts::Fonts;
use super::ground;
use super::ground::{Palette, between};
use super::portrait;
use super::scene::{Conditions, Photograph, Pose, Print, Shot, take};

/// Margin of a copy's paper around the document, pixels (8 mm).
const COPY_MARGIN: u32 = 94;
/// A phone lying on its side, pixels at 300 dots per inch (160 mm by 76 mm), and its rim.
const PHONE: (u32, u32, u32) = (1890, 898, 34);

/// What is wrong.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Nothing is shown.
    Nothing,
    /// A blank card.
    Blank,
    /// A playing card.
    PlayingCard,
    /// A business card.
    BusinessCard,
    /// A bank card with a chip and embossed digits.
    BankCard,
    /// A driving licence, which has no machine readable zone.
    DrivingLicence,
    /// A sweet's wrapper.
    SweetWrapper,
    /// A second document beside the first.
    TwoDocuments,
    /// The document on a phone's screen.
    Screen,
    /// A black-and-white copy.
    Copy,
    /// Upside down: not a fault, but it must be noticed.
    UpsideDown,
    /// Partly outside the frame.
    CutOff,
}

impl Trouble {
    /// All there are.
    pub const ALL: [Self; 12] = [
        Self::Nothing,
        Self::Blank,
        Self::PlayingCard,
        Self::BusinessCard,
        Self::BankCard,
        Self::DrivingLicence,
        Self::SweetWrapper,
        Self::TwoDocuments,
        Self::Screen,
        Self::Copy,
        Self::UpsideDown,
        Self::CutOff,
    ];

    /// Whether the picture shows the given page as a document, so that its truth applies.
    pub const fn shows_document(self) -> bool {
        matches!(self, Self::TwoDocuments | Self::Screen | Self::Copy | Self::UpsideDown | Self::CutOff)
    }
}

/// Photographs a page in trouble, or the thing shown instead, with `portrait` if that has one
/// (none: a silhouette). The corners are those of the
/// thing shown; for [`Trouble::Nothing`] they have no meaning.
pub fn photograph_trouble(
    fonts: &Fonts,
    page: &RgbImage,
    portrait: Option<&RgbImage>,
    trouble: Trouble,
    conditions: &Conditions,
    rng: &mut StdRng,
) -> Photograph {
    let mut conditions = conditions.clone();
    conditions.upside_down |= trouble == Trouble::UpsideDown;
    conditions.cut_off |= trouble == Trouble::CutOff;
    let print = match trouble {
        Trouble::Nothing => {
            let shot = Shot::draw(page.dimensions(), &conditions, rng);
            return take(&[], shot, rng);
        }
        Trouble::Screen => phone(page),
        Trouble::Copy => copy(page),
        Trouble::TwoDocuments | Trouble::UpsideDown | Trouble::CutOff => Print::new(page),
        other => Print::new(&instead(fonts, portrait, other, rng)),
    };
    if trouble == Trouble::TwoDocuments {
        return two(&print, conditions, rng);
    }
    let shot = Shot::draw(print.size(), &conditions, rng);
    take(&[(&print, shot.pose)], shot, rng)
}

fn two(print: &Print, conditions: Conditions, rng: &mut StdRng) -> Photograph {
    let narrow = Conditions { reach: 0.40..=0.46, ..conditions };
    let mut shot = Shot::draw(print.size(), &narrow, rng);
    shot.pose = Pose { centre: [0.26, rng.random_range(0.4..0.6)], ..shot.pose };
    let roll = rng.random_range(-12.0..12.0);
    let other = Pose { centre: [0.74, rng.random_range(0.4..0.6)], roll, ..shot.pose };
    take(&[(print, shot.pose), (print, other)], shot, rng)
}

/// The thing itself, flat, at 300 dots per inch.
fn instead(fonts: &Fonts, portrait: Option<&RgbImage>, trouble: Trouble, rng: &mut StdRng) -> RgbImage {
    match trouble {
        Trouble::PlayingCard => playing_card(fonts, rng),
        Trouble::BusinessCard => business_card(fonts),
        Trouble::BankCard => bank_card(fonts, rng),
        Trouble::DrivingLicence => driving_licence(fonts, portrait),
        Trouble::SweetWrapper => sweet_wrapper(fonts),
        _ => Canvas::new(1011, 638, [244, 243, 239]).image,
    }
}

fn playing_card(fonts: &Fonts, rng: &mut StdRng) -> RgbImage {
    let mut canvas = Canvas::new(1039, 744, [246, 245, 240]);
    let red = [190, 26, 38];
    let count = rng.random_range(2..=10_u16);
    for pip in 0..count {
        let (column, row) = (f32::from(pip / 2), f32::from(pip % 2));
        let x = 210.0 + column * 620.0 / f32::from((count.div_ceil(2) - 1).max(1));
        let y = 230.0 + row * 284.0;
        canvas.shape([x - 60.0, y - 70.0, x + 60.0, y + 70.0], red, 1.0, |px, py| {
            ((px - x).abs() / 50.0 + (py - y).abs() / 64.0 - 1.0) * 36.0
        });
    }
    for (x, y, turn) in [(70.0, 90.0, 90.0), (969.0, 654.0, -90.0)] {
        canvas.turned(&fonts.serif, 54.0, (x, y), turn, (red, 1.0), &count.to_string());
    }
    canvas.image
}

fn business_card(fonts: &Fonts) -> RgbImage {
    let mut canvas = Canvas::new(1004, 650, [250, 250, 248]);
    let dark = [44, 50, 58];
    canvas.rectangle([60.0, 70.0, 190.0, 200.0], 26.0, [214, 96, 30], 1.0);
    canvas.ellipse((125.0, 135.0), (36.0, 36.0), [250, 250, 248], 1.0);
    canvas.text(&fonts.bold, 34.0, (226.0, 130.0), dark, "SPECIMEN & CO");
    canvas.text(&fonts.regular, 18.0, (226.0, 176.0), dark, "Plumbing of imaginary houses");
    canvas.text(&fonts.bold, 28.0, (60.0, 380.0), dark, "Anna Testova");
    canvas.text(&fonts.regular, 18.0, (60.0, 424.0), dark, "Head of Samples");
    let lines = ["1 Nowhere Street, Zenith", "Tel. 000 000 00 00", "anna@specimen.example"];
    for (number, line) in lines.iter().enumerate() {
        canvas.text(&fonts.regular, 17.0, (60.0, 500.0 + 40.0 * number as f32), dark, line);
    }
    canvas.image
}

fn bank_card(fonts: &Fonts, rng: &mut StdRng) -> RgbImage {
    let mut canvas = Canvas::new(1011, 638, [0; 3]);
    let (from, to) =
        [([18, 40, 96], [40, 110, 170]), ([30, 30, 34], [84, 84, 92]), ([120, 24, 60], [220, 110, 70])]
            [rng.random_range(0..3)];
    for (x, y, pixel) in canvas.image.enumerate_pixels_mut() {
        let (u, v) = (x as f32 / 1011.0, y as f32 / 638.0);
        pixel.0 = between(from, to, (0.6 * u + 0.4 * v + 0.1 * (7.0 * u - 4.0 * v).sin()).clamp(0.0, 1.0));
    }
    let white = [240, 240, 244];
    canvas.text(&fonts.bold, 36.0, (60.0, 100.0), white, "SPECIMEN BANK");
    canvas.rectangle([90.0, 200.0, 220.0, 300.0], 14.0, [212, 190, 130], 1.0);
    for y in [232.0, 268.0] {
        canvas.line((90.0, y), (220.0, y), 2.0, [130, 110, 60], 1.0);
    }
    canvas.line((155.0, 200.0), (155.0, 300.0), 2.0, [130, 110, 60], 1.0);
    for (x, y, text, height) in [
        (90.0, 400.0, "0000 0000 0000 0000", 40.0),
        (330.0, 468.0, "12/34", 26.0),
        (90.0, 560.0, "TEST SPECIMEN", 28.0),
    ] {
        // Embossed: light from above, shade below.
        let pitch = height * 1.06;
        canvas.pitched(&fonts.ocr_b, height, (x + 2.0, y + 3.0), pitch, [10, 14, 24], text);
        canvas.pitched(&fonts.ocr_b, height, (x - 1.0, y - 1.5), pitch, [255, 255, 255], text);
        canvas.pitched(&fonts.ocr_b, height, (x, y), pitch, [198, 202, 212], text);
    }
    canvas.ellipse((846.0, 540.0), (54.0, 54.0), [240, 190, 60], 0.9);
    canvas.ellipse((906.0, 540.0), (54.0, 54.0), [90, 170, 120], 0.8);
    canvas.image
}

fn driving_licence(fonts: &Fonts, given: Option<&RgbImage>) -> RgbImage {
    let mut canvas = Canvas::new(1011, 638, [240, 220, 226]);
    let palette =
        Palette { paper: ([244, 220, 228], [226, 216, 238]), inks: ([222, 150, 176], [168, 150, 204]) };
    ground::print(&mut canvas, palette, (730.0, 330.0, 210.0));
    let dark = [30, 30, 40];
    canvas.text(&fonts.bold, 30.0, (300.0, 74.0), [60, 40, 120], "DRIVING LICENCE  UTO");
    portrait::print(&mut canvas, &portrait::source(given), [40.0, 130.0, 280.0, 360.0]);
    let fields = [
        "1.  SPECIMEN",
        "2.  TEST",
        "3.  01.01.1980  ZENITH",
        "4a. 02.02.2020   4b. 01.02.2030",
        "4c. LICENCE OFFICE ZENITH",
        "5.  000000SPEC00",
        "9.  B / BE / AM",
    ];
    for (number, field) in fields.iter().enumerate() {
        canvas.text(&fonts.regular, 22.0, (360.0, 150.0 + 54.0 * number as f32), dark, field);
    }
    canvas.turned(&fonts.bold, 58.0, (720.0, 520.0), -14.0, ([196, 40, 56], 0.42), "SPECIMEN");
    canvas.image
}

fn sweet_wrapper(fonts: &Fonts) -> RgbImage {
    let mut canvas = Canvas::new(1180, 500, [196, 30, 44]);
    for (x, y, pixel) in canvas.image.enumerate_pixels_mut() {
        let (u, v) = (x as f32, y as f32 / 500.0);
        let fold = 0.5 + 0.5 * (v * 9.0 + (u / 90.0).sin() * 1.4).sin();
        let foil = between([176, 20, 36], [255, 120, 110], fold * fold * 0.8);
        // Ends crimped.
        let end = !(110.0..1070.0).contains(&u);
        pixel.0 =
            if end { between(foil, [250, 220, 120], 0.5 + 0.4 * (y as f32 * 0.35).sin()) } else { foil };
    }
    canvas.rectangle([240.0, 150.0, 940.0, 350.0], 100.0, [252, 232, 150], 1.0);
    canvas.text(&fonts.serif, 58.0, (300.0, 280.0), [120, 20, 30], "TOFFEE-TEST");
    canvas.image
}

/// The page on the screen of a phone held sideways.
fn phone(page: &RgbImage) -> Print {
    let (width, height, rim) = PHONE;
    let mut canvas = Canvas::new(width, height, [14, 14, 16]);
    let screen = [rim as f32, rim as f32, (width - rim) as f32, (height - rim) as f32];
    canvas.rectangle(screen, 60.0, [8, 8, 10], 1.0);
    let room = height - 2 * rim - 60;
    let factor = (room as f32 / page.height() as f32).min(1.3);
    let (across, down) = ((page.width() as f32 * factor) as u32, (page.height() as f32 * factor) as u32);
    let picture = imageops::resize(page, across, down, FilterType::Triangle);
    let (left, top) = ((width - across) / 2, (height - down) / 2);
    canvas.lay(&picture, (left, top), |over, _| over);
    let area = [left as f32, top as f32, (left + across) as f32, (top + down) as f32];
    Print::new(&canvas.image).within(area, true)
}

/// What a laser printer turns it into: grey, hard, streaked, on paper with a margin.
fn copy(page: &RgbImage) -> Print {
    let (width, height) = page.dimensions();
    let paper = [246, 246, 242];
    let mut canvas = Canvas::new(width + 2 * COPY_MARGIN, height + 2 * COPY_MARGIN, paper);
    canvas.lay(page, (COPY_MARGIN, COPY_MARGIN), |over, _| {
        let grey = ((portrait::luma(over) - 128.0) * 1.35 + 140.0).clamp(22.0, 244.0) as u8;
        [grey; 3]
    });
    let streak = canvas.size();
    canvas.line((0.0, streak.1 * 0.37), (streak.0, streak.1 * 0.372), 1.5, [120; 3], 0.35);
    let margin = COPY_MARGIN as f32;
    let area = [margin, margin, margin + width as f32, margin + height as f32];
    Print::new(&canvas.image).within(area, false)
}
