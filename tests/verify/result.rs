//! The content of a result, and what may never be a SUCCESS.

use std::time::Duration;

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};
use vouch_contract::claims::{ChosenBy, Mode, Nonce, NonceError, ResultClaims, SessionStatus};
use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::document::fields::{DocumentType, Field, FieldName, FieldSource};
use vouch_contract::document::original::{OriginalEvidence, Surround};
use vouch_contract::document::reading::Document;
use vouch_contract::gesture::Gesture;
use vouch_contract::record::Kind;
use vouch_contract::record::{FoundRecord, RecordFacts};
use vouch_contract::runtime::SELF_TEST_LIMIT;
use vouch_contract::scheme::Scan;
use vouch_contract::scheme::Scheme;
use vouch_contract::source::SourceKind;
use vouch_session::result::Context;
use vouch_session::types::Step;

use crate::schema::Schema;
use crate::support::{DIGEST, Session};

fn build(session: &Session, change: impl FnOnce(&mut Context<'_>)) -> ResultClaims {
    let mut context = session.context();
    change(&mut context);
    let claims = vouch_session::result::build(&session.outcome, &context);
    let value = serde_json::to_value(&claims).unwrap();
    let faults = Schema::load().faults(&value);
    assert!(faults.is_empty(), "{faults:#?}\n{value:#}");
    let read: ResultClaims = serde_json::from_value(value).unwrap();
    assert_eq!(read, claims, "a result reads back as it was");
    claims
}

fn refused_as(claims: &ResultClaims, code: u32, word: &str) {
    assert_eq!(claims.session_status, SessionStatus::Failed);
    assert_eq!(claims.liveness.as_ref().unwrap().code, LivenessCode(code));
    let info = claims.error_info.as_ref().unwrap();
    assert_eq!(info.event_type, "guard");
    assert_eq!(info.error, code.to_string());
    assert!(info.error_message.contains(word), "{}", info.error_message);
}

#[test]
fn a_success_tells_all() {
    let claims = build(&Session::good(), |_| ());
    let value = serde_json::to_value(&claims).unwrap();
    assert_eq!(value["sessionStatus"], "SUCCESS");
    assert_eq!(value["sessionStarted"], "2026-03-01T10:00:00.125Z");
    assert_eq!(value["sessionEnd"], "2026-03-01T10:00:09.375Z");
    assert_eq!(value["liveness"]["creationTime"], "2026-03-01T10:00:08.125Z");
    assert_eq!(value["liveness"]["selfieConfidenceLevel"], "0.7346");
    assert_eq!(value["liveness"]["code"], 200);
    assert_eq!(
        value["liveness"]["gestures"][1],
        json!({"gesture": "turn-left", "askedMs": 3000, "doneMs": 4500})
    );
    assert_eq!(value["eat_nonce"], "n-0123456789");
    assert_eq!(value["prev"], Value::Null);
    assert_eq!(value["scheme"], "FVBioOnly");
    assert_eq!(value["evidence"]["runtime"]["models"][0]["fellBack"], true);
    assert_eq!(value["evidence"]["challenge"]["chosenBy"], "random");
    assert!(value.get("errorInfo").is_none());
}

#[test]
fn nothing_compared_is_said_in_words() {
    let mut session = Session::good();
    session.outcome.comparison = None;
    let claims = build(&session, |context| context.scheme = Scheme::LivenessOnly);
    assert_eq!(claims.session_status, SessionStatus::Success);
    assert_eq!(claims.liveness.unwrap().selfie_confidence_level, "NOT_COMPARED");
    assert!(claims.comparison.is_none());
}

#[test]
fn failures_carry_cids_code_or_the_liveness_code() {
    let mut session = Session::good();
    session.outcome.success = false;
    session.outcome.failed_at = Some(Step::Gesture(1));
    session.outcome.liveness = LivenessCode::TIMED_OUT;
    session.outcome.message = "no gesture in time".into();
    let info = build(&session, |_| ()).error_info.unwrap();
    assert_eq!((info.event_type.as_str(), info.error.as_str()), ("gesture-1", "12225"));

    session.outcome.failed_at = Some(Step::Comparison);
    session.outcome.liveness = LivenessCode::LIVE;
    session.outcome.error = Some(ErrorCode::ReferenceMismatch);
    let info = build(&session, |_| ()).error_info.unwrap();
    assert_eq!((info.event_type.as_str(), info.error.as_str()), ("comparison", "CID_10"));
    for (code, name) in [
        (ErrorCode::NoBestFrame, "CID_8"),
        (ErrorCode::DocumentMismatch, "CID_9"),
        (ErrorCode::Internal, "CID_11"),
    ] {
        session.outcome.error = Some(code);
        assert_eq!(build(&session, |_| ()).error_info.unwrap().error, name);
    }

    session.outcome.failed_at = Some(Step::Reference);
    let claims = build(&session, |_| ());
    assert!(claims.liveness.is_none(), "nobody was looked at");
    assert_eq!(claims.error_info.unwrap().event_type, "reference");
}

#[test]
fn a_recording_is_never_a_camera() {
    for kind in [SourceKind::Recording, SourceKind::VirtualCamera] {
        let mut session = Session::good();
        session.eye.source.kind = kind;
        refused_as(&build(&session, |_| ()), 12216, "never a success in production");
        let trial = build(&session, |context| context.mode = Mode::Development);
        assert_eq!(trial.session_status, SessionStatus::Success);
        assert_eq!(trial.evidence.mode, Mode::Development);
    }
}

#[test]
fn an_unverified_model_never_passes_in_production() {
    let mut session = Session::good();
    session.eye.runtime.models[0].self_test_error = SELF_TEST_LIMIT;
    assert_eq!(build(&session, |_| ()).session_status, SessionStatus::Success);
    session.eye.runtime.models[0].self_test_error = SELF_TEST_LIMIT + 1;
    refused_as(&build(&session, |_| ()), 11350, "golden vector");
    let mut session = Session::good();
    session.eye.runtime.models[0].sha256 = "unknown".into();
    refused_as(&build(&session, |_| ()), 11350, "no digest");
    session.eye.runtime.models.clear();
    refused_as(&build(&session, |_| ()), 11350, "not named");
}

#[test]
fn a_foreseeable_challenge_never_passes_in_production() {
    let session = Session::good();
    refused_as(
        &build(&session, |context| context.chosen_by = ChosenBy::Caller),
        11350,
        "chosen by the caller",
    );
    let mut session = Session::good();
    session.challenge.clear();
    session.outcome.gestures.clear();
    refused_as(&build(&session, |_| ()), 11350, "no gesture");
}

#[test]
fn half_a_success_is_none_in_any_mode() {
    for mode in [Mode::Production, Mode::Development] {
        let judge = |change: &dyn Fn(&mut Session)| {
            let mut session = Session::good();
            change(&mut session);
            refused_as(&build(&session, |context| context.mode = mode), 11350, "marked as passed");
        };
        judge(&|s| s.outcome.liveness = LivenessCode::OTHER_ATTACK);
        judge(&|s| s.outcome.failed_at = Some(Step::Position));
        judge(&|s| s.outcome.error = Some(ErrorCode::Internal));
        judge(&|s| s.outcome.gestures[2].done_at = None);
        judge(&|s| s.outcome.gestures.swap(0, 1));
        judge(&|s| s.outcome.gestures.push(s.outcome.gestures[0]));
        judge(&|s| s.outcome.comparison = None);
        judge(&|s| s.outcome.comparison.as_mut().unwrap().matched = false);
        judge(&|s| s.outcome.comparison.as_mut().unwrap().similarity = 0.1);
        judge(&|s| s.outcome.comparison.as_mut().unwrap().similarity = f32::NAN);
        judge(&|s| s.outcome.comparison.as_mut().unwrap().threshold = f32::NEG_INFINITY);
    }
}

/// A session of a scheme with a record, whole.
fn on_record(scheme: Scheme) -> Session {
    let mut session = Session::good();
    let facts = RecordFacts {
        authority: Kind::Folder,
        portrait_sha256: DIGEST.to_owned(),
        portrait_day: date(2025, 3, 1),
    };
    session.outcome.record = Some(FoundRecord { facts, too_old: false });
    if scheme.plan().scan == Scan::Always {
        session.outcome.document = Some(Box::new(document()));
        session.outcome.document_comparison = session.outcome.comparison;
    }
    session
}

fn document() -> Document {
    let names = [
        FieldName::CountryCode,
        FieldName::DocumentNumber,
        FieldName::FirstName,
        FieldName::LastName,
        FieldName::Gender,
        FieldName::DateOfBirth,
        FieldName::Nationality,
        FieldName::ExpireDate,
    ];
    let field = |name| Field { name, value: "X".to_owned(), confidence: 1.0, source: FieldSource::Mrz };
    Document {
        document_type: Some(DocumentType::IdCard),
        sides: 1,
        originals: vec![OriginalEvidence {
            hues: 0.04,
            raster: Some(1.1),
            surround: Some(Surround { seen: 3, edges: 0 }),
            scale: None,
        }],
        fields: names.map(field).to_vec(),
        ..Document::default()
    }
}

#[test]
fn what_was_compared_with_is_told() {
    for scheme in Scheme::ALL.into_iter().filter(|scheme| scheme.needs_record()) {
        let value = serde_json::to_value(build(&on_record(scheme), |c| c.scheme = scheme)).unwrap();
        assert_eq!((&value["sessionStatus"], &value["reference"]), (&json!("SUCCESS"), &json!("record")));
        let record = json!({
            "authority": "folder", "portraitSha256": DIGEST, "portraitDay": "2025-03-01", "tooOld": false,
        });
        assert_eq!(value["record"], record);
        assert_eq!(value.get("documentComparison").is_some(), scheme.plan().scan == Scan::Always);
    }
    let bound = serde_json::to_value(build(&Session::good(), |_| ())).unwrap();
    assert_eq!((&bound["reference"], bound.get("record")), (&json!("bound"), None));
    let mut old = on_record(Scheme::RpBioOnlyPro);
    old.outcome.record.as_mut().unwrap().too_old = true;
    old.outcome.document = Some(Box::new(document()));
    let value = serde_json::to_value(build(&old, |c| c.scheme = Scheme::RpBioOnlyPro)).unwrap();
    assert_eq!((&value["sessionStatus"], &value["reference"]), (&json!("SUCCESS"), &json!("document")));
    let mut compared_with_nothing = Session::good();
    compared_with_nothing.outcome.comparison = None;
    let value = build(&compared_with_nothing, |c| c.scheme = Scheme::LivenessOnly);
    assert_eq!((value.reference, value.record), (None, None));
}

#[test]
fn steps_before_the_face_say_nothing_of_it() {
    let mut session = Session::good();
    session.outcome.success = false;
    for (step, name) in [(Step::Claim, "claim"), (Step::Record, "record")] {
        session.outcome.failed_at = Some(step);
        let claims = build(&session, |context| context.scheme = Scheme::RpManual);
        assert!(claims.liveness.is_none());
        assert_eq!(claims.error_info.unwrap().event_type, name);
    }
}

#[test]
fn half_a_success_on_record_is_none() {
    type Change = fn(&mut Session);
    let without_record: Change = |session| session.outcome.record = None;
    let without_match: Change = |session| session.outcome.comparison.as_mut().unwrap().matched = false;
    let without_comparison: Change = |session| session.outcome.comparison = None;
    let without_document: Change = |session| session.outcome.document = None;
    let not_inspected: Change = |session| session.outcome.document.as_mut().unwrap().originals.clear();
    let without_second: Change = |session| session.outcome.document_comparison = None;
    let another: Change = |session| session.outcome.document_comparison.as_mut().unwrap().matched = false;
    let old: Change = |session| session.outcome.record.as_mut().unwrap().too_old = true;
    let judged = |scheme: Scheme, changes: &[Change]| {
        for change in changes {
            let mut session = on_record(scheme);
            change(&mut session);
            let claims = build(&session, |context| context.scheme = scheme);
            refused_as(&claims, 11350, "marked as passed");
        }
    };
    for scheme in Scheme::ALL.into_iter().filter(|scheme| scheme.needs_record()) {
        // An old record alone is not enough: other schemes don't have it, this one needs the document.
        judged(scheme, &[without_record, without_match, without_comparison, old]);
    }
    for scheme in [Scheme::RpBasic, Scheme::RpBioId] {
        judged(scheme, &[without_document, not_inspected, without_second, another]);
    }
}

#[test]
fn a_nonce_is_bounded() {
    assert!(Nonce::new("12345678").is_ok());
    assert!(Nonce::new(&"x".repeat(64)).is_ok());
    assert_eq!(Nonce::new("1234567"), Err(NonceError::Length(7)));
    assert_eq!(Nonce::new(&"x".repeat(65)), Err(NonceError::Length(65)));
    for text in ["1234\n5678", "1234 5678", "äöüäöü"] {
        assert_eq!(Nonce::new(text), Err(NonceError::NotPlain));
    }
}

fn gestures() -> impl Strategy<Value = Vec<Gesture>> {
    prop::collection::vec(
        prop_oneof![Just(Gesture::Blink), Just(Gesture::Nod), Just(Gesture::TurnRight)],
        0..4,
    )
}

proptest! {
    /// Whatever a session claims: SUCCESS in production implies every condition.
    #[test]
    fn success_in_production_implies_its_conditions(
        success: bool,
        code in prop_oneof![Just(200u32), Just(12250)],
        kind in prop_oneof![Just(SourceKind::Camera), Just(SourceKind::VirtualCamera), Just(SourceKind::Recording)],
        chosen_by in prop_oneof![Just(ChosenBy::Random), Just(ChosenBy::Caller)],
        scheme in prop_oneof![Just(Scheme::LivenessOnly), Just(Scheme::FvBioOnly)],
        off in 0u32..2 * SELF_TEST_LIMIT,
        challenge in gestures(),
        undone in proptest::option::of(0usize..4),
        similarity in prop_oneof![any::<f32>(), Just(0.9f32)],
        matched: bool,
        compared: bool,
        length in 0u64..u64::MAX,
    ) {
        let mut session = Session::good();
        session.outcome.success = success;
        session.outcome.liveness = LivenessCode(code);
        session.outcome.duration = Duration::from_millis(length);
        session.eye.source.kind = kind;
        session.eye.runtime.models[0].self_test_error = off;
        let record = session.outcome.gestures[0];
        session.outcome.gestures = challenge.iter().enumerate().map(|(index, gesture)| {
            let mut record = record;
            record.gesture = *gesture;
            if undone == Some(index) { record.done_at = None; }
            record
        }).collect();
        session.challenge = challenge;
        if let Some(comparison) = session.outcome.comparison.as_mut() {
            comparison.similarity = similarity;
            comparison.matched = matched;
        }
        if !compared { session.outcome.comparison = None; }
        let mut context = session.context();
        context.scheme = scheme;
        context.chosen_by = chosen_by;
        let claims = vouch_session::result::build(&session.outcome, &context);
        let text = serde_json::to_string(&claims).unwrap();
        prop_assert!(serde_json::from_str::<ResultClaims>(&text).is_ok());
        prop_assert_eq!(claims.error_info.is_none(), claims.session_status == SessionStatus::Success);
        if claims.session_status == SessionStatus::Success {
            prop_assert!(success && code == 200 && kind == SourceKind::Camera);
            prop_assert!(chosen_by == ChosenBy::Random && off <= SELF_TEST_LIMIT);
            prop_assert!(!session.challenge.is_empty());
            prop_assert!(session.outcome.gestures.iter().all(|g| g.done_at.is_some()));
            prop_assert!(scheme == Scheme::LivenessOnly || (compared && matched && similarity >= 0.45));
        }
    }
}
