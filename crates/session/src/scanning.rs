//! Scanning a document: which frame to read, when to show the next side, when it is complete.

use std::time::Duration;

use crate::policy::DocumentRules;
use crate::types::Prompt;
use vouch_contract::document::look::CaptureFault;
use vouch_contract::document::look::DocumentLook;
use vouch_contract::document::reading::{MAX_SIDES, ReadFault, SideReading};

/// Factor by which a frame's score must beat the kept one's: smaller differences are noise.
const MIN_IMPROVEMENT: f32 = 1.04;
/// Before the next side is read, the last one must leave, or this time must pass: turning a card
/// over takes about a second.
const TURN_TIME: Duration = Duration::from_secs(2);

/// Within this time, readings with a doubtful zone count as one try: each further picture adds to
/// the vote on it, and the person does nothing wrong.
const TRY_WINDOW: Duration = Duration::from_secs(2);

/// How often a side with a portrait is read until it says whose document it is
/// ([`SideReading::identifies`]): print that is blurred in one picture may be clear in another.
/// After that it is accepted as it is, and the checks report that too little was read.
const MAX_NAMELESS: u8 = 3;

/// What to do after a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Nothing to tell the person.
    Waiting,
    /// The person should do this.
    Tell(Prompt),
    /// Ask the eye to keep this frame.
    Keep,
    /// Ask the eye to read the frames kept.
    Read,
}

/// What follows from a reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Taken {
    /// Portrait and machine readable zone were read.
    Complete,
    /// The other side is needed.
    TurnOver,
    /// Read once more, for this reason.
    Again(Prompt),
    /// Too many failed readings.
    TooOften,
    /// No reading was asked for.
    Nothing,
}

/// A scan in progress.
#[derive(Debug)]
pub struct Scanning {
    /// When the current side began.
    pub since: Duration,
    /// What was last wrong with how the page is held.
    pub fault: Option<CaptureFault>,
    /// Why the last reading failed.
    pub failure: Option<ReadFault>,
    good_since: Option<Duration>,
    kept: Option<f32>,
    asked: Option<(u64, f32, Duration)>,
    /// Since when a reading is pending.
    reading: Option<Duration>,
    /// Until when to wait for the last side to leave.
    leave_until: Option<Duration>,
    failures: u8,
    /// How often a side with a portrait identified nobody.
    nameless: u8,
    /// Since when readings have been doubtful.
    doubtful_since: Option<Duration>,
    sides: heapless::Vec<SideReading, MAX_SIDES>,
}

impl Scanning {
    /// Starts a scan.
    pub fn new(now: Duration) -> Self {
        Self {
            since: now,
            fault: Some(CaptureFault::NoDocument),
            failure: None,
            good_since: None,
            kept: None,
            asked: None,
            reading: None,
            leave_until: None,
            failures: 0,
            nameless: 0,
            doubtful_since: None,
            sides: heapless::Vec::new(),
        }
    }

    /// The number of the current side, from 0.
    pub fn side(&self) -> u8 {
        self.sides.len() as u8
    }

    /// The sides read so far.
    pub fn sides(&self) -> &[SideReading] {
        &self.sides
    }

    /// Since when a reading is pending.
    pub fn reading_since(&self) -> Option<Duration> {
        self.reading
    }

    /// Handles a frame.
    pub fn see(
        &mut self,
        rules: &DocumentRules,
        answer: Duration,
        look: Option<&DocumentLook>,
        sequence: u64,
        now: Duration,
    ) -> Progress {
        if self.reading.is_some() {
            return Progress::Waiting;
        }
        if self.asked.is_some_and(|(_, _, at)| now.saturating_sub(at) > answer) {
            self.asked = None;
        }
        let fault = look.map_or(Some(CaptureFault::NoDocument), |look| look.fault);
        self.fault = fault;
        if let Some(until) = self.leave_until {
            let gone = matches!(fault, Some(CaptureFault::NoDocument | CaptureFault::CutOff));
            if !gone && now < until {
                return Progress::Tell(Prompt::TurnOver);
            }
            self.leave_until = None;
        }
        let (None, Some(look)) = (fault, look) else {
            self.good_since = None;
            return Progress::Tell(self.advice(fault.unwrap_or(CaptureFault::NoDocument)));
        };
        let since = *self.good_since.get_or_insert(now);
        let better = self.kept.is_none_or(|kept| look.score > kept * MIN_IMPROVEMENT);
        if self.asked.is_none() && better {
            self.asked = Some((sequence, look.score, now));
            return Progress::Keep;
        }
        if self.asked.is_none() && self.kept.is_some() && now.saturating_sub(since) >= rules.steady {
            self.reading = Some(now);
            return Progress::Read;
        }
        Progress::Tell(Prompt::HoldDocumentStill)
    }

    fn advice(&self, fault: CaptureFault) -> Prompt {
        match fault {
            CaptureFault::NoDocument if self.sides.is_empty() => Prompt::ShowDocument,
            CaptureFault::NoDocument => Prompt::TurnOver,
            CaptureFault::CutOff => Prompt::ShowWholeDocument,
            CaptureFault::TooSmall => Prompt::DocumentCloser,
            CaptureFault::Tilted => Prompt::HoldDocumentFlat,
            CaptureFault::TooDark => Prompt::MoreLightOnDocument,
            CaptureFault::Glare => Prompt::TiltAgainstGlare,
            CaptureFault::Blurred | CaptureFault::Moving => Prompt::HoldDocumentStill,
        }
    }

    /// The eye kept a frame, or no longer had it.
    pub fn answer(&mut self, sequence: u64, found: bool) {
        if let Some((_, score, _)) = self.asked.take_if(|(asked, _, _)| *asked == sequence)
            && found
        {
            self.kept = Some(score);
        }
    }

    /// The eye has read the side, or could not.
    pub fn read(
        &mut self,
        rules: &DocumentRules,
        reading: &Result<Box<SideReading>, ReadFault>,
        now: Duration,
    ) -> Taken {
        if self.reading.take().is_none() {
            return Taken::Nothing;
        }
        let good_since = self.good_since.take();
        (self.kept, self.asked) = (None, None);
        if self.is_one_try(reading, now) || self.says_too_little(reading) {
            // Read the next good frame at once.
            self.good_since = good_since;
            self.failure = reading.as_ref().err().copied().or(self.failure);
            return Taken::Again(Prompt::HoldDocumentStill);
        }
        match reading {
            Ok(side) if self.adds(side) => {
                // There is room for both sides; a third adds nothing.
                let _ = self.sides.push((**side).clone());
                (self.since, self.failure) = (now, None);
                if self.is_complete() {
                    return Taken::Complete;
                }
                self.leave_until = Some(now + TURN_TIME);
                Taken::TurnOver
            }
            Ok(_) => {
                self.leave_until = Some(now + TURN_TIME);
                Taken::TurnOver
            }
            Err(fault) => {
                self.failure = Some(*fault);
                self.failures = self.failures.saturating_add(1);
                if self.failures >= rules.failures || *fault == ReadFault::Unavailable {
                    return Taken::TooOften;
                }
                Taken::Again(match fault {
                    ReadFault::NotADocument => Prompt::NotADocument,
                    ReadFault::Glare => Prompt::TiltAgainstGlare,
                    ReadFault::Several => Prompt::OneDocumentOnly,
                    ReadFault::Copy => Prompt::ShowTheOriginal,
                    ReadFault::OtherEdges => Prompt::ShowWholeDocument,
                    _ => Prompt::HoldDocumentStill,
                })
            }
        }
    }

    /// Whether this reading of a doubtful zone still belongs to the current try.
    fn is_one_try(&mut self, reading: &Result<Box<SideReading>, ReadFault>, now: Duration) -> bool {
        let is_doubtful =
            matches!(reading, Err(ReadFault::Doubtful | ReadFault::CheckDigits | ReadFault::NoName));
        let since = self.doubtful_since.unwrap_or(now);
        let goes_on = is_doubtful && now.saturating_sub(since) < TRY_WINDOW;
        self.doubtful_since = goes_on.then_some(since);
        goes_on
    }

    /// Whether this side's portrait is wanted and another picture may say whose it is.
    fn says_too_little(&mut self, reading: &Result<Box<SideReading>, ReadFault>) -> bool {
        let Ok(side) = reading else { return false };
        let may = self.nameless + 1 < MAX_NAMELESS;
        let too_little = may && self.adds(side) && side.format.is_none() && !side.identifies();
        self.nameless += u8::from(too_little);
        too_little
    }

    /// Whether a side adds something missing.
    fn adds(&self, side: &SideReading) -> bool {
        self.sides.len() < MAX_SIDES
            && ((side.portrait.is_some() && !self.has_portrait())
                || (side.format.is_some() && !self.has_zone()))
    }

    fn has_portrait(&self) -> bool {
        self.sides.iter().any(|side| side.portrait.is_some())
    }

    fn has_zone(&self) -> bool {
        self.sides.iter().any(|side| side.format.is_some())
    }

    fn is_complete(&self) -> bool {
        self.has_portrait() && self.has_zone()
    }
}
