//! The operator's PIN: set at the console, checked on the page, locked after failures.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

use vouch_trust::durable;
use vouch_trust::regular::{self, Links};

/// The hash's file in the state folder.
const FILE: &str = "operator-pin";
/// Longest file, bytes.
const MAX_FILE: u64 = 512;
/// Digits of a PIN.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;
/// Wrong PINs until it is locked.
const TRIES: u32 = 5;
/// How long it is locked. The same as for a partner's login.
const LOCKED: Duration = Duration::from_secs(15 * 60);
/// Memory of one hash in KiB, its passes and lanes: OWASP's least for argon2id, since a board has
/// little memory.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Why a PIN can't be set.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// Not 4 to 12 digits.
    #[error("a PIN has 4 to 12 digits")]
    Digits,
    /// The file.
    #[error("{path}: {source}")]
    File {
        /// Its path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The hash could not be made.
    #[error("the PIN can't be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

/// Sets the PIN of the terminal with this state folder.
///
/// # Errors
/// [`PinError`].
pub fn set(state: &Path, pin: &str) -> Result<(), PinError> {
    if !is_pin(pin) {
        return Err(PinError::Digits);
    }
    let salt = SaltString::generate(&mut OsRng);
    let hash = hasher().hash_password(pin.as_bytes(), &salt).map_err(PinError::Hash)?.to_string();
    let path = state.join(FILE);
    let fail = |source| PinError::File { path: path.clone(), source };
    durable::make_private_folder(state).map_err(fail)?;
    durable::write_whole(&path, hash.as_bytes(), 0o600).map_err(fail)
}

fn is_pin(pin: &str) -> bool {
    DIGITS.contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit())
}

fn hasher() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    // The constants are within argon2's bounds.
    let params = Params::new(memory, passes, lanes, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Checks PINs and counts failures.
pub struct Pin {
    path: PathBuf,
    tries: Mutex<Tries>,
}

#[derive(Debug, Default)]
struct Tries {
    wrong: u32,
    locked: Option<Instant>,
}

impl Pin {
    /// The PIN of the terminal with this state folder.
    pub fn of(state: &Path) -> Self {
        Self { path: state.join(FILE), tries: Mutex::default() }
    }

    /// Whether one is set.
    pub fn is_set(&self) -> bool {
        self.path.is_file()
    }

    /// Checks a PIN. Takes a tenth of a second, on purpose.
    ///
    /// # Errors
    /// `None` if it is wrong, or the time until another try.
    pub fn check(&self, pin: &str) -> Result<(), Option<Duration>> {
        // One check at a time: tries can't be made side by side.
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(locked) = tries.locked {
            match LOCKED.checked_sub(locked.elapsed()) {
                Some(left) if !left.is_zero() => return Err(Some(left)),
                _ => *tries = Tries::default(),
            }
        }
        if self.is_right(pin) {
            *tries = Tries::default();
            return Ok(());
        }
        tries.wrong += 1;
        if tries.wrong < TRIES {
            return Err(None);
        }
        tries.locked = Some(Instant::now());
        tracing::warn!(tries = TRIES, "the service PIN is locked for 15 minutes");
        Err(Some(LOCKED))
    }

    fn is_right(&self, pin: &str) -> bool {
        let Ok(bytes) = regular::read(&self.path, Links::Refused, MAX_FILE) else { return false };
        let Ok(text) = std::str::from_utf8(&bytes) else { return false };
        let Ok(hash) = PasswordHash::new(text) else { return false };
        is_pin(pin) && hasher().verify_password(pin.as_bytes(), &hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_checked_and_locked_after_five_tries() {
        let state = tempfile::tempdir().unwrap();
        let pin = Pin::of(state.path());
        assert!(!pin.is_set() && pin.check("1234").is_err());
        set(state.path(), "4711").unwrap();
        assert!(pin.is_set());
        assert_eq!(pin.check("4711"), Ok(()));
        for _ in 0..4 {
            assert_eq!(pin.check("0000"), Err(None));
        }
        assert!(matches!(pin.check("0000"), Err(Some(wait)) if wait == LOCKED));
        assert!(matches!(pin.check("4711"), Err(Some(_))), "even the right one has to wait");
    }

    #[test]
    fn what_is_no_pin_is_refused() {
        let state = tempfile::tempdir().unwrap();
        for bad in ["", "123", "12a4", "１２３４", "1234567890123"] {
            assert!(matches!(set(state.path(), bad), Err(PinError::Digits)), "{bad}");
        }
    }

    #[test]
    fn a_pin_is_not_kept_in_the_clear() {
        let state = tempfile::tempdir().unwrap();
        set(state.path(), "471147").unwrap();
        let file = std::fs::read_to_string(state.path().join(FILE)).unwrap();
        assert!(file.starts_with("$argon2id$") && !file.contains("471147"));
    }
}
