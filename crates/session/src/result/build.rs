//! Builds the claims from outcome and context.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Context, refuse_success};
use crate::lighting;
use crate::types::{Outcome, Step};
use vouch_contract::claims::document::DocumentClaims;
use vouch_contract::claims::{
    Challenge, Config, ErrorInfo, Evidence, GestureTimes, Liveness, NOT_COMPARED, PROFILE, Reference,
    ResultClaims, SessionStatus,
};
use vouch_contract::codes::ErrorCode;
use vouch_contract::eye::protocol::Slot;
use vouch_contract::json_name::json_name;
use vouch_contract::scheme::Against;
use vouch_contract::source::SourceInfo;

/// Builds the claims. This is the only way to a result, so that every success passes the guard.
pub fn build(outcome: &Outcome, context: &Context<'_>) -> ResultClaims {
    let outcome = &refuse_success::unless_complete(outcome, context);
    let ended = after(context.started, outcome.duration);
    ResultClaims {
        iss: context.device_id.to_owned(),
        iat: u64::try_from(context.issued.as_second()).unwrap_or(0),
        jti: context.jti.to_string(),
        ueid: context.ueid.to_owned(),
        eat_nonce: context.nonce.map(|nonce| nonce.as_str().to_owned()),
        consent: context.consent.cloned(),
        eat_profile: PROFILE.to_owned(),
        seq: context.seq,
        prev: context.prev.map(str::to_owned),
        session_id: context.session_id.to_owned(),
        session_started: rfc3339(context.started),
        session_end: rfc3339(ended),
        session_status: if outcome.success { SessionStatus::Success } else { SessionStatus::Failed },
        document: outcome.document.as_deref().and_then(DocumentClaims::of),
        liveness: looked_at(outcome.failed_at).then(|| liveness(outcome, context, ended)),
        record: outcome.record.clone(),
        reference: outcome.comparison.and(reference(outcome, context)),
        comparison: outcome.comparison,
        document_comparison: outcome.document_comparison,
        error_info: (!outcome.success).then(|| error_info(outcome)),
        scheme: context.scheme,
        evidence: evidence(context),
    }
}
/// What the face was compared with.
fn reference(outcome: &Outcome, context: &Context<'_>) -> Option<Reference> {
    Some(match context.scheme.plan().against {
        Against::Nothing => return None,
        Against::Bound => Reference::Bound,
        Against::Record if !outcome.record.as_ref()?.too_old => Reference::Record,
        Against::Document | Against::Record => Reference::Document,
    })
}

/// Whether anybody had been looked at when the session ended there.
fn looked_at(failed_at: Option<Step>) -> bool {
    let before = [Step::Claim, Step::Record, Step::Reference, Step::Checks, Step::Confirmation];
    !failed_at.is_some_and(|step| before.contains(&step) || matches!(step, Step::Document(_)))
}

fn liveness(outcome: &Outcome, context: &Context<'_>, ended: Timestamp) -> Liveness {
    let taken = context.best_at.map_or(ended, |offset| after(context.started, offset));
    Liveness {
        verification_type: "VERIFICATION_3D".to_owned(),
        selfie_confidence_level: outcome
            .comparison
            .map_or(NOT_COMPARED.to_owned(), |c| format!("{:.4}", c.similarity)),
        creation_time: rfc3339(taken),
        response_time: rfc3339(ended),
        code: outcome.liveness,
        gestures: outcome
            .gestures
            .iter()
            .map(|record| GestureTimes {
                gesture: record.gesture,
                asked_ms: milliseconds(record.asked_at),
                done_ms: record.done_at.map(milliseconds),
            })
            .collect(),
        presentation: outcome.presentation.clone().filter(|verdict| verdict.evidence.is_finite()),
    }
}

fn error_info(outcome: &Outcome) -> ErrorInfo {
    ErrorInfo {
        event_type: outcome.failed_at.map_or("guard".to_owned(), step_name),
        error: match outcome.error {
            Some(code) => cid_name(code),
            None => outcome.liveness.0.to_string(),
        },
        error_message: outcome.message.clone(),
    }
}

fn evidence(context: &Context<'_>) -> Evidence {
    let told = |source: &SourceInfo| {
        let mut source = source.clone();
        if !source.rate.is_finite() {
            source.rate = 0.0;
        }
        source
    };
    Evidence {
        mode: context.mode,
        source: told(&context.eye.source),
        document_source: context.eye.document_source.as_ref().map(told),
        counts: context.eye.counts,
        runtime: context.eye.runtime.clone(),
        firmware: context.firmware.clone(),
        config: Config { sha256: context.config_sha256.to_owned() },
        challenge: Challenge {
            gestures: context.challenge.to_vec(),
            chosen_by: context.chosen_by,
            colours: context.colours.iter().copied().map(lighting::written).collect(),
        },
        clock: context.clock.clone(),
        media: context.media.to_vec(),
    }
}

/// The name of a slot in a result: `best`, `gesture-0`, `continuity`.
pub fn slot_name(slot: Slot) -> String {
    match slot {
        Slot::Best => "best".to_owned(),
        Slot::Gesture(number) => format!("gesture-{number}"),
        Slot::Document(side) => format!("document-{side}"),
        Slot::Continuity => "continuity".to_owned(),
    }
}

/// The name of a step in a result: `position`, `gesture-0`, …
pub fn step_name(step: Step) -> String {
    match step {
        Step::Claim => "claim".to_owned(),
        Step::Record => "record".to_owned(),
        Step::Reference => "reference".to_owned(),
        Step::Document(side) => format!("document-{side}"),
        Step::Checks => "checks".to_owned(),
        Step::Confirmation => "confirmation".to_owned(),
        Step::Position => "position".to_owned(),
        Step::Gesture(number) => format!("gesture-{number}"),
        Step::Light(number) => format!("light-{number}"),
        Step::BestFrame => "best-frame".to_owned(),
        Step::Comparison => "comparison".to_owned(),
        Step::Finished => "finished".to_owned(),
    }
}

/// The code's name (`CID_9`) as serde writes it, so that it is defined in one place.
pub fn cid_name(code: ErrorCode) -> String {
    json_name(&code)
}

fn rfc3339(time: Timestamp) -> String {
    format!("{time:.3}")
}

fn after(start: Timestamp, offset: Duration) -> Timestamp {
    SignedDuration::try_from(offset).ok().and_then(|offset| start.checked_add(offset).ok()).unwrap_or(start)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
