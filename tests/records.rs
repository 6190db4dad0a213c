//! Sessions that use a record at the authoritative source: the built program on the demo's
//! recording, on generated cards, and on a folder of records.

mod common;

use std::io::Cursor;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use common::cards::{Card, card, have_typefaces, shown};
use common::desk::{Desk, PROGRAM, Said};
use common::media::{RECORDED, have_models, portrait, recording};
use common::skipped;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// An invented number with a correct check digit.
const NUMBER: &str = "900101300007";
const NAME: &str = "ANNA MARIA ERIKSSON";

/// A terminal, its folder of records, and the demo's recording.
struct Place {
    desk: Desk,
    recording: PathBuf,
    portrait: Vec<u8>,
}

/// A picture as the JPEG that a record holds.
fn jpeg(picture: &Path) -> Vec<u8> {
    let picture = image::open(picture).expect("a picture").to_rgb8();
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("room");
    bytes.into_inner()
}

impl Place {
    fn new(test: &str) -> Option<Self> {
        let recording = recording(test)?;
        let portrait = jpeg(&portrait(test, "astronaut")?);
        Some(Self { desk: with_records(), recording, portrait })
    }

    /// Registers the recording's person under this number and name.
    fn registers(&self, number: &str, last: &str, first: &str, day: &str) {
        register(&self.desk, number, json!({ "lastName": last, "firstName": first, "portraitDay": day }));
        self.desk.write(&format!("records/{number}.jpg"), &self.portrait);
    }

    fn session(&self, scheme: &str, more: &[&str]) -> Command {
        let mut session = self.desk.session(&self.recording);
        session.args(["--challenge", RECORDED, "--scheme", scheme]).args(more);
        session
    }

    /// A session of a claim, which ends with this exit code.
    #[track_caller]
    fn claims(&self, scheme: &str, name: &str, number: &str, more: &[&str], code: i32) -> (Said, Value) {
        let mut arguments = vec!["--name", name, "--number", number];
        arguments.extend_from_slice(more);
        let said = Said::by(self.session(scheme, &arguments));
        assert_eq!(said.code, Some(code), "{}", said.err);
        let claims = said.claims();
        (said, claims)
    }
}

fn with_records() -> Desk {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("records")).expect("room");
    desk.patch("authority", &format!("[authority]\nfolder = {:?}\n", desk.path("records")));
    desk
}

fn register(desk: &Desk, number: &str, more: Value) {
    let mut record = json!({ "version": 1, "number": number });
    record.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    desk.write(&format!("records/{number}.json"), record.to_string());
}

#[track_caller]
fn failed_at(claims: &Value, step: &str, code: &str, words: &str) {
    let error = &claims["errorInfo"];
    assert_eq!((&error["eventType"], &error["error"]), (&json!(step), &json!(code)), "{error}");
    assert!(error["errorMessage"].as_str().expect("words").contains(words), "{error}");
}

#[test]
fn who_is_on_record_passes_in_another_script_and_somebody_else_is_cid_10() {
    let test = "who_is_on_record_passes_in_another_script_and_somebody_else_is_cid_10";
    let Some(place) = Place::new(test) else { return };
    let Some(other) = portrait(test, "other") else { return };
    place.registers(NUMBER, "Щербакова", "Анна", "2025-03-01");
    let desk = &place.desk;
    let claim = desk.write("claim.json", r#"{"name": "Anna SHCHERBAKOVA", "number": "900101-300007"}"#);
    let log = desk.path("session.jsonl");
    let mut session = place.session("RPBioOnly", &["--claim"]);
    session.arg(claim).arg("--log").arg(&log);
    let said = Said::by(session);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let claims = said.claims();
    assert_eq!((&claims["sessionStatus"], &claims["scheme"]), (&json!("SUCCESS"), &json!("RPBioOnly")));
    assert_eq!(claims["reference"], "record");
    assert_eq!(claims["comparison"]["matched"], true);
    let digest: String = Sha256::digest(&place.portrait).iter().map(|byte| format!("{byte:02x}")).collect();
    let record = json!({ "authority": "folder", "portraitSha256": digest, "portraitDay": "2025-03-01", "tooOld": false });
    assert_eq!(claims["record"], record);
    assert!(claims.get("documentComparison").is_none() && claims.get("document").is_none());
    let verified = Said::by(desk.verify(&[said.jws()]));
    assert_eq!(verified.code, Some(0), "{verified:?}");

    // The claim appears nowhere, and the log can be replayed.
    let written = std::fs::read_to_string(&log).expect("a log");
    for text in [&claims.to_string(), &said.err, &written] {
        for secret in [NUMBER, "900101-300007", "SHCHERBAKOVA", "Щербакова"] {
            assert!(!text.contains(secret), "{secret} is told");
        }
    }
    let mut replay = Command::new(PROGRAM);
    replay.arg("replay").arg(&log);
    assert_eq!(Said::by(replay).code, Some(0));

    desk.write(&format!("records/{NUMBER}.jpg"), jpeg(&other));
    let (_, claims) = place.claims("rp-bio-only", "ЩЕРБАКОВА АННА", NUMBER, &[], 1);
    failed_at(&claims, "comparison", "CID_10", "does not match");
    assert_eq!((&claims["liveness"]["code"], &claims["reference"]), (&json!(200), &json!("record")));
}

#[test]
fn a_claim_that_finds_no_record_ends_before_anybody_is_looked_at() {
    let Some(place) = Place::new("a_claim_that_finds_no_record_ends_before_anybody_is_looked_at") else {
        return;
    };
    place.registers(NUMBER, "ERIKSSON", "ANNA MARIA", "2025-03-01");
    let desk = &place.desk;
    let fails = |name, number, code, error, words| {
        let (said, claims) = place.claims("RPBioOnly", name, number, &[], code);
        failed_at(&claims, "record", error, words);
        assert!(claims.get("liveness").is_none() && claims.get("record").is_none(), "{claims}");
        assert!(!said.err.contains(number) && !claims.to_string().contains(number), "{}", said.err);
    };
    fails(NAME, "850615400006", 1, "CID_10", "no record under this number");
    fails("ANNA MARIA ERIKSON", NUMBER, 1, "CID_10", "in another name");
    fails("ANNA ERIKSSON", NUMBER, 1, "CID_10", "in another name");

    // What is wrong with the record is the source's fault, and nobody passes.
    let spoilt = |content: &[u8]| desk.write(&format!("records/{NUMBER}.json"), content);
    let good = std::fs::read(desk.path(&format!("records/{NUMBER}.json"))).expect("a record");
    spoilt(b"\xff\x00 garbage");
    fails(NAME, NUMBER, 3, "CID_11", "line 1");
    spoilt(&vec![b'{'; 10 << 20]);
    fails(NAME, NUMBER, 3, "CID_11", "larger than");
    spoilt(String::from_utf8_lossy(&good).replace("2025-03-01", "2999-01-01").as_bytes());
    fails(NAME, NUMBER, 3, "CID_11", "in the future");
    spoilt(&good);
    desk.write(&format!("records/{NUMBER}.jpg"), vec![0xFF; 10 << 20]);
    fails(NAME, NUMBER, 3, "CID_11", "portrait is larger");
    std::fs::remove_file(desk.path(&format!("records/{NUMBER}.jpg"))).expect("it was there");
    fails(NAME, NUMBER, 3, "CID_11", "no portrait");
    std::fs::remove_dir_all(desk.path("records")).expect("it was there");
    fails(NAME, NUMBER, 3, "CID_11", "can't be reached");
}

#[test]
fn a_portrait_without_a_face_is_no_reference() {
    let Some(place) = Place::new("a_portrait_without_a_face_is_no_reference") else { return };
    place.registers(NUMBER, "ERIKSSON", "ANNA MARIA", "2025-03-01");
    let grey = place.desk.path("grey.png");
    image::RgbImage::from_pixel(320, 320, image::Rgb([120; 3])).save(&grey).expect("room");
    place.desk.write(&format!("records/{NUMBER}.jpg"), jpeg(&grey));
    let (_, claims) = place.claims("RPBioOnly", NAME, NUMBER, &[], 3);
    failed_at(&claims, "reference", "CID_11", "no face");
    place.desk.write(&format!("records/{NUMBER}.jpg"), [0xFF, 0xD8, 0xFF, 0]);
    let (_, claims) = place.claims("RPBioOnly", NAME, NUMBER, &[], 3);
    failed_at(&claims, "reference", "CID_11", "cut off");
}

#[test]
fn no_number_leads_out_of_the_folder_and_a_claim_must_be_whole() {
    let desk = with_records();
    // A record where a traversal would find it.
    desk.write("outside.json", "{}");
    let refused = |arguments: &[&str], words: &[&str]| {
        let mut session = desk.session(Path::new("nothing.mp4"));
        session.args(arguments);
        Said::by(session).refuses(2, words);
    };
    for number in ["../outside", "..", "/etc/passwd", "records/1", "1\\2", "а1"] {
        refused(&["--scheme", "RPBioOnly", "--name", NAME, "--number", number], &["identification number"]);
    }
    refused(&["--scheme", "RPBioOnly", "--name", " ", "--number", "1"], &["name"]);
    refused(&["--scheme", "RPBioOnly"], &["--name", "--claim", "RPBioOnly"]);
    refused(&["--scheme", "RPBioOnly", "--name", NAME], &["--number"]);
    refused(&["--name", NAME, "--number", "1"], &["does not use", "LivenessOnly", "RPBioOnly"]);
    refused(&["--scheme", "RPManual", "--name", NAME, "--number", "1"], &["does not use", "RPManual"]);
    let claim = desk.write("claim.json", r#"{"name": "X", "number": 900101300007}"#);
    let claim = claim.to_str().expect("UTF-8");
    refused(&["--scheme", "RPBioOnly", "--claim", claim], &["not of the form"]);
    refused(&["--scheme", "RPBioOnly", "--claim", "/dev/zero"], &["not an ordinary file"]);
    refused(&["--scheme", "RPBioOnly", "--claim", "missing.json"], &["missing.json"]);
    assert!(!desk.state().exists(), "no key was made for a session that can't be");
}

/// The record of a card's holder.
fn registers_holder(place: &Place, card: &Card, day: &str) -> (String, String) {
    let field = |name: &str| card.fields[name].as_str().expect("it is in the truth").to_owned();
    let number = field("identificationNumber");
    place.registers(&number, &field("lastName"), &field("firstName"), day);
    (format!("{} {}", field("lastName"), field("firstName")), number)
}

/// A terminal with the card of the recording's person, and frames that show it.
fn place_with_card(test: &str) -> Option<(Place, Card, PathBuf)> {
    if !have_typefaces(test) {
        return None;
    }
    let place = Place::new(test)?;
    let own = portrait(test, "astronaut")?;
    let card = card(&place.desk, "own", &own, &[]);
    let frames = shown(&place.desk, "shown", &card.desk, &[&card.front, &card.back]);
    Some((place, card, frames))
}

#[test]
fn a_card_finds_its_holders_record() {
    let Some((place, card, frames)) = place_with_card("a_card_finds_its_holders_record") else { return };
    // Somebody else is registered; the card's holder is not.
    place.registers(NUMBER, "ERIKSSON", "ANNA MARIA", "2025-03-01");
    let frames = frames.to_str().expect("UTF-8");
    let said = Said::by(place.session("RPBasic", &["--document", frames]));
    assert_eq!(said.code, Some(1), "{}", said.err);
    failed_at(&said.claims(), "record", "CID_10", "no record under this number");

    let (_, number) = registers_holder(&place, &card, "2025-03-01");
    let said = Said::by(place.session("RPBasic", &["--document", frames]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let claims = said.claims();
    assert_eq!((&claims["sessionStatus"], &claims["reference"]), (&json!("SUCCESS"), &json!("record")));
    assert_eq!(claims["comparison"]["matched"], true);
    assert_eq!(claims["documentComparison"]["matched"], true);
    assert_eq!(claims["document"]["identificationNumber"], number.as_str());
    assert!(said.err.contains("looking up your record"), "{}", said.err);
    assert!(!said.err.contains(&number), "{}", said.err);
}

#[test]
fn a_claim_and_a_card_must_be_one_persons() {
    let test = "a_claim_and_a_card_must_be_one_persons";
    let Some((place, card_of_own, frames)) = place_with_card(test) else { return };
    let (name, number) = registers_holder(&place, &card_of_own, "2025-03-01");
    let with = |frames: &Path| {
        let frames = frames.to_str().expect("UTF-8");
        let arguments = ["--document", frames, "--name", &name, "--number", &number];
        Said::by(place.session("RPBioID", &arguments))
    };
    let said = with(&frames);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let claims = said.claims();
    assert_eq!((&claims["sessionStatus"], &claims["reference"]), (&json!("SUCCESS"), &json!("record")));
    assert_eq!(claims["documentComparison"]["matched"], true);

    let Some(own) = portrait(test, "astronaut") else { return };
    let other = card(&place.desk, "other", &own, &["--seed", "7"]);
    assert_ne!(other.fields["identificationNumber"], number.as_str());
    let frames = shown(&place.desk, "others", &other.desk, &[&other.front, &other.back]);
    let said = with(&frames);
    assert_eq!(said.code, Some(1), "{}", said.err);
    failed_at(&said.claims(), "record", "CID_10", "another person's document");
}

#[test]
fn only_an_old_record_has_the_card_shown() {
    let Some((place, card, frames)) = place_with_card("only_an_old_record_has_the_card_shown") else {
        return;
    };
    let frames = frames.to_str().expect("UTF-8");
    let (name, number) = registers_holder(&place, &card, "2020-01-01");
    let (_, claims) = place.claims("RPBioOnlyPro", &name, &number, &["--document", frames], 0);
    assert_eq!((&claims["reference"], &claims["record"]["tooOld"]), (&json!("record"), &json!(false)));
    assert!(claims.get("document").is_none(), "nothing was shown");

    place.desk.patch("policy", "[session.policy.record]\nportrait_days = 365\n");
    let (said, claims) = place.claims("RPBioOnlyPro", &name, &number, &["--document", frames], 0);
    assert_eq!((&claims["reference"], &claims["record"]["tooOld"]), (&json!("document"), &json!(true)));
    assert_eq!(claims["document"]["identificationNumber"], number.as_str());
    assert!(claims.get("documentComparison").is_none(), "one portrait, one comparison");
    assert!(said.err.contains("Turn the document over."), "{}", said.err);
}

#[test]
fn the_person_types_name_and_number() {
    let test = "the_person_types_name_and_number";
    let Some(place) = Place::new(test) else { return };
    place.registers(NUMBER, "ERIKSSON", "ANNA MARIA", "2025-03-01");
    // Without a terminal on standard input there is nobody to ask.
    let said = Said::by(place.session("RPManual", &[]));
    assert_eq!(said.code, Some(3), "{}", said.err);
    failed_at(&said.claims(), "claim", "CID_11", "type name and number");

    if std::process::Command::new("script").arg("--version").output().is_err() {
        return skipped(test, "no `script` to type at a terminal with");
    }
    let folder = place.desk.path("typed");
    let quoted = |path: &Path| format!("'{}'", path.display());
    let line = format!(
        "{PROGRAM} session --config {} --source {} --challenge {RECORDED} --scheme RPManual --out {}",
        quoted(&place.desk.config()),
        quoted(&place.recording),
        quoted(&folder)
    );
    let mut script = Command::new("script");
    // A slip first, then right.
    script.args(["-qec", &line, "/dev/null"]).write_stdin(format!("{NAME}\n../1\n{NAME}\n900101 300007\n"));
    let said = Said::by(script);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.contains("Type your name and your identification number."), "{}", said.out);
    let claims: Value =
        serde_json::from_slice(&std::fs::read(folder.join("result.json")).expect("a result")).expect("JSON");
    assert_eq!((&claims["sessionStatus"], &claims["scheme"]), (&json!("SUCCESS"), &json!("RPManual")));
    assert_eq!(claims["reference"], "record");
}

#[test]
fn a_scheme_with_a_record_and_nobody_who_keeps_it_is_a_fault_of_the_configuration() {
    let desk = Desk::new();
    desk.patch("session", "[session]\n\nscheme = \"RPBasic\"\n");
    let mut check = Command::new(PROGRAM);
    check.args(["config", "check", "--config"]).arg(desk.config());
    let said = Said::by(check);
    assert_eq!(said.code, Some(1), "{said:?}");
    for words in ["session.toml line 3", "RPBasic", "[authority]"] {
        assert!(said.err.contains(words) || said.out.contains(words), "`{words}`: {said:?}");
    }
    // The command line gives the same message.
    let desk = Desk::new();
    let mut session = desk.session(Path::new("nothing.mp4"));
    session.args(["--scheme", "RPBasic"]);
    Said::by(session).refuses(2, &["RPBasic", "[authority]"]);
}

#[test]
fn what_vouch_run_can_not_lead_is_refused_in_words() {
    for (scheme, words) in [
        ("RPManual", "kiosk.enabled"),
        ("RPBioID", "RPBasic"),
        ("RPBioOnly", "--name"),
        ("FVBioOnly", "--reference"),
    ] {
        let desk = with_records();
        desk.patch("session", &format!("[session]\nscheme = {scheme:?}\n"));
        Said::by(desk.vouch("run")).refuses(2, &[scheme, words]);
    }
}

#[test]
fn the_doctor_counts_the_records() {
    if !have_models("the_doctor_counts_the_records") {
        return;
    }
    let authority = |desk: &Desk| {
        let mut doctor = desk.vouch("doctor");
        doctor.arg("--json");
        let told: Value = serde_json::from_str(&Said::by(doctor).out).expect("JSON");
        let all = told["checks"].as_array().expect("a list").clone();
        all.into_iter().find(|check| check["check"] == "authority").expect("its line")
    };
    let none = authority(&Desk::new());
    assert_eq!(none["light"], "green", "{none}");
    let desk = with_records();
    let mode = |mode| std::fs::set_permissions(desk.path("records"), std::fs::Permissions::from_mode(mode));
    mode(0o700).expect("it is ours");
    assert_eq!(authority(&desk)["light"], "red", "an empty folder");
    let more = json!({ "lastName": "ERIKSSON", "firstName": "ANNA", "portraitDay": "2025-03-01" });
    register(&desk, NUMBER, more.clone());
    desk.write(&format!("records/{NUMBER}.jpg"), [0xFF, 0xD8, 0xFF, 0]);
    let good = authority(&desk);
    assert_eq!((&good["light"], &good["detail"]), (&json!("green"), &json!("1 records, all usable")));
    mode(0o755).expect("it is ours");
    let open = authority(&desk);
    assert_eq!(open["light"], "yellow", "{open}");
    assert!(open["advice"].as_str().expect("words").contains("chmod 700"), "{open}");
    register(&desk, "850615400006", more);
    let bad = authority(&desk);
    assert_eq!(bad["light"], "yellow", "{bad}");
    let detail = bad["detail"].as_str().expect("words");
    assert!(detail.contains("1 of 2") && detail.contains("number 1 in") && detail.contains("no portrait"));
    assert!(!bad.to_string().contains("8506"), "{bad}");
    std::fs::remove_dir_all(desk.path("records")).expect("it was there");
    assert_eq!(authority(&desk)["light"], "red");
}
