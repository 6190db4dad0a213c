//! The one place that decides whether a success is allowed.

use super::Context;
use crate::types::Outcome;
use vouch_contract::claims::Comparison;
use vouch_contract::claims::document::DocumentClaims;
use vouch_contract::claims::{ChosenBy, Mode};
use vouch_contract::codes::LivenessCode;
use vouch_contract::runtime::SELF_TEST_LIMIT;
use vouch_contract::scheme::{Against, Scan};
use vouch_contract::source::SourceKind;

/// Lets a success pass or turns it into a failure with a reason. A failure passes unchanged.
///
/// In every mode a success must be complete: code 200, no failed step, every gesture of the
/// challenge done, and a match with finite numbers if the scheme compares. In production it must
/// also come from a real camera, from models that passed their self-test, and from gestures nobody
/// could predict.
pub(super) fn unless_complete(outcome: &Outcome, context: &Context<'_>) -> Outcome {
    let mut guarded = outcome.clone();
    // JSON has no NaN: a comparison without a number does not count.
    let whole = |c: &Comparison| c.similarity.is_finite() && c.threshold.is_finite() && c.fmr.is_finite();
    guarded.comparison = outcome.comparison.filter(whole);
    guarded.document_comparison = outcome.document_comparison.filter(whole);
    if !outcome.success {
        return guarded;
    }
    let refusal = incomplete(&guarded, context).or_else(|| match context.mode {
        Mode::Production => unfit_for_production(context),
        Mode::Development => None,
    });
    if let Some((code, reason)) = refusal {
        guarded.success = false;
        guarded.liveness = code;
        guarded.failed_at = None;
        guarded.error = None;
        guarded.message = reason;
    }
    guarded
}

fn incomplete(outcome: &Outcome, context: &Context<'_>) -> Option<(LivenessCode, String)> {
    let done =
        outcome.gestures.iter().filter(|record| record.done_at.is_some()).map(|record| &record.gesture);
    let matches = |c: &Comparison| c.matched && c.similarity >= c.threshold;
    let matched = outcome.comparison.as_ref().is_some_and(matches);
    let plan = context.scheme.plan();
    let rests_on_record = plan.against == Against::Record;
    let old = outcome.record.as_ref().is_some_and(|record| record.too_old);
    let scans = plan.scan == Scan::Always || (plan.scan == Scan::RecordIsOld && old);
    let reason = if outcome.liveness != LivenessCode::LIVE {
        "the session was marked as passed without the code of a live person"
    } else if outcome.failed_at.is_some() || outcome.error.is_some() {
        "the session was marked as passed though a step failed"
    } else if !done.eq(context.challenge) {
        "the session was marked as passed though not every gesture of the challenge was done"
    } else if outcome.presentation.as_ref().is_some_and(|verdict| !verdict.is_bona_fide()) {
        "the session was marked as passed though the liveness cues did not allow it"
    } else if plan.against != Against::Nothing && !matched {
        "the session was marked as passed though the face was not matched with the reference"
    } else if scans && outcome.document.as_deref().and_then(DocumentClaims::of).is_none() {
        "the session was marked as passed though no document was read"
    } else if outcome.document.as_deref().is_some_and(|d| d.originals.len() != usize::from(d.sides)) {
        "the session was marked as passed without a check for copies of the document"
    } else if rests_on_record && outcome.record.is_none() {
        "the session was marked as passed though no record was found at the authoritative source"
    } else if rests_on_record && old && plan.scan != Scan::RecordIsOld {
        "the session was marked as passed though the record's portrait is too old for its scheme"
    } else if rests_on_record && plan.scan == Scan::Always && outcome.document_comparison.is_none() {
        "the session was marked as passed though the face was not compared with the document's"
    } else if outcome.document_comparison.is_some_and(|c| !matches(&c)) {
        "the session was marked as passed though the face was not matched with the document's"
    } else if outcome.comparison.is_some() && !matched {
        "the session was marked as passed though the comparison failed"
    } else {
        return None;
    };
    Some((LivenessCode::INTERNAL, reason.to_owned()))
}

fn unfit_for_production(context: &Context<'_>) -> Option<(LivenessCode, String)> {
    for source in std::iter::once(&context.eye.source).chain(&context.eye.document_source) {
        let what = match source.kind {
            SourceKind::Camera => continue,
            SourceKind::VirtualCamera => "a virtual camera",
            SourceKind::Recording => "a recording",
        };
        return Some((
            LivenessCode::ATTACK_SOFTWARE,
            format!("the frames came from {what} (driver {}): never a success in production", source.driver),
        ));
    }
    let runtime = &context.eye.runtime;
    let reason = if runtime.models.is_empty() || !is_digest(&runtime.library_sha256) {
        "the runtime or its models are not named, so the decision can't be traced".to_owned()
    } else if let Some(model) = runtime.models.iter().find(|m| !is_digest(&m.sha256)) {
        format!("the model {} has no digest: it is not verified", model.name)
    } else if let Some(model) = runtime.models.iter().find(|m| m.self_test_error > SELF_TEST_LIMIT) {
        format!(
            "the model {} is {} steps off its golden vector on {}, {SELF_TEST_LIMIT} are allowed; see `vouch models`",
            model.name, model.self_test_error, model.accelerator
        )
    } else if context.chosen_by == ChosenBy::Caller {
        "the gestures were chosen by the caller: never a success in production".to_owned()
    } else if context.challenge.is_empty() {
        "the session asked for no gesture: never a success in production".to_owned()
    } else {
        return None;
    };
    Some((LivenessCode::INTERNAL, reason))
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
