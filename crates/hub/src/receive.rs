//! The receiver: subscribe, verify, store, acknowledge, in this order.
//!
//! The device is acknowledged only after the result is on disk. The broker gets
//! its PUBACK before that, which is harmless: if we die in between, no
//! acknowledgement reaches the device and it sends again.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::ingest::{Continuity, Ingest};
use super::intake::{Check, Intake, Receipt, Verdict};
use vouch_contract::messages::{MAX_RESULT_PAYLOAD, MessageError};
use vouch_contract::topics::{Leaf, Name, every_device};
use vouch_link::backoff::{Backoff, BackoffOptions};
use vouch_link::fault::Fault;
use vouch_link::link::PACKET_HEAD;
use vouch_link::step::Step;
use vouch_link::wire::{Message, OptionsError, Security, Wire, WireEvent, WireOptions};

/// As for the link of a device, [`vouch_link::link::LinkOptions`].
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Whom to listen to, and until when.
#[derive(Debug, Clone)]
pub struct ReceiveOptions {
    /// The broker's host.
    pub host: String,
    /// The broker's port.
    pub port: u16,
    /// Whose devices.
    pub tenant: Name,
    /// How the line is protected.
    pub security: Security,
    /// Stop after this many newly stored results.
    pub count: Option<u64>,
    /// Stop after this time.
    pub limit: Option<Duration>,
    /// The pace of attempts after a fault.
    pub backoff: BackoffOptions,
}

/// What happens, as it happens.
#[derive(Debug)]
pub enum Happening<'a> {
    /// Subscribed: from now on results are heard.
    Listening,
    /// A message was handled and answered.
    Receipt(&'a Receipt),
    /// The line broke; another attempt follows.
    Fault(&'a Fault),
}

/// Why it ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The wanted number of results is stored.
    Count,
    /// The time is over.
    Limit,
    /// Told to stop.
    #[default]
    Stopped,
}

/// What was done in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Newly stored.
    pub stored: u64,
    /// Delivered again, acknowledged again.
    pub again: u64,
    /// Refused.
    pub refused: u64,
    /// Could not be stored now.
    pub not_now: u64,
    /// No result message.
    pub ignored: u64,
    /// Stored without their predecessor, or with one that does not fit.
    pub gaps: u64,
    /// Why it ended.
    pub end: End,
}

/// Why the receiving side gave up.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Settings that can never work.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// Only a person can help.
    #[error(transparent)]
    Refused(Fault),
    /// An own message could not be made.
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// Receives until the count, the limit or `stop` (also when its sender is
/// dropped). A fault that passes is waited out; one that needs a person ends
/// the call. Several receivers may share an intake.
pub async fn receive<C: Check, I: Ingest>(
    options: &ReceiveOptions,
    intake: Arc<Intake<C, I>>,
    stop: watch::Receiver<bool>,
    tell: impl FnMut(Happening<'_>),
) -> Result<Tally, ReceiveError> {
    let mut over = Over { until: options.limit.map(|limit| Instant::now() + limit), stop };
    let mut backoff = Backoff::new(options.backoff);
    let mut rng = StdRng::from_os_rng();
    let mut receiver = Receiver { options, intake, tally: Tally::default(), tell };
    loop {
        let handled = receiver.tally.handled();
        let fault = match receiver.connection(&mut over).await? {
            Ended::Over(end) => return Ok(receiver.tally.ended(end)),
            Ended::Fault(fault) => fault,
        };
        (receiver.tell)(Happening::Fault(&fault));
        if fault.needs_a_person() {
            return Err(ReceiveError::Refused(fault));
        }
        if receiver.tally.handled() > handled {
            backoff.reset();
        }
        tokio::select! {
            () = sleep(backoff.next_wait(&mut rng)) => {}
            end = over.wait() => return Ok(receiver.tally.ended(end)),
        }
    }
}

enum Ended {
    Over(End),
    Fault(Fault),
}

/// When to stop without a fault.
struct Over {
    until: Option<Instant>,
    stop: watch::Receiver<bool>,
}

impl Over {
    async fn wait(&mut self) -> End {
        let limit = async {
            match self.until {
                Some(until) => sleep_until(until).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = limit => End::Limit,
            _ = self.stop.changed() => End::Stopped,
        }
    }
}

struct Receiver<'o, C, I, T> {
    options: &'o ReceiveOptions,
    intake: Arc<Intake<C, I>>,
    tally: Tally,
    tell: T,
}

impl<C: Check, I: Ingest, T: FnMut(Happening<'_>)> Receiver<'_, C, I, T> {
    /// One connection from its beginning to its end. A message once begun is
    /// finished, answer included, before the end is looked at.
    async fn connection(&mut self, over: &mut Over) -> Result<Ended, ReceiveError> {
        let mut wire = Wire::open(&self.options.wire(), &Step::default())?;
        let opened = tokio::select! {
            opened = open(&mut wire, &self.options.tenant) => opened,
            end = over.wait() => return Ok(Ended::Over(end)),
        };
        if let Err(fault) = opened {
            return Ok(Ended::Fault(fault));
        }
        (self.tell)(Happening::Listening);
        loop {
            if self.options.count.is_some_and(|count| self.tally.stored >= count) {
                wire.close().await;
                return Ok(Ended::Over(End::Count));
            }
            let event = tokio::select! {
                event = wire.next() => event,
                end = over.wait() => {
                    wire.close().await;
                    return Ok(Ended::Over(end));
                }
            };
            match event {
                WireEvent::Lost(fault) => return Ok(Ended::Fault(fault)),
                WireEvent::Message(message) => {
                    if let Err(fault) = self.handle(&mut wire, &message).await? {
                        return Ok(Ended::Fault(fault));
                    }
                }
            }
        }
    }

    /// Verify, store, answer, report.
    async fn handle(
        &mut self,
        wire: &mut Wire,
        message: &Message,
    ) -> Result<Result<(), Fault>, ReceiveError> {
        let receipt = self.intake.take(&message.topic, &message.payload).await;
        self.tally.add(&receipt.verdict);
        let answered = match receipt.answer(&self.options.tenant) {
            Some((topic, ack)) => wire.acknowledge(&topic.to_string(), ack.encode()?).await,
            None => Ok(()),
        };
        (self.tell)(Happening::Receipt(&receipt));
        Ok(answered)
    }
}

async fn open(wire: &mut Wire, tenant: &Name) -> Result<(), Fault> {
    wire.connected().await?;
    wire.subscribe(&every_device(tenant, Leaf::Result)).await
}

impl ReceiveOptions {
    fn wire(&self) -> WireOptions {
        let name = match &self.security {
            Security::MutualTls(tls) => tls.common_name(),
            Security::PlainOnLoopback => "plain",
        };
        WireOptions {
            host: self.host.clone(),
            port: self.port,
            // The process id, or two receivers would throw each other out
            // (MQTT 5, 3.1.4).
            client_id: format!("{name}-{}", std::process::id()),
            security: self.security.clone(),
            connect_timeout: CONNECT_TIMEOUT,
            keep_alive: KEEP_ALIVE,
            max_incoming: u32::try_from(MAX_RESULT_PAYLOAD + PACKET_HEAD).unwrap_or(u32::MAX),
            last_will: None,
        }
    }
}

impl Tally {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Stored(continuity) => {
                self.stored += 1;
                if matches!(continuity, Continuity::Gap { .. } | Continuity::Broken) {
                    self.gaps += 1;
                }
            }
            Verdict::Again => self.again += 1,
            Verdict::Refused { .. } => self.refused += 1,
            Verdict::NotNow { .. } => self.not_now += 1,
            Verdict::Ignored { .. } => self.ignored += 1,
        }
    }

    fn handled(&self) -> u64 {
        self.stored + self.again + self.refused + self.not_now + self.ignored
    }

    fn ended(&self, end: End) -> Self {
        Self { end, ..self.clone() }
    }
}
