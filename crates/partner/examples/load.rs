//! How long calls take with 50 clients at once: the token calls and the fetch of a result.
//!
//!     cargo run --release -p vouch-partner --example load
//!
//! Twice: each client as fast as it can, and each at the rate that the limits allow a partner. In
//! the first round calls wait for each other. Server and clients share the machine, so the
//! figures are an upper bound. Prints one line of JSON for each call: milliseconds at the 50th and
//! 99th percentile, and calls per second.

#[path = "../tests/apis/desk.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "the tests use more of it, and are written for tests")]
mod desk;

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vouch_partner::context::{Context, Settings};
use vouch_partner::guard::Limits;
use vouch_partner::register::Register;
use vouch_partner::register::partners::NewPartner;
use vouch_partner::server::{Listen, Server};
use vouch_partner::targets::Target;

use desk::{End, FakeDesk};

const CLIENTS: usize = 50;
const CALLS: usize = 200;
/// A partner's limit of calls: 20 in a second.
const PACE: Duration = Duration::from_millis(50);
const SECRET: &str = "correct-horse-battery";
const TONGDUN: &str = "/verification/kyc/h5/liveness";

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the register");
    let desk = Arc::new(FakeDesk::new(folder.path()));
    let register = Register::open(&folder.path().join("partners.db")).expect("a register");
    let back = Target::new("https://bank.example/", false).expect("an address");
    let (code, name) = ("bank".to_owned(), "The bank".to_owned());
    let bank = NewPartner { code, name, targets: vec![back], webhook: None, gallery: false };
    register.add_partner(bank, SECRET).expect("a partner");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = runtime.block_on(async {
        let (rate, burst) = (1e9, 1e9);
        let limits = Limits {
            address_rate: rate,
            address_burst: burst,
            partner_rate: rate,
            partner_burst: burst,
            ..Limits::default()
        };
        let public_url = "http://terminal.example".parse().expect("an address");
        let context = Context::new(Settings { public_url, limits, webhook_ca: None }, register, desk.clone());
        let listen = Listen { address: "127.0.0.1:0".parse().expect("an address"), tls: None };
        Server::start(context.await.expect("a context"), listen).await.expect("a server")
    });
    let base = format!("http://{}", server.address());

    let partner = format!("partner_code=bank&partner_key={SECRET}");
    let token_url = format!("{base}{TONGDUN}/token/v1?{partner}");
    let redirects = json!({
        "success_redirect": "https://bank.example/a", "failure_redirect": "https://bank.example/b",
    });
    // Fifty clients that all come at once, before the secret is known: two hash, the rest wait.
    let token = |_| (token_url.clone(), redirects.clone());
    measure("tongdun token, the secret not known yet", 1, Duration::ZERO, token);
    measure("tongdun token", CALLS, Duration::ZERO, token);
    measure("tongdun token, 20/s each", CALLS, PACE, token);
    let login = json!({"login": "bank", "password": SECRET});
    let login = |_| (format!("{base}/cid/v1/token"), login.clone());
    measure("cid token", CALLS, Duration::ZERO, login);
    measure("cid token, 20/s each", CALLS, PACE, login);

    let agent = client();
    let tokens: Vec<String> = (0..CLIENTS)
        .map(|_| {
            let answer = post(&agent, &token_url, &redirects);
            let page = answer["url"].as_str().expect("a page").replace("http://terminal.example", &base);
            agent.get(&page).call().expect("the page opens");
            desk.end(End::passed());
            answer["token"].as_str().expect("a token").to_owned()
        })
        .collect();
    let result_url = format!("{base}{TONGDUN}/result/v1?{partner}");
    let result = |client: usize| (result_url.clone(), json!({"token": tokens[client]}));
    measure("tongdun result", CALLS, Duration::ZERO, result);
    measure("tongdun result, 20/s each", CALLS, PACE, result);
    runtime.block_on(server.stop());
}

fn measure(name: &str, calls: usize, pace: Duration, call: impl Fn(usize) -> (String, Value)) {
    let start = Arc::new(Barrier::new(CLIENTS + 1));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let ((url, body), start) = (call(number), start.clone());
            std::thread::spawn(move || {
                let agent = client();
                start.wait();
                // The clients are spread over the time between two calls.
                let first = Instant::now() + pace * number as u32 / CLIENTS as u32;
                let timed = |call: usize| {
                    let due = first + pace * call as u32;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let begun = Instant::now();
                    post(&agent, &url, &body);
                    begun.elapsed()
                };
                (0..calls).map(timed).collect::<Vec<Duration>>()
            })
        })
        .collect();
    start.wait();
    let begun = Instant::now();
    let mut times: Vec<Duration> =
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect();
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let line = json!({
        "call": name, "clients": CLIENTS, "calls": times.len(), "p50_ms": at(0.5), "p99_ms": at(0.99),
        "per_second": rate.round(),
    });
    println!("{line}");
}

fn client() -> ureq::Agent {
    let config = ureq::Agent::config_builder().proxy(None).max_redirects(0);
    config.timeout_global(Some(Duration::from_secs(60))).build().into()
}

fn post(agent: &ureq::Agent, url: &str, body: &Value) -> Value {
    let request = agent.post(url).header("content-type", "application/json");
    let text = request.send(body.to_string()).expect("an answer").body_mut().read_to_string();
    serde_json::from_str(&text.expect("a body")).expect("JSON")
}
