//! One MQTT 5 connection, from CONNECT to its end; no memory beyond it.
//!
//! Each connection is a client of its own with Clean Start = 1 and Session
//! Expiry Interval = 0 (MQTT 5, 3.1.2.4 and 3.1.2.11.2). A kept session would be
//! a second queue beside the outbox, in the memory of a broker that nobody
//! promised to fsync, and both sides would have to agree on its packet ids
//! (4.1, 3.2.2.1.1). Here the outbox alone knows what is undelivered: after a
//! reconnect the oldest result is published afresh, and `jti` makes a second
//! delivery harmless. What a kept session would add, an acknowledgement queued
//! while we were away, comes again with the second delivery.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use rumqttc::{
    AsyncClient, ConnectionError, Event, EventLoop, Incoming, PubAck, Publish, PublishNotice, PublishOptions,
    PublishProperties, PublishResult, QoS, RetainForwardRule, SubscribeFilterInput, SubscribeReasonCode,
};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::fault::Fault;
use super::reason::Refusal;
use super::settings::client_options;
pub use super::settings::{OptionsError, Security, Will, WireOptions};
use super::step;
use super::step::Step;
use super::tap::Ear;

/// Events read from the line and not yet looked at.
const MAX_EVENTS: usize = 64;

/// Requests made and not yet on the line.
const MAX_REQUESTS: usize = 16;

/// Bytes of messages that may come while an answer is awaited. Further ones are
/// dropped: their senders repeat them.
const MAX_EARLY_BYTES: usize = 16 << 20;

/// How long a goodbye may take before the line is simply dropped.
const GOODBYE: Duration = Duration::from_secs(2);

/// How long the reason of a line's end may take to be read. It has arrived
/// already; this is for a machine that is very busy.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A message on a topic that we subscribed to.
#[derive(Debug)]
pub struct Message {
    /// Its topic.
    pub topic: String,
    /// Its payload.
    pub payload: Bytes,
}

/// What the line says.
#[derive(Debug)]
pub enum WireEvent {
    /// A message.
    Message(Message),
    /// Over; no more events come.
    Lost(Fault),
}

/// What the broker has agreed to in its CONNACK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Largest packet the broker takes (3.2.2.3.6), bytes.
    pub max_packet: Option<u32>,
    /// Whether it keeps retained messages (3.2.2.3.5).
    pub retain: bool,
    /// Whether it takes QoS 1 (3.2.2.3.4).
    pub qos1: bool,
}

#[derive(Debug)]
enum Read {
    Accepted(Terms),
    Message(Message),
    Ended(ConnectionError),
}

/// A connection with its reading task. Dropping it drops the line.
pub struct Wire {
    line: Line,
    ear: Ear,
    events: mpsc::Receiver<Read>,
    early: VecDeque<Message>,
    early_bytes: usize,
    reader: JoinHandle<()>,
}

/// The way up of a connection.
#[derive(Clone)]
pub struct Line {
    address: String,
    client: AsyncClient,
    max_packet: Option<u32>,
    patience: Duration,
    step: Step,
}

/// Why a request was not answered.
#[derive(Debug)]
pub enum Unanswered {
    /// The line has ended; [`Wire::next`] tells why.
    LineEnded,
    /// For this reason.
    Fault(Fault),
}

impl<F: Into<Fault>> From<F> for Unanswered {
    fn from(fault: F) -> Self {
        Self::Fault(fault.into())
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Wire {
    /// Begins to connect; [`Self::connected`] tells how it went.
    pub fn open(options: &WireOptions, step: &Step) -> Result<Self, OptionsError> {
        let ear = Ear::default();
        let mqtt = client_options(options, ear.clone())?;
        let address = format!("{}:{}", options.host, options.port);
        step.enter(step::CONNECTING);
        let (client, event_loop) = AsyncClient::builder(mqtt)
            .capacity(MAX_REQUESTS)
            .try_build()
            .map_err(|error| OptionsError::Client(error.to_string()))?;
        let (sender, events) = mpsc::channel(MAX_EVENTS);
        // A task of its own: polling can then never be cancelled half-way
        // through a packet by a timer that fires beside it.
        let reader = tokio::spawn(read(event_loop, sender));
        let patience = options.connect_timeout;
        let line = Line { address, client, max_packet: None, patience, step: step.clone() };
        Ok(Self { line, ear, events, early: VecDeque::new(), early_bytes: 0, reader })
    }

    /// The way up, to use beside [`Self::next`].
    pub fn line(&self) -> Line {
        self.line.clone()
    }

    /// The next event. Safe to cancel.
    pub async fn next(&mut self) -> WireEvent {
        if let Some(message) = self.early.pop_front() {
            self.early_bytes = self.early_bytes.saturating_sub(message.payload.len());
            return WireEvent::Message(message);
        }
        loop {
            match self.events.recv().await {
                Some(Read::Accepted(_)) => {}
                Some(Read::Message(message)) => return WireEvent::Message(message),
                Some(Read::Ended(error)) => return WireEvent::Lost(self.end(&error)),
                None => return WireEvent::Lost(self.line.lost("the reading task has ended")),
            }
        }
    }

    /// Waits for the CONNACK. A broker that takes no QoS 1 is refused here: a
    /// QoS 1 PUBLISH must not reach it (MQTT-3.2.2-11).
    pub async fn connected(&mut self) -> Result<Terms, Fault> {
        loop {
            match self.events.recv().await {
                Some(Read::Accepted(terms)) if terms.qos1 => {
                    self.line.max_packet = terms.max_packet;
                    return Ok(terms);
                }
                Some(Read::Accepted(_)) => return Err(Fault::NoQos1 { address: self.line.address.clone() }),
                Some(Read::Message(message)) => self.keep(message),
                Some(Read::Ended(error)) => return Err(self.end(&error)),
                None => return Err(self.line.lost("the reading task has ended")),
            }
        }
    }

    /// Subscribes at QoS 1 and waits for the SUBACK. Retained messages are not
    /// wanted (Retain Handling 2, 3.8.3.1): an answer is for a question just asked.
    pub async fn subscribe(&mut self, filter: &str) -> Result<(), Fault> {
        let line = self.line();
        line.step.enter(step::SUBSCRIBING);
        let input =
            SubscribeFilterInput::new(filter, QoS::AtLeastOnce).retain_forward_rule(RetainForwardRule::Never);
        let work = async {
            let ended = |_| Unanswered::LineEnded;
            let notice = line.client.subscribe_many_tracked([input]).await.map_err(ended)?;
            let ack = notice.wait_async().await.map_err(|_| Unanswered::LineEnded)?;
            let text = ack.properties.as_ref().and_then(|some| some.reason_string.as_deref());
            match ack.return_codes.iter().find_map(suback_code) {
                None => Ok(()),
                Some(code) => Err(line.refused(Refusal::new("SUBACK", code, text), "subscribe to", filter)),
            }
        };
        self.answered(work).await
    }

    /// Publishes and waits until the broker has taken it.
    pub async fn publish_and_wait(
        &mut self,
        topic: &str,
        payload: Vec<u8>,
        retain: bool,
    ) -> Result<(), Fault> {
        let line = self.line();
        let work = async {
            let taken = line.publish(topic, payload, retain).await?;
            line.taken(topic, &taken.answer().await?).map_err(Unanswered::Fault)
        };
        self.answered(work).await
    }

    /// Publishes an acknowledgement and waits until the broker has taken it.
    pub async fn acknowledge(&mut self, topic: &str, payload: Vec<u8>) -> Result<(), Fault> {
        self.line.step.enter(step::ACK);
        let done = self.publish_and_wait(topic, payload, false).await;
        self.line.step.enter(step::IDLE);
        done
    }

    /// Says goodbye (DISCONNECT 0x00, so that the last will is dropped, 3.14.4)
    /// and closes; after [`GOODBYE`] closes anyway.
    pub async fn close(mut self) {
        let goodbye = async {
            if self.line.client.disconnect().await.is_ok() {
                while !matches!(self.next().await, WireEvent::Lost(_)) {}
            }
        };
        if timeout(GOODBYE, goodbye).await.is_err() {
            tracing::debug!("the broker did not take the goodbye in time");
        }
    }

    /// Why the line has ended.
    pub async fn last_words(&mut self) -> Fault {
        let words = async {
            loop {
                if let WireEvent::Lost(fault) = self.next().await {
                    return fault;
                }
            }
        };
        match timeout(LAST_WORDS, words).await {
            Ok(fault) => fault,
            Err(_) => self.line.lost("the client has ended"),
        }
    }

    /// Waits for an answer; messages that come meanwhile are kept.
    async fn answered<T>(&mut self, work: impl Future<Output = Result<T, Unanswered>>) -> Result<T, Fault> {
        let limit = tokio::time::sleep(self.line.patience);
        tokio::pin!(work, limit);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return match done {
                    Ok(done) => Ok(done),
                    Err(Unanswered::Fault(fault)) => Err(fault),
                    Err(Unanswered::LineEnded) => Err(self.last_words().await),
                },
                read = self.events.recv() => match read {
                    Some(Read::Accepted(_)) => {}
                    Some(Read::Message(message)) => self.keep(message),
                    Some(Read::Ended(error)) => return Err(self.end(&error)),
                    None => return Err(self.line.lost("the reading task has ended")),
                },
                () = &mut limit => return Err(self.line.silent()),
            }
        }
    }

    fn keep(&mut self, message: Message) {
        let bytes = self.early_bytes.saturating_add(message.payload.len());
        if bytes > MAX_EARLY_BYTES {
            tracing::debug!(topic = message.topic, "dropped a message while waiting for an answer");
            return;
        }
        self.early_bytes = bytes;
        self.early.push_back(message);
    }

    fn end(&self, error: &ConnectionError) -> Fault {
        self.ear.with(|heard| Fault::from_end(&self.line.address, self.line.step.words(), heard, error))
    }
}

impl Line {
    /// Host and port, for messages.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What is being waited for now.
    pub(super) fn enter(&self, step: &'static str) {
        self.step.enter(step);
    }

    /// Publishes at QoS 1. A packet above the broker's Maximum Packet Size does
    /// not go out (3.2.2.3.6).
    pub async fn publish(&self, topic: &str, payload: Vec<u8>, retain: bool) -> Result<Taken, Unanswered> {
        let properties = PublishProperties {
            // UTF-8 text, and of which kind (3.3.2.3.2, 3.3.2.3.9).
            payload_format_indicator: Some(1),
            content_type: Some("application/json".to_owned()),
            ..PublishProperties::default()
        };
        let payload = Bytes::from(payload);
        let needed = packet_size(topic, payload.clone(), properties.clone());
        if let Some(limit) = self.max_packet
            && needed > usize::try_from(limit).unwrap_or(usize::MAX)
        {
            let address = self.address.clone();
            return Err(Unanswered::Fault(Fault::PacketLimit { address, limit, needed }));
        }
        let options = PublishOptions::new(QoS::AtLeastOnce).retain(retain).properties(properties);
        let work = self.client.publish_tracked(topic, payload, options);
        match timeout(self.patience, work).await {
            Ok(Ok(notice)) => Ok(Taken(notice)),
            Ok(Err(_)) => Err(Unanswered::LineEnded),
            Err(_) => Err(Unanswered::Fault(self.silent())),
        }
    }

    /// Reads the broker's answer to a PUBLISH. "No matching subscribers" (MQTT 5,
    /// 3.4.2.1) is success: the hub is away, the result stays and is sent again.
    pub(super) fn taken(&self, topic: &str, ack: &PubAck) -> Result<(), Fault> {
        let code = ack.reason as u8;
        if code < 0x80 {
            return Ok(());
        }
        let text = ack.properties.as_ref().and_then(|some| some.reason_string.as_deref());
        match self.refused(Refusal::new("PUBACK", code, text), "publish on", topic) {
            Unanswered::Fault(fault) => Err(fault),
            Unanswered::LineEnded => Ok(()),
        }
    }

    /// The broker has not answered in time.
    pub(super) fn silent(&self) -> Fault {
        Fault::Silent { address: self.address.clone(), during: self.step.words() }
    }

    fn lost(&self, reason: &str) -> Fault {
        Fault::LineLost {
            address: self.address.clone(),
            during: self.step.words(),
            reason: reason.to_owned(),
        }
    }

    fn refused(&self, refusal: Refusal, what: &str, topic: &str) -> Unanswered {
        let address = self.address.clone();
        Unanswered::Fault(match refusal.code {
            0x87 | 0x8F | 0x90 => {
                Fault::NotAuthorised { address, what: format!("{what} {topic} ({refusal})") }
            }
            _ => Fault::from_refusal(address, self.step.words(), refusal),
        })
    }
}

/// A published message whose PUBACK is awaited.
pub struct Taken(PublishNotice);

impl Taken {
    /// The PUBACK.
    pub(super) async fn answer(self) -> Result<PubAck, Unanswered> {
        match self.0.wait_async().await {
            Ok(PublishResult::Qos1(ack)) => Ok(ack),
            _ => Err(Unanswered::LineEnded),
        }
    }
}

/// Bytes of a QoS 1 PUBLISH as it goes out, fixed header included.
fn packet_size(topic: &str, payload: Bytes, properties: PublishProperties) -> usize {
    let mut publish = Publish::new(topic, QoS::AtLeastOnce, payload, Some(properties));
    // Any packet id: they all take two bytes.
    publish.pkid = 1;
    publish.size()
}

/// The code of a filter that was not granted (3.9.3).
fn suback_code(answer: &SubscribeReasonCode) -> Option<u8> {
    match answer {
        SubscribeReasonCode::Success(_) => None,
        SubscribeReasonCode::Failure | SubscribeReasonCode::Unspecified => Some(0x80),
        SubscribeReasonCode::ImplementationSpecific => Some(0x83),
        SubscribeReasonCode::NotAuthorized => Some(0x87),
        SubscribeReasonCode::TopicFilterInvalid => Some(0x8F),
        SubscribeReasonCode::PkidInUse => Some(0x91),
        SubscribeReasonCode::QuotaExceeded => Some(0x97),
        SubscribeReasonCode::SharedSubscriptionsNotSupported => Some(0x9E),
        SubscribeReasonCode::SubscriptionIdNotSupported => Some(0xA1),
        SubscribeReasonCode::WildcardSubscriptionsNotSupported => Some(0xA2),
    }
}

/// Reads until the line ends, then reports why and stops: whether and when to
/// connect again is not decided here.
async fn read(mut event_loop: EventLoop, events: mpsc::Sender<Read>) {
    loop {
        let event = match event_loop.poll().await {
            Ok(Event::Incoming(Incoming::ConnAck(ack))) => {
                let properties = ack.properties.as_ref();
                Read::Accepted(Terms {
                    max_packet: properties.and_then(|some| some.max_packet_size),
                    retain: properties.and_then(|some| some.retain_available) != Some(0),
                    qos1: properties.and_then(|some| some.max_qos) != Some(0),
                })
            }
            Ok(Event::Incoming(Incoming::Publish(publish))) => Read::Message(Message {
                topic: String::from_utf8_lossy(&publish.topic).into_owned(),
                payload: publish.payload,
            }),
            Ok(_) => continue,
            Err(error) => {
                // Nobody listens any more: the connection was dropped by us.
                let _ = events.send(Read::Ended(error)).await;
                return;
            }
        };
        if events.send(event).await.is_err() {
            return;
        }
    }
}
