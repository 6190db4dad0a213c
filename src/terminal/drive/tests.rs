//! A session that waits for the authoritative source: with an eye whose frames flow, and with one
//! that is pulled.

use std::cell::Cell;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use super::*;
use crate::authority::{Authority, Claim, FullName, Number, Record, RecordedFace, Source, Survey};
use crate::terminal::order::{Order, OrderSender, queue};
use vouch_contract::clock::SystemClock;
use vouch_contract::codes::ErrorCode;
use vouch_contract::document::reading::Document;
use vouch_contract::eye::protocol::{EyeReport, ReferenceFault};
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::gesture::Gesture;
use vouch_contract::record::{Kind, RecordFault};
use vouch_contract::runtime::RuntimeReport;
use vouch_contract::scheme::Scheme;
use vouch_contract::source::{SourceCounts, SourceInfo, SourceKind};
use vouch_perception::eye::port::EyeError;
use vouch_session::challenge::Challenge;
use vouch_session::policy::Policy;
use vouch_session::types::Step;

/// An eye that sees nobody and finds no face in any portrait.
struct Eye {
    flows: bool,
    frames: u64,
    portraits: Vec<Vec<u8>>,
    answer: Option<Tell>,
    report: EyeReport,
}

impl Eye {
    fn new(flows: bool) -> Self {
        let source = SourceInfo {
            kind: SourceKind::Recording,
            driver: String::new(),
            card: String::new(),
            bus: String::new(),
            format: String::new(),
            width: 640,
            height: 480,
            rate: 30.0,
        };
        let runtime =
            RuntimeReport { runtime: String::new(), library_sha256: String::new(), models: Vec::new() };
        let report = EyeReport { source, document_source: None, counts: SourceCounts::default(), runtime };
        Self { flows, frames: 0, portraits: Vec::new(), answer: None, report }
    }
}

impl EyePort for Eye {
    fn report(&self) -> &EyeReport {
        &self.report
    }

    fn next(&mut self, _wait: Duration) -> Result<Option<Tell>, EyeError> {
        if let Some(answer) = self.answer.take() {
            return Ok(Some(answer));
        }
        self.frames += 1;
        // Frames come at once here and take almost no time, so that no limit ends the session
        // first.
        let at = Duration::from_micros(self.frames);
        Ok(Some(Tell::Sighting(Sighting { sequence: self.frames, at, ..Sighting::default() })))
    }

    fn flows(&self) -> bool {
        self.flows
    }

    fn ask(&mut self, ask: Ask) -> Result<(), EyeError> {
        if let Ask::Reference { image } = ask {
            self.portraits.push(image);
            self.answer = Some(Tell::Reference(Err(ReferenceFault::NoFace)));
        }
        Ok(())
    }
}

/// A source that answers when told to.
struct Slow(Mutex<Receiver<()>>);

impl Authority for Slow {
    fn kind(&self) -> Kind {
        Kind::Folder
    }

    fn find(&self, number: &Number) -> Result<Record, RecordFault> {
        let _ = self.0.lock().map(|go| go.recv());
        Ok(Record {
            number: number.clone(),
            name: FullName::new("ERIKSSON", "ANNA", None)?,
            face: RecordedFace::Portrait(vec![1, 2, 3]),
            portrait_day: jiff::civil::date(2020, 1, 1),
        })
    }

    fn survey(&self) -> Result<Survey, RecordFault> {
        Ok(Survey::default())
    }
}

fn slow() -> (SyncSender<()>, Source) {
    let (go, wait) = sync_channel(1);
    (go, Source::new(Arc::new(Slow(Mutex::new(wait)))))
}

/// A screen with or without a person, who answers with an order.
struct Person(Option<OrderSender>);

impl Screen for Person {
    fn prompt(&mut self, _prompt: Prompt) {}

    fn confirm(&mut self, _document: &Document) -> bool {
        self.0.is_some()
    }

    fn ask_claim(&mut self) -> bool {
        let Some(orders) = &self.0 else { return false };
        let claim = Claim::new("ANNA ERIKSSON", "1").unwrap();
        orders.send(Order::Steer(Steer::Typed(Typed::Claim(claim)))).unwrap();
        true
    }
}

/// A session of this scheme; `stopped` is polled once per turn.
fn session_of(
    scheme: Scheme,
    (eye, source): (&mut Eye, Source),
    (screen, orders): (&mut Person, &mut OrderQueue),
    stopped: &dyn Fn() -> bool,
) -> Outcome {
    let gestures = [Gesture::Blink];
    let mut policy = Policy::default();
    policy.challenge.count = 1;
    let challenge = Challenge::new(&gestures).unwrap();
    let bound = scheme.plan().claim == vouch_contract::scheme::Claim::Bound;
    let claim = bound.then(|| Claim::new("ANNA ERIKSSON", "1").unwrap());
    let session = Session {
        machine: Machine::new(policy, scheme, challenge).unwrap(),
        references: References::default(),
        records: Records::new(Some(source), claim),
        recorder: None,
        screen,
        orders,
        stopped,
    };
    drive(eye, &SystemClock::new(), &|_, _| Ok(None), session).0.outcome
}

/// A session with a bound claim and nobody at the screen.
fn session(eye: &mut Eye, source: Source, stopped: &dyn Fn() -> bool) -> Outcome {
    let (_sender, mut orders) = queue();
    session_of(Scheme::RpBioOnly, (eye, source), (&mut Person(None), &mut orders), stopped)
}

#[test]
fn frames_flow_on_and_a_recording_stands_still_while_the_source_is_asked() {
    const TURNS: u32 = 4;
    for flows in [true, false] {
        let (go, source) = slow();
        let turns = Cell::new(0);
        let mut eye = Eye::new(flows);
        let cancelled = || {
            turns.set(turns.get() + 1);
            if turns.get() == TURNS {
                go.send(()).unwrap();
            }
            false
        };
        let outcome = session(&mut eye, source, &cancelled);
        // The record's portrait went to the eye, which found no face in it.
        assert_eq!(eye.portraits, [vec![1, 2, 3]]);
        assert_eq!((outcome.failed_at, outcome.error), (Some(Step::Reference), Some(ErrorCode::Internal)));
        assert!(outcome.message.contains("no face"), "{}", outcome.message);
        assert_eq!(eye.frames > 0, flows, "{} frames", eye.frames);
    }
}

#[test]
fn a_session_can_be_cancelled_while_the_source_is_asked() {
    let (go, source) = slow();
    let turns = Cell::new(0);
    let mut eye = Eye::new(false);
    let cancelled = || turns.replace(turns.get() + 1) == 2;
    let outcome = session(&mut eye, source, &cancelled);
    assert_eq!((outcome.failed_at, outcome.message.as_str()), (Some(Step::Record), "cancelled"));
    assert!(eye.portraits.is_empty());
    drop(go);
}

#[test]
fn what_a_person_types_arrives_as_an_order() {
    let (go, source) = slow();
    go.send(()).unwrap();
    let (sender, mut orders) = queue();
    let mut eye = Eye::new(true);
    let mut screen = Person(Some(sender));
    let outcome = session_of(Scheme::RpManual, (&mut eye, source), (&mut screen, &mut orders), &|| false);
    assert_eq!(eye.portraits, [vec![1, 2, 3]], "the record for the typed name was found");
    assert_eq!(outcome.failed_at, Some(Step::Reference));
}

#[test]
fn with_nobody_at_the_screen_a_scheme_that_asks_ends_at_once() {
    let (_go, source) = slow();
    let (_sender, mut orders) = queue();
    let mut eye = Eye::new(true);
    let outcome =
        session_of(Scheme::RpManual, (&mut eye, source), (&mut Person(None), &mut orders), &|| false);
    assert_eq!((outcome.failed_at, outcome.error), (Some(Step::Claim), Some(ErrorCode::Internal)));
}

#[test]
fn an_order_cancels_while_the_person_is_asked_and_a_recording_stands_still() {
    let (_go, source) = slow();
    let (sender, mut orders) = queue();
    let mut eye = Eye::new(false);
    // Asked but silent: only the cancel arrives.
    struct Silent;
    impl Screen for Silent {
        fn prompt(&mut self, _prompt: Prompt) {}
        fn confirm(&mut self, _document: &Document) -> bool {
            true
        }
        fn ask_claim(&mut self) -> bool {
            true
        }
    }
    let turns = Cell::new(0);
    let stopped = || {
        turns.set(turns.get() + 1);
        if turns.get() == 3 {
            sender.send(Order::Steer(Steer::Cancel)).unwrap();
        }
        false
    };
    let mut policy = Policy::default();
    policy.challenge.count = 1;
    let session = Session {
        machine: Machine::new(policy, Scheme::RpManual, Challenge::new(&[Gesture::Blink]).unwrap()).unwrap(),
        references: References::default(),
        records: Records::new(Some(source), None),
        recorder: None,
        screen: &mut Silent,
        orders: &mut orders,
        stopped: &stopped,
    };
    let outcome = drive(&mut eye, &SystemClock::new(), &|_, _| Ok(None), session).0.outcome;
    assert_eq!((outcome.failed_at, outcome.message.as_str()), (Some(Step::Claim), "cancelled"));
    assert_eq!(eye.frames, 0);
}
