//! The page as a session's screen: passes on what the terminal shows.

use std::sync::Arc;

use serde_json::json;

use super::flow::Event;
use super::protocol::{Outcome, Reason, ResultLine};
use super::shared::Shared;
use crate::terminal::screen::{Enrolment, Screen, Standing};
use vouch_contract::claims::{ResultClaims, SessionStatus};
use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::document::reading::Document;
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::json_name::json_name;
use vouch_contract::scheme::Scheme;
use vouch_session::lighting::Colour;
use vouch_session::machine::Allowance;
use vouch_session::types::{Prompt, Step};

/// A field read with less confidence than this is marked as doubtful.
const SURE: f32 = 0.9;

/// The page.
pub struct PageScreen(pub Arc<Shared>);

impl Screen for PageScreen {
    fn prompt(&mut self, prompt: Prompt) {
        self.0.take(Event::Prompt(prompt));
    }

    fn confirm(&mut self, document: &Document) -> bool {
        let doubtful = |name| document.disagreements.iter().any(|disagreement| disagreement.field == name);
        let fields = document.fields.iter().map(|field| {
            let unsure = field.confidence < SURE || doubtful(field.name);
            (field.clone(), unsure)
        });
        self.0.take(Event::Confirm(fields.collect()));
        true
    }

    fn ask_claim(&mut self) -> bool {
        true
    }

    fn light(&mut self, colour: Colour) -> bool {
        self.0.take(Event::Light(colour));
        true
    }

    fn began(&mut self, _scheme: Scheme, gestures: usize) {
        self.0.take(Event::Began { gestures });
    }

    fn step(&mut self, step: Step, allowance: Allowance) {
        self.0.take(Event::Step(step, allowance));
    }

    fn saw(&mut self, sighting: &Sighting) {
        self.0.mark(|| mark(sighting));
    }

    fn enrolled(&mut self, outcome: Enrolment) {
        self.0.take(Event::Enrolled(outcome));
    }

    fn ended(&mut self, claims: &ResultClaims) {
        self.0.list(ResultLine {
            at: claims.session_end.clone(),
            scheme: claims.scheme.to_string(),
            outcome: json_name(&claims.session_status),
            code: claims.liveness.as_ref().map_or(0, |liveness| liveness.code.0),
        });
        let passed = claims.session_status == SessionStatus::Success;
        let outcome = if passed { Outcome::Passed } else { Outcome::Failed };
        self.0.take(Event::Ended { outcome, reason: (!passed).then(|| reason(claims)) });
    }

    fn standing(&mut self, standing: Standing) {
        self.0.take(Event::Standing(standing));
    }

    fn somebody_came(&mut self) -> bool {
        self.0.take(Event::SomebodyCame);
        true
    }
}

/// Where the face or the document is, in parts of the frame.
fn mark(sighting: &Sighting) -> String {
    let (width, height) = (f32::from(sighting.width).max(1.0), f32::from(sighting.height).max(1.0));
    let frame = sighting.sequence;
    if let Some(document) = &sighting.document {
        let corners = document.quad.map(|quad| quad.0.map(|[x, y]| [x / width, y / height]));
        return json!({ "type": "outline", "frame": frame, "corners": corners }).to_string();
    }
    let spot = sighting.face.map(|face| {
        let area = face.bounds;
        [area.x / width, area.y / height, area.width / width, area.height / height]
    });
    json!({ "type": "spot", "frame": frame, "box": spot }).to_string()
}

/// Why a session did not pass, as something a person can act on.
fn reason(claims: &ResultClaims) -> Reason {
    let error = claims.error_info.as_ref().map(|info| info.error.as_str()).unwrap_or_default();
    let is = |code: ErrorCode| error == json_name(&code);
    let liveness = claims.liveness.as_ref().map_or(LivenessCode::INTERNAL, |liveness| liveness.code);
    match liveness {
        LivenessCode::NO_FACE => Reason::NoFace,
        LivenessCode::SEVERAL_FACES => Reason::SeveralFaces,
        LivenessCode::PERSON_CHANGED => Reason::PersonChanged,
        LivenessCode::CANCELLED => Reason::Cancelled,
        _ if is(ErrorCode::DocumentUnreadable) => Reason::DocumentUnreadable,
        _ if is(ErrorCode::DocumentExpired) => Reason::DocumentExpired,
        _ if is(ErrorCode::DocumentOfAnother) => Reason::DocumentSeenBefore,
        _ if is(ErrorCode::NoBestFrame) => Reason::NoBestFrame,
        _ if is(ErrorCode::DocumentMismatch) => Reason::NoMatch,
        // Without a comparison nothing was found to compare with.
        _ if is(ErrorCode::ReferenceMismatch) && claims.comparison.is_none() => Reason::NoRecord,
        _ if is(ErrorCode::ReferenceMismatch) => Reason::NoMatch,
        LivenessCode::TIMED_OUT => Reason::TimeOut,
        LivenessCode::LIVE | LivenessCode::INTERNAL => Reason::Internal,
        _ => Reason::Attack,
    }
}
