//! `vouch session` as a person or a script calls it, from picture to verified
//! result, on the repository's own recording.

mod common;

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use common::desk::{Desk, PROGRAM, Said, claims};
use common::media::{RECORDED, have_models, portrait, recording};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vouch_contract::gesture::Gesture;
use vouch_session::log::replay;
use vouch_session::types::Outcome;

/// A terminal and the demo's recording.
fn desk(test: &str) -> Option<(Desk, PathBuf)> {
    recording(test).map(|recording| (Desk::new(), recording))
}

#[test]
fn the_gestures_asked_for_pass_and_the_result_verifies() {
    let Some((desk, recording)) = desk("the_gestures_asked_for_pass_and_the_result_verifies") else { return };
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED]);
    let said = Said::by(session);
    assert_eq!(said.code, Some(0), "{said:?}");
    for words in ["Blink.", "Open your mouth.", "Turn your head to your left.", "Passed.", "status"] {
        assert!(said.err.contains(words), "`{words}` is not said: {}", said.err);
    }

    let verified = Said::by(desk.verify(&[said.jws()]));
    assert_eq!(verified.code, Some(0), "{verified:?}");
    assert!(verified.out.contains("SUCCESS") && verified.out.contains("development mode"), "{verified:?}");

    let claims = said.claims();
    assert_eq!(claims["sessionStatus"], "SUCCESS");
    assert_eq!(claims["liveness"]["code"], 200);
    assert_eq!(claims["evidence"]["source"]["kind"], "recording");
    assert_eq!(claims["evidence"]["challenge"]["gestures"], json!(["blink", "open-mouth", "turn-left"]));
    assert_eq!(claims["evidence"]["challenge"]["chosenBy"], "caller");
    assert!(claims.get("errorInfo").is_none() && claims.get("comparison").is_none());

    let counts = desk.counts();
    assert_eq!((counts.waiting, counts.last_seq), (1, 1), "the result waits for the central side");
}

#[test]
fn the_portraits_own_person_passes() {
    let Some((desk, recording)) = desk("the_portraits_own_person_passes") else { return };
    let Some(portrait) = portrait("the_portraits_own_person_passes", "astronaut") else { return };
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED, "--scheme", "FVBioOnly", "--reference"]).arg(portrait);
    let said = Said::by(session);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("same person"), "{}", said.err);
    let claims = said.claims();
    let comparison = &claims["comparison"];
    assert_eq!((&claims["sessionStatus"], &comparison["matched"]), (&json!("SUCCESS"), &json!(true)));
    assert!(comparison["similarity"].as_f64() >= comparison["threshold"].as_f64(), "{comparison}");
    assert!(comparison["fmr"].as_f64().is_some_and(|rate| rate <= 1e-3), "{comparison}");
    let level = claims["liveness"]["selfieConfidenceLevel"].as_str().expect("a level");
    assert!(level.parse::<f64>().is_ok_and(|level| level > 0.9), "{level}");
}

#[test]
fn several_portraits_of_one_person_are_one_reference() {
    let test = "several_portraits_of_one_person_are_one_reference";
    let Some((desk, recording)) = desk(test) else { return };
    let (Some(own), Some(other)) = (portrait(test, "astronaut"), portrait(test, "other")) else { return };
    let with = |portraits: &[&PathBuf]| {
        let mut session = desk.session(&recording);
        session.args(["--challenge", RECORDED, "--scheme", "FVBioOnly"]);
        for portrait in portraits {
            session.arg("--reference").arg(portrait);
        }
        Said::by(session)
    };
    let said = with(&[&own, &own, &own]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let [one, three] = [with(&[&own]), said].map(|said| said.claims()["comparison"].clone());
    let number = |comparison: &Value, key: &str| comparison[key].as_f64().expect("a number");
    assert!((number(&one, "similarity") - number(&three, "similarity")).abs() < 1e-3, "{one} {three}");
    assert!(number(&three, "threshold") > number(&one, "threshold"), "fused templates need more: {three}");

    let strangers = with(&[&own, &other]);
    assert_eq!(strangers.code, Some(2), "{strangers:?}");
    assert!(strangers.err.contains("don't show the same person"), "{}", strangers.err);
    let many = with(&[&own; 6]);
    assert_eq!(many.code, Some(2), "{many:?}");
    assert!(many.err.contains("6 times --reference; 5 at most"), "{}", many.err);
}

#[test]
fn another_persons_portrait_does_not_pass() {
    let Some((desk, recording)) = desk("another_persons_portrait_does_not_pass") else { return };
    let Some(portrait) = portrait("another_persons_portrait_does_not_pass", "other") else { return };
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED, "--scheme", "FVBioOnly", "--reference"]).arg(portrait);
    let said = Said::by(session);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("Not passed.") && said.err.contains("another person"), "{}", said.err);
    let claims = said.claims();
    assert_eq!(claims["sessionStatus"], "FAILED");
    assert_eq!(claims["errorInfo"]["error"], "CID_10");
    assert_eq!(claims["comparison"]["matched"], false);
    assert_eq!(claims["liveness"]["code"], 200, "alive, but somebody else");
    assert_eq!(Said::by(desk.verify(&[said.jws()])).code, Some(0), "a failure is signed as well");
}

#[test]
fn gestures_in_another_order_do_not_pass() {
    let Some((desk, recording)) = desk("gestures_in_another_order_do_not_pass") else { return };
    let mut session = desk.session(&recording);
    session.args(["--challenge", "turn-left,open-mouth,blink"]);
    let said = Said::by(session);
    assert_eq!(said.code, Some(1), "{said:?}");
    let claims = said.claims();
    assert_eq!(claims["sessionStatus"], "FAILED");
    assert!(
        claims["errorInfo"]["eventType"].as_str().is_some_and(|step| step.starts_with("gesture")),
        "{claims}"
    );
}

#[test]
fn in_production_a_recording_never_passes() {
    let Some((desk, recording)) = desk("in_production_a_recording_never_passes") else { return };
    desk.patch("production", "[device]\nmode = \"production\"\n");
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED]);
    let said = Said::by(session);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("Not passed.") && !said.err.contains("Passed."), "{}", said.err);
    let claims = said.claims();
    assert_eq!(claims["sessionStatus"], "FAILED");
    assert_eq!(claims["evidence"]["mode"], "production");
    assert_eq!(claims["liveness"]["code"], 12216, "attack software");
    assert_eq!(claims["errorInfo"]["error"], "12216");
    assert_eq!(claims["errorInfo"]["eventType"], "guard");
    let message = claims["errorInfo"]["errorMessage"].as_str().expect("words");
    assert!(message.contains("recording") && message.contains("production"), "{message}");
}

#[test]
fn json_holds_the_result_and_its_jws() {
    let Some((desk, recording)) = desk("json_holds_the_result_and_its_jws") else { return };
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED, "--json"]);
    let said = Said::by(session);
    assert_eq!(said.out.lines().count(), 1, "one object on one line");
    let answer: Value = serde_json::from_str(&said.out).expect("JSON");
    let names: Vec<&String> = answer.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["jws", "result"]);
    let jws = answer["jws"].as_str().expect("text");
    assert_eq!(claims(jws), answer["result"], "what is shown is what was signed");
    assert_eq!(Said::by(desk.verify(&[jws])).code, Some(0));
}

#[test]
fn the_files_are_the_ones_the_result_names() {
    let Some((desk, recording)) = desk("the_files_are_the_ones_the_result_names") else { return };
    let out = desk.path("out");
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED, "--out"]).arg(&out);
    let said = Said::by(session);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).expect("it was written");
    assert_eq!(read("result.jws"), said.out);
    let claims: Value = serde_json::from_str(&read("result.json")).expect("JSON");
    assert_eq!(claims, said.claims());
    let media = claims["evidence"]["media"].as_array().expect("a list");
    let slots: Vec<&str> = media.iter().filter_map(|medium| medium["slot"].as_str()).collect();
    assert_eq!(slots, ["best", "gesture-0", "gesture-1", "gesture-2"]);
    for medium in media {
        let slot = medium["slot"].as_str().expect("text");
        let picture = std::fs::read(out.join(format!("{slot}.jpg"))).expect("the picture was written");
        assert_eq!(medium["bytes"], picture.len(), "{slot}");
        assert_eq!(medium["sha256"], hex::encode(Sha256::digest(&picture)), "{slot}");
        let decoded = image::load_from_memory_with_format(&picture, image::ImageFormat::Jpeg).expect("JPEG");
        assert_eq!((decoded.width(), decoded.height()), (640, 480), "{slot}");
    }
}

#[test]
fn the_askers_nonce_comes_back() {
    let Some((desk, recording)) = desk("the_askers_nonce_comes_back") else { return };
    let nonce = "Zm9yIG9uZSBzZXNzaW9u";
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED, "--nonce", nonce]);
    let said = Said::by(session);
    assert_eq!(said.claims()["eat_nonce"], nonce);
    let answers = |nonce: &str| {
        let mut verify = desk.verify(&[said.jws()]);
        verify.args(["--nonce", nonce]);
        Said::by(verify).code
    };
    assert_eq!((answers(nonce), answers("b2YgYW5vdGhlciBvbmU")), (Some(0), Some(1)));
}

#[test]
fn a_nonce_out_of_bounds_is_refused_before_anything_happens() {
    let Some((desk, recording)) = desk("a_nonce_out_of_bounds_is_refused_before_anything_happens") else {
        return;
    };
    for (nonce, word) in
        [("short", "8 to 64"), (&*"x".repeat(65), "8 to 64"), ("with blank", "visible ASCII")]
    {
        let mut session = desk.session(&recording);
        session.args(["--nonce", nonce]);
        Said::by(session).refuses(2, &["nonce", word]);
    }
    assert!(!desk.state().exists(), "no key was made for a session that can't be");
}

#[test]
fn the_log_plays_again_to_the_same_outcome() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some((desk, recording)) = desk("the_log_plays_again_to_the_same_outcome") else { return };
    let Some(portrait) = portrait("the_log_plays_again_to_the_same_outcome", "astronaut") else { return };
    let log = desk.path("session.log");
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED, "--scheme", "FVBioOnly", "--reference"]).arg(portrait);
    session.arg("--log").arg(&log);
    let claims = Said::by(session).claims();

    let file = File::open(&log).expect("the log was written");
    let mode = file.metadata().expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "templates of a face are for nobody else");
    let outcome = replay(BufReader::new(file)).expect("the log is whole");
    assert!(outcome.success);
    assert_eq!(claims["liveness"]["code"], outcome.liveness.0);
    let shown: Vec<Gesture> = outcome.gestures.iter().map(|record| record.gesture).collect();
    assert_eq!(shown, [Gesture::Blink, Gesture::OpenMouth, Gesture::TurnLeft]);
    for (claimed, record) in
        claims["liveness"]["gestures"].as_array().expect("a list").iter().zip(&outcome.gestures)
    {
        let done = record.done_at.expect("done").as_millis();
        assert_eq!(claimed["doneMs"], u64::try_from(done).expect("a short session"));
    }
    let mut again = assert_cmd::Command::new(PROGRAM);
    again.arg("replay").arg(&log);
    let replayed = Said::by(again);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    assert_eq!(serde_json::from_str::<Outcome>(&replayed.out).expect("JSON"), outcome);
    let comparison = outcome.comparison.expect("it was compared");
    assert_eq!(
        claims["comparison"]["similarity"].as_f64().map(|value| value as f32),
        Some(comparison.similarity)
    );
}

#[test]
fn the_same_pictures_give_the_same_outcome() {
    let Some((desk, recording)) = desk("the_same_pictures_give_the_same_outcome") else { return };
    let [first, second] = [(), ()].map(|()| {
        let mut session = desk.session(&recording);
        session.args(["--challenge", RECORDED]);
        Said::by(session).claims()
    });
    assert_eq!(lengths(&first), lengths(&second));
    assert_eq!(timeless(first), timeless(second));
}

/// How long each gesture took, to the frame: milliseconds are rounded at both ends.
fn lengths(claims: &Value) -> Vec<u64> {
    let gestures = claims["liveness"]["gestures"].as_array().expect("a list");
    let ms = |gesture: &Value, name: &str| gesture[name].as_u64().expect("a number");
    gestures.iter().map(|gesture| (ms(gesture, "doneMs") - ms(gesture, "askedMs") + 8) / 33).collect()
}

/// Claims without times, numbers and ids.
fn timeless(mut claims: Value) -> Value {
    let all = claims.as_object_mut().expect("an object");
    for name in ["iat", "jti", "seq", "prev", "sessionId", "sessionStarted", "sessionEnd"] {
        assert!(all.remove(name).is_some(), "{name} is there");
    }
    claims["evidence"]["clock"] = Value::Null;
    for name in ["creationTime", "responseTime"] {
        claims["liveness"][name] = Value::Null;
    }
    for gesture in claims["liveness"]["gestures"].as_array_mut().expect("a list") {
        (gesture["askedMs"], gesture["doneMs"]) = (Value::Null, Value::Null);
    }
    claims
}

#[test]
fn results_of_one_terminal_are_a_chain() {
    if !have_models("results_of_one_terminal_are_a_chain") {
        return;
    }
    let desk = Desk::new();
    // A still: the shortest session there is. Its failure is signed all the same.
    let still = desk.path("still.png");
    image::RgbImage::from_pixel(64, 64, image::Rgb([90; 3])).save(&still).expect("a picture");
    let results: Vec<String> = (0..3)
        .map(|_| {
            let said = Said::by(desk.session(&still));
            assert_eq!(said.code, Some(1), "{said:?}");
            said.jws().to_owned()
        })
        .collect();
    let numbers: Vec<Value> = results.iter().map(|jws| claims(jws)["seq"].clone()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(claims(&results[0])["prev"], Value::Null);
    let [one, two, three] = [0, 1, 2].map(|index: usize| results[index].as_str());

    let whole = Said::by(desk.verify(&[one, two, three]));
    assert_eq!(whole.code, Some(0), "{whole:?}");
    assert!(whole.out.contains("results 1 to 3, none missing between"), "{}", whole.out);
    assert_eq!(Said::by(desk.verify(&[three, one, two])).code, Some(0), "in any order");

    let gap = Said::by(desk.verify(&[one, three]));
    assert_eq!(gap.code, Some(1), "{gap:?}");
    assert!(gap.out.contains("NOT VERIFIED") && gap.out.contains('2'), "{}", gap.out);

    let forged = changed(two);
    let forgery = Said::by(desk.verify(&[one, &forged, three]));
    assert_eq!(forgery.code, Some(1), "{forgery:?}");
    assert!(forgery.out.contains("results.txt:2"), "it says which: {}", forgery.out);

    let other = Desk::new();
    assert_eq!(Said::by(other.session(&still)).code, Some(1));
    let foreign = Said::by(desk.verify_with(&other.trust(), &[one, two, three]));
    assert_eq!(foreign.code, Some(1), "{foreign:?}");
}

/// One character of the payload changed.
fn changed(jws: &str) -> String {
    let (at, _) = jws.match_indices('.').next().expect("three parts");
    let mut bytes = jws.as_bytes().to_vec();
    let byte = &mut bytes[at + 40];
    *byte = if *byte == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).expect("ASCII")
}

#[test]
fn a_portrait_and_its_scheme_belong_together() {
    let Some((desk, recording)) = desk("a_portrait_and_its_scheme_belong_together") else { return };
    let mut alone = desk.session(&recording);
    alone.args(["--scheme", "FVBioOnly"]);
    Said::by(alone).refuses(2, &["--reference", "FVBioOnly"]);
    let mut useless = desk.session(&recording);
    useless.arg("--reference").arg(&recording);
    Said::by(useless).refuses(2, &["--reference", "FVBioOnly"]);
}
