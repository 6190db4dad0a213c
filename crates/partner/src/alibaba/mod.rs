//! Alibaba Cloud: real-person authentication by scenes, and the comparison of two faces.

mod binding;
mod compare;
mod fault;
mod materials;
mod status;
mod verify;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::context::Context;
use crate::http::{Fault, Kind};
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
