//! The state machine of a session.
//!
//! The first event begins the session, whichever it is ([`Event::Begin`] does nothing else). The
//! table below is complete. Which steps a scheme has is in [`vouch_contract::scheme`]; what counts
//! as quiet, in position, made and so on is in [`crate::policy`].
//!
//! | step | of | continues when | to |
//! |---|---|---|---|
//! | Claim | RPManual | name and number were typed | Record |
//! | Record | RP… | the authoritative source returned the claimed person's record | Reference |
//! | Reference | FVBioOnly, RP… | the portrait is embedded | Document if needed (RPBioID; RPBioOnlyPro if the record's portrait is too old), else Position |
//! | Document(side) | CIDDocument, RPBasic, RPBioID, RPBioOnlyPro | portrait and machine readable zone were read | Checks |
//! | Checks | the same | the document is valid and was not presented before with another face | Confirmation if required or doubtful, else the same as after it |
//! | Confirmation | CIDDocument; RPBasic if doubtful | the person says that it is right | Checks if the number was changed; Record: look-up by the document (RPBasic) or comparison with the record found (RPBioID, RPBioOnlyPro); else Position |
//! | Position | all | one face is in position for `position.steady`, and its template, the anchor, has arrived | Gesture(0) |
//! | Gesture(i) | all | the gesture was asked for at a quiet face, then made from a quiet face, by the anchor's face | Gesture(i+1); after the last Light(0) if there are colours to show, else BestFrame |
//! | Light(i) | all with colours | the screen showed the colour for `light.each`; it did not show it within `light.shown` | Light(i+1), BestFrame after the last; BestFrame |
//! | BestFrame | all | the face is quiet for `best.settle`, matched the anchor *after* the last gesture, and a best frame that matches the anchor is kept; for an enrolment also, enough templates are gathered | Comparison |
//! | Comparison | all but LivenessOnly | at once: best frame against the bound or the record's portrait, and against the document's if one was read | Finished: passed or no match |
//!
//! | at | what ends the session | liveness, error |
//! |---|---|---|
//! | any | cancelled, or refused to type | 12228 |
//! | any | `limits.session` (plus the time for document and record) is over | as for the step's own limit |
//! | any, except those that wait for answers | the source ended; the same without any face | 12225; 12223 |
//! | Claim | nobody can be asked; `record.claim` | 11350, CID_11; 12225 |
//! | Record | no record under this number, another name, another person's document | CID_10 |
//! | Record | the source can't be reached, or not within `record.look_up`; its record can't be used | 11350, CID_11 |
//! | Reference | the reference can't be used, or not embedded within `limits.reference` | 11350, CID_11 |
//! | Document | not read within `document.side` or `document.failures` tries; the eye can't read | CID_5; 11350, CID_11 |
//! | Checks | the document is refused; expired; presented before with another face; the memory of documents fails | CID_5; CID_6; CID_7; 11350, CID_11 |
//! | Confirmation | said to be wrong, `document.confirm`, or doubtful and nobody can be asked | CID_5 |
//! | Document, and all after Position | no frame for `limits.no_frames` | 11350, CID_11 |
//! | Position and after | `continuity.misses` consecutive looks at another person | 12226 |
//! | Position | `limits.position`: nobody; several; a face, but not in position; no template | 12223; 12224; 12225, CID_8; 11350, CID_11 |
//! | Gesture, Light, BestFrame | no face, several faces, longer than their grace | 12223, 12224 |
//! | Gesture(i) | `limits.gesture`; no template meanwhile | 12225; 11350, CID_11 |
//! | Gesture(i) | more than `gestures.wrong_allowed` other gestures in all | 12250 |
//! | BestFrame | `limits.best_frame` | 12225, CID_8 |
//! | BestFrame | `light.decides` and the face did not follow the colours | 12221 |
//! | BestFrame | the cues indicate an attack; a cue in `liveness.required` has no answer | the attack's code; 11350, CID_11, or 12225, CID_8 |
//! | Comparison | below the threshold: bound or record; document; not comparable | 200, CID_10; 200, CID_9; 200, CID_11 |
//!
//! A new track during Position is a new person: the step starts over with a new anchor, and its
//! limit keeps running. Later, a new track raises a doubt: nothing it does counts until a look has
//! shown the anchor's face.
//!
//! Time comes with the events. An earlier time than the last one counts as no time passed. After a
//! jump back of more than [`CLOCK_RESTART`] (the source's clock restarted), time continues from
//! there.

mod answers;
mod comparison;
mod document;
mod limits;
mod record;
mod steps;

use std::ops::ControlFlow;
use std::time::Duration;

pub use self::limits::Allowance;
use self::limits::Elapsed;
use self::steps::{BestFrame, Position};
use crate::asking::Asking;
use crate::best::Best;
use crate::challenge::{Challenge, MAX_GESTURES};
use crate::continuity::Continuity;
use crate::ending::Ending;
use crate::evidence::Evidence;
use crate::gather::Gather;
use crate::lighting::{Colours, Lighting};
use crate::liveness::presentations::Presentations;
use crate::policy::{Policy, PolicyError};
use crate::prompter::Prompter;
use crate::scanning::Scanning;
use crate::types::{Action, Event, GestureRecord, Outcome, Prompt, Step};
use vouch_contract::document::reading::{Document, Portrait};
use vouch_contract::face::Template;
use vouch_contract::record::FoundRecord;
use vouch_contract::scheme::Scheme;
use vouch_contract::scheme::{Against, Claim, Scan};

/// Most actions for one event: two prompts, three frames to keep, the end.
pub const MAX_ACTIONS: usize = 8;

/// The actions for one event, in the order in which to do them.
pub type Actions = heapless::Vec<Action, MAX_ACTIONS>;

/// A jump back in time beyond this is a clock that restarted. A smaller one means that events
/// arrived out of order: a frame is delayed by the models, by well under a second.
pub const CLOCK_RESTART: Duration = Duration::from_secs(5);

/// One session.
#[derive(Debug)]
pub struct Machine {
    policy: Policy,
    scheme: Scheme,
    challenge: Challenge,
    /// What the screen shows after the gestures; none without a light challenge.
    colours: Colours,
    stage: Stage,
    clock: Elapsed,
    prompter: Prompter,
    /// Template of the bound portrait or the record's.
    reference: Option<Box<Template>>,
    record: Option<FoundRecord>,
    document: Option<Box<Document>>,
    portrait: Option<Portrait>,
    /// Today's date, once the document was looked up.
    today: Option<jiff::civil::Date>,
    continuity: Continuity,
    presentations: Presentations,
    best: Best,
    /// For an enrolment only.
    gather: Option<Gather>,
    evidence: heapless::Vec<Evidence, MAX_GESTURES>,
    records: heapless::Vec<GestureRecord, MAX_GESTURES>,
    /// Gestures made that were not asked for.
    wrong: u8,
    /// Frames seen so far.
    frames: u64,
    /// Number of the frame that completed the last gesture.
    last_gesture: u64,
    /// Time of the last frame, or when Position began.
    last_frame: Duration,
    ever_a_face: bool,
    lost_since: Option<Duration>,
    several_since: Option<Duration>,
    /// Why there will be no more frames, while answers are pending.
    source_ended: Option<String>,
}

/// The current step, with its state.
#[derive(Debug)]
enum Stage {
    Claim { since: Duration },
    Record { since: Duration },
    Reference { since: Duration },
    Document(Scanning),
    Checks { since: Duration },
    Confirmation { since: Duration },
    Position(Position),
    Gesture(Asking),
    Light(Lighting),
    BestFrame(BestFrame),
    Finished,
}

impl Machine {
    /// A session of this scheme with this challenge (see [`Challenge::draw`]).
    ///
    /// # Errors
    /// When the policy makes no sense, or could not have drawn this challenge.
    pub fn new(policy: Policy, scheme: Scheme, challenge: Challenge) -> Result<Self, PolicyError> {
        policy.check()?;
        if !challenge.fits(&policy) {
            return Err(PolicyError {
                field: "challenge",
                why: "the given challenge is not one that this policy allows".to_owned(),
            });
        }
        let since = Duration::ZERO;
        let plan = scheme.plan();
        let stage = match (plan.against, plan.claim, plan.scan) {
            (Against::Record, Claim::Typed, _) => Stage::Claim { since },
            (Against::Record, Claim::Bound, _) => Stage::Record { since },
            (Against::Bound, ..) => Stage::Reference { since },
            (_, _, Scan::Always) => Stage::Document(Scanning::new(since)),
            _ => Stage::Position(Position::new(since)),
        };
        Ok(Self {
            policy,
            scheme,
            challenge,
            colours: Colours::new(),
            stage,
            clock: Elapsed::default(),
            prompter: Prompter::default(),
            reference: None,
            record: None,
            document: None,
            portrait: None,
            today: None,
            continuity: Continuity::default(),
            presentations: Presentations::default(),
            best: Best::default(),
            gather: None,
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

    /// The same session, which also gathers templates of the person. It passes only with at least
    /// [`crate::gather::LEAST`] of them.
    #[must_use]
    pub fn gathering(mut self) -> Self {
        self.gather = Some(Gather::default());
        self
    }

    /// The same session, in which the screen also lights the face with these colours (see
    /// [`crate::lighting::draw`]).
    #[must_use]
    pub fn lit_by(mut self, colours: Colours) -> Self {
        self.colours = colours;
        self
    }

    /// The templates gathered of the person.
    pub fn gathered(&self) -> &[Template] {
        self.gather.as_ref().map_or(&[], Gather::templates)
    }

    /// Processes an event and returns what to do. `now` may come from any clock that never goes
    /// back; normally it is the frame's [`vouch_contract::eye::sighting::Sighting::at`], and the
    /// same clock for all other events. After [`Action::Finish`], which comes once, there is
    /// nothing left to do.
    pub fn step(&mut self, event: &Event, now: Duration) -> Actions {
        let mut actions = Actions::new();
        if matches!(self.stage, Stage::Finished) {
            return actions;
        }
        let first = self.clock.is_new();
        let now = self.clock.advance(now);
        if first {
            self.begin(now, &mut actions);
        }
        let flow = match self.check_limits(now) {
            ControlFlow::Continue(()) => self.take_in(event, now, &mut actions),
            over => over,
        };
        if let ControlFlow::Break(ending) = flow {
            self.finish(ending, now, &mut actions);
        }
        actions
    }

    /// The current step.
    pub fn current(&self) -> Step {
        match &self.stage {
            Stage::Claim { .. } => Step::Claim,
            Stage::Record { .. } => Step::Record,
            Stage::Reference { .. } => Step::Reference,
            Stage::Document(scanning) => Step::Document(scanning.side()),
            Stage::Checks { .. } => Step::Checks,
            Stage::Confirmation { .. } => Step::Confirmation,
            Stage::Position(_) => Step::Position,
            Stage::Gesture(asking) => Step::Gesture(asking.index),
            Stage::Light(lighting) => Step::Light(lighting.index),
            Stage::BestFrame(_) => Step::BestFrame,
            Stage::Finished => Step::Finished,
        }
    }

    /// The session's scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The portrait of the document that was read.
    pub fn portrait(&self) -> Option<&Portrait> {
        self.portrait.as_ref()
    }

    /// The gestures to make.
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    fn take_in(&mut self, event: &Event, now: Duration, actions: &mut Actions) -> Flow {
        match event {
            Event::Begin | Event::Tick => ControlFlow::Continue(()),
            Event::Cancel => ControlFlow::Break(Ending::cancelled(self.current())),
            Event::Claimed(answer) => self.take_claimed(*answer, now, actions),
            Event::Record { today, found } => self.take_record(*today, found, now, actions),
            Event::RecordMatched(answer) => self.take_matched(answer, now, actions),
            Event::Reference(answer) => self.take_reference(answer, now, actions),
            Event::Read(reading) => self.take_read(reading, now, actions),
            Event::LookedUp { today, before } => self.take_looked_up(*today, before, now, actions),
            Event::Lit(shown) => {
                self.take_lit(*shown, now);
                ControlFlow::Continue(())
            }
            Event::Confirmed(answer) => self.take_confirmed(answer, now, actions),
            Event::Sighting(sighting) => self.take_sighting(sighting, now, actions),
            Event::Kept { sequence, slot, found, template } => {
                // Without a picture there is no template, whatever else the answer says.
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
            record: self.record.take(),
            comparison: ending.comparison,
            document_comparison: ending.document_comparison,
            document: self.document.take(),
            presentation: self.presentations.verdict(&self.policy.liveness),
            duration: now,
        };
        // Nothing else that this event asked for is needed now, and clearing always leaves room for
        // the end.
        actions.clear();
        let verdict = if success { Prompt::Passed } else { Prompt::NotPassed };
        push(actions, Action::Prompt(verdict));
        push(actions, Action::Finish(Box::new(outcome)));
    }
}

/// Continue, or end the session.
type Flow = ControlFlow<Ending>;

/// [`MAX_ACTIONS`] is never reached (see there). If an ask did not fit, it would be repeated as an
/// unanswered one.
fn push(actions: &mut Actions, action: Action) {
    let fits = actions.push(action).is_ok();
    debug_assert!(fits, "more actions than MAX_ACTIONS");
}
