//! GetStatus: how a verification stands.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fault::{AlibabaError, AlibabaFault, Envelope};
use crate::basic;
use crate::context::Context;
use crate::failures::Failures;
use crate::http::{Fault, Kind, body};
use crate::register::Durability;
use crate::register::sessions::{self, Session, State as Stage};

/// Which verification.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct TicketRequest {
    /// The scene's identifier.
    #[schema(min_length = 1, max_length = 20, pattern = "^[A-Za-z0-9-]+$")]
    biz: String,
    /// The business's number of the verification.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    ticket_id: String,
}

/// How it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StatusData {
    /// -1 not begun, 0 under way, 1 passed, 2 not passed.
    #[schema(minimum = -1, maximum = 2)]
    status_code: i8,
    /// Why it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    /// Similarity of the live face and the reference, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity_score: Option<f32>,
    /// The signed result (JWS). Not Alibaba Cloud's.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_result: Option<String>,
}

/// Why a verification did not pass.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Reason {
    /// The step at which it happened.
    step: String,
    /// CID's code if one fits, else TongDun's in digits.
    #[schema(example = "CID_10")]
    code: String,
    message: String,
}

/// Tells how a verification stands.
#[utoipa::path(
    post, path = "/alibaba/v1/GetStatus", tag = "Alibaba Cloud", operation_id = "alibabaGetStatus",
    request_body = TicketRequest, security(("accessKey" = [])),
    responses((status = 200, description = "How it stands.", body = Envelope<StatusData>), Failures<AlibabaError>),
)]
pub(super) async fn get_status(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<Envelope<StatusData>>, AlibabaFault> {
    let session = session(&context, request).await?;
    Ok(Envelope::of(StatusData::of(&session)))
}

/// The session that a request's ticket names.
pub(super) async fn session(context: &Context, request: Request) -> Result<Session, Fault> {
    let (head, body) = request.into_parts();
    let partner = basic::partner(context, &head).await?;
    let asked: TicketRequest = body::plain(&head, body).await?;
    let scene = super::scene(context, &partner, asked.biz).await?;
    let ticket = super::ticket(&scene, &asked.ticket_id)?;
    let found = context.register.run(Durability::Quick, move |c, _| sessions::by_ticket(c, &ticket)).await?;
    let missing = || Fault::new(Kind::NotFound, "this scene has no verification with this TicketId");
    found.filter(|session| session.partner == partner.code).ok_or_else(missing)
}

impl StatusData {
    pub fn of(session: &Session) -> Self {
        let outcome = session.outcome.as_ref();
        let status_code = match (session.state, outcome) {
            (Stage::Open, _) => -1,
            (Stage::Beginning | Stage::Running, _) => 0,
            (Stage::Ended, Some(outcome)) if outcome.passed => 1,
            (Stage::Ended, _) => 2,
        };
        let error = outcome.and_then(|outcome| outcome.error.as_ref());
        Self {
            status_code,
            reason: error.map(|error| Reason {
                step: error.event_type.clone(),
                code: error.error.clone(),
                message: error.error_message.clone(),
            }),
            similarity_score: outcome.and_then(|outcome| outcome.comparison).map(|c| score(c.similarity)),
            signed_result: session.jws.clone(),
        }
    }
}

/// Alibaba Cloud's score, 0 to 100: a hundred times the similarity, and 0 where it is negative.
pub(super) fn score(similarity: f32) -> f32 {
    (similarity * 100.0).clamp(0.0, 100.0)
}
