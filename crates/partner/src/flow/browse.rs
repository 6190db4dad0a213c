//! What a browser sees that comes with a token: a way on, or a page with one sentence.

use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, StatusCode};

use super::enter::{Visit, Visited, visit};
use super::onward::{STATE_CAMERA, STATE_NETWORK, STATE_USED, onward_with};
use crate::context::Context;
use crate::desk::{Api, DeskRefusal};
use crate::http::page::{COOKIE, go, page, with_cookie};
use crate::http::{Fault, caller, cookie};
use crate::register::sessions::Session;
use crate::secret::Token;

/// How often a waiting browser asks again, seconds.
const WAIT_S: u64 = 3;

/// Answers a browser. `language` is the browser's choice, if the API obeys it. `check` sees the
/// session first, and may refuse.
pub(crate) async fn browse(
    context: &Arc<Context>,
    api: Api,
    head: &Parts,
    token: &str,
    language: Option<String>,
    check: impl FnOnce(&Session) -> Result<(), Fault> + Send,
) -> Response<Body> {
    if let Err(wait) = context.guard.address(caller(&head.extensions)) {
        let seconds = wait.as_secs().max(1);
        return page(StatusCode::TOO_MANY_REQUESTS, "Too many calls. Please wait a moment.", Some(seconds));
    }
    // A page that is only looked at in advance must not begin a session.
    if head.method == Method::HEAD || is_prefetch(&head.headers) {
        return page(StatusCode::OK, "Open this page to begin.", None);
    }
    let Some(token) = Token::parse(token) else { return unknown() };
    let browser = cookie(head, COOKIE).and_then(Token::parse);
    match visit(context, api, token.clone(), browser, language, check).await {
        Ok(visited) => answer(context, visited, &token),
        Err(fault) => page(fault.kind.status(), of_fault(&fault), fault.retry_seconds()),
    }
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    let says = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    says("sec-purpose").contains("prefetch") || says("purpose").contains("prefetch")
}

fn of_fault(fault: &Fault) -> &'static str {
    match fault.kind.status() {
        StatusCode::BAD_REQUEST => "This address was changed on its way. Please go back and start again.",
        _ => "Something went wrong here. Please try again.",
    }
}

fn unknown() -> Response<Body> {
    page(StatusCode::NOT_FOUND, "This address is not valid any more. Please go back and start again.", None)
}

fn answer(context: &Context, visited: Visited, token: &Token) -> Response<Body> {
    let Visited { visit, cookie } = visited;
    let response = match visit {
        Visit::Page(address) => go(&address).unwrap_or_else(broken),
        Visit::Wait => page(
            StatusCode::OK,
            "Please follow the prompts on the terminal. Leave this page open.",
            Some(WAIT_S),
        ),
        Visit::Over(Some(address)) => go(&address).unwrap_or_else(broken),
        Visit::Over(None) => page(StatusCode::OK, "The session is over. You can close this page.", None),
        Visit::Spent(session) => with_state(&session, token, STATE_USED).unwrap_or_else(|| {
            page(StatusCode::GONE, "This address was used already. Please go back and start again.", None)
        }),
        Visit::Refused(session, refusal) => refused(&session, token, &refusal),
        Visit::Unknown => unknown(),
        Visit::Forgotten => {
            page(StatusCode::GONE, "The terminal was restarted. Please go back and start again.", None)
        }
    };
    with_cookie(response, cookie.as_ref(), context.is_secure())
}

fn refused(session: &Session, token: &Token, refusal: &DeskRefusal) -> Response<Body> {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match refusal {
        DeskRefusal::Busy { retry_after } => {
            let seconds = retry_after.as_secs().max(1);
            page(status, "The terminal is busy. Please wait; this page tries again by itself.", Some(seconds))
        }
        DeskRefusal::NotReady(_) => with_state(session, token, STATE_CAMERA)
            .unwrap_or_else(|| page(status, "The terminal can't begin now. Please ask a clerk.", None)),
        DeskRefusal::Unreachable(_) => with_state(session, token, STATE_NETWORK)
            .unwrap_or_else(|| page(status, "The terminal can't be reached. Please ask a clerk.", None)),
        DeskRefusal::Unfit(reason) => {
            tracing::warn!(session = session.id, reason, "the desk refused a partner's session");
            page(status, "The terminal can't do this check. Please ask a clerk.", None)
        }
    }
}

/// TongDun's redirect with a state; `None` for the other APIs, which have no such states.
fn with_state(session: &Session, token: &Token, state: u8) -> Option<Response<Body>> {
    let address = (session.api == Api::TongDun).then(|| onward_with(session, token, state)).flatten()?;
    go(&address)
}

fn broken() -> Response<Body> {
    page(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here. Please ask a clerk.", None)
}
