//! Generated cards, photographed, and frames of a person who shows them.

use std::path::{Path, PathBuf};

use serde_json::Value;
use vouch_testkit::specimen::order::{SpecimenOrder, fill};

use super::desk::Desk;
use super::skipped;

/// The day on which the specimens are made; they are valid for years after it.
pub const DAY: &str = "2026-11-25";

/// Whether specimens can be printed here.
pub fn have_typefaces(test: &str) -> bool {
    let there = vouch_testkit::specimen::Fonts::open().is_ok();
    if !there {
        skipped(test, "no typefaces for specimens; run scripts/setup.sh demo");
    }
    there
}

/// The order as `vouch-lab specimen` would take it.
#[derive(Debug, clap::Parser)]
struct Order {
    #[command(flatten)]
    order: SpecimenOrder,
}

/// Makes specimens of this layout into `folder`.
pub fn specimens(folder: &Path, layout: &str, arguments: &[&str]) {
    let folder = folder.to_str().expect("UTF-8");
    let mut words = vec!["specimen", "--layout", layout, "--photograph", "--out", folder];
    if !arguments.contains(&"--seed") {
        words.extend(["--seed", "3"]);
    }
    words.extend(["--conditions", "easy", "--full-hd"]);
    words.extend(arguments);
    let Order { order } = clap::Parser::parse_from(words);
    fill(&order, |_| ()).expect("the folder takes specimens");
}

pub fn photograph(folder: &Path, side: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "jpg"))
        .filter(|path| path.to_string_lossy().contains(side))
        .collect();
    found.sort();
    found.into_iter().next().expect("a photograph of that side")
}

/// Frames of a person who shows these pictures one after another, with an empty desk
/// before each.
pub fn shown(desk: &Desk, name: &str, desk_picture: &Path, pictures: &[&Path]) -> PathBuf {
    const EMPTY: usize = 8;
    const HELD: usize = 22;
    let folder = desk.path(name);
    std::fs::create_dir(&folder).expect("room for frames");
    let mut number = 0;
    let mut add = |picture: &Path, count: usize| {
        for _ in 0..count {
            std::fs::hard_link(picture, folder.join(format!("{number:05}.jpg"))).expect("a link");
            number += 1;
        }
    };
    for picture in pictures {
        add(desk_picture, EMPTY);
        add(picture, HELD);
    }
    add(desk_picture, EMPTY);
    folder
}

/// A card of the recording's person or of somebody else, and its pictures.
pub struct Card {
    /// Its true content: CID's fields, names in the zone's letters.
    pub fields: Value,
    pub front: PathBuf,
    pub back: PathBuf,
    pub desk: PathBuf,
}

pub fn card(desk: &Desk, name: &str, portrait: &Path, more: &[&str]) -> Card {
    let folder = desk.path(name);
    let mut arguments = vec!["--today", DAY, "--portrait", portrait.to_str().expect("UTF-8")];
    arguments.extend_from_slice(more);
    specimens(&folder, "kz-id", &arguments);
    let empty = desk.path(&format!("{name}-empty"));
    specimens(&empty, "kz-id", &["--today", DAY, "--trouble", "nothing"]);
    Card {
        fields: truth(&folder),
        front: photograph(&folder, "front"),
        back: photograph(&folder, "back"),
        desk: photograph(&empty, ""),
    }
}

/// CID's fields of the specimens in this folder.
pub fn truth(folder: &Path) -> Value {
    let truth = std::fs::read(folder.join("truth.json")).expect("a truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    truth.as_array().map_or(&truth, |all| &all[0])["fields"].clone()
}
