//! What can go wrong on the line, told apart by who can put it right.

use std::error::Error;
use std::io;

use rumqttc::{ConnectionError, Error as MqttError, StateError};

use super::pending::PendingError;
use super::reason::{Refusal, Remedy};
use super::tap::{Broken, Heard};
use vouch_contract::messages::MessageError;

/// Why a connection ended or never came to be.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Fault {
    /// No TCP connection.
    #[error("cannot reach the broker at {address}: {reason}; check host, port and network")]
    Unreachable {
        /// Host and port.
        address: String,
        /// The system's words.
        reason: String,
    },
    /// The connection ended, and the broker has not said why.
    #[error("the line to the broker at {address} broke while {during}: {reason}")]
    LineLost {
        /// Host and port.
        address: String,
        /// What was waited for.
        during: &'static str,
        /// The system's words.
        reason: String,
    },
    /// No answer in time.
    #[error("the broker at {address} did not answer in time while {during}")]
    Silent {
        /// Host and port.
        address: String,
        /// What was waited for.
        during: &'static str,
    },
    /// The broker's certificate cannot be verified.
    #[error(
        "the broker at {address} is not trusted: {reason}; check its certificate, the CA file and this machine's clock"
    )]
    BrokerUntrusted {
        /// Host and port.
        address: String,
        /// The TLS library's words.
        reason: String,
    },
    /// The broker does not accept our certificate or name.
    #[error(
        "the broker at {address} does not accept this device's certificate: {reason}; check that it is valid and that the broker knows its authority"
    )]
    IdentityRefused {
        /// Host and port.
        address: String,
        /// The alert or reason code.
        reason: String,
    },
    /// The broker's access rules forbid it.
    #[error(
        "the broker at {address} does not let this device {what}; check the access rules (ACL) for its certificate's name"
    )]
    NotAuthorised {
        /// Host and port.
        address: String,
        /// What it may not do, with the broker's reason.
        what: String,
    },
    /// Another client came with our client id.
    #[error(
        "another client has connected to {address} with this device's identity (session taken over); each device needs a certificate of its own"
    )]
    TakenOver {
        /// Host and port.
        address: String,
    },
    /// The broker takes only smaller packets.
    #[error(
        "the broker at {address} takes packets of at most {limit} bytes, the next message needs {needed}; raise the broker's packet limit"
    )]
    PacketLimit {
        /// Host and port.
        address: String,
        /// Bytes the broker takes.
        limit: u32,
        /// Bytes of the whole packet.
        needed: usize,
    },
    /// The broker is too old.
    #[error(
        "the broker at {address} speaks MQTT 3.1.1 only, 5 is needed; switch MQTT 5 on there or use another broker"
    )]
    OldProtocol {
        /// Host and port.
        address: String,
    },
    /// The broker takes no QoS 1 messages.
    #[error(
        "the broker at {address} does not offer QoS 1, which is needed (Maximum QoS is 0); allow QoS 1 at the broker"
    )]
    NoQos1 {
        /// Host and port.
        address: String,
    },
    /// The broker takes no retained messages.
    #[error("the broker at {address} keeps no retained messages ({reason}); allow them at the broker")]
    NoRetain {
        /// Host and port.
        address: String,
        /// The broker's words.
        reason: String,
    },
    /// Something answers that does not keep to MQTT 5.
    #[error(
        "the broker at {address} sent what MQTT 5 does not allow while {during}: {reason}; check that host and port are those of an MQTT 5 broker"
    )]
    NotMqtt {
        /// Host and port.
        address: String,
        /// What was waited for.
        during: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The broker said no.
    #[error("the broker at {address} refused while {during}: {refusal}")]
    BrokerRefused {
        /// Host and port.
        address: String,
        /// What was waited for.
        during: &'static str,
        /// The broker's reason.
        refusal: Refusal,
    },
    /// The outbox cannot be read or written.
    #[error(transparent)]
    Outbox(#[from] PendingError),
    /// A payload of our own could not be made.
    #[error("cannot make a message: {0}")]
    Message(String),
}

impl From<MessageError> for Fault {
    fn from(error: MessageError) -> Self {
        Self::Message(error.to_string())
    }
}

impl Fault {
    /// True when waiting alone will not help: somebody has to change a
    /// certificate, a rule or a setting. Such a link tries at its longest pace.
    pub fn needs_a_person(&self) -> bool {
        self.remedy() == Remedy::Person
    }

    /// What helps.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::BrokerUntrusted { .. }
            | Self::IdentityRefused { .. }
            | Self::NotAuthorised { .. }
            | Self::TakenOver { .. }
            | Self::PacketLimit { .. }
            | Self::OldProtocol { .. }
            | Self::NoQos1 { .. }
            | Self::NoRetain { .. }
            | Self::NotMqtt { .. } => Remedy::Person,
            Self::BrokerRefused { refusal, .. } => refusal.remedy(),
            Self::Unreachable { .. }
            | Self::LineLost { .. }
            | Self::Silent { .. }
            | Self::Outbox(_)
            | Self::Message(_) => Remedy::Wait,
        }
    }

    /// Reads the end of a line. What the broker has said comes first: the
    /// library's error is often only its consequence.
    pub(super) fn from_end(
        address: &str,
        during: &'static str,
        heard: &Heard,
        error: &ConnectionError,
    ) -> Self {
        let address = address.to_owned();
        if let Some(refusal) = &heard.refusal {
            return Self::from_refusal(address, during, refusal.clone());
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return from_tls(address, during, tls);
        }
        match find::<Broken>(error) {
            Some(Broken::OldProtocol) => return Self::OldProtocol { address },
            Some(Broken::Packet(reason)) => {
                return Self::NotMqtt { address, during, reason: reason.clone() };
            }
            None => {}
        }
        match error {
            ConnectionError::Timeout(_) | ConnectionError::MqttState(StateError::AwaitPingResp) => {
                Self::Silent { address, during }
            }
            ConnectionError::Io(source) if !heard.open => {
                Self::Unreachable { address, reason: source.to_string() }
            }
            _ if heard.closed => {
                Self::LineLost { address, during, reason: "the broker closed the line".to_owned() }
            }
            ConnectionError::MqttState(StateError::OutgoingPacketTooLarge { pkt_size, max })
            | ConnectionError::MqttState(StateError::Deserialization(MqttError::OutgoingPacketTooLarge {
                pkt_size,
                max,
            })) => Self::PacketLimit {
                address,
                limit: *max,
                needed: usize::try_from(*pkt_size).unwrap_or(usize::MAX),
            },
            ConnectionError::MqttState(StateError::Deserialization(
                MqttError::PayloadSizeLimitExceeded { pkt_size, max },
            )) => Self::NotMqtt {
                address,
                during,
                reason: format!("a packet of {pkt_size} bytes, more than the {max} that we take"),
            },
            ConnectionError::NotConnAck(packet) => Self::NotMqtt {
                address,
                during,
                reason: format!("{:?} instead of a CONNACK", packet.packet_type()),
            },
            ConnectionError::MqttState(
                error @ (StateError::Deserialization(_)
                | StateError::ProtocolViolation(_)
                | StateError::Unsolicited(_)
                | StateError::InvalidState
                | StateError::AuthError(_)),
            ) if find::<io::Error>(error).is_none() => {
                let reason = match error {
                    StateError::Deserialization(inner) => inner.to_string(),
                    other => other.to_string(),
                };
                Self::NotMqtt { address, during, reason }
            }
            ConnectionError::SessionStateMismatch { .. } => {
                Self::NotMqtt { address, during, reason: "a session that we did not ask for".to_owned() }
            }
            ConnectionError::RequestsDone => {
                Self::LineLost { address, during, reason: "closed by us".to_owned() }
            }
            other => Self::LineLost { address, during, reason: plain(other) },
        }
    }

    /// Reads a packet that says no.
    pub(super) fn from_refusal(address: String, during: &'static str, refusal: Refusal) -> Self {
        match (refusal.packet, refusal.code) {
            (_, 0x8E) => Self::TakenOver { address },
            (_, 0x9A) => Self::NoRetain { address, reason: refusal.to_string() },
            (_, 0x9B) => Self::NoQos1 { address },
            ("CONNACK", 0x85..=0x87 | 0x8A | 0x8C) => {
                Self::IdentityRefused { address, reason: refusal.to_string() }
            }
            (_, 0x87) => Self::NotAuthorised { address, what: format!("go on ({refusal}, while {during})") },
            _ => Self::BrokerRefused { address, during, refusal },
        }
    }
}

fn from_tls(address: String, during: &'static str, error: &rustls::Error) -> Fault {
    let reason = error.to_string();
    match error {
        // An alert is the other side's verdict: on our certificate, as ours on
        // theirs would be an error of our own.
        rustls::Error::AlertReceived(_) => Fault::IdentityRefused { address, reason },
        rustls::Error::InvalidCertificate(_) | rustls::Error::InvalidCertRevocationList(_) => {
            Fault::BrokerUntrusted { address, reason }
        }
        _ => Fault::LineLost { address, during, reason },
    }
}

/// The system's words where there are some: the library wraps them three times.
fn plain(error: &ConnectionError) -> String {
    find::<io::Error>(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// The first error of this type in the chain. `io::Error` and the library's
/// `Deserialization` hide what they wrap from `source()`, so they are opened by hand.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = if let Some(StateError::Deserialization(inner)) = error.downcast_ref() {
            Some(inner)
        } else if let Some(inner) = error.downcast_ref().and_then(io::Error::get_ref) {
            Some(inner)
        } else {
            error.source()
        };
    }
    None
}
