//! Specimen documents as a user makes them, and whether their truth files are right.

use std::path::Path;

use assert_cmd::Command;
use image::RgbImage;
use jiff::civil::date;
use rand::SeedableRng;
use rand::rngs::StdRng;
use vouch_contract::document::fields::FieldName;
use vouch_testkit::specimen::clip::Clip;
use vouch_testkit::specimen::scene::Conditions;
use vouch_testkit::specimen::{
    Content, Fonts, Holder, Layout, Page, Side, Trouble, mrz, photograph_trouble, print,
};

/// Pixels from one character of a machine readable zone to the next: ten an inch.
const PITCH: u32 = 30;

fn fonts(test: &str) -> Option<Fonts> {
    match Fonts::open() {
        Ok(fonts) => Some(fonts),
        Err(error) => {
            vouch_testkit::skipped::skipped(test, &error.to_string());
            None
        }
    }
}

fn printed(fonts: &Fonts, layout: Layout, seed: u64) -> (Holder, Vec<Page>) {
    let mut rng = StdRng::seed_from_u64(seed);
    let holder = Holder::draw(layout, date(2026, 1, 31), false, &mut rng);
    let pages = print(fonts, layout, &holder, None);
    (holder, pages)
}

/// The share of dark pixels in a box: x, y, width, height.
fn ink(image: &RgbImage, [x, y, width, height]: [u32; 4]) -> f32 {
    let dark = (y..y + height)
        .flat_map(|row| (x..x + width).map(move |column| (column, row)))
        .filter(|&(column, row)| image.get_pixel(column, row).0.iter().all(|&value| value < 110))
        .count();
    dark as f32 / (width * height) as f32
}

#[test]
fn every_page_has_what_its_truth_tells() {
    let Some(fonts) = fonts("every_page_has_what_its_truth_tells") else { return };
    for layout in Layout::ALL {
        let (holder, pages) = printed(&fonts, layout, 7);
        assert_eq!(pages.len(), layout.sides().len());
        for page in &pages {
            assert_eq!(page.image.dimensions(), layout.size().pixels(), "{layout:?}");
            for zone in &page.zones {
                let area = zone.area.map(|value| value as u32);
                let (width, height) = page.image.dimensions();
                assert!(area[0] + area[2] <= width && area[1] + area[3] <= height, "{layout:?} {zone:?}");
                if !zone.text.is_empty() {
                    assert!(ink(&page.image, area) > 0.05, "{layout:?}: nothing printed at {zone:?}");
                }
            }
        }
        let lines: Vec<&String> = pages.iter().flat_map(|page| &page.mrz).collect();
        assert_eq!(lines, mrz::lines(layout.format(), &holder.particulars()).iter().collect::<Vec<_>>());
        assert!(pages.iter().any(|page| page.zone(Content::Portrait).is_some()), "{layout:?}");
    }
}

#[test]
fn a_zone_has_a_character_every_tenth_of_an_inch_and_nothing_between_lines() {
    let test = "a_zone_has_a_character_every_tenth_of_an_inch_and_nothing_between_lines";
    let Some(fonts) = fonts(test) else { return };
    for layout in Layout::ALL {
        let (_, pages) = printed(&fonts, layout, 11);
        let page = pages.last().expect("a page");
        let [x, y, width, height] = page.zone(Content::Mrz).expect("a zone").area.map(|v| v.round() as u32);
        let (count, length) = layout.format().shape();
        assert_eq!(width, PITCH * length as u32, "{layout:?}");
        // Rows of the zone that have ink are in as many groups as there are lines.
        let rows: Vec<bool> = (y..y + height).map(|row| ink(&page.image, [x, row, width, 1]) > 0.0).collect();
        let groups = rows.windows(2).filter(|pair| !pair[0] && pair[1]).count() + usize::from(rows[0]);
        assert_eq!(groups, count, "{layout:?}");
        for place in 0..length as u32 {
            let cell = ink(&page.image, [x + place * PITCH, y, PITCH, height]);
            assert!(cell > 0.02, "{layout:?}: character {place}");
        }
    }
}

#[test]
fn the_card_of_kazakhstan_has_names_in_both_scripts_and_one_iin() {
    let Some(fonts) = fonts("the_card_of_kazakhstan_has_names_in_both_scripts_and_one_iin") else { return };
    let (holder, pages) = printed(&fonts, Layout::KzId, 21);
    let front = &pages[0];
    let text = |content| front.zone(content).map(|zone| zone.text.clone());
    assert_eq!(text(Content::Field(FieldName::LastName)).as_ref(), Some(&holder.surname));
    assert_eq!(
        text(Content::Latin(FieldName::LastName)).as_ref(),
        holder.fields().get(&FieldName::LastName),
        "as in the machine readable zone"
    );
    let iin = text(Content::Field(FieldName::IdentificationNumber)).expect("an IIN");
    assert_eq!(pages[1].mrz[0][15..27], iin, "the zone's optional data");
}

#[test]
fn a_trouble_shows_what_it_says() {
    let Some(fonts) = fonts("a_trouble_shows_what_it_says") else { return };
    let (_, pages) = printed(&fonts, Layout::Td1, 5);
    let taken = |trouble| {
        let mut rng = StdRng::seed_from_u64(8);
        photograph_trouble(&fonts, &pages[1].image, None, trouble, &Conditions::easy(), &mut rng)
    };
    let [a, b, ..] = taken(Trouble::UpsideDown).corners.0;
    assert!(a[0] > b[0], "the upper left corner is at the right");
    let outside = |[x, y]: &[f32; 2]| !(0.0..1280.0).contains(x) || !(0.0..720.0).contains(y);
    assert!(taken(Trouble::CutOff).corners.0.iter().any(outside));
    assert!(!taken(Trouble::Copy).corners.0.iter().any(outside));
    // The copy's own corners are within its paper's margin.
    let copy = taken(Trouble::Copy);
    assert!(copy.area[0] > 0.0 && copy.extent.0 > 1011);
}

#[test]
fn a_card_comes_is_turned_over_and_goes() {
    let Some(fonts) = fonts("a_card_comes_is_turned_over_and_goes") else { return };
    let (_, pages) = printed(&fonts, Layout::KzId, 3);
    let clip = Clip::new(&pages, &Conditions::typical(), 120, &mut StdRng::seed_from_u64(3));
    assert!(!clip.frame(0).1.whole, "it is not there yet");
    let (image, still) = clip.frame(22);
    assert!(still.whole && still.side == Some(Side::Front), "{still:?}");
    assert_eq!(image.dimensions(), (1280, 720));
    assert_eq!(still.glare, 0.0);
    assert!(clip.frame(33).1.glare > 0.5, "the lamp");
    assert_eq!(clip.frame(90).1.side, Some(Side::Back));
    assert!(!clip.frame(119).1.whole, "it is gone");
    assert_eq!(clip.frame(22).0, image, "the same frame again");
}

fn specimen(out: &Path) -> Command {
    let mut command = Command::cargo_bin("vouch-lab").expect("the program");
    command.args(["specimen", "--today", "2026-01-31", "--out"]).arg(out);
    command
}

#[test]
fn the_command_writes_pictures_and_their_truth() {
    if fonts("the_command_writes_pictures_and_their_truth").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    specimen(folder.path())
        .args(["--layout", "td3", "--count", "2", "--photograph", "--conditions", "easy", "--expired"])
        .assert()
        .success();
    let truth = std::fs::read(folder.path().join("truth.json")).expect("truth.json");
    let truth: Vec<serde_json::Value> = serde_json::from_slice(&truth).expect("JSON");
    assert_eq!(truth.len(), 4);
    for of in &truth {
        let file = folder.path().join(of["file"].as_str().expect("a name"));
        assert!(image::open(&file).is_ok(), "{}", file.display());
        assert!(of["fields"]["expireDate"].as_str() < Some("2026-01-31"), "{of}");
        assert_eq!(of["mrz"][0].as_str().map(str::len), Some(44));
    }
    let mut table = csv::Reader::from_path(folder.path().join("truth.csv")).expect("truth.csv");
    assert_eq!(table.records().filter(|row| row.as_ref().is_ok_and(|row| &row[1] == "TD3")).count(), 4);
}

#[test]
fn a_portrait_that_is_no_picture_is_told_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("portrait.png");
    std::fs::write(&file, "no picture").expect("written");
    specimen(folder.path())
        .args(["--layout", "td1", "--portrait"])
        .arg(&file)
        .assert()
        .code(2)
        .stderr(predicates::str::contains("portrait.png"));
}
