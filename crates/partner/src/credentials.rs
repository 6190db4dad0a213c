//! Whether a partner's secret is right, without hashing it for each call.
//!
//! Argon2id takes tens of milliseconds and 19 MiB on purpose. TongDun's protocol sends the secret
//! with every call. So a secret that was found right is remembered for a few minutes, in memory, as
//! an HMAC under a key that only this process has. It is forgotten at once when the secret changes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ring::hmac;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use vouch_contract::clock::Clock;
use zeroize::Zeroizing;

use crate::secret::{MAX_SECRET, NoRandomness, SecretFault, fill, hash_secret, same, verify_secret};

/// Hashes computed at once: two take 38 MiB.
const MAX_HASHING: usize = 2;
/// Logins waiting for a hash; more are told to try again.
const MAX_QUEUED: usize = 64;
/// How long a secret is known without hashing.
const KNOWN_FOR: Duration = Duration::from_secs(5 * 60);
/// Most secrets known at once: no more than there can be partners.
const MAX_KNOWN: usize = 1024;

/// What the check of a secret gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    Wrong,
    /// Too many logins are being checked.
    Crowded,
}

struct Known {
    /// SHA-256 of the argon2id text that it was compared with: another secret has another.
    of: [u8; 32],
    until: Duration,
}

pub(crate) struct Credentials {
    key: hmac::Key,
    clock: Arc<dyn Clock>,
    known: Mutex<HashMap<[u8; 32], Known>>,
    hashing: Arc<Semaphore>,
    queued: AtomicUsize,
    /// The hash of a secret that nobody knows, so that an unknown partner takes as long as a wrong
    /// secret.
    nobody: String,
}

impl Credentials {
    pub fn new(clock: Arc<dyn Clock>) -> Result<Self, SecretFault> {
        let random = |_: NoRandomness| SecretFault::Hashing;
        let (mut key, mut nobody) = ([0; 32], [0; 32]);
        fill(&mut key).and_then(|()| fill(&mut nobody)).map_err(random)?;
        let nobody: String = nobody.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            clock,
            known: Mutex::default(),
            hashing: Arc::new(Semaphore::new(MAX_HASHING)),
            queued: AtomicUsize::new(0),
            nobody: hash_secret(&nobody)?,
        })
    }

    /// Checks a secret. `hash`: the partner's, or `None` if there is no such partner.
    pub async fn check(&self, code: &str, secret: &str, hash: Option<&str>) -> Verdict {
        if secret.len() > MAX_SECRET {
            return Verdict::Wrong;
        }
        let tag = self.tag(code, secret);
        if hash.is_some_and(|hash| self.is_known(&tag, hash)) {
            return Verdict::Right;
        }
        if self.queued.fetch_add(1, Ordering::SeqCst) >= MAX_QUEUED {
            self.queued.fetch_sub(1, Ordering::SeqCst);
            return Verdict::Crowded;
        }
        let _place = Place(&self.queued);
        let Ok(permit) = self.hashing.clone().acquire_owned().await else { return Verdict::Crowded };
        // Whoever waited beside the first of many calls finds it known by now.
        if hash.is_some_and(|hash| self.is_known(&tag, hash)) {
            return Verdict::Right;
        }
        let (compared, given) = (hash.unwrap_or(&self.nobody).to_owned(), Zeroizing::new(secret.to_owned()));
        let right = tokio::task::spawn_blocking(move || {
            let right = verify_secret(&given, &compared);
            drop(permit);
            right
        });
        let right = right.await.unwrap_or(false);
        match hash.filter(|_| right) {
            Some(hash) => {
                self.remember(tag, hash);
                Verdict::Right
            }
            None => Verdict::Wrong,
        }
    }

    fn tag(&self, code: &str, secret: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        // Codes have no zero byte, so no two pairs give one text.
        context.update(code.as_bytes());
        context.update(&[0]);
        context.update(secret.as_bytes());
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    fn is_known(&self, tag: &[u8; 32], hash: &str) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(tag).filter(|known| known.until > self.clock.monotonic());
        found.is_some_and(|known| same(&known.of, &digest(hash)))
    }

    fn remember(&self, tag: [u8; 32], hash: &str) {
        let now = self.clock.monotonic();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.retain(|_, one| one.until > now);
        }
        if known.len() < MAX_KNOWN {
            known.insert(tag, Known { of: digest(hash), until: now + KNOWN_FOR });
        }
    }
}

/// A place in the queue; left when dropped, also if the caller hangs up.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn digest(hash: &str) -> [u8; 32] {
    Sha256::digest(hash.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_clock::TestClock;

    const SECRET: &str = "a long enough secret";

    #[tokio::test]
    async fn a_secret_is_hashed_once_and_forgotten_when_it_changes_or_after_its_time() {
        let clock = Arc::new(TestClock::default());
        let credentials = Credentials::new(clock.clone()).unwrap();
        let hash = hash_secret(SECRET).unwrap();
        let tag = credentials.tag("bank", SECRET);
        assert_eq!(credentials.check("bank", SECRET, Some(&hash)).await, Verdict::Right);
        assert!(credentials.is_known(&tag, &hash));
        assert!(!credentials.is_known(&tag, &hash_secret("another secret then").unwrap()));
        assert!(!credentials.is_known(&credentials.tag("shop", SECRET), &hash));
        clock.pass(KNOWN_FOR);
        assert!(!credentials.is_known(&tag, &hash));
    }

    #[tokio::test]
    async fn wrong_secrets_and_unknown_partners_are_wrong() {
        let credentials = Credentials::new(Arc::new(TestClock::default())).unwrap();
        let hash = hash_secret(SECRET).unwrap();
        assert_eq!(credentials.check("bank", "another secret!!", Some(&hash)).await, Verdict::Wrong);
        assert_eq!(credentials.check("nobody", SECRET, None).await, Verdict::Wrong);
        let long = "x".repeat(MAX_SECRET + 1);
        assert_eq!(credentials.check("bank", &long, Some(&hash)).await, Verdict::Wrong);
        assert_eq!(credentials.queued.load(Ordering::SeqCst), 0);
    }
}
