//! CompareFaces: two pictures, one call.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fault::{AlibabaError, AlibabaFault, Envelope};
use super::status::score;
use crate::basic;
use crate::context::Context;
use crate::desk::Api;
use crate::failures::Failures;
use crate::http::fields::PictureText;
use crate::http::{Fault, Kind, body};
use crate::register::Durability;
use crate::register::usage::{self, Use};

/// Longest time for the desk to compare.
const COMPARE_LIMIT: Duration = Duration::from_secs(30);
/// The name in reports.
const NAME: &str = "CompareFaces";

/// Two pictures.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct CompareRequest {
    /// `FacePic`, if given.
    #[expect(dead_code, reason = "there is one type, and reading it checks it")]
    source_image_type: Option<ImageType>,
    /// A picture file in base64, with one face.
    source_image_value: PictureText,
    /// `FacePic`, if given.
    #[expect(dead_code, reason = "there is one type, and reading it checks it")]
    target_image_type: Option<ImageType>,
    /// A picture file in base64, with one face.
    target_image_value: PictureText,
}

/// What a picture shows.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(crate) enum ImageType {
    /// A face.
    FacePic,
}

/// How alike two faces are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CompareData {
    /// 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    similarity_score: f32,
    /// The score from which two faces count as one person's, on this terminal.
    #[schema(minimum = 0, maximum = 100)]
    threshold_score: f32,
    /// Whether they do.
    passed: bool,
    /// The false match rate that is expected at this score.
    false_match_rate: f32,
}

/// Compares two faces.
#[utoipa::path(
    post, path = "/alibaba/v1/CompareFaces", tag = "Alibaba Cloud", operation_id = "alibabaCompareFaces",
    request_body = CompareRequest, security(("accessKey" = [])),
    responses((status = 200, description = "How alike they are.", body = Envelope<CompareData>), Failures<AlibabaError>),
)]
pub(super) async fn compare_faces(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Json<Envelope<CompareData>>, AlibabaFault> {
    let (head, body) = request.into_parts();
    let partner = basic::partner(&context, &head).await?;
    let _place = context.pictures.acquire().await.map_err(|_| Fault::internal())?;
    let asked: CompareRequest = body::with_pictures(&head, body).await?;
    let CompareRequest { source_image_value, target_image_value, .. } = asked;
    let source = source_image_value.read("SourceImageValue")?;
    let target = target_image_value.read("TargetImageValue")?;
    let compared = tokio::time::timeout(COMPARE_LIMIT, context.desk.compare(source, target)).await;
    let compared =
        compared.map_err(|_| Fault::new(Kind::NotReady, "the terminal does not answer in time"))?;
    let comparison = compared.map_err(Fault::from)?;
    let noted = context.register.run(Durability::Durable, move |connection, now| {
        let passed = comparison.matched;
        let code = if passed { "200" } else { "CID_10" };
        let (partner, api) = (partner.code.as_str(), Api::Alibaba.name());
        let used = Use { partner, api, scheme: NAME, biz: None, complete: true, passed, code, billed: false };
        usage::note(connection, now, &used)
    });
    noted.await.map_err(Fault::from)?;
    Ok(Envelope::of(CompareData {
        similarity_score: score(comparison.similarity),
        threshold_score: score(comparison.threshold),
        passed: comparison.matched,
        false_match_rate: comparison.fmr,
    }))
}
