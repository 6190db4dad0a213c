//! Results of one device as a chain: numbered without a gap, each naming the
//! hash of the one before. A removed, replaced or inserted result shows.

use super::verify::{Trust, Verified, VerifyError, verify};

/// Verifies each JWS and then the chain they form, in the order given.
///
/// `alone` waives the predecessor of the first one only; between the given ones
/// nothing may be missing.
///
/// # Errors
/// The first [`VerifyError`].
pub fn verify_chain(results: &[&str], trust: &Trust, alone: bool) -> Result<Vec<Verified>, VerifyError> {
    let verified = results.iter().map(|jws| verify(jws, trust)).collect::<Result<Vec<_>, _>>()?;
    check(&verified, alone)?;
    Ok(verified)
}

/// Checks that verified results follow each other; see [`verify_chain`].
///
/// # Errors
/// The first [`VerifyError`].
pub fn check(results: &[Verified], alone: bool) -> Result<(), VerifyError> {
    if let Some(first) = results.first()
        && first.seq > 1
        && !alone
    {
        return Err(VerifyError::MissingPredecessor { seq: first.seq - 1 });
    }
    for pair in results.windows(2) {
        let [before, next] = pair else { continue };
        if next.public_key != before.public_key || next.device_id != before.device_id {
            return Err(VerifyError::OtherDevice {
                seq: next.seq,
                found: next.device_id.clone(),
                expected: before.device_id.clone(),
            });
        }
        let seq = next.seq;
        if seq == before.seq {
            return Err(if next.jws_sha256 == before.jws_sha256 {
                VerifyError::Duplicate { seq }
            } else {
                VerifyError::Forked { seq }
            });
        }
        if seq < before.seq {
            return Err(VerifyError::Order { seq, after: before.seq });
        }
        if seq - before.seq > 1 {
            return Err(VerifyError::MissingPredecessor { seq: seq - 1 });
        }
        if next.prev.as_deref() != Some(before.link.as_str()) {
            return Err(VerifyError::Broken { seq });
        }
    }
    Ok(())
}
