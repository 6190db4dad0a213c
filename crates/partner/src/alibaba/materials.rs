//! GetMaterials and SubmitMaterials: what was collected, by the terminal or by the business.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vouch_contract::claims::DocumentClaims;
use vouch_contract::codes::LivenessCode;
use vouch_contract::json_name::json_name;
use vouch_contract::scheme::Scheme;

use super::binding::{Binding, complete};
use super::fault::{AlibabaError, AlibabaFault, Envelope};
use super::status::{self, StatusData, TicketRequest};
use crate::basic;
use crate::context::Context;
use crate::desk::{Api, Materials, MaterialsVerdict, MediaKind, SessionId};
use crate::failures::Failures;
use crate::flow::claims_of;
use crate::http::{Fault, Kind, body, text};
use crate::register::Durability;
use crate::register::sessions::{
    self, Ending, NewSession, Outcome, Parameters, Session, State as Stage, Ticket,
};
use crate::schemes::BusinessScheme;

/// Longest time for the desk to hand out one picture.
const MEDIA_LIMIT: Duration = Duration::from_secs(10);
/// Longest time for the desk to compare with the record.
const COMPARE_LIMIT: Duration = Duration::from_secs(30);

/// What the terminal collected. What the business bound itself is not repeated.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MaterialsData {
    /// From the document, or as the person typed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// From the document, or as the person typed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    identification_number: Option<String>,
    /// `ID_CARD`, `RESIDENCE_PERMIT` or `PA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_card_type: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_card_start_date: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_card_expiry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nationality: Option<String>,
    /// `F`, `M` or `X`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<String>,
    /// The best shot of the face, a JPEG in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(content_encoding = "base64", content_media_type = "image/jpeg")]
    face_pic: Option<String>,
    /// The card's front, a JPEG in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(content_encoding = "base64", content_media_type = "image/jpeg")]
    id_card_front_pic: Option<String>,
    /// The card's back, a JPEG in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(content_encoding = "base64", content_media_type = "image/jpeg")]
    id_card_back_pic: Option<String>,
    /// The signed result (JWS). Not Alibaba Cloud's.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_result: Option<String>,
}

/// Fetches what the terminal collected.
#[utoipa::path(
    post, path = "/alibaba/v1/GetMaterials", tag = "Alibaba Cloud", operation_id = "alibabaGetMaterials",
    request_body = TicketRequest, security(("accessKey" = [])),
    responses((status = 200, description = "What was collected.", body = Envelope<MaterialsData>), Failures<AlibabaError>),
)]
pub(super) async fn get_materials(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<Envelope<MaterialsData>>, AlibabaFault> {
    let session = status::session(&context, request).await?;
    if session.state != Stage::Ended {
        let fault = Fault::new(Kind::Conflict, "the verification has not ended; call GetStatus until it has");
        return Err(fault.after(Duration::from_secs(2)).into());
    }
    let claims = claims_of(&session);
    let document = claims.as_ref().and_then(|claims| claims.document.as_ref());
    let typed = session.typed.as_ref();
    let face_pic = picture(&context, &session, MediaKind::BestShot).await?;
    let (id_card_front_pic, id_card_back_pic) = if document.is_some() {
        let front = picture(&context, &session, MediaKind::Document(0)).await?;
        (front, picture(&context, &session, MediaKind::Document(1)).await?)
    } else {
        (None, None)
    };
    Ok(Envelope::of(MaterialsData {
        name: document.map(full_name).or_else(|| typed.map(|claim| claim.name.clone())),
        identification_number: document.map(number).or_else(|| typed.map(|claim| claim.number.clone())),
        id_card_type: document.map(|document| json_name(&document.recognized_document_type)),
        id_card_start_date: document.and_then(|document| document.issue_date.clone()),
        id_card_expiry: document.map(|document| document.expire_date.clone()),
        authority: document.and_then(|document| document.authority.clone()),
        nationality: document.map(|document| document.nationality.clone()),
        sex: document.map(|document| document.gender.clone()),
        birth_date: document.map(|document| document.date_of_birth.clone()),
        face_pic,
        id_card_front_pic,
        id_card_back_pic,
        signed_result: session.jws.clone(),
    }))
}

/// Surname first, as the records have it.
fn full_name(document: &DocumentClaims) -> String {
    let parts = [Some(&document.last_name), Some(&document.first_name), document.patronymic.as_ref()];
    let parts: Vec<&str> =
        parts.into_iter().flatten().map(String::as_str).filter(|p| !p.is_empty()).collect();
    parts.join(" ")
}

/// The personal number if the document has one, else its own.
fn number(document: &DocumentClaims) -> String {
    document.identification_number.clone().unwrap_or_else(|| document.document_number.clone())
}

async fn picture(context: &Context, session: &Session, kind: MediaKind) -> Result<Option<String>, Fault> {
    // Without a result there are no pictures: the session was lost, or had no person (RPMin).
    if session.jws.is_none() || session.scheme == BusinessScheme::RpMin.name() {
        return Ok(None);
    }
    let id = SessionId::parse(&session.id).ok_or_else(Fault::internal)?;
    let asked = tokio::time::timeout(MEDIA_LIMIT, context.desk.media(id, kind)).await;
    let medium = asked.map_err(|_| Fault::new(Kind::NotReady, "the terminal does not answer in time"))??;
    Ok(medium.map(|medium| STANDARD.encode(medium.bytes)))
}

/// What the business collected itself.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SubmitRequest {
    /// The identifier of a scene with the scheme RPMin.
    #[schema(min_length = 1, max_length = 20, pattern = "^[A-Za-z0-9-]+$")]
    biz: String,
    /// The business's number of this verification: a UUID.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    ticket_id: String,
    /// Name, number and portrait; photos of the card if there are any.
    materials: Binding,
    /// For a signed verdict; else a random one.
    #[schema(min_length = 8, max_length = 64, pattern = "^[!-~]+$")]
    nonce: Option<String>,
}

/// Submits what the business collected, and tells the verdict.
#[utoipa::path(
    post, path = "/alibaba/v1/SubmitMaterials", tag = "Alibaba Cloud", operation_id = "alibabaSubmitMaterials",
    request_body = SubmitRequest, security(("accessKey" = [])),
    responses((status = 200, description = "The verdict.", body = Envelope<StatusData>), Failures<AlibabaError>),
)]
pub(super) async fn submit_materials(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<Envelope<StatusData>>, AlibabaFault> {
    let (head, body) = request.into_parts();
    let partner = basic::partner(&context, &head).await?;
    let _place = context.pictures.acquire().await.map_err(|_| Fault::internal())?;
    let asked: SubmitRequest = body::with_pictures(&head, body).await?;
    let scene = super::scene(&context, &partner, asked.biz).await?;
    let ticket = super::ticket(&scene, &asked.ticket_id)?;
    if scene.scheme != BusinessScheme::RpMin {
        return Err(Fault::invalid("SubmitMaterials is for scenes with the scheme RPMin").into());
    }
    let bound = asked.materials.check(scene.scheme)?;
    let (claim, portrait, card_photos) = complete(bound).ok_or_else(Fault::internal)?;
    let id = SessionId::random();
    let nonce = text::nonce(asked.nonce.as_deref())?;
    if let Some(known) = reserve(&context, &id, &partner.code, &ticket, nonce.as_str()).await? {
        return Ok(Envelope::of(StatusData::of(&known)));
    }
    let materials = Materials { id: id.clone(), partner: partner.code, nonce, claim, portrait, card_photos };
    // It must come to an end, even if the caller hangs up.
    let judging = context.clone();
    let session = tokio::spawn(async move { judge(&judging, materials).await });
    let session = session.await.unwrap_or_else(|_| Err(Fault::internal()))?;
    Ok(Envelope::of(StatusData::of(&session)))
}

/// Reserves the ticket for this call, or tells the verdict that it has.
async fn reserve(
    context: &Context,
    id: &SessionId,
    partner: &str,
    ticket: &Ticket,
    nonce: &str,
) -> Result<Option<Session>, Fault> {
    let parameters = Parameters {
        // There is no session; the record is what it is compared with.
        scheme: Scheme::RpBioOnly,
        language: None,
        audio: false,
        success: None,
        failure: None,
        nonce: nonce.to_owned(),
        guide: false,
        result: false,
    };
    let (id, partner, ticket) = (id.as_str().to_owned(), partner.to_owned(), ticket.clone());
    let reserved = context.register.run(Durability::Durable, move |connection, now| {
        if let Some(known) = sessions::by_ticket(connection, &ticket)?.filter(|one| one.state != Stage::Open)
        {
            return Ok(Some(known));
        }
        let new = NewSession {
            id: id.clone(),
            partner,
            api: Api::Alibaba,
            token: None,
            ticket: Some(ticket),
            scheme: BusinessScheme::RpMin.name().to_owned(),
            parameters,
            bound: false,
        };
        sessions::create(connection, now, &new)?;
        sessions::take(connection, now, &id, None)?;
        Ok(None)
    });
    match reserved.await? {
        Some(known) if known.state != Stage::Ended => {
            let fault = Fault::new(Kind::Conflict, "the materials of this TicketId are being compared");
            Err(fault.after(Duration::from_secs(2)))
        }
        known => Ok(known),
    }
}

async fn judge(context: &Context, materials: Materials) -> Result<Session, Fault> {
    let id = materials.id.as_str().to_owned();
    let asked = tokio::time::timeout(COMPARE_LIMIT, context.desk.submit_materials(materials)).await;
    let verdict = match asked {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(refusal)) => {
            forget(context, id).await?;
            return Err(refusal.into());
        }
        Err(_) => {
            forget(context, id).await?;
            return Err(Fault::new(Kind::NotReady, "the terminal does not answer in time"));
        }
    };
    let ending = ending(verdict);
    let written = context.register.run(Durability::Durable, move |connection, now| {
        sessions::begun(connection, now, &id)?;
        sessions::end(connection, now, &id, &ending, false)?;
        sessions::by_id(connection, &id)
    });
    let session = written.await?.ok_or_else(Fault::internal)?;
    context.bell.notify_one();
    Ok(session)
}

/// The desk did not judge: the ticket is free again.
async fn forget(context: &Context, id: String) -> Result<(), Fault> {
    Ok(context
        .register
        .run(Durability::Quick, move |connection, _| sessions::put_back(connection, &id))
        .await?)
}

fn ending(verdict: MaterialsVerdict) -> Ending {
    let passed = verdict.passed();
    let code = if passed { LivenessCode::LIVE } else { LivenessCode::INTERNAL };
    let outcome = Outcome {
        passed,
        code: code.0,
        complete: true,
        billed: false,
        error: verdict.error.filter(|_| !passed),
        comparison: verdict.comparison,
        lost: false,
    };
    Ending { outcome, jws: verdict.jws, typed: None }
}
