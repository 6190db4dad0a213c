//! The ways a session can end, each with its codes and message.

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

/// How a session ended, before the machine adds what it collected.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// The step that failed; `None` if every step passed.
    pub failed_at: Option<Step>,
    /// Liveness code.
    pub liveness: LivenessCode,
    /// CID's code, if one fits.
    pub error: Option<ErrorCode>,
    /// Message for the clerk.
    pub message: String,
    /// The comparison, if it was made.
    pub comparison: Option<Comparison>,
    /// The second comparison, with the document's portrait, if it was made.
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

    /// A live person, but not the one of the reference. The liveness code stays 200, because
    /// liveness was decided.
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

    /// A live person, but not the one on the document.
    pub fn no_match_with_document(comparison: Comparison) -> Self {
        Self { error: Some(ErrorCode::DocumentMismatch), ..Self::no_match(comparison) }
    }

    /// There is no record to compare with, and nobody has been looked at yet. CID has no code for
    /// this. If the claim is wrong, CID_10 is closest: the record does not match the person's
    /// claim. If the source failed, CID_11.
    pub fn no_record(step: Step, fault: &RecordFault) -> Self {
        if !fault.is_of_claim() {
            return Self::internal(step, fault.to_string());
        }
        Self::failed(step, LivenessCode::NO_FACE, fault.to_string()).with(ErrorCode::ReferenceMismatch)
    }

    /// The person must type name and number, but nobody here can be asked.
    pub fn nobody_to_ask(step: Step) -> Self {
        let message = "the person must type name and number, and there is no terminal or page here to ask on; \
                       use a scheme in which they are given with the session (RPBioOnly)";
        Self::internal(step, message)
    }

    /// The person took too long to type.
    pub fn not_claimed(step: Step) -> Self {
        Self::failed(step, LivenessCode::TIMED_OUT, "name and number were not typed in time")
    }

    /// The document could not be read. The message says how it was held last and why the last
    /// reading failed. Nobody has been looked at yet, so the result leaves out the liveness code.
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

    /// The document was read and is refused.
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

    /// The person says that the reading is wrong, or took too long to answer.
    pub fn not_confirmed(step: Step) -> Self {
        let message = "what was read from the document was not confirmed";
        Self::failed(step, LivenessCode::NO_FACE, message).with(ErrorCode::DocumentUnreadable)
    }

    /// A field is doubtful, and nobody is there to confirm it.
    pub fn doubtful(step: Step, field: FieldName) -> Self {
        let message = format!("{field:?} is doubtful, and nobody is there to confirm it");
        Self::failed(step, LivenessCode::NO_FACE, message).with(ErrorCode::DocumentUnreadable)
    }

    /// A live person, but the two templates can't be compared.
    pub fn not_comparable(why: &str) -> Self {
        Self::failed(Step::Comparison, LivenessCode::LIVE, why).with(ErrorCode::Internal)
    }

    /// The reference can't be used. Nobody was looked at, so 11350 is the only true liveness code.
    /// CID_10 would claim that two faces were compared, so CID_11.
    pub fn reference_unusable(fault: &ReferenceFault) -> Self {
        Self::internal(Step::Reference, fault.to_string())
    }

    /// Vouch itself failed.
    pub fn internal(step: Step, message: impl Into<String>) -> Self {
        Self::failed(step, LivenessCode::INTERNAL, message).with(ErrorCode::Internal)
    }

    /// The eye did not give the template it was asked for.
    pub fn no_template(step: Step) -> Self {
        let message = "the eye gave no template of the face, so nobody can tell whose it is; \
                       check the model with the role `embed` (`vouch models`)";
        Self::internal(step, message)
    }

    /// No frame for too long.
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
            Some(prompt) => format!("the face did not get into position; last prompt: {prompt:?}"),
            None => "the face was not in position long enough".to_owned(),
        };
        Self::failed(Step::Position, LivenessCode::TIMED_OUT, message).with(ErrorCode::NoBestFrame)
    }

    /// A gesture was not made in time.
    pub fn gesture_not_made(step: Step, gesture: Gesture) -> Self {
        let message = format!("the gesture asked for ({gesture:?}) was not made in time");
        Self::failed(step, LivenessCode::TIMED_OUT, message)
    }

    /// The face did not come back to rest before a gesture could be asked for.
    pub fn not_at_rest(step: Step) -> Self {
        let message = "the face did not come to rest (eyes open, mouth closed, looking straight) in time";
        Self::failed(step, LivenessCode::TIMED_OUT, message)
    }

    /// No best frame in time.
    pub fn no_best_frame() -> Self {
        let message = "no best frame could be chosen in time; scan the face again";
        Self::failed(Step::BestFrame, LivenessCode::TIMED_OUT, message).with(ErrorCode::NoBestFrame)
    }

    /// Too many gestures that were not asked for: a recording of another session, or a person who
    /// does not follow the prompts.
    pub fn wrong_gestures(step: Step, last: Gesture) -> Self {
        let message = format!("too many gestures that were not asked for, the last: {last:?}");
        Self::failed(step, LivenessCode::OTHER_ATTACK, message)
    }

    /// The face did not follow the screen's colours.
    pub fn does_not_follow_the_light() -> Self {
        let message = "the face did not reflect the colours that the screen showed";
        Self::failed(Step::BestFrame, LivenessCode::LIGHT_CHECK, message)
    }

    /// The ending that the liveness cues demand; `None` if they let the person pass.
    pub fn of_verdict(verdict: &Verdict) -> Option<Self> {
        let step = Step::BestFrame;
        if let Some(code) = verdict.attack {
            let message = format!(
                "taken for a presentation attack: evidence {:.2}, limit {:.2}",
                verdict.evidence, verdict.threshold
            );
            return Some(Self::failed(step, code, message));
        }
        let cue = verdict.missing?;
        let why = verdict.parts.iter().find(|part| part.cue == cue).and_then(|part| part.unavailable);
        let message = format!("the required liveness cue {cue:?} has no answer ({why:?})");
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

    /// The person is not the one who began.
    pub fn person_changed(step: Step) -> Self {
        let message = "the person is not the one who began the session";
        Self::failed(step, LivenessCode::PERSON_CHANGED, message)
    }

    /// The person or the clerk cancelled.
    pub fn cancelled(step: Step) -> Self {
        Self::failed(step, LivenessCode::CANCELLED, "cancelled")
    }

    /// There will be no more frames.
    pub fn source_ended(step: Step, any_face: bool, reason: &str) -> Self {
        let (code, what) = if any_face {
            (LivenessCode::TIMED_OUT, "the pictures ended too early")
        } else {
            (LivenessCode::NO_FACE, "the pictures ended without a face")
        };
        Self::failed(step, code, format!("{what}: {reason}"))
    }
}
