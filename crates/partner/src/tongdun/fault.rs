//! A refusal in TongDun's words: `code` is the HTTP status, which no result code equals.

use axum::Json;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::Fault;

/// Why a call was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TongDunError {
    /// The HTTP status.
    #[schema(example = 401)]
    code: u16,
    /// A message for the partner's engineers.
    message: String,
    /// Unique for each answer.
    #[schema(format = "uuid")]
    sequence_id: String,
}

/// A refusal.
pub(super) struct TongDunFault(Fault);

impl From<Fault> for TongDunFault {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl IntoResponse for TongDunFault {
    fn into_response(self) -> Response {
        let retry_after = self.0.retry_seconds();
        let status = self.0.kind.status();
        let error =
            TongDunError { code: status.as_u16(), message: self.0.message, sequence_id: sequence_id() };
        let mut response = (status, Json(error)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A number for one answer.
pub(super) fn sequence_id() -> String {
    Uuid::new_v4().to_string()
}
