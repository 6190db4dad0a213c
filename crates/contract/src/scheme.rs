//! What a session consists of, as data: its steps, and what the live face is compared with.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way to identify a person, named as in CID and in Alibaba Cloud's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Scheme {
    /// Checks only that a live person is there; no comparison.
    #[cfg_attr(feature = "clap", value(name = "LivenessOnly", alias = "liveness-only"))]
    LivenessOnly,
    /// Compared with a portrait that the business bound to the session.
    #[serde(rename = "FVBioOnly")]
    #[cfg_attr(feature = "clap", value(name = "FVBioOnly", alias = "fv-bio-only"))]
    FvBioOnly,
    /// CID's identification by document image: compared with the document's portrait.
    #[serde(rename = "CIDDocument")]
    #[cfg_attr(feature = "clap", value(name = "CIDDocument", alias = "cid-document"))]
    CidDocument,
    /// A document, whose data the person confirms if they are doubtful; compared with the record at
    /// the authoritative source.
    #[serde(rename = "RPBasic")]
    #[cfg_attr(feature = "clap", value(name = "RPBasic", alias = "rp-basic"))]
    RpBasic,
    /// Name and number are typed; compared with the record.
    #[serde(rename = "RPManual")]
    #[cfg_attr(feature = "clap", value(name = "RPManual", alias = "rp-manual"))]
    RpManual,
    /// Name and number are bound, the document is shown; compared with the record.
    #[serde(rename = "RPBioID")]
    #[cfg_attr(feature = "clap", value(name = "RPBioID", alias = "rp-bio-id"))]
    RpBioId,
    /// Name and number are bound; the document is shown only if the record's portrait is too old.
    #[serde(rename = "RPBioOnlyPro")]
    #[cfg_attr(feature = "clap", value(name = "RPBioOnlyPro", alias = "rp-bio-only-pro"))]
    RpBioOnlyPro,
    /// Name and number are bound; compared with the record.
    #[serde(rename = "RPBioOnly")]
    #[cfg_attr(feature = "clap", value(name = "RPBioOnly", alias = "rp-bio-only"))]
    RpBioOnly,
}

/// The name in the table, as serde writes it.
impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

/// What the live face is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Nothing.
    Nothing,
    /// A portrait bound to the session.
    Bound,
    /// The portrait on the document.
    Document,
    /// The record at the authoritative source.
    Record,
}

/// When a document is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// Never.
    Never,
    /// When the record's portrait is too old to compare with.
    RecordIsOld,
    /// Always, before the face.
    Always,
}

/// Where the person's name and number come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// No claim is made.
    None,
    /// From the document.
    Document,
    /// The person types them.
    Typed,
    /// The business binds them to the session.
    Bound,
}

/// Whether the person must confirm what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    /// No.
    Never,
    /// When a field is doubtful.
    WhenDoubtful,
    /// Always.
    Always,
}

/// A scheme's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What the face is compared with.
    pub against: Against,
    /// When a document is scanned.
    pub scan: Scan,
    /// Where the claim comes from.
    pub claim: Claim,
    /// Whether the reading is confirmed.
    pub confirm: Confirm,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 8] = [
        Self::LivenessOnly,
        Self::FvBioOnly,
        Self::CidDocument,
        Self::RpBasic,
        Self::RpManual,
        Self::RpBioId,
        Self::RpBioOnlyPro,
        Self::RpBioOnly,
    ];

    /// Whether the steps before the face need a record at the authoritative source.
    pub fn needs_record(self) -> bool {
        self.plan().against == Against::Record
    }

    /// The table of schemes.
    pub const fn plan(self) -> Plan {
        use Against as A;
        use Claim as C;
        use Confirm as Y;
        use Scan as S;
        let (against, scan, claim, confirm) = match self {
            Self::LivenessOnly => (A::Nothing, S::Never, C::None, Y::Never),
            Self::FvBioOnly => (A::Bound, S::Never, C::None, Y::Never),
            Self::CidDocument => (A::Document, S::Always, C::Document, Y::Always),
            Self::RpBasic => (A::Record, S::Always, C::Document, Y::WhenDoubtful),
            Self::RpManual => (A::Record, S::Never, C::Typed, Y::Never),
            Self::RpBioId => (A::Record, S::Always, C::Bound, Y::Never),
            Self::RpBioOnlyPro => (A::Record, S::RecordIsOld, C::Bound, Y::Never),
            Self::RpBioOnly => (A::Record, S::Never, C::Bound, Y::Never),
        };
        Plan { against, scan, claim, confirm }
    }
}
