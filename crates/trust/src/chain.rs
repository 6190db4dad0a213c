//! The results of one device as a chain: numbered without a gap, each naming the
//! hash of the one before. A removed, replaced or inserted result shows.

use super::verify::{Verified, VerifyError};

/// Checks that verified results follow each other in the order given.
///
/// `alone` waives the predecessor of the first one only; between the given ones
/// nothing may be missing. The same result may stand there more than once, with
/// either form of its signature ([`super::twin`]).
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
    // All given texts of the result before.
    let mut predecessor: &[Verified] = &[];
    for copies in results.chunk_by(|one, next| one.seq == next.seq) {
        let Some((first, others)) = copies.split_first() else { continue };
        for other in others {
            check_device(first, other)?;
            if !other.is_same_result(first) {
                return Err(VerifyError::Forked { seq: other.seq });
            }
        }
        if let Some(before) = predecessor.first() {
            check_device(before, first)?;
            follows(predecessor, before.seq, first)?;
        }
        predecessor = copies;
    }
    Ok(())
}

fn check_device(expected: &Verified, found: &Verified) -> Result<(), VerifyError> {
    if found.public_key == expected.public_key && found.device_id == expected.device_id {
        return Ok(());
    }
    Err(VerifyError::OtherDevice {
        seq: found.seq,
        found: found.device_id.clone(),
        expected: expected.device_id.clone(),
    })
}

/// `next` against all given texts of the result `before`.
fn follows(texts: &[Verified], before: u64, next: &Verified) -> Result<(), VerifyError> {
    let seq = next.seq;
    if seq < before {
        return Err(VerifyError::Order { seq, after: before });
    }
    if seq - before > 1 {
        return Err(VerifyError::MissingPredecessor { seq: seq - 1 });
    }
    match &next.prev {
        Some(prev) if texts.iter().any(|text| text.is_named_by(prev)) => Ok(()),
        _ => Err(VerifyError::Broken { seq }),
    }
}
