//! MQTT 5 reason codes (2.4): what they mean, and who can put it right.

use std::fmt;

/// Longest text of a broker or hub that is shown, characters.
const MAX_TEXT: usize = 200;

/// What helps after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Waiting a little: the broker restarts or is busy.
    Wait,
    /// Waiting long: the broker counts connections or messages over time.
    WaitLong,
    /// A person, who changes a certificate, a rule or a setting.
    Person,
}

/// A packet with a reason code that says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// CONNACK, DISCONNECT, SUBACK or PUBACK.
    pub packet: &'static str,
    /// The reason code.
    pub code: u8,
    /// The broker's own text, printable.
    pub text: Option<String>,
}

impl Refusal {
    /// From a packet; the text may hold anything.
    pub fn new(packet: &'static str, code: u8, text: Option<&str>) -> Self {
        let text = text.filter(|text| !text.trim().is_empty()).map(printable);
        Self { packet, code, text }
    }

    /// Who can put it right.
    pub fn remedy(&self) -> Remedy {
        match self.code {
            // Unspecified, implementation specific, unavailable, busy, shutting
            // down, keep alive, packet ids, receive maximum, connect time.
            0x80 | 0x83 | 0x88 | 0x89 | 0x8B | 0x8D | 0x91 | 0x92 | 0x93 | 0xA0 => Remedy::Wait,
            0x96 | 0x9F => Remedy::WaitLong,
            _ => Remedy::Person,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 0x{:02X}, {}", self.packet, self.code, meaning(self.code))?;
        match &self.text {
            Some(text) => write!(f, ": \"{text}\""),
            None => Ok(()),
        }
    }
}

fn meaning(code: u8) -> &'static str {
    match code {
        0x80 => "no reason given",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x83 => "a reason of this broker's own",
        0x84 => "unsupported protocol version, MQTT 5 is needed",
        0x85 => "client identifier not valid",
        0x86 => "bad user name or password",
        0x87 => "not authorised",
        0x88 => "server unavailable",
        0x89 => "server busy",
        0x8A => "banned",
        0x8B => "server shutting down",
        0x8C => "bad authentication method",
        0x8D => "keep alive timeout",
        0x8E => "session taken over",
        0x8F => "topic filter invalid",
        0x90 => "topic name invalid",
        0x91 => "packet identifier in use",
        0x92 => "packet identifier not found",
        0x93 => "receive maximum exceeded",
        0x94 => "topic alias invalid",
        0x95 => "packet too large",
        0x96 => "message rate too high",
        0x97 => "quota exceeded",
        0x98 => "administrative action",
        0x99 => "payload format invalid",
        0x9A => "retain not supported",
        0x9B => "QoS not supported",
        0x9C => "use another server",
        0x9D => "server moved",
        0x9E => "shared subscriptions not supported",
        0x9F => "connection rate exceeded",
        0xA0 => "maximum connect time",
        0xA1 => "subscription identifiers not supported",
        0xA2 => "wildcard subscriptions not supported",
        _ => "a reason that MQTT 5 does not know",
    }
}

/// Text from outside, fit for a terminal and a log: control characters, line
/// breaks and direction marks are escaped, and it is cut at [`MAX_TEXT`].
pub fn printable(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MAX_TEXT {
            shown.push_str("...");
            break;
        }
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_refusal_says_packet_code_meaning_and_text() {
        let refusal = Refusal::new("DISCONNECT", 0x87, Some("policy \"p\"\r\n\u{1b}[2J\u{202e}"));
        let words = refusal.to_string();
        assert_eq!(words, "DISCONNECT 0x87, not authorised: \"policy \"p\"\\r\\n\\u{1b}[2J\\u{202e}\"");
        assert_eq!(refusal.remedy(), Remedy::Person);
        assert_eq!(Refusal::new("PUBACK", 0x97, Some("  ")).to_string(), "PUBACK 0x97, quota exceeded");
    }

    proptest! {
        #[test]
        fn shown_text_has_no_control_characters_and_an_end(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
            prop_assert!(shown.chars().count() <= (MAX_TEXT + 1) * 10);
        }

        #[test]
        fn every_code_has_a_meaning(code in 0x80_u8..) {
            prop_assert!(!Refusal::new("CONNACK", code, None).to_string().is_empty());
        }
    }
}
