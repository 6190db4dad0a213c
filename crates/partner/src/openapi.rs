//! The paths of all APIs, and their description (OpenAPI 3.1), which is made from them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::header::{REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Response, StatusCode};
use axum::middleware::map_response;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::alibaba::AlibabaError;
use crate::cid::CidError;
use crate::context::Context;
use crate::gallery::GalleryError;
use crate::tongdun::TongDunError;
use crate::{alibaba, cid, gallery, tongdun};

/// Nothing may be loaded by or around our pages.
const CSP: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vouch: the partners' APIs",
        description = "Four APIs over one terminal or hub. docs/PARTNERS.md explains them.",
        contact(),
    ),
    components(schemas(CidError, TongDunError, AlibabaError, GalleryError)),
    modifiers(&Schemes),
    tags(
        (name = "CID", description = "Identification by document image or by reference photo."),
        (name = "TongDun", description = "H5 liveness."),
        (name = "Alibaba Cloud", description = "Real-person authentication, and the comparison of two faces."),
        (name = "Gallery", description = "People enrolled at the terminal."),
    ),
)]
struct Described;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let basic = SecurityScheme::Http(Http::new(HttpAuthScheme::Basic));
        components.add_security_scheme("cidToken", bearer);
        components.add_security_scheme("accessKey", basic);
    }
}

fn routes() -> OpenApiRouter<Arc<Context>> {
    OpenApiRouter::with_openapi(Described::openapi())
        .merge(cid::router())
        .merge(tongdun::router())
        .merge(alibaba::router())
        .merge(gallery::router())
}

/// The description of the APIs.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// All paths, with the headers that every answer has.
pub fn router(context: Arc<Context>) -> Router {
    let secure = context.is_secure();
    let (router, _) = routes().split_for_parts();
    router
        .fallback(nothing_here)
        .layer(map_response(move |response| async move { with_headers(response, secure) }))
        .with_state(context)
}

async fn nothing_here() -> Response<Body> {
    let body =
        r#"{"error":"NOT_FOUND","errorMessage":"there is nothing under this path; see docs/PARTNERS.md"}"#;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// No header allows another origin to read an answer: there is no CORS.
fn with_headers(mut response: Response<Body>, secure: bool) -> Response<Body> {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, CSP),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}
