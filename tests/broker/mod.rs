//! A real broker on loopback, devices with real keys, and a connection that can be cut.
//!
//! `mod broker;` in a test file brings it in. Every wait is bounded.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod hub;
pub mod proxy;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vouch::terminal::pending_results::OutboxQueue;
use vouch_contract::claims::PROFILE;
use vouch_contract::topics::Name;
use vouch_link::backoff::BackoffOptions;
use vouch_link::link::{LinkHandle, LinkOptions};
use vouch_link::state::LinkReport;
use vouch_link::tls::{TlsFiles, TlsMaterial};
use vouch_link::wire::Security;
use vouch_store::outbox::{Counts, Entry, Limits, Outbox};
use vouch_testkit::authority::{Authority, Issued};
use vouch_testkit::broker::{EmbeddedBroker, find_mosquitto};
use vouch_trust::identity::Identity;
use vouch_trust::jws::{RESULT_TYPE, sign};

pub const TENANT: &str = "acme";

/// Longest wait for anything here.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// True when Mosquitto is there; otherwise says so, and fails in CI.
pub fn have_mosquitto(test: &str) -> bool {
    if find_mosquitto().is_some() {
        return true;
    }
    println!("skipped: 1 ({test}: mosquitto is not installed)");
    assert!(std::env::var_os("CI").is_none(), "mosquitto is missing, and in CI no test may be skipped");
    false
}

/// A device: identity and outbox in its own folder.
pub struct Device {
    pub name: String,
    pub identity: Identity,
    pub outbox: PathBuf,
    folder: TempDir,
}

impl Device {
    pub fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("identity");
        let identity = Identity::open_or_create_with(&dir, Some(name), None).unwrap();
        Self { name: name.to_owned(), identity, outbox: folder.path().join("outbox.db"), folder }
    }

    /// The outbox as the link takes it.
    pub fn queue(&self) -> OutboxQueue {
        OutboxQueue(self.outbox())
    }

    pub fn outbox(&self) -> Outbox {
        Outbox::open(&self.outbox, Limits::default()).unwrap()
    }

    pub fn counts(&self) -> Counts {
        self.outbox().counts().unwrap()
    }

    /// Signs and stores this many results; gives their ids.
    pub fn produce(&self, count: usize) -> Vec<String> {
        let mut outbox = self.outbox();
        (0..count)
            .map(|_| {
                outbox
                    .append(|next| {
                        let (jti, claims) = self.claims(next.seq, next.prev.as_deref());
                        let jws = sign(&self.identity, RESULT_TYPE, claims.as_bytes())?;
                        Ok(Entry { jti, jws })
                    })
                    .unwrap()
                    .jti
            })
            .collect()
    }

    /// A JWS over claims of this device's.
    pub fn signed(&self, seq: u64, prev: Option<&str>) -> (String, String) {
        let (jti, claims) = self.claims(seq, prev);
        let jws = sign(&self.identity, RESULT_TYPE, claims.as_bytes()).unwrap();
        (jti, jws)
    }

    fn claims(&self, seq: u64, prev: Option<&str>) -> (String, String) {
        let jti = uuid::Uuid::now_v7().to_string();
        let claims = serde_json::json!({
            "iss": self.identity.id,
            "ueid": self.identity.ueid,
            "iat": jiff::Timestamp::now().as_second(),
            "jti": jti,
            "eat_profile": PROFILE,
            "seq": seq,
            "prev": prev,
            "sessionStatus": "SUCCESS",
            "evidence": { "mode": "development" },
        });
        (jti, claims.to_string())
    }

    pub fn key(&self) -> PathBuf {
        self.folder.path().join("identity/device.key")
    }

    pub fn tls(&self, broker_ca: &str) -> TlsMaterial {
        let key = std::fs::read(self.key()).unwrap();
        let chain = self.identity.chain_pem();
        TlsMaterial::from_pem(broker_ca.as_bytes(), chain.as_bytes(), &key).unwrap()
    }
}

/// A broker that trusts the given devices.
pub struct Fixture {
    pub broker: EmbeddedBroker,
    pub folder: TempDir,
    trust: String,
}

impl Fixture {
    pub fn new(devices: &[&Device]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let trust = trust_of(devices);
        let broker = EmbeddedBroker::start(&folder.path().join("broker"), &trust).unwrap();
        Self { broker, folder, trust }
    }

    /// For other kinds of devices: trusts the roots they lead to.
    pub fn trusting(trust: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let broker = EmbeddedBroker::start(&folder.path().join("broker"), trust).unwrap();
        Self { broker, folder, trust: trust.to_owned() }
    }

    /// With a server certificate of the caller's choice.
    pub fn with_server(devices: &[&Device], authority: &Authority, server: &Issued) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let trust = trust_of(devices);
        let at = folder.path().join("broker");
        let broker = EmbeddedBroker::start_with(&at, &trust, authority, server).unwrap();
        Self { broker, folder, trust }
    }

    pub fn trust(&self) -> &str {
        &self.trust
    }

    pub fn ca(&self) -> String {
        std::fs::read_to_string(&self.broker.ca).unwrap()
    }

    pub fn hub_tls(&self) -> TlsMaterial {
        TlsMaterial::from_files(&self.broker.hub_tls()).unwrap()
    }

    /// Where the results of the receiving side go.
    pub fn results(&self) -> PathBuf {
        self.folder.path().join("results")
    }

    /// Options of a device's link, at a test's pace.
    pub fn options(&self, device: &Device, port: u16) -> LinkOptions {
        options(device, port, &self.ca())
    }
}

pub fn options(device: &Device, port: u16, broker_ca: &str) -> LinkOptions {
    let mut options = LinkOptions::new(
        "127.0.0.1",
        port,
        Name::new(TENANT).unwrap(),
        Name::new(&device.name).unwrap(),
        Security::MutualTls(device.tls(broker_ca)),
    );
    options.ack_timeout = Duration::from_millis(700);
    options.connect_timeout = Duration::from_secs(2);
    options.backoff = BackoffOptions { min: Duration::from_millis(50), max: Duration::from_millis(400) };
    options
}

/// The receiving side's files, for the command line.
pub fn hub_files(fixture: &Fixture) -> TlsFiles {
    fixture.broker.hub_tls()
}

/// Waits until the link's report satisfies a condition.
pub async fn until(link: &LinkHandle, what: &str, good: impl Fn(&LinkReport) -> bool) -> LinkReport {
    let mut report = link.report();
    let waited = tokio::time::timeout(PATIENCE, report.wait_for(|report| good(report))).await;
    match waited {
        Ok(report) => report.unwrap().clone(),
        Err(_) => panic!("{what} did not come: {:#?}", *link.report().borrow()),
    }
}

/// Polls until a condition holds.
pub async fn eventually(what: &str, good: impl FnMut() -> bool) {
    eventually_within(PATIENCE, what, good).await;
}

/// The same, for at most this long.
pub async fn eventually_within(limit: Duration, what: &str, mut good: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !good() {
        assert!(begun.elapsed() < limit, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn trust_of(devices: &[&Device]) -> String {
    devices.iter().map(|device| device.identity.trust_pem.as_str()).collect()
}
