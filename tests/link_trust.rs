//! Who may talk to whom: certificates, access rules, and how the receiving side
//! treats results that were not signed by the device they come from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by failing what was not as expected")]

mod broker;

use std::time::Duration;

use broker::hub::{Hub, honest};
use broker::proxy::Proxy;
use broker::{Device, Fixture, PATIENCE, TENANT, eventually, have_mosquitto, until};
use rumqttc::{
    AsyncClient, Event, Incoming, MqttOptions, PubAckReason, PublishOptions, PublishResult, QoS,
    TlsConfiguration, Transport,
};
use vouch_contract::messages::{ResultEnvelope, State, digest};
use vouch_contract::topics::Name;
use vouch_hub::intake::Verdict;
use vouch_link::link::Link;
use vouch_link::state::LinkState;
use vouch_link::wire::{OptionsError, Security};
use vouch_testkit::authority::{Authority, Years};

/// A plain MQTT client with a device's certificate, for actions that the link never takes.
struct Rogue {
    client: AsyncClient,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Rogue {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Rogue {
    fn connect(fixture: &Fixture, device: &Device) -> Self {
        let mut options = MqttOptions::new("rogue", ("127.0.0.1", fixture.broker.port));
        options.set_transport(Transport::tls_with_config(TlsConfiguration::Simple {
            ca: fixture.ca().into_bytes(),
            alpn: None,
            client_auth: Some((
                device.identity.chain_pem().into_bytes(),
                std::fs::read(device.key()).unwrap(),
            )),
        }));
        let (client, mut events) = AsyncClient::builder(options).capacity(8).build();
        let task = tokio::spawn(async move { while events.poll().await.is_ok() {} });
        Self { client, task }
    }

    async fn publish(&self, topic: &str, payload: Vec<u8>) -> PubAckReason {
        let options = PublishOptions::new(QoS::AtLeastOnce);
        let notice = self.client.publish_tracked(topic, payload, options).await.unwrap();
        match tokio::time::timeout(PATIENCE, notice.wait_async()).await.unwrap().unwrap() {
            PublishResult::Qos1(ack) => ack.reason,
            other => panic!("{other:?}"),
        }
    }
}

/// Reads the retained state of a device as the hub sees it.
async fn state_of(fixture: &Fixture, device: &str) -> State {
    let broker = &fixture.broker;
    let read = |path| std::fs::read(path).unwrap();
    let mut options = MqttOptions::new("onlooker", ("127.0.0.1", broker.hub_port));
    options.set_transport(Transport::tls_with_config(TlsConfiguration::Simple {
        ca: read(&broker.ca),
        alpn: None,
        client_auth: Some((read(&broker.hub_certificate), read(&broker.hub_key))),
    }));
    let (client, mut events) = AsyncClient::builder(options).capacity(8).build();
    let topic = format!("vouch/v1/{TENANT}/{device}/state");
    client.subscribe(topic, QoS::AtLeastOnce).await.unwrap();
    let work = async {
        loop {
            if let Event::Incoming(Incoming::Publish(publish)) = events.poll().await.unwrap() {
                return State::decode(&publish.payload).unwrap();
            }
        }
    };
    tokio::time::timeout(PATIENCE, work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_cannot_be_trusted_is_told_apart_and_not_hammered() {
    if !have_mosquitto("a_broker_that_cannot_be_trusted_is_told_apart_and_not_hammered") {
        return;
    }
    let device = Device::new("gate-1");
    let authority = Authority::new("test").unwrap();
    let stranger = Authority::new("stranger").unwrap();
    let here = ["127.0.0.1", "localhost"];
    let cases = [
        (authority.server(&here, Years(2020, 2021)).unwrap(), &authority, "expired"),
        (authority.server(&["other.example"], Years::default()).unwrap(), &authority, "not valid for name"),
        (stranger.server(&here, Years::default()).unwrap(), &authority, "UnknownIssuer"),
    ];
    for (server, trusted, words) in cases {
        device.produce(1);
        let fixture = Fixture::with_server(&[&device], trusted, &server);
        let line = Proxy::to(fixture.broker.port).await;
        let link = Link::spawn(fixture.options(&device, line.port), device.queue()).unwrap();
        let report = until(&link, words, |report| report.state == LinkState::Refused).await;
        let fault = report.fault.unwrap();
        assert!(fault.contains("is not trusted"), "{fault}");
        assert!(fault.contains(words), "{words}: {fault}");
        tokio::time::sleep(Duration::from_millis(600)).await;
        // The longest pace is 200 to 400 ms here.
        assert!(line.accepted() <= 5, "{} attempts", line.accepted());
        assert_eq!(link.report().borrow().delivered, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_the_broker_does_not_know_is_told_so() {
    if !have_mosquitto("a_device_the_broker_does_not_know_is_told_so") {
        return;
    }
    let known = Device::new("gate-1");
    let unknown = Device::new("gate-2");
    let fixture = Fixture::new(&[&known]);
    unknown.produce(1);
    let options = fixture.options(&unknown, fixture.broker.port);
    let link = Link::spawn(options, unknown.queue()).unwrap();
    let report = until(&link, "refusal", |report| report.state == LinkState::Refused).await;
    let fault = report.fault.unwrap();
    assert!(fault.contains("does not accept this device's certificate"), "{fault}");
    assert_eq!(unknown.counts().waiting, 1);
}

#[tokio::test]
async fn settings_that_can_never_work_are_refused_at_once() {
    let device = Device::new("gate-1");
    let ca = Authority::new("test").unwrap();
    let mut options = broker::options(&device, 1, ca.pem());
    options.device = Name::new("gate-9").unwrap();
    let refused = Link::spawn(options.clone(), device.queue()).err().unwrap();
    assert!(matches!(refused, OptionsError::OtherName { .. }), "{refused}");

    options.device = Name::new("gate-1").unwrap();
    options.security = Security::PlainOnLoopback;
    options.host = "192.0.2.1".to_owned();
    let refused = Link::spawn(options, device.queue()).err().unwrap();
    assert!(matches!(refused, OptionsError::PlainBeyondLoopback { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_reaches_only_its_own_topics() {
    if !have_mosquitto("a_device_reaches_only_its_own_topics") {
        return;
    }
    let (mine, other) = (Device::new("gate-1"), Device::new("gate-2"));
    let fixture = Fixture::new(&[&mine, &other]);
    let hub = Hub::start(&fixture).await;
    let rogue = Rogue::connect(&fixture, &mine);
    let (jti, jws) = mine.signed(1, None);
    let payload = ResultEnvelope::new(&jti, 1, &jws).encode().unwrap();
    for topic in ["gate-2/result", "gate-2/state", "gate-1/ack", "gate-2/ack", "gate-1/other"] {
        let topic = format!("vouch/v1/{TENANT}/{topic}");
        let reason = rogue.publish(&topic, payload.clone()).await;
        assert_eq!(reason, PubAckReason::NotAuthorized, "{topic}");
    }
    let own = format!("vouch/v1/{TENANT}/gate-1/result");
    assert_eq!(rogue.publish(&own, payload).await, PubAckReason::Success);
    eventually("its own result", || hub.receipts.lock().unwrap().len() == 1).await;
    let tally = hub.stop().await;
    assert_eq!((tally.stored, tally.ignored), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_and_foreign_results_are_refused_and_kept_apart() {
    if !have_mosquitto("forged_and_foreign_results_are_refused_and_kept_apart") {
        return;
    }
    let (mine, other) = (Device::new("gate-1"), Device::new("gate-2"));
    let fixture = Fixture::new(&[&mine, &other]);
    let hub = Hub::start(&fixture).await;
    let rogue = Rogue::connect(&fixture, &mine);
    let topic = format!("vouch/v1/{TENANT}/gate-1/result");
    let (jti, good) = mine.signed(1, None);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let changed = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let (foreign_jti, foreign) = other.signed(1, None);
    let (second_jti, second) = mine.signed(1, None);
    let cases = [
        (&jti, changed.as_str(), Some("signature:")),
        (&foreign_jti, foreign.as_str(), Some("device:")),
        (&second_jti, good.as_str(), Some("envelope:")),
        (&jti, good.as_str(), None),
        (&second_jti, second.as_str(), Some("conflict:")),
    ];
    for (number, (jti, jws, refused)) in cases.into_iter().enumerate() {
        let payload = ResultEnvelope::new(jti, 1, jws).encode().unwrap();
        assert_eq!(rogue.publish(&topic, payload).await, PubAckReason::Success);
        eventually("the receipt", || hub.receipts.lock().unwrap().len() > number).await;
        let receipt = hub.receipts.lock().unwrap()[number].clone();
        match (&receipt.verdict, refused) {
            (Verdict::Refused { reason }, Some(word)) => {
                assert!(reason.starts_with(word), "{reason}")
            }
            (Verdict::Stored(_), None) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(receipt.sha256, Some(digest(jws)));
    }
    // A payload that is no envelope gets no answer and stores nothing.
    rogue.publish(&topic, b"{}".to_vec()).await;
    eventually("the last", || hub.receipts.lock().unwrap().len() == 6).await;
    assert_eq!(std::fs::read_dir(fixture.results().join("gate-1")).unwrap().count(), 1);
    let aside = fixture.results().join(".refused/gate-1");
    assert_eq!(std::fs::read_dir(aside).unwrap().count(), 2 * 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_retained_state_tells_who_is_there() {
    if !have_mosquitto("the_retained_state_tells_who_is_there") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    let hub = broker::hub::ScriptedHub::start(&fixture, |_, envelope| vec![honest(envelope)]).await;
    device.produce(2);
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options.clone(), device.queue()).unwrap();
    until(&link, "live", |report| report.delivered == 2).await;
    let birth = state_of(&fixture, "gate-1").await;
    assert!(birth.online);
    assert_eq!(birth.last_seq, 2);

    // A clean stop says goodbye itself.
    link.shutdown().await;
    assert!(!state_of(&fixture, "gate-1").await.online);

    // A crash leaves it to the last will.
    let link = Link::spawn(options, device.queue()).unwrap();
    until(&link, "live", |report| report.state == LinkState::Live).await;
    assert!(state_of(&fixture, "gate-1").await.online);
    drop(link);
    let begun = std::time::Instant::now();
    while state_of(&fixture, "gate-1").await.online {
        assert!(begun.elapsed() < PATIENCE, "no last will");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(hub);
}
