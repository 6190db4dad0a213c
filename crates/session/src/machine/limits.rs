//! Effects of time alone: limits of steps, missing frames, the end of the source.

use std::ops::ControlFlow;
use std::time::Duration;

use super::{CLOCK_RESTART, Flow, Machine, Stage};
use crate::ending::Ending;
use crate::policy::Policy;
use crate::types::Prompt;
use vouch_contract::record::RecordFault;
use vouch_contract::scheme::Scan;

/// After this long without a frame, a step's own limit pauses: nobody can make a gesture that is
/// not seen. `limits.no_frames` then ends the session, as a camera fault. Ten frames at ten a
/// second.
const PAUSE_AFTER: Duration = Duration::from_secs(1);

/// The time that a step allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// What is left of it.
    pub left: Duration,
    /// All of it.
    pub total: Duration,
}

impl Machine {
    /// The time left for the current step, as of the last event. `None` once the session is over.
    /// Steps that pause for want of frames may last longer.
    pub fn allowance(&self) -> Option<Allowance> {
        let (since, total) = self.step_limit()?;
        let now = self.clock.sum;
        let left = total.saturating_sub(now.saturating_sub(since));
        let session = self.session_limit().saturating_sub(now);
        Some(Allowance { left: left.min(session), total })
    }

    /// When the current step's limit began to run, and the limit.
    fn step_limit(&self) -> Option<(Duration, Duration)> {
        let Policy { limits, document, record, .. } = &self.policy;
        Some(match &self.stage {
            Stage::Document(scanning) => match scanning.reading_since() {
                Some(since) => (since, document.reading),
                None => (scanning.since, document.side),
            },
            Stage::Claim { since } => (*since, record.claim),
            Stage::Record { since } => (*since, record.look_up),
            Stage::Checks { since } => (*since, document.look_up),
            Stage::Confirmation { since } => (*since, document.confirm),
            Stage::Reference { since } => (*since, limits.reference),
            Stage::Position(position) => (position.since, limits.position),
            Stage::Gesture(asking) => (asking.since, limits.gesture),
            Stage::Light(lighting) => (lighting.since, self.policy.light.total()),
            Stage::BestFrame(best_frame) => (best_frame.since, limits.best_frame),
            Stage::Finished => return None,
        })
    }

    /// The limit of the whole session.
    fn session_limit(&self) -> Duration {
        let plan = self.scheme.plan();
        let scans = if plan.scan != Scan::Never { self.policy.document.total() } else { Duration::ZERO };
        self.policy.limits.session + scans + self.policy.record.total(plan) + self.policy.light.total()
    }

    /// Checks every limit that time alone can reach.
    pub(super) fn check_limits(&mut self, now: Duration) -> Flow {
        let limits = &self.policy.limits;
        let step = self.current();
        let longer = |since: Duration, limit: Duration| now.saturating_sub(since) > limit;

        let watching = match &self.stage {
            Stage::Claim { .. }
            | Stage::Record { .. }
            | Stage::Reference { .. }
            | Stage::Checks { .. }
            | Stage::Confirmation { .. } => false,
            // While the eye reads, it reports no frames.
            Stage::Document(scanning) => scanning.reading_since().is_none(),
            _ => true,
        };
        if watching && self.source_ended.is_none() && longer(self.last_frame, limits.no_frames) {
            return ControlFlow::Break(Ending::no_frames(step, limits.no_frames));
        }
        if matches!(self.stage, Stage::Gesture(_) | Stage::Light(_) | Stage::BestFrame(_)) {
            if self.lost_since.is_some_and(|t| longer(t, limits.no_face_grace)) {
                return ControlFlow::Break(Ending::no_face(step));
            }
            if self.several_since.is_some_and(|t| longer(t, limits.several_faces_grace)) {
                return ControlFlow::Break(Ending::several_faces(step));
            }
        }
        let silent = watching && self.source_ended.is_none() && longer(self.last_frame, PAUSE_AFTER);
        let step_is_over = !silent && self.step_limit().is_some_and(|(since, limit)| longer(since, limit));
        if step_is_over || now > self.session_limit() {
            return ControlFlow::Break(self.timed_out(now));
        }
        self.check_source(now)
    }

    /// After the last frame, only answers can still help.
    pub(super) fn check_source(&self, now: Duration) -> Flow {
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

    /// Whether pending answers could still let the session pass, without more frames.
    fn may_still_settle(&self, now: Duration) -> bool {
        match &self.stage {
            Stage::Document(scanning) => scanning.reading_since().is_some(),
            Stage::Claim { .. }
            | Stage::Record { .. }
            | Stage::Checks { .. }
            | Stage::Confirmation { .. } => true,
            // The document's frames may have ended; the face's have not begun.
            Stage::Reference { .. } => self.scheme.needs_record(),
            Stage::BestFrame(step) => {
                step.quiet_since.is_some()
                    && (self.best.is_awaiting_at(&self.policy, now)
                        || self.continuity.is_awaiting(&self.policy, now))
            }
            Stage::Position(_) | Stage::Gesture(_) | Stage::Light(_) | Stage::Finished => false,
        }
    }

    /// Why the step took too long.
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
            Stage::Claim { .. } => Ending::not_claimed(step),
            Stage::Record { .. } => {
                let why = "it did not answer in time".to_owned();
                Ending::no_record(step, &RecordFault::Unreachable(why))
            }
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
            Stage::Light(_) | Stage::BestFrame(_) => Ending::no_best_frame(),
        }
    }
}

/// Time since the first event.
#[derive(Debug, Default)]
pub(super) struct Elapsed {
    last: Option<Duration>,
    sum: Duration,
}

impl Elapsed {
    /// Whether no event has arrived yet.
    pub(super) fn is_new(&self) -> bool {
        self.last.is_none()
    }

    /// Records an event's time and returns the time since the first.
    pub(super) fn advance(&mut self, now: Duration) -> Duration {
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
