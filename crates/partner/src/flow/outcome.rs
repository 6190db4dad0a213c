//! What is kept of a session's end, from the claims that were signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vouch_contract::claims::{ResultClaims, SessionStatus};

use crate::codes;
use crate::desk::{Api, Ended};
use crate::register::sessions::{Ending, Outcome, Session};

/// The end to be written; `None` if the result is of another session.
pub(super) fn ending(session: &Session, ended: Ended) -> Option<Ending> {
    let Ended { jws, claims, typed } = ended;
    let same = claims.session_id == session.id
        && claims.eat_nonce.as_deref() == Some(session.parameters.nonce.as_str())
        && claims.scheme == session.parameters.scheme;
    if !same {
        return None;
    }
    let code = codes::of(&claims);
    let passed = claims.session_status == SessionStatus::Success;
    let outcome = Outcome {
        passed,
        code,
        complete: claims.comparison.is_some() || codes::is_billed(code),
        billed: session.api == Api::TongDun && codes::is_billed(codes::result(passed, code)),
        error: claims.error_info.clone().filter(|_| !passed),
        comparison: claims.comparison,
        lost: false,
    };
    Some(Ending { outcome, jws: Some(jws), typed })
}

/// The claims of a result that this register wrote. Its signature was made by the desk.
pub(crate) fn claims_of(session: &Session) -> Option<ResultClaims> {
    let payload = session.jws.as_deref()?.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims = serde_json::from_slice(&payload);
    if claims.is_err() {
        tracing::error!(session = session.id, "a result in the register can't be read");
    }
    claims.ok()
}
