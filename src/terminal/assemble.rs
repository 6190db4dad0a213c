//! Turns an order into a session that can run; the same for the service and for a session at the
//! console.

use uuid::Uuid;

use super::order::SessionOrder;
use super::records::Records;
use super::references::References;
use super::station::{Asked, Station};
use vouch_contract::claims::ChosenBy;
use vouch_contract::gesture::Gesture;
use vouch_contract::record::Kind;
use vouch_contract::scheme::{Against, Claim, Scan, Scheme};
use vouch_session::challenge::{Challenge, ChallengeError};
use vouch_session::fuse::{MAX_REFERENCES, least_similarity};
use vouch_session::lighting;
use vouch_session::machine::Machine;
use vouch_session::policy::{Policy, PolicyError};

/// Why an order can't become a session here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderFault {
    /// A portrait is missing, but the scheme compares with one.
    #[error(
        "the scheme {0} compares with a portrait: give 1 to {MAX_REFERENCES} of the person with the order"
    )]
    NoReference(Scheme),
    /// More portraits than can be fused.
    #[error("{0} portraits; give {MAX_REFERENCES} at most")]
    ManyReferences(usize),
    /// A portrait was given, but the scheme does not use it.
    #[error("the scheme {0} does not use a bound portrait; leave it out, or order FVBioOnly")]
    IdleReference(Scheme),
    /// Name and number are missing, but the scheme looks up a record by them.
    #[error("the scheme {0} needs the person's name and number with the order")]
    NoClaim(Scheme),
    /// Name and number were given, but the scheme does not use them.
    #[error("the scheme {0} does not use a name and number; leave them out, or order RPBioOnly")]
    IdleClaim(Scheme),
    /// The terminal is not set up for this scheme.
    #[error(
        "this terminal is set up for the scheme {configured}, which has no {lacks}; set session.scheme to {asked}"
    )]
    NotSetUp {
        /// The scheme ordered.
        asked: Scheme,
        /// The scheme configured.
        configured: Scheme,
        /// What the ordered scheme needs and the configured one does not have.
        lacks: &'static str,
    },
    /// A person is to be enrolled who was not asked.
    #[error("a person can be enrolled only with their consent, which is missing from the order")]
    NoConsent,
    /// The gestures are not a challenge.
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
    /// The policy is not valid.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// A session that can run.
pub struct Assembled {
    /// The state machine, fresh.
    pub machine: Machine,
    /// The bound portraits.
    pub references: References,
    /// The bound claim, and the source of records.
    pub records: Records,
    /// What the result states about the order.
    pub asked: Asked,
    /// The rules for this session.
    pub policy: Policy,
    /// The gestures in their order.
    pub challenge: Challenge,
}

impl Station {
    /// Makes a session from an order.
    ///
    /// # Errors
    /// [`OrderFault`]: the order does not fit its scheme or this terminal.
    pub fn assemble(&self, order: &mut SessionOrder) -> Result<Assembled, OrderFault> {
        let configured = self.config().session.scheme;
        let scheme = order.scheme.unwrap_or(configured);
        check(order, scheme, configured)?;
        let of_gallery =
            scheme.needs_record() && self.authority().is_some_and(|source| source.kind() == Kind::Gallery);
        // An entry of the gallery may be fused from several pictures.
        let references = if of_gallery { MAX_REFERENCES } else { order.references.len() };
        let mut policy = self.policy_for(references).clone();
        let (challenge, chosen_by) = choose(&mut policy, &order.gestures)?;
        let colours = lighting::draw(&mut rand::rng(), policy.light.colours);
        let least = least_similarity(&self.policy().calibration());
        let asked = Asked {
            scheme,
            challenge: challenge.gestures().to_vec(),
            chosen_by,
            colours: colours.clone(),
            nonce: order.nonce.take(),
            consent: order.consent.take(),
            session_id: order.session_id.take().unwrap_or_else(|| Uuid::new_v4().to_string()),
        };
        let machine = Machine::new(policy.clone(), scheme, challenge.clone())?.lit_by(colours);
        Ok(Assembled {
            machine: if order.enrol.is_some() { machine.gathering() } else { machine },
            references: References { images: std::mem::take(&mut order.references), least },
            records: Records::new(self.authority().cloned(), order.claim.take()),
            asked,
            policy,
            challenge,
        })
    }
}

/// Whether an order of `scheme` fits a terminal that is set up for `configured`.
///
/// # Errors
/// [`OrderFault`].
pub fn check(order: &SessionOrder, scheme: Scheme, configured: Scheme) -> Result<(), OrderFault> {
    let (plan, set_up) = (scheme.plan(), configured.plan());
    let bound = plan.against == Against::Bound;
    match order.references.len() {
        0 if bound => return Err(OrderFault::NoReference(scheme)),
        1.. if !bound => return Err(OrderFault::IdleReference(scheme)),
        count if count > MAX_REFERENCES => return Err(OrderFault::ManyReferences(count)),
        _ => {}
    }
    match (&order.claim, plan.claim == Claim::Bound) {
        (None, true) => return Err(OrderFault::NoClaim(scheme)),
        (Some(_), false) => return Err(OrderFault::IdleClaim(scheme)),
        _ => {}
    }
    if order.enrol.is_some() && order.consent.is_none() && !order.declined {
        return Err(OrderFault::NoConsent);
    }
    let lacks = if plan.scan != Scan::Never && set_up.scan == Scan::Never {
        Some("scan of a document")
    } else if scheme.needs_record() && !configured.needs_record() {
        Some("authoritative source")
    } else {
        None
    };
    lacks.map_or(Ok(()), |lacks| Err(OrderFault::NotSetUp { asked: scheme, configured, lacks }))
}

/// The gestures of this session: random, or the caller's.
fn choose(policy: &mut Policy, gestures: &[Gesture]) -> Result<(Challenge, ChosenBy), OrderFault> {
    if gestures.is_empty() {
        return Ok((Challenge::draw(&mut rand::rng(), policy)?, ChosenBy::Random));
    }
    let challenge = Challenge::new(gestures)?;
    policy.challenge.set = Gesture::ALL.to_vec();
    // A challenge never has more gestures than fit in a byte.
    policy.challenge.count = u8::try_from(gestures.len()).unwrap_or(u8::MAX);
    Ok((challenge, ChosenBy::Caller))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::authority::FullName;
    use crate::enrolment::Enrolee;
    use crate::terminal::order::Asker;
    use vouch_contract::claims::Consent;

    fn order() -> SessionOrder {
        SessionOrder::plain(Asker::Signal, Duration::ZERO)
    }

    #[test]
    fn an_order_brings_along_what_its_scheme_needs_and_nothing_else() {
        let claim = || crate::authority::Claim::new("ANNA ERIKSSON", "900101300007").ok();
        for scheme in Scheme::ALL {
            let plan = scheme.plan();
            let (bound, claimed) = (plan.against == Against::Bound, plan.claim == Claim::Bound);
            let with = |references: usize, claim| {
                let order = SessionOrder { references: vec![vec![1]; references], claim, ..order() };
                check(&order, scheme, scheme)
            };
            let right = with(usize::from(bound), if claimed { claim() } else { None });
            assert_eq!(right, Ok(()), "{scheme}");
            assert_eq!(with(0, None).is_ok(), !bound && !claimed, "{scheme}");
            assert_eq!(with(1, None).is_ok(), bound && !claimed, "{scheme}");
            assert_eq!(with(0, claim()).is_ok(), !bound && claimed, "{scheme}");
        }
        let many = SessionOrder { references: vec![vec![1]; MAX_REFERENCES + 1], ..order() };
        let fault = check(&many, Scheme::FvBioOnly, Scheme::FvBioOnly);
        assert_eq!(fault, Err(OrderFault::ManyReferences(MAX_REFERENCES + 1)));
    }

    #[test]
    fn nobody_is_enrolled_without_consent() {
        let number = crate::authority::Number::new("1").unwrap();
        let enrolee = Enrolee { number, name: FullName::new("ERIKSSON", "ANNA", None).unwrap() };
        let with = |consent: Option<Consent>| {
            let order = SessionOrder { enrol: Some(enrolee.clone()), consent, ..order() };
            check(&order, Scheme::LivenessOnly, Scheme::LivenessOnly)
        };
        let agreed = Consent {
            version: "1".into(),
            language: "en".into(),
            text_sha256: String::new(),
            agreed_at: String::new(),
        };
        assert_eq!(with(None), Err(OrderFault::NoConsent));
        assert_eq!(with(Some(agreed)), Ok(()));
    }

    #[test]
    fn a_terminal_leads_only_what_it_is_set_up_for() {
        let fits = |scheme, configured| check(&order(), scheme, configured).is_ok();
        assert!(fits(Scheme::LivenessOnly, Scheme::CidDocument));
        assert!(fits(Scheme::CidDocument, Scheme::RpBasic));
        assert!(!fits(Scheme::CidDocument, Scheme::LivenessOnly), "no eye that reads documents");
        assert!(!fits(Scheme::RpManual, Scheme::CidDocument), "nobody to ask for records");
    }
}
