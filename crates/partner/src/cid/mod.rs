//! CID: identification by document image or by reference photo.
//!
//! A partner logs in, starts a session and sends the person to the page. The person comes back with
//! the session's number, by which the partner fetches document, liveness or error, and the media.

mod answer;
mod fault;
mod handlers;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::context::Context;
pub(crate) use fault::CidError;

/// The paths of this API.
pub(crate) fn router() -> OpenApiRouter<Arc<Context>> {
    OpenApiRouter::new()
        .routes(routes!(handlers::token))
        .routes(routes!(handlers::start))
        .routes(routes!(handlers::session))
        .routes(routes!(handlers::media))
        .routes(routes!(handlers::page))
}
