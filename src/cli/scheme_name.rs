//! Schemes as they are named on the command line.

use clap::ValueEnum;

use vouch_contract::scheme::Scheme;

/// Schemes by the names of CID's and Alibaba Cloud's tables.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SchemeName {
    /// Is a live person there?
    #[value(name = "LivenessOnly", alias = "liveness-only")]
    LivenessOnly,
    /// Compared with a bound portrait
    #[value(name = "FVBioOnly", alias = "fv-bio-only")]
    FvBioOnly,
    /// Compared with the document's portrait
    #[value(name = "CIDDocument", alias = "cid-document")]
    CidDocument,
    /// Document, and the record found by it
    #[value(name = "RPBasic", alias = "rp-basic")]
    RpBasic,
    /// The record of the name and number that the person types
    #[value(name = "RPManual", alias = "rp-manual")]
    RpManual,
    /// The record of the name and number given, and the document
    #[value(name = "RPBioID", alias = "rp-bio-id")]
    RpBioId,
    /// The record of the name and number given; the document when the record's portrait is old
    #[value(name = "RPBioOnlyPro", alias = "rp-bio-only-pro")]
    RpBioOnlyPro,
    /// The record of the name and number given
    #[value(name = "RPBioOnly", alias = "rp-bio-only")]
    RpBioOnly,
}

impl From<SchemeName> for Scheme {
    fn from(name: SchemeName) -> Self {
        match name {
            SchemeName::LivenessOnly => Self::LivenessOnly,
            SchemeName::FvBioOnly => Self::FvBioOnly,
            SchemeName::CidDocument => Self::CidDocument,
            SchemeName::RpBasic => Self::RpBasic,
            SchemeName::RpManual => Self::RpManual,
            SchemeName::RpBioId => Self::RpBioId,
            SchemeName::RpBioOnlyPro => Self::RpBioOnlyPro,
            SchemeName::RpBioOnly => Self::RpBioOnly,
        }
    }
}
