//! The few pages that a person may see here: a fixed text each, nothing from outside, no script.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{Response, StatusCode};

use crate::secret::Token;

/// The cookie that tells the browser which opened a session.
pub(crate) const COOKIE: &str = "vouch-page";

/// Sends the browser on. `None` if the address can't be in a header.
pub(crate) fn go(address: &str) -> Option<Response<Body>> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, HeaderValue::from_str(address).ok()?);
    Some(response)
}

/// A page with one sentence. `again`: the browser tries again after so many seconds.
pub(crate) fn page(status: StatusCode, sentence: &'static str, again: Option<u64>) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Vouch</title><p>{sentence}</p></html>"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Some(seconds) = again {
        headers.insert("refresh", HeaderValue::from(seconds));
        if status != StatusCode::OK {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    response
}

/// Gives the browser its cookie. `secure`: over TLS only.
pub(crate) fn with_cookie(
    mut response: Response<Body>,
    cookie: Option<&Token>,
    secure: bool,
) -> Response<Body> {
    let Some(cookie) = cookie else { return response };
    let secure = if secure { "; Secure" } else { "" };
    // Lax: the browser comes here from the partner's site by following a link.
    let text = format!("{COOKIE}={}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax{secure}", cookie.as_str());
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
    response
}
