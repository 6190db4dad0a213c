//! Reads along between the line and the MQTT client.
//!
//! The client library keeps three things to itself: the reason of a DISCONNECT
//! when a request was waiting at that moment, the text of a CONNACK that says
//! no, and packets whose body is shorter than their type needs, for which it
//! waits until the connection times out. An MQTT 3.1.1 CONNACK is one of those.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::BytesMut;
use rumqttc::{Error as MqttError, Packet};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::reason::Refusal;

const CONNACK: u8 = 2;
const DISCONNECT: u8 = 14;

/// What the line has shown so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// TCP and, where asked for, TLS are there.
    pub(super) open: bool,
    /// A CONNACK that accepts us has come.
    pub(super) accepted: bool,
    /// The broker has said no, and why.
    pub(super) refusal: Option<Refusal>,
    /// The broker has closed the line.
    pub(super) closed: bool,
}

/// [`Heard`], shared between the line and whoever explains its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Ear(Arc<Mutex<Heard>>);

impl Ear {
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Heard) -> T) -> T {
        // Nothing panics while it holds the lock; a poisoned one is still whole.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A packet that the client library would wait on for ever.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    /// A CONNACK of MQTT 3.1.1: two bytes, no properties.
    #[error("the broker answers in MQTT 3.1.1")]
    OldProtocol,
    /// Not a packet of MQTT 5.
    #[error("{0}")]
    Packet(String),
}

/// A line that is read along.
pub(super) struct Tap<S> {
    line: S,
    ear: Ear,
    /// The packet that is arriving. At most `max` bytes and one read.
    arriving: BytesMut,
    max: usize,
    /// Off after a packet that is too large or no MQTT: the library says so.
    on: bool,
    /// A whole packet has come.
    begun: bool,
    broken: Option<Broken>,
}

impl<S> Tap<S> {
    pub(super) fn new(line: S, ear: Ear, max: u32) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        Self { line, ear, arriving: BytesMut::new(), max, on: true, begun: false, broken: None }
    }

    fn read_along(&mut self, bytes: &[u8]) {
        if !self.on {
            return;
        }
        self.arriving.extend_from_slice(bytes);
        loop {
            let max = u32::try_from(self.max).ok();
            match rumqttc::check(self.arriving.iter(), max) {
                Ok(header) => {
                    let packet = self.arriving.split_to(header.frame_length());
                    self.begun = true;
                    self.look(packet);
                }
                Err(MqttError::InsufficientBytes(_)) => {
                    // What is no packet may announce a length that never comes.
                    if self.arriving.first().is_some_and(|first| !self.may_begin(*first)) {
                        self.broken =
                            Some(Broken::Packet("this is no packet that a broker sends".to_owned()));
                    }
                    return;
                }
                Err(_) => {
                    self.on = false;
                    self.arriving = BytesMut::new();
                    return;
                }
            }
        }
    }

    /// Whether a packet of this first byte may come now.
    fn may_begin(&self, first: u8) -> bool {
        if !self.begun {
            // CONNACK, DISCONNECT, AUTH.
            return matches!(first, 0x20 | 0xE0 | 0xF0);
        }
        // All but those that only a client sends, and the reserved type.
        !matches!(first >> 4, 0 | 1 | 8 | 10 | 12)
    }

    fn look(&mut self, mut packet: BytesMut) {
        let kind = packet.first().map_or(0, |byte| byte >> 4);
        // One byte of type, then the length: 7 bits a byte, the top bit says "more".
        let head = 2 + packet.iter().skip(1).take_while(|byte| **byte >= 0x80).count();
        let body = packet.len().saturating_sub(head);
        let code_at = match kind {
            CONNACK if body == 2 => {
                self.broken = Some(Broken::OldProtocol);
                return;
            }
            CONNACK => head + 1,
            DISCONNECT => head,
            _ => usize::MAX,
        };
        let code = packet.get(code_at).copied().unwrap_or(0);
        if kind == CONNACK && code == 0 {
            self.ear.with(|heard| heard.accepted = true);
        }
        let refused = code >= 0x80;
        if refused && let Some(byte) = packet.get_mut(code_at) {
            // The library knows fewer codes than the standard; the text is
            // readable all the same.
            *byte = 0x80;
        }
        let read = Packet::read(&mut packet, None);
        if refused {
            let (name, text) = match &read {
                Ok(Packet::ConnAck(ack)) => {
                    ("CONNACK", ack.properties.as_ref().and_then(|some| some.reason_string.as_deref()))
                }
                Ok(Packet::Disconnect(end)) => {
                    ("DISCONNECT", end.properties.as_ref().and_then(|some| some.reason_string.as_deref()))
                }
                _ => (if kind == CONNACK { "CONNACK" } else { "DISCONNECT" }, None),
            };
            let refusal = Refusal::new(name, code, text);
            self.ear.with(|heard| heard.refusal.get_or_insert(refusal).code);
        }
        if let Err(error) = read {
            let words = match error {
                MqttError::InsufficientBytes(_) => "a packet that is cut short".to_owned(),
                other => other.to_string(),
            };
            self.broken = Some(Broken::Packet(words));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(broken) = self.broken.take() {
            return Poll::Ready(Err(io::Error::other(broken)));
        }
        let before = buffer.filled().len();
        let done = Pin::new(&mut self.line).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = done {
            let new = buffer.filled().get(before..).unwrap_or_default();
            if new.is_empty() && buffer.remaining() > 0 {
                self.ear.with(|heard| heard.closed = true);
            }
            self.read_along(new);
        }
        done
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt as _;

    use super::*;

    const CONNACK_OK: [u8; 5] = [0x20, 3, 0, 0, 0];

    /// Reads everything through a tap, in pieces of `piece` bytes.
    fn hear(bytes: &[u8], piece: usize) -> (Heard, io::Result<Vec<u8>>) {
        let ear = Ear::default();
        let mut tap = Tap::new(bytes, ear.clone(), 4096);
        let read = async {
            let (mut all, mut buffer) = (Vec::new(), vec![0; piece]);
            loop {
                match tap.read(&mut buffer).await? {
                    0 => return Ok(all),
                    count => all.extend_from_slice(&buffer[..count]),
                }
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let read = runtime.block_on(read);
        (ear.with(std::mem::take), read)
    }

    #[test]
    fn the_reason_is_heard_whatever_the_pieces() {
        let suback = [0x90, 4, 0, 1, 0, 1];
        // Reason string "why", code 0x8C, which the library does not know.
        let end = [0xE0, 8, 0x8C, 6, 0x1F, 0, 3, b'w', b'h', b'y'];
        let bytes = [&CONNACK_OK[..], &suback, &end].concat();
        for piece in 1..bytes.len() {
            let (heard, read) = hear(&bytes, piece);
            let refusal = heard.refusal.unwrap();
            assert_eq!((refusal.code, refusal.text.as_deref()), (0x8C, Some("why")));
            assert_eq!(read.unwrap(), bytes, "all bytes pass");
            assert!(heard.closed);
        }
    }

    #[test]
    fn packets_that_are_too_short_end_the_line() {
        for (bytes, words) in [
            (&[0x20, 2, 0, 1][..], "3.1.1"),
            (&[0x20, 2, 0, 0], "3.1.1"),
            (&[0x20, 3, 0, 0, 0, 0x90, 2, 0, 1], "cut short"),
            (&[0x20, 3, 0, 0, 0, 0x40, 1, 0], "malformed"),
            (b"HTTP/1.1", "no packet"),
        ] {
            let (_, read) = hear(bytes, 1);
            assert!(read.unwrap_err().to_string().contains(words), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_pass_unchanged_or_end_the_line(
            bytes in proptest::collection::vec(any::<u8>(), 0..600),
            piece in 1_usize..64,
        ) {
            if let (_, Ok(read)) = hear(&bytes, piece) {
                prop_assert_eq!(read, bytes);
            }
        }
    }
}
