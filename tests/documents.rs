//! Identity documents as a person shows them: generated specimens before the built program.

mod common;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use common::desk::{Desk, PROGRAM, Said};
use common::media::{RECORDED, have_models, portrait, recording, shared};
use common::skipped;
use serde_json::Value;

/// The day on which the specimens are made; they are valid for years after it.
const DAY: &str = "2026-11-25";

/// Whether specimens can be printed here.
fn have_typefaces(test: &str) -> bool {
    let there = vouch::document::specimen::Fonts::open().is_ok();
    if !there {
        skipped(test, "no typefaces for specimens; run scripts/setup.sh demo");
    }
    there
}

/// Makes specimens of this layout into `folder`.
fn specimens(folder: &Path, layout: &str, arguments: &[&str]) {
    let mut command = Command::new(PROGRAM);
    command.args(["document", "specimen", "--layout", layout, "--seed", "3", "--photograph", "--out"]);
    command.arg(folder).args(["--conditions", "easy", "--full-hd"]).args(arguments);
    let said = Said::by(command);
    assert_eq!(said.code, Some(0), "{said:?}");
}

fn photograph(folder: &Path, side: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "jpg"))
        .filter(|path| path.to_string_lossy().contains(side))
        .collect();
    found.sort();
    found.into_iter().next().expect("a photograph of that side")
}

/// Frames of a person who shows these pictures one after the other, with an empty desk
/// before each.
fn shown(desk: &Desk, name: &str, desk_picture: &Path, pictures: &[&Path]) -> PathBuf {
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

/// A card of the recording's person or of another, and the pictures of it.
struct Card {
    front: PathBuf,
    back: PathBuf,
    desk: PathBuf,
}

fn card(desk: &Desk, name: &str, portrait: &Path, more: &[&str]) -> Card {
    let folder = desk.path(name);
    let mut arguments = vec!["--today", DAY, "--portrait", portrait.to_str().expect("UTF-8")];
    arguments.extend_from_slice(more);
    specimens(&folder, "kz-id", &arguments);
    let empty = desk.path(&format!("{name}-empty"));
    specimens(&empty, "kz-id", &["--today", DAY, "--trouble", "nothing"]);
    Card {
        front: photograph(&folder, "front"),
        back: photograph(&folder, "back"),
        desk: photograph(&empty, ""),
    }
}

fn session(desk: &Desk, recording: &Path, document: &Path) -> (Said, Value) {
    let mut session = desk.session(recording);
    session.args(["--challenge", RECORDED, "--scheme", "cid-document", "--document"]).arg(document);
    let said = Said::by(session);
    let claims = said.claims();
    (said, claims)
}

/// `vouch document read` with this terminal's configuration.
fn read_with(desk: &Desk) -> Command {
    let mut read = Command::new(PROGRAM);
    read.args(["document", "read", "--config"]).arg(desk.config());
    read
}

#[test]
fn a_card_and_its_holder_pass_and_the_number_with_another_face_does_not() {
    let test = "a_card_and_its_holder_pass_and_the_number_with_another_face_does_not";
    let (Some(recording), true) = (recording(test), have_typefaces(test)) else { return };
    let (Some(own), Some(other)) = (portrait(test, "astronaut"), portrait(test, "other")) else { return };
    let desk = Desk::new();
    let card_of_own = card(&desk, "own", &own, &[]);
    let frames = shown(&desk, "shown", &card_of_own.desk, &[&card_of_own.front, &card_of_own.back]);
    let (said, claims) = session(&desk, &recording, &frames);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(claims["sessionStatus"], "SUCCESS");
    assert_eq!(claims["scheme"], "CIDDocument");
    let document = &claims["document"];
    assert_eq!(document["recognizedDocumentType"], "ID_CARD");
    assert_eq!(document["countryCode"], "KAZ");
    assert_eq!(document["reading"]["sides"], 2);
    assert_eq!(document["reading"]["confirmed"], false, "nobody was asked");
    assert_eq!(claims["comparison"]["matched"], true);
    assert_eq!(claims["liveness"]["code"], 200);
    assert_eq!(claims["evidence"]["documentSource"]["kind"], "recording");
    assert!(said.err.contains("Turn the document over."), "{}", said.err);
    // Neither number nor name is in a log.
    let number = document["documentNumber"].as_str().expect("a number");
    assert!(!said.err.contains(number), "{}", said.err);
    let verified = Said::by(desk.verify(&[said.jws()]));
    assert_eq!(verified.code, Some(0), "{verified:?}");

    // The same number comes back with another portrait.
    let forged = card(&desk, "forged", &other, &[]);
    let frames = shown(&desk, "again", &forged.desk, &[&forged.front, &forged.back]);
    let (said, claims) = session(&desk, &recording, &frames);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(claims["errorInfo"]["error"], "CID_7", "{claims}");
    assert!(claims.get("liveness").is_none(), "nobody was looked at");
}

#[test]
fn another_persons_card_is_cid_9_and_an_expired_one_cid_6() {
    let test = "another_persons_card_is_cid_9_and_an_expired_one_cid_6";
    let (Some(recording), true) = (recording(test), have_typefaces(test)) else { return };
    let (Some(own), Some(other)) = (portrait(test, "astronaut"), portrait(test, "other")) else { return };
    let desk = Desk::new();
    let others = card(&desk, "others", &other, &[]);
    let frames = shown(&desk, "shown", &others.desk, &[&others.back, &others.front]);
    let (said, claims) = session(&desk, &recording, &frames);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(claims["errorInfo"]["error"], "CID_9", "{claims}");
    assert_eq!(claims["comparison"]["matched"], false);

    let expired = card(&desk, "expired", &own, &["--expired"]);
    let frames = shown(&desk, "over", &expired.desk, &[&expired.front, &expired.back]);
    let (said, claims) = session(&desk, &recording, &frames);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(claims["errorInfo"]["error"], "CID_6", "{claims}");
    assert_eq!(claims["errorInfo"]["eventType"], "checks");
}

#[test]
fn what_is_no_document_is_cid_5() {
    let test = "what_is_no_document_is_cid_5";
    let (Some(recording), true) = (recording(test), have_typefaces(test)) else { return };
    let desk = Desk::new();
    let folder = desk.path("bank");
    specimens(&folder, "kz-id", &["--trouble", "bank-card"]);
    let bank_card = photograph(&folder, "");
    let frames = shown(&desk, "shown", &bank_card, &[&bank_card]);
    let (said, claims) = session(&desk, &recording, &frames);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(claims["errorInfo"]["error"], "CID_5", "{claims}");
    assert!(claims.get("document").is_none());
}

#[test]
fn a_passport_is_read_from_a_picture() {
    let test = "a_passport_is_read_from_a_picture";
    if !have_models(test) || !have_typefaces(test) {
        return;
    }
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    let folder = desk.path("passport");
    specimens(&folder, "td3", &["--today", DAY, "--portrait", own.to_str().expect("UTF-8")]);
    let truth: Value =
        serde_json::from_slice(&std::fs::read(folder.join("truth.json")).expect("a truth")).expect("JSON");
    let mut now = read_with(&desk);
    now.arg(photograph(&folder, "")).args(["--json", "--today", DAY]);
    let said = Said::by(now);
    assert_eq!(said.code, Some(0), "{said:?}");
    let told: Value = serde_json::from_str(&said.out).expect("JSON");
    let document = &told["document"];
    assert_eq!(document["recognizedDocumentType"], "PA");
    assert_eq!(told["errorInfo"], Value::Null);
    assert_eq!(told["sides"][0]["portrait"], true);
    let truth = truth.as_array().map_or(&truth, |all| &all[0]);
    for name in ["documentNumber", "dateOfBirth", "expireDate", "gender", "lastName", "firstName"] {
        let expected = &truth["fields"][name];
        assert!(expected.is_string(), "{name} is in the truth: {truth}");
        let values = [&document[name]];
        assert!(values.contains(&expected), "{name}: {} and not {expected}", document[name]);
        assert!(document["fields"][name]["confidence"].as_f64().expect("a number") > 0.8, "{name}");
    }

    // Long after its expiry.
    let mut later = read_with(&desk);
    later.arg(photograph(&folder, "")).args(["--json", "--today", "2046-01-01"]);
    let said = Said::by(later);
    assert_eq!(said.code, Some(1));
    let told: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(told["errorInfo"]["error"], "CID_6");
}

#[test]
fn what_is_no_picture_is_told() {
    let test = "what_is_no_picture_is_told";
    if !have_models(test) {
        return;
    }
    let desk = Desk::new();
    let text = desk.write("not.jpg", "this is no picture");
    for (path, words) in [(text, "not.jpg"), (desk.path("missing.jpg"), "missing.jpg")] {
        let mut read = read_with(&desk);
        read.arg(path);
        let said = Said::by(read);
        assert!(matches!(said.code, Some(2 | 3)), "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
    }
}

#[test]
fn a_document_has_no_use_in_other_schemes() {
    let desk = Desk::new();
    let mut session = desk.session(Path::new("nothing.mp4"));
    session.args(["--document", "card.mp4"]);
    Said::by(session).refuses(2, &["--document", "CIDDocument"]);
}

#[test]
fn pages_in_the_shared_photographs_are_found_by_their_outline_alone() {
    use vouch::document::outline::{Finder, plane::distance};
    use vouch::document::picture::Picture;

    let test = "pages_in_the_shared_photographs_are_found_by_their_outline_alone";
    let labels = include_str!("labels/corners.csv").lines().skip(1);
    let mut finder = Finder::default();
    for row in labels {
        let (file, numbers) = row.split_once(',').expect("a file and its corners");
        let Some(path) = shared(test, file) else { return };
        let numbers: Vec<f32> = numbers.split(',').map(|v| v.parse().expect("a number")).collect();
        let truth: [[f32; 2]; 4] = std::array::from_fn(|i| [numbers[2 * i], numbers[2 * i + 1]]);
        let image = image::open(&path).expect("a picture").into_rgb8();
        let found = finder.find(&Picture::try_from(&image).expect("it has pixels"));
        let outline = found.first().unwrap_or_else(|| panic!("{file}: nothing found"));
        let worst = |turn: usize| {
            (0..4).map(|i| distance(outline.quad.0[(i + turn) % 4], truth[i])).fold(0.0, f32::max)
        };
        let error = (0..4).map(worst).fold(f32::MAX, f32::min) / distance(truth[0], truth[1]);
        assert!(error <= 0.01, "{file}: the worst corner is off by {error} of the width");
    }
}
