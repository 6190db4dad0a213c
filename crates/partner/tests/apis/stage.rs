//! What a test needs: a server over a fake desk, partners, and a client that follows nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::runtime::Runtime;
use vouch_contract::clock::Clock;
use vouch_partner::context::{Context, Settings};
use vouch_partner::desk::Pages;
use vouch_partner::guard::Limits;
use vouch_partner::register::Register;
use vouch_partner::register::partners::NewPartner;
use vouch_partner::register::scenes::Scene;
use vouch_partner::schemes::BusinessScheme;
use vouch_partner::server::{Listen, Server};
use vouch_partner::targets::Target;

use super::clock::TestClock;
use super::desk::FakeDesk;

/// The secret of every partner in these tests.
pub const SECRET: &str = "correct horse battery staple";
/// Where `bank` may redirect to.
pub const BACK: &str = "https://bank.example/back";

pub struct Stage {
    pub desk: Arc<FakeDesk>,
    pub register: Register,
    pub clock: Arc<TestClock>,
    pub folder: tempfile::TempDir,
    address: SocketAddr,
    server: Option<Server>,
    runtime: Runtime,
}

/// Limits that no test reaches unless it wants to.
pub fn wide() -> Limits {
    let (rate, burst) = (10_000.0, 10_000.0);
    Limits {
        address_rate: rate,
        address_burst: burst,
        partner_rate: rate,
        partner_burst: burst,
        ..Limits::default()
    }
}

impl Stage {
    pub fn new() -> Self {
        Self::with_limits(wide())
    }

    pub fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::new());
        let register = Register::open_with_clock(&folder.path().join("partners.db"), clock.clone()).unwrap();
        for code in ["bank", "shop"] {
            let target = |path: &str| Target::new(&format!("https://{code}.example/{path}"), false).unwrap();
            let new = NewPartner {
                code: code.into(),
                name: format!("The {code}"),
                targets: vec![target("back")],
                webhook: None,
                gallery: code == "bank",
            };
            register.add_partner(new, SECRET).unwrap();
        }
        for scheme in BusinessScheme::ALL {
            let biz = scheme.name().to_owned();
            let pages = Pages { guide: false, result: true };
            let scene =
                Scene { biz, partner: "bank".into(), name: "Шотты-ашу".into(), scheme, pages };
            register.add_scene(scene).unwrap();
        }
        let desk = Arc::new(FakeDesk::new(folder.path()));
        let runtime = Runtime::new().unwrap();
        let (server, address) = start(&runtime, &register, &desk, &clock, limits);
        Self { desk, register, clock, folder, address, server: Some(server), runtime }
    }

    /// Stops the server and starts another one with the same register, as after a crash.
    pub fn restart(&mut self) {
        self.runtime.block_on(self.server.take().unwrap().stop());
        let (server, address) = start(&self.runtime, &self.register, &self.desk, &self.clock, wide());
        (self.server, self.address) = (Some(server), address);
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A call with a JSON body.
    pub fn post(&self, path: &str, authorization: Option<&str>, body: &Value) -> Answer {
        self.post_text(path, authorization, &body.to_string())
    }

    pub fn post_text(&self, path: &str, authorization: Option<&str>, body: &str) -> Answer {
        let mut request = client().post(self.url(path)).header("content-type", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        Answer::of(request.send(body).unwrap())
    }

    pub fn get(&self, path: &str, authorization: Option<&str>) -> Answer {
        let headers = authorization.map(|authorization| ("authorization", authorization));
        browse(&self.url(path), headers.as_slice())
    }

    /// The way a partner sends a page's address: a browser opens it. Returns the answer and the
    /// cookie to send along from then on.
    pub fn open(&self, page: &str) -> (Answer, String) {
        let answer = browse(&self.here(page), &[]);
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        (answer, cookie)
    }

    /// The same browser again.
    pub fn open_again(&self, page: &str, cookie: &str) -> Answer {
        browse(&self.here(page), &[("cookie", cookie)])
    }

    /// A page's address has the port that the settings name; the server took a free one.
    pub fn here(&self, page: &str) -> String {
        let path = page.strip_prefix("http://terminal.example").expect("the public address");
        self.url(path)
    }

    /// Wakes the sender of webhooks, which sleeps by the real clock: another session ends.
    pub fn ring(&self) {
        let started = super::cid::start(
            self,
            &super::cid::login(self, "shop"),
            &serde_json::json!({
                "redirectUri": "https://shop.example/back",
            }),
        );
        self.open(&started.expect(201).member("/pageUrl"));
        self.desk.end(super::desk::End::with_document());
    }

    /// Waits until `done`, for what happens behind the answer.
    pub fn until(&self, what: &str, done: impl Fn() -> bool) {
        for _ in 0..500 {
            if done() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{what} did not happen within 5 s");
    }
}

fn start(
    runtime: &Runtime,
    register: &Register,
    desk: &Arc<FakeDesk>,
    clock: &Arc<TestClock>,
    limits: Limits,
) -> (Server, SocketAddr) {
    let settings =
        Settings { public_url: "http://terminal.example".parse().unwrap(), limits, webhook_ca: None };
    let clock: Arc<dyn Clock> = clock.clone();
    let server = runtime.block_on(async {
        let context = Context::with_clock(settings, register.clone(), desk.clone(), clock).await.unwrap();
        let listen = Listen { address: "127.0.0.1:0".parse().unwrap(), tls: None };
        Server::start(context, listen).await.unwrap()
    });
    let address = server.address();
    (server, address)
}

/// HTTP Basic with the access key of a partner.
pub fn basic(code: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{code}:{SECRET}")))
}

/// A GET that follows nothing.
pub fn browse(url: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = client().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.call().unwrap())
}

pub fn client() -> ureq::Agent {
    ureq::Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
        Self { status, headers, body }
    }

    /// A header's value; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// A member of the JSON, as text.
    pub fn member(&self, pointer: &str) -> String {
        let json = self.json();
        let found = json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {json}"));
        found.as_str().map_or_else(|| found.to_string(), str::to_owned)
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}
