//! Webhooks: signed, repeated, the same in every attempt, logged.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use vouch_partner::register::partners::NewPartner;
use vouch_partner::targets::Target;

use super::cid::{login, start};
use super::desk::End;
use super::stage::Stage;

/// A partner's receiver that answers with these statuses in turn, the last one for ever.
struct Receiver {
    address: SocketAddr,
    got: Arc<Mutex<Vec<(String, String)>>>,
}

impl Receiver {
    fn new(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let got = Arc::new(Mutex::new(Vec::new()));
        let kept = got.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = BufReader::new(stream.unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).unwrap();
                    if line.trim().is_empty() {
                        break;
                    }
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    head.push_str(&line.to_ascii_lowercase());
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                kept.lock().unwrap().push((head, String::from_utf8(body).unwrap()));
                let status = statuses[number.min(statuses.len() - 1)];
                let answer = format!(
                    "HTTP/1.1 {status} x\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { address, got }
    }

    fn count(&self) -> usize {
        self.got.lock().unwrap().len()
    }

    /// The payloads, after their signatures' header was looked at.
    fn payloads(&self) -> Vec<Value> {
        let got = self.got.lock().unwrap();
        let part = |jws: &str, number| {
            let part = jws.split('.').nth(number).unwrap();
            serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        got.iter()
            .map(|(_, body)| {
                let header = part(body, 0);
                assert_eq!((&header["typ"], &header["alg"]), (&"vouch-webhook+jwt".into(), &"ES256".into()));
                part(body, 1)
            })
            .collect()
    }
}

fn subscribe(stage: &Stage, webhook: &str, private: bool) {
    let targets = [("https://bank.example/back", false), (webhook, private)];
    let targets = targets.map(|(url, private)| Target::new(url, private).unwrap()).to_vec();
    let (code, name) = ("bank".into(), "The bank".into());
    stage
        .register
        .change_partner(NewPartner { code, name, targets, webhook: Some(webhook.into()), gallery: false })
        .unwrap();
}

fn session(stage: &Stage) -> String {
    let started = start(stage, &login(stage, "bank"), &json!({})).expect(201);
    stage.open(&started.member("/pageUrl"));
    stage.desk.end(End::with_document());
    started.member("/sessionId")
}

#[test]
fn a_partner_is_told_of_the_end_and_of_nothing_else() {
    let stage = Stage::new();
    let receiver = Receiver::new(&[204]);
    subscribe(&stage, &format!("http://{}/hook", receiver.address), true);
    let id = session(&stage);
    stage.until("the webhook", || receiver.count() == 1);
    let payload = receiver.payloads().remove(0);
    assert_eq!((&payload["event"], &payload["sessionId"]), (&"session.ended".into(), &id.as_str().into()));
    assert_eq!((&payload["sessionStatus"], &payload["livenessCode"]), (&"SUCCESS".into(), &200.into()));
    let (head, _) = receiver.got.lock().unwrap()[0].clone();
    assert!(head.starts_with("post /hook ") && head.contains("content-type: application/jose"));
    assert!(head.contains(&format!("idempotency-key: {}", payload["jti"].as_str().unwrap())));
    for personal in ["ERIKSSON", "ANNA", "900101400001", "012345678"] {
        assert!(!payload.to_string().contains(personal));
    }
    stage.until("the log", || stage.register.deliveries().unwrap()[0].state == "delivered");
    let line = stage.register.deliveries().unwrap().remove(0);
    assert_eq!((line.attempts, line.met.as_deref(), line.session), (1, Some("204"), id));
}

#[test]
fn a_webhook_is_repeated_with_growing_pauses_and_stays_the_same() {
    let stage = Stage::new();
    let receiver = Receiver::new(&[500, 302, 200]);
    subscribe(&stage, &format!("http://{}/hook", receiver.address), true);
    session(&stage);
    stage.until("the first attempt", || stage.register.deliveries().unwrap()[0].met.is_some());
    assert_eq!(stage.register.deliveries().unwrap()[0].met.as_deref(), Some("500"));
    // The pause is 10 s and up to a fifth more, then three times as much. Another webhook rings.
    for (pause, count) in [(12, 2), (36, 3)] {
        stage.clock.pass(pause);
        stage.ring();
        stage.until("the next attempt", || receiver.count() >= count);
    }
    stage.until("the log", || stage.register.deliveries().unwrap().iter().any(|line| line.attempts == 3));
    let lines = stage.register.deliveries().unwrap();
    let first = lines.iter().find(|line| line.attempts == 3).unwrap();
    assert_eq!((first.state.as_str(), first.met.as_deref()), ("delivered", Some("200")));
    let same = receiver.payloads().iter().filter(|payload| payload["jti"] == first.id.as_str()).count();
    assert_eq!(same, 3, "its id is the same in every attempt");
}

#[test]
fn a_partner_that_does_not_want_it_is_left_alone() {
    let stage = Stage::new();
    let receiver = Receiver::new(&[410]);
    subscribe(&stage, &format!("http://{}/hook", receiver.address), true);
    session(&stage);
    stage.until("the log", || stage.register.deliveries().unwrap()[0].state == "abandoned");
    assert_eq!(receiver.count(), 1);
}

#[test]
fn a_name_that_leads_inside_is_not_called() {
    let stage = Stage::new();
    // On the list, but not as private; it resolves to this machine in every resolver (RFC 6761).
    subscribe(&stage, "https://partner.localhost/hook", false);
    session(&stage);
    stage.until("the log", || stage.register.deliveries().unwrap()[0].met.is_some());
    let line = stage.register.deliveries().unwrap().remove(0);
    let met = line.met.unwrap();
    assert!(met.contains("private address") || met.contains("can't be found"), "{met}");
    assert_eq!(line.state, "waiting");
    assert!(!met.contains("localhost"), "the log names no address");
}
