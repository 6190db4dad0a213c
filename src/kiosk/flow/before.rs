//! What comes before a session: an invitation, the guide, consent, the choice of document.

use std::time::Duration;

use super::{Effect, Flow, Invitation, Place};
use vouch_contract::scheme::Scan;

/// How long each screen waits for a person. Chosen: a slow reader needs about twenty seconds for
/// the consent.
const GUIDE: Duration = Duration::from_secs(30);
const CONSENT: Duration = Duration::from_secs(60);
const DOCUMENTS: Duration = Duration::from_secs(30);
/// How long the terminal may take to begin the session ordered.
const ORDERED: Duration = Duration::from_secs(10);

impl Flow {
    pub(super) fn invite(&mut self, invitation: Invitation, now: Duration) -> Vec<Effect> {
        if !matches!(self.place, Place::Idle) {
            return vec![Effect::Declined(invitation.id)];
        }
        if let Some(language) = &invitation.language
            && self.set_up.kiosk.languages.contains(language)
        {
            self.language.clone_from(language);
        }
        self.visit.invitation = Some(invitation);
        self.lead_on(now)
    }

    pub(super) fn withdraw(&mut self, id: &str) -> Vec<Effect> {
        let theirs = self.visit.invitation.as_ref().is_some_and(|invited| invited.id == id);
        match self.place {
            Place::Session(_) if theirs => vec![Effect::Cancel],
            _ if theirs => {
                self.visit.invitation = None;
                self.rest()
            }
            _ => Vec::new(),
        }
    }

    /// To the next screen before the session that applies, or to the session.
    pub(super) fn lead_on(&mut self, now: Duration) -> Vec<Effect> {
        let kiosk = &self.set_up.kiosk;
        let guide = self.visit.invitation.as_ref().map_or(kiosk.guide, |invited| invited.guide);
        // Nobody is enrolled without being asked.
        let asks_consent = (kiosk.consent || self.visit.enrolling) && self.visit.consent.is_none();
        let asks_kind = self.plan().scan == Scan::Always && self.visit.kind.is_none();
        let after = match &self.place {
            Place::Guide => 1,
            Place::Consent => 2,
            Place::Documents => 3,
            _ => 0,
        };
        // The operator beside the person explains.
        if after < 1 && guide && !self.visit.enrolling {
            self.show(Place::Guide, Some(GUIDE), now);
        } else if after < 2 && asks_consent {
            self.show(Place::Consent, Some(CONSENT), now);
        } else if after < 3 && asks_kind {
            self.show(Place::Documents, Some(DOCUMENTS), now);
        } else {
            self.show(Place::Ordered, Some(ORDERED), now);
            return vec![Effect::Order {
                invitation: self.visit.invitation.as_ref().map(|invited| invited.id.clone()),
                consent: self.visit.consent.clone(),
                enrol: self.visit.enrolling,
            }];
        }
        Vec::new()
    }
}
