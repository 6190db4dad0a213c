//! A broker on loopback that answers by a script, and a queue in memory.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use vouch_contract::messages::{Ack, ResultEnvelope, digest};
use vouch_contract::topics::Name;
use vouch_link::backoff::BackoffOptions;
use vouch_link::link::LinkOptions;
use vouch_link::pending::{Envelope, Pending, PendingError, Settled};
use vouch_link::wire::Security;

/// One thing that the broker does.
#[derive(Debug, Clone)]
pub enum Act {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Accepts the CONNECT with these properties.
    Connack(Vec<u8>),
    /// Answers the SUBSCRIBE with this code.
    Suback(u8),
    /// Answers the PUBLISH with this code.
    Puback(u8),
    /// Plays the hub: stored, or refused for a reason.
    Hub(Option<&'static str>),
    /// Publishes this on the leaf of this name, so many times.
    Say(&'static str, &'static str, usize),
    /// Closes the line.
    Close,
    /// Resets the line.
    Reset,
}

/// What the broker does on each packet. Default: what a good one does.
#[derive(Debug, Clone)]
pub struct Script {
    pub connect: Vec<Act>,
    pub subscribe: Vec<Act>,
    pub state: Vec<Act>,
    pub result: Vec<Act>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            connect: vec![Act::Connack(Vec::new())],
            subscribe: vec![Act::Suback(1)],
            state: vec![Act::Puback(0)],
            result: vec![Act::Puback(0), Act::Hub(None)],
        }
    }
}

/// A packet that the broker has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which connection, from 1.
    pub line: usize,
    /// Packet type, 1 to 15.
    pub kind: u8,
    /// Last level of a PUBLISH's topic.
    pub leaf: String,
    pub qos: u8,
    pub retain: bool,
    /// Bytes of the whole packet.
    pub size: usize,
    pub body: Vec<u8>,
}

pub struct Broker {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Broker {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            for line in 1.. {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, line, script.clone(), Arc::clone(&kept)));
            }
        });
        Self { port, seen, task }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The packets of this type.
    pub fn of_kind(&self, kind: u8) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.kind == kind).collect()
    }

    pub fn connects(&self) -> usize {
        self.of_kind(1).len()
    }
}

async fn serve(mut stream: TcpStream, line: usize, script: Script, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut device = String::new();
    while let Some((first, body)) = packet(&mut stream).await {
        let kind = first >> 4;
        let (leaf, payload) = if kind == 3 { publish(first, &body) } else { Default::default() };
        let head = 1 + length(body.len()).len();
        seen.lock().unwrap().push(Seen {
            line,
            kind,
            leaf: leaf.clone(),
            qos: (first >> 1) & 3,
            retain: first & 1 == 1,
            size: head + body.len(),
            body: body.clone(),
        });
        let (acts, id) = match (kind, leaf.as_str()) {
            (1, _) => (&script.connect, Vec::new()),
            (8, _) => {
                let at = 3 + usize::from(body[2]);
                let topic = String::from_utf8(text_at(&body, at).to_vec()).unwrap();
                device = topic.rsplit_once('/').unwrap().0.to_owned();
                (&script.subscribe, body[..2].to_vec())
            }
            (3, "state") => (&script.state, id_of(&body)),
            (3, _) => (&script.result, id_of(&body)),
            (12, _) => {
                let _ = stream.write_all(&[0xD0, 0]).await;
                continue;
            }
            _ => continue,
        };
        for act in acts {
            let bytes = match act {
                Act::Send(bytes) => bytes.clone(),
                Act::Connack(properties) => connack(0, properties),
                Act::Suback(code) => with_head(0x90, &[&id[..], &[0, *code]].concat()),
                Act::Puback(code) => with_head(0x40, &[&id[..], &[*code, 0]].concat()),
                Act::Hub(refusal) => down(&device, "ack", &hub(&payload, *refusal)),
                Act::Say(leaf, what, times) => down(&device, leaf, what.as_bytes()).repeat(*times),
                Act::Close => return,
                Act::Reset => {
                    stream.set_zero_linger().unwrap();
                    return;
                }
            };
            if stream.write_all(&bytes).await.is_err() {
                return;
            }
        }
    }
}

async fn packet(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let first = stream.read_u8().await.ok()?;
    let (mut size, mut shift) = (0, 0);
    loop {
        let byte = stream.read_u8().await.ok()?;
        size |= usize::from(byte & 0x7F) << shift;
        shift += 7;
        if byte < 0x80 {
            break;
        }
    }
    let mut body = vec![0; size];
    stream.read_exact(&mut body).await.ok()?;
    Some((first, body))
}

fn text_at(body: &[u8], at: usize) -> &[u8] {
    let size = usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
    &body[at + 2..at + 2 + size]
}

fn id_of(body: &[u8]) -> Vec<u8> {
    let at = 2 + text_at(body, 0).len();
    body[at..at + 2].to_vec()
}

fn publish(first: u8, body: &[u8]) -> (String, Vec<u8>) {
    let topic = String::from_utf8(text_at(body, 0).to_vec()).unwrap();
    let at = 2 + topic.len() + if first & 6 == 0 { 0 } else { 2 };
    let payload = body[at + 1 + usize::from(body[at])..].to_vec();
    (topic.rsplit('/').next().unwrap().to_owned(), payload)
}

fn length(mut size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(size % 128).unwrap();
        size /= 128;
        bytes.push(if size == 0 { byte } else { byte | 0x80 });
        if size == 0 {
            return bytes;
        }
    }
}

/// A packet of this first byte and body.
pub fn with_head(first: u8, body: &[u8]) -> Vec<u8> {
    [&[first][..], &length(body.len()), body].concat()
}

/// A CONNACK.
pub fn connack(code: u8, properties: &[u8]) -> Vec<u8> {
    with_head(0x20, &[&[0, code][..], &length(properties.len()), properties].concat())
}

/// A DISCONNECT.
pub fn disconnect(code: u8, properties: &[u8]) -> Vec<u8> {
    with_head(0xE0, &[&[code][..], &length(properties.len()), properties].concat())
}

/// The property Reason String.
pub fn reason(text: &str) -> Vec<u8> {
    [&[0x1F][..], &u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
}

/// A QoS 1 PUBLISH from the broker.
fn down(device: &str, leaf: &str, payload: &[u8]) -> Vec<u8> {
    let topic = format!("{device}/{leaf}");
    let size = u16::try_from(topic.len()).unwrap().to_be_bytes();
    with_head(0x32, &[&size[..], topic.as_bytes(), &[0, 7, 0], payload].concat())
}

fn hub(payload: &[u8], refusal: Option<&str>) -> Vec<u8> {
    let envelope = ResultEnvelope::decode(payload).unwrap();
    let digest = digest(&envelope.jws);
    match refusal {
        None => Ack::stored(&envelope.jti, digest),
        Some(reason) => Ack::refused(&envelope.jti, digest, reason),
    }
    .encode()
    .unwrap()
}

/// Results in memory.
#[derive(Debug, Clone, Default)]
pub struct Results {
    pub waiting: Arc<Mutex<VecDeque<Envelope>>>,
    pub stored: Arc<Mutex<Vec<String>>>,
    pub refused: Arc<Mutex<Vec<(String, String)>>>,
}

impl Results {
    /// This many results, each with a JWS of `size` bytes.
    pub fn new(count: u64, size: usize) -> Self {
        let results = Self::default();
        for seq in 1..=count {
            let jws = format!("a.{}.c", "b".repeat(size - 4));
            results.waiting.lock().unwrap().push_back(Envelope { seq, jti: format!("r-{seq}"), jws });
        }
        results
    }

    fn take(&self, jti: &str) {
        self.waiting.lock().unwrap().retain(|one| one.jti != jti);
    }
}

impl Pending for Results {
    fn next(&mut self) -> Result<Option<Envelope>, PendingError> {
        Ok(self.waiting.lock().unwrap().front().cloned())
    }

    fn acknowledged(&mut self, jti: &str, _sha256: &str) -> Result<Settled, PendingError> {
        self.take(jti);
        self.stored.lock().unwrap().push(jti.to_owned());
        Ok(Settled::Removed)
    }

    fn refused(&mut self, jti: &str, reason: &str) -> Result<(), PendingError> {
        self.take(jti);
        self.refused.lock().unwrap().push((jti.to_owned(), reason.to_owned()));
        Ok(())
    }

    fn waiting(&mut self) -> Result<u64, PendingError> {
        Ok(self.waiting.lock().unwrap().len() as u64)
    }

    fn last_seq(&mut self) -> Result<u64, PendingError> {
        Ok(7)
    }
}

/// Options at a test's pace. The first wait is at most 40 ms, the longest 2 to
/// 4 s. The patience is for a machine that is very busy.
pub fn options(port: u16) -> LinkOptions {
    let name = |text| Name::new(text).unwrap();
    let mut options =
        LinkOptions::new("127.0.0.1", port, name("acme"), name("gate-1"), Security::PlainOnLoopback);
    options.ack_timeout = Duration::from_secs(3);
    options.connect_timeout = Duration::from_secs(3);
    options.backoff = BackoffOptions { min: Duration::from_millis(20), max: Duration::from_secs(4) };
    options
}
