//! CID's calls.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vouch_contract::scheme::Scheme;

use super::answer::{SessionData, Wanted};
use super::fault::{CidError, CidFault};
use crate::context::Context;
use crate::desk::{Api, MediaKind, SessionId};
use crate::failures::Failures;
use crate::flow::{self, Opening};
use crate::http::fields::PictureText;
use crate::http::{Fault, Kind, body, caller, query, text};
use crate::register::partners::{self, Partner};
use crate::register::sessions::{self, OPEN_S, Parameters, Session, State as Stage};
use crate::register::tokens::{self, VALID_S};
use crate::register::{Durability, RegisterError};
use crate::secret::{Token, TokenHash};
use crate::targets;
use crate::vault::Bound;

/// Longest time for the desk to hand out media.
const MEDIA_LIMIT: Duration = Duration::from_secs(10);

/// A login.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The partner's code.
    login: String,
    /// The partner's secret.
    #[schema(format = "password")]
    password: String,
}

/// A token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginToken {
    /// Starts one session, and reads the partner's sessions until it expires.
    token: String,
    /// Seconds until it expires.
    expires_in: i64,
}

/// Gets a token.
#[utoipa::path(
    post, path = "/cid/v1/token", tag = "CID", operation_id = "cidToken", request_body = Login,
    responses((status = 200, description = "A token.", body = LoginToken), Failures<CidError>),
)]
pub(super) async fn token(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<LoginToken>, CidFault> {
    let (head, body) = request.into_parts();
    let from = caller(&head.extensions);
    context.guard.address(from).map_err(Fault::too_many)?;
    let login: Login = body::plain(&head, body).await?;
    let partner = context.partner(from, &login.login, &login.password).await?;
    let token = Token::random().map_err(Fault::from)?;
    let hash = token.hash();
    let issue = move |connection: &_, now| tokens::issue(connection, now, &hash, &partner.code);
    context.register.run(Durability::Quick, issue).await.map_err(Fault::from)?;
    Ok(Json(LoginToken { token: token.as_str().to_owned(), expires_in: VALID_S }))
}

/// What the live face is compared with.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum IdentificationType {
    /// The photo on the document that the person shows.
    DocumentImage,
    /// The photo that the partner sends.
    ReferencePhoto,
}

/// A session to start.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Start {
    identification_type: IdentificationType,
    /// Where the person goes afterwards, with `sessionId` added. Must be on the partner's list.
    #[schema(format = "uri", max_length = 2000)]
    redirect_uri: String,
    /// The reference photo, a picture file in base64; required for `REFERENCE_PHOTO`.
    reference_photo: Option<PictureText>,
    /// The page's language (BCP 47); else the terminal's.
    #[schema(example = "kk", pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length = 35)]
    language: Option<String>,
    /// Whether prompts are spoken.
    #[serde(default)]
    audio: bool,
    /// `eat_nonce` of the signed result; else a random one.
    #[schema(min_length = 8, max_length = 64, pattern = "^[!-~]+$")]
    nonce: Option<String>,
}

/// A session that waits for the person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Started {
    /// The session's number.
    #[schema(format = "uuid")]
    session_id: String,
    /// Where to send the person's browser.
    #[schema(format = "uri")]
    page_url: String,
    /// Seconds in which the page must be opened.
    expires_in: i64,
}

/// Starts a session.
#[utoipa::path(
    post, path = "/cid/v1/sessions", tag = "CID", operation_id = "cidStart", request_body = Start,
    security(("cidToken" = [])),
    responses((status = 201, description = "The session waits for the person.", body = Started), Failures<CidError>),
)]
pub(super) async fn start(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<(StatusCode, Json<Started>), CidFault> {
    let (head, body) = request.into_parts();
    let (partner, hash) = logged_in(&context, &head).await?;
    let _place = context.pictures.acquire().await.map_err(|_| Fault::internal())?;
    let start: Start = body::with_pictures(&head, body).await?;
    let reserved = flow::reserved(Api::Cid);
    let redirect = targets::redirect(&start.redirect_uri, &partner.targets, reserved)
        .map_err(|fault| Fault::new(Kind::Forbidden, format!("redirectUri: {fault}")))?;
    let references = match (start.identification_type, &start.reference_photo) {
        (IdentificationType::DocumentImage, None) => Vec::new(),
        (IdentificationType::ReferencePhoto, Some(photo)) => vec![photo.read("referencePhoto")?],
        (IdentificationType::DocumentImage, Some(_)) => {
            return Err(Fault::invalid("referencePhoto is not used with DOCUMENT_IMAGE; leave it out").into());
        }
        (IdentificationType::ReferencePhoto, None) => {
            return Err(Fault::invalid("REFERENCE_PHOTO needs referencePhoto").into());
        }
    };
    let scheme = match start.identification_type {
        IdentificationType::DocumentImage => Scheme::CidDocument,
        IdentificationType::ReferencePhoto => Scheme::FvBioOnly,
    };
    let opening = Opening {
        partner: partner.code,
        api: Api::Cid,
        ticket: None,
        scheme: scheme.to_string(),
        parameters: Parameters {
            scheme,
            language: start.language.as_deref().map(text::language).transpose()?,
            audio: start.audio,
            success: Some(redirect.to_string()),
            failure: Some(redirect.to_string()),
            nonce: text::nonce(start.nonce.as_deref())?.as_str().to_owned(),
            guide: true,
            result: true,
        },
        bound: Bound { references, ..Bound::default() },
    };
    let opened = flow::open(&context, opening, move |connection, id| {
        let spent = tokens::spend(connection, &hash, id)?;
        let message = "this token has started a session already; get a new token";
        Ok(if spent { Ok(()) } else { Err(Fault::new(Kind::Conflict, message)) })
    });
    let opened = opened.await?;
    let mut page = context.address("/cid/v1/page");
    page.query_pairs_mut().append_pair("ticket", opened.token.as_str());
    let started = Started { session_id: opened.id.to_string(), page_url: page.into(), expires_in: OPEN_S };
    Ok((StatusCode::CREATED, Json(started)))
}

/// Which data.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Types {
    /// A list of `document`, `liveness`, `error` and `result`, with commas between. Without it:
    /// document, liveness and error, whatever there is.
    #[param(
        example = "document,liveness",
        pattern = "^(document|liveness|error|result)(,(document|liveness|error|result))*$"
    )]
    r#type: Option<String>,
}

/// Fetches the data of a session that has ended.
#[utoipa::path(
    get, path = "/cid/v1/sessions/{sessionId}", tag = "CID", operation_id = "cidSession",
    params(("sessionId" = String, Path, format = "uuid", description = "The session's number."), Types),
    security(("cidToken" = [])),
    responses((status = 200, description = "The session's data.", body = SessionData), Failures<CidError>),
)]
pub(super) async fn session(
    State(context): State<Arc<Context>>,
    path: Result<Path<String>, PathRejection>,
    head: Parts,
) -> Result<Json<SessionData>, CidFault> {
    let id = path.map(|Path(id)| id).unwrap_or_default();
    let session = own_session(&context, &head, &id).await?;
    let wanted = Wanted::parse(query::<Types>(&head)?.r#type.as_deref())?;
    let data = SessionData::of(&session, wanted);
    Ok(Json(data.ok_or_else(not_ended)?))
}

/// Fetches a picture or the clip of a session.
#[utoipa::path(
    get, path = "/cid/v1/sessions/{sessionId}/media/{kind}", tag = "CID", operation_id = "cidMedia",
    params(
        ("sessionId" = String, Path, format = "uuid", description = "The session's number."),
        ("kind" = String, Path, pattern = "^(best-shot|clip|document-front|document-back)$",
            description = "`best-shot`, `clip`, `document-front` or `document-back`."),
    ),
    security(("cidToken" = [])),
    responses(
        (status = 200, description = "The file.", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "video/x-msvideo"), (Vec<u8> = "application/octet-stream"))),
        Failures<CidError>,
    ),
)]
pub(super) async fn media(
    State(context): State<Arc<Context>>,
    path: Result<Path<(String, String)>, PathRejection>,
    head: Parts,
) -> Result<Response<Body>, CidFault> {
    // What is no text is no session's number.
    let (id, kind) = path.map(|Path(both)| both).unwrap_or_default();
    let session = own_session(&context, &head, &id).await?;
    let (kind, name) = match kind.as_str() {
        "best-shot" => (MediaKind::BestShot, "best-shot"),
        "clip" => (MediaKind::Clip, "clip"),
        "document-front" => (MediaKind::Document(0), "document-front"),
        "document-back" => (MediaKind::Document(1), "document-back"),
        _ => return Err(Fault::new(Kind::NotFound, "there is no such kind of media").into()),
    };
    if session.state != Stage::Ended {
        return Err(not_ended().into());
    }
    let id = SessionId::parse(&session.id).ok_or_else(Fault::internal)?;
    let found = tokio::time::timeout(MEDIA_LIMIT, context.desk.media(id, kind)).await;
    let found = found.map_err(|_| Fault::new(Kind::NotReady, "the terminal does not answer in time"))?;
    let missing = || Fault::new(Kind::NotFound, "the session has no such medium, or no longer");
    let medium = found.map_err(Fault::from)?.ok_or_else(missing)?;
    let mut response = Response::new(Body::from(medium.bytes));
    let media_type = HeaderValue::from_str(&medium.media_type);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Where a browser brings its ticket.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Ticket {
    /// From `pageUrl`; single use.
    ticket: String,
}

/// The page that the person's browser opens.
#[utoipa::path(
    get, path = "/cid/v1/page", tag = "CID", operation_id = "cidPage", params(Ticket),
    responses(
        (status = 200, description = "A page that waits.", body = String, content_type = "text/html"),
        (status = 303, description = "On to the terminal's page, or to `redirectUri?sessionId=…`."),
        (status = 400, description = "The ticket is missing.", body = String, content_type = "text/html"),
        (status = 404, description = "The ticket is unknown or has expired.", body = String, content_type = "text/html"),
        (status = 410, description = "The ticket was used already.", body = String, content_type = "text/html"),
        (status = 429, description = "Too many calls.", body = String, content_type = "text/html"),
        (status = 503, description = "The terminal is busy or not ready.", body = String, content_type = "text/html"),
    ),
)]
pub(super) async fn page(State(context): State<Arc<Context>>, head: Parts) -> Response<Body> {
    let ticket = query::<Ticket>(&head).map(|query| query.ticket).unwrap_or_default();
    flow::browse(&context, Api::Cid, &head, &ticket, None, |_| Ok(())).await
}

/// The partner of the request's token, and the token's hash.
async fn logged_in(context: &Context, head: &Parts) -> Result<(Partner, TokenHash), CidFault> {
    let (partner, hash, stage) = bearer(context, head).await?;
    match stage {
        Some(Stage::Ended) => Err(CidFault::session_over()),
        _ => Ok((partner, hash)),
    }
}

/// The partner of the request's token, the token's hash, and how far the session is that it
/// started.
async fn bearer(context: &Context, head: &Parts) -> Result<(Partner, TokenHash, Option<Stage>), CidFault> {
    context.guard.address(caller(&head.extensions)).map_err(Fault::too_many)?;
    let value = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    let token = Token::parse(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"));
    let hash = token.ok_or_else(CidFault::token_invalid)?.hash();
    let found = context.register.run(Durability::Quick, move |connection, now| {
        let Some(token) = tokens::find(connection, now, &hash)? else { return Ok(None) };
        let Some(known) = partners::find(connection, &token.partner)? else { return Ok(None) };
        // A session that is no longer kept has ended, too.
        let stage = match token.session {
            Some(id) => Some(sessions::by_id(connection, &id)?.map_or(Stage::Ended, |session| session.state)),
            None => None,
        };
        Ok::<_, RegisterError>(Some((known.partner, stage)))
    });
    let (partner, stage) = found.await.map_err(Fault::from)?.ok_or_else(CidFault::token_invalid)?;
    context.guard.partner(&partner.code).map_err(Fault::too_many)?;
    Ok((partner, hash, stage))
}

/// A session of the partner whose token comes with the request.
async fn own_session(context: &Context, head: &Parts, id: &str) -> Result<Session, CidFault> {
    let (partner, ..) = bearer(context, head).await?;
    let missing = || Fault::new(Kind::NotFound, "this partner has no session with this number");
    let id = SessionId::parse(id).ok_or_else(missing)?;
    let found = context.register.run(Durability::Quick, move |c, _| sessions::by_id(c, id.as_str())).await;
    let session = found.map_err(Fault::from)?;
    Ok(session.filter(|one| one.partner == partner.code && one.api == Api::Cid).ok_or_else(missing)?)
}

fn not_ended() -> Fault {
    Fault::new(Kind::Conflict, "the session has not ended; ask again when the person comes back")
        .after(Duration::from_secs(2))
}
