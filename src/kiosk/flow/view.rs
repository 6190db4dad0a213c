//! What is shown, from the state alone.

use std::time::Duration;

use super::{CONSENT_VERSION, Flow, Place};
use crate::kiosk::protocol::{DocumentKind, GuideStep, Shown, View};
use vouch_contract::scheme::{Claim, Plan, Scan};

impl Flow {
    /// What to show at `now`.
    pub fn view(&self, now: Duration) -> View {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let ends = self.ends.map(|(at, total)| (millis(at.saturating_sub(now)), millis(total)));
        let audio = self.visit.invitation.as_ref().map_or(self.set_up.kiosk.audio, |invited| invited.audio);
        View {
            kind: "view",
            number: self.number,
            language: self.language.clone(),
            audio,
            mirror: true,
            left_ms: ends.map(|(left, _)| left),
            total_ms: ends.map(|(_, total)| total),
            screen: self.shown(now),
        }
    }

    /// Whether the camera's picture is on this screen.
    pub fn shows_camera(&self) -> bool {
        match &self.place {
            Place::Session(session) => session.shows_camera(),
            Place::Operator(_) => true,
            _ => false,
        }
    }

    fn shown(&self, now: Duration) -> Shown {
        let operator = self.set_up.operator;
        match &self.place {
            Place::Starting(trouble) => Shown::Starting { trouble: *trouble, operator },
            Place::Idle => Shown::Idle { start: self.set_up.start, operator },
            Place::Language => Shown::Language { languages: self.set_up.kiosk.languages.clone() },
            Place::Guide => Shown::Guide { steps: guide(self.plan()) },
            Place::Consent => Shown::Consent {
                version: CONSENT_VERSION,
                partner: self.visit.invitation.as_ref().map(|invited| invited.partner.clone()),
                enrol: self.visit.enrolling,
            },
            Place::Documents => Shown::Documents { kinds: DocumentKind::ALL.to_vec() },
            Place::Ordered => Shown::Wait { prompt: "one-moment" },
            Place::Session(session) => session.shown(self.visit.kind),
            Place::Result { outcome, reason, again, enrolled } => {
                Shown::Result { outcome: *outcome, reason: *reason, again: *again, enrolled: *enrolled }
            }
            Place::Redirect(url) => Shown::Redirect { url: url.clone() },
            Place::Error(reason) => Shown::Error { reason: *reason },
            Place::Pin { fault, until, .. } => {
                let wait = until.map(|until| until.saturating_sub(now)).filter(|wait| !wait.is_zero());
                let wait_ms = wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
                Shown::Pin { fault: *fault, wait_ms }
            }
            Place::Operator(report) => Shown::Operator(report.clone()),
            Place::Enrolee { checking: true, .. } => Shown::Wait { prompt: "one-moment" },
            Place::Enrolee { fault, .. } => Shown::Enrolee { fault: *fault },
        }
    }
}

fn guide(plan: Plan) -> Vec<GuideStep> {
    let typing = (plan.claim == Claim::Typed).then_some(GuideStep::Typing);
    let document = (plan.scan == Scan::Always).then_some(GuideStep::Document);
    typing.into_iter().chain(document).chain([GuideStep::Face]).collect()
}
