//! What is logged: no name, number, picture, secret or token, even at the finest level.

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::alibaba::call;
use super::cid::{login, start};
use super::desk::End;
use super::stage::{SECRET, Stage, basic};
use super::tongdun;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn names_numbers_pictures_secrets_and_tokens_are_in_no_log() {
    let lines = Lines::default();
    let written = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    // Each test is a process of its own; in one process, another test may have been first.
    if subscriber.with_writer(move || written.clone()).try_init().is_err() {
        return;
    }
    let stage = Stage::new();
    let picture = STANDARD.encode(b"a picture of the person");
    let token = login(&stage, "bank");
    let more = json!({"identificationType": "REFERENCE_PHOTO", "referencePhoto": picture});
    let started = start(&stage, &token, &more).expect(201);
    stage.open(&started.member("/pageUrl"));
    stage.desk.end(End::with_document().with("eat_nonce", "of another session".into()));
    let binding = json!({"Name": "ERIKSSON ANNA", "IdentificationNumber": "900101400001"});
    let body = json!({"Biz": "RPBioOnly", "TicketId": "t-1", "Binding": binding});
    let verify = call(&stage, "GetVerifyToken", &body).expect(200);
    stage.open(&verify.member("/Data/CloudauthPageUrl"));
    stage.desk.lose();
    let liveness = tongdun::token(&stage, &json!({})).expect(200);
    stage.open(&liveness.member("/url"));
    stage.desk.end(End::passed());
    tongdun::result(&stage, "bank", &liveness.member("/token")).expect(200);
    let person =
        json!({"number": "900101400001", "lastName": "ERIKSSON", "firstName": "ANNA", "pictures": [picture]});
    stage.post("/gallery/v1/enrol", Some(&basic("bank")), &person).expect(200);

    let written = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    assert!(written.contains("another session's number, nonce or scheme"), "something is logged");
    for hidden in [
        "ERIKSSON",
        "900101400001",
        &picture,
        "a picture of",
        SECRET,
        &SECRET.replace(' ', "%20"),
        &token[7..],
        &verify.member("/Data/VerifyToken/Token"),
        &liveness.member("/token"),
    ] {
        // The client's own log is not the server's.
        let ours = written.lines().filter(|line| !line.contains("ureq"));
        assert!(!ours.clone().any(|line| line.contains(hidden)), "{hidden} is in the log");
    }
}
