//! The gallery by the built program: people are enrolled by pictures, compared with, searched for,
//! exported and removed.

mod common;

use std::path::PathBuf;

use assert_cmd::Command;
use common::desk::{Desk, PROGRAM, Said};
use common::media::{RECORDED, portrait, recording};
use serde_json::{Value, json};

/// An invented number with a correct check digit.
const NUMBER: &str = "900101300007";
const OTHER: &str = "850615400006";

/// A terminal whose gallery is its authority, and pictures of two people.
struct Place {
    desk: Desk,
    own: PathBuf,
    other: PathBuf,
}

impl Place {
    fn new(test: &str) -> Option<Self> {
        let (own, other) = (portrait(test, "astronaut")?, portrait(test, "other")?);
        let desk = Desk::new();
        desk.patch("authority", "[authority]\ngallery = true\n");
        for (file, number, last) in [("anna.json", NUMBER, "ERIKSSON"), ("else.json", OTHER, "")] {
            desk.write(file, json!({ "number": number, "lastName": last, "firstName": "ANNA" }).to_string());
        }
        Some(Self { desk, own, other })
    }

    fn gallery(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(PROGRAM);
        command.arg("gallery").arg("--config").arg(self.desk.config()).args(arguments);
        Said::by(command)
    }

    #[track_caller]
    fn adds(&self, person: &str, images: &[&PathBuf], more: &[&str], code: i32) -> Said {
        let person = self.desk.path(person);
        let mut arguments = vec!["add", "--person", person.to_str().expect("UTF-8")];
        arguments.extend_from_slice(more);
        arguments.extend(images.iter().map(|image| image.to_str().expect("UTF-8")));
        let said = self.gallery(&arguments);
        assert_eq!(said.code, Some(code), "{}", said.err);
        for secret in [NUMBER, OTHER, "ERIKSSON"] {
            assert!(!said.err.contains(secret), "{}", said.err);
        }
        said
    }

    fn count(&self) -> String {
        self.gallery(&["count"]).out.trim().to_owned()
    }
}

#[test]
fn a_person_enrolled_by_pictures_is_compared_with_and_removed() {
    let test = "a_person_enrolled_by_pictures_is_compared_with_and_removed";
    let (Some(place), Some(recording)) = (Place::new(test), recording(test)) else { return };
    place.adds("anna.json", &[&place.own], &[], 0);
    let session = |code: i32| {
        let mut session = place.desk.session(&recording);
        session.args(["--challenge", RECORDED, "--scheme", "RPBioOnly", "--name", "ANNA ERIKSSON"]);
        let said = Said::by({
            session.args(["--number", NUMBER]);
            session
        });
        assert_eq!(said.code, Some(code), "{}", said.err);
        said.claims()
    };
    let claims = session(0);
    assert_eq!((&claims["record"]["authority"], &claims["reference"]), (&json!("gallery"), &json!("record")));
    assert_eq!(claims["comparison"]["matched"], true);
    assert_eq!(claims["record"]["portraitSha256"].as_str().map(str::len), Some(64));

    let out = place.desk.path("export.json");
    let person = place.desk.path("anna.json");
    let person = person.to_str().expect("UTF-8");
    let exported = place.gallery(&["export", "--person", person, "--out", out.to_str().expect("UTF-8")]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    let kept: Value = serde_json::from_slice(&std::fs::read(&out).expect("an export")).expect("JSON");
    assert_eq!((&kept["lastName"], &kept["origin"]["kind"]), (&json!("ERIKSSON"), &json!("pictures")));
    assert_eq!((kept["templates"].as_array().map(Vec::len), &kept["pictures"]), (Some(1), &json!([])));

    assert_eq!(place.gallery(&["remove", "--person", person]).code, Some(0));
    assert_eq!((place.gallery(&["remove", "--person", person]).code, place.count().as_str()), (Some(1), "0"));
    assert_eq!(session(1)["errorInfo"]["error"], "CID_10");
}

#[test]
fn another_face_under_the_number_is_cid_10() {
    let test = "another_face_under_the_number_is_cid_10";
    let (Some(place), Some(recording)) = (Place::new(test), recording(test)) else { return };
    place.adds("anna.json", &[&place.other], &[], 0);
    let mut session = place.desk.session(&recording);
    session.args(["--challenge", RECORDED, "--scheme", "RPBioOnly", "--name", "ANNA ERIKSSON"]);
    session.args(["--number", NUMBER]);
    let said = Said::by(session);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(said.claims()["comparison"]["matched"], false);
}

#[test]
fn one_face_one_number_and_a_search_tells_how_often_it_is_wrong() {
    let Some(place) = Place::new("one_face_one_number_and_a_search_tells_how_often_it_is_wrong") else {
        return;
    };
    place.adds("anna.json", &[&place.own], &[], 0);
    assert!(place.adds("anna.json", &[&place.own], &[], 1).err.contains("under this number"));
    assert!(place.adds("else.json", &[&place.own], &[], 1).err.contains("--allow-similar"));
    assert!(place.adds("else.json", &[&place.own, &place.other], &[], 1).err.contains("same person"));
    place.adds("else.json", &[&place.other], &[], 0);
    place.adds("anna.json", &[&place.own], &["--replace"], 0);
    assert_eq!(place.count(), "2");
    let found = place.gallery(&["search", place.own.to_str().expect("UTF-8")]);
    assert_eq!(found.code, Some(0), "{}", found.err);
    let found: Value = serde_json::from_str(&found.out).expect("JSON");
    assert_eq!((&found["people"][0]["number"], &found["compared"]), (&json!(NUMBER), &json!(2)));
    assert!(found["falsePositiveRate"].as_f64().is_some_and(|rate| (0.0..=0.1).contains(&rate)), "{found}");
}

#[test]
fn bad_input_enrols_nobody() {
    let Some(place) = Place::new("bad_input_enrols_nobody") else { return };
    let grey = place.desk.path("grey.png");
    image::RgbImage::from_pixel(320, 320, image::Rgb([120; 3])).save(&grey).expect("room");
    assert!(place.adds("anna.json", &[&grey], &[], 2).err.contains("no face"));
    let missing = place.desk.path("missing.jpg");
    place.adds("anna.json", &[&missing], &[], 2);
    for (file, text) in [
        ("number.json", r#"{"number": "../1", "lastName": "X"}"#),
        ("nameless.json", r#"{"number": "1", "lastName": " "}"#),
        ("long.json", &format!(r#"{{"number": "1", "lastName": "{}"}}"#, "x".repeat(300))),
        ("garbage.json", "ERIKSSON 900101300007"),
        ("heavy.json", &" ".repeat(10_000)),
    ] {
        place.desk.write(file, text);
        place.adds(file, &[&place.own], &[], 2);
    }
    assert_eq!(place.count(), "0");
    std::fs::write(place.desk.state().join("gallery.key"), [0; 7]).expect("room");
    assert_eq!(place.gallery(&["count"]).code, Some(3));
}
