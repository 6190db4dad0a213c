//! The link's task: connect, deliver in order, back off, again.
//!
//! One result is under way at a time. That keeps the order, and with it the
//! chain of `seq` and previous digest that the hub checks; it also bounds what
//! a broken line can double to one result.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rumqttc::{PubAckReason, PublishNoticeError};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::backoff::Backoff;
use super::fault::Fault;
use super::link::{LinkOptions, PACKET_HEAD};
use super::pending::{Envelope, Pending, Queue, Settled};
use super::state::{LinkState, Reporter};
use super::wire::{Will, Wire, WireEvent, puback};
use vouch_contract::messages;
use vouch_contract::messages::{Ack, MessageError, ResultEnvelope, State, VERSION};
use vouch_contract::topics::{Leaf, Topic};

/// A connection that lived this long was good: the next attempt starts at the
/// shortest wait again. An accepted CONNECT alone proves nothing; a broker that
/// accepts and drops at once would be hammered.
const PROVEN: Duration = Duration::from_secs(10);

type PubAckWait = Pin<Box<dyn Future<Output = Result<PubAckReason, PublishNoticeError>> + Send>>;

pub(super) struct Engine<P> {
    options: LinkOptions,
    queue: Queue<P>,
    reporter: Reporter,
    wake: Arc<Notify>,
    stop: watch::Receiver<bool>,
    backoff: Backoff,
    rng: StdRng,
}

/// Why a connection ended.
enum Ended {
    Stopped,
    Fault(Fault),
}

impl<F: Into<Fault>> From<F> for Ended {
    fn from(fault: F) -> Self {
        Self::Fault(fault.into())
    }
}

/// The result that is under way.
struct InFlight {
    envelope: Envelope,
    sha256: String,
    /// Awaits the broker; None once it has taken the message.
    puback: Option<PubAckWait>,
    /// Until then the hub's word is awaited.
    deadline: Instant,
}

impl<P: Pending> Engine<P> {
    pub(super) fn new(
        options: LinkOptions,
        queue: Queue<P>,
        reporter: Reporter,
        wake: Arc<Notify>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            backoff: Backoff::new(options.backoff),
            options,
            queue,
            reporter,
            wake,
            stop,
            rng: StdRng::from_os_rng(),
        }
    }

    pub(super) async fn run(mut self) {
        while !*self.stop.borrow() {
            let begun = Instant::now();
            let fault = match self.connection().await {
                Ended::Stopped => break,
                Ended::Fault(fault) => fault,
            };
            if self.reporter.state().is_connected() && begun.elapsed() >= PROVEN {
                self.backoff.reset();
            }
            self.reporter.fault(&fault);
            let wait = if fault.needs_a_person() {
                self.backoff.long_wait(&mut self.rng)
            } else {
                self.backoff.next_wait(&mut self.rng)
            };
            tokio::select! {
                () = sleep(wait) => {}
                // An error means that the handle is gone: stop as well.
                _ = self.stop.changed() => break,
            }
        }
        self.reporter.enter(LinkState::Stopped);
    }

    /// One connection from its beginning to its end.
    async fn connection(&mut self) -> Ended {
        self.reporter.enter(LinkState::Connecting);
        let mut stop = self.stop.clone();
        let opened = tokio::select! {
            opened = self.open() => opened,
            _ = stop.changed() => return Ended::Stopped,
        };
        let (mut wire, max_packet) = match opened {
            Ok(opened) => opened,
            Err(ended) => return ended,
        };
        let ended = match self.deliver(&mut wire, max_packet).await {
            Ok(never) => match never {},
            Err(ended) => ended,
        };
        if matches!(ended, Ended::Stopped) {
            self.say_goodbye(wire).await;
        }
        ended
    }

    /// CONNECT, SUBSCRIBE, birth; in this order, so that who sees the birth
    /// may expect that acknowledgements arrive.
    async fn open(&mut self) -> Result<(Wire, Option<u32>), Ended> {
        let mut wire_options = self.options.wire().map_err(Fault::from)?;
        if self.options.announce {
            wire_options.last_will =
                Some(Will { topic: self.topic(Leaf::State), payload: self.state_payload(false).await? });
        }
        let mut wire = Wire::open(&wire_options).map_err(Fault::from)?;
        let max_packet = wire.connected().await?;
        wire.subscribe(&self.topic(Leaf::Ack)).await?;
        if self.options.announce {
            let birth = self.state_payload(true).await?;
            wire.publish_and_wait(&self.topic(Leaf::State), birth, true).await?;
        }
        Ok((wire, max_packet))
    }

    /// Delivers until the line ends.
    async fn deliver(
        &mut self,
        wire: &mut Wire,
        max_packet: Option<u32>,
    ) -> Result<std::convert::Infallible, Ended> {
        let mut under_way: Option<InFlight> = None;
        loop {
            if under_way.is_none() {
                under_way = self.begin_next(wire, max_packet).await?;
            }
            let deadline = match &under_way {
                Some(in_flight) => in_flight.deadline,
                None => Instant::now() + self.options.look_again,
            };
            tokio::select! {
                _ = self.stop.changed() => return Err(Ended::Stopped),
                event = wire.next() => match event {
                    WireEvent::Connected { .. } => {}
                    WireEvent::Lost(fault) => return Err(fault.into()),
                    WireEvent::Message { payload, .. } => {
                        self.hear(&payload, &mut under_way).await?;
                    }
                },
                taken = wait_for_puback(&mut under_way) => self.taken(wire, taken)?,
                () = self.wake.notified(), if under_way.is_none() => {}
                () = sleep_until(deadline) => {
                    if let Some(in_flight) = &mut under_way {
                        self.overdue(wire, in_flight).await?;
                    }
                }
            }
        }
    }

    /// Takes the oldest result from the outbox and publishes it.
    async fn begin_next(&mut self, wire: &Wire, max_packet: Option<u32>) -> Result<Option<InFlight>, Ended> {
        loop {
            let (next, waiting) = self
                .queue
                .ask("give its oldest result", |queue| Ok((queue.next()?, queue.waiting()?)))
                .await?;
            self.reporter.count(|report| report.waiting = Some(waiting));
            self.reporter.enter(if waiting > 1 { LinkState::CatchingUp } else { LinkState::Live });
            let Some(envelope) = next else {
                return Ok(None);
            };
            match message(&envelope) {
                Ok(payload) => {
                    check_packet_limit(wire, &payload, max_packet)?;
                    let sha256 = messages::digest(&envelope.jws);
                    let puback = self.publish(wire, payload).await?;
                    return Ok(Some(InFlight {
                        envelope,
                        sha256,
                        puback: Some(puback),
                        deadline: Instant::now() + self.options.ack_timeout,
                    }));
                }
                // It can never be sent; it must not hold up the others.
                Err(error) => self.refuse(&envelope.jti, &error.to_string()).await?,
            }
        }
    }

    async fn publish(&self, wire: &Wire, payload: Vec<u8>) -> Result<PubAckWait, Fault> {
        let notice = wire.publish(&self.topic(Leaf::Result), payload, false).await?;
        Ok(Box::pin(puback(notice)))
    }

    /// The broker has answered the PUBLISH. That ends nothing: the broker is
    /// not the hub.
    fn taken(&mut self, wire: &Wire, taken: Result<PubAckReason, PublishNoticeError>) -> Result<(), Ended> {
        let reason = taken.map_err(|error| Fault::LineLost {
            address: wire.address().to_owned(),
            reason: error.to_string(),
        })?;
        if let Some(fault) = Fault::from_puback(wire.address(), &self.topic(Leaf::Result), reason) {
            return Err(fault.into());
        }
        if reason == PubAckReason::NoMatchingSubscribers {
            self.reporter.count(|report| report.unheard += 1);
        }
        Ok(())
    }

    /// No acknowledgement in time.
    async fn overdue(&mut self, wire: &Wire, in_flight: &mut InFlight) -> Result<(), Ended> {
        if in_flight.puback.is_some() {
            // Not even the broker has answered. On the same connection an
            // unanswered PUBLISH must not be repeated (MQTT 5, 4.4), and a
            // line that swallows is a dead line: make a new one.
            return Err(Ended::Fault(Fault::Silent {
                address: wire.address().to_owned(),
                during: "taking a result",
            }));
        }
        self.reporter.enter(LinkState::HubSilent);
        let payload = message(&in_flight.envelope)?;
        in_flight.puback = Some(self.publish(wire, payload).await?);
        in_flight.deadline = Instant::now() + self.options.ack_timeout;
        self.reporter.count(|report| report.resent += 1);
        tracing::info!(jti = %in_flight.envelope.jti, "no acknowledgement from the hub, sent again");
        Ok(())
    }

    /// Reads an acknowledgement; clears `under_way` when it settles that one.
    async fn hear(&mut self, payload: &[u8], under_way: &mut Option<InFlight>) -> Result<(), Ended> {
        let ack = match Ack::decode(payload) {
            Ok(ack) => ack,
            Err(error) => {
                tracing::warn!(%error, "ignored a message on the ack topic");
                self.reporter.count(|report| report.garbage += 1);
                return Ok(());
            }
        };
        let Some(in_flight) = under_way.as_ref().filter(|one| one.envelope.jti == ack.jti) else {
            self.reporter.count(|report| report.foreign_acks += 1);
            return Ok(());
        };
        // Also for a refusal: it must be about this result, not about what
        // somebody made of it on the way.
        if ack.sha256 != in_flight.sha256 {
            tracing::warn!(jti = %ack.jti, "the hub's digest differs, the result stays");
            self.reporter.count(|report| report.digest_differs += 1);
            return Ok(());
        }
        if !ack.stored {
            let reason = ack.reason.unwrap_or_else(|| "no reason given".to_owned());
            self.refuse(&ack.jti, &reason).await?;
            self.backoff.reset();
            *under_way = None;
        } else if self.settle(ack).await? {
            *under_way = None;
        }
        Ok(())
    }

    /// Takes a stored result out of the outbox; true when it no longer waits.
    async fn settle(&mut self, ack: Ack) -> Result<bool, Ended> {
        let settled = self
            .queue
            .ask("remove a delivered result", move |queue| queue.acknowledged(&ack.jti, &ack.sha256))
            .await?;
        match settled {
            Settled::Removed => {
                self.backoff.reset();
                self.reporter.count(|report| {
                    report.delivered += 1;
                    report.waiting = report.waiting.map(|waiting| waiting.saturating_sub(1));
                    report.last_delivered = Some(Timestamp::now());
                    report.fault = None;
                });
                Ok(true)
            }
            // Another process has delivered it meanwhile.
            Settled::Unknown => Ok(true),
            Settled::DigestDiffers => {
                self.reporter.count(|report| report.digest_differs += 1);
                Ok(false)
            }
        }
    }

    async fn refuse(&mut self, jti: &str, reason: &str) -> Result<(), Ended> {
        tracing::error!(jti, reason, "result refused; it is kept in the outbox");
        let (jti, reason) = (jti.to_owned(), reason.to_owned());
        self.queue.ask("mark a result as refused", move |queue| queue.refused(&jti, &reason)).await?;
        self.reporter.count(|report| {
            report.refused += 1;
            report.waiting = report.waiting.map(|waiting| waiting.saturating_sub(1));
        });
        Ok(())
    }

    async fn say_goodbye(&mut self, wire: Wire) {
        if self.options.announce {
            // A clean DISCONNECT cancels the last will, so the retained
            // "online" has to be replaced by us.
            let said = match self.state_payload(false).await {
                Ok(payload) => wire.publish_and_wait(&self.topic(Leaf::State), payload, true).await,
                Err(fault) => Err(fault),
            };
            if let Err(fault) = said {
                // Drop the line without DISCONNECT: the last will does it.
                tracing::debug!(%fault, "could not say goodbye");
                return;
            }
        }
        wire.close().await;
    }

    async fn state_payload(&self, online: bool) -> Result<Vec<u8>, Fault> {
        let last_seq = self.queue.ask("tell its newest sequence number", Pending::last_seq).await?;
        let state = State {
            v: VERSION,
            online,
            since: Timestamp::now(),
            firmware: self.options.firmware.clone(),
            last_seq,
        };
        Ok(state.encode()?)
    }

    fn topic(&self, leaf: Leaf) -> String {
        Topic { tenant: self.options.tenant.clone(), device: self.options.device.clone(), leaf }.to_string()
    }
}

fn message(envelope: &Envelope) -> Result<Vec<u8>, MessageError> {
    ResultEnvelope::new(&envelope.jti, envelope.seq, &envelope.jws).encode()
}

/// The broker's Maximum Packet Size (MQTT 5, 3.2.2.3.6) is a setting of its
/// operator's: the result waits until it is raised, it is not given up.
fn check_packet_limit(wire: &Wire, payload: &[u8], limit: Option<u32>) -> Result<(), Fault> {
    let needed = payload.len() + PACKET_HEAD;
    match limit {
        Some(limit) if usize::try_from(limit).unwrap_or(usize::MAX) < needed => {
            Err(Fault::PacketLimit { address: wire.address().to_owned(), limit, needed })
        }
        _ => Ok(()),
    }
}

/// Waits for the PUBACK of the result under way, once; otherwise forever.
async fn wait_for_puback(under_way: &mut Option<InFlight>) -> Result<PubAckReason, PublishNoticeError> {
    match under_way {
        Some(InFlight { puback: waiting @ Some(_), .. }) => {
            let answer = match waiting {
                Some(wait) => wait.await,
                None => pending().await,
            };
            *waiting = None;
            answer
        }
        _ => pending().await,
    }
}
