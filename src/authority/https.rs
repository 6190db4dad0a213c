//! A service that keeps the records, queried over HTTPS.
//!
//! One POST per question. The number is in the body and never in the address, because servers and
//! libraries log addresses:
//!
//! ```json
//! { "version": 1, "number": "900101300007" }
//! ```
//!
//! The answer is always 200. `record` is null if nobody is registered under the number; otherwise
//! it has the form of a folder's record, plus the JPEG in base64 as `portrait`. A 404 from a wrong
//! address is therefore never mistaken for an answer about a person.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig, TlsProvider};

use super::text::{MAX_RECORD_BYTES, Text, VERSION, unreadable, wrong};
use super::{Authority, MAX_PORTRAIT_BYTES, Number, Record, Survey};
use crate::config;
use vouch_contract::record::{Kind, RecordFault};
use vouch_link::tls;

/// Time for one question, from resolving the name to the last byte. Less than the session's default
/// for the look-up, so that the fault carries the service's own message.
const CALL_LIMIT: Duration = Duration::from_secs(8);
/// Largest answer, bytes: base64 takes four characters per three bytes.
const MAX_ANSWER_BYTES: u64 = MAX_PORTRAIT_BYTES / 3 * 4 + 4 + MAX_RECORD_BYTES;
/// Largest head of an answer, bytes.
const MAX_HEAD_BYTES: usize = 16 << 10;

/// A service over HTTPS. Its files are read for each question, so renewed ones take effect at once.
#[derive(Debug, Clone)]
pub struct Https {
    url: String,
    ca: PathBuf,
    own: Option<(PathBuf, PathBuf)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    version: u32,
    // Null if nobody is registered. If it is missing, this is not an answer.
    #[serde(deserialize_with = "Option::deserialize")]
    record: Option<Value>,
}

impl Https {
    /// The service named in the configuration.
    pub fn configured(config: &config::Authority) -> Option<Self> {
        let own = config.certificate.clone().zip(config.key.clone());
        Some(Self { url: config.url.clone()?, ca: config.ca.clone()?, own })
    }

    /// The service's answer for a number: the record as received.
    fn ask(&self, number: &Number) -> Result<Option<Vec<u8>>, RecordFault> {
        let question = json!({ "version": VERSION, "number": number.text() }).to_string();
        let request = self.agent()?.post(&self.url).header("content-type", "application/json");
        let mut response = request.send(question).map_err(|e| unreachable(&e.to_string()))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(unreachable(&format!("it answers with status {status}")));
        }
        let body = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec();
        let body = body.map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => {
                unreadable(&format!("the answer is larger than {MAX_ANSWER_BYTES} bytes"))
            }
            error => unreachable(&error.to_string()),
        })?;
        let answer: Answer = serde_json::from_slice(&body).map_err(wrong)?;
        if answer.version != VERSION {
            let version = answer.version;
            return Err(unreadable(&format!("the answer has version {version}, not {VERSION}")));
        }
        Ok(answer.record.map(|record| record.to_string().into_bytes()))
    }

    /// A client that trusts only the pinned authorities, follows no redirects and uses no proxy.
    fn agent(&self) -> Result<ureq::Agent, RecordFault> {
        let mut config = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(tls::provider())
            .root_certs(RootCerts::new_with_certs(&certificates(&self.ca)?));
        if let Some((certificate, key)) = &self.own {
            let pem = tls::pem(key).map_err(|e| unreachable(&e.to_string()))?;
            let fail = |e: ureq::Error| unreachable(&format!("{}: {e}", key.display()));
            let key = PrivateKey::from_pem(&pem).map_err(fail)?;
            let own = ClientCert::new_with_certs(&certificates(certificate)?, key);
            config = config.client_cert(Some(own));
        }
        let config = ureq::Agent::config_builder()
            .tls_config(config.build())
            .https_only(true)
            .proxy(None)
            .max_redirects(0)
            .max_response_header_size(MAX_HEAD_BYTES)
            .http_status_as_error(false)
            .timeout_global(Some(CALL_LIMIT));
        Ok(config.build().into())
    }
}

impl Authority for Https {
    fn kind(&self) -> Kind {
        Kind::Https
    }

    fn find(&self, number: &Number) -> Result<Record, RecordFault> {
        let written = self.ask(number)?.ok_or(RecordFault::NotFound)?;
        let mut text = Text::parse(&written, number)?;
        let portrait = text.portrait.take().ok_or_else(|| unreadable("it has no portrait"))?;
        let portrait = STANDARD.decode(portrait).map_err(|_| unreadable("its portrait is not base64"))?;
        text.with(number, portrait)
    }

    /// Asks for a number that nobody has.
    fn survey(&self) -> Result<Survey, RecordFault> {
        let nobody = Number::new("0").map_err(RecordFault::Claim)?;
        self.ask(&nobody).map(|_| Survey::default())
    }
}

fn unreachable(why: &str) -> RecordFault {
    RecordFault::Unreachable(why.to_owned())
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, RecordFault> {
    let found = tls::certificates(path).map_err(|e| unreachable(&e.to_string()))?;
    Ok(found.iter().map(|one| Certificate::from_der(one).to_owned()).collect())
}
