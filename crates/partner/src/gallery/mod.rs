//! The gallery: partners enrol people at the terminal, export and remove them, and ask who a face
//! is. Of our own making, since none of the other APIs has it. Numbers and names come in bodies, so
//! that they are in no address.

mod answers;
mod handlers;
mod requests;

use std::sync::Arc;

use axum::http::request::Parts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::basic;
use crate::context::Context;
use crate::http::{Fault, Kind};
use crate::register::partners::Partner;
pub(crate) use answers::GalleryError;

/// The paths of this API.
pub(crate) fn router() -> OpenApiRouter<Arc<Context>> {
    OpenApiRouter::new()
        .routes(routes!(handlers::enrol))
        .routes(routes!(handlers::export))
        .routes(routes!(handlers::remove))
        .routes(routes!(handlers::identify))
}

/// The partner, if it may use the gallery.
async fn partner(context: &Context, head: &Parts) -> Result<Partner, Fault> {
    let partner = basic::partner(context, head).await?;
    if partner.gallery {
        return Ok(partner);
    }
    let message = "this partner may not use the gallery; the operator allows it with `vouch partners add \
                   --gallery`";
    Err(Fault::new(Kind::Forbidden, message))
}
