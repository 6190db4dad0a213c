//! The outbox as the link sees it: a queue of waiting results.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vouch_link::pending::{Envelope, Pending, PendingError, Settled};
use vouch_store::outbox::{Acknowledged, Counts, Outbox, OutboxError};

/// An outbox that the link may empty.
#[derive(Debug)]
pub struct OutboxQueue(pub Outbox);

impl Pending for OutboxQueue {
    fn next(&mut self) -> Result<Option<Envelope>, PendingError> {
        let oldest = self.0.oldest_unacknowledged().map_err(failed("return its oldest result"))?;
        Ok(oldest.map(|stored| Envelope { seq: stored.seq, jti: stored.jti, jws: stored.jws }))
    }

    fn acknowledged(&mut self, jti: &str, sha256: &str) -> Result<Settled, PendingError> {
        let Some(digest) =
            URL_SAFE_NO_PAD.decode(sha256).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        else {
            return Ok(Settled::DigestDiffers);
        };
        match self.0.acknowledge(jti, &digest) {
            Ok(Acknowledged::Now) => Ok(Settled::Removed),
            Ok(Acknowledged::Before) | Err(OutboxError::Unknown { .. }) => Ok(Settled::Unknown),
            Err(OutboxError::OtherDigest { .. }) => Ok(Settled::DigestDiffers),
            Err(error) => Err(failed("remove a delivered result")(error)),
        }
    }

    fn refused(&mut self, jti: &str, reason: &str) -> Result<(), PendingError> {
        match self.0.refuse(jti, reason) {
            // Delivered and pruned by another process in the meantime.
            Ok(()) | Err(OutboxError::Unknown { .. }) => Ok(()),
            Err(error) => Err(failed("mark a result as refused")(error)),
        }
    }

    fn waiting(&mut self) -> Result<u64, PendingError> {
        Ok(counts(&self.0)?.waiting)
    }

    fn last_seq(&mut self) -> Result<u64, PendingError> {
        Ok(counts(&self.0)?.last_seq)
    }
}

fn counts(outbox: &Outbox) -> Result<Counts, PendingError> {
    outbox.counts().map_err(failed("count its results"))
}

fn failed(what: &'static str) -> impl Fn(OutboxError) -> PendingError {
    move |error| PendingError { what, reason: error.to_string() }
}
