//! The key that a page must know. It keeps this machine's other users and programs out.

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use vouch_trust::durable;
use vouch_trust::regular::{self, Links};

/// The key's file in the state folder. It stays, so that a page outlives the terminal.
const FILE: &str = "kiosk.key";
/// Random bytes in a key.
const BYTES: usize = 32;

/// The page's key.
#[derive(Clone)]
pub struct PageKey(String);

impl PageKey {
    /// The key in the state folder; made at the first start.
    ///
    /// # Errors
    /// The system's.
    pub fn open_or_create(state: &Path) -> io::Result<Self> {
        let path = state.join(FILE);
        match regular::read(&path, Links::Refused, 2 * BYTES as u64) {
            Ok(bytes) if is_key(&bytes) => {
                return Ok(Self(String::from_utf8_lossy(&bytes).into_owned()));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let key = hex::encode(rand::random::<[u8; BYTES]>());
        durable::write_whole(&path, key.as_bytes(), 0o600)?;
        Ok(Self(key))
    }

    /// The key, for the address that opens the page.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether `given` is the key. Digests are compared, so the time says nothing about the key.
    pub fn is(&self, given: &str) -> bool {
        Sha256::digest(given.as_bytes()) == Sha256::digest(self.0.as_bytes())
    }
}

fn is_key(bytes: &[u8]) -> bool {
    bytes.len() == 2 * BYTES && bytes.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_and_a_broken_one_is_replaced() {
        let state = tempfile::tempdir().unwrap();
        let key = PageKey::open_or_create(state.path()).unwrap();
        let again = PageKey::open_or_create(state.path()).unwrap();
        assert!(key.is(again.text()) && !key.is("") && !key.is(&key.text()[1..]));
        std::fs::write(state.path().join(FILE), "short").unwrap();
        let other = PageKey::open_or_create(state.path()).unwrap();
        assert!(!key.is(other.text()));
    }
}
