//! How a desk tells that a session has ended.

use std::fmt;

use vouch_contract::claims::ResultClaims;

use super::request::Claim;

/// A session's end.
#[derive(Clone)]
pub struct Ended {
    /// The signed result, a compact JWS.
    pub jws: String,
    /// What was signed.
    pub claims: Box<ResultClaims>,
    /// The name and number that the person typed (scheme `RPManual`); they are not in the result.
    pub typed: Option<Claim>,
}

/// Hides the document.
impl fmt::Debug for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.claims.session_status;
        formatter.debug_struct("Ended").field("status", &status).finish_non_exhaustive()
    }
}

/// What happens with the end: `None` stands for a conclusion that was dropped. Returns the address
/// to send the person's browser to.
type OnEnd = Box<dyn FnOnce(Option<Ended>) -> Option<String> + Send>;

/// The way back from the desk to the API that asked. It is used once. Dropped without an end, the
/// session counts as failed by an internal error.
pub struct Conclusion(Option<OnEnd>);

impl Conclusion {
    /// A conclusion that does this with the end. For this crate, and for tests of a desk.
    pub fn new(on_end: impl FnOnce(Option<Ended>) -> Option<String> + Send + 'static) -> Self {
        Self(Some(Box::new(on_end)))
    }

    /// Tells the session's end. Returns the address to send the person's browser to, if the
    /// partner gave one. Does not wait for the disk, and may be called from any thread.
    pub fn conclude(mut self, ended: Ended) -> Option<String> {
        self.0.take().and_then(|on_end| on_end(Some(ended)))
    }
}

impl Drop for Conclusion {
    fn drop(&mut self) {
        if let Some(on_end) = self.0.take() {
            on_end(None);
        }
    }
}

impl fmt::Debug for Conclusion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Conclusion")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_conclusion_that_is_dropped_is_told_as_lost() {
        let lost = Arc::new(AtomicUsize::new(0));
        let counted = lost.clone();
        drop(Conclusion::new(move |ended| {
            assert!(ended.is_none());
            counted.fetch_add(1, Ordering::SeqCst);
            None
        }));
        assert_eq!(lost.load(Ordering::SeqCst), 1);
    }
}
