//! The desk: what the APIs need of a terminal or of the hub.
//!
//! In: a [`SessionRequest`], pictures to compare, material to check, a payload to sign. Out: a
//! session's end, told through the [`Conclusion`] that came with the request. Implemented by the
//! terminal (one session at a time) and later by the hub (many terminals). Called only by this
//! crate's APIs and by the webhooks.

mod conclusion;
mod gallery;
mod material;
mod request;

use std::pin::Pin;
use std::time::Duration;

use vouch_contract::claims::Comparison;
use vouch_contract::eye::protocol::ReferenceFault;

pub use conclusion::{Conclusion, Ended};
pub use gallery::{EnrolRefusal, EnrolRequest, Enrolled, EnrolledPerson, Identified, LookAlike};
pub use material::{Materials, MaterialsVerdict, MediaKind, Medium};
pub use request::{Api, Claim, Pages, Picture, Redirects, SPOKEN, SessionId, SessionRequest};

/// An answer that comes later. Boxed, so that a desk can be a trait object.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// `typ` of a signed webhook (RFC 7515, 4.1.9).
pub const WEBHOOK_TYPE: &str = "vouch-webhook+jwt";

/// A terminal, or a hub with terminals behind it.
pub trait Desk: Send + Sync {
    /// Begins a session. `Ok` means that the person can be sent to the page now.
    ///
    /// The desk must use the request's `id` as the result's `sessionId`, and its `nonce` as
    /// `eat_nonce`. A result that differs in either is not accepted.
    ///
    /// When the session is over, the desk calls [`Conclusion::conclude`]. If it drops the
    /// conclusion instead, the session counts as failed by an internal error. On `Err` the session
    /// has not begun and may be tried again; the conclusion can simply be dropped.
    fn begin(&self, request: SessionRequest, conclusion: Conclusion) -> Later<'_, Result<(), DeskRefusal>>;

    /// Where the person's browser goes once the session has begun: the terminal's own page. `None`
    /// if the page is not for this browser, but on a screen of its own. The browser then waits here
    /// and is redirected at the end.
    fn page_url(&self, session: &SessionId) -> Option<String>;

    /// A picture or clip of a session that has ended. `None` if there is none, or no longer.
    fn media(&self, session: SessionId, kind: MediaKind) -> Later<'_, Result<Option<Medium>, DeskRefusal>>;

    /// Compares the face in `source` with the face in `target`. Only the eye decodes them.
    fn compare(&self, source: Picture, target: Picture) -> Later<'_, Result<Comparison, CompareRefusal>>;

    /// Compares a portrait that the business collected with the record at the authoritative source
    /// (scheme `RPMin`). No person is asked for anything.
    fn submit_materials(&self, materials: Materials) -> Later<'_, Result<MaterialsVerdict, DeskRefusal>>;

    /// Enrols a person in the gallery. Only the eye decodes the pictures.
    fn enrol(&self, request: EnrolRequest) -> Later<'_, Result<Enrolled, EnrolRefusal>>;

    /// All that is kept of a person that this partner enrolled; `None` if there is none.
    fn enrolled(
        &self,
        partner: String,
        number: String,
    ) -> Later<'_, Result<Option<EnrolledPerson>, DeskRefusal>>;

    /// Removes a person that this partner enrolled; false if there is none. Nothing of the entry is
    /// left then.
    fn remove_enrolled(&self, partner: String, number: String) -> Later<'_, Result<bool, DeskRefusal>>;

    /// Searches the people that this partner enrolled for a face.
    fn identify(&self, partner: String, picture: Picture) -> Later<'_, Result<Identified, EnrolRefusal>>;

    /// Signs a payload with the device's key. The answer is a compact JWS with `typ` in its header.
    fn sign(&self, typ: &'static str, payload: Vec<u8>) -> Later<'_, Result<String, DeskRefusal>>;
}

/// Why a desk does not do what it was asked. The texts are for partner and operator: they hold no
/// name, number or path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskRefusal {
    /// Another session is running.
    #[error("the terminal is busy with another session; try again in {} s", retry_after.as_secs())]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// The camera or something else that a session needs does not work now.
    #[error("no session can begin: {0}")]
    NotReady(String),
    /// The terminal can't be reached. A desk on the terminal itself never says so.
    #[error("the terminal can't be reached: {0}")]
    Unreachable(String),
    /// The request does not fit its scheme or this terminal.
    #[error("{0}")]
    Unfit(String),
}

/// Which picture of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The first.
    Source,
    /// The second.
    Target,
}

/// Why two faces were not compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareRefusal {
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskRefusal),
    /// One of the pictures.
    #[error("{fault}")]
    Picture {
        /// Which.
        which: Which,
        /// What is wrong with it.
        fault: ReferenceFault,
    },
}
