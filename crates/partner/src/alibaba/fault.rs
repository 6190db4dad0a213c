//! Answers and refusals in Alibaba Cloud's envelope.

use axum::Json;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::Fault;

/// Why a call was refused.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AlibabaError {
    /// Unique for each answer.
    #[schema(format = "uuid")]
    request_id: String,
    /// False.
    success: bool,
    /// A name, such as `FORBIDDEN`.
    #[schema(example = "FORBIDDEN")]
    code: &'static str,
    /// A message for the partner's engineers.
    message: String,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Envelope<T> {
    /// Unique for each answer.
    #[schema(format = "uuid")]
    request_id: String,
    /// True.
    success: bool,
    /// `OK`.
    #[schema(example = "OK")]
    code: &'static str,
    data: T,
}

impl<T> Envelope<T> {
    pub fn of(data: T) -> Json<Self> {
        Json(Self { request_id: request_id(), success: true, code: "OK", data })
    }
}

/// A refusal.
pub(super) struct AlibabaFault(Fault);

impl From<Fault> for AlibabaFault {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl IntoResponse for AlibabaFault {
    fn into_response(self) -> Response {
        let (retry_after, kind) = (self.0.retry_seconds(), self.0.kind);
        let error = AlibabaError {
            request_id: request_id(),
            success: false,
            code: kind.name(),
            message: self.0.message,
        };
        let mut response = (kind.status(), Json(error)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn request_id() -> String {
    Uuid::new_v4().to_string()
}
