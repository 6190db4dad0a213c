//! CID, from the login to the fetched result.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vouch_contract::scheme::Scheme;

use super::desk::{End, KIOSK};
use super::stage::{Answer, BACK, SECRET, Stage};

/// Logs in; returns the header `Authorization`.
pub fn login(stage: &Stage, code: &str) -> String {
    let answer = stage.post("/cid/v1/token", None, &json!({"login": code, "password": SECRET})).expect(200);
    assert_eq!(answer.member("/expiresIn"), "1800");
    format!("Bearer {}", answer.member("/token"))
}

pub fn start(stage: &Stage, token: &str, more: &Value) -> Answer {
    let mut body = json!({"identificationType": "DOCUMENT_IMAGE", "redirectUri": BACK});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.post("/cid/v1/sessions", Some(token), &body)
}

fn data(stage: &Stage, token: &str, id: &str, types: &str) -> Answer {
    stage.get(&format!("/cid/v1/sessions/{id}{types}"), Some(token))
}

/// A session from the login to its end. Returns a token and the session's number.
fn session(stage: &Stage, more: &Value, end: End) -> (String, String) {
    let token = login(stage, "bank");
    let started = start(stage, &token, more).expect(201);
    let id = started.member("/sessionId");
    let (page, _) = stage.open(&started.member("/pageUrl"));
    assert_eq!((page.status, page.header("location")), (303, KIOSK));
    let back = stage.desk.end(end);
    assert_eq!(back, Some(format!("{BACK}?sessionId={id}")), "it carries the number and nothing else");
    (token, id)
}

#[test]
fn a_person_is_identified_by_document_and_the_partner_fetches_everything() {
    let stage = Stage::new();
    let more = json!({"language": "kk", "audio": true, "nonce": "nonce-of-the-bank"});
    let (token, id) = session(&stage, &more, End::with_document());
    let asked = stage.desk.last_asked();
    assert_eq!((asked.id.as_str(), asked.scheme), (id.as_str(), Scheme::CidDocument));
    assert_eq!((asked.partner.as_str(), asked.partner_name.as_str()), ("bank", "The bank"));
    assert_eq!((asked.language.as_deref(), asked.voice()), (Some("kk"), Some("en")));

    let told = data(&stage, &token, &id, "").expect(200).json();
    let expected = json!({
        "sessionId": id,
        "sessionStarted": "2026-03-01T09:00:00.000Z",
        "sessionEnded": "2026-03-01T09:00:21.500Z",
        "sessionStatus": "SUCCESS",
        "document": {
            "recognizedDocumentType": "ID_CARD", "countryCode": "KAZ", "documentNumber": "012345678",
            "firstName": "ANNA", "lastName": "ERIKSSON", "patronymic": "MARIA", "gender": "F",
            "dateOfBirth": "1990-01-01", "placeOfBirth": "ALMATY", "nationality": "KAZAKH",
            "issueDate": "2020-05-05", "expireDate": "2030-05-04", "authority": "MIA",
            "identificationNumber": "900101400001",
        },
        "liveness": {
            "verificationType": "VERIFICATION_3D", "selfieConfidenceLevel": "0.8123",
            "creationTime": "2026-03-01T09:00:18.000Z", "responseTime": "2026-03-01T09:00:21.500Z",
        },
    });
    assert_eq!(told, expected);

    let only = data(&stage, &token, &id, "?type=liveness").expect(200).json();
    assert!(only.get("liveness").is_some() && only.get("document").is_none());
    let signed = data(&stage, &token, &id, "?type=result").expect(200);
    let verified = stage.desk.verified(&signed.member("/signedResult"));
    assert_eq!(verified.claims["sessionId"], id);
    assert_eq!(verified.nonce.as_deref(), Some("nonce-of-the-bank"));

    // Another token of the same partner reads it too.
    let later = login(&stage, "bank");
    data(&stage, &later, &id, "").expect(200);
}

#[test]
fn media_come_by_calls_of_their_own() {
    let stage = Stage::new();
    let (token, id) = session(&stage, &json!({}), End::with_document());
    let get = |kind: &str| stage.get(&format!("/cid/v1/sessions/{id}/media/{kind}"), Some(&token));
    for (kind, bytes) in [("best-shot", "best shot"), ("document-front", "front"), ("document-back", "back")]
    {
        let answer = get(kind).expect(200);
        assert_eq!((answer.text(), answer.header("content-type")), (bytes, "image/jpeg"));
        assert!(answer.header("content-disposition").starts_with("attachment"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(get("clip").expect(404).member("/error"), "NOT_FOUND");
    get("passport").expect(404);
}

#[test]
fn a_reference_photo_is_compared_with_and_a_mismatch_is_told() {
    let stage = Stage::new();
    let photo = STANDARD.encode(b"the photo on record");
    let more = json!({"identificationType": "REFERENCE_PHOTO", "referencePhoto": photo});
    let (token, id) = session(&stage, &more, End::failed("comparison", "CID_10", 200));
    let asked = stage.desk.last_asked();
    assert_eq!(asked.scheme, Scheme::FvBioOnly);
    assert_eq!(asked.references[0].0, b"the photo on record");
    let told = data(&stage, &token, &id, "?type=error").expect(200);
    assert_eq!(told.member("/sessionStatus"), "FAILED");
    assert_eq!(told.member("/errorInfo/error"), "CID_10");
    assert_eq!(told.member("/errorInfo/eventType"), "comparison");
    assert_eq!(told.member("/errorInfo/livenessCode"), "200", "a live person, but another one");

    let token = login(&stage, "bank");
    start(&stage, &token, &json!({"identificationType": "REFERENCE_PHOTO"})).expect(400);
    start(&stage, &token, &json!({"referencePhoto": photo})).expect(400);
}

#[test]
fn every_failure_has_a_code_of_cid() {
    let stage = Stage::new();
    for (error, liveness, told) in [
        ("CID_5", 11350, "CID_5"),
        ("CID_6", 11350, "CID_6"),
        ("CID_7", 11350, "CID_7"),
        ("CID_8", 12218, "CID_8"),
        ("CID_9", 200, "CID_9"),
        ("CID_11", 11350, "CID_11"),
        // CID has no codes for attacks and for who goes away.
        ("12209", 12209, "CID_8"),
        ("12228", 12228, "CID_8"),
        ("11350", 11350, "CID_11"),
    ] {
        let (token, id) = session(&stage, &json!({}), End::failed("checks", error, liveness));
        let answer = data(&stage, &token, &id, "").expect(200);
        assert_eq!(answer.member("/errorInfo/error"), told, "{error}");
        assert_eq!(answer.member("/errorInfo/errorMessage"), "told to the clerk");
    }
}

#[test]
fn a_token_starts_one_session() {
    let stage = Stage::new();
    let token = login(&stage, "bank");
    let started = start(&stage, &token, &json!({})).expect(201);
    assert_eq!(start(&stage, &token, &json!({})).expect(409).member("/error"), "CONFLICT");
    stage.open(&started.member("/pageUrl"));
    start(&stage, &token, &json!({})).expect(409);
    stage.desk.end(End::with_document());
    assert_eq!(start(&stage, &token, &json!({})).expect(410).member("/error"), "CID_18");
    // What it started can still be read.
    data(&stage, &token, &started.member("/sessionId"), "").expect(200);
}

#[test]
fn a_refused_start_does_not_spend_the_token() {
    let stage = Stage::new();
    let token = login(&stage, "bank");
    start(&stage, &token, &json!({"redirectUri": "https://evil.example/"})).expect(403);
    start(&stage, &token, &json!({"language": "<b>"})).expect(400);
    start(&stage, &token, &json!({"nonce": "short"})).expect(400);
    start(&stage, &token, &json!({})).expect(201);
}

#[test]
fn a_session_that_has_not_ended_has_no_data() {
    let stage = Stage::new();
    let token = login(&stage, "bank");
    let started = start(&stage, &token, &json!({})).expect(201);
    let id = started.member("/sessionId");
    let early = data(&stage, &token, &id, "").expect(409);
    assert!(!early.header("retry-after").is_empty());
    stage.get(&format!("/cid/v1/sessions/{id}/media/best-shot"), Some(&token)).expect(409);
    stage.open(&started.member("/pageUrl"));
    data(&stage, &token, &id, "").expect(409);
    stage.desk.lose();
    let lost = data(&stage, &token, &id, "").expect(200);
    assert_eq!(lost.member("/sessionStatus"), "FAILED");
    assert_eq!(lost.member("/errorInfo/error"), "CID_11");
    assert!(lost.json().get("document").is_none());
}
