//! The challenge: which gestures, in which order. Drawn outside the machine, so
//! that the machine stays replayable.

use rand::CryptoRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::session::policy::{Policy, PolicyError};
use crate::session::types::Gesture;

/// Most gestures one challenge can have: there are no more kinds.
pub const MAX_GESTURES: usize = Gesture::ALL.len();

/// Different gestures in a fixed order, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Gesture>")]
pub struct Challenge(heapless::Vec<Gesture, MAX_GESTURES>);

/// Why a list of gestures is no challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// Nothing asked.
    #[error("a challenge needs at least one gesture")]
    Empty,
    /// The same gesture twice (or more gestures than kinds).
    #[error("a challenge asks for each gesture at most once")]
    Repeated,
}

impl Challenge {
    /// A challenge of these gestures in this order: for replays and tests. A real
    /// session draws its own, see [`Challenge::draw`].
    ///
    /// # Errors
    /// When the list is empty or names a gesture twice.
    pub fn new(gestures: &[Gesture]) -> Result<Self, ChallengeError> {
        if gestures.is_empty() {
            return Err(ChallengeError::Empty);
        }
        let mut chosen = heapless::Vec::new();
        for gesture in gestures {
            if chosen.contains(gesture) || chosen.push(*gesture).is_err() {
                return Err(ChallengeError::Repeated);
            }
        }
        Ok(Self(chosen))
    }

    /// Draws `policy.challenge.count` different gestures of its set in random
    /// order, each order as likely as any other. The generator must be one for
    /// secrets: a challenge that can be foretold can be filmed beforehand.
    ///
    /// # Errors
    /// When the policy's challenge makes no sense.
    pub fn draw<R: CryptoRng + ?Sized>(rng: &mut R, policy: &Policy) -> Result<Self, PolicyError> {
        policy.check()?;
        let mut set = policy.challenge.set.clone();
        let (drawn, _) = set.partial_shuffle(rng, policy.challenge.count.into());
        Self::new(drawn).map_err(|error| PolicyError { field: "challenge", why: error.to_string() })
    }

    /// The gestures in their order.
    pub fn gestures(&self) -> &[Gesture] {
        &self.0
    }

    /// Whether `policy` could have drawn this one.
    pub(crate) fn fits(&self, policy: &Policy) -> bool {
        self.0.len() == usize::from(policy.challenge.count)
            && self.0.iter().all(|g| policy.challenge.set.contains(g))
    }
}

impl TryFrom<Vec<Gesture>> for Challenge {
    type Error = ChallengeError;

    fn try_from(gestures: Vec<Gesture>) -> Result<Self, Self::Error> {
        Self::new(&gestures)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn every_order_is_drawn_about_equally_often() {
        let mut rng = StdRng::seed_from_u64(1);
        let policy = Policy::default();
        let mut seen: HashMap<Vec<Gesture>, u32> = HashMap::new();
        for _ in 0..12_000 {
            let challenge = Challenge::draw(&mut rng, &policy).unwrap();
            assert!(challenge.fits(&policy));
            *seen.entry(challenge.gestures().to_vec()).or_default() += 1;
        }
        assert_eq!(seen.len(), 120, "5 * 4 * 3 * 2 orders");
        // Expected 100 each; four standard deviations are 40.
        assert!(seen.values().all(|count| (60..=140).contains(count)));
    }

    #[test]
    fn nonsense_is_no_challenge() {
        use Gesture::{Blink, Nod};
        assert_eq!(Challenge::new(&[]), Err(ChallengeError::Empty));
        assert_eq!(Challenge::new(&[Blink, Nod, Blink]), Err(ChallengeError::Repeated));
        assert!(serde_json::from_str::<Challenge>(r#"["blink","blink"]"#).is_err());
        let mut policy = Policy::default();
        policy.challenge.count = 9;
        assert!(Challenge::draw(&mut StdRng::seed_from_u64(1), &policy).is_err());
    }
}
