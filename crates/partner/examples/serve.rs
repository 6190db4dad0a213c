//! The partners' APIs over a desk without a camera, for trying a client out.
//!
//!     cargo run -p vouch-partner --example serve [PORT]
//!
//! Every session ends by itself after a second, with a made-up document. The results are signed by
//! a key that exists only while this runs; its `trust.pem` is in the folder that is printed.

#[path = "../tests/apis/desk.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "the tests use more of it, and are written for tests")]
mod desk;

use std::sync::Arc;
use std::time::Duration;

use vouch_partner::context::{Context, Settings};
use vouch_partner::desk::Pages;
use vouch_partner::guard::Limits;
use vouch_partner::register::Register;
use vouch_partner::register::partners::NewPartner;
use vouch_partner::register::scenes::Scene;
use vouch_partner::schemes::BusinessScheme;
use vouch_partner::server::{Listen, Server};
use vouch_partner::targets::Target;

use desk::{End, FakeDesk};

const SECRET: &str = "correct-horse-battery";

fn main() {
    let port = std::env::args().nth(1).map_or(0, |port| port.parse().expect("a port"));
    let folder = tempfile::tempdir().expect("a folder for the register");
    let desk = Arc::new(FakeDesk::new(folder.path()));
    let register = Register::open(&folder.path().join("partners.db")).expect("a register");
    let targets = ["https://bank.example/", "http://127.0.0.1:8099/"];
    let targets = targets.map(|url| Target::new(url, url.starts_with("http:")).expect("an address")).to_vec();
    let (code, name) = ("bank".to_owned(), "The bank".to_owned());
    register
        .add_partner(NewPartner { code, name, targets, webhook: None, gallery: true }, SECRET)
        .expect("a partner");
    for scheme in BusinessScheme::ALL {
        let (biz, name, partner) = (scheme.name().into(), scheme.name().into(), "bank".into());
        let scene = Scene { biz, partner, name, scheme, pages: Pages::default() };
        register.add_scene(scene).expect("a scene");
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _server = runtime.block_on(async {
        let (rate, burst) = (1e6, 1e6);
        let limits = Limits {
            address_rate: rate,
            address_burst: burst,
            partner_rate: rate,
            partner_burst: burst,
            failures: u32::MAX,
            address_failures: u32::MAX,
            ..Limits::default()
        };
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let public_url = format!("http://{address}").parse().expect("an address");
        let context = Context::new(Settings { public_url, limits, webhook_ca: None }, register, desk.clone());
        let server = Server::start(context.await.expect("a context"), Listen { address, tls: None });
        let server = server.await.expect("a server");
        println!("http://{address} partner bank, secret {SECRET}, files in {}", folder.path().display());
        server
    });
    loop {
        std::thread::sleep(Duration::from_secs(1));
        if desk.is_busy() {
            desk.end(End::with_document());
        }
    }
}
