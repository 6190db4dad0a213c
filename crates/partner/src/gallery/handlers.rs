//! The four calls.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;

use super::answers::{EntryMade, GalleryError, GalleryFault, KeptPerson, Removed, SearchAnswer};
use super::requests::{NewPerson, Probe, Whom};
use crate::context::Context;
use crate::desk::EnrolRefusal;
use crate::failures::Failures;
use crate::http::{Fault, Kind, body};
use crate::register::Durability;
use crate::register::usage::{self, Use};

/// Longest time for the desk: five pictures on a slow board.
const DESK_LIMIT: Duration = Duration::from_secs(30);

/// Enrols a person.
#[utoipa::path(
    post, path = "/gallery/v1/enrol", tag = "Gallery", operation_id = "galleryEnrol",
    request_body = NewPerson, security(("accessKey" = [])),
    responses((status = 200, description = "The entry.", body = EntryMade), Failures<GalleryError>),
)]
pub(super) async fn enrol(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<EntryMade>, GalleryFault> {
    let (head, body) = request.into_parts();
    let partner = super::partner(&context, &head).await?;
    let _place = context.pictures.acquire().await.map_err(|_| Fault::internal())?;
    let person: NewPerson = body::with_pictures(&head, body).await?;
    let asked = person.checked(partner.code.clone())?;
    let enrolled = in_time(context.desk.enrol(asked)).await?;
    let passed = enrolled.is_ok();
    let code = match &enrolled {
        Ok(_) => "200",
        Err(EnrolRefusal::Exists | EnrolRefusal::Similar) => "409",
        Err(_) => "422",
    };
    let noted = context.register.run(Durability::Durable, move |connection, now| {
        let (partner, api) = (partner.code.as_str(), "gallery");
        let used =
            Use { partner, api, scheme: "enrol", biz: None, complete: true, passed, code, billed: false };
        usage::note(connection, now, &used)
    });
    noted.await.map_err(Fault::from)?;
    Ok(Json(enrolled?.into()))
}

/// Hands over all that is kept of a person.
#[utoipa::path(
    post, path = "/gallery/v1/export", tag = "Gallery", operation_id = "galleryExport",
    request_body = Whom, security(("accessKey" = [])),
    responses((status = 200, description = "The person.", body = KeptPerson), Failures<GalleryError>),
)]
pub(super) async fn export(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<KeptPerson>, GalleryFault> {
    let (head, body) = request.into_parts();
    let (partner, number) = whom(&context, &head, body).await?;
    let found = in_time(context.desk.enrolled(partner, number)).await?.map_err(Fault::from)?;
    Ok(Json(found.ok_or_else(nobody)?.into()))
}

/// Removes a person. Nothing of the entry is left then.
#[utoipa::path(
    post, path = "/gallery/v1/remove", tag = "Gallery", operation_id = "galleryRemove",
    request_body = Whom, security(("accessKey" = [])),
    responses((status = 200, description = "The person is removed.", body = Removed), Failures<GalleryError>),
)]
pub(super) async fn remove(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<Removed>, GalleryFault> {
    let (head, body) = request.into_parts();
    let (partner, number) = whom(&context, &head, body).await?;
    let removed = in_time(context.desk.remove_enrolled(partner, number)).await?.map_err(Fault::from)?;
    if removed { Ok(Json(Removed { removed })) } else { Err(nobody().into()) }
}

/// Searches this partner's people for a face.
#[utoipa::path(
    post, path = "/gallery/v1/identify", tag = "Gallery", operation_id = "galleryIdentify",
    request_body = Probe, security(("accessKey" = [])),
    responses((status = 200, description = "Whom the search found.", body = SearchAnswer), Failures<GalleryError>),
)]
pub(super) async fn identify(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<SearchAnswer>, GalleryFault> {
    let (head, body) = request.into_parts();
    let partner = super::partner(&context, &head).await?;
    let _place = context.pictures.acquire().await.map_err(|_| Fault::internal())?;
    let probe: Probe = body::with_pictures(&head, body).await?;
    let found = in_time(context.desk.identify(partner.code, probe.checked()?)).await??;
    Ok(Json(found.into()))
}

/// The partner's code and the number that a small body names.
async fn whom(context: &Context, head: &Parts, body: Body) -> Result<(String, String), Fault> {
    let partner = super::partner(context, head).await?;
    let whom: Whom = body::plain(head, body).await?;
    Ok((partner.code, whom.checked()?))
}

fn nobody() -> Fault {
    Fault::new(Kind::NotFound, "this partner has enrolled nobody under this number")
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Fault> {
    let late = |_| Fault::new(Kind::NotReady, "the terminal does not answer in time");
    tokio::time::timeout(DESK_LIMIT, work).await.map_err(late)
}
