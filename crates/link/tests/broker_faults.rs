//! Brokers that say no, say nothing, or say what nobody may: the words that an
//! operator gets, and the pace at which the link tries again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says by failing what was not as expected")]

mod scripted;

use std::time::Duration;

use scripted::{Act, Broker, Results, Script, connack, disconnect, options, reason};
use vouch_link::link::Link;
use vouch_link::once::deliver_once;
use vouch_link::state::{LinkReport, LinkState};

const PATIENCE: Duration = Duration::from_secs(20);

/// Rows that run at once: more would make a busy machine's broker look silent.
const AT_ONCE: usize = 8;

/// One fault: what the broker does, what the operator reads, and whether only a
/// person can help.
struct Row {
    script: Script,
    words: Vec<&'static str>,
    person: bool,
}

fn row(script: Script, person: bool, words: &[&'static str]) -> Row {
    Row { script, words: words.to_vec(), person }
}

fn at_connect(acts: Vec<Act>) -> Script {
    Script { connect: acts, ..Script::default() }
}

fn at_subscribe(acts: Vec<Act>) -> Script {
    Script { subscribe: acts, ..Script::default() }
}

fn at_state(acts: Vec<Act>) -> Script {
    Script { state: acts, ..Script::default() }
}

fn at_result(acts: Vec<Act>) -> Script {
    Script { result: acts, ..Script::default() }
}

/// The same act at each step of a connection.
fn everywhere(act: &Act) -> Vec<Script> {
    let acts = || vec![act.clone()];
    let answered = vec![Act::Connack(Vec::new()), act.clone()];
    vec![
        at_connect(acts()),
        at_connect(answered),
        at_subscribe(acts()),
        at_subscribe(vec![Act::Suback(1), act.clone()]),
        at_state(acts()),
        at_state(vec![Act::Puback(0), act.clone()]),
        at_result(acts()),
        at_result(vec![Act::Puback(0), act.clone()]),
    ]
}

async fn faulted(report: &mut tokio::sync::watch::Receiver<LinkReport>) -> LinkReport {
    let bad = |report: &LinkReport| {
        report.fault.is_some() && matches!(report.state, LinkState::Offline | LinkState::Refused)
    };
    let waited = tokio::time::timeout(PATIENCE, report.wait_for(bad)).await;
    waited.expect("a fault comes").unwrap().clone()
}

/// Checks every row, each with its own broker.
async fn check(rows: Vec<Row>) {
    let mut rows = rows.into_iter();
    loop {
        let runs: Vec<_> = rows.by_ref().take(AT_ONCE).map(|row| tokio::spawn(check_row(row))).collect();
        if runs.is_empty() {
            return;
        }
        for run in runs {
            run.await.unwrap();
        }
    }
}

async fn check_row(row: Row) {
    let broker = Broker::start(row.script.clone()).await;
    let link = Link::spawn(options(broker.port), Results::new(1, 500)).unwrap();
    let mut report = link.report();
    let found = faulted(&mut report).await;
    let fault = found.fault.unwrap();
    let address = format!("127.0.0.1:{}", broker.port);
    for word in row.words.iter().chain([&address.as_str()]) {
        assert!(fault.contains(word), "{word:?} is missing: {fault}\n{:?}", row.script);
    }
    assert!(!fault.chars().any(char::is_control), "{fault:?}");
    let expected = if row.person { LinkState::Refused } else { LinkState::Offline };
    assert_eq!(found.state, expected, "{fault}\n{:?}", row.script);
    let before = broker.connects();
    if row.person {
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(broker.connects(), before, "the longest pace is 2 s at least: {fault}");
    } else {
        let again = async {
            while broker.connects() == before {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, again).await.expect("another attempt comes soon");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_brokers_reason_is_told_at_every_step() {
    let mut rows = Vec::new();
    for (code, person, words) in [
        (0x87, true, &["0x87", "not authorised"][..]),
        (0x8E, true, &["taken over"]),
        (0x8B, false, &["0x8B", "shutting down"]),
        (0x89, false, &["busy"]),
        (0x8C, true, &["0x8C", "bad authentication method"]),
        (0x95, true, &["packet too large"]),
        (0x98, true, &["administrative action"]),
        (0x9B, true, &["does not offer QoS 1"]),
        (0x9D, true, &["server moved"]),
        (0xC1, true, &["0xC1", "does not know"]),
    ] {
        for script in everywhere(&Act::Send(disconnect(code, &[]))) {
            rows.push(row(script, person, words));
        }
    }
    check(rows).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_just_ends_is_told_with_the_step() {
    // Where an answer and the end come together, either step is right.
    let steps =
        ["connecting", "", "subscribing", "", "taking this terminal's state", "", "taking a result", ""];
    let closed = everywhere(&Act::Close).into_iter().zip(steps);
    let mut rows: Vec<Row> =
        closed.map(|(script, step)| row(script, false, &["the broker closed the line", step])).collect();
    rows.extend(
        everywhere(&Act::Reset).into_iter().map(|script| row(script, false, &["the line to the broker"])),
    );
    check(rows).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_refuses_the_connection_is_told_in_words() {
    let refused = |code, text| at_connect(vec![Act::Send(connack(code, &reason(text)))]);
    check(vec![
        row(
            refused(0x87, "no such client"),
            true,
            &["certificate", "0x87, not authorised", "no such client"],
        ),
        row(refused(0x86, ""), true, &["bad user name or password"]),
        row(refused(0x8A, "spam"), true, &["banned", "spam"]),
        row(refused(0x84, ""), true, &["unsupported protocol version, MQTT 5 is needed"]),
        row(refused(0x88, ""), false, &["server unavailable"]),
        row(refused(0x97, ""), true, &["quota exceeded"]),
        row(refused(0x9D, "go to b"), true, &["server moved", "go to b"]),
        row(refused(0x87, "a\u{1b}[2Jb\r\nc\u{202e}d"), true, &["a\\u{1b}[2Jb\\r\\nc\\u{202e}d"]),
        // Unspecified codes, and the answer of MQTT 3.1.1.
        row(refused(0xFE, "odd"), true, &["0xFE", "odd"]),
        row(at_connect(vec![Act::Send(vec![0x20, 2, 0, 1])]), true, &["speaks MQTT 3.1.1 only, 5 is needed"]),
        row(at_connect(vec![Act::Send(vec![0x20, 2, 0, 0])]), true, &["speaks MQTT 3.1.1 only"]),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_refuses_a_request_is_told_in_words() {
    let suback = |code| at_subscribe(vec![Act::Suback(code)]);
    let state = |code| at_state(vec![Act::Puback(code)]);
    let result = |code| at_result(vec![Act::Puback(code)]);
    check(vec![
        row(suback(0x87), true, &["subscribe to vouch/v1/acme/gate-1/ack", "not authorised"]),
        row(suback(0x8F), true, &["subscribe to", "topic filter invalid"]),
        row(suback(0x97), true, &["subscribing", "quota exceeded"]),
        row(suback(0x80), false, &["subscribing"]),
        row(state(0x87), true, &["publish on vouch/v1/acme/gate-1/state", "not authorised"]),
        row(state(0x83), false, &["taking this terminal's state", "0x83"]),
        row(result(0x87), true, &["publish on vouch/v1/acme/gate-1/result"]),
        row(result(0x90), true, &["publish on", "topic name invalid"]),
        row(result(0x97), true, &["taking a result", "quota exceeded"]),
        row(result(0x99), true, &["payload format invalid"]),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_is_told_with_the_step() {
    check(vec![
        row(at_connect(vec![]), false, &["did not answer in time while connecting"]),
        row(at_subscribe(vec![]), false, &["did not answer in time while subscribing"]),
        row(at_state(vec![]), false, &["did not answer in time while taking this terminal's state"]),
        row(at_result(vec![]), false, &["did not answer in time while taking a result"]),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_mqtt_5_is_told_as_such() {
    let connect = |bytes: &[u8]| at_connect(vec![Act::Send(bytes.to_vec())]);
    let after = |bytes: &[u8]| at_state(vec![Act::Puback(0), Act::Send(bytes.to_vec())]);
    let no_mqtt = &["MQTT 5 does not allow"][..];
    let mut rows = vec![
        row(connect(b"HTTP/1.1 400 Bad Request\r\n\r\n"), true, no_mqtt),
        row(connect(b"SSH-2.0-OpenSSH_9.6\r\n"), true, no_mqtt),
        row(connect(&[0x90, 4, 0, 1, 0, 1]), true, &["instead of a CONNACK"]),
        row(connect(&[0xD0, 0]), true, &["instead of a CONNACK"]),
        // Properties that are cut short, unknown, or out of bounds.
        row(connect(&[0x20, 4, 0, 0, 9, 0x1F]), true, no_mqtt),
        row(connect(&connack(0, &[0x7E, 1])), true, no_mqtt),
        row(connect(&connack(0, &[0x21, 0, 0])), true, no_mqtt),
        // An identifier assigned to a client that has one.
        row(connect(&connack(0, &[0x12, 0, 1, b'x'])), true, no_mqtt),
        row(connect(&[connack(0, &[]), connack(0, &[])].concat()), true, no_mqtt),
    ];
    for bytes in [
        &[0x90, 2, 0, 9][..],
        &[0x40, 1, 0],
        &[0x40, 2, 0, 99],
        // A PUBLISH with a topic alias, which we do not allow; with a topic that is no UTF-8.
        &[0x30, 7, 0, 0, 4, 0x23, 0, 1, 0],
        &[0x30, 5, 0, 2, 0xFF, 0xFE, 0],
        // A remaining length without an end; a packet above what we take.
        &[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        &[0x30, 0x80, 0x80, 0x80, 1],
    ] {
        rows.push(row(after(bytes), true, no_mqtt));
    }
    check(rows).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_without_qos_1_gets_no_publish() {
    let broker = Broker::start(at_connect(vec![Act::Connack(vec![0x24, 0])])).await;
    let link = Link::spawn(options(broker.port), Results::new(1, 500)).unwrap();
    let found = faulted(&mut link.report()).await;
    assert_eq!(found.state, LinkState::Refused);
    assert!(found.fault.unwrap().contains("does not offer QoS 1, which is needed"));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(broker.of_kind(3), []);
    assert_eq!(broker.connects(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_retain_results_arrive_and_the_state_is_sent_unretained() {
    let announced = at_connect(vec![Act::Connack(vec![0x25, 0])]);
    // Does not announce it, and refuses the retained will or the retained birth.
    let at_the_birth = at_state(vec![Act::Send(disconnect(0x9A, &[]))]);
    for (script, lines) in [(announced, 1), (at_the_birth, 2)] {
        let broker = Broker::start(script).await;
        let results = Results::new(1, 500);
        let link = Link::spawn(options(broker.port), results.clone()).unwrap();
        let mut report = link.report();
        if lines == 1 {
            let done = tokio::time::timeout(PATIENCE, report.wait_for(|report| report.delivered == 1)).await;
            assert!(done.is_ok(), "{:?}", link.report().borrow());
            assert_eq!(broker.connects(), 1);
        } else {
            let fault = faulted(&mut report).await.fault.unwrap();
            assert!(fault.contains("keeps no retained messages"), "{fault}");
            tokio::time::timeout(PATIENCE, async {
                while broker.of_kind(3).len() < 2 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            })
            .await
            .expect("it comes again");
        }
        let births: Vec<bool> =
            broker.of_kind(3).iter().filter(|seen| seen.leaf == "state").map(|seen| seen.retain).collect();
        assert_eq!(births.last(), Some(&false), "{births:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packet_is_refused_only_above_the_limit_and_with_its_size() {
    // How large the packet really is.
    let broker = Broker::start(Script::default()).await;
    let done = deliver_once(options(broker.port), Results::new(1, 5000), PATIENCE).await.unwrap();
    assert_eq!(done.delivered, 1);
    let size = broker.of_kind(3)[0].size;
    assert!(size > 5000 && size < 5300, "{size}");

    for (limit, fits) in [(size, true), (size + 1, true), (size - 1, false), (4000, false)] {
        let number = u32::try_from(limit).unwrap().to_be_bytes();
        let limited = at_connect(vec![Act::Connack([&[0x27][..], &number].concat())]);
        let broker = Broker::start(limited).await;
        let done = deliver_once(options(broker.port), Results::new(1, 5000), PATIENCE).await.unwrap();
        if fits {
            assert_eq!((done.delivered, done.left), (1, 0), "{limit}: {done:?}");
        } else {
            let fault = done.fault.unwrap();
            assert!(fault.contains(&format!("at most {limit} bytes")), "{fault}");
            assert!(fault.contains(&format!("needs {size};")), "{fault}");
            assert_eq!(broker.of_kind(3), [], "nothing goes out");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_that_a_broker_may_set_are_kept_to() {
    // Receive Maximum 1, Server Keep Alive 1 s, Topic Alias Maximum 5, no
    // wildcards, user properties.
    let properties = [
        &[0x21, 0, 1, 0x13, 0, 1, 0x22, 0, 5, 0x28, 0, 0x29, 0, 0x2A, 0, 0x24, 1][..],
        &[0x26, 0, 1, b'a', 0, 1, b'b'],
    ]
    .concat();
    let broker = Broker::start(at_connect(vec![Act::Connack(properties)])).await;
    let results = Results::new(30, 500);
    let link = Link::spawn(options(broker.port), results.clone()).unwrap();
    let mut report = link.report();
    let done = report.wait_for(|report| report.delivered == 30);
    tokio::time::timeout(PATIENCE, done).await.expect("all arrive").unwrap();
    let expected: Vec<String> = (1..=30).map(|seq| format!("r-{seq}")).collect();
    assert_eq!(*results.stored.lock().unwrap(), expected);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!broker.of_kind(12).is_empty(), "it pings at the server's pace");
    assert_eq!(broker.connects(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_one_shot_delivery_says_what_it_waited_for() {
    for (script, words) in [
        (at_connect(vec![]), "did not answer in time while connecting"),
        (at_subscribe(vec![]), "did not answer in time while subscribing"),
        (at_result(vec![]), "did not answer in time while taking a result"),
        (at_result(vec![Act::Puback(0)]), "the hub did not acknowledge it in time"),
        (at_result(vec![Act::Puback(0x10)]), "no hub listens there"),
        (at_connect(vec![Act::Close]), "the broker closed the line"),
    ] {
        let broker = Broker::start(script).await;
        let mut patient = options(broker.port);
        // The delivery's limit ends before the connection's patience.
        (patient.connect_timeout, patient.ack_timeout) = (PATIENCE, PATIENCE);
        let limit = Duration::from_secs(3);
        let done = deliver_once(patient, Results::new(1, 500), limit).await.unwrap();
        assert_eq!((done.delivered, done.left), (0, 1));
        let fault = done.fault.expect("a reason");
        assert!(fault.contains(words), "{fault}");
    }
}
