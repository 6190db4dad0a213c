//! Answers and refusals.

use axum::Json;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;
use vouch_contract::claims::Consent;

use crate::desk::{EnrolRefusal, Enrolled, EnrolledPerson, Identified};
use crate::http::{Fault, Kind};

/// An entry that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryMade {
    /// How many templates it is made of.
    references: usize,
    /// When it ends. Left out: when it is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    expires_at: Option<String>,
    /// How many people were searched for the same face.
    compared: usize,
    /// How often such a search finds a stranger, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    false_positive_rate: f32,
}

impl From<Enrolled> for EntryMade {
    fn from(done: Enrolled) -> Self {
        let Enrolled { references, expires_at, compared, false_positive_rate } = done;
        Self { references, expires_at, compared, false_positive_rate }
    }
}

/// All that is kept of a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptPerson {
    number: String,
    last_name: String,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    patronymic: Option<String>,
    #[schema(format = "date-time")]
    enrolled_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<KeptConsent>,
    /// The embedding model: the first eight bytes of its file's SHA-256, hex.
    model: String,
    /// The templates: points on the unit sphere, or near it.
    templates: Vec<Vec<f32>>,
    /// The picture files in base64, if they are kept.
    pictures: Vec<String>,
}

/// What a person agreed to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptConsent {
    version: String,
    language: String,
    text_sha256: String,
    #[schema(format = "date-time")]
    agreed_at: String,
}

impl From<EnrolledPerson> for KeptPerson {
    fn from(person: EnrolledPerson) -> Self {
        let consent = |consent: Consent| KeptConsent {
            version: consent.version,
            language: consent.language,
            text_sha256: consent.text_sha256,
            agreed_at: consent.agreed_at,
        };
        Self {
            number: person.number,
            last_name: person.last_name,
            first_name: person.first_name,
            patronymic: person.patronymic,
            enrolled_at: person.enrolled_at,
            expires_at: person.expires_at,
            consent: person.consent.map(consent),
            model: person.model,
            templates: person.templates,
            pictures: person.pictures.iter().map(|picture| STANDARD.encode(picture)).collect(),
        }
    }
}

/// Whom a search found, among the people that this partner enrolled.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchAnswer {
    /// Those who look like the face, most similar first.
    people: Vec<FoundPerson>,
    /// The least similarity, -1 to 1.
    threshold: f32,
    /// How many people the face was compared with.
    compared: usize,
    /// How many could not be compared: they were enrolled with another embedding model.
    of_other_models: usize,
    /// How often such a search finds a stranger, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    false_positive_rate: f32,
}

/// Somebody who looks like the face.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundPerson {
    number: String,
    /// -1 to 1.
    similarity: f32,
}

impl From<Identified> for SearchAnswer {
    fn from(found: Identified) -> Self {
        let Identified { alike, threshold, compared, of_other_models, false_positive_rate } = found;
        let people =
            alike.into_iter().map(|one| FoundPerson { number: one.number, similarity: one.similarity });
        Self { people: people.collect(), threshold, compared, of_other_models, false_positive_rate }
    }
}

/// A person was removed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Removed {
    /// True: nothing of the entry is left in the terminal's files.
    pub removed: bool,
}

/// Why a call was refused.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GalleryError {
    /// A name for software, such as `NOT_FOUND`.
    #[schema(example = "NOT_FOUND")]
    error: &'static str,
    /// A message for the partner's engineers.
    error_message: String,
}

/// A refusal.
pub(super) struct GalleryFault {
    fault: Fault,
    code: &'static str,
}

impl From<Fault> for GalleryFault {
    fn from(fault: Fault) -> Self {
        let code = fault.kind.name();
        Self { fault, code }
    }
}

impl From<EnrolRefusal> for GalleryFault {
    fn from(refusal: EnrolRefusal) -> Self {
        let message = refusal.to_string();
        let (fault, code) = match refusal {
            EnrolRefusal::Desk(refusal) => return Fault::from(refusal).into(),
            EnrolRefusal::Picture { .. } => (Fault::new(Kind::Unusable, message), "PICTURE"),
            EnrolRefusal::NotOnePerson => (Fault::new(Kind::Unusable, message), "NOT_ONE_PERSON"),
            EnrolRefusal::Exists => (Fault::new(Kind::Conflict, message), "EXISTS"),
            EnrolRefusal::Similar => (Fault::new(Kind::Conflict, message), "SIMILAR"),
        };
        Self { fault, code }
    }
}

impl IntoResponse for GalleryFault {
    fn into_response(self) -> Response {
        let retry_after = self.fault.retry_seconds();
        let error = GalleryError { error: self.code, error_message: self.fault.message };
        let mut response = (self.fault.kind.status(), Json(error)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
