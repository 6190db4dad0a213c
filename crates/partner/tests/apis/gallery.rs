//! The gallery: people are enrolled, exported, searched and removed, each partner's apart.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::stage::{Answer, Stage, basic};

const NUMBER: &str = "900101400001";

fn call(stage: &Stage, code: &str, action: &str, body: &Value) -> Answer {
    stage.post(&format!("/gallery/v1/{action}"), Some(&basic(code)), body)
}

fn person(number: &str, picture: &[u8]) -> Value {
    let picture = STANDARD.encode(picture);
    json!({"number": number, "lastName": "ERIKSSON", "firstName": "ANNA", "pictures": [picture, picture, picture],
        "consent": {"version": "1", "language": "en", "textSha256": "0".repeat(64), "agreedAt": "2026-03-01T09:00:00Z"}})
}

fn whom() -> Value {
    json!({ "number": NUMBER })
}

#[test]
fn a_person_is_enrolled_found_exported_and_removed() {
    let stage = Stage::new();
    let made = call(&stage, "bank", "enrol", &person(NUMBER, b"anna")).expect(200);
    assert_eq!((made.member("/references"), made.member("/falsePositiveRate")), ("3".into(), "0.01".into()));
    let probe = json!({ "picture": STANDARD.encode(b"anna") });
    let found = call(&stage, "bank", "identify", &probe).expect(200);
    assert_eq!((found.member("/people/0/number"), found.member("/compared")), (NUMBER.into(), "1".into()));
    let kept = call(&stage, "bank", "export", &whom()).expect(200);
    assert_eq!((kept.member("/lastName"), kept.member("/consent/version")), ("ERIKSSON".into(), "1".into()));
    assert_eq!(kept.member("/pictures/0"), STANDARD.encode(b"anna"));
    assert_eq!(call(&stage, "bank", "remove", &whom()).expect(200).member("/removed"), "true");
    for action in ["remove", "export"] {
        assert_eq!(call(&stage, "bank", action, &whom()).expect(404).member("/error"), "NOT_FOUND");
    }
}

#[test]
fn one_number_one_face_and_one_person() {
    let stage = Stage::new();
    call(&stage, "bank", "enrol", &person(NUMBER, b"anna")).expect(200);
    let refused = |body: &Value, status, error: &str| {
        assert_eq!(call(&stage, "bank", "enrol", body).expect(status).member("/error"), error);
    };
    refused(&person(NUMBER, b"boris"), 409, "EXISTS");
    refused(&person("2", b"anna"), 409, "SIMILAR");
    let mut two = person("3", b"clara");
    two["pictures"][1] = STANDARD.encode(b"dora").into();
    refused(&two, 422, "NOT_ONE_PERSON");
    refused(&person("4", b"\x89PNG"), 422, "PICTURE");
    let mut twin = person("2", b"anna");
    twin["allowSimilar"] = true.into();
    call(&stage, "bank", "enrol", &twin).expect(200);
    let mut newer = person(NUMBER, b"anna, older");
    newer["replace"] = true.into();
    call(&stage, "bank", "enrol", &newer).expect(200);
}

#[test]
fn only_who_may_enrols_and_a_partner_sees_nothing_of_another() {
    let stage = Stage::new();
    call(&stage, "bank", "enrol", &person(NUMBER, b"anna")).expect(200);
    let forbidden = call(&stage, "shop", "export", &whom()).expect(403);
    assert_eq!(forbidden.member("/error"), "FORBIDDEN");
    let targets =
        stage.register.partners().unwrap().into_iter().find(|one| one.code == "shop").unwrap().targets;
    let shop = vouch_partner::register::partners::NewPartner {
        code: "shop".into(),
        name: "The shop".into(),
        targets,
        webhook: None,
        gallery: true,
    };
    stage.register.change_partner(shop).unwrap();
    for action in ["export", "remove"] {
        call(&stage, "shop", action, &whom()).expect(404);
    }
    let probe = json!({ "picture": STANDARD.encode(b"anna") });
    assert_eq!(call(&stage, "shop", "identify", &probe).expect(200).member("/people"), "[]");
    call(&stage, "shop", "enrol", &person(NUMBER, b"boris")).expect(409);
    stage.post("/gallery/v1/export", None, &whom()).expect(401);
}

#[test]
fn what_is_no_person_is_refused() {
    let stage = Stage::new();
    for (field, value) in [
        ("number", json!("<script>")),
        ("lastName", json!("x".repeat(300))),
        ("lastName", json!("a\u{202e}b")),
        ("pictures", json!([])),
        ("pictures", json!(["%%"])),
        ("more", json!(true)),
    ] {
        let mut body = person(NUMBER, b"anna");
        body[field] = value;
        let refused = call(&stage, "bank", "enrol", &body).expect(400);
        assert_eq!(refused.member("/error"), "INVALID_REQUEST", "{field}");
    }
    let script = "<script>alert(1)</script>";
    let mut body = person(NUMBER, b"anna");
    body["lastName"] = script.into();
    call(&stage, "bank", "enrol", &body).expect(200);
    assert_eq!(call(&stage, "bank", "export", &whom()).expect(200).member("/lastName"), script);
}
