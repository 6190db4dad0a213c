//! The document's scan: which frame is read, when the next side is due, when all is there.

use std::time::Duration;

use crate::policy::DocumentRules;
use crate::types::Prompt;
use vouch_contract::document::look::CaptureFault;
use vouch_contract::document::look::DocumentLook;
use vouch_contract::document::reading::{MAX_SIDES, ReadFault, SideReading};

/// A frame must be this much better than the one kept, parts of its score: below that the
/// measure's own noise decides.
const BETTER: f32 = 1.04;
/// A side that was just read must leave, or this must pass, before the next is read: turning
/// a card over takes about a second.
const TURN: Duration = Duration::from_secs(2);

/// Readings in which the zone is there but doubtful are one try for so long: each further
/// picture adds to the vote on it, and the person does nothing wrong.
const ONE_TRY: Duration = Duration::from_secs(2);

/// Times that a side with a portrait is read until it says whose document it is
/// ([`SideReading::identifies`]): print that one picture's blur hides, another's shows. After that
/// it is taken as it is, and the checks say that too little was read.
const NAMELESS: u8 = 3;

/// What a frame leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Nothing to tell.
    Waiting,
    /// The person should do this.
    Tell(Prompt),
    /// Have this frame kept.
    Keep,
    /// Have the frames kept read.
    Read,
}

/// What a reading leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Taken {
    /// Both portrait and machine readable zone are there.
    Complete,
    /// The other side, please.
    TurnOver,
    /// Once more, for this reason.
    Again(Prompt),
    /// Too often in vain.
    TooOften,
    /// Nobody asked.
    Nothing,
}

/// A scan under way.
#[derive(Debug)]
pub struct Scanning {
    /// When the side under way began.
    pub since: Duration,
    /// What was wrong last, with how the page is held.
    pub fault: Option<CaptureFault>,
    /// Why the last reading failed.
    pub failure: Option<ReadFault>,
    good_since: Option<Duration>,
    kept: Option<f32>,
    asked: Option<(u64, f32, Duration)>,
    /// Since when a reading is awaited.
    reading: Option<Duration>,
    /// Until when the side read before must leave.
    leave_until: Option<Duration>,
    failures: u8,
    /// Times that a portrait's side said too little.
    nameless: u8,
    /// Since when readings are doubtful.
    doubtful_since: Option<Duration>,
    sides: heapless::Vec<SideReading, MAX_SIDES>,
}

impl Scanning {
    /// A scan that begins now.
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

    /// The number of the side under way, from 0.
    pub fn side(&self) -> u8 {
        self.sides.len() as u8
    }

    /// The sides read.
    pub fn sides(&self) -> &[SideReading] {
        &self.sides
    }

    /// Since when a reading is awaited.
    pub fn reading_since(&self) -> Option<Duration> {
        self.reading
    }

    /// A frame.
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
        let better = self.kept.is_none_or(|kept| look.score > kept * BETTER);
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

    /// The eye kept a frame, or had lost it.
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
            // The next good frame is read at once.
            self.good_since = good_since;
            self.failure = reading.as_ref().err().copied().or(self.failure);
            return Taken::Again(Prompt::HoldDocumentStill);
        }
        match reading {
            Ok(side) if self.adds(side) => {
                // Room for both sides, and a third adds nothing.
                let _ = self.sides.push((**side).clone());
                (self.since, self.failure) = (now, None);
                if self.is_complete() {
                    return Taken::Complete;
                }
                self.leave_until = Some(now + TURN);
                Taken::TurnOver
            }
            Ok(_) => {
                self.leave_until = Some(now + TURN);
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

    /// Whether this reading of a doubtful zone still belongs to the try under way.
    fn is_one_try(&mut self, reading: &Result<Box<SideReading>, ReadFault>, now: Duration) -> bool {
        let is_doubtful =
            matches!(reading, Err(ReadFault::Doubtful | ReadFault::CheckDigits | ReadFault::NoName));
        let since = self.doubtful_since.unwrap_or(now);
        let goes_on = is_doubtful && now.saturating_sub(since) < ONE_TRY;
        self.doubtful_since = goes_on.then_some(since);
        goes_on
    }

    /// Whether this side's portrait is wanted, and another picture may say whose it is.
    fn says_too_little(&mut self, reading: &Result<Box<SideReading>, ReadFault>) -> bool {
        let Ok(side) = reading else { return false };
        let may = self.nameless + 1 < NAMELESS;
        let too_little = may && self.adds(side) && side.format.is_none() && !side.identifies();
        self.nameless += u8::from(too_little);
        too_little
    }

    /// Whether a side brings what was missing.
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
