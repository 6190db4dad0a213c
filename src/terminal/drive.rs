//! Runs one session: passes events from an eye to the machine and executes the machine's actions,
//! until it ends.

use std::io::Write;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::authority::RecordedFace;
use crate::terminal::order::{OrderQueue, Steer};
use crate::terminal::records::{Records, Typed};
use crate::terminal::references::References;
use crate::terminal::screen::Screen;
use vouch_contract::clock::Clock;
use vouch_contract::eye::protocol::{Ask, Slot, Subject, Tell};
use vouch_contract::face::Template;
use vouch_perception::eye::port::EyePort;
use vouch_session::log::Recorder;
use vouch_session::machine::Machine;
use vouch_session::types::{Action, Confirmation, Event, Outcome, Prompt};

/// How long to wait for a message from the eye before the machine gets a tick.
const TICK: Duration = Duration::from_millis(50);
/// How long to wait for stills after the session; encoding three takes about 30 ms.
const STILLS_LIMIT: Duration = Duration::from_secs(3);

/// A picture kept of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Still {
    /// The slot it was kept in.
    pub slot: Slot,
    /// The picture as JPEG.
    pub jpeg: Vec<u8>,
}

/// A session that ran to its end.
#[derive(Debug, Clone)]
pub struct Driven {
    /// How it ended.
    pub outcome: Outcome,
    /// When it began.
    pub started: Timestamp,
    /// When the best frame was taken, since the session began.
    pub best_at: Option<Duration>,
    /// Pictures of the best frame and the gestures.
    pub stills: Vec<Still>,
    /// Template of the portrait on the document, if one was read.
    pub portrait: Option<Box<Template>>,
    /// Templates gathered of the person, for an enrolment.
    pub gathered: Vec<Template>,
    /// Why the session log is incomplete, if one was requested.
    pub log_fault: Option<String>,
}

/// Looks up the portrait with which a document (country, number) was presented before.
pub type Memory<'a> = dyn Fn(&str, &str) -> Result<Option<Box<Template>>, String> + 'a;

/// The inputs of a session.
pub struct Session<'a> {
    /// The state machine, fresh.
    pub machine: Machine,
    /// The bound portraits.
    pub references: References,
    /// The bound claim, and the source of records.
    pub records: Records,
    /// Records the session's events, if requested.
    pub recorder: Option<Recorder<&'a mut dyn Write>>,
    /// Shows prompts to the person.
    pub screen: &'a mut dyn Screen,
    /// Steers the session: answers from the person, cancels.
    pub orders: &'a mut OrderQueue,
    /// Polled regularly: whether the terminal is to stop.
    pub stopped: &'a dyn Fn() -> bool,
}

/// Runs a session to its end.
///
/// Time comes from the frames: the first frame's capture time is mapped to `clock`, so that a
/// gesture has its real length however late its frames are processed. A recording that plays faster
/// than it was made keeps its own time.
///
/// [`Prompt::Passed`] and [`Prompt::NotPassed`] are held back until the result is on disk. So
/// screen and orders are returned to the caller.
pub fn drive<'a>(
    eye: &mut dyn EyePort,
    clock: &dyn Clock,
    memory: &Memory<'_>,
    mut session: Session<'a>,
) -> (Driven, &'a mut dyn Screen, &'a mut OrderQueue) {
    let started = clock.wall();
    let mut time = Time::new(clock);
    let mut eye = Watched { eye, gone: None, subject: Subject::Face };
    eye.ask(Ask::Forget);
    let mut fusing = session.references.ask(|ask| eye.ask(ask));
    let (mut best_at, mut log_fault) = (None, None);
    let (mut latest, mut asked_best) = (None, None);
    // Whether the person has been asked something and has not answered yet.
    let mut asking = false;
    // The colour that the screen was asked to show and does not show yet.
    let mut lit = None;
    let mut event = Event::Begin;
    session.screen.began(session.machine.scheme(), session.machine.challenge().gestures().len());
    let outcome = loop {
        let now = time.of(&event);
        if let Some(recorder) = &mut session.recorder
            && let Err(error) = recorder.write(&event, now)
        {
            // A log that can't be written is dropped; the session goes on.
            log_fault = Some(error.to_string());
            session.recorder = None;
        }
        match &event {
            // A recording stands still while the eye is reading, or the source or the person is
            // asked.
            Event::Read(_) | Event::Claimed(_) | Event::Confirmed(_) | Event::Record { .. } => {
                time.begin_anew();
            }
            Event::Sighting(sighting) => {
                latest = Some((sighting.sequence, now));
                session.screen.saw(sighting);
            }
            Event::Kept { sequence, slot: Slot::Best, found: true, .. } => {
                best_at = asked_best.filter(|(number, _)| number == sequence).map(|(_, at)| at);
            }
            _ => {}
        }
        let (mut finished, mut answer) = (None, None);
        let today = || clock.wall().to_zoned(TimeZone::system()).date();
        let actions = session.machine.step(&event, now);
        // Before its prompts: they belong to the new step.
        if let Some(allowance) = session.machine.allowance() {
            session.screen.step(session.machine.current(), allowance);
        }
        for action in actions {
            match action {
                Action::Prompt(Prompt::Passed | Prompt::NotPassed) => {}
                Action::Prompt(prompt) => session.screen.prompt(prompt),
                Action::Keep { sequence, slot, embed } => {
                    if slot == Slot::Best {
                        asked_best = latest.filter(|(number, _)| *number == sequence);
                    }
                    eye.ask(Ask::Keep { sequence, slot, embed });
                }
                Action::Watch(subject) => {
                    // The other source has its own clock.
                    time.begin_anew();
                    eye.subject = subject;
                    eye.ask(Ask::Watch(subject));
                }
                Action::Read { slot } => eye.ask(Ask::Read { slot }),
                Action::LookUp { country, number } => {
                    answer = Some(Event::LookedUp { today: today(), before: memory(&country, &number) });
                }
                Action::Confirm(document) => {
                    asking = session.screen.confirm(&document);
                    answer = (!asking).then_some(Event::Confirmed(Confirmation::Unattended));
                }
                Action::Light(colour) => {
                    lit = session.screen.light(colour).then_some(colour);
                    answer = lit.is_none().then_some(Event::Lit(false));
                }
                Action::AskClaim => {
                    asking = session.screen.ask_claim();
                    answer = (!asking).then(|| session.records.take(Typed::Unattended));
                }
                Action::FindRecord(seek) => answer = session.records.ask(seek, today()),
                Action::EmbedRecord => match session.records.face() {
                    RecordedFace::Portrait(jpeg) => {
                        let mut references = References { images: vec![jpeg], least: -1.0 };
                        fusing = references.ask(|ask| eye.ask(ask));
                    }
                    RecordedFace::Template(template) => answer = Some(Event::Reference(Ok(template))),
                },
                Action::MatchRecord(document) => answer = Some(session.records.matches(&document)),
                Action::Finish(outcome) => finished = Some(*outcome),
            }
        }
        if let Some(outcome) = finished {
            break outcome;
        }
        event = match answer {
            _ if (session.stopped)() => Event::Cancel,
            Some(answer) => answer,
            None => {
                let awaited = asking || session.records.is_pending();
                // A recording that is pulled here stands still until the answer arrives.
                let wait = if awaited && !eye.eye.flows() { TICK } else { Duration::ZERO };
                match session.orders.steer(if asking { wait } else { Duration::ZERO }) {
                    Some(Steer::Cancel) => Event::Cancel,
                    Some(Steer::Confirmed(confirmation)) => {
                        asking = false;
                        Event::Confirmed(confirmation)
                    }
                    Some(Steer::Lit) => match lit.take() {
                        Some(colour) => {
                            eye.ask(Ask::Lit { colour });
                            Event::Lit(true)
                        }
                        // Told twice.
                        None => Event::Tick,
                    },
                    Some(Steer::Typed(typed)) => {
                        asking = false;
                        session.records.take(typed)
                    }
                    None => match session.records.answer(if asking { Duration::ZERO } else { wait }, today())
                    {
                        Some(answer) => answer,
                        None if !wait.is_zero() => Event::Tick,
                        None => match eye.next() {
                            Event::Reference(answer) => fusing.take(answer),
                            other => other,
                        },
                    },
                }
            }
        };
    };
    if let Some(Err(error)) = session.recorder.take().map(Recorder::finish) {
        log_fault = Some(error.to_string());
    }
    let stills = eye.stills(clock, &outcome);
    // A recording that plays faster than it was made has lasted longer than the wall clock says.
    // Its session ends now and not in the future.
    let length = SignedDuration::try_from(outcome.duration).unwrap_or_default();
    let started = clock.wall().checked_sub(length).map_or(started, |latest| latest.min(started));
    let portrait = session.machine.portrait().map(|portrait| portrait.template.clone());
    let gathered = session.machine.gathered().to_vec();
    let driven = Driven { outcome, started, best_at, stills, portrait, gathered, log_fault };
    (driven, session.screen, session.orders)
}

/// An eye that may fail during a session. The session then still ends with a result, which says so.
struct Watched<'a> {
    eye: &'a mut dyn EyePort,
    gone: Option<String>,
    // What it was last asked to look for.
    subject: Subject,
}

impl Watched<'_> {
    fn ask(&mut self, ask: Ask) {
        if self.gone.is_none()
            && let Err(error) = self.eye.ask(ask)
        {
            self.gone = Some(error.to_string());
        }
    }

    fn next(&mut self) -> Event {
        if self.gone.is_some() {
            // The machine may still wait for answers, so time must pass for it.
            std::thread::sleep(TICK);
            return Event::Tick;
        }
        match self.eye.next(TICK) {
            // A late frame of the subject before. It shows the wrong thing, and its camera's clock
            // must not set the session's.
            Ok(Some(Tell::Sighting(sighting))) if sighting.subject != self.subject => Event::Tick,
            Ok(Some(Tell::Sighting(sighting))) => Event::Sighting(sighting),
            Ok(Some(Tell::Kept { sequence, slot, found, template })) => {
                Event::Kept { sequence, slot, found, template }
            }
            Ok(Some(Tell::Reference(result))) => Event::Reference(result),
            Ok(Some(Tell::Read(reading))) => Event::Read(reading),
            Ok(Some(Tell::NoFrames { reason, ended: true })) => Event::SourceEnded { reason },
            Ok(Some(Tell::NoFrames { reason, ended: false })) => {
                tracing::warn!(reason, "no frames at the moment");
                Event::Tick
            }
            Ok(
                Some(
                    Tell::Hello(_)
                    | Tell::Still { .. }
                    | Tell::StillNoFrames
                    | Tell::Counts(_)
                    | Tell::Preview(_),
                )
                | None,
            ) => Event::Tick,
            Err(error) => {
                let reason = error.to_string();
                self.gone = Some(reason.clone());
                Event::SourceEnded { reason }
            }
        }
    }

    /// The pictures of a session that has ended; without an eye there are none.
    fn stills(&mut self, clock: &dyn Clock, outcome: &Outcome) -> Vec<Still> {
        let mut wanted: Vec<Slot> = outcome.best.map(|_| Slot::Best).into_iter().collect();
        let sides = outcome.document.as_ref().map_or(0, |document| document.sides);
        wanted.extend((0..sides).map(Slot::Document));
        for (number, gesture) in outcome.gestures.iter().enumerate() {
            if gesture.sequence.is_some() {
                wanted.extend(u8::try_from(number).ok().map(Slot::Gesture));
            }
        }
        for &slot in &wanted {
            self.ask(Ask::Still { slot });
        }
        let (mut stills, mut answered) = (Vec::new(), 0);
        let deadline = clock.monotonic() + STILLS_LIMIT;
        while self.gone.is_none() && answered < wanted.len() && clock.monotonic() < deadline {
            match self.eye.next(TICK) {
                Ok(Some(Tell::Still { slot, jpeg })) => {
                    answered += 1;
                    stills.extend(jpeg.map(|jpeg| Still { slot, jpeg }));
                }
                Ok(_) => {}
                Err(error) => self.gone = Some(error.to_string()),
            }
        }
        if stills.len() < wanted.len() {
            tracing::warn!(wanted = wanted.len(), got = stills.len(), "pictures of the session are missing");
        }
        stills
    }
}

/// Maps the frames' time to the session's.
struct Time<'a> {
    clock: &'a dyn Clock,
    began: Duration,
    // Session time of the source's zero.
    offset: Option<i128>,
    last: Duration,
}

impl<'a> Time<'a> {
    fn new(clock: &'a dyn Clock) -> Self {
        Self { clock, began: clock.monotonic(), offset: None, last: Duration::ZERO }
    }

    /// The next frames have another zero.
    fn begin_anew(&mut self) {
        self.offset = None;
    }

    fn of(&mut self, event: &Event) -> Duration {
        let here = self.clock.monotonic().saturating_sub(self.began);
        let now = match event {
            Event::Sighting(sighting) => {
                let at = sighting.at.as_nanos().cast_signed();
                let offset = *self.offset.get_or_insert(here.as_nanos().cast_signed() - at);
                nanoseconds(at + offset)
            }
            // Answers about frames belong to the frames they follow. A tick means only that no
            // frame came. Reading, asking and confirming took time of their own.
            Event::Tick
            | Event::Cancel
            | Event::Read(_)
            | Event::LookedUp { .. }
            | Event::Confirmed(_)
            | Event::Claimed(_)
            | Event::Record { .. }
            | Event::RecordMatched(_) => here.max(self.last),
            _ => self.last,
        };
        self.last = self.last.max(now);
        now
    }
}

fn nanoseconds(value: i128) -> Duration {
    u64::try_from(value.max(0)).map_or(Duration::MAX, Duration::from_nanos)
}

#[cfg(test)]
mod tests;
