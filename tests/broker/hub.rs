//! Two hubs for tests: the real one, and one that gives the answers a test wants.

use std::sync::{Arc, Mutex};

use rumqttc::{AsyncClient, Event, Incoming, MqttOptions, PublishOptions, QoS, TlsConfiguration, Transport};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use vouch_contract::messages::{Ack, ResultEnvelope};
use vouch_contract::topics::{Leaf, Name, Topic};
use vouch_hub::folder::FolderStore;
use vouch_hub::intake::{Intake, Receipt};
use vouch_hub::receive::{Happening, ReceiveError, ReceiveOptions, Tally, receive};
use vouch_link::backoff::BackoffOptions;
use vouch_link::wire::Security;
use vouch_trust::verify::Trust;

use super::{Fixture, PATIENCE, TENANT};

/// The real receiving side, as a task.
pub struct Hub {
    pub receipts: Arc<Mutex<Vec<Receipt>>>,
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<Tally, ReceiveError>>,
}

impl Hub {
    pub async fn start(fixture: &Fixture) -> Self {
        Self::start_through(fixture, fixture.broker.hub_port).await
    }

    /// Connected through a port of the caller's choice; returns when it listens.
    pub async fn start_through(fixture: &Fixture, port: u16) -> Self {
        let options = ReceiveOptions {
            host: "127.0.0.1".to_owned(),
            port,
            tenant: Name::new(TENANT).unwrap(),
            security: Security::MutualTls(fixture.hub_tls()),
            count: None,
            limit: None,
            backoff: BackoffOptions {
                min: std::time::Duration::from_millis(50),
                max: std::time::Duration::from_millis(400),
            },
        };
        let store = FolderStore::open(&fixture.results()).unwrap();
        let trust = Trust::from_pem(fixture.trust()).unwrap();
        let intake = Arc::new(Intake::new(options.tenant.clone(), trust, store));
        let (stop, stopped) = watch::channel(false);
        let (listening, mut heard) = watch::channel(false);
        let receipts = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&receipts);
        let task = tokio::spawn(async move {
            receive(&options, intake, stopped, |happening| match happening {
                Happening::Listening => drop(listening.send_replace(true)),
                Happening::Receipt(receipt) => kept.lock().unwrap().push(receipt.clone()),
                Happening::Fault(fault) => println!("hub: {fault}"),
            })
            .await
        });
        tokio::time::timeout(PATIENCE, heard.wait_for(|heard| *heard))
            .await
            .expect("the hub listens in time")
            .unwrap();
        Self { receipts, stop, task }
    }

    pub async fn stop(self) -> Tally {
        self.stop.send_replace(true);
        self.task.await.unwrap().unwrap()
    }
}

/// A client with the hub's certificate whose answers come from a closure.
pub struct ScriptedHub {
    pub client: AsyncClient,
    task: JoinHandle<()>,
}

impl Drop for ScriptedHub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ScriptedHub {
    /// For every result received, publishes the closure's answer on the ack topic.
    pub async fn start<F>(fixture: &Fixture, mut answer: F) -> Self
    where
        F: FnMut(&Name, &ResultEnvelope) -> Vec<Vec<u8>> + Send + 'static,
    {
        let broker = &fixture.broker;
        let read = |path| std::fs::read(path).unwrap();
        let mut options = MqttOptions::new("scripted", ("127.0.0.1", broker.hub_port));
        options.set_transport(Transport::tls_with_config(TlsConfiguration::Simple {
            ca: read(&broker.ca),
            alpn: None,
            client_auth: Some((read(&broker.hub_certificate), read(&broker.hub_key))),
        }));
        options.set_max_packet_size(Some(1024 * 1024));
        let (client, mut events) = AsyncClient::builder(options).capacity(64).build();
        let (subscribed, mut heard) = watch::channel(false);
        let answering = client.clone();
        let task = tokio::spawn(async move {
            loop {
                match events.poll().await {
                    Ok(Event::Incoming(Incoming::ConnAck(_))) => {
                        let filter = format!("vouch/v1/{TENANT}/+/result");
                        answering.subscribe(filter, QoS::AtLeastOnce).await.unwrap();
                    }
                    Ok(Event::Incoming(Incoming::SubAck(_))) => {
                        subscribed.send_replace(true);
                    }
                    Ok(Event::Incoming(Incoming::Publish(publish))) => {
                        let topic = String::from_utf8(publish.topic.to_vec()).unwrap();
                        let device = Topic::parse(&topic).unwrap().device;
                        let envelope = ResultEnvelope::decode(&publish.payload).unwrap();
                        for payload in answer(&device, &envelope) {
                            publish_ack(&answering, &device, payload).await;
                        }
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
        tokio::time::timeout(PATIENCE, heard.wait_for(|heard| *heard))
            .await
            .expect("the scripted hub subscribes in time")
            .unwrap();
        Self { client, task }
    }

    pub async fn say(&self, device: &str, payload: Vec<u8>) {
        publish_ack(&self.client, &Name::new(device).unwrap(), payload).await;
    }
}

/// An honest acknowledgement.
pub fn honest(envelope: &ResultEnvelope) -> Vec<u8> {
    let digest = vouch_contract::messages::digest(&envelope.jws);
    Ack::stored(&envelope.jti, digest).encode().unwrap()
}

async fn publish_ack(client: &AsyncClient, device: &Name, payload: Vec<u8>) {
    let topic = Topic { tenant: Name::new(TENANT).unwrap(), device: device.clone(), leaf: Leaf::Ack };
    client.publish(topic.to_string(), payload, PublishOptions::new(QoS::AtLeastOnce)).await.unwrap();
}
