//! Reading a request's body: JSON, bounded in bytes and in time.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use vouch_contract::eye::protocol::MAX_REFERENCE_BYTES;

use super::fault::{Fault, Kind};

/// Largest body without pictures.
pub(crate) const MAX_PLAIN: usize = 64 << 10;
/// Largest body with pictures: two of the largest in base64, or three smaller ones.
pub(crate) const MAX_WITH_PICTURES: usize = MAX_REFERENCE_BYTES / 3 * 8 + (2 << 20);
/// Time for a whole body. A body that trickles ends here, however steadily it does.
const READ_PLAIN: Duration = Duration::from_secs(5);
const READ_WITH_PICTURES: Duration = Duration::from_secs(30);

/// Reads a small JSON body.
pub(crate) async fn plain<T: DeserializeOwned>(head: &Parts, body: Body) -> Result<T, Fault> {
    read(head, body, MAX_PLAIN, READ_PLAIN).await
}

/// Reads a JSON body that may hold pictures in base64.
pub(crate) async fn with_pictures<T: DeserializeOwned>(head: &Parts, body: Body) -> Result<T, Fault> {
    read(head, body, MAX_WITH_PICTURES, READ_WITH_PICTURES).await
}

async fn read<T: DeserializeOwned>(
    head: &Parts,
    body: Body,
    most: usize,
    time: Duration,
) -> Result<T, Fault> {
    if !is_json(head) {
        return Err(Fault::new(
            Kind::MediaType,
            "send JSON, with the header `Content-Type: application/json`",
        ));
    }
    let too_large = || Fault::new(Kind::TooLarge, format!("the body may have {most} bytes at most"));
    let announced = axum::body::HttpBody::size_hint(&body).lower();
    if announced > most as u64 {
        return Err(too_large());
    }
    let collected = Limited::new(body, most).collect();
    let slow = || Fault::new(Kind::Slow, format!("the body did not come within {} s", time.as_secs()));
    let body = tokio::time::timeout(time, collected).await.map_err(|_| slow())?;
    let body = body.map_err(|error| {
        if error.is::<LengthLimitError>() {
            too_large()
        } else {
            Fault::invalid("the body ended before its time")
        }
    })?;
    serde_json::from_slice(&body.to_bytes()).map_err(|error| not_this_json(&error))
}

fn is_json(head: &Parts) -> bool {
    let value = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
    let charset = parameters.trim().to_ascii_lowercase();
    essence.trim().eq_ignore_ascii_case("application/json")
        && matches!(charset.trim_start_matches("charset=").trim_matches('"'), "" | "utf-8" | "utf8")
}

/// The reader's own message may repeat what was sent. Only a missing field's name is ours.
fn not_this_json(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let what = match text.split(" at line ").next() {
        Some(missing) if missing.starts_with("missing field") => missing,
        _ if error.is_data() => "a field has another type or is not known",
        _ => "it is not JSON in UTF-8",
    };
    let (line, column) = (error.line(), error.column());
    Fault::invalid(format!("the body can't be read: {what} (line {line}, column {column})"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only whether it is read matters")]
        name: String,
    }

    async fn read(content_type: &str, body: impl Into<Body>) -> Result<Sample, Fault> {
        let request = axum::http::Request::builder().header(CONTENT_TYPE, content_type);
        let (head, body) = request.body(body.into()).unwrap().into_parts();
        plain(&head, body).await
    }

    async fn kind(content_type: &str, body: impl Into<Body>) -> Option<Kind> {
        read(content_type, body).await.err().map(|fault| fault.kind)
    }

    #[tokio::test]
    async fn only_small_json_of_the_form_is_read() {
        let good = r#"{"name": "x"}"#;
        for json in ["application/json", "Application/JSON; charset=utf-8"] {
            assert_eq!(kind(json, good).await, None, "{json}");
        }
        for other in ["", "text/plain", "application/jsonp", "application/json; charset=utf-16"] {
            assert_eq!(kind(other, good).await, Some(Kind::MediaType), "{other}");
        }
        let large = format!(r#"{{"name": "{}"}}"#, "x".repeat(MAX_PLAIN));
        assert_eq!(kind("application/json", large).await, Some(Kind::TooLarge));
        for bad in ["", "{", "[]", r#"{"name": 7}"#, r#"{"name": "x", "more": 1}"#, "{\"name\": \"\u{1}\"}"] {
            assert_eq!(kind("application/json", bad).await, Some(Kind::Invalid), "{bad}");
        }
        assert_eq!(kind("application/json", vec![b'"', 0xff, b'"']).await, Some(Kind::Invalid));
        assert_eq!(kind("application/json", "[".repeat(50_000)).await, Some(Kind::Invalid));
    }

    #[tokio::test]
    async fn a_message_repeats_nothing_that_was_sent() {
        for body in [r#"{"ERIKSSON": 1}"#, r#"{"name": {"ERIKSSON": 1}}"#, r#"{"name": "x"} ERIKSSON"#] {
            let fault = read("application/json", body).await.unwrap_err();
            assert!(!fault.message.contains("ERIKSSON"), "{}", fault.message);
        }
        let fault = read("application/json", "{}").await.unwrap_err();
        assert!(fault.message.contains("missing field `name`"), "{}", fault.message);
    }
}
