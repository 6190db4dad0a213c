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

use std::time::Duration;

use bytes::Bytes;
use rumqttc::{
    AsyncClient, ConnectionError, Event, EventLoop, Incoming, PublishNotice, PublishOptions,
    PublishProperties, QoS, RetainForwardRule, SubscribeFilterInput,
};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::fault::Fault;
use super::settings::client_options;
pub use super::settings::{OptionsError, Security, Will, WireOptions};

/// Events read from the line and not yet looked at.
const MAX_EVENTS: usize = 64;

/// Requests made and not yet on the line.
const MAX_REQUESTS: usize = 16;

/// How long a goodbye may take before the line is simply dropped.
const GOODBYE: Duration = Duration::from_secs(2);

/// What the line says.
#[derive(Debug)]
pub enum WireEvent {
    /// The CONNACK has come.
    Connected {
        /// Largest packet the broker takes (3.2.2.3.6), bytes.
        max_packet: Option<u32>,
    },
    /// A message on a topic we subscribed to.
    Message {
        /// Its topic.
        topic: String,
        /// Its payload.
        payload: Bytes,
    },
    /// Over; no more events come.
    Lost(Fault),
}

/// A connection with its reading task. Dropping it drops the line.
pub struct Wire {
    address: String,
    client: AsyncClient,
    events: mpsc::Receiver<WireEvent>,
    reader: JoinHandle<()>,
    patience: Duration,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Wire {
    /// Begins to connect; the first event tells how it went.
    pub fn open(options: &WireOptions) -> Result<Self, OptionsError> {
        let mqtt = client_options(options)?;
        let address = format!("{}:{}", options.host, options.port);
        let (client, event_loop) = AsyncClient::builder(mqtt)
            .capacity(MAX_REQUESTS)
            .try_build()
            .map_err(|error| OptionsError::Client(error.to_string()))?;
        let (sender, events) = mpsc::channel(MAX_EVENTS);
        // A task of its own: polling can then never be cancelled half-way
        // through a packet by a timer that fires beside it.
        let reader = tokio::spawn(read(event_loop, sender, address.clone()));
        Ok(Self { address, client, events, reader, patience: options.connect_timeout })
    }

    /// Host and port, for messages.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The next event. Safe to cancel.
    pub async fn next(&mut self) -> WireEvent {
        match self.events.recv().await {
            Some(event) => event,
            None => WireEvent::Lost(Fault::LineLost {
                address: self.address.clone(),
                reason: "the reading task has ended".to_owned(),
            }),
        }
    }

    /// Waits for the CONNACK; gives the broker's packet limit.
    pub async fn connected(&mut self) -> Result<Option<u32>, Fault> {
        loop {
            match self.next().await {
                WireEvent::Connected { max_packet } => return Ok(max_packet),
                WireEvent::Message { .. } => {}
                WireEvent::Lost(fault) => return Err(fault),
            }
        }
    }

    /// Subscribes at QoS 1 and waits for the SUBACK. Retained messages are not
    /// wanted (Retain Handling 2, 3.8.3.1): an answer is for a question just asked.
    pub async fn subscribe(&self, filter: &str) -> Result<(), Fault> {
        let input =
            SubscribeFilterInput::new(filter, QoS::AtLeastOnce).retain_forward_rule(RetainForwardRule::Never);
        let work = async {
            let notice =
                self.client.subscribe_many_tracked([input]).await.map_err(|error| self.lost(&error))?;
            let ack = notice.wait_async().await.map_err(|error| self.lost(&error))?;
            let granted =
                ack.return_codes.iter().all(|code| matches!(code, rumqttc::SubscribeReasonCode::Success(_)));
            if granted {
                return Ok(());
            }
            Err(Fault::NotAuthorised {
                address: self.address.clone(),
                what: format!("subscribe to {filter} ({:?})", ack.return_codes),
            })
        };
        self.in_time("subscribing", work).await
    }

    /// Publishes at QoS 1; the notice tells of the PUBACK.
    pub async fn publish(&self, topic: &str, payload: Vec<u8>, retain: bool) -> Result<PublishNotice, Fault> {
        let properties = PublishProperties {
            // UTF-8 text, and of which kind (3.3.2.3.2, 3.3.2.3.9).
            payload_format_indicator: Some(1),
            content_type: Some("application/json".to_owned()),
            ..PublishProperties::default()
        };
        let options = PublishOptions::new(QoS::AtLeastOnce).retain(retain).properties(properties);
        let work = async {
            self.client.publish_tracked(topic, payload, options).await.map_err(|error| self.lost(&error))
        };
        self.in_time("publishing", work).await
    }

    /// Publishes and waits until the broker has taken it.
    pub async fn publish_and_wait(&self, topic: &str, payload: Vec<u8>, retain: bool) -> Result<(), Fault> {
        let notice = self.publish(topic, payload, retain).await?;
        let work = async {
            let reason = puback(notice).await.map_err(|error| self.lost(&error))?;
            match Fault::from_puback(&self.address, topic, reason) {
                Some(fault) => Err(fault),
                None => Ok(()),
            }
        };
        self.in_time("taking a message", work).await
    }

    /// Says goodbye (DISCONNECT 0x00, so that the last will is dropped, 3.14.4)
    /// and closes; after [`GOODBYE`] closes anyway.
    pub async fn close(mut self) {
        let goodbye = async {
            if self.client.disconnect().await.is_ok() {
                while !matches!(self.next().await, WireEvent::Lost(_)) {}
            }
        };
        if timeout(GOODBYE, goodbye).await.is_err() {
            tracing::debug!("the broker did not take the goodbye in time");
        }
    }

    async fn in_time<T>(
        &self,
        during: &'static str,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        timeout(self.patience, work)
            .await
            .unwrap_or_else(|_| Err(Fault::Silent { address: self.address.clone(), during }))
    }

    fn lost(&self, error: &impl ToString) -> Fault {
        Fault::LineLost { address: self.address.clone(), reason: error.to_string() }
    }
}

/// Waits for the PUBACK and gives its reason code.
pub async fn puback(notice: PublishNotice) -> Result<rumqttc::PubAckReason, rumqttc::PublishNoticeError> {
    match notice.wait_async().await? {
        rumqttc::PublishResult::Qos1(ack) => Ok(ack.reason),
        _ => Ok(rumqttc::PubAckReason::Success),
    }
}

/// Reads until the line ends, then reports why and stops: whether and when to
/// connect again is not decided here.
async fn read(mut event_loop: EventLoop, events: mpsc::Sender<WireEvent>, address: String) {
    let mut connected = false;
    loop {
        let event = match event_loop.poll().await {
            Ok(Event::Incoming(Incoming::ConnAck(ack))) => {
                connected = true;
                WireEvent::Connected { max_packet: ack.properties.and_then(|p| p.max_packet_size) }
            }
            Ok(Event::Incoming(Incoming::Publish(publish))) => WireEvent::Message {
                topic: String::from_utf8_lossy(&publish.topic).into_owned(),
                payload: publish.payload,
            },
            Ok(_) => continue,
            Err(error) => {
                let fault = end_of_line(&address, connected, &error);
                // Nobody listens any more: the connection was dropped by us.
                let _ = events.send(WireEvent::Lost(fault)).await;
                return;
            }
        };
        if events.send(event).await.is_err() {
            return;
        }
    }
}

fn end_of_line(address: &str, connected: bool, error: &ConnectionError) -> Fault {
    match error {
        ConnectionError::RequestsDone => {
            Fault::LineLost { address: address.to_owned(), reason: "closed by us".to_owned() }
        }
        other => Fault::from_client(address, connected, other),
    }
}
