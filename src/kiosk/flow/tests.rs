use proptest::prelude::*;

use super::*;
use crate::config::Kiosk;
use crate::kiosk::protocol::{GuideStep, Shown, TypingFault};
use vouch_contract::document::fields::{Field, FieldName, FieldSource};
use vouch_contract::scheme::Scheme;
use vouch_session::types::{Prompt, Step};

fn set_up(scheme: Scheme) -> SetUp {
    SetUp { kiosk: Kiosk::default(), scheme, start: Start::Touch, operator: true }
}

/// A page and its clock.
struct Page {
    flow: Flow,
    now: Duration,
}

impl Page {
    fn ready(scheme: Scheme) -> Self {
        let mut page = Self { flow: Flow::new(set_up(scheme)), now: Duration::ZERO };
        page.happens(Event::Standing(Standing::Ready));
        page
    }

    fn happens(&mut self, event: Event) -> Vec<Effect> {
        self.flow.step(event, self.now)
    }

    fn person(&mut self, input: Input) -> Vec<Effect> {
        let view = self.flow.view(self.now).number;
        self.happens(Event::Input { view, input })
    }

    fn later(&mut self, seconds: u64) -> Vec<Effect> {
        self.now += Duration::from_secs(seconds);
        self.happens(Event::Tick)
    }

    fn shown(&self) -> Shown {
        self.flow.view(self.now).screen
    }

    fn screen(&self) -> String {
        serde_json::to_value(self.flow.view(self.now)).unwrap()["screen"].as_str().unwrap().to_owned()
    }

    fn steps(&mut self, step: Step) {
        let allowance = Allowance { left: Duration::from_secs(9), total: Duration::from_secs(10) };
        self.happens(Event::Step(step, allowance));
    }

    /// From Idle to the order, with all questions answered.
    fn ordered(scheme: Scheme) -> Self {
        let mut page = Self::ready(scheme);
        page.person(Input::Begin);
        page.person(Input::Next);
        page.person(Input::Agree);
        page.person(Input::Document { document: DocumentKind::Passport });
        page
    }

    fn began(scheme: Scheme) -> Self {
        let mut page = Self::ordered(scheme);
        page.happens(Event::Began { gestures: 3 });
        page
    }
}

fn field(value: &str) -> Field {
    let (name, source) = (FieldName::LastName, FieldSource::Mrz);
    Field { name, value: value.to_owned(), confidence: 0.5, source }
}

#[test]
fn a_person_is_led_from_welcome_to_order() {
    let mut page = Page::ready(Scheme::CidDocument);
    assert_eq!(page.screen(), "idle");
    page.person(Input::Begin);
    assert_eq!(page.shown(), Shown::Guide { steps: vec![GuideStep::Document, GuideStep::Face] });
    page.person(Input::Next);
    assert_eq!(page.screen(), "consent");
    page.person(Input::Agree);
    assert_eq!(page.screen(), "documents");
    let effects = page.person(Input::Document { document: DocumentKind::IdCard });
    assert_eq!(effects, [Effect::Order { invitation: None, consent: Some("en".into()), enrol: false }]);
    assert_eq!(page.shown(), Shown::Wait { prompt: "one-moment" });
}

#[test]
fn screens_that_are_switched_off_are_left_out() {
    let mut set_up = set_up(Scheme::LivenessOnly);
    (set_up.kiosk.guide, set_up.kiosk.consent, set_up.kiosk.result) = (false, false, false);
    let mut page = Page { flow: Flow::new(set_up), now: Duration::ZERO };
    page.happens(Event::Standing(Standing::Ready));
    assert_eq!(page.person(Input::Begin), [Effect::Order { invitation: None, consent: None, enrol: false }]);
    page.happens(Event::Began { gestures: 3 });
    page.happens(Event::Ended { outcome: Outcome::Passed, reason: None });
    assert_eq!(page.screen(), "idle");
}

#[test]
fn a_session_shows_step_by_step() {
    let mut page = Page::began(Scheme::CidDocument);
    page.steps(Step::Document(0));
    assert!(matches!(page.shown(), Shown::Document { prompt: "show-document", side: 0, kind: Some(_) }));
    assert!(page.flow.shows_camera());
    page.happens(Event::Prompt(Prompt::TiltAgainstGlare));
    assert!(matches!(page.shown(), Shown::Document { prompt: "tilt-against-glare", .. }));
    page.steps(Step::Document(1));
    assert!(matches!(page.shown(), Shown::Document { prompt: "show-document", side: 1, .. }));
    page.steps(Step::Checks);
    assert_eq!(page.shown(), Shown::Wait { prompt: "one-moment" });
    page.steps(Step::Confirmation);
    page.happens(Event::Confirm(vec![(field("ERIKSSON"), true)]));
    let Shown::Confirm { fields } = page.shown() else { panic!("{:?}", page.shown()) };
    assert_eq!((fields[0].name, fields[0].doubtful), ("last-name", true));
    assert!(!page.flow.shows_camera());
    let changed = vec![ChangedField { name: "last-name".into(), value: "ERIKSEN".into() }];
    let effects = page.person(Input::Confirm { fields: changed });
    assert_eq!(effects, [Effect::Right(vec![("last-name".into(), "ERIKSEN".into())])]);
    assert_eq!(page.screen(), "wait", "an answer is given once");
    page.steps(Step::Gesture(1));
    page.happens(Event::Prompt(Prompt::Do(vouch_contract::gesture::Gesture::TurnLeft)));
    assert_eq!(page.shown(), Shown::Face { prompt: "turn-left", gesture: 1, gestures: 3 });
    page.happens(Event::Ended { outcome: Outcome::Passed, reason: None });
    assert!(matches!(page.shown(), Shown::Result { outcome: Outcome::Passed, again: false, .. }));
}

#[test]
fn what_was_mistyped_is_asked_again() {
    let mut page = Page::began(Scheme::RpManual);
    page.steps(Step::Claim);
    let typed = |name: &str| Input::Claim { name: name.into(), number: "1".into() };
    assert_eq!(page.person(typed("ANNA")), [Effect::Typed("ANNA".into(), "1".into())]);
    page.happens(Event::Mistyped(TypingFault::Number));
    assert_eq!(page.shown(), Shown::Typing { fault: Some(TypingFault::Number) });
    assert_eq!(page.person(typed(&"A".repeat(300))), []);
    assert_eq!(page.shown(), Shown::Typing { fault: Some(TypingFault::Name) });
}

#[test]
fn every_screen_before_a_session_can_be_left_and_ends_by_itself() {
    let questions = |inputs: &[Input]| {
        let mut page = Page::ready(Scheme::CidDocument);
        for input in inputs {
            page.person(input.clone());
        }
        page
    };
    let language = Input::Language { language: None };
    let ways: [&[Input]; 5] = [
        &[language],
        &[Input::Begin],
        &[Input::Begin, Input::Next],
        &[Input::Begin, Input::Next, Input::Agree],
        &[Input::Operator],
    ];
    for inputs in ways {
        let mut page = questions(inputs);
        assert!(page.flow.view(page.now).left_ms.is_some(), "{}", page.screen());
        page.person(Input::Cancel);
        assert_eq!(page.screen(), "idle");
        let mut page = questions(inputs);
        page.later(61);
        assert_eq!(page.screen(), "idle");
    }
}

#[test]
fn a_language_is_kept_for_one_person() {
    let mut page = Page::ready(Scheme::LivenessOnly);
    page.person(Input::Language { language: None });
    page.person(Input::Language { language: Some("xx".into()) });
    assert_eq!(page.screen(), "language");
    page.person(Input::Language { language: Some("kk".into()) });
    page.person(Input::Begin);
    page.person(Input::Next);
    page.person(Input::Agree);
    assert_eq!(page.flow.language(), "kk");
    page.happens(Event::Began { gestures: 3 });
    page.happens(Event::Ended { outcome: Outcome::Failed, reason: Some(Reason::TimeOut) });
    assert!(matches!(page.shown(), Shown::Result { again: true, .. }));
    page.person(Input::Done);
    assert_eq!(page.flow.language(), "en");
}

#[test]
fn an_input_for_another_screen_does_nothing() {
    let mut page = Page::ready(Scheme::CidDocument);
    let view = page.flow.view(page.now).number;
    page.person(Input::Begin);
    assert_eq!(page.happens(Event::Input { view, input: Input::Next }), []);
    assert_eq!(page.screen(), "guide", "a double tap skips nothing");
}

#[test]
fn who_cancels_is_not_kept_and_who_attacks_is_not_asked_again() {
    let mut page = Page::began(Scheme::LivenessOnly);
    page.steps(Step::Position);
    assert_eq!(page.person(Input::Cancel), [Effect::Cancel]);
    page.happens(Event::Ended { outcome: Outcome::Failed, reason: Some(Reason::Cancelled) });
    assert_eq!(page.screen(), "idle");
    let mut page = Page::began(Scheme::LivenessOnly);
    page.happens(Event::Ended { outcome: Outcome::Failed, reason: Some(Reason::Attack) });
    assert!(matches!(page.shown(), Shown::Result { again: false, .. }));
    page.later(21);
    assert_eq!(page.screen(), "idle");
}

#[test]
fn an_order_that_is_refused_or_forgotten_says_so() {
    let mut page = Page::ordered(Scheme::LivenessOnly);
    page.happens(Event::Refused(Reason::Busy));
    assert_eq!(page.shown(), Shown::Error { reason: Reason::Busy });
    page.person(Input::Done);
    assert_eq!(page.screen(), "idle");
    let mut page = Page::ordered(Scheme::LivenessOnly);
    page.later(11);
    assert_eq!(page.screen(), "error");
}

#[test]
fn trouble_shows_between_sessions_only() {
    let mut page = Page::ready(Scheme::LivenessOnly);
    page.happens(Event::Standing(Standing::NoCamera));
    assert!(matches!(page.shown(), Shown::Starting { trouble: Some(Trouble::NoCamera), .. }));
    page.happens(Event::Standing(Standing::Ready));
    assert_eq!(page.screen(), "idle");
    page.person(Input::Begin);
    page.happens(Event::Standing(Standing::NotReady));
    assert_eq!(page.screen(), "guide");
    page.person(Input::Cancel);
    assert_eq!(page.screen(), "starting");
}

fn invitation() -> Invitation {
    Invitation {
        id: "s1".into(),
        partner: "Bank".into(),
        scheme: Scheme::LivenessOnly,
        language: Some("kk".into()),
        audio: true,
        guide: false,
        result: true,
    }
}

#[test]
fn a_partner_invites_and_hears_of_a_refusal() {
    let mut page = Page::ready(Scheme::CidDocument);
    page.happens(Event::Invited(invitation()));
    assert!(matches!(page.shown(), Shown::Consent { partner: Some(name), .. } if name == "Bank"));
    assert!(page.flow.view(page.now).audio);
    let second = Invitation { id: "s2".into(), ..invitation() };
    assert_eq!(page.happens(Event::Invited(second)), [Effect::Declined("s2".into())]);
    assert_eq!(page.person(Input::Cancel), [Effect::Declined("s1".into())]);
    page.happens(Event::Invited(invitation()));
    let effects = page.person(Input::Agree);
    assert_eq!(
        effects,
        [Effect::Order { invitation: Some("s1".into()), consent: Some("kk".into()), enrol: false }]
    );
    page.happens(Event::Began { gestures: 3 });
    page.happens(Event::Ended { outcome: Outcome::Failed, reason: Some(Reason::TimeOut) });
    assert!(matches!(page.shown(), Shown::Result { again: false, .. }), "a retry needs a new token");
    assert_eq!(page.person(Input::Done), [], "the session took place, so nothing is declined");
}

#[test]
fn the_operator_needs_the_pin() {
    let mut page = Page::ready(Scheme::LivenessOnly);
    page.person(Input::Operator);
    assert_eq!(page.person(Input::Pin { pin: "1".into() }), [Effect::CheckPin("1".into())]);
    assert_eq!(page.person(Input::Pin { pin: "2".into() }), [], "one check at a time");
    page.happens(Event::PinChecked(Err(None)));
    assert_eq!(page.shown(), Shown::Pin { fault: Some(PinFault::Wrong), wait_ms: None });
    page.person(Input::Pin { pin: "2".into() });
    page.happens(Event::PinChecked(Err(Some(Duration::from_secs(20)))));
    assert_eq!(page.shown(), Shown::Pin { fault: Some(PinFault::Locked), wait_ms: Some(20_000) });
    assert_eq!(page.person(Input::Pin { pin: "3".into() }), []);
    page.later(20);
    page.person(Input::Pin { pin: "3".into() });
    assert_eq!(page.happens(Event::PinChecked(Ok(()))), [Effect::Report]);
    assert_eq!(page.screen(), "operator");
    page.happens(Event::Began { gestures: 1 });
    assert_eq!(page.screen(), "operator", "a signal's session does not push the operator out");
    assert_eq!(page.person(Input::Done), [Effect::Act(OperatorAction::CameraOff)]);
    assert_eq!(page.happens(Event::PinChecked(Ok(()))), [], "an answer that comes late opens nothing");
}

/// The operator's page, with the form for a person to enrol.
fn enrolling() -> Page {
    let mut page = Page::ready(Scheme::CidDocument);
    page.person(Input::Operator);
    page.person(Input::Pin { pin: "1".into() });
    page.happens(Event::PinChecked(Ok(())));
    let effects = page.person(Input::Action { action: OperatorAction::Enrol });
    assert_eq!(effects, [Effect::Act(OperatorAction::CameraOff)]);
    page
}

fn enrolee() -> Input {
    Input::Enrol { last_name: "ERIKSSON".into(), first_name: "ANNA".into(), number: "1".into() }
}

#[test]
fn an_operator_enrols_a_person_who_agrees() {
    let mut page = enrolling();
    assert_eq!(page.shown(), Shown::Enrolee { fault: None });
    let named = Effect::Enrolee("ERIKSSON".into(), "ANNA".into(), "1".into());
    assert_eq!(page.person(enrolee()), std::slice::from_ref(&named));
    page.happens(Event::Mistyped(TypingFault::Number));
    assert_eq!(page.shown(), Shown::Enrolee { fault: Some(TypingFault::Number) });
    assert_eq!(page.person(enrolee()), [named]);
    page.happens(Event::EnroleeTaken);
    assert!(matches!(page.shown(), Shown::Consent { enrol: true, partner: None, .. }));
    let order = Effect::Order { invitation: None, consent: Some("en".into()), enrol: true };
    assert_eq!(page.person(Input::Agree), [order], "no guide and no document");
    page.happens(Event::Began { gestures: 3 });
    page.happens(Event::Enrolled(Enrolment::Done));
    page.happens(Event::Ended { outcome: Outcome::Passed, reason: None });
    let shown = Shown::Result { outcome: Outcome::Passed, reason: None, again: false, enrolled: true };
    assert_eq!(page.shown(), shown);
    assert_eq!(page.person(Input::Done), [Effect::ForgetEnrolee]);
    page.person(Input::Begin);
    assert_eq!(page.screen(), "guide", "the next person is not enrolled");
}

#[test]
fn a_refused_enrolment_does_not_look_like_a_pass() {
    let mut page = enrolling();
    page.person(enrolee());
    page.happens(Event::EnroleeTaken);
    page.person(Input::Agree);
    page.happens(Event::Began { gestures: 3 });
    page.happens(Event::Enrolled(Enrolment::Already));
    page.happens(Event::Ended { outcome: Outcome::Passed, reason: None });
    let reason = Some(Reason::AlreadyEnrolled);
    assert_eq!(
        page.shown(),
        Shown::Result { outcome: Outcome::Failed, reason, again: false, enrolled: false }
    );
}

#[test]
fn a_person_who_does_not_agree_or_goes_away_is_forgotten() {
    for leave in [true, false] {
        let mut page = enrolling();
        page.person(enrolee());
        page.happens(Event::EnroleeTaken);
        let effects = if leave { page.later(61) } else { page.person(Input::Cancel) };
        assert_eq!((effects, page.screen().as_str()), (vec![Effect::ForgetEnrolee], "idle"));
    }
    let mut page = enrolling();
    page.person(Input::Cancel);
    assert_eq!(page.happens(Event::EnroleeTaken), [Effect::ForgetEnrolee], "an answer that comes late");
    assert_eq!(page.screen(), "idle");
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        Just(Input::Begin),
        Just(Input::Next),
        Just(Input::Agree),
        Just(Input::Cancel),
        Just(Input::Wrong),
        Just(Input::Again),
        Just(Input::Done),
        Just(Input::Operator),
        Just(Input::Shown),
        Just(Input::Language { language: None }),
        Just(Input::Language { language: Some("kk".into()) }),
        Just(Input::Document { document: DocumentKind::IdCard }),
        Just(Input::Claim { name: "ANNA".into(), number: "1".into() }),
        Just(Input::Confirm { fields: Vec::new() }),
        Just(Input::Pin { pin: "1234".into() }),
        Just(Input::Action { action: OperatorAction::CameraOn }),
        Just(Input::Action { action: OperatorAction::Enrol }),
        Just(enrolee()),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let steps = prop_oneof![
        Just(Step::Claim),
        Just(Step::Document(0)),
        Just(Step::Confirmation),
        Just(Step::Position),
        Just(Step::Gesture(0)),
        Just(Step::Record),
    ];
    prop_oneof![
        4 => (0..3_u64, any_input()).prop_map(|(view, input)| Event::Input { view, input }),
        1 => Just(Event::Standing(Standing::Ready)),
        1 => Just(Event::Standing(Standing::NoCamera)),
        1 => Just(Event::SomebodyCame),
        1 => Just(Event::Invited(invitation())),
        1 => Just(Event::Withdrawn("s1".into())),
        1 => Just(Event::Refused(Reason::Busy)),
        1 => Just(Event::Began { gestures: 3 }),
        2 => steps.prop_map(|step| {
            Event::Step(step, Allowance { left: Duration::from_secs(5), total: Duration::from_secs(5) })
        }),
        1 => Just(Event::Prompt(Prompt::HoldStill)),
        1 => Just(Event::Confirm(vec![(field("SECRET"), true)])),
        1 => Just(Event::Mistyped(TypingFault::Name)),
        1 => Just(Event::Ended { outcome: Outcome::Passed, reason: None }),
        1 => Just(Event::EnroleeTaken),
        1 => Just(Event::Enrolled(Enrolment::Done)),
        1 => Just(Event::PinChecked(Ok(()))),
        1 => Just(Event::PinChecked(Err(None))),
        2 => Just(Event::Tick),
    ]
}

proptest! {
    // Whatever happens: the view can be sent, a person's data is on one screen only, and with time
    // alone the page returns to Idle with nothing of the person.
    #[test]
    fn the_page_always_returns_to_idle(events in prop::collection::vec((any_event(), 0..20_u64), 0..60)) {
        let mut page = Page::ready(Scheme::CidDocument);
        let mut number = 0;
        for (event, seconds) in events {
            page.now += Duration::from_secs(seconds);
            let event = match event {
                // 0 stands for the view that is shown.
                Event::Input { view: 0, input } => Event::Input { view: page.flow.view(page.now).number, input },
                event => event,
            };
            page.happens(event);
            let view = page.flow.view(page.now);
            prop_assert!(view.number >= number);
            number = view.number;
            let text = serde_json::to_string(&view).unwrap();
            prop_assert_eq!(text.contains("SECRET"), matches!(&view.screen, Shown::Confirm { fields } if !fields.is_empty()));
        }
        page.happens(Event::Ended { outcome: Outcome::Passed, reason: None });
        page.happens(Event::Standing(Standing::Ready));
        for _ in 0..3 {
            page.later(301);
        }
        prop_assert_eq!(page.screen(), "idle");
        prop_assert_eq!(page.flow.language(), "en");
    }
}
