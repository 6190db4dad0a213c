//! What a partner bound to a session that has not begun yet: name, number, pictures.
//!
//! In memory only and bounded: nothing of a person is on the disk before the person is there. A
//! restart loses it, and the partner must ask for another token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vouch_contract::clock::Clock;

use crate::desk::{Claim, Picture};

/// Most bytes of pictures kept.
const MAX_BYTES: usize = 96 << 20;
/// Most sessions with something bound.
const MAX_SESSIONS: usize = 10_000;

/// What a partner bound to a session.
#[derive(Debug, Default)]
pub(crate) struct Bound {
    pub claim: Option<Claim>,
    pub references: Vec<Picture>,
    pub card_photos: Vec<Picture>,
}

impl Bound {
    pub fn is_empty(&self) -> bool {
        self.claim.is_none() && self.references.is_empty() && self.card_photos.is_empty()
    }

    fn bytes(&self) -> usize {
        self.references.iter().chain(&self.card_photos).map(|picture| picture.0.len()).sum()
    }
}

/// There is no room for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRoom;

struct Kept {
    bound: Bound,
    until: Duration,
}

pub(crate) struct Vault {
    clock: Arc<dyn Clock>,
    kept: Mutex<HashMap<String, Kept>>,
}

impl Vault {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, kept: Mutex::default() }
    }

    /// Keeps what is bound to the session `id` for so many seconds.
    pub fn keep(&self, id: &str, bound: Bound, seconds: i64) -> Result<(), NoRoom> {
        let now = self.clock.monotonic();
        let mut kept = self.kept();
        kept.retain(|_, one| one.until > now);
        let bytes: usize = kept.values().map(|one| one.bound.bytes()).sum();
        if kept.len() >= MAX_SESSIONS || bytes + bound.bytes() > MAX_BYTES {
            return Err(NoRoom);
        }
        let until = now + Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        kept.insert(id.to_owned(), Kept { bound, until });
        Ok(())
    }

    /// Takes out what is bound to the session.
    pub fn take(&self, id: &str) -> Option<Bound> {
        let now = self.clock.monotonic();
        self.kept().remove(id).filter(|one| one.until > now).map(|one| one.bound)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_clock::TestClock;

    fn picture(bytes: usize) -> Bound {
        Bound { references: vec![Picture(vec![0; bytes])], ..Bound::default() }
    }

    #[test]
    fn what_is_bound_is_taken_once_and_not_after_its_time() {
        let clock = Arc::new(TestClock::default());
        let vault = Vault::new(clock.clone());
        vault.keep("a", picture(1), 60).unwrap();
        assert!(vault.take("a").is_some() && vault.take("a").is_none());
        vault.keep("b", picture(1), 60).unwrap();
        clock.pass(Duration::from_secs(60));
        assert!(vault.take("b").is_none());
    }

    #[test]
    fn the_vault_is_bounded_and_time_makes_room() {
        let clock = Arc::new(TestClock::default());
        let vault = Vault::new(clock.clone());
        let full = (0..100).take_while(|n| vault.keep(&n.to_string(), picture(8 << 20), 60).is_ok()).count();
        assert_eq!(full, 12);
        clock.pass(Duration::from_secs(60));
        assert_eq!(vault.keep("later", picture(8 << 20), 60), Ok(()));
    }
}
