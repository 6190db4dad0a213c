//! A session's data in CID's fields.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use vouch_contract::claims::{DocumentClaims, Liveness, ResultClaims};
use vouch_contract::codes::LivenessCode;
use vouch_contract::json_name::json_name;

use crate::flow::claims_of;
use crate::http::Fault;
use crate::register::sessions::{Outcome, Session};

/// CID's code for an internal error, and for a liveness check that gave no best frame.
const INTERNAL: &str = "CID_11";
const NO_BEST_FRAME: &str = "CID_8";

/// The types of data that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub document: bool,
    pub liveness: bool,
    pub error: bool,
    pub result: bool,
}

impl Wanted {
    /// Reads a list such as `document,liveness`. Nothing means document, liveness and error.
    pub fn parse(types: Option<&str>) -> Result<Self, Fault> {
        let Some(types) = types else {
            return Ok(Self { document: true, liveness: true, error: true, result: false });
        };
        let mut wanted = Self { document: false, liveness: false, error: false, result: false };
        for one in types.split(',') {
            match one {
                "document" => wanted.document = true,
                "liveness" => wanted.liveness = true,
                "error" => wanted.error = true,
                "result" => wanted.result = true,
                _ => {
                    return Err(Fault::invalid(
                        "`type` is a list of document, liveness, error and result, with commas between",
                    ));
                }
            }
        }
        Ok(wanted)
    }
}

/// CID's session data.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionData {
    /// The session's number.
    #[schema(format = "uuid")]
    session_id: String,
    /// When it began.
    #[schema(format = "date-time")]
    session_started: String,
    /// When it ended.
    #[schema(format = "date-time")]
    session_ended: String,
    /// `SUCCESS` or `FAILED`.
    session_status: Status,
    /// The document, if one was read and asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentData>,
    /// The liveness check, if it came that far and was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    liveness: Option<LivenessData>,
    /// Why it failed, if it failed and was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_info: Option<ErrorData>,
    /// The signed result (JWS), if asked for. Not CID's.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_result: Option<String>,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Status {
    /// The person was identified.
    Success,
    /// Not; or the session was stopped.
    Failed,
}

/// CID's document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentData {
    /// `ID_CARD`, `RESIDENCE_PERMIT` or `PA`.
    recognized_document_type: String,
    /// ISO 3166-1 alpha-3, or the code printed in a passport.
    country_code: String,
    document_number: String,
    first_name: String,
    last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    patronymic: Option<String>,
    /// `F` or `M`; `X` if the document states neither.
    gender: String,
    /// `YYYY-MM-DD`, with X for digits that the document leaves open.
    date_of_birth: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place_of_birth: Option<String>,
    nationality: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_date: Option<String>,
    /// `YYYY-MM-DD`; `9999-12-31` if the document has no end.
    expire_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<String>,
    /// The IIN.
    #[serde(skip_serializing_if = "Option::is_none")]
    identification_number: Option<String>,
}

/// CID's liveness.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LivenessData {
    /// `VERIFICATION_3D`.
    verification_type: String,
    /// Similarity of reference and best frame, or `NOT_COMPARED`.
    selfie_confidence_level: String,
    /// When the media were made.
    #[schema(format = "date-time")]
    creation_time: String,
    /// When liveness was decided.
    #[schema(format = "date-time")]
    response_time: String,
}

/// CID's error.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorData {
    /// The step at which it happened.
    event_type: String,
    /// CID's code.
    #[schema(example = "CID_9")]
    error: String,
    error_message: String,
    /// TongDun's code, which tells attacks apart. Not CID's.
    liveness_code: u32,
}

impl SessionData {
    /// The data of a session that has ended; `None` if it has not.
    pub fn of(session: &Session, wanted: Wanted) -> Option<Self> {
        let outcome = session.outcome.as_ref()?;
        let claims = claims_of(session);
        let claims = claims.as_ref();
        let (started, ended) = times(session, claims);
        Some(Self {
            session_id: session.id.clone(),
            session_started: started,
            session_ended: ended,
            session_status: if outcome.passed { Status::Success } else { Status::Failed },
            document: claims
                .filter(|_| wanted.document)
                .and_then(|c| c.document.as_ref())
                .map(DocumentData::of),
            liveness: claims
                .filter(|_| wanted.liveness)
                .and_then(|c| c.liveness.as_ref())
                .map(LivenessData::of),
            error_info: wanted.error.then(|| ErrorData::of(outcome)).flatten(),
            signed_result: session.jws.clone().filter(|_| wanted.result),
        })
    }
}

fn times(session: &Session, claims: Option<&ResultClaims>) -> (String, String) {
    if let Some(claims) = claims {
        return (claims.session_started.clone(), claims.session_end.clone());
    }
    let written = |seconds: i64| format!("{:.3}", Timestamp::from_second(seconds).unwrap_or_default());
    let ended = session.ended_at.unwrap_or(session.created_at);
    (written(session.started_at.unwrap_or(ended)), written(ended))
}

impl DocumentData {
    fn of(claims: &DocumentClaims) -> Self {
        Self {
            recognized_document_type: json_name(&claims.recognized_document_type),
            country_code: claims.country_code.clone(),
            document_number: claims.document_number.clone(),
            first_name: claims.first_name.clone(),
            last_name: claims.last_name.clone(),
            patronymic: claims.patronymic.clone(),
            gender: claims.gender.clone(),
            date_of_birth: claims.date_of_birth.clone(),
            place_of_birth: claims.place_of_birth.clone(),
            nationality: claims.nationality.clone(),
            issue_date: claims.issue_date.clone(),
            expire_date: claims.expire_date.clone(),
            authority: claims.authority.clone(),
            identification_number: claims.identification_number.clone(),
        }
    }
}

impl LivenessData {
    fn of(claims: &Liveness) -> Self {
        Self {
            verification_type: claims.verification_type.clone(),
            selfie_confidence_level: claims.selfie_confidence_level.clone(),
            creation_time: claims.creation_time.clone(),
            response_time: claims.response_time.clone(),
        }
    }
}

impl ErrorData {
    fn of(outcome: &Outcome) -> Option<Self> {
        let info = outcome.error.as_ref()?;
        let error = match info.error.as_str() {
            cid if cid.starts_with("CID_") => cid,
            // CID has no codes for attacks: the liveness check gave no frame to go on with.
            _ if outcome.code == LivenessCode::INTERNAL.0 => INTERNAL,
            _ => NO_BEST_FRAME,
        };
        Some(Self {
            event_type: info.event_type.clone(),
            error: error.to_owned(),
            error_message: info.error_message.clone(),
            liveness_code: outcome.code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_a_list() {
        let wanted = Wanted::parse(Some("document,result")).unwrap();
        assert!(wanted.document && wanted.result && !wanted.liveness && !wanted.error);
        assert!(Wanted::parse(None).unwrap().error);
        for bad in ["", "document,", "Document", "all", "document, error"] {
            assert!(Wanted::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}
