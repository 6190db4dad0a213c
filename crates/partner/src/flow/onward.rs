//! Where the person goes after a session. Such an address carries nothing secret: a session's
//! number, or a token that is spent.

use url::Url;

use crate::desk::Api;
use crate::register::sessions::{Outcome, Session};
use crate::secret::Token;

/// TongDun's `state`: passed.
const STATE_PASSED: u8 = 0;
/// Not passed.
const STATE_NOT_PASSED: u8 = 2;
/// The token has been used already.
pub(crate) const STATE_USED: u8 = 3;
/// The camera can't be opened.
pub(crate) const STATE_CAMERA: u8 = 4;
/// The terminal can't be reached.
pub(crate) const STATE_NETWORK: u8 = 5;
/// The terminal was lost during the session.
const STATE_LOST: u8 = 6;

/// Where the person goes after this outcome; `None` if the partner gave no address.
pub(crate) fn onward(session: &Session, token: &Token, outcome: &Outcome) -> Option<String> {
    let state = match outcome {
        outcome if outcome.passed => STATE_PASSED,
        outcome if outcome.lost => STATE_LOST,
        _ => STATE_NOT_PASSED,
    };
    onward_with(session, token, state)
}

/// As [`onward`], with a `state` of TongDun's.
pub(crate) fn onward_with(session: &Session, token: &Token, state: u8) -> Option<String> {
    let passed = state == STATE_PASSED;
    let parameters = &session.parameters;
    let target = if passed { &parameters.success } else { &parameters.failure };
    let mut url = Url::parse(target.as_deref()?).ok()?;
    {
        let mut query = url.query_pairs_mut();
        match session.api {
            Api::Cid => query.append_pair("sessionId", &session.id),
            Api::TongDun => {
                query.append_pair("code", token.as_str()).append_pair("state", &state.to_string())
            }
            Api::Alibaba => {
                let ticket = session.ticket.as_ref().map_or("", |ticket| ticket.ticket.as_str());
                query
                    .append_pair("TicketId", ticket)
                    .append_pair("StatusCode", if passed { "1" } else { "2" })
            }
        };
    }
    Some(url.into())
}

/// The parameters that a redirect adds: an address that has one already is refused.
pub(crate) const fn reserved(api: Api) -> &'static [&'static str] {
    match api {
        Api::Cid => &["sessionId"],
        Api::TongDun => &["code", "state"],
        Api::Alibaba => &["TicketId", "StatusCode"],
    }
}
