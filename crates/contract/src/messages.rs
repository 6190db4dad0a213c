//! The payloads: versioned JSON, bounded, unknown fields refused.
//!
//! `v` counts breaking changes. A reader that receives another `v` refuses the message instead of
//! guessing. docs/schemas/*.json specify the same for other software.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The version of every payload in this file.
pub const VERSION: u8 = 1;

/// Longest JWS in bytes. A result has about 5 KiB of claims and certificates; the rest is room for
/// longer chains and more steps. Media are never included.
pub const MAX_JWS: usize = 256 * 1024;

/// Longest result payload: the JWS, the three other fields, and JSON punctuation.
pub const MAX_RESULT_PAYLOAD: usize = MAX_JWS + 1024;

/// Longest acknowledgement payload.
pub const MAX_ACK_PAYLOAD: usize = 2048;

/// Longest state payload.
pub const MAX_STATE_PAYLOAD: usize = 1024;

/// Longest reason in an acknowledgement, in characters.
pub const MAX_REASON: usize = 256;

/// Longest firmware version in a state, in characters.
pub const MAX_FIRMWARE: usize = 64;

/// Longest `jti`, in characters (a UUID has 36).
pub const MAX_JTI: usize = 64;

/// Characters of a SHA-256 in base64url without padding.
pub const DIGEST_LENGTH: usize = 43;

/// SHA-256 of a JWS in its compact form, base64url without padding.
pub fn digest(jws: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(jws.as_bytes()))
}

/// Device to hub: one signed result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultEnvelope {
    /// Payload version.
    pub v: u8,
    /// The result's id, which makes a second delivery harmless.
    pub jti: String,
    /// The device's running number of results, from 1.
    pub seq: u64,
    /// The result, a JWS in compact form (RFC 7515, 3.1).
    pub jws: String,
}

/// Hub to device: what happened to a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ack {
    /// Payload version.
    pub v: u8,
    /// The result's id.
    pub jti: String,
    /// True: it is on the hub's disk. False: the hub will never accept it.
    pub stored: bool,
    /// [`digest`] of the JWS as the hub stored (or refused) it.
    pub sha256: String,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Device to all, retained: whether the device is online.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct State {
    /// Payload version.
    pub v: u8,
    /// True in the birth message, false in the last will and at a clean stop.
    pub online: bool,
    /// When this payload was written. For a last will that is the time of connecting: the broker
    /// sends it later, unchanged (MQTT 5, 3.1.2.5).
    pub since: Timestamp,
    /// The firmware's version.
    pub firmware: String,
    /// Sequence number of the latest result the device has signed; 0 if none yet.
    pub last_seq: u64,
}

/// A payload that does not match its topic's format.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// More bytes than the payload may have.
    #[error("{what} payload has {length} bytes, the limit is {limit}")]
    TooLarge {
        /// result, ack or state.
        what: &'static str,
        /// Bytes found.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not JSON of this shape.
    #[error("{what} payload is not the JSON that docs/asyncapi.yaml describes: {source}")]
    Shape {
        /// result, ack or state.
        what: &'static str,
        /// The reader's error.
        source: serde_json::Error,
    },
    /// Another payload version.
    #[error("{what} payload has version {found}, this software reads version {VERSION}")]
    Version {
        /// result, ack or state.
        what: &'static str,
        /// The version found.
        found: u8,
    },
    /// A field's content is not allowed.
    #[error("{what} payload: field {field} is empty, out of bounds or has forbidden characters")]
    Field {
        /// result, ack or state.
        what: &'static str,
        /// The field.
        field: &'static str,
    },
}

impl ResultEnvelope {
    const WHAT: &'static str = "result";

    /// Wraps a signed result.
    pub fn new(jti: &str, seq: u64, jws: &str) -> Self {
        Self { v: VERSION, jti: jti.to_owned(), seq, jws: jws.to_owned() }
    }

    /// To JSON, within bounds.
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        self.check()?;
        encode(Self::WHAT, self, MAX_RESULT_PAYLOAD)
    }

    /// From JSON, within bounds. Does not check the signature.
    pub fn decode(payload: &[u8]) -> Result<Self, MessageError> {
        let envelope: Self = decode(Self::WHAT, payload, MAX_RESULT_PAYLOAD)?;
        envelope.check()?;
        Ok(envelope)
    }

    fn check(&self) -> Result<(), MessageError> {
        check_version(Self::WHAT, self.v)?;
        check_field(Self::WHAT, "jti", is_jti(&self.jti))?;
        check_field(Self::WHAT, "seq", self.seq > 0)?;
        check_field(Self::WHAT, "jws", is_compact_jws(&self.jws))
    }
}

impl Ack {
    const WHAT: &'static str = "ack";

    /// Says that the result is on the hub's disk.
    pub fn stored(jti: &str, sha256: String) -> Self {
        Self { v: VERSION, jti: jti.to_owned(), stored: true, sha256, reason: None }
    }

    /// Says that the hub will never accept the result, with the reason cut to [`MAX_REASON`].
    pub fn refused(jti: &str, sha256: String, reason: &str) -> Self {
        Self {
            v: VERSION,
            jti: jti.to_owned(),
            stored: false,
            sha256,
            reason: Some(reason.chars().take(MAX_REASON).collect()),
        }
    }

    /// To JSON, within bounds.
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        self.check()?;
        encode(Self::WHAT, self, MAX_ACK_PAYLOAD)
    }

    /// From JSON, within bounds.
    pub fn decode(payload: &[u8]) -> Result<Self, MessageError> {
        let ack: Self = decode(Self::WHAT, payload, MAX_ACK_PAYLOAD)?;
        ack.check()?;
        Ok(ack)
    }

    fn check(&self) -> Result<(), MessageError> {
        check_version(Self::WHAT, self.v)?;
        check_field(Self::WHAT, "jti", is_jti(&self.jti))?;
        check_field(Self::WHAT, "sha256", is_digest(&self.sha256))?;
        let reason = self.reason.as_deref().unwrap_or_default();
        check_field(Self::WHAT, "reason", reason.chars().count() <= MAX_REASON)
    }
}

impl State {
    const WHAT: &'static str = "state";

    /// To JSON, within bounds.
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        self.check()?;
        encode(Self::WHAT, self, MAX_STATE_PAYLOAD)
    }

    /// From JSON, within bounds.
    pub fn decode(payload: &[u8]) -> Result<Self, MessageError> {
        let state: Self = decode(Self::WHAT, payload, MAX_STATE_PAYLOAD)?;
        state.check()?;
        Ok(state)
    }

    fn check(&self) -> Result<(), MessageError> {
        check_version(Self::WHAT, self.v)?;
        let length = self.firmware.chars().count();
        check_field(Self::WHAT, "firmware", (1..=MAX_FIRMWARE).contains(&length))
    }
}

fn encode<T: Serialize>(what: &'static str, message: &T, limit: usize) -> Result<Vec<u8>, MessageError> {
    let payload = serde_json::to_vec(message).map_err(|source| MessageError::Shape { what, source })?;
    check_length(what, payload.len(), limit)?;
    Ok(payload)
}

fn decode<'a, T: Deserialize<'a>>(
    what: &'static str,
    payload: &'a [u8],
    limit: usize,
) -> Result<T, MessageError> {
    check_length(what, payload.len(), limit)?;
    serde_json::from_slice(payload).map_err(|source| MessageError::Shape { what, source })
}

fn check_length(what: &'static str, length: usize, limit: usize) -> Result<(), MessageError> {
    if length > limit {
        return Err(MessageError::TooLarge { what, length, limit });
    }
    Ok(())
}

fn check_version(what: &'static str, found: u8) -> Result<(), MessageError> {
    if found != VERSION {
        return Err(MessageError::Version { what, found });
    }
    Ok(())
}

fn check_field(what: &'static str, field: &'static str, good: bool) -> Result<(), MessageError> {
    if !good {
        return Err(MessageError::Field { what, field });
    }
    Ok(())
}

/// `[A-Za-z0-9_-]{1,64}`: it becomes part of a file name on the hub.
fn is_jti(text: &str) -> bool {
    (1..=MAX_JTI).contains(&text.len()) && text.bytes().all(is_base64url)
}

fn is_digest(text: &str) -> bool {
    text.len() == DIGEST_LENGTH && text.bytes().all(is_base64url)
}

fn is_compact_jws(text: &str) -> bool {
    text.len() <= MAX_JWS
        && text.bytes().filter(|byte| *byte == b'.').count() == 2
        && text.split('.').all(|part| !part.is_empty())
        && text.bytes().all(|byte| byte == b'.' || is_base64url(byte))
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_unknown_field_or_version_is_refused() {
        let digest = digest("a.b.c");
        let good = format!(r#"{{"v":1,"jti":"j","stored":true,"sha256":"{digest}"}}"#);
        assert!(Ack::decode(good.as_bytes()).is_ok());
        let other = good.replace("\"v\":1", "\"v\":2");
        assert!(matches!(Ack::decode(other.as_bytes()), Err(MessageError::Version { found: 2, .. })));
        let more = good.replace("\"v\":1", "\"v\":1,\"x\":0");
        assert!(matches!(Ack::decode(more.as_bytes()), Err(MessageError::Shape { .. })));
    }

    #[test]
    fn bounds_hold_both_ways() {
        let long = format!("a.{}.c", "b".repeat(MAX_JWS));
        assert!(ResultEnvelope::new("j", 1, &long).encode().is_err());
        let longest = format!("a.{}.c", "b".repeat(MAX_JWS - 4));
        let longest_jti = "j".repeat(MAX_JTI);
        let payload = ResultEnvelope::new(&longest_jti, u64::MAX, &longest).encode().unwrap();
        assert!(ResultEnvelope::decode(&payload).is_ok());
        assert!(ResultEnvelope::new("../x", 1, "a.b.c").encode().is_err());
        assert!(ResultEnvelope::new("j", 1, "a.b").encode().is_err());
        let words = Ack::refused("j", digest("a.b.c"), &"\u{1F600}".repeat(1000));
        assert!(words.encode().unwrap().len() <= MAX_ACK_PAYLOAD);
        assert!(Ack::decode(&vec![b' '; MAX_ACK_PAYLOAD + 1]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Ack::decode(&bytes);
            let _ = State::decode(&bytes);
            let _ = ResultEnvelope::decode(&bytes);
        }
    }
}
