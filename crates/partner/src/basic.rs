//! A partner by its code and secret as HTTP Basic (RFC 7617).

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::context::Context;
use crate::http::{Fault, Kind, caller};
use crate::register::partners::Partner;

/// The partner that calls.
pub(crate) async fn partner(context: &Context, head: &Parts) -> Result<Partner, Fault> {
    let from = caller(&head.extensions);
    context.guard.address(from).map_err(Fault::too_many)?;
    let value = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, encoded) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    let pair = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = pair.filter(|_| scheme.eq_ignore_ascii_case("basic"));
    let Some((id, secret)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
        let message = "give the partner's code (access key id) and secret as HTTP Basic (RFC 7617)";
        return Err(Fault::new(Kind::Unauthorized, message));
    };
    context.partner(from, id, secret).await
}
