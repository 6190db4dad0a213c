//! Alibaba Cloud: real-person authentication by scenes, and the comparison of two faces.

mod binding;
mod compare;
mod fault;
mod materials;
mod status;
mod verify;

use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::context::Context;
use crate::http::{Fault, Kind, caller};
use crate::register::Durability;
use crate::register::partners::Partner;
use crate::register::scenes::{self, Scene};
use crate::register::sessions::Ticket;
pub(crate) use fault::AlibabaError;

/// Longest `TicketId`, in characters.
const MAX_TICKET: usize = 64;

/// The paths of this API.
pub(crate) fn router() -> OpenApiRouter<Arc<Context>> {
    OpenApiRouter::new()
        .routes(routes!(verify::get_verify_token))
        .routes(routes!(status::get_status))
        .routes(routes!(materials::get_materials))
        .routes(routes!(materials::submit_materials))
        .routes(routes!(compare::compare_faces))
        .routes(routes!(verify::page))
}

/// The partner by its access key, which comes as HTTP Basic (RFC 7617).
async fn partner(context: &Context, head: &Parts) -> Result<Partner, Fault> {
    let from = caller(&head.extensions);
    context.guard.address(from).map_err(Fault::too_many)?;
    let value = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, encoded) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    let pair = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = pair.filter(|_| scheme.eq_ignore_ascii_case("basic"));
    let Some((id, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
        let message = "give access key id and secret as HTTP Basic (RFC 7617)";
        return Err(Fault::new(Kind::Unauthorized, message));
    };
    context.partner(from, id, secret).await
}

/// The partner's own scene.
async fn scene(context: &Context, partner: &Partner, biz: String) -> Result<Scene, Fault> {
    let found = context.register.run(Durability::Quick, move |connection, _| scenes::find(connection, &biz));
    let scene = found.await?.filter(|scene| scene.partner == partner.code);
    scene.ok_or_else(|| Fault::new(Kind::NotFound, "this partner has no scene with this Biz"))
}

/// The business's number of a verification.
fn ticket(scene: &Scene, ticket: &str) -> Result<Ticket, Fault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !(1..=MAX_TICKET).contains(&ticket.len()) || !ticket.bytes().all(plain) {
        let message =
            "TicketId must have 1 to 64 letters, digits, `-` or `_`; give a UUID, nothing of the person";
        return Err(Fault::invalid(message));
    }
    Ok(Ticket { biz: scene.biz.clone(), ticket: ticket.to_owned() })
}
