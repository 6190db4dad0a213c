//! Records from a service over HTTPS.

mod common;

use base64::Engine as _;
use common::desk::{Desk, Said};
use common::media::{RECORDED, portrait, recording};
use common::service::{Does, Service};
use serde_json::{Value, json};
use vouch::authority::{Authority as _, Https, Number, Record, Survey};
use vouch_contract::record::RecordFault;

fn https(service: &Service) -> Https {
    Https::configured(&service.config).expect("one is named")
}

fn find(service: &Service) -> Result<Record, RecordFault> {
    https(service).find(&number())
}

fn answering(answer: impl Into<String>) -> Service {
    Service::new(vec![Does::Answers(answer.into())], "127.0.0.1", false, true)
}

fn number() -> Number {
    Number::new("900101300007").expect("it is there")
}

fn record(portrait: &[u8]) -> Value {
    json!({
        "version": 1, "number": "900101300007", "lastName": "ERIKSSON", "firstName": "ANNA",
        "portraitDay": "2025-03-01", "portrait": base64::engine::general_purpose::STANDARD.encode(portrait),
    })
}

fn answer(record: &Value) -> String {
    json!({ "version": 1, "record": record }).to_string()
}

const JPEG: [u8; 4] = [0xFF, 0xD8, 0xFF, 7];

#[test]
fn a_record_comes_over_tls_and_the_number_goes_in_the_body_alone() {
    let service = answering(answer(&record(&JPEG)));
    let found = find(&service).expect("it is there");
    let face = vouch::authority::RecordedFace::Portrait(JPEG.to_vec());
    assert_eq!((&found.face, found.portrait_day.year()), (&face, 2025));
    let asked = service.asked.recv().expect("it is there");
    let (head, body) = asked.split_once("\r\n\r\n").expect("it is there");
    assert!(head.starts_with("POST /v1 HTTP/1.1") && !head.contains("9001"), "{head}");
    assert_eq!(
        serde_json::from_str::<Value>(body).expect("it is there"),
        json!({ "version": 1, "number": "900101300007" })
    );
}

#[test]
fn nobody_is_an_answer_and_a_wrong_address_is_not() {
    let nobody = answering(answer(&Value::Null));
    assert_eq!(find(&nobody), Err(RecordFault::NotFound));
    for head in ["404 Not Found", "500 Oops", "302 Found\r\nlocation: https://127.0.0.1:1/"] {
        let service = Service::new(vec![Does::Says(head)], "127.0.0.1", false, true);
        let fault = find(&service).expect_err("no record");
        assert!(matches!(&fault, RecordFault::Unreachable(why) if why.contains(&head[..3])), "{fault}");
    }
    let gone = Service::new(vec![Does::HangsUp], "127.0.0.1", false, true);
    assert!(matches!(find(&gone), Err(RecordFault::Unreachable(_))));
    // The listener is gone after its last question.
    assert!(matches!(find(&gone), Err(RecordFault::Unreachable(_))));
}

#[test]
fn what_is_no_record_is_told_without_the_person() {
    let changed = |key: &str, value: Value| {
        let mut record = record(&JPEG);
        record[key] = value;
        answer(&record)
    };
    for (body, words) in [
        ("garbage".to_owned(), "line 1"),
        ("{\"version\": 1}".to_owned(), "line 1"),
        (json!({ "version": 2, "record": null }).to_string(), "version 2"),
        (changed("number", json!("850615400006")), "another number"),
        (changed("portrait", Value::Null), "no portrait"),
        (changed("portrait", json!("...")), "not base64"),
        (changed("portrait", json!("AAAA")), "not a JPEG"),
        (changed("more", json!(1)), "line 1"),
        (" ".repeat(12 << 20), "larger than"),
    ] {
        let service = answering(body);
        match find(&service) {
            Err(RecordFault::Unreadable(why)) => {
                assert!(why.contains(words), "{words}: {why}");
                assert!(!why.contains("ERIKSSON") && !why.contains("9001"), "{why}");
            }
            other => unreachable!("{words}: {other:?}"),
        }
    }
}

#[test]
fn only_the_pinned_authority_and_the_right_name_are_trusted() {
    let answers = || vec![Does::Answers(answer(&record(&JPEG)))];
    for (name, is_pinned) in [("127.0.0.1", false), ("records.example", true)] {
        let service = Service::new(answers(), name, false, is_pinned);
        let fault = find(&service).expect_err("no record");
        assert!(matches!(fault, RecordFault::Unreachable(_)), "{fault}");
        assert!(service.asked.try_recv().is_err(), "the number was never sent");
    }
    let service = answering(String::new());
    for content in ["", "no certificate"] {
        std::fs::write(service.config.ca.as_ref().expect("one is named"), content).expect("it is there");
        assert!(matches!(find(&service), Err(RecordFault::Unreachable(why)) if why.contains("ca.pem")));
    }
}

#[test]
fn the_terminals_certificate_is_shown_where_the_service_asks_for_it() {
    let answers = || vec![Does::Answers(answer(&record(&JPEG)))];
    let service = Service::new(answers(), "127.0.0.1", true, true);
    assert!(find(&service).is_ok());
    let mut without = Service::new(answers(), "127.0.0.1", true, true);
    (without.config.certificate, without.config.key) = (None, None);
    assert!(matches!(find(&without), Err(RecordFault::Unreachable(_))));
}

#[test]
fn a_survey_asks_for_nobody() {
    let service = answering(answer(&Value::Null));
    assert_eq!(https(&service).survey(), Ok(Survey::default()));
    assert!(service.asked.recv().expect("it is there").ends_with("\"number\":\"0\",\"version\":1}"));
}

/// Lays a service over the terminal's configuration.
fn reaches(desk: &Desk, service: &Service) {
    let (url, ca) = (service.config.url.as_ref(), service.config.ca.as_ref());
    let (url, ca) = (url.expect("one is named"), ca.expect("one is named"));
    desk.patch("authority", &format!("[authority]\nurl = {url:?}\nca = {ca:?}\n"));
}

#[test]
fn a_session_rests_on_a_services_record() {
    let test = "a_session_rests_on_a_services_record";
    let Some(recording) = recording(test) else { return };
    let Some(own) = portrait(test, "astronaut") else { return };
    let mut picture = std::io::Cursor::new(Vec::new());
    let own = image::open(own).expect("a picture").to_rgb8();
    own.write_to(&mut picture, image::ImageFormat::Jpeg).expect("room");
    let does = vec![
        Does::Answers(answer(&record(picture.get_ref()))),
        Does::Answers(answer(&Value::Null)),
        Does::Says("404 Not Found"),
    ];
    let service = Service::new(does, "127.0.0.1", false, true);
    let desk = Desk::new();
    reaches(&desk, &service);
    let session = || {
        let mut session = desk.session(&recording);
        session.args(["--challenge", RECORDED, "--scheme", "RPBioOnly", "--claim", "-"]);
        session.write_stdin(r#"{"name": "anna eriksson", "number": "900101 300007"}"#);
        Said::by(session)
    };
    let said = session();
    assert_eq!(said.code, Some(0), "{}", said.err);
    let claims = said.claims();
    assert_eq!((&claims["sessionStatus"], &claims["reference"]), (&json!("SUCCESS"), &json!("record")));
    assert_eq!(claims["record"]["authority"], "https");
    for (code, error) in [(1, "CID_10"), (3, "CID_11")] {
        let said = session();
        assert_eq!(said.code, Some(code), "{}", said.err);
        assert_eq!(said.claims()["errorInfo"]["error"], error);
    }
    let mut doctor = desk.vouch("doctor");
    doctor.arg("--json");
    let told: Value = serde_json::from_str(&Said::by(doctor).out).expect("JSON");
    let checks = told["checks"].as_array().expect("a list");
    let line = checks.iter().find(|check| check["check"] == "authority").expect("its line");
    assert_eq!(line["light"], "red", "the service is gone: {line}");
}
