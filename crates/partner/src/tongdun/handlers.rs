//! TongDun's two calls, and the page between them.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vouch_contract::scheme::Scheme;

use super::fault::{TongDunError, TongDunFault, sequence_id};
use super::language;
use crate::codes;
use crate::context::Context;
use crate::desk::{Api, MediaKind, SessionId};
use crate::failures::Failures;
use crate::flow::{self, Opening};
use crate::http::{Fault, Kind, body, caller, query, text};
use crate::register::Durability;
use crate::register::partners::Partner;
use crate::register::sessions::{self, Parameters, Session};
use crate::secret::Token;
use crate::targets;
use crate::vault::Bound;

/// How long a fetched result can be fetched again, seconds: an answer may be lost on its way.
const FETCH_AGAIN_S: i64 = 10 * 60;
/// Longest time for the desk to hand out the best selfie.
const MEDIA_LIMIT: Duration = Duration::from_secs(10);
/// The page's path.
const PAGE: &str = "/verification/kyc/h5/liveness/page";

/// Who calls.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Credentials {
    /// The partner's code.
    partner_code: String,
    /// The partner's secret.
    partner_key: String,
}

/// What a token is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// Where the person goes after passing. Must be on the partner's list.
    #[schema(format = "uri", max_length = 2000)]
    success_redirect: String,
    /// Where the person goes otherwise. Must be on the partner's list.
    #[schema(format = "uri", max_length = 2000)]
    failure_redirect: String,
    /// en, id, es, ar, tl, ko, pt, ru, th, tr, vi, kh, zh-Hans or zh-Hant; else the browser's
    /// language; else English.
    #[schema(example = "es")]
    language: Option<String>,
    /// Whether prompts are spoken: in en, es and id, else in English.
    #[serde(default)]
    audio: bool,
}

/// A token.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenAnswer {
    /// 200.
    #[schema(example = 200)]
    code: u16,
    message: &'static str,
    /// Unique for each answer.
    #[schema(format = "uuid")]
    sequence_id: String,
    /// Single use.
    token: String,
    /// The page to send the person to.
    #[schema(format = "uri")]
    url: String,
}

/// Gets a token.
#[utoipa::path(
    post, path = "/verification/kyc/h5/liveness/token/v1", tag = "TongDun", operation_id = "tongdunToken",
    params(Credentials), request_body = TokenRequest,
    responses((status = 200, description = "A token.", body = TokenAnswer), Failures<TongDunError>),
)]
pub(super) async fn token(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<TokenAnswer>, TongDunFault> {
    let (head, body) = request.into_parts();
    let partner = partner(&context, &head).await?;
    let asked: TokenRequest = body::plain(&head, body).await?;
    let redirect = |name: &str, address: &str| {
        let checked = targets::redirect(address, &partner.targets, flow::reserved(Api::TongDun));
        checked.map_err(|fault| Fault::new(Kind::Forbidden, format!("{name}: {fault}")))
    };
    let success = redirect("success_redirect", &asked.success_redirect)?;
    let failure = redirect("failure_redirect", &asked.failure_redirect)?;
    // Any other language is as good as none: the browser's is taken.
    let language = asked.language.as_deref().filter(|language| language::tag(language).is_some());
    let opening = Opening {
        partner: partner.code.clone(),
        api: Api::TongDun,
        ticket: None,
        scheme: Scheme::LivenessOnly.to_string(),
        parameters: Parameters {
            scheme: Scheme::LivenessOnly,
            language: language.and_then(language::tag).map(str::to_owned),
            audio: asked.audio,
            success: Some(success.to_string()),
            failure: Some(failure.to_string()),
            nonce: text::nonce(None)?.as_str().to_owned(),
            // The person has just read the partner's own page.
            guide: false,
            result: false,
        },
        bound: Bound::default(),
    };
    let opened = flow::open(&context, opening, |_, _| Ok(Ok(()))).await?;
    let mut url = context.address(PAGE);
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("token", opened.token.as_str())
            .append_pair("success_redirect", success.as_str())
            .append_pair("failure_redirect", failure.as_str());
        if let Some(language) = language {
            query.append_pair("language", language);
        }
        query.append_pair("audio", if asked.audio { "true" } else { "false" });
    }
    Ok(Json(TokenAnswer {
        code: 200,
        message: "ok",
        sequence_id: sequence_id(),
        token: opened.token.as_str().to_owned(),
        url: url.into(),
    }))
}

/// Whose result.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResultRequest {
    /// The token, as it came back with the redirect.
    token: String,
}

/// A result.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResultAnswer {
    /// A code of TongDun's table.
    #[schema(example = 200)]
    code: u32,
    message: &'static str,
    /// Unique for each answer.
    #[schema(format = "uuid")]
    sequence_id: String,
    /// The best selfie, a JPEG in base64; only if the person passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(content_encoding = "base64", content_media_type = "image/jpeg")]
    image: Option<String>,
    /// The signed result (JWS). Not TongDun's.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_result: Option<String>,
}

/// Gets a token's result.
#[utoipa::path(
    post, path = "/verification/kyc/h5/liveness/result/v1", tag = "TongDun", operation_id = "tongdunResult",
    params(Credentials), request_body = ResultRequest,
    responses((status = 200, description = "The result.", body = ResultAnswer), Failures<TongDunError>),
)]
pub(super) async fn result(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<ResultAnswer>, TongDunFault> {
    let (head, body) = request.into_parts();
    let partner = partner(&context, &head).await?;
    let asked: ResultRequest = body::plain(&head, body).await?;
    let Some(token) = Token::parse(&asked.token) else { return Ok(plain(codes::NO_RESULT)) };
    let hash = token.hash();
    let found = context.register.run(Durability::Quick, move |connection, now| {
        Ok(sessions::by_token(connection, Api::TongDun, &hash)?.map(|session| (session, now)))
    });
    let found = found.await.map_err(Fault::from)?.filter(|(session, _)| session.partner == partner.code);
    let Some((session, now)) = found else { return Ok(plain(codes::NO_RESULT)) };
    let Some(outcome) = &session.outcome else { return Ok(plain(codes::NO_RESULT)) };
    if session.fetched_until.is_some_and(|until| until <= now) {
        return Ok(plain(codes::ALREADY_USED));
    }
    let image = if outcome.passed { Some(best_selfie(&context, &session).await?) } else { None };
    let id = session.id.clone();
    let fetched = context.register.run(Durability::Quick, move |connection, now| {
        sessions::fetched(connection, &id, now + FETCH_AGAIN_S)
    });
    fetched.await.map_err(Fault::from)?;
    let Json(answer) = plain(codes::result(outcome.passed, outcome.code));
    Ok(Json(ResultAnswer { image, signed_result: session.jws, ..answer }))
}

fn plain(code: u32) -> Json<ResultAnswer> {
    let (message, sequence_id) = (codes::meaning(code), sequence_id());
    Json(ResultAnswer { code, message, sequence_id, image: None, signed_result: None })
}

async fn best_selfie(context: &Context, session: &Session) -> Result<String, Fault> {
    let id = SessionId::parse(&session.id).ok_or_else(Fault::internal)?;
    let asked = tokio::time::timeout(MEDIA_LIMIT, context.desk.media(id, MediaKind::BestShot)).await;
    let medium = asked.map_err(|_| Fault::new(Kind::NotReady, "the terminal does not answer in time"))??;
    let missing = || Fault::new(Kind::Gone, "the terminal no longer has the picture of this session");
    Ok(STANDARD.encode(medium.ok_or_else(missing)?.bytes))
}

/// What the page's address carries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The token; single use.
    token: String,
    /// As in the call for the token; another address is refused.
    success_redirect: Option<String>,
    /// As in the call for the token; another address is refused.
    failure_redirect: Option<String>,
    /// As in the call for the token.
    #[expect(dead_code, reason = "what counts is what the partner asked for with the token")]
    #[serde(default)]
    language: Option<String>,
    /// As in the call for the token.
    #[expect(dead_code, reason = "what counts is what the partner asked for with the token")]
    #[serde(default)]
    audio: Option<String>,
}

/// The page that the person's browser opens.
#[utoipa::path(
    get, path = "/verification/kyc/h5/liveness/page", tag = "TongDun", operation_id = "tongdunPage",
    params(PageQuery),
    responses(
        (status = 200, description = "A page that waits.", body = String, content_type = "text/html"),
        (status = 303, description = "On to the terminal's page; or, at the end, to \
            `success_redirect?code=TOKEN&state=0` or `failure_redirect?code=TOKEN&state=N`: 2 not passed, 3 token \
            already used, 4 the camera can't be opened, 5 and 6 network trouble."),
        (status = 400, description = "The address was changed.", body = String, content_type = "text/html"),
        (status = 404, description = "The token is unknown or has expired.", body = String, content_type = "text/html"),
        (status = 410, description = "The session is lost.", body = String, content_type = "text/html"),
        (status = 429, description = "Too many calls.", body = String, content_type = "text/html"),
        (status = 503, description = "The terminal is busy.", body = String, content_type = "text/html"),
    ),
)]
pub(super) async fn page(State(context): State<Arc<Context>>, head: Parts) -> Response<Body> {
    let asked = query::<PageQuery>(&head).ok();
    let token = asked.as_ref().map(|asked| asked.token.clone()).unwrap_or_default();
    let accept = head.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = Some(language::of_browser(accept).to_owned());
    flow::browse(&context, Api::TongDun, &head, &token, language, move |session| {
        let same = |given: Option<String>, kept: &Option<String>| given.is_none() || given == *kept;
        let Some(asked) = asked else { return Ok(()) };
        let unchanged = same(asked.success_redirect, &session.parameters.success)
            && same(asked.failure_redirect, &session.parameters.failure);
        if unchanged { Ok(()) } else { Err(Fault::invalid("the redirects are not those of the token")) }
    })
    .await
}

async fn partner(context: &Context, head: &Parts) -> Result<Partner, Fault> {
    let from = caller(&head.extensions);
    context.guard.address(from).map_err(Fault::too_many)?;
    let missing = |_| Fault::new(Kind::Unauthorized, "give partner_code and partner_key in the query");
    let Credentials { partner_code, partner_key } = query(head).map_err(missing)?;
    context.partner(from, &partner_code, &partner_key).await
}
