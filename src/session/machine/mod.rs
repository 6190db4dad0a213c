//! The state machine of a session.
//!
//! The first event begins the session, whichever it is ([`Event::Begin`] does
//! nothing else). This table is the whole of it; what it calls quiet, in
//! position, made and so on is in [`crate::session::policy`].
//!
//! | step | goes on when | to |
//! |---|---|---|
//! | Reference (only FVBioOnly) | the reference is embedded | Position |
//! | Position | one face is in position for `position.steady` and its template, the anchor, is there | Gesture(0) |
//! | Gesture(i) | asked at a quiet face, then from a quiet face made by the anchor's face | Gesture(i+1), BestFrame after the last |
//! | BestFrame | the face is quiet for `best.settle`, has been found the anchor's *after* the last gesture, and a best frame with the anchor's template is kept | Comparison (FVBioOnly), else Finished: passed |
//! | Comparison | best frame and reference are compared, at once | Finished: passed or no match |
//!
//! | at | what ends the session | liveness, error |
//! |---|---|---|
//! | any | cancelled | 12228 |
//! | any | `limits.session` is over | as for the step's own limit |
//! | any | the source ended; never a face before | 12225; 12223 |
//! | Reference | the reference can't be used, or not in `limits.reference` | 11350, CID_11 |
//! | all after Reference | no frame for `limits.no_frames` | 11350, CID_11 |
//! | all after Reference | `continuity.misses` looks in a row at another person | 12226 |
//! | Position | `limits.position`: nobody; several; a face, but not in position; no template | 12223; 12224; 12225, CID_8; 11350, CID_11 |
//! | Gesture, BestFrame | no face, several faces, longer than their grace | 12223, 12224 |
//! | Gesture(i) | `limits.gesture`; no template meanwhile | 12225; 11350, CID_11 |
//! | Gesture(i) | more than `gestures.wrong_allowed` other gestures in all | 12250 |
//! | BestFrame | `limits.best_frame` | 12225, CID_8 |
//! | BestFrame | the cues say it is an attack; a cue that `liveness.required` names could not tell | the attack's code; 11350, CID_11, or 12225, CID_8 |
//! | Comparison | below the threshold; not comparable | 200, CID_10; 200, CID_11 |
//!
//! A new track during Position is somebody new: the step starts over with a new
//! anchor (its limit runs on). Later on a new track is a doubt: nothing it does
//! counts until a look has shown the anchor's face.
//!
//! Time: events bring it. A time that lies before the last one is read as no time
//! passed; after a jump back of more than [`CLOCK_RESTART`] (the source's clock
//! began anew) time counts on from there.

mod answers;
mod document;
mod steps;

use std::ops::ControlFlow;
use std::time::Duration;

use self::steps::{BestFrame, Position};
use crate::document::reading::{Document, Portrait};
use crate::eye::protocol::Subject;
use crate::face::types::Template;
use crate::liveness::presentations::Presentations;
use crate::session::asking::Asking;
use crate::session::best::Best;
use crate::session::challenge::{Challenge, MAX_GESTURES};
use crate::session::continuity::Continuity;
use crate::session::ending::Ending;
use crate::session::evidence::Evidence;
use crate::session::policy::{Policy, PolicyError};
use crate::session::prompter::Prompter;
use crate::session::scanning::Scanning;
use crate::session::scheme::{Against, Scan};
use crate::session::types::{Action, Event, GestureRecord, Outcome, Prompt, Scheme, Step};

/// Most actions one event can have: two prompts, three frames to keep, the end.
pub const MAX_ACTIONS: usize = 8;

/// What an event leads to, in the order in which it is to be done.
pub type Actions = heapless::Vec<Action, MAX_ACTIONS>;

/// A jump back in time beyond this is a clock that began anew, not two events
/// that overtook each other (a frame is old by its way through the models, well
/// under a second).
pub const CLOCK_RESTART: Duration = Duration::from_secs(5);

/// Without a frame for longer, a step's own limit waits: nobody can do a gesture
/// that is not seen, and `limits.no_frames` is what then ends the session, as
/// trouble with the camera. Ten frames at ten a second.
const SILENT: Duration = Duration::from_secs(1);

/// One session.
#[derive(Debug)]
pub struct Machine {
    policy: Policy,
    scheme: Scheme,
    challenge: Challenge,
    stage: Stage,
    clock: Elapsed,
    prompter: Prompter,
    reference: Option<Box<Template>>,
    document: Option<Box<Document>>,
    portrait: Option<Portrait>,
    /// The day, once the document was looked up.
    today: Option<jiff::civil::Date>,
    continuity: Continuity,
    presentations: Presentations,
    best: Best,
    evidence: heapless::Vec<Evidence, MAX_GESTURES>,
    records: heapless::Vec<GestureRecord, MAX_GESTURES>,
    /// Gestures made that were not asked for.
    wrong: u8,
    /// Frames seen so far.
    frames: u64,
    /// Number of the frame that completed the last gesture.
    last_gesture: u64,
    /// Time of the last frame, or of entering Position.
    last_frame: Duration,
    ever_a_face: bool,
    lost_since: Option<Duration>,
    several_since: Option<Duration>,
    /// Why the frames are over, while answers are still awaited.
    source_ended: Option<String>,
}

/// The step, with what it remembers.
#[derive(Debug)]
enum Stage {
    Reference { since: Duration },
    Document(Scanning),
    Checks { since: Duration },
    Confirmation { since: Duration },
    Position(Position),
    Gesture(Asking),
    BestFrame(BestFrame),
    Finished,
}

impl Machine {
    /// A session of this scheme with this challenge (see [`Challenge::draw`]).
    ///
    /// # Errors
    /// When the policy makes no sense, or could not have drawn the challenge.
    pub fn new(policy: Policy, scheme: Scheme, challenge: Challenge) -> Result<Self, PolicyError> {
        policy.check()?;
        if !challenge.fits(&policy) {
            return Err(PolicyError {
                field: "challenge",
                why: "the challenge given is not one this policy asks for".to_owned(),
            });
        }
        let since = Duration::ZERO;
        let plan = scheme.plan();
        let stage = match (plan.scan, plan.against) {
            (_, Against::Record) => {
                return Err(PolicyError {
                    field: "scheme",
                    why: "there is no authoritative source to ask for the person's record".to_owned(),
                });
            }
            (Scan::Always, _) => Stage::Document(Scanning::new(since)),
            (_, Against::Bound) => Stage::Reference { since },
            _ => Stage::Position(Position::new(since)),
        };
        Ok(Self {
            policy,
            scheme,
            challenge,
            stage,
            clock: Elapsed::default(),
            prompter: Prompter::default(),
            reference: None,
            document: None,
            portrait: None,
            today: None,
            continuity: Continuity::default(),
            presentations: Presentations::default(),
            best: Best::default(),
            evidence: heapless::Vec::new(),
            records: heapless::Vec::new(),
            wrong: 0,
            frames: 0,
            last_gesture: 0,
            last_frame: since,
            ever_a_face: false,
            lost_since: None,
            several_since: None,
            source_ended: None,
        })
    }

    /// Takes an event in and says what is to be done. `now` is any clock that
    /// rises; normally [`crate::eye::sighting::Sighting::at`] of the frame, and
    /// the same clock for everything else. After [`Action::Finish`], which comes
    /// once, there is nothing left to do.
    pub fn step(&mut self, event: &Event, now: Duration) -> Actions {
        let mut actions = Actions::new();
        if matches!(self.stage, Stage::Finished) {
            return actions;
        }
        if self.clock.last.is_none() && matches!(self.stage, Stage::Document(_)) {
            push(&mut actions, Action::Watch(Subject::Document));
        }
        let now = self.clock.advance(now);
        let flow = match self.check_limits(now) {
            ControlFlow::Continue(()) => self.take_in(event, now, &mut actions),
            over => over,
        };
        if let ControlFlow::Break(ending) = flow {
            self.finish(ending, now, &mut actions);
        }
        actions
    }

    /// The step the session is in.
    pub fn current(&self) -> Step {
        match &self.stage {
            Stage::Reference { .. } => Step::Reference,
            Stage::Document(scanning) => Step::Document(scanning.side()),
            Stage::Checks { .. } => Step::Checks,
            Stage::Confirmation { .. } => Step::Confirmation,
            Stage::Position(_) => Step::Position,
            Stage::Gesture(asking) => Step::Gesture(asking.index),
            Stage::BestFrame(_) => Step::BestFrame,
            Stage::Finished => Step::Finished,
        }
    }

    /// What the live face is compared with.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The portrait of the document that was read.
    pub fn portrait(&self) -> Option<&Portrait> {
        self.portrait.as_ref()
    }

    /// The gestures asked for.
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    fn take_in(&mut self, event: &Event, now: Duration, actions: &mut Actions) -> Flow {
        match event {
            Event::Begin | Event::Tick => ControlFlow::Continue(()),
            Event::Cancel => ControlFlow::Break(Ending::cancelled(self.current())),
            Event::Reference(answer) => self.take_reference(answer, now),
            Event::Read(reading) => self.take_read(reading, now, actions),
            Event::LookedUp { today, before } => self.take_looked_up(*today, before, now, actions),
            Event::Confirmed(answer) => self.take_confirmed(answer, now, actions),
            Event::Sighting(sighting) => self.take_sighting(sighting, now, actions),
            Event::Kept { sequence, slot, found, template } => {
                // No picture, no template, whatever else the answer says.
                let template = template.as_deref().filter(|_| *found);
                self.take_kept(*sequence, *slot, *found, template, now)
            }
            Event::SourceEnded { reason } => {
                self.source_ended = Some(reason.clone());
                self.try_to_settle(now)?;
                self.check_source(now)
            }
        }
    }

    /// Everything that time alone brings about.
    fn check_limits(&mut self, now: Duration) -> Flow {
        let limits = &self.policy.limits;
        let step = self.current();
        let longer = |since: Duration, limit: Duration| now.saturating_sub(since) > limit;

        let watching = match &self.stage {
            Stage::Reference { .. } | Stage::Checks { .. } | Stage::Confirmation { .. } => false,
            // While the eye reads it looks at nothing.
            Stage::Document(scanning) => scanning.reading_since().is_none(),
            _ => true,
        };
        if watching && self.source_ended.is_none() && longer(self.last_frame, limits.no_frames) {
            return ControlFlow::Break(Ending::no_frames(step, limits.no_frames));
        }
        if matches!(self.stage, Stage::Gesture(_) | Stage::BestFrame(_)) {
            if self.lost_since.is_some_and(|t| longer(t, limits.no_face_grace)) {
                return ControlFlow::Break(Ending::no_face(step));
            }
            if self.several_since.is_some_and(|t| longer(t, limits.several_faces_grace)) {
                return ControlFlow::Break(Ending::several_faces(step));
            }
        }
        let silent = watching && self.source_ended.is_none() && longer(self.last_frame, SILENT);
        let document = &self.policy.document;
        let step_is_over = match &self.stage {
            _ if silent => false,
            Stage::Document(scanning) => match scanning.reading_since() {
                Some(since) => longer(since, document.reading),
                None => longer(scanning.since, document.side),
            },
            Stage::Checks { since } => longer(*since, document.look_up),
            Stage::Confirmation { since } => longer(*since, document.confirm),
            Stage::Reference { since } => longer(*since, limits.reference),
            Stage::Position(position) => longer(position.since, limits.position),
            Stage::Gesture(asking) => longer(asking.since, limits.gesture),
            Stage::BestFrame(best_frame) => longer(best_frame.since, limits.best_frame),
            Stage::Finished => false,
        };
        let scans = self.scheme.plan().scan != Scan::Never;
        let session = limits.session + if scans { document.total() } else { Duration::ZERO };
        if step_is_over || now > session {
            return ControlFlow::Break(self.timed_out(now));
        }
        self.check_source(now)
    }

    /// When the frames are over, only answers can still help.
    fn check_source(&self, now: Duration) -> Flow {
        match &self.source_ended {
            Some(reason) if !self.may_still_settle(now) => ControlFlow::Break(match &self.stage {
                Stage::Document(scanning) => {
                    Ending::document_unreadable(self.current(), scanning.fault, scanning.failure)
                }
                _ => Ending::source_ended(self.current(), self.ever_a_face, reason),
            }),
            _ => ControlFlow::Continue(()),
        }
    }

    /// The step took too long: why?
    fn timed_out(&self, now: Duration) -> Ending {
        let step = self.current();
        match &self.stage {
            Stage::Reference { .. } | Stage::Finished => Ending::internal(
                step,
                "the reference was not embedded in time; check that the eye is running",
            ),
            Stage::Document(scanning) if scanning.reading_since().is_some() => {
                Ending::internal(step, "the document was not read in time; check that the eye is running")
            }
            Stage::Document(scanning) => Ending::document_unreadable(step, scanning.fault, scanning.failure),
            Stage::Checks { .. } => Ending::internal(step, "the document was not looked up in time"),
            Stage::Confirmation { .. } => Ending::not_confirmed(step),
            Stage::Position(position) => match position.fault {
                Some(Prompt::ComeIntoView) => Ending::no_face(step),
                Some(Prompt::OnePersonOnly) => Ending::several_faces(step),
                None if position.is_steady(&self.policy, now) && !self.continuity.is_anchored() => {
                    Ending::no_template(step)
                }
                fault => Ending::never_in_position(fault),
            },
            Stage::Gesture(asking) if asking.is_settled(&self.policy, now) => Ending::no_template(step),
            Stage::Gesture(asking) if asking.asked => Ending::gesture_not_made(step, asking.gesture),
            Stage::Gesture(_) => Ending::not_at_rest(step),
            Stage::BestFrame(_) => Ending::no_best_frame(),
        }
    }

    fn finish(&mut self, ending: Ending, now: Duration, actions: &mut Actions) {
        self.stage = Stage::Finished;
        let best = self.best.kept();
        let mut gestures = self.records.to_vec();
        for (record, evidence) in gestures.iter_mut().zip(&self.evidence) {
            record.sequence = evidence.sequence().filter(|_| record.done_at.is_some());
        }
        let success = ending.failed_at.is_none();
        let outcome = Outcome {
            success,
            liveness: ending.liveness,
            failed_at: ending.failed_at,
            error: ending.error,
            message: ending.message,
            gestures,
            best: best.map(|kept| kept.sequence),
            best_quality: best.map(|kept| kept.unified),
            comparison: ending.comparison,
            document: self.document.take(),
            presentation: self.presentations.verdict(&self.policy.liveness),
            duration: now,
        };
        // Whatever else this event asked for is of no use any more; and so there
        // is always room for the end.
        actions.clear();
        let verdict = if success { Prompt::Passed } else { Prompt::NotPassed };
        push(actions, Action::Prompt(verdict));
        push(actions, Action::Finish(Box::new(outcome)));
    }
}

/// Goes on, or ends.
type Flow = ControlFlow<Ending>;

/// [`MAX_ACTIONS`] is never reached (see there); an ask that did not fit would be
/// asked again as unanswered.
fn push(actions: &mut Actions, action: Action) {
    let fits = actions.push(action).is_ok();
    debug_assert!(fits, "more actions than MAX_ACTIONS");
}

/// Time since the first event.
#[derive(Debug, Default)]
struct Elapsed {
    last: Option<Duration>,
    sum: Duration,
}

impl Elapsed {
    fn advance(&mut self, now: Duration) -> Duration {
        let last = *self.last.get_or_insert(now);
        if now >= last {
            self.sum = self.sum.saturating_add(now - last);
            self.last = Some(now);
        } else if last - now > CLOCK_RESTART {
            self.last = Some(now);
        }
        self.sum
    }
}
