//! Enrols the person of a session that passed.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::screen::Enrolment;
use super::station::Station;
use super::store_then_tell::Led;
use crate::enrolment::{Allowed, EnrolFault, Enrolee, Enrolled, Samples, enrol};
use vouch_contract::claims::SessionStatus;
use vouch_contract::clock::Clock;
use vouch_contract::eye::protocol::Slot;
use vouch_store::gallery::{Gallery, GalleryError, Origin};

/// Why a session enrolled nobody.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotEnrolled {
    /// The session did not pass.
    #[error("the session did not pass")]
    NotPassed,
    /// The enrolment.
    #[error(transparent)]
    Fault(#[from] EnrolFault),
}

/// What became of the enrolment.
pub(super) struct Told(Result<Enrolled, NotEnrolled>);

impl Told {
    /// The event line.
    pub fn event(&self) -> Value {
        match &self.0 {
            Ok(done) => json!({
                "event": "enrolled", "references": done.references,
                "expiresAt": done.expires_at.map(|at| at.to_string()),
                "searched": done.compared, "falsePositiveRate": done.false_positive_rate,
            }),
            Err(why) => json!({ "event": "not-enrolled", "reason": why.to_string() }),
        }
    }

    /// For the screen.
    pub fn outcome(&self) -> Enrolment {
        match &self.0 {
            Ok(_) => Enrolment::Done,
            Err(NotEnrolled::Fault(
                EnrolFault::Duplicate { .. } | EnrolFault::Gallery(GalleryError::Exists),
            )) => Enrolment::Already,
            Err(_) => Enrolment::Failed,
        }
    }
}

/// Enrols the person of the session that was led. Its result is on disk already.
pub(super) fn enrol_after(station: &Station, enrolee: &Enrolee, led: &Led) -> Told {
    let told = Told(try_to_enrol(station, enrolee, led));
    if let Err(why) = &told.0 {
        tracing::warn!(%why, "nobody was enrolled");
    }
    told
}

fn try_to_enrol(station: &Station, enrolee: &Enrolee, led: &Led) -> Result<Enrolled, NotEnrolled> {
    let claims = &led.vouched.claims;
    if claims.session_status != SessionStatus::Success {
        return Err(NotEnrolled::NotPassed);
    }
    let best = led.driven.stills.iter().find(|still| still.slot == Slot::Best);
    let samples = Samples {
        templates: led.driven.gathered.clone(),
        pictures: best.map(|still| still.jpeg.clone()).into_iter().collect(),
        origin: Origin::Session { jti: claims.jti.clone() },
        consent: claims.consent.clone(),
    };
    let config = station.config();
    let mut gallery =
        Gallery::open(&config.device.state_dir).map_err(GalleryError::from).map_err(EnrolFault::from)?;
    let now: Timestamp = station.clock().wall();
    Ok(enrol(&mut gallery, &station.enrolment_rules(), enrolee, samples, Allowed::default(), now)?)
}
