//! Results go up, messages come down, and a hub's refusal is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by failing what was not as expected")]

mod scripted;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use scripted::{Act, Broker, Results, Script, options};
use tracing_subscriber::fmt::MakeWriter;
use vouch_contract::topics::Leaf;
use vouch_link::link::Link;
use vouch_link::once::deliver_once;
use vouch_link::routes::Routes;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_come_down_to_whoever_subscribed_while_results_go_up() {
    let answers = vec![Act::Puback(0), Act::Say("state", "for you", 1), Act::Hub(None)];
    let broker = Broker::start(Script { result: answers, ..Script::default() }).await;
    let mut routes = Routes::new();
    let mut inbox = routes.subscribe(Leaf::State, 4);
    let results = Results::new(3, 500);
    let link = Link::spawn_with(options(broker.port), results.clone(), routes).unwrap();
    for _ in 0..3 {
        let payload = tokio::time::timeout(PATIENCE, inbox.recv()).await.expect("a message");
        assert_eq!(payload.as_deref(), Some(&b"for you"[..]));
    }
    let mut report = link.report();
    let done = report.wait_for(|report| report.delivered == 3);
    tokio::time::timeout(PATIENCE, done).await.expect("all arrive").unwrap();
    assert_eq!(broker.of_kind(8).len(), 2, "each leaf is subscribed once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hubs_refusal_is_told_with_its_reason() {
    let refuse = vec![Act::Puback(0), Act::Hub(Some("signature: unknown root"))];
    let broker = Broker::start(Script { result: refuse, ..Script::default() }).await;
    let results = Results::new(2, 500);
    let done = deliver_once(options(broker.port), results.clone(), PATIENCE).await.unwrap();
    assert_eq!((done.delivered, done.refused, done.left), (0, 2, 0));
    assert_eq!(done.refusal.as_deref(), Some("signature: unknown root"));
    assert_eq!(results.refused.lock().unwrap().len(), 2);
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn junk_neither_hides_the_right_answer_nor_fills_the_log() {
    let log = Log::default();
    let written = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let done = tracing::subscriber::with_default(written, || {
        runtime.block_on(async {
            let mut result = vec![Act::Puback(0)];
            for (leaf, what) in [
                ("ack", "junk"),
                ("ack", r#"{"v":1,"jti":"r-1","stored":true,"sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#),
                ("ack", r#"{"v":1,"jti":"r-9","stored":false,"sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#),
                ("other", "stray"),
            ] {
                result.push(Act::Say(leaf, what, 1000));
            }
            result.push(Act::Hub(None));
            let broker = Broker::start(Script { result, ..Script::default() }).await;
            deliver_once(options(broker.port), Results::new(1, 500), PATIENCE).await.unwrap()
        })
    });
    assert_eq!((done.delivered, done.left), (1, 0));
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let warnings = text.lines().filter(|line| line.contains("WARN")).count();
    assert!((2..=6).contains(&warnings), "{text}");
    assert!(text.contains("ignored more messages") && text.contains("more=999"), "{text}");
}
