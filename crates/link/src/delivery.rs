//! Delivers results over a connection, in order, until the hub has each.
//!
//! One result is under way at a time. That keeps the order, and with it the
//! chain of `seq` and previous digest that the hub checks. It also bounds what
//! a broken line can double to one result.

use std::convert::Infallible;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use rumqttc::{PubAck, PubAckReason};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::log_limit::Repeats;
use super::pending::{Envelope, Pending, Queue, Settled};
use super::reason::printable;
use super::routes::Inbox;
use super::state::{LinkState, Reporter};
use super::step;
use super::wire::{Line, Unanswered};
use vouch_contract::messages;
use vouch_contract::messages::{Ack, MessageError, ResultEnvelope};

/// Acknowledgements that wait to be looked at. There is one result under way,
/// so more than one answer is junk or comes late.
pub(super) const INBOX: usize = 16;

type AckWait = Pin<Box<dyn Future<Output = Result<PubAck, Unanswered>> + Send>>;

pub(super) struct Delivery<P> {
    pub(super) topic: String,
    pub(super) ack_timeout: Duration,
    pub(super) look_again: Duration,
    pub(super) queue: Queue<P>,
    pub(super) reporter: Reporter,
    pub(super) wake: Arc<Notify>,
    pub(super) junk: Repeats,
    pub(super) differing: Repeats,
}

/// The result that is under way.
struct InFlight {
    envelope: Envelope,
    sha256: String,
    /// Awaits the broker; None once it has taken the message.
    puback: Option<AckWait>,
    /// Until then the hub's word is awaited.
    deadline: Instant,
}

impl<P> Drop for Delivery<P> {
    fn drop(&mut self) {
        let rest = self.junk.rest();
        if rest > 0 {
            tracing::warn!(more = rest, "ignored more messages on the ack topic");
        }
    }
}

impl<P: Pending> Delivery<P> {
    /// Delivers until the line ends.
    pub(super) async fn run(&mut self, line: &Line, acks: &mut Inbox) -> Result<Infallible, Unanswered> {
        let mut under_way: Option<InFlight> = None;
        loop {
            if under_way.is_none() {
                under_way = self.begin_next(line).await?;
            }
            let deadline = match &under_way {
                Some(in_flight) => in_flight.deadline,
                None => Instant::now() + self.look_again,
            };
            tokio::select! {
                payload = acks.recv() => match payload {
                    Some(payload) => self.hear(&payload, &mut under_way).await?,
                    None => return Err(Unanswered::LineEnded),
                },
                answer = wait_for_puback(&mut under_way) => self.taken(line, &answer?)?,
                () = self.wake.notified(), if under_way.is_none() => {}
                () = sleep_until(deadline) => {
                    if let Some(in_flight) = &mut under_way {
                        self.overdue(line, in_flight).await?;
                    }
                }
            }
        }
    }

    /// Takes the oldest result from the outbox and publishes it.
    async fn begin_next(&mut self, line: &Line) -> Result<Option<InFlight>, Unanswered> {
        loop {
            let (next, waiting) = self
                .queue
                .ask("give its oldest result", |queue| Ok((queue.next()?, queue.waiting()?)))
                .await?;
            self.reporter.count(|report| report.waiting = Some(waiting));
            self.reporter.enter(if waiting > 1 { LinkState::CatchingUp } else { LinkState::Live });
            let Some(envelope) = next else {
                line.enter(step::IDLE);
                return Ok(None);
            };
            match message(&envelope) {
                Ok(payload) => {
                    let sha256 = messages::digest(&envelope.jws);
                    let puback = self.publish(line, payload).await?;
                    let deadline = Instant::now() + self.ack_timeout;
                    return Ok(Some(InFlight { envelope, sha256, puback: Some(puback), deadline }));
                }
                // It can never be sent; it must not hold up the others.
                Err(error) => self.refuse(&envelope.jti, &error.to_string()).await?,
            }
        }
    }

    async fn publish(&self, line: &Line, payload: Vec<u8>) -> Result<AckWait, Unanswered> {
        line.enter(step::RESULT);
        let taken = line.publish(&self.topic, payload, false).await?;
        Ok(Box::pin(taken.answer()))
    }

    /// The broker has answered the PUBLISH. That ends nothing: the broker is
    /// not the hub.
    fn taken(&self, line: &Line, ack: &PubAck) -> Result<(), Unanswered> {
        line.taken(&self.topic, ack)?;
        line.enter(step::IDLE);
        let unheard = ack.reason == PubAckReason::NoMatchingSubscribers;
        self.reporter.count(|report| {
            report.unheard += u64::from(unheard);
            report.hub_due = true;
        });
        Ok(())
    }

    /// No acknowledgement in time.
    async fn overdue(&self, line: &Line, in_flight: &mut InFlight) -> Result<(), Unanswered> {
        if in_flight.puback.is_some() {
            // Not even the broker has answered. On the same connection an
            // unanswered PUBLISH must not be repeated (MQTT 5, 4.4), and a
            // line that swallows is a dead line: make a new one.
            return Err(Unanswered::Fault(line.silent()));
        }
        self.reporter.enter(LinkState::HubSilent);
        let payload = message(&in_flight.envelope)?;
        in_flight.puback = Some(self.publish(line, payload).await?);
        in_flight.deadline = Instant::now() + self.ack_timeout;
        self.reporter.count(|report| report.resent += 1);
        tracing::info!(jti = %in_flight.envelope.jti, "no acknowledgement from the hub, sent again");
        Ok(())
    }

    /// Reads an acknowledgement; clears `under_way` when it settles that one.
    async fn hear(&mut self, payload: &Bytes, under_way: &mut Option<InFlight>) -> Result<(), Unanswered> {
        let ack = match Ack::decode(payload) {
            Ok(ack) => ack,
            Err(error) => {
                if let Some(more) = self.junk.count(std::time::Instant::now()) {
                    tracing::warn!(%error, more, "ignored a message on the ack topic");
                }
                self.reporter.count(|report| report.garbage += 1);
                return Ok(());
            }
        };
        let Some(in_flight) = under_way.as_ref().filter(|one| one.envelope.jti == ack.jti) else {
            self.reporter.count(|report| report.foreign_acks += 1);
            return Ok(());
        };
        if ack.stored {
            // The outbox knows which digests are this result's: its own text's, and its twin's.
            if self.settle(ack).await? {
                *under_way = None;
            }
        } else if ack.sha256 == in_flight.sha256 {
            let reason = ack.reason.unwrap_or_else(|| "no reason given".to_owned());
            self.refuse(&ack.jti, &reason).await?;
            *under_way = None;
        } else {
            // A refusal must be about this result, not about what somebody made of it on the way.
            self.digest_differs(&ack.jti);
        }
        Ok(())
    }

    fn digest_differs(&mut self, jti: &str) {
        if let Some(more) = self.differing.count(std::time::Instant::now()) {
            tracing::warn!(jti, more, "the hub's digest differs, the result stays");
        }
        self.reporter.count(|report| report.digest_differs += 1);
    }

    /// Takes a stored result out of the outbox; true when it no longer waits.
    async fn settle(&mut self, ack: Ack) -> Result<bool, Unanswered> {
        let jti = ack.jti.clone();
        let settled = self
            .queue
            .ask("remove a delivered result", move |queue| queue.acknowledged(&ack.jti, &ack.sha256))
            .await?;
        match settled {
            Settled::Removed => {
                self.reporter.count(|report| {
                    report.delivered += 1;
                    report.waiting = report.waiting.map(|waiting| waiting.saturating_sub(1));
                    report.last_delivered = Some(Timestamp::now());
                    report.fault = None;
                    report.hub_due = false;
                });
                Ok(true)
            }
            // Another process has delivered it meanwhile.
            Settled::Unknown => Ok(true),
            Settled::DigestDiffers => {
                self.digest_differs(&jti);
                Ok(false)
            }
        }
    }

    async fn refuse(&self, jti: &str, reason: &str) -> Result<(), Unanswered> {
        let words = printable(reason);
        tracing::error!(jti, reason = words, "result refused; it is kept in the outbox");
        let (jti, reason) = (jti.to_owned(), reason.to_owned());
        self.queue.ask("mark a result as refused", move |queue| queue.refused(&jti, &reason)).await?;
        self.reporter.count(|report| {
            report.refused += 1;
            report.refusal = Some(words);
            report.waiting = report.waiting.map(|waiting| waiting.saturating_sub(1));
            report.hub_due = false;
        });
        Ok(())
    }
}

fn message(envelope: &Envelope) -> Result<Vec<u8>, MessageError> {
    ResultEnvelope::new(&envelope.jti, envelope.seq, &envelope.jws).encode()
}

/// Waits for the PUBACK of the result under way, once; otherwise forever.
async fn wait_for_puback(under_way: &mut Option<InFlight>) -> Result<PubAck, Unanswered> {
    let Some(InFlight { puback, .. }) = under_way else {
        return pending().await;
    };
    let Some(wait) = puback else {
        return pending().await;
    };
    let answer = wait.await;
    *puback = None;
    answer
}
