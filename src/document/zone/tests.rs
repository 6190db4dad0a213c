#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::document::specimen::{self, Fonts, Holder};
use crate::document::types::FieldName;

const TODAY: Date = jiff::civil::date(2026, 1, 1);

/// Reader and typefaces, or none where they are not installed (told on standard error).
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

/// Of this thread: what others do on the machine doesn't count.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

#[derive(Default)]
struct Count {
    asked: usize,
    right: usize,
    /// Wrong, and not marked by a low confidence.
    wrong_but_sure: Vec<String>,
    sides_wrong: usize,
    times: Vec<Duration>,
    missed: BTreeMap<FieldName, usize>,
}

fn count(layout: specimen::Layout, sides: &[Side], seeds: std::ops::Range<u64>) -> Option<Count> {
    let (mut reader, fonts) = tools()?;
    let mut count = Count::default();
    for seed in seeds {
        let holder = Holder::draw(layout, TODAY, false, &mut StdRng::seed_from_u64(seed));
        for (page, side) in specimen::print(&fonts, layout, &holder, None).into_iter().zip(sides) {
            let grey = image::imageops::grayscale(&page.image);
            let start = processor_time();
            let reading = reader.read(&grey, None, TODAY).unwrap();
            count.times.push(processor_time() - start);
            if let Some(folder) = std::env::var_os("ZONE_DUMP") {
                let name = format!("{layout:?}-{seed}-{side:?}.png");
                super::ink::without_paper(&grey).save(std::path::Path::new(&folder).join(&name)).unwrap();
                grey.save(std::path::Path::new(&folder).join(format!("raw-{name}"))).unwrap();
            }
            count.sides_wrong += usize::from(reading.side != Some(*side));
            let truth = holder.fields();
            for zone in &page.zones {
                let specimen::Content::Field(name) = zone.content else { continue };
                // Names and places as they are printed; the holder's fields have them in Latin.
                let dates = zone.text.contains(|letter: char| letter.is_ascii_digit());
                let expected = if dates { truth.get(&name).unwrap() } else { &zone.text };
                count.asked += 1;
                let read = reading.fields.iter().find(|field| field.name == name);
                if read.is_some_and(|field| field.value == *expected) {
                    count.right += 1;
                } else {
                    *count.missed.entry(name).or_default() += 1;
                    if let Some(field) = read.filter(|field| field.confidence >= 0.8) {
                        count.wrong_but_sure.push(format!("{seed} {field:?} {expected}"));
                    }
                }
            }
        }
    }
    count.times.sort();
    Some(count)
}

impl Count {
    fn tell(&self, what: &str) {
        println!(
            "{what}: {} of {} fields, sides wrong {}, median {:?}, slowest {:?}, missed {:?}",
            self.right,
            self.asked,
            self.sides_wrong,
            self.times[self.times.len() / 2],
            self.times.last().unwrap(),
            self.missed,
        );
        for wrong in &self.wrong_but_sure {
            println!("   {wrong}");
        }
    }
}

fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("VOUCH_ZONE_SPECIMENS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

#[test]
fn cards_of_kazakhstan_are_read() {
    for (layout, sides) in [
        (specimen::Layout::KzId, [Side::IdCardFront, Side::IdCardBack]),
        (specimen::Layout::KzPermit, [Side::PermitFront, Side::PermitBack]),
    ] {
        let Some(count) = count(layout, &sides, seeds()) else { return };
        count.tell(&format!("{layout:?}"));
    }
}

#[test]
fn pages_with_latin_captions_are_read() {
    for (layout, side) in
        [(specimen::Layout::Td3, Side::PassportPage), (specimen::Layout::Td1, Side::CardFront)]
    {
        let Some(count) = count(layout, &[side], seeds()) else { return };
        count.tell(&format!("{layout:?}"));
    }
}
