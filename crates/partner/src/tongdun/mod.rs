//! TongDun: H5 liveness. A token, a page, a redirect with a state, a result with a code.

mod fault;
mod handlers;
mod language;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::context::Context;
pub(crate) use fault::TongDunError;

/// The paths of this API.
pub(crate) fn router() -> OpenApiRouter<Arc<Context>> {
    OpenApiRouter::new()
        .routes(routes!(handlers::token))
        .routes(routes!(handlers::result))
        .routes(routes!(handlers::page))
}
