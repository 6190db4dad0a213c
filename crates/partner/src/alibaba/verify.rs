//! GetVerifyToken, and the page that its token opens.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::binding::Binding;
use super::fault::{AlibabaError, AlibabaFault, Envelope};
use crate::basic;
use crate::context::Context;
use crate::desk::Api;
use crate::failures::Failures;
use crate::flow::{self, Opening};
use crate::http::{Fault, Kind, body, query, text};
use crate::register::sessions::{self, OPEN_S, Parameters};
use crate::schemes::BusinessScheme;
use crate::targets;

/// A verification to begin.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// The scene's identifier.
    #[schema(min_length = 1, max_length = 20, pattern = "^[A-Za-z0-9-]+$")]
    biz: String,
    /// The business's number of this verification, the same in every retry: a UUID.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    ticket_id: String,
    /// What is bound; which, the scheme says.
    binding: Option<Binding>,
    /// Where the person goes afterwards, with `TicketId` and `StatusCode` added. Must be on the
    /// partner's list; required for RPH5BioOnly.
    #[schema(format = "uri", max_length = 2000)]
    redirect_url: Option<String>,
    /// The page's language (BCP 47); else the terminal's.
    #[schema(pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length = 35)]
    language: Option<String>,
    /// Whether prompts are spoken.
    #[serde(default)]
    audio: bool,
    /// `eat_nonce` of the signed result; else a random one.
    #[schema(min_length = 8, max_length = 64, pattern = "^[!-~]+$")]
    nonce: Option<String>,
}

/// A token and its page.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifyData {
    verify_token: VerifyToken,
    /// The page to send the person to.
    #[schema(format = "uri")]
    cloudauth_page_url: String,
}

/// A token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifyToken {
    /// Single use.
    token: String,
    /// Seconds in which the page must be opened.
    duration_seconds: i64,
}

/// Begins a verification.
#[utoipa::path(
    post, path = "/alibaba/v1/GetVerifyToken", tag = "Alibaba Cloud", operation_id = "alibabaGetVerifyToken",
    request_body = VerifyRequest, security(("accessKey" = [])),
    responses((status = 200, description = "A token.", body = Envelope<VerifyData>), Failures<AlibabaError>),
)]
pub(super) async fn get_verify_token(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<Envelope<VerifyData>>, AlibabaFault> {
    let (head, body) = request.into_parts();
    let partner = basic::partner(&context, &head).await?;
    let _place = context.pictures.acquire().await.map_err(|_| Fault::internal())?;
    let asked: VerifyRequest = body::with_pictures(&head, body).await?;
    let scene = super::scene(&context, &partner, asked.biz).await?;
    let ticket = super::ticket(&scene, &asked.ticket_id)?;
    let Some(scheme) = scene.scheme.session() else {
        return Err(Fault::invalid("a scene of RPMin has no page; call SubmitMaterials").into());
    };
    let redirect = match &asked.redirect_url {
        Some(url) => Some(
            targets::redirect(url, &partner.targets, flow::reserved(Api::Alibaba))
                .map_err(|fault| Fault::new(Kind::Forbidden, format!("RedirectUrl: {fault}")))?
                .to_string(),
        ),
        None if scene.scheme == BusinessScheme::RpH5BioOnly => {
            return Err(Fault::invalid("the scheme RPH5BioOnly needs RedirectUrl").into());
        }
        None => None,
    };
    let opening = Opening {
        partner: partner.code,
        api: Api::Alibaba,
        ticket: Some(ticket.clone()),
        scheme: scene.scheme.name().to_owned(),
        parameters: Parameters {
            scheme,
            language: asked.language.as_deref().map(text::language).transpose()?,
            audio: asked.audio,
            success: redirect.clone(),
            failure: redirect,
            nonce: text::nonce(asked.nonce.as_deref())?.as_str().to_owned(),
            guide: scene.pages.guide,
            result: scene.pages.result,
        },
        bound: asked.binding.unwrap_or_default().check(scene.scheme)?,
    };
    let opened = flow::open(&context, opening, move |connection, _| {
        let passed = sessions::has_passed(connection, &ticket)?;
        let message = "this TicketId has passed already; call GetStatus, or give a new TicketId";
        Ok(if passed { Err(Fault::new(Kind::Conflict, message)) } else { Ok(()) })
    });
    let opened = opened.await?;
    let mut page = context.address("/alibaba/v1/page");
    page.query_pairs_mut().append_pair("token", opened.token.as_str());
    let verify_token = VerifyToken { token: opened.token.as_str().to_owned(), duration_seconds: OPEN_S };
    Ok(Envelope::of(VerifyData { verify_token, cloudauth_page_url: page.into() }))
}

/// Where a browser brings its token.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// From `CloudauthPageUrl`; single use.
    token: String,
}

/// The page that the person's browser opens.
#[utoipa::path(
    get, path = "/alibaba/v1/page", tag = "Alibaba Cloud", operation_id = "alibabaPage", params(PageQuery),
    responses(
        (status = 200, description = "A page that waits.", body = String, content_type = "text/html"),
        (status = 303, description = "On to the terminal's page; or, at the end, to \
            `RedirectUrl?TicketId=…&StatusCode=…`."),
        (status = 400, description = "The token is missing.", body = String, content_type = "text/html"),
        (status = 404, description = "The token is unknown or has expired.", body = String, content_type = "text/html"),
        (status = 410, description = "The token was used already.", body = String, content_type = "text/html"),
        (status = 429, description = "Too many calls.", body = String, content_type = "text/html"),
        (status = 503, description = "The terminal is busy or not ready.", body = String, content_type = "text/html"),
    ),
)]
pub(super) async fn page(State(context): State<Arc<Context>>, head: Parts) -> Response<Body> {
    let token = query::<PageQuery>(&head).map(|query| query.token).unwrap_or_default();
    flow::browse(&context, Api::Alibaba, &head, &token, None, |_| Ok(())).await
}
