//! Identity documents as a person shows them: generated specimens in front of the built program.

mod common;

use std::path::Path;

use assert_cmd::Command;
use common::cards::{DAY, card, have_typefaces, photograph, shown, specimens};
use common::desk::{Desk, PROGRAM, Said};
use common::media::{RECORDED, have_models, portrait, recording, shared};
use serde_json::Value;

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
    let originals = document["reading"]["originals"].as_array().expect("what was measured");
    assert_eq!(originals.len(), 2);
    assert!(originals.iter().all(|side| side["hues"].as_f64().is_some_and(|hues| hues > 0.01)), "{document}");
    assert_eq!(claims["comparison"]["matched"], true);
    assert_eq!(claims["liveness"]["code"], 200);
    assert_eq!(claims["evidence"]["documentSource"]["kind"], "recording");
    assert!(said.err.contains("Turn the document over."), "{}", said.err);
    // No log has the number or a name.
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

/// Reads a specimen: a passport held by hand, a scanned card whose print is read with certainty. Gives the
/// exit status and the output.
fn read_specimen(desk: &Desk, layout: &str, more: &[&str], portrait: &Path) -> (Option<i32>, Value) {
    let folder = desk.path(&format!("{layout}{}", more.join("")));
    let mut arguments = vec!["--today", DAY, "--portrait", portrait.to_str().expect("UTF-8")];
    arguments.extend_from_slice(more);
    specimens(&folder, layout, &arguments);
    let mut read = read_with(desk);
    if layout == "td1" {
        read.args(["front", "back"].map(|side| folder.join(format!("td1_00000_{side}.png"))));
    } else {
        read.arg(photograph(&folder, ""));
    }
    read.args(["--json", "--today", DAY]);
    let said = Said::by(read);
    (said.code, serde_json::from_str(&said.out).expect("JSON"))
}

#[test]
fn documents_that_leave_a_field_open_are_read_and_say_so() {
    let test = "documents_that_leave_a_field_open_are_read_and_say_so";
    if !have_models(test) || !have_typefaces(test) {
        return;
    }
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    for (layout, open, field, statement) in [
        ("td1", "sex", "gender", "unspecified"),
        ("td3", "sex-x", "gender", "unspecified"),
        ("td3", "given-names", "firstName", "no-name"),
        ("td3", "surname", "lastName", "no-name"),
        ("td3", "birth-day", "dateOfBirth", "unknown-day"),
        ("td3", "birth-month", "dateOfBirth", "unknown-month"),
        ("td3", "birth", "dateOfBirth", "unknown-date"),
        ("td1", "expiry", "expireDate", "no-expiry"),
        ("td1", "expiry9999", "expireDate", "no-expiry"),
    ] {
        let (code, told) = read_specimen(&desk, layout, &["--open", open], &own);
        assert_eq!(code, Some(0), "{open}: {told}");
        let said = serde_json::json!([{ "field": field, "statement": statement }]);
        assert_eq!(told["document"]["unstated"], said, "{open}: {told}");
        assert_eq!(told["document"]["disagreements"], serde_json::json!([]), "{open}: {told}");
    }
}

#[test]
fn a_sex_that_print_states_and_the_zone_does_not_is_reported() {
    let test = "a_sex_that_print_states_and_the_zone_does_not_is_reported";
    if !have_models(test) || !have_typefaces(test) {
        return;
    }
    let Some(own) = portrait(test, "astronaut") else { return };
    let (code, told) = read_specimen(&Desk::new(), "td1", &["--open", "sex-in-zone"], &own);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told["document"]["gender"], "X");
    assert_eq!(told["document"]["disagreements"][0]["field"], "gender", "{told}");
}

#[test]
fn the_older_french_card_is_read_and_ends_when_its_number_says() {
    let test = "the_older_french_card_is_read_and_ends_when_its_number_says";
    if !have_models(test) || !have_typefaces(test) {
        return;
    }
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    let (code, told) = read_specimen(&desk, "french-id", &[], &own);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told["document"]["format"], "FRENCH_ID");
    assert_eq!(told["document"]["recognizedDocumentType"], "ID_CARD");
    assert!(told["document"]["expireDate"].is_string(), "{told}");
    let (code, told) = read_specimen(&desk, "french-id", &["--expired"], &own);
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(told["errorInfo"]["error"], "CID_6", "{told}");
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
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
    }
    let mut read = read_with(&desk);
    read.arg(desk.path(""));
    Said::by(read).refuses(2, &["not an ordinary file"]);
}

#[test]
fn a_copy_and_a_screen_are_not_the_document() {
    let test = "a_copy_and_a_screen_are_not_the_document";
    let (Some(recording), true) = (recording(test), have_typefaces(test)) else { return };
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    for trouble in ["copy", "screen"] {
        let shown_instead = card(&desk, trouble, &own, &["--trouble", trouble]);
        for side in [&shown_instead.front, &shown_instead.back] {
            let mut read = read_with(&desk);
            read.arg(side).args(["--json", "--today", DAY]);
            let said = Said::by(read);
            assert_eq!(said.code, Some(1), "{trouble}: {said:?}");
            let told: Value = serde_json::from_str(&said.out).expect("JSON");
            assert_eq!(told["sides"][0]["fault"], "copy", "{trouble}: {told}");
            assert_eq!(told["errorInfo"]["error"], "CID_5");
        }
        let frames = shown(
            &desk,
            &format!("{trouble}-shown"),
            &shown_instead.desk,
            &[&shown_instead.front, &shown_instead.back],
        );
        let (said, claims) = session(&desk, &recording, &frames);
        assert_eq!(said.code, Some(1), "{trouble}: {}", said.err);
        assert_eq!(claims["errorInfo"]["error"], "CID_5", "{trouble}: {claims}");
        assert!(said.err.contains("Show the document itself, not a copy."), "{trouble}: {}", said.err);
    }
}

/// Face networks find upside-down faces too, and an outline has two long sides.
#[test]
fn a_front_says_whose_it_is_whichever_way_up_its_outline_is() {
    let test = "a_front_says_whose_it_is_whichever_way_up_its_outline_is";
    if !have_models(test) || !have_typefaces(test) {
        return;
    }
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    let folder = desk.path("cards");
    let portrait = own.to_str().expect("UTF-8");
    specimens(&folder, "kz-id", &["--today", DAY, "--portrait", portrait, "--count", "4"]);
    for number in 0..4 {
        let mut read = read_with(&desk);
        read.arg(folder.join(format!("kz-id_0000{number}_front_photo.jpg"))).args(["--json", "--today", DAY]);
        let told: Value = serde_json::from_str(&Said::by(read).out).expect("JSON");
        let document = &told["document"];
        let has = |name: &str| document[name].is_string();
        assert!(has("identificationNumber") || (has("lastName") && has("dateOfBirth")), "{number}: {told}");
    }
}

#[test]
fn a_card_scanned_without_a_margin_is_a_card() {
    let test = "a_card_scanned_without_a_margin_is_a_card";
    if !have_models(test) || !have_typefaces(test) {
        return;
    }
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    let folder = desk.path("card");
    specimens(&folder, "kz-id", &["--today", DAY, "--portrait", own.to_str().expect("UTF-8")]);
    // The flat page that was photographed.
    let side = |side: &str| folder.join(format!("kz-id_00000_{side}.png"));
    let mut read = read_with(&desk);
    read.args([side("front"), side("back")]).args(["--json", "--today", DAY]);
    let said = Said::by(read);
    assert_eq!(said.code, Some(0), "{said:?}");
    let told: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(told["document"]["recognizedDocumentType"], "ID_CARD");
    assert!(
        told["document"]["placeOfBirth"].is_string() || told["document"]["authority"].is_string(),
        "{told}"
    );
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
    use vouch_perception::camera::Picture;
    use vouch_perception::document::outline::Finder;
    use vouch_perception::document::outline::plane::distance;

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
