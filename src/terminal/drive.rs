//! Leads one session: events from an eye into the machine, the machine's
//! actions back out, until it is over.

use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::eye::port::{EyeError, EyePort};
use crate::eye::protocol::{Ask, Slot, Tell};
use crate::session::machine::Machine;
use crate::session::record::Recorder;
use crate::session::types::{Action, Event, Outcome, Prompt};

/// How long a tell is waited for before the machine hears that time passes.
const TICK: Duration = Duration::from_millis(50);
/// How long stills are waited for when the session is over; encoding three
/// takes some 30 ms.
const STILLS_LIMIT: Duration = Duration::from_secs(3);

/// A picture kept of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Still {
    /// Which.
    pub slot: Slot,
    /// JPEG.
    pub jpeg: Vec<u8>,
}

/// A session that was led to its end.
#[derive(Debug, Clone)]
pub struct Driven {
    /// How it ended.
    pub outcome: Outcome,
    /// When it began.
    pub started: Timestamp,
    /// When the best frame was taken, since the beginning.
    pub best_at: Option<Duration>,
    /// Best frame and gestures.
    pub stills: Vec<Still>,
}

/// Why a session could not be led to its end.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// The eye is gone; what it saw is lost with it.
    #[error(transparent)]
    Eye(#[from] EyeError),
    /// The session log can't be written.
    #[error("the session log can't be written: {0}")]
    Log(#[from] std::io::Error),
}

/// What goes into a session besides the machine.
pub struct Session<'a> {
    /// The state machine, fresh.
    pub machine: Machine,
    /// The bound portrait, encoded.
    pub reference: Option<Vec<u8>>,
    /// Where events are written down, if anywhere.
    pub recorder: Option<Recorder<&'a mut dyn Write>>,
    /// Told each prompt.
    pub prompt: &'a mut dyn FnMut(Prompt),
    /// Asked now and then whether to cancel.
    pub cancelled: &'a dyn Fn() -> bool,
}

/// Leads a session to its end.
///
/// Time is the frames' own: the first one's capture is laid onto `clock`, so
/// that a gesture lasts as long as it was, however late it is looked at. A
/// recording that is pulled faster than it was made keeps its own time.
///
/// # Errors
/// [`DriveError`].
pub fn drive(
    eye: &mut dyn EyePort,
    clock: &dyn Clock,
    mut session: Session<'_>,
) -> Result<Driven, DriveError> {
    let started = clock.wall();
    let mut time = Time::new(clock);
    eye.ask(Ask::Forget)?;
    if let Some(image) = session.reference.take() {
        eye.ask(Ask::Reference { image })?;
    }
    let mut best_at = None;
    let mut latest = None;
    let mut event = Event::Begin;
    let outcome = loop {
        let now = time.of(&event);
        if let Some(recorder) = &mut session.recorder {
            recorder.write(&event, now)?;
        }
        if let Event::Sighting(sighting) = &event {
            latest = Some((sighting.sequence, now));
        }
        let mut finished = None;
        for action in session.machine.step(&event, now) {
            match action {
                Action::Prompt(prompt) => (session.prompt)(prompt),
                Action::Keep { sequence, slot, embed } => {
                    if slot == Slot::Best {
                        best_at = latest.filter(|(number, _)| *number == sequence).map(|(_, at)| at);
                    }
                    eye.ask(Ask::Keep { sequence, slot, embed })?;
                }
                Action::Finish(outcome) => finished = Some(*outcome),
            }
        }
        if let Some(outcome) = finished {
            break outcome;
        }
        event = if (session.cancelled)() { Event::Cancel } else { next_event(eye)? };
    };
    if let Some(recorder) = session.recorder.take() {
        recorder.finish()?;
    }
    let stills = collect_stills(eye, clock, &outcome)?;
    Ok(Driven { outcome, started, best_at, stills })
}

fn next_event(eye: &mut dyn EyePort) -> Result<Event, EyeError> {
    Ok(match eye.next(TICK)? {
        Some(Tell::Sighting(sighting)) => Event::Sighting(sighting),
        Some(Tell::Kept { sequence, slot, found, template }) => {
            Event::Kept { sequence, slot, found, template }
        }
        Some(Tell::Reference(result)) => Event::Reference(result),
        Some(Tell::NoFrames { reason, ended: true }) => Event::SourceEnded { reason },
        Some(Tell::NoFrames { reason, ended: false }) => {
            tracing::warn!(reason, "no frames at present");
            Event::Tick
        }
        Some(Tell::Hello(_) | Tell::Still { .. }) | None => Event::Tick,
    })
}

/// Lays the frames' time onto the session's.
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

    fn of(&mut self, event: &Event) -> Duration {
        let here = self.clock.monotonic().saturating_sub(self.began);
        let now = match event {
            Event::Sighting(sighting) => {
                let at = sighting.at.as_nanos().cast_signed();
                let offset = *self.offset.get_or_insert(here.as_nanos().cast_signed() - at);
                nanoseconds(at + offset)
            }
            // Answers and cancellation belong to the frames they follow; a tick
            // is only there because no frame came.
            Event::Tick | Event::Cancel => here.max(self.last),
            _ => self.last,
        };
        self.last = self.last.max(now);
        now
    }
}

fn nanoseconds(value: i128) -> Duration {
    u64::try_from(value.max(0)).map_or(Duration::MAX, Duration::from_nanos)
}

fn collect_stills(
    eye: &mut dyn EyePort,
    clock: &dyn Clock,
    outcome: &Outcome,
) -> Result<Vec<Still>, DriveError> {
    let mut wanted: Vec<Slot> = outcome.best.map(|_| Slot::Best).into_iter().collect();
    for (number, gesture) in outcome.gestures.iter().enumerate() {
        if gesture.sequence.is_some() {
            wanted.extend(u8::try_from(number).ok().map(Slot::Gesture));
        }
    }
    for &slot in &wanted {
        eye.ask(Ask::Still { slot })?;
    }
    let mut stills = Vec::new();
    let mut answered = 0;
    let deadline = clock.monotonic() + STILLS_LIMIT;
    while answered < wanted.len() && clock.monotonic() < deadline {
        match eye.next(TICK)? {
            Some(Tell::Still { slot, jpeg }) => {
                answered += 1;
                stills.extend(jpeg.map(|jpeg| Still { slot, jpeg }));
            }
            Some(_) | None => {}
        }
    }
    Ok(stills)
}
