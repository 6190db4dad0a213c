//! A service that keeps records: a real TLS server on the loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;
use vouch::config::Authority;

/// An authority of certificates, and what it signs.
struct Signer {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

impl Signer {
    fn new() -> Self {
        let key = KeyPair::generate().expect("a test's own");
        let mut params = CertificateParams::new(Vec::new()).expect("a test's own");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("a test's own");
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Self { issuer: Issuer::new(params, key), pem, der }
    }

    /// A certificate of this name, and its key.
    fn signs(&self, name: &str) -> (String, CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().expect("a test's own");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a test's own");
        let certificate = params.signed_by(&key, &self.issuer).expect("a test's own");
        (certificate.pem(), certificate.der().clone(), key)
    }
}

/// How the service answers a question.
pub enum Does {
    /// 200 and this.
    Answers(String),
    /// This status and nothing.
    Says(&'static str),
    /// Nothing at all.
    HangsUp,
}

/// A service on the loopback, and the configuration that reaches it.
pub struct Service {
    /// How it is reached.
    pub config: Authority,
    /// The questions, head and body.
    pub asked: Receiver<String>,
    _folder: TempDir,
}

impl Service {
    /// A service that answers so, question by question, under a certificate of this name. It asks for the
    /// client's certificate where it `trusts_client`, and the client trusts it where it `is_pinned`.
    pub fn new(does: Vec<Does>, name: &str, trusts_client: bool, is_pinned: bool) -> Self {
        let (ours, theirs) = (Signer::new(), Signer::new());
        let (_, certificate, key) = ours.signs(name);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("a test's own");
        let builder = if trusts_client {
            let mut roots = RootCertStore::empty();
            roots.add(ours.der.clone()).expect("a test's own");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a test's own"))
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).expect("a test's own");
        let config = Arc::new(builder.with_single_cert(vec![certificate], key).expect("a test's own"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a test's own");
        let port = listener.local_addr().expect("a test's own").port();
        let (sender, asked) = channel();
        std::thread::spawn(move || {
            for does in does {
                let (socket, _) = listener.accept().expect("a test's own");
                let connection = ServerConnection::new(Arc::clone(&config)).expect("a test's own");
                let mut stream = BufReader::new(StreamOwned::new(connection, socket));
                // A client that does not trust us says so here.
                let Some(question) = question(&mut stream) else { continue };
                let _ = sender.send(question);
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
        let folder = tempfile::tempdir().expect("a test's own");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a test's own");
            path
        };
        let ca = write("ca.pem", if is_pinned { &ours.pem } else { &theirs.pem });
        let (own, _, own_key) = ours.signs("terminal");
        let own = trusts_client.then(|| (write("own.pem", &own), write("own.key", &own_key.serialize_pem())));
        let (certificate, key) = own.unzip();
        let url = Some(format!("https://127.0.0.1:{port}/v1"));
        let config = Authority { url, ca: Some(ca), certificate, key, ..Authority::default() };
        Self { config, asked, _folder: folder }
    }
}

/// Head and body of a question.
fn question(stream: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>) -> Option<String> {
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
