//! What a connection needs to know, and which settings are refused.

use std::io;
use std::time::Duration;

use rumqttc::{LastWill, MqttOptions, NetworkOptions, QoS, Transport, default_socket_connect};
use tokio::io::{AsyncRead, AsyncWrite};

use super::tap::{Ear, Tap};
use super::tls::TlsMaterial;

/// QoS 1 messages the broker may have under way to us (Receive Maximum, 3.1.2.11.3).
const RECEIVE_MAXIMUM: u16 = 32;

/// How the line is protected.
#[derive(Debug, Clone)]
pub enum Security {
    /// TLS, both sides show a certificate.
    MutualTls(TlsMaterial),
    /// Nothing. Only for a broker on this machine; any other host is refused.
    PlainOnLoopback,
}

/// What a connection needs to know.
#[derive(Debug, Clone)]
pub struct WireOptions {
    /// The broker's host name or address; must be in its certificate.
    pub host: String,
    /// The broker's port (8883 is registered for MQTT over TLS).
    pub port: u16,
    /// MQTT client id, unique at the broker (3.1.3.1).
    pub client_id: String,
    /// How the line is protected.
    pub security: Security,
    /// TCP, TLS and CONNACK together must be done in this time.
    pub connect_timeout: Duration,
    /// Keep Alive (3.1.2.10), whole seconds. A dead line is noticed after two.
    pub keep_alive: Duration,
    /// Largest packet the broker may send us (3.1.2.11.4), bytes.
    pub max_incoming: u32,
    /// Published by the broker when we vanish.
    pub last_will: Option<Will>,
}

/// A QoS 1 message that the broker publishes when we vanish.
#[derive(Debug, Clone)]
pub struct Will {
    /// Its topic.
    pub topic: String,
    /// Its payload.
    pub payload: Vec<u8>,
    /// Whether the broker keeps it for later subscribers.
    pub retain: bool,
}

/// TCP or TLS to the broker.
trait Line: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Line for T {}

/// The client library's options; refuses what can never work. The ear hears
/// what the broker says.
pub(super) fn client_options(options: &WireOptions, ear: Ear) -> Result<MqttOptions, OptionsError> {
    let tls = match &options.security {
        Security::MutualTls(tls) => {
            Some(tls.connector(&options.host).ok_or(OptionsError::Host { host: options.host.clone() })?)
        }
        Security::PlainOnLoopback if is_loopback(&options.host) => None,
        Security::PlainOnLoopback => {
            return Err(OptionsError::PlainBeyondLoopback { host: options.host.clone() });
        }
    };
    let keep_alive = u16::try_from(options.keep_alive.as_secs())
        .ok()
        .filter(|seconds| *seconds > 0)
        .ok_or(OptionsError::KeepAlive { given: options.keep_alive })?;
    let mut network = NetworkOptions::new();
    // One small packet at a time and its answer awaited: Nagle would only add
    // its 40 ms to each.
    network.set_tcp_nodelay(true);
    let mut mqtt = MqttOptions::new(options.client_id.clone(), (options.host.clone(), options.port));
    let max_incoming = options.max_incoming;
    // TLS is made here and not by the library, so that the tap sees what it hides.
    mqtt.set_socket_connector(move |address, network| {
        let (tls, ear) = (tls.clone(), ear.clone());
        async move {
            let line: Box<dyn Line> = match tls {
                None => Box::new(default_socket_connect(address, network).await?),
                Some(tls) => {
                    let tcp = default_socket_connect(address, network).await?;
                    ear.with(|heard| heard.open = true);
                    Box::new(tls.connect(tcp).await?)
                }
            };
            ear.with(|heard| heard.open = true);
            io::Result::Ok(Tap::new(line, ear, max_incoming))
        }
    });
    mqtt.set_transport(Transport::tcp())
        .set_network_options(network)
        .set_clean_start(true)
        .set_keep_alive(keep_alive)
        .set_connect_timeout(options.connect_timeout)
        .set_receive_maximum(Some(RECEIVE_MAXIMUM))
        .set_max_packet_size(Some(options.max_incoming));
    if let Some(will) = &options.last_will {
        mqtt.set_last_will(LastWill::new(
            will.topic.clone(),
            will.payload.clone(),
            QoS::AtLeastOnce,
            will.retain,
            None,
        ));
    }
    Ok(mqtt)
}

/// Tells whether a connection could ever be made with these settings.
pub(crate) fn check(options: &WireOptions) -> Result<(), OptionsError> {
    client_options(options, Ear::default()).map(drop)
}

/// Literal loopback addresses and `localhost`; no look-up, whose answer might
/// change after the check.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A setting that no connection can be made with.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OptionsError {
    /// Plain TCP to another machine.
    #[error(
        "plain MQTT to {host:?} is refused: results and identities would travel unencrypted; give TLS material, or use 127.0.0.1 for a broker on this machine"
    )]
    PlainBeyondLoopback {
        /// The host asked for.
        host: String,
    },
    /// The keep-alive does not fit MQTT's two bytes of seconds.
    #[error("keep alive of {given:?} is refused; give whole seconds, 1 to 65535")]
    KeepAlive {
        /// The time asked for.
        given: Duration,
    },
    /// The certificate is for somebody else.
    #[error(
        "the certificate's common name is {certificate:?} but the device is called {device:?}; the broker's access rules need them to be the same"
    )]
    OtherName {
        /// The certificate's name.
        certificate: String,
        /// The configured name.
        device: String,
    },
    /// The host can be in no certificate.
    #[error("{host:?} is neither a host name nor an address; set the broker's host")]
    Host {
        /// The host asked for.
        host: String,
    },
    /// Something else the client library does not accept.
    #[error("the MQTT settings cannot be used: {0}")]
    Client(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(host: &str) -> WireOptions {
        WireOptions {
            host: host.to_owned(),
            port: 1883,
            client_id: "x".to_owned(),
            security: Security::PlainOnLoopback,
            connect_timeout: Duration::from_secs(1),
            keep_alive: Duration::from_secs(30),
            max_incoming: 4096,
            last_will: None,
        }
    }

    #[test]
    fn plain_tcp_stays_on_this_machine() {
        for host in ["127.0.0.1", "127.9.9.9", "::1", "localhost"] {
            assert!(client_options(&plain(host), Ear::default()).is_ok(), "{host}");
        }
        for host in ["10.0.0.1", "0.0.0.0", "broker", "localhost.example", "127.0.0.1.example"] {
            assert!(
                matches!(
                    client_options(&plain(host), Ear::default()),
                    Err(OptionsError::PlainBeyondLoopback { .. })
                ),
                "{host}"
            );
        }
    }

    #[test]
    fn a_keep_alive_of_nothing_is_refused() {
        let options = WireOptions { keep_alive: Duration::from_millis(900), ..plain("127.0.0.1") };
        assert!(matches!(client_options(&options, Ear::default()), Err(OptionsError::KeepAlive { .. })));
    }
}
