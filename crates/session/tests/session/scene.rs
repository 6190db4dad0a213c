//! A person in front of a camera, an eye that answers, and the machine between them.
//!
//! A script runs frame by frame as it is written:
//! `scene.looks_straight(1.0).blinks().turns_left(25.0)`.

mod person;

use std::collections::VecDeque;
use std::time::Duration;

use jiff::civil::{Date, date};
use vouch_contract::document::fields::Quad;
use vouch_contract::document::look::DocumentLook;
use vouch_contract::document::look::{CaptureFault, CaptureMeasures};
use vouch_contract::document::reading::{ReadFault, SideReading};
use vouch_contract::eye::protocol::{ReferenceFault, Slot};
use vouch_contract::eye::sighting::{Sighting, Subject};
use vouch_contract::face::{Face, Template};
use vouch_contract::gesture::Gesture;
use vouch_contract::liveness::AllMeasures;
use vouch_contract::record::RecordFacts;
use vouch_contract::record::{Kind, RecordFault};
use vouch_contract::scheme::Scheme;
use vouch_session::challenge::Challenge;
use vouch_session::lighting::{Colours, PALETTE};
use vouch_session::log::Recorder;
use vouch_session::machine::Machine;
use vouch_session::policy::Policy;
use vouch_session::types::{Action, Claimed, Confirmation, Event, Outcome, Prompt};

use crate::faces::{broken, straight_face, template};

/// Frames per second.
const RATE: u32 = 15;

/// How the eye behaves.
#[derive(Debug, Clone)]
pub struct Eye {
    /// Frames between an ask and its answer.
    pub delay: usize,
    /// Whether it answers at all.
    pub answers: bool,
    /// Whether it can embed a face.
    pub embeds: bool,
    /// How many asks for gestures get the answer "gone".
    pub loses_gestures: usize,
    /// How many asks of any kind get the answer "gone".
    pub loses: usize,
}

/// A session being played.
pub struct Scene {
    machine: Machine,
    pub now: Duration,
    sequence: u64,
    /// What the camera sees; `None` if nobody is there.
    pub face: Option<Face>,
    /// People in the picture besides that face.
    pub others: u8,
    /// What the liveness cues say.
    pub cues: AllMeasures,
    /// What is wrong with how the document is held. The outer `None` means that frames do not look
    /// for a document.
    pub page: Option<Option<CaptureFault>>,
    /// The result of each reading, the next one first.
    pub readings: VecDeque<Result<SideReading, ReadFault>>,
    /// Today's date at the terminal.
    pub today: Date,
    /// What the terminal's memory says about the document.
    pub before: Result<Option<Box<Template>>, String>,
    /// The person's answer to what was read; `None` if there is no answer.
    pub confirmation: Option<Confirmation>,
    /// Whether the screen shows a colour; `None` if it never says so.
    pub lit: Option<bool>,
    /// The result of asking the person for name and number; `None` if there is no answer.
    pub claimed: Option<Claimed>,
    /// The authoritative source's answer; `None` if there is none.
    pub record: Option<Result<RecordFacts, RecordFault>>,
    /// Whose portrait is on record; `None` if the eye finds no face in it.
    pub on_record: Option<usize>,
    /// Whether the document belongs to that person.
    pub matches: Result<(), RecordFault>,
    /// Whose face it is.
    pub who: usize,
    pub eye: Eye,
    sighted: Vec<(u64, usize)>,
    due: VecDeque<(u64, Event)>,
    pub actions: Vec<(Duration, Action)>,
    pub outcome: Option<Outcome>,
    /// All events so far.
    pub told: Vec<Event>,
    /// Measures to replace: field number and value.
    pub breaks: Vec<(usize, f32)>,
    /// The frame of each action.
    frames: Vec<u64>,
    log: Option<Recorder<Vec<u8>>>,
}

/// The gestures and order of most tests.
pub const THREE: [Gesture; 3] = [Gesture::Blink, Gesture::TurnLeft, Gesture::OpenMouth];

/// A record whose portrait is from that day.
pub fn on_record(day: &str) -> RecordFacts {
    RecordFacts {
        authority: Kind::Folder,
        portrait_sha256: "00".repeat(32),
        portrait_day: day.parse().unwrap(),
    }
}

/// A liveness-only session that asks for these gestures.
pub fn asks(gestures: &[Gesture]) -> Scene {
    Scene::new(Policy::default(), Scheme::LivenessOnly, gestures)
}

/// A session with a bound portrait.
pub fn compares(gestures: &[Gesture]) -> Scene {
    Scene::new(Policy::default(), Scheme::FvBioOnly, gestures)
}

impl Scene {
    pub fn new(policy: Policy, scheme: Scheme, gestures: &[Gesture]) -> Self {
        Self::prepared(policy, scheme, gestures, |_| ())
    }

    /// The first event's asks are answered as `prepare` sets it up.
    pub fn prepared(
        mut policy: Policy,
        scheme: Scheme,
        gestures: &[Gesture],
        prepare: impl FnOnce(&mut Self),
    ) -> Self {
        policy.challenge.count = gestures.len() as u8;
        let challenge = Challenge::new(gestures).unwrap();
        let colours: Colours = PALETTE.into_iter().take(policy.light.colours.into()).collect();
        let log = Recorder::new(Vec::new(), &policy, scheme, &challenge, &colours).unwrap();
        let mut scene = Self {
            machine: Machine::new(policy, scheme, challenge).unwrap().lit_by(colours),
            now: Duration::from_secs(100),
            sequence: 0,
            face: Some(straight_face()),
            others: 0,
            cues: AllMeasures::default(),
            page: None,
            readings: VecDeque::new(),
            today: date(2026, 11, 25),
            before: Ok(None),
            confirmation: Some(Confirmation::Right(Vec::new())),
            lit: Some(true),
            claimed: Some(Claimed::Given),
            record: Some(Ok(on_record("2025-03-01"))),
            on_record: Some(0),
            matches: Ok(()),
            who: 0,
            eye: Eye { delay: 1, answers: true, embeds: true, loses_gestures: 0, loses: 0 },
            sighted: Vec::new(),
            due: VecDeque::new(),
            actions: Vec::new(),
            outcome: None,
            told: Vec::new(),
            breaks: Vec::new(),
            frames: Vec::new(),
            log: Some(log),
        };
        prepare(&mut scene);
        scene.tell(&Event::Begin);
        scene
    }

    /// Passes an event to the machine and does what it wants done.
    pub fn tell(&mut self, event: &Event) {
        if let Some(log) = &mut self.log {
            log.write(event, self.now).unwrap();
        }
        self.told.push(event.clone());
        for action in self.machine.step(event, self.now) {
            assert!(self.outcome.is_none(), "{action:?} after the end");
            match &action {
                Action::Prompt(prompt) => {
                    assert_ne!(self.prompt(), Some(*prompt), "told twice");
                }
                Action::Keep { sequence, slot, embed } => self.answer_later(*sequence, *slot, *embed),
                Action::Watch(_) => {}
                Action::Read { .. } => {
                    if let Some(reading) = self.readings.pop_front() {
                        self.answer(Event::Read(reading.map(Box::new)));
                    }
                }
                Action::LookUp { .. } => {
                    self.answer(Event::LookedUp { today: self.today, before: self.before.clone() });
                }
                Action::Confirm(_) => {
                    if let Some(confirmation) = self.confirmation.clone() {
                        self.answer(Event::Confirmed(confirmation));
                    }
                }
                Action::Light(_) => {
                    if let Some(shown) = self.lit {
                        self.answer(Event::Lit(shown));
                    }
                }
                Action::AskClaim => {
                    if let Some(claimed) = self.claimed {
                        self.answer(Event::Claimed(claimed));
                    }
                }
                Action::FindRecord(_) => {
                    if let Some(found) = self.record.clone() {
                        self.answer(Event::Record { today: self.today, found });
                    }
                }
                Action::EmbedRecord => {
                    let portrait = self.on_record.map(|who| Box::new(template(who, 1)));
                    self.answer(Event::Reference(portrait.ok_or(ReferenceFault::NoFace)));
                }
                Action::MatchRecord(_) => self.answer(Event::RecordMatched(self.matches.clone())),
                Action::Finish(outcome) => self.outcome = Some((**outcome).clone()),
            }
            self.actions.push((self.now, action));
            self.frames.push(self.sequence);
        }
    }

    fn answer(&mut self, event: Event) {
        self.due.push_back((self.sequence + self.eye.delay as u64, event));
    }

    fn answer_later(&mut self, sequence: u64, slot: Slot, embed: bool) {
        let frame = self.sighted.iter().find(|(seen, _)| *seen == sequence);
        let (_, who) = *frame.expect("a frame that was sighted");
        if !self.eye.answers {
            return;
        }
        let mut found = true;
        if self.eye.loses > 0 {
            self.eye.loses -= 1;
            found = false;
        } else if matches!(slot, Slot::Gesture(_)) && self.eye.loses_gestures > 0 {
            self.eye.loses_gestures -= 1;
            found = false;
        }
        let wanted = embed && found && self.eye.embeds;
        let event = Event::Kept {
            sequence,
            slot,
            found,
            template: wanted.then(|| Box::new(template(who, sequence))),
        };
        let due = self.sequence + self.eye.delay as u64;
        self.due.push_back((due, event));
    }

    /// One frame, and the answers that are due.
    pub fn frame(&mut self) -> &mut Self {
        self.now += Duration::from_secs(1) / RATE;
        self.sequence += 1;
        self.sighted.push((self.sequence, self.who));
        let sighting = Sighting {
            subject: Subject::default(),
            sequence: self.sequence,
            at: self.now,
            width: 640,
            height: 480,
            dropped: 0,
            faces: self.others + u8::from(self.face.is_some()),
            face: self.face.map(|face| broken(face, &self.breaks)),
            cues: self.cues,
            document: self.page.map(|fault| DocumentLook {
                quad: Some(Quad([[100.0, 100.0], [500.0, 100.0], [500.0, 350.0], [100.0, 350.0]])),
                fault,
                measures: CaptureMeasures { width: 800.0, sharpness: 0.6, ..CaptureMeasures::default() },
                score: 480.0,
            }),
        };
        self.tell(&Event::Sighting(sighting));
        while let Some((_, event)) = self.due.pop_front_if(|(due, _)| *due <= self.sequence) {
            self.tell(&event);
        }
        self
    }

    /// The camera keeps showing the same for this long.
    pub fn for_seconds(&mut self, seconds: f32) -> &mut Self {
        for _ in 0..(seconds * RATE as f32).ceil() as usize {
            self.frame();
        }
        self
    }

    /// The face as changed by `change`, for this long; then as before.
    pub fn shows(&mut self, seconds: f32, change: impl Fn(&mut Face)) -> &mut Self {
        let before = self.face;
        if let Some(face) = &mut self.face {
            change(face);
        }
        self.for_seconds(seconds);
        self.face = before;
        self
    }

    pub fn reference(&mut self, who: usize) -> &mut Self {
        self.tell(&Event::Reference(Ok(Box::new(template(who, 1)))));
        self
    }

    /// Time passes without frames: ticks, ten per second.
    pub fn hears_nothing_for(&mut self, seconds: f32) -> &mut Self {
        for _ in 0..(seconds * 10.0).ceil() as usize {
            self.now += Duration::from_millis(100);
            self.tell(&Event::Tick);
        }
        self
    }

    /// The answers the eye has not given yet.
    pub fn answers_left(&mut self) -> Vec<(u64, Event)> {
        self.due.drain(..).collect()
    }

    /// The prompt shown last.
    pub fn prompt(&self) -> Option<Prompt> {
        self.prompts().last().copied()
    }

    pub fn prompts(&self) -> Vec<Prompt> {
        self.actions
            .iter()
            .filter_map(|(_, action)| match action {
                Action::Prompt(prompt) => Some(*prompt),
                _ => None,
            })
            .collect()
    }

    /// The last frame with this prompt.
    pub fn frame_when(&self, prompt: Prompt) -> Option<u64> {
        let at = self.actions.iter().rposition(|(_, action)| *action == Action::Prompt(prompt))?;
        Some(self.frames[at])
    }

    /// Frames asked for, by slot.
    pub fn kept(&self, wanted: Slot) -> Vec<u64> {
        self.actions
            .iter()
            .filter_map(|(_, action)| match action {
                Action::Keep { sequence, slot, .. } if *slot == wanted => Some(*sequence),
                _ => None,
            })
            .collect()
    }

    /// How the session ended. It must have ended.
    pub fn ends(&self) -> &Outcome {
        match &self.outcome {
            Some(outcome) => outcome,
            None => panic!("still running; prompts so far: {:?}", self.prompts()),
        }
    }

    pub fn goes_on(&self) {
        assert_eq!(self.outcome, None);
    }

    /// The session's log.
    pub fn log(&mut self) -> Vec<u8> {
        self.log.take().unwrap().finish().unwrap()
    }
}
