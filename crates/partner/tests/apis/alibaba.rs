//! Alibaba Cloud: every scheme, and the comparison of two faces.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vouch_contract::scheme::Scheme;
use vouch_partner::desk::{DeskRefusal, Pages};
use vouch_partner::register::scenes::Scene;
use vouch_partner::schemes::BusinessScheme;

use super::desk::{End, KIOSK};
use super::stage::{Answer, BACK, Stage, basic};

pub fn call(stage: &Stage, action: &str, body: &Value) -> Answer {
    stage.post(&format!("/alibaba/v1/{action}"), Some(&basic("bank")), body)
}

fn picture(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What each scheme binds.
fn binding(scheme: BusinessScheme) -> Value {
    let claim = json!({"Name": "ERIKSSON ANNA", "IdentificationNumber": "900101 400001"});
    match scheme {
        BusinessScheme::RpBasic | BusinessScheme::RpManual => json!({}),
        BusinessScheme::RpBioId | BusinessScheme::RpBioOnlyPro | BusinessScheme::RpBioOnly => claim,
        BusinessScheme::FvBioOnly => json!({"FacePic": picture(b"portrait")}),
        BusinessScheme::RpH5BioOnly | BusinessScheme::RpMin => {
            let mut claim = claim;
            claim["IdCardFrontPic"] = picture(b"card front").into();
            claim
        }
    }
}

fn status(stage: &Stage, biz: &str, ticket: &str) -> Answer {
    call(stage, "GetStatus", &json!({"Biz": biz, "TicketId": ticket}))
}

#[test]
fn each_scheme_with_a_page_goes_from_the_token_to_the_status() {
    let stage = Stage::new();
    for scheme in BusinessScheme::ALL {
        let Some(led) = scheme.session() else { continue };
        let (biz, ticket) = (scheme.name(), format!("ticket-{}", scheme.name()));
        let body = json!({
            "Biz": biz, "TicketId": ticket, "Binding": binding(scheme), "RedirectUrl": BACK, "Nonce": "nonce-of-the-bank",
        });
        let answer = call(&stage, "GetVerifyToken", &body).expect(200);
        assert_eq!((answer.member("/Success"), answer.member("/Code")), ("true".into(), "OK".into()));
        assert_eq!(answer.member("/Data/VerifyToken/DurationSeconds"), "1800");
        assert_eq!(status(&stage, biz, &ticket).expect(200).member("/Data/StatusCode"), "-1");
        let (page, _) = stage.open(&answer.member("/Data/CloudauthPageUrl"));
        assert_eq!((page.status, page.header("location")), (303, KIOSK));
        assert_eq!(status(&stage, biz, &ticket).member("/Data/StatusCode"), "0");

        let asked = stage.desk.last_asked();
        assert_eq!((asked.scheme, asked.pages), (led, Pages { guide: false, result: true }));
        let bound = scheme.bound();
        assert_eq!((asked.claim.is_some(), asked.references.len()), (bound.claim, bound.portrait.into()));
        let cards = usize::from(scheme == BusinessScheme::RpH5BioOnly);
        assert_eq!(asked.card_photos.len(), cards);

        let back = stage.desk.end(End::passed());
        assert_eq!(back, Some(format!("{BACK}?TicketId={ticket}&StatusCode=1")));
        let told = status(&stage, biz, &ticket);
        assert_eq!(told.member("/Data/StatusCode"), "1");
        assert_eq!(told.member("/Data/SimilarityScore"), "80.0");
        let verified = stage.desk.verified(&told.member("/Data/SignedResult"));
        assert_eq!(verified.claims["scheme"], led.to_string());
        assert_eq!(verified.nonce.as_deref(), Some("nonce-of-the-bank"));
        // Passed is passed.
        call(&stage, "GetVerifyToken", &body).expect(409);
    }
}

#[test]
fn a_ticket_that_did_not_pass_can_be_tried_again() {
    let stage = Stage::new();
    let body = json!({"Biz": "RPBasic", "TicketId": "t-1"});
    for (end, code) in [(End::failed("comparison", "CID_10", 200), "2"), (End::with_document(), "1")] {
        let answer = call(&stage, "GetVerifyToken", &body).expect(200);
        stage.open(&answer.member("/Data/CloudauthPageUrl"));
        assert_eq!(status(&stage, "RPBasic", "t-1").member("/Data/StatusCode"), "0");
        assert_eq!(stage.desk.end(end), None, "without RedirectUrl the person stays");
        assert_eq!(status(&stage, "RPBasic", "t-1").member("/Data/StatusCode"), code);
    }
    let told = status(&stage, "RPBasic", "t-1");
    assert!(told.json().pointer("/Data/Reason").is_none());
}

#[test]
fn the_reason_of_a_failure_is_told() {
    let stage = Stage::new();
    let answer = call(&stage, "GetVerifyToken", &json!({"Biz": "RPBasic", "TicketId": "t-1"})).expect(200);
    stage.open(&answer.member("/Data/CloudauthPageUrl"));
    stage.desk.end(End::failed("record", "CID_10", 11350));
    let told = status(&stage, "RPBasic", "t-1");
    assert_eq!(told.member("/Data/Reason/Code"), "CID_10");
    assert_eq!(told.member("/Data/Reason/Step"), "record");
}

#[test]
fn materials_are_what_the_terminal_collected() {
    let stage = Stage::new();
    let (biz, ticket) = ("RPBasic", "t-1");
    let ask = json!({"Biz": biz, "TicketId": ticket});
    let answer = call(&stage, "GetVerifyToken", &ask).expect(200);
    call(&stage, "GetMaterials", &ask).expect(409);
    stage.open(&answer.member("/Data/CloudauthPageUrl"));
    stage.desk.end(End::with_document());
    let materials = call(&stage, "GetMaterials", &ask).expect(200);
    for (member, value) in [
        ("Name", "ERIKSSON ANNA MARIA"),
        ("IdentificationNumber", "900101400001"),
        ("IdCardType", "ID_CARD"),
        ("IdCardExpiry", "2030-05-04"),
        ("Sex", "F"),
        ("FacePic", &picture(b"best shot")),
        ("IdCardFrontPic", &picture(b"front")),
        ("IdCardBackPic", &picture(b"back")),
    ] {
        assert_eq!(materials.member(&format!("/Data/{member}")), value);
    }
}

#[test]
fn what_the_person_typed_is_among_the_materials_and_what_was_bound_is_not() {
    let stage = Stage::new();
    let ask = json!({"Biz": "RPManual", "TicketId": "t-1"});
    let answer = call(&stage, "GetVerifyToken", &ask).expect(200);
    stage.open(&answer.member("/Data/CloudauthPageUrl"));
    stage.desk.end(End::passed().typed("<b>Анна</b>", "900101400001"));
    let materials = call(&stage, "GetMaterials", &ask).expect(200);
    assert_eq!(materials.member("/Data/Name"), "<b>Анна</b>", "it stays text");
    assert_eq!(materials.member("/Data/IdentificationNumber"), "900101400001");
    assert!(materials.json().pointer("/Data/IdCardFrontPic").is_none());

    let body = json!({"Biz": "RPBioOnly", "TicketId": "t-2", "Binding": binding(BusinessScheme::RpBioOnly)});
    let answer = call(&stage, "GetVerifyToken", &body).expect(200);
    stage.open(&answer.member("/Data/CloudauthPageUrl"));
    stage.desk.end(End::passed());
    let materials = call(&stage, "GetMaterials", &json!({"Biz": "RPBioOnly", "TicketId": "t-2"})).expect(200);
    assert!(!materials.text().contains("ERIKSSON") && !materials.text().contains("9001"));
}

#[test]
fn material_of_the_business_is_judged_at_once() {
    let stage = Stage::new();
    let submit = |ticket: &str, number: &str| {
        let materials = json!({
            "Name": "ERIKSSON ANNA", "IdentificationNumber": number, "FacePic": picture(b"portrait"),
            "IdCardFrontPic": picture(b"front"), "IdCardBackPic": picture(b"back"),
        });
        call(&stage, "SubmitMaterials", &json!({"Biz": "RPMin", "TicketId": ticket, "Materials": materials}))
    };
    assert_eq!(submit("t-1", "900101300007").expect(200).member("/Data/StatusCode"), "1");
    let seen = stage.desk.materials.lock().unwrap().last().cloned().unwrap();
    assert_eq!((seen.portrait.0.as_slice(), seen.card_photos.len()), (&b"portrait"[..], 2));
    // The same ticket again asks nobody, whatever it brings.
    assert_eq!(submit("t-1", "900101300008").expect(200).member("/Data/StatusCode"), "1");
    assert_eq!(stage.desk.materials.lock().unwrap().len(), 1);
    assert_eq!(status(&stage, "RPMin", "t-1").member("/Data/StatusCode"), "1");

    let refused = submit("t-2", "900101300008").expect(200);
    assert_eq!(refused.member("/Data/StatusCode"), "2");
    assert_eq!(refused.member("/Data/Reason/Code"), "CID_10");

    // A desk that does not judge leaves the ticket free.
    *stage.desk.refuses.lock().unwrap() = Some(DeskRefusal::Unreachable("no source".into()));
    assert_eq!(submit("t-3", "900101300007").expect(503).member("/Code"), "NOT_READY");
    *stage.desk.refuses.lock().unwrap() = None;
    assert_eq!(submit("t-3", "900101300007").expect(200).member("/Data/StatusCode"), "1");

    let no_page = json!({"Biz": "RPMin", "TicketId": "t-4"});
    call(&stage, "GetVerifyToken", &no_page).expect(400);
    let lacking =
        json!({"Biz": "RPMin", "TicketId": "t-4", "Materials": {"Name": "A", "IdentificationNumber": "1"}});
    call(&stage, "SubmitMaterials", &lacking).expect(400);
    let elsewhere = json!({"Biz": "RPBasic", "TicketId": "t-4", "Materials": {}});
    call(&stage, "SubmitMaterials", &elsewhere).expect(400);
}

#[test]
fn two_faces_are_compared_by_one_call() {
    let stage = Stage::new();
    let compare = |source: &[u8], target: &[u8]| {
        let body = json!({
            "SourceImageType": "FacePic", "SourceImageValue": picture(source), "TargetImageValue": picture(target),
        });
        call(&stage, "CompareFaces", &body)
    };
    let same = compare(b"anna", b"anna").expect(200);
    assert_eq!(
        (same.member("/Data/SimilarityScore"), same.member("/Data/Passed")),
        ("80.0".into(), "true".into())
    );
    assert_eq!(same.member("/Data/ThresholdScore"), "35.0");
    let other = compare(b"anna", b"berta").expect(200);
    assert_eq!(
        (other.member("/Data/SimilarityScore"), other.member("/Data/Passed")),
        ("0.0".into(), "false".into())
    );
    let usage = stage.register.usage(0, i64::MAX).unwrap();
    assert_eq!((usage[0].scheme.as_str(), usage[0].submissions, usage[0].passes), ("CompareFaces", 2, 1));
}

#[test]
fn a_scene_is_its_partner_s_and_a_ticket_is_its_scene_s() {
    let stage = Stage::new();
    let ask = json!({"Biz": "RPBasic", "TicketId": "t-1"});
    call(&stage, "GetVerifyToken", &ask).expect(200);
    for action in ["GetVerifyToken", "GetStatus", "GetMaterials"] {
        let path = format!("/alibaba/v1/{action}");
        assert_eq!(stage.post(&path, Some(&basic("shop")), &ask).expect(404).member("/Code"), "NOT_FOUND");
    }
    status(&stage, "RPManual", "t-1").expect(404);
    status(&stage, "RPBasic", "t-2").expect(404);
    status(&stage, "no-scene", "t-1").expect(404);
    for ticket in ["", "Анна", "a b", "../x", "<b>", &"x".repeat(65)] {
        status(&stage, "RPBasic", ticket).expect(400);
    }
}

#[test]
fn an_h5_scene_needs_its_redirect_and_a_used_scene_keeps_its_scheme() {
    let stage = Stage::new();
    let bound = binding(BusinessScheme::RpH5BioOnly);
    let body = json!({"Biz": "RPH5BioOnly", "TicketId": "t-1", "Binding": bound});
    call(&stage, "GetVerifyToken", &body).expect(400);
    let body = json!({"Biz": "RPH5BioOnly", "TicketId": "t-1", "Binding": bound, "RedirectUrl": BACK});
    let answer = call(&stage, "GetVerifyToken", &body).expect(200);
    let changed = Scene {
        biz: "RPH5BioOnly".into(),
        partner: "bank".into(),
        name: "x".into(),
        scheme: BusinessScheme::RpBioOnly,
        pages: Pages::default(),
    };
    stage
        .register
        .change_scene(Scene { scheme: BusinessScheme::RpH5BioOnly, ..changed.clone() }, false)
        .unwrap();
    stage.open(&answer.member("/Data/CloudauthPageUrl"));
    assert_eq!(stage.desk.last_asked().scheme, Scheme::RpBioOnly);
    assert!(stage.register.change_scene(changed, false).is_err());
}
