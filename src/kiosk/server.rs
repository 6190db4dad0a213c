//! The page's server: HTTP on loopback, for one browser.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, Request, State, WebSocketUpgrade};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, REFERRER_POLICY,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::assets::{self, Asset};
use super::key::PageKey;
use super::protocol::{MAX_MESSAGE, SUBPROTOCOL};
use super::shared::Shared;
use super::socket;
use super::speech::Speech;

/// Most connections of pages at a time: one page, one that is closing, a few tabs of the installer.
const MAX_PAGES: usize = 8;
/// How often time passes for the flow.
const TICK: Duration = Duration::from_millis(100);
/// The cookie that proves the key.
const COOKIE_NAME: &str = "vouch-kiosk";
/// What the page may load and do: nothing from elsewhere, no script but its own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    font-src 'self'; connect-src 'self'; media-src 'self'; form-action 'none'; frame-ancestors 'none'; \
    base-uri 'none'";

/// What the handlers share.
#[derive(Clone)]
struct Site {
    shared: Arc<Shared>,
    key: PageKey,
    speech: Speech,
    address: SocketAddr,
    pages: Arc<Semaphore>,
}

/// A page's server that listens but does not serve yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    key: PageKey,
}

impl Server {
    /// Listens on loopback.
    ///
    /// # Errors
    /// The system's, with the port in its text.
    pub async fn bind(port: u16, key: PageKey) -> std::io::Result<Self> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(wanted).await.map_err(|error| {
            std::io::Error::new(error.kind(), format!("kiosk.port {port}: {error}; set another port"))
        })?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, key })
    }

    /// The address that opens the page, with its key.
    pub fn url(&self) -> String {
        format!("http://{}/?key={}", self.address, self.key.text())
    }

    /// Serves the page until the terminal ends.
    pub async fn serve(self, shared: Arc<Shared>, speech: Speech) -> std::io::Result<()> {
        let Self { listener, address, key } = self;
        let clock = Arc::clone(&shared);
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TICK);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                clock.tick();
            }
        });
        let site = Site { shared, key, speech, address, pages: Arc::new(Semaphore::new(MAX_PAGES)) };
        axum::serve(listener, router(site)).await
    }
}

fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/assets/{*path}", get(asset))
        .route("/languages/{file}", get(language))
        .route("/speech/{tag}/{file}", get(speech))
        .route("/kiosk", get(connect))
        .layer(from_fn_with_state(site.clone(), guard))
        .with_state(site)
}

/// Refuses requests meant for another host (a name that was made to point here), and sets the
/// headers of every answer.
async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = if !is_ours(request.headers().get(HOST), &site.address, "") {
        refuse(StatusCode::MISDIRECTED_REQUEST, "this page is only for the terminal's own screen")
    } else if request.method() != Method::GET {
        refuse(StatusCode::METHOD_NOT_ALLOWED, "only GET")
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "no-referrer");
    // Nothing of the page is kept by the browser.
    set(CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), usb=()");
    response
}

#[derive(Deserialize)]
struct Opening {
    key: Option<String>,
}

async fn index(State(site): State<Site>, Query(opening): Query<Opening>, headers: HeaderMap) -> Response {
    if let Some(given) = opening.key {
        if !site.key.is(&given) {
            return refuse(StatusCode::FORBIDDEN, "wrong key; open the address that the terminal printed");
        }
        // Without the key in it, the address can stay in the history.
        let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Strict", site.key.text());
        return (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())]).into_response();
    }
    if !is_known(&site, &headers) {
        return refuse(StatusCode::FORBIDDEN, "open the address that the terminal printed");
    }
    file(assets::asset("index.html"))
}

async fn asset(Path(path): Path<String>) -> Response {
    file(assets::asset(&path))
}

async fn language(Path(name): Path<String>) -> Response {
    file(name.strip_suffix(".ftl").and_then(assets::messages))
}

async fn speech(
    State(site): State<Site>,
    Path((tag, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if !is_known(&site, &headers) {
        return refuse(StatusCode::FORBIDDEN, "open the address that the terminal printed");
    }
    let said = tokio::task::spawn_blocking(move || site.speech.say(&tag, name.strip_suffix(".wav")?)).await;
    match said {
        Ok(Some(sound)) => ([(CONTENT_TYPE, "audio/wav")], sound).into_response(),
        _ => refuse(StatusCode::NOT_FOUND, "no such prompt"),
    }
}

async fn connect(State(site): State<Site>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    // Another site's page sends its own origin.
    if !is_ours(headers.get(ORIGIN), &site.address, "http://") || !is_known(&site, &headers) {
        return refuse(StatusCode::FORBIDDEN, "open the address that the terminal printed");
    }
    let Ok(place) = Arc::clone(&site.pages).try_acquire_owned() else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "too many pages are open; close some");
    };
    upgrade.protocols([SUBPROTOCOL]).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE).on_upgrade(
        move |page| async move {
            socket::serve(page, &site.shared).await;
            drop(place);
        },
    )
}

fn is_known(site: &Site, headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.any(|(name, value)| name == COOKIE_NAME && site.key.is(value))
}

/// Whether a header names this server, with `scheme` before the host.
fn is_ours(value: Option<&HeaderValue>, address: &SocketAddr, scheme: &str) -> bool {
    let Some(host) = value.and_then(|value| value.to_str().ok()).and_then(|text| text.strip_prefix(scheme))
    else {
        return false;
    };
    host == address.to_string() || host == format!("localhost:{}", address.port())
}

fn file(asset: Option<Asset>) -> Response {
    match asset {
        Some(Asset { bytes, media_type }) => {
            ([(CONTENT_TYPE, media_type)], bytes.into_owned()).into_response()
        }
        None => refuse(StatusCode::NOT_FOUND, "no such file"),
    }
}

fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, why).into_response()
}
