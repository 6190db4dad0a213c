//! The link's task: connect, work on the connection, back off, again.
//!
//! What comes down is handed to whoever subscribed its leaf; what goes up is
//! sent by whoever works on the connection, today the delivery of results.

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::backoff::Backoff;
use super::delivery::Delivery;
use super::fault::Fault;
use super::link::LinkOptions;
use super::pending::{Pending, Queue};
use super::reason::Remedy;
use super::routes::{Inbox, Routes};
use super::state::{LinkState, Reporter};
use super::step;
use super::step::Step;
use super::wire::{Unanswered, Will, Wire, WireEvent};
use vouch_contract::messages::{State, VERSION};
use vouch_contract::topics::{Leaf, Topic};

/// A connection that lived this long was good: the next attempt starts at the
/// shortest wait again. An accepted CONNECT alone proves nothing; a broker that
/// accepts and drops at once would be hammered.
const PROVEN: std::time::Duration = std::time::Duration::from_secs(10);

pub(super) struct Connection<P> {
    pub(super) options: LinkOptions,
    pub(super) queue: Queue<P>,
    pub(super) reporter: Reporter,
    pub(super) step: Step,
    pub(super) stop: watch::Receiver<bool>,
    /// Whether the birth message and the last will are retained. Off once a
    /// broker has refused that: results matter more than a kept state.
    pub(super) retain: bool,
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

impl<P: Pending> Connection<P> {
    pub(super) async fn run(mut self, mut routes: Routes, mut delivery: Delivery<P>, mut acks: Inbox) {
        let mut backoff = Backoff::new(self.options.backoff);
        let mut rng = StdRng::from_os_rng();
        while !*self.stop.borrow() {
            let (begun, settled) = (Instant::now(), self.reporter.settled());
            let fault = match self.connect(&mut routes, &mut delivery, &mut acks).await {
                Ended::Stopped => break,
                Ended::Fault(fault) => fault,
            };
            let proven = self.reporter.state().is_connected() && begun.elapsed() >= PROVEN;
            if proven || self.reporter.settled() > settled {
                backoff.reset();
            }
            self.reporter.fault(&fault);
            let without_retain = matches!(fault, Fault::NoRetain { .. }) && self.retain;
            let wait = match fault.remedy() {
                _ if without_retain => {
                    self.retain = false;
                    backoff.next_wait(&mut rng)
                }
                Remedy::Wait => backoff.next_wait(&mut rng),
                Remedy::WaitLong | Remedy::Person => backoff.long_wait(&mut rng),
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
    async fn connect(&mut self, routes: &mut Routes, delivery: &mut Delivery<P>, acks: &mut Inbox) -> Ended {
        self.reporter.enter(LinkState::Connecting);
        let mut stop = self.stop.clone();
        let opened = tokio::select! {
            opened = self.open(routes) => opened,
            _ = stop.changed() => return Ended::Stopped,
        };
        let mut wire = match opened {
            Ok(wire) => wire,
            Err(ended) => return ended,
        };
        let line = wire.line();
        let unanswered = tokio::select! {
            fault = self.pump(&mut wire, routes) => return Ended::Fault(fault),
            done = delivery.run(&line, acks) => match done {
                Ok(never) => match never {},
                Err(unanswered) => Some(unanswered),
            },
            _ = stop.changed() => None,
        };
        match unanswered {
            None => {
                self.say_goodbye(wire).await;
                Ended::Stopped
            }
            Some(Unanswered::Fault(fault)) => Ended::Fault(fault),
            Some(Unanswered::LineEnded) => Ended::Fault(wire.last_words().await),
        }
    }

    /// CONNECT, SUBSCRIBE, birth; in this order, so that who sees the birth
    /// may expect that acknowledgements arrive.
    async fn open(&mut self, routes: &Routes) -> Result<Wire, Ended> {
        let mut options = self.options.wire().map_err(Fault::from)?;
        if self.options.announce {
            options.last_will = Some(Will {
                topic: self.topic(Leaf::State),
                payload: self.state_payload(false).await?,
                retain: self.retain,
            });
        }
        let mut wire = Wire::open(&options, &self.step).map_err(Fault::from)?;
        let terms = wire.connected().await?;
        if self.options.announce && self.retain && !terms.retain {
            self.retain = false;
            tracing::warn!(
                "the broker at {} keeps no retained messages: the state of this terminal is sent without \
                 retain, and who subscribes later does not see it; allow retained messages at the broker",
                wire.line().address()
            );
        }
        for leaf in routes.leaves() {
            wire.subscribe(&self.topic(leaf)).await?;
        }
        if self.options.announce {
            let birth = self.state_payload(true).await?;
            wire.line().enter(step::STATE);
            wire.publish_and_wait(&self.topic(Leaf::State), birth, self.retain).await?;
        }
        wire.line().enter(step::IDLE);
        Ok(wire)
    }

    /// Hands messages over until the line ends.
    async fn pump(&self, wire: &mut Wire, routes: &mut Routes) -> Fault {
        loop {
            match wire.next().await {
                WireEvent::Lost(fault) => return fault,
                WireEvent::Message(message) => {
                    let us = (&self.options.tenant, &self.options.device);
                    if !routes.hand(us, &message.topic, message.payload).await {
                        self.reporter.count(|report| report.garbage += 1);
                    }
                }
            }
        }
    }

    async fn say_goodbye(&self, mut wire: Wire) {
        if self.options.announce {
            // A clean DISCONNECT cancels the last will, so the retained
            // "online" has to be replaced by us.
            let said = match self.state_payload(false).await {
                Ok(payload) => wire.publish_and_wait(&self.topic(Leaf::State), payload, self.retain).await,
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
