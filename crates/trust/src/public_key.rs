//! The public half of a device's key and every name that follows from it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use sha2::{Digest, Sha256};

use super::key::KeyError;

/// UEID type byte for a random or hash-made identifier (RFC 9711, 4.2.1: RAND).
const UEID_RAND: u8 = 0x01;
/// Bytes of the key's digest in a UEID; RFC 9711 requires at least 128 bits.
const UEID_DIGEST: usize = 16;

/// A P-256 public key and the names that follow from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    spki: Vec<u8>,
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`KeyError::PublicKey`] when it is not a valid point on P-256.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_der(der).map_err(|_| KeyError::PublicKey)?;
        Self::new(key)
    }

    pub(super) fn new(key: VerifyingKey) -> Result<Self, KeyError> {
        let spki = key.to_public_key_der().map_err(|_| KeyError::PublicKey)?.into_vec();
        Ok(Self { key, spki })
    }

    /// DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The uncompressed point, 65 bytes (SEC 1, 2.3.3).
    pub fn point(&self) -> Vec<u8> {
        self.key.to_encoded_point(false).as_bytes().to_vec()
    }

    /// True when `signature` (`r || s`) is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify(message, &signature).is_ok())
    }

    /// Thumbprint of the public JWK: base64url SHA-256 (RFC 7638).
    pub fn thumbprint(&self) -> String {
        let point = self.key.to_encoded_point(false);
        let [x, y] = [point.x(), point.y()]
            .map(|part| URL_SAFE_NO_PAD.encode(part.map_or(&[][..], |bytes| &bytes[..])));
        // RFC 7638, 3.2: the required members only, in this order, no spaces.
        let jwk = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
    }

    /// Universal Entity ID (RFC 9711, 4.2.1), base64url: type byte 0x01 and the
    /// first 16 bytes of SHA-256 over the SPKI. A verifier can compute it from the
    /// certificate's key.
    pub fn ueid(&self) -> String {
        let digest = Sha256::digest(&self.spki);
        let mut bytes = [UEID_RAND; 1 + UEID_DIGEST];
        bytes[1..].copy_from_slice(&digest[..UEID_DIGEST]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// `vouch-` and the first 12 hex digits of SHA-256 over the SPKI: the name of a
    /// device that has none configured.
    pub fn default_device_id(&self) -> String {
        let digest = Sha256::digest(&self.spki);
        format!("vouch-{}", hex::encode(&digest[..6]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{FileKey, Signer};

    #[test]
    fn names_follow_from_the_key() {
        let key = FileKey::generate().unwrap();
        let public = key.public_key();
        let ueid = URL_SAFE_NO_PAD.decode(public.ueid()).unwrap();
        assert_eq!(ueid.len(), 17);
        assert_eq!(ueid[0], 0x01);
        assert_eq!(ueid[1..], Sha256::digest(public.spki())[..16]);
        assert_eq!(public.default_device_id().len(), "vouch-".len() + 12);
        assert_eq!(PublicKey::from_spki(public.spki()).unwrap(), *public);
    }

    #[test]
    fn the_thumbprint_is_rfc_7638s() {
        // The P-256 key of RFC 7517, A.1; its thumbprint by another library.
        let x = URL_SAFE_NO_PAD.decode("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4").unwrap();
        let y = URL_SAFE_NO_PAD.decode("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM").unwrap();
        let point = [&[4][..], &x, &y].concat();
        let key = PublicKey::new(VerifyingKey::from_sec1_bytes(&point).unwrap()).unwrap();
        assert_eq!(key.thumbprint(), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
        assert_eq!(key.point(), point);
    }
}
