//! The challenge: which gestures, in which order. Drawn outside the machine, so that a session can
//! be replayed.

use rand::{CryptoRng, Rng as _};
use serde::{Deserialize, Serialize};

use crate::policy::{Policy, PolicyError};
use vouch_contract::gesture::Gesture;

/// Most gestures in one challenge.
pub const MAX_GESTURES: usize = Gesture::ALL.len();
/// Different gestures that a drawn challenge has at least, or fewer if it has fewer gestures or a
/// smaller set to draw from. With only two alternating gestures, an attacker who can produce two
/// movements would pass.
const MIN_KINDS: usize = 3;

/// One or more gestures in a fixed order, never the same one twice in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Gesture>")]
pub struct Challenge(Order);

type Order = heapless::Vec<Gesture, MAX_GESTURES>;

/// Why a list of gestures is not a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// The list is empty.
    #[error("a challenge needs at least one gesture")]
    Empty,
    /// The same gesture twice in a row: the two could not be told apart.
    #[error("a challenge must not ask for the same gesture twice in a row")]
    Repeated,
    /// More than [`MAX_GESTURES`].
    #[error("a challenge asks for {MAX_GESTURES} gestures at most")]
    TooLong,
}

impl Challenge {
    /// A challenge of these gestures in this order, for replays and tests. A real session draws its
    /// own: see [`Challenge::draw`].
    ///
    /// # Errors
    /// When the list is empty, too long, or repeats a gesture twice in a row.
    pub fn new(gestures: &[Gesture]) -> Result<Self, ChallengeError> {
        if gestures.is_empty() {
            return Err(ChallengeError::Empty);
        }
        if gestures.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(ChallengeError::Repeated);
        }
        Order::from_slice(gestures).map(Self).map_err(|_| ChallengeError::TooLong)
    }

    /// Draws one of [`Challenge::possible`], all equally likely. `rng` must be cryptographically
    /// secure: an attacker who can predict the challenge can film it beforehand.
    ///
    /// # Errors
    /// When the policy allows no challenge.
    pub fn draw<R: CryptoRng + ?Sized>(rng: &mut R, policy: &Policy) -> Result<Self, PolicyError> {
        policy.check()?;
        let mut possible = Self::possible(&policy.challenge.set, policy.challenge.count.into());
        if possible.is_empty() {
            let why = "allows no challenge at all".to_owned();
            return Err(PolicyError { field: "challenge", why });
        }
        Ok(possible.swap_remove(rng.random_range(0..possible.len())))
    }

    /// Every challenge of `count` gestures from `set`: never the same twice in a row; at least
    /// three different gestures; at least one movement of eyes or mouth, which a photograph can't
    /// make; and at least one turn, which shows depth. Each rule applies as far as `set` and
    /// `count` allow. Four of all five gestures: 264. Searches at most 5 x 4 x 4 x 4 x 4 orders.
    pub fn possible(set: &[Gesture], count: usize) -> Vec<Self> {
        let mut orders: Vec<Order> = vec![Order::new()];
        for _ in 0..count.min(MAX_GESTURES) {
            let longer = |order: &Order| {
                let order = order.clone();
                let last = order.last().copied();
                set.iter().filter(move |next| last != Some(**next)).filter_map(move |next| {
                    let mut order = order.clone();
                    order.push(*next).ok().map(|()| order)
                })
            };
            orders = orders.iter().flat_map(longer).collect();
        }
        orders.retain(|order| is_mixed(order, set));
        orders.into_iter().filter(|order| !order.is_empty()).map(Self).collect()
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

/// See [`Challenge::possible`].
fn is_mixed(order: &[Gesture], set: &[Gesture]) -> bool {
    let kinds = Gesture::ALL.iter().filter(|gesture| order.contains(gesture)).count();
    let shows = |wanted: fn(Gesture) -> bool| {
        let asked_for = order.len() > 1 && set.iter().any(|gesture| wanted(*gesture));
        !asked_for || order.iter().any(|gesture| wanted(*gesture))
    };
    kinds >= MIN_KINDS.min(order.len()).min(set.len())
        && shows(|gesture| matches!(gesture, Gesture::Blink | Gesture::OpenMouth))
        && shows(|gesture| matches!(gesture, Gesture::TurnLeft | Gesture::TurnRight))
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
        for _ in 0..26_400 {
            let challenge = Challenge::draw(&mut rng, &policy).unwrap();
            assert!(challenge.fits(&policy));
            *seen.entry(challenge.gestures().to_vec()).or_default() += 1;
        }
        // 5 * 4 * 4 * 4 orders, minus those with only two gestures (20), those without eyes and
        // mouth (24) and those without a turn (24); 6 of each 24 have only two gestures.
        assert_eq!(seen.len(), 264);
        // Expected 100 each; four and a half standard deviations are 45.
        assert!(seen.values().all(|count| (55..=145).contains(count)));
    }

    #[test]
    fn each_challenge_has_what_a_photograph_lacks() {
        use Gesture::{Blink, Nod, OpenMouth, TurnLeft, TurnRight};
        for challenge in Challenge::possible(&Gesture::ALL, 4) {
            let gestures = challenge.gestures();
            let has = |wanted: [Gesture; 2]| gestures.iter().any(|gesture| wanted.contains(gesture));
            assert!(has([Blink, OpenMouth]) && has([TurnLeft, TurnRight]), "{gestures:?}");
            assert!(gestures.windows(2).all(|pair| pair[0] != pair[1]), "{gestures:?}");
        }
        assert_eq!(Challenge::possible(&Gesture::ALL, 1).len(), 5);
        assert_eq!(Challenge::possible(&[Nod], 1).len(), 1);
        assert_eq!(Challenge::possible(&[Nod, Blink], 2).len(), 2);
        // The set has no turn, so none is required.
        assert_eq!(Challenge::possible(&[Nod, Blink, OpenMouth], 3).len(), 6);
        assert!(Challenge::possible(&[], 3).is_empty());
    }

    #[test]
    fn nonsense_is_no_challenge() {
        use Gesture::{Blink, Nod};
        assert_eq!(Challenge::new(&[]), Err(ChallengeError::Empty));
        assert_eq!(Challenge::new(&[Blink, Blink, Nod]), Err(ChallengeError::Repeated));
        assert_eq!(Challenge::new(&[Blink, Nod, Blink]).map(|c| c.gestures().len()), Ok(3));
        assert_eq!(Challenge::new(&[Blink, Nod, Blink, Nod, Blink, Nod]), Err(ChallengeError::TooLong));
        assert!(serde_json::from_str::<Challenge>(r#"["blink","blink"]"#).is_err());
        let mut policy = Policy::default();
        policy.challenge.count = 9;
        assert!(Challenge::draw(&mut StdRng::seed_from_u64(1), &policy).is_err());
    }
}
