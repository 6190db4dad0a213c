//! What can go wrong on the line, told apart by who can put it right.

use std::error::Error;
use std::io;

use rumqttc::{ConnectReturnCode, ConnectionError, DisconnectReasonCode, PubAckReason, StateError};

use super::pending::PendingError;
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
    /// Connected once, and now not any more.
    #[error("the line to the broker at {address} broke: {reason}")]
    LineLost {
        /// Host and port.
        address: String,
        /// The client's words.
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
    /// The broker's certificate does not convince us.
    #[error(
        "the broker at {address} is not trusted: {reason}; check its certificate, the CA file and this machine's clock"
    )]
    BrokerUntrusted {
        /// Host and port.
        address: String,
        /// The TLS library's words.
        reason: String,
    },
    /// Ours does not convince the broker.
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
        /// Publish or subscribe, and on which topic.
        what: String,
    },
    /// Another client came with our client id.
    #[error(
        "another client has connected to {address} with this device's identity; each device needs a certificate of its own"
    )]
    TakenOver {
        /// Host and port.
        address: String,
    },
    /// The broker takes only smaller packets.
    #[error(
        "the broker at {address} takes packets of at most {limit} bytes, the next result needs {needed}; raise the broker's packet limit"
    )]
    PacketLimit {
        /// Host and port.
        address: String,
        /// Bytes the broker takes.
        limit: u32,
        /// Bytes needed.
        needed: usize,
    },
    /// The broker said no, for the time being.
    #[error("the broker at {address} refused: {reason}")]
    BrokerRefused {
        /// Host and port.
        address: String,
        /// The reason code.
        reason: String,
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
        match self {
            Self::BrokerUntrusted { .. }
            | Self::IdentityRefused { .. }
            | Self::NotAuthorised { .. }
            | Self::TakenOver { .. }
            | Self::PacketLimit { .. } => true,
            Self::Unreachable { .. }
            | Self::LineLost { .. }
            | Self::Silent { .. }
            | Self::BrokerRefused { .. }
            | Self::Outbox(_)
            | Self::Message(_) => false,
        }
    }

    /// Reads the MQTT client's error. `connected`: a CONNACK had come.
    pub(super) fn from_client(address: &str, connected: bool, error: &ConnectionError) -> Self {
        let address = address.to_owned();
        if let Some(tls) = find_tls(error) {
            return from_tls(address, tls);
        }
        match error {
            ConnectionError::Timeout(_) => Self::Silent { address, during: "connecting" },
            ConnectionError::MqttState(StateError::AwaitPingResp) => {
                Self::Silent { address, during: "keeping the line alive" }
            }
            ConnectionError::ConnectionRefused(code) => from_connack(address, *code),
            ConnectionError::MqttState(StateError::ServerDisconnect { reason_code, reason_string }) => {
                from_disconnect(address, *reason_code, reason_string.as_deref())
            }
            ConnectionError::Io(source) if !connected => {
                Self::Unreachable { address, reason: source.to_string() }
            }
            other => Self::LineLost { address, reason: other.to_string() },
        }
    }

    /// Reads the broker's answer to a PUBLISH; None when it took the message.
    pub(super) fn from_puback(address: &str, topic: &str, reason: PubAckReason) -> Option<Self> {
        let address = address.to_owned();
        match reason {
            // "No matching subscribers" (MQTT 5, 3.4.2.1) is success: the hub
            // is away, the result stays and is sent again.
            PubAckReason::Success | PubAckReason::NoMatchingSubscribers => None,
            PubAckReason::NotAuthorized | PubAckReason::TopicNameInvalid => {
                Some(Self::NotAuthorised { address, what: format!("publish on {topic}") })
            }
            other => Some(Self::BrokerRefused { address, reason: format!("PUBACK {other:?}") }),
        }
    }
}

fn from_tls(address: String, error: &rustls::Error) -> Fault {
    let reason = error.to_string();
    match error {
        // An alert is the other side's verdict: on our certificate, as ours on
        // theirs would be an error of our own.
        rustls::Error::AlertReceived(_) => Fault::IdentityRefused { address, reason },
        rustls::Error::InvalidCertificate(_) | rustls::Error::InvalidCertRevocationList(_) => {
            Fault::BrokerUntrusted { address, reason }
        }
        _ => Fault::LineLost { address, reason },
    }
}

fn from_connack(address: String, code: ConnectReturnCode) -> Fault {
    let reason = format!("CONNACK {code:?}");
    match code {
        ConnectReturnCode::NotAuthorized
        | ConnectReturnCode::BadUserNamePassword
        | ConnectReturnCode::Banned
        | ConnectReturnCode::BadClientId
        | ConnectReturnCode::ClientIdentifierNotValid => Fault::IdentityRefused { address, reason },
        _ => Fault::BrokerRefused { address, reason },
    }
}

fn from_disconnect(address: String, code: DisconnectReasonCode, words: Option<&str>) -> Fault {
    match code {
        DisconnectReasonCode::SessionTakenOver => Fault::TakenOver { address },
        DisconnectReasonCode::NotAuthorized => {
            Fault::IdentityRefused { address, reason: "DISCONNECT NotAuthorized".to_owned() }
        }
        other => Fault::LineLost {
            address,
            reason: format!(
                "DISCONNECT {other:?}{}{}",
                if words.is_some() { ": " } else { "" },
                words.unwrap_or_default()
            ),
        },
    }
}

/// The TLS error at the bottom of the chain, if there is one. `io::Error` and
/// the client's `Deserialization` hide what they wrap from `source()`, so they
/// are opened by hand.
fn find_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(tls);
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
