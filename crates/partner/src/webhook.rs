//! Webhooks: a partner is told that a session has ended.
//!
//! In: what the register has queued. Out: a signed POST to the partner's address, repeated with
//! growing pauses until it is taken, and a line in the log for each attempt. The body is a JWS of
//! `typ` `vouch-webhook+jwt`; its `jti` is the same in every attempt, so a partner that gets it
//! twice can tell. It names the session, never the person.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tokio::sync::watch;
use tokio::task::JoinSet;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::context::Context;
use crate::desk::WEBHOOK_TYPE;
use crate::register::partners::{self, Partner};
use crate::register::webhooks::{self, Due};
use crate::register::{Durability, RegisterError};
use crate::targets;

/// Webhooks sent at once.
const MAX_AT_ONCE: usize = 8;
/// Time for one attempt, from the connection to the answer's head.
const CALL_LIMIT: Duration = Duration::from_secs(10);
/// Time for the desk to sign.
const SIGN_LIMIT: Duration = Duration::from_secs(10);
/// The first pause; each further one is three times as long.
const FIRST_PAUSE_S: i64 = 10;
/// The longest pause: six hours.
const LONGEST_PAUSE_S: i64 = 6 * 3600;
/// A webhook that nobody took for so long is abandoned: three days, a weekend included.
const GIVE_UP_S: i64 = 3 * 86_400;
/// How long the sender sleeps at most.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// What an attempt met.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Met {
    /// An HTTP status.
    Status(u16),
    /// Something else, in words without an address.
    Fault(String),
}

/// Sends what is due until told to stop.
pub(crate) async fn run(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    loop {
        let sleep = match send_due(&context).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::warn!(%error, "webhooks wait: the register can't be read");
                LONGEST_SLEEP
            }
        };
        tokio::select! {
            () = context.bell.notified() => {}
            () = tokio::time::sleep(sleep) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Sends everything that is due, and returns how long to sleep.
async fn send_due(context: &Arc<Context>) -> Result<Duration, RegisterError> {
    loop {
        let due =
            context.register.run(Durability::Quick, |c, now| webhooks::due(c, now, MAX_AT_ONCE)).await?;
        if due.is_empty() {
            let next = context.register.run(Durability::Quick, webhooks::next_in).await?;
            let next = next.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
            return Ok(next.unwrap_or(LONGEST_SLEEP).clamp(Duration::from_millis(200), LONGEST_SLEEP));
        }
        let mut sending = JoinSet::new();
        for one in due {
            let context = context.clone();
            sending.spawn(async move {
                let met = attempt(&context, &one).await;
                settle(&context, &one, met).await
            });
        }
        for written in sending.join_all().await {
            written?;
        }
    }
}

async fn attempt(context: &Context, due: &Due) -> Met {
    let code = due.partner.clone();
    let found = context.register.run(Durability::Quick, move |c, _| partners::find(c, &code)).await;
    let partner = match found {
        Ok(Some(known)) => known.partner,
        Ok(None) => return Met::Fault("there is no such partner any more".into()),
        Err(error) => return Met::Fault(error.to_string()),
    };
    let signing = context.desk.sign(WEBHOOK_TYPE, due.payload.clone().into_bytes());
    let jws = match tokio::time::timeout(SIGN_LIMIT, signing).await {
        Ok(Ok(jws)) => jws,
        Ok(Err(refusal)) => return Met::Fault(format!("it can't be signed: {refusal}")),
        Err(_) => return Met::Fault("it was not signed in time".into()),
    };
    let (id, ca) = (due.id.clone(), context.settings.webhook_ca.clone());
    let sent = tokio::task::spawn_blocking(move || post(&partner, &id, jws, ca.as_deref()));
    sent.await.unwrap_or_else(|_| Met::Fault("sending it failed unexpectedly".into()))
}

/// Calls the partner. The name is resolved once, and only the checked addresses are called.
fn post(partner: &Partner, id: &str, jws: String, ca: Option<&Path>) -> Met {
    let Some(webhook) = &partner.webhook else {
        return Met::Fault("the partner has no webhook any more".into());
    };
    let (url, addresses) = match targets::webhook(webhook, &partner.targets) {
        Ok(checked) => checked,
        Err(fault) => return Met::Fault(fault.to_string()),
    };
    let agent = match agent(addresses, ca) {
        Ok(agent) => agent,
        Err(fault) => return Met::Fault(fault),
    };
    let request = agent.post(url.as_str()).header("content-type", "application/jose");
    match request.header("idempotency-key", id).send(jws) {
        Ok(answer) => Met::Status(answer.status().as_u16()),
        // The error's own text may hold the address.
        Err(ureq::Error::Timeout(_)) => Met::Fault("no answer in time".into()),
        Err(ureq::Error::Rustls(_) | ureq::Error::Tls(_)) => {
            Met::Fault("TLS failed: check its certificate".into())
        }
        Err(_) => Met::Fault("no connection, or no answer of HTTP".into()),
    }
}

fn agent(addresses: Vec<SocketAddr>, ca: Option<&Path>) -> Result<ureq::Agent, String> {
    let roots = match ca {
        Some(path) => RootCerts::new_with_certs(&certificates(path)?),
        None => RootCerts::WebPki,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(roots)
        .build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .max_redirects(0)
        .max_response_header_size(16 << 10)
        .http_status_as_error(false)
        .user_agent("vouch")
        .timeout_global(Some(CALL_LIMIT))
        .build();
    Ok(ureq::Agent::with_parts(config, DefaultConnector::default(), Pinned(addresses)))
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, String> {
    let shown = PathBuf::from(path.file_name().unwrap_or_default());
    let fault = |error: rustls_pki_types::pem::Error| format!("{} can't be read: {error}", shown.display());
    let found = CertificateDer::pem_file_iter(path).map_err(fault)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    Ok(found.iter().map(|one| Certificate::from_der(one).to_owned()).collect())
}

/// Gives the addresses that were checked, whatever the name.
#[derive(Debug)]
struct Pinned(Vec<SocketAddr>);

impl Resolver for Pinned {
    fn resolve(
        &self,
        _: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        for address in self.0.iter().take(4) {
            addresses.push(*address);
        }
        Ok(addresses)
    }
}

async fn settle(context: &Context, due: &Due, met: Met) -> Result<(), RegisterError> {
    let (id, attempts, created_at) = (due.id.clone(), due.attempts, due.created_at);
    let jitter = rand::rng().random_range(0.0..0.2);
    let partner = due.partner.clone();
    context
        .register
        .run(Durability::Durable, move |connection, now| {
            let (state, next_at) = verdict(&met, attempts, now - created_at, jitter);
            let text = match &met {
                Met::Status(status) => status.to_string(),
                Met::Fault(fault) => fault.clone(),
            };
            if state != "delivered" {
                tracing::warn!(partner, webhook = id, state, met = text, "a webhook was not taken");
            }
            webhooks::tried(connection, now, &id, state, next_at.map(|pause| now + pause), &text)
        })
        .await
}

/// The state after an attempt, and the pause before the next. `jitter`: 0 to 0.2, so that many
/// webhooks to one partner don't come back together.
fn verdict(met: &Met, attempts: u32, age_s: i64, jitter: f64) -> (&'static str, Option<i64>) {
    match met {
        Met::Status(200..=299) => ("delivered", None),
        // 410: the partner does not want it any more.
        Met::Status(410) => ("abandoned", None),
        _ => {
            let pause = FIRST_PAUSE_S.saturating_mul(3_i64.saturating_pow(attempts)).min(LONGEST_PAUSE_S);
            let pause = pause + (pause as f64 * jitter) as i64;
            if age_s + pause > GIVE_UP_S { ("abandoned", None) } else { ("waiting", Some(pause)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_after_three_days() {
        let fault = Met::Fault("no answer in time".into());
        let (mut age, mut pauses) = (0, Vec::new());
        for attempts in 0.. {
            match verdict(&fault, attempts, age, 0.0) {
                ("waiting", Some(pause)) => {
                    age += pause;
                    pauses.push(pause);
                }
                (state, _) => {
                    assert_eq!(state, "abandoned");
                    break;
                }
            }
        }
        assert_eq!(pauses[..8], [10, 30, 90, 270, 810, 2430, 7290, 21_600]);
        assert!((GIVE_UP_S - LONGEST_PAUSE_S..=GIVE_UP_S).contains(&age), "{age}");
        assert!(pauses.len() < 25);
    }

    #[test]
    fn what_is_taken_or_not_wanted_is_settled() {
        assert_eq!(verdict(&Met::Status(204), 0, 0, 0.1), ("delivered", None));
        assert_eq!(verdict(&Met::Status(410), 0, 0, 0.1), ("abandoned", None));
        for status in [301, 400, 404, 429, 500] {
            assert_eq!(verdict(&Met::Status(status), 0, 0, 0.1), ("waiting", Some(11)), "{status}");
        }
    }
}
