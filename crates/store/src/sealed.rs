//! Sealing: what lies on the flash and must be of no use to whoever takes the flash out.
//!
//! In: bytes, and what they belong to. Out: the same bytes encrypted and bound to that
//! (ChaCha20-Poly1305, RFC 8439), or names as keyed hashes (HMAC-SHA256, RFC 2104: a document's
//! number is guessed from a bare hash). Both keys are derived (HKDF, RFC 5869) from one secret,
//! which lies in a file beside the store, readable by its owner alone. Called by the stores of this
//! crate; each has a secret and a purpose of its own.

pub mod database;
mod secret;

use std::path::Path;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;

pub use self::secret::SecretError;

/// Length of the secret and of what is derived from it, bytes.
pub const KEY_BYTES: usize = 32;

/// Sealed bytes that can't be opened: altered, moved to another place, or sealed with another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry can't be opened: it was altered or moved, or the key is another one")]
pub struct Unsealable;

/// Seals and opens what belongs to one store.
pub struct Sealer {
    names: hmac::Key,
    content: LessSafeKey,
    check: [u8; KEY_BYTES],
}

impl Sealer {
    /// The sealer of the secret in `path`; a new secret where there is none and `may_make`.
    /// `purpose` keeps two stores apart that would have the same secret.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn open(path: &Path, purpose: &'static [u8], may_make: bool) -> Result<Self, SecretError> {
        let secret = secret::read_or_make(path, may_make)?;
        Self::derived(&secret, purpose).map_err(|_| SecretError::Length)
    }

    fn derived(secret: &[u8], purpose: &[u8]) -> Result<Self, ring::error::Unspecified> {
        let key = Salt::new(HKDF_SHA256, purpose).extract(secret);
        let derive = |what: &'static [u8]| {
            let mut bytes = [0; KEY_BYTES];
            // 32 bytes of HKDF-SHA256 always can be had (RFC 5869: up to 255 times 32).
            key.expand(&[what], HKDF_SHA256)?.fill(&mut bytes)?;
            Ok::<_, ring::error::Unspecified>(bytes)
        };
        Ok(Self {
            names: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"names")?),
            // The first store held portraits; what was sealed then must open now.
            content: LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &derive(b"portraits")?)?),
            check: derive(b"check")?,
        })
    }

    /// Tells one secret from another, and nothing of the secret.
    pub fn check_value(&self) -> &[u8; KEY_BYTES] {
        &self.check
    }

    /// A name that nobody can guess without the secret; the same each time.
    pub fn keyed_hash(&self, name: &[u8]) -> Vec<u8> {
        hmac::sign(&self.names, name).as_ref().to_vec()
    }

    /// Seals `plain`, so that it opens only where it belongs to the same.
    ///
    /// # Errors
    /// [`Unsealable`] beyond the cipher's 256 GB.
    pub fn seal(&self, belongs_to: &[u8], mut plain: Vec<u8>) -> Result<Vec<u8>, Unsealable> {
        // 96 random bits: two alike are not to be feared below some billions of entries for a key.
        let nonce: [u8; NONCE_LEN] = rand::random();
        self.content
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(belongs_to), &mut plain)
            .map_err(|_| Unsealable)?;
        Ok([nonce.as_slice(), &plain].concat())
    }

    /// Opens what [`Sealer::seal`] gave.
    ///
    /// # Errors
    /// [`Unsealable`].
    pub fn unseal(&self, belongs_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut bytes = rest.to_vec();
        let plain =
            self.content.open_in_place(nonce, Aad::from(belongs_to), &mut bytes).map_err(|_| Unsealable)?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealer(purpose: &'static [u8]) -> Sealer {
        Sealer::derived(&[7; KEY_BYTES], purpose).unwrap()
    }

    proptest! {
        #[test]
        fn only_the_same_bytes_open_only_where_they_belong(
            plain in proptest::collection::vec(any::<u8>(), 0..200),
            owner in proptest::collection::vec(any::<u8>(), 0..40),
            at in any::<usize>(),
            flip in 1_u8..,
        ) {
            let sealed = sealer(b"a").seal(&owner, plain.clone()).unwrap();
            prop_assert_eq!(sealer(b"a").unseal(&owner, &sealed), Ok(plain));
            prop_assert_eq!(sealer(b"b").unseal(&owner, &sealed), Err(Unsealable), "another purpose");
            let other = [owner.as_slice(), b"x"].concat();
            prop_assert_eq!(sealer(b"a").unseal(&other, &sealed), Err(Unsealable), "another owner");
            let mut altered = sealed.clone();
            let at = at % altered.len();
            altered[at] ^= flip;
            prop_assert_eq!(sealer(b"a").unseal(&owner, &altered), Err(Unsealable));
            prop_assert_eq!(sealer(b"a").unseal(&owner, &sealed[..at]), Err(Unsealable), "cut");
        }
    }

    #[test]
    fn a_name_has_one_hash_for_each_secret() {
        assert_eq!(sealer(b"a").keyed_hash(b"UTO|1"), sealer(b"a").keyed_hash(b"UTO|1"));
        assert_ne!(sealer(b"a").keyed_hash(b"UTO|1"), sealer(b"b").keyed_hash(b"UTO|1"));
        assert_ne!(sealer(b"a").check_value(), sealer(b"b").check_value());
    }
}
