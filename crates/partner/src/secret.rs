//! Tokens and secrets: random, hashed at rest, compared in constant time.
//!
//! A token is 256 random bits. The database holds only its SHA-256: a hash without salt is enough,
//! because nobody can try 2^256 tokens. A partner's secret may be a password, so it is held as
//! argon2id.

use std::fmt;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Bytes of a token.
const TOKEN_BYTES: usize = 32;
/// Characters of a token: base64url without padding.
pub const TOKEN_LENGTH: usize = 43;
/// Shortest secret that a partner may have, in characters.
pub const MIN_SECRET: usize = 16;
/// Longest secret, in bytes. Hashing time does not depend on it, reading it does.
pub const MAX_SECRET: usize = 256;
/// Argon2id: 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet, 2025).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// A token in the clear: it exists only on its way to the partner or from it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token(String);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
        fill(bytes.as_mut())?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes.as_ref())))
    }

    /// Reads a token. `None` if it can't be one.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.len() == TOKEN_LENGTH
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        shape.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database holds of it.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// Hides the token.
impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// The system has no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers; check /dev/urandom")]
pub struct NoRandomness;

/// Fills `bytes` at random.
///
/// # Errors
/// [`NoRandomness`].
pub fn fill(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    SystemRandom::new().fill(bytes).map_err(|_| NoRandomness)
}

/// Whether two digests are equal, in constant time.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// Why a partner's secret is refused or can't be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// Too short or too long.
    #[error("a partner's secret must have {MIN_SECRET} to {MAX_SECRET} characters; let Vouch make one")]
    Length,
    /// Hashing failed: no memory, no randomness.
    #[error("the secret can't be hashed; check that 32 MiB of memory are free")]
    Hashing,
}

/// Hashes a secret with argon2id, in PHC form. Takes tens of milliseconds and 19 MiB.
///
/// # Errors
/// [`SecretFault`].
pub fn hash_secret(secret: &str) -> Result<String, SecretFault> {
    if secret.chars().count() < MIN_SECRET || secret.len() > MAX_SECRET {
        return Err(SecretFault::Length);
    }
    let mut salt = [0; 16];
    fill(&mut salt).map_err(|_| SecretFault::Hashing)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| SecretFault::Hashing)?;
    let hash = argon2id()?.hash_password(secret.as_bytes(), &salt).map_err(|_| SecretFault::Hashing)?;
    Ok(hash.to_string())
}

/// Whether `secret` is the one behind `hash`. Takes as long as hashing it.
pub fn verify_secret(secret: &str, hash: &str) -> bool {
    let (Ok(hash), Ok(argon2id)) = (PasswordHash::new(hash), argon2id()) else { return false };
    argon2id.verify_password(secret.as_bytes(), &hash).is_ok()
}

fn argon2id() -> Result<Argon2<'static>, SecretFault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| SecretFault::Hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_differ_and_are_read_back() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(one.as_str(), other.as_str());
        assert_eq!(one.as_str().len(), TOKEN_LENGTH);
        assert_eq!(Token::parse(one.as_str()).unwrap().hash(), one.hash());
        assert!(!format!("{one:?}").contains(one.as_str()));
    }

    #[test]
    fn a_secret_is_known_by_its_hash_only() {
        let hash = hash_secret("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_secret("correct horse battery", &hash));
        assert!(!verify_secret("correct horse batterz", &hash));
        assert!(!verify_secret("correct horse battery", "no hash"));
        assert_eq!(hash_secret("short"), Err(SecretFault::Length));
        assert_eq!(hash_secret(&"x".repeat(MAX_SECRET + 1)), Err(SecretFault::Length));
    }

    proptest! {
        #[test]
        fn what_is_read_as_a_token_is_safe_in_an_address(text in "\\PC{0,60}|[A-Za-z0-9_=-]{40,46}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert_eq!(token.as_str(), text.as_str());
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && !b"&?#=/".contains(&byte)));
            }
        }
    }
}
