//! Why a call is refused, before an API puts it into its own words.

use std::time::Duration;

use axum::http::StatusCode;

use crate::desk::{CompareRefusal, DeskRefusal, Which};
use crate::register::RegisterError;
use crate::secret::NoRandomness;

/// What kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request does not have the form that docs/PARTNERS.md describes.
    Invalid,
    /// Wrong credentials, or no valid token.
    Unauthorized,
    /// Right credentials, but not for this: a redirect outside the list, a scene of another.
    Forbidden,
    /// No such thing, or that of another partner.
    NotFound,
    /// The body did not come in time.
    Slow,
    /// Not now, by the state of the session: it has not ended, or it has begun already.
    Conflict,
    /// It was there, and is not any more.
    Gone,
    /// Too many bytes.
    TooLarge,
    /// Not JSON.
    MediaType,
    /// Pictures or values that can't be used.
    Unusable,
    /// Too many calls, or locked after failures.
    TooMany,
    /// An unexpected internal error.
    Internal,
    /// The terminal is busy.
    Busy,
    /// The terminal can't work now.
    NotReady,
}

impl Kind {
    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unusable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy | Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A name for software.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID_REQUEST",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Slow => "REQUEST_TIMEOUT",
            Self::Conflict => "CONFLICT",
            Self::Gone => "GONE",
            Self::TooLarge => "TOO_LARGE",
            Self::MediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::Unusable => "UNUSABLE",
            Self::TooMany => "TOO_MANY_REQUESTS",
            Self::Internal => "INTERNAL_ERROR",
            Self::Busy => "BUSY",
            Self::NotReady => "NOT_READY",
        }
    }
}

/// A refused call. The message never repeats what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub kind: Kind,
    pub message: String,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

impl Fault {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), retry_after: None }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    pub fn after(self, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..self }
    }

    /// Too many calls.
    pub fn too_many(retry_after: Duration) -> Self {
        Self::new(Kind::TooMany, "too many calls; try again later").after(retry_after)
    }

    /// Something of ours failed. What it was is logged, not told.
    pub fn internal() -> Self {
        Self::new(
            Kind::Internal,
            "an unexpected internal error; try again, and tell the operator if it stays",
        )
    }

    /// Seconds for the header `Retry-After`: whole ones, at least 1.
    pub fn retry_seconds(&self) -> Option<u64> {
        self.retry_after.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).map(|s| s.max(1))
    }
}

impl From<RegisterError> for Fault {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Crowded => Self::new(Kind::Busy, error.to_string()).after(Duration::from_secs(1)),
            error => {
                tracing::error!(%error, "the partners' register");
                Self::internal()
            }
        }
    }
}

impl From<NoRandomness> for Fault {
    fn from(error: NoRandomness) -> Self {
        tracing::error!(%error, "no token can be made");
        Self::internal()
    }
}

impl From<DeskRefusal> for Fault {
    fn from(refusal: DeskRefusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            DeskRefusal::Busy { retry_after } => Self::new(Kind::Busy, message).after(retry_after),
            DeskRefusal::NotReady(_) | DeskRefusal::Unreachable(_) => Self::new(Kind::NotReady, message),
            DeskRefusal::Unfit(_) => Self::new(Kind::Unusable, message),
        }
    }
}

impl From<CompareRefusal> for Fault {
    fn from(refusal: CompareRefusal) -> Self {
        match refusal {
            CompareRefusal::Desk(refusal) => refusal.into(),
            CompareRefusal::Picture { which, fault } => {
                let which = match which {
                    Which::Source => "the source image",
                    Which::Target => "the target image",
                };
                Self::new(Kind::Unusable, format!("{which}: {fault}"))
            }
        }
    }
}
