//! A refusal in CID's words.

use axum::Json;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{Fault, Kind};

/// The token is not valid.
const TOKEN_INVALID: &str = "CID_17";
/// The session of this token has already ended.
const SESSION_OVER: &str = "CID_18";
/// An unexpected internal error.
const INTERNAL: &str = "CID_11";

/// Why a call was refused.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CidError {
    /// `CID_11`, `CID_17` or `CID_18`; for what CID has no code for, a name such as `BUSY`.
    #[schema(example = "CID_17")]
    error: &'static str,
    /// A message for the partner's engineers.
    error_message: String,
    /// When to try again, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// A refusal.
pub(super) struct CidFault {
    fault: Fault,
    code: &'static str,
}

impl CidFault {
    pub fn token_invalid() -> Self {
        let fault = Fault::new(Kind::Unauthorized, "the token is not valid; get a new one");
        Self { fault, code: TOKEN_INVALID }
    }

    pub fn session_over() -> Self {
        let fault = Fault::new(Kind::Gone, "the session of this token has already ended; get a new token");
        Self { fault, code: SESSION_OVER }
    }
}

impl From<Fault> for CidFault {
    fn from(fault: Fault) -> Self {
        let code = if fault.kind == Kind::Internal { INTERNAL } else { fault.kind.name() };
        Self { fault, code }
    }
}

impl IntoResponse for CidFault {
    fn into_response(self) -> Response {
        let retry_after = self.fault.retry_seconds();
        let error = CidError { error: self.code, error_message: self.fault.message, retry_after };
        let mut response = (self.fault.kind.status(), Json(error)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
