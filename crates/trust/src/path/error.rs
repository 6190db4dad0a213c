//! Why a chain of certificates does not hold.

use std::fmt;

use jiff::Timestamp;
use x509_parser::x509::X509Name;

/// Longest name of a certificate that is shown, characters.
const MAX_SHOWN: usize = 80;

/// Where a certificate stands in its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// The device's.
    Leaf,
    /// A CA's between the two.
    Intermediate,
    /// The trusted one.
    Root,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Leaf => "the device's certificate",
            Self::Intermediate => "the intermediate certificate",
            Self::Root => "the root certificate",
        })
    }
}

/// A certificate as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Where it stands.
    pub position: Position,
    /// Whom it certifies, escaped and cut to a length fit for a message.
    pub name: String,
}

impl Subject {
    pub(super) fn new(position: Position, name: &X509Name<'_>) -> Self {
        Self { position, name: clip_name(&name.to_string()) }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.position, self.name)
    }
}

/// Who issued the certificates may have been a stranger.
pub(super) fn clip_name(name: &str) -> String {
    name.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect()
}

/// Why a chain does not hold, with the certificate at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// Less than two certificates.
    #[error("a leaf and its root are expected")]
    TooShort,
    /// Not X.509, or an extension that can't be parsed.
    #[error("{position} is not readable ({reason})")]
    Unreadable {
        /// Which.
        position: Position,
        /// The parser's words.
        reason: String,
    },
    /// A CA is expected there.
    #[error("{subject} is not a CA's: its basic constraints do not say CA")]
    NotCa {
        /// Which.
        subject: Subject,
    },
    /// Key usage without `keyCertSign`.
    #[error("{subject} may not sign certificates: its key usage lacks keyCertSign")]
    MayNotSign {
        /// Which.
        subject: Subject,
    },
    /// More CAs below than it allows.
    #[error("{subject} allows {allowed} intermediate CAs below it (path length), there are {below}")]
    Depth {
        /// Which.
        subject: Subject,
        /// Its path length constraint.
        allowed: u32,
        /// CAs between it and the leaf.
        below: usize,
    },
    /// Extended key usage without `clientAuth`.
    #[error("{subject} is not for certifying devices: its extended key usage lacks clientAuth")]
    Purpose {
        /// Which.
        subject: Subject,
    },
    /// A critical extension that is not known.
    #[error("{subject} has a critical extension that is not known ({oid})")]
    Extension {
        /// Which.
        subject: Subject,
        /// The extension.
        oid: String,
    },
    /// The issuer's name is another.
    #[error("{subject} was not issued by {issuer}: it names another issuer")]
    Issuer {
        /// Which.
        subject: Subject,
        /// The next in the chain.
        issuer: Subject,
    },
    /// Signed with another algorithm.
    #[error(
        "{subject} is signed with an algorithm that is not accepted ({oid}); only ECDSA with SHA-256 or SHA-384 is"
    )]
    Algorithm {
        /// Which.
        subject: Subject,
        /// The algorithm.
        oid: String,
    },
    /// A CA's key on another curve.
    #[error("{subject} has a key that is not on P-256")]
    Key {
        /// Which.
        subject: Subject,
    },
    /// Its signature is not the issuer's.
    #[error("{subject} is not signed by {issuer}")]
    Signature {
        /// Which.
        subject: Subject,
        /// The next in the chain.
        issuer: Subject,
    },
    /// A name that a CA above may not certify.
    #[error("{subject} has the name `{name}`, which the name constraints of {ca} do not allow")]
    Name {
        /// Which.
        subject: Subject,
        /// The name.
        name: String,
        /// Who sets the constraint.
        ca: Subject,
    },
    /// A name constraint that can't be checked.
    #[error("{ca} has name constraints on {form}, which are not supported, and {subject} has such a name")]
    Constraint {
        /// Which.
        subject: Subject,
        /// The form of name.
        form: &'static str,
        /// Who sets the constraint.
        ca: Subject,
    },
    /// Its validity has not begun.
    #[error("{subject} is valid from {} on, the time is {}", shown(.from), shown(.time))]
    NotYetValid {
        /// Which.
        subject: Subject,
        /// Its first second, since 1970.
        from: i64,
        /// The time asked for, since 1970.
        time: i64,
    },
    /// Its validity has ended.
    #[error("{subject} was valid until {}, the time is {}", shown(.until), shown(.time))]
    Expired {
        /// Which.
        subject: Subject,
        /// Its last second, since 1970.
        until: i64,
        /// The time asked for, since 1970.
        time: i64,
    },
    /// webpki refuses what the rules here allow.
    #[error("the X.509 library refuses it: {0}")]
    Refused(String),
}

fn shown(seconds: &i64) -> String {
    Timestamp::from_second(*seconds).map_or_else(|_| format!("{seconds} s"), |time| time.to_string())
}
