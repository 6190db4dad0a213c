//! Sessions that need a record at the authoritative source.

use jiff::civil::date;
use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::document::fields::{FieldName, FieldSource};
use vouch_contract::record::RecordFault;
use vouch_contract::scheme::Scheme;
use vouch_session::log::replay;
use vouch_session::policy::Policy;
use vouch_session::types::{Action, Claimed, Confirmation, Event, Prompt, Seek, Step};

use crate::documents::{back, front};
use crate::faces::template;
use crate::scene::{Scene, THREE, on_record};

fn scene(scheme: Scheme) -> Scene {
    scene_with(scheme, |_| ())
}

fn scene_with(scheme: Scheme, prepare: impl FnOnce(&mut Scene)) -> Scene {
    Scene::prepared(Policy::default(), scheme, &THREE, |scene| {
        scene.readings = [Ok(front(0)), Ok(back("D23145890"))].into();
        prepare(scene);
    })
}

/// What the source, the documents and the person are asked before the face, in order.
fn asked(scene: &Scene) -> Vec<&'static str> {
    let word = |action: &Action| match action {
        Action::AskClaim => Some("claim"),
        Action::FindRecord(Seek::Claim) => Some("record of the claim"),
        Action::FindRecord(Seek::Document(_)) => Some("record of the document"),
        Action::EmbedRecord => Some("portrait"),
        Action::MatchRecord(_) => Some("match"),
        Action::Read { .. } => Some("side"),
        Action::Confirm(_) => Some("confirm"),
        _ => None,
    };
    scene.actions.iter().filter_map(|(_, action)| word(action)).collect()
}

/// Shows both sides if the scheme needs them, then obeys.
fn plays(scene: &mut Scene) {
    scene.for_seconds(0.3);
    if scene.actions.iter().any(|(_, action)| matches!(action, Action::Watch(_))) {
        scene.shows_side().shows_side();
    }
    if scene.outcome.is_none() {
        scene.obeys(&THREE).looks_straight(1.0);
    }
}

#[test]
fn each_scheme_takes_its_own_way_and_passes() {
    let ways: [(Scheme, &[&str]); 5] = [
        (Scheme::RpBasic, &["side", "side", "record of the document", "portrait"]),
        (Scheme::RpManual, &["claim", "record of the claim", "portrait"]),
        (Scheme::RpBioId, &["record of the claim", "portrait", "side", "side", "match"]),
        (Scheme::RpBioOnlyPro, &["record of the claim", "portrait"]),
        (Scheme::RpBioOnly, &["record of the claim", "portrait"]),
    ];
    for (scheme, way) in ways {
        let mut scene = scene(scheme);
        plays(&mut scene);
        let outcome = scene.ends().clone();
        assert!(outcome.success, "{scheme}: {outcome:?}");
        assert_eq!(asked(&scene), way, "{scheme}");
        assert!(outcome.comparison.unwrap().matched);
        assert_eq!(outcome.document_comparison.is_some(), way.contains(&"side"), "{scheme}");
        let record = outcome.record.as_ref().unwrap();
        assert_eq!((record.facts.portrait_day, record.too_old), (date(2025, 3, 1), false));
        let log = scene.log();
        assert_eq!(replay(&log[..]).unwrap(), outcome, "{scheme}");
    }
}

#[test]
fn the_face_of_another_than_on_record_is_cid_10() {
    for scheme in Scheme::ALL.into_iter().filter(|scheme| scheme.needs_record()) {
        let mut scene = scene(scheme);
        scene.on_record = Some(3);
        plays(&mut scene);
        let outcome = scene.ends();
        assert_eq!(outcome.error, Some(ErrorCode::ReferenceMismatch), "{scheme}");
        assert_eq!((outcome.failed_at, outcome.liveness), (Some(Step::Comparison), LivenessCode::LIVE));
        assert!(!outcome.comparison.unwrap().matched);
    }
}

#[test]
fn the_documents_portrait_must_match_as_well() {
    for scheme in [Scheme::RpBasic, Scheme::RpBioId] {
        let mut scene = scene(scheme);
        scene.readings = [Ok(front(3)), Ok(back("D23145890"))].into();
        plays(&mut scene);
        let outcome = scene.ends();
        assert_eq!(outcome.error, Some(ErrorCode::DocumentMismatch), "{scheme}");
        assert!(outcome.comparison.unwrap().matched, "the record's portrait matches the person");
        assert!(!outcome.document_comparison.unwrap().matched);
    }
}

#[test]
fn nobody_moves_for_a_claim_that_is_wrong() {
    let faults = [
        (RecordFault::NotFound, ErrorCode::ReferenceMismatch),
        (RecordFault::NameDiffers, ErrorCode::ReferenceMismatch),
        (RecordFault::Unreachable("gone".into()), ErrorCode::Internal),
        (RecordFault::Unreadable("no portrait".into()), ErrorCode::Internal),
    ];
    for (fault, code) in faults {
        for scheme in [Scheme::RpManual, Scheme::RpBioId, Scheme::RpBioOnlyPro, Scheme::RpBioOnly] {
            let mut scene = scene_with(scheme, |scene| scene.record = Some(Err(fault.clone())));
            scene.for_seconds(0.5);
            let outcome = scene.ends();
            assert_eq!((outcome.error, outcome.failed_at), (Some(code), Some(Step::Record)), "{scheme}");
            assert!(outcome.message.contains(&fault.to_string()), "{}", outcome.message);
            let told = scene.prompts();
            let before = [Prompt::TypeClaim, Prompt::LookingUp, Prompt::NotPassed];
            assert!(told.iter().all(|prompt| before.contains(prompt)), "{told:?}");
        }
    }
}

#[test]
fn a_document_without_a_record_never_reaches_the_face() {
    let mut scene = scene(Scheme::RpBasic);
    scene.record = Some(Err(RecordFault::NotFound));
    scene.shows_side().shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::ReferenceMismatch));
    assert_eq!(scene.ends().failed_at, Some(Step::Record));
    assert!(scene.ends().document.is_some(), "the reading is reported");
}

#[test]
fn somebody_elses_document_fails_in_words() {
    for fault in [RecordFault::NumberDiffers, RecordFault::NameDiffers] {
        let mut bound = scene(Scheme::RpBioId);
        bound.matches = Err(fault.clone());
        bound.shows_side().shows_side();
        assert_eq!(bound.ends().error, Some(ErrorCode::ReferenceMismatch));
        assert_eq!(bound.ends().message, fault.to_string());
    }
}

#[test]
fn an_old_portrait_has_the_documents_stand_for_it() {
    let old = |who: usize| {
        let facts = on_record("2016-11-23");
        let mut scene = scene_with(Scheme::RpBioOnlyPro, |scene| scene.record = Some(Ok(facts)));
        // The old portrait is somebody else's: it must hold a face, but it is not compared.
        scene.on_record = Some(5);
        scene.readings = [Ok(front(who)), Ok(back("D23145890"))].into();
        scene
    };
    let mut own = old(0);
    plays(&mut own);
    let outcome = own.ends();
    assert!(outcome.success, "{outcome:?}");
    assert_eq!(asked(&own), ["record of the claim", "portrait", "side", "side", "match"]);
    assert!(outcome.record.as_ref().unwrap().too_old && outcome.document_comparison.is_none());

    let mut other = old(3);
    plays(&mut other);
    assert_eq!(other.ends().error, Some(ErrorCode::DocumentMismatch));

    let mut foreign = old(0);
    foreign.matches = Err(RecordFault::NumberDiffers);
    foreign.for_seconds(0.3).shows_side().shows_side();
    assert_eq!(foreign.ends().error, Some(ErrorCode::ReferenceMismatch));

    // One day younger, and it is compared.
    let facts = on_record("2016-11-24");
    let mut fresh = scene_with(Scheme::RpBioOnlyPro, |scene| scene.record = Some(Ok(facts)));
    plays(&mut fresh);
    assert!(fresh.ends().success && !fresh.ends().record.as_ref().unwrap().too_old);

    // Age matters for that scheme only.
    let facts = on_record("1999-01-01");
    let mut alone = scene_with(Scheme::RpBioOnly, |scene| scene.record = Some(Ok(facts)));
    plays(&mut alone);
    assert!(alone.ends().success && !alone.ends().record.as_ref().unwrap().too_old);
}

#[test]
fn a_portrait_of_tomorrow_and_one_without_a_face_are_no_reference() {
    let facts = on_record("2026-11-26");
    let mut tomorrow = scene_with(Scheme::RpBioOnly, |scene| scene.record = Some(Ok(facts)));
    tomorrow.for_seconds(0.5);
    assert_eq!(tomorrow.ends().error, Some(ErrorCode::Internal));

    let mut faceless = scene(Scheme::RpBioOnly);
    faceless.on_record = None;
    faceless.for_seconds(0.5);
    let outcome = faceless.ends();
    assert_eq!((outcome.error, outcome.failed_at), (Some(ErrorCode::Internal), Some(Step::Reference)));
}

#[test]
fn a_source_that_says_nothing_ends_the_session() {
    let mut scene = scene_with(Scheme::RpBioOnly, |scene| scene.record = None);
    scene.hears_nothing_for(9.9);
    // The recording may end meanwhile; the answer could still arrive.
    scene.tell(&Event::SourceEnded { reason: "over".to_owned() });
    scene.goes_on();
    scene.hears_nothing_for(0.3);
    let outcome = scene.ends();
    assert_eq!((outcome.error, outcome.failed_at), (Some(ErrorCode::Internal), Some(Step::Record)));
    assert!(outcome.message.contains("in time"), "{}", outcome.message);
}

#[test]
fn who_must_type_can_refuse_be_slow_or_be_nobody() {
    let claims = |claimed| {
        let mut scene = scene_with(Scheme::RpManual, |scene| scene.claimed = claimed);
        scene.hears_nothing_for(1.0).for_seconds(0.5);
        scene
    };
    assert_eq!(claims(Some(Claimed::Refused)).ends().liveness, LivenessCode::CANCELLED);
    let nobody = claims(Some(Claimed::Unattended));
    assert_eq!(nobody.ends().error, Some(ErrorCode::Internal));
    assert!(nobody.ends().message.contains("type name and number"), "{}", nobody.ends().message);
    let mut slow = claims(None);
    assert_eq!(slow.prompts(), [Prompt::TypeClaim]);
    slow.hears_nothing_for(120.0);
    assert_eq!((slow.ends().failed_at, slow.ends().error), (Some(Step::Claim), None));
}

#[test]
fn a_doubtful_document_is_confirmed_before_it_is_looked_up() {
    let doubtful = || {
        let mut scene = scene(Scheme::RpBasic);
        let mut back = back("D23145890");
        back.fields[2].confidence = 0.5;
        scene.readings = [Ok(front(0)), Ok(back)].into();
        scene
    };
    let mut asks = doubtful();
    plays(&mut asks);
    assert!(asks.ends().success, "{:?}", asks.ends());
    assert_eq!(asked(&asks), ["side", "side", "confirm", "record of the document", "portrait"]);

    let mut unattended = doubtful();
    unattended.confirmation = Some(Confirmation::Unattended);
    unattended.shows_side().shows_side();
    assert_eq!(unattended.ends().error, Some(ErrorCode::DocumentUnreadable));
}

#[test]
fn a_doubtful_personal_number_finds_no_record_unconfirmed() {
    let numbered = |confirmation| {
        let mut scene = scene(Scheme::RpBasic);
        let mut back = back("D23145890");
        let mut number = back.fields[1].clone();
        (number.name, number.confidence) = (FieldName::IdentificationNumber, 0.5);
        number.value = "740812400014".to_owned();
        number.source = FieldSource::Mrz;
        back.fields.push(number);
        scene.readings = [Ok(front(0)), Ok(back)].into();
        scene.confirmation = Some(confirmation);
        scene.shows_side().shows_side();
        scene
    };
    let unattended = numbered(Confirmation::Unattended);
    assert_eq!(unattended.ends().error, Some(ErrorCode::DocumentUnreadable));
    assert!(unattended.ends().message.contains("IdentificationNumber"));
    numbered(Confirmation::Right(Vec::new())).goes_on();
}

#[test]
fn answers_that_nobody_asked_for_change_nothing() {
    let unasked = [
        Event::Claimed(Claimed::Refused),
        Event::Record { today: date(2026, 11, 25), found: Err(RecordFault::NotFound) },
        Event::RecordMatched(Err(RecordFault::NumberDiffers)),
        Event::Reference(Ok(Box::new(template(3, 1)))),
    ];
    let mut scene = scene(Scheme::RpBioOnly);
    scene.gets_ready();
    unasked.iter().for_each(|event| scene.tell(event));
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());

    // A match that arrives before the record does not count.
    let mut early = Scene::new(Policy::default(), Scheme::RpBioId, &THREE);
    early.tell(&Event::RecordMatched(Ok(())));
    assert_eq!(early.prompt(), Some(Prompt::LookingUp));
}

#[test]
fn neither_claim_nor_portrait_is_in_the_log() {
    let mut scene = scene(Scheme::RpManual);
    plays(&mut scene);
    let log = String::from_utf8(scene.log()).unwrap();
    let record = log.lines().find(|line| line.contains("portraitSha256")).unwrap();
    for word in ["number", "name", "jpeg", "900101300007"] {
        assert!(!record.to_lowercase().contains(word), "{record}");
    }
}
