//! A real TLS server on the loopback, and what it answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use super::*;

/// An authority of certificates, and what it signs.
struct Signer {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

impl Signer {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Self { issuer: Issuer::new(params, key), pem, der }
    }

    /// A certificate of this name, and its key.
    fn signs(&self, name: &str) -> (String, CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), certificate.der().clone(), key)
    }
}

/// What the service does with a question.
enum Does {
    Answers(String),
    Says(&'static str),
    HangsUp,
}

/// A service on the loopback, and the configuration that reaches it.
struct Service {
    https: Https,
    asked: Receiver<String>,
    folder: TempDir,
}

impl Service {
    /// One that answers each question so; `trusted` signs its certificate in the client's eyes.
    fn new(does: Vec<Does>, name: &str, trusts_client: bool, is_pinned: bool) -> Self {
        let (ours, theirs) = (Signer::new(), Signer::new());
        let (_, certificate, key) = ours.signs(name);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if trusts_client {
            let mut roots = RootCertStore::empty();
            roots.add(ours.der.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
        let config = Arc::new(builder.with_single_cert(vec![certificate], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, asked) = channel();
        std::thread::spawn(move || {
            for does in does {
                let (socket, _) = listener.accept().unwrap();
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = BufReader::new(StreamOwned::new(connection, socket));
                // A client that does not trust us says so here.
                let Some(question) = question(&mut stream) else { continue };
                sender.send(question).unwrap();
                let answer = match does {
                    Does::Answers(body) => {
                        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
                    }
                    Does::Says(head) => format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n"),
                    Does::HangsUp => continue,
                };
                let _ = stream.get_mut().write_all(answer.as_bytes());
                let _ = stream.get_mut().flush();
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let ca = write("ca.pem", if is_pinned { &ours.pem } else { &theirs.pem });
        let (own, _, own_key) = ours.signs("terminal");
        let own = (write("own.pem", &own), write("own.key", &own_key.serialize_pem()));
        let https =
            Https { url: format!("https://127.0.0.1:{port}/v1"), ca, own: trusts_client.then_some(own) };
        Self { https, asked, folder }
    }

    fn answering(answer: impl Into<String>) -> Self {
        Self::new(vec![Does::Answers(answer.into())], "127.0.0.1", false, true)
    }

    fn find(&self) -> Result<Record, RecordFault> {
        self.https.find(&number())
    }
}

/// Head and body of a question.
fn question(stream: &mut BufReader<StreamOwned<ServerConnection, std::net::TcpStream>>) -> Option<String> {
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        text.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(text + &String::from_utf8(body).ok()?)
}

fn number() -> Number {
    Number::new("900101300007").unwrap()
}

fn record(portrait: &[u8]) -> Value {
    json!({
        "version": 1, "number": "900101300007", "lastName": "ERIKSSON", "firstName": "ANNA",
        "portraitDay": "2025-03-01", "portrait": STANDARD.encode(portrait),
    })
}

fn answer(record: &Value) -> String {
    json!({ "version": 1, "record": record }).to_string()
}

const JPEG: [u8; 4] = [0xFF, 0xD8, 0xFF, 7];

#[test]
fn a_record_comes_over_tls_and_the_number_goes_in_the_body_alone() {
    let service = Service::answering(answer(&record(&JPEG)));
    let found = service.find().unwrap();
    assert_eq!((found.portrait.as_slice(), found.portrait_day.year()), (&JPEG[..], 2025));
    let asked = service.asked.recv().unwrap();
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1 HTTP/1.1") && !head.contains("9001"), "{head}");
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({ "version": 1, "number": "900101300007" })
    );
}

#[test]
fn nobody_is_an_answer_and_a_wrong_address_is_not() {
    let nobody = Service::answering(answer(&Value::Null));
    assert_eq!(nobody.find(), Err(RecordFault::NotFound));
    for head in ["404 Not Found", "500 Oops", "302 Found\r\nlocation: https://127.0.0.1:1/"] {
        let service = Service::new(vec![Does::Says(head)], "127.0.0.1", false, true);
        let fault = service.find().unwrap_err();
        assert!(matches!(&fault, RecordFault::Unreachable(why) if why.contains(&head[..3])), "{fault}");
    }
    let gone = Service::new(vec![Does::HangsUp], "127.0.0.1", false, true);
    assert!(matches!(gone.find(), Err(RecordFault::Unreachable(_))));
    // The listener is gone with its last question.
    assert!(matches!(gone.find(), Err(RecordFault::Unreachable(_))));
}

#[test]
fn what_is_no_record_is_told_without_the_person() {
    let changed = |key: &str, value: Value| {
        let mut record = record(&JPEG);
        record[key] = value;
        answer(&record)
    };
    for (body, words) in [
        ("garbage".to_owned(), "line 1"),
        ("{\"version\": 1}".to_owned(), "line 1"),
        (json!({ "version": 2, "record": null }).to_string(), "version 2"),
        (changed("number", json!("850615400006")), "another number"),
        (changed("portrait", Value::Null), "no portrait"),
        (changed("portrait", json!("...")), "not base64"),
        (changed("portrait", json!("AAAA")), "no JPEG"),
        (changed("more", json!(1)), "line 1"),
        (" ".repeat(1 + MAX_ANSWER_BYTES as usize), "larger than"),
    ] {
        let service = Service::answering(body);
        match service.find() {
            Err(RecordFault::Unreadable(why)) => {
                assert!(why.contains(words), "{words}: {why}");
                assert!(!why.contains("ERIKSSON") && !why.contains("9001"), "{why}");
            }
            other => panic!("{words}: {other:?}"),
        }
    }
}

#[test]
fn only_the_pinned_authority_and_the_right_name_are_trusted() {
    let answers = || vec![Does::Answers(answer(&record(&JPEG)))];
    for (name, is_pinned) in [("127.0.0.1", false), ("records.example", true)] {
        let service = Service::new(answers(), name, false, is_pinned);
        let fault = service.find().unwrap_err();
        assert!(matches!(fault, RecordFault::Unreachable(_)), "{fault}");
        assert!(service.asked.try_recv().is_err(), "the number was never sent");
    }
    let service = Service::answering(String::new());
    for content in ["", "no certificate"] {
        std::fs::write(service.folder.path().join("ca.pem"), content).unwrap();
        assert!(matches!(service.find(), Err(RecordFault::Unreachable(why)) if why.contains("ca.pem")));
    }
}

#[test]
fn the_terminals_certificate_is_shown_where_the_service_asks_for_it() {
    let answers = || vec![Does::Answers(answer(&record(&JPEG)))];
    let service = Service::new(answers(), "127.0.0.1", true, true);
    assert!(service.find().is_ok());
    let mut without = Service::new(answers(), "127.0.0.1", true, true);
    without.https.own = None;
    assert!(matches!(without.find(), Err(RecordFault::Unreachable(_))));
}

#[test]
fn a_survey_asks_for_nobody() {
    let service = Service::answering(answer(&Value::Null));
    assert_eq!(service.https.survey(), Ok(Survey::default()));
    assert!(service.asked.recv().unwrap().ends_with("\"number\":\"0\",\"version\":1}"));
}
