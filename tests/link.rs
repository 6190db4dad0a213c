//! The link against a real Mosquitto: every finished result arrives, whatever the
//! connection does, and leaves the outbox only on the hub's acknowledgement.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by failing what was not as expected")]

mod broker;

use std::collections::HashSet;
use std::time::Duration;

use broker::hub::{Hub, ScriptedHub, honest};
use broker::proxy::{Line, Proxy};
use broker::{Device, Fixture, eventually, have_mosquitto, until};
use vouch_contract::messages::{Ack, digest};
use vouch_hub::cli::{Args, run};
use vouch_hub::exit::Exit;
use vouch_hub::ingest::Continuity;
use vouch_hub::intake::Verdict;
use vouch_link::link::Link;
use vouch_link::once::deliver_once;
use vouch_link::state::LinkState;

/// The ids of the stored results, in order, once there are `count`. The hub tells of a
/// result after it has acknowledged it, so the device may know first.
async fn stored(hub: &Hub, count: usize) -> Vec<String> {
    let ids = || -> Vec<String> {
        let receipts = hub.receipts.lock().unwrap();
        let stored = receipts.iter().filter(|receipt| matches!(receipt.verdict, Verdict::Stored(_)));
        stored.filter_map(|receipt| receipt.jti.clone()).collect()
    };
    eventually("every stored result", || ids().len() >= count).await;
    ids()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_result_is_delivered_at_once() {
    if !have_mosquitto("a_new_result_is_delivered_at_once") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    let hub = Hub::start(&fixture).await;
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options, device.queue()).unwrap();
    until(&link, "live", |report| report.state == LinkState::Live).await;

    let begun = std::time::Instant::now();
    let made = device.produce(1);
    link.notify();
    until(&link, "delivery", |report| report.delivered == 1).await;
    // Far below `look_again`: the notification did it.
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(stored(&hub, made.len()).await, made);
    assert_eq!((device.counts().waiting, device.counts().acknowledged), (0, 1));

    let file = fixture.results().join(format!("gate-1/{:020}-{}.jws", 1, made[0]));
    let jws = std::fs::read_to_string(file).unwrap();
    assert_eq!(jws.split('.').count(), 3);
    let report = link.shutdown().await;
    assert_eq!(report.state, LinkState::Stopped);
    assert_eq!(hub.stop().await.stored, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_down_at_start_is_waited_for() {
    if !have_mosquitto("a_broker_that_is_down_at_start_is_waited_for") {
        return;
    }
    let device = Device::new("gate-1");
    let mut fixture = Fixture::new(&[&device]);
    fixture.broker.stop();
    device.produce(3);
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options, device.queue()).unwrap();
    let report =
        until(&link, "a fault", |report| report.state == LinkState::Offline && report.fault.is_some()).await;
    assert!(report.fault.unwrap().contains("cannot reach the broker"));

    fixture.broker.start_again().unwrap();
    let hub = Hub::start(&fixture).await;
    let report = until(&link, "delivery", |report| report.delivered == 3).await;
    assert_eq!(report.fault, None, "a fault is forgotten once all is well");
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_the_broker_dies_in_the_middle() {
    if !have_mosquitto("nothing_is_lost_when_the_broker_dies_in_the_middle") {
        return;
    }
    let device = Device::new("gate-1");
    let mut fixture = Fixture::new(&[&device]);
    let hub = Hub::start(&fixture).await;
    let made = device.produce(60);
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options, device.queue()).unwrap();
    for part in [10, 30] {
        until(&link, "a part", |report| report.delivered >= part).await;
        fixture.broker.stop();
        fixture.broker.start_again().unwrap();
    }
    until(&link, "all", |report| report.delivered == 60).await;
    assert_eq!(stored(&hub, made.len()).await, made, "all, once each, in order");
    assert_eq!(device.counts().waiting, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_outage_and_a_bad_line_lose_and_disorder_nothing() {
    if !have_mosquitto("a_long_outage_and_a_bad_line_lose_and_disorder_nothing") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    let hub = Hub::start(&fixture).await;
    let line = Proxy::to(fixture.broker.port).await;
    line.set(Line::Cut);
    let link = Link::spawn(fixture.options(&device, line.port), device.queue()).unwrap();
    let made = device.produce(200);
    link.notify();
    until(&link, "a fault", |report| report.fault.is_some()).await;

    line.set(Line::Pass);
    let catching_up = |report: &vouch_link::state::LinkReport| report.state == LinkState::CatchingUp;
    until(&link, "catching up", catching_up).await;
    for (part, how) in [(30, Line::Cut), (70, Line::Reset), (110, Line::Stall), (150, Line::Cut)] {
        until(&link, "a part", |report| report.delivered >= part).await;
        let before = line.accepted();
        line.set(how);
        eventually("a new attempt", || line.accepted() > before).await;
        line.set(Line::Pass);
    }
    until(&link, "all", |report| report.delivered == 200).await;
    assert_eq!(stored(&hub, made.len()).await, made, "all, once each, in order");
    let receipts = hub.receipts.lock().unwrap().clone();
    for receipt in &receipts {
        let fine = matches!(
            receipt.verdict,
            Verdict::Again | Verdict::Stored(Continuity::First | Continuity::Continues)
        );
        assert!(fine, "{receipt:?}");
    }
    let files: HashSet<_> = std::fs::read_dir(fixture.results().join("gate-1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files.len(), 200);
    assert_eq!(device.counts().waiting, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_brokers_puback_is_not_enough() {
    if !have_mosquitto("the_brokers_puback_is_not_enough") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    device.produce(2);
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options, device.queue()).unwrap();
    // Nobody listens: the broker takes the result, says so, and drops it.
    let report =
        until(&link, "silence", |report| report.state == LinkState::HubSilent && report.resent >= 2).await;
    assert!(report.unheard >= 2);
    assert_eq!(report.delivered, 0);
    assert_eq!(device.counts().waiting, 2);

    // The hub comes to life: no reconnection is needed.
    let hub = Hub::start(&fixture).await;
    until(&link, "delivery", |report| report.delivered == 2).await;
    assert_eq!(device.counts().waiting, 0);
    assert_eq!(hub.stop().await.stored, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledgements_that_are_not_about_this_result_change_nothing() {
    if !have_mosquitto("acknowledgements_that_are_not_about_this_result_change_nothing") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    let made = device.produce(2);
    let mut heard = 0;
    let hub = ScriptedHub::start(&fixture, move |_, envelope| {
        heard += 1;
        let jti = envelope.jti.as_str();
        if heard > 1 {
            return vec![honest(envelope)];
        }
        vec![
            Ack::stored(jti, digest("a.b.c")).encode().unwrap(),
            Ack::refused(jti, digest("a.b.c"), "changed on the way").encode().unwrap(),
            Ack::stored("unknown", digest(&envelope.jws)).encode().unwrap(),
            b"not json".to_vec(),
            br#"{"v":9,"jti":"x","stored":true,"sha256":""}"#.to_vec(),
            vec![0xff; 2048],
            // Larger than the device's announced limit: the broker must not pass it on.
            vec![b' '; 300_000],
        ]
    })
    .await;
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options, device.queue()).unwrap();
    // A forged acknowledgement of the second result while the first is under way.
    let second = Ack::stored(&made[1], digest("a.b.c")).encode().unwrap();
    until(&link, "bad words", |report| report.garbage >= 3).await;
    assert_eq!(device.counts().waiting, 2, "nothing has left the outbox");
    hub.say("gate-1", second).await;

    let report = until(&link, "delivery", |report| report.delivered == 2).await;
    assert_eq!(report.digest_differs, 2);
    assert!(report.foreign_acks >= 1);
    assert_eq!(report.garbage, 3);
    assert_eq!(report.refused, 0);
    assert!(report.resent >= 1, "it was sent again by itself");
    assert_eq!(device.counts().acknowledged, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_result_is_kept_and_the_next_goes_on() {
    if !have_mosquitto("a_refused_result_is_kept_and_the_next_goes_on") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    device.produce(3);
    let _hub = ScriptedHub::start(&fixture, |_, envelope| {
        let digest = digest(&envelope.jws);
        vec![match envelope.seq {
            2 => Ack::refused(&envelope.jti, digest, "conflict: of a test").encode().unwrap(),
            _ => honest(envelope),
        }]
    })
    .await;
    let options = fixture.options(&device, fixture.broker.port);
    let done = deliver_once(options, device.queue(), broker::PATIENCE).await.unwrap();
    assert_eq!((done.delivered, done.refused, done.left), (2, 1, 0));
    let refused = device.outbox().refused(10).unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].reason, "conflict: of a test");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_one_shot_delivery_leaves_a_running_terminal_alone() {
    if !have_mosquitto("a_one_shot_delivery_leaves_a_running_terminal_alone") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    let hub = Hub::start(&fixture).await;
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options.clone(), device.queue()).unwrap();
    until(&link, "live", |report| report.state == LinkState::Live).await;

    device.produce(4);
    let done = deliver_once(options.clone(), device.queue(), broker::PATIENCE).await.unwrap();
    assert_eq!(done.left, 0);
    // It may have looked into the same outbox meanwhile, and be catching up still.
    until(&link, "live", |report| report.state == LinkState::Live).await;
    let report = link.report().borrow().clone();
    assert_eq!(report.states[0].entered, 1, "the terminal was never thrown out");
    assert_eq!(device.counts().acknowledged, 4);

    // Nothing to deliver: no connection, so no broker is needed.
    let mut nowhere = options;
    nowhere.port = 1;
    let done = deliver_once(nowhere, device.queue(), Duration::from_millis(1)).await.unwrap();
    assert_eq!((done.delivered, done.left), (0, 0));
    assert_eq!(hub.stop().await.stored, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_stores_as_many_as_wanted_and_ends() {
    if !have_mosquitto("the_command_stores_as_many_as_wanted_and_ends") {
        return;
    }
    let device = Device::new("gate-1");
    let fixture = Fixture::new(&[&device]);
    let trust = fixture.folder.path().join("trust.pem");
    std::fs::write(&trust, fixture.trust()).unwrap();
    let files = fixture.broker.hub_tls();
    let args = Args {
        host: "127.0.0.1".to_owned(),
        port: fixture.broker.hub_port,
        tenant: broker::TENANT.to_owned(),
        ca: files.ca,
        cert: files.chain,
        key: files.key,
        trust,
        out: fixture.results(),
        count: Some(3),
        limit_s: Some(broker::PATIENCE.as_secs()),
        json: true,
    };
    device.produce(3);
    let options = fixture.options(&device, fixture.broker.port);
    let link = Link::spawn(options, device.queue()).unwrap();
    let wanted = args.clone();
    let command = tokio::task::spawn_blocking(move || run(&wanted));
    assert_eq!(command.await.unwrap(), Exit::Done);
    until(&link, "delivery", |report| report.delivered == 3).await;
    assert_eq!(device.counts().waiting, 0);

    // Nothing more comes: the time limit ends it, and says too few.
    let again = Args { count: Some(1), limit_s: Some(1), ..args };
    let command = tokio::task::spawn_blocking(move || run(&again));
    assert_eq!(command.await.unwrap(), Exit::TooFew);
}
