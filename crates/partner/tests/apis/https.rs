//! HTTPS, with a certificate that is renewed while the server runs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use vouch_partner::context::{Context, Settings};
use vouch_partner::guard::Limits;
use vouch_partner::register::Register;
use vouch_partner::server::{Listen, Server, ServerError};
use vouch_partner::tls::TlsFiles;

use super::desk::FakeDesk;

fn write(folder: &Path) -> (TlsFiles, Certificate<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    (files, Certificate::from_der(made.cert.der()).to_owned())
}

fn get(port: u16, trusted: &Certificate<'static>) -> Result<u16, ureq::Error> {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(std::slice::from_ref(trusted)))
        .build();
    let config = ureq::Agent::config_builder().tls_config(tls).proxy(None).http_status_as_error(false);
    let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(10))).build().into();
    let answer = agent.get(format!("https://localhost:{port}/cid/v1/page?ticket=x")).call()?;
    assert!(answer.headers().contains_key("strict-transport-security"));
    Ok(answer.status().as_u16())
}

async fn context(folder: &Path) -> Arc<Context> {
    let register = Register::open(&folder.join("partners.db")).unwrap();
    let desk = Arc::new(FakeDesk::new(folder));
    let public_url = "https://localhost".parse().unwrap();
    let settings = Settings { public_url, limits: Limits::default(), webhook_ca: None };
    Context::new(settings, register, desk).await.unwrap()
}

#[test]
fn a_renewed_certificate_is_served_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (files, first) = write(folder.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(async {
        let listen = Listen { address: "127.0.0.1:0".parse().unwrap(), tls: Some(files) };
        Server::start(context(folder.path()).await, listen).await.unwrap()
    });
    let port = server.address().port();
    assert_eq!(get(port, &first).unwrap(), 404);
    let (_, second) = write(folder.path());
    let renewed = (0..30).any(|_| {
        std::thread::sleep(Duration::from_millis(500));
        get(port, &second).is_ok()
    });
    assert!(renewed, "the new certificate was not served within 15 s");
    assert!(get(port, &first).is_err());
    runtime.block_on(server.stop());
}

#[tokio::test]
async fn off_loopback_there_is_no_server_without_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let listen = Listen { address: address.parse().unwrap(), tls: None };
        let refused = Server::start(context(folder.path()).await, listen).await;
        assert!(matches!(refused, Err(ServerError::NeedsTls(_))), "{address}");
    }
}
