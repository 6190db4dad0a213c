//! Where results go: the interface between the receiver and its storage.

use serde::Serialize;

/// A result that has been verified and belongs to its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received<'a> {
    /// Common name of the signing certificate; equals the topic's device.
    pub device: &'a str,
    /// The result's id.
    pub jti: &'a str,
    /// The device's running number, from 1.
    pub seq: u64,
    /// Digest of the device's previous result as the result states it
    /// (base64url SHA-256 of its JWS); None for a device's first.
    pub prev: Option<&'a str>,
    /// The result as signed.
    pub jws: &'a str,
}

/// How a result fits its predecessor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "chain")]
pub enum Continuity {
    /// The device's first result.
    First,
    /// Its predecessor is here and is the one it names.
    Continues,
    /// Its predecessor is not here (yet). The result is kept all the same.
    Gap {
        /// First missing number.
        from: u64,
        /// Last missing number.
        to: u64,
    },
    /// Its predecessor is here but is not the one it names: one of the two is not
    /// in the device's chain. Kept, and to be looked into.
    Broken,
}

/// What became of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// On disk now.
    New(Continuity),
    /// Was there already, with this or another signature over the same header and
    /// payload.
    Again,
    /// Another result with this id or number is there; this one is not kept.
    Conflict {
        /// In words.
        reason: String,
    },
}

/// Keeps results, for several receivers at once. When a call returns Ok the
/// result survives a power cut.
pub trait Ingest: Send + Sync + 'static {
    /// Keeps a verified result. The same result twice is kept once.
    fn keep(&self, result: &Received<'_>) -> impl Future<Output = Result<Kept, IngestError>> + Send;
    /// Keeps something that was refused, apart from the good ones, bounded.
    fn set_aside(
        &self,
        device: &str,
        jws: &str,
        reason: &str,
    ) -> impl Future<Output = Result<(), IngestError>> + Send;
}

/// Nothing could be kept; the device will send again.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file system said no.
    #[error("cannot {what} {path}: {source}; check space and permissions")]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which file or folder.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// Another receiver works there.
    #[error("{path} is in use by another receiver; give each its own folder")]
    Locked {
        /// The folder.
        path: String,
    },
    /// The work on it broke off.
    #[error("storing broke off inside: {reason}; start the receiver again")]
    BrokeOff {
        /// What the runtime says.
        reason: String,
    },
    /// The bound is reached.
    #[error("{path} holds {limit} results, the most one folder takes; move the oldest into an archive")]
    Full {
        /// The device's folder.
        path: String,
        /// The bound.
        limit: usize,
    },
}
