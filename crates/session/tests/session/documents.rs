//! The document's steps: scan, checks, confirmation, and its portrait compared with the live face.

use jiff::civil::date;
use vouch_contract::claims::DocumentClaims;
use vouch_contract::codes::ErrorCode;
use vouch_contract::document::fields::{DocumentType, Field, FieldName, FieldSource, Format};
use vouch_contract::document::look::CaptureFault;
use vouch_contract::document::reading::{Portrait, ReadFault, SideReading};
use vouch_contract::scheme::Scheme;
use vouch_session::policy::Policy;
use vouch_session::types::{Action, Confirmation, Event, Prompt, Step};

use crate::faces::template;
use crate::scene::{Scene, THREE};

fn field(name: FieldName, value: &str, source: FieldSource) -> Field {
    Field { name, value: value.to_owned(), confidence: 0.98, source }
}

/// A card's front: a portrait and the print beside it.
pub fn front(who: usize) -> SideReading {
    let portrait = Portrait { template: Box::new(template(who, 1)), quality: 60, eye_distance: 70.0 };
    let zone = |name, value| field(name, value, FieldSource::Zone);
    SideReading {
        portrait: Some(portrait),
        fields: vec![
            zone(FieldName::LastName, "ERIKSSON"),
            zone(FieldName::DateOfBirth, "1974-08-12"),
            zone(FieldName::PlaceOfBirth, "ZENITH"),
        ],
        ..SideReading::default()
    }
}

/// Its back: the machine readable zone.
pub fn back(number: &str) -> SideReading {
    let values = [
        (FieldName::CountryCode, "UTO"),
        (FieldName::DocumentNumber, number),
        (FieldName::FirstName, "ANNA MARIA"),
        (FieldName::LastName, "ERIKSSON"),
        (FieldName::Gender, "F"),
        (FieldName::DateOfBirth, "1974-08-12"),
        (FieldName::Nationality, "UTO"),
        (FieldName::ExpireDate, "2030-04-15"),
    ];
    SideReading {
        format: Some(Format::Td1),
        document_type: Some(DocumentType::IdCard),
        fields: values.map(|(name, value)| field(name, value, FieldSource::Mrz)).to_vec(),
        ..SideReading::default()
    }
}

fn scans() -> Scene {
    let mut scene = Scene::new(Policy::default(), Scheme::CidDocument, &THREE);
    scene.readings = [Ok(front(0)), Ok(back("D23145890"))].into();
    scene
}

impl Scene {
    /// Holds a side well until it is read.
    pub fn shows_side(&mut self) -> &mut Self {
        self.page = Some(None);
        self.for_seconds(1.0);
        self.turns_over()
    }

    /// Nothing is seen while the card is turned over.
    pub fn turns_over(&mut self) -> &mut Self {
        self.page = None;
        self.for_seconds(0.7)
    }
}

#[test]
fn both_sides_then_the_face_and_it_passes() {
    let mut scene = scans();
    scene.face = None;
    scene.turns_over().shows_side().shows_side();
    scene.face = Some(crate::faces::straight_face());
    scene.obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(outcome.success, "{outcome:?}");
    let document = outcome.document.as_deref().unwrap();
    assert_eq!((document.sides, document.confirmed), (2, true));
    assert_eq!(document.value(FieldName::LastName), Some("ERIKSSON"));
    assert_eq!(document.value(FieldName::PlaceOfBirth), Some("ZENITH"));
    assert!(outcome.comparison.unwrap().matched);
    let prompts = scene.prompts();
    let expected = [Prompt::ShowDocument, Prompt::TurnOver, Prompt::ConfirmDocument];
    assert_eq!(prompts[..3], expected, "{prompts:?}");
}

#[test]
fn a_passport_is_read_from_one_page() {
    let mut scene = scans();
    let page = SideReading { portrait: front(0).portrait, format: Some(Format::Td3), ..back("L898902C3") };
    scene.readings = [Ok(page)].into();
    scene.shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
    assert_eq!(scene.ends().document.as_ref().unwrap().sides, 1);
}

#[test]
fn the_wrong_face_is_cid_9() {
    let mut scene = scans();
    scene.readings = [Ok(front(3)), Ok(back("D23145890"))].into();
    scene.shows_side().shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert_eq!(outcome.error, Some(ErrorCode::DocumentMismatch));
    assert_eq!(outcome.failed_at, Some(Step::Comparison));
}

#[test]
fn a_doubtful_zone_is_read_again_at_once_and_costs_no_try() {
    let mut policy = Policy::default();
    policy.document.failures = 1;
    let mut scene = Scene::new(policy, Scheme::CidDocument, &THREE);
    let doubtful = || Err(ReadFault::Doubtful);
    scene.readings = (0..4).map(|_| doubtful()).chain([Ok(front(0)), Ok(back("D23145890"))]).collect();
    scene.page = Some(None);
    scene.for_seconds(1.5);
    assert_eq!(scene.readings.len(), 1, "five readings; only the first waited");
    scene.turns_over().shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());

    let mut scene = scans();
    scene.readings = (0..10_000).map(|_| doubtful()).collect();
    scene.page = Some(None);
    scene.for_seconds(29.0);
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentUnreadable), "{:?}", scene.ends());
}

#[test]
fn a_front_that_says_too_little_is_read_again() {
    let mut scene = scans();
    let nameless = || Ok(SideReading { fields: Vec::new(), ..front(0) });
    scene.readings = [nameless(), nameless(), Ok(front(0)), Ok(back("D23145890"))].into();
    scene.page = Some(None);
    scene.for_seconds(1.5).turns_over().shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn an_expired_document_is_cid_6() {
    let mut scene = scans();
    scene.today = date(2030, 4, 16);
    scene.shows_side().shows_side();
    let outcome = scene.ends();
    assert_eq!((outcome.error, outcome.failed_at), (Some(ErrorCode::DocumentExpired), Some(Step::Checks)));
}

#[test]
fn the_same_document_with_another_face_is_cid_7() {
    let mut scene = scans();
    scene.before = Ok(Some(Box::new(template(3, 1))));
    scene.shows_side().shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentOfAnother));

    let mut scene = scans();
    scene.before = Ok(Some(Box::new(template(0, 2))));
    scene.shows_side().shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "the same face is not a fault");
}

#[test]
fn a_memory_that_can_not_be_read_does_not_pass() {
    let mut scene = scans();
    scene.before = Err("the disk is gone".to_owned());
    scene.shows_side().shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::Internal));
    assert!(scene.ends().message.contains("disk"));
}

#[test]
fn what_is_no_document_is_cid_5_after_some_tries() {
    let mut scene = scans();
    scene.readings = vec![Err(ReadFault::NotADocument); 20].into();
    scene.page = Some(None);
    scene.for_seconds(29.0);
    let outcome = scene.ends();
    assert_eq!(outcome.error, Some(ErrorCode::DocumentUnreadable));
    assert!(scene.prompts().contains(&Prompt::NotADocument));
    assert_eq!(scene.readings.len(), 12, "eight tries");
}

#[test]
fn nothing_shown_is_cid_5_when_the_time_is_over() {
    let mut scene = scans();
    scene.turns_over().for_seconds(31.0);
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentUnreadable));
    assert_eq!(scene.ends().failed_at, Some(Step::Document(0)));
}

#[test]
fn the_same_side_twice_asks_for_the_other() {
    let mut scene = scans();
    scene.readings = [Ok(front(0)), Ok(front(0)), Ok(back("D23145890"))].into();
    scene.shows_side().shows_side();
    assert_eq!(scene.prompt(), Some(Prompt::TurnOver));
    scene.shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success);
}

#[test]
fn each_fault_is_told_as_what_to_do() {
    let told = [
        (CaptureFault::CutOff, Prompt::ShowWholeDocument),
        (CaptureFault::TooSmall, Prompt::DocumentCloser),
        (CaptureFault::Tilted, Prompt::HoldDocumentFlat),
        (CaptureFault::TooDark, Prompt::MoreLightOnDocument),
        (CaptureFault::Glare, Prompt::TiltAgainstGlare),
        (CaptureFault::Blurred, Prompt::HoldDocumentStill),
    ];
    for (fault, prompt) in told {
        let mut scene = scans();
        scene.page = Some(Some(fault));
        scene.for_seconds(1.5);
        assert_eq!(scene.prompt(), Some(prompt));
        assert_eq!(scene.readings.len(), 2, "nothing is read");
    }
}

#[test]
fn an_eye_that_can_not_read_documents_is_trouble_of_the_terminal() {
    let mut scene = scans();
    scene.readings = [Err(ReadFault::Unavailable)].into();
    scene.shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::Internal));
}

#[test]
fn a_reading_that_never_comes_ends_the_session() {
    let mut scene = scans();
    scene.readings.clear();
    scene.page = Some(None);
    scene.for_seconds(22.0);
    assert_eq!(scene.ends().error, Some(ErrorCode::Internal));
}

#[test]
fn what_the_person_changes_stands_beside_what_was_read() {
    let mut scene = scans();
    let change = field(FieldName::FirstName, "ANNA", FieldSource::Person);
    scene.confirmation = Some(Confirmation::Right(vec![change]));
    scene.shows_side().shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    let document = scene.ends().document.clone().unwrap();
    assert_eq!(document.value(FieldName::FirstName), Some("ANNA"));
    assert_eq!(document.corrected.len(), 1);
    assert_eq!(document.corrected[0].value, "ANNA MARIA");
}

#[test]
fn a_person_can_not_make_an_expired_document_valid_nor_stay_silent() {
    let mut scene = scans();
    let change = field(FieldName::ExpireDate, "2020-01-01", FieldSource::Person);
    scene.confirmation = Some(Confirmation::Right(vec![change]));
    scene.shows_side().shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentExpired));

    let mut scene = scans();
    scene.confirmation = None;
    scene.shows_side().shows_side().for_seconds(61.0);
    assert_eq!(scene.ends().failed_at, Some(Step::Confirmation));

    let mut scene = scans();
    scene.confirmation = Some(Confirmation::Wrong);
    scene.shows_side().shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentUnreadable));
}

#[test]
fn a_number_that_is_typed_is_looked_up_too() {
    let mut scene = scans();
    let change = field(FieldName::DocumentNumber, "L898902C3", FieldSource::Person);
    scene.confirmation = Some(Confirmation::Right(vec![change]));
    scene.shows_side().shows_side();
    let asked: Vec<String> = scene
        .actions
        .iter()
        .filter_map(|(_, action)| match action {
            Action::LookUp { number, .. } => Some(number.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(asked, ["D23145890", "L898902C3"]);
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn sides_of_two_documents_are_cid_5() {
    // The back of one card, then the attacker's own passport.
    let mut scene = scans();
    let passport =
        SideReading { portrait: front(0).portrait, format: Some(Format::Td3), ..back("L898902C3") };
    scene.readings = [Ok(back("D23145890")), Ok(passport)].into();
    scene.shows_side().shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentUnreadable));

    // A front from which only the portrait was read.
    let mut scene = scans();
    // A front that says too little is read three times, then accepted as it is.
    let nameless = || Ok(SideReading { fields: Vec::new(), ..front(0) });
    scene.readings = [nameless(), nameless(), nameless(), Ok(back("D23145890"))].into();
    scene.shows_side().shows_side();
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentUnreadable));
    assert!(scene.ends().message.contains("both sides"), "{}", scene.ends().message);
}

/// A back with these fields changed.
fn open_back(changes: &[(FieldName, &str)]) -> SideReading {
    let mut side = back("D23145890");
    for field in &mut side.fields {
        if let Some((_, value)) = changes.iter().find(|(name, _)| *name == field.name) {
            field.value = (*value).to_owned();
        }
    }
    side
}

#[test]
fn a_document_that_leaves_fields_open_passes_and_its_result_says_so() {
    let mut scene = scans();
    let open = [(FieldName::FirstName, ""), (FieldName::Gender, "X"), (FieldName::ExpireDate, "9999-12-31")];
    scene.readings = [Ok(front(0)), Ok(open_back(&open))].into();
    scene.confirmation = Some(Confirmation::Unattended);
    scene.shows_side().shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(outcome.success, "{outcome:?}");
    let claims = DocumentClaims::of(outcome.document.as_deref().unwrap()).unwrap();
    let said: Vec<FieldName> = claims.reading.unstated.iter().map(|open| open.field).collect();
    assert_eq!(said, [FieldName::FirstName, FieldName::Gender, FieldName::ExpireDate]);
}

#[test]
fn a_person_can_not_make_a_document_endless_or_a_birth_date_unknown() {
    for (name, value) in [
        (FieldName::ExpireDate, "9999-12-31"),
        (FieldName::DateOfBirth, "1974-XX-XX"),
        (FieldName::Gender, "X"),
        (FieldName::FirstName, ""),
    ] {
        let mut scene = scans();
        let change = field(name, value, FieldSource::Person);
        scene.confirmation = Some(Confirmation::Right(vec![change]));
        scene.shows_side().shows_side();
        assert_eq!(scene.ends().error, Some(ErrorCode::DocumentUnreadable), "{name:?}");
        assert!(scene.ends().message.contains("only the document itself"), "{}", scene.ends().message);
    }
}

#[test]
fn doubtful_fields_need_somebody_to_confirm_them() {
    let mut doubtful = back("D23145890");
    doubtful.fields[2].confidence = 0.5;
    let mut scene = scans();
    scene.readings = [Ok(front(0)), Ok(doubtful)].into();
    scene.confirmation = Some(Confirmation::Unattended);
    scene.shows_side().shows_side();
    let outcome = scene.ends();
    assert_eq!(outcome.error, Some(ErrorCode::DocumentUnreadable));
    assert!(outcome.message.contains("FirstName"), "{}", outcome.message);

    let mut scene = scans();
    scene.confirmation = Some(Confirmation::Unattended);
    scene.shows_side().shows_side();
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
    assert!(!scene.ends().document.as_ref().unwrap().confirmed, "nobody said so");
}

#[test]
fn the_eye_is_told_what_to_look_for() {
    let mut scene = scans();
    scene.shows_side().shows_side();
    let watched: Vec<_> = scene
        .actions
        .iter()
        .filter_map(|(_, action)| match action {
            Action::Watch(subject) => Some(*subject),
            _ => None,
        })
        .collect();
    use vouch_contract::eye::protocol::Subject;
    assert_eq!(watched, [Subject::Document, Subject::Face]);
}

#[test]
fn a_recording_that_ends_in_the_middle_is_cid_5() {
    let mut scene = scans();
    scene.page = Some(Some(CaptureFault::Blurred));
    scene.for_seconds(0.5);
    scene.tell(&Event::SourceEnded { reason: "over".to_owned() });
    assert_eq!(scene.ends().error, Some(ErrorCode::DocumentUnreadable));
}
