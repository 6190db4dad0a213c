//! Alibaba Cloud's schemes, as a business knows them, and what each binds.

use vouch_contract::scheme::Scheme;

/// A scheme of a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BusinessScheme {
    /// Liveness and both sides of the card.
    RpBasic,
    /// Name and number are typed.
    RpManual,
    /// Name and number are bound, both sides of the card are shown.
    RpBioId,
    /// Name and number are bound, the card is shown if the record is old.
    RpBioOnlyPro,
    /// Name and number are bound.
    RpBioOnly,
    /// A portrait is bound.
    FvBioOnly,
    /// As `RpBioOnly`, on a page that the person is redirected to and from.
    RpH5BioOnly,
    /// The business collected everything itself.
    RpMin,
}

/// What a business may bind to a session, or must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Name and number: required if true, else not allowed.
    pub claim: bool,
    /// A portrait: required if true, else not allowed.
    pub portrait: bool,
    /// Photographs of the card: allowed if true.
    pub card: bool,
}

impl BusinessScheme {
    /// Every scheme.
    pub const ALL: [Self; 8] = [
        Self::RpBasic,
        Self::RpManual,
        Self::RpBioId,
        Self::RpBioOnlyPro,
        Self::RpBioOnly,
        Self::FvBioOnly,
        Self::RpH5BioOnly,
        Self::RpMin,
    ];

    /// Alibaba Cloud's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RpBasic => "RPBasic",
            Self::RpManual => "RPManual",
            Self::RpBioId => "RPBioID",
            Self::RpBioOnlyPro => "RPBioOnlyPro",
            Self::RpBioOnly => "RPBioOnly",
            Self::FvBioOnly => "FVBioOnly",
            Self::RpH5BioOnly => "RPH5BioOnly",
            Self::RpMin => "RPMin",
        }
    }

    /// The scheme of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// The scheme of the session; `None` for `RPMin`, which has no session.
    pub const fn session(self) -> Option<Scheme> {
        match self {
            Self::RpBasic => Some(Scheme::RpBasic),
            Self::RpManual => Some(Scheme::RpManual),
            Self::RpBioId => Some(Scheme::RpBioId),
            Self::RpBioOnlyPro => Some(Scheme::RpBioOnlyPro),
            Self::RpBioOnly | Self::RpH5BioOnly => Some(Scheme::RpBioOnly),
            Self::FvBioOnly => Some(Scheme::FvBioOnly),
            Self::RpMin => None,
        }
    }

    /// The table's column "bound".
    pub const fn bound(self) -> Bound {
        let (claim, portrait, card) = match self {
            Self::RpBasic | Self::RpManual => (false, false, false),
            Self::RpBioId | Self::RpBioOnlyPro => (true, false, false),
            Self::RpBioOnly | Self::RpH5BioOnly => (true, false, true),
            Self::FvBioOnly => (false, true, false),
            Self::RpMin => (true, true, true),
        };
        Bound { claim, portrait, card }
    }
}

#[cfg(test)]
mod tests {
    use vouch_contract::scheme::{Against, Claim};

    use super::*;

    #[test]
    fn what_is_bound_is_what_the_session_s_plan_needs() {
        for scheme in BusinessScheme::ALL {
            assert_eq!(BusinessScheme::named(scheme.name()), Some(scheme));
            let Some(session) = scheme.session() else { continue };
            let (bound, plan) = (scheme.bound(), session.plan());
            assert_eq!(bound.claim, plan.claim == Claim::Bound, "{scheme:?}");
            assert_eq!(bound.portrait, plan.against == Against::Bound, "{scheme:?}");
        }
        assert_eq!(BusinessScheme::named("rpbasic"), None);
    }
}
