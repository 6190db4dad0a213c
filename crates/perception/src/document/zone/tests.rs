use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;
use vouch_contract::document::fields::FieldName;
use vouch_testkit::specimen;
use vouch_testkit::specimen::{Fonts, Holder};

const TODAY: Date = jiff::civil::date(2026, 1, 1);

/// Reader and typefaces, or none if they are not installed (reported on standard error).
fn tools() -> Option<(ZoneReader, Fonts)> {
    match (ZoneReader::open(Settings::default()), Fonts::open()) {
        (Ok(reader), Ok(fonts)) => Some((reader, fonts)),
        (Err(error), _) => {
            eprintln!("skipped: {error}");
            None
        }
        (_, Err(error)) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

/// CPU time of this thread, so that load from other programs does not count.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

/// How the page was captured: printed, or photographed so that it fills two thirds of the frame's
/// width, with the noise of a small sensor. Cards use 720 lines, passport pages 1080. At 720 lines
/// a passport's captions are seven pixels high and can't be read.
#[derive(Debug, Clone, Copy)]
enum Way {
    Printed,
    Photographed,
}

impl Way {
    fn of(self, page: &GrayImage, seed: u64) -> GrayImage {
        if matches!(self, Self::Printed) {
            return page.clone();
        }
        let (width, height) = page.dimensions();
        let seen = if width > 1200 { 1290 } else { 860 };
        let filter = image::imageops::FilterType::Triangle;
        let frame = image::imageops::resize(page, seen, seen * height / width, filter);
        let mut back =
            image::imageops::resize(&frame, width, height, image::imageops::FilterType::CatmullRom);
        let mut lot = StdRng::seed_from_u64(seed);
        for pixel in back.pixels_mut() {
            let noise = lot.random_range(-6i16..=6);
            pixel.0[0] = (i16::from(pixel.0[0]) + noise).clamp(0, 255) as u8;
        }
        back
    }
}

#[derive(Default)]
struct Count {
    asked: usize,
    right: usize,
    sides_wrong: usize,
    times: Vec<Duration>,
    wrong: Vec<(Option<Field>, String)>,
}

impl Count {
    fn tell(&mut self, what: &str) {
        self.times.sort();
        println!(
            "{what}: {} of {} fields, {} sides wrong, median {:?}, slowest {:?}",
            self.right,
            self.asked,
            self.sides_wrong,
            self.times[self.times.len() / 2],
            self.times.last().unwrap(),
        );
        for (read, expected) in &self.wrong {
            println!("   {expected}: {read:?}");
        }
    }

    fn share(&self) -> f32 {
        self.right as f32 / self.asked as f32
    }

    /// Dates and numbers read wrong with high confidence. Each would be accepted without a
    /// question.
    fn surely_wrong_numbers(&self) -> usize {
        let number = |field: &&Field| {
            matches!(
                field.name,
                FieldName::DateOfBirth
                    | FieldName::IssueDate
                    | FieldName::ExpireDate
                    | FieldName::DocumentNumber
                    | FieldName::IdentificationNumber
            )
        };
        let wrong = self.wrong.iter().filter_map(|(read, _)| read.as_ref());
        wrong.filter(number).filter(|field| field.confidence >= 0.8).count()
    }
}

fn count(layout: specimen::Layout, sides: &[Side], way: Way) -> Option<Count> {
    let (mut reader, fonts) = tools()?;
    let mut count = Count::default();
    let specimens = std::env::var("VOUCH_ZONE_SPECIMENS").ok().and_then(|text| text.parse().ok());
    for seed in 0..specimens.unwrap_or(3) {
        let holder = Holder::draw(layout, TODAY, false, &mut StdRng::seed_from_u64(seed));
        let truth = holder.fields();
        for (page, side) in specimen::print(&fonts, layout, &holder, None).into_iter().zip(sides) {
            let grey = way.of(&image::imageops::grayscale(&page.image), seed);
            let start = processor_time();
            let reading = reader.read(&grey, None, TODAY).unwrap();
            count.times.push(processor_time() - start);
            count.sides_wrong += usize::from(reading.side != Some(*side));
            for zone in &page.zones {
                let specimen::Content::Field(name) = zone.content else { continue };
                // Names and places as printed; the holder's fields have them in Latin.
                let digits = zone.text.contains(|letter: char| letter.is_ascii_digit());
                let expected = if digits { truth.get(&name).unwrap() } else { &zone.text };
                let read = reading.fields.iter().find(|field| field.name == name);
                count.asked += 1;
                if read.is_some_and(|field| field.value == *expected) {
                    count.right += 1;
                } else {
                    count.wrong.push((read.cloned(), format!("{seed} {name:?} {expected}")));
                }
            }
        }
    }
    Some(count)
}

// The limits lie below what 60 specimens of each kind gave (docs/DOCUMENTS.md), to allow for the
// spread of a few specimens.

#[test]
fn cards_of_kazakhstan_are_read() {
    for (layout, sides) in [
        (specimen::Layout::KzId, [Side::IdCardFront, Side::IdCardBack]),
        (specimen::Layout::KzPermit, [Side::PermitFront, Side::PermitBack]),
    ] {
        for (way, least) in [(Way::Printed, 0.95), (Way::Photographed, 0.8)] {
            let Some(mut count) = count(layout, &sides, way) else { return };
            count.tell(&format!("{layout:?} {way:?}"));
            assert!(count.share() >= least, "{layout:?} {way:?}");
            assert_eq!((count.surely_wrong_numbers(), count.sides_wrong), (0, 0), "{layout:?} {way:?}");
        }
    }
}

#[test]
fn pages_with_latin_captions_are_read() {
    for (layout, side) in
        [(specimen::Layout::Td3, Side::PassportPage), (specimen::Layout::Td1, Side::CardFront)]
    {
        // Names from other states have diacritics that English lacks; they are read without them.
        for (way, least) in [(Way::Printed, 0.8), (Way::Photographed, 0.7)] {
            let Some(mut count) = count(layout, &[side], way) else { return };
            count.tell(&format!("{layout:?} {way:?}"));
            assert!(count.share() >= least, "{layout:?} {way:?}");
            assert_eq!((count.surely_wrong_numbers(), count.sides_wrong), (0, 0), "{layout:?} {way:?}");
        }
    }
}

#[test]
fn a_page_without_text_or_of_another_size_has_no_fields() {
    let Some((mut reader, _)) = tools() else { return };
    let (width, height) = PageSize::Id1.pixels();
    let blank = GrayImage::from_pixel(width, height, image::Luma([200]));
    assert_eq!(reader.read(&blank, None, TODAY).unwrap().fields, []);
    assert_eq!(reader.read(&blank, Some(Side::IdCardFront), TODAY).unwrap().fields, []);
    let other = GrayImage::new(width + 1, height);
    assert!(matches!(reader.read(&other, None, TODAY), Err(ZoneError::Page { .. })));
}
