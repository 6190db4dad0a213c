//! The ways a session can end, each with its codes and words.

use std::time::Duration;

use crate::document::checks::CheckFault;
use crate::types::{Prompt, Step};
use vouch_contract::claims::Comparison;
use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::document::fields::FieldName;
use vouch_contract::document::look::CaptureFault;
use vouch_contract::document::reading::ReadFault;
use vouch_contract::eye::protocol::ReferenceFault;
use vouch_contract::gesture::Gesture;
use vouch_contract::liveness::Unavailable;
use vouch_contract::record::RecordFault;
use vouch_contract::verdict::Verdict;

/// How a session ended, before the machine adds what it has gathered.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// None when every step passed.
    pub failed_at: Option<Step>,
    /// Liveness code.
    pub liveness: LivenessCode,
    /// CID's code where one fits.
    pub error: Option<ErrorCode>,
    /// Words for the clerk.
    pub message: String,
    /// The comparison, when it was made.
    pub comparison: Option<Comparison>,
    /// The second one, with the document's portrait, when it was made.
    pub document_comparison: Option<Comparison>,
}

impl Ending {
    fn failed(step: Step, liveness: LivenessCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            failed_at: Some(step),
            liveness,
            error: None,
            message,
            comparison: None,
            document_comparison: None,
        }
    }

    fn with(mut self, error: ErrorCode) -> Self {
        self.error = Some(error);
        self
    }

    /// Every step passed.
    pub fn passed(comparison: Option<Comparison>) -> Self {
        Self {
            failed_at: None,
            liveness: LivenessCode::LIVE,
            error: None,
            message: "passed".to_owned(),
            comparison,
            document_comparison: None,
        }
    }

    /// Alive, but not the person of the reference. The liveness code stays 200:
    /// that question was answered.
    pub fn no_match(comparison: Comparison) -> Self {
        let message = format!(
            "the live face does not match the reference: similarity {:.3}, needed {:.3}",
            comparison.similarity, comparison.threshold
        );
        Self {
            comparison: Some(comparison),
            ..Self::failed(Step::Comparison, LivenessCode::LIVE, message).with(ErrorCode::ReferenceMismatch)
        }
    }

    /// Alive, but not the person on the document.
    pub fn no_match_with_document(comparison: Comparison) -> Self {
        Self { error: Some(ErrorCode::DocumentMismatch), ..Self::no_match(comparison) }
    }

    /// There is no record to compare with. Nobody was looked at yet. CID has no code for it: where
    /// the claim is at fault CID_10 is the nearest, for what is on record does not match who the
    /// person says to be; where the source is, CID_11.
    pub fn no_record(step: Step, fault: &RecordFault) -> Self {
        if !fault.is_of_claim() {
            return Self::internal(step, fault.to_string());
        }
        Self::failed(step, LivenessCode::NO_FACE, fault.to_string()).with(ErrorCode::ReferenceMismatch)
    }

    /// The person must type name and number, and can't be asked here.
    pub fn nobody_to_ask(step: Step) -> Self {
        let message = "the person must type name and number, and there is no terminal or page here to ask on; \
                       use a scheme in which they are given with the session (RPBioOnly)";
        Self::internal(step, message)
    }

    /// The person typed nothing for too long.
    pub fn not_claimed(step: Step) -> Self {
        Self::failed(step, LivenessCode::TIMED_OUT, "name and number were not typed in time")
    }

    /// The document could not be read: how it was held last, and why the last reading failed.
    /// Nobody was looked at yet, so the liveness code says nothing and is not told.
    pub fn document_unreadable(step: Step, held: Option<CaptureFault>, failure: Option<ReadFault>) -> Self {
        if failure == Some(ReadFault::Unavailable) {
            return Self::internal(step, ReadFault::Unavailable.to_string());
        }
        let message = match (failure, held) {
            (Some(failure), _) => failure.to_string(),
            (None, Some(held)) => format!("the document could not be read; the last picture of it: {held:?}"),
            (None, None) => "the document could not be read".to_owned(),
        };
        Self::failed(step, LivenessCode::NO_FACE, message).with(ErrorCode::DocumentUnreadable)
    }

    /// The document was read and does not do.
    pub fn document_refused(step: Step, fault: &CheckFault) -> Self {
        let code = match fault {
            CheckFault::Expired(_) => ErrorCode::DocumentExpired,
            _ => ErrorCode::DocumentUnreadable,
        };
        Self::failed(step, LivenessCode::NO_FACE, fault.to_string()).with(code)
    }

    /// This document was presented before, with another face on it.
    pub fn document_of_another(step: Step, similarity: f32, threshold: f32) -> Self {
        let message = format!(
            "a document with this number was presented before with another portrait: similarity \
             {similarity:.3}, needed {threshold:.3}"
        );
        Self::failed(step, LivenessCode::NO_FACE, message).with(ErrorCode::DocumentOfAnother)
    }

    /// The person says that what was read is wrong, or nothing for too long.
    pub fn not_confirmed(step: Step) -> Self {
        let message = "what was read from the document was not confirmed";
        Self::failed(step, LivenessCode::NO_FACE, message).with(ErrorCode::DocumentUnreadable)
    }

    /// A field is doubtful, and nobody is there who could confirm it.
    pub fn doubtful(step: Step, field: FieldName) -> Self {
        let message = format!("{field:?} was read with doubt, and nobody is there to confirm it");
        Self::failed(step, LivenessCode::NO_FACE, message).with(ErrorCode::DocumentUnreadable)
    }

    /// Alive, but the two templates have no similarity.
    pub fn not_comparable(why: &str) -> Self {
        Self::failed(Step::Comparison, LivenessCode::LIVE, why).with(ErrorCode::Internal)
    }

    /// The reference can't be used. Nobody was looked at, so no liveness code but
    /// 11350 is true; CID_10 would say that two faces were compared, so CID_11.
    pub fn reference_unusable(fault: &ReferenceFault) -> Self {
        Self::internal(Step::Reference, fault.to_string())
    }

    /// Vouch itself failed.
    pub fn internal(step: Step, message: impl Into<String>) -> Self {
        Self::failed(step, LivenessCode::INTERNAL, message).with(ErrorCode::Internal)
    }

    /// The eye never gave the template that was asked of it.
    pub fn no_template(step: Step) -> Self {
        let message = "the eye gave no template of the face, so nobody can tell whose it is; \
                       check the model with the role `embed` (`vouch models`)";
        Self::internal(step, message)
    }

    /// No frames for too long.
    pub fn no_frames(step: Step, limit: Duration) -> Self {
        let message = format!(
            "no frame from the camera for {} s; check that it is plugged in (`vouch doctor`)",
            limit.as_secs_f32()
        );
        Self::internal(step, message)
    }

    /// Nobody in front of the camera.
    pub fn no_face(step: Step) -> Self {
        let message = "nobody in front of the camera";
        Self::failed(step, LivenessCode::NO_FACE, message)
    }

    /// More than one person.
    pub fn several_faces(step: Step) -> Self {
        let message = "more than one person in front of the camera";
        Self::failed(step, LivenessCode::SEVERAL_FACES, message)
    }

    /// The face never met the position rules.
    pub fn never_in_position(fault: Option<Prompt>) -> Self {
        let message = match fault {
            Some(prompt) => format!("the face did not get into position; last asked: {prompt:?}"),
            None => "the face was not in position long enough".to_owned(),
        };
        Self::failed(Step::Position, LivenessCode::TIMED_OUT, message).with(ErrorCode::NoBestFrame)
    }

    /// A gesture was not made in time.
    pub fn gesture_not_made(step: Step, gesture: Gesture) -> Self {
        let message = format!("the gesture asked for ({gesture:?}) was not made in time");
        Self::failed(step, LivenessCode::TIMED_OUT, message)
    }

    /// Before a gesture could be asked for, the face did not come back to rest.
    pub fn not_at_rest(step: Step) -> Self {
        let message = "the face did not come to rest (eyes open, mouth closed, looking straight) in time";
        Self::failed(step, LivenessCode::TIMED_OUT, message)
    }

    /// No best frame in time.
    pub fn no_best_frame() -> Self {
        let message = "no best frame could be chosen in time; scan the face again";
        Self::failed(Step::BestFrame, LivenessCode::TIMED_OUT, message).with(ErrorCode::NoBestFrame)
    }

    /// Too many gestures that nobody asked for: a recording of somebody else's
    /// session, or a person who does not follow.
    pub fn wrong_gestures(step: Step, last: Gesture) -> Self {
        let message = format!("too many gestures that were not asked for, the last: {last:?}");
        Self::failed(step, LivenessCode::OTHER_ATTACK, message)
    }

    /// What the liveness cues forbid; none when they let the person pass.
    pub fn of_verdict(verdict: &Verdict) -> Option<Self> {
        let step = Step::BestFrame;
        if let Some(code) = verdict.attack {
            let message = format!(
                "taken for a presentation attack: evidence {:.2}, {:.2} is the limit",
                verdict.evidence, verdict.threshold
            );
            return Some(Self::failed(step, code, message));
        }
        let cue = verdict.missing?;
        let why = verdict.parts.iter().find(|part| part.cue == cue).and_then(|part| part.unavailable);
        let message = format!("the liveness cue {cue:?} is required and could not tell ({why:?})");
        Some(match why {
            Some(Unavailable::TooFewFrames | Unavailable::NothingToWatch) => {
                Self::failed(step, LivenessCode::TIMED_OUT, message).with(ErrorCode::NoBestFrame)
            }
            Some(Unavailable::PoorPicture) => {
                Self::failed(step, LivenessCode::BLURRED, message).with(ErrorCode::NoBestFrame)
            }
            _ => Self::internal(step, message),
        })
    }

    /// Another person than the one who began.
    pub fn person_changed(step: Step) -> Self {
        let message = "another person than the one who began the session";
        Self::failed(step, LivenessCode::PERSON_CHANGED, message)
    }

    /// The person or the clerk cancelled.
    pub fn cancelled(step: Step) -> Self {
        Self::failed(step, LivenessCode::CANCELLED, "cancelled")
    }

    /// The frames are over for good.
    pub fn source_ended(step: Step, any_face: bool, reason: &str) -> Self {
        let (code, what) = if any_face {
            (LivenessCode::TIMED_OUT, "the pictures ended too early")
        } else {
            (LivenessCode::NO_FACE, "the pictures ended without a face")
        };
        Self::failed(step, code, format!("{what}: {reason}"))
    }
}
